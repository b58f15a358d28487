//! Which job next, from where to where, in how many seconds, and why a job waits.
//!
//! A put-back goes first because it frees a bay, then fetches, stores and shows in the order they
//! were queued. Each start counts as waiting for those that were passed over: after a few a store
//! goes before a younger fetch, so that nobody starves. A car is stored in the tightest place it
//! fits, the quickest to reach among equals, and never so that another promised car finds none.

mod eta; // seconds to wait, as an interval
mod why; // what a job waits for

pub use eta::{Eta, eta};
pub use why::{Why, waiting_for};

use crate::job::{CarSize, Kind};
use crate::machine::{LiftPose, Machine, PlaceKind, PlaceSpec};
use crate::tower::{LiveJob, Place, Refusal, Stage, State};
use kernel::{JobId, Moment, Vin};

/// How long a car stays in the window, in seconds.
pub const SHOWN_FOR_S: i64 = 600;

/// What to start next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Move the job's car.
    Move {
        /// The job.
        job: JobId,
        /// Where its car stands.
        from: Place,
        /// Where it is to stand.
        to: Place,
    },
    /// Open a bay for the job's car to come in.
    Receive {
        /// The job.
        job: JobId,
        /// The bay.
        bay: Place,
    },
}

/// Gives what to start next, if anything can be.
pub fn next(state: &State, machine: &Machine, at: Moment) -> Option<Next> {
    let shown_out = state.jobs.iter().filter(|live| is_shown_out(live, at));
    let back = shown_out.filter_map(|live| carry_up(state, machine, live));
    let waiting = in_order(state).into_iter();
    let next = waiting.filter_map(|live| startable(state, machine, live));
    // A show whose time is over frees the window, once in ten minutes at the most.
    back.chain(next).next()
}

/// Lists the jobs that have not started, in the order in which they are considered.
pub fn in_order(state: &State) -> Vec<&LiveJob> {
    let waiting = state
        .jobs
        .iter()
        .filter(|live| live.stage == Stage::Waiting);
    let mut waiting: Vec<&LiveJob> = waiting.collect();
    // The sort is stable: equals stay in the order they were queued.
    waiting.sort_by_key(|live| rank(state, live));
    waiting
}

/// How many later starts a job lets pass before it goes first, less those that have passed.
fn rank(state: &State, live: &LiveJob) -> i64 {
    const AT_ONCE: i64 = -1_000_000;
    const STORE_PATIENCE: i64 = 4;
    const SHOW_PATIENCE: i64 = 8;
    let patience = match live.job.kind {
        Kind::PutBack { .. } => AT_ONCE,
        Kind::Fetch { .. } => 0,
        Kind::Store { .. } => STORE_PATIENCE,
        Kind::Show { .. } => SHOW_PATIENCE,
    };
    patience - (state.starts - live.queued_at_start) as i64
}

fn is_shown_out(live: &LiveJob, at: Moment) -> bool {
    match live.stage {
        Stage::Shown { since } => at.millis_since(since) >= SHOWN_FOR_S * 1_000,
        _ => false,
    }
}

fn startable(state: &State, machine: &Machine, live: &LiveJob) -> Option<Next> {
    match &live.job.kind {
        Kind::PutBack { .. } => carry_up(state, machine, live),
        Kind::Fetch { vin, .. } => fetch(state, machine, live, vin),
        Kind::Store { size, .. } => receive(state, machine, live, size),
        Kind::Show { vin } => show(state, machine, live, vin),
    }
}

/// Gives the move of a job's car, wherever it stands, up to a slot.
pub fn carry_up(state: &State, machine: &Machine, live: &LiveJob) -> Option<Next> {
    let vin = live.job.kind.vin();
    let from = state.inventory.place_of(vin)?;
    if let Some(bay) = state.bays.get(from) {
        bay.phase.after(crate::bay::Step::Empty)?;
    }
    let to = place_for(state, machine, from, vin)?;
    Some(Next::Move {
        job: live.job.id.clone(),
        from: from.clone(),
        to,
    })
}

