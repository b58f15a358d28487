//! Dual commands with fixed slots: every store knows its slot, every fetch its car.
//!
//! A dual command goes from the bay to the slot of the store, on to the slot of the fetch and back.
//! Only the way between differs from one pairing to another, so the best pairing is an assignment
//! (cf. Lee & Schaefer 1996, IJPR 34(10) 2943-2962), exact however the travel is measured. A store
//! or fetch stays alone where that is no longer, or where there is nobody to pair it with.

use super::Proof;
use super::assignment::{Costs, Matching};
use std::collections::BTreeSet;

/// Which fetch each store is paired with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// For each store the index of its fetch.
    pub fetch_of: Vec<Option<usize>>,
    /// The total travel, which is the least possible.
    pub proof: Proof,
}

/// The slots of stores and fetches, as indices that the travel function knows.
#[derive(Clone, Copy, Debug)]
pub struct Slots<'a> {
    /// Where the bay is.
    pub bay: usize,
    /// Where each store goes.
    pub stores: &'a [usize],
    /// Where the car of each fetch stands.
    pub fetches: &'a [usize],
}

/// Pairs stores and fetches at the least total travel.
pub fn best(slots: Slots<'_>, travel: impl Fn(usize, usize) -> u64) -> Pairing {
    let Slots {
        bay,
        stores,
        fetches,
    } = slots;
    // Beside the real ones, every store has a place to stay alone, and every fetch a row.
    let costs = Costs::new(stores.len() + fetches.len(), |row, column| {
        match (stores.get(row), fetches.get(column)) {
            (Some(store), Some(fetch)) => travel(*store, *fetch),
            (Some(store), None) => travel(*store, bay),
            (None, Some(fetch)) => travel(bay, *fetch),
            (None, None) => 0,
        }
    });
    let matching = Matching::solve(&costs);
    let partner = |row| Some(matching.column_of(row)).filter(|column| *column < fetches.len());
    let cost = fixed_legs(slots, &travel) + matching.total(&costs);
    Pairing {
        fetch_of: (0..stores.len()).map(partner).collect(),
        proof: Proof::new(cost, cost, 1),
    }
}

/// Pairs in the order of the stores, each with the first fetch not yet taken.
pub fn in_order(slots: Slots<'_>) -> Vec<Option<usize>> {
    let count = slots.fetches.len();
    (0..slots.stores.len())
        .map(|index| Some(index).filter(|index| *index < count))
        .collect()
}

/// Pairs in the order of the stores, each with the nearest fetch not yet taken.
pub fn nearest(slots: Slots<'_>, travel: impl Fn(usize, usize) -> u64) -> Vec<Option<usize>> {
    let mut left: BTreeSet<usize> = (0..slots.fetches.len()).collect();
    let mut take = |store: &usize| {
        let way = |fetch: &&usize| travel(*store, slots.fetches[**fetch]);
        let fetch = *left.iter().min_by_key(way)?;
        left.remove(&fetch);
        Some(fetch)
    };
    slots.stores.iter().map(&mut take).collect()
}

/// Gives the total travel of a pairing.
///
/// # Panics
/// If a fetch is paired twice.
pub fn travel_of(
    slots: Slots<'_>,
    fetch_of: &[Option<usize>],
    travel: impl Fn(usize, usize) -> u64,
) -> u64 {
    let paired: BTreeSet<usize> = fetch_of.iter().flatten().copied().collect();
    assert_eq!(
        paired.len(),
        fetch_of.iter().flatten().count(),
        "a fetch is paired twice"
    );
    let Slots {
        bay,
        stores,
        fetches,
    } = slots;
    let between = stores
        .iter()
        .zip(fetch_of)
        .map(|(store, fetch)| match fetch {
            Some(fetch) => travel(*store, fetches[*fetch]),
            None => travel(*store, bay),
        });
    let alone = (0..fetches.len()).filter(|fetch| !paired.contains(fetch));
    let alone = alone.map(|fetch| travel(bay, fetches[fetch]));
    fixed_legs(slots, &travel) + between.sum::<u64>() + alone.sum::<u64>()
}

/// Gives the travel that every pairing has: each store from the bay, each fetch to it.
pub fn fixed_legs(slots: Slots<'_>, travel: impl Fn(usize, usize) -> u64) -> u64 {
    let up = slots.stores.iter().map(|store| travel(slots.bay, *store));
    let down = slots.fetches.iter().map(|fetch| travel(*fetch, slots.bay));
    up.sum::<u64>() + down.sum::<u64>()
}
