//! What may be financed on which terms, as data. Read from a dated policy file.
//!
//! A term carries its own rate, so a term without a rate cannot be written. The checks run once,
//! where the file is read; after that every plan the policy offers can be computed.

use kernel::{Day, Money, MoneyError, Rate, Rounding};
use serde::{Deserialize, Serialize};

/// The finance part of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinancePolicy {
    /// The terms offered, each with its nominal annual rate, from the shortest to the longest.
    pub terms: Vec<Term>,
    /// The smallest down payment, as a share of the price.
    pub down_at_least: Rate,
    /// The down payments a buyer is shown, as shares of the price, from the smallest up.
    pub down_choices: Vec<Rate>,
    /// What is paid for the financing itself, together with the down payment.
    pub upfront_fee: UpfrontFee,
    /// When failed collections are tried again.
    pub retries: RetryCalendar,
}

/// A number of monthly instalments and its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How many monthly instalments.
    pub months: u16,
    /// The nominal annual rate; a twelfth of it is charged each month.
    pub annual_rate: Rate,
}

/// A fee paid once, at signature. Who pays the car in full pays none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpfrontFee {
    /// There is none.
    None,
    /// The same sum for every car of that currency.
    Fixed(Money),
    /// A share of what is lent, rounded half up.
    ShareOfFinanced(Rate),
}

/// The days after the due day on which a failed collection is tried again, such as 1, 3 and 5.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryCalendar {
    /// Days after the due day, rising. Empty means one try only.
    pub days: Vec<u16>,
}

/// What is wrong with a policy, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no way to pay by instalments.
    #[error("finance.terms is empty: name at least one, such as months = 36 with its annual_rate")]
    NoTerms,
    /// A term cannot be computed or is out of order.
    #[error("finance.terms: {0} months is out of place: write 1 to 120 months, each once, rising")]
    TermOutOfPlace(u16),
    /// A rate is negative or absurd.
    #[error(
        "finance.{field}: {rate} is out of range: \
         write 0% to {at_most}, as a fraction such as \"0.065\""
    )]
    RateOutOfRange {
        /// The field of the file.
        field: &'static str,
        /// What was read.
        rate: Rate,
        /// The largest value that is accepted.
        at_most: Rate,
    },
    /// A down payment that is shown could not be chosen, or the list is out of order.
    #[error(
        "finance.down_choices: {0} is out of place: write shares below 100%, rising, none below {1}"
    )]
    DownOutOfPlace(Rate, Rate),
    /// There is no down payment to choose.
    #[error("finance.down_choices is empty: name at least one share of the price, such as 0.10")]
    NoDownChoices,
    /// A fee below zero would be a gift.
    #[error("finance.upfront_fee: {0} is below zero: write zero or more")]
    NegativeFee(Money),
    /// The calendar does not rise.
    #[error(
        "finance.retries.days: {0} is out of place: write 1 to 27 days after the due day, rising"
    )]
    RetryOutOfPlace(u16),
}

/// The longest term that is accepted, in months.
pub const LONGEST_TERM: u16 = 120;

/// Retries end before the next instalment falls due, even in February.
const LAST_RETRY_DAY: u16 = 27;

impl FinancePolicy {
    /// Checks the policy as a whole, naming the first thing that is wrong.
    pub fn check(&self) -> Result<(), PolicyError> {
        self.check_terms()?;
        self.check_down_payments()?;
        self.upfront_fee.check()?;
        self.retries.check()
    }

    /// Gives the terms offered, in months.
    pub fn months_offered(&self) -> impl Iterator<Item = u16> {
        self.terms.iter().map(|term| term.months)
    }

    /// Finds the nominal annual rate of a term; none when the term is not offered.
    pub fn annual_rate(&self, months: u16) -> Option<Rate> {
        let term = self.terms.iter().find(|term| term.months == months);
        term.map(|term| term.annual_rate)
    }

    fn check_terms(&self) -> Result<(), PolicyError> {
        if self.terms.is_empty() {
            return Err(PolicyError::NoTerms);
        }
        let mut previous = 0;
        for term in &self.terms {
            if term.months <= previous || term.months > LONGEST_TERM {
                return Err(PolicyError::TermOutOfPlace(term.months));
            }
            check_share("terms.annual_rate", term.annual_rate)?;
            previous = term.months;
        }
        Ok(())
    }

    fn check_down_payments(&self) -> Result<(), PolicyError> {
        check_share("down_at_least", self.down_at_least)?;
        if self.down_choices.is_empty() {
            return Err(PolicyError::NoDownChoices);
        }
        let mut previous: Option<Rate> = None;
        for &down in &self.down_choices {
            let rises = previous.is_none_or(|before| before < down);
            if !rises || down < self.down_at_least || down >= Rate::WHOLE {
                return Err(PolicyError::DownOutOfPlace(down, self.down_at_least));
            }
            previous = Some(down);
        }
        Ok(())
    }
}

impl UpfrontFee {
    /// Computes the fee for a sum lent.
    pub fn of(&self, financed: Money) -> Result<Money, MoneyError> {
        match self {
            UpfrontFee::None => Ok(Money::zero(financed.currency())),
            UpfrontFee::Fixed(fee) => Money::zero(financed.currency()).plus(*fee),
            UpfrontFee::ShareOfFinanced(share) => financed.share(*share, Rounding::HalfUp),
        }
    }

    fn check(&self) -> Result<(), PolicyError> {
        match self {
            UpfrontFee::None => Ok(()),
            UpfrontFee::Fixed(fee) if fee.minor() < 0 => Err(PolicyError::NegativeFee(*fee)),
            UpfrontFee::Fixed(_) => Ok(()),
            UpfrontFee::ShareOfFinanced(share) => check_share("upfront_fee", *share),
        }
    }
}

impl RetryCalendar {
    /// Finds the day of the try that follows a failed one; none when the calendar is used up.
    ///
    /// Attempts count from 1. News of a failure that comes late moves the next try to the day
    /// after the news, never into the past.
    pub fn next_try(&self, due: Day, failed_attempt: u16, today: Day) -> Option<Day> {
        let index = usize::from(failed_attempt.checked_sub(1)?);
        let planned = due.plus_days(i32::from(*self.days.get(index)?));
        Some(planned.max(today.plus_days(1)))
    }

    /// Checks that the days rise and end before the next instalment.
    pub fn check(&self) -> Result<(), PolicyError> {
        let mut previous = 0;
        for &day in &self.days {
            if day <= previous || day > LAST_RETRY_DAY {
                return Err(PolicyError::RetryOutOfPlace(day));
            }
            previous = day;
        }
        Ok(())
    }
}

fn check_share(field: &'static str, rate: Rate) -> Result<(), PolicyError> {
    if rate >= Rate::ZERO && rate <= Rate::WHOLE {
        return Ok(());
    }
    Err(PolicyError::RateOutOfRange {
        field,
        rate,
        at_most: Rate::WHOLE,
    })
}
