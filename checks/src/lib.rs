//! What is checked beyond tests: every state of the handshake.
//!
//! It is a package of its own so that it can be compiled for speed while the rest is compiled for
//! finding faults.

pub mod handshake; // both ends, a network that misbehaves and a small plant
