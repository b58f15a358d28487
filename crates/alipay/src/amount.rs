//! Amounts at the edge: yuan as text with two decimals, from 0.01 to 100000000.00.
//!
//! Inside, money is whole fen. The wallet moves only yuan, so an amount in another currency is
//! refused here and never converted.

use kernel::{Currency, Money};

const LARGEST_FEN: i64 = 10_000_000_000;

/// Why an amount cannot be asked of the wallet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountFault {
    /// The wallet moves only yuan.
    #[error("the wallet moves yuan only, not {0}")]
    NotYuan(Currency),
    /// The amount is outside what one trade may move.
    #[error("{0} is outside 0.01 to 100000000.00 yuan")]
    OutOfRange(Money),
    /// The text is no amount in yuan.
    #[error("{0:?} is no amount in yuan")]
    Unreadable(String),
}

/// Writes an amount for a request.
pub fn text(amount: Money) -> Result<String, AmountFault> {
    check(amount).map(Money::to_decimal_text)
}

/// Reads an amount from an answer or a request.
pub fn parse(text: &str) -> Result<Money, AmountFault> {
    Money::parse(text, Currency::CNY).map_err(|_| AmountFault::Unreadable(text.to_owned()))
}

/// Makes an amount from fen.
pub const fn from_fen(fen: i64) -> Money {
    Money::new(fen, Currency::CNY)
}

/// Checks that one trade may move the amount.
pub fn check(amount: Money) -> Result<Money, AmountFault> {
    if amount.currency() != Currency::CNY {
        return Err(AmountFault::NotYuan(amount.currency()));
    }
    if !(1..=LARGEST_FEN).contains(&amount.minor()) {
        return Err(AmountFault::OutOfRange(amount));
    }
    Ok(amount)
}
