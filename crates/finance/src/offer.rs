//! The whole cost of a plan, known before anything is asked.
//!
//! A plan becomes terms (price, down payment, fee, rate, months), terms become an offer with every
//! row. Interest is a twelfth of the annual rate each month (30/360). Instalment n falls due n
//! months after the start, on the day of the month of the start but never after the 28th, because
//! wallets run debit mandates on days 1 to 28 only; a period that this shortens still counts as one
//! month, and the APR, which counts days, shows it. What always holds: total = due now + all rows,
//! and the price is repaid to the last minor unit.

use crate::apr::{AprError, UnitPeriod, apr_us};
use crate::policy::{FinancePolicy, LONGEST_TERM};
use crate::schedule::{Row, Schedule, ScheduleError, column};
use kernel::{Day, Money, MoneyError, Rate, Rounding};
use serde::{Deserialize, Serialize};

/// What a contract says about money.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// The price of the car.
    pub price: Money,
    /// What is paid of the price at signature.
    pub down_payment: Money,
    /// What is paid at signature for the financing itself.
    pub upfront_fee: Money,
    /// The nominal annual rate; a twelfth of it is charged each month.
    pub annual_rate: Rate,
    /// How many monthly instalments; zero for paying in full.
    pub months: u16,
}

/// Terms with everything they come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The terms offered.
    pub terms: Terms,
    /// What is paid at signature: down payment and fee.
    pub due_now: Money,
    /// What is lent: price less down payment.
    pub financed: Money,
    /// Each instalment but the last; zero when paid in full.
    pub instalment: Money,
    /// The last instalment, which takes the remainder of rounding.
    pub last_instalment: Money,
    /// All interest.
    pub interest: Money,
    /// What the financing costs: interest and fee.
    pub cost_of_credit: Money,
    /// Everything the buyer pays by the end.
    pub total: Money,
    /// The annual percentage rate by the US actuarial method, in percent with two decimals.
    pub apr_percent: String,
    /// The instalments.
    pub rows: Vec<Row>,
}

/// Why a plan is not for sale, and what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The price is nothing.
    #[error("the price is {0}: it must be above zero")]
    NoPrice(Money),
    /// The term is not offered.
    #[error("{months} months is not offered: choose {}, or 0 to pay in full", list(.offered))]
    TermNotOffered {
        /// The term asked for.
        months: u16,
        /// The terms there are.
        offered: Vec<u16>,
    },
    /// The down payment is below the floor.
    #[error("{down} down is too little: pay {at_least} of the price or more")]
    DownTooSmall {
        /// The share asked for.
        down: Rate,
        /// The smallest share.
        at_least: Rate,
    },
    /// The down payment leaves nothing to be lent, yet months were asked for.
    #[error("{0} down leaves nothing to pay later: choose 0 months, or less than 100% down")]
    NothingLeft(Rate),
    /// A sum cannot be made.
    #[error("the sums of the plan cannot be made: {0}")]
    Sum(#[from] MoneyError),
}

