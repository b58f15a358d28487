//! Two lifts that cannot pass: never too close, nothing lost, never below the bound.

use super::cylinder::Dice;
use proptest::prelude::*;
use tower::schedule::mast::{Lift, Load, Mast, Pair, Plan};

const STATES: usize = 2_000_000;

/// Carries a plan out on paper: lifts move one floor a step at most, keep apart, and bring every
/// car down.
#[track_caller]
fn carried_out(mast: Mast, cars: &[i32], plan: &Plan) {
    let mut picked = Vec::new();
    let mut put = 0;
    for two in plan.steps.windows(2) {
        assert!(mast.allows(&two[1]));
        for (before, after) in two[0].into_iter().zip(two[1]) {
            let moved = (after.floor - before.floor).abs();
            assert!(moved <= 1 && (moved == 0 || before.load == after.load));
            match (before.load, after.load) {
                (Load::Empty { .. }, Load::Loaded { put: 0 }) => picked.push(after.floor),
                (Load::Loaded { .. }, Load::Empty { picked: 0 }) => {
                    assert_eq!(after.floor, 0);
                    put += 1;
                }
                (Load::Empty { picked: a }, Load::Empty { picked: b }) => {
                    assert!(b == a && a == 0 || b == a + 1);
                }
                (Load::Loaded { put: a }, Load::Loaded { put: b }) => {
                    assert!(b == a && a == 0 || b == a + 1);
                }
                step => panic!("no lift does {step:?}"),
            }
        }
    }
    let mut wanted = cars.to_vec();
    wanted.sort_unstable();
    picked.sort_unstable();
    assert_eq!(picked, wanted);
    assert_eq!(put, cars.len());
}

fn start() -> Pair {
    [Lift::at(-1), Lift::at(0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn an_exact_plan_keeps_apart_and_is_between_no_interference_and_one_lift(
        cars in proptest::collection::vec(1..9i32, 0..4),
    ) {
        let mast = Mast::of_floors(8);
        let plan = mast.plan(&cars, start(), STATES).expect("a plan");
        carried_out(mast, &cars, &plan);
        prop_assert!(plan.proof.is_exact());
        prop_assert!(mast.without_interference(&cars, [-1, 0]) <= plan.proof.cost);
        // The upper lift alone does what one lift does.
        prop_assert!(plan.proof.cost <= mast.one_lift(&cars));
    }

    #[test]
    fn a_rolling_plan_brings_every_car_down_and_is_not_below_the_bound(seed: u64, count in 4..9) {
        let mast = Mast::of_floors(8);
        let mut dice = Dice(seed);
        let cars: Vec<i32> = (0..count).map(|_| 1 + dice.below(8) as i32).collect();
        // Enough for two cars at a time.
        let plan = mast.plan(&cars, start(), 10_000).expect("a plan");
        carried_out(mast, &cars, &plan);
        let best = mast.plan(&cars, start(), STATES).expect("a plan");
        prop_assert!(best.proof.is_exact());
        prop_assert!(plan.proof.bound <= best.proof.cost && best.proof.cost <= plan.proof.cost);
    }
}

#[test]
fn a_lift_with_a_car_in_hand_goes_on_from_there() {
    let mast = Mast::of_floors(6);
    let loaded = Lift {
        floor: 2,
        load: Load::Loaded { put: 0 },
    };
    let plan = mast
        .plan(&[], [loaded, Lift::at(4)], STATES)
        .expect("a plan");
    // Two floors down and two steps to put it off.
    assert_eq!(plan.proof.cost, 4);
}

#[test]
fn lifts_that_stand_in_each_other_have_no_plan() {
    let mast = Mast::of_floors(6);
    assert_eq!(mast.plan(&[3], [Lift::at(2), Lift::at(2)], STATES), None);
    assert_eq!(mast.plan(&[99], start(), STATES), None);
}
