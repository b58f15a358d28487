//! What the controller orders, and what becomes of it.

use super::ask::put_back;
use super::care::{at_bay, follow_out, set_inspection};
use super::{Event, LiveJob, OpenOrder, Place, Refusal, Stage, State, Trust};
use crate::bay::{Phase, Step};
use crate::handshake::{Action, Order, Outcome, Unit};
use crate::inspection::is_done;
use crate::job::{Job, Kind};
use crate::machine::PlaceKind;
use crate::promise::{Forecast, Promise};
use kernel::{JobId, Moment, Vin};

type Decision = Result<Vec<Event>, Refusal>;

pub(super) fn see_epoch(state: &State, epoch: u32, accepted: Vec<u32>) -> Decision {
    if state.epoch == Some(epoch) {
        return Ok(vec![]);
    }
    Ok(vec![Event::EpochSeen { epoch, accepted }])
}

pub(super) fn order(state: &State, asked: OpenOrder, exits: Option<u16>) -> Decision {
    let order = &asked.order;
    let open = state.open.get(&order.unit);
    if open.is_some_and(|open| open.order == *order) {
        return Ok(vec![]);
    }
    may_be_numbered(state, order)?;
    let job = asked.job.as_ref().map(|id| {
        let live = state.job(id);
        live.ok_or_else(|| Refusal::NoSuchJob(id.clone()))
    });
    let job = job.transpose()?;
    possible(state, order, job)?;
    let OpenOrder {
        order,
        job: id,
        plan,
        at,
    } = asked;
    let started = job.filter(|job| job.stage == Stage::Waiting);
    let mut events = Vec::new();
    if let Some(job) = started {
        let job = job.job.id.clone();
        events.push(Event::JobStarted { job, bay: None });
    }
    events.push(Event::ActionOrdered {
        order,
        job: id,
        plan,
        exits,
        at,
    });
    Ok(events)
}

fn may_be_numbered(state: &State, order: &Order) -> Result<(), Refusal> {
    let sender = state.senders.get(order.unit.index());
    let sender = sender.filter(|sender| sender.epoch() == order.epoch);
    let sender = sender.ok_or(Refusal::WrongEpoch)?;
    match sender.next() {
        None => Err(Refusal::OrderOpen),
        Some(next) if next == order.seq => Ok(()),
        Some(_) => Err(Refusal::WrongNumber),
    }
}

/// Homing is allowed at any time; everything else only while the stream is believed.
fn possible(state: &State, order: &Order, job: Option<&LiveJob>) -> Result<(), Refusal> {
    if !state.is_for(&order.action, order.unit) {
        return Err(Refusal::WrongUnit(order.unit));
    }
    if order.action != Action::Home && state.trust != Trust::Full {
        return Err(Refusal::NotReconciled);
    }
    match &order.action {
        Action::Home | Action::Go { .. } | Action::Withdraw => Ok(()),
        Action::Move { from, to } => can_move(state, from, to, job),
        Action::OpenOuter { bay } => bay_takes(state, bay, Step::Open),
        Action::CloseOuter { bay } => bay_takes(state, bay, Step::Close),
    }
}

fn can_move(state: &State, from: &Place, to: &Place, job: Option<&LiveJob>) -> Result<(), Refusal> {
    let vin = state.inventory.car_at(from);
    let vin = vin.ok_or_else(|| Refusal::NotPossible(from.clone()))?;
    let spec = state
        .place(to)
        .ok_or_else(|| Refusal::NoSuchPlace(to.clone()))?;
    if state.work_on(from).or_else(|| state.work_on(to)).is_some() {
        return Err(Refusal::OrderOpen);
    }
    if spec.out_of_service || state.inventory.car_at(to).is_some() {
        return Err(Refusal::NotPossible(to.clone()));
    }
    if job.is_some_and(|live| live.job.kind.vin() != vin) {
        return Err(Refusal::WrongCar(from.clone()));
    }
    if let Some(Err(too_big)) = state.sizes.get(vin).map(|size| size.fits(&spec.max)) {
        let place = to.clone();
        return Err(Refusal::TooBig { place, too_big });
    }
    if state.kind_of(from) == Some(PlaceKind::Bay) {
        bay_takes(state, from, Step::Empty)?;
    }
    if spec.kind == PlaceKind::Bay {
        bay_takes(state, to, Step::Fill)?;
        if state.bays.get(to).is_some_and(|bay| bay.locked.is_some()) {
            return Err(Refusal::BayLocked(to.clone()));
        }
        let mine = job.map(|live| &live.job.id);
        let taken = state.bays.get(to).and_then(|bay| bay.job.as_ref());
        if taken.is_some() && taken != mine {
            return Err(Refusal::BayTaken(to.clone()));
        }
    }
    Ok(())
}

