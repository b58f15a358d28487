//! Whether the end can be reached from everywhere.
//!
//! Stateright's `eventually` looks at runs that stop; a run that goes round for ever, sending again
//! and losing again, does not stop. So every state is asked here whether some run leads from it to
//! the end: where none does, jobs wait in silence, whatever luck the network has.

use super::{Handshake, Happening, System};
use stateright::Model;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// What was found.
#[derive(Clone, Debug)]
pub struct Reach {
    /// How many states there are.
    pub states: usize,
    /// From how many of them the end cannot be reached.
    pub dead: usize,
    /// The shortest way into one of those.
    pub way: Vec<Happening>,
}

/// Explores every state, or as many as told, breadth first.
///
/// # Panics
/// If there are more states than told: then nothing is known.
pub fn reach(model: &Handshake, at_most: usize) -> Reach {
    let graph = explore(model, at_most);
    let alive = graph.alive();
    let dead: Vec<usize> = (0..alive.len()).filter(|state| !alive[*state]).collect();
    Reach {
        states: alive.len(),
        way: dead
            .first()
            .map_or_else(Vec::new, |first| graph.way(*first)),
        dead: dead.len(),
    }
}

/// States by their number in the order they were found, as what leads where.
struct Graph {
    ended: Vec<usize>,
    /// From where, and by what, each was found; the first by nothing.
    found: Vec<Option<(usize, Happening)>>,
    /// Pairs of a state and one that leads to it.
    into: Vec<(u32, u32)>,
}

fn explore(model: &Handshake, at_most: usize) -> Graph {
    let hasher = BuildHasherDefault::<DefaultHasher>::new();
    let mut numbers: HashMap<u64, usize> = HashMap::new();
    let mut graph = Graph {
        ended: Vec::new(),
        found: Vec::new(),
        into: Vec::new(),
    };
    let mut level: Vec<(usize, System)> = Vec::new();
    for system in model.init_states() {
        numbers.insert(hasher.hash_one(&system), graph.found.len());
        level.push((graph.found.len(), system));
        graph.found.push(None);
    }
    while !level.is_empty() {
        let mut next_level = Vec::new();
        for (number, system) in level {
            if system.has_ended() {
                graph.ended.push(number);
            }
            for (happening, next) in model.next_steps(&system) {
                let fresh = graph.found.len();
                let target = *numbers.entry(hasher.hash_one(&next)).or_insert(fresh);
                if target == fresh {
                    assert!(fresh < at_most, "there are more than {at_most} states");
                    graph.found.push(Some((number, happening)));
                    next_level.push((fresh, next));
                }
                graph.into.push((small(target), small(number)));
            }
        }
        level = next_level;
    }
    graph
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than four billion states fit in memory")
}

impl Graph {
    /// Tells of each state whether the end can be reached from it.
    fn alive(&self) -> Vec<bool> {
        let mut sorted = self.into.clone();
        sorted.sort_unstable();
        let mut alive = vec![false; self.found.len()];
        let mut left = self.ended.clone();
        while let Some(state) = left.pop() {
            if std::mem::replace(&mut alive[state], true) {
                continue;
            }
            let state = small(state);
            let begin = sorted.partition_point(|(target, _)| *target < state);
            let into = sorted[begin..].iter();
            let into = into.take_while(|(target, _)| *target == state);
            left.extend(into.map(|(_, from)| *from as usize));
        }
        alive
    }

    fn way(&self, to: usize) -> Vec<Happening> {
        let mut way = Vec::new();
        let mut at = to;
        while let Some((from, happening)) = self.found[at] {
            way.push(happening);
            at = from;
        }
        way.reverse();
        way
    }
}
