//! Several lifts that share places: who does what.
//!
//! The lifts begin at their bays, and hand-overs make nobody wait: both would be so only at one
//! moment. What is printed is the end of the last lift's work.

use super::group::Group;
use super::ways::Ways;
use super::{Method, Part, Round};
use crate::machine::{LiftPose, PlaceKind, PlaceSpec};
use crate::schedule::fleet::{self, Work};
use crate::schedule::one_lift::Cycle;

/// The work of several lifts in numbers: their bays, then the cars that are fetched, then slots.
struct Numbered<'g, 'a> {
    group: &'g Group<'a>,
    specs: Vec<&'a PlaceSpec>,
    ways: Ways,
    /// Whether each lift of the group reaches each place, lift by lift.
    reached: Vec<Vec<bool>>,
    /// By place: whether it may be filled once its car is fetched.
    refilled: Vec<bool>,
    handling_ms: u64,
}

pub(super) fn plan(group: &Group<'_>, tries: u64) -> Option<(Part, Vec<Round>)> {
    let numbered = Numbered::new(group);
    let fetches = group.fetches.len();
    // Only a store that has a fetch to go with can be told not to fill what is too large for it.
    let most = match numbered.refilled.iter().all(|refilled| *refilled) {
        true => group.stores.len(),
        false => group.stores.len().min(fetches),
    };
    let with_stores = numbered.plan(most, tries);
    with_stores.or_else(|| numbered.plan(0, tries))
}

impl<'g, 'a> Numbered<'g, 'a> {
    fn new(group: &'g Group<'a>) -> Numbered<'g, 'a> {
        let machine = group.sight.machine;
        let mut specs: Vec<&PlaceSpec> = group.fetches.iter().map(|(_, from)| *from).collect();
        let offered = group.stores.first().and_then(|slots| slots.first());
        let refilled = specs.iter().map(|spec| {
            let alike = offered.is_some_and(|slot| slot.max == spec.max);
            alike && spec.kind == PlaceKind::Slot
        });
        let refilled: Vec<bool> = refilled.collect();
        // Slots that are offered to all cars are open to any of them.
        let to_all = |slot: &&&PlaceSpec| {
            let mut stores = group.stores.iter();
            stores.all(|slots| slots.iter().any(|one| one.index == slot.index))
        };
        let open = group.stores.first().into_iter().flatten().filter(to_all);
        specs.extend(open.copied());
        let bays = group.lifts.iter().map(|lift| {
            let served = group.bays.iter().filter(|bay| machine.serves(*lift, bay));
            served.map(|bay| machine.pose_before(bay)).collect()
        });
        let slots = specs.iter().map(|spec| vec![machine.pose_before(spec)]);
        let places: Vec<Vec<LiftPose>> = bays.chain(slots).collect();
        let reached = group.lifts.iter().map(|lift| {
            let reached = specs.iter().map(|spec| machine.serves(*lift, spec));
            reached.collect()
        });
        Numbered {
            group,
            ways: Ways::new(machine, &places),
            reached: reached.collect(),
            refilled,
            handling_ms: least_handling_ms(group, &specs),
            specs,
        }
    }

    /// Gives how far a lift of the group is from one place to another.
    fn travel(&self, lift: usize, from: usize, to: usize) -> Option<u64> {
        let lifts = self.group.lifts.len();
        let reaches = |place: usize| match place.checked_sub(lifts) {
            Some(slot) => self.reached[lift][slot],
            None => place == lift,
        };
        let of_fetch = |place: usize| (lifts..lifts + self.group.fetches.len()).contains(&place);
        // Straight from one fetched car's slot to another is a store into the first.
        let barred = of_fetch(from) && of_fetch(to) && !self.refilled[from - lifts];
        let goes = reaches(from) && reaches(to) && !barred;
        goes.then(|| self.ways.way_ms(from, to))
    }

    fn plan(&self, stores: usize, tries: u64) -> Option<(Part, Vec<Round>)> {
        let lifts: Vec<usize> = (0..self.group.lifts.len()).collect();
        let first = lifts.len();
        let fetches: Vec<usize> = (first..first + self.group.fetches.len()).collect();
        let openings: Vec<usize> = (first + fetches.len()..first + self.specs.len()).collect();
        let work = Work {
            lifts: &lifts,
            stores,
            fetches: &fetches,
            openings: &openings,
            handling_ms: self.handling_ms,
            bays: 0,
            handover_ms: 0,
        };
        let travel = |lift, from, to| self.travel(lift, from, to);
        let plan = fleet::plan(work, travel, tries)?;
        let timed = fleet::check(work, &plan.lifts, travel).ok()?;
        let begun = timed.iter().map(|round| {
            let cycle = plan.lifts[round.lift][round.index];
            (self.group.lifts[round.lift], cycle)
        });
        let part = Part {
            lifts: self.group.lifts.clone(),
            method: Method::Fleet,
            jobs: stores + fetches.len(),
            proof: plan.proof,
        };
        Some((part, self.in_turn(&begun.collect::<Vec<_>>())))
    }

    /// Puts rounds, given as they begin, into the order in which their fetches were queued, those
    /// without one behind.
    fn in_turn(&self, begun: &[(usize, Cycle)]) -> Vec<Round> {
        let first = self.group.lifts.len();
        let mut in_turn: Vec<&(usize, Cycle)> = begun.iter().collect();
        in_turn.sort_by_key(|(_, cycle)| cycle.fetch_from.unwrap_or(usize::MAX));
        let round = |(lift, cycle): &(usize, Cycle)| Round {
            lift: *lift,
            store_to: cycle
                .store_to
                .map(|slot| self.specs[slot - first].place.clone()),
            fetch: cycle
                .fetch_from
                .map(|place| self.group.fetches[place - first].0.job.id.clone()),
            begun: false,
        };
        in_turn.into_iter().map(round).collect()
    }
}

/// Gives the time at both ends of a move that no move is quicker than.
fn least_handling_ms(group: &Group<'_>, specs: &[&PlaceSpec]) -> u64 {
    let machine = group.sight.machine;
    let at = |specs: &[&PlaceSpec], time: &dyn Fn(usize, &PlaceSpec) -> u64| {
        let pairs = group.lifts.iter().flat_map(|lift| {
            let served = specs.iter().filter(|spec| machine.serves(*lift, spec));
            served.map(|spec| time(*lift, spec)).collect::<Vec<_>>()
        });
        pairs.min().unwrap_or(0)
    };
    let down = at(specs, &|lift, spec| machine.taking_ms(lift, spec))
        + at(&group.bays, &|lift, bay| machine.putting_ms(lift, bay));
    let up = at(&group.bays, &|lift, bay| machine.taking_ms(lift, bay))
        + at(specs, &|lift, spec| machine.putting_ms(lift, spec));
    down.min(up)
}
