//! What people and other contexts ask of a tower.

use super::care::{drove_off, last_is_out, set_inspection, take_over};
use super::{Event, LiveJob, Place, Refusal, Stage, State};
use crate::bay::Phase;
use crate::inventory::tag;
use crate::job::{CarSize, Job, Kind};
use crate::machine::{PlaceKind, Places};
use crate::planner;
use kernel::{JobId, Moment, Vin};

type Decision = Result<Vec<Event>, Refusal>;

pub(super) fn queue(state: &State, job: Job, at: Moment) -> Decision {
    if is_known(state, &job.id) {
        return Ok(vec![]);
    }
    if state.places.is_empty() {
        return Err(Refusal::NotCommissioned);
    }
    match &job.kind {
        Kind::Fetch { vin, .. } => return queue_fetch(state, vin.clone(), job, at),
        Kind::PutBack { vin } => can_put_back(state, vin)?,
        Kind::BringOut { vin } => can_bring_out(state, vin)?,
        _ if state.evacuation.is_some() => return Err(Refusal::Evacuating),
        Kind::Store { vin, size } => can_store(state, vin, size)?,
        Kind::Show { vin } => can_show(state, vin)?,
        Kind::Relocate { vin, to } => can_relocate(state, vin, to.as_ref())?,
        Kind::Inspect { vin } => can_inspect(state, vin)?,
    }
    Ok(vec![Event::JobQueued { job }])
}

/// A sold car is its buyer's: the fetch takes the place of whatever the house wanted of it.
fn queue_fetch(state: &State, vin: Vin, job: Job, at: Moment) -> Decision {
    here(state, &vin)?;
    match state.job_of(&vin) {
        Some(live) if live.job.kind.yields_to_fetch() => {
            let reason = "the car was sold and is fetched";
            Ok(take_over(state, live, job, (reason, at)))
        }
        Some(live) => Err(Refusal::HasJob(live.job.id.clone())),
        None => Ok(vec![Event::JobQueued { job }]),
    }
}

fn can_store(state: &State, vin: &Vin, size: &CarSize) -> Result<(), Refusal> {
    if let Some(place) = state.inventory.place_of(vin) {
        return Err(Refusal::AlreadyHere(place.clone()));
    }
    idle(state, vin)?;
    own_tag(state, vin)?;
    planner::room_for(state, size)
}

fn can_show(state: &State, vin: &Vin) -> Result<(), Refusal> {
    here(state, vin)?;
    idle(state, vin)?;
    let window = state
        .places
        .iter()
        .find(|spec| spec.kind == PlaceKind::Window);
    let window = window.ok_or(Refusal::NoWindow)?;
    let fits = |size: &CarSize| {
        let too_big = |too_big| Refusal::TooBig {
            place: window.place.clone(),
            too_big,
        };
        size.fits(&window.max).map_err(too_big)
    };
    state.sizes.get(vin).map_or(Ok(()), fits)
}

fn can_put_back(state: &State, vin: &Vin) -> Result<(), Refusal> {
    let place = here(state, vin)?;
    idle(state, vin)?;
    match state.kind_of(place) {
        Some(PlaceKind::Bay) => Ok(()),
        _ => Err(Refusal::NotInBay(vin.clone())),
    }
}

fn can_relocate(state: &State, vin: &Vin, to: Option<&Place>) -> Result<(), Refusal> {
    let from = in_house(state, vin)?;
    planner::may_relocate(state, vin, from, to)
}

fn can_inspect(state: &State, vin: &Vin) -> Result<(), Refusal> {
    in_house(state, vin).map(|_| ())
}

fn can_bring_out(state: &State, vin: &Vin) -> Result<(), Refusal> {
    in_house(state, vin).map(|_| ())
}

/// Gives where a car without a job stands, if that is a slot or the window.
fn in_house<'s>(state: &'s State, vin: &Vin) -> Result<&'s Place, Refusal> {
    let place = here(state, vin)?;
    idle(state, vin)?;
    match state.kind_of(place) {
        Some(PlaceKind::Slot | PlaceKind::Window) => Ok(place),
        Some(PlaceKind::Bay) | None => Err(Refusal::NotInSlot(vin.clone())),
    }
}

