//! The annual percentage rate by the US actuarial method (12 CFR Part 1026, Appendix J).
//!
//! The rate is the one at which all payments, discounted by unit-periods, are worth the amount
//! financed: A = sum of P / ((1 + f i)(1 + i)^t), with t full unit-periods and a fraction f of one.
//! Printed digits are proven, not hoped for: a search in binary floating point only proposes a
//! place; then the worth of the payments is computed in 28-digit decimals at both ends of an
//! interval of a ten-billionth of a percentage point, and the ends must lie on both sides of the
//! amount financed. The lower end is kept, so rounding it half up gives the same digits as rounding
//! the exact rate. A worth within one part in 10^20 of the amount financed counts as equal to it,
//! so that a rate with few digits is found as itself.

use kernel::{Day, Money};
use rust_decimal::Decimal;
use rust_decimal::prelude::{RoundingStrategy, ToPrimitive};
use std::fmt;

/// The interval between transactions that occurs most often, Appendix J (b)(4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPeriod {
    /// A day; 365 make a year.
    Day,
    /// Whole weeks; 52 single weeks make a year.
    Weeks(u16),
    /// Half a month of 15 days; 24 make a year.
    SemiMonth,
    /// Whole months of 30 days, 1 to 11.
    Months(u16),
    /// A year.
    Year,
    /// The whole term, for one payment less than a year after the advance, (b)(5)(vi) and (vii).
    Term,
}

/// An annual percentage rate in percent, known to a ten-billionth of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AprPercent(Decimal);

/// Why there is no such rate, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AprError {
    /// Nothing is financed.
    #[error("the amount financed is {0}: it must be above zero, fees paid up front deducted")]
    NothingFinanced(Money),
    /// A payment comes before the money it repays.
    #[error("the payment of {0} comes before the advance of {1}")]
    PaidBeforeAdvance(Day, Day),
    /// A payment is negative or of another currency.
    #[error("the payment of {0} is {1}: write zero or more in the currency of the advance")]
    BadPayment(Day, Money),
    /// The payments are less than the amount financed.
    #[error("the payments do not repay {0}: there is no rate of zero or more")]
    NotRepaid(Money),
    /// The unit-period does not fit the transaction.
    #[error("the unit-period does not fit: use 1 to 52 weeks, 1 to 11 months, a term below a year")]
    BadUnitPeriod,
    /// The rate is beyond what is searched.
    #[error("the rate is above a million percent")]
    TooHigh,
}

/// Steps of the search: ten decimals of a percent.
const STEP_DECIMALS: u32 = 10;
/// Worths that agree to this many digits are equal.
const EQUAL_DECIMALS: u32 = 20;
/// A million percent, in steps.
const MOST_STEPS: i64 = 10_000_000_000_000_000;

/// Computes the rate of one advance, repaid by payments on days not before it.
pub fn apr_us(
    amount_financed: Money,
    advance: Day,
    payments: &[(Day, Money)],
    unit: UnitPeriod,
) -> Result<AprPercent, AprError> {
    let equation = Equation::new(amount_financed, advance, payments, unit)?;
    if !equation.repaid_at(0) {
        return Err(AprError::NotRepaid(amount_financed));
    }
    let proposal = equation.propose();
    let (mut low, mut high) = equation.bracket(proposal)?;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if equation.repaid_at(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    assert!(
        equation.repaid_at(low) && !equation.repaid_at(high),
        "the rate lies between the ends"
    );
    Ok(AprPercent(Decimal::new(low, STEP_DECIMALS)))
}

impl AprPercent {
    /// Gives the percentage, cut off after ten decimals.
    pub fn percent(self) -> Decimal {
        self.0
    }

    /// Writes the percentage with that many decimals (up to nine), rounded half up.
    pub fn to_text(self, decimals: u32) -> String {
        let strategy = RoundingStrategy::MidpointAwayFromZero;
        let mut rounded = self.0.round_dp_with_strategy(decimals, strategy);
        rounded.rescale(decimals);
        rounded.to_string()
    }
}

impl fmt::Display for AprPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(2))
    }
}

/// Tells whether a disclosed rate is accurate: no more than the tolerance away from the exact one.
///
/// All in percentage points. 12 CFR 1026.22(a) allows 0.125, and 0.25 for irregular transactions.
pub fn is_accurate(exact: Decimal, disclosed: Decimal, tolerance: Decimal) -> bool {
    (exact - disclosed).abs() <= tolerance
}

/// When a payment is made, in unit-periods after the advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPeriods {
    /// Full unit-periods.
    pub full: u32,
    /// The days that are left, as a fraction of one unit-period.
    pub fraction: Decimal,
}

