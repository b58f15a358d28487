//! Several lifts and bays of the simulated machine at the same time.

use crate::plant::{Bench, carry, place};
use plc::codes::{LIFT_JAMMED, PERSON_IN_BAY, Reason};
use tower::handshake::{Action, Door, Mode, Outcome, Unit};
use tower::machine::Machine;

const LIFT_1: Unit = Unit(0);
const LIFT_2: Unit = Unit(1);
const BAY_1: Unit = Unit(2);

/// The two lifts of Wolfsburg, or two lifts there that reach everything.
fn homed(shared: bool, places: &[&str]) -> Bench {
    let mut text = include_str!("../../../../machines/autostadt-wolfsburg.toml").to_owned();
    if shared {
        for one in [1, 2] {
            let (first, last) = (10 * one - 9, 10 * one);
            let half = format!("stalls = [{first}, {last}]\nserves = [\"bay-{one}\"]\n");
            text = text.replace(&half, "");
        }
    }
    let machine = Machine::parse(&text, "autostadt-wolfsburg.toml").expect("it is sound");
    let mut bench = Bench::of(&machine, places);
    for lift in [LIFT_1, LIFT_2] {
        bench.order_to(lift, Action::Home);
    }
    bench.wait(60_000);
    bench
}

fn modes(bench: &Bench) -> Vec<Mode> {
    bench.status().units.iter().map(|unit| unit.mode).collect()
}

fn open(bay: &str) -> Action {
    Action::OpenOuter { bay: place(bay) }
}

#[test]
fn two_lifts_move_at_the_same_time() {
    let mut bench = homed(false, &["20-1", "20-11"]);
    bench.order_to(LIFT_1, carry("20-1", "bay-1"));
    bench.order_to(LIFT_2, carry("20-11", "bay-2"));
    bench.wait(60_000);
    let heights: Vec<i32> = bench
        .status()
        .lifts
        .iter()
        .map(|lift| lift.height_mm)
        .collect();
    assert!(
        heights.iter().all(|height_mm| *height_mm > 1_000),
        "{heights:?}"
    );
    assert_eq!(modes(&bench)[..2], [Mode::Busy, Mode::Busy]);
    bench.wait(300_000);
    assert_eq!(bench.whereabouts(1), Some("bay-1".to_owned()));
    assert_eq!(bench.whereabouts(2), Some("bay-2".to_owned()));
}

#[test]
fn a_door_moves_while_a_lift_moves() {
    let mut bench = homed(false, &["20-11"]);
    bench.order_to(LIFT_2, carry("20-11", "bay-2"));
    bench.wait(10_000);
    bench.order_to(BAY_1, open("bay-1"));
    bench.wait(1_000);
    assert_eq!(bench.status().bays[0].outer, Door::Moving);
    assert_eq!(
        modes(&bench),
        [Mode::Idle, Mode::Busy, Mode::Busy, Mode::Idle]
    );
    bench.wait(10_000);
    assert_eq!(bench.status().bays[0].outer, Door::Open);
    assert_eq!(modes(&bench)[1], Mode::Busy);
}

#[test]
fn one_lift_jams_and_the_other_goes_on() {
    let mut bench = homed(false, &["20-1", "20-11"]);
    bench.order_to(LIFT_1, carry("20-1", "bay-1"));
    bench.order_to(LIFT_2, carry("20-11", "bay-2"));
    bench.wait(20_000);
    bench.act("jam lift-1");
    let units = bench.status().units;
    assert_eq!((units[0].mode, units[0].fault), (Mode::Fault, LIFT_JAMMED));
    assert_eq!((units[1].mode, units[1].fault), (Mode::Busy, 0));
    bench.wait(300_000);
    assert_eq!(bench.whereabouts(2), Some("bay-2".to_owned()));
    assert_eq!(bench.whereabouts(1), Some("20-1".to_owned()));
}

#[test]
fn two_orders_never_share_a_place() {
    let mut bench = homed(true, &["20-1", "20-2"]);
    bench.order_to(LIFT_1, carry("20-1", "10-1"));
    bench.order_to(LIFT_2, carry("20-1", "11-1"));
    assert_eq!(bench.answered().reason, Reason::InUse);
    bench.order_to(LIFT_2, carry("20-2", "10-1"));
    assert_eq!(bench.answered().reason, Reason::InUse);
    bench.order_to(LIFT_2, carry("20-2", "bay-1"));
    bench.order_to(BAY_1, open("bay-1"));
    assert_eq!(bench.answered().reason, Reason::InUse);
    bench.wait(400_000);
    assert_eq!(bench.whereabouts(1), Some("10-1".to_owned()));
    assert_eq!(bench.whereabouts(2), Some("bay-1".to_owned()));
}

