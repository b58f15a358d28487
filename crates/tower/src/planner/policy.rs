//! By which rule the machine is run: two rules of thumb, or plans.
//!
//! A policy chooses among what may be done now; what must not be done, and what is urgent, is the
//! same for all. However it chooses, a job lets no more than a stated number of later ones go
//! first.

use crate::job::Kind;
use crate::schedule::patience::Patience;
use crate::tower::LiveJob;
use serde::{Deserialize, Serialize};

/// By which rule the machine is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// In the order of the queue, each store into the slot that is reached soonest.
    FirstCome,
    /// The fetch that is brought soonest goes first, within patience.
    Nearest,
    /// All waiting work is planned, and the first move of the plan is made.
    Planned(Budget),
}

/// How much a plan may be thought about. There is no clock in it, so that the same question has
/// the same answer everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// How many nodes the search of one lift may take.
    pub nodes: u64,
    /// How many ways of sharing work out among lifts are tried.
    pub tries: u64,
    /// How many states of two lifts on one mast are looked at.
    pub states: usize,
    /// How many fetches and how many stores of each group of lifts are planned, the first queued.
    pub horizon: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            nodes: 200,
            tries: 8,
            states: 40_000,
            horizon: 40,
        }
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::Planned(Budget::default())
    }
}

impl Policy {
    /// Gives its name.
    pub fn name(self) -> &'static str {
        match self {
            Policy::FirstCome => "first-come",
            Policy::Nearest => "nearest",
            Policy::Planned(_) => "planned",
        }
    }

    /// Gives how much plans may be thought about, where plans are made.
    pub fn budget(self) -> Option<Budget> {
        match self {
            Policy::FirstCome | Policy::Nearest => None,
            Policy::Planned(budget) => Some(budget),
        }
    }
}

/// The patience of whoever waits longest of all.
pub(super) const PATIENCE: Patience = Patience {
    limit: 8,
    doubling_ms: 600_000,
};

/// Gives how often a job of a kind may be overtaken: a job that was queued after it starts before
/// it. Put-backs overtake everybody and are overtaken by nobody, because they free a bay.
pub fn lets_pass(kind: &Kind) -> u64 {
    match kind {
        Kind::PutBack { .. } => 0,
        Kind::Fetch { .. } | Kind::BringOut { .. } => 2,
        Kind::Store { .. } => 4,
        Kind::Show { .. } | Kind::Relocate { .. } | Kind::Inspect { .. } => PATIENCE.limit,
    }
}

/// Tells whether a waiting job has let pass as many as it may.
pub(super) fn is_impatient(live: &LiveJob) -> bool {
    live.overtaken >= lets_pass(&live.job.kind)
}
