//! Lifts that share places, and the work that waits for them.
//!
//! Lifts that reach no place in common cannot take work from each other, so each such group has a
//! plan of its own. A car that is announced and has no bay yet counts to the group with the least
//! to store.

use crate::job::{CarSize, Kind};
use crate::machine::{Machine, PlaceKind, PlaceSpec};
use crate::planner::choose::classes;
use crate::planner::due::is_due;
use crate::planner::shelves::{ENOUGH, Shelves};
use crate::planner::sight::Sight;
use crate::tower::{LiveJob, Stage};
use kernel::Vin;

/// Lifts and their work.
pub(super) struct Group<'a> {
    pub(super) sight: Sight<'a>,
    /// The lifts in order, by their places among the lifts.
    pub(super) lifts: Vec<usize>,
    /// The bays they reach.
    pub(super) bays: Vec<&'a PlaceSpec>,
    /// Who waits for a car, and where it stands, as they were queued.
    pub(super) fetches: Vec<(&'a LiveJob, &'a PlaceSpec)>,
    /// Each car to be stored, with the slots that are offered for it, the best first.
    pub(super) stores: Vec<Vec<&'a PlaceSpec>>,
}

/// Lists the groups of lifts that are in order.
pub(super) fn groups(sight: Sight<'_>, horizon: usize) -> Vec<Group<'_>> {
    let mut groups = by_reach(sight);
    deal_fetches(sight, &mut groups, horizon);
    if groups.iter().any(|group| !group.fetches.is_empty()) {
        deal_stores(sight, &mut groups, horizon);
    }
    groups
}

fn by_reach(sight: Sight<'_>) -> Vec<Group<'_>> {
    let machine = sight.machine;
    let mut joined: Vec<Vec<usize>> = Vec::new();
    for (lift, spec) in machine.lifts.iter().enumerate() {
        if sight.state.faults.stopping(&spec.place).is_some() {
            continue;
        }
        let shares = |other: &usize| share_a_place(machine, lift, *other);
        let (mut with, apart): (Vec<_>, Vec<_>) = joined
            .into_iter()
            .partition(|group| group.iter().any(shares));
        let mut group: Vec<usize> = with.drain(..).flatten().collect();
        group.push(lift);
        group.sort_unstable();
        joined = apart;
        joined.push(group);
    }
    let group = |lifts: Vec<usize>| {
        let reached = |spec: &&PlaceSpec| lifts.iter().any(|lift| machine.serves(*lift, spec));
        let bays = machine
            .places
            .iter()
            .filter(|spec| spec.kind == PlaceKind::Bay && !spec.out_of_service)
            .filter(reached);
        Group {
            sight,
            bays: bays.collect(),
            lifts,
            fetches: Vec::new(),
            stores: Vec::new(),
        }
    };
    joined.into_iter().map(group).collect()
}

fn share_a_place(machine: &Machine, one: usize, other: usize) -> bool {
    let mut places = machine.places.iter();
    places.any(|spec| machine.serves(one, spec) && machine.serves(other, spec))
}

fn deal_fetches<'a>(sight: Sight<'a>, groups: &mut [Group<'a>], horizon: usize) {
    for live in &sight.state.jobs {
        let fetch = live.stage == Stage::Waiting && matches!(live.job.kind, Kind::Fetch { .. });
        let waits = fetch && is_due(sight.state, sight.machine, live, sight.at);
        let Some(from) = waits.then(|| sight.standing(live.job.kind.vin())).flatten() else {
            continue;
        };
        let free = from.kind != PlaceKind::Bay && sight.state.work_on(&from.place).is_none();
        let theirs = groups.iter_mut().find(|group| group.reaches(from));
        if let Some(group) = theirs.filter(|group| free && group.fetches.len() < horizon) {
            group.fetches.push((live, from));
        }
    }
}

fn deal_stores<'a>(sight: Sight<'a>, groups: &mut [Group<'a>], horizon: usize) {
    let mut offers = Offers::default();
    for live in &sight.state.jobs {
        let bay = match (&live.job.kind, &live.stage) {
            (Kind::PutBack { .. }, Stage::Waiting) => sight.standing(live.job.kind.vin()),
            (Kind::Store { .. }, Stage::Waiting) => None,
            (Kind::Store { .. }, Stage::Awaiting { bay } | Stage::Arrived { bay }) => {
                sight.machine.place(bay)
            }
            _ => continue,
        };
        if bay.is_some_and(|bay| sight.state.work_on(&bay.place).is_some()) {
            continue;
        }
        let theirs = match bay {
            Some(bay) => groups.iter_mut().find(|group| group.reaches(bay)),
            None => groups.iter_mut().min_by_key(|group| group.stores.len()),
        };
        if let Some(group) = theirs.filter(|group| group.stores.len() < horizon) {
            let slots = offers.of(group, live.job.kind.vin());
            group.stores.push(slots);
        }
    }
}

/// The slots offered so far: cars of one size and one stay are offered the same ones.
#[derive(Default)]
struct Offers<'a> {
    known: Vec<(Vec<usize>, CarSize, Vec<&'a PlaceSpec>)>,
}

impl<'a> Offers<'a> {
    fn of(&mut self, group: &Group<'a>, vin: &Vin) -> Vec<&'a PlaceSpec> {
        let Some(size) = group.sight.state.sizes.get(vin).copied() else {
            return Vec::new();
        };
        let mut known = self.known.iter();
        let same = known.find(|(lifts, one, _)| *lifts == group.lifts && *one == size);
        if let Some((_, _, slots)) = same {
            return slots.clone();
        }
        let slots = group.offered(vin);
        self.known.push((group.lifts.clone(), size, slots.clone()));
        slots
    }
}

impl<'a> Group<'a> {
    /// Tells whether any of its lifts reaches a place.
    pub(super) fn reaches(&self, spec: &PlaceSpec) -> bool {
        let mut lifts = self.lifts.iter();
        lifts.any(|lift| self.sight.machine.serves(*lift, spec))
    }

    /// Lists the slots for a car: of the tightest that it fits and that lifts of the group reach,
    /// those that the storage rule finds good.
    fn offered(&self, vin: &Vin) -> Vec<&'a PlaceSpec> {
        let reached = classes(self.sight.state, vin).into_iter().map(|alike| {
            let near = alike.into_iter().filter(|spec| self.reaches(spec));
            near.collect::<Vec<_>>()
        });
        let tightest = reached.into_iter().find(|alike| !alike.is_empty());
        let shelves = Shelves::new(self.sight, &self.lifts);
        // Two for each job leave a choice to every round.
        let most = ENOUGH + 2 * self.sight.state.jobs.len();
        shelves.offered(&tightest.unwrap_or_default(), most)
    }
}

impl<'a> Sight<'a> {
    /// Gives the place in which a car stands, unless it is on a lift.
    fn standing(&self, vin: &Vin) -> Option<&'a PlaceSpec> {
        let place = self.state.inventory.place_of(vin)?;
        self.machine.place(place)
    }
}