fn fetch(state: &State, machine: &Machine, live: &LiveJob, vin: &Vin) -> Option<Next> {
    let from = state.inventory.place_of(vin)?;
    if state.kind_of(from) == Some(PlaceKind::Bay) {
        return None;
    }
    let to = bay_for(state, machine, from, vin)?;
    Some(Next::Move {
        job: live.job.id.clone(),
        from: from.clone(),
        to,
    })
}

/// Gives the free bay that a car reaches soonest.
pub fn bay_for(state: &State, machine: &Machine, from: &Place, vin: &Vin) -> Option<Place> {
    let free = |spec: &&PlaceSpec| {
        spec.kind == PlaceKind::Bay && state.bays.get(&spec.place).is_some_and(|bay| bay.is_free())
    };
    let takes = state.places.iter().filter(free);
    let takes = takes.filter(|spec| may_stand(state, vin, spec));
    let timed = takes.filter_map(|spec| Some((move_ms(state, machine, from, &spec.place)?, spec)));
    timed
        .min_by_key(|(ms, _)| *ms)
        .map(|(_, spec)| spec.place.clone())
}

/// Tells, for people, why a fetch can never be done by this machine as it is.
pub fn impossible(state: &State, machine: &Machine, live: &LiveJob) -> Option<String> {
    let Kind::Fetch { vin, .. } = &live.job.kind else {
        return None;
    };
    let from = state.inventory.place_of(vin)?;
    let bays = state
        .places
        .iter()
        .filter(|spec| spec.kind == PlaceKind::Bay);
    let mut bays = bays.filter(|spec| may_stand(state, vin, spec));
    let reached =
        |spec: &PlaceSpec| spec.place == *from || machine.lift_for(from, &spec.place).is_ok();
    let none = !bays.any(reached);
    none.then(|| format!("no bay in service takes {vin} from {from}"))
}

fn receive(state: &State, machine: &Machine, live: &LiveJob, size: &CarSize) -> Option<Next> {
    let vin = live.job.kind.vin();
    let free = state.bays.iter().filter(|(_, bay)| bay.is_free());
    let takes = |place: &&Place| {
        let fits = machine.check_fit(place, size).is_ok();
        let in_service = state.place(place).is_some_and(|spec| !spec.out_of_service);
        fits && in_service && place_for(state, machine, place, vin).is_some()
    };
    let bay = free.map(|(place, _)| place).find(takes)?;
    Some(Next::Receive {
        job: live.job.id.clone(),
        bay: bay.clone(),
    })
}

fn show(state: &State, machine: &Machine, live: &LiveJob, vin: &Vin) -> Option<Next> {
    let from = state.inventory.place_of(vin)?;
    let free = |spec: &&PlaceSpec| {
        spec.kind == PlaceKind::Window && state.inventory.car_at(&spec.place).is_none()
    };
    let window = state.places.iter().find(free)?;
    let reached = machine.lift_for(from, &window.place).is_ok();
    (reached && may_stand(state, vin, window)).then(|| Next::Move {
        job: live.job.id.clone(),
        from: from.clone(),
        to: window.place.clone(),
    })
}

/// Gives the slot for a car: the tightest it fits, among those the quickest to reach from where it
/// stands, and only if every other car that was promised a slot still finds one.
pub fn place_for(state: &State, machine: &Machine, from: &Place, vin: &Vin) -> Option<Place> {
    let free = free_slots(state);
    let others: Vec<CarSize> = homeless(state, Some(vin));
    let fitting = free.iter().filter(|spec| may_stand(state, vin, spec));
    let mut timed: Vec<_> = fitting
        .filter_map(|spec| {
            Some((
                room(spec),
                move_ms(state, machine, from, &spec.place)?,
                spec,
            ))
        })
        .collect();
    timed.sort_by_key(|(room, ms, spec)| (*room, *ms, spec.index));
    let leaves_room = |spec: &PlaceSpec| {
        let rest: Vec<&PlaceSpec> = free
            .iter()
            .copied()
            .filter(|one| one.index != spec.index)
            .collect();
        all_fit(&rest, &others)
    };
    let found = timed.into_iter().find(|(_, _, spec)| leaves_room(spec))?;
    Some(found.2.place.clone())
}

