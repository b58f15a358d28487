//! The machine as a pure state machine: handshake, moves, power.

use crate::plant::{BAY, Bench, LIFT, carry, close, layout, machine, open, place};
use plc::codes::{Answer, Reason};
use plc::registers::encode_order;
use tower::handshake::{Action, Door, Mode, Order, Outcome, UNREADABLE_TAG};

#[test]
fn a_booted_machine_takes_only_home() {
    let mut bench = Bench::booted(&["01-1"]);
    bench.order(carry("01-1", "02-1"));
    assert_eq!(
        (bench.unit().outcome, bench.answered().reason),
        (Outcome::Refused, Reason::NotReady)
    );
    bench.order(Action::Home);
    assert_eq!(bench.unit().mode, Mode::Busy);
    bench.wait(60_000);
    assert_eq!(bench.unit().mode, Mode::Idle);
    assert_eq!((bench.status().epoch, bench.unit().finished), (7, 2));
}

#[test]
fn a_car_is_carried_down_in_exactly_the_planned_time() {
    let mut bench = Bench::homed(&["07-3"]);
    let machine = machine();
    let plan = machine
        .plan_move(&place("07-3"), &place("bay-1"), machine.rest_pose(0))
        .expect("the lift reaches both");
    bench.order(carry("07-3", "bay-1"));
    bench.wait(plan.total_ms - 1);
    assert_eq!(bench.unit().mode, Mode::Busy);
    bench.wait(1);
    let status = bench.status();
    assert_eq!(
        (bench.unit().mode, bench.unit().outcome),
        (Mode::Idle, Outcome::Done)
    );
    assert_eq!(bench.whereabouts(1), Some("bay-1".to_owned()));
    assert!(status.bays[0].floor_loaded);
    assert_eq!(status.bays[0].inner, Door::Closed);
    assert_eq!(status.lifts[0].height_mm, plan.end.height_mm);
}

#[test]
fn a_car_half_way_is_on_the_lift_and_nowhere_else() {
    let mut bench = Bench::homed(&["15-4"]);
    bench.order(carry("15-4", "bay-1"));
    let mut seen_on_lift = false;
    while bench.unit().mode == Mode::Busy {
        bench.wait(100);
        let status = bench.status();
        let places = status.tags.iter().filter(|tag| **tag != 0).count();
        let on_lift = status.lifts[0].tag != 0;
        assert_eq!(places + usize::from(on_lift), 1);
        seen_on_lift |= on_lift;
    }
    assert!(seen_on_lift);
}

#[test]
fn the_same_order_twice_moves_once() {
    let mut bench = Bench::homed(&["01-1"]);
    let order = bench.order(carry("01-1", "02-1"));
    bench.write(&order);
    assert_eq!(bench.answered().answer, Answer::Repeat);
    bench.wait(200_000);
    bench.write(&order);
    let answered = bench.answered();
    assert_eq!((answered.answer, answered.seq), (Answer::Repeat, order.seq));
    assert_eq!((bench.unit().mode, bench.unit().accepted), (Mode::Idle, 2));
}

#[test]
fn only_the_next_number_of_this_epoch_is_taken() {
    let mut bench = Bench::homed(&["01-1"]);
    let order = |epoch, seq, to| Order {
        epoch,
        unit: LIFT,
        seq,
        action: carry("01-1", to),
    };
    let cases = [
        (order(6, 2, "02-1"), Answer::OtherEpoch),
        (order(7, 3, "02-1"), Answer::OtherNumber),
        (order(7, 0, "02-1"), Answer::OtherNumber),
        (order(7, 1, "02-1"), Answer::Repeat),
        (order(7, 2, "02-1"), Answer::Accepted),
        (order(7, 3, "02-2"), Answer::InHand),
    ];
    for (order, answer) in cases {
        bench.write(&order);
        assert_eq!(bench.answered().answer, answer, "{order:?}");
    }
    assert_eq!((bench.unit().accepted, bench.unit().finished), (2, 1));
}

