//! Whenever something happens in a drop or to one of its cars, do Y.
//!
//! A claim becomes a hold of the car, and what becomes of the hold is told back to the drop. The
//! car's stream decides; a car that cannot be held is gone from the drop. What always holds: a
//! claim that has a clock has a hold, or is told that it has none.
//!
//! Nothing here waits for a message: a stream's facts are told one after the other, and a message
//! that cannot be sent would keep everybody's car behind it. So whoever is to be told something is
//! told by their own stream, and those for whom it was in vain by a timer.

use crate::sending::{send, send_or, tell};
use crate::{Command, Effect, Message, Reaction};
use kernel::{BuyerId, DropId, Moment, OrderId, Vin};
use sales::drop::{self, Event, News, Offered};
use sales::{buyer, vehicle};

fn to_drop(drop: &DropId, command: drop::Command) -> Command {
    Command::Drop(drop.clone(), command)
}

fn to_car(vin: &Vin, command: vehicle::Command) -> Command {
    Command::Vehicle(vin.clone(), command)
}

/// Says what is to be done because of what happened in a drop.
pub(crate) fn react(drop: &DropId, event: &Event) -> Vec<Reaction> {
    match event {
        // Announced: keep its cars for it.
        Event::Announced { announcement } => {
            let cars = announcement.units.iter().filter_map(|unit| match unit {
                Offered::Car { vin } => Some(vin),
                Offered::ToCome { .. } => None,
            });
            cars.map(|vin| assign(drop, vin)).collect()
        }
        // A unit got its car: keep that one too.
        Event::CarAssigned { vin, .. } => vec![assign(drop, vin)],
        // Entered with a question: ask the credit provider.
        Event::Entered {
            person,
            buyer,
            question: Some(question),
            ..
        } => vec![Reaction::Effect(Effect::AskDropCredit {
            drop: drop.clone(),
            person: *person,
            buyer: buyer.clone(),
            question: *question,
        })],
        // Claimed: hold the car where it stands there, and tell the buyer.
        Event::Claimed {
            vin,
            buyer,
            order,
            until,
            offered,
            ..
        } => {
            let held = vin.as_ref().zip(*until);
            let hold = held.map(|(vin, until)| hold(drop, vin, buyer, order, until));
            let kept = kept(drop, order, *until, *offered);
            hold.into_iter().chain([to_tell(buyer, kept)]).collect()
        }
        // The car of a claim stands there now: hold it, and tell the buyer.
        Event::ClockStarted {
            vin,
            buyer,
            order,
            until,
            ..
        } => vec![
            hold(drop, vin, buyer, order, *until),
            to_tell(buyer, kept(drop, order, Some(*until), false)),
        ],
        // Nothing left: tell the buyer.
        Event::Lost { buyer, .. } => vec![to_tell(buyer, News::Lost { drop: drop.clone() })],
        // A car is not the drop's any more: the shop may sell it.
        Event::CarFreed { vin, .. }
        | Event::UnitGone { vin, .. }
        | Event::CarTakenBack { vin, .. } => {
            let free = vehicle::Command::Free { drop: drop.clone() };
            vec![send(to_car(vin, free))]
        }
        Event::Entered { question: None, .. }
        | Event::Admitted { .. }
        | Event::NotAdmitted { .. }
        | Event::Unanswered { .. }
        | Event::Left { .. }
        | Event::Opened { .. }
        | Event::Waited { .. }
        | Event::CarReady { .. }
        | Event::ClaimExtended { .. }
        | Event::ClaimEnded { .. }
        | Event::UnitSold { .. }
        | Event::UnitReturned { .. }
        | Event::Displaced { .. }
        | Event::SoldOut { .. }
        | Event::AllSold { .. }
        | Event::Closed { .. }
        | Event::Cancelled { .. } => vec![],
    }
}

fn assign(drop: &DropId, vin: &Vin) -> Reaction {
    let assign = vehicle::Command::Assign { drop: drop.clone() };
    let gone = drop::Command::NoteCarGone { vin: vin.clone() };
    send_or(to_car(vin, assign), to_drop(drop, gone))
}

fn hold(drop: &DropId, vin: &Vin, buyer: &BuyerId, order: &OrderId, until: Moment) -> Reaction {
    let hold = vehicle::Command::Hold {
        order: order.clone(),
        buyer: buyer.clone(),
        until,
        drop: Some(drop.clone()),
    };
    let not_held = drop::Command::NoteNotHeld {
        vin: vin.clone(),
        order: order.clone(),
    };
    send_or(to_car(vin, hold), to_drop(drop, not_held))
}

fn kept(drop: &DropId, order: &OrderId, until: Option<Moment>, offered: bool) -> News {
    News::Kept {
        drop: drop.clone(),
        order: order.clone(),
        until,
        offered,
    }
}

fn to_tell(buyer: &BuyerId, news: News) -> Reaction {
    let tell = buyer::Command::Tell { news };
    send(Command::Buyer(buyer.clone(), tell))
}

/// Says what is to be done because of what happened to a buyer.
pub(crate) fn on_buyer(buyer: &BuyerId, event: &buyer::Event) -> Vec<Reaction> {
    match event {
        buyer::Event::ToBeTold { news } => vec![tell(Message::OfDrop {
            buyer: buyer.clone(),
            news: news.clone(),
        })],
        buyer::Event::Registered { .. }
        | buyer::Event::LanguageChosen { .. }
        | buyer::Event::Identified { .. }
        | buyer::Event::Consented { .. }
        | buyer::Event::Claimed { .. }
        | buyer::Event::ClaimExtended { .. }
        | buyer::Event::ClaimEnded { .. }
        | buyer::Event::Told { .. }
        | buyer::Event::Erased => vec![],
    }
}

/// Says what a drop is to be told of one of its cars.
pub(crate) fn on_its_car(vin: &Vin, event: &vehicle::Event) -> Option<Reaction> {
    use vehicle::Event;
    let vin = vin.clone();
    let (drop, command) = match event {
        Event::Assigned { drop, stored: true } => (drop, drop::Command::NoteReady { vin }),
        Event::Stored { drop, .. } => (drop.as_ref()?, drop::Command::NoteReady { vin }),
        Event::HoldExtended { order, until, drop } => {
            let (order, until) = (order.clone(), *until);
            let command = drop::Command::ExtendClaim { vin, order, until };
            (drop.as_ref()?, command)
        }
        Event::HoldEnded {
            order,
            expired,
            drop,
            ..
        } => {
            let (order, expired) = (order.clone(), *expired);
            let command = drop::Command::EndClaim {
                vin,
                order,
                expired,
            };
            (drop.as_ref()?, command)
        }
        Event::Sold { order, drop, .. } => {
            let order = order.clone();
            (drop.as_ref()?, drop::Command::NoteSold { vin, order })
        }
        Event::SaleUndone { order, drop, .. } => {
            let order = order.clone();
            (drop.as_ref()?, drop::Command::NoteReturned { vin, order })
        }
        Event::Withdrawn { drop, .. } | Event::TakenOut { drop, .. } => {
            (drop.as_ref()?, drop::Command::NoteCarGone { vin })
        }
        Event::Listed { .. }
        | Event::Held { .. }
        | Event::HandedOver { .. }
        | Event::Assigned { stored: false, .. }
        | Event::Freed { .. } => return None,
    };
    Some(send(to_drop(drop, command)))
}