pub(super) fn cancel(state: &State, job: JobId) -> Decision {
    let Some(live) = live_or_ended(state, &job)? else {
        return Ok(vec![]);
    };
    let store = matches!(live.job.kind, Kind::Store { .. });
    match &live.stage {
        Stage::Waiting => {}
        Stage::Awaiting { .. } if store => {}
        _ => return Err(Refusal::Started(job)),
    }
    let reason = "taken back".to_owned();
    Ok(vec![Event::JobCancelled { job, reason }])
}

pub(super) fn open(state: &State, job: JobId) -> Decision {
    let Some(live) = live_or_ended(state, &job)? else {
        return Ok(vec![]);
    };
    match &live.stage {
        Stage::AtBay { bay } => {
            let mut events = vec![Event::OpenAsked { job: job.clone() }];
            // A person may have opened the door by hand while the machine was being resynchronised.
            if phase(state, bay).is_open() {
                let bay = bay.clone();
                events.push(Event::BayOpened { bay, job });
            }
            Ok(events)
        }
        Stage::Asked { .. } | Stage::Left { .. } => Ok(vec![]),
        _ => Err(Refusal::NotAtBay(job)),
    }
}

pub(super) fn reject(state: &State, job: JobId) -> Decision {
    let Some(live) = live_or_ended(state, &job)? else {
        return Ok(vec![]);
    };
    match &live.stage {
        Stage::AtBay { bay } | Stage::Asked { bay } => {
            if phase(state, bay) == Phase::CustomerCalled {
                return Ok(put_back(state, live));
            }
            Ok(vec![Event::CarRejected { job }])
        }
        Stage::Rejected { .. } => Ok(vec![]),
        Stage::Left { .. } => Err(Refusal::CarGone(job)),
        _ => Err(Refusal::NotAtBay(job)),
    }
}

/// Ends the job of a car that stays, and queues its way back up.
pub(super) fn put_back(state: &State, live: &LiveJob) -> Vec<Event> {
    let vin = live.job.kind.vin().clone();
    let back = Job {
        id: named_after(state, &live.job.id, "-back"),
        kind: Kind::PutBack { vin },
    };
    let reason = match live.job.kind {
        Kind::Fetch { .. } => "the buyer left the car",
        _ => "the car was left in the bay",
    };
    let cancelled = Event::JobCancelled {
        job: live.job.id.clone(),
        reason: reason.to_owned(),
    };
    vec![cancelled, Event::JobQueued { job: back }]
}

/// Names a job after another, as a repeated command would name it; a name that was used before is
/// numbered.
pub(super) fn named_after(state: &State, job: &JobId, suffix: &str) -> JobId {
    const LONGEST: usize = 64;
    let named = |suffix: &str| {
        let kept = job.as_str().len().min(LONGEST - suffix.len());
        let text = format!("{}{suffix}", &job.as_str()[..kept]);
        JobId::parse(&text).expect("a job id and a plain suffix are a job id")
    };
    let mut number = 1;
    let mut id = named(suffix);
    while is_known(state, &id) {
        number += 1;
        id = named(&format!("{suffix}{number}"));
    }
    id
}

pub(super) fn confirm(state: &State, bay: Place, at: Moment) -> Decision {
    const SAME_MS: i64 = 5_000;
    let Some(known) = state.bays.get(&bay) else {
        return Err(Refusal::NoSuchPlace(bay));
    };
    if known
        .confirmed
        .is_some_and(|when| at.millis_since(when) < SAME_MS)
    {
        return Ok(vec![]);
    }
    let closing = matches!(known.phase, Phase::Closing | Phase::SweepCheck);
    if !known.phase.is_open() && !closing {
        return Err(Refusal::BayNotOpen(bay));
    }
    Ok(vec![Event::BayConfirmedClear { bay, at }])
}

