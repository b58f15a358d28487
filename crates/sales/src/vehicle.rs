//! One physical car. It is never in two hands and never sold twice.
//!
//! A hold has an owner and an end, and is over at its end whether or not anybody says so: every
//! guard compares the end with the time of the command. It may be extended once, at payment.
//!
//! A car may be kept for a drop. It is then held for the drop's claims and for nobody else, and the
//! drop stays with it through hold, sale and undone sale, until it is freed or withdrawn.
//!
//! A car that leaves its tower otherwise than with its buyer is expected again, whatever it was: it
//! cannot be bought where it does not stand, and may be once it has been stored anew.

mod decision; // the guards of each command

use crate::listing::Listing;
use kernel::{BuyerId, Decider, DropId, Moment, OrderId, TowerId, Vin};
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
        /// The drop it is kept for.
        drop: Option<DropId>,
    },
    /// Stands in a tower and may be bought.
    Stored {
        /// What it is.
        listing: Listing,
        /// Where it stands.
        tower: TowerId,
        /// The drop it is kept for.
        drop: Option<DropId>,
    },
    /// Kept for one buyer until a time.
    Held {
        /// What it is.
        listing: Listing,
        /// Where it stands.
        tower: TowerId,
        /// For whom and until when.
        hold: Hold,
        /// The drop it is kept for.
        drop: Option<DropId>,
    },
    /// Paid for, not yet driven out.
    Sold {
        /// What it is.
        listing: Listing,
        /// The tower it stands in.
        tower: TowerId,
        /// The order that bought it.
        order: OrderId,
        /// The drop it is kept for.
        drop: Option<DropId>,
        /// Whether it left the tower otherwise than with its buyer.
        gone: bool,
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
        /// The drop whose claim this is; none for a sale of the shop.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
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
    /// Keep it for a drop.
    Assign {
        /// Which.
        drop: DropId,
    },
    /// Let the shop sell it again.
    Free {
        /// The drop it was kept for.
        drop: DropId,
    },
    /// Note that it is in its tower no longer and no buyer has it.
    TakeOut {
        /// The tower it stood in.
        tower: TowerId,
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
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// It is kept for one buyer.
    Held {
        /// For which order.
        order: OrderId,
        /// For whom.
        buyer: BuyerId,
        /// Until when.
        until: Moment,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// Its hold was extended.
    HoldExtended {
        /// For which order.
        order: OrderId,
        /// Until when.
        until: Moment,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// Its hold is over.
    HoldEnded {
        /// The order that held it.
        order: OrderId,
        /// The buyer that held it.
        buyer: BuyerId,
        /// Whether time ended it, or the buyer.
        expired: bool,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// It was sold.
    Sold {
        /// To which order.
        order: OrderId,
        /// The tower it stands in.
        tower: TowerId,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// Its sale was undone.
    SaleUndone {
        /// The order that was refunded.
        order: OrderId,
        /// The tower it stands in.
        tower: TowerId,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// Its buyer drove it out.
    HandedOver {
        /// The order that bought it.
        order: OrderId,
    },
    /// It is kept for a drop.
    Assigned {
        /// Which.
        drop: DropId,
        /// Whether it stands in a tower.
        stored: bool,
    },
    /// The shop may sell it again.
    Freed {
        /// The drop it was kept for.
        drop: DropId,
    },
    /// It is in its tower no longer, and no buyer has it: it is expected again.
    TakenOut {
        /// The tower it stood in.
        tower: TowerId,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
    },
    /// It was taken off sale.
    Withdrawn {
        /// Why.
        reason: String,
        /// The drop it is kept for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drop: Option<DropId>,
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
    /// It is kept for a drop, and this is no claim of that drop.
    InDrop {
        /// Which.
        drop: DropId,
    },
    /// It is kept for no drop, so there is no claim on it.
    NotInDrop,
    /// It is sold.
    AlreadySold,
    /// It was taken off sale.
    Withdrawn,
}

impl Decider for Vehicle {
    const KIND: &'static str = "vehicle";
    type Id = Vin;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        decision::decide(state, command, at)
    }

    fn evolve(state: State, event: &Event) -> State {
        match event {
            Event::Listed { listing } => State::Expected {
                listing: listing.clone(),
                drop: None,
            },
            Event::Stored { tower, drop } => with_listing(state, |listing| State::Stored {
                listing,
                tower: tower.clone(),
                drop: drop.clone(),
            }),
            Event::Held {
                order,
                buyer,
                until,
                drop,
            } => with_place(state, |listing, tower| {
                let hold = Hold {
                    order: order.clone(),
                    buyer: buyer.clone(),
                    until: *until,
                    extended: false,
                };
                State::Held {
                    listing,
                    tower,
                    hold,
                    drop: drop.clone(),
                }
            }),
            Event::HoldExtended { until, .. } => match state {
                State::Held {
                    listing,
                    tower,
                    hold,
                    drop,
                } => {
                    let hold = Hold {
                        until: *until,
                        extended: true,
                        ..hold
                    };
                    State::Held {
                        listing,
                        tower,
                        hold,
                        drop,
                    }
                }
                other => other,
            },
            Event::HoldEnded { drop, .. } | Event::SaleUndone { drop, .. } => {
                with_place(state, |listing, tower| State::Stored {
                    listing,
                    tower,
                    drop: drop.clone(),
                })
            }
            Event::Sold { order, drop, .. } => with_place(state, |listing, tower| State::Sold {
                listing,
                tower,
                order: order.clone(),
                drop: drop.clone(),
                gone: false,
            }),
            Event::TakenOut { .. } => taken_out(state),
            Event::Assigned { drop, .. } => kept_for(state, Some(drop)),
            Event::Freed { .. } => kept_for(state, None),
            Event::HandedOver { order } => with_listing(state, |listing| State::HandedOver {
                listing,
                order: order.clone(),
            }),
            Event::Withdrawn { reason, .. } => {
                let tower = state.tower().cloned();
                with_listing(state, |listing| State::Withdrawn {
                    listing,
                    tower,
                    reason: reason.clone(),
                })
            }
        }
    }
}

impl State {
    /// Gives what the car is, once it is listed.
    pub fn listing(&self) -> Option<&Listing> {
        match self {
            State::Unknown => None,
            State::Expected { listing, .. }
            | State::Stored { listing, .. }
            | State::Held { listing, .. }
            | State::Sold { listing, .. }
            | State::HandedOver { listing, .. }
            | State::Withdrawn { listing, .. } => Some(listing),
        }
    }

    /// Gives the tower the car stands in.
    pub fn tower(&self) -> Option<&TowerId> {
        match self {
            State::Stored { tower, .. } | State::Held { tower, .. } | State::Sold { tower, .. } => {
                Some(tower)
            }
            State::Withdrawn { tower, .. } => tower.as_ref(),
            State::Unknown | State::Expected { .. } | State::HandedOver { .. } => None,
        }
    }
}

impl State {
    /// Gives the drop the car is kept for.
    pub fn drop(&self) -> Option<&DropId> {
        match self {
            State::Expected { drop, .. }
            | State::Stored { drop, .. }
            | State::Held { drop, .. }
            | State::Sold { drop, .. } => drop.as_ref(),
            State::Unknown | State::HandedOver { .. } | State::Withdrawn { .. } => None,
        }
    }
}

fn kept_for(state: State, kept: Option<&DropId>) -> State {
    let mut state = state;
    match &mut state {
        State::Expected { drop, .. }
        | State::Stored { drop, .. }
        | State::Held { drop, .. }
        | State::Sold { drop, .. } => *drop = kept.cloned(),
        State::Unknown | State::HandedOver { .. } | State::Withdrawn { .. } => {}
    }
    state
}

/// A car that is sold stays its buyer's, and one that is withdrawn stays off sale.
fn taken_out(state: State) -> State {
    match state {
        State::Stored { listing, drop, .. } | State::Held { listing, drop, .. } => {
            State::Expected { listing, drop }
        }
        State::Sold {
            listing,
            tower,
            order,
            drop,
            ..
        } => State::Sold {
            listing,
            tower,
            order,
            drop,
            gone: true,
        },
        State::Withdrawn {
            listing, reason, ..
        } => State::Withdrawn {
            listing,
            tower: None,
            reason,
        },
        other @ (State::Unknown | State::Expected { .. } | State::HandedOver { .. }) => other,
    }
}

fn with_listing(state: State, next: impl FnOnce(Listing) -> State) -> State {
    match state.listing().cloned() {
        Some(listing) => next(listing),
        None => state,
    }
}

fn with_place(state: State, next: impl FnOnce(Listing, TowerId) -> State) -> State {
    match (state.listing().cloned(), state.tower().cloned()) {
        (Some(listing), Some(tower)) => next(listing, tower),
        _ => state,
    }
}
