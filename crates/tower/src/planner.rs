//! Which job next, by which lift, from where to where, in how many seconds, and why a job waits.
//!
//! A car on a lift is put off first, then cars that came in and shows whose time is over are
//! carried up. A put-back goes first in the queue because it frees a bay, then fetches, stores and
//! shows in the order they were queued. Each start counts as waiting for those that were passed
//! over: after a few a store goes before a younger fetch, and whoever was overtaken often enough
//! goes before all behind, so that nobody starves. A fetch for which a time was chosen is left out
//! until that time is near, and then goes before those that came without one. Which of the fetches
//! goes first, by which lift, and which slot a store gets among equals is the policy's choice: by
//! default all waiting work is planned and the first move of the plan is made. A job that can go on
//! with another lift than the busy one does; one that waits for a lift keeps its bay from those
//! behind it. A car is stored in the tightest place it fits, and never so that another promised car
//! finds none.

mod policy; // by which rule, and how patient each kind of job is
mod sight; // what a policy looks at
mod turn; // whose turn it is
mod plan; // all waiting work as a whole, with its bound
mod shelves; // which slot by expected stay
mod rest; // where an idle lift waits
mod desk; // one look over the queue
mod choose; // which lift, which bay, which slot
mod due; // from when on a fetch with an appointment may begin
mod house; // jobs the house has of its own cars
mod eta; // seconds to wait, as an interval
mod forecast; // how long the queue ahead will take
mod standstill; // whether a fault holds a fetch
mod why; // what a job waits for
mod wait; // by which resource, which rule, which word of a sensor

pub use choose::{May, bay_for, place_for};
pub use due::{begins_at, is_due};
pub use eta::{Eta, eta};
pub use forecast::forecast;
pub(crate) use house::may_relocate;
pub use plan::{Method, Part, Plan, Round, plan};
pub use policy::{Budget, Policy, lets_pass};
pub use rest::{REQUESTS_PER_H, rest};
pub use shelves::SHORT_STAY_DAYS;
pub use sight::Sight;
pub use standstill::standstill;
pub use wait::{Evidence, Resource, Rule, Wait, wait};
pub use why::{Why, waiting_for};

use crate::bay;
use crate::job::{CarSize, Kind};
use crate::machine::{LiftPose, Machine, PlaceKind, PlaceSpec};
use crate::tower::{LiveJob, Place, Refusal, Stage, State};
use desk::Desk;
use kernel::{JobId, Moment, Vin};
use policy::is_impatient;

/// How long a car stays in the window, in seconds.
pub const SHOWN_FOR_S: i64 = 600;

/// What to start next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Move a car.
    Move(Move),
    /// Open a bay for the job's car to come in.
    Receive {
        /// The job.
        job: JobId,
        /// The bay.
        bay: Place,
    },
}

/// A car carried by one lift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The job it is for, if any.
    pub job: Option<JobId>,
    /// The lift, by its place among the lifts.
    pub lift: usize,
    /// Where the car stands.
    pub from: Place,
    /// Where it is to stand.
    pub to: Place,
}

/// By which rule to choose, and the plan where one was made.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    /// The rule.
    pub policy: Policy,
    /// The plan; none where nothing was to be planned.
    pub plan: Option<&'a Plan>,
}

/// Gives what to start next, if anything can be; `may` says which lift can be sent from where to
/// where now.
pub fn next(sight: Sight<'_>, guide: Guide<'_>, may: May<'_>) -> Option<Next> {
    let mut desk = Desk::new(sight, guide, may);
    let state = sight.state;
    let mut lifts = sight.machine.lifts.iter();
    let first = |live: &&LiveJob| {
        is_shown_out(live, sight.at) || has_come(state, live) || house::goes_back(state, live)
    };
    lifts
        .find_map(|lift| desk.put_off(&lift.place))
        .or_else(|| desk.second_half())
        .or_else(|| {
            state
                .jobs
                .iter()
                .filter(first)
                .find_map(|live| desk.carry_up(live))
        })
        .or_else(|| desk.in_turn())
}