fn bay_takes(state: &State, place: &Place, step: Step) -> Result<(), Refusal> {
    let bay = state.bays.get(place);
    let bay = bay.ok_or_else(|| Refusal::NoSuchPlace(place.clone()))?;
    match bay.phase.after(step) {
        Some(_) if bay.halt.is_none() => Ok(()),
        _ => Err(Refusal::NotPossible(place.clone())),
    }
}

pub(super) fn start(state: &State, job: JobId, bay: Place) -> Decision {
    let live = state.job(&job);
    let live = live.ok_or_else(|| Refusal::NoSuchJob(job.clone()))?;
    match &live.stage {
        Stage::Waiting if matches!(live.job.kind, Kind::Store { .. }) => {}
        Stage::Awaiting { bay: taken } if *taken == bay => return Ok(vec![]),
        _ => return Err(Refusal::Started(job)),
    }
    match state.bays.get(&bay) {
        Some(free) if free.is_free() => Ok(vec![Event::JobStarted {
            job,
            bay: Some(bay),
        }]),
        Some(known) if known.locked.is_some() => Err(Refusal::BayLocked(bay)),
        Some(_) => Err(Refusal::BayTaken(bay)),
        None => Err(Refusal::NoSuchPlace(bay)),
    }
}

/// One promise is one: told again, it is not made anew.
pub(super) fn promise(state: &State, job: JobId, forecast: Forecast, at: Moment) -> Decision {
    let Some(live) = state.job(&job) else {
        return match state.ended.contains(&job) {
            true => Ok(vec![]),
            false => Err(Refusal::NoSuchJob(job)),
        };
    };
    match (&live.job.kind, live.stage == Stage::Waiting) {
        _ if live.promise.is_some() => return Ok(vec![]),
        (Kind::Fetch { .. }, true) => {}
        (Kind::Fetch { .. }, false) => return Err(Refusal::Started(job)),
        _ => {
            return Err(Refusal::NotAFetch(job));
        }
    }
    let interval = state.record.interval(&forecast);
    let promise = Promise {
        at,
        forecast,
        interval,
    };
    Ok(vec![Event::Promised { job, promise }])
}

pub(super) fn fail(state: &State, job: JobId, reason: String) -> Decision {
    match state.job(&job) {
        Some(live) => Ok(vec![Event::JobFailed {
            job: live.job.clone(),
            reason,
        }]),
        None if state.ended.contains(&job) => Ok(vec![]),
        None => Err(Refusal::NoSuchJob(job)),
    }
}

pub(super) fn withdraw(state: &State, unit: Unit, epoch: u32, seq: u32) -> Decision {
    let open = find(state, unit, (epoch, seq));
    Ok(open
        .map(|_| Event::ActionWithdrawn { unit, epoch, seq })
        .into_iter()
        .collect())
}

pub(super) fn finish(
    state: &State,
    unit: Unit,
    (epoch, seq): (u32, u32),
    outcome: Outcome,
    at: Moment,
) -> Decision {
    let Some(open) = find(state, unit, (epoch, seq)) else {
        return Ok(vec![]);
    };
    let mut events = vec![Event::ActionFinished {
        unit,
        epoch,
        seq,
        outcome,
    }];
    match outcome {
        Outcome::Done => events.extend(done(state, open, at)),
        Outcome::BrokenOff => events.push(Event::TrustLost {
            why: Trust::BrokenOff,
        }),
        Outcome::Refused | Outcome::Withdrawn | Outcome::None => {
            events.extend(still_in_bay(state, open, at));
        }
    }
    Ok(events)
}

/// A car that was to be taken up and stays may be wanted just where it is by now.
fn still_in_bay(state: &State, open: &OpenOrder, at: Moment) -> Option<Event> {
    let Action::Move { from, .. } = &open.order.action else {
        return None;
    };
    let live = state.job_of(state.inventory.car_at(from)?)?;
    let in_bay = state.bays.contains_key(from) && live.stage == Stage::Waiting;
    (in_bay && live.job.kind.is_for_bay()).then(|| at_bay(&live.job, from.clone(), at))
}

