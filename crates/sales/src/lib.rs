//! What is sold, to whom, and how an order goes from a hold to the keys.
//!
//! Five nouns: the vehicle (one physical car, never sold twice), the buyer (one person, one held
//! car), the credit decision (policy and provider answer in, reasons out), the order, which carries
//! its own stopwatch, and the drop, which gives few cars to many people. Sales knows nothing of
//! schedules, ledgers or lifts.

pub mod vehicle; // one car: expected, stored, held, sold, handed over
pub mod listing; // what a car is: make, body, size, price
pub mod buyer; // a person, with sealed personal data and at most one claim
pub mod credit; // admitted or not, and why
pub mod policy; // what sales may do: holds, credit tiers
pub mod order; // from the hold to the keys, with its stopwatch
pub mod drop; // few cars for many people, at one second, by a draw all can check
