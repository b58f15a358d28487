//! What is known about a plan: its cost, and that no plan costs less than a bound.

use serde::{Deserialize, Serialize};

/// The cost of a plan, a proved lower bound of it, and how much was searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What the plan costs: milliseconds, steps, or weighted milliseconds.
    pub cost: u64,
    /// What every plan costs at least, in the same unit.
    pub bound: u64,
    /// How many partial plans were looked at.
    pub nodes: u64,
}

impl Proof {
    /// States a proof.
    ///
    /// # Panics
    /// If the plan costs less than its bound: then one of the two is wrong.
    pub fn new(cost: u64, bound: u64, nodes: u64) -> Proof {
        assert!(bound <= cost, "a plan of {cost} is below its bound {bound}");
        Proof { cost, bound, nodes }
    }

    /// Tells whether no plan costs less.
    pub fn is_exact(&self) -> bool {
        self.cost == self.bound
    }

    /// Gives by how much the plan may exceed the best one, as a part of the bound: 0.01 is one
    /// percent, infinite for a bound of nothing that was not reached.
    pub fn gap(&self) -> f64 {
        if self.is_exact() {
            return 0.0;
        }
        (self.cost - self.bound) as f64 / self.bound as f64
    }
}
