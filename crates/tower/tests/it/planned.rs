//! The plans that run the machine: what they promise beside first come, and what they never do.

use crate::machine::{GUANGZHOU, SINGAPORE, WOLFSBURG};
use crate::mast::two_on_a_mast;
use crate::site::{Site, fetch, job, store, vin};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tower::controller::Controller;
use tower::job::{Job, Kind};
use tower::machine::{LiftPose, PlaceKind};
use tower::planner::{self, Budget, Method, Plan, Policy, Sight, lets_pass};
use tower::tower::{Event, Place, State, Trust};

fn run_by(text: &str, cars: u32, policy: Policy) -> Site {
    let mut site = Site::with_cars(text, cars);
    site.controller = Controller::with_policy(site.machine.clone(), site.state.clone(), policy);
    site.until(120, "calm", |site| site.state.trust == Trust::Full);
    site
}

fn plan(site: &Site) -> Option<Plan> {
    let sight = Sight {
        state: &site.state,
        machine: &site.machine,
        heights_mm: &[],
        at: site.at(),
    };
    planner::plan(sight, Budget::default())
}

/// A tower in which these are asked for, by number, and so many cars are announced.
fn asked(text: &str, cars: u32, fetched: &BTreeSet<u32>, announced: u32) -> Site {
    let mut site = Site::with_cars(text, cars);
    for number in fetched {
        site.queue(fetch(*number));
    }
    for number in 1..=announced {
        site.queue(store(1_000 + number));
    }
    site
}

/// Carries cars between the first bay and slots by the machine's own motions, and gives how long
/// it takes until the lift is back at the bay: a car up where there is a slot, then one down.
fn carried_ms(site: &Site, rounds: &[(Option<Place>, Option<Place>)]) -> u64 {
    let bay = site.machine.bays[0].place.clone();
    let bay_pose = site
        .machine
        .pose_before(site.machine.place(&bay).expect("a bay"));
    let mut pose = planner::pose(&site.state, &site.machine, 0);
    let mut all_ms = 0;
    for (up, down) in rounds {
        let moves = [
            up.as_ref().map(|to| (&bay, to)),
            down.as_ref().map(|from| (from, &bay)),
        ];
        for (from, to) in moves.into_iter().flatten() {
            let plan = site.machine.plan_move_by(0, from, to, pose);
            let plan = plan.expect("the lift reaches every slot");
            (pose, all_ms) = (plan.end, all_ms + plan.total_ms);
        }
        all_ms += site.machine.way_ms(pose, bay_pose);
        pose = LiftPose { ..bay_pose };
    }
    all_ms
}

fn place_of(site: &Site, number: u32) -> Place {
    let place = site.state.inventory.place_of(&vin(number));
    place.expect("the car stands in the tower").clone()
}

/// Each round's slot and the place of its fetched car.
fn places(site: &Site, plan: &Plan) -> Vec<(Option<Place>, Option<Place>)> {
    let rounds = plan.rounds.iter().map(|round| {
        let live = round.fetch.as_ref().and_then(|id| site.state.job(id));
        let from = live.and_then(|live| site.state.inventory.place_of(live.job.kind.vin()));
        (round.store_to.clone(), from.cloned())
    });
    rounds.collect()
}

/// One bay, so that every way of a round is the one that is planned.
fn one_bay() -> String {
    let start = SINGAPORE.rfind("[[bays]]").expect("the tower has two bays");
    SINGAPORE[..start].to_owned()
}

