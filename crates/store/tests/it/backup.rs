//! A backup is a state the shop was in, whatever is sold while it is made.

use crate::home::{Home, everywhere};
use crate::shop::{self, Folder, at, vin};
use sales::vehicle::Vehicle;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use store::{BackedUp, Context, Fault, Place, Store};

everywhere!(a_backup_made_while_cars_come_in_is_a_state_the_shop_was_in,);

async fn backup(from: Place, to: &Path) -> Result<BackedUp, Fault> {
    let to = to.to_owned();
    let making = move || store::backup(&from, &to, &shop::rules(), at(0), &mut |_| ());
    let made = tokio::task::spawn_blocking(making).await;
    made.expect("it does not panic")
}

/// Stocks one car after the other until it is enough.
async fn stock(store: Store, stocked: Arc<AtomicU32>, enough: Arc<AtomicBool>) {
    for number in 1.. {
        shop::stock(&store, &vin(number)).await;
        stocked.store(number, Ordering::SeqCst);
        if enough.load(Ordering::SeqCst) {
            return;
        }
    }
}

async fn a_backup_made_while_cars_come_in_is_a_state_the_shop_was_in(home: &Home) {
    let store = home.open();
    let (stocked, enough) = (
        Arc::new(AtomicU32::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let stocking = tokio::spawn(stock(store.clone(), stocked.clone(), enough.clone()));
    while stocked.load(Ordering::SeqCst) < 30 {
        tokio::task::yield_now().await;
    }
    let target = Folder::new("backup");
    let before = stocked.load(Ordering::SeqCst);
    let made = backup(home.place(), target.path())
        .await
        .expect("the folder is empty");
    assert!(made.bytes > 0);
    enough.store(true, Ordering::SeqCst);
    stocking.await.expect("every car was taken in");
    let after = stocked.load(Ordering::SeqCst);
    store.close().await;
    let copy = target.open();
    let mut versions = Vec::new();
    for number in 1..=after {
        let loaded = copy.load::<Vehicle>(&vin(number)).await;
        versions.push(loaded.expect("it can be read").1);
    }
    let there = versions.iter().filter(|version| **version == 2).count();
    assert!(
        there >= before as usize,
        "{there} of {before} cars are in the backup"
    );
    assert!(
        versions.is_sorted_by(|one, next| one >= next),
        "cars came in in order: {versions:?}"
    );
    let list = sales::vehicle::Command::List {
        listing: shop::listing(&vin(after + 1)),
    };
    let done = copy
        .execute::<Vehicle>(&vin(after + 1), list, Context::at(at(1)))
        .await;
    assert!(done.is_ok(), "{done:?}");
}

#[tokio::test]
async fn a_backup_does_not_overwrite_a_store_and_needs_one() {
    let (home, other) = (Home::folder("one"), Folder::new("other"));
    home.open().close().await;
    other.open().close().await;
    let fault = backup(home.place(), other.path())
        .await
        .expect_err("there is a store");
    assert!(matches!(fault, Fault::NotEmpty { .. }), "{fault:?}");
    let nowhere = Place::Folder("/nowhere".into());
    let empty = Folder::new("empty");
    let fault = backup(nowhere, empty.path())
        .await
        .expect_err("there is nothing");
    assert!(matches!(fault, Fault::NoStore { .. }), "{fault:?}");
}

#[tokio::test]
async fn a_damaged_store_gives_no_backup() {
    let home = Home::folder("damaged-books");
    crate::view::busy_shop(&home).await.close().await;
    home.script("update entries set hash = 'x' where entry = 1");
    let target = Folder::new("no-backup");
    let fault = backup(home.place(), target.path())
        .await
        .expect_err("the books are broken");
    assert!(matches!(fault, Fault::Differs { .. }), "{fault:?}");
    assert!(!target.path().join("automat.db").exists());
}