#[test]
fn a_spoiled_order_block_is_answered_and_ignored() {
    let mut bench = Bench::homed(&[]);
    let order = Order {
        epoch: 7,
        unit: LIFT,
        seq: 2,
        action: Action::Home,
    };
    let mut words = encode_order(&order, &layout()).expect("home names no place");
    words[4] = 2;
    bench.world.receive(LIFT, &words);
    assert_eq!(bench.answered().answer, Answer::Checksum);
    assert_eq!(bench.unit().accepted, 1);
}

#[test]
fn interlocks_refuse_before_anything_moves() {
    let cases = [
        (carry("01-2", "02-1"), Reason::SourceEmpty),
        (carry("01-1", "01-3"), Reason::TargetOccupied),
        (carry("01-1", "01-1"), Reason::NoRoute),
        (carry("lift-1", "02-1"), Reason::SourceEmpty),
    ];
    for (action, reason) in cases {
        let mut bench = Bench::homed(&["01-1", "01-3"]);
        let before = bench.world.truth().clone();
        bench.order(action.clone());
        let unit = bench.unit();
        assert_eq!(
            (unit.outcome, bench.answered().reason),
            (Outcome::Refused, reason),
            "{action:?}"
        );
        assert_eq!((unit.accepted, unit.finished), (2, 2));
        assert_eq!((unit.mode, bench.world.truth()), (Mode::Idle, &before));
    }
}

#[test]
fn an_open_street_door_keeps_the_lift_away() {
    let mut bench = Bench::homed(&["01-1"]);
    bench.order(open());
    bench.wait(3_000);
    assert_eq!(bench.status().bays[0].outer, Door::Moving);
    bench.wait(3_000);
    assert_eq!(bench.status().bays[0].outer, Door::Open);
    bench.order(carry("01-1", "bay-1"));
    assert_eq!(bench.answered().reason, Reason::DoorNotClosed);
    bench.order(close());
    bench.wait(6_000);
    assert_eq!(bench.status().bays[0].outer, Door::Closed);
    bench.order(close());
    assert_eq!(
        (bench.unit().mode, bench.unit().outcome),
        (Mode::Idle, Outcome::Done)
    );
}

#[test]
fn a_car_too_large_or_too_heavy_for_its_slot_stays_in_the_bay() {
    for (size, reason) in [
        ("5900 2000 1500 2000", Reason::Oversize),
        ("4900 2000 1500 2900", Reason::Overload),
    ] {
        let mut bench = Bench::homed(&[]);
        bench.order(open());
        bench.wait(6_000);
        bench.act(&format!("drive-in bay-1 ZAMXXAA1000000001 {size}"));
        bench.wait(8_000);
        bench.order(close());
        bench.wait(6_000);
        bench.order(carry("bay-1", "09-1"));
        assert_eq!(bench.answered().reason, reason);
        bench.order(carry("bay-1", "01-1"));
        assert_eq!(bench.answered().answer, Answer::Accepted);
        bench.wait(200_000);
        assert_eq!(bench.whereabouts(1), Some("01-1".to_owned()));
    }
}

#[test]
fn a_power_cut_erases_memory_and_leaves_the_car_on_the_lift() {
    let mut bench = Bench::homed(&["15-4"]);
    let machine = machine();
    let plan = machine
        .plan_move(&place("15-4"), &place("bay-1"), machine.rest_pose(0))
        .expect("the lift reaches both");
    let order = bench.order(carry("15-4", "bay-1"));
    bench.wait(plan.loaded_ms + 5_000);
    let height_mm = bench.status().lifts[0].height_mm;
    bench.act("power-cut");
    assert_eq!(bench.world.report(), None);
    bench.wait(60_000);
    bench.act("power-on");

    let (status, unit) = (bench.status(), bench.unit());
    assert_eq!((status.epoch, unit.accepted, unit.finished), (8, 0, 0));
    assert_eq!((unit.mode, unit.outcome), (Mode::NotHomed, Outcome::None));
    assert_eq!(status.lifts[0].height_mm, height_mm);
    assert_ne!(status.lifts[0].tag, 0);
    bench.write(&order);
    assert_eq!(bench.answered().answer, Answer::OtherEpoch);

    bench.order(Action::Home);
    bench.wait(60_000);
    bench.order(carry("lift-1", "15-4"));
    bench.wait(200_000);
    assert_eq!(bench.whereabouts(1), Some("15-4".to_owned()));
    assert_eq!(bench.unit().outcome, Outcome::Done);
}

