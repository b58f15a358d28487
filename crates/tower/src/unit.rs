//! The units of a machine: which of its parts carries out orders of its own.
//!
//! Each lift is one, and each bay, which stands for its outer door. They are numbered lifts first,
//! then bays, both in the machine file's order, so that a unit's number is the PLC's.

use crate::handshake::{Action, Unit};
use crate::machine::Machine;
use crate::tower::Place;

impl Machine {
    /// Lists the units.
    pub fn units(&self) -> impl Iterator<Item = Unit> + use<> {
        (0..self.lifts.len() + self.bays.len()).map(Unit::at)
    }

    /// Gives the unit of a bay, by its place among the bays.
    pub fn bay_unit(&self, bay: usize) -> Unit {
        Unit::at(self.lifts.len() + bay)
    }

    /// Gives the lift a unit is, by its place among the lifts.
    pub fn lift_of(&self, unit: Unit) -> Option<usize> {
        Some(unit.index()).filter(|index| *index < self.lifts.len())
    }

    /// Gives the bay a unit is, by its place among the bays.
    pub fn bay_of(&self, unit: Unit) -> Option<usize> {
        let bay = unit.index().checked_sub(self.lifts.len())?;
        Some(bay).filter(|bay| *bay < self.bays.len())
    }

    /// Gives the unit that a lift or a bay is.
    pub fn unit_of(&self, place: &Place) -> Option<Unit> {
        let lift = self.lift_index(place).map(Unit::at);
        lift.or_else(|| self.bay(place).map(|(bay, _)| self.bay_unit(bay)))
    }

    /// Gives the name of a unit's lift or bay.
    pub fn unit_name(&self, unit: Unit) -> Option<&Place> {
        let lift = self.lift_of(unit).map(|lift| &self.lifts[lift].place);
        lift.or_else(|| self.bay_of(unit).map(|bay| &self.bays[bay].place))
    }

    /// Tells whether an action is one that a unit can be asked for: lifts move, bays open and
    /// close their own door.
    pub fn is_for(&self, action: &Action, unit: Unit) -> bool {
        match action {
            Action::Home | Action::Move { .. } | Action::Go { .. } => self.lift_of(unit).is_some(),
            Action::OpenOuter { bay } | Action::CloseOuter { bay } => {
                self.bay(bay).map(|(bay, _)| self.bay_unit(bay)) == Some(unit)
            }
            Action::Withdraw => self.unit_name(unit).is_some(),
        }
    }
}
