//! Fetches that a fault holds up, and what is written down about them.

use crate::machine::{GUANGZHOU, SINGAPORE};
use crate::peer::Lie;
use crate::site::{Site, fetch};
use tower::controller::PATIENCE_MS;
use tower::tower::{Event, Place, Standstill, Trust};

const PATIENCE_S: u64 = PATIENCE_MS as u64 / 1_000;

fn delays(site: &Site) -> Vec<Standstill> {
    let why = |event: &Event| match event {
        Event::FetchDelayed { why, .. } => Some(*why),
        _ => None,
    };
    site.log.iter().filter_map(why).collect()
}

fn went_on(site: &Site) -> usize {
    site.happened(|event| matches!(event, Event::FetchWentOn { .. }))
}

fn moving(text: &str) -> Site {
    let mut site = Site::with_cars(text, 3);
    site.queue(fetch(3));
    site.until(300, "moving", |site| site.plc.is_moving());
    site
}

#[test]
fn what_is_over_soon_is_not_written_down() {
    let mut site = moving(SINGAPORE);
    site.plc.jam();
    site.run(PATIENCE_S - 5);
    site.plc.reset();
    site.until_idle(900);
    assert_eq!(delays(&site), []);
    assert_eq!(went_on(&site), 0);
}

#[test]
fn a_jammed_lift_holds_up_every_fetch_that_needs_it_and_they_go_on_when_it_is_free() {
    let mut site = moving(SINGAPORE);
    site.queue(fetch(1));
    site.plc.jam();
    let jammed_at = site.at();
    site.run(PATIENCE_S + 5);
    assert_eq!(delays(&site), [Standstill::LiftStopped; 2]);
    let since = site.log.iter().find_map(|event| match event {
        Event::FetchDelayed { since, .. } => Some(*since),
        _ => None,
    });
    let lost_ms = since.expect("it was delayed").millis_since(jammed_at);
    assert!((0..5_000).contains(&lost_ms), "{lost_ms} ms");
    site.plc.reset();
    site.until_idle(1_800);
    assert_eq!((delays(&site).len(), went_on(&site)), (2, 2));
}

#[test]
fn a_lift_that_others_can_do_the_work_of_holds_nobody_up() {
    let mut site = moving(GUANGZHOU);
    site.plc.jam();
    site.queue(fetch(1));
    site.run(PATIENCE_S);
    let others = delays(&site);
    site.plc.reset();
    site.until_idle(1_800);
    assert!(others.len() <= 1, "{others:?}");
}

#[test]
fn a_machine_that_does_not_answer_is_told_also_while_nothing_comes_from_it() {
    let mut site = moving(SINGAPORE);
    site.drop_status = true;
    site.run(PATIENCE_S + 10);
    assert_eq!(delays(&site), [Standstill::NoAnswer]);
    site.drop_status = false;
    site.until_idle(900);
    assert_eq!(went_on(&site), 1);
}

#[test]
fn a_safety_stop_and_a_car_that_is_not_seen_are_told_apart() {
    let mut site = moving(SINGAPORE);
    site.plc.safety_stop = true;
    site.run(PATIENCE_S + 5);
    assert_eq!(delays(&site), [Standstill::SafetyStop]);

    let mut site = Site::with_cars(SINGAPORE, 6);
    site.until(60, "calm", |site| site.state.trust == Trust::Full);
    site.plc.lie = Some((Place::from("01-2"), Lie::Empty));
    site.run(2);
    site.queue(fetch(5));
    site.run(PATIENCE_S + 5);
    assert_eq!(delays(&site), [Standstill::CarsDisagree]);
}

#[test]
fn a_bay_that_people_do_not_leave_is_no_fault() {
    let mut site = moving(SINGAPORE);
    site.until(600, "at the bay", |site| {
        site.happened(|event| matches!(event, Event::CarLeft { .. })) == 1
    });
    site.plc.bay_mut(&Place::from("bay-1")).person_overhead = true;
    site.queue(fetch(1));
    site.run(120);
    assert_eq!(delays(&site), []);
}
