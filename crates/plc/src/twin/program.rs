//! The program of the simulated PLC: which orders it takes, and what its interlocks say.
//!
//! The rules are those of `docs/protocol/register-map.md`. A number is used up by acceptance, also
//! when an interlock then refuses; whatever cannot be accepted is ignored and only answered. The
//! interlocks see sensors, never the truth behind them.

use super::world::World;
use crate::codes::{Answer, Reason};
use crate::registers::{self, OrderWords};
use tower::handshake::{Action, Door, Mode, Order, Outcome, Taken, Unit};
use tower::machine::{Dimension, Heights};
use tower::tower::Place;

impl World {
    /// Takes the order block of a unit as it was written on the wire.
    pub fn receive(&mut self, unit: Unit, words: &OrderWords) {
        let judged = self.judge(unit, words);
        let Some(known) = self.unit_mut(unit) else {
            return;
        };
        known.answered = registers::order_seq(words);
        known.answer = *judged.as_ref().err().unwrap_or(&Answer::Accepted);
        if let Ok(Some(action)) = judged {
            match self.interlock(unit, &action) {
                Ok(()) => self.begin(unit, action),
                Err(reason) => self.finish(unit, Outcome::Refused, reason),
            }
        }
        self.refresh();
    }

    /// Accepts an order or says why not; a withdrawal has nothing to be done.
    fn judge(&mut self, unit: Unit, words: &OrderWords) -> Result<Option<Action>, Answer> {
        let order: Order = registers::decode_order(words, unit, &self.layout)?;
        if !self.machine.is_for(&order.action, unit) {
            return Err(Answer::UnknownPlace);
        }
        let known = self.unit_mut(unit).ok_or(Answer::None)?;
        match known.receiver.receive(&order)? {
            Taken::ToDo => Ok(Some(order.action)),
            Taken::Withdrawn => {
                known.reason = Reason::None;
                Ok(None)
            }
        }
    }

    /// Asks every interlock of an action; the first no is the reason.
    fn interlock(&self, unit: Unit, action: &Action) -> Result<(), Reason> {
        if self.truth.stop {
            return Err(Reason::SafetyStop);
        }
        match (self.mode(unit), action) {
            (Some(Mode::Idle), _) | (Some(Mode::NotHomed), Action::Home) => {}
            _ => return Err(Reason::NotReady),
        }
        match action {
            Action::Home => self.may_home(unit.index()),
            Action::Move { from, to } => self.may_move(unit.index(), from, to),
            Action::OpenOuter { bay } => self.may_open(bay),
            Action::CloseOuter { bay } => self.may_close(bay),
            Action::Go { height_mm } => self.may_go(unit.index(), *height_mm),
            Action::Withdraw => Ok(()),
        }
    }

    /// Homing closes inner doors that were left open, so nobody may stand in those bays.
    fn may_home(&self, lift: usize) -> Result<(), Reason> {
        if self.left_open(lift).any(|bay| self.sees_person(bay)) {
            return Err(Reason::PersonSeen);
        }
        let rest = self.machine.rest_pose(lift);
        self.may_pass(lift, Heights::at(rest.height_mm))
    }

    /// The bays that a lift reaches whose inner doors are not closed, and that no other serves now.
    pub(super) fn left_open(&self, lift: usize) -> impl Iterator<Item = usize> {
        let bays = self.machine.bays.iter().enumerate();
        let reached = bays.filter(move |(_, spec)| self.machine.reaches(lift, &spec.place));
        let open = reached.map(|(bay, _)| bay);
        let open = open.filter(|bay| self.truth.bays[*bay].inner != Door::Closed);
        open.filter(move |bay| self.lift_serving(*bay).is_none_or(|other| other == lift))
    }

    fn may_go(&self, lift: usize, height_mm: i32) -> Result<(), Reason> {
        if !self.machine.lifts[lift].range.hold(height_mm) {
            return Err(Reason::NoRoute);
        }
        self.may_pass(lift, Heights::at(height_mm))
    }

