//! A store moves to a server and back, is broken off anywhere, and every row arrives.

use crate::home::Home;
use crate::postgres::Postgres;
use crate::shop::{self, Folder, at, vin};
use crate::view;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use store::{Copied, Fault, Place, Progress, SecretHash, Session, SessionKind};

const FROM: &str = "STORE_TEST_COPY_FROM";
const TO: &str = "STORE_TEST_COPY_TO";
const MOMENT: &str = "STORE_TEST_COPY_MOMENT";

/// What says who works on a store, not what it holds.
const OF_PROCESSES: [&str; 6] = [
    "migrations",
    "moving",
    "commits",
    "nodes",
    "leases",
    "duties",
];

/// Rows no command writes, each with something that is easily lost on the way, and more rows in one
/// bucket than are read at once.
const STRANGE: &str = "
    insert into documents values (3, 'empty', ''), (3, 'words', 'a ''word'', 汽车, xe hơi \\ \"\"
on two lines'), (250, 'emoji', '🚗');
    insert into staff values (9, 'least', 'x', 'y', -9223372036854775808),
        (9, 'most', 'x', 'y', 9223372036854775807);
    insert into outbox values (4, 'vehicle-x', 1, 0, 5, 77, 2, 'no answer'),
        (4, 'vehicle-x', 2, 0, 5, 0, 0, null);
    insert into keys values (4, 'vehicle-x', 'k', 'hash', 1, 2, 3);
    insert into answers values (4, 's', 'k', 'hash', 201, '{}', 3);
    insert into phones values (5, 'hash', 'b1');
    insert into towers values (5, 't', 1, '{}', 3);
    insert into drops values (5, 'd', 1, 'announced', 1, 2, 3);
    insert into failed_jobs values (1, 't', 'j', 1, '{}', 'the lift', 3);
    insert into tower_faults values (1, 't', 'e', '{}', 3);
    with recursive numbers(number) as (
        select 1 union all select number + 1 from numbers where number < 1300
    )
    insert into codes select 7, 'phone' || number, 'hash', number % 5, number from numbers;";

/// A closed shop that has rows of every kind.
async fn filled() -> Home {
    let home = Home::folder("moving");
    let store = view::busy_shop(&home).await;
    let session = Session {
        kind: SessionKind::Buyer,
        subject: "b1".to_owned(),
        created: at(0),
        last_seen: at(0),
        expires: at(100),
    };
    let token = SecretHash("t1".to_owned());
    store
        .begin_session(&token, session)
        .await
        .expect("a new token");
    store.close().await;
    home.script(STRANGE);
    home
}

fn folder_of(home: &Home) -> &Folder {
    match home {
        Home::Folder(folder) => folder,
        Home::Server(_) => panic!("this home is a folder"),
    }
}

/// Every row of every table, by table.
fn everything(folder: &Folder) -> Vec<(String, Vec<String>)> {
    let tables = folder.rows(
        "select m.name, group_concat(c.name, ', ') from sqlite_schema as m
         join pragma_table_info(m.name) as c on c.pk > 0
         where m.type = 'table' group by m.name order by m.name",
    );
    let named = tables.iter().map(|row| {
        let mut texts = row.split('"').skip(1).step_by(2);
        let name = texts.next().expect("a table has a name").to_owned();
        (name, texts.next().expect("a table has a key").to_owned())
    });
    let held = named.filter(|(name, _)| !OF_PROCESSES.contains(&name.as_str()));
    held.map(|(name, key)| {
        let rows = folder.rows(&format!("select * from {name} order by {key}"));
        (name, rows)
    })
    .collect()
}

/// The driver of the server blocks, as the copy does.
fn copy(from: &Place, to: &Place) -> Result<Copied, Fault> {
    let copying = || store::copy(from, to, &shop::rules(), at(0), &mut |_| ());
    thread::scope(|scope| scope.spawn(copying).join()).expect("a copy does not panic")
}

#[tokio::test]
async fn a_store_that_moved_to_a_server_and_back_holds_the_same_rows() {
    let home = filled().await;
    let before = everything(folder_of(&home));
    for (name, rows) in &before {
        assert!(!rows.is_empty(), "table {name} has no row to move");
    }
    let server = Home::server("read committed");
    let there = copy(&home.place(), &server.place()).expect("the server holds nothing");
    let back = Folder::new("back");
    let again = copy(&server.place(), &Place::Folder(back.path().to_owned()));
    let again = again.expect("the folder holds nothing");
    assert_eq!(there.verified, again.verified);
    assert!(there.verified.entries > 0, "{there:?}");
    assert_eq!(there.rows, again.rows);
    for (before, after) in before.iter().zip(everything(&back)) {
        assert_eq!(*before, after);
    }
}

#[tokio::test]
async fn a_moved_store_goes_on_where_it_was() {
    let home = filled().await;
    let server = Home::server("serializable");
    copy(&home.place(), &server.place()).expect("the server holds nothing");
    let store = server.open();
    shop::stock(&store, &vin(40)).await;
    let verified = store.verify_ledger().await.expect("it can be read");
    assert!(verified.is_ok(), "{verified:?}");
    store.close().await;
}

/// The child of the test below: copies, and stands still at the moment it was told.
#[test]
fn copy_until_killed() {
    let Some(from) = std::env::var_os(FROM) else {
        return;
    };
    let told = |name| std::env::var(name).expect("the parent says it");
    let to: Place = told(TO).parse().expect("the parent names a place");
    let moment: u32 = told(MOMENT).parse().expect("the parent names a moment");
    let mut seen = 0;
    let copied = store::copy(
        &Place::Folder(PathBuf::from(from)),
        &to,
        &shop::rules(),
        at(0),
        &mut |progress| {
            if let Progress::Resumed { buckets } = progress {
                println!("\nresumed {buckets}");
            }
            if seen == moment {
                println!("\nreached");
                loop {
                    thread::park();
                }
            }
            seen += 1;
        },
    );
    copied.expect("nothing stands in the way");
    println!("\nended");
}

/// Kills a copy at a moment; gives how many buckets it found, if it found any, and whether it had
/// ended before.
fn killed_at(moment: u32, from: &Folder, to: &str) -> (Option<usize>, bool) {
    let mut child = Command::new(std::env::current_exe().expect("the test has a file"))
        .args(["copy::copy_until_killed", "--exact", "--nocapture"])
        .env(FROM, from.path())
        .env(TO, to)
        .env(MOMENT, moment.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test can start itself");
    let output = BufReader::new(child.stdout.take().expect("the output is piped"));
    let mut resumed = None;
    let mut last = String::new();
    for line in output.lines().map(|line| line.expect("the output is text")) {
        if let Some(buckets) = line.strip_prefix("resumed ") {
            resumed = Some(buckets.parse().expect("a number follows"));
        }
        if line == "reached" || line == "ended" {
            last = line;
            break;
        }
    }
    assert_ne!(last, "", "the child says how far it came");
    child.kill().expect("the child was not waited for");
    child.wait().expect("the child can be waited for");
    (resumed, last == "ended")
}

/// Each copy is told a moment later than the one before would have met, from a seed that is fixed.
fn moments() -> impl Iterator<Item = u32> {
    let mut seed: u64 = 20_261_122;
    std::iter::repeat_with(move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u32 % 2_000
    })
}

/// The same copy again and again, killed each time, until one comes to its end.
fn kill_again_and_again(from: &Folder, to: &str) {
    let place: Place = to.parse().expect("the test names a place");
    let mut found = 0;
    let mut kills = 0;
    for moment in moments().take(200) {
        let (resumed, ended) = killed_at(moment, from, to);
        if let Some(buckets) = resumed {
            assert!(buckets >= found, "a bucket that has arrived stays");
            found = buckets;
        }
        if ended {
            break;
        }
        kills += 1;
        if resumed.is_some() {
            let refused = shop::opened(&place).expect_err("only a part has arrived");
            assert!(matches!(refused, Fault::PartlyCopied { .. }), "{refused:?}");
            assert!(
                refused.to_string().contains("goes on where it was"),
                "{refused}"
            );
        }
    }
    println!("{kills} kills");
    assert!(kills > 3, "the copy was killed before it ended");
}

#[tokio::test]
async fn a_copy_into_a_folder_survives_being_killed() {
    let home = filled().await;
    let target = Folder::new("killed-copy");
    let to = target.path().display().to_string();
    kill_again_and_again(folder_of(&home), &to);
    assert_eq!(everything(folder_of(&home)), everything(&target));
}

#[tokio::test]
async fn a_copy_into_a_server_survives_being_killed() {
    let home = filled().await;
    let postgres = Postgres::new("read committed");
    kill_again_and_again(folder_of(&home), &postgres.url());
    let back = Folder::new("killed-back");
    let server = Place::Server(postgres.address());
    copy(&server, &Place::Folder(back.path().to_owned())).expect("the server has a whole store");
    assert_eq!(everything(folder_of(&home)), everything(&back));
}

#[tokio::test]
async fn what_changed_after_an_interruption_is_brought_anew() {
    let home = filled().await;
    let target = Folder::new("changed");
    let to = target.path().display().to_string();
    // Late enough that most buckets have arrived.
    killed_at(1_500, folder_of(&home), &to);
    let store = home.open();
    for number in 100..200 {
        shop::stock(&store, &vin(number)).await;
    }
    store.close().await;
    let copied = copy(&home.place(), &to.parse().expect("a folder")).expect("it goes on");
    assert!(copied.anew > 0, "{copied:?}");
    assert!(copied.kept > 0, "{copied:?}");
    assert_eq!(everything(folder_of(&home)), everything(&target));
}

fn check_refused(from: &Place, to: &Place, words: &str) {
    let fault = copy(from, to).expect_err("this is not to be copied");
    assert!(
        fault.to_string().contains(words),
        "{fault} does not say {words:?}"
    );
}

#[tokio::test]
async fn only_a_whole_store_that_rests_is_copied_and_only_to_where_nothing_is() {
    let home = filled().await;
    let server = Home::server("read committed");
    let other = filled().await;
    check_refused(&home.place(), &other.place(), "rows in its table");
    let Home::Server(postgres) = &server else {
        panic!("this home is a server");
    };
    postgres.script("create table invoices (number bigint)");
    check_refused(
        &home.place(),
        &server.place(),
        "a table invoices of somebody else",
    );
    check_refused(&server.place(), &home.place(), "no store at postgres://");
    let nowhere = Place::Folder(PathBuf::from("/nowhere"));
    check_refused(&nowhere, &server.place(), "no store at /nowhere");
    postgres.script("drop table invoices");
    let working = server.open();
    working
        .lease("night-shift", at(-5), 10_000)
        .await
        .expect("it is alive");
    check_refused(
        &home.place(),
        &server.place(),
        "night-shift works on postgres://",
    );
    check_refused(
        &server.place(),
        &Place::Folder("/nowhere".into()),
        "night-shift works on",
    );
    working.close().await;
    let store = home.open();
    let empty = Folder::new("empty");
    let empty = Place::Folder(empty.path().to_owned());
    check_refused(&home.place(), &empty, "in use by another process");
    store.close().await;
    drop(store);
    home.script("update lines set minor = minor + 1 where line = 1");
    check_refused(&home.place(), &empty, "cannot be trusted: the books have");
    let opened = shop::opened(&empty).expect_err("its books are not whole");
    assert!(matches!(opened, Fault::PartlyCopied { .. }), "{opened:?}");
}
