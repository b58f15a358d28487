//! Level instalments, exact to the cent.
//!
//! Every instalment is the same sum; the interest of each period is rounded half-even to a minor
//! unit; the last instalment takes what rounding left over. The level sum is found from the exact
//! annuity, then moved by the share each instalment has in the last one's difference, at most three
//! times and only while that brings the last one nearer: the rule of Apache Fineract's progressive
//! loans, so that the last instalment differs by about half a minor unit for each instalment.
//! What always holds: the principal of all rows is the sum lent, and the last balance is zero.

use crate::day_count::DayCount;
use kernel::{Currency, Day, Money, MoneyError, Rate, Rounding};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One line of a schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The instalment, from 1.
    pub number: u16,
    /// The day it falls due.
    pub due: Day,
    /// What it repays of the principal.
    pub principal: Money,
    /// The interest of its period.
    pub interest: Money,
    /// Fees that fall due with it.
    pub fee: Money,
    /// Everything that is paid on that day.
    pub total: Money,
    /// The principal still owed afterwards.
    pub balance: Money,
}

/// How far apart instalments are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// Whole months, counted from the start; a day a month does not have becomes its last.
    Months(u16),
    /// Whole weeks.
    Weeks(u16),
    /// Whole days.
    Days(u16),
}

/// What a schedule is computed from. Begin with [`Schedule::monthly`] and change what differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The sum lent, before any down payment that is part of the schedule.
    pub principal: Money,
    /// The nominal annual rate.
    pub annual_rate: Rate,
    /// The day the sum is lent.
    pub start: Day,
    /// How many level instalments.
    pub instalments: u16,
    /// How far apart they are.
    pub every: Every,
    /// How days become fractions of a year.
    pub day_count: DayCount,
    /// A share of the principal that falls due on the first day as a row of its own, half up.
    pub down_payment: Rate,
    /// The first due day, where it is not one whole period after the start.
    pub first_due: Option<Day>,
    /// The latest day of the month an instalment may fall due, 1 to 31; for months only.
    ///
    /// An instalment moved to an earlier day still closes one whole period.
    pub latest_due_day: i8,
}

/// Why there is no such schedule, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Nothing is lent.
    #[error("the principal is {0}: lend more than zero")]
    NothingLent(Money),
    /// No instalment or no time between them.
    #[error("a schedule needs 1 instalment or more and a period of 1 or more")]
    NoPeriods,
    /// The rate is negative.
    #[error("the annual rate is {0}: it must not be below zero")]
    NegativeRate(Rate),
    /// The down payment leaves nothing to be lent.
    #[error("the down payment is {0} of the principal: it must be from 0% to less than 100%")]
    DownPaymentOutOfRange(Rate),
    /// The first instalment would fall due before the sum is lent.
    #[error("the first due day {0} is not after the start {1}: choose a later one")]
    DueBeforeStart(Day, Day),
    /// No month has such a day.
    #[error("the latest due day is {0}: write a day of the month, 1 to 31")]
    NoSuchDueDay(i8),
    /// The sum is so small, or the rate over so many periods so high, that rounding eats a whole
    /// instalment's principal.
    #[error("{principal} cannot be spread over {instalments} instalments: choose fewer")]
    TooSmallToSpread {
        /// The sum lent.
        principal: Money,
        /// The instalments asked for.
        instalments: u16,
    },
    /// A sum does not fit.
    #[error("the schedule leaves the range of exact sums")]
    OutOfRange,
}

impl From<MoneyError> for ScheduleError {
    fn from(_: MoneyError) -> ScheduleError {
        ScheduleError::OutOfRange
    }
}

impl Schedule {
    /// Describes monthly instalments at a twelfth of the annual rate each (30/360).
    pub fn monthly(principal: Money, annual_rate: Rate, start: Day, months: u16) -> Schedule {
        Schedule {
            principal,
            annual_rate,
            start,
            instalments: months,
            every: Every::Months(1),
            day_count: DayCount::Thirty360,
            down_payment: Rate::ZERO,
            first_due: None,
            latest_due_day: 31,
        }
    }

