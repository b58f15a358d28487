//! What is checked beyond tests, checked.

mod day;
mod handshake;
mod observer;
mod reverts;
