//! A duty is one process's for as long as it renews, and nobody takes it from them.

use crate::home::{Home, everywhere};
use crate::shop::at;
use store::Store;

everywhere!(a_duty_stays_with_whoever_renews_it_and_goes_on_when_they_are_dead_or_leave);

const TTL_MS: i64 = 10_000;

async fn takes(store: &Store, node: &str, second: i64) -> bool {
    let taken = store
        .take_duty("tower-small", node, at(second), TTL_MS)
        .await;
    taken.expect("the duties can be written")
}

async fn a_duty_stays_with_whoever_renews_it_and_goes_on_when_they_are_dead_or_leave(home: &Home) {
    let store = home.open();
    assert!(takes(&store, "one", 0).await);
    if !home.is_shared() {
        return;
    }
    let other = home.open();
    assert!(!takes(&other, "two", 1).await);
    assert!(takes(&store, "one", 9).await);
    assert!(!takes(&other, "two", 18).await);
    assert!(takes(&other, "two", 19).await, "one did not renew in time");
    assert!(!takes(&store, "one", 20).await);
    let elsewhere = store.take_duty("tower-large", "one", at(20), TTL_MS).await;
    assert!(elsewhere.expect("written"), "each duty is had by itself");
    other.end_lease("two").await.expect("it can leave");
    assert!(takes(&store, "one", 21).await);
}
