//! What the sensors say, and what may be concluded from it.
//!
//! While the stream is believed every car must be seen exactly where it is written. After a
//! restart, a broken move or a person's hand, cars may be elsewhere: each must then be seen exactly
//! once, anywhere, and the stream follows the sensors. Whatever else is seen is told to a person,
//! and nothing moves until it is resolved.

use super::care::{drove_off, last_is_out};
use super::order::{after_sweep, came_to, is_loaded, phase};
use super::{Event, Fault, FaultCode, LiveJob, Place, Refusal, Stage, State, Trust};
use crate::bay::{Phase, Step};
use crate::handshake::{Action, BayStatus, Status, UNREADABLE_TAG};
use crate::inspection::is_done;
use crate::inventory::tag;
use crate::job::Kind;
use crate::machine::{Machine, PlaceKind};
use kernel::{Moment, Vin};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

type Decision = Result<Vec<Event>, Refusal>;

/// What the sensors of all places say at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The places and lifts where a car is seen, with its tag.
    pub tags: Vec<(Place, u32)>,
    /// Each bay.
    pub bays: Vec<(Place, BayStatus)>,
}

impl Seen {
    /// Names what a status reports; the status must be of this machine.
    pub fn of(machine: &Machine, status: &Status) -> Seen {
        let places = machine.places.iter().map(|spec| &spec.place);
        let lifts = machine.lifts.iter().map(|lift| &lift.place);
        let tags = status.tags.iter().copied();
        let on_lifts = status.lifts.iter().map(|lift| lift.tag);
        let seen = places.zip(tags).chain(lifts.zip(on_lifts));
        let bays = machine.bays.iter().zip(&status.bays);
        Seen {
            tags: seen
                .filter(|(_, tag)| *tag != 0)
                .map(|(place, tag)| (place.clone(), tag))
                .collect(),
            bays: bays.map(|(bay, seen)| (bay.place.clone(), *seen)).collect(),
        }
    }

    fn by_tag(&self) -> BTreeMap<u32, Vec<&Place>> {
        let mut places: BTreeMap<u32, Vec<&Place>> = BTreeMap::new();
        for (place, tag) in &self.tags {
            places.entry(*tag).or_default().push(place);
        }
        places
    }
}

/// Tells whether every car is seen exactly where it is written, but for the places where somebody
/// is at work, and nothing else is: what is so nearly always, and quickly seen.
pub fn agrees(state: &State, machine: &Machine, status: &Status) -> bool {
    let lifts = machine.lifts.iter().map(|lift| &lift.place);
    let places = machine.places.iter().map(|spec| &spec.place).chain(lifts);
    let tags = status.tags.iter().copied();
    let seen = places.zip(tags.chain(status.lifts.iter().map(|lift| lift.tag)));
    let in_work = places_in_work(state);
    let cars = in_work
        .iter()
        .filter_map(|place| state.inventory.car_at(place));
    let cars_in_work = cars.count();
    let mut at_rest = 0;
    for (place, read) in seen.filter(|(_, read)| *read != 0) {
        match state.inventory.place_with_tag(read) {
            Some(written) if in_work.contains(&written) => {}
            Some(written) if written == place => at_rest += 1,
            _ => return false,
        }
    }
    at_rest + cars_in_work == state.inventory.len()
}

/// Compares the sensors with the stream: which cars stand elsewhere than written, or what a person
/// must look at. While the stream is believed a car elsewhere is such a thing too. A place where an
/// open order works is judged when that order has ended, a lift out of order when it is in order
/// again.
pub fn compare(state: &State, seen: &Seen) -> Result<Vec<(Vin, Place)>, Vec<Fault>> {
    let mut moved = Vec::new();
    let mut faults: Vec<Fault> = seen
        .tags
        .iter()
        .filter_map(|(place, tag)| strange(state, place, *tag))
        .collect();
    let places = seen.by_tag();
    for (place, vin) in state.inventory.iter() {
        if is_in_work(state, place) {
            continue;
        }
        match places.get(&tag(vin)).map_or(&[][..], Vec::as_slice) {
            [at] if *at == place => {}
            [at] if state.trust != Trust::Full && !is_in_work(state, at) => {
                moved.push((vin.clone(), Place::clone(at)));
            }
            [at] => faults.push(missing(vin, place, Some(at))),
            [] if is_out_of_order(state, place) => {}
            _ => faults.push(missing(vin, place, None)),
        }
    }
    if faults.is_empty() {
        Ok(moved)
    } else {
        Err(faults)
    }
}

