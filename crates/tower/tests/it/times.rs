//! The times of whole machines, against what is published and against their own plans.

use crate::machine::{CHARLOTTE, GUANGZHOU, NANJING, SHIPPED, SINGAPORE, WOLFSBURG, read};
use crate::motion::{number, vector};
use tower::machine::{LiftPose, Machine, PlaceKind, fem_9_851};
use tower::motion::Motion;
use tower::tower::Place;

fn bay(machine: &Machine) -> &Place {
    &machine.bays[0].place
}

#[test]
fn the_single_commands_of_a_cylinder_are_those_of_the_enumeration() {
    let machine = read(include_str!("../vectors/cyl400.toml"));
    let vector = vector("CYL400-single-command");
    let expected = |key: &str| number(&vector["expected"][key]);
    let times = machine.single_commands(bay(&machine)).expect("400 slots");
    assert_eq!(times.count, 400);
    for (have, key) in [
        (times.mean_s, "mean_s"),
        (times.min_s, "min_s"),
        (times.max_s, "max_s"),
    ] {
        assert!((have - expected(key)).abs() < 1e-6, "{key}: {have}");
    }
    let moment = expected("second_moment_s2");
    assert!((times.second_moment_s2 - moment).abs() < 1e-4);
}

#[test]
fn a_single_command_takes_what_its_plan_takes_on_every_machine() {
    for text in SHIPPED {
        let machine = read(text);
        for slot in machine.slots() {
            let mut bays = machine.bays.iter().map(|bay| &bay.place);
            let reached = |bay: &&Place| machine.lift_for(&slot.place, bay).is_ok();
            let bay = bays.find(reached).expect("a bay for each slot");
            let before = machine.pose_before(machine.place(bay).expect("the bay"));
            let plan = machine.plan_move(&slot.place, bay, before).expect("a plan");
            let seconds = machine
                .single_command_s(bay, &slot.place)
                .expect("it is reached");
            let planned_s = plan.total_ms as f64 / 1_000.0;
            assert!(
                (seconds - planned_s).abs() < 0.001,
                "{} {}",
                machine.id,
                slot.place
            );
        }
    }
}

#[test]
fn a_dual_command_is_a_store_and_a_fetch_without_the_empty_way_between() {
    let machine = read(GUANGZHOU);
    let (bay, near, far) = (bay(&machine), Place::from("02-1"), Place::from("05-9"));
    let dual = machine.dual_command_s(bay, &near, &far).expect("reached");
    let pose = |place: &Place| machine.pose_before(machine.place(place).expect("a place"));
    let (io, first, second) = (pose(bay), pose(&near), pose(&far));
    let saved = machine.way_s(first, io) + machine.way_s(io, second) - machine.way_s(first, second);
    let store = machine.storing_s(bay, &near).expect("reached") + machine.way_s(first, io);
    let fetch = machine.single_command_s(bay, &far).expect("reached");
    assert!((dual - (store + fetch - saved)).abs() < 1e-9, "{dual}");
}

#[test]
fn all_pairs_of_slots_are_dual_commands() {
    let machine = read(NANJING);
    let times = machine.dual_commands(bay(&machine)).expect("pairs");
    assert_eq!(times.count, 12 * 11);
    let single = machine.single_commands(bay(&machine)).expect("12 slots");
    assert!(times.mean_s > single.mean_s && times.max_s > times.min_s);
}

#[test]
fn axes_one_after_the_other_take_the_sum_and_together_the_longer_time() {
    let together = read(SINGAPORE);
    let one_by_one = read(&SINGAPORE.replace("with_lift = true", "with_lift = false"));
    let (from, to) = (
        LiftPose::default(),
        LiftPose {
            height_mm: 20_000,
            side: 90_000,
        },
    );
    let up = Motion::trapezoid(20_000.0, 1_200.0, 400.0).duration_s();
    let turn = Motion::trapezoid(90.0, 12.0, 6.0).duration_s();
    assert!((together.way_s(from, to) - up.max(turn)).abs() < 1e-9);
    assert!((one_by_one.way_s(from, to) - (up + turn)).abs() < 1e-9);
}

#[test]
fn the_cycles_of_fem_9_851_are_four_thirds_and_nine_fifths_of_a_square_in_time() {
    let at_once =
        |from: (f64, f64), to: (f64, f64)| (to.0 - from.0).abs().max((to.1 - from.1).abs());
    let cycles = fem_9_851((1.0, 1.0), at_once);
    assert!((cycles.single_s - 4.0 / 3.0).abs() < 1e-12);
    assert!((cycles.dual_s - 9.0 / 5.0).abs() < 1e-12);
}

