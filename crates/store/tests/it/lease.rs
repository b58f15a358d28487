//! Processes that share a database share its buckets fairly, and take over from the dead.

use crate::home::{Home, everywhere};
use crate::shop::{self, at};
use kernel::Bucket;
use sales::vehicle::{Command, Vehicle};
use store::{Buckets, Context, Lease, Store};

everywhere!(
    two_processes_share_all_buckets_and_no_bucket_is_held_twice,
    a_process_that_did_not_renew_in_time_has_lost_its_buckets_to_the_others,
    whoever_leaves_is_followed_at_once,
    what_the_dead_had_claimed_is_claimed_by_their_heir_at_once,
);

const TTL_MS: i64 = 10_000;

async fn lease(store: &Store, node: &str, second: i64) -> Lease {
    let lease = store.lease(node, at(second), TTL_MS).await;
    lease.expect("the leases can be written")
}

fn together(leases: &[&Lease]) -> usize {
    let held = |bucket: &Bucket| leases.iter().any(|lease| lease.buckets.contains(*bucket));
    Bucket::all().filter(held).count()
}

async fn two_processes_share_all_buckets_and_no_bucket_is_held_twice(home: &Home) {
    let store = home.open();
    let alone = lease(&store, "one", 0).await;
    assert_eq!(alone.buckets, Buckets::ALL);
    if !home.is_shared() {
        return;
    }
    let other = home.open();
    assert!(lease(&other, "two", 1).await.buckets.is_empty());
    let half = lease(&store, "one", 5).await;
    assert_eq!(half.buckets.count(), 128);
    assert!(
        lease(&other, "two", 6).await.buckets.is_empty(),
        "what was given up is nobody's before its end"
    );
    let (one, two) = (
        lease(&store, "one", 10).await,
        lease(&other, "two", 11).await,
    );
    assert_eq!((one.buckets.count(), two.buckets.count()), (128, 128));
    assert_eq!(together(&[&one, &two]), Bucket::COUNT);
    for bucket in two.buckets.iter() {
        assert_eq!((one.epoch(bucket), two.epoch(bucket)), (None, Some(2)));
    }
}

async fn a_process_that_did_not_renew_in_time_has_lost_its_buckets_to_the_others(home: &Home) {
    let store = home.open();
    if !home.is_shared() {
        assert_eq!(lease(&store, "one", 0).await.until, at(10));
        return;
    }
    let other = home.open();
    lease(&store, "one", 0).await;
    assert!(lease(&other, "two", 9).await.buckets.is_empty());
    let all = lease(&other, "two", 11).await;
    assert_eq!(all.buckets, Buckets::ALL, "the dead has no share");
    assert!(lease(&store, "one", 12).await.buckets.is_empty());
}

async fn whoever_leaves_is_followed_at_once(home: &Home) {
    let store = home.open();
    lease(&store, "one", 0).await;
    store.end_lease("one").await.expect("it can leave");
    let next = lease(&store, "two", 1).await;
    assert_eq!(next.buckets, Buckets::ALL);
}

async fn what_the_dead_had_claimed_is_claimed_by_their_heir_at_once(home: &Home) {
    if !home.is_shared() {
        return;
    }
    let (store, other) = (home.open(), home.open());
    lease(&store, "one", 0).await;
    let car = shop::vin(1);
    shop::stock(&store, &car).await;
    let order = shop::order(1);
    let let_go = Command::EndHold { order };
    let (first, second) = (shop::hold(1, at(1)), shop::hold(2, at(5)));
    for (second, command) in [(0, first), (1, let_go), (2, second)] {
        let context = Context::at(at(second));
        let done = store.execute::<Vehicle>(&car, command, context);
        done.await.expect("the car is free, held and free again");
    }
    let long_ms = 60_000;
    let facts = store.claim_due(at(2), long_ms, 10).await.expect("claimed");
    let timers = store.claim_timers(at(6), long_ms, 10).await;
    assert!(!facts.is_empty(), "an ended hold has reactions");
    assert_eq!(timers.expect("claimed").len(), 1);
    lease(&other, "two", 11).await;
    let taken = other.claim_due(at(12), long_ms, 10).await.expect("claimed");
    assert_eq!(taken.len(), facts.len());
    let taken = other.claim_timers(at(12), long_ms, 10).await;
    assert_eq!(taken.expect("claimed").len(), 1);
    lease(&other, "two", 13).await;
    let again = other.claim_due(at(14), long_ms, 10).await.expect("claimed");
    assert_eq!(again, vec![], "who renews keeps what it had claimed");
}
