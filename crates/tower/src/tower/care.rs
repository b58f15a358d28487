//! What staff ask of a tower for itself: to leave a bay out of use, to have a car looked after, to
//! have every car brought out.
//!
//! Locking a bay says nothing to the machine and takes no car from anybody: what is in the bay is
//! finished, and the next job is given another. An evacuation is a queue of jobs, a car each, named
//! after it; the buyers of cars that are being fetched get theirs, everybody else's job makes room.

use super::ask::named_after;
use super::order::phase;
use super::{Event, LiveJob, Place, Refusal, Stage, State};
use crate::bay::Phase;
use crate::inspection::{Found, LONGEST_NOTE, next_due};
use crate::job::{Job, Kind};
use kernel::{JobId, Moment, Vin};

type Decision = Result<Vec<Event>, Refusal>;

pub(super) fn lock(state: &State, bay: Place, why: String) -> Decision {
    let why = why.trim();
    match state.bays.get(&bay) {
        None => Err(Refusal::NoSuchPlace(bay)),
        Some(_) if why.is_empty() => Err(Refusal::NoReason),
        Some(known) if known.locked.as_deref() == Some(why) => Ok(vec![]),
        Some(_) => Ok(vec![Event::BayLocked {
            bay,
            why: shortened(why),
        }]),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_NOTE).collect()
}

pub(super) fn release(state: &State, bay: Place) -> Decision {
    match state.bays.get(&bay) {
        None => Err(Refusal::NoSuchPlace(bay)),
        Some(known) if known.locked.is_none() => Ok(vec![]),
        Some(_) => Ok(vec![Event::BayReleased { bay }]),
    }
}

pub(super) fn finish(state: &State, job: JobId, found: Found, at: Moment) -> Decision {
    let live = match state.job(&job) {
        Some(live) => live,
        None if state.ended.contains(&job) => return Ok(vec![]),
        None => return Err(Refusal::NoSuchJob(job)),
    };
    let Kind::Inspect { vin } = &live.job.kind else {
        return Err(Refusal::NotAtBay(job));
    };
    match &live.stage {
        Stage::AtBay { bay } | Stage::Asked { bay } if !is_opened(state, bay) => {
            return Err(Refusal::BayNotOpen(bay.clone()));
        }
        Stage::AtBay { .. } | Stage::Asked { .. } | Stage::Shown { .. } => {}
        Stage::Inspected { .. } => return Ok(vec![]),
        _ => return Err(Refusal::NotAtBay(job)),
    }
    let found = Found {
        note: shortened(found.note.trim()),
        ..found
    };
    Ok(vec![Event::CarInspected {
        vin: vin.clone(),
        job,
        found,
        at,
        due: next_due(at),
    }])
}

/// Nobody has seen a car from outside a closed door.
fn is_opened(state: &State, bay: &Place) -> bool {
    let phase = phase(state, bay);
    phase.is_open() || matches!(phase, Phase::Closing | Phase::SweepCheck)
}

/// What is written with the first storing of a car: by when it is to be looked after.
pub(super) fn set_inspection(state: &State, vin: &Vin, at: Moment) -> Option<Event> {
    let set = || Event::InspectionSet {
        vin: vin.clone(),
        due: next_due(at),
    };
    (!state.care.contains_key(vin)).then(set)
}

pub(super) fn evacuate(state: &State, id: JobId, at: Moment) -> Decision {
    if state.evacuation.as_ref() == Some(&id) || state.ended.contains(&id) {
        return Ok(vec![]);
    }
    if state.places.is_empty() {
        return Err(Refusal::NotCommissioned);
    }
    if state.evacuation.is_some() || state.job(&id).is_some() {
        return Err(Refusal::Evacuating);
    }
    let mut events = vec![Event::EvacuationBegun { id: id.clone() }];
    for live in &state.jobs {
        if let Kind::Store { .. } = live.job.kind
            && matches!(live.stage, Stage::Waiting | Stage::Awaiting { .. })
        {
            events.push(cancelled(live, "all cars are brought out"));
        }
    }
    for (_, vin) in state.inventory.iter() {
        events.extend(bring_out(state, &id, vin, at));
    }
    if state.inventory.is_empty() {
        events.push(Event::EvacuationEnded { id });
    }
    Ok(events)
}

