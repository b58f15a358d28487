//! Lifts that share a mast: their moves keep apart, and an idle one in the way is sent aside first.
//!
//! What a lift needs is every height from where it stands to wherever its order takes it, for as
//! long as the order is open. Who is first in the queue is not passed over for standing in the
//! shadow of another lift: its lift waits for it, and the other is sent aside when it is free.

use super::Controller;
use crate::handshake::{Action, Status, Unit};
use crate::machine::{Heights, MovePlan};

impl Controller {
    /// Tells whether a lift may pass some heights now without meeting another on its mast.
    pub(super) fn is_apart(&self, lift: usize, needs: Heights, status: &Status) -> bool {
        self.in_the_way(lift, needs, status).next().is_none()
    }

    /// Lists the lifts that are, or will be, where another would go.
    fn in_the_way(
        &self,
        lift: usize,
        needs: Heights,
        status: &Status,
    ) -> impl Iterator<Item = usize> {
        let others = self.machine.mast_neighbours(lift);
        others.filter(move |other| {
            let taken = self.taken(*other, status);
            !self.machine.are_apart((lift, needs), (*other, taken))
        })
    }

    /// Where a lift is and where its order takes it.
    fn taken(&self, lift: usize, status: &Status) -> Heights {
        let stands = status
            .lifts
            .get(lift)
            .map(|seen| Heights::at(seen.height_mm));
        let stands = stands.unwrap_or_default();
        match self.state.open.get(&Unit::at(lift)) {
            Some(open) => stands.with(self.needs(lift, &open.order.action, open.plan.as_ref())),
            None => stands,
        }
    }

    fn needs(&self, lift: usize, action: &Action, plan: Option<&MovePlan>) -> Heights {
        match (action, plan) {
            (_, Some(plan)) => plan.heights(),
            (Action::Go { height_mm }, None) => Heights::at(*height_mm),
            _ => Heights::at(self.machine.rest_pose(lift).height_mm),
        }
    }

    /// Tells whether a lift can be homed now without meeting another on its mast.
    pub(super) fn may_home(&self, lift: usize, status: &Status) -> bool {
        let here = status
            .lifts
            .get(lift)
            .map(|seen| Heights::at(seen.height_mm));
        let needs = self.needs(lift, &Action::Home, None);
        self.is_apart(lift, here.unwrap_or_default().with(needs), status)
    }

    /// Gives the next idle lift to be sent out of the way of some heights, and where it goes.
    pub(super) fn make_way(
        &self,
        lift: usize,
        needs: Heights,
        status: &Status,
    ) -> Option<(Unit, Action)> {
        let mut idle = self
            .in_the_way(lift, needs, status)
            .filter(|other| self.is_ready(Unit::at(*other), status));
        idle.find_map(|other| {
            let now_mm = status.lifts.get(other)?.height_mm;
            let height_mm = self.machine.aside(other, now_mm, lift, needs)?;
            let way = Heights::at(now_mm).with(Heights::at(height_mm));
            let free = self.is_apart(other, way, status);
            free.then_some((Unit::at(other), Action::Go { height_mm }))
        })
    }
}
