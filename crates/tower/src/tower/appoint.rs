//! What buyers ask about the time of their hand-over.
//!
//! A fetch has one appointment. Another slot takes the place of the one before in one step, so that
//! nobody ever has two of them or, having asked, none.

use super::{Event, Refusal, Stage, State};
use crate::appointment::{Appointment, Handover, Slot, Terms, earliest, latest, offer};
use crate::job::{Job, Kind};
use kernel::{JobId, Moment};

type Decision = Result<Vec<Event>, Refusal>;

pub(super) fn appoint(
    state: &State,
    job: Job,
    begins: Moment,
    (handover, terms): (Handover, Terms),
    at: Moment,
) -> Decision {
    let Job { id, kind } = job;
    let Kind::Fetch { vin, order } = kind else {
        return Err(Refusal::NotAFetch(id));
    };
    has_not_begun(state, &id)?;
    let given = state.appointments.of(&id);
    if given.is_some_and(|given| given.slot.begins == begins) {
        return Ok(vec![]);
    }
    if state.evacuation.is_some() {
        return Err(Refusal::Evacuating);
    }
    if state.inventory.place_of(&vin).is_none() {
        return Err(Refusal::NotHere(vin));
    }
    let slot = chosen(state, &id, begins, (&handover, &terms), at)?;
    let appointment = Appointment {
        vin,
        order,
        slot,
        handover,
    };
    Ok(vec![Event::Appointed {
        job: id,
        appointment,
        at,
    }])
}

/// Checks that a slot may be chosen now and that a bay is left in it.
fn chosen(
    state: &State,
    job: &JobId,
    begins: Moment,
    (handover, terms): (&Handover, &Terms),
    at: Moment,
) -> Result<Slot, Refusal> {
    let slot = terms.slot(begins).ok_or(Refusal::NotASlot)?;
    let (from, until) = (earliest(handover, at), latest(terms, at));
    if slot.begins < from {
        return Err(Refusal::SlotTooSoon { from });
    }
    if slot.begins > until {
        return Err(Refusal::SlotTooFar { until });
    }
    match offer(state, (Some(job), handover), slot, at).free() {
        0 => Err(Refusal::SlotFull),
        _ => Ok(slot),
    }
}

fn has_not_begun(state: &State, job: &JobId) -> Result<(), Refusal> {
    match state.job(job).map(|live| (&live.job.kind, &live.stage)) {
        Some((Kind::Fetch { .. }, Stage::Waiting)) => Ok(()),
        Some((Kind::Fetch { .. }, _)) => Err(Refusal::Started(job.clone())),
        Some(_) => Err(Refusal::NotAFetch(job.clone())),
        None if state.ended.contains(job) => Err(Refusal::JobOver(job.clone())),
        None => Ok(()),
    }
}

/// A car that is on its way comes at its time; there is nothing to undo.
pub(super) fn unappoint(state: &State, job: JobId) -> Decision {
    let waits = state
        .job(&job)
        .is_none_or(|live| live.stage == Stage::Waiting);
    let given = state.appointments.of(&job).is_some() && waits;
    Ok(ended(job, given))
}

/// A fetch that is queued would set out at once without its time; it is taken back by itself.
pub(super) fn give_back(state: &State, job: JobId) -> Decision {
    let given = state.appointments.of(&job).is_some() && state.job(&job).is_none();
    Ok(ended(job, given))
}

fn ended(job: JobId, given: bool) -> Vec<Event> {
    given
        .then_some(Event::AppointmentEnded { job })
        .into_iter()
        .collect()
}
