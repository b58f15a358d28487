//! Which slot a car is given.

use tower::schedule::storage::{Policy, Slot, Stay};

const POLICY: Policy = Policy {
    short_stay_days: 3,
    middling_ms: 40_000,
    kept_for_today: 1,
};

/// Slots from near to far; the way there now is the way back later.
fn slots() -> Vec<Slot> {
    let slot = |ms| Slot {
        now_ms: ms,
        later_ms: ms,
    };
    [10_000, 20_000, 30_000, 40_000, 60_000].map(slot).to_vec()
}

#[test]
fn a_car_that_leaves_today_gets_the_nearest_slot() {
    assert_eq!(POLICY.choose(&slots(), Stay::Today), Some(0));
}

#[test]
fn the_nearest_slot_is_kept_for_today_while_there_is_another() {
    assert_eq!(POLICY.choose(&slots(), Stay::Days(1)), Some(1));
    assert_eq!(POLICY.choose(&slots()[..1], Stay::Days(1)), Some(0));
}

#[test]
fn a_car_that_stays_long_stands_in_the_middle_and_no_farther() {
    assert_eq!(POLICY.choose(&slots(), Stay::Days(30)), Some(3));
}

#[test]
fn without_a_slot_there_is_none() {
    assert_eq!(POLICY.choose(&[], Stay::Today), None);
}

#[test]
fn a_longer_stay_never_moves_a_car_nearer() {
    let chosen = |days| {
        let slots = slots();
        slots[POLICY.choose(&slots, Stay::Days(days)).expect("a slot")].later_ms
    };
    assert!((0..60).all(|days| chosen(days) <= chosen(days + 1)));
}
