//! People, doors and faults: what stops the machine, and who starts it again.

use crate::plant::{Bench, carry, close, machine, open, place};
use plc::codes::{self, Reason};
use tower::handshake::{Action, Door, Mode, Outcome, UnitStatus};

/// A homed machine whose street door is open.
fn open_bay(places: &[&str]) -> Bench {
    let mut bench = Bench::homed(places);
    bench.order(open());
    bench.wait(6_000);
    bench
}

/// A machine that has just begun to draw a car out of the bay, its inner door open.
fn serving_bay() -> Bench {
    let mut bench = Bench::homed(&["bay-1"]);
    bench.order(carry("bay-1", "07-3"));
    while bench.status().bays[0].inner != Door::Open {
        bench.wait(100);
    }
    bench
}

#[test]
fn a_door_does_not_close_on_a_person() {
    let mut bench = open_bay(&[]);
    bench.act("person bay-1 in");
    bench.order(close());
    assert_eq!(bench.answered().reason, Reason::PersonSeen);
    assert_eq!(bench.status().bays[0].outer, Door::Open);
    bench.act("person bay-1 out");
    bench.order(close());
    bench.wait(4_000);
    bench.act("person bay-1 in");
    assert_eq!(
        (bench.unit().outcome, bench.answered().reason),
        (Outcome::BrokenOff, Reason::PersonSeen)
    );
    assert_eq!(bench.status().bays[0].outer, Door::Moving);
    bench.wait(4_000);
    assert_eq!(bench.status().bays[0].outer, Door::Open);
    assert_eq!(bench.unit().mode, Mode::Idle);
}

#[test]
fn one_person_sensor_is_enough_to_keep_the_door_open() {
    for sensor in ["scanner", "overhead"] {
        let mut bench = open_bay(&[]);
        bench.act(&format!("lie {sensor} bay-1 car"));
        bench.order(close());
        assert_eq!(bench.answered().reason, Reason::PersonSeen);
    }
}

#[test]
fn a_driver_gets_out_and_leaves_before_the_car_is_taken() {
    let mut bench = open_bay(&[]);
    bench.act("drive-in bay-1 ZAMXXAA1000000001 4300 1850 1450 1400");
    let bay = bench.status().bays[0];
    assert!(bay.floor_loaded && bay.person_by_scanner && bay.person_overhead);
    bench.wait(8_000);
    let bay = bench.status().bays[0];
    assert!(bay.floor_loaded && !bay.person_by_scanner && !bay.person_overhead);
}

#[test]
fn a_car_that_drives_out_clears_the_floor_and_passes_the_barrier() {
    let mut bench = open_bay(&["bay-1"]);
    bench.act("drive-out bay-1");
    assert!(bench.status().bays[0].person_overhead);
    bench.wait(6_000);
    let bay = bench.status().bays[0];
    assert_eq!(
        (bay.floor_loaded, bay.exits, bay.person_overhead),
        (false, 1, false)
    );
    assert_eq!(bench.whereabouts(1), None);
}

#[test]
fn nobody_drives_through_a_door_that_is_not_open() {
    let mut bench = Bench::homed(&["bay-1"]);
    let shut = "the outer door of bay-1 is not open, only an order can open it";
    assert_eq!(bench.cannot("drive-out bay-1"), shut);
    assert_eq!(
        bench.cannot("drive-in bay-1 ZAMXXAA1000000002 4300 1850 1450 1400"),
        shut
    );
}

#[test]
fn a_person_seen_in_a_served_bay_stops_bay_and_lift_until_people_release_them() {
    let mut bench = serving_bay();
    bench.act("person bay-1 in");
    let status = bench.status();
    for unit in &status.units {
        assert_eq!((unit.mode, unit.fault), (Mode::Fault, codes::PERSON_IN_BAY));
    }
    assert!(!status.safety_stop, "the machine as a whole goes on");
    assert_eq!(bench.unit().outcome, Outcome::BrokenOff);

    bench.order(Action::Home);
    assert_eq!(bench.answered().reason, Reason::NotReady);
    assert!(
        bench
            .cannot("release-stop")
            .starts_with("somebody is seen in bay-1")
    );
    bench.act("power-cut");
    bench.act("power-on");
    assert_eq!(
        bench.unit().fault,
        codes::PERSON_IN_BAY,
        "a power cut is no release"
    );

    bench.act("person bay-1 out");
    bench.act("release-stop");
    assert_eq!(bench.unit().mode, Mode::NotHomed);
    bench.order(Action::Home);
    bench.wait(60_000);
    assert_eq!(
        (bench.unit().mode, bench.status().bays[0].inner),
        (Mode::Idle, Door::Closed)
    );
}

