//! What happened at a tower, as it is written down.
//!
//! An event is a fact: of people and other contexts, of orders to the machine, of what its sensors
//! said. Times come with the commands; nothing here is computed from them again.

use super::{Fault, FaultCode, Place, Seen, Standstill, Trust};
use crate::appointment::Appointment;
use crate::handshake::{Order, Outcome, Unit};
use crate::inspection::Found;
use crate::job::{CarSize, Job};
use crate::machine::{MovePlan, Places};
use crate::promise::Promise;
use kernel::{JobId, Moment, OrderId, Vin};
use serde::{Deserialize, Serialize};

/// What happened at a tower. Other contexts react to the first eight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A job waits for the machine.
    JobQueued {
        /// The job.
        job: Job,
    },
    /// A car stands in a place of the tower.
    CarStored {
        /// The car.
        vin: Vin,
        /// Where.
        place: Place,
        /// By which job.
        job: JobId,
    },
    /// A fetched car stands at the bay.
    CarAtBay {
        /// The car.
        vin: Vin,
        /// Which bay.
        bay: Place,
        /// By which job.
        job: JobId,
        /// For which order.
        order: OrderId,
        /// When.
        at: Moment,
    },
    /// The bay is open: to the buyer of a fetched car, or for a car to be stored.
    BayOpened {
        /// Which bay.
        bay: Place,
        /// For which job.
        job: JobId,
    },
    /// A car has left the bay, proved by two independent sensors or stated by a person.
    CarLeft {
        /// The car.
        vin: Vin,
        /// Which bay.
        bay: Place,
        /// By which job.
        job: JobId,
        /// For which order.
        order: OrderId,
    },
    /// A car has left the bay without any order, proved or stated in the same way: it was brought
    /// out, or driven off while a person looked after it.
    CarBroughtOut {
        /// The car.
        vin: Vin,
        /// Which bay.
        bay: Place,
        /// By which job.
        job: JobId,
    },
    /// A person has stated that a car is not here.
    CarDeclaredGone {
        /// The car.
        vin: Vin,
    },
    /// A job cannot be done; why is for people and for the refund.
    JobFailed {
        /// The job.
        job: Job,
        /// Why.
        reason: String,
    },
    /// The places of the machine are these.
    Commissioned {
        /// Every place in the PLC's order.
        places: Places,
        /// The bays.
        bays: Vec<Place>,
        /// The lifts.
        lifts: Vec<Place>,
    },
    /// A buyer was told when the car will be there.
    Promised {
        /// The fetch job.
        job: JobId,
        /// What was told.
        promise: Promise,
    },
    /// A buyer was given a time for the hand-over; one they had before is free.
    Appointed {
        /// The fetch, which may be queued later.
        job: JobId,
        /// Which time, and what it is for.
        appointment: Appointment,
        /// When it was given.
        at: Moment,
    },
    /// A time is free again before its fetch has begun.
    AppointmentEnded {
        /// The fetch.
        job: JobId,
    },
    /// A job has left the queue.
    JobStarted {
        /// The job.
        job: JobId,
        /// The bay it takes, if it takes one.
        bay: Option<Place>,
    },
    /// A job has ended as asked.
    JobDone {
        /// The job.
        job: JobId,
    },
    /// A job has ended without being done, on demand.
    JobCancelled {
        /// The job.
        job: JobId,
        /// Why, for people.
        reason: String,
    },
    /// The PLC has booted: what was half done is not done again.
    EpochSeen {
        /// Its epoch.
        epoch: u32,
        /// The last order each unit had accepted.
        accepted: Vec<u32>,
    },
    /// An order was written down; it may now be sent.
    ActionOrdered {
        /// The order.
        order: Order,
        /// The job it is for, if any.
        job: Option<JobId>,
        /// The motion, when it moves a car.
        plan: Option<MovePlan>,
        /// The exit count of the bay, when a door is to open.
        exits: Option<u16>,
        /// When.
        at: Moment,
    },
    /// The withdrawal of an order was written down; it may now be sent instead.
    ActionWithdrawn {
        /// Whose order it is.
        unit: Unit,
        /// Its epoch.
        epoch: u32,
        /// Its number.
        seq: u32,
    },
    /// An order has ended.
    ActionFinished {
        /// Whose order it was.
        unit: Unit,
        /// Its epoch.
        epoch: u32,
        /// Its number.
        seq: u32,
        /// How.
        outcome: Outcome,
    },
    /// A car was carried elsewhere without ending a job.
    CarMoved {
        /// The car.
        vin: Vin,
        /// Where it stands.
        place: Place,
    },
    /// A car stands in the window.
    CarShown {
        /// The car.
        vin: Vin,
        /// The window.
        place: Place,
        /// By which job.
        job: JobId,
        /// Since when.
        at: Moment,
    },
    /// A car stands at the bay for staff.
    CarPresented {
        /// The car.
        vin: Vin,
        /// Which bay.
        bay: Place,
        /// By which job.
        job: JobId,
    },
    /// A car that is here is to be looked after for the first time.
    InspectionSet {
        /// The car.
        vin: Vin,
        /// By when.
        due: Moment,
    },
    /// A person has looked after a car.
    CarInspected {
        /// The car.
        vin: Vin,
        /// The inspection.
        job: JobId,
        /// What they found.
        found: Found,
        /// When.
        at: Moment,
        /// By when it is to be looked after again.
        due: Moment,
    },
    /// Staff have taken a bay out of use: no new job is given it.
    BayLocked {
        /// Which bay.
        bay: Place,
        /// Why, in their words.
        why: String,
    },
    /// They use it again.
    BayReleased {
        /// Which bay.
        bay: Place,
    },
    /// Every car is brought out, one after the other.
    EvacuationBegun {
        /// The name it was asked for under.
        id: JobId,
    },
    /// Every car is out, or the rest stay.
    EvacuationEnded {
        /// The name it was asked for under.
        id: JobId,
    },
    /// The buyer's code was accepted at the bay, or staff asked for the door.
    OpenAsked {
        /// The job whose car stands there.
        job: JobId,
    },
    /// The buyer has left the car in the bay.
    CarRejected {
        /// The job whose car stands there.
        job: JobId,
    },
    /// A person has said that nobody is inside.
    BayConfirmedClear {
        /// Which bay.
        bay: Place,
        /// When.
        at: Moment,
    },
    /// The expected car has driven into the bay.
    CarArrived {
        /// The car.
        vin: Vin,
        /// Which bay.
        bay: Place,
        /// The store job.
        job: JobId,
    },
    /// It has driven out again.
    CarWithdrawn {
        /// The car.
        vin: Vin,
        /// Which bay.
        bay: Place,
        /// The store job.
        job: JobId,
    },
    /// A fetched car is leaving: one proof of two.
    CarDrivingOut {
        /// Which bay.
        bay: Place,
    },
    /// A closed bay is free of people.
    BaySwept {
        /// Which bay.
        bay: Place,
    },
    /// A person has stated a car's size; where it stands follows.
    CarDeclared {
        /// The car.
        vin: Vin,
        /// Its size and mass.
        size: CarSize,
    },
    /// What is written may not be so any more.
    TrustLost {
        /// Why.
        why: Trust,
    },
    /// Every sensor was read, and cars are where they are seen.
    Reconciled {
        /// The cars seen elsewhere than written, and where.
        moved: Vec<(Vin, Place)>,
        /// What was seen.
        seen: Seen,
    },
    /// Something is wrong; the machine, or the part of it that is named, stands still.
    FaultRaised {
        /// What.
        fault: Fault,
    },
    /// A fetch stands still because of a fault.
    FetchDelayed {
        /// The job.
        job: JobId,
        /// The order it is for.
        order: OrderId,
        /// Why, as far as is known now.
        why: Standstill,
        /// Since when.
        since: Moment,
    },
    /// It goes on.
    FetchWentOn {
        /// The job.
        job: JobId,
        /// The order it is for.
        order: OrderId,
    },
    /// It is right again.
    FaultCleared {
        /// What was wrong.
        code: FaultCode,
        /// With which lift or bay; with the machine as a whole when none.
        at: Option<Place>,
    },
}