    fn may_move(&self, lift: usize, from: &Place, to: &Place) -> Result<(), Reason> {
        let reached = |place: &Place| self.machine.reaches(lift, place);
        if from == to || !reached(from) || !reached(to) {
            return Err(Reason::NoRoute);
        }
        if self.is_in_use(from) || self.is_in_use(to) {
            return Err(Reason::InUse);
        }
        if self.tag_at(from) == 0 {
            return Err(Reason::SourceEmpty);
        }
        if self.tag_at(to) != 0 {
            return Err(Reason::TargetOccupied);
        }
        let carrier = &self.machine.lifts[lift].place;
        if carrier != from && self.tag_at(carrier) != 0 {
            return Err(Reason::LiftLoaded);
        }
        for (bay, _) in [from, to]
            .into_iter()
            .filter_map(|place| self.machine.bay(place))
        {
            if self.truth.bays[bay].outer != Door::Closed {
                return Err(Reason::DoorNotClosed);
            }
            if self.sees_person(bay) {
                return Err(Reason::PersonSeen);
            }
            if self.fault(self.machine.bay_unit(bay)) != 0 {
                return Err(Reason::NotReady);
            }
        }
        self.measure(from, to)?;
        let plan = self
            .machine
            .plan_move_by(lift, from, to, self.truth.lifts[lift]);
        let plan = plan.map_err(|_| Reason::NoRoute)?;
        self.may_pass(lift, plan.heights())
    }

    /// Whether a lift can go from where it is through some heights without meeting another on its
    /// mast, wherever that one is on its way to.
    fn may_pass(&self, lift: usize, needs: Heights) -> Result<(), Reason> {
        let needs = needs.with(Heights::at(self.truth.lifts[lift].height_mm));
        let meets = |other: usize| {
            let there = Heights::at(self.truth.lifts[other].height_mm);
            let unit = self.unit(Unit::at(other));
            let going = unit.and_then(|unit| unit.hand.as_ref()?.heights());
            let there = going.map_or(there, |going| there.with(going));
            !self.machine.are_apart((lift, needs), (other, there))
        };
        if self.machine.mast_neighbours(lift).any(meets) {
            return Err(Reason::LiftInTheWay);
        }
        Ok(())
    }

    /// Whether an order in hand takes a car from a place or puts one there.
    fn is_in_use(&self, place: &Place) -> bool {
        self.hands().any(|(_, hand)| hand.moves_car_at(place))
    }

    /// The gauge and the scale of the bay, against the limits of the target.
    fn measure(&self, from: &Place, to: &Place) -> Result<(), Reason> {
        let Some(car) = self
            .machine
            .bay(from)
            .and_then(|_| self.truth.cars.get(from))
        else {
            return Ok(());
        };
        match self.machine.check_fit(to, &car.size) {
            Ok(()) => Ok(()),
            Err(big) if big.dimension == Dimension::Mass => Err(Reason::Overload),
            Err(_) => Err(Reason::Oversize),
        }
    }

    fn may_open(&self, bay: &Place) -> Result<(), Reason> {
        match self.machine.bay(bay) {
            Some(_) if self.is_in_use(bay) => Err(Reason::InUse),
            Some((bay, _)) if self.truth.bays[bay].inner == Door::Closed => Ok(()),
            Some(_) => Err(Reason::DoorNotClosed),
            None => Err(Reason::NoRoute),
        }
    }

    fn may_close(&self, bay: &Place) -> Result<(), Reason> {
        match self.machine.bay(bay) {
            Some((bay, _)) if self.sees_person(bay) => Err(Reason::PersonSeen),
            Some(_) => Ok(()),
            None => Err(Reason::NoRoute),
        }
    }

    /// Ends the order in a unit's hand, if it has one.
    pub(super) fn finish(&mut self, unit: Unit, outcome: Outcome, reason: Reason) {
        if let Some(known) = self.unit_mut(unit)
            && known.receiver.is_busy()
        {
            known.receiver.finish(outcome);
            known.reason = reason;
            known.hand = None;
        }
    }
}
