//! What each event changes in a drop. Total: an event that fits nothing changes nothing.

use super::book::{Book, Claim, Hand, Opening};
use super::entrant::{Entrant, Status};
use super::hex::PersonKey;
use super::{Event, State};
use kernel::{BuyerId, Moment, OrderId};

pub(super) fn evolve(state: State, event: &Event) -> State {
    if let Event::Announced { announcement } = event {
        return State::Announced(Box::new(Book::new(announcement.clone())));
    }
    match (state, event) {
        (State::Announced(book) | State::Open(book), Event::Closed { .. }) => State::Closed(book),
        (State::Announced(book), Event::Cancelled { reason }) => State::Cancelled {
            book,
            reason: reason.clone(),
        },
        (State::Announced(book), Event::Opened { .. }) => State::Open(amended(book, event)),
        (State::Announced(book), event) => State::Announced(amended(book, event)),
        (State::Open(book), event) => State::Open(amended(book, event)),
        (State::Closed(book), event) => State::Closed(amended(book, event)),
        (State::Cancelled { book, reason }, event) => State::Cancelled {
            book: amended(book, event),
            reason,
        },
        (State::Unknown, _) => State::Unknown,
    }
}

fn amended(mut book: Box<Book>, event: &Event) -> Box<Book> {
    match event {
        Event::Entered {
            person,
            buyer,
            wait,
            question,
        } => {
            let asked = question.map(|question| question.number);
            book.join(person, buyer, |entrant| enter(entrant, *wait, asked));
        }
        Event::Admitted { person } => book.change(person, |entrant| {
            entrant.admitted = true;
            entrant.status = Status::Entered;
        }),
        Event::NotAdmitted { person, .. } => book.set_status(person, Status::NotAdmitted),
        Event::Unanswered { person } => book.set_status(person, Status::Unanswered),
        Event::Left { person } => book.set_status(person, Status::Out),
        Event::Lost { person, .. } => book.set_status(person, Status::Lost),
        Event::Waited { person, buyer } => {
            let ticket = book.take_last_ticket();
            book.join(person, buyer, |entrant| {
                entrant.status = Status::Waiting(ticket);
            });
        }
        _ => on_unit(&mut book, event),
    }
    book
}

fn on_unit(book: &mut Book, event: &Event) {
    match event {
        Event::Opened {
            at,
            seed,
            entries,
            entries_hash,
        } => {
            book.opening = Some(Opening {
                at: *at,
                seed: *seed,
                entries: *entries,
                entries_hash: *entries_hash,
                units: book.counts.free,
            });
            book.line_up(seed);
            book.note_point(*at);
        }
        Event::Claimed {
            at,
            unit,
            person,
            buyer,
            order,
            until,
            offered,
            ..
        } => {
            let claim = Claim {
                person: *person,
                order: order.clone(),
                until: *until,
                offered: *offered,
            };
            claimed(book, *unit, buyer, claim, *at);
        }
        Event::ClockStarted { unit, until, .. } | Event::ClaimExtended { unit, until, .. } => {
            set_until(book, *unit, Some(*until));
        }
        Event::ClaimEnded {
            at, unit, person, ..
        }
        | Event::UnitReturned {
            at, unit, person, ..
        } => {
            book.set_status(person, Status::Out);
            book.set_hand(*unit, Hand::Free);
            book.note_point(*at);
        }
        Event::UnitSold {
            at,
            unit,
            person,
            order,
        } => sold(book, *unit, person, order, *at),
        Event::Displaced { person, .. } => {
            let ticket = book.take_first_ticket();
            book.set_status(person, Status::Waiting(ticket));
        }
        _ => on_car(book, event),
    }
}

fn on_car(book: &mut Book, event: &Event) {
    match event {
        Event::CarAssigned { unit, vin } => {
            book.by_vin.insert(vin.clone(), *unit);
            change(book, *unit, |unit| unit.car = Some(vin.clone()));
        }
        Event::CarReady { unit, .. } => change(book, *unit, |unit| unit.ready = true),
        Event::CarTakenBack { unit, vin } => {
            book.by_vin.remove(vin);
            change(book, *unit, |unit| {
                unit.car = None;
                unit.ready = false;
            });
            set_until(book, *unit, None);
        }
        Event::UnitGone { at, unit, .. } => {
            book.set_hand(*unit, Hand::Gone);
            book.note_point(*at);
        }
        Event::SoldOut { at } => book.sold_out_at = Some(*at),
        Event::AllSold { at } => book.all_sold_at = Some(*at),
        _ => {}
    }
}

fn enter(entrant: &mut Entrant, waits: bool, asked: Option<u8>) {
    entrant.waits = waits;
    entrant.questions = asked.unwrap_or(entrant.questions);
    entrant.status = match asked {
        Some(_) => Status::Pending,
        None => Status::Entered,
    };
}

fn claimed(book: &mut Book, unit: u32, buyer: &BuyerId, claim: Claim, at: Moment) {
    book.join(&claim.person, buyer, |entrant| {
        entrant.claims = entrant.claims.saturating_add(1);
        entrant.status = Status::Claiming(unit);
    });
    book.set_hand(unit, Hand::Claimed(claim));
    book.note_point(at);
}

fn sold(book: &mut Book, unit: u32, person: &PersonKey, order: &OrderId, at: Moment) {
    book.set_status(person, Status::Bought(unit));
    let hand = Hand::Sold {
        person: *person,
        order: order.clone(),
    };
    book.set_hand(unit, hand);
    book.note_point(at);
}

fn set_until(book: &mut Book, unit: u32, until: Option<Moment>) {
    change(book, unit, |unit| {
        if let Hand::Claimed(claim) = &mut unit.hand {
            claim.until = until;
        }
    });
}

fn change(book: &mut Book, number: u32, change: impl FnOnce(&mut super::Unit)) {
    let index = number.checked_sub(1).map(|index| index as usize);
    if let Some(unit) = index.and_then(|index| book.units.get_mut(index)) {
        change(unit);
    }
}
