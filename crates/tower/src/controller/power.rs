//! On emergency power few axes may move at once, and what can wait does.
//!
//! The machine's own controller sees to its axes; here nothing is asked of it that it would have to
//! refuse. The axes the file allows are shared out: each lift's moves are planned with its share,
//! and no more lifts work at a time than there are shares. Cars that somebody waits for go, and
//! those that must leave a bay; what the house wants of its own cars waits for the mains. A machine
//! whose file says nothing of emergency power works one lift at a time.

use super::Controller;
use crate::handshake::{Status, Unit};
use crate::job::Kind;
use crate::machine::Machine;
use crate::tower::{Place, State};

impl Machine {
    /// Gives how many lifts may work at once on emergency power, and how many axes of each.
    pub fn emergency_shares(&self) -> (usize, u16) {
        let axes = self
            .emergency_power
            .map_or(1, |power| power.moving_axes.max(1));
        let lifts = u16::try_from(self.lifts.len().max(1)).unwrap_or(u16::MAX);
        let share = (axes / lifts).max(1);
        (usize::from(axes / share), share)
    }

    /// Gives the machine by which each lift's moves are planned on emergency power.
    pub fn planned_on_emergency_power(&self) -> Machine {
        let (_, share) = self.emergency_shares();
        let mut slow = self.on_emergency_power().unwrap_or_else(|| self.clone());
        slow.moving_axes = Some(share);
        slow
    }
}

/// Whether a kind of job waits for the mains: nobody stands and waits for its car.
pub(crate) fn waits_for_mains(kind: &Kind) -> bool {
    match kind {
        Kind::Show { .. } | Kind::Relocate { .. } | Kind::Inspect { .. } => true,
        Kind::Store { .. } | Kind::Fetch { .. } | Kind::PutBack { .. } | Kind::BringOut { .. } => {
            false
        }
    }
}

/// Whether as many lifts work as emergency power allows.
pub(crate) fn is_used_up(state: &State, machine: &Machine, status: &Status) -> bool {
    let (most, _) = machine.emergency_shares();
    let lifts = (0..machine.lifts.len()).map(Unit::at);
    let at_work = lifts.filter(|unit| state.open.contains_key(unit));
    status.emergency_power && at_work.count() >= most
}

impl Controller {
    /// Tells whether a unit has the power to move: doors do always, lifts as many as may.
    pub(super) fn has_power(&self, unit: Unit, status: &Status) -> bool {
        self.machine.lift_of(unit).is_none() || !is_used_up(&self.state, &self.machine, status)
    }

    /// Tells whether the car of a place is to be moved on the power there is. One that stands where
    /// people come and go is carried out of their way.
    pub(super) fn is_worth_power(&self, from: &Place, status: &Status) -> bool {
        let car = self.state.inventory.car_at(from);
        let live = car.and_then(|car| self.state.job_of(car));
        let waits = live.is_some_and(|live| waits_for_mains(&live.job.kind));
        let in_the_way = self.state.bays.contains_key(from) || self.state.lifts.contains(from);
        !status.emergency_power || !waits || in_the_way
    }

    /// Gives the machine that moves are planned for now.
    pub(super) fn powered(&self, status: &Status) -> &Machine {
        match status.emergency_power {
            true => &self.slow,
            false => &self.machine,
        }
    }
}
