//! Fetches shared out among lifts, then planned lift by lift.
//!
//! The longest round goes first, to the lift that ends it soonest. An assignment gives each round
//! its slot, so that lifts do not take each other's; openings left over go to lifts in turn. Then
//! fetches of the lift that ends last move to others, or change places with theirs.

use super::super::assignment::{Costs, Matching, NEVER};
use super::super::one_lift::{self, Cycle};
use super::{Travel, Work};

/// How many nodes the search of one lift may take each time it is planned.
const NODES: u64 = 200;

/// What one lift is given, and its plan.
#[derive(Clone, Debug)]
struct Share {
    lift: usize,
    fetches: Vec<usize>,
    stores: usize,
    openings: Vec<usize>,
    cycles: Vec<Cycle>,
    ends_ms: u64,
}

struct Sharing<'a, T> {
    work: Work<'a>,
    travel: &'a T,
}

/// Shares the work out and plans each lift; gives the rounds and how many ways were tried.
pub(super) fn plan(
    work: Work<'_>,
    travel: &impl Travel,
    steps: u64,
) -> Option<(Vec<Vec<Cycle>>, u64)> {
    let sharing = Sharing { work, travel };
    let mut shares = sharing.deal()?;
    sharing.deal_openings(&mut shares);
    for share in &mut shares {
        sharing.plan_lift(share)?;
    }
    let mut tried = 0;
    while tried < steps && sharing.improve(&mut shares, steps, &mut tried) {}
    Some((
        shares.into_iter().map(|share| share.cycles).collect(),
        tried,
    ))
}

