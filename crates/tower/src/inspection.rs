//! Cars that stand for long are looked after: battery and tyres, every thirty days.
//!
//! The first date follows from the moment a car was stored, each further one from the last
//! inspection; a car that leaves the tower and comes again begins anew. What is due is read off the
//! state at a time that comes from outside. A car with a live job is not due: a sold one has its
//! fetch, and whoever works with the others has them in hand.

use crate::job::Kind;
use crate::machine::PlaceKind;
use crate::tower::{LiveJob, Place, State};
use kernel::{JobId, Moment, Vin};
use serde::{Deserialize, Serialize};

/// After how many days a car that stands is looked after.
pub const EVERY_DAYS: i64 = 30;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 500;

/// When a car is to be looked after, and when it last was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// By when it is to be looked after.
    pub due: Moment,
    /// The last inspection.
    pub last: Option<Inspection>,
}

/// One inspection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// The job it was done by.
    pub job: JobId,
    /// When.
    pub at: Moment,
    /// What was found.
    pub found: Found,
}

/// What a person found at a car.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How its battery is.
    pub battery: Condition,
    /// How its tyres are.
    pub tyres: Condition,
    /// What else there is to say.
    pub note: String,
}

/// How a part of a car is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// As it should be.
    Good,
    /// It was not, and is now: charged, or inflated.
    PutRight,
    /// A workshop has to see to it.
    NeedsWork,
}

/// A car whose date has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due<'s> {
    /// The car.
    pub vin: &'s Vin,
    /// Where it stands.
    pub place: &'s Place,
    /// Since when it is due, and when it was last looked after.
    pub care: &'s Care,
}

/// Gives by when a car is to be looked after that is well now.
pub(crate) fn next_due(at: Moment) -> Moment {
    const SECONDS_A_DAY: i64 = 86_400;
    at.plus_seconds(EVERY_DAYS * SECONDS_A_DAY)
}

/// Tells whether the person of an inspection has done, so that its car only goes back up.
pub(crate) fn is_done(state: &State, live: &LiveJob) -> bool {
    let care = match &live.job.kind {
        Kind::Inspect { vin } => state.care.get(vin),
        _ => None,
    };
    let last = care.and_then(|care| care.last.as_ref());
    last.is_some_and(|last| last.job == live.job.id)
}

/// Lists the cars that are due and have no job, the longest overdue first.
pub fn due(state: &State, now: Moment) -> Vec<Due<'_>> {
    let in_slot = |place: &Place| state.kind_of(place) == Some(PlaceKind::Slot);
    let cared = state.inventory.iter().filter_map(|(place, vin)| {
        let care = state.care.get(vin)?;
        Some(Due { vin, place, care })
    });
    let mut due: Vec<Due<'_>> = cared
        .filter(|car| car.care.due <= now && in_slot(car.place))
        .filter(|car| state.job_of(car.vin).is_none())
        .collect();
    due.sort_by_key(|car| (car.care.due, car.place));
    due
}
