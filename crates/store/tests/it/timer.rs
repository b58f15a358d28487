//! Timers fire when their time has come, and each setting of one is consumed once.

use crate::home::{Home, everywhere};
use crate::shop::{self, at, hold, order, vin};
use reactions::Timer;
use sales::vehicle::{Command, State, Vehicle};
use store::{Context, Failure, TimerKey};

everywhere!(
    a_hold_that_ends_frees_the_car_once,
    a_timer_set_anew_outlives_the_firing_of_the_old_one,
);

fn firing(key: &TimerKey, second: i64) -> Context {
    Context {
        consumes: Some(key.clone()),
        ..Context::at(at(second))
    }
}

async fn a_hold_that_ends_frees_the_car_once(home: &Home) {
    let store = home.open();
    shop::stock(&store, &vin(1)).await;
    let held = store
        .execute::<Vehicle>(&vin(1), hold(1, at(600)), Context::at(at(1)))
        .await;
    held.expect("the car is free");
    assert_eq!(
        store.next_timer().await.expect("it can be read"),
        Some(at(600))
    );
    assert_eq!(
        store
            .claim_timers(at(599), 30_000, 10)
            .await
            .expect("claimed"),
        vec![]
    );
    let due = store
        .claim_timers(at(600), 30_000, 10)
        .await
        .expect("claimed");
    assert_eq!(due.len(), 1);
    assert_eq!(
        due[0].timer,
        Timer::HoldEnds {
            vin: vin(1),
            order: order(1)
        }
    );
    assert_eq!(
        store
            .claim_timers(at(601), 30_000, 10)
            .await
            .expect("claimed"),
        vec![]
    );
    let end = Command::EndHold { order: order(1) };
    let ended = store
        .execute::<Vehicle>(&vin(1), end.clone(), firing(&due[0].key, 600))
        .await;
    assert_eq!(ended.expect("the hold is over").events.len(), 1);
    let (car, _) = store
        .load::<Vehicle>(&vin(1))
        .await
        .expect("it can be read");
    let State::Stored { .. } = car else {
        panic!("the car is free again");
    };
    let twice = store
        .execute::<Vehicle>(&vin(1), end, firing(&due[0].key, 600))
        .await;
    assert!(matches!(twice, Err(Failure::Stale)), "{twice:?}");
    assert_eq!(store.next_timer().await.expect("it can be read"), None);
}

async fn a_timer_set_anew_outlives_the_firing_of_the_old_one(home: &Home) {
    let store = home.open();
    shop::stock(&store, &vin(1)).await;
    let held = store
        .execute::<Vehicle>(&vin(1), hold(1, at(600)), Context::at(at(1)))
        .await;
    held.expect("the car is free");
    let due = store
        .claim_timers(at(600), 30_000, 10)
        .await
        .expect("claimed");
    let longer = Command::ExtendHold {
        order: order(1),
        until: at(900),
    };
    let extended = store
        .execute::<Vehicle>(&vin(1), longer, Context::at(at(599)))
        .await;
    extended.expect("it was not extended before");
    let end = Command::EndHold { order: order(1) };
    let stale = store
        .execute::<Vehicle>(&vin(1), end, firing(&due[0].key, 600))
        .await;
    assert!(matches!(stale, Err(Failure::Stale)), "{stale:?}");
    assert!(
        !store
            .drop_timer(&due[0].key)
            .await
            .expect("it can be tried")
    );
    assert_eq!(
        store.next_timer().await.expect("it can be read"),
        Some(at(900))
    );
}
