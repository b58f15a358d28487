//! What a job waits for: the one thing a person would have to change.

use super::{due, house, in_order, is_free, place_for};
use crate::appointment::Slot;
use crate::bay::{self, Bay, Obstacle, Phase};
use crate::controller::power::{is_used_up, waits_for_mains};
use crate::handshake::{Status, Unit};
use crate::job::Kind;
use crate::machine::{Machine, PlaceKind};
use crate::tower::{Fault, LiveJob, Place, Stage, State, Trust};
use kernel::{JobId, Moment};
use serde::Serialize;

/// What a job waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Nothing: the machine works for it now.
    Running,
    /// A fault must be resolved.
    Faulty(Fault),
    /// The sensors are to be read after a restart, a fault or a person's hand.
    Resync(Trust),
    /// The only lift that reaches its car is out of order.
    LiftOut {
        /// Which lift.
        lift: Place,
    },
    /// Every lift that could do it works for another job.
    MachineBusy {
        /// The lift that is waited for.
        lift: Place,
        /// The other job, if it is for one.
        with: Option<JobId>,
    },
    /// Another job goes first.
    Behind {
        /// The job right before it.
        job: JobId,
    },
    /// No bay is free.
    NoBay {
        /// The jobs that take the bays.
        taken_by: Vec<JobId>,
    },
    /// Every bay that would be free is out of use; staff can release it.
    BaysLocked {
        /// Which.
        bays: Vec<Place>,
    },
    /// On emergency power it has to wait: for the mains, or until another lift has done.
    EmergencyPower,
    /// No place is free for its car.
    NoPlace,
    /// The window is taken.
    WindowTaken,
    /// The buyer is expected at the bay.
    Buyer {
        /// Which bay.
        bay: Place,
    },
    /// The buyer's car is expected to drive out.
    DriveOut {
        /// Which bay.
        bay: Place,
    },
    /// The car is expected in the bay.
    Car {
        /// Which bay.
        bay: Place,
    },
    /// Something keeps the bay from its next step.
    Bay {
        /// Which bay.
        bay: Place,
        /// What.
        obstacle: Obstacle,
    },
    /// Its buyer has chosen a time that has not come.
    Appointment {
        /// Which.
        slot: Slot,
    },
    /// Its time in the window is not over.
    Shown,
    /// Nothing: it is the next to start.
    Next,
}

/// Tells what a live job waits for, as seen in the last status; nothing when it has ended.
pub fn waiting_for(
    state: &State,
    machine: &Machine,
    job: &JobId,
    status: Option<&Status>,
    at: Moment,
) -> Option<Why> {
    let live = state.job(job)?;
    let too_early = due::too_early(state, machine, live, at);
    if too_early.is_some() {
        return too_early;
    }
    if let Some(fault) = state.faults.stopping_all() {
        return Some(Why::Faulty(fault.clone()));
    }
    if state.trust != Trust::Full {
        return Some(Why::Resync(state.trust));
    }
    if state.work_for(job).is_some() {
        return Some(Why::Running);
    }
    let why = at_bay(state, machine, live, status, at);
    let why = why.or_else(|| power(state, machine, live, status?));
    let why = why.or_else(|| lift(state, machine, live));
    Some(why.unwrap_or_else(|| in_queue(state, machine, live, at)))
}

/// Whether a job waits for the mains, or for a lift to leave it the power.
fn power(state: &State, machine: &Machine, live: &LiveJob, status: &Status) -> Option<Why> {
    let inside = matches!(
        live.stage,
        Stage::Waiting | Stage::Shown { .. } | Stage::Inspected { .. }
    );
    let for_mains = status.emergency_power && inside && waits_for_mains(&live.job.kind);
    let used_up = inside && is_used_up(state, machine, status);
    (for_mains || used_up).then_some(Why::EmergencyPower)
}

/// What a job waits for when no lift can be sent to its car; nothing when one can.
fn lift(state: &State, machine: &Machine, live: &LiveJob) -> Option<Why> {
    let from = state.inventory.place_of(live.job.kind.vin())?;
    let mut busy = None;
    let mut out = None;
    for (index, spec) in machine.lifts.iter().enumerate() {
        if !machine.reaches(index, from) {
            continue;
        }
        if state.faults.stopping(&spec.place).is_some() {
            let lift = spec.place.clone();
            out.get_or_insert(Why::LiftOut { lift });
            continue;
        }
        let open = state.open.get(&Unit::at(index))?;
        let (lift, with) = (spec.place.clone(), open.job.clone());
        busy.get_or_insert(Why::MachineBusy { lift, with });
    }
    busy.or(out)
}

