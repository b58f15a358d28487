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
        /// The tower it stands in.
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
        /// The tower it stands in.
        tower: TowerId,
    },
    /// Its sale was undone.
    SaleUndone {
        /// The order that was refunded.
        order: OrderId,
        /// The tower it stands in.
        tower: TowerId,
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

impl Decider for Vehicle {
    const KIND: &'static str = "vehicle";
    type Id = Vin;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::List { listing } => list(state, listing),
            Command::Store { tower } => store(state, tower),
            Command::Hold {
                order,
                buyer,
                until,
            } => hold(state, order, buyer, until, at),
            Command::ExtendHold { order, until } => extend(state, order, until, at),
            Command::ReleaseHold { order } => Ok(end_hold(state, &order, false)),
            Command::EndHold { order } => match state {
                State::Held { hold, .. } if hold.order == order && hold.until > at => {
                    Err(Refusal::HoldNotOver { until: hold.until })
                }
                _ => Ok(end_hold(state, &order, true)),
            },
            Command::Sell { order } => sell(state, order, at),
            Command::UndoSale { order } => match state {
                State::Sold {
                    order: owner,
                    tower,
                    ..
                } if *owner == order => {
                    let tower = tower.clone();
                    Ok(vec![Event::SaleUndone { order, tower }])
                }
                _ => Ok(vec![]),
            },
            Command::HandOver { order } => match state {
                State::Sold { order: owner, .. } if *owner == order => {
                    Ok(vec![Event::HandedOver { order }])
                }
                State::HandedOver { order: owner, .. } if *owner == order => Ok(vec![]),
                _ => Err(Refusal::NotHeld),
            },
            Command::Withdraw { reason } => withdraw(state, reason, at),
        }
    }

    fn evolve(state: State, event: &Event) -> State {
        match event {
            Event::Listed { listing } => State::Expected {
                listing: listing.clone(),
            },
            Event::Stored { tower } => with_listing(state, |listing| State::Stored {
                listing,
                tower: tower.clone(),
            }),
            Event::Held {
                order,
                buyer,
                until,
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
                }
            }),
            Event::HoldExtended { until, .. } => match state {
                State::Held {
                    listing,
                    tower,
                    hold,
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
                    }
                }
                other => other,
            },
            Event::HoldEnded { .. } | Event::SaleUndone { .. } => {
                with_place(state, |listing, tower| State::Stored { listing, tower })
            }
            Event::Sold { order, .. } => with_place(state, |listing, tower| State::Sold {
                listing,
                tower,
                order: order.clone(),
            }),
            Event::HandedOver { order } => with_listing(state, |listing| State::HandedOver {
                listing,
                order: order.clone(),
            }),
            Event::Withdrawn { reason } => {
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
            State::Expected { listing }
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

fn list(state: &State, listing: Listing) -> Result<Vec<Event>, Refusal> {
    match state.listing() {
        None => Ok(vec![Event::Listed { listing }]),
        Some(known) if *known == listing => Ok(vec![]),
        Some(_) => Err(Refusal::ListedDifferently),
    }
}

/// A tower that says it stored a car states a fact; a car that is held or sold keeps its owner,
/// also one that was driven out: only a refund puts a sold car back on sale.
fn store(state: &State, tower: TowerId) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unknown => Err(Refusal::Unknown),
        State::Expected { .. } => Ok(vec![Event::Stored { tower }]),
        State::Stored { tower: known, .. } if *known != tower => Ok(vec![Event::Stored { tower }]),
        State::Stored { .. }
        | State::Held { .. }
        | State::Sold { .. }
        | State::HandedOver { .. }
        | State::Withdrawn { .. } => Ok(vec![]),
    }
}

fn hold(
    state: &State,
    order: OrderId,
    buyer: BuyerId,
    until: Moment,
    at: Moment,
) -> Result<Vec<Event>, Refusal> {
    let mut events = vec![];
    match state {
        State::Unknown => return Err(Refusal::Unknown),
        State::Expected { .. } => return Err(Refusal::NotInTower),
        State::Sold { order: owner, .. } if *owner == order => return Ok(vec![]),
        State::Sold { .. } | State::HandedOver { .. } => return Err(Refusal::AlreadySold),
        State::Withdrawn { .. } => return Err(Refusal::Withdrawn),
        State::Held { hold, .. } if hold.order == order && hold.until > at => return Ok(vec![]),
        State::Held { hold, .. } if hold.until > at => {
            return Err(Refusal::HeldByAnother { until: hold.until });
        }
        // The old hold is over; its end is noted before the new one begins.
        State::Held { hold, .. } => events = end_hold(state, &hold.order, true),
        State::Stored { .. } => {}
    }
    if until <= at {
        return Err(Refusal::EndsTooSoon);
    }
    events.push(Event::Held {
        order,
        buyer,
        until,
    });
    Ok(events)
}

fn extend(state: &State, order: OrderId, until: Moment, at: Moment) -> Result<Vec<Event>, Refusal> {
    let State::Held { hold, .. } = state else {
        return Err(Refusal::NotHeld);
    };
    if hold.order != order || hold.until <= at {
        return Err(Refusal::NotHeld);
    }
    if hold.until == until {
        return Ok(vec![]);
    }
    if hold.extended {
        return Err(Refusal::AlreadyExtended);
    }
    if until < hold.until {
        return Err(Refusal::EndsTooSoon);
    }
    Ok(vec![Event::HoldExtended { order, until }])
}

fn end_hold(state: &State, order: &OrderId, expired: bool) -> Vec<Event> {
    match state {
        State::Held { hold, .. } if hold.order == *order => {
            let buyer = hold.buyer.clone();
            vec![Event::HoldEnded {
                order: order.clone(),
                buyer,
                expired,
            }]
        }
        _ => vec![],
    }
}

/// Sells to the order that holds the car, and also to a paid order whose hold is over while the
/// car is still free: money that has come is not sent back when the car is still there.
fn sell(state: &State, order: OrderId, at: Moment) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unknown => Err(Refusal::Unknown),
        State::Expected { .. } => Err(Refusal::NotInTower),
        State::Withdrawn { .. } => Err(Refusal::Withdrawn),
        State::Sold { order: owner, .. } | State::HandedOver { order: owner, .. } => {
            if *owner == order {
                Ok(vec![])
            } else {
                Err(Refusal::AlreadySold)
            }
        }
        State::Held { hold, .. } if hold.order != order && hold.until > at => {
            Err(Refusal::HeldByAnother { until: hold.until })
        }
        State::Held { tower, hold, .. } => {
            let mut events = vec![];
            if hold.order != order {
                events = end_hold(state, &hold.order, true);
            }
            events.push(Event::Sold {
                order,
                tower: tower.clone(),
            });
            Ok(events)
        }
        State::Stored { tower, .. } => Ok(vec![Event::Sold {
            order,
            tower: tower.clone(),
        }]),
    }
}

fn withdraw(state: &State, reason: String, at: Moment) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unknown => Err(Refusal::Unknown),
        State::Withdrawn { .. } => Ok(vec![]),
        State::Sold { .. } | State::HandedOver { .. } => Err(Refusal::AlreadySold),
        State::Held { hold, .. } if hold.until > at => {
            Err(Refusal::HeldByAnother { until: hold.until })
        }
        State::Held { hold, .. } => {
            let mut events = end_hold(state, &hold.order, true);
            events.push(Event::Withdrawn { reason });
            Ok(events)
        }
        State::Expected { .. } | State::Stored { .. } => Ok(vec![Event::Withdrawn { reason }]),
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
