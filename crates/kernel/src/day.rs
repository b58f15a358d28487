//! A civil day: what a calendar on the wall says, without an hour or a zone.
//!
//! Money falls due on days. Which day an instant belongs to is decided once, at the edge, from the
//! tower's time zone; inside, days never turn back into instants.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the proleptic Gregorian calendar, written `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(Date);

/// The text or numbers name no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day: write it as 2026-11-22")]
pub struct InvalidDay(pub String);

impl Day {
    /// Makes a day from its numbers.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Day, InvalidDay> {
        let date = Date::new(year, month, day);
        date.map(Day)
            .map_err(|_| InvalidDay(format!("{year}-{month}-{day}")))
    }

    /// Reads a day written `2026-11-22`.
    pub fn parse(text: &str) -> Result<Day, InvalidDay> {
        let well_formed = text.len() == 10;
        let date = text.parse::<Date>().ok().filter(|_| well_formed);
        date.map(Day).ok_or_else(|| InvalidDay(text.to_owned()))
    }

    /// Wraps a calendar date.
    pub const fn from_date(date: Date) -> Day {
        Day(date)
    }

    /// Gives the calendar date.
    pub const fn date(self) -> Date {
        self.0
    }

    /// Gives the year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Gives the month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Gives the day of the month, 1 to 31.
    pub fn of_month(self) -> i8 {
        self.0.day()
    }

    /// Moves by whole days, at the ends of time staying there.
    pub fn plus_days(self, days: i32) -> Day {
        Day(self.0.saturating_add(days.days()))
    }

    /// Moves by whole months; a day the month does not have becomes its last day.
    pub fn plus_months(self, months: i32) -> Day {
        Day(self.0.saturating_add(months.months()))
    }

    /// Counts the days from here to the other day, negative when that lies before.
    pub fn days_until(self, other: Day) -> i32 {
        let span: Span = self
            .0
            .until(other.0)
            .expect("a span of days between dates is in range");
        span.get_days()
    }

    /// Tells whether the year has a 29 February.
    pub fn in_leap_year(self) -> bool {
        self.0.in_leap_year()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
