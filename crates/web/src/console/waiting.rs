//! What a job waits for, in words, with the word of the sensor it rests on and how old that is.

use super::{attention, tower};
use crate::appointment;
use crate::shop::Shop;
use crate::text::Text;
use ::tower::bay::Obstacle;
use ::tower::handshake::{Door, Unit};
use ::tower::machine::Machine;
use ::tower::planner::{Evidence, Rule, Wait, Why};
use ::tower::signal::{Level, Reading, Signal};
use ::tower::tower::Place;
use jiff::tz::TimeZone;
use kernel::Moment;

/// What a job waits for.
pub(super) struct Waiting {
    /// In short.
    pub for_what: String,
    /// The code of the rule, as it stands in the document.
    pub rule: &'static str,
    /// What a sensor says, where the rule rests on one.
    pub signal: Option<String>,
    /// Since when it is so, and how old that word is.
    pub age: Option<String>,
    /// Whether that word says nothing of now.
    pub is_stale: bool,
}

/// Says what a job waits for.
pub(super) fn words(wait: &Wait, shop: &Shop, now: Moment, t: Text) -> Waiting {
    let (machine, zone) = (&*shop.machine, &shop.policy.zone);
    let for_what = match wait.rule {
        Rule::FreshStatus => t.msg("console-why-stale"),
        _ => waits(&wait.why, zone, t),
    };
    let (signal, age, is_stale) = match wait.evidence {
        Evidence::Record { since } => {
            let held = since.map(|since| t.duration(seconds(since, now)));
            let age = held.map(|held| t.with("console-evidence-written", &[("held", &held)]));
            (None, age, false)
        }
        Evidence::Signal { reading: None, .. } => {
            (None, Some(t.msg("console-evidence-never")), true)
        }
        Evidence::Signal {
            signal,
            reading: Some(reading),
        } => {
            let said = signal_words(signal, reading.level, machine, t);
            (
                Some(said),
                Some(age_words(&reading, now, t)),
                !reading.is_fresh,
            )
        }
    };
    Waiting {
        for_what,
        rule: wait.rule.code(),
        signal,
        age,
        is_stale,
    }
}

fn age_words(reading: &Reading, now: Moment, t: Text) -> String {
    let held = t.duration(seconds(reading.since, now));
    let tenths = now.millis_since(reading.read_at).max(0) / 100;
    let read = match tenths {
        ..100 => t.with(
            "console-seconds",
            &[("seconds", &format!("{}.{}", tenths / 10, tenths % 10))],
        ),
        _ => t.duration(tenths.unsigned_abs() / 10),
    };
    let key = match (reading.is_fresh, reading.change_seen) {
        (false, _) => return t.with("console-evidence-stale", &[("read", &read)]),
        (true, true) => "console-evidence",
        (true, false) => "console-evidence-at-least",
    };
    t.with(key, &[("held", &held), ("read", &read)])
}

fn seconds(since: Moment, now: Moment) -> u64 {
    now.millis_since(since).max(0).unsigned_abs() / 1_000
}

fn signal_words(signal: Signal, raw: Level, machine: &Machine, t: Text) -> String {
    let level = level_words(raw, t);
    let unit = |unit: Unit| name(machine.unit_name(unit));
    let bay = |bay: usize| name(machine.bays.get(bay).map(|bay| &bay.place));
    let at = |key: &str, place: String| t.with(key, &[("place", &place), ("level", &level)]);
    match signal {
        Signal::Heartbeat => t.msg("console-signal-heartbeat"),
        Signal::SafetyStop => t.with("console-signal-stop", &[("level", &level)]),
        Signal::EmergencyPower => t.with("console-signal-emergency-power", &[("level", &level)]),
        Signal::Mode(one) => at("console-signal-mode", unit(one)),
        Signal::Fault(one) if raw == Level::Number(0) => {
            t.with("console-signal-sound", &[("place", &unit(one))])
        }
        Signal::Fault(one) => at("console-signal-fault", unit(one)),
        Signal::OuterDoor(one) => at("console-signal-outer", bay(one)),
        Signal::InnerDoor(one) => at("console-signal-inner", bay(one)),
        Signal::FloorLoaded(one) => at("console-signal-floor", bay(one)),
        Signal::Exits(one) => at("console-signal-exits", bay(one)),
        Signal::PersonByScanner(one) => at("console-signal-scanner", bay(one)),
        Signal::PersonOverhead(one) => at("console-signal-overhead", bay(one)),
    }
}

fn name(place: Option<&Place>) -> String {
    place.map(ToString::to_string).unwrap_or_default()
}

/// Gives the value that a message chooses its words by, or shows.
fn level_words(level: Level, t: Text) -> String {
    match level {
        Level::Off => "off".to_owned(),
        Level::On => "on".to_owned(),
        Level::Mode(mode) => tower::mode_words(mode, t),
        Level::Door(Door::Closed) => "closed".to_owned(),
        Level::Door(Door::Moving) => "moving".to_owned(),
        Level::Door(Door::Open) => "open".to_owned(),
        Level::Number(number) => number.to_string(),
    }
}

fn waits(why: &Why, zone: &TimeZone, t: Text) -> String {
    let at = |key: &str, bay: &Place| t.with(key, &[("place", &bay.0)]);
    match why {
        Why::Running => t.msg("console-why-running"),
        Why::Faulty(fault) => attention::fault_words(fault, t).0,
        Why::Resync(why) => tower::trust(*why, t),
        Why::LiftOut { lift } => at("console-why-lift-out", lift),
        Why::MachineBusy {
            with: Some(job), ..
        } => t.with("console-why-busy", &[("job", &job.to_string())]),
        Why::MachineBusy { with: None, .. } => t.msg("console-why-busy-itself"),
        Why::Behind { job } => t.with("console-why-behind", &[("job", &job.to_string())]),
        Why::NoBay { .. } => t.msg("console-why-no-bay"),
        Why::BaysLocked { bays } => {
            let names: Vec<&str> = bays.iter().map(|bay| bay.0.as_str()).collect();
            t.with("console-why-bays-locked", &[("places", &names.join(", "))])
        }
        Why::EmergencyPower => t.msg("console-why-emergency-power"),
        Why::Appointment { slot } => {
            let when = appointment::name(slot, zone, t);
            t.with("console-why-appointment", &[("when", &when)])
        }
        Why::NoPlace => t.msg("console-why-no-place"),
        Why::WindowTaken => t.msg("console-why-window"),
        Why::Buyer { bay } => at("console-why-buyer", bay),
        Why::DriveOut { bay } => at("console-why-drive-out", bay),
        Why::Car { bay } => at("console-why-car", bay),
        Why::Bay { bay, obstacle } => format!("{}: {}", bay.0, blocks(*obstacle, t)),
        Why::Shown => t.msg("console-why-shown"),
        Why::Next => t.msg("console-why-next"),
    }
}

fn blocks(obstacle: Obstacle, t: Text) -> String {
    match obstacle {
        Obstacle::InnerDoor => t.msg("console-blocks-inner"),
        Obstacle::OuterDoor => t.msg("console-blocks-outer"),
        Obstacle::PersonByScanner | Obstacle::PersonOverhead => t.msg("console-blocks-person"),
        Obstacle::FloorLoaded => t.msg("console-blocks-loaded"),
        Obstacle::FloorEmpty => t.msg("console-blocks-empty"),
        Obstacle::NotConfirmed => t.msg("console-blocks-unconfirmed"),
    }
}
