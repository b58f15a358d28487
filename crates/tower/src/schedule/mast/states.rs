//! Every position of both lifts and every set of cars left, as one number each.
//!
//! The states are searched breadth first, one step of time after the other, so the first state in
//! which everything is put off was reached in the fewest steps. Which car a lift carries does not
//! matter, since all go to the bay.

use super::{Lift, Load, Mast, Pair};

/// The states of one mast with some cars.
pub(super) struct States {
    mast: Mast,
    cars: Vec<i32>,
    floors: usize,
    loads: usize,
}

/// Both lifts, and which cars still stand in their slots, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    pair: Pair,
    left: usize,
}

const UNSEEN: u32 = u32::MAX;

impl States {
    /// Numbers the states, unless there are more than `budget`.
    pub(super) fn new(mast: Mast, cars: &[i32], budget: usize) -> Option<States> {
        let states = States {
            mast,
            cars: cars.to_vec(),
            floors: usize::try_from(mast.highest - mast.lowest + 1).ok()?,
            loads: (mast.pick_steps.max(1) + mast.put_steps.max(1)) as usize,
        };
        states
            .count()
            .filter(|count| *count <= budget.min(UNSEEN as usize))
            .map(|_| states)
    }

    fn count(&self) -> Option<usize> {
        let sets = 1usize.checked_shl(u32::try_from(self.cars.len()).ok()?)?;
        let one = self.floors.checked_mul(self.loads)?;
        one.checked_mul(one)?.checked_mul(sets)
    }

    /// Gives the fewest steps after which all cars are put off, with every state on the way, and
    /// how many states were seen.
    pub(super) fn search(&self, start: Pair) -> Option<(Vec<Pair>, u64)> {
        let first = State {
            pair: start,
            left: (1 << self.cars.len()) - 1,
        };
        if !self.mast.allows(&start) {
            return None;
        }
        let mut from = vec![UNSEEN; self.count()?];
        from[self.number(first)] = self.number(first) as u32;
        let mut layer = vec![first];
        let mut seen = 1;
        while !layer.is_empty() {
            if let Some(end) = layer.iter().find(|state| is_done(state)) {
                return Some((self.way_to(*end, &from), seen));
            }
            let mut next = Vec::new();
            for state in layer {
                self.after(state, |reached| {
                    let slot = &mut from[self.number(reached)];
                    if *slot == UNSEEN {
                        *slot = self.number(state) as u32;
                        next.push(reached);
                    }
                });
            }
            seen += next.len() as u64;
            layer = next;
        }
        None
    }

    fn way_to(&self, end: State, from: &[u32]) -> Vec<Pair> {
        let mut way = vec![end.pair];
        let mut at = self.number(end);
        while from[at] as usize != at {
            at = from[at] as usize;
            way.push(self.state(at).pair);
        }
        way.reverse();
        way
    }

    /// Visits what can follow a state after one step.
    fn after(&self, state: State, mut visit: impl FnMut(State)) {
        let [lower, upper] = state.pair;
        self.each(lower, state.left, &mut |lower, left| {
            self.each(upper, left, &mut |upper, left| {
                let pair = [lower, upper];
                if self.mast.allows(&pair) {
                    visit(State { pair, left });
                }
            });
        });
    }

    /// Visits what one lift can do in a step. Handling that has begun goes on.
    fn each(&self, lift: Lift, left: usize, visit: &mut impl FnMut(Lift, usize)) {
        let Lift { floor, load } = lift;
        let handling = !matches!(load, Load::Empty { picked: 0 } | Load::Loaded { put: 0 });
        match load {
            Load::Empty { picked } if handling => visit(self.picking(floor, picked), left),
            Load::Loaded { put } if handling || floor == 0 => visit(self.putting(put), left),
            Load::Loaded { .. } => {}
            Load::Empty { .. } => {
                // Cars on one floor are alike, so the first one left there is taken.
                let here = |car: &usize| left & (1 << car) != 0 && self.cars[*car] == floor;
                if let Some(car) = (0..self.cars.len()).find(here) {
                    visit(self.picking(floor, 0), left & !(1 << car));
                }
            }
        }
        if !handling {
            for floor in [floor, floor - 1, floor + 1] {
                visit(Lift { floor, load }, left);
            }
        }
    }

    fn picking(&self, floor: i32, picked: u32) -> Lift {
        let load = match picked + 1 >= self.mast.pick_steps {
            true => Load::Loaded { put: 0 },
            false => Load::Empty { picked: picked + 1 },
        };
        Lift { floor, load }
    }

    fn putting(&self, put: u32) -> Lift {
        let load = match put + 1 >= self.mast.put_steps {
            true => Load::Empty { picked: 0 },
            false => Load::Loaded { put: put + 1 },
        };
        Lift { floor: 0, load }
    }

    fn number(&self, state: State) -> usize {
        let [lower, upper] = state.pair.map(|lift| {
            let load = match lift.load {
                Load::Empty { picked } => picked,
                Load::Loaded { put } => self.mast.pick_steps.max(1) + put,
            };
            (lift.floor - self.mast.lowest) as usize * self.loads + load as usize
        });
        let one = self.floors * self.loads;
        (state.left * one + lower) * one + upper
    }

    fn state(&self, number: usize) -> State {
        let one = self.floors * self.loads;
        let lift = |number: usize| {
            let (floor, load) = (number / self.loads, (number % self.loads) as u32);
            let picks = self.mast.pick_steps.max(1);
            Lift {
                floor: floor as i32 + self.mast.lowest,
                load: match load.checked_sub(picks) {
                    Some(put) => Load::Loaded { put },
                    None => Load::Empty { picked: load },
                },
            }
        };
        State {
            pair: [lift(number / one % one), lift(number % one)],
            left: number / one / one,
        }
    }
}

fn is_done(state: &State) -> bool {
    let empty = |lift: &Lift| lift.load == Load::Empty { picked: 0 };
    state.left == 0 && state.pair.iter().all(empty)
}
