//! What sales may do, as data: hold times and credit tiers. Read from a dated policy file.

use kernel::Rate;
use serde::{Deserialize, Serialize};

/// The sales part of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalesPolicy {
    /// How long a car is held, in minutes.
    pub hold_minutes: u32,
    /// How long the hold is extended when payment starts, in minutes.
    pub extension_minutes: u32,
    /// How long a paid car waits at the bay before staff are told, in minutes.
    pub bay_minutes: u32,
    /// How long a fault must have delayed a car before its buyer is told, in minutes.
    pub delay_message_minutes: u32,
    /// How long it must have before its buyer may ask for the money back, in minutes.
    pub delay_refund_minutes: u32,
    /// How long the slots are that buyers choose a hand-over from, in minutes.
    #[serde(default = "quarter_of_an_hour")]
    pub appointment_minutes: u32,
    /// How many days ahead they may; 0 offers none.
    #[serde(default = "a_week")]
    pub appointment_days: u32,
    /// Who is admitted with how much down, from the smallest down payment up.
    pub tiers: Vec<Tier>,
}

// Files that are older than appointments say nothing of them.
const fn quarter_of_an_hour() -> u32 {
    15
}

const fn a_week() -> u32 {
    7
}

/// One way to be admitted: a score, and the down payment it asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The smallest down payment as a share of the price.
    pub down_at_least: Rate,
    /// The score the provider must see, inclusive.
    pub admittance_score: u16,
}
