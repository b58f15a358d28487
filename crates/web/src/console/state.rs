//! States of orders, payments, agreements, instalments and cars as staff read them.
//!
//! The store names states in plain English words; a page shows the reader's own. Colour only where
//! something is not as it should be.

use crate::text::Text;
use sales::drop::{Hand, State as DropState, Unit};

/// A state with its word and the class of its tag.
pub(super) struct StateTag {
    pub words: String,
    pub class: &'static str,
}

fn tag(words: String, class: &'static str) -> StateTag {
    StateTag { words, class }
}

/// Every state an order can be listed by, in the order of its life.
pub(super) const ORDER_STATES: [&str; 17] = [
    "started",
    "asking-credit",
    "credit-unknown",
    "approved",
    "refused",
    "offered",
    "signed",
    "paying",
    "paid-late",
    "paid",
    "fetching",
    "at-bay",
    "handed-over",
    "expired",
    "cancelled",
    "refunding",
    "refunded",
];

/// Says where an order stands.
pub(super) fn order(state: &str, t: Text) -> StateTag {
    match state {
        "started" => tag(t.msg("console-order-started"), ""),
        "asking-credit" => tag(t.msg("console-order-asking-credit"), ""),
        "credit-unknown" => tag(t.msg("console-order-credit-unknown"), "now"),
        "approved" => tag(t.msg("console-order-approved"), ""),
        "refused" => tag(t.msg("console-order-refused"), ""),
        "offered" => tag(t.msg("console-order-offered"), ""),
        "signed" => tag(t.msg("console-order-signed"), ""),
        "paying" => tag(t.msg("console-order-paying"), ""),
        "paid-late" => tag(t.msg("console-order-paid-late"), "now"),
        "paid" => tag(t.msg("console-order-paid"), ""),
        "fetching" => tag(t.msg("console-order-fetching"), ""),
        "at-bay" => tag(t.msg("console-order-at-bay"), ""),
        "handed-over" => tag(t.msg("console-order-handed-over"), "sold"),
        "expired" => tag(t.msg("console-order-expired"), "sold"),
        "cancelled" => tag(t.msg("console-order-cancelled"), "sold"),
        "refunding" => tag(t.msg("console-order-refunding"), "now"),
        "refunded" => tag(t.msg("console-order-refunded"), "sold"),
        other => tag(other.to_owned(), "now"),
    }
}

/// Says where a payment stands.
pub(super) fn payment(state: &str, t: Text) -> StateTag {
    match state {
        "prepared" => tag(t.msg("console-payment-prepared"), ""),
        "dispatched" => tag(t.msg("console-payment-dispatched"), ""),
        "unknown" => tag(t.msg("console-payment-unknown"), "now"),
        "succeeded" => tag(t.msg("console-payment-succeeded"), ""),
        "failed" => tag(t.msg("console-payment-failed"), ""),
        "needs-person" => tag(t.msg("console-payment-needs-person"), "bad"),
        "refunding" => tag(t.msg("console-payment-refunding"), "now"),
        "refunded" => tag(t.msg("console-payment-refunded"), "sold"),
        other => tag(other.to_owned(), "now"),
    }
}

/// Says where an agreement stands.
pub(super) fn agreement(state: &str, t: Text) -> StateTag {
    match state {
        "pending" => tag(t.msg("console-agreement-pending"), ""),
        "active" => tag(t.msg("console-agreement-active"), ""),
        "in-arrears" => tag(t.msg("console-agreement-in-arrears"), "bad"),
        "settled" => tag(t.msg("console-agreement-settled"), ""),
        "title-released" => tag(t.msg("console-agreement-title-released"), "sold"),
        "withdrawn" => tag(t.msg("console-agreement-withdrawn"), "sold"),
        other => tag(other.to_owned(), "now"),
    }
}

/// Says what an instalment is.
pub(super) fn instalment(status: &str, t: Text) -> StateTag {
    match status {
        "upcoming" => tag(t.msg("console-instalment-upcoming"), ""),
        "due" => tag(t.msg("console-instalment-due"), "now"),
        "overdue" => tag(t.msg("console-instalment-overdue"), "bad"),
        "paid" => tag(t.msg("console-instalment-paid"), "sold"),
        other => tag(other.to_owned(), "now"),
    }
}

/// Says where a car stands in its life.
pub(super) fn car(state: &str, t: Text) -> StateTag {
    match state {
        "expected" => tag(t.msg("console-car-expected"), ""),
        "stored" => tag(t.msg("console-car-stored"), ""),
        "held" => tag(t.msg("console-car-held"), "held"),
        "sold" => tag(t.msg("console-car-sold"), ""),
        "handed-over" => tag(t.msg("console-car-handed-over"), "sold"),
        "withdrawn" => tag(t.msg("console-car-withdrawn"), "now"),
        other => tag(other.to_owned(), "now"),
    }
}

/// Says where a drop stands in its life.
pub(super) fn drop(state: &DropState, t: Text) -> StateTag {
    match state {
        DropState::Unknown => tag(String::new(), ""),
        DropState::Announced(_) => tag(t.msg("console-drop-announced"), ""),
        DropState::Open(_) => tag(t.msg("console-drop-open"), "held"),
        DropState::Closed(_) => tag(t.msg("console-drop-closed"), "sold"),
        DropState::Cancelled { .. } => tag(t.msg("console-drop-cancelled"), "now"),
    }
}

/// Says in whose hand a unit of a drop is.
pub(super) fn unit(unit: &Unit, t: Text) -> StateTag {
    match unit.hand {
        Hand::Free => tag(t.msg("console-drop-free"), ""),
        Hand::Claimed(_) => tag(t.msg("console-drop-claimed"), "held"),
        Hand::Sold { .. } => tag(t.msg("console-drop-sold"), "sold"),
        Hand::Gone => tag(t.msg("console-drop-gone"), "now"),
    }
}
