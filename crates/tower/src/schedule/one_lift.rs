//! One lift, stores into any opening: which slot for each store, which fetch on the way back.
//!
//! A cycle goes from the bay to a slot, puts a car there, goes on to a car that is fetched, and
//! back. The slot is an opening, or was freed by an earlier fetch. Without regard to "earlier" this
//! is an assignment of slots to fetches, which therefore is a lower bound; where no fetch waits for
//! itself round a circle the assignment is a plan, and the best one; else the circle is broken at
//! each of its arcs in turn (Lee & Schaefer 1996, IJPR 34(10) 2943-2962; the same structure in
//! Gharehgozli, Yu, de Koster & Udding 2014). The start is shortest leg first (Han, McGinnis, Shieh
//! & White 1987), so that there is a whole plan at any time.

mod relaxation; // the assignment without regard to order
mod search; // circles broken, best bound first
pub mod peers; // the rules of thumb: in order, nearest neighbour, shortest leg

use super::Proof;
use relaxation::Relaxation;
use serde::{Deserialize, Serialize};

/// What one lift has to do.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Where the bay is, as an index that the travel function knows.
    pub bay: usize,
    /// How many cars wait to be stored.
    pub stores: usize,
    /// Where the cars stand that are to be fetched.
    pub fetches: &'a [usize],
    /// Which slots are empty.
    pub openings: &'a [usize],
}

/// One round of the lift, from the bay and back; at least one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// Into which slot a car is put.
    pub store_to: Option<usize>,
    /// From which slot a car is fetched.
    pub fetch_from: Option<usize>,
}

/// Rounds in an order that can be carried out, with what is known about their travel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The rounds, first to last.
    pub cycles: Vec<Cycle>,
    /// Their travel in milliseconds, and how little it could be.
    pub proof: Proof,
}

/// What hinders a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Infeasible {
    /// A slot would be filled that is not empty then.
    #[error("slot {0} is not empty when it is filled")]
    NotEmpty(usize),
    /// A car would be fetched that is not asked for, or a second time.
    #[error("slot {0} has no car to be fetched")]
    NotAsked(usize),
    /// Cars are left over.
    #[error("{stores} stores and {fetches} fetches are left over")]
    LeftOver {
        /// How many stores.
        stores: usize,
        /// How many fetches.
        fetches: usize,
    },
}

/// Plans the work within a number of search nodes; none when there are too few slots.
///
/// The result is proved best when its proof is exact. Otherwise the bound is what the search has
/// proved so far.
pub fn plan(work: Work<'_>, travel: impl Fn(usize, usize) -> u64, nodes: u64) -> Option<Plan> {
    let start = peers::shortest_leg(work, &travel)?;
    let cost = travel_of(&start, work.bay, &travel);
    let relaxation = Relaxation::new(work, &travel);
    let found = search::run(&relaxation, cost, nodes);
    let cycles = found
        .columns
        .map_or(start, |columns| relaxation.cycles(&columns));
    let cost = travel_of(&cycles, work.bay, &travel);
    let proof = Proof::new(cost, found.bound, found.nodes);
    Some(Plan { cycles, proof })
}

/// Adds up the travel of rounds.
pub fn travel_of(cycles: &[Cycle], bay: usize, travel: impl Fn(usize, usize) -> u64) -> u64 {
    let of_one = |cycle: &Cycle| {
        let (mut at, mut way) = (bay, 0);
        for stop in cycle.store_to.into_iter().chain(cycle.fetch_from) {
            way += travel(at, stop);
            at = stop;
        }
        way + travel(at, bay)
    };
    cycles.iter().map(of_one).sum()
}

/// Carries rounds out on paper: every slot is empty when it is filled, every car is fetched once.
pub fn check(work: Work<'_>, cycles: &[Cycle]) -> Result<(), Infeasible> {
    let mut empty = work.openings.to_vec();
    let mut asked = work.fetches.to_vec();
    let mut stores = work.stores;
    for cycle in cycles {
        if let Some(slot) = cycle.store_to {
            let place = empty.iter().position(|one| *one == slot);
            empty.swap_remove(place.ok_or(Infeasible::NotEmpty(slot))?);
            stores = stores.checked_sub(1).ok_or(Infeasible::NotEmpty(slot))?;
        }
        if let Some(slot) = cycle.fetch_from {
            let place = asked.iter().position(|one| *one == slot);
            asked.swap_remove(place.ok_or(Infeasible::NotAsked(slot))?);
            empty.push(slot);
        }
    }
    let fetches = asked.len();
    match (stores, fetches) {
        (0, 0) => Ok(()),
        _ => Err(Infeasible::LeftOver { stores, fetches }),
    }
}