/// Lists the places where a machine or a person is at work.
fn places_in_work(state: &State) -> BTreeSet<&Place> {
    let of_bays = state.bays.keys();
    let of_lifts = state.lifts.iter();
    let of_moves = state
        .open
        .values()
        .filter_map(|open| match &open.order.action {
            Action::Move { from, to } => Some([from, to]),
            _ => None,
        });
    let places = of_bays.chain(of_lifts).chain(of_moves.flatten());
    places.filter(|place| is_in_work(state, place)).collect()
}

/// Whether what is seen in a place says nothing now: a machine or a person is at work there.
fn is_in_work(state: &State, place: &Place) -> bool {
    state.work_on(place).is_some() || (state.trust == Trust::Full && is_open(state, place))
}

/// A mechanic may have taken the car off a lift that is being mended.
fn is_out_of_order(state: &State, place: &Place) -> bool {
    state.lifts.contains(place) && state.faults.stopping(place).is_some()
}

/// An open bay is people's ground: what is seen there is judged by its own rules.
fn is_open(state: &State, place: &Place) -> bool {
    state.kind_of(place) == Some(PlaceKind::Bay)
        && !matches!(
            phase(state, place),
            Phase::ClosedEmpty | Phase::ClosedLoaded | Phase::CustomerCalled
        )
}

fn strange(state: &State, place: &Place, tag: u32) -> Option<Fault> {
    let bay = state.kind_of(place) == Some(PlaceKind::Bay);
    if bay && (is_open(state, place) || awaited(state, place)) {
        return None;
    }
    if state.work_on(place).is_some() {
        return None;
    }
    if tag == UNREADABLE_TAG {
        return Some(Fault {
            code: FaultCode::TagUnreadable,
            at: None,
            cause: format!("a car is seen in {place}, but its tag cannot be read"),
            consequence: "no car is moved; all jobs wait".to_owned(),
            action: format!("look into {place}; clean the tag or the reader"),
        });
    }
    if state.inventory.place_with_tag(tag).is_some() {
        return None;
    }
    Some(Fault {
        code: FaultCode::UnknownCar,
        at: None,
        cause: format!("a car with the unknown tag {tag} is seen in {place}"),
        consequence: "no car is moved; all jobs wait".to_owned(),
        action: format!("look into {place}; declare the car there or take it out"),
    })
}

/// A bay that a store job has taken may have its car in it before that was written.
fn awaited(state: &State, bay: &Place) -> bool {
    let job = state.bays.get(bay).and_then(|bay| bay.job.as_ref());
    job.and_then(|job| state.job(job))
        .is_some_and(|live| matches!(live.stage, Stage::Awaiting { .. }))
}

fn missing(vin: &Vin, place: &Place, seen_at: Option<&Place>) -> Fault {
    let cause = match seen_at {
        Some(at) => format!("{vin} should stand in {place} but is seen in {at}"),
        None => format!("{vin} should stand in {place} but is not seen there"),
    };
    Fault {
        code: FaultCode::CarMissing,
        at: None,
        cause,
        consequence: "no car is moved; all jobs wait".to_owned(),
        action: format!("look into {place}; if the car is not in the tower, declare it gone"),
    }
}

pub(super) fn reconcile(state: &State, seen: Seen, at: Moment) -> Decision {
    if state.trust == Trust::Full {
        return Ok(vec![]);
    }
    let moved = compare(state, &seen).map_err(Refusal::SensorsDisagree)?;
    let mut events = vec![Event::Reconciled {
        moved: moved.clone(),
        seen,
    }];
    for live in &state.jobs {
        let vin = live.job.kind.vin();
        if state.work_for(&live.job.id).is_some() {
            continue;
        }
        let found = moved.iter().find(|(car, _)| car == vin);
        let place = found.map_or_else(|| state.inventory.place_of(vin), |(_, place)| Some(place));
        if let Some(place) = place.filter(|place| is_news(state, live, place)) {
            events.extend(came_to(state, vin, place, at));
        }
    }
    Ok(events)
}

