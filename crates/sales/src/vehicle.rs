//! One physical car. It is never in two hands and never sold twice.
//!
//! A hold has an owner and an end, and is over at its end whether or not anybody says so: every
//! guard compares the end with the time of the command. It may be extended once, at payment.

use crate::listing::Listing;
use kernel::{BuyerId, Decider, Moment, OrderId, TowerId, Vin};
use serde::{Deserialize, Serialize};

/// The stream of one car, named by its VIN.
#[derive(Clone, Copy, Debug)]
pub struct Vehicle;

/// Where a car stands in its life.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody has listed it.
    #[default]
    Unknown,
    /// Listed, not yet in a tower.
    Expected {
        /// What it is.
        listing: Listing,
    },
    /// Stands in a tower and may be bought.
    Stored {
        /// What it is.
        listing: Listing,
        /// Where it stands.
        tower: TowerId,
    },
    /// Kept for one buyer until a time.
    Held {
        /// What it is.
        listing: Listing,
        /// Where it stands.
        tower: TowerId,
        /// For whom and until when.
        hold: Hold,
    },
    /// Paid for, not yet driven out.
    Sold {
        /// What it is.
        listing: Listing,
        /// Where it stands.
        tower: TowerId,
        /// The order that bought it.
        order: OrderId,
    },
    /// Driven out by its buyer.
    HandedOver {
        /// What it is.
        listing: Listing,
        /// The order that bought it.
        order: OrderId,
    },
    /// Taken off sale.
    Withdrawn {
        /// What it is.
        listing: Listing,
        /// The tower it stands in, if it had been stored.
        tower: Option<TowerId>,
        /// Why, in the operator's words.
        reason: String,
    },
}

/// Who keeps a car, and until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// The order the car is kept for.
    pub order: OrderId,
    /// The buyer behind the order.
    pub buyer: BuyerId,
    /// When the hold ends by itself.
    pub until: Moment,
    /// Whether its one extension is used up.
    pub extended: bool,
}

/// What can be asked of a car.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Put it on the list.
    List {
        /// What it is.
        listing: Listing,
    },
    /// Note that a tower has stored it.
    Store {
        /// Which tower.
        tower: TowerId,
    },
    /// Keep it for one buyer.
    Hold {
        /// For which order.
        order: OrderId,
        /// For whom.
        buyer: BuyerId,
        /// Until when.
        until: Moment,
    },
    /// Keep it a little longer, once.
    ExtendHold {
        /// For which order.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// Give it back before the hold ends.
    ReleaseHold {
        /// The order that holds it.
        order: OrderId,
    },
    /// Note that the hold's time is over.
    EndHold {
        /// The order that held it.
        order: OrderId,
    },
    /// Sell it to the order that holds it.
    Sell {
        /// The paid order.
        order: OrderId,
    },
    /// Put it back on sale after a refund.
    UndoSale {
        /// The order that is refunded.
        order: OrderId,
    },
    /// Note that its buyer has driven it out.
    HandOver {
        /// The order that bought it.
        order: OrderId,
    },
    /// Take it off sale.
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// What happened to a car.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It was put on the list.
    Listed {
        /// What it is.
        listing: Listing,
    },
    /// A tower stored it.
    Stored {
        /// Which tower.
        tower: TowerId,
    },
    /// It is kept for one buyer.
    Held {
        /// For which order.
        order: OrderId,
        /// For whom.
        buyer: BuyerId,
        /// Until when.
        until: Moment,
    },
    /// Its hold was extended.
    HoldExtended {
        /// For which order.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// Its hold is over.
    HoldEnded {
        /// The order that held it.
        order: OrderId,
        /// The buyer that held it.
        buyer: BuyerId,
        /// Whether time ended it, or the buyer.
        expired: bool,
    },
    /// It was sold.
    Sold {
        /// To which order.
        order: OrderId,
    },
    /// Its sale was undone.
    SaleUndone {
        /// The order that was refunded.
        order: OrderId,
    },
    /// Its buyer drove it out.
    HandedOver {
        /// The order that bought it.
        order: OrderId,
    },
    /// It was taken off sale.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

/// Why a car cannot do what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nobody has listed it.
    Unknown,
    /// It is listed already, with other facts.
    ListedDifferently,
    /// It is not standing in a tower.
    NotInTower,
    /// Another buyer holds it.
    HeldByAnother {
        /// Until when.
        until: Moment,
    },
    /// This order does not hold it.
    NotHeld,
    /// The hold was extended before.
    AlreadyExtended,
    /// The hold's time is not over.
    HoldNotOver {
        /// When it will be.
        until: Moment,
    },
    /// The end asked for lies before the end it has, or in the past.
    EndsTooSoon,
    /// It is sold.
    AlreadySold,
    /// It was taken off sale.
    Withdrawn,
}
