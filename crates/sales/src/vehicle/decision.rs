//! The guards of each command to a car, in the order they are asked.

use super::{Command, Event, Refusal, State};
use crate::listing::Listing;
use kernel::{BuyerId, DropId, Moment, OrderId, TowerId};

pub(super) fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::List { listing } => list(state, listing),
        Command::Store { tower } => store(state, tower),
        Command::Hold {
            order,
            buyer,
            until,
            drop,
        } => {
            let wanted = Wanted {
                order,
                buyer,
                until,
                drop,
            };
            hold(state, wanted, at)
        }
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
                drop,
                gone,
                ..
            } if *owner == order => {
                let (tower, drop) = (tower.clone(), drop.clone());
                let out = gone.then(|| Event::TakenOut {
                    tower: tower.clone(),
                    drop: drop.clone(),
                });
                let mut events = vec![Event::SaleUndone { order, tower, drop }];
                events.extend(out);
                Ok(events)
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
        Command::Assign { drop } => assign(state, drop, at),
        Command::Free { drop } => match state.drop() {
            Some(known) if *known == drop => Ok(vec![Event::Freed { drop }]),
            Some(_) | None => Ok(vec![]),
        },
        Command::TakeOut { tower } => Ok(take_out(state, tower, at)),
        Command::Withdraw { reason } => withdraw(state, reason, at),
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
    let drop = state.drop().cloned();
    match state {
        State::Unknown => Err(Refusal::Unknown),
        State::Expected { .. } => Ok(vec![Event::Stored { tower, drop }]),
        State::Stored { tower: known, .. } if *known != tower => {
            Ok(vec![Event::Stored { tower, drop }])
        }
        State::Stored { .. }
        | State::Held { .. }
        | State::Sold { .. }
        | State::HandedOver { .. }
        | State::Withdrawn { .. } => Ok(vec![]),
    }
}

/// A hold that is asked for.
struct Wanted {
    order: OrderId,
    buyer: BuyerId,
    until: Moment,
    drop: Option<DropId>,
}

fn hold(state: &State, wanted: Wanted, at: Moment) -> Result<Vec<Event>, Refusal> {
    let Wanted {
        order,
        buyer,
        until,
        drop,
    } = wanted;
    let mut events = vec![];
    match state {
        State::Unknown => return Err(Refusal::Unknown),
        State::Expected { .. } => return Err(Refusal::NotInTower),
        State::Sold { order: owner, .. } if *owner == order => return Ok(vec![]),
        State::Sold { .. } | State::HandedOver { .. } => return Err(Refusal::AlreadySold),
        State::Withdrawn { .. } => return Err(Refusal::Withdrawn),
        State::Held { hold, .. } if hold.order == order && hold.until > at => return Ok(vec![]),
        State::Held {
            drop: Some(kept), ..
        } if drop.as_ref() != Some(kept) => {
            return Err(Refusal::InDrop { drop: kept.clone() });
        }
        State::Held { hold, .. } if hold.until > at => {
            return Err(Refusal::HeldByAnother { until: hold.until });
        }
        // The old hold is over; its end is noted before the new one begins.
        State::Held { hold, .. } => events = end_hold(state, &hold.order, true),
        State::Stored { .. } => {}
    }
    match (state.drop(), &drop) {
        (Some(kept), wanted) if wanted.as_ref() != Some(kept) => {
            return Err(Refusal::InDrop { drop: kept.clone() });
        }
        (None, Some(_)) => return Err(Refusal::NotInDrop),
        _ => {}
    }
    if until <= at {
        return Err(Refusal::EndsTooSoon);
    }
    events.push(Event::Held {
        order,
        buyer,
        until,
        drop,
    });
    Ok(events)
}

