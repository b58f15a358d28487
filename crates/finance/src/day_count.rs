//! How much of a year lies between two days, by the conventions contracts name.
//!
//! A convention is part of the contract: the same loan costs a different cent under another one.
//! Fractions are exact sums of days over the length of their year, so nothing is rounded here.

use kernel::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A rule for counting days and years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayCount {
    /// Every month has 30 days, the year 360 (Bond Basis, ISDA 2006 section 4.16(f)).
    Thirty360,
    /// Actual days over 360.
    Act360,
    /// Actual days over 365, in leap years too.
    Act365,
    /// Actual days over the length of their year; a period across New Year is cut at 31 December.
    ///
    /// The cut is that of Apache Fineract; ISDA cuts at 1 January, a day later.
    ActAct,
    /// Actual days over 366 in a period that reaches 29 February, else over 365.
    ActActFeb29Period,
}

impl DayCount {
    /// Counts the days of a period as this convention does.
    pub fn days(self, from: Day, to: Day) -> i32 {
        match self {
            DayCount::Thirty360 => thirty_days(from, to),
            _ => from.days_until(to),
        }
    }

    /// Gives the fraction of a year between two days.
    pub fn year_fraction(self, from: Day, to: Day) -> Decimal {
        let over = |length: i32| Decimal::from(self.days(from, to)) / Decimal::from(length);
        match self {
            DayCount::Thirty360 | DayCount::Act360 => over(360),
            DayCount::Act365 => over(365),
            DayCount::ActAct => cut_at_year_ends(from, to, 12, 31),
            DayCount::ActActFeb29Period if reaches_29_february(from, to) => over(366),
            DayCount::ActActFeb29Period => over(365),
        }
    }
}

/// Bond Basis: day 31 counts as 30 at the start, and at the end when the start is 30 or 31.
fn thirty_days(from: Day, to: Day) -> i32 {
    let first = i32::from(from.of_month()).min(30);
    let last = match i32::from(to.of_month()) {
        31 if first == 30 => 30,
        day => day,
    };
    let years = i32::from(to.year()) - i32::from(from.year());
    let months = i32::from(to.month()) - i32::from(from.month());
    360 * years + 30 * months + last - first
}

/// Sums actual days over the length of the year they lie in, each year ending at the named day.
fn cut_at_year_ends(from: Day, to: Day, month: i8, day: i8) -> Decimal {
    let mut sum = Decimal::ZERO;
    let mut start = from;
    while start < to {
        let cut = next_cut(start, month, day);
        let end = cut.min(to);
        let length = if end.plus_days(-1).in_leap_year() {
            366
        } else {
            365
        };
        sum += Decimal::from(start.days_until(end)) / Decimal::from(length);
        start = end;
    }
    sum
}

fn next_cut(after: Day, month: i8, day: i8) -> Day {
    let in_year = |year| Day::new(year, month, day).expect("every year has its cut day");
    let this_year = in_year(after.year());
    if this_year > after {
        this_year
    } else {
        in_year(after.year() + 1)
    }
}

fn reaches_29_february(from: Day, to: Day) -> bool {
    let leap_day = |year| Day::new(year, 2, 29).ok();
    (from.year()..=to.year())
        .filter_map(leap_day)
        .any(|day| from < day && day <= to)
}
