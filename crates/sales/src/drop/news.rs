//! What people are to be told of a drop, each piece once.
//!
//! News of a unit goes to one person when it happens. News that concerns everybody for whom the
//! drop has come to nothing is read from the state, so that it can be told in any number of runs.

use super::State;
use super::entrant::Status;
use kernel::{BuyerId, DropId, Moment, OrderId};
use serde::{Deserialize, Serialize};

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// A unit is kept for them.
    Kept {
        /// In which drop.
        drop: DropId,
        /// For which order.
        order: OrderId,
        /// Until when; none while the car is still to come.
        until: Option<Moment>,
        /// Whether it was offered from the waiting list.
        offered: bool,
    },
    /// Nothing was left for them.
    Lost {
        /// In which drop.
        drop: DropId,
    },
    /// It was called off.
    CalledOff {
        /// Which drop.
        drop: DropId,
    },
}

impl State {
    /// Gives the accounts for which the drop has come to nothing, and what they are to be told.
    ///
    /// While it is open, these are the ones without a waiting place. Once it is closed, also those
    /// who waited until then; once it is called off, those who had entered.
    pub fn in_vain(&self, drop: &DropId) -> Option<(News, impl Iterator<Item = BuyerId>)> {
        let drop = drop.clone();
        let (news, concerns): (News, fn(Status) -> bool) = match self {
            State::Unknown | State::Announced(_) => return None,
            State::Open(_) => (News::Lost { drop }, |status| status == Status::Lost),
            State::Closed(_) => (News::Lost { drop }, |status| {
                status == Status::Lost || status.hopes()
            }),
            State::Cancelled { .. } => (News::CalledOff { drop }, Status::hopes),
        };
        let people = self.book()?.entrants.iter();
        let people = people.filter(move |(_, entrant)| concerns(entrant.status));
        Some((news, people.map(|(_, entrant)| entrant.buyer.unpack())))
    }
}

impl Status {
    /// Tells whether the person takes part and has no unit.
    fn hopes(self) -> bool {
        matches!(self, Status::Pending | Status::Entered | Status::Waiting(_))
    }
}
