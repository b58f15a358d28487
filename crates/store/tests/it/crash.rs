//! What was acknowledged is there after a kill; a folder whose store was dropped opens again.

use crate::shop::{self, Folder, at, hold, vin};
use sales::vehicle::Vehicle;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use store::{Context, Store};

const FOLDER: &str = "STORE_TEST_CRASH_FOLDER";

#[tokio::test]
async fn a_store_dropped_without_closing_opens_again() {
    let folder = Folder::new("dropped");
    let store = folder.open();
    shop::stock(&store, &vin(1)).await;
    drop(store);
    let store = folder.open();
    assert_eq!(
        store
            .load::<Vehicle>(&vin(1))
            .await
            .expect("it can be read")
            .1,
        2
    );
}

/// The child of the test below: stocks cars for ever and says each one it was told is stored.
#[tokio::test]
async fn stock_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let store = Store::open(shop::options(&PathBuf::from(folder))).expect("the folder is new");
    for number in 1.. {
        shop::stock(&store, &vin(number)).await;
        println!("stocked {number}");
    }
}

#[tokio::test]
async fn every_acknowledged_car_survives_a_kill() {
    let folder = Folder::new("killed");
    let mut child = Command::new(std::env::current_exe().expect("the test has a file"))
        .args(["crash::stock_until_killed", "--exact", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test can start itself");
    let output = BufReader::new(child.stdout.take().expect("the output is piped"));
    let said = output.lines().map(|line| line.expect("the output is text"));
    let stocked: Vec<u32> = said
        .filter_map(|line| line.split_once("stocked ")?.1.parse().ok())
        .take(60)
        .collect();
    child.kill().expect("the child still runs");
    child.wait().expect("the child can be waited for");
    let last = *stocked.last().expect("the child stocked cars");
    assert_eq!(last, 60);
    let store = folder.open();
    for number in stocked {
        let (_, version) = store
            .load::<Vehicle>(&vin(number))
            .await
            .expect("it can be read");
        assert_eq!(version, 2, "car {number} was acknowledged");
    }
    let free = store
        .execute::<Vehicle>(&vin(last), hold(1, at(60)), Context::at(at(1)))
        .await;
    assert!(free.is_ok(), "{free:?}");
}