    /// Computes the rows; a down payment is the first of them, with number 1.
    pub fn rows(&self) -> Result<Vec<Row>, ScheduleError> {
        self.check()?;
        let down = self.principal.share(self.down_payment, Rounding::HalfUp)?;
        let lent = self.principal.minus(down)?;
        let periods = self.periods()?;
        let factors: Vec<Decimal> = periods.iter().map(|period| period.factor).collect();
        let sums = self.level_sums(lent, &factors)?;
        let mut rows = Vec::with_capacity(periods.len() + 1);
        if !down.is_zero() {
            rows.push(self.row(
                0,
                self.start,
                Sums {
                    principal: down.minor(),
                    interest: 0,
                },
                lent,
            ));
        }
        let mut balance = lent;
        for (period, sums) in periods.iter().zip(sums) {
            balance = balance.minus(Money::new(sums.principal, lent.currency()))?;
            rows.push(self.row(rows.len() as u16, period.due, sums, balance));
        }
        assert!(balance.is_zero(), "the last instalment takes the remainder");
        Ok(rows)
    }

    fn check(&self) -> Result<(), ScheduleError> {
        let step = match self.every {
            Every::Months(step) | Every::Weeks(step) | Every::Days(step) => step,
        };
        if !self.principal.is_positive() {
            return Err(ScheduleError::NothingLent(self.principal));
        }
        if self.instalments == 0 || self.instalments == u16::MAX || step == 0 {
            return Err(ScheduleError::NoPeriods);
        }
        if self.annual_rate < Rate::ZERO {
            return Err(ScheduleError::NegativeRate(self.annual_rate));
        }
        if self.down_payment < Rate::ZERO || self.down_payment >= Rate::WHOLE {
            return Err(ScheduleError::DownPaymentOutOfRange(self.down_payment));
        }
        if !(1..=31).contains(&self.latest_due_day) {
            return Err(ScheduleError::NoSuchDueDay(self.latest_due_day));
        }
        match self.first_due {
            Some(due) if due <= self.start => Err(ScheduleError::DueBeforeStart(due, self.start)),
            _ => Ok(()),
        }
    }

    fn row(&self, before: u16, due: Day, sums: Sums, balance: Money) -> Row {
        let money = |minor| Money::new(minor, balance.currency());
        Row {
            number: before + 1,
            due,
            principal: money(sums.principal),
            interest: money(sums.interest),
            fee: money(0),
            total: money(sums.principal + sums.interest),
            balance,
        }
    }
}

/// A period that ends with an instalment.
struct Period {
    due: Day,
    factor: Decimal,
}

impl Schedule {
    fn periods(&self) -> Result<Vec<Period>, ScheduleError> {
        let mut periods = Vec::with_capacity(usize::from(self.instalments));
        let mut from = self.start;
        for index in 0..i32::from(self.instalments) {
            let due = self.due_day(index);
            let odd_first = index == 0 && self.first_due.is_some();
            let fraction = self.fraction(from, due, odd_first);
            let rate = self.annual_rate.fraction();
            let factor = rate
                .checked_mul(fraction)
                .ok_or(ScheduleError::OutOfRange)?;
            periods.push(Period { due, factor });
            from = due;
        }
        Ok(periods)
    }

    /// Counts from the anchor, never from the instalment before, so that 31 March follows 28
    /// February.
    fn due_day(&self, index: i32) -> Day {
        let (anchor, steps) = match self.first_due {
            Some(first) => (first, index),
            None => (self.start, index + 1),
        };
        match self.every {
            Every::Months(step) => {
                let due = anchor.plus_months(steps * i32::from(step));
                due.plus_days(-i32::from((due.of_month() - self.latest_due_day).max(0)))
            }
            Every::Weeks(step) => anchor.plus_days(steps * i32::from(step) * 7),
            Every::Days(step) => anchor.plus_days(steps * i32::from(step)),
        }
    }

    /// A regular period of months is worth that many months wherever months have equal length.
    fn fraction(&self, from: Day, due: Day, odd: bool) -> Decimal {
        let whole_months = match self.every {
            Every::Months(step) if !odd => self.day_count.months_fraction(step),
            _ => None,
        };
        whole_months.unwrap_or_else(|| self.day_count.year_fraction(from, due))
    }
}

