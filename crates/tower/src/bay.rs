//! The hand-over bay: one room between street and shaft, with a door to each.
//!
//! `Closed-Empty → Filling → Closed-Loaded → Customer-Called → Opening → Open-Occupied →
//! Driving-Out → Open-Empty → Closing → Sweep-Check → Closed-Empty`; for a car that comes in,
//! `Opening → Open-Empty → Open-Occupied → Closing → Sweep-Check → Closed-Loaded → Emptying →
//! Closed-Empty`. From any of them a fault halts the bay, a person may take over, and only a
//! reading of all sensors ends that.
//!
//! Every edge needs its condition on a fresh status. The two doors are never both not closed. A
//! door closes, and a bay counts as swept, only when the floor-level scanner and the overhead
//! sensor both see nobody. They cannot see into a car: while one stands in the bay, a person at the
//! bay must have confirmed it as well, within [`CONFIRMED_FOR_S`]. In a bay whose floor is clear
//! the two sensors suffice, so that a machine without staff can close behind a buyer.

use crate::handshake::{BayStatus, Door};
use kernel::{JobId, Moment};
use serde::{Deserialize, Serialize};

/// How long a person's word that nobody is inside counts, in seconds.
pub const CONFIRMED_FOR_S: i64 = 120;

/// Where a bay is in its cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Both doors closed, nobody and nothing inside.
    #[default]
    ClosedEmpty,
    /// The machine puts a car in.
    Filling,
    /// Both doors closed on a car, nobody inside.
    ClosedLoaded,
    /// The buyer has been told that the car stands here.
    CustomerCalled,
    /// The outer door opens.
    Opening,
    /// Open to the street with a car.
    OpenOccupied,
    /// The car is leaving: one of the two proofs is there.
    DrivingOut,
    /// Open to the street without a car.
    OpenEmpty,
    /// The outer door closes.
    Closing,
    /// Closed; the sensors must agree that nobody is inside.
    SweepCheck,
    /// The machine takes the car out.
    Emptying,
}

/// A step from one phase to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A move into the bay is ordered.
    Fill,
    /// The car stands in the bay.
    Filled,
    /// The buyer is called.
    Call,
    /// The outer door is ordered open.
    Open,
    /// It is open.
    Opened {
        /// Whether a car stands inside.
        loaded: bool,
    },
    /// A car has come in.
    CarIn,
    /// A car that came in drives out again.
    CarBackOut,
    /// One proof of two that the car leaves.
    Leave,
    /// Both proofs.
    Left,
    /// The outer door is ordered closed.
    Close,
    /// It is closed.
    Closed,
    /// Nobody is inside.
    Swept {
        /// Whether a car stands inside.
        loaded: bool,
    },
    /// A closed bay with a car is no longer for its buyer.
    Keep,
    /// A move out of the bay is ordered.
    Empty,
    /// The machine has taken the car out, or has not put one in.
    Emptied,
}

impl Phase {
    /// Gives the phase after a step, or nothing where the step does not lead on from here.
    pub fn after(self, step: Step) -> Option<Phase> {
        use Phase::*;
        let next = match (self, step) {
            (ClosedEmpty, Step::Fill) => Filling,
            (Filling, Step::Filled) => ClosedLoaded,
            (ClosedLoaded, Step::Call) => CustomerCalled,
            (CustomerCalled | ClosedEmpty, Step::Open) => Opening,
            (Opening, Step::Opened { loaded: true }) => OpenOccupied,
            (Opening, Step::Opened { loaded: false }) => OpenEmpty,
            (OpenEmpty, Step::CarIn) => OpenOccupied,
            (OpenOccupied, Step::CarBackOut) => OpenEmpty,
            (OpenOccupied, Step::Leave) => DrivingOut,
            (OpenOccupied | DrivingOut, Step::Left) => OpenEmpty,
            (OpenEmpty | OpenOccupied | DrivingOut, Step::Close) => Closing,
            (Closing, Step::Closed) => SweepCheck,
            (SweepCheck, Step::Swept { loaded: true }) => ClosedLoaded,
            (SweepCheck, Step::Swept { loaded: false }) => ClosedEmpty,
            (CustomerCalled, Step::Keep) => ClosedLoaded,
            (ClosedLoaded, Step::Empty) => Emptying,
            (Emptying | Filling, Step::Emptied) => ClosedEmpty,
            _ => return None,
        };
        Some(next)
    }

    /// Tells whether the outer door is open in this phase.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Phase::OpenOccupied | Phase::DrivingOut | Phase::OpenEmpty
        )
    }
}

