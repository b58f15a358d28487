//! Words everyone uses.
//!
//! Every context speaks of money, rates, days, moments and ids, and decides in the same manner.
//! Nothing here knows what a car or a loan is, reads a clock, or draws a random number.

mod money; // amounts in minor units, with their currency
mod currency; // ISO 4217 codes and their exponents
mod rate; // exact decimal rates
mod day; // civil days, on which money falls due
mod moment; // instants, at which things happen
mod id; // a type for each kind of identity
mod bucket; // which of 256 buckets a stream lives in, for ever
mod decider; // decide and evolve, the form of every aggregate

pub use bucket::Bucket;
pub use currency::{Currency, UnknownCurrency};
pub use day::{Day, InvalidDay};
pub use decider::Decider;
pub use id::{AgreementId, BuyerId, DropId, InvalidId, JobId, OrderId, PaymentId, TowerId, Vin};
pub use moment::Moment;
pub use money::{Money, MoneyError};
pub use rate::{Rate, RateError, Rounding};
