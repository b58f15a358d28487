//! How much of a year lies between two days, by the conventions contracts name.
//!
//! A convention is part of the contract: the same loan costs a different cent under another one.
//! Fractions are sums of days over the length of their year; nothing is rounded to money here.
//! The 30/360 family is that of the 2006 ISDA Definitions, section 4.16.

use kernel::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A rule for counting days and years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayCount {
    /// Every month has 30 days, the year 360 (Bond Basis, 4.16(f)).
    Thirty360,
    /// As Bond Basis, but every 31st counts as the 30th (Eurobond Basis, 4.16(g)).
    ThirtyE360,
    /// As Eurobond Basis, and the end of February counts as the 30th, except at maturity (4.16(h)).
    ThirtyE360Isda {
        /// The day the contract ends.
        maturity: Day,
    },
    /// As Bond Basis, and the end of February counts as the 30th, as the United States use it.
    Thirty360Us,
    /// Every month has 30 days, the year 365.
    Thirty365,
    /// Actual days over 360.
    Act360,
    /// Actual days over 365, in leap years too.
    Act365,
    /// Actual days over the length of the year they lie in, cut at 31 December.
    ///
    /// The cut is that of Apache Fineract: the night of 31 December already belongs to the new
    /// year. It is a day earlier than the cut of [`DayCount::ActActIsda`].
    ActAct,
    /// Actual days over the length of the year they lie in, cut at 1 January (4.16(b)).
    ActActIsda,
    /// Actual days over 366 in a period that reaches 29 February, else over 365.
    ActActFeb29Period,
}

impl DayCount {
    /// Counts the days of a period as this convention does.
    pub fn days(self, from: Day, to: Day) -> i32 {
        match self {
            DayCount::Thirty360 | DayCount::Thirty365 => bond_basis(from, to),
            DayCount::ThirtyE360 => thirty(from, to, day_at_most_30(from), day_at_most_30(to)),
            DayCount::ThirtyE360Isda { maturity } => eurobond_isda(from, to, maturity),
            DayCount::Thirty360Us => bond_basis_us(from, to),
            _ => from.days_until(to),
        }
    }

    /// Gives the fraction of a year between two days, exact to 28 digits.
    pub fn year_fraction(self, from: Day, to: Day) -> Decimal {
        let over = |length: i32| Decimal::from(self.days(from, to)) / Decimal::from(length);
        match self {
            DayCount::Thirty365 | DayCount::Act365 => over(365),
            DayCount::ActAct => cut_at_new_year(from.plus_days(1), to.plus_days(1)),
            DayCount::ActActIsda => cut_at_new_year(from, to),
            DayCount::ActActFeb29Period if reaches_29_february(from, to) => over(366),
            DayCount::ActActFeb29Period => over(365),
            _ => over(360),
        }
    }

    /// Gives the fraction of a year that whole months make, none where months differ in length.
    pub fn months_fraction(self, months: u16) -> Option<Decimal> {
        let days = Decimal::from(30 * u32::from(months));
        match self {
            DayCount::Thirty360
            | DayCount::ThirtyE360
            | DayCount::ThirtyE360Isda { .. }
            | DayCount::Thirty360Us => Some(days / Decimal::from(360)),
            DayCount::Thirty365 => Some(days / Decimal::from(365)),
            _ => None,
        }
    }
}

fn thirty(from: Day, to: Day, first: i32, last: i32) -> i32 {
    let years = i32::from(to.year()) - i32::from(from.year());
    let months = i32::from(to.month()) - i32::from(from.month());
    360 * years + 30 * months + last - first
}

fn day_at_most_30(day: Day) -> i32 {
    i32::from(day.of_month()).min(30)
}

fn bond_basis(from: Day, to: Day) -> i32 {
    let first = day_at_most_30(from);
    let last = i32::from(to.of_month());
    thirty(
        from,
        to,
        first,
        if first == 30 { last.min(30) } else { last },
    )
}

fn bond_basis_us(from: Day, to: Day) -> i32 {
    if !ends_february(from) {
        return bond_basis(from, to);
    }
    let last = if ends_february(to) {
        30
    } else {
        day_at_most_30(to)
    };
    thirty(from, to, 30, last)
}

fn eurobond_isda(from: Day, to: Day, maturity: Day) -> i32 {
    let first = if ends_february(from) {
        30
    } else {
        day_at_most_30(from)
    };
    let last = if ends_february(to) && to != maturity {
        30
    } else {
        day_at_most_30(to)
    };
    thirty(from, to, first, last)
}

fn ends_february(day: Day) -> bool {
    day.month() == 2 && day.plus_days(1).month() == 3
}

fn cut_at_new_year(from: Day, to: Day) -> Decimal {
    // The last year of the calendar has no new year; its periods are not cut.
    let new_year = |year| Day::new(year, 1, 1).unwrap_or(to);
    let mut sum = Decimal::ZERO;
    let mut start = from;
    while start < to {
        let end = to.min(new_year(start.year() + 1));
        let length = if start.in_leap_year() { 366 } else { 365 };
        sum += Decimal::from(start.days_until(end)) / Decimal::from(length);
        start = end;
    }
    sum
}

/// The first day of a period does not count, its last does: who pays on 29 February ends there.
fn reaches_29_february(from: Day, to: Day) -> bool {
    let leap_day = |year| Day::new(year, 2, 29).ok();
    (from.year()..=to.year())
        .filter_map(leap_day)
        .any(|day| from < day && day <= to)
}
