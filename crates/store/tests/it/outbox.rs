//! Facts are claimed once per lease, in the order of their stream, and errors are kept.

use crate::home::{Home, everywhere};
use crate::shop::{self, at, hold, order, vin};
use reactions::Fact;
use sales::vehicle::{Command, Event, Vehicle};
use store::{Context, Failure, Store};

everywhere!(
    a_fact_is_finished_with_the_command_that_comes_last,
    a_later_fact_of_a_stream_waits_for_the_earlier_one,
    a_lease_that_ran_out_is_claimed_by_the_next_worker,
    a_fact_that_keeps_failing_is_shown_with_its_error,
    workers_are_woken_by_a_commit_with_reactions,
    a_fact_from_after_the_clock_was_read_is_found_at_the_next_look,
);

const LEASE_MS: i64 = 30_000;

/// A car that is held and let go by time, twice over: facts that have reactions.
async fn busy_car(store: &Store) {
    shop::stock(store, &vin(1)).await;
    for number in 1..=2 {
        let begin = i64::from(number) * 10;
        let end = Command::EndHold {
            order: order(number),
        };
        let commands = [(begin, hold(number, at(begin + 5))), (begin + 5, end)];
        for (second, command) in commands {
            let context = Context::at(at(second));
            let done = store.execute::<Vehicle>(&vin(1), command, context).await;
            done.expect("the car is free, then held");
        }
    }
}

async fn a_later_fact_of_a_stream_waits_for_the_earlier_one(home: &Home) {
    let store = home.open();
    busy_car(&store).await;
    let depth = store.outbox_depth().await.expect("it can be counted");
    assert!(depth >= 2, "ended holds have reactions");
    let mut versions = Vec::new();
    for _ in 0..depth {
        let due = store
            .claim_due(at(30), LEASE_MS, 10)
            .await
            .expect("it can be claimed");
        assert_eq!(due.len(), 1, "one fact of the stream at a time");
        assert!(matches!(&due[0].fact, Fact::Vehicle(car, _) if *car == vin(1)));
        let none = store
            .claim_due(at(30), LEASE_MS, 10)
            .await
            .expect("it can be claimed");
        assert_eq!(none, vec![], "what is claimed is not claimed again");
        versions.push(due[0].version);
        store.finish(&due[0]).await.expect("it can be finished");
    }
    assert!(versions.is_sorted());
    assert_eq!(store.outbox_depth().await.expect("it can be counted"), 0);
}

async fn a_fact_is_finished_with_the_command_that_comes_last(home: &Home) {
    let store = home.open();
    busy_car(&store).await;
    let claim = async || {
        let due = store.claim_due(at(30), LEASE_MS, 10).await;
        due.expect("it can be claimed").remove(0)
    };
    let send = async |command, finishes| {
        let context = Context {
            finishes: Some(finishes),
            ..Context::at(at(31))
        };
        store.execute::<Vehicle>(&vin(2), command, context).await
    };
    let depth = async || store.outbox_depth().await.expect("it can be counted");
    let before = depth().await;
    let due = claim().await;
    let refused = send(hold(7, at(60)), due.finishing(false)).await;
    assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
    assert_eq!(depth().await, before, "something else is to be done then");
    let refused = send(hold(7, at(60)), due.finishing(true)).await;
    assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
    assert_eq!(depth().await, before - 1);
    let due = claim().await;
    let list = Command::List {
        listing: shop::listing(&vin(2)),
    };
    for _ in 0..2 {
        let done = send(list.clone(), due.finishing(false)).await;
        done.expect("a car that nobody knows can be listed, and is the same car the second time");
        assert_eq!(depth().await, before - 2);
    }
}

#[tokio::test]
async fn what_a_process_that_is_gone_had_claimed_is_due_at_once() {
    let home = Home::folder("dead");
    let store = home.open();
    busy_car(&store).await;
    let claimed = store.claim_due(at(30), LEASE_MS, 10).await;
    let claimed = claimed.expect("it can be claimed");
    store.close().await;
    drop(store);
    let store = home.open();
    let again = store.claim_due(at(30), LEASE_MS, 10).await;
    let again = again.expect("it can be claimed");
    assert_eq!(again[0].version, claimed[0].version);
    assert_eq!(again[0].attempts, 2, "that it was tried before is kept");
}

async fn a_lease_that_ran_out_is_claimed_by_the_next_worker(home: &Home) {
    let store = home.open();
    busy_car(&store).await;
    let first = store
        .claim_due(at(30), LEASE_MS, 10)
        .await
        .expect("it can be claimed");
    assert_eq!(first[0].attempts, 1);
    let again = store
        .claim_due(at(30 + 31), LEASE_MS, 10)
        .await
        .expect("it can be claimed");
    assert_eq!((again[0].version, again[0].attempts), (first[0].version, 2));
    assert!(matches!(
        &again[0].fact,
        Fact::Vehicle(_, Event::HoldEnded { .. })
    ));
}

async fn a_fact_that_keeps_failing_is_shown_with_its_error(home: &Home) {
    let store = home.open();
    busy_car(&store).await;
    for attempt in 1..=5 {
        assert_eq!(store.stuck().await.expect("it can be listed"), vec![]);
        let now = at(attempt * 100);
        let due = store
            .claim_due(now, LEASE_MS, 1)
            .await
            .expect("it can be claimed");
        let soon = store
            .postpone(&due[0], now.plus_seconds(60), "the wallet is silent")
            .await;
        soon.expect("it can be postponed");
        let early = store.claim_due(now.plus_seconds(59), LEASE_MS, 1).await;
        assert_eq!(
            early.expect("it can be claimed"),
            vec![],
            "nothing of the stream overtakes it"
        );
    }
    let stuck = store.stuck().await.expect("it can be listed");
    assert_eq!(stuck.len(), 1);
    assert_eq!(stuck[0].attempts, 5);
    assert_eq!(stuck[0].error.as_deref(), Some("the wallet is silent"));
}

async fn workers_are_woken_by_a_commit_with_reactions(home: &Home) {
    let store = home.open();
    busy_car(&store).await;
    let woken = tokio::time::timeout(std::time::Duration::from_secs(5), store.woken().notified());
    woken.await.expect("the commit left a wake-up");
}

async fn a_fact_from_after_the_clock_was_read_is_found_at_the_next_look(home: &Home) {
    let store = home.open();
    busy_car(&store).await;
    // This look looks everywhere, which is not done again within a second.
    let read = at(15).plus_millis(-500);
    let early = store.claim_due(read, LEASE_MS, 10).await;
    assert_eq!(
        early.expect("it can be claimed"),
        vec![],
        "the first hold has not ended"
    );
    let due = store.claim_due(at(15), LEASE_MS, 10).await;
    assert_eq!(due.expect("it can be claimed").len(), 1);
}
