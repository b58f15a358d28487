//! Events into the state. It looks at nothing but the state and the event, and cannot fail.

use super::order::is_loaded;
use super::record;
use super::{Event, LiveJob, OpenOrder, Place, Seen, Stage, State, Trust};
use crate::appointment::Appointment;
use crate::bay::{Bay, Halt, Phase, Step};
use crate::handshake::{Action, BayStatus, Door, Outcome, Sender, Unit};
use crate::inspection::{Care, Inspection, is_done};
use crate::job::{Job, Kind};
use crate::machine::PlaceKind;
use kernel::{JobId, Moment, Vin};
use std::collections::BTreeMap;

pub(super) fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::JobQueued { job } => queue(&mut state, job),
        Event::JobStarted { job, bay } => start(&mut state, job, bay.as_ref()),
        Event::JobFailed { job, .. } => end(&mut state, &job.id),
        Event::JobDone { job } | Event::JobCancelled { job, .. } => end(&mut state, job),
        Event::CarStored { vin, place, .. } | Event::CarMoved { vin, place } => {
            put(&mut state, place, vin);
        }
        Event::CarShown {
            vin,
            place,
            job,
            at,
            ..
        } => {
            put(&mut state, place, vin);
            set_stage(&mut state, job, Stage::Shown { since: *at });
        }
        Event::CarAtBay {
            vin, bay, job, at, ..
        } => {
            at_bay(&mut state, vin, bay, job);
            record::came(&mut state, bay, job, *at);
            state.appointments.came(job, *at);
        }
        Event::CarPresented { vin, bay, job } => at_bay(&mut state, vin, bay, job),
        Event::Promised { job, promise } => state.jobs.promise(job, Some(*promise)),
        Event::Appointed {
            job,
            appointment,
            at,
        } => appoint(&mut state, job, appointment, *at),
        Event::AppointmentEnded { job } => state.appointments.strike(job),
        Event::BayOpened { .. } => {}
        Event::CarLeft { vin, bay, job, .. } | Event::CarBroughtOut { vin, bay, job } => {
            leave(&mut state, vin);
            set_stage(&mut state, job, Stage::Left { bay: bay.clone() });
        }
        Event::OpenAsked { job } => in_bay(&mut state, job, |bay| Stage::Asked { bay }),
        Event::CarRejected { job } => in_bay(&mut state, job, |bay| Stage::Rejected { bay }),
        Event::CarArrived { vin, bay, job } => {
            put(&mut state, bay, vin);
            step(&mut state, bay, Step::CarIn);
            set_stage(&mut state, job, Stage::Arrived { bay: bay.clone() });
            confirm(&mut state, bay, None);
        }
        Event::CarWithdrawn { vin, bay, job } => {
            state.inventory.take(vin);
            step(&mut state, bay, Step::CarBackOut);
            set_stage(&mut state, job, Stage::Awaiting { bay: bay.clone() });
        }
        Event::CarDrivingOut { bay } => step(&mut state, bay, Step::Leave),
        Event::BayConfirmedClear { bay, at } => confirm(&mut state, bay, Some(*at)),
        Event::BaySwept { bay } => swept(&mut state, bay),
        Event::CarDeclared { vin, size } => {
            state.sizes.insert(vin.clone(), *size);
        }
        Event::CarDeclaredGone { vin } => leave(&mut state, vin),
        Event::Commissioned {
            places,
            bays,
            lifts,
        } => {
            state.places.clone_from(places);
            state.lifts.clone_from(lifts);
            state.bays.retain(|place, _| bays.contains(place));
            for bay in bays {
                state.bays.entry(bay.clone()).or_default();
            }
        }
        Event::EpochSeen { epoch, accepted } => {
            state.epoch = Some(*epoch);
            let begin = |last: &u32| Sender::begin(*epoch, *last);
            state.senders = accepted.iter().map(begin).collect();
            state.open.clear();
            state.poses.clear();
            for bay in state.bays.values_mut() {
                // The machine counts from its boot.
                bay.exits = 0;
            }
            distrust(&mut state, Trust::NewEpoch, Halt::Resync);
        }
        Event::TrustLost { why } => {
            let halt = match why {
                Trust::Manual => Halt::Manual,
                Trust::Fault | Trust::BrokenOff => Halt::Fault,
                Trust::NeverSeen | Trust::NewEpoch | Trust::Full => Halt::Resync,
            };
            distrust(&mut state, *why, halt);
        }
        Event::Reconciled { moved, seen } => reconcile(&mut state, moved, seen),
        Event::ActionOrdered {
            order,
            job,
            plan,
            exits,
            at,
        } => {
            let open = OpenOrder {
                order: order.clone(),
                job: job.clone(),
                plan: plan.clone(),
                at: *at,
            };
            ordered(&mut state, open, *exits);
        }
        Event::ActionWithdrawn { unit, .. } => {
            if let Some(sender) = state.senders.get_mut(unit.index()) {
                sender.withdraw();
            }
        }
        Event::ActionFinished { unit, outcome, .. } => finished(&mut state, *unit, *outcome),
        Event::InspectionSet { vin, due } => {
            let care = Care {
                due: *due,
                last: None,
            };
            state.care.insert(vin.clone(), care);
        }
        Event::CarInspected {
            vin,
            job,
            found,
            at,
            due,
        } => {
            let last = Inspection {
                job: job.clone(),
                at: *at,
                found: found.clone(),
            };
            inspected(&mut state, vin, *due, last);
        }
        Event::BayLocked { bay, why } => lock(&mut state, bay, Some(why.clone())),
        Event::BayReleased { bay } => lock(&mut state, bay, None),
        Event::EvacuationBegun { id } => state.evacuation = Some(id.clone()),
        Event::EvacuationEnded { id } => {
            state.evacuation = None;
            state.ended.insert(id.clone());
        }
        Event::FaultRaised { fault } => state.faults.insert(fault),
        Event::FetchDelayed { job, why, .. } => state.jobs.set_standstill(job, Some(*why)),
        Event::FetchWentOn { job, .. } => state.jobs.set_standstill(job, None),
        Event::FaultCleared { code, at } => state.faults.remove(*code, at.as_ref()),
    }
    state
}