struct Equation {
    financed: Decimal,
    payments: Vec<(UnitPeriods, Decimal)>,
    per_year: Decimal,
}

impl Equation {
    fn new(
        financed: Money,
        advance: Day,
        payments: &[(Day, Money)],
        unit: UnitPeriod,
    ) -> Result<Equation, AprError> {
        if !financed.is_positive() {
            return Err(AprError::NothingFinanced(financed));
        }
        for &(day, amount) in payments {
            if amount.minor() < 0 || amount.currency() != financed.currency() {
                return Err(AprError::BadPayment(day, amount));
            }
            if day < advance {
                return Err(AprError::PaidBeforeAdvance(day, advance));
            }
        }
        let days: Vec<Day> = payments.iter().map(|(day, _)| *day).collect();
        let times = unit_periods(advance, &days, unit)?;
        let amounts = payments
            .iter()
            .map(|(_, amount)| Decimal::from(amount.minor()));
        let mut payments: Vec<_> = times.into_iter().zip(amounts).collect();
        payments.sort_by_key(|(time, _)| time.full);
        let financed = Decimal::from(financed.minor());
        let per_year = per_year(advance, &days, unit)?;
        Ok(Equation {
            financed,
            payments,
            per_year,
        })
    }

    /// Tells whether the payments repay the advance at a rate given in steps.
    fn repaid_at(&self, steps: i64) -> bool {
        let least = self.financed - self.financed * Decimal::new(1, EQUAL_DECIMALS);
        self.worth_at(steps) >= least
    }

    /// Computes what the payments are worth at the advance, at a rate given in steps.
    ///
    /// Each product loses at most half a unit of the 28th digit, some 1e-25 in all, where one step
    /// of the rate moves the worth by far more than that.
    fn worth_at(&self, steps: i64) -> Decimal {
        let annual = Decimal::new(steps, STEP_DECIMALS) / Decimal::ONE_HUNDRED;
        let rate = annual / self.per_year;
        let discount = Decimal::ONE / (Decimal::ONE + rate);
        let (mut worth, mut factor, mut reached) = (Decimal::ZERO, Decimal::ONE, 0);
        for (time, amount) in &self.payments {
            if time.full > reached {
                factor *= power(discount, time.full - reached);
                reached = time.full;
            }
            worth += amount * factor / (Decimal::ONE + time.fraction * rate);
        }
        worth
    }

    /// Finds about where the rate is, by halving an interval in floating point.
    fn propose(&self) -> i64 {
        let number = |decimal: &Decimal| decimal.to_f64().unwrap_or(f64::MAX);
        let terms: Vec<(f64, f64, f64)> = (self.payments.iter())
            .map(|(time, amount)| (f64::from(time.full), number(&time.fraction), number(amount)))
            .collect();
        let (financed, per_year) = (number(&self.financed), number(&self.per_year));
        let worth = |rate: f64| {
            let term = |(full, part, sum): &(f64, f64, f64)| {
                sum / ((1.0 + part * rate) * (1.0 + rate).powf(*full))
            };
            terms.iter().map(term).sum::<f64>()
        };
        let steps_per_unit_rate = per_year * 100.0 * 10f64.powi(STEP_DECIMALS as i32);
        let (mut low, mut high) = (0.0, MOST_STEPS as f64 / steps_per_unit_rate);
        for _ in 0..100 {
            let middle = (low + high) / 2.0;
            if worth(middle) >= financed {
                low = middle;
            } else {
                high = middle;
            }
        }
        ((low * steps_per_unit_rate) as i64).clamp(0, MOST_STEPS)
    }

    /// Widens around the proposal until the worth at the ends lies on both sides.
    fn bracket(&self, proposal: i64) -> Result<(i64, i64), AprError> {
        let mut width = 16;
        loop {
            let low = (proposal - width).max(0);
            let high = (proposal + width).min(MOST_STEPS);
            if self.repaid_at(low) && !self.repaid_at(high) {
                return Ok((low, high));
            }
            if low == 0 && high == MOST_STEPS {
                return Err(AprError::TooHigh);
            }
            width *= 16;
        }
    }
}

/// Multiplies a discount of at most one with itself, by repeated squaring.
fn power(base: Decimal, exponent: u32) -> Decimal {
    let (mut result, mut square, mut left) = (Decimal::ONE, base, exponent);
    while left > 0 {
        if left % 2 == 1 {
            result *= square;
        }
        square *= square;
        left /= 2;
    }
    result
}

