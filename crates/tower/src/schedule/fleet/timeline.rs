//! When each round begins and ends, when hand-overs may make a lift wait.
//!
//! Rounds are taken in time, the lift that is free first goes first. A lift that brings a car to
//! bays that are all taken waits until the first is free. A slot that another lift frees can be
//! filled from the end of that lift's round on.

use super::super::one_lift::{Cycle, Infeasible};
use super::{Travel, Work};
use std::collections::BTreeMap;

/// One round in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Which lift.
    pub lift: usize,
    /// Which of its rounds.
    pub index: usize,
    /// When it begins, in milliseconds.
    pub begins_ms: u64,
    /// When the lift is free again.
    pub ends_ms: u64,
    /// When the fetched car has left its bay; the end for a round without one.
    pub handed_over_ms: u64,
}

/// Lays rounds out in time; none when a lift does not reach, or lifts wait for each other.
pub(super) fn lay_out(
    work: Work<'_>,
    lifts: &[Vec<Cycle>],
    travel: &impl Travel,
) -> Option<Vec<Round>> {
    let mut empty_from: BTreeMap<usize, u64> =
        work.openings.iter().map(|slot| (*slot, 0)).collect();
    let mut free_at = vec![0u64; lifts.len()];
    let mut bays = vec![0u64; work.bays];
    let mut next = vec![0usize; lifts.len()];
    let count = lifts.iter().map(Vec::len).sum();
    let mut rounds: Vec<Round> = Vec::new();
    while rounds.len() < count {
        let begin = |lift: &usize| {
            let cycle = lifts[*lift].get(next[*lift])?;
            let slot_at = match cycle.store_to {
                Some(slot) => *empty_from.get(&slot)?,
                None => 0,
            };
            Some((free_at[*lift].max(slot_at), *lift))
        };
        let (begins_ms, lift) = (0..lifts.len()).filter_map(|lift| begin(&lift)).min()?;
        let cycle = lifts[lift][next[lift]];
        let mut ends_ms = begins_ms + work.round_ms(lift, &cycle, travel)?;
        let mut handed_over_ms = ends_ms;
        if cycle.fetch_from.is_some()
            && let Some(bay) = bays.iter_mut().min()
        {
            ends_ms = ends_ms.max(*bay);
            handed_over_ms = ends_ms + work.handover_ms;
            *bay = handed_over_ms;
        }
        if let Some(slot) = cycle.store_to {
            empty_from.remove(&slot);
        }
        if let Some(slot) = cycle.fetch_from {
            empty_from.insert(slot, ends_ms);
        }
        free_at[lift] = ends_ms;
        let index = next[lift];
        next[lift] += 1;
        rounds.push(Round {
            lift,
            index,
            begins_ms,
            ends_ms,
            handed_over_ms,
        });
    }
    Some(rounds)
}

/// Gives when everything has ended.
pub(super) fn end(work: Work<'_>, lifts: &[Vec<Cycle>], travel: &impl Travel) -> Option<u64> {
    let rounds = lay_out(work, lifts, travel)?;
    Some(
        rounds
            .iter()
            .map(|round| round.handed_over_ms)
            .max()
            .unwrap_or(0),
    )
}

/// Carries a plan out on paper and gives its rounds in the order they begin: each slot is empty
/// when it is filled, every car is fetched once, every store is done.
pub fn check(
    work: Work<'_>,
    lifts: &[Vec<Cycle>],
    travel: impl Travel,
) -> Result<Vec<Round>, Infeasible> {
    let fetches = work.fetches.len();
    let left = Infeasible::LeftOver {
        stores: work.stores,
        fetches,
    };
    let rounds = lay_out(work, lifts, &travel).ok_or(left)?;
    let cycles: Vec<Cycle> = rounds
        .iter()
        .map(|round| lifts[round.lift][round.index])
        .collect();
    let (stores, openings) = (work.stores, work.openings);
    let as_one = super::super::one_lift::Work {
        bay: 0,
        stores,
        fetches: work.fetches,
        openings,
    };
    super::super::one_lift::check(as_one, &cycles)?;
    Ok(rounds)
}
