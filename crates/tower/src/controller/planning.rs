//! The plan that is followed: made anew when something was recorded since, and a lift is free.
//!
//! With it is decided where idle lifts wait: each is sent there once after it has carried a car,
//! and only while no job needs a lift. A plan is a function of what is recorded and seen, so losing
//! it with a restart harms nobody.

use super::Controller;
use crate::handshake::{Action, Order, Status, Unit};
use crate::machine::Heights;
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
        let lifts = 0..self.machine.lifts.len();
        let rests = lifts.map(|lift| match self.has_rested[lift] {
            true => None,
            false => planner::rest(self.sight(&heights_mm), lift),
        });
        self.rests = rests.collect();
        self.is_outdated = false;
    }

    /// Notes that a lift was sent to wait, or carries a car and may be sent again.
    pub(super) fn note_rest(&mut self, order: &Order) {
        let Some(has_rested) = self.has_rested.get_mut(order.unit.index()) else {
            return;
        };
        match order.action {
            Action::Go { .. } => *has_rested = true,
            Action::Move { .. } | Action::Home => *has_rested = false,
            Action::OpenOuter { .. } | Action::CloseOuter { .. } | Action::Withdraw => {}
        }
    }

    /// Gives a lift that has nothing to do and the height at which it should wait.
    pub(super) fn to_rest(&self, status: &Status) -> Option<(Unit, Action)> {
        let mut rests = self.rests.iter().enumerate();
        rests.find_map(|(lift, height_mm)| {
            let height_mm = height_mm.filter(|_| self.is_ready(Unit::at(lift), status))?;
            let now_mm = status.lifts.get(lift)?.height_mm;
            let way = Heights::at(now_mm).with(Heights::at(height_mm));
            let free = self.is_apart(lift, way, status);
            free.then_some((Unit::at(lift), Action::Go { height_mm }))
        })
    }
}