/// The parts of one instalment in minor units.
#[derive(Clone, Copy)]
struct Sums {
    principal: i64,
    interest: i64,
}

impl Sums {
    fn total(self) -> i64 {
        self.principal + self.interest
    }
}

/// How often the level sum may be moved towards the last instalment.
const ADJUSTMENTS: usize = 3;

impl Schedule {
    fn level_sums(&self, lent: Money, factors: &[Decimal]) -> Result<Vec<Sums>, ScheduleError> {
        let count = factors.len() as i64;
        let exact =
            annuity(Decimal::from(lent.minor()), factors).ok_or(ScheduleError::OutOfRange)?;
        let to_minor = |exact| {
            Rounding::HalfEven
                .to_minor(exact)
                .ok_or(ScheduleError::OutOfRange)
        };
        let mut level = to_minor(exact)?;
        let mut sums = split(lent.minor(), level, factors)?;
        for _ in 0..ADJUSTMENTS {
            let gap = gap(&sums, level);
            if gap.abs() <= count / 2 {
                break;
            }
            let moved = level + to_minor(Decimal::from(gap) / Decimal::from(count))?;
            let tried = split(lent.minor(), moved, factors)?;
            if self::gap(&tried, moved).abs() >= gap.abs() {
                break;
            }
            (level, sums) = (moved, tried);
        }
        self.refuse_degenerate(lent, &sums)?;
        Ok(sums)
    }

    /// Rounding can leave rows that repay nothing or less; such a loan is not offered.
    fn refuse_degenerate(&self, lent: Money, sums: &[Sums]) -> Result<(), ScheduleError> {
        if sums.iter().all(|sums| sums.principal > 0) {
            return Ok(());
        }
        let (principal, instalments) = (lent, self.instalments);
        Err(ScheduleError::TooSmallToSpread {
            principal,
            instalments,
        })
    }
}

/// Computes the exact level payment of an annuity whose periods have these interest factors.
///
/// The payment is the sum times the product of all growth, over the series that begins with 1 and
/// goes on as 1 + previous x growth. None when it leaves the range of 28 digits.
pub fn annuity(lent: Decimal, factors: &[Decimal]) -> Option<Decimal> {
    let mut growth = Decimal::ONE;
    for factor in factors {
        growth = growth.checked_mul(Decimal::ONE.checked_add(*factor)?)?;
    }
    let series = annuity_series(factors.get(1..)?)?;
    lent.checked_mul(growth)?.checked_div(*series.last()?)
}

/// Gives the series that begins with 1 and goes on as 1 + previous x (1 + factor).
pub fn annuity_series(factors: &[Decimal]) -> Option<Vec<Decimal>> {
    let mut series = vec![Decimal::ONE];
    let mut last = Decimal::ONE;
    for factor in factors {
        let growth = Decimal::ONE.checked_add(*factor)?;
        last = Decimal::ONE.checked_add(last.checked_mul(growth)?)?;
        series.push(last);
    }
    Some(series)
}

fn split(lent: i64, level: i64, factors: &[Decimal]) -> Result<Vec<Sums>, ScheduleError> {
    let mut balance = lent;
    let mut sums = Vec::with_capacity(factors.len());
    for (index, factor) in factors.iter().enumerate() {
        let exact = factor
            .checked_mul(balance.into())
            .ok_or(ScheduleError::OutOfRange)?;
        let interest = Rounding::HalfEven
            .to_minor(exact)
            .ok_or(ScheduleError::OutOfRange)?;
        balance
            .checked_add(interest)
            .ok_or(ScheduleError::OutOfRange)?;
        let is_last = index + 1 == factors.len();
        let principal = if is_last { balance } else { level - interest };
        balance -= principal;
        sums.push(Sums {
            principal,
            interest,
        });
    }
    Ok(sums)
}

/// How much more the last instalment is than the level one.
fn gap(sums: &[Sums], level: i64) -> i64 {
    sums.last().map_or(0, |last| last.total() - level)
}

/// Adds up one column of a schedule.
pub fn column(
    currency: Currency,
    rows: &[Row],
    of: impl Fn(&Row) -> Money,
) -> Result<Money, MoneyError> {
    Money::sum(currency, rows.iter().map(of))
}
