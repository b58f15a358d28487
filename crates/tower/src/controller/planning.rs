//! The plan that is followed: made anew when something was recorded since, and a lift is free.
//!
//! A plan is a function of what is recorded and seen, so losing it with a restart harms nobody.

use super::Controller;
use crate::handshake::{Status, Unit};
use crate::planner::{self, Plan, Sight};

/// Lists the heights at which lifts are seen.
pub(super) fn heights_mm(status: &Status) -> Vec<i32> {
    status.lifts.iter().map(|lift| lift.height_mm).collect()
}

impl Controller {
    /// Gives the last plan of all waiting work; none while there is nothing to choose, or where the
    /// policy makes no plans.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    pub(super) fn sight<'a>(&'a self, heights_mm: &'a [i32]) -> Sight<'a> {
        Sight {
            state: &self.state,
            machine: &self.machine,
            heights_mm,
            at: self.now,
        }
    }

    /// Plans the waiting work unless nothing has changed or nothing can be sent.
    pub(super) fn replan(&mut self, status: &Status) {
        let Some(budget) = self.policy.budget().filter(|_| self.is_outdated) else {
            return;
        };
        let mut lifts = (0..self.machine.lifts.len()).map(Unit::at);
        if !lifts.any(|lift| self.is_ready(lift, status)) {
            return;
        }
        let heights_mm = heights_mm(status);
        self.plan = planner::plan(self.sight(&heights_mm), budget);
        self.is_outdated = false;
    }
}