/// What a job that has a bay waits for there; nothing when it waits for the machine.
fn at_bay(
    state: &State,
    machine: &Machine,
    live: &LiveJob,
    status: Option<&Status>,
    at: Moment,
) -> Option<Why> {
    let waiting_in_bay = || state.inventory.place_of(live.job.kind.vin());
    let place = live.stage.bay().or_else(waiting_in_bay)?;
    let known = state.bays.get(place)?;
    if let Some(fault) = state.faults.stopping(place) {
        return Some(Why::Faulty(fault.clone()));
    }
    let bay = place.clone();
    let obstacle = status.and_then(|status| {
        let (index, _) = machine.bay(place)?;
        blocked(known, state, place, status.bays.get(index)?, at)
    });
    match (&live.stage, known.phase) {
        (Stage::AtBay { .. }, _) => Some(Why::Buyer { bay }),
        (Stage::Asked { .. }, Phase::OpenOccupied | Phase::DrivingOut) => {
            Some(Why::DriveOut { bay })
        }
        (Stage::Awaiting { .. }, Phase::OpenEmpty) => Some(Why::Car { bay }),
        _ => obstacle.map(|obstacle| Why::Bay { bay, obstacle }),
    }
}

fn blocked(
    known: &Bay,
    state: &State,
    place: &Place,
    seen: &crate::handshake::BayStatus,
    at: Moment,
) -> Option<Obstacle> {
    let loaded = state.inventory.car_at(place).is_some();
    let checked = match known.phase {
        Phase::CustomerCalled => bay::may_open(seen),
        Phase::OpenOccupied | Phase::DrivingOut | Phase::OpenEmpty => {
            bay::may_close(known, loaded, seen, at)
        }
        Phase::SweepCheck => bay::may_sweep(known, loaded, seen, at),
        Phase::ClosedEmpty | Phase::ClosedLoaded => bay::may_move(seen, loaded),
        Phase::Filling | Phase::Opening | Phase::Closing | Phase::Emptying => Ok(()),
    };
    checked.err()
}

fn in_queue(state: &State, machine: &Machine, live: &LiveJob, at: Moment) -> Why {
    if let Stage::Shown { .. } = live.stage {
        return Why::Shown;
    }
    let vin = live.job.kind.vin();
    let no_bay = || {
        let taken = state.bays.values().filter_map(|bay| bay.job.clone());
        Why::NoBay {
            taken_by: taken.collect(),
        }
    };
    let locked = house::locked_bays(state, machine, vin);
    let bays_locked = || (!locked.is_empty()).then_some(Why::BaysLocked { bays: locked });
    let bay_free = state.bays.keys().any(|place| is_free(state, place));
    let bay = || bays_locked().or_else(|| (!bay_free).then(no_bay));
    let lacking = match &live.job.kind {
        Kind::Fetch { .. } | Kind::BringOut { .. } => bay(),
        Kind::Inspect { .. } if house::has_bay(state, machine, vin) => bay(),
        Kind::Show { .. } | Kind::Inspect { .. } => window_taken(state).then_some(Why::WindowTaken),
        Kind::Relocate { .. } => house::lacks_slot(state, live).then_some(Why::NoPlace),
        Kind::Store { .. } if live.stage == Stage::Waiting && !bay_free => bay(),
        Kind::Store { .. } | Kind::PutBack { .. } => {
            let first = || machine.bays.first().map(|bay| &bay.place);
            let from = state.inventory.place_of(vin).or_else(first);
            let place = from.and_then(|from| place_for(state, machine, from, vin));
            place.is_none().then_some(Why::NoPlace)
        }
    };
    let ahead = || {
        let order = in_order(state, machine, at);
        let mine = order.iter().position(|other| other.job.id == live.job.id)?;
        let before = order.get(mine.checked_sub(1)?)?;
        Some(Why::Behind {
            job: before.job.id.clone(),
        })
    };
    lacking.or_else(ahead).unwrap_or(Why::Next)
}

fn window_taken(state: &State) -> bool {
    let mut windows = state.places.iter();
    windows.any(|spec| spec.kind == PlaceKind::Window && !state.is_vacant(&spec.place))
}
