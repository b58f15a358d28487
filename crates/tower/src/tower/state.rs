//! What is true of a tower: cars, jobs, bays, the open orders, and whether all that is believed.

use super::{Ended, Faults, Jobs, Place, Standstill};
use crate::appointment::Book;
use crate::bay::Bay;
use crate::handshake::{Action, Order, Sender, Unit};
use crate::inspection::Care;
use crate::inventory::Inventory;
use crate::job::{CarSize, Job};
use crate::machine::{LiftPose, MovePlan, PlaceKind, PlaceSpec, Places};
use crate::promise::{Promise, Record};
use kernel::{JobId, Moment, Vin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is true of a tower.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Every slot, window and bay in the PLC's order; none before commissioning.
    pub places: Places,
    /// The lifts in the PLC's order.
    pub lifts: Vec<Place>,
    /// Each bay.
    pub bays: BTreeMap<Place, Bay>,
    /// Which car stands where.
    pub inventory: Inventory,
    /// The size of each car that is here or is to be stored.
    pub sizes: BTreeMap<Vin, CarSize>,
    /// The live jobs in the order they were queued.
    pub jobs: Jobs,
    /// The jobs that ended last, so that asking again starts nothing.
    pub ended: Ended,
    /// The boot epoch of the PLC, once seen.
    pub epoch: Option<u32>,
    /// Our end of each unit's orders in that epoch.
    pub senders: Vec<Sender>,
    /// By unit, the order written down and not known to have ended.
    pub open: BTreeMap<Unit, OpenOrder>,
    /// Whether places and cars are as written here.
    pub trust: Trust,
    /// What is wrong now.
    pub faults: Faults,
    /// Where each lift was left by the last move; by its index.
    pub poses: BTreeMap<usize, LiftPose>,
    /// How many jobs have started, by which waiting is counted.
    pub starts: u64,
    /// What was seen of visits and of promises.
    pub record: Record,
    /// The times that buyers have chosen.
    pub appointments: Book,
    /// When each car that is here is to be looked after.
    pub care: BTreeMap<Vin, Care>,
    /// The evacuation that is under way.
    pub evacuation: Option<JobId>,
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
    /// How many jobs that were queued after it have started before it, put-backs not counted.
    pub overtaken: u64,
    /// What its buyer was told, until the car is there.
    pub promise: Option<Promise>,
    /// The fault it stands still for, where that has lasted.
    pub standstill: Option<Standstill>,
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
    /// The car stands in the bay and whoever it is for is called: the buyer of a fetched car, staff
    /// for one that is inspected or brought out.
    AtBay {
        /// Which bay.
        bay: Place,
    },
    /// The buyer's code was accepted, or staff have come; the bay opens or is open.
    Asked {
        /// Which bay.
        bay: Place,
    },
    /// The buyer left the car, or staff did nothing with it; the bay is to be closed on it.
    Rejected {
        /// Which bay.
        bay: Place,
    },
    /// The car has left; the bay is to be closed.
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
    /// The car stands in the window: to be seen, or to be inspected where no bay takes it.
    Shown {
        /// Since when.
        since: Moment,
    },
    /// Inspect: the person has done; the bay is to be closed on the car, which goes back up.
    Inspected {
        /// Which bay, or the window.
        at: Place,
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

impl State {
    /// Finds a live job.
    pub fn job(&self, id: &JobId) -> Option<&LiveJob> {
        self.jobs.get(id)
    }

    /// Finds the live job of a car.
    pub fn job_of(&self, vin: &Vin) -> Option<&LiveJob> {
        self.jobs.of_car(vin)
    }

    /// Finds a place by its name, unless it is a lift.
    pub fn place(&self, place: &Place) -> Option<&PlaceSpec> {
        self.places.named(place)
    }

    /// Tells what kind of place it is; a lift is none.
    pub fn kind_of(&self, place: &Place) -> Option<PlaceKind> {
        self.place(place).map(|spec| spec.kind)
    }

    /// Finds the order that works on a place: takes a car from it, puts one there, moves the lift
    /// it is, or its door.
    pub fn work_on(&self, place: &Place) -> Option<&OpenOrder> {
        self.open.values().find(|open| self.works_on(open, place))
    }

    fn works_on(&self, open: &OpenOrder, place: &Place) -> bool {
        let ends = match &open.order.action {
            Action::Move { from, to } => from == place || to == place,
            Action::OpenOuter { bay } | Action::CloseOuter { bay } => bay == place,
            Action::Home | Action::Go { .. } | Action::Withdraw => false,
        };
        ends || self.lifts.get(open.order.unit.index()) == Some(place)
    }

    /// Finds the order that works for a job.
    pub fn work_for(&self, job: &JobId) -> Option<&OpenOrder> {
        let mut open = self.open.values();
        open.find(|open| open.job.as_ref() == Some(job))
    }

    /// Tells whether a car may be put into a place as far as is written: none stands there, and
    /// nobody works there.
    pub fn is_vacant(&self, place: &Place) -> bool {
        self.inventory.car_at(place).is_none() && self.work_on(place).is_none()
    }

    /// Lists the bays in the PLC's order.
    fn bays_in_order(&self) -> impl Iterator<Item = &Place> {
        let bays = self
            .places
            .iter()
            .filter(|spec| spec.kind == PlaceKind::Bay);
        bays.map(|spec| &spec.place)
    }

    /// Tells whether a unit is the kind that an action is for.
    pub(super) fn is_for(&self, action: &Action, unit: Unit) -> bool {
        let lift = unit.index() < self.lifts.len();
        match action {
            Action::Home | Action::Move { .. } | Action::Go { .. } => lift,
            Action::OpenOuter { bay } | Action::CloseOuter { bay } => {
                let index = self.bays_in_order().position(|one| one == bay);
                index.map(|index| self.lifts.len() + index) == Some(unit.index())
            }
            Action::Withdraw => false,
        }
    }
}

impl OpenOrder {
    /// Gives where a car is carried to.
    pub fn target(&self) -> Option<&Place> {
        match &self.order.action {
            Action::Move { to, .. } => Some(to),
            _ => None,
        }
    }
}

impl Stage {
    /// Gives the bay a job takes; for an inspection it may be the window.
    pub fn bay(&self) -> Option<&Place> {
        match self {
            Stage::AtBay { bay }
            | Stage::Asked { bay }
            | Stage::Rejected { bay }
            | Stage::Left { bay }
            | Stage::Awaiting { bay }
            | Stage::Arrived { bay }
            | Stage::Inspected { at: bay } => Some(bay),
            Stage::Waiting | Stage::Moving { .. } | Stage::OnLift | Stage::Shown { .. } => None,
        }
    }
}
