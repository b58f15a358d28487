//! What stops the simulated machine, or a part of it, until people have been there.
//!
//! This is the safety controller: it needs nobody's order and asks nobody. A person seen in a bay
//! that is being served stops that bay and the lift that serves it; other bays and lifts go on. The
//! emergency stop holds everything.

use super::world::World;
use crate::codes::{PERSON_IN_BAY, Reason};
use tower::handshake::{Door, Outcome, Unit};

impl World {
    /// Stops a unit, with a fault of its own unless that is 0; an order in its hand is broken off
    /// where it is.
    pub(super) fn break_off(&mut self, unit: Unit, fault: u16) {
        self.settle_lifts();
        let is_lift = self.machine.lift_of(unit).is_some();
        let Some(known) = self.unit_mut(unit) else {
            return;
        };
        if fault != 0 {
            known.fault = fault;
        }
        known.homed = known.homed && !is_lift;
        self.finish(unit, Outcome::BrokenOff, Reason::Fault);
        self.touch();
    }

    /// Drives off, brakes on, until a person releases the stop.
    pub(super) fn stop_all(&mut self) {
        self.truth.stop = true;
        self.swings.fill(None);
        self.touch();
        for unit in self.machine.units() {
            self.break_off(unit, 0);
        }
    }

    /// Somebody is in a bay that a lift serves: both stand until a person releases them.
    pub(super) fn protect(&mut self, bay: usize, lift: usize) {
        self.truth.bays[bay].guarded = Some(lift);
        self.swings[bay] = None;
        self.touch();
        self.break_off(Unit::at(lift), PERSON_IN_BAY);
        self.break_off(self.machine.bay_unit(bay), PERSON_IN_BAY);
    }

    /// What is done about people: a closing door goes back, a served bay stops.
    pub(super) fn watch_people(&mut self) {
        if self.plc.is_none() {
            return;
        }
        for bay in 0..self.machine.bays.len() {
            if !self.sees_person(bay) {
                continue;
            }
            if self.swings[bay].is_some_and(|swing| swing.target == Door::Closed) {
                self.reopen(bay);
            }
            let serving = self.lift_serving(bay);
            if let Some(lift) = serving
                && self.truth.bays[bay].inner != Door::Closed
            {
                self.protect(bay, lift);
            }
        }
    }

    /// The lift whose order works on a bay.
    pub(super) fn lift_serving(&self, bay: usize) -> Option<usize> {
        let place = &self.machine.bays[bay].place;
        let mut hands = self.hands();
        let (unit, _) = hands.find(|(_, hand)| hand.moves_car_at(place) || hand.closes(bay))?;
        self.machine.lift_of(unit)
    }
}
