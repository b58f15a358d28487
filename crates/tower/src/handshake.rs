//! Orders to the machine's controller and what it reports, numbered by boot epoch, unit and
//! sequence.
//!
//! A machine has units: each lift, and the outer door of each bay. A unit carries out one order at
//! a time, all units work at once. The PLC draws a new epoch at every boot, and each unit accepts
//! only `(epoch, last + 1)`. An order is written to the log before it is sent, echoed back
//! accepted, then finished. On a new epoch nothing that was half done is sent again: home, read
//! every sensor, reconcile, number anew. An order that is not accepted yet is withdrawn by
//! [`Action::Withdraw`] under its own number: whichever of the two the PLC takes first uses the
//! number up, and the outcome tells which. The two ends are [`Sender`] and [`Receiver`].

mod sender; // our end: what may be numbered, sent, and concluded
mod receiver; // the machine's end: what is accepted, and what was

pub use receiver::{Ignored, Receiver, Taken};
pub use sender::{Sender, Standing};

use crate::tower::Place;
use serde::{Deserialize, Serialize};

/// A part of the machine that carries out one order at a time, by its place in the PLC's order:
/// the lifts first, then the bays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unit(pub u8);

/// An order to one unit of the PLC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// The boot epoch the PLC reported.
    pub epoch: u32,
    /// Who is to carry it out.
    pub unit: Unit,
    /// One more than the last the unit accepted in that epoch, from 1.
    pub seq: u32,
    /// What to do.
    pub action: Action,
}

/// What a unit can be asked to do. There is no reset and no bypass, and there never will be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A lift brings all its axes to their reference.
    Home,
    /// A lift carries the car at one place to another.
    Move {
        /// Where it stands.
        from: Place,
        /// Where it is to stand.
        to: Place,
    },
    /// A lift goes to a height, to be out of another's way.
    Go {
        /// Above the bay's floor in millimetres.
        height_mm: i32,
    },
    /// The outer door of a bay opens.
    OpenOuter {
        /// Which bay.
        bay: Place,
    },
    /// The outer door of a bay closes.
    CloseOuter {
        /// Which bay.
        bay: Place,
    },
    /// Nothing is done: the number is used up, so that the order written under it never is.
    Withdraw,
}

/// Everything the PLC reports in one read, as fresh as that read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Drawn anew at every boot; never zero.
    pub epoch: u32,
    /// Counts PLC scans, so that a frozen PLC is seen.
    pub heartbeat: u16,
    /// Whether the safety controller has stopped the machine. Only it and people clear that.
    pub safety_stop: bool,
    /// Whether the machine runs on emergency power, on which few of its axes may move at once.
    pub emergency_power: bool,
    /// Each unit: the lifts, then the bays.
    pub units: Vec<UnitStatus>,
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

/// One unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitStatus {
    /// What it is doing.
    pub mode: Mode,
    /// What is wrong with it, zero when nothing is; the codes are in the register map.
    pub fault: u16,
    /// The last order accepted in this epoch, zero before the first.
    pub accepted: u32,
    /// The last order finished in this epoch, zero before the first.
    pub finished: u32,
    /// How the last finished order ended.
    pub outcome: Outcome,
}

/// How far a unit is with its orders: all that the two ends of the handshake share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ack {
    /// The boot epoch.
    pub epoch: u32,
    /// The last order accepted in it, zero before the first.
    pub accepted: u32,
    /// The last order finished in it, zero before the first.
    pub finished: u32,
    /// How that one ended.
    pub outcome: Outcome,
}

/// What a unit is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A lift whose axes are not referenced.
    NotHomed,
    /// Ready for an order.
    Idle,
    /// Carrying one out.
    Busy,
    /// Stopped by a fault.
    Fault,
    /// In the hands of a person, as the whole machine then is.
    Manual,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Withdrawn before it was accepted.
    Withdrawn,
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

impl Unit {
    /// Gives its place in the PLC's order of units.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Gives the unit at a place in the PLC's order of units.
    ///
    /// # Panics
    /// If it is none: the register map holds sixteen.
    pub fn at(index: usize) -> Unit {
        Unit(u8::try_from(index).expect("a machine has sixteen units at most"))
    }
}

impl Order {
    /// Gives what takes this order back.
    pub fn withdrawal(&self) -> Order {
        Order {
            action: Action::Withdraw,
            ..*self
        }
    }
}

impl Status {
    /// Finds what a unit reports.
    pub fn unit(&self, unit: Unit) -> Option<&UnitStatus> {
        self.units.get(unit.index())
    }

    /// Gives how far a unit is with its orders.
    pub fn ack(&self, unit: Unit) -> Option<Ack> {
        let seen = self.unit(unit)?;
        Some(Ack {
            epoch: self.epoch,
            accepted: seen.accepted,
            finished: seen.finished,
            outcome: seen.outcome,
        })
    }

    /// Tells whether the machine is in the hands of a person.
    pub fn is_manual(&self) -> bool {
        self.units.iter().any(|unit| unit.mode == Mode::Manual)
    }

    /// Gives what the machine as a whole is doing, by its lifts: what the readiest of them does,
    /// unless it is in the hands of a person.
    pub fn mode(&self) -> Mode {
        let lifts = self.units.iter().take(self.lifts.len());
        let modes: Vec<Mode> = lifts.map(|unit| unit.mode).collect();
        let order = [Mode::Manual, Mode::Busy, Mode::Idle, Mode::NotHomed];
        let found = order.into_iter().find(|mode| modes.contains(mode));
        found.unwrap_or(Mode::Fault)
    }

    /// Tells whether this says nothing new but that the PLC lives and where its lifts are.
    pub fn is_like(&self, other: &Status) -> bool {
        self.epoch == other.epoch
            && self.safety_stop == other.safety_stop
            && self.emergency_power == other.emergency_power
            && self.units == other.units
            && self.bays == other.bays
            && self.tags == other.tags
            && self.carried().eq(other.carried())
    }

    fn carried(&self) -> impl Iterator<Item = u32> {
        self.lifts.iter().map(|lift| lift.tag)
    }
}
