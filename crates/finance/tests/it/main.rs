//! The business of lending, told as sentences that are checked.

mod given; // what the stories begin with
mod vectors; // published numbers
mod schedule;
mod apr;
mod offer;
mod policy;
mod agreement;
mod payment;
mod ledger;
