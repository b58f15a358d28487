//! Rules of thumb, each a whole plan at once: what the search begins with and is held against.
//!
//! All pair a store with every fetch while there are stores, and let the rest go alone.

use super::{Cycle, Work};

/// Fetches in their order, each store into the opening closest to the bay.
pub fn in_order(work: Work<'_>, travel: impl Fn(usize, usize) -> u64) -> Option<Vec<Cycle>> {
    let at = |rule: &Rule| {
        let fetch = (!rule.asked.is_empty()).then_some(0);
        let from_bay = |slot: &usize| travel(work.bay, rule.empty[*slot]);
        let opening = (0..rule.empty.len()).min_by_key(from_bay);
        opening.map(|opening| (opening, fetch))
    };
    Rule::new(work).apply(at, |rule| (!rule.asked.is_empty()).then_some(0))
}

/// The nearest opening and fetch to each other, whatever the way from the bay.
pub fn nearest_neighbour(
    work: Work<'_>,
    travel: impl Fn(usize, usize) -> u64,
) -> Option<Vec<Cycle>> {
    let way = |rule: &Rule, opening: usize, fetch: Option<usize>| match fetch {
        Some(fetch) => travel(rule.empty[opening], rule.asked[fetch]),
        None => travel(work.bay, rule.empty[opening]),
    };
    Rule::new(work).apply(|rule| rule.cheapest(&way), |rule| rule.first(&travel))
}

/// The opening and fetch with the shortest way from the bay over the one to the other.
pub fn shortest_leg(work: Work<'_>, travel: impl Fn(usize, usize) -> u64) -> Option<Vec<Cycle>> {
    let way = |rule: &Rule, opening: usize, fetch: Option<usize>| {
        let slot = rule.empty[opening];
        let on = fetch.map_or(work.bay, |fetch| rule.asked[fetch]);
        travel(work.bay, slot) + travel(slot, on)
    };
    Rule::new(work).apply(|rule| rule.cheapest(&way), |rule| rule.first(&travel))
}

/// Where a rule stands: what is empty, what is asked for, how many are to be stored.
struct Rule {
    bay: usize,
    empty: Vec<usize>,
    asked: Vec<usize>,
    stores: usize,
}

impl Rule {
    fn new(work: Work<'_>) -> Rule {
        Rule {
            bay: work.bay,
            empty: work.openings.to_vec(),
            asked: work.fetches.to_vec(),
            stores: work.stores,
        }
    }

    /// Adds round after round; `pair` chooses an opening and a fetch, `alone` a fetch for a lift
    /// that comes without a car.
    fn apply(
        mut self,
        pair: impl Fn(&Rule) -> Option<(usize, Option<usize>)>,
        alone: impl Fn(&Rule) -> Option<usize>,
    ) -> Option<Vec<Cycle>> {
        let mut cycles = Vec::new();
        while self.stores > 0 || !self.asked.is_empty() {
            // With fewer stores than fetches, some fetch goes alone: also when nothing is empty.
            let (opening, fetch) = match self.stores > 0 && !self.empty.is_empty() {
                true => pair(&self).map(|(opening, fetch)| (Some(opening), fetch))?,
                false if self.asked.len() > self.stores => (None, alone(&self)),
                false => return None,
            };
            let store_to = opening.map(|index| self.empty.remove(index));
            let fetch_from = fetch.map(|index| self.asked.remove(index));
            self.stores -= usize::from(store_to.is_some());
            self.empty.extend(fetch_from);
            cycles.push(Cycle {
                store_to,
                fetch_from,
            });
        }
        Some(cycles)
    }

    fn cheapest(
        &self,
        way: &impl Fn(&Rule, usize, Option<usize>) -> u64,
    ) -> Option<(usize, Option<usize>)> {
        let fetches: Vec<Option<usize>> = match self.asked.len() {
            0 => vec![None],
            count => (0..count).map(Some).collect(),
        };
        let openings = 0..self.empty.len();
        let pairs = openings.flat_map(|opening| fetches.iter().map(move |fetch| (opening, *fetch)));
        pairs.min_by_key(|(opening, fetch)| way(self, *opening, *fetch))
    }

    fn first(&self, travel: &impl Fn(usize, usize) -> u64) -> Option<usize> {
        (0..self.asked.len()).min_by_key(|fetch| travel(self.bay, self.asked[*fetch]))
    }
}
