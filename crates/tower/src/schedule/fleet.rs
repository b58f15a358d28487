//! Several lifts, each in its own shaft or all reaching the same slots: who does what.
//!
//! The fetches are shared out, then each lift's rounds are planned as in [`super::one_lift`], each
//! with openings of its own. The end of the last lift is to be early. No plan ends before its
//! bound: the least work of all rounds (an assignment, as for one lift) divided by the lifts, and
//! the same for every group of lifts with what only they can reach; the longest round; and what the
//! bays need for the hand-overs. Sharing out begins with the longest round first (Graham 1969, SIAM
//! J. Applied Mathematics 17(2)), beside rounds taken greedily in time, and moves or swaps fetches
//! of the last lift while that helps and steps are left.

mod bound; // what no plan can beat
mod greedy; // in time, whoever is free takes the shortest
mod sharing; // fetches shared out, then planned by lift
mod timeline; // when each round ends, hand-overs included

pub use timeline::{Round, check};

use super::Proof;
use super::one_lift::Cycle;
use serde::{Deserialize, Serialize};

/// What several lifts have to do.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Where each lift meets its bay, as indices that the travel function knows.
    pub lifts: &'a [usize],
    /// How many cars wait to be stored.
    pub stores: usize,
    /// Where the cars stand that are to be fetched.
    pub fetches: &'a [usize],
    /// Which slots are empty.
    pub openings: &'a [usize],
    /// How long it takes to draw one car on to a lift and to put it off again, in milliseconds.
    pub handling_ms: u64,
    /// How many bays the lifts share; 0 when hand-overs never make a lift wait.
    pub bays: usize,
    /// How long a fetched car takes its bay, in milliseconds.
    pub handover_ms: u64,
}

/// The rounds of each lift, and what is known about when all is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The rounds of each lift, first to last.
    pub lifts: Vec<Vec<Cycle>>,
    /// When the last lift and the last hand-over have ended, and how early that could be.
    pub proof: Proof,
}

/// How far a lift is from one place to another; none where it does not reach.
pub trait Travel: Fn(usize, usize, usize) -> Option<u64> {}

impl<F: Fn(usize, usize, usize) -> Option<u64>> Travel for F {}

/// Plans the work; at most `steps` ways of sharing out are tried. None when some car is out of
/// reach or there are too few slots.
pub fn plan(work: Work<'_>, travel: impl Travel, steps: u64) -> Option<Plan> {
    let greedy = greedy::plan(work, &travel);
    let shared = sharing::plan(work, &travel, steps);
    let tried = shared.as_ref().map_or(0, |(_, tried)| *tried);
    let plans = greedy.into_iter().chain(shared.map(|(lifts, _)| lifts));
    let timed = plans.filter_map(|lifts| Some((timeline::end(work, &lifts, &travel)?, lifts)));
    let (cost, lifts) = timed.min_by_key(|(end, _)| *end)?;
    let bound = bound::of(work, &travel);
    let proof = Proof::new(cost, bound, tried + 1);
    Some(Plan { lifts, proof })
}

impl Work<'_> {
    /// Gives how long a lift takes for one round, with all handling.
    fn round_ms(&self, lift: usize, cycle: &Cycle, travel: &impl Travel) -> Option<u64> {
        let bay = self.lifts[lift];
        let (mut at, mut takes) = (bay, 0);
        for stop in cycle.store_to.into_iter().chain(cycle.fetch_from) {
            takes += travel(lift, at, stop)? + self.handling_ms;
            at = stop;
        }
        Some(takes + travel(lift, at, bay)?)
    }
}
