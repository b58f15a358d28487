//! One lift: which slot for each store, which fetch on the way back, and in which order.
//!
//! The lift begins where it is. That is laid down as one more store, whose car is on no lift and
//! whose slot is where the lift stands: it costs no way to get there, and every other round costs
//! [`FROM_BAY`] more, so that every good plan uses it once. A fetch that is paired with it is
//! brought on the way down. Where each store has one fetch at least to go with, slots are chosen
//! with the pairs; otherwise, or when cars of several sizes wait, the storage rule has given each
//! its slot, and only the pairs are chosen. The bound is that of all orders; the plan goes in turn.

use super::group::Group;
use super::ways::Ways;
use super::{Method, Part, Round};
use crate::machine::{LiftPose, PlaceKind, PlaceSpec};
use crate::planner::turn::turns;
use crate::schedule::assignment::NEVER;
use crate::schedule::one_lift::{self, Cycle, Work};
use crate::schedule::{Proof, pairing};
use crate::tower::LiveJob;

const BAY: usize = 0;
const HERE: usize = 1;
const FIRST: usize = 2;

/// More than all ways of a plan together, far less than what is never done.
const FROM_BAY: u64 = 1 << 34;

/// The work of one lift in numbers: the bay, where the lift is, the cars that are fetched, and the
/// slots that are offered.
struct Numbered<'g, 'a> {
    group: &'g Group<'a>,
    lift: usize,
    /// Every place from [`FIRST`] on: those of fetches, then openings.
    specs: Vec<&'a PlaceSpec>,
    ways: Ways,
    /// By place less [`FIRST`]: how long it takes to put a car there.
    putting_ms: Vec<u64>,
    /// By place less [`FIRST`]: the time at both ends of a fetch from there.
    fetching_ms: Vec<u64>,
    /// By place less [`FIRST`]: whether it may be filled once its car is fetched, which it may when
    /// it is like the slots that are offered.
    refilled: Vec<bool>,
    /// How long it takes to take a car in at a bay.
    taking_in_ms: u64,
    /// Whether the lift stands away from its bays.
    is_away: bool,
}

pub(super) fn plan(group: &Group<'_>, lift: usize, nodes: u64) -> Option<(Part, Vec<Round>)> {
    let numbered = Numbered::new(group, lift);
    let alike = group.stores.windows(2).all(|two| two[0] == two[1]);
    let begun = usize::from(numbered.is_away);
    let all_paired = group.stores.len() + begun <= group.fetches.len();
    let exact = (alike && all_paired).then(|| numbered.choose_slots(nodes, false));
    let (method, found) = match exact.flatten() {
        Some(found) => (Method::OneLift, found),
        None => (Method::Pairing, numbered.pair()),
    };
    let (cycles, bound, mut searched) = found;
    let mut best = numbered.in_turn(cycles);
    // What is best in any order may have to be changed to go in turn; what is best in turn not.
    if method == Method::OneLift
        && numbered.cost(&best) > bound
        && let Some((cycles, _, more)) = numbered.choose_slots(nodes, true)
    {
        let in_turn = numbered.in_turn(cycles);
        best = std::cmp::min_by_key(best, in_turn, |cycles| numbered.cost(cycles));
        searched += more;
    }
    let stores = best.iter().filter(|cycle| is_store(cycle));
    let cost = numbered.cost(&best);
    let part = Part {
        lifts: vec![lift],
        method,
        jobs: stores.count() + group.fetches.len(),
        proof: Proof::new(cost, bound.min(cost), searched),
    };
    Some((part, numbered.rounds(&best)))
}

/// Tells whether a round carries a car up; the lift's own way from where it stands does not.
fn is_store(cycle: &Cycle) -> bool {
    cycle.store_to.is_some_and(|place| place != HERE)
}

/// Rounds, how little their work can be, and how much was searched.
type Found = (Vec<Cycle>, u64, u64);