#[test]
fn an_inner_door_does_not_open_to_a_person() {
    let mut bench = Bench::homed(&["07-3"]);
    bench.order(carry("07-3", "bay-1"));
    bench.wait(5_000);
    bench.act("person bay-1 in");
    bench.wait(200_000);
    assert_eq!(
        (bench.unit().fault, bench.status().bays[0].inner),
        (codes::PERSON_IN_BAY, Door::Closed)
    );
    assert_eq!(bench.whereabouts(1), Some("lift-1".to_owned()));
}

#[test]
fn an_emergency_stop_holds_everything_where_it_is() {
    let mut bench = Bench::homed(&["15-4"]);
    bench.order(carry("15-4", "bay-1"));
    bench.wait(10_000);
    bench.act("emergency-stop");
    let height_mm = bench.status().lifts[0].height_mm;
    bench.wait(100_000);
    let status = bench.status();
    assert!(status.safety_stop);
    let stopped = |unit: &UnitStatus| unit.fault == codes::EMERGENCY_STOP;
    assert!(status.units.iter().all(stopped));
    assert_eq!(
        (status.lifts[0].height_mm, bench.unit().outcome),
        (height_mm, Outcome::BrokenOff)
    );
    assert!(bench.cannot("acknowledge").contains("release-stop"));
    bench.act("release-stop");
    assert_eq!((bench.unit().mode, bench.unit().fault), (Mode::NotHomed, 0));
}

#[test]
fn a_jammed_lift_breaks_the_move_off_with_the_car_on_it() {
    let mut bench = Bench::homed(&["15-4"]);
    let machine = machine();
    let plan = machine
        .plan_move(&place("15-4"), &place("bay-1"), machine.rest_pose(0))
        .expect("the lift reaches both");
    bench.order(carry("15-4", "bay-1"));
    bench.wait(plan.loaded_ms + 2_000);
    bench.act("jam lift-1");
    let report = bench.report();
    assert_eq!(
        (bench.unit().mode, bench.unit().fault),
        (Mode::Fault, codes::LIFT_JAMMED)
    );
    assert_eq!(
        (bench.unit().outcome, bench.answered().reason),
        (Outcome::BrokenOff, Reason::Fault)
    );
    assert_ne!(report.status.lifts[0].tag, 0);
    assert!(bench.cannot("acknowledge").contains("clear-jam"));
    bench.order(Action::Home);
    assert_eq!(bench.answered().reason, Reason::NotReady);
    bench.act("clear-jam");
    assert_eq!(bench.unit().mode, Mode::NotHomed);
}

#[test]
fn a_jam_nobody_saw_is_found_when_the_lift_is_to_move() {
    let mut bench = Bench::homed(&["15-4"]);
    bench.act("jam lift-1");
    assert_eq!(bench.unit().mode, Mode::Idle);
    bench.order(carry("15-4", "bay-1"));
    assert_eq!(
        (bench.unit().outcome, bench.unit().fault),
        (Outcome::BrokenOff, 2)
    );
    assert_eq!(bench.whereabouts(1), Some("15-4".to_owned()));
}

#[test]
fn a_lying_sensor_never_makes_two_cars_of_one_place() {
    let mut bench = Bench::homed(&["01-1", "01-3"]);
    bench.act("lie tag 01-3 empty");
    bench.order(carry("01-1", "01-3"));
    bench.wait(200_000);
    assert_eq!(bench.unit().fault, codes::PLACE_BLOCKED);
    assert_eq!(bench.whereabouts(1), Some("lift-1".to_owned()));
    assert_eq!(bench.whereabouts(2), Some("01-3".to_owned()));
    bench.act("honest");
    bench.act("acknowledge");
    bench.order(Action::Home);
    bench.wait(60_000);
    bench.order(carry("lift-1", "01-1"));
    bench.wait(200_000);
    assert_eq!(bench.whereabouts(1), Some("01-1".to_owned()));
}

#[test]
fn a_car_that_only_a_sensor_saw_cannot_be_taken() {
    let mut bench = Bench::homed(&[]);
    bench.act("lie tag 01-1 car");
    bench.order(carry("01-1", "02-1"));
    bench.wait(200_000);
    assert_eq!(bench.unit().fault, codes::NOTHING_TO_TAKE);
    assert_eq!(bench.status().lifts[0].tag, 0);
}

#[test]
fn the_key_on_manual_takes_the_machine_out_of_our_hands() {
    let mut bench = Bench::homed(&["01-1"]);
    bench.order(carry("01-1", "02-1"));
    bench.wait(3_000);
    bench.act("manual on");
    assert_eq!(
        (bench.unit().mode, bench.unit().outcome),
        (Mode::Manual, Outcome::BrokenOff)
    );
    bench.order(Action::Home);
    assert_eq!(bench.answered().reason, Reason::NotReady);
    bench.act("manual off");
    assert_eq!(bench.unit().mode, Mode::NotHomed);
}