fn queue(state: &mut State, job: &Job) {
    if let Kind::Store { vin, size } = &job.kind {
        state.sizes.insert(vin.clone(), *size);
    }
    if let Kind::PutBack { vin } = &job.kind {
        let place = state.inventory.place_of(vin).cloned();
        if let Some(bay) = place.and_then(|place| state.bays.get_mut(&place)) {
            bay.step(Step::Keep);
            bay.job = Some(job.id.clone());
        }
    }
    state.jobs.push(LiveJob {
        job: job.clone(),
        stage: Stage::Waiting,
        queued_at_start: state.starts,
        overtaken: 0,
        promise: None,
        standstill: None,
    });
}

fn start(state: &mut State, job: &JobId, bay: Option<&Place>) {
    state.starts += 1;
    state.jobs.note_start(job);
    if let Some(place) = bay {
        if let Some(bay) = state.bays.get_mut(place) {
            bay.job = Some(job.clone());
        }
        let bay = place.clone();
        set_stage(state, job, Stage::Awaiting { bay });
    }
}

/// What was told of the wait before the buyer chose a time does not count any more.
fn appoint(state: &mut State, job: &JobId, appointment: &Appointment, at: Moment) {
    state.jobs.promise(job, None);
    let jobs = &state.jobs;
    let is_live = |job: &JobId| jobs.get(job).is_some();
    state.appointments.write(job, appointment, at, is_live);
}

/// A store that ends without its car leaves no trace of the car's size.
fn end(state: &mut State, job: &JobId) {
    let live = state.job(job).map(|live| live.job.kind.clone());
    if let Some(Kind::Store { vin, .. }) = live
        && state.inventory.place_of(&vin).is_none()
    {
        state.sizes.remove(&vin);
    }
    state.jobs.remove(job);
    state.appointments.strike(job);
    state.ended.insert(job.clone());
    for bay in state.bays.values_mut() {
        if bay.job.as_ref() == Some(job) {
            bay.job = None;
        }
    }
}