/// Lists the jobs that have not started and may, in the order in which they are considered.
pub fn in_order<'s>(state: &'s State, machine: &Machine, now: Moment) -> Vec<&'s LiveJob> {
    let waiting = state
        .jobs
        .iter()
        .filter(|live| live.stage == Stage::Waiting && is_due(state, machine, live, now));
    let mut waiting: Vec<&LiveJob> = waiting.collect();
    // The sort is stable: equals stay in the order they were queued.
    waiting.sort_by_key(|live| {
        let frees_a_bay = matches!(live.job.kind, Kind::PutBack { .. });
        let urgent = urgency(state, live).filter(|_| !frees_a_bay);
        match urgent {
            Some(since) => (true, i64::MIN, since),
            None => (!frees_a_bay, rank(state, live), Moment::default()),
        }
    });
    waiting
}

/// Gives since when a job goes before all that are not urgent: those that were passed over often
/// enough come first, then those whose time has come, by their times.
fn urgency(state: &State, live: &LiveJob) -> Option<Moment> {
    let chosen = due::appointment(state, live).map(|chosen| chosen.slot.begins);
    chosen.or_else(|| is_impatient(live).then(Moment::default))
}

/// Tells whether a job that may begin goes before all that are not urgent.
fn is_urgent(state: &State, live: &LiveJob) -> bool {
    urgency(state, live).is_some()
}

/// How many later starts a job lets pass before it goes first, less those that have passed.
fn rank(state: &State, live: &LiveJob) -> i64 {
    const AT_ONCE: i64 = -1_000_000;
    const STORE_PATIENCE: i64 = 4;
    const SHOW_PATIENCE: i64 = 8;
    let patience = match live.job.kind {
        Kind::PutBack { .. } => AT_ONCE,
        Kind::Fetch { .. } | Kind::BringOut { .. } => 0,
        Kind::Store { .. } => STORE_PATIENCE,
        Kind::Show { .. } | Kind::Relocate { .. } | Kind::Inspect { .. } => SHOW_PATIENCE,
    };
    patience - (state.starts - live.queued_at_start) as i64
}

fn is_shown_out(live: &LiveJob, at: Moment) -> bool {
    match live.stage {
        // A person who looks after a car says when they have done.
        Stage::Shown { .. } if matches!(live.job.kind, Kind::Inspect { .. }) => false,
        Stage::Shown { since } => at.millis_since(since) >= SHOWN_FOR_S * 1_000,
        _ => false,
    }
}

/// Whether a car that drove in stands in a bay that is closed and swept.
fn has_come(state: &State, live: &LiveJob) -> bool {
    let Stage::Arrived { bay } = &live.stage else {
        return false;
    };
    let known = state.bays.get(bay);
    known.is_some_and(|known| known.phase == bay::Phase::ClosedLoaded)
}

/// Tells whether a job can take a bay: nobody has it, and it is in order.
fn is_free(state: &State, place: &Place) -> bool {
    let free = state.bays.get(place).is_some_and(|bay| bay.is_free());
    free && state.faults.stopping(place).is_none()
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
    let reached = |spec: &PlaceSpec| {
        spec.place == *from || machine.lifts_for(from, &spec.place).next().is_some()
    };
    let none = !bays.any(reached);
    none.then(|| format!("no bay in service takes {vin} from {from}"))
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
        spec.kind == PlaceKind::Slot && !spec.out_of_service && state.is_vacant(&spec.place)
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
        .filter(|(place, _)| !is_on_its_way(state, place))
        .filter_map(|(_, vin)| Some((vin, *state.sizes.get(vin)?)));
    let all = expected.chain(outside);
    all.filter(|(vin, _)| Some(*vin) != except)
        .map(|(_, size)| size)
        .collect()
}

/// Whether the car of a place is being carried to a slot, which is not free any more.
fn is_on_its_way(state: &State, from: &Place) -> bool {
    let target = state.work_on(from).and_then(|open| open.target());
    target.is_some_and(|to| state.kind_of(to) == Some(PlaceKind::Slot))
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

/// Gives where a lift was last left, at rest when that is not known.
pub fn pose(state: &State, machine: &Machine, lift: usize) -> LiftPose {
    let left = state.poses.get(&lift).copied();
    left.unwrap_or_else(|| machine.rest_pose(lift))
}
