//! Currencies by their ISO 4217 code, with the number of minor digits each one has.
//!
//! Source: ISO 4217:2015 list one. Only currencies a tower may sell in are listed; adding a row is
//! all it takes to add one. A code that is not listed is an error, never a guess of two digits.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency of the table below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(&'static Row);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Row {
    code: &'static str,
    exponent: u32,
}

const fn row(code: &'static str, exponent: u32) -> Row {
    Row { code, exponent }
}

static TABLE: [Row; 24] = [
    row("AED", 2),
    row("AUD", 2),
    row("BHD", 3),
    row("CAD", 2),
    row("CHF", 2),
    row("CNY", 2),
    row("EUR", 2),
    row("GBP", 2),
    row("HKD", 2),
    row("IDR", 2),
    row("INR", 2),
    row("JOD", 3),
    row("JPY", 0),
    row("KRW", 0),
    row("KWD", 3),
    row("MYR", 2),
    row("NZD", 2),
    row("OMR", 3),
    row("PHP", 2),
    row("SGD", 2),
    row("THB", 2),
    row("TWD", 2),
    row("USD", 2),
    row("VND", 0),
];

/// The code is not in the table of ISO 4217 currencies known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency {0:?}: write an ISO 4217 code such as CNY, SGD, USD or VND")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// Chinese yuan, the currency of the Alipay wallet.
    pub const CNY: Currency = Currency(&TABLE[5]);
    /// Singapore dollar.
    pub const SGD: Currency = Currency(&TABLE[19]);
    /// United States dollar.
    pub const USD: Currency = Currency(&TABLE[22]);
    /// Vietnamese dong, which has no minor unit.
    pub const VND: Currency = Currency(&TABLE[23]);

    /// Finds a currency by its three capital letters.
    pub fn parse(code: &str) -> Result<Currency, UnknownCurrency> {
        let found = TABLE.iter().find(|row| row.code == code);
        found
            .map(Currency)
            .ok_or_else(|| UnknownCurrency(code.to_owned()))
    }

    /// Gives the ISO 4217 alphabetic code.
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// Gives the number of digits after the decimal point: 2 for CNY, 0 for VND, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(code: String) -> Result<Currency, UnknownCurrency> {
        Currency::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}