/// Puts a car into a place; its job's stage follows where the place alone tells it.
fn put(state: &mut State, place: &Place, vin: &Vin) {
    vacate(state, vin);
    state.inventory.put(place, vin);
    if let Some(live) = state.job_of(vin) {
        let (job, stage) = (live.job.id.clone(), settled(state, live));
        set_stage(state, &job, stage);
    }
}

fn inspected(state: &mut State, vin: &Vin, due: Moment, last: Inspection) {
    let job = last.job.clone();
    let last = Some(last);
    state.care.insert(vin.clone(), Care { due, last });
    if let Some(at) = state.inventory.place_of(vin).cloned() {
        set_stage(state, &job, Stage::Inspected { at });
    }
}

fn lock(state: &mut State, place: &Place, why: Option<String>) {
    if let Some(bay) = state.bays.get_mut(place) {
        bay.locked = why;
    }
}

fn at_bay(state: &mut State, vin: &Vin, place: &Place, job: &JobId) {
    put(state, place, vin);
    // A car carried here by hand takes the bay from whoever waited for it.
    let waits_here = |live: &LiveJob| live.stage.bay() == Some(place);
    state
        .jobs
        .restage(|live| waits_here(live).then_some(Stage::Waiting));
    set_stage(state, job, Stage::AtBay { bay: place.clone() });
    if let Some(bay) = state.bays.get_mut(place) {
        bay.job = Some(job.clone());
        bay.step(Step::Call);
    }
}

/// A closed bay whose car is still its buyer's calls the buyer again.
fn swept(state: &mut State, place: &Place) {
    let loaded = is_loaded(state, place);
    step(state, place, Step::Swept { loaded });
    confirm(state, place, None);
    let called = |live: &LiveJob| matches!(live.stage, Stage::AtBay { .. } | Stage::Asked { .. });
    let holder = state
        .bays
        .get(place)
        .and_then(|bay| state.job(bay.job.as_ref()?));
    if holder.is_some_and(called) {
        step(state, place, Step::Call);
    }
}

/// A car that is not here any more.
fn leave(state: &mut State, vin: &Vin) {
    vacate(state, vin);
    state.inventory.take(vin);
    state.sizes.remove(vin);
    state.care.remove(vin);
}

/// A bay whose car is taken out otherwise than by the machine is swept before it is used again.
fn vacate(state: &mut State, vin: &Vin) {
    let place = state.inventory.place_of(vin).cloned();
    let Some(bay) = place.and_then(|place| state.bays.get_mut(&place)) else {
        return;
    };
    bay.phase = match bay.phase {
        Phase::OpenOccupied | Phase::DrivingOut | Phase::OpenEmpty => Phase::OpenEmpty,
        Phase::ClosedLoaded | Phase::CustomerCalled => Phase::SweepCheck,
        phase => phase,
    };
}

fn ordered(state: &mut State, open: OpenOrder, exits: Option<u16>) {
    record::ordered(state, &open);
    if let Some(sender) = state.senders.get_mut(open.order.unit.index()) {
        sender.write(open.order.seq);
    }
    match &open.order.action {
        Action::Home | Action::Go { .. } | Action::Withdraw => {}
        Action::OpenOuter { bay } => {
            step(state, bay, Step::Open);
            if let (Some(bay), Some(exits)) = (state.bays.get_mut(bay), exits) {
                bay.exits = exits;
            }
        }
        Action::CloseOuter { bay } => step(state, bay, Step::Close),
        Action::Move { from, to } => {
            step(state, from, Step::Empty);
            step(state, to, Step::Fill);
            if let Some(job) = &open.job {
                set_stage(state, job, Stage::Moving { to: to.clone() });
                if let Some(bay) = state.bays.get_mut(to) {
                    bay.job = Some(job.clone());
                }
            }
        }
    }
    state.open.insert(open.order.unit, open);
}