pub(super) fn declare(
    state: &State,
    (job, vin): (JobId, Vin),
    size: CarSize,
    place: Place,
    at: Moment,
) -> Decision {
    if is_known(state, &job) {
        return Ok(vec![]);
    }
    let Some(spec) = state
        .place(&place)
        .filter(|spec| spec.kind == PlaceKind::Slot)
    else {
        return Err(Refusal::NoSuchPlace(place));
    };
    size.fits(&spec.max).map_err(|too_big| Refusal::TooBig {
        place: place.clone(),
        too_big,
    })?;
    idle(state, &vin)?;
    let stands = state.inventory.place_of(&vin).unwrap_or(&place);
    if is_worked_on(state, &place) || is_worked_on(state, stands) {
        return Err(Refusal::OrderOpen);
    }
    if state
        .inventory
        .car_at(&place)
        .is_some_and(|car| *car != vin)
    {
        return Err(Refusal::NotPossible(place));
    }
    own_tag(state, &vin)?;
    let declared = Event::CarDeclared {
        vin: vin.clone(),
        size,
    };
    let done = Event::JobDone { job: job.clone() };
    let care = set_inspection(state, &vin, at);
    let mut events = vec![declared, Event::CarStored { vin, place, job }, done];
    events.extend(care);
    Ok(events)
}

pub(super) fn declare_gone(state: &State, vin: Vin) -> Decision {
    let Some(place) = state.inventory.place_of(&vin) else {
        return Ok(vec![]);
    };
    if is_worked_on(state, place) {
        return Err(Refusal::OrderOpen);
    }
    let mut events = match state.job_of(&vin) {
        None => vec![Event::CarDeclaredGone { vin }],
        Some(live) => match &live.stage {
            Stage::Asked { bay } if place == bay && live.job.kind.is_for_bay() => {
                vec![drove_off(&live.job, bay.clone())]
            }
            _ => {
                let failed = Event::JobFailed {
                    job: live.job.clone(),
                    reason: "a person stated that the car is not in the tower".to_owned(),
                };
                vec![failed, Event::CarDeclaredGone { vin }]
            }
        },
    };
    events.extend(last_is_out(state));
    Ok(events)
}

pub(super) fn commission(
    state: &State,
    places: Places,
    bays: Vec<Place>,
    lifts: Vec<Place>,
) -> Decision {
    let known = state.bays.keys();
    if state.places == places && state.lifts == lifts && known.eq(sorted(&bays).iter()) {
        return Ok(vec![]);
    }
    if !state.open.is_empty() {
        return Err(Refusal::OrderOpen);
    }
    let kept = |place: &Place| lifts.contains(place) || places.named(place).is_some();
    let lost: Vec<Place> = state
        .inventory
        .iter()
        .map(|(place, _)| place.clone())
        .filter(|place| !kept(place))
        .collect();
    if !lost.is_empty() {
        return Err(Refusal::CarsStandIn(lost));
    }
    Ok(vec![Event::Commissioned {
        places,
        bays,
        lifts,
    }])
}

fn sorted(places: &[Place]) -> Vec<Place> {
    let mut sorted = places.to_vec();
    sorted.sort();
    sorted
}

fn here<'s>(state: &'s State, vin: &Vin) -> Result<&'s Place, Refusal> {
    let place = state.inventory.place_of(vin);
    place.ok_or_else(|| Refusal::NotHere(vin.clone()))
}

fn is_worked_on(state: &State, place: &Place) -> bool {
    state.work_on(place).is_some()
}

fn idle(state: &State, vin: &Vin) -> Result<(), Refusal> {
    match state.job_of(vin) {
        Some(live) => Err(Refusal::HasJob(live.job.id.clone())),
        None => Ok(()),
    }
}

/// Two cars of one tower whose tags meet could not be told apart.
fn own_tag(state: &State, vin: &Vin) -> Result<(), Refusal> {
    let mut known = state.sizes.keys();
    match known.find(|one| *one != vin && tag(one) == tag(vin)) {
        Some(same) => Err(Refusal::TagTaken(same.clone())),
        None => Ok(()),
    }
}

fn is_known(state: &State, job: &JobId) -> bool {
    state.job(job).is_some() || state.ended.contains(job)
}

fn live_or_ended<'s>(state: &'s State, job: &JobId) -> Result<Option<&'s LiveJob>, Refusal> {
    match state.job(job) {
        Some(live) => Ok(Some(live)),
        None if state.ended.contains(job) => Ok(None),
        None => Err(Refusal::NoSuchJob(job.clone())),
    }
}

fn phase(state: &State, bay: &Place) -> Phase {
    state
        .bays
        .get(bay)
        .map_or(Phase::default(), |bay| bay.phase)
}