fn numbers(most: u32, of: u32) -> impl Strategy<Value = BTreeSet<u32>> {
    proptest::collection::btree_set(1..=of, 2..=most as usize)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_plan_takes_what_it_says_and_no_more_than_first_come(
        fetched in numbers(9, 40),
        announced in 0..9u32,
    ) {
        let site = asked(&one_bay(), 40, &fetched, announced);
        let plan = plan(&site).expect("there is something to choose");
        let proof = plan.proof();
        let real_ms = carried_ms(&site, &places(&site, &plan));
        // Every way and every time at a place is rounded to a whole millisecond.
        let rounding = 8 * (fetched.len() as u64 + u64::from(announced));
        prop_assert!(real_ms.abs_diff(proof.cost) <= rounding, "{real_ms} {proof:?}");

        let bay = site.machine.bays[0].place.clone();
        let mut state = site.state.clone();
        let stores: Vec<Place> = (1..=announced.min(plan.jobs() as u32 - fetched.len() as u32))
            .map(|number| {
                let car = vin(1_000 + number);
                let slot = planner::place_for(&state, &site.machine, &bay, &car);
                let slot = slot.expect("twenty slots are empty");
                state.inventory.put(&slot, &car);
                slot
            })
            .collect();
        let from: Vec<Place> = fetched.iter().map(|number| place_of(&site, *number)).collect();
        let count = from.len().max(stores.len());
        let first_come: Vec<_> = (0..count)
            .map(|round| (stores.get(round).cloned(), from.get(round).cloned()))
            .collect();
        let first_come_ms = carried_ms(&site, &first_come);
        prop_assert!(proof.cost <= first_come_ms + rounding, "{proof:?} {first_come_ms}");
        prop_assert!(proof.bound <= first_come_ms + rounding);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn nobody_is_overtaken_more_often_than_is_stated(
        asks in proptest::collection::vec((0..3u32, 0..240u64), 1..14),
        nearest in any::<bool>(),
    ) {
        let policy = if nearest { Policy::Nearest } else { Policy::default() };
        let mut site = run_by(SINGAPORE, 40, policy);
        for (number, (kind, pause_s)) in (1..).zip(asks) {
            match kind {
                0 => site.queue(store(1_000 + number)),
                _ => site.queue(fetch(number * 37 % 40 + 1)),
            }
            site.run(pause_s);
        }
        site.until_idle(20_000);
        for (kind, passed) in overtaken(&site.log) {
            prop_assert!(passed <= lets_pass(&kind), "{kind:?} was overtaken {passed} times");
        }
    }

    #[test]
    fn the_same_day_is_planned_the_same_way(asks in proptest::collection::vec(0..4u32, 2..10)) {
        let day = || {
            let mut site = run_by(WOLFSBURG, 20, Policy::default());
            for (number, kind) in (1..).zip(&asks) {
                match kind {
                    0 => site.queue(store(1_000 + number)),
                    _ => site.queue(fetch(number)),
                }
                site.run(7);
            }
            site.until_idle(9_000);
            (site.log, site.sent)
        };
        prop_assert_eq!(day(), day());
    }
}

/// Counts, from what was recorded alone, how many later jobs started before each.
fn overtaken(log: &[Event]) -> Vec<(Kind, u64)> {
    let mut waiting: Vec<(Job, u64)> = Vec::new();
    let mut all = Vec::new();
    for event in log {
        match event {
            Event::JobQueued { job } => waiting.push((job.clone(), 0)),
            Event::JobStarted { job, .. } => {
                let at = waiting.iter().position(|(one, _)| one.id == *job);
                let (started, passed) = waiting.remove(at.expect("who starts has waited"));
                if !matches!(started.kind, Kind::PutBack { .. }) {
                    let before = &mut waiting[..at.expect("found above")];
                    before.iter_mut().for_each(|(_, passed)| *passed += 1);
                }
                all.push((started.kind, passed));
            }
            _ => {}
        }
    }
    all
}

fn methods(site: &Site) -> Vec<(Vec<usize>, Method)> {
    let plan = plan(site).expect("there is something to choose");
    let parts = plan.parts.into_iter();
    parts.map(|part| (part.lifts, part.method)).collect()
}

#[test]
fn one_lift_is_planned_by_pairs_and_lifts_that_share_nothing_apart() {
    let three = BTreeSet::from([1, 2, 3]);
    let site = asked(SINGAPORE, 30, &three, 2);
    assert_eq!(methods(&site), [(vec![0], Method::OneLift)]);
    let site = asked(SINGAPORE, 30, &three, 6);
    assert_eq!(methods(&site), [(vec![0], Method::Pairing)]);
    let both = BTreeSet::from([1, 2, 11, 12]);
    let site = asked(WOLFSBURG, 20, &both, 0);
    let apart = [(vec![0], Method::OneLift), (vec![1], Method::OneLift)];
    assert_eq!(methods(&site), apart);
}

#[test]
fn lifts_that_share_slots_are_a_fleet_and_two_on_one_mast_are_planned_as_such() {
    let some = BTreeSet::from([1, 9, 17, 25, 30]);
    let site = asked(&two_on_a_mast(), 30, &some, 0);
    assert_eq!(methods(&site), [(vec![0, 1], Method::Mast)]);
    let two = "[[lifts]]\nname = \"lift-1\"\n\n[[lifts]]\nname = \"lift-2\"\n";
    let text = SINGAPORE.replace("[[lifts]]\nname = \"lift-1\"\n", two);
    let site = asked(&text, 30, &some, 3);
    assert_eq!(methods(&site), [(vec![0, 1], Method::Fleet)]);
    let plan = plan(&site).expect("a plan");
    let lifts: BTreeSet<usize> = plan.rounds.iter().map(|round| round.lift).collect();
    assert_eq!(lifts, BTreeSet::from([0, 1]));
}

#[test]
fn one_thing_to_do_needs_no_plan() {
    let site = asked(SINGAPORE, 30, &BTreeSet::from([4]), 0);
    assert_eq!(plan(&site), None);
    let site = asked(SINGAPORE, 30, &BTreeSet::new(), 4);
    assert_eq!(plan(&site), None);
}

#[test]
fn a_lift_that_has_put_a_car_away_brings_one_on_the_way_down() {
    let by = |policy: Policy| {
        let mut site = run_by(GUANGZHOU, 20, policy);
        site.queue(store(1_001));
        let stored = Place::from("bay-1");
        site.until(300, "in the bay", |site| {
            site.state.inventory.car_at(&stored).is_some()
        });
        for number in [3, 17] {
            site.queue(fetch(number));
        }
        site.until_idle(3_000);
        lift_work_ms(&site.log)
    };
    assert!(by(Policy::default()) <= by(Policy::FirstCome));
}

/// Adds up what lifts were ordered to do.
fn lift_work_ms(log: &[Event]) -> u64 {
    let plans = log.iter().filter_map(|event| match event {
        Event::ActionOrdered { plan, .. } => plan.as_ref(),
        _ => None,
    });
    plans.map(|plan| plan.total_ms).sum()
}

#[test]
fn a_plan_never_puts_a_small_car_into_a_large_slot_while_a_small_one_is_empty() {
    let mut site = run_by(SINGAPORE, 25, Policy::default());
    for number in [2, 5, 8, 21, 24] {
        site.queue(fetch(number));
    }
    for number in 1..=5 {
        site.queue(store(1_000 + number));
    }
    site.until_idle(9_000);
    let slots: BTreeMap<Place, u32> = site
        .machine
        .slots()
        .map(|spec| (spec.place.clone(), spec.max.length_mm))
        .collect();
    let tightest = slots.values().min().copied();
    let state: &State = &site.state;
    for number in 1..=5 {
        let place = state
            .inventory
            .place_of(&vin(1_000 + number))
            .expect("stored");
        assert_eq!(state.kind_of(place), Some(PlaceKind::Slot));
        assert_eq!(slots.get(place).copied(), tightest, "{place}");
    }
    assert!(site.state.ended.contains(&job("fetch-24")));
}