/// Queues the way out of one car, unless its buyer is about to have it or it is being stored.
fn bring_out(state: &State, evacuation: &JobId, vin: &Vin, at: Moment) -> Vec<Event> {
    let job = Job {
        id: named_after(state, evacuation, &format!("-{vin}")),
        kind: Kind::BringOut { vin: vin.clone() },
    };
    match state.job_of(vin) {
        Some(live) if live.job.kind.yields_to_fetch() => {
            take_over(state, live, job, ("all cars are brought out", at))
        }
        Some(_) => vec![],
        None => vec![Event::JobQueued { job }],
    }
}

/// A car that was stored while all are brought out follows them.
pub(super) fn follow_out(state: &State, vin: &Vin) -> Option<Event> {
    let evacuation = state.evacuation.as_ref()?;
    let job = Job {
        id: named_after(state, evacuation, &format!("-{vin}")),
        kind: Kind::BringOut { vin: vin.clone() },
    };
    Some(Event::JobQueued { job })
}

/// Ends a car's job and queues another for it. When the car stands in a bay that nothing works on,
/// whoever it is for now finds it there.
pub(super) fn take_over(
    state: &State,
    live: &LiveJob,
    job: Job,
    (reason, at): (&str, Moment),
) -> Vec<Event> {
    let mut events = vec![
        cancelled(live, reason),
        Event::JobQueued { job: job.clone() },
    ];
    let vin = live.job.kind.vin();
    let place = state.inventory.place_of(vin);
    let rests =
        |place: &&Place| state.bays.contains_key(*place) && state.work_for(&live.job.id).is_none();
    if let Some(bay) = place.filter(rests) {
        events.push(at_bay(&job, bay.clone(), at));
    }
    events
}

/// Tells whoever a car is for that it stands in a bay.
pub(super) fn at_bay(job: &Job, bay: Place, at: Moment) -> Event {
    let (vin, id) = (job.kind.vin().clone(), job.id.clone());
    match &job.kind {
        Kind::Fetch { order, .. } => Event::CarAtBay {
            vin,
            bay,
            job: id,
            order: order.clone(),
            at,
        },
        _ => Event::CarPresented { vin, bay, job: id },
    }
}

/// Tells that the car of a job has left its bay: with its buyer, or without any order.
pub(super) fn drove_off(job: &Job, bay: Place) -> Event {
    let (vin, id) = (job.kind.vin().clone(), job.id.clone());
    match &job.kind {
        Kind::Fetch { order, .. } => Event::CarLeft {
            vin,
            bay,
            job: id,
            order: order.clone(),
        },
        _ => Event::CarBroughtOut { vin, bay, job: id },
    }
}

fn cancelled(live: &LiveJob, reason: &str) -> Event {
    Event::JobCancelled {
        job: live.job.id.clone(),
        reason: reason.to_owned(),
    }
}

pub(super) fn end_evacuation(state: &State, id: JobId) -> Decision {
    if state.ended.contains(&id) {
        return Ok(vec![]);
    }
    if state.evacuation.as_ref() != Some(&id) {
        return Err(Refusal::NoSuchEvacuation(id));
    }
    let waiting = state.jobs.iter().filter(|live| {
        matches!(live.job.kind, Kind::BringOut { .. }) && live.stage == Stage::Waiting
    });
    let mut events: Vec<Event> = waiting
        .map(|live| cancelled(live, "the cars stay"))
        .collect();
    events.push(Event::EvacuationEnded { id });
    Ok(events)
}

/// What follows when a car has left: with the last one the evacuation has ended.
pub(super) fn last_is_out(state: &State) -> Option<Event> {
    let id = state.evacuation.clone()?;
    (state.inventory.len() <= 1).then_some(Event::EvacuationEnded { id })
}
