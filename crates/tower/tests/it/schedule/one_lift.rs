//! One lift with openings: against every order on small cases, against its bound on large ones.

use super::cylinder::{BAY, Dice, travel};
use super::orders;
use proptest::prelude::*;
use tower::schedule::one_lift::{Cycle, Infeasible, Plan, Work, check, peers, plan, travel_of};

const NODES: u64 = 3_000;

/// Finds the least travel by trying every order of fetches and every empty slot for each store.
fn least(work: Work<'_>, travel: &impl Fn(usize, usize) -> u64) -> Option<u64> {
    let alone = work.fetches.len().saturating_sub(work.stores);
    let mut least = None;
    orders(work.fetches.len(), &mut |order| {
        let order: Vec<usize> = order.iter().map(|index| work.fetches[*index]).collect();
        let found = rest(work, &order, work.openings.to_vec(), alone, travel);
        least = [least, found].into_iter().flatten().min();
    });
    least
}

fn rest(
    work: Work<'_>,
    order: &[usize],
    empty: Vec<usize>,
    alone: usize,
    travel: &impl Fn(usize, usize) -> u64,
) -> Option<u64> {
    let bay = work.bay;
    let Some((fetch, later)) = order.split_first() else {
        // What is left to be stored takes the nearest of what is empty, each by itself.
        let mut ways: Vec<u64> = empty
            .iter()
            .map(|slot| travel(bay, *slot) + travel(*slot, bay))
            .collect();
        ways.sort_unstable();
        let left = work.stores.saturating_sub(work.fetches.len());
        return (ways.len() >= left).then(|| ways[..left].iter().sum());
    };
    let home = travel(*fetch, bay);
    let go_on = |empty: &[usize], alone| {
        let empty = [empty, &[*fetch]].concat();
        rest(work, later, empty, alone, travel)
    };
    let by_itself = (alone > 0).then(|| go_on(&empty, alone - 1));
    let by_itself = by_itself
        .flatten()
        .map(|more| more + travel(bay, *fetch) + home);
    let paired = empty.iter().filter_map(|slot| {
        let others: Vec<usize> = empty.iter().copied().filter(|one| one != slot).collect();
        Some(go_on(&others, alone)? + travel(bay, *slot) + travel(*slot, *fetch) + home)
    });
    paired.chain(by_itself).min()
}

proptest! {
    #[test]
    fn a_small_plan_is_the_best_of_all(
        seed: u64, stores in 0..6usize, fetches in 0..5usize, openings in 0..5usize,
        limit in prop_oneof![Just(12u64), Just(400)],
    ) {
        let travel = travel();
        let drawn = Dice(seed).slots(fetches + openings, limit);
        let (fetches, openings) = drawn.split_at(fetches);
        let work = Work { bay: BAY, stores, fetches, openings };
        let least = least(work, &travel);
        let plan = plan(work, &travel, u64::MAX);
        prop_assert_eq!(plan.as_ref().map(|plan| plan.proof.cost), least);
        if let Some(plan) = plan {
            prop_assert!(plan.proof.is_exact());
            prop_assert_eq!(check(work, &plan.cycles), Ok(()));
        }
    }

    #[test]
    fn whenever_it_is_stopped_there_is_a_plan_and_a_bound_that_holds(
        seed: u64, nodes in 0..40u64, fetches in 2..9usize,
    ) {
        let travel = travel();
        let drawn = Dice(seed).slots(fetches + 2, 400);
        let (fetches, openings) = drawn.split_at(fetches);
        let work = Work { bay: BAY, stores: fetches.len(), fetches, openings };
        let stopped = plan(work, &travel, nodes).expect("a plan");
        let best = plan(work, &travel, u64::MAX).expect("a plan");
        prop_assert_eq!(check(work, &stopped.cycles), Ok(()));
        prop_assert!(stopped.proof.bound <= best.proof.cost);
        prop_assert!(best.proof.cost <= stopped.proof.cost);
        prop_assert!(best.proof.is_exact());
    }
}

/// Plans random work on the round tower; gives the plan and the travel of the three rules.
fn instance(seed: u64, fetches: usize, openings: usize) -> (Plan, [u64; 3]) {
    let travel = travel();
    let drawn = Dice(seed).slots(fetches + openings, 400);
    let (fetches, openings) = drawn.split_at(fetches);
    let work = Work {
        bay: BAY,
        stores: fetches.len(),
        fetches,
        openings,
    };
    let plan = plan(work, &travel, NODES).expect("a plan");
    assert_eq!(check(work, &plan.cycles), Ok(()));
    let rules = [
        peers::in_order(work, &travel),
        peers::nearest_neighbour(work, &travel),
        peers::shortest_leg(work, &travel),
    ];
    let of_rule = |cycles: Option<Vec<Cycle>>| {
        let cycles = cycles.expect("a plan");
        assert_eq!(check(work, &cycles), Ok(()));
        travel_of(&cycles, BAY, &travel)
    };
    (plan, rules.map(of_rule))
}

#[test]
fn on_a_round_tower_plans_are_half_a_percent_above_their_bound_at_most() {
    for (fetches, openings) in [(5, 20), (10, 30), (30, 40)] {
        let mut gaps = Vec::new();
        for seed in 0..60 {
            let (plan, rules) = instance(seed, fetches, openings);
            assert!(rules.iter().all(|rule| plan.proof.bound <= *rule));
            assert!(rules.iter().all(|rule| plan.proof.cost <= *rule));
            gaps.push(plan.proof.gap());
        }
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        assert!(
            mean <= 0.005,
            "{fetches} fetches, {openings} openings: {mean}"
        );
    }
}

#[test]
fn a_full_tower_fetches_first_and_stores_into_what_that_frees() {
    let travel = travel();
    let fetches = [5, 100, 300];
    let work = Work {
        bay: BAY,
        stores: 2,
        fetches: &fetches,
        openings: &[],
    };
    let plan = plan(work, &travel, NODES).expect("one fetch goes alone");
    assert_eq!(check(work, &plan.cycles), Ok(()));
    assert_eq!(plan.cycles[0].store_to, None);
}

#[test]
fn without_a_slot_for_every_car_there_is_no_plan() {
    let travel = travel();
    let full = Work {
        bay: BAY,
        stores: 3,
        fetches: &[5, 100, 300],
        openings: &[],
    };
    assert_eq!(plan(full, &travel, NODES), None);
    let few = Work {
        bay: BAY,
        stores: 3,
        fetches: &[5],
        openings: &[7],
    };
    assert_eq!(plan(few, &travel, NODES), None);
}

#[test]
fn rounds_that_cannot_be_carried_out_are_told() {
    let work = Work {
        bay: BAY,
        stores: 1,
        fetches: &[5],
        openings: &[7],
    };
    let round = |store_to, fetch_from| Cycle {
        store_to,
        fetch_from,
    };
    let taken = [round(Some(5), Some(5))];
    assert_eq!(check(work, &taken), Err(Infeasible::NotEmpty(5)));
    let twice = [round(Some(7), Some(5)), round(None, Some(5))];
    assert_eq!(check(work, &twice), Err(Infeasible::NotAsked(5)));
    let left = Infeasible::LeftOver {
        stores: 1,
        fetches: 0,
    };
    assert_eq!(check(work, &[round(None, Some(5))]), Err(left));
}
