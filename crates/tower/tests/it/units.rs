//! Several lifts and bays at the same time, and what one of them does not stop.

use crate::machine::WOLFSBURG;
use crate::mast::two_on_a_mast;
use crate::site::{Site, fetch, job, store, vin};
use tower::handshake::{Action, Outcome};
use tower::planner::{Why, waiting_for};
use tower::tower::{Command, Event, FaultCode, Place, Stage, Trust};

const LIFT_1: usize = 0;
const LIFT_2: usize = 1;
const BAY_1: usize = 2;

/// Twenty cars on the lowest level: the first ten are for lift 1, the others for lift 2.
fn calm() -> Site {
    let mut site = Site::with_cars(WOLFSBURG, 20);
    site.until(120, "calm", |site| site.state.trust == Trust::Full);
    site
}

/// Both lifts on their way with a car.
fn both_moving() -> Site {
    let mut site = calm();
    site.queue(fetch(1));
    site.queue(fetch(11));
    site.until(60, "moving", |site| site.plc.moving() == 2);
    site
}

fn left(site: &Site) -> usize {
    site.happened(|event| matches!(event, Event::CarLeft { .. }))
}

fn ended(site: &Site, wanted: Outcome) -> usize {
    site.happened(
        |event| matches!(event, Event::ActionFinished { outcome, .. } if *outcome == wanted),
    )
}

#[test]
fn two_lifts_carry_two_cars_at_the_same_time() {
    let mut site = both_moving();
    site.until_idle(600);
    assert_eq!((left(&site), site.plc.moves), (2, 2));
}

#[test]
fn a_door_moves_while_a_lift_moves() {
    let mut site = calm();
    site.queue(fetch(1));
    let opening = |site: &Site| site.plc.is_busy(BAY_1);
    site.until(300, "opening", opening);
    site.queue(fetch(11));
    site.until(5, "both", |site| opening(site) && site.plc.is_busy(LIFT_2));
    site.until_idle(600);
    assert_eq!(left(&site), 2);
}

#[test]
fn one_lift_jams_and_the_other_goes_on() {
    let mut site = both_moving();
    site.run(20);
    site.plc.jam_unit(LIFT_1);
    site.queue(fetch(12));
    site.until(900, "served", |site| left(site) == 2);
    let lift = Place::from("lift-1");
    assert!(
        site.state
            .faults
            .get(FaultCode::MachineFault, Some(&lift))
            .is_some()
    );
    assert_eq!(site.state.trust, Trust::Full);
    for waiting in ["fetch-1", "fetch-2"] {
        if waiting == "fetch-2" {
            site.queue(fetch(2));
        }
        let why = waiting_for(&site.state, &site.machine, &job(waiting), None, site.at());
        let lift = lift.clone();
        assert_eq!(why, Some(Why::LiftOut { lift }), "{waiting}");
    }
    site.plc.reset();
    site.until_idle(900);
    assert_eq!(left(&site), 4);
    assert!(site.state.faults.is_empty());
}

#[test]
fn a_bay_out_of_order_stops_its_own_lift_only() {
    let mut site = calm();
    site.plc.jam_unit(BAY_1);
    site.queue(fetch(1));
    site.queue(fetch(11));
    site.until(600, "served", |site| left(site) == 1);
    assert_eq!(
        site.state.jobs.get(&job("fetch-1")).map(|live| &live.stage),
        Some(&Stage::Waiting)
    );
    site.plc.reset();
    site.until_idle(600);
}

#[test]
fn a_person_in_one_bay_does_not_stop_the_other() {
    let mut site = calm();
    let bay = Place::from("bay-1");
    site.plc.bay_mut(&bay).person_by_scanner = true;
    site.queue(fetch(1));
    site.queue(fetch(11));
    site.until(600, "served", |site| left(site) == 1);
    assert_eq!(site.plc.moves, 1);
    site.plc.bay_mut(&bay).person_by_scanner = false;
    site.until_idle(600);
    assert_eq!(left(&site), 2);
}