/// Why a bay stands still whatever its phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Halt {
    /// The machine reports a fault or broke a move off.
    Fault,
    /// The machine is in the hands of a person.
    Manual,
    /// Every sensor is to be read before anything moves.
    Resync,
}

/// One bay as its stream knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bay {
    /// Where it is in its cycle.
    pub phase: Phase,
    /// Why it stands still whatever its phase.
    pub halt: Option<Halt>,
    /// The job it is taken by.
    pub job: Option<JobId>,
    /// The exit count when the door was ordered open.
    pub exits: u16,
    /// When a person last said that nobody is inside.
    pub confirmed: Option<Moment>,
    /// Since when the visit lasts that takes it.
    pub since: Option<Moment>,
    /// Why staff have taken it out of use: a record, of which the machine knows nothing.
    pub locked: Option<String>,
}

impl Bay {
    /// Takes a step; one that does not lead on from here changes nothing.
    pub(crate) fn step(&mut self, step: Step) {
        self.phase = self.phase.after(step).unwrap_or(self.phase);
    }

    /// Tells whether a job can take it.
    pub fn is_free(&self) -> bool {
        let at_rest = self.phase == Phase::ClosedEmpty && self.halt.is_none();
        at_rest && self.job.is_none() && self.locked.is_none()
    }

    /// Tells whether somebody has said that nobody is inside, and that still counts.
    pub fn is_confirmed(&self, at: Moment) -> bool {
        self.confirmed
            .is_some_and(|when| at.millis_since(when) <= CONFIRMED_FOR_S * 1_000)
    }
}

/// What keeps a bay from its next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// The door to the shaft is not closed.
    InnerDoor,
    /// The door to the street is not closed.
    OuterDoor,
    /// The floor-level scanner sees a person.
    PersonByScanner,
    /// The overhead sensor sees a person.
    PersonOverhead,
    /// The floor scale feels a car where none should be.
    FloorLoaded,
    /// The floor scale feels no car where one should be.
    FloorEmpty,
    /// A car stands inside and no person has lately said that nobody is in it.
    NotConfirmed,
}

/// Checks that the outer door may be asked open.
pub fn may_open(seen: &BayStatus) -> Result<(), Obstacle> {
    require(seen.inner == Door::Closed, Obstacle::InnerDoor)
}

/// Checks that the outer door may be asked closed, on a car or on an empty floor.
pub fn may_close(bay: &Bay, loaded: bool, seen: &BayStatus, at: Moment) -> Result<(), Obstacle> {
    nobody(bay, loaded, seen, at)?;
    require(seen.inner == Door::Closed, Obstacle::InnerDoor)
}

/// Checks that a closed bay is swept: nobody by both sensor kinds, and the floor as expected.
pub fn may_sweep(bay: &Bay, loaded: bool, seen: &BayStatus, at: Moment) -> Result<(), Obstacle> {
    require(seen.outer == Door::Closed, Obstacle::OuterDoor)?;
    nobody(bay, loaded, seen, at)
}

/// Checks that the machine may carry a car in or out.
pub fn may_move(seen: &BayStatus, loaded: bool) -> Result<(), Obstacle> {
    require(seen.outer == Door::Closed, Obstacle::OuterDoor)?;
    unseen(seen)?;
    floor(seen, loaded)
}

/// Tells whether the bay's car has left: floor empty and exit barrier passed, two proofs that do
/// not share a sensor.
pub fn has_left(bay: &Bay, seen: &BayStatus) -> bool {
    !seen.floor_loaded && seen.exits != bay.exits
}

fn nobody(bay: &Bay, loaded: bool, seen: &BayStatus, at: Moment) -> Result<(), Obstacle> {
    unseen(seen)?;
    floor(seen, loaded)?;
    require(!loaded || bay.is_confirmed(at), Obstacle::NotConfirmed)
}

fn unseen(seen: &BayStatus) -> Result<(), Obstacle> {
    require(!seen.person_by_scanner, Obstacle::PersonByScanner)?;
    require(!seen.person_overhead, Obstacle::PersonOverhead)
}

fn floor(seen: &BayStatus, loaded: bool) -> Result<(), Obstacle> {
    match (seen.floor_loaded, loaded) {
        (true, false) => Err(Obstacle::FloorLoaded),
        (false, true) => Err(Obstacle::FloorEmpty),
        _ => Ok(()),
    }
}

fn require(met: bool, otherwise: Obstacle) -> Result<(), Obstacle> {
    if met { Ok(()) } else { Err(otherwise) }
}
