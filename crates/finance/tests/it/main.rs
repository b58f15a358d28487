//! The business of lending, told as sentences that are checked.

mod vectors;
