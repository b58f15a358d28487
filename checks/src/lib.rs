//! What is checked beyond tests: every state of the handshake, and days killed at their records.
//!
//! It is a package of its own so that it can be compiled for speed while the rest is compiled for
//! finding faults.

pub mod handshake; // both ends, a network that misbehaves and a small plant
pub mod day; // a mixed day of a tower, killed where told
pub mod observer; // what must hold at the twin at every step, whoever orders