/// Checks that a slot can be promised to one more car of a size.
pub(crate) fn room_for(state: &State, size: &CarSize) -> Result<(), Refusal> {
    let free = free_slots(state);
    let mut promised = homeless(state, None);
    if free.len() <= promised.len() {
        return Err(Refusal::Full);
    }
    promised.push(*size);
    if all_fit(&free, &promised) {
        return Ok(());
    }
    let misses = free
        .iter()
        .filter_map(|spec| Some((spec, size.fits(&spec.max).err()?)));
    let nearest = misses.max_by_key(|(spec, _)| room(spec));
    let fits_none = free.iter().all(|spec| size.fits(&spec.max).is_err());
    Err(match nearest.filter(|_| fits_none) {
        Some((spec, too_big)) => Refusal::TooBig {
            place: spec.place.clone(),
            too_big,
        },
        None => Refusal::Full,
    })
}

fn free_slots(state: &State) -> Vec<&PlaceSpec> {
    let free = |spec: &&PlaceSpec| {
        spec.kind == PlaceKind::Slot
            && !spec.out_of_service
            && state.inventory.car_at(&spec.place).is_none()
    };
    state.places.iter().filter(free).collect()
}

/// Lists the sizes of cars that are promised a slot and do not stand in one: those to be stored,
/// put back or taken from the window, and those at a bay, because their buyers may leave them.
fn homeless(state: &State, except: Option<&Vin>) -> Vec<CarSize> {
    let stored = state.jobs.iter().filter_map(|live| match &live.job.kind {
        Kind::Store { vin, size } => Some((vin, *size)),
        _ => None,
    });
    let expected = stored.filter(|(vin, _)| state.inventory.place_of(vin).is_none());
    let outside = state
        .inventory
        .iter()
        .filter(|(place, _)| state.kind_of(place) != Some(PlaceKind::Slot))
        .filter_map(|(_, vin)| Some((vin, *state.sizes.get(vin)?)));
    let all = expected.chain(outside);
    all.filter(|(vin, _)| Some(*vin) != except)
        .map(|(_, size)| size)
        .collect()
}

/// Tells whether every size finds a slot of its own. Hardest first, each into the tightest: exact
/// while the places' limits are nested, which machine files are.
fn all_fit(free: &[&PlaceSpec], sizes: &[CarSize]) -> bool {
    let choices = |size: &CarSize| {
        let fits = free.iter().filter(|spec| size.fits(&spec.max).is_ok());
        fits.count()
    };
    let mut sizes: Vec<_> = sizes.iter().map(|size| (choices(size), size)).collect();
    sizes.sort_by_key(|(choices, _)| *choices);
    let mut left: Vec<&PlaceSpec> = free.to_vec();
    left.sort_by_key(|spec| room(spec));
    for (_, size) in sizes {
        match left.iter().position(|spec| size.fits(&spec.max).is_ok()) {
            Some(index) => left.remove(index),
            None => return false,
        };
    }
    true
}

fn may_stand(state: &State, vin: &Vin, spec: &PlaceSpec) -> bool {
    let fits = state
        .sizes
        .get(vin)
        .is_none_or(|size| size.fits(&spec.max).is_ok());
    fits && !spec.out_of_service
}

fn room(spec: &PlaceSpec) -> (u64, u32) {
    let CarSize {
        length_mm,
        width_mm,
        height_mm,
        mass_kg,
    } = spec.max;
    let volume = u64::from(length_mm) * u64::from(width_mm) * u64::from(height_mm);
    (volume, mass_kg)
}

/// Gives the milliseconds of a move from where its lift was last left.
fn move_ms(state: &State, machine: &Machine, from: &Place, to: &Place) -> Option<u64> {
    let lift = machine.lift_for(from, to).ok()?;
    let plan = machine.plan_move(from, to, pose(state, machine, lift));
    plan.ok().map(|plan| plan.total_ms)
}

/// Gives where a lift was last left, at rest when that is not known.
pub fn pose(state: &State, machine: &Machine, lift: usize) -> LiftPose {
    let left = state.poses.get(&lift).copied();
    left.unwrap_or_else(|| machine.rest_pose(lift))
}
