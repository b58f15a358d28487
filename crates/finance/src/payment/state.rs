//! Where a payment stands, with the data each place needs and no more.

use super::asking::Asking;
use super::{Method, Purpose};
use kernel::{Moment, Money};

/// Where a payment stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody has written it down.
    #[default]
    Unwritten,
    /// Written down; nothing was sent.
    Prepared {
        /// What was asked for.
        asked: Asked,
    },
    /// Sent, or the buyer sent to the page; the wallet has not said the end of it.
    Dispatched {
        /// What was asked for.
        asked: Asked,
        /// How the wallet is being asked.
        asking: Asking,
    },
    /// Something went wrong on the way: it may be paid or not.
    Unknown {
        /// What was asked for.
        asked: Asked,
        /// How the wallet is being asked.
        asking: Asking,
    },
    /// Paid.
    Succeeded {
        /// What was asked for.
        asked: Asked,
        /// What the wallet said.
        paid: Paid,
    },
    /// Not paid, by the wallet's word.
    Failed {
        /// What was asked for.
        asked: Asked,
        /// The wallet's reason code.
        reason: String,
    },
    /// The wallet named another amount; only its next definite word or a person can go on.
    NeedsPerson {
        /// What was asked for.
        asked: Asked,
        /// The amount the wallet named.
        named: Money,
    },
    /// Paid, and on its way back.
    Refunding {
        /// What was asked for.
        asked: Asked,
        /// What the wallet said when it was paid.
        paid: Paid,
        /// The refund's request number at the wallet.
        request_no: String,
        /// Why.
        reason: String,
        /// How the wallet is being asked.
        asking: Asking,
    },
    /// Paid and given back.
    Refunded {
        /// What was asked for.
        asked: Asked,
        /// What the wallet said when it was paid.
        paid: Paid,
    },
}

/// What was asked for, fixed when it was written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What for.
    pub purpose: Purpose,
    /// How.
    pub method: Method,
    /// How much.
    pub amount: Money,
    /// When an unpaid page expires; none for a deduction.
    pub expires: Option<Moment>,
}

/// What the wallet said of a paid trade.
#[derive(Clone, Debug, PartialEq)]
pub struct Paid {
    /// The wallet's trade number.
    pub trade_no: String,
    /// How much.
    pub amount: Money,
    /// The mandate signed with it.
    pub mandate: Option<String>,
}

impl State {
    /// Gives what was asked for; none before it was written down.
    pub fn asked(&self) -> Option<&Asked> {
        match self {
            State::Unwritten => None,
            State::Prepared { asked }
            | State::Dispatched { asked, .. }
            | State::Unknown { asked, .. }
            | State::Succeeded { asked, .. }
            | State::Failed { asked, .. }
            | State::NeedsPerson { asked, .. }
            | State::Refunding { asked, .. }
            | State::Refunded { asked, .. } => Some(asked),
        }
    }

    /// Gives what the wallet said of it when it was paid; none when it never was.
    pub fn paid(&self) -> Option<&Paid> {
        match self {
            State::Succeeded { paid, .. }
            | State::Refunding { paid, .. }
            | State::Refunded { paid, .. } => Some(paid),
            _ => None,
        }
    }

    /// Tells whether money may still move: it is sent, and no definite word has come.
    pub fn is_open(&self) -> bool {
        matches!(self, State::Dispatched { .. } | State::Unknown { .. })
    }

    pub(super) fn with_asked(self, next: impl FnOnce(Asked) -> State) -> State {
        match self.asked().cloned() {
            Some(asked) => next(asked),
            None => self,
        }
    }

    pub(super) fn asking_again(mut self, tries: u32, at: Moment) -> State {
        if let State::Dispatched { asking, .. }
        | State::Unknown { asking, .. }
        | State::Refunding { asking, .. } = &mut self
        {
            *asking = Asking {
                tries,
                next: Some(at),
            };
        }
        self
    }
}