#[test]
fn faster_time_is_the_same_machine_seen_faster() {
    let mut slow = Bench::homed(&["07-3"]);
    let mut fast = Bench::homed(&["07-3"]);
    fast.act("speed 60");
    slow.order(carry("07-3", "bay-1"));
    fast.order(carry("07-3", "bay-1"));
    for _ in 0..100 {
        slow.wait(600);
        fast.wait(10);
        assert_eq!(slow.status().lifts, fast.status().lifts);
        assert_eq!(slow.status().tags, fast.status().tags);
    }
}

#[test]
fn the_generation_counts_every_change_but_heartbeat_and_heights() {
    let mut bench = Bench::homed(&["15-4"]);
    let first = bench.report().generation;
    bench.wait(1_000);
    assert_eq!(bench.report().generation, first);
    bench.order(carry("15-4", "bay-1"));
    let taken = bench.report().generation;
    assert_ne!(taken, first);
    let before = bench.status().lifts[0].height_mm;
    bench.wait(3_000);
    assert_ne!(bench.status().lifts[0].height_mm, before);
    assert_eq!(bench.report().generation, taken);
    bench.wait(200_000);
    // The whole move fits one look at the sensors, so that they changed once.
    assert_eq!(bench.report().generation, taken + 1);
    bench.act("lie tag 03-1 unreadable");
    let report = bench.report();
    assert_eq!(report.generation, taken + 2);
    assert!(report.status.tags.contains(&UNREADABLE_TAG));
}

#[test]
fn a_withdrawal_uses_the_number_up_in_any_mode_and_comes_too_late_for_what_was_accepted() {
    let mut bench = Bench::booted(&["01-1"]);
    let order = Order {
        epoch: 7,
        unit: LIFT,
        seq: 1,
        action: Action::Home,
    };
    bench.write(&order.withdrawal());
    assert_eq!(bench.answered().answer, Answer::Accepted);
    assert_eq!(
        (bench.unit().finished, bench.unit().outcome),
        (1, Outcome::Withdrawn)
    );
    bench.write(&order);
    assert_eq!(bench.answered().answer, Answer::Repeat);
    assert_eq!(bench.unit().mode, Mode::NotHomed);

    let order = bench.order(Action::Home);
    bench.write(&order.withdrawal());
    assert_eq!(bench.answered().answer, Answer::Repeat);
    bench.wait(60_000);
    assert_eq!(
        (bench.unit().finished, bench.unit().outcome),
        (2, Outcome::Done)
    );
}

#[test]
fn a_unit_takes_only_what_is_its_own() {
    let mut bench = Bench::homed(&["01-1"]);
    for (unit, action) in [
        (BAY, Action::Home),
        (BAY, carry("01-1", "02-1")),
        (LIFT, open()),
    ] {
        bench.order_to(unit, action);
        assert_eq!(bench.answered().answer, Answer::UnknownPlace);
    }
    // A block written to another unit than it names is nobody's.
    let order = Order {
        epoch: 7,
        unit: LIFT,
        seq: 2,
        action: Action::Home,
    };
    let words = encode_order(&order, &layout()).expect("home names no place");
    bench.world.receive(BAY, &words);
    assert_eq!(
        bench.report().answers[BAY.index()].answer,
        Answer::UnknownPlace
    );
}