impl<'g, 'a> Numbered<'g, 'a> {
    fn new(group: &'g Group<'a>, lift: usize) -> Numbered<'g, 'a> {
        let machine = group.sight.machine;
        let here = group.sight.pose(lift);
        let poses = group.bays.iter().map(|bay| machine.pose_before(bay));
        let bays: Vec<LiftPose> = poses.collect();
        let mut specs: Vec<&PlaceSpec> = group.fetches.iter().map(|(_, from)| *from).collect();
        for slot in group.stores.iter().flatten() {
            if !specs.iter().any(|spec| spec.index == slot.index) {
                specs.push(slot);
            }
        }
        let is_away = !bays.is_empty() && bays.iter().all(|bay| machine.way_ms(here, *bay) > 0);
        let slots = specs.iter().map(|spec| vec![machine.pose_before(spec)]);
        let places: Vec<Vec<LiftPose>> = [bays, vec![here]].into_iter().chain(slots).collect();
        let putting = |spec: &&PlaceSpec| machine.putting_ms(lift, spec);
        let taking = |spec: &&PlaceSpec| machine.taking_ms(lift, spec);
        let put_off_ms = group.bays.iter().map(putting).min().unwrap_or(0);
        let offered = group.stores.first().and_then(|slots| slots.first());
        let refilled = |spec: &&PlaceSpec| {
            let alike = offered.is_some_and(|slot| slot.max == spec.max);
            alike && spec.kind == PlaceKind::Slot
        };
        Numbered {
            group,
            lift,
            ways: Ways::new(machine, &places),
            putting_ms: specs.iter().map(putting).collect(),
            fetching_ms: specs.iter().map(|spec| taking(spec) + put_off_ms).collect(),
            refilled: specs.iter().map(refilled).collect(),
            taking_in_ms: group.bays.iter().map(taking).min().unwrap_or(0),
            is_away,
            specs,
        }
    }

