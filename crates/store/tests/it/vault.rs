//! Personal text opens with its buyer's key alone, and never again once that is erased.

use crate::home::{Home, everywhere};
use crate::shop::{Folder, buyer};
use proptest::prelude::*;
use sales::buyer::Sealed;
use store::{Fault, Store};

everywhere!(
    an_erased_buyer_is_noise,
    a_text_stands_for_its_own_buyer_and_field_only,
);

async fn an_erased_buyer_is_noise(home: &Home) {
    let store = home.open();
    let sealed = store
        .seal(&buyer(1), "phone", "+6591234567")
        .await
        .expect("it can be sealed");
    assert!(!sealed.0.contains("9123"));
    let opened = store
        .open_sealed(&buyer(1), "phone", &sealed)
        .await
        .expect("it can be opened");
    assert_eq!(opened.as_deref(), Some("+6591234567"));
    store.erase(&buyer(1)).await.expect("it can be erased");
    let gone = store
        .open_sealed(&buyer(1), "phone", &sealed)
        .await
        .expect("it can be tried");
    assert_eq!(gone, None);
    store
        .seal(&buyer(1), "phone", "other")
        .await
        .expect("a new key is made");
    let noise = store.open_sealed(&buyer(1), "phone", &sealed).await;
    assert!(matches!(noise, Err(Fault::Cipher { .. })), "{noise:?}");
}

async fn a_text_stands_for_its_own_buyer_and_field_only(home: &Home) {
    let store = home.open();
    let sealed = store
        .seal(&buyer(1), "phone", "secret")
        .await
        .expect("it can be sealed");
    store
        .seal(&buyer(2), "phone", "other")
        .await
        .expect("it can be sealed");
    for (who, field) in [(1, "name"), (2, "phone")] {
        let opened = store.open_sealed(&buyer(who), field, &sealed).await;
        assert!(matches!(opened, Err(Fault::Cipher { .. })), "{opened:?}");
    }
    let twice = store
        .seal(&buyer(1), "phone", "secret")
        .await
        .expect("it can be sealed");
    assert_ne!(twice, sealed, "equal texts do not look equal");
}

fn check_round_trip(store: &Store, text: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("one thread");
    runtime.block_on(async {
        let sealed = store
            .seal(&buyer(3), "name", text)
            .await
            .expect("it can be sealed");
        let opened = store.open_sealed(&buyer(3), "name", &sealed).await;
        assert_eq!(opened.expect("it can be opened").as_deref(), Some(text));
        let broken = Sealed(format!("A{}", sealed.0));
        assert!(store.open_sealed(&buyer(3), "name", &broken).await.is_err());
    });
}

#[test]
fn every_text_comes_back_as_it_was() {
    let folder = Folder::new("texts");
    let store = folder.open();
    proptest!(ProptestConfig::with_cases(24), |(text in ".*")| check_round_trip(&store, &text));
}
