//! What each safety signal of the machine says, since when it has, and how old that word is.
//!
//! A status is one reading of everything, so all signals are as old as the last of them. A signal
//! has kept its value since the reading that first showed it, as far as readings followed each
//! other closely: after a pause longer than [`STALE_MS`], or a reboot, nobody knows what happened
//! between, and the count begins anew. A word that is not fresh is kept, because people ask what
//! was seen last, but says nothing of now: whatever it was, it counts as unsafe.

use crate::handshake::{Door, Mode, Status, Unit};
use kernel::Moment;

/// After how long without news a status is unsafe, in milliseconds.
pub const STALE_MS: i64 = 2_000;

/// A part of the status that a rule of safety looks at; bays by their place in the machine file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// The controller's heartbeat, which proves that it lives.
    Heartbeat,
    /// The safety controller's stop.
    SafetyStop,
    /// Whether the machine runs on emergency power.
    EmergencyPower,
    /// What a lift, or the door of a bay, is doing.
    Mode(Unit),
    /// The number of what is wrong with it.
    Fault(Unit),
    /// The door to the street.
    OuterDoor(usize),
    /// The door to the shaft.
    InnerDoor(usize),
    /// The floor scale.
    FloorLoaded(usize),
    /// The count of the exit light barrier.
    Exits(usize),
    /// The floor-level scanner for persons.
    PersonByScanner(usize),
    /// The overhead sensor for persons.
    PersonOverhead(usize),
}

/// What a signal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// No: no stop, no car, nobody.
    Off,
    /// Yes.
    On,
    /// What a unit is doing.
    Mode(Mode),
    /// Where a door is.
    Door(Door),
    /// A count, or the number of a fault.
    Number(u32),
}

/// The last word of one signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it says.
    pub level: Level,
    /// The reading that first showed this value.
    pub since: Moment,
    /// Whether the change to this value was seen. When not, it may have had it for longer.
    pub change_seen: bool,
    /// The last reading.
    pub read_at: Moment,
    /// Whether that says anything about now.
    pub is_fresh: bool,
}

/// Every signal of one machine, as last read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    status: Option<Status>,
    is_lost: bool,
    read_at: Moment,
    beat_at: Moment,
    held: Vec<(Signal, Held)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    since: Moment,
    change_seen: bool,
}

impl Readings {
    /// Takes a status, and tells whether it differs from the last in more than the heartbeat and
    /// the heights of lifts.
    pub fn see(&mut self, status: Status, at: Moment) -> bool {
        let before = self.status.take().filter(|_| !self.is_lost);
        let beats =
            |last: &Status| last.heartbeat != status.heartbeat || last.epoch != status.epoch;
        if before.as_ref().is_none_or(beats) {
            self.beat_at = at;
        }
        let is_news = before.as_ref().is_none_or(|last| !last.is_like(&status));
        let followed = at.millis_since(self.read_at) <= STALE_MS;
        match before.filter(|last| followed && is_same_machine(last, &status)) {
            Some(last) if is_news => self.compare(&last, &status, at),
            Some(_) => {}
            None => self.begin(&status, at),
        }
        self.read_at = at;
        self.is_lost = false;
        self.status = Some(status);
        is_news
    }

    /// The connection broke: nothing that was read says anything about now.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Gives the last status, unless the connection broke since.
    pub fn status(&self) -> Option<&Status> {
        self.status.as_ref().filter(|_| !self.is_lost)
    }

    /// Gives the last status if it says something about now.
    pub fn fresh(&self, now: Moment) -> Option<&Status> {
        self.status().filter(|_| !self.is_stale(now))
    }

    /// Tells whether nothing is known about now: no status, an old one, or one whose heartbeat
    /// stands still.
    pub fn is_stale(&self, now: Moment) -> bool {
        let old = now.millis_since(self.read_at) > STALE_MS;
        let frozen = now.millis_since(self.beat_at) > STALE_MS;
        self.status().is_none() || old || frozen
    }

    /// Gives the last word of a signal; none when it was never read.
    pub fn reading(&self, signal: Signal, now: Moment) -> Option<Reading> {
        let level = level(signal, self.status.as_ref()?)?;
        let held = match signal {
            Signal::Heartbeat => Held {
                since: self.beat_at,
                change_seen: true,
            },
            _ => self.held.iter().find(|(one, _)| *one == signal)?.1,
        };
        Some(Reading {
            level,
            since: held.since,
            change_seen: held.change_seen,
            read_at: self.read_at,
            is_fresh: !self.is_stale(now),
        })
    }

    fn compare(&mut self, last: &Status, status: &Status, at: Moment) {
        for (signal, held) in &mut self.held {
            if level(*signal, last) != level(*signal, status) {
                *held = Held {
                    since: at,
                    change_seen: true,
                };
            }
        }
    }

    fn begin(&mut self, status: &Status, at: Moment) {
        let held = Held {
            since: at,
            change_seen: false,
        };
        self.held = signals(status).map(|signal| (signal, held)).collect();
    }
}

/// Lists the signals of a status, but for the heartbeat, which never keeps its value.
fn signals(status: &Status) -> impl Iterator<Item = Signal> + use<> {
    let units = (0..status.units.len()).map(Unit::at);
    let of_units = units.flat_map(|unit| [Signal::Mode(unit), Signal::Fault(unit)]);
    let of_bays = (0..status.bays.len()).flat_map(|bay| {
        [
            Signal::OuterDoor(bay),
            Signal::InnerDoor(bay),
            Signal::FloorLoaded(bay),
            Signal::Exits(bay),
            Signal::PersonByScanner(bay),
            Signal::PersonOverhead(bay),
        ]
    });
    [Signal::SafetyStop, Signal::EmergencyPower]
        .into_iter()
        .chain(of_units)
        .chain(of_bays)
}

/// A controller that has booted, or that has other parts, goes on with nothing.
fn is_same_machine(last: &Status, status: &Status) -> bool {
    last.epoch == status.epoch
        && last.units.len() == status.units.len()
        && last.bays.len() == status.bays.len()
}

fn level(signal: Signal, status: &Status) -> Option<Level> {
    let unit = |unit: Unit| status.unit(unit);
    let bay = |bay: usize| status.bays.get(bay);
    Some(match signal {
        Signal::Heartbeat => Level::Number(u32::from(status.heartbeat)),
        Signal::SafetyStop => Level::of(status.safety_stop),
        Signal::EmergencyPower => Level::of(status.emergency_power),
        Signal::Mode(one) => Level::Mode(unit(one)?.mode),
        Signal::Fault(one) => Level::Number(u32::from(unit(one)?.fault)),
        Signal::OuterDoor(one) => Level::Door(bay(one)?.outer),
        Signal::InnerDoor(one) => Level::Door(bay(one)?.inner),
        Signal::FloorLoaded(one) => Level::of(bay(one)?.floor_loaded),
        Signal::Exits(one) => Level::Number(u32::from(bay(one)?.exits)),
        Signal::PersonByScanner(one) => Level::of(bay(one)?.person_by_scanner),
        Signal::PersonOverhead(one) => Level::of(bay(one)?.person_overhead),
    })
}

impl Level {
    fn of(on: bool) -> Level {
        if on { Level::On } else { Level::Off }
    }
}
