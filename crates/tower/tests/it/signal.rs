//! Since when a sensor has said what it says, and how old that word is.

use kernel::Moment;
use tower::handshake::{BayStatus, Door, LiftStatus, Mode, Outcome, Status, Unit, UnitStatus};
use tower::signal::{Level, Readings, STALE_MS, Signal};

fn at(millis: i64) -> Moment {
    Moment::from_micros(millis * 1_000)
}

fn status(heartbeat: u16) -> Status {
    Status {
        epoch: 7,
        heartbeat,
        safety_stop: false,
        emergency_power: false,
        units: vec![
            UnitStatus {
                mode: Mode::Idle,
                fault: 0,
                accepted: 0,
                finished: 0,
                outcome: Outcome::None,
            };
            2
        ],
        lifts: vec![LiftStatus {
            height_mm: 0,
            tag: 0,
        }],
        bays: vec![BayStatus {
            outer: Door::Closed,
            inner: Door::Closed,
            floor_loaded: false,
            exits: 0,
            person_by_scanner: false,
            person_overhead: false,
        }],
        tags: vec![0; 4],
    }
}

fn with_person(heartbeat: u16) -> Status {
    let mut status = status(heartbeat);
    status.bays[0].person_by_scanner = true;
    status
}

#[test]
fn a_signal_is_so_since_the_reading_that_first_showed_it() {
    let mut readings = Readings::default();
    readings.see(status(1), at(0));
    readings.see(with_person(2), at(1_000));
    readings.see(with_person(3), at(2_500));
    let person = readings.reading(Signal::PersonByScanner(0), at(2_600));
    let person = person.expect("it was read");
    assert_eq!(person.level, Level::On);
    assert_eq!((person.since, person.read_at), (at(1_000), at(2_500)));
    assert!(person.change_seen && person.is_fresh);
    let other = readings.reading(Signal::PersonOverhead(0), at(2_600));
    let other = other.expect("it was read");
    assert_eq!((other.level, other.since), (Level::Off, at(0)));
    assert!(!other.change_seen, "it may have been so before we looked");
}

#[test]
fn a_signal_that_was_never_read_says_nothing() {
    let readings = Readings::default();
    assert_eq!(readings.reading(Signal::SafetyStop, at(0)), None);
    let mut readings = readings;
    readings.see(status(1), at(0));
    assert_eq!(readings.reading(Signal::OuterDoor(1), at(0)), None);
    assert_eq!(readings.reading(Signal::Mode(Unit::at(2)), at(0)), None);
}

#[test]
fn an_old_word_is_kept_to_be_shown_but_is_not_fresh() {
    let mut readings = Readings::default();
    readings.see(status(1), at(0));
    let later = at(STALE_MS + 1);
    let nobody = readings.reading(Signal::PersonByScanner(0), later);
    let nobody = nobody.expect("it was read");
    assert!(!nobody.is_fresh && readings.fresh(later).is_none());
    assert_eq!((nobody.level, nobody.read_at), (Level::Off, at(0)));
}

#[test]
fn a_heartbeat_that_stands_still_makes_every_word_old() {
    let mut readings = Readings::default();
    for millis in (0..=STALE_MS + 500).step_by(500) {
        readings.see(status(1), at(millis));
    }
    let now = at(STALE_MS + 500);
    let door = readings.reading(Signal::OuterDoor(0), now);
    assert!(door.is_some_and(|door| !door.is_fresh && door.read_at == now));
}

#[test]
fn after_a_broken_connection_nothing_is_fresh_and_the_count_begins_anew() {
    let mut readings = Readings::default();
    readings.see(with_person(1), at(0));
    readings.see(with_person(2), at(1_000));
    readings.lose();
    let lost = readings.reading(Signal::PersonByScanner(0), at(1_100));
    assert!(lost.is_some_and(|lost| !lost.is_fresh && lost.level == Level::On));
    assert!(readings.status().is_none());
    readings.see(with_person(3), at(1_200));
    let person = readings.reading(Signal::PersonByScanner(0), at(1_200));
    let person = person.expect("it was read");
    assert_eq!(person.since, at(1_200));
    assert!(!person.change_seen && person.is_fresh);
}

#[test]
fn after_a_pause_or_a_restart_nobody_knows_what_happened_between() {
    let reading = |status: Status, millis: i64| {
        let mut readings = Readings::default();
        readings.see(with_person(1), at(0));
        readings.see(status, at(millis));
        readings.reading(Signal::PersonByScanner(0), at(millis))
    };
    let mut rebooted = with_person(1);
    rebooted.epoch = 8;
    for (status, millis) in [(with_person(2), STALE_MS + 1), (rebooted, 1_000)] {
        let person = reading(status, millis).expect("it was read");
        assert_eq!(person.since, at(millis));
        assert!(!person.change_seen);
    }
    let followed = reading(with_person(2), STALE_MS).expect("it was read");
    assert_eq!(followed.since, at(0));
}
