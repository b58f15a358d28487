//! What is sold, to whom, and how an order goes from a hold to the keys.
//!
//! Four nouns: the vehicle (one physical car, never sold twice), the buyer (one person, one held
//! car), the credit decision (policy and provider answer in, reasons out) and the order, which
//! carries its own stopwatch. Sales knows nothing of schedules, ledgers or lifts.

pub mod vehicle; // one car: expected, stored, held, sold, handed over
pub mod listing; // what a car is: make, body, size, price
pub mod buyer; // a person, with sealed personal data and at most one claim
pub mod credit; // admitted or not, and why
pub mod policy; // what sales may do: holds, credit tiers
pub mod order; // from the hold to the keys, with its stopwatch
