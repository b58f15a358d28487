//! One bad stream takes nothing else with it, and a bug ends the process instead of the service.

use crate::shop::{self, Folder, at, hold, vin};
use kernel::{Decider, Moment};
use reactions::{Fact, Stream};
use rusqlite::Connection;
use sales::vehicle::Vehicle;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::Command;
use store::{Context, Failure, Fault, Store};
use tokio::task::JoinSet;

#[tokio::test]
async fn a_stream_that_cannot_be_read_does_not_stop_the_others() {
    let folder = Folder::new("unreadable");
    let store = folder.open();
    for number in 1..=20 {
        shop::stock(&store, &vin(number)).await;
    }
    store.close().await;
    let file = Connection::open(folder.path().join("automat.db")).expect("it is a database");
    let stream = format!("vehicle-{}", vin(7));
    let damage = "update events set body = '{\"Stored\":' where stream = ?1 and version = 2";
    assert_eq!(
        file.execute(damage, [&stream]).expect("it can be damaged"),
        1
    );
    let store = folder.open();
    let mut answers = JoinSet::new();
    for number in 1..=20 {
        let store = store.clone();
        answers.spawn(async move {
            let command = hold(number, at(600));
            (
                number,
                store
                    .execute::<Vehicle>(&vin(number), command, Context::at(at(1)))
                    .await,
            )
        });
    }
    while let Some(answer) = answers.join_next().await {
        match answer.expect("no task panics") {
            (
                7,
                Err(Failure::Fault(Fault::Body {
                    stream: named,
                    version: 2,
                    ..
                })),
            ) => {
                assert_eq!(named, stream);
            }
            (number, answer) => assert!(number != 7 && answer.is_ok(), "{number}: {answer:?}"),
        }
    }
    let history = store
        .history::<Vehicle>(&vin(8))
        .await
        .expect("it can be read");
    assert_eq!(history.len(), 3, "a replayed batch writes each event once");
}

/// An aggregate with a bug.
#[derive(Debug)]
struct Bomb;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tick;

impl Decider for Bomb {
    const KIND: &'static str = "bomb";
    type Id = String;
    type State = ();
    type Command = Tick;
    type Event = Tick;
    type Refusal = ();

    fn decide((): &(), Tick: Tick, _at: Moment) -> Result<Vec<Tick>, ()> {
        panic!("this is the bug")
    }

    fn evolve((): (), Tick: &Tick) {}
}

impl Stream for Bomb {
    fn fact(_: &String, Tick: &Tick) -> Fact {
        panic!("a bomb decides nothing")
    }
}

const FOLDER: &str = "STORE_TEST_BUG_FOLDER";

/// The child of the test below.
#[tokio::test]
async fn run_into_a_bug() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let store = Store::open(shop::options(&PathBuf::from(folder))).expect("the folder is new");
    shop::stock(&store, &vin(1)).await;
    // The process is gone before this can be answered.
    let answer = store
        .execute::<Bomb>(&"b1".to_owned(), Tick, Context::at(at(1)))
        .await;
    println!("still selling: {answer:?}");
}

#[tokio::test]
async fn a_bug_in_a_decision_ends_the_process_loudly_and_loses_nothing() {
    let folder = Folder::new("bug");
    let output = Command::new(std::env::current_exe().expect("the test has a file"))
        .args(["fault::run_into_a_bug", "--exact", "--nocapture"])
        .env(FOLDER, folder.path())
        .output()
        .expect("the test can start itself");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("still selling"), "{said}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("this is the bug") && said.contains("the process ends"),
        "{said}"
    );
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
