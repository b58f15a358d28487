//! The simulated wallet.