#[test]
fn the_machines_controller_restarts_in_the_middle_of_two_moves() {
    let mut site = both_moving();
    let lifts = [Place::from("lift-1"), Place::from("lift-2")];
    let loaded = |site: &Site| lifts.iter().all(|lift| site.plc.cars.contains_key(lift));
    site.until(300, "loaded", loaded);
    let before = site.sent.len();
    site.plc.reboot();
    site.until_idle(900);
    let after = &site.sent[before..];
    assert!(after.iter().all(|order| order.epoch == site.plc.epoch));
    let homed = |unit: usize| {
        let mine = |order: &&tower::handshake::Order| order.unit.index() == unit;
        after
            .iter()
            .find(mine)
            .is_some_and(|order| order.action == Action::Home)
    };
    assert!(homed(LIFT_1) && homed(LIFT_2));
    assert_eq!(left(&site), 2);
}

#[test]
fn an_order_that_is_not_taken_is_withdrawn_and_its_job_waits_again() {
    let mut site = calm();
    site.plc.takes_only_withdrawals = true;
    site.queue(fetch(1));
    site.until(60, "withdrawn", |site| ended(site, Outcome::Withdrawn) == 1);
    assert_eq!(site.plc.moves, 0);
    site.plc.takes_only_withdrawals = false;
    site.until_idle(600);
    assert_eq!((left(&site), site.plc.moves), (1, 1));
    assert!(site.state.faults.is_empty());
}

#[test]
fn a_withdrawal_that_comes_before_its_order_wins_and_one_that_comes_after_is_too_late() {
    for (backwards, withdrawn) in [(true, 1), (false, 0)] {
        let mut site = calm();
        site.held = Some(Vec::new());
        site.queue(fetch(1));
        let crossing = |site: &Site| {
            let mut held = site.held.iter().flatten();
            held.any(|order| order.action == Action::Withdraw)
        };
        site.until(60, "withdrawn", crossing);
        site.let_through(backwards);
        site.until_idle(600);
        assert_eq!(ended(&site, Outcome::Withdrawn), withdrawn);
        assert_eq!((left(&site), site.plc.moves), (1, 1));
    }
}

#[test]
fn an_order_written_but_not_sent_before_trust_is_lost_is_never_carried_out() {
    let mut site = calm();
    site.held = Some(Vec::new());
    site.queue(fetch(1));
    site.run(2);
    site.plc.jam_unit(LIFT_2);
    site.run(2);
    site.let_through(true);
    site.until(300, "ended", |site| ended(site, Outcome::Withdrawn) == 1);
    site.plc.reset();
    site.until_idle(600);
    assert_eq!((left(&site), site.plc.moves), (1, 1));
}

#[test]
fn an_order_that_is_answered_neither_way_is_told_and_the_other_lift_goes_on() {
    let mut site = calm();
    site.held = Some(Vec::new());
    site.queue(fetch(1));
    site.run(70);
    let lift = Place::from("lift-1");
    assert!(
        site.state
            .faults
            .get(FaultCode::OrderUnanswered, Some(&lift))
            .is_some()
    );
    site.let_through(true);
    site.until_idle(600);
    assert!(site.state.faults.is_empty());
}

#[test]
fn a_store_and_a_fetch_share_the_tower_without_sharing_a_place() {
    let mut site = Site::with_cars(WOLFSBURG, 20);
    for number in 21..=26 {
        site.queue(store(number));
    }
    for number in [3, 5, 13, 15] {
        site.queue(fetch(number));
    }
    site.until_idle(3_600);
    assert_eq!(site.state.inventory.len(), 22);
    let command = Command::Queue { job: fetch(3) };
    assert_eq!(site.ask(command), Ok(vec![]), "{} has left", vin(3));
}

#[test]
fn two_lifts_on_one_mast_never_meet_and_both_work() {
    let mut site = Site::with_cars(&two_on_a_mast(), 60);
    for number in [1, 60, 2, 59, 3, 58] {
        site.queue(fetch(number));
    }
    site.until_idle(7_200);
    assert_eq!(left(&site), 6);
    let moved = |lift: usize| {
        let mut sent = site.sent.iter();
        sent.any(|order| order.unit.index() == lift && matches!(order.action, Action::Move { .. }))
    };
    assert!(moved(LIFT_1) && moved(LIFT_2));
    let aside = |order: &&tower::handshake::Order| matches!(order.action, Action::Go { .. });
    assert!(site.sent.iter().any(|order| aside(&order)));
}
