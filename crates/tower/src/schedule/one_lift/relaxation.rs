//! The assignment of slots to fetches, without regard to which fetch is earlier.
//!
//! Rows are fetches, then stores without a fetch, then nobody for the columns left over. Columns
//! are openings, then the slot each fetch frees, then "no store" for fetches that go alone. Each
//! row needs at most as many openings as there are rows, its cheapest ones: among those one is
//! always left, and taking it breaks no order. So the table stays small in a large machine.

use super::{Cycle, Work};
use crate::schedule::assignment::{Costs, NEVER};
use std::collections::BTreeSet;

/// The table and what its rows and columns stand for.
pub(super) struct Relaxation {
    /// Fetches in the caller's order.
    fetches: Vec<usize>,
    /// How many stores go without a fetch.
    lone_stores: usize,
    /// The openings worth a column.
    openings: Vec<usize>,
    /// The travel of each round but for the way home of fetches.
    pub(super) costs: Costs,
    /// The way home of all fetches, which no plan can change.
    pub(super) home: u64,
}

/// Whose slot a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Empty from the beginning.
    Opening(usize),
    /// Freed by the fetch of this row.
    FreedBy(usize),
    /// None: the fetch goes alone.
    NoStore,
}

impl Relaxation {
    pub(super) fn new(work: Work<'_>, travel: &impl Fn(usize, usize) -> u64) -> Relaxation {
        let fetches = work.fetches.to_vec();
        let lone_stores = work.stores.saturating_sub(fetches.len());
        let lone_fetches = fetches.len().saturating_sub(work.stores);
        let bay = work.bay;
        let goal = |row: usize| fetches.get(row).copied().unwrap_or(bay);
        let openings = worth_a_column(work, lone_stores, |row, slot| {
            travel(bay, slot) + travel(slot, goal(row))
        });
        let rows = fetches.len() + lone_stores;
        let size = (openings.len() + fetches.len() + lone_fetches).max(rows);
        let slots: Vec<usize> = openings.iter().chain(&fetches).copied().collect();
        let costs = Costs::new(size, |row, column| {
            let freed_by_itself = row < fetches.len() && column == openings.len() + row;
            match slots.get(column) {
                // Who goes without a store is a fetch, and as many do as there are too many.
                None if row < fetches.len() && column - slots.len() < lone_fetches => {
                    travel(bay, fetches[row])
                }
                None => NEVER,
                Some(_) if row >= rows => 0,
                Some(_) if freed_by_itself => NEVER,
                Some(slot) => travel(bay, *slot) + travel(*slot, goal(row)),
            }
        });
        let home = fetches.iter().map(|fetch| travel(*fetch, bay)).sum();
        Relaxation {
            fetches,
            lone_stores,
            openings,
            costs,
            home,
        }
    }

    /// Gives how many rows are rounds.
    pub(super) fn rows(&self) -> usize {
        self.fetches.len() + self.lone_stores
    }

    /// Tells whose slot a column is.
    pub(super) fn column(&self, column: usize) -> Column {
        let (openings, fetches) = (self.openings.len(), self.fetches.len());
        match column {
            column if column < openings => Column::Opening(self.openings[column]),
            column if column < openings + fetches => Column::FreedBy(column - openings),
            _ => Column::NoStore,
        }
    }

    /// Gives the rounds of an assignment without circles, in an order that frees every slot before
    /// it is filled, and otherwise in the caller's.
    ///
    /// # Panics
    /// If fetches wait for each other round a circle.
    pub(super) fn cycles(&self, columns: &[usize]) -> Vec<Cycle> {
        let mut done = vec![false; self.rows()];
        let mut cycles = Vec::new();
        while cycles.len() < done.len() {
            let ready = |row: &usize| match self.column(columns[*row]) {
                Column::FreedBy(before) => !done[*row] && done[before],
                Column::Opening(_) | Column::NoStore => !done[*row],
            };
            let row = (0..done.len()).find(ready).expect("there is no circle");
            done[row] = true;
            cycles.push(Cycle {
                store_to: match self.column(columns[row]) {
                    Column::Opening(slot) => Some(slot),
                    Column::FreedBy(before) => Some(self.fetches[before]),
                    Column::NoStore => None,
                },
                fetch_from: self.fetches.get(row).copied(),
            });
        }
        cycles
    }

    /// Finds the circles of an assignment, each as rows in which the next one fills what the one
    /// before frees.
    pub(super) fn circles(&self, column_of: impl Fn(usize) -> usize) -> Vec<Vec<usize>> {
        let before = |row: usize| match self.column(column_of(row)) {
            Column::FreedBy(before) => Some(before),
            Column::Opening(_) | Column::NoStore => None,
        };
        let mut seen = vec![false; self.rows()];
        let mut circles = Vec::new();
        for start in 0..self.rows() {
            let mut walk = Vec::new();
            let mut at = Some(start).filter(|row| !seen[*row]);
            while let Some(row) = at {
                seen[row] = true;
                walk.push(row);
                at = before(row).filter(|row| !seen[*row]);
            }
            // The walk closes when what waits at its end waits for one of its own rows.
            let closing = walk.last().and_then(|last| before(*last));
            let entry = closing.and_then(|row| walk.iter().position(|one| *one == row));
            circles.extend(entry.map(|entry| walk.split_off(entry)));
        }
        circles
    }
}

/// Lists the openings that are among the cheapest of some row.
fn worth_a_column(
    work: Work<'_>,
    lone_stores: usize,
    cost: impl Fn(usize, usize) -> u64,
) -> Vec<usize> {
    let rows = work.fetches.len() + lone_stores;
    let mut kept = BTreeSet::new();
    let distinct = work.fetches.len() + lone_stores.min(1);
    for row in 0..distinct {
        let mut openings: Vec<usize> = work.openings.to_vec();
        openings.sort_by_cached_key(|slot| (cost(row, *slot), *slot));
        kept.extend(openings.into_iter().take(rows));
    }
    kept.into_iter().collect()
}