/// A place in which a job ends, or its next part begins, and that was not known to be reached.
fn is_news(state: &State, live: &LiveJob, place: &Place) -> bool {
    // One whose first move was broken off before it began still waits.
    let has_begun = || {
        live.stage != Stage::Waiting && state.inventory.place_of(live.job.kind.vin()) != Some(place)
    };
    let in_slot = state.kind_of(place) == Some(PlaceKind::Slot);
    match (&live.job.kind, state.kind_of(place)) {
        (Kind::Inspect { .. }, _) if is_done(state, live) => in_slot,
        (kind, Some(PlaceKind::Bay)) if kind.is_for_bay() => live.stage.bay() != Some(place),
        (Kind::Show { .. } | Kind::Inspect { .. }, Some(PlaceKind::Window)) => {
            !matches!(live.stage, Stage::Shown { .. } | Stage::Inspected { .. })
        }
        (Kind::Show { .. } | Kind::Relocate { .. }, Some(PlaceKind::Slot)) => has_begun(),
        (Kind::Store { .. } | Kind::PutBack { .. }, Some(PlaceKind::Slot)) => true,
        _ => false,
    }
}

pub(super) fn lose_trust(state: &State, why: Trust) -> Decision {
    if state.trust == why || state.trust == Trust::NeverSeen || why == Trust::Full {
        return Ok(vec![]);
    }
    Ok(vec![Event::TrustLost { why }])
}

pub(super) fn arrived(state: &State, bay: Place, read: u32) -> Decision {
    let Some(live) = taken_by(state, &bay) else {
        return Err(Refusal::NotPossible(bay));
    };
    let vin = live.job.kind.vin().clone();
    let job = live.job.id.clone();
    match live.stage {
        Stage::Arrived { .. } => return Ok(vec![]),
        Stage::Awaiting { .. } if can(state, &bay, Step::CarIn) => {}
        _ => return Err(Refusal::NotPossible(bay)),
    }
    if tag(&vin) != read {
        return Err(Refusal::WrongCar(bay));
    }
    Ok(vec![Event::CarArrived { vin, bay, job }])
}

pub(super) fn withdrawn(state: &State, bay: Place) -> Decision {
    let arrived = |live: &&LiveJob| matches!(live.stage, Stage::Arrived { .. });
    let Some(live) = taken_by(state, &bay).filter(arrived) else {
        return Ok(vec![]);
    };
    if !can(state, &bay, Step::CarBackOut) {
        return Err(Refusal::NotPossible(bay));
    }
    let vin = live.job.kind.vin().clone();
    let job = live.job.id.clone();
    Ok(vec![Event::CarWithdrawn { vin, bay, job }])
}

pub(super) fn driving_out(state: &State, bay: Place) -> Decision {
    let asked = |live: &LiveJob| matches!(live.stage, Stage::Asked { .. });
    let leaving = taken_by(state, &bay).is_some_and(asked) && can(state, &bay, Step::Leave);
    Ok(leaving
        .then_some(Event::CarDrivingOut { bay })
        .into_iter()
        .collect())
}

pub(super) fn left(state: &State, bay: Place, exits: u16) -> Decision {
    let Some(live) = taken_by(state, &bay) else {
        return Ok(vec![]);
    };
    if !live.job.kind.is_for_bay() {
        return Err(Refusal::NotPossible(bay));
    }
    match live.stage {
        Stage::Left { .. } => return Ok(vec![]),
        Stage::Asked { .. } | Stage::Rejected { .. } | Stage::Inspected { .. }
            if can(state, &bay, Step::Left) => {}
        _ => return Err(Refusal::NotPossible(bay)),
    }
    if state.bays.get(&bay).is_some_and(|bay| bay.exits == exits) {
        return Err(Refusal::OneProofOnly(bay));
    }
    let mut events = vec![drove_off(&live.job, bay)];
    events.extend(last_is_out(state));
    Ok(events)
}

pub(super) fn swept(state: &State, bay: Place) -> Decision {
    let loaded = is_loaded(state, &bay);
    if !can(state, &bay, Step::Swept { loaded }) {
        return Ok(vec![]);
    }
    let follows = after_sweep(state, &bay);
    let mut events = vec![Event::BaySwept { bay }];
    events.extend(follows);
    Ok(events)
}

fn can(state: &State, bay: &Place, step: Step) -> bool {
    phase(state, bay).after(step).is_some()
}

fn taken_by<'s>(state: &'s State, bay: &Place) -> Option<&'s LiveJob> {
    let job = state.bays.get(bay)?.job.as_ref()?;
    state.job(job)
}