    fn spec(&self, place: usize) -> Option<&'a PlaceSpec> {
        self.specs.get(place.checked_sub(FIRST)?).copied()
    }

    fn is_fetched_from(&self, place: usize) -> bool {
        (FIRST..FIRST + self.group.fetches.len()).contains(&place)
    }

    /// Gives the way from one place to another with the time at places that belongs to it: a slot
    /// is filled where the lift goes on from it, and emptied before the way home.
    fn travel(&self, from: usize, to: usize) -> u64 {
        let way_ms = self.ways.way_ms(from, to);
        match (from, to) {
            (BAY, HERE) => 0,
            (BAY, to) if to >= FIRST && !self.is_fetched_from(to) => {
                way_ms + self.putting_ms[to - FIRST]
            }
            (from, BAY) if self.is_fetched_from(from) => way_ms + self.fetching_ms[from - FIRST],
            (from, to) if self.is_fetched_from(from) && self.is_fetched_from(to) => {
                match self.refilled[from - FIRST] {
                    true => way_ms + self.putting_ms[from - FIRST],
                    false => NEVER,
                }
            }
            _ => way_ms,
        }
    }

    /// Gives the time a lift stands at a bay to take in the cars of some rounds.
    fn taken_in_ms(&self, cycles: &[Cycle]) -> u64 {
        cycles.iter().filter(|cycle| is_store(cycle)).count() as u64 * self.taking_in_ms
    }

    fn cost(&self, cycles: &[Cycle]) -> u64 {
        let of_one = |cycle: &Cycle| match (cycle.store_to, cycle.fetch_from) {
            // The slot of an earlier fetch, filled by a store alone.
            (Some(slot), None) if self.is_fetched_from(slot) => {
                let ways_ms = self.ways.way_ms(BAY, slot) + self.ways.way_ms(slot, BAY);
                ways_ms + self.putting_ms[slot - FIRST]
            }
            _ => one_lift::travel_of(&[*cycle], BAY, |from, to| self.travel(from, to)),
        };
        cycles.iter().map(of_one).sum::<u64>() + self.taken_in_ms(cycles)
    }

    fn fetches(&self) -> Vec<usize> {
        (FIRST..FIRST + self.group.fetches.len()).collect()
    }

    /// Chooses slots and pairs together; of the slots that fetches free all, or only those that are
    /// free by then when fetches go as they were queued. None when there are too few slots.
    fn choose_slots(&self, nodes: u64, in_turn: bool) -> Option<Found> {
        let begun = usize::from(self.is_away);
        let fetches = self.fetches();
        let slots = FIRST + fetches.len()..FIRST + self.specs.len();
        let openings: Vec<usize> = (0..begun).map(|_| HERE).chain(slots).collect();
        let work = Work {
            bay: BAY,
            stores: self.group.stores.len() + begun,
            fetches: &fetches,
            openings: &openings,
        };
        let more = if self.is_away { FROM_BAY } else { 0 };
        let travel = |from, to| match (from, to) {
            (BAY, HERE) => 0,
            (BAY, to) => self.travel(BAY, to) + more,
            (from, to) if in_turn && from > to && self.is_fetched_from(from) && to != BAY => NEVER,
            (from, to) => self.travel(from, to),
        };
        let plan = one_lift::plan(work, travel, nodes)?;
        if plan.proof.cost >= NEVER {
            return None;
        }
        let extra = more * (plan.cycles.len().saturating_sub(begun)) as u64;
        let bound = plan.proof.bound.saturating_sub(extra) + self.taken_in_ms(&plan.cycles);
        Some((plan.cycles, bound, plan.proof.nodes))
    }

    /// Pairs fetches with stores that have their slots.
    fn pair(&self) -> Found {
        let fetches = self.fetches();
        let mut stores = Vec::new();
        for slots in &self.group.stores {
            let numbers = slots.iter().filter_map(|slot| self.number(slot));
            let mut free = numbers.filter(|number| !stores.contains(number));
            let slot = free.next();
            stores.extend(slot);
        }
        stores.extend(self.is_away.then_some(HERE));
        let slots = pairing::Slots {
            bay: BAY,
            stores: &stores,
            fetches: &fetches,
        };
        let best = pairing::best(slots, |from, to| self.travel(from, to));
        let paired = stores
            .iter()
            .zip(&best.fetch_of)
            .map(|(slot, fetch)| Cycle {
                store_to: Some(*slot),
                fetch_from: fetch.map(|fetch| fetches[fetch]),
            });
        let is_paired = |fetch: &usize| {
            let mut with = best.fetch_of.iter().flatten();
            with.any(|one| fetches[*one] == *fetch)
        };
        let alone = fetches.iter().filter(|fetch| !is_paired(fetch));
        let alone = alone.map(|fetch| Cycle {
            store_to: None,
            fetch_from: Some(*fetch),
        });
        let cycles: Vec<Cycle> = paired.chain(alone).collect();
        let bound = best.proof.bound + self.taken_in_ms(&cycles);
        (cycles, bound, best.proof.nodes)
    }

    fn number(&self, slot: &PlaceSpec) -> Option<usize> {
        let at = self.specs.iter().position(|spec| spec.index == slot.index);
        at.map(|at| FIRST + at)
    }

    /// Puts rounds into turns: the one that has begun if those before have patience, then as they
    /// were queued. A store whose slot is not free by then goes up by itself at the end.
    fn in_turn(&self, cycles: Vec<Cycle>) -> Vec<Cycle> {
        let queue: Vec<&LiveJob> = self.group.fetches.iter().map(|(live, _)| *live).collect();
        let of_fetch = |fetch: usize| {
            let mut cycles = cycles.iter();
            let found = cycles.find(|cycle| cycle.fetch_from == Some(FIRST + fetch));
            *found.expect("every fetch has its round")
        };
        let has_begun = |fetch: &usize| of_fetch(*fetch).store_to == Some(HERE);
        let order = turns(&queue, |left| {
            let begun = left.iter().find(|fetch| has_begun(fetch));
            begun.or(left.first()).copied().unwrap_or(0)
        });
        let mut in_turn: Vec<Cycle> = Vec::new();
        let mut late: Vec<Cycle> = Vec::new();
        for (turn, fetch) in order.iter().enumerate() {
            let mut cycle = of_fetch(*fetch);
            let is_taken = |slot| order[turn..].iter().any(|other| FIRST + other == slot);
            if cycle.store_to.is_some_and(is_taken) {
                let store_to = cycle.store_to.take();
                late.push(Cycle {
                    store_to,
                    fetch_from: None,
                });
            }
            in_turn.push(cycle);
        }
        let lone = cycles.iter().filter(|cycle| cycle.fetch_from.is_none());
        in_turn.extend(lone.copied().chain(late));
        in_turn
    }

    fn rounds(&self, cycles: &[Cycle]) -> Vec<Round> {
        let round = |cycle: &Cycle| {
            let job = |place: usize| {
                let (live, _) = self.group.fetches.get(place.checked_sub(FIRST)?)?;
                Some(live.job.id.clone())
            };
            let slot = cycle.store_to.and_then(|place| self.spec(place));
            Round {
                lift: self.lift,
                store_to: slot.map(|spec| spec.place.clone()),
                fetch: cycle.fetch_from.and_then(job),
                begun: cycle.store_to == Some(HERE),
            }
        };
        let something = |round: &Round| round.store_to.is_some() || round.fetch.is_some();
        cycles.iter().map(round).filter(something).collect()
    }
}