fn finished(state: &mut State, unit: Unit, outcome: Outcome) {
    if let Some(sender) = state.senders.get_mut(unit.index()) {
        sender.close();
    }
    let Some(open) = state.open.remove(&unit) else {
        return;
    };
    match outcome {
        Outcome::Done => done(state, &open),
        Outcome::Refused | Outcome::Withdrawn | Outcome::None => undone(state, &open),
        // Where everything is now is for the sensors to say.
        Outcome::BrokenOff => {
            state.poses.remove(&unit.index());
        }
    }
}

fn done(state: &mut State, open: &OpenOrder) {
    match &open.order.action {
        Action::Home => {
            state.poses.remove(&open.order.unit.index());
        }
        Action::Go { height_mm } => {
            if let Some(pose) = state.poses.get_mut(&open.order.unit.index()) {
                pose.height_mm = *height_mm;
            }
        }
        Action::Withdraw => {}
        Action::OpenOuter { bay } => {
            let loaded = is_loaded(state, bay);
            step(state, bay, Step::Opened { loaded });
            confirm(state, bay, None);
        }
        Action::CloseOuter { bay } => step(state, bay, Step::Closed),
        Action::Move { from, to } => {
            step(state, to, Step::Filled);
            step(state, from, Step::Emptied);
            if let Some(bay) = state.bays.get_mut(from) {
                bay.job = None;
            }
        }
    }
    if let Some(plan) = &open.plan {
        state.poses.insert(plan.lift, plan.end);
    }
}

/// A refused or withdrawn order moved nothing: bay and job are as they were before it.
fn undone(state: &mut State, open: &OpenOrder) {
    let (bay, phase) = match &open.order.action {
        Action::Home | Action::Go { .. } | Action::Withdraw => return,
        Action::OpenOuter { bay } if is_loaded(state, bay) => (bay, Phase::CustomerCalled),
        Action::OpenOuter { bay } => (bay, Phase::ClosedEmpty),
        Action::CloseOuter { bay } if is_loaded(state, bay) => (bay, Phase::OpenOccupied),
        Action::CloseOuter { bay } => (bay, Phase::OpenEmpty),
        Action::Move { from, .. } if state.bays.contains_key(from) => (from, Phase::ClosedLoaded),
        Action::Move { to, .. } => (to, Phase::ClosedEmpty),
    };
    let moving = matches!(open.order.action, Action::Move { .. });
    if let Some(bay) = state.bays.get_mut(bay) {
        bay.phase = phase;
        if moving && phase == Phase::ClosedEmpty {
            bay.job = None;
        }
    }
    let live = open.job.as_ref().and_then(|job| state.job(job));
    if let Some(live) = live.filter(|_| moving) {
        let (job, stage) = (live.job.id.clone(), settled(state, live));
        set_stage(state, &job, stage);
    }
}

/// Gives the stage of a job as far as the place of its car tells it.
fn settled(state: &State, live: &LiveJob) -> Stage {
    let Some(place) = state.inventory.place_of(live.job.kind.vin()) else {
        return live.stage.clone();
    };
    if state.lifts.contains(place) {
        return Stage::OnLift;
    }
    let kept = live.stage.clone();
    match (&live.job.kind, state.kind_of(place)) {
        (kind, Some(PlaceKind::Bay)) if kind.is_for_bay() && kept.bay() == Some(place) => kept,
        (Kind::Store { .. }, Some(PlaceKind::Bay)) => Stage::Arrived { bay: place.clone() },
        (Kind::Inspect { .. }, Some(PlaceKind::Bay | PlaceKind::Window))
            if is_done(state, live) =>
        {
            Stage::Inspected { at: place.clone() }
        }
        (Kind::Show { .. } | Kind::Inspect { .. }, Some(PlaceKind::Window)) => match kept {
            Stage::Shown { .. } => kept,
            // One whose way back was refused is over already.
            _ => Stage::Shown {
                since: Moment::default(),
            },
        },
        _ => Stage::Waiting,
    }
}