fn find(state: &State, unit: Unit, (epoch, seq): (u32, u32)) -> Option<&OpenOrder> {
    let open = state.open.get(&unit)?;
    (open.order.epoch == epoch && open.order.seq == seq).then_some(open)
}

fn done(state: &State, open: &OpenOrder, at: Moment) -> Vec<Event> {
    match &open.order.action {
        // A shuttle that was half-way has drawn its car in since the sensors were read.
        Action::Home if state.trust == Trust::Full => vec![Event::TrustLost {
            why: Trust::BrokenOff,
        }],
        Action::Home | Action::Go { .. } | Action::CloseOuter { .. } | Action::Withdraw => vec![],
        Action::OpenOuter { bay } => {
            let job = state.bays.get(bay).and_then(|bay| bay.job.clone());
            let bay = bay.clone();
            job.map(|job| Event::BayOpened { bay, job })
                .into_iter()
                .collect()
        }
        Action::Move { from, to } => match state.inventory.car_at(from) {
            Some(vin) => came_to(state, vin, to, at),
            None => vec![],
        },
    }
}

/// What follows for a car and its job when it stands in a place.
pub(super) fn came_to(state: &State, vin: &Vin, place: &Place, at: Moment) -> Vec<Event> {
    let moved = || Event::CarMoved {
        vin: vin.clone(),
        place: place.clone(),
    };
    let Some(live) = state.job_of(vin) else {
        return vec![moved()];
    };
    let shown = || Event::CarShown {
        vin: vin.clone(),
        place: place.clone(),
        job: live.job.id.clone(),
        at,
    };
    match (&live.job.kind, state.kind_of(place)) {
        _ if is_done(state, live) && state.kind_of(place) != Some(PlaceKind::Slot) => {
            vec![moved()]
        }
        (kind, Some(PlaceKind::Bay)) if kind.is_for_bay() => {
            vec![at_bay(&live.job, place.clone(), at)]
        }
        (Kind::Show { .. } | Kind::Inspect { .. }, Some(PlaceKind::Window)) => vec![shown()],
        (_, Some(PlaceKind::Slot)) if ends_in(state, live, place) => {
            stored(state, &live.job, place, at)
        }
        _ => vec![moved()],
    }
}

/// Whether a job is done when its car stands in a slot. A car that a broken move left elsewhere
/// than it was to go is not.
fn ends_in(state: &State, live: &LiveJob, slot: &Place) -> bool {
    match &live.job.kind {
        Kind::Store { .. } | Kind::PutBack { .. } | Kind::Show { .. } => true,
        Kind::Relocate { to, .. } => to.as_ref().is_none_or(|to| to == slot),
        Kind::Inspect { .. } => is_done(state, live),
        Kind::Fetch { .. } | Kind::BringOut { .. } => false,
    }
}

fn stored(state: &State, job: &Job, place: &Place, at: Moment) -> Vec<Event> {
    let vin = job.kind.vin();
    let stored = Event::CarStored {
        vin: vin.clone(),
        place: place.clone(),
        job: job.id.clone(),
    };
    let done = Event::JobDone {
        job: job.id.clone(),
    };
    let mut events = vec![stored, done];
    events.extend(set_inspection(state, vin, at));
    events.extend(follow_out(state, vin));
    events
}

/// What follows for the job of a bay that is closed and free of people.
pub(super) fn after_sweep(state: &State, bay: &Place) -> Vec<Event> {
    let job = state.bays.get(bay).and_then(|bay| bay.job.as_ref());
    let Some(live) = job.and_then(|job| state.job(job)) else {
        return vec![];
    };
    match &live.stage {
        Stage::Left { .. } => vec![Event::JobDone {
            job: live.job.id.clone(),
        }],
        Stage::Rejected { .. } => put_back(state, live),
        _ => vec![],
    }
}

/// Tells whether a car stands in a bay as written.
pub(super) fn is_loaded(state: &State, bay: &Place) -> bool {
    state.inventory.car_at(bay).is_some()
}

/// Gives the phase of a bay, closed and empty when there is none.
pub(super) fn phase(state: &State, bay: &Place) -> Phase {
    state
        .bays
        .get(bay)
        .map_or(Phase::default(), |bay| bay.phase)
}
