//! Which order of work is best, and how far from best a plan can be at most.
//!
//! Every plan carries a [`Proof`]: its cost, a bound that no plan can go below, and so the gap.
//! Work is given as indices of the caller's places and travel as a function of two of them, in
//! whole milliseconds, so that any machine file can be planned. There is no clock here: a search is
//! given a number of nodes, and whatever it has by then is a whole plan with a bound that holds.

pub mod proof; // cost, bound and gap of a plan
pub mod assignment; // each row one column, at the least cost
pub mod pairing; // stores with fixed slots, paired with fetches
pub mod one_lift; // stores into openings and freed slots, paired with fetches
pub mod fleet; // several lifts, each in its shaft or sharing slots
pub mod mast; // two lifts on one mast that cannot pass
pub mod tardiness; // appointments kept by one lift
pub mod patience; // nobody is overtaken for ever
pub mod storage; // which slot a car is given
pub mod dwell; // where an idle lift waits, and which car is brought nearer

pub use proof::Proof;
