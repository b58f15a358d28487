//! The stream of one tower: inventory, jobs, moves ordered and done, equipment and faults.
//!
//! A move is written here before it is sent, with the PLC's boot epoch and the next sequence
//! number. What the sensors say is written here before anything is concluded from it.

use crate::job::Job;
use kernel::{Decider, JobId, Moment, OrderId, TowerId, Vin};
use serde::{Deserialize, Serialize};

/// The stream of one tower.
#[derive(Clone, Copy, Debug)]
pub struct Tower;

/// The name of a place a car can stand in: a slot such as `07-3`, a bay such as `bay-1`, the
/// window, or a lift such as `lift-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

/// What other contexts and people may ask of a tower. Commands of the controller itself stand in
/// the same enum; see each one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Queue a job; the same job id twice is one job.
    Queue {
        /// The job.
        job: Job,
    },
    /// Take a job back that has not started.
    CancelJob {
        /// The job.
        job: JobId,
    },
    /// Ask for the bay's outer door to be opened, because the buyer's code was accepted.
    AskToOpen {
        /// The fetch job whose car stands in the bay.
        job: JobId,
    },
    /// Take a rejected car back up: the bay is closed, swept, and a put-back job queued.
    Reject {
        /// The fetch job whose car stands in the bay.
        job: JobId,
    },
    /// A person at the bay has seen that nobody is inside; needed before a door closes or a car moves.
    ConfirmBayClear {
        /// Which bay.
        bay: Place,
    },
}

/// What happened at a tower. More events record moves, epochs and sensors; these are the ones that
/// other contexts react to.
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
    },
    /// The bay is open to the buyer.
    BayOpened {
        /// Which bay.
        bay: Place,
        /// For which job.
        job: JobId,
    },
    /// A car has left the bay, proved by two independent sensors.
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
    /// A job cannot be done; why is for people and for the refund.
    JobFailed {
        /// The job.
        job: Job,
        /// Why.
        reason: String,
    },
}
