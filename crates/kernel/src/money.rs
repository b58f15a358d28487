//! An amount of money: whole minor units and a currency.
//!
//! Amounts are exact. Adding different currencies and leaving the range of `i64` are errors, not
//! wrong sums. Dividing is only possible as an allocation, which gives away every last unit.

use crate::{Currency, Rate, Rounding};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in minor units (fen, cents, dong) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a sum cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met in one sum.
    #[error("cannot add {0} to {1}")]
    MixedCurrencies(Currency, Currency),
    /// The result does not fit 64 bits of minor units.
    #[error("the amount is too large to be kept exactly")]
    Overflow,
    /// The text is no amount of that currency.
    #[error("{0:?} is no amount of {1}: write digits, with at most {2} after the point")]
    Unreadable(String, Currency, u32),
    /// An allocation needs at least one positive weight.
    #[error("nothing to allocate to: give at least one weight above zero")]
    NoWeights,
}

impl Money {
    /// Makes an amount from minor units.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Makes a zero amount.
    pub const fn zero(currency: Currency) -> Money {
        Money::new(0, currency)
    }

    /// Reads an amount in major units, such as `15000`, `15000.5` or `-0.01`, without grouping.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let unreadable = || MoneyError::Unreadable(text.to_owned(), currency, currency.exponent());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = currency.exponent() as usize;
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling_point = digits.contains('.') && fraction.is_empty();
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || dangling_point {
            return Err(unreadable());
        }
        if fraction.len() > exponent {
            return Err(unreadable());
        }
        let padded = format!("{whole}{fraction:0<exponent$}");
        let minor: i64 = padded.parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(if negative { -minor } else { minor }, currency))
    }

    /// Gives the amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Gives the currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Tells whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Tells whether the amount is above zero.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Adds an amount of the same currency.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.check_same_currency(other)?;
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Subtracts an amount of the same currency.
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.check_same_currency(other)?;
        let minor = self
            .minor
            .checked_sub(other.minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Adds up amounts of one currency; an empty sum is zero.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Money>,
    ) -> Result<Money, MoneyError> {
        let mut total: i128 = 0;
        for amount in amounts {
            Money::zero(currency).check_same_currency(amount)?;
            total += i128::from(amount.minor);
        }
        let minor = i64::try_from(total).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(minor, currency))
    }

    /// Takes a share of the amount, rounded to a minor unit as named.
    pub fn share(self, rate: Rate, rounding: Rounding) -> Result<Money, MoneyError> {
        let exact = rate
            .fraction()
            .checked_mul(self.minor.into())
            .ok_or(MoneyError::Overflow)?;
        let minor = rounding.to_minor(exact).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Splits the amount in proportion to the weights, giving away every unit.
    ///
    /// Largest remainder: each part is within one unit of its exact share, units left over go to
    /// the largest remainders, and among equal remainders to the first. The parts sum to the whole.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Money>, MoneyError> {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        let whole = i128::from(self.minor);
        let exact = |weight: &u64| whole * i128::from(*weight);
        let mut parts: Vec<i128> = weights.iter().map(|w| exact(w).div_euclid(total)).collect();
        let left = whole - parts.iter().sum::<i128>();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(exact(&weights[*index]).rem_euclid(total)));
        for index in order.into_iter().take(left as usize) {
            parts[index] += 1;
        }
        assert_eq!(
            parts.iter().sum::<i128>(),
            whole,
            "an allocation keeps the sum"
        );
        let money = |part| Money::new(part as i64, self.currency);
        Ok(parts.into_iter().map(money).collect())
    }

    fn check_same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::MixedCurrencies(other.currency, self.currency))
        }
    }

    /// Writes the amount in major units without its currency: `15000.00`, `-0.01`, `350000000`.
    pub fn to_decimal_text(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!(
            "{:0>width$}",
            self.minor.unsigned_abs(),
            width = exponent + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        match exponent {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{fraction}"),
        }
    }
}

impl PartialOrd for Money {
    /// Compares amounts of one currency; amounts of different currencies have no order.
    fn partial_cmp(&self, other: &Money) -> Option<std::cmp::Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal_text(), self.currency)
    }
}