fn extend(state: &State, order: OrderId, until: Moment, at: Moment) -> Result<Vec<Event>, Refusal> {
    let State::Held { hold, drop, .. } = state else {
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
    let drop = drop.clone();
    Ok(vec![Event::HoldExtended { order, until, drop }])
}

fn end_hold(state: &State, order: &OrderId, expired: bool) -> Vec<Event> {
    match state {
        State::Held { hold, drop, .. } if hold.order == *order => {
            vec![Event::HoldEnded {
                order: order.clone(),
                buyer: hold.buyer.clone(),
                expired,
                drop: drop.clone(),
            }]
        }
        _ => vec![],
    }
}

/// Sells to the order that holds the car, and also to a paid order whose hold is over while the
/// car is still free: money that has come is not sent back when the car is still there. A car of a
/// drop is not free but the next person's, so that there only the holder can buy.
fn sell(state: &State, order: OrderId, at: Moment) -> Result<Vec<Event>, Refusal> {
    let drop = state.drop().cloned();
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
        State::Held {
            hold,
            drop: Some(drop),
            ..
        } if hold.order != order => Err(Refusal::InDrop { drop: drop.clone() }),
        State::Held { tower, hold, .. } => {
            let mut events = vec![];
            if hold.order != order {
                events = end_hold(state, &hold.order, true);
            }
            events.push(Event::Sold {
                order,
                tower: tower.clone(),
                drop,
            });
            Ok(events)
        }
        State::Stored {
            drop: Some(drop), ..
        } => Err(Refusal::InDrop { drop: drop.clone() }),
        State::Stored { tower, .. } => Ok(vec![Event::Sold {
            order,
            tower: tower.clone(),
            drop,
        }]),
    }
}

/// Keeps a car for a drop. One that somebody holds stays with them, and the drop does without it.
fn assign(state: &State, drop: DropId, at: Moment) -> Result<Vec<Event>, Refusal> {
    if let Some(kept) = state.drop() {
        return match *kept == drop {
            true => Ok(vec![]),
            false => Err(Refusal::InDrop { drop: kept.clone() }),
        };
    }
    match state {
        State::Unknown => Err(Refusal::Unknown),
        State::Withdrawn { .. } => Err(Refusal::Withdrawn),
        State::Sold { .. } | State::HandedOver { .. } => Err(Refusal::AlreadySold),
        State::Held { hold, .. } if hold.until > at => {
            Err(Refusal::HeldByAnother { until: hold.until })
        }
        State::Held { hold, .. } => {
            let mut events = end_hold(state, &hold.order, true);
            let stored = true;
            events.push(Event::Assigned { drop, stored });
            Ok(events)
        }
        State::Expected { .. } | State::Stored { .. } => {
            let stored = state.tower().is_some();
            Ok(vec![Event::Assigned { drop, stored }])
        }
    }
}

/// A fact that nobody can refuse: it ends a hold, and a sale it leaves to its refund.
fn take_out(state: &State, tower: TowerId, at: Moment) -> Vec<Event> {
    let drop = state.drop().cloned();
    if state.tower() != Some(&tower) {
        return vec![];
    }
    let mut events = match state {
        State::Held { hold, .. } => end_hold(state, &hold.order, hold.until <= at),
        State::Sold { gone: true, .. } => return vec![],
        _ => vec![],
    };
    events.push(Event::TakenOut { tower, drop });
    events
}

fn withdraw(state: &State, reason: String, at: Moment) -> Result<Vec<Event>, Refusal> {
    let drop = state.drop().cloned();
    match state {
        State::Unknown => Err(Refusal::Unknown),
        State::Withdrawn { .. } => Ok(vec![]),
        State::Sold { .. } | State::HandedOver { .. } => Err(Refusal::AlreadySold),
        State::Held { hold, .. } if hold.until > at => {
            Err(Refusal::HeldByAnother { until: hold.until })
        }
        State::Held { hold, .. } => {
            let mut events = end_hold(state, &hold.order, true);
            events.push(Event::Withdrawn { reason, drop });
            Ok(events)
        }
        State::Expected { .. } | State::Stored { .. } => {
            Ok(vec![Event::Withdrawn { reason, drop }])
        }
    }
}
