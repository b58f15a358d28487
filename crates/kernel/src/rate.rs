//! An exact decimal rate, such as 6.5 % a year or a 10 % share, and the named roundings.

use rust_decimal::Decimal;
use rust_decimal::prelude::{RoundingStrategy, ToPrimitive};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A rate as an exact fraction: 6.5 % is 0.065.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(Decimal);

/// The text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rate: write a percentage such as 6.5% or 10%, from 0% to 1000%")]
pub struct RateError(pub String);

/// How an exact value becomes whole minor units. Every rounding in the project names one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest unit, halves to the even one. The rule for interest.
    HalfEven,
    /// To the nearest unit, halves away from zero. The rule for shares a buyer reads.
    HalfUp,
    /// Up to the next unit. The rule for a minimum down payment.
    Up,
}

impl Rounding {
    /// Rounds an exact number of minor units; none when it does not fit 64 bits.
    pub fn to_minor(self, exact: Decimal) -> Option<i64> {
        let strategy = match self {
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::Up => RoundingStrategy::ToPositiveInfinity,
        };
        exact.round_dp_with_strategy(0, strategy).to_i64()
    }
}

impl Rate {
    /// The rate of zero.
    pub const ZERO: Rate = Rate(Decimal::ZERO);

    /// The whole: a share of 100 %.
    pub const WHOLE: Rate = Rate(Decimal::ONE);

    /// Makes a rate from a fraction: 0.065 for 6.5 %.
    pub const fn from_fraction(fraction: Decimal) -> Rate {
        Rate(fraction)
    }

    /// Makes a rate from whole basis points: 650 for 6.5 %.
    pub fn from_basis_points(points: u32) -> Rate {
        Rate(Decimal::new(i64::from(points), 4))
    }

    /// Reads a percentage, with or without its sign: `6.5%`, `10 %`, `0`.
    pub fn parse_percent(text: &str) -> Result<Rate, RateError> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let error = || RateError(text.to_owned());
        let percent: Decimal = number.parse().map_err(|_| error())?;
        if percent < Decimal::ZERO || percent > Decimal::ONE_THOUSAND {
            return Err(error());
        }
        Ok(Rate((percent / Decimal::ONE_HUNDRED).normalize()))
    }

    /// Gives the rate as a fraction.
    pub const fn fraction(self) -> Decimal {
        self.0
    }

    /// Gives the rate in percent.
    pub fn percent(self) -> Decimal {
        (self.0 * Decimal::ONE_HUNDRED).normalize()
    }

    /// Tells whether the rate is zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent())
    }
}
