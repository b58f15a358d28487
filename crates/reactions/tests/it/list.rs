//! Whenever X, do Y: each line of the list, and what happens when the answer is no.

mod finance; // payments and agreements
mod sales; // orders, cars and buyers
mod tower; // jobs and cars at the bay

use crate::shop::{minute, rules};
use reactions::{Fact, Reaction, react};

/// Expects exactly these reactions to a fact of the tenth minute.
#[track_caller]
pub(crate) fn check(fact: &Fact, expected: &[Reaction]) {
    assert_eq!(react(fact, minute(10), &rules()), expected, "{fact:?}");
}