#[test]
fn a_person_in_a_served_bay_stops_what_serves_it_and_nothing_else() {
    let mut bench = homed(false, &["bay-1", "20-11"]);
    bench.order_to(LIFT_2, carry("20-11", "bay-2"));
    bench.order_to(LIFT_1, carry("bay-1", "20-1"));
    while bench.status().bays[0].inner != Door::Open {
        bench.wait(100);
    }
    bench.act("person bay-1 in");
    assert_eq!(
        modes(&bench),
        [Mode::Fault, Mode::Busy, Mode::Fault, Mode::Idle]
    );
    assert_eq!(bench.unit().fault, PERSON_IN_BAY);
    bench.wait(300_000);
    assert_eq!(bench.whereabouts(2), Some("bay-2".to_owned()));
    bench.act("person bay-1 out");
    bench.act("release-stop");
    assert_eq!(
        modes(&bench),
        [Mode::NotHomed, Mode::Idle, Mode::Idle, Mode::Idle]
    );
}

#[test]
fn a_power_cut_in_the_middle_of_two_moves_leaves_both_cars_on_their_lifts() {
    let mut bench = homed(false, &["20-1", "20-11"]);
    bench.order_to(LIFT_1, carry("20-1", "bay-1"));
    bench.order_to(LIFT_2, carry("20-11", "bay-2"));
    while bench.status().lifts.iter().any(|lift| lift.tag == 0) {
        bench.wait(1_000);
    }
    bench.act("power-cut");
    bench.act("power-on");
    let status = bench.status();
    assert!(status.lifts.iter().all(|lift| lift.tag != 0));
    for unit in status.units {
        assert_eq!((unit.accepted, unit.outcome), (0, Outcome::None));
    }
    for lift in [LIFT_1, LIFT_2] {
        bench.order_to(lift, Action::Home);
    }
    bench.wait(60_000);
    bench.order_to(LIFT_1, carry("lift-1", "bay-1"));
    bench.order_to(LIFT_2, carry("lift-2", "bay-2"));
    bench.wait(300_000);
    assert_eq!(bench.whereabouts(1), Some("bay-1".to_owned()));
    assert_eq!(bench.whereabouts(2), Some("bay-2".to_owned()));
}

#[test]
fn a_lift_goes_to_a_height_without_a_car() {
    let mut bench = homed(false, &[]);
    bench.order_to(LIFT_1, Action::Go { height_mm: 9_000 });
    bench.wait(60_000);
    assert_eq!(
        (bench.unit().outcome, bench.status().lifts[0].height_mm),
        (Outcome::Done, 9_000)
    );
}

#[test]
fn lifts_on_one_mast_are_kept_apart_whatever_is_ordered() {
    let text = include_str!("../../../../machines/autobahn-singapore.toml");
    let lifts = r#"[[lifts]]
name = "lift-1"
mast = "m"
clearance_mm = 3_000
lowest_mm = -3_000
rest_mm = -3_000

[[lifts]]
name = "lift-2"
mast = "m"
clearance_mm = 3_000
highest_mm = 47_400
"#;
    let text = text.replace("[[lifts]]\nname = \"lift-1\"\n", lifts);
    let machine = Machine::parse(&text, "autobahn-singapore.toml").expect("it is sound");
    let mut bench = Bench::of(&machine, &["15-1"]);
    for lift in [LIFT_1, LIFT_2] {
        bench.order_to(lift, Action::Home);
        bench.wait(60_000);
    }
    bench.order_to(LIFT_1, carry("15-1", "14-1"));
    assert_eq!(bench.answered().reason, Reason::LiftInTheWay);
    bench.order_to(LIFT_1, Action::Go { height_mm: 0 });
    assert_eq!(bench.answered().reason, Reason::LiftInTheWay);
    bench.order_to(LIFT_2, Action::Go { height_mm: 47_400 });
    bench.order_to(LIFT_1, carry("15-1", "14-1"));
    assert_eq!(
        bench.answered().reason,
        Reason::LiftInTheWay,
        "it is not there yet"
    );
    bench.wait(120_000);
    bench.order_to(LIFT_1, carry("15-1", "14-1"));
    bench.order_to(LIFT_2, Action::Go { height_mm: 40_000 });
    assert_eq!(bench.answered().reason, Reason::LiftInTheWay);
    bench.wait(300_000);
    assert_eq!(bench.whereabouts(1), Some("14-1".to_owned()));
}
