//! In time: the lift that is free first takes its shortest round with what is empty by then.

use super::super::one_lift::Cycle;
use super::{Travel, Work};

/// Where the greedy plan stands.
struct Greedy<'a, T> {
    work: Work<'a>,
    travel: &'a T,
    /// Empty slots and from when on.
    empty: Vec<(usize, u64)>,
    asked: Vec<usize>,
    stores: usize,
}

/// Plans greedily; none when it gets stuck.
pub(super) fn plan(work: Work<'_>, travel: &impl Travel) -> Option<Vec<Vec<Cycle>>> {
    let mut greedy = Greedy {
        work,
        travel,
        empty: work.openings.iter().map(|slot| (*slot, 0)).collect(),
        asked: work.fetches.to_vec(),
        stores: work.stores,
    };
    let mut lifts = vec![Vec::new(); work.lifts.len()];
    let mut free_at = vec![Some(0u64); lifts.len()];
    while greedy.stores > 0 || !greedy.asked.is_empty() {
        let free = free_at.iter().enumerate();
        let free = free.filter_map(|(lift, at)| Some(((*at)?, lift)));
        let (now, lift) = free.min()?;
        match greedy.shortest(lift, now) {
            Some((takes, cycle)) => {
                free_at[lift] = Some(now + takes);
                greedy.take(&cycle, now + takes);
                lifts[lift].push(cycle);
            }
            // Nothing now: something may become empty, else this lift has done its part.
            None => free_at[lift] = greedy.next_opening_after(now),
        }
    }
    Some(lifts)
}

impl<T: Travel> Greedy<'_, T> {
    fn shortest(&self, lift: usize, now: u64) -> Option<(u64, Cycle)> {
        let stores = |slot: &&(usize, u64)| self.stores > 0 && slot.1 <= now;
        let slots = self
            .empty
            .iter()
            .filter(stores)
            .map(|(slot, _)| Some(*slot));
        let mut slots: Vec<Option<usize>> = slots.collect();
        let alone = self.asked.len() > self.stores;
        if alone && slots.is_empty() {
            slots.push(None);
        }
        let reached = |fetch: &&usize| self.reaches(lift, **fetch);
        let fetches = self.asked.iter().filter(reached).map(|fetch| Some(*fetch));
        let mut fetches: Vec<Option<usize>> = fetches.collect();
        if self.stores > self.asked.len() && fetches.is_empty() {
            fetches.push(None);
        }
        let pairs = slots
            .iter()
            .flat_map(|slot| fetches.iter().map(move |fetch| (*slot, *fetch)));
        let timed = pairs.filter_map(|(store_to, fetch_from)| {
            let cycle = Cycle {
                store_to,
                fetch_from,
            };
            Some((self.work.round_ms(lift, &cycle, self.travel)?, cycle))
        });
        timed.min_by_key(|(takes, _)| *takes)
    }

    fn reaches(&self, lift: usize, slot: usize) -> bool {
        (self.travel)(lift, slot, self.work.lifts[lift]).is_some()
    }

    fn take(&mut self, cycle: &Cycle, ends: u64) {
        if let Some(slot) = cycle.store_to {
            self.empty.retain(|(one, _)| *one != slot);
            self.stores -= 1;
        }
        if let Some(slot) = cycle.fetch_from {
            self.asked.retain(|one| *one != slot);
            self.empty.push((slot, ends));
        }
    }

    fn next_opening_after(&self, now: u64) -> Option<u64> {
        let later = self
            .empty
            .iter()
            .map(|(_, from)| *from)
            .filter(|from| *from > now);
        later.min()
    }
}
