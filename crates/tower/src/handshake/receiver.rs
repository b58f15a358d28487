//! The machine's end of one unit's orders: which is accepted, and how far it is.
//!
//! A PLC needs no more than this to be safe against orders that are lost, late or repeated: four
//! words for each unit, none of which has to survive a power cut, and an epoch that never comes
//! twice.

use super::{Ack, Action, Order, Outcome};

/// The machine's end of one unit's orders in one boot epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receiver {
    ack: Ack,
}

/// What is to be done with an order that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Taken {
    /// Carry it out, or refuse it, and say how it ended.
    ToDo,
    /// Nothing: it withdrew the order of its number, and has ended.
    Withdrawn,
}

/// Why an order was not accepted; it changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// Its number was the last one accepted.
    Repeat,
    /// It is numbered for another boot epoch.
    OtherEpoch,
    /// Its number is not the next.
    OtherNumber,
    /// The one before it has not ended.
    InHand,
}

impl Receiver {
    /// Begins a boot epoch.
    pub fn boot(epoch: u32) -> Receiver {
        let ack = Ack {
            epoch,
            accepted: 0,
            finished: 0,
            outcome: Outcome::None,
        };
        Receiver { ack }
    }

    /// Accepts an order or ignores it.
    pub fn receive(&mut self, order: &Order) -> Result<Taken, Ignored> {
        let Ack {
            epoch, accepted, ..
        } = self.ack;
        if order.epoch != epoch {
            return Err(Ignored::OtherEpoch);
        }
        if order.seq == accepted && accepted != 0 {
            return Err(Ignored::Repeat);
        }
        if accepted.checked_add(1) != Some(order.seq) {
            return Err(Ignored::OtherNumber);
        }
        if self.is_busy() {
            return Err(Ignored::InHand);
        }
        self.ack.accepted = order.seq;
        if order.action == Action::Withdraw {
            self.finish(Outcome::Withdrawn);
            return Ok(Taken::Withdrawn);
        }
        Ok(Taken::ToDo)
    }

    /// Tells whether an order is accepted and has not ended.
    pub fn is_busy(&self) -> bool {
        self.ack.finished != self.ack.accepted
    }

    /// Notes how the order in hand ended; without one there is nothing to note.
    pub fn finish(&mut self, outcome: Outcome) {
        if self.is_busy() {
            self.ack.finished = self.ack.accepted;
            self.ack.outcome = outcome;
        }
    }

    /// Gives what is reported.
    pub fn ack(&self) -> Ack {
        self.ack
    }
}
