//! Our end of one unit's orders: what may be numbered, what may be sent, and what a report says.
//!
//! It is folded from the log and knows nothing else, so a crash between any two of its steps loses
//! nothing: an order is written down, then sent, and sent again for as long as reports show that
//! its number was not taken. One order is open at a time. Once its withdrawal is written, only the
//! withdrawal is sent: it has the same number, so the machine takes one of the two and ignores the
//! other as a repeat, in whatever order, however late and however often they come. How the number
//! ended is then the machine's word, [`Outcome::Withdrawn`] or too late.

use super::{Ack, Outcome};

/// Our end of one unit's orders in one boot epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sender {
    epoch: u32,
    last: u32,
    open: Open,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Open {
    #[default]
    Nothing,
    Order,
    Withdrawal,
}

/// What a report says of the open order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// None is open.
    Free,
    /// Nothing: it is of another boot epoch, in which the order is void.
    Void,
    /// Its number is not taken: the order, or its withdrawal, is to be sent.
    Untaken {
        /// Whether its withdrawal is written.
        withdrawn: bool,
    },
    /// It is being carried out.
    UnderWay,
    /// It has ended.
    Ended(Outcome),
}

impl Sender {
    /// Begins a boot epoch, in which every order of an earlier one is void.
    pub fn begin(epoch: u32, accepted: u32) -> Sender {
        Sender {
            epoch,
            last: accepted,
            open: Open::Nothing,
        }
    }

    /// Gives the boot epoch it numbers for.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Gives the number the next order has; none while one is open.
    pub fn next(&self) -> Option<u32> {
        match self.open {
            Open::Nothing => self.last.checked_add(1),
            Open::Order | Open::Withdrawal => None,
        }
    }

    /// Gives the number of the open order.
    pub fn open(&self) -> Option<u32> {
        (self.open != Open::Nothing).then_some(self.last)
    }

    /// Notes that an order is written down under the next number.
    ///
    /// # Panics
    /// If the number is not the next: whoever writes must have asked.
    pub fn write(&mut self, seq: u32) {
        assert_eq!(self.next(), Some(seq), "an order has the next number");
        self.last = seq;
        self.open = Open::Order;
    }

    /// Notes that the withdrawal of the open order is written down.
    pub fn withdraw(&mut self) {
        if self.open == Open::Order {
            self.open = Open::Withdrawal;
        }
    }

    /// Notes that the end of the open order is written down.
    pub fn close(&mut self) {
        self.open = Open::Nothing;
    }

    /// Reads from a report what became of the open order.
    pub fn standing(&self, ack: Ack) -> Standing {
        let withdrawn = match self.open {
            Open::Nothing => return Standing::Free,
            Open::Order => false,
            Open::Withdrawal => true,
        };
        match self.last {
            _ if ack.epoch != self.epoch => Standing::Void,
            seq if ack.finished == seq => Standing::Ended(ack.outcome),
            // A later number than ours means that somebody else gives orders: trust no outcome.
            seq if ack.finished > seq => Standing::Ended(Outcome::BrokenOff),
            seq if ack.accepted >= seq => Standing::UnderWay,
            _ => Standing::Untaken { withdrawn },
        }
    }
}