/// Why terms are no offer, and how to mend them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// The price is nothing.
    #[error("the price is {0}: it must be above zero")]
    NoPrice(Money),
    /// The down payment is no part of the price.
    #[error("the down payment is {down}: it must be from zero to the price of {price}")]
    DownPaymentOutOfRange {
        /// The down payment of the terms.
        down: Money,
        /// The price of the terms.
        price: Money,
    },
    /// The fee is a gift.
    #[error("the upfront fee is {0}: it must not be below zero")]
    NegativeFee(Money),
    /// Months and money lent do not belong together.
    #[error(
        "{financed} over {months} months: lend over 1 to {LONGEST_TERM} months, or nothing over 0"
    )]
    MonthsDoNotFit {
        /// What would be lent.
        financed: Money,
        /// The months of the terms.
        months: u16,
    },
    /// There is no schedule.
    #[error("the schedule cannot be made: {0}")]
    Schedule(#[from] ScheduleError),
    /// There is no annual percentage rate.
    #[error("the annual percentage rate cannot be computed: {0}")]
    Apr(#[from] AprError),
    /// A sum cannot be made.
    #[error("the sums of the offer cannot be made: {0}")]
    Sum(#[from] MoneyError),
}

/// The last day of the month on which wallets run debit mandates.
pub const LATEST_DUE_DAY: i8 = 28;

impl Terms {
    /// Makes the terms of a plan by a policy: a share of the price now, the rest over months.
    ///
    /// The down payment is rounded up to a whole minor unit, so that it is never below its share.
    /// Zero months is paying in full: all of the price now, no fee, whatever share was named.
    pub fn for_plan(
        price: Money,
        down: Rate,
        months: u16,
        policy: &FinancePolicy,
    ) -> Result<Terms, PlanError> {
        if !price.is_positive() {
            return Err(PlanError::NoPrice(price));
        }
        if months == 0 {
            return Ok(Terms::in_full(price));
        }
        let Some(annual_rate) = policy.annual_rate(months) else {
            let offered = policy.months_offered().collect();
            return Err(PlanError::TermNotOffered { months, offered });
        };
        if down < policy.down_at_least {
            let at_least = policy.down_at_least;
            return Err(PlanError::DownTooSmall { down, at_least });
        }
        if down >= Rate::WHOLE {
            return Err(PlanError::NothingLeft(down));
        }
        let down_payment = price.share(down, Rounding::Up)?;
        let financed = price.minus(down_payment)?;
        if financed.is_zero() {
            return Err(PlanError::NothingLeft(down));
        }
        let upfront_fee = policy.upfront_fee.of(financed)?;
        Ok(Terms {
            price,
            down_payment,
            upfront_fee,
            annual_rate,
            months,
        })
    }

    /// Makes the terms of paying all of the price at signature.
    pub fn in_full(price: Money) -> Terms {
        Terms {
            price,
            down_payment: price,
            upfront_fee: Money::zero(price.currency()),
            annual_rate: Rate::ZERO,
            months: 0,
        }
    }

    /// Gives what is lent: price less down payment.
    pub fn financed(&self) -> Result<Money, MoneyError> {
        self.price.minus(self.down_payment)
    }

    /// Gives what is paid at signature: down payment and fee.
    pub fn due_now(&self) -> Result<Money, MoneyError> {
        self.down_payment.plus(self.upfront_fee)
    }

    /// Computes the instalments of a loan that starts on a day; none when paid in full.
    ///
    /// The sums do not depend on the day, only the due days do.
    pub fn rows(&self, start: Day) -> Result<Vec<Row>, OfferError> {
        let financed = self.check()?;
        if self.months == 0 {
            return Ok(vec![]);
        }
        let schedule = Schedule {
            latest_due_day: LATEST_DUE_DAY,
            ..Schedule::monthly(financed, self.annual_rate, start, self.months)
        };
        Ok(schedule.rows()?)
    }

    fn check(&self) -> Result<Money, OfferError> {
        let (price, down, months) = (self.price, self.down_payment, self.months);
        if !price.is_positive() {
            return Err(OfferError::NoPrice(price));
        }
        let financed = self.financed()?;
        self.due_now()?;
        if down.minor() < 0 || financed.minor() < 0 {
            return Err(OfferError::DownPaymentOutOfRange { down, price });
        }
        if self.upfront_fee.minor() < 0 {
            return Err(OfferError::NegativeFee(self.upfront_fee));
        }
        if financed.is_zero() != (months == 0) || months > LONGEST_TERM {
            return Err(OfferError::MonthsDoNotFit { financed, months });
        }
        Ok(financed)
    }
}

impl Offer {
    /// Computes everything terms come to, for a loan that starts on a day.
    pub fn make(terms: &Terms, start: Day) -> Result<Offer, OfferError> {
        let rows = terms.rows(start)?;
        let (currency, fee) = (terms.price.currency(), terms.upfront_fee);
        let zero = Money::zero(currency);
        let due_now = terms.due_now()?;
        let financed = terms.financed()?;
        let interest = column(currency, &rows, |row| row.interest)?;
        let later = column(currency, &rows, |row| row.total)?;
        Ok(Offer {
            terms: terms.clone(),
            due_now,
            financed,
            instalment: rows.first().map_or(zero, |row| row.total),
            last_instalment: rows.last().map_or(zero, |row| row.total),
            interest,
            cost_of_credit: interest.plus(fee)?,
            total: due_now.plus(later)?,
            apr_percent: apr_text(financed, fee, start, &rows)?,
            rows,
        })
    }
}

/// The fee is a finance charge paid up front, so the buyer has the use of that much less.
fn apr_text(financed: Money, fee: Money, start: Day, rows: &[Row]) -> Result<String, OfferError> {
    if rows.is_empty() {
        return Ok("0.00".to_owned());
    }
    let payments: Vec<(Day, Money)> = rows.iter().map(|row| (row.due, row.total)).collect();
    let rate = apr_us(
        financed.minus(fee)?,
        start,
        &payments,
        UnitPeriod::Months(1),
    )?;
    Ok(rate.to_text(2))
}

fn list(months: &[u16]) -> String {
    let texts: Vec<String> = months.iter().map(u16::to_string).collect();
    texts.join(", ")
}
