//! An instant: microseconds since 1970 in UTC. It always comes in from outside.

use crate::Day;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant in microseconds since the Unix epoch.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(i64);

const MICROS_PER_MILLI: i64 = 1_000;
const MICROS_PER_SECOND: i64 = 1_000_000;

impl Moment {
    /// Makes an instant from microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Moment {
        Moment(micros)
    }

    /// Gives the microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Gives the milliseconds since the Unix epoch, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(MICROS_PER_MILLI)
    }

    /// Moves by milliseconds.
    pub const fn plus_millis(self, millis: i64) -> Moment {
        Moment(
            self.0
                .saturating_add(millis.saturating_mul(MICROS_PER_MILLI)),
        )
    }

    /// Moves by seconds.
    pub const fn plus_seconds(self, seconds: i64) -> Moment {
        Moment(
            self.0
                .saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)),
        )
    }

    /// Counts the milliseconds from an earlier instant to this one.
    pub const fn millis_since(self, earlier: Moment) -> i64 {
        (self.0.saturating_sub(earlier.0)) / MICROS_PER_MILLI
    }

    /// Gives the same instant for the calendar library.
    ///
    /// Instants beyond the year 9999 become the last one it can express.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }

    /// Gives the civil day this instant belongs to in a zone.
    pub fn day_in(self, zone: &TimeZone) -> Day {
        Day::from_date(self.timestamp().to_zoned(zone.clone()).date())
    }

    /// Gives the first instant of a civil day in a zone, plus whole hours.
    pub fn at_hour_of(day: Day, hour: i8, zone: &TimeZone) -> Moment {
        let local = day.date().at(hour, 0, 0, 0);
        let zoned = zone.to_ambiguous_zoned(local).compatible();
        let timestamp = zoned
            .map(|zoned| zoned.timestamp())
            .unwrap_or(Timestamp::MAX);
        Moment(timestamp.as_microsecond())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}
