//! A store belongs to the master key it was made with.

use crate::home::{Home, everywhere};
use crate::shop;
use store::{Fault, Store};

everywhere!(whoever_comes_with_another_master_key_is_turned_away);

async fn whoever_comes_with_another_master_key_is_turned_away(home: &Home) {
    drop(home.open());
    let other = Store::open_at(&home.place(), shop::rules(), &[8; 32]);
    let Err(fault @ Fault::OtherKey { .. }) = other else {
        panic!("it let in whoever came: {other:?}");
    };
    assert!(fault.to_string().contains("secrets.key"), "{fault}");
    drop(home.open());
}
