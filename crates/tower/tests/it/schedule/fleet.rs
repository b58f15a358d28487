//! Several lifts: plans that can be carried out, bounds that hold, and small ones close to best.

use super::cylinder::{BAY, Dice, travel};
use proptest::prelude::*;
use tower::schedule::fleet::{Work, check, plan};
use tower::schedule::one_lift;

/// Lifts in sectors of the round tower; the last one reaches everything.
fn in_sectors(lifts: usize) -> impl Fn(usize, usize, usize) -> Option<u64> {
    let travel = travel();
    move |lift, from, to| {
        let sector = |place: usize| place % 20 * lifts / 20;
        let reached = |place: usize| place == BAY || lift + 1 == lifts || sector(place) == lift;
        (reached(from) && reached(to)).then(|| travel(from, to))
    }
}

/// Lifts that all reach everything.
fn anywhere() -> impl Fn(usize, usize, usize) -> Option<u64> {
    let travel = travel();
    move |_, from, to| Some(travel(from, to))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_plan_can_be_carried_out_and_is_not_below_its_bound(
        seed: u64, lifts in 1..5usize, stores in 0..8usize, fetches in 0..8usize,
        openings in 6..12usize, bays in 0..3usize, sectors: bool,
    ) {
        let drawn = Dice(seed).slots(fetches + openings, 400);
        let (fetches, openings) = drawn.split_at(fetches);
        let meets = vec![BAY; lifts];
        let work = Work {
            lifts: &meets, stores, fetches, openings,
            handling_ms: 30_000, bays, handover_ms: 90_000,
        };
        let (apart, shared) = (in_sectors(lifts), anywhere());
        let travel = |lift, from, to| match sectors {
            true => apart(lift, from, to),
            false => shared(lift, from, to),
        };
        if let Some(plan) = plan(work, travel, 20) {
            let rounds = check(work, &plan.lifts, travel);
            let rounds = rounds.map_err(|why| TestCaseError::fail(why.to_string()))?;
            let last = rounds.iter().map(|round| round.handed_over_ms).max().unwrap_or(0);
            prop_assert_eq!(last, plan.proof.cost);
            prop_assert!(plan.proof.bound > 0 || rounds.is_empty());
        } else {
            // The last lift reaches everything, so only slots can be missing.
            prop_assert!(openings.len() + fetches.len() < stores);
        }
    }
}

#[test]
fn one_lift_of_a_fleet_is_planned_as_one_lift() {
    let way = travel();
    for seed in 0..10 {
        let drawn = Dice(seed).slots(28, 400);
        let (fetches, openings) = drawn.split_at(8);
        let work = Work {
            lifts: &[BAY],
            stores: 8,
            fetches,
            openings,
            handling_ms: 0,
            bays: 0,
            handover_ms: 0,
        };
        let alone = one_lift::Work {
            bay: BAY,
            stores: 8,
            fetches,
            openings,
        };
        let alone = one_lift::plan(alone, &way, 3_000).expect("a plan");
        let fleet = plan(work, anywhere(), 0).expect("a plan");
        assert_eq!(fleet.proof.cost, alone.proof.cost);
        assert!(fleet.proof.bound <= alone.proof.bound);
    }
}

#[test]
fn two_lifts_end_as_early_as_the_best_sharing_out_lets_them() {
    // Without stores a round is its own time, so every sharing out can be tried.
    let way = travel();
    for seed in 0..20 {
        let fetches = Dice(seed).slots(9, 400);
        let work = Work {
            lifts: &[BAY, BAY],
            stores: 0,
            fetches: &fetches,
            openings: &[],
            handling_ms: 30_000,
            bays: 0,
            handover_ms: 0,
        };
        let trip = |fetch: &usize| way(BAY, *fetch) + way(*fetch, BAY) + 30_000;
        let trips: Vec<u64> = fetches.iter().map(trip).collect();
        let total: u64 = trips.iter().sum();
        let of = |set: usize| (0..9).filter(move |one| set & (1 << one) != 0);
        let ends = |set: usize| {
            let one: u64 = of(set).map(|trip| trips[trip]).sum();
            one.max(total - one)
        };
        let least = (0..1 << 9).map(ends).min().expect("there is a way");
        let plan = plan(work, anywhere(), 500).expect("a plan");
        assert!(plan.proof.bound <= least && least <= plan.proof.cost);
        let above = (plan.proof.cost - least) as f64 / least as f64;
        assert!(above < 0.02, "{above} above the best of all");
    }
}

#[test]
fn four_lifts_share_a_thousand_slots_close_to_the_bound() {
    let (rows, bay) = (25, 1_000);
    let pose = |place: usize| match place == bay {
        true => (0, 0),
        false => (place / rows + 1, place % rows),
    };
    let way = |_: usize, from: usize, to: usize| {
        let ((up, along), (high, far)) = (pose(from), pose(to));
        Some(2_000 * up.abs_diff(high).max(along.abs_diff(far)) as u64)
    };
    let drawn = Dice(7).slots(140, 1_000);
    let (fetches, openings) = drawn.split_at(40);
    let work = Work {
        lifts: &[bay; 4],
        stores: 40,
        fetches,
        openings,
        handling_ms: 30_000,
        bays: 0,
        handover_ms: 0,
    };
    let plan = plan(work, way, 40).expect("a plan");
    assert!(check(work, &plan.lifts, way).is_ok());
    assert!(plan.proof.gap() < 0.02, "{}", plan.proof.gap());
}

#[test]
fn one_bay_hands_one_car_over_at_a_time_however_many_lifts_there_are() {
    let fetches = [3, 50, 120, 200];
    let work = Work {
        lifts: &[BAY; 4],
        stores: 0,
        fetches: &fetches,
        openings: &[],
        handling_ms: 30_000,
        bays: 1,
        handover_ms: 300_000,
    };
    let plan = plan(work, anywhere(), 50).expect("a plan");
    assert!(plan.proof.cost >= 4 * 300_000);
    assert!(plan.proof.gap() < 0.03, "{}", plan.proof.gap());
    let rounds = check(work, &plan.lifts, anywhere()).expect("it can be carried out");
    let mut left: Vec<u64> = rounds.iter().map(|round| round.handed_over_ms).collect();
    left.sort_unstable();
    assert!(left.windows(2).all(|two| two[1] >= two[0] + 300_000));
}
