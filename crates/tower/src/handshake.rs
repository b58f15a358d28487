//! Orders to the machine's controller and what it reports, numbered by boot epoch and sequence.
//!
//! The PLC draws a new epoch at every boot and accepts only `(epoch, last + 1)`. An order is
//! written to the log before it is sent, echoed back accepted, then finished. On a new epoch
//! nothing that was half done is sent again: home, read every sensor, reconcile, number anew.

use crate::tower::Place;
use serde::{Deserialize, Serialize};

/// An order to the PLC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The boot epoch the PLC reported.
    pub epoch: u32,
    /// One more than the last accepted in that epoch, from 1.
    pub seq: u32,
    /// What to do.
    pub action: Action,
}

/// What the PLC can be asked to do. There is no reset and no bypass, and there never will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Bring all axes to their reference.
    Home,
    /// Carry the car at one place to another.
    Move {
        /// Where it stands.
        from: Place,
        /// Where it is to stand.
        to: Place,
    },
    /// Open the outer door of a bay.
    OpenOuter {
        /// Which bay.
        bay: Place,
    },
    /// Close the outer door of a bay.
    CloseOuter {
        /// Which bay.
        bay: Place,
    },
}

/// Everything the PLC reports in one read, as fresh as that read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Drawn anew at every boot; never zero.
    pub epoch: u32,
    /// Counts PLC scans, so that a frozen PLC is seen.
    pub heartbeat: u16,
    /// What the machine is doing.
    pub mode: Mode,
    /// Whether the safety controller has stopped the machine. Only it and people clear that.
    pub safety_stop: bool,
    /// What is wrong, zero when nothing is; the codes are in the register map.
    pub fault: u16,
    /// The last order accepted in this epoch, zero before the first.
    pub accepted: u32,
    /// The last order finished in this epoch, zero before the first.
    pub finished: u32,
    /// How the last finished order ended.
    pub outcome: Outcome,
    /// Each lift, in the machine file's order.
    pub lifts: Vec<LiftStatus>,
    /// Each bay, in the machine file's order.
    pub bays: Vec<BayStatus>,
    /// The tag read at each place, in the machine file's order of places (slots, window, bays);
    /// zero where the place is seen empty, [`UNREADABLE_TAG`] where a car is seen but not its tag.
    pub tags: Vec<u32>,
}

/// A car is seen, but its tag cannot be read.
pub const UNREADABLE_TAG: u32 = u32::MAX;

/// What the machine is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Booted, axes not referenced.
    NotHomed,
    /// Ready for an order.
    Idle,
    /// Carrying one out.
    Busy,
    /// Stopped by a fault.
    Fault,
    /// In the hands of a person.
    Manual,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// None has ended yet.
    None,
    /// Done.
    Done,
    /// Refused before anything moved: an interlock said no.
    Refused,
    /// Broken off half-way; sensors tell where the car is.
    BrokenOff,
}

/// One lift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiftStatus {
    /// Height of its floor above the bay's floor in millimetres, negative in a pit.
    pub height_mm: i32,
    /// The tag of the car on it; zero when empty.
    pub tag: u32,
}

/// One bay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BayStatus {
    /// The door to the street.
    pub outer: Door,
    /// The door to the shaft.
    pub inner: Door,
    /// Whether the floor scale feels a car.
    pub floor_loaded: bool,
    /// How many times the exit light barrier was passed outwards since boot.
    pub exits: u16,
    /// Whether the floor-level scanner sees a person.
    pub person_by_scanner: bool,
    /// Whether the overhead sensor sees a person.
    pub person_overhead: bool,
}

/// A door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// Closed and locked.
    Closed,
    /// Between the two.
    Moving,
    /// Fully open.
    Open,
}