impl<T: Travel> Sharing<'_, T> {
    /// Gives every fetch and store to a lift, the longest round first.
    fn deal(&self) -> Option<Vec<Share>> {
        let lifts = 0..self.work.lifts.len();
        let mut shares: Vec<Share> = lifts.map(Share::of).collect();
        let mut fetches: Vec<(u64, usize)> = Vec::new();
        for fetch in self.work.fetches {
            let times = shares
                .iter()
                .filter_map(|share| self.estimate(share.lift, *fetch));
            fetches.push((times.min()?, *fetch));
        }
        fetches.sort_by_key(|(time, fetch)| (std::cmp::Reverse(*time), *fetch));
        for (_, fetch) in fetches {
            let ends = |share: &Share| Some(share.ends_ms + self.estimate(share.lift, fetch)?);
            let timed = shares
                .iter()
                .filter_map(|share| Some((ends(share)?, share.lift)));
            let (ends_ms, lift) = timed.min()?;
            shares[lift].ends_ms = ends_ms;
            shares[lift].fetches.push(fetch);
        }
        self.deal_stores(&mut shares);
        Some(shares)
    }

    /// Gives every fetch a store as long as there are some, the rest to whoever ends first.
    fn deal_stores(&self, shares: &mut [Share]) {
        let mut left = self.work.stores;
        while left > 0 {
            let wanting = |share: &&mut Share| share.stores < share.fetches.len();
            let most = shares.iter_mut().filter(wanting);
            let most = most.max_by_key(|share| share.fetches.len() - share.stores);
            let Some(share) = most else {
                break;
            };
            share.stores += 1;
            left -= 1;
        }
        for _ in 0..left {
            let alone = |share: &Share| self.estimate_store(share.lift);
            let ends =
                |share: &&mut Share| (share.ends_ms.saturating_add(alone(share)), share.lift);
            if let Some(share) = shares.iter_mut().min_by_key(ends) {
                share.ends_ms = share
                    .ends_ms
                    .saturating_add(self.estimate_store(share.lift));
                share.stores += 1;
            }
        }
    }

    /// Gives each lift the openings that an assignment of slots to all rounds uses for it, and the
    /// others to lifts in turn.
    fn deal_openings(&self, shares: &mut [Share]) {
        let rows: Vec<(usize, Option<usize>)> = shares.iter().flat_map(Share::rows).collect();
        let openings = self.work.openings;
        let size = openings.len().max(rows.len()) + rows.len();
        let costs = Costs::new(size, |row, column| {
            match (rows.get(row), openings.get(column)) {
                (None, _) => 0,
                (Some((lift, fetch_from)), Some(slot)) => self.cost(*lift, *slot, *fetch_from),
                // A column for those who fill what another round of their lift frees.
                (Some((lift, _)), None) => self.freed(*lift, &rows),
            }
        });
        let matching = Matching::solve(&costs);
        let mut left = openings.to_vec();
        for (row, (lift, _)) in rows.iter().enumerate() {
            if let Some(slot) = openings.get(matching.column_of(row)) {
                shares[*lift].openings.push(*slot);
                left.retain(|one| one != slot);
            }
        }
        for slot in left {
            let reached = |share: &&mut Share| self.estimate_to(share.lift, slot).is_some();
            let fewest = shares
                .iter_mut()
                .filter(reached)
                .min_by_key(|share| share.openings.len());
            if let Some(share) = fewest {
                share.openings.push(slot);
            }
        }
    }

    /// Gives what it costs at least to fill a slot that a lift frees itself.
    fn freed(&self, lift: usize, rows: &[(usize, Option<usize>)]) -> u64 {
        let own = rows.iter().filter(|(one, _)| *one == lift);
        let slots = own.filter_map(|(_, fetch)| *fetch);
        slots
            .map(|slot| self.cost(lift, slot, None))
            .min()
            .unwrap_or(NEVER)
    }

    fn cost(&self, lift: usize, slot: usize, fetch_from: Option<usize>) -> u64 {
        let cycle = Cycle {
            store_to: Some(slot),
            fetch_from,
        };
        self.work
            .round_ms(lift, &cycle, self.travel)
            .unwrap_or(NEVER)
    }

    /// Gives how long it takes to go to a place and back.
    fn estimate_to(&self, lift: usize, slot: usize) -> Option<u64> {
        let bay = self.work.lifts[lift];
        Some((self.travel)(lift, bay, slot)? + (self.travel)(lift, slot, bay)?)
    }

    fn estimate(&self, lift: usize, fetch: usize) -> Option<u64> {
        let cars = if self.work.stores > 0 { 2 } else { 1 };
        Some(self.estimate_to(lift, fetch)? + cars * self.work.handling_ms)
    }

    fn estimate_store(&self, lift: usize) -> u64 {
        let openings = self.work.openings.iter();
        let nearest = openings
            .filter_map(|slot| self.estimate_to(lift, *slot))
            .min();
        nearest.map_or(NEVER, |way| way + self.work.handling_ms)
    }

    /// Plans one lift anew with what it is given.
    fn plan_lift(&self, share: &mut Share) -> Option<()> {
        let lift = share.lift;
        let work = one_lift::Work {
            bay: self.work.lifts[lift],
            stores: share.stores,
            fetches: &share.fetches,
            openings: &share.openings,
        };
        let way = |from, to| (self.travel)(lift, from, to).unwrap_or(NEVER >> 4);
        let plan = one_lift::plan(work, way, NODES)?;
        let cars = (share.fetches.len() + share.stores) as u64;
        share.ends_ms = plan.proof.cost + cars * self.work.handling_ms;
        share.cycles = plan.cycles;
        Some(())
    }

    /// Tries changes that should help, the best first, until one does.
    fn improve(&self, shares: &mut [Share], steps: u64, tried: &mut u64) -> bool {
        let Some(last) = shares.iter().max_by_key(|share| share.ends_ms) else {
            return false;
        };
        let (last, ends_ms) = (last.lift, last.ends_ms);
        for change in self.changes(shares, last) {
            if *tried >= steps {
                return false;
            }
            *tried += 1;
            let mut two = [shares[last].clone(), shares[change.other].clone()];
            change.apply(&mut two);
            let planned = two.iter_mut().try_for_each(|share| self.plan_lift(share));
            if planned.is_some() && two.iter().all(|share| share.ends_ms < ends_ms) {
                let [from, to] = two;
                shares[last] = from;
                shares[change.other] = to;
                return true;
            }
        }
        false
    }

    /// Lists the moves and swaps after which both lifts should end earlier than the last does now,
    /// the earliest first.
    fn changes(&self, shares: &[Share], last: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        let from = &shares[last];
        for other in shares.iter().filter(|share| share.lift != last) {
            let swaps = other.fetches.iter().map(|back| Some(*back)).chain([None]);
            for back in swaps {
                for gives in &from.fetches {
                    let change = Change {
                        gives: *gives,
                        back,
                        other: other.lift,
                    };
                    let ends = self.after(from, other, change);
                    changes.extend(
                        ends.filter(|ends| *ends < from.ends_ms)
                            .map(|ends| (ends, change)),
                    );
                }
            }
        }
        changes.sort_by_key(|(ends, change)| (*ends, change.other, change.gives, change.back));
        changes.into_iter().map(|(_, change)| change).collect()
    }

    fn after(&self, from: &Share, other: &Share, change: Change) -> Option<u64> {
        let back = |lift: usize| match change.back {
            Some(fetch) => self.estimate(lift, fetch),
            None => Some(0),
        };
        let mine = from.ends_ms + back(from.lift)?;
        let mine = mine.saturating_sub(self.estimate(from.lift, change.gives)?);
        let theirs = other.ends_ms + self.estimate(other.lift, change.gives)?;
        Some(mine.max(theirs.saturating_sub(back(other.lift)?)))
    }
}

/// A fetch given to another lift, perhaps for one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    gives: usize,
    back: Option<usize>,
    other: usize,
}

impl Change {
    fn apply(self, [from, to]: &mut [Share; 2]) {
        let with_store = from.stores >= from.fetches.len();
        from.fetches.retain(|fetch| *fetch != self.gives);
        to.fetches.push(self.gives);
        match self.back {
            Some(back) => {
                to.fetches.retain(|fetch| *fetch != back);
                from.fetches.push(back);
            }
            None if with_store => {
                from.stores -= 1;
                to.stores += 1;
            }
            None => {}
        }
    }
}

impl Share {
    fn of(lift: usize) -> Share {
        Share {
            lift,
            fetches: Vec::new(),
            stores: 0,
            openings: Vec::new(),
            cycles: Vec::new(),
            ends_ms: 0,
        }
    }

    /// Lists the rounds that need a slot: each with its lift and its fetch.
    fn rows(&self) -> Vec<(usize, Option<usize>)> {
        let fetch = |index| self.fetches.get(index).copied();
        (0..self.stores)
            .map(|index| (self.lift, fetch(index)))
            .collect()
    }
}
