//! The machine's end, shipped or with a rule broken.
//!
//! Our end is the shipped one in every case; where a broken rule reports something that it cannot
//! read, such as one bit of a number, `heard` reads it as whoever built it that way would.

use super::{Message, Task};
use tower::handshake::{Ack, Ignored, Outcome, Receiver, Sender, Taken};

/// Which orders the machine accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acceptance {
    /// The next number of its epoch: the shipped rule.
    Next,
    /// Any later number of its epoch.
    Later,
    /// A number of its epoch whose last bit is not that of the last one.
    OtherBit,
    /// Anything but what it took last; numbers do not matter.
    OtherTask,
    /// Whatever the interlocks allow; numbers do not matter.
    Anything,
}

/// The machine's end of one unit's orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// As it ships.
    Shipped(Receiver),
    /// With another rule of acceptance.
    Broken {
        /// What it reports.
        ack: Ack,
        /// What it took last.
        last: Option<Task>,
    },
}

impl End {
    /// Begins a boot epoch.
    pub fn boot(epoch: u32) -> End {
        End::Shipped(Receiver::boot(epoch))
    }

    /// Accepts an order or ignores it.
    pub fn receive(&mut self, rule: Acceptance, message: &Message) -> Result<Taken, Ignored> {
        if let (Acceptance::Next, End::Shipped(receiver)) = (rule, &mut *self) {
            return receiver.receive(&message.order());
        }
        let (mut ack, last) = match *self {
            End::Shipped(receiver) => (receiver.ack(), None),
            End::Broken { ack, last } => (ack, last),
        };
        if ack.finished != ack.accepted {
            return Err(Ignored::InHand);
        }
        let of_epoch = message.epoch == ack.epoch;
        let accepted = match rule {
            Acceptance::Next => of_epoch && message.seq == ack.accepted + 1,
            Acceptance::Later => of_epoch && message.seq > ack.accepted,
            Acceptance::OtherBit => of_epoch && (message.seq ^ ack.accepted) & 1 == 1,
            Acceptance::OtherTask => last != Some(message.task),
            Acceptance::Anything => true,
        };
        if !accepted {
            return Err(Ignored::OtherNumber);
        }
        ack.accepted = message.seq;
        let withdrawn = message.task == Task::Withdraw;
        if withdrawn {
            ack.finished = ack.accepted;
            ack.outcome = Outcome::Withdrawn;
        } else {
            // A number that came before would read as finished already.
            ack.finished = ack.accepted.wrapping_sub(1);
        }
        let last = Some(message.task);
        *self = End::Broken { ack, last };
        Ok(if withdrawn {
            Taken::Withdrawn
        } else {
            Taken::ToDo
        })
    }

    /// Notes how the order in hand ended.
    pub fn finish(&mut self, outcome: Outcome) {
        match self {
            End::Shipped(receiver) => receiver.finish(outcome),
            End::Broken { ack, .. } => {
                ack.finished = ack.accepted;
                ack.outcome = outcome;
            }
        }
    }

    /// Gives what is reported.
    pub fn ack(&self) -> Ack {
        match self {
            End::Shipped(receiver) => receiver.ack(),
            End::Broken { ack, .. } => *ack,
        }
    }
}

/// What our end hears: the report, or all that a toggle bit tells of it.
pub(super) fn heard(rule: Acceptance, sender: &Sender, ack: Ack) -> Ack {
    let (Acceptance::OtherBit, Some(seq)) = (rule, sender.open()) else {
        return ack;
    };
    let by_bit = |number: u32| seq - ((number ^ seq) & 1);
    Ack {
        accepted: by_bit(ack.accepted),
        finished: by_bit(ack.finished),
        ..ack
    }
}
