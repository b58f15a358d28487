//! Two lifts on one mast that cannot pass each other.
//!
//! Floors are whole numbers, the bay is at floor 0. In each step of time a lift stays, moves by one
//! floor, or handles a car. The lower lift is below the upper one after every step; so it goes down
//! into the pit while the upper one is at the bay. Cars are fetched in any order by either lift.
//! Scheduling such lifts for the least sum is NP-hard even with fixed sequences (Briskorn 2021, J.
//! of Scheduling 24); Kovalyov, Pesch & Ryzhikov 2018 (Networks) and Boysen, Briskorn & Emde (OR
//! Spectrum, doi 10.1007/s00291-013-0337-4) treat the class. Few cars are searched exactly; many
//! are searched a few at a time, of which what is done first is kept.

mod states; // every position of both lifts, as a number
mod rolling; // a few cars at a time

use super::Proof;
use serde::{Deserialize, Serialize};
use states::States;

/// A mast and how long its lifts handle a car.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mast {
    /// The lowest floor a lift can stand at, 0 or below: the pit.
    pub lowest: i32,
    /// The highest floor a lift can stand at: the overrun.
    pub highest: i32,
    /// How many floors the upper lift is above the lower one at least.
    pub clearance: i32,
    /// How many steps it takes to draw a car on to a lift.
    pub pick_steps: u32,
    /// How many steps it takes to put a car off at the bay.
    pub put_steps: u32,
}

/// What a lift does at the end of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Load {
    /// It carries nothing; while it is drawing a car on, how many steps of that are done.
    Empty {
        /// Steps done.
        picked: u32,
    },
    /// It carries a car; while it is putting it off, how many steps of that are done.
    Loaded {
        /// Steps done.
        put: u32,
    },
}

/// Where a lift is and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lift {
    /// Its floor.
    pub floor: i32,
    /// What it does.
    pub load: Load,
}

impl Lift {
    /// Gives an empty lift at a floor.
    pub fn at(floor: i32) -> Lift {
        Lift {
            floor,
            load: Load::Empty { picked: 0 },
        }
    }
}

/// Both lifts at the end of a step, the lower one first.
pub type Pair = [Lift; 2];

/// A plan of both lifts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Both lifts at the start and after every step.
    pub steps: Vec<Pair>,
    /// The number of steps, and how few it could be.
    pub proof: Proof,
}

impl Mast {
    /// Gives the mast of a tower of some floors with a pit and an overrun of one floor each, where
    /// handling takes two steps.
    pub fn of_floors(floors: i32) -> Mast {
        Mast {
            lowest: -1,
            highest: floors + 1,
            clearance: 1,
            pick_steps: 2,
            put_steps: 2,
        }
    }

    /// Gives the steps one lift takes that starts and ends at the bay.
    pub fn one_lift(&self, floors: &[i32]) -> u64 {
        floors.iter().map(|floor| self.round_trip(*floor)).sum()
    }

    fn round_trip(&self, floor: i32) -> u64 {
        let way = u64::from(floor.unsigned_abs());
        2 * way + u64::from(self.pick_steps + self.put_steps)
    }

    /// Gives the steps of two lifts that start at floors and do not hinder each other: the best
    /// partition of the round trips, exact by subset sums. A lift that starts above the bay saves
    /// at most that way. No two lifts on this mast take fewer steps, also when they begin with cars
    /// in hand.
    pub fn without_interference(&self, floors: &[i32], starts: [i32; 2]) -> u64 {
        let trips: Vec<u64> = floors.iter().map(|floor| self.round_trip(*floor)).collect();
        let total: u64 = trips.iter().sum();
        let mut sums = vec![false; total as usize + 1];
        sums[0] = true;
        for trip in &trips {
            for sum in (*trip as usize..sums.len()).rev() {
                sums[sum] |= sums[sum - *trip as usize];
            }
        }
        let head = starts.map(|floor| u64::from(floor.unsigned_abs()));
        let split = |sum: u64| {
            let lower = sum.saturating_sub(head[0]);
            lower.max((total - sum).saturating_sub(head[1]))
        };
        let sums = (0..=total).filter(|sum| sums[*sum as usize]);
        sums.map(split).min().unwrap_or(0)
    }

    /// Plans the fetch of the cars on some floors from where both lifts are. Looks at no more than
    /// `budget` states at a time: where all cars together need more, a few are planned at a time.
    ///
    /// None when a car cannot be reached or brought down, or the budget does not even reach for
    /// one car.
    pub fn plan(&self, floors: &[i32], start: Pair, budget: usize) -> Option<Plan> {
        let bound = self.without_interference(floors, start.map(|lift| lift.floor));
        let (steps, nodes, exact) = match States::new(*self, floors, budget) {
            Some(states) => {
                let (steps, nodes) = states.search(start)?;
                (steps, nodes, true)
            }
            None => {
                let (steps, nodes) = rolling::plan(*self, floors, start, budget)?;
                (steps, nodes, false)
            }
        };
        let cost = steps.len() as u64 - 1;
        let bound = if exact { cost } else { bound };
        let proof = Proof::new(cost, bound, nodes);
        Some(Plan { steps, proof })
    }

    /// Tells whether two lifts may stand so.
    pub fn allows(&self, pair: &Pair) -> bool {
        let on_mast = |lift: &Lift| (self.lowest..=self.highest).contains(&lift.floor);
        pair.iter().all(on_mast) && pair[0].floor + self.clearance <= pair[1].floor
    }
}
