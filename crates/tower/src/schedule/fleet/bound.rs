//! When several lifts end at the earliest, whatever the plan.
//!
//! A round that only some lifts can do is done by one of them, at no less than the cheapest slot
//! and lift allow, so those lifts together work at least as much as an assignment of slots to their
//! rounds costs, and one of them at least its part. Every fetched car keeps its bay for a
//! hand-over, and none comes before the shortest round.

use super::super::assignment::{Costs, Matching, NEVER};
use super::super::one_lift::Cycle;
use super::{Travel, Work};
use std::collections::BTreeSet;

/// Gives the bound in milliseconds.
pub(super) fn of(work: Work<'_>, travel: &impl Travel) -> u64 {
    let rounds = Rounds::new(work, travel);
    let groups = rounds.groups();
    let group = groups
        .iter()
        .map(|lifts| rounds.work_of(lifts).div_ceil(lifts.len() as u64));
    // Where each fetch waits for its hand-over, so does the last of the lift with the most work.
    let handover_ms = if work.bays > 0 { work.handover_ms } else { 0 };
    let all_fetch = work.stores <= work.fetches.len() && !work.fetches.is_empty();
    let tail = if all_fetch { handover_ms } else { 0 };
    let shared = group.max().unwrap_or(0) + tail;
    shared
        .max(rounds.longest() + tail)
        .max(rounds.handed_over(handover_ms))
}

/// The time of every round by every lift.
struct Rounds<'a, T> {
    work: Work<'a>,
    travel: &'a T,
    slots: Vec<usize>,
    lone_stores: usize,
    lone_fetches: usize,
    /// By row, then slot, the last being none, then lift; [`NEVER`] where it cannot be.
    times: Vec<u64>,
}

impl<'a, T: Travel> Rounds<'a, T> {
    fn new(work: Work<'a>, travel: &'a T) -> Rounds<'a, T> {
        let (stores, fetches) = (work.stores, work.fetches.len());
        let mut rounds = Rounds {
            work,
            travel,
            slots: work.openings.iter().chain(work.fetches).copied().collect(),
            lone_stores: stores.saturating_sub(fetches),
            lone_fetches: fetches.saturating_sub(stores),
            times: Vec::new(),
        };
        for row in 0..rounds.rows() {
            for slot in 0..=rounds.slots.len() {
                let by = (0..work.lifts.len()).map(|lift| rounds.time(row, slot, lift));
                let by: Vec<u64> = by.collect();
                rounds.times.extend(by);
            }
        }
        rounds
    }

    fn time(&self, row: usize, slot: usize, lift: usize) -> u64 {
        let fetch_from = self.work.fetches.get(row).copied();
        let store_to = self.slots.get(slot).copied();
        if store_to == fetch_from {
            return NEVER;
        }
        let cycle = Cycle {
            store_to,
            fetch_from,
        };
        self.work
            .round_ms(lift, &cycle, self.travel)
            .unwrap_or(NEVER)
    }

    fn rows(&self) -> usize {
        self.work.fetches.len() + self.lone_stores
    }

    /// Gives the least time of a round among some lifts, by the index of its slot; the index after
    /// the last is a fetch alone.
    fn least(&self, row: usize, slot: usize, lifts: &[usize]) -> u64 {
        let first = (row * (self.slots.len() + 1) + slot) * self.work.lifts.len();
        let times = lifts.iter().map(|lift| self.times[first + lift]);
        times.min().unwrap_or(NEVER)
    }

    /// Lists which lifts can do each round, each group once, and all lifts together.
    fn groups(&self) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.work.lifts.len()).collect();
        let reach = |fetch: &usize| {
            let bay = |lift: usize| self.work.lifts[lift];
            let goes = |lift: &usize| (self.travel)(*lift, *fetch, bay(*lift)).is_some();
            all.iter().copied().filter(goes).collect::<Vec<usize>>()
        };
        let alone: BTreeSet<Vec<usize>> = self.work.fetches.iter().map(reach).collect();
        let mut groups: BTreeSet<Vec<usize>> = alone.clone();
        for one in &alone {
            let joined = groups.iter().map(|other| union(one, other));
            groups.extend(joined.collect::<Vec<_>>());
        }
        groups.insert(all);
        groups
            .into_iter()
            .filter(|lifts| !lifts.is_empty())
            .collect()
    }

    /// Gives the least work of all rounds that only these lifts can do.
    fn work_of(&self, lifts: &[usize]) -> u64 {
        let everybody = lifts.len() == self.work.lifts.len();
        let theirs = |row: &usize| match self.work.fetches.get(*row) {
            Some(fetch) => (0..self.work.lifts.len())
                .filter(|lift| (self.travel)(*lift, *fetch, self.work.lifts[*lift]).is_some())
                .all(|lift| lifts.contains(&lift)),
            None => everybody,
        };
        let rows: Vec<usize> = (0..self.rows()).filter(theirs).collect();
        let kept = self.kept_slots(&rows, lifts);
        let alone = self.lone_fetches.min(rows.len());
        let size = (kept.len() + alone).max(rows.len());
        let costs = Costs::new(size, |row, column| {
            match (rows.get(row), kept.get(column)) {
                (Some(row), Some(slot)) => self.least(*row, *slot, lifts),
                (Some(row), None) if column < kept.len() + alone => {
                    self.least(*row, self.slots.len(), lifts)
                }
                // Among all lifts, as many fetches go alone as there are too many.
                (None, None) if everybody && column < kept.len() + alone => NEVER,
                (Some(_), None) => NEVER,
                (None, _) => 0,
            }
        });
        Matching::solve(&costs).total(&costs)
    }

    /// Lists the slots, by index, that are among the cheapest of some row: as many of each as there
    /// are rows.
    fn kept_slots(&self, rows: &[usize], lifts: &[usize]) -> Vec<usize> {
        let mut kept = BTreeSet::new();
        let fetches = rows.iter().filter(|row| **row < self.work.fetches.len());
        let store = rows.iter().find(|row| **row >= self.work.fetches.len());
        for row in fetches.chain(store) {
            let cost = |slot: &usize| (self.least(*row, *slot, lifts), *slot);
            let mut slots: Vec<usize> = (0..self.slots.len()).collect();
            slots.sort_by_cached_key(cost);
            kept.extend(slots.into_iter().take(rows.len()));
        }
        kept.into_iter().collect()
    }

    fn shortest_of(&self, row: usize) -> u64 {
        let all: Vec<usize> = (0..self.work.lifts.len()).collect();
        let choices = self.slots.len() + usize::from(self.lone_fetches > 0);
        let least = (0..choices).map(|slot| self.least(row, slot, &all));
        least.min().unwrap_or(0)
    }

    /// Gives the longest of the rounds, each at its shortest.
    fn longest(&self) -> u64 {
        (0..self.rows())
            .map(|row| self.shortest_of(row))
            .max()
            .unwrap_or(0)
    }

    /// Gives when the bays have handed all cars over: after the shortest round, one after another.
    fn handed_over(&self, handover_ms: u64) -> u64 {
        if self.work.bays == 0 || self.work.fetches.is_empty() {
            return 0;
        }
        let fetches = self.work.fetches.len();
        let first = (0..fetches)
            .map(|row| self.shortest_of(row))
            .min()
            .unwrap_or(0);
        first + fetches.div_ceil(self.work.bays) as u64 * handover_ms
    }
}

fn union(one: &[usize], other: &[usize]) -> Vec<usize> {
    let both: BTreeSet<usize> = one.iter().chain(other).copied().collect();
    both.into_iter().collect()
}
