//! Dual commands with fixed slots, against every possible pairing.

use super::cylinder::{BAY, Dice, travel};
use super::orders;
use tower::schedule::pairing::{self, Slots};

#[test]
fn no_other_pairing_travels_less() {
    let (travel, mut dice) = (travel(), Dice(1));
    for (stores, fetches) in [(4, 4), (2, 5), (5, 2), (0, 4), (4, 0), (0, 0)] {
        let drawn = dice.slots(stores + fetches, 400);
        let (stores, fetches) = drawn.split_at(stores);
        let slots = Slots {
            bay: BAY,
            stores,
            fetches,
        };
        let best = pairing::best(slots, &travel);
        let mut least = u64::MAX;
        orders(stores.len() + fetches.len(), &mut |order| {
            let pairs: Vec<Option<usize>> = order[..stores.len()]
                .iter()
                .map(|fetch| Some(*fetch).filter(|fetch| *fetch < fetches.len()))
                .collect();
            least = least.min(pairing::travel_of(slots, &pairs, &travel));
        });
        assert_eq!(best.proof.cost, least);
        assert_eq!(pairing::travel_of(slots, &best.fetch_of, &travel), least);
        let near = pairing::nearest(slots, &travel);
        assert!(pairing::travel_of(slots, &near, &travel) >= least);
    }
}

#[test]
fn a_store_and_a_fetch_stay_apart_where_the_way_between_is_longer() {
    // From 1 to 2 the lift would have to go round; by the bay it is shorter.
    let travel = |from: usize, to: usize| if from != 0 && to != 0 { 100 } else { 10 };
    let slots = Slots {
        bay: 0,
        stores: &[1],
        fetches: &[2],
    };
    let best = pairing::best(slots, travel);
    assert_eq!(best.fetch_of, [None]);
    assert_eq!(best.proof.cost, 40);
}
