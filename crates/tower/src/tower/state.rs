//! What is true of a tower: cars, jobs, bays, the open order, and whether all that is believed.

use super::Place;
use crate::bay::Bay;
use crate::handshake::Order;
use crate::inventory::Inventory;
use crate::job::{CarSize, Job, Kind};
use crate::machine::{LiftPose, MovePlan, PlaceKind, PlaceSpec};
use kernel::{JobId, Moment, Vin};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is true of a tower.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Every slot, window and bay in the PLC's order; none before commissioning.
    pub places: Vec<PlaceSpec>,
    /// The lifts in the PLC's order.
    pub lifts: Vec<Place>,
    /// Each bay.
    pub bays: BTreeMap<Place, Bay>,
    /// Which car stands where.
    pub inventory: Inventory,
    /// The size of each car that is here or is to be stored.
    pub sizes: BTreeMap<Vin, CarSize>,
    /// The live jobs in the order they were queued.
    pub jobs: Vec<LiveJob>,
    /// Every job that has ended, so that asking again starts nothing.
    pub ended: BTreeSet<JobId>,
    /// The boot epoch of the PLC, once seen.
    pub epoch: Option<u32>,
    /// The last sequence number used in it.
    pub last_seq: u32,
    /// The order written down and not known to have ended.
    pub open: Option<OpenOrder>,
    /// Whether places and cars are as written here.
    pub trust: Trust,
    /// What is wrong now.
    pub faults: BTreeMap<FaultCode, Fault>,
    /// Where each lift was left by the last move; by its index.
    pub poses: BTreeMap<usize, LiftPose>,
    /// How many jobs have started, by which waiting is counted.
    pub starts: u64,
}

/// A job that has not ended.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveJob {
    /// The job.
    pub job: Job,
    /// How far it is.
    pub stage: Stage,
    /// How many jobs had started when it was queued.
    pub queued_at_start: u64,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Nothing has been done for it; a put-back's car stands in the bay.
    Waiting,
    /// A move is ordered for it.
    Moving {
        /// To where.
        to: Place,
    },
    /// A move was broken off; its car stands on a lift and must be put off.
    OnLift,
    /// Fetch: the car stands in the bay and its buyer is called.
    AtBay {
        /// Which bay.
        bay: Place,
    },
    /// Fetch: the buyer's code was accepted; the bay opens or is open.
    Asked {
        /// Which bay.
        bay: Place,
    },
    /// Fetch: the buyer left the car; the bay is to be closed on it.
    Rejected {
        /// Which bay.
        bay: Place,
    },
    /// Fetch: the car has left; the bay is to be closed.
    Left {
        /// Which bay.
        bay: Place,
    },
    /// Store: the bay opens or is open for the car.
    Awaiting {
        /// Which bay.
        bay: Place,
    },
    /// Store: the car stands in the bay.
    Arrived {
        /// Which bay.
        bay: Place,
    },
    /// Show: the car stands in the window.
    Shown {
        /// Since when.
        since: Moment,
    },
}

/// An order that was written down.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenOrder {
    /// The order.
    pub order: Order,
    /// The job it is for, if any.
    pub job: Option<JobId>,
    /// The motion, when it moves a car.
    pub plan: Option<MovePlan>,
    /// When it was written down.
    pub at: Moment,
}

/// Whether the machine is as the stream says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// No status was ever seen.
    #[default]
    NeverSeen,
    /// The PLC has booted since.
    NewEpoch,
    /// A move was broken off half-way.
    BrokenOff,
    /// The machine has reported a fault.
    Fault,
    /// A person has had the machine in hand.
    Manual,
    /// The sensors agreed with what is written.
    Full,
}

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    /// The status is old or does not come.
    LinkLost,
    /// The PLC's places are not the machine file's.
    MapMismatch,
    /// The safety controller has stopped the machine.
    SafetyStop,
    /// The PLC reports a fault.
    MachineFault,
    /// The machine is in the hands of a person.
    Manual,
    /// A car is not where it was left.
    CarMissing,
    /// A car is seen that nobody stored.
    UnknownCar,
    /// A car is seen whose tag cannot be read.
    TagUnreadable,
    /// Another car than the expected one drove into the bay.
    WrongCar,
    /// The PLC refused an order.
    OrderRefused,
    /// The PLC does not take or does not finish an order.
    OrderUnanswered,
}

/// What is wrong, in words for a person at the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of fault.
    pub code: FaultCode,
    /// What was seen.
    pub cause: String,
    /// What follows from it.
    pub consequence: String,
    /// What a person should do.
    pub action: String,
}

impl State {
    /// Finds a live job.
    pub fn job(&self, id: &JobId) -> Option<&LiveJob> {
        self.jobs.iter().find(|live| live.job.id == *id)
    }

    /// Finds the live job of a car.
    pub fn job_of(&self, vin: &Vin) -> Option<&LiveJob> {
        self.jobs.iter().find(|live| live.job.kind.vin() == vin)
    }

    /// Finds a place by its name, unless it is a lift.
    pub fn place(&self, place: &Place) -> Option<&PlaceSpec> {
        self.places.iter().find(|spec| spec.place == *place)
    }

    /// Tells what kind of place it is; a lift is none.
    pub fn kind_of(&self, place: &Place) -> Option<PlaceKind> {
        self.place(place).map(|spec| spec.kind)
    }
}

impl Kind {
    /// Gives the car.
    pub fn vin(&self) -> &Vin {
        match self {
            Kind::Store { vin, .. }
            | Kind::Fetch { vin, .. }
            | Kind::Show { vin }
            | Kind::PutBack { vin } => vin,
        }
    }
}

impl Stage {
    /// Gives the bay a job takes.
    pub fn bay(&self) -> Option<&Place> {
        match self {
            Stage::AtBay { bay }
            | Stage::Asked { bay }
            | Stage::Rejected { bay }
            | Stage::Left { bay }
            | Stage::Awaiting { bay }
            | Stage::Arrived { bay } => Some(bay),
            Stage::Waiting | Stage::Moving { .. } | Stage::OnLift | Stage::Shown { .. } => None,
        }
    }
}
