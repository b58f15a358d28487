//! The program of the simulated PLC: which orders it takes, and what its interlocks say.
//!
//! The rules are those of `docs/protocol/register-map.md`. A number is used up by acceptance, also
//! when an interlock then refuses; whatever cannot be accepted is ignored and only answered. The
//! interlocks see sensors, never the truth behind them.

use super::world::World;
use crate::codes::{Answer, Reason};
use crate::registers::{self, OrderWords};
use tower::handshake::{Action, Door, Mode, Order, Outcome};
use tower::machine::{CannotMove, Dimension};
use tower::tower::Place;

impl World {
    /// Takes an order block as it was written on the wire.
    pub fn receive(&mut self, words: &OrderWords) {
        let judged = self.judge(words);
        let Some(plc) = &mut self.plc else { return };
        plc.answered = registers::order_seq(words);
        plc.answer = *judged.as_ref().err().unwrap_or(&Answer::Accepted);
        if let Ok(order) = judged {
            plc.accepted = order.seq;
            match self.interlock(&order.action) {
                Ok(()) => self.begin(order.action),
                Err(reason) => self.finish(Outcome::Refused, reason),
            }
        }
        self.refresh();
    }

    fn judge(&self, words: &OrderWords) -> Result<Order, Answer> {
        let plc = self.plc.as_ref().ok_or(Answer::None)?;
        let order = registers::decode_order(words, &self.layout)?;
        if order.epoch != plc.epoch {
            return Err(Answer::OtherEpoch);
        }
        if order.seq == plc.accepted && order.seq != 0 {
            return Err(Answer::Repeat);
        }
        if plc.accepted.checked_add(1) != Some(order.seq) {
            return Err(Answer::OtherNumber);
        }
        if plc.finished != plc.accepted {
            return Err(Answer::InHand);
        }
        Ok(order)
    }

    /// Asks every interlock of an action; the first no is the reason.
    fn interlock(&self, action: &Action) -> Result<(), Reason> {
        let plc = self.plc.as_ref().ok_or(Reason::NotReady)?;
        if self.truth.stop.is_some() {
            return Err(Reason::SafetyStop);
        }
        match (self.mode(plc), action) {
            (Mode::Idle, _) | (Mode::NotHomed, Action::Home) => {}
            _ => return Err(Reason::NotReady),
        }
        match action {
            Action::Home => self.may_home(),
            Action::Move { from, to } => self.may_move(from, to),
            Action::OpenOuter { bay } => self.may_open(bay),
            Action::CloseOuter { bay } => self.may_close(bay),
        }
    }

    /// Homing closes inner doors that were left open, so nobody may stand in those bays.
    fn may_home(&self) -> Result<(), Reason> {
        let left_open = |bay: &usize| self.truth.bays[*bay].inner != Door::Closed;
        let mut open = (0..self.machine.bays.len()).filter(left_open);
        if open.any(|bay| self.sees_person(bay)) {
            return Err(Reason::PersonSeen);
        }
        Ok(())
    }

    fn may_move(&self, from: &Place, to: &Place) -> Result<(), Reason> {
        let lift = self.machine.lift_for(from, to).map_err(|why| match why {
            CannotMove::NoSuchPlace(_) | CannotMove::NoLift { .. } | CannotMove::SamePlace(_) => {
                Reason::NoRoute
            }
        })?;
        if self.tag_at(from) == 0 {
            return Err(Reason::SourceEmpty);
        }
        if self.tag_at(to) != 0 {
            return Err(Reason::TargetOccupied);
        }
        let lift = &self.machine.lifts[lift].place;
        if lift != from && self.tag_at(lift) != 0 {
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
        }
        self.measure(from, to)
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

    /// Ends the order in hand.
    pub(super) fn finish(&mut self, outcome: Outcome, reason: Reason) {
        if let Some(plc) = &mut self.plc {
            plc.finished = plc.accepted;
            plc.outcome = outcome;
            plc.reason = reason;
            plc.hand = None;
        }
    }

    /// Stops with a fault; an order in hand is broken off where it is.
    pub(super) fn break_off(&mut self, fault: u16) {
        self.settle_lifts();
        let Some(plc) = &mut self.plc else { return };
        plc.fault = fault;
        plc.homed = false;
        if plc.hand.is_some() {
            self.finish(Outcome::BrokenOff, Reason::Fault);
        }
        self.touch();
    }
}
