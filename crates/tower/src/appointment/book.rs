//! The appointments that are made, by the fetch each is for, and how many were kept.

use super::{Handover, Slot};
use kernel::{JobId, Moment, OrderId, Vin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For how long an appointment is remembered whose fetch was never queued, in milliseconds.
const FORGOTTEN_AFTER_MS: i64 = 24 * 3_600_000;

/// A time that was given to a buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// The car.
    pub vin: Vin,
    /// The order it is bought by.
    pub order: OrderId,
    /// When.
    pub slot: Slot,
    /// What it takes.
    pub handover: Handover,
}

/// The appointments of a tower.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    by_job: BTreeMap<JobId, Appointment>,
    /// How many cars have come by appointment.
    pub given: u64,
    /// How many of them stood at the bay before their slot was over.
    pub kept: u64,
}

impl Book {
    /// Finds the appointment of a fetch.
    pub fn of(&self, job: &JobId) -> Option<&Appointment> {
        self.by_job.get(job)
    }

    /// Lists them by their fetches.
    pub fn iter(&self) -> impl Iterator<Item = (&JobId, &Appointment)> {
        self.by_job.iter()
    }

    /// Counts them.
    pub fn len(&self) -> usize {
        self.by_job.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_job.is_empty()
    }

    /// Writes one down, in place of the one the fetch had. Those that are long over and whose
    /// fetches were never queued are forgotten, so that the book does not grow.
    pub(crate) fn write(
        &mut self,
        job: &JobId,
        appointment: &Appointment,
        at: Moment,
        is_live: impl Fn(&JobId) -> bool,
    ) {
        self.by_job.insert(job.clone(), appointment.clone());
        self.by_job
            .retain(|job, one| at.millis_since(one.slot.ends) < FORGOTTEN_AFTER_MS || is_live(job));
    }

    /// Strikes one out.
    pub(crate) fn strike(&mut self, job: &JobId) {
        self.by_job.remove(job);
    }

    /// Notes that the car of a fetch stands at the bay.
    pub(crate) fn came(&mut self, job: &JobId, at: Moment) {
        if let Some(appointment) = self.by_job.get(job) {
            self.given += 1;
            self.kept += u64::from(at <= appointment.slot.ends);
        }
    }
}
