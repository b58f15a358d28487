//! What is checked beyond tests, checked.

mod handshake;
mod reverts;
