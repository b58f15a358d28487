//! The whole cost of a plan, known before anything is asked.

use kernel::{Money, Rate};
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
