//! What a buyer is told about the wait, and whether it came so.
//!
//! A forecast knows the machine's motion to the millisecond and people not at all. So a tower keeps
//! a record of its own: how long visits at its bays take, and how far its forecasts were off. The
//! next interval is made of that record, whatever the people, the machine and the planner are like.
//! It is meant to hold nine times of ten, and how often it did is counted and shown.
//!
//! All of it is whole numbers in the state of the tower's stream, changed by events alone, and
//! bounded: replaying a log gives the same record.

mod calibration; // how far forecasts are off, and what follows for the next one
mod sample; // the latest values of something

pub use calibration::Calibration;
pub use sample::Sample;

use kernel::Moment;
use serde::{Deserialize, Serialize};

/// What a wait hangs on. Each kind has a calibration of its own, because the error of a motion is
/// a part of a second and that of a visit some minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wait {
    /// A lift and a bay are free: the car starts at once.
    AtOnce,
    /// Only other moves of the machine come first.
    Moves,
    /// One visit must end before a bay is free.
    OneVisit,
    /// Several visits must end one after another.
    Visits,
}

impl Wait {
    /// Every kind, the shortest first.
    pub const ALL: [Wait; 4] = [Wait::AtOnce, Wait::Moves, Wait::OneVisit, Wait::Visits];
}

/// How long it will take as far as the state tells, before the record is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// What it hangs on.
    pub wait: Wait,
    /// Milliseconds; half of the scenarios take longer.
    pub expected_ms: u64,
    /// How far the scenarios lie apart, in milliseconds; the unit that errors are counted in.
    pub spread_ms: u64,
}

/// A time between two bounds, in milliseconds from the moment it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Not sooner.
    pub earliest_ms: u64,
    /// Not later.
    pub latest_ms: u64,
}

impl Interval {
    /// Tells whether a time lies between the bounds.
    pub fn holds(&self, waited_ms: u64) -> bool {
        (self.earliest_ms..=self.latest_ms).contains(&waited_ms)
    }

    /// Gives how far the bounds lie apart.
    pub fn width_ms(&self) -> u64 {
        self.latest_ms - self.earliest_ms
    }

    /// Gives the interval as it is shown: in whole seconds that leave nothing of it out.
    pub fn shown(&self) -> Interval {
        Interval {
            earliest_ms: self.earliest_ms / 1_000 * 1_000,
            latest_ms: self.latest_ms.div_ceil(1_000) * 1_000,
        }
    }
}

/// What was told of one car when it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// When.
    pub at: Moment,
    /// What it was made of.
    pub forecast: Forecast,
    /// What was told.
    pub interval: Interval,
}

/// What a tower has seen of its people and of its own forecasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// From a car's standing at the bay to the closing of the door behind its buyer, in
    /// milliseconds.
    pub visits: Sample,
    /// From the opening of the door to its closing on a car that came, in milliseconds.
    pub drive_ins: Sample,
    calibrations: [Calibration; Wait::ALL.len()],
}

/// What is assumed of visits until they are seen, in seconds: published hand-overs of car towers
/// take ten to thirty minutes with papers, which here come before.
const VISITS_S: [i32; 9] = [90, 130, 165, 200, 240, 290, 360, 480, 840];
/// The same of those who bring a car.
const DRIVE_INS_S: [i32; 9] = [35, 42, 48, 54, 60, 66, 73, 82, 105];

impl Default for Record {
    fn default() -> Record {
        let assumed = |seconds: [i32; 9]| Sample::assuming(&seconds.map(|value| value * 1_000));
        Record {
            visits: assumed(VISITS_S),
            drive_ins: assumed(DRIVE_INS_S),
            calibrations: Wait::ALL.map(Calibration::assumed),
        }
    }
}

impl Record {
    /// Gives the calibration of one kind of wait.
    pub fn of(&self, wait: Wait) -> &Calibration {
        &self.calibrations[wait as usize]
    }

    /// Gives the interval of a forecast.
    pub fn interval(&self, forecast: &Forecast) -> Interval {
        self.of(forecast.wait).interval(forecast)
    }

    /// Notes how long the wait for a promised car has been.
    pub(crate) fn note(&mut self, promise: &Promise, came: Moment) {
        let waited_ms = u64::try_from(came.millis_since(promise.at)).unwrap_or(0);
        self.calibrations[promise.forecast.wait as usize].note(promise, waited_ms);
    }

    /// Counts the promises whose car has come.
    pub fn given(&self) -> u64 {
        self.calibrations.iter().map(|one| one.given).sum()
    }

    /// Counts those whose car came within the interval.
    pub fn kept(&self) -> u64 {
        self.calibrations.iter().map(|one| one.kept).sum()
    }
}
