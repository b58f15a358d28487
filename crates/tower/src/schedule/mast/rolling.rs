//! A few cars at a time: the search looks at those in hand and keeps what is done first.
//!
//! Two orders are tried, as given and low and high floors in turn so that the lifts find work apart
//! from each other; the shorter plan is kept.

use super::states::States;
use super::{Load, Mast, Pair};

/// Plans many cars; gives every state and how many were looked at.
pub(super) fn plan(
    mast: Mast,
    floors: &[i32],
    start: Pair,
    budget: usize,
) -> Option<(Vec<Pair>, u64)> {
    let window = (1..floors.len())
        .rev()
        .find(|count| States::new(mast, &floors[..*count], budget).is_some())?;
    let orders = [floors.to_vec(), in_turn(floors)];
    let plans = orders.map(|order| roll(mast, order, start, window));
    let nodes = plans.iter().flatten().map(|(_, nodes)| nodes).sum();
    let shortest = plans
        .into_iter()
        .flatten()
        .min_by_key(|(steps, _)| steps.len())?;
    Some((shortest.0, nodes))
}

/// Orders floors lowest, highest, second lowest, second highest and so on.
fn in_turn(floors: &[i32]) -> Vec<i32> {
    let mut sorted = floors.to_vec();
    sorted.sort_unstable();
    let (low, high) = sorted.split_at(sorted.len() / 2);
    let (mut low, mut high) = (low.iter(), high.iter().rev());
    let mut order = Vec::new();
    while order.len() < floors.len() {
        order.extend(high.next());
        order.extend(low.next());
    }
    order
}

fn roll(mast: Mast, mut waiting: Vec<i32>, start: Pair, window: usize) -> Option<(Vec<Pair>, u64)> {
    let (mut way, mut nodes) = (vec![start], 0);
    loop {
        let now = *way.last().expect("a way has a start");
        let count = window.min(waiting.len());
        let states = States::new(mast, &waiting[..count], usize::MAX)?;
        let (steps, seen) = states.search(now)?;
        nodes += seen;
        if count == waiting.len() {
            way.extend(&steps[1..]);
            return Some((way, nodes));
        }
        // Up to the first moment a car is put off, and all that was picked by then.
        let carries = |pair: &Pair| pair.map(|lift| matches!(lift.load, Load::Loaded { .. }));
        let puts = |two: &[Pair]| {
            let (before, after) = (carries(&two[0]), carries(&two[1]));
            (0..2).any(|lift| before[lift] && !after[lift])
        };
        let done = steps.windows(2).position(puts)? + 1;
        for two in steps[..=done].windows(2) {
            for picked in picked_between(&two[0], &two[1]) {
                let index = waiting.iter().position(|floor| *floor == picked)?;
                waiting.remove(index);
            }
        }
        way.extend(&steps[1..=done]);
    }
}

/// Lists the floors on which handling of a car began in a step.
fn picked_between(before: &Pair, after: &Pair) -> Vec<i32> {
    let begun = |lift: &usize| {
        let idle = before[*lift].load == Load::Empty { picked: 0 };
        idle && after[*lift].load != Load::Empty { picked: 0 }
    };
    (0..2).filter(begun).map(|lift| after[lift].floor).collect()
}
