//! By which rule a job waits, and on the word of which sensor.

use crate::machine::SINGAPORE;
use crate::site::{Site, fetch, job};
use tower::planner::{Evidence, Resource, Rule, Wait, wait};
use tower::signal::{Level, Reading, Signal};
use tower::tower::{Event, FaultCode, Place};

fn why(site: &Site, id: &str) -> Wait {
    let readings = site.controller.readings();
    let wait = wait(&site.state, &site.machine, &job(id), readings, site.at());
    wait.expect("the job is live")
}

fn signal(wait: &Wait) -> (Signal, Reading) {
    match wait.evidence {
        Evidence::Signal {
            signal,
            reading: Some(reading),
        } => (signal, reading),
        other => panic!("no signal: {other:?}"),
    }
}

fn called(cars: u32) -> Site {
    let mut site = Site::with_cars(SINGAPORE, cars);
    site.queue(fetch(cars));
    site.until(600, "driving out", |site| {
        site.happened(|event| matches!(event, Event::CarLeft { .. })) == 1
    });
    site
}

#[test]
fn a_bay_that_waits_for_a_person_to_leave_names_the_sensor_and_since_when() {
    let mut site = called(2);
    let bay = Place::from("bay-1");
    site.plc.bay_mut(&bay).person_by_scanner = true;
    site.step();
    let seen_at = site.at();
    site.run(42);
    let wait = why(&site, "fetch-2");
    assert_eq!(wait.resource, Resource::Bay(bay));
    assert_eq!(wait.rule.code(), "nobody-by-scanner");
    let (signal, reading) = signal(&wait);
    assert_eq!(signal, Signal::PersonByScanner(0));
    assert_eq!((reading.level, reading.since), (Level::On, seen_at));
    assert!(reading.is_fresh && reading.change_seen);
    assert_eq!(site.at().millis_since(reading.since), 42_000);
    assert_eq!(reading.read_at, site.at());
}

#[test]
fn a_person_whom_only_the_overhead_sensor_sees_is_told_apart() {
    let mut site = called(2);
    site.plc.bay_mut(&Place::from("bay-1")).person_overhead = true;
    site.run(1);
    assert_eq!(why(&site, "fetch-2").rule, Rule::NobodyOverhead);
}

#[test]
fn when_the_status_gets_old_nothing_else_is_given_as_the_reason() {
    let mut site = called(2);
    site.drop_status = true;
    // Before the controller has written the fault down, the age alone says it.
    site.now_ms += 2_001;
    let wait = why(&site, "fetch-2");
    assert_eq!(wait.rule, Rule::FreshStatus);
    let (heart, reading) = signal(&wait);
    assert_eq!(heart, Signal::Heartbeat);
    assert!(!reading.is_fresh);
    site.run(5);
    let wait = why(&site, "fetch-2");
    assert_eq!(wait.rule, Rule::Fault(FaultCode::LinkLost));
    let (_, reading) = signal(&wait);
    assert!(site.at().millis_since(reading.read_at) > 5_000);
}

#[test]
fn a_jammed_lift_is_named_with_its_fault_number() {
    let mut site = Site::with_cars(SINGAPORE, 2);
    site.queue(fetch(1));
    site.until(300, "moving", |site| site.plc.is_moving());
    site.plc.jam();
    site.run(10);
    let wait = why(&site, "fetch-1");
    let (signal, reading) = signal(&wait);
    let lift = site.machine.lifts[0].place.clone();
    assert_eq!(wait.resource, Resource::Lift(lift));
    assert_eq!(wait.rule, Rule::LiftInOrder);
    let unit = site.machine.units().next().expect("a lift");
    assert_eq!(signal, Signal::Fault(unit));
    assert!(matches!(reading.level, Level::Number(number) if number != 0));
}

#[test]
fn a_job_behind_another_waits_for_its_turn_and_rests_on_the_log() {
    let mut site = Site::with_cars(SINGAPORE, 4);
    for number in 1..=3 {
        site.queue(fetch(number));
    }
    site.until(300, "moving", |site| site.plc.is_moving());
    let busy = why(&site, "fetch-2");
    assert_eq!(busy.rule, Rule::OneOrder);
    assert_eq!(why(&site, "fetch-1").rule, Rule::Running);
    let wait = why(&site, "fetch-1");
    assert!(matches!(wait.evidence, Evidence::Record { since: Some(_) }));
}

#[test]
fn every_rule_has_a_code_of_its_own_that_the_document_explains() {
    const DOCUMENT: &str = include_str!("../../../../docs/protocol/waiting.md");
    let rows: Vec<String> = Rule::all()
        .into_iter()
        .map(|rule| format!("| `{}` | {} |", rule.code(), rule.words()))
        .collect();
    let mut codes: Vec<&str> = Rule::all().into_iter().map(Rule::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), rows.len(), "a code is used twice");
    let table = rows.join("\n");
    assert!(DOCUMENT.contains(&table), "the document lacks:\n{table}");
}
