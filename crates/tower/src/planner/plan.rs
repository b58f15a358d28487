//! All waiting work planned as a whole, with a proof of how far from best the plan can be.
//!
//! The work is what the stream knows: fetches that wait, cars that stand in a bay or are announced,
//! and the empty slots. Lifts that share no place are planned apart from each other: one lift by
//! assignment and branching, several that share places as a fleet, two on one mast as such. A plan
//! is a function of the stream, of where the lifts are and of a budget; of each plan only the next
//! move of a free lift is made, and the rest is planned anew from what is true then.
//!
//! What a plan costs is the work of its busiest lift in milliseconds: empty ways, loaded ways, and
//! the time at every place. People are not in it: how long a hand-over takes is not the lift's.

mod group; // lifts that share places, and their work
mod ways; // ways between numbered places
mod one_lift; // one lift
mod fleet; // several lifts
mod mast; // two lifts on one mast

use super::policy::Budget;
use super::sight::Sight;
use crate::machine::Layout;
use crate::schedule::Proof;
use crate::tower::{LiveJob, Place};
use group::Group;
use kernel::JobId;
use serde::{Deserialize, Serialize};

/// Rounds in the order in which they should begin, and what is known about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The rounds of all lifts.
    pub rounds: Vec<Round>,
    /// What was planned apart, and how well.
    pub parts: Vec<Part>,
}

/// One round of a lift: a car up, a car down, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Which lift, by its place among the lifts.
    pub lift: usize,
    /// The slot that a car is put into.
    pub store_to: Option<Place>,
    /// The job whose car is brought back.
    pub fetch: Option<JobId>,
    /// Whether the lift is on its way back already, so that only the fetch is left.
    pub begun: bool,
}

/// The plan of lifts that share places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which lifts, by their places among the lifts.
    pub lifts: Vec<usize>,
    /// How it was planned.
    pub method: Method,
    /// How many jobs it does.
    pub jobs: usize,
    /// The work of the lift that has most, and how little it could be, in milliseconds.
    pub proof: Proof,
}

/// How work was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// One lift, any of the slots offered for each store.
    OneLift,
    /// One lift, each store in the slot that the storage rule gives.
    Pairing,
    /// Several lifts.
    Fleet,
    /// Two lifts on one mast.
    Mast,
}

impl Plan {
    /// Counts the jobs it does.
    pub fn jobs(&self) -> usize {
        self.parts.iter().map(|part| part.jobs).sum()
    }

    /// Gives the work of the busiest lift and how little the busiest could have: the parts go on at
    /// the same time.
    pub fn proof(&self) -> Proof {
        let most = |value: fn(&Proof) -> u64| {
            let of_parts = self.parts.iter().map(|part| value(&part.proof));
            of_parts.max().unwrap_or(0)
        };
        let nodes = self.parts.iter().map(|part| part.proof.nodes).sum();
        Proof::new(most(|proof| proof.cost), most(|proof| proof.bound), nodes)
    }

    /// Gives where a job's fetch comes among all rounds.
    pub(super) fn turn_of(&self, live: &LiveJob) -> Option<usize> {
        let mut rounds = self.rounds.iter();
        rounds.position(|round| round.fetch.as_ref() == Some(&live.job.id))
    }
}

/// Plans the waiting work; none where there is at most one thing to choose.
pub fn plan(sight: Sight<'_>, budget: Budget) -> Option<Plan> {
    let mut parts = Vec::new();
    let mut rounds = Vec::new();
    for group in group::groups(sight, budget.horizon) {
        if let Some((part, own)) = plan_group(&group, budget) {
            parts.push(part);
            rounds.extend(own);
        }
    }
    (!parts.is_empty()).then_some(Plan { rounds, parts })
}

fn plan_group(group: &Group<'_>, budget: Budget) -> Option<(Part, Vec<Round>)> {
    // A loop has its bay below whatever cabin was there last: it has no rounds to be planned.
    if group.sight.machine.layout == Layout::Rotary {
        return None;
    }
    if group.fetches.is_empty() || group.fetches.len() + group.stores.len() < 2 {
        return None;
    }
    match group.lifts.as_slice() {
        [lift] => one_lift::plan(group, *lift, budget.nodes),
        _ => mast::plan(group, budget.states).or_else(|| fleet::plan(group, budget.tries)),
    }
}
