//! Who may take part, and how: the guards of the one question that thousands ask in a second.
//!
//! They look and change nothing, so that whoever gets a no costs a look into the book and nothing
//! else. The order of the guards is the order of the answers: one who takes part already is told
//! so even when everything is sold out.

use super::announcement::Region;
use super::book::Book;
use super::entrant::{PackedBuyer, Status};
use super::hex::PersonKey;
use super::{Question, Refusal, State};
use kernel::{BuyerId, Moment};

/// How somebody takes part.
pub(super) enum Entrance {
    /// As an entry, or once the credit provider has answered.
    Entered(Option<Question>),
    /// At once, in order.
    Placed,
}

/// Tells how a person takes part; none for one who does already.
pub(super) fn entrance(
    state: &State,
    person: &PersonKey,
    buyer: &BuyerId,
    region: Option<&Region>,
    wait: bool,
    at: Moment,
) -> Result<Option<Entrance>, Refusal> {
    let (book, is_open) = match state {
        State::Unknown => return Err(Refusal::Unknown),
        State::Announced(book) => (book, false),
        State::Open(book) => (book, true),
        State::Closed(_) => return Err(Refusal::Closed),
        State::Cancelled { .. } => return Err(Refusal::Cancelled),
    };
    let announcement = book.announcement();
    if at < announcement.entries_from {
        let from = announcement.entries_from;
        return Err(Refusal::NotYet { from });
    }
    let known = book.entrants.get(person);
    if let Some(entrant) = known {
        let same = entrant.buyer == PackedBuyer::pack(buyer);
        match entrant.status {
            status if status.takes_part() && same => return Ok(None),
            status if status.takes_part() => return Err(Refusal::AlreadyEntered),
            Status::NotAdmitted => return Err(Refusal::NotAdmitted),
            _ => {}
        }
    }
    if !announcement.policy.admits(region) {
        return Err(Refusal::NotInRegion);
    }
    if is_open && book.first_free().is_none() && !(wait && book.has_waiting_place()) {
        return Err(sold_out(book));
    }
    let is_admitted = known.is_some_and(|entrant| entrant.admitted);
    let asked_before = known.map_or(0, |entrant| entrant.questions);
    let score = announcement.policy.admittance_score;
    let question = score.filter(|_| !is_admitted);
    let question = question.map(|admittance_score| Question {
        admittance_score,
        number: asked_before.saturating_add(1),
    });
    Ok(Some(match is_open && question.is_none() {
        true => Entrance::Placed,
        false => Entrance::Entered(question),
    }))
}

fn sold_out(book: &Book) -> Refusal {
    Refusal::SoldOut {
        at: book.sold_out_at(),
        waiting: book.counts().waiting,
    }
}
