//! Where an idle lift waits, and when moving is worth it.

use super::cylinder::{BAY, travel};
use tower::schedule::dwell::{Prospect, Request, best};

fn requests(of_bay: u64) -> Vec<Request> {
    let slots = (0..400).map(|place| Request { place, weight: 1 });
    let bay = Request {
        place: BAY,
        weight: of_bay,
    };
    slots.chain([bay]).collect()
}

#[test]
fn a_lift_that_will_only_be_asked_to_fetch_waits_among_the_cars() {
    let (travel, everywhere) = (travel(), (0..=BAY).collect::<Vec<_>>());
    let dwell = best(&everywhere, &requests(0), &travel).expect("a place");
    let floor = dwell.place / 20 + 1;
    assert!((9..=12).contains(&floor), "floor {floor}");
    let at_bay = best(&[BAY], &requests(0), &travel).expect("a place");
    let part = dwell.weighted_ms as f64 / at_bay.weighted_ms as f64;
    // Half the way in a continuous rack; speeding up and turning take their part here.
    assert!((0.5..0.7).contains(&part), "{part}");
}

#[test]
fn a_lift_that_will_mostly_be_asked_to_store_waits_at_the_bay() {
    let (travel, everywhere) = (travel(), (0..=BAY).collect::<Vec<_>>());
    let dwell = best(&everywhere, &requests(4_000), &travel).expect("a place");
    assert_eq!(dwell.place, BAY);
}

#[test]
fn a_move_that_saves_less_than_it_costs_is_not_made() {
    let prospect = |saves_ms, requests_per_ms| Prospect {
        saves_ms,
        likelihood: 0.5,
        takes_ms: 60_000,
        requests_per_ms,
        wear: 0.1,
    };
    assert!(prospect(20_000, 0.0).is_worth_it());
    assert!(!prospect(10_000, 0.0).is_worth_it());
    // A request every two minutes waits fifteen seconds for it in the mean.
    assert!(!prospect(20_000, 1.0 / 120_000.0).is_worth_it());
}