#[test]
fn the_cycles_of_a_rack_lie_near_its_means_and_a_corridor_has_none() {
    for text in [SINGAPORE, GUANGZHOU, WOLFSBURG] {
        let machine = read(text);
        let cycles = machine.test_cycles(bay(&machine)).expect("a rack");
        let single = machine.single_commands(bay(&machine)).expect("slots");
        let off = cycles.single_s / single.mean_s;
        assert!((0.85..1.15).contains(&off), "{}: {off}", machine.id);
        assert!(cycles.dual_s > cycles.single_s && cycles.dual_s < 2.0 * cycles.single_s + 40.0);
    }
    for text in [CHARLOTTE, NANJING] {
        let machine = read(text);
        assert_eq!(machine.test_cycles(bay(&machine)), None);
    }
}

#[test]
fn two_wolfsburg_lifts_leave_time_for_the_hand_over_at_the_peak_of_a_car_each_45_seconds() {
    let machine = read(WOLFSBURG);
    let each_s: Vec<f64> = machine
        .bays
        .iter()
        .map(|bay| {
            machine
                .single_commands(&bay.place)
                .expect("200 slots")
                .mean_s
        })
        .collect();
    // A bay is free again when its door has opened, the car has left and the door has closed: the
    // simulator shows the whole (crates/plc/tests/it/anchors.rs).
    for (bay, mean_s) in machine.bays.iter().zip(&each_s) {
        let left_s = 2.0 * 45.0 - mean_s - 2.0 * bay.outer_door_s;
        assert!((5.0..15.0).contains(&left_s), "{left_s} of {each_s:?}");
    }
}

#[test]
fn a_robot_on_each_level_is_quicker_than_one_that_rides_on_the_lift() {
    let riding = read(CHARLOTTE);
    let own = CHARLOTTE.replace(
        "[robot]\n",
        "[robot]\non_each_level = true\nhand_over_s = 4\n",
    );
    let own = read(&own);
    let mean = |machine: &Machine| machine.single_commands(bay(machine)).expect("slots").mean_s;
    assert!(
        mean(&own) < mean(&riding),
        "{} {}",
        mean(&own),
        mean(&riding)
    );
    let highest = Place::from("08-1");
    let plan = own
        .plan_move(&highest, bay(&own), own.rest_pose(0))
        .expect("a plan");
    let lift_arrives = plan
        .legs
        .iter()
        .find(|leg| leg.axis == tower::machine::Axis::Lift);
    let robot_starts = plan
        .legs
        .iter()
        .find(|leg| leg.axis == tower::machine::Axis::Corridor);
    assert_eq!(robot_starts.expect("a robot").start_ms, 0);
    assert!(lift_arrives.expect("a lift").end_ms() < plan.loaded_ms);
}

#[test]
fn a_rotary_tower_turns_the_shorter_way_round_and_not_at_all_before_its_bay() {
    let machine = read(NANJING);
    let turn_s = |slot: &str| {
        let plan = machine.plan_move(&slot.into(), bay(&machine), LiftPose::default());
        let legs = plan.expect("a plan").legs;
        let turns = legs
            .iter()
            .filter(|leg| leg.axis == tower::machine::Axis::Turn);
        let ways: Vec<i64> = turns.map(|leg| leg.to - leg.from).collect();
        assert!(ways.len() <= 1, "{slot}: {ways:?}");
        ways.first().copied().unwrap_or(0)
    };
    assert_eq!(turn_s("01-1"), 0);
    assert_eq!(turn_s("01-2"), -30_000);
    assert_eq!(turn_s("02-1"), 30_000);
    assert_eq!(turn_s("06-2").abs(), 180_000);
    assert_eq!(machine.slots().count(), 12);
    let times = machine.single_commands(bay(&machine)).expect("12 slots");
    assert!(times.max_s <= 180.0, "{}", times.max_s);
}

#[test]
fn the_glass_tower_has_eight_storeys_for_32_cars_and_three_bays_its_robot_reaches() {
    let machine = read(CHARLOTTE);
    let counts = (machine.levels, machine.slots().count(), machine.bays.len());
    assert_eq!(counts, (8, 32, 3));
    let bays = machine
        .places
        .iter()
        .filter(|spec| spec.kind == PlaceKind::Bay);
    for bay in bays {
        let times = machine.single_commands(&bay.place).expect("32 slots");
        assert_eq!(times.count, 32);
    }
}
