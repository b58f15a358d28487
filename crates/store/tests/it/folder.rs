//! A folder that cannot be trusted is refused with what, where and what to do.

use crate::shop::{self, Folder, vin};
use rusqlite::Connection;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use store::{Fault, Store};

fn refusal(folder: &Folder) -> Fault {
    Store::open(shop::options(folder.path())).expect_err("the folder is not to be trusted")
}

fn check_says(fault: &Fault, words: &[&str]) {
    let said = fault.to_string();
    for word in words {
        assert!(said.contains(word), "{said:?} does not say {word:?}");
    }
}

#[tokio::test]
async fn a_second_opener_is_told_that_the_folder_is_in_use() {
    let folder = Folder::new("second");
    let _store = folder.open();
    let fault = refusal(&folder);
    assert!(matches!(fault, Fault::InUse { .. }), "{fault:?}");
    check_says(
        &fault,
        &[
            "in use",
            &folder.path().display().to_string(),
            "Stop that process",
        ],
    );
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_alone() {
    let folder = Folder::new("damaged");
    let store = folder.open();
    for number in 0..50 {
        shop::stock(&store, &vin(number)).await;
    }
    store.close().await;
    drop(store);
    let path = folder.path().join("automat.db");
    let mut file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("it is there");
    file.seek(SeekFrom::Start(4_096))
        .expect("it has a second page");
    file.write_all(&[0xa5; 12_288]).expect("it can be damaged");
    drop(file);
    let before = fs::read(&path).expect("it can be read");
    let fault = refusal(&folder);
    assert!(matches!(fault, Fault::Corrupt { .. }), "{fault:?}");
    check_says(&fault, &["damaged", "automat.db", "backup"]);
    assert_eq!(fs::read(&path).expect("it can be read"), before);
}

#[tokio::test]
async fn a_large_file_is_opened_at_once_and_its_damage_is_found_afterwards() {
    let folder = Folder::new("large");
    folder.open().close().await;
    let path = folder.path().join("automat.db");
    let connection = Connection::open(&path).expect("it is a database");
    let fill = "create table filler (content blob);
        insert into filler values (randomblob(40000000)); pragma wal_checkpoint(truncate)";
    connection.execute_batch(fill).expect("it can be filled");
    drop(connection);
    let store = folder.open();
    store.check().await.expect("nothing is wrong yet");
    store.close().await;
    drop(store);
    let mut file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("it is there");
    file.seek(SeekFrom::Start(30_000_000)).expect("it is long");
    file.write_all(&[0xa5; 12_288]).expect("it can be damaged");
    drop(file);
    let fault = folder.open().check().await.expect_err("it is damaged");
    assert!(matches!(fault, Fault::Corrupt { .. }), "{fault:?}");
    check_says(&fault, &["damaged", "automat.db", "backup"]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = Folder::new("text");
    fs::create_dir_all(folder.path()).expect("the folder can be made");
    let text = "shopping list: ".repeat(1_000);
    fs::write(folder.path().join("automat.db"), text).expect("it can be written");
    let fault = refusal(&folder);
    assert!(matches!(fault, Fault::Corrupt { .. }), "{fault:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = Folder::new("newer");
    folder.open().close().await;
    let file = folder.path().join("automat.db");
    let connection = Connection::open(&file).expect("it is a database");
    connection
        .execute(
            "insert into migrations (number, name) values (999, '0999_later')",
            [],
        )
        .expect("it has migrations");
    drop(connection);
    let fault = refusal(&folder);
    assert!(
        matches!(fault, Fault::Newer { found: 999, .. }),
        "{fault:?}"
    );
    check_says(&fault, &["schema 999", "newer program"]);
}

/// A folder under a file can never be made, whoever runs the test.
#[tokio::test]
async fn a_folder_that_cannot_be_made_is_refused() {
    let folder = Folder::new("blocked");
    fs::write(folder.path(), "a file").expect("it can be written");
    let fault = refusal(&folder);
    assert!(matches!(fault, Fault::Folder { .. }), "{fault:?}");
    check_says(&fault, &["cannot use the data folder", "may write"]);
    fs::remove_file(folder.path()).expect("it can be removed");
}

/// Rights do not bind the superuser, so the lock's place is taken by a folder instead of by rights.
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_refused() {
    let folder = Folder::new("read-only");
    fs::create_dir_all(folder.path().join("automat.lock")).expect("the folder can be made");
    let fault = refusal(&folder);
    assert!(matches!(fault, Fault::ReadOnly { .. }), "{fault:?}");
    check_says(
        &fault,
        &["cannot write to", "automat.lock", "right to write"],
    );
}
