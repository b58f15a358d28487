//! What a person is told of their place, and nothing of anybody else's.

use super::book::{Book, Hand};
use super::entrant::Status;
use super::hex::PersonKey;
use kernel::{BuyerId, Moment, OrderId, Vin};

/// Where one person stands in a drop.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// They do not take part.
    Outside,
    /// The credit provider is asked about them.
    Pending,
    /// The credit provider gave no answer; they may enter again.
    Unanswered,
    /// The credit provider said no.
    NotAdmitted,
    /// In the draw to come.
    Entered,
    /// They wait.
    Waiting {
        /// Their place in the line now, from 1.
        place: u32,
    },
    /// A unit is kept for them.
    Claiming {
        /// Which unit, from 1.
        unit: u32,
        /// Its car, where it is known.
        vin: Option<Vin>,
        /// The order it is kept for.
        order: OrderId,
        /// Until when; none while the car is still to come.
        until: Option<Moment>,
    },
    /// They paid for a unit.
    Bought {
        /// Which unit.
        unit: u32,
        /// By which order.
        order: OrderId,
    },
    /// They left, or did not pay in time.
    Out,
    /// Nothing was left for them.
    Lost,
}

impl Book {
    /// Tells whether a person has ever taken part with this account.
    pub fn knows(&self, person: &PersonKey, buyer: &BuyerId) -> bool {
        let own = self.entrants.get(person);
        own.is_some_and(|entrant| entrant.buyer.unpack() == *buyer)
    }

    /// Tells a person's place and their number in the draw, where they were in it.
    ///
    /// To an account that is not the one the person entered with, nothing is told.
    pub fn standing(&self, person: &PersonKey, buyer: &BuyerId) -> (Standing, Option<u32>) {
        let own = self.entrants.get(person);
        let Some(entrant) = own.filter(|entrant| entrant.buyer.unpack() == *buyer) else {
            return (Standing::Outside, None);
        };
        let standing = match entrant.status {
            Status::Pending => Standing::Pending,
            Status::Unanswered => Standing::Unanswered,
            Status::NotAdmitted => Standing::NotAdmitted,
            Status::Entered => Standing::Entered,
            Status::Waiting(ticket) => Standing::Waiting {
                place: self.place_of(ticket),
            },
            Status::Claiming(unit) | Status::Bought(unit) => self.at_unit(unit),
            Status::Out => Standing::Out,
            Status::Lost => Standing::Lost,
        };
        (standing, Some(entrant.number).filter(|number| *number > 0))
    }

    fn at_unit(&self, number: u32) -> Standing {
        match self.unit(number).map(|unit| (&unit.hand, &unit.car)) {
            Some((Hand::Claimed(claim), car)) => Standing::Claiming {
                unit: number,
                vin: car.clone(),
                order: claim.order.clone(),
                until: claim.until,
            },
            Some((Hand::Sold { order, .. }, _)) => Standing::Bought {
                unit: number,
                order: order.clone(),
            },
            Some((Hand::Free | Hand::Gone, _)) | None => Standing::Out,
        }
    }

    /// Walks over the accounts that wait, in order.
    pub fn waiting(&self) -> impl Iterator<Item = BuyerId> {
        let people = self.line.iter();
        people.filter_map(|(_, person)| Some(self.entrants.get(person)?.buyer.unpack()))
    }
}