/// Counts the unit-periods from the advance to each day, Appendix J (b)(5).
pub fn unit_periods(
    advance: Day,
    days: &[Day],
    unit: UnitPeriod,
) -> Result<Vec<UnitPeriods>, AprError> {
    let split = |count: i32, length: i32| UnitPeriods {
        full: (count / length) as u32,
        fraction: Decimal::from(count % length) / Decimal::from(length),
    };
    let days_of_30 = |day: &Day| {
        let (months, rest) = months_back(advance, *day, anchor(*day, days));
        30 * months + rest
    };
    let one = |day: &Day| match unit {
        UnitPeriod::Day => Ok(split(advance.days_until(*day), 1)),
        UnitPeriod::Weeks(weeks @ 1..=52) => {
            Ok(split(advance.days_until(*day), 7 * i32::from(weeks)))
        }
        UnitPeriod::SemiMonth => Ok(split(days_of_30(day), 15)),
        UnitPeriod::Months(months @ 1..=11) => Ok(split(days_of_30(day), 30 * i32::from(months))),
        UnitPeriod::Year => Ok(years(advance, *day, anchor(*day, days))),
        UnitPeriod::Term if days.len() == 1 => Ok(UnitPeriods {
            full: 1,
            fraction: Decimal::ZERO,
        }),
        UnitPeriod::Weeks(_) | UnitPeriod::Months(_) | UnitPeriod::Term => {
            Err(AprError::BadUnitPeriod)
        }
    };
    days.iter().map(one).collect()
}

fn per_year(advance: Day, days: &[Day], unit: UnitPeriod) -> Result<Decimal, AprError> {
    let over = |whole: i32, part: i32| Decimal::from(whole) / Decimal::from(part);
    match (unit, days) {
        (UnitPeriod::Day, _) => Ok(over(365, 1)),
        (UnitPeriod::Weeks(weeks), _) => Ok(over(52, i32::from(weeks))),
        (UnitPeriod::SemiMonth, _) => Ok(over(24, 1)),
        (UnitPeriod::Months(months), _) => Ok(over(12, i32::from(months))),
        (UnitPeriod::Year, _) => Ok(over(1, 1)),
        (UnitPeriod::Term, [day]) => {
            let (months, rest) = months_back(advance, *day, i32::from(day.of_month()));
            match (months, rest) {
                (0, 0) | (12.., _) => Err(AprError::BadUnitPeriod),
                (months, 0) => Ok(over(12, months)),
                _ => Ok(over(365, advance.days_until(*day))),
            }
        }
        (UnitPeriod::Term, _) => Err(AprError::BadUnitPeriod),
    }
}

fn years(advance: Day, day: Day, anchor: i32) -> UnitPeriods {
    let (months, rest) = months_back(advance, day, anchor);
    let fraction = if rest == 0 {
        Decimal::from(months % 12) / Decimal::from(12)
    } else {
        let begins = back(day, months / 12 * 12, anchor);
        Decimal::from(advance.days_until(begins)) / Decimal::from(365)
    };
    UnitPeriods {
        full: (months / 12) as u32,
        fraction,
    }
}

/// Counts full months back from the later day, and the days from the earlier one to where they end.
fn months_back(earlier: Day, later: Day, anchor: i32) -> (i32, i32) {
    let years = i32::from(later.year()) - i32::from(earlier.year());
    let most = 12 * years + i32::from(later.month()) - i32::from(earlier.month());
    let months = if back(later, most, anchor) < earlier {
        most - 1
    } else {
        most
    };
    let months = months.max(0);
    (months, earlier.days_until(back(later, months, anchor)))
}

/// Goes back whole months to the anchor's day of the month, or to the last day there is.
fn back(later: Day, months: i32, anchor: i32) -> Day {
    if months == 0 {
        return later;
    }
    let first = later
        .plus_days(1 - i32::from(later.of_month()))
        .plus_months(-months);
    let last = first.plus_months(1).plus_days(-1);
    first.plus_days(anchor.min(i32::from(last.of_month())) - 1)
}

/// Finds the day of the month a payment stands for, Appendix J (b)(3).
///
/// Payments on the last day of each month are measured from last day to last day, and the end of
/// February stands for the 29th or 30th in a series of those.
fn anchor(day: Day, series: &[Day]) -> i32 {
    let ends_month = |day: Day| day.plus_days(1).of_month() == 1;
    let own = i32::from(day.of_month());
    if !ends_month(day) {
        return own;
    }
    let stands_for = |other: &&Day| ends_month(**other) || day.month() == 2;
    let days = series
        .iter()
        .filter(stands_for)
        .map(|other| i32::from(other.of_month()));
    days.max().map_or(own, |largest| largest.max(own))
}