/// Takes over what was seen, except where an open order works: that is judged when it has ended.
fn reconcile(state: &mut State, moved: &[(Vin, Place)], seen: &Seen) {
    for (vin, _) in moved {
        state.inventory.take(vin);
    }
    for (vin, place) in moved {
        state.inventory.put(place, vin);
    }
    state.trust = Trust::Full;
    let at_rest = |live: &&LiveJob| state.work_for(&live.job.id).is_none();
    let stages: BTreeMap<JobId, Stage> = state
        .jobs
        .iter()
        .filter(at_rest)
        .map(|live| (live.job.id.clone(), settled(state, live)))
        .collect();
    state.jobs.restage(|live| stages.get(&live.job.id).cloned());
    for (place, status) in &seen.bays {
        let worked_on = state.work_on(place).is_some();
        let holder = holder(state, place);
        let loaded = is_loaded(state, place);
        let stage = holder.map(|live| live.stage.clone());
        let job = holder.map(|live| live.job.id.clone());
        let Some(bay) = state.bays.get_mut(place) else {
            continue;
        };
        bay.halt = None;
        if !worked_on {
            let phase = resynced(bay, status, loaded, stage.as_ref());
            if bay.phase != phase {
                bay.phase = phase;
                bay.confirmed = None;
            }
            bay.job = job;
        }
    }
}

fn holder<'s>(state: &'s State, bay: &Place) -> Option<&'s LiveJob> {
    let by_stage = state.jobs.iter().find(|live| live.stage.bay() == Some(bay));
    by_stage.or_else(|| {
        let live = state.job_of(state.inventory.car_at(bay)?)?;
        matches!(live.job.kind, Kind::PutBack { .. }).then_some(live)
    })
}

/// Gives the phase of a bay after its doors and floor were read anew. A door found half-way counts
/// as open, unless somebody still waits for it to open: then it is ordered open again.
fn resynced(bay: &Bay, status: &BayStatus, loaded: bool, stage: Option<&Stage>) -> Phase {
    let called = matches!(stage, Some(Stage::AtBay { .. } | Stage::Asked { .. }));
    let awaited = matches!(stage, Some(Stage::Awaiting { .. }));
    let was = bay.phase;
    match (status.outer, loaded) {
        (Door::Closed | Door::Moving, true) if called => Phase::CustomerCalled,
        (Door::Moving, false) if awaited => Phase::ClosedEmpty,
        (Door::Closed, true) => match was {
            // A car nobody could reach needs no new sweep.
            Phase::ClosedLoaded | Phase::CustomerCalled | Phase::Filling | Phase::Emptying => {
                Phase::ClosedLoaded
            }
            _ => Phase::SweepCheck,
        },
        (Door::Closed, false) => match was {
            Phase::ClosedEmpty | Phase::Filling | Phase::Emptying => Phase::ClosedEmpty,
            _ => Phase::SweepCheck,
        },
        (Door::Open | Door::Moving, true) => Phase::OpenOccupied,
        (Door::Open | Door::Moving, false) => Phase::OpenEmpty,
    }
}

fn distrust(state: &mut State, why: Trust, halt: Halt) {
    state.trust = why;
    for bay in state.bays.values_mut() {
        bay.halt = Some(halt);
    }
}

fn in_bay(state: &mut State, job: &JobId, stage: impl Fn(Place) -> Stage) {
    let bay = state.job(job).and_then(|live| live.stage.bay().cloned());
    if let Some(bay) = bay {
        set_stage(state, job, stage(bay));
    }
}

fn set_stage(state: &mut State, job: &JobId, stage: Stage) {
    state.jobs.set_stage(job, stage);
}

fn step(state: &mut State, place: &Place, step: Step) {
    if let Some(bay) = state.bays.get_mut(place) {
        bay.step(step);
    }
}

fn confirm(state: &mut State, place: &Place, at: Option<Moment>) {
    if let Some(bay) = state.bays.get_mut(place) {
        bay.confirmed = at;
    }
}
