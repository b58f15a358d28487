//! A financing agreement, from signature to title.
//!
//! Pending → Active (at hand-over) → InArrears ⇄ Active → Settled → TitleReleased; Withdrawn. The
//! schedule is fixed at hand-over; every instalment is collected by its own payments; the title is
//! released only against a zero balance. Paying in full is an agreement without instalments.

mod state; // where it stands, and what was signed
mod book; // what is owed and paid, instalment by instalment
mod draft; // events in the making

pub use book::{Allocation, Book, Collection, Line, Status};
pub use state::{Contract, State};

use crate::offer::{OfferError, Terms};
use crate::policy::{PolicyError, RetryCalendar};
use crate::schedule::Row;
use draft::Draft;
use kernel::{AgreementId, BuyerId, Day, Decider, Moment, Money, OrderId, PaymentId, Vin};
use serde::{Deserialize, Serialize};

/// The stream of one agreement.
#[derive(Clone, Copy, Debug)]
pub struct Agreement;

/// What can be asked of an agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Open it as signed.
    Open {
        /// The order it finances.
        order: OrderId,
        /// Who owes.
        buyer: BuyerId,
        /// The car that secures it.
        vin: Vin,
        /// Price, down payment, rate, months, fees.
        terms: Terms,
        /// When failed collections are tried again, fixed at signature.
        retries: RetryCalendar,
        /// SHA-256 of the signed contract in hexadecimal.
        contract_hash: String,
    },
    /// Note the debit mandate the buyer signed in the wallet.
    AttachMandate {
        /// The wallet's agreement number.
        mandate: String,
    },
    /// Note that the wallet or the buyer ended the mandate.
    DetachMandate {
        /// The wallet's agreement number.
        mandate: String,
    },
    /// Begin, the car handed over.
    Activate {
        /// The day of hand-over in the tower's zone.
        on: Day,
    },
    /// Do what the day asks: let instalments fall due, try collections again.
    ///
    /// Comes from the timer named by the last event that set one; early or repeated, it does
    /// nothing.
    MeetDay {
        /// Today in the tower's zone.
        on: Day,
    },
    /// Note money that arrived for an instalment.
    Receive {
        /// The payment.
        payment: PaymentId,
        /// The instalment it was collected for.
        number: u16,
        /// How much.
        amount: Money,
        /// Today in the tower's zone.
        on: Day,
    },
    /// Note that a collection failed for certain.
    NoteCollectionFailed {
        /// The payment.
        payment: PaymentId,
        /// The instalment.
        number: u16,
        /// The wallet's reason code.
        reason: String,
        /// Today in the tower's zone.
        on: Day,
    },
    /// Release the title against a zero balance.
    ReleaseTitle,
    /// End it before hand-over.
    Withdraw,
}

/// What happened to an agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It was opened as signed.
    Opened {
        /// The order it finances.
        order: OrderId,
        /// Who owes.
        buyer: BuyerId,
        /// The car that secures it.
        vin: Vin,
        /// Price, down payment, rate, months, fees.
        terms: Terms,
        /// When failed collections are tried again.
        retries: RetryCalendar,
        /// SHA-256 of the signed contract in hexadecimal.
        contract_hash: String,
    },
    /// A debit mandate was attached.
    MandateAttached {
        /// The wallet's agreement number.
        mandate: String,
    },
    /// The debit mandate is gone.
    MandateDetached {
        /// The wallet's agreement number.
        mandate: String,
    },
    /// The car was handed over: the schedule runs.
    Activated {
        /// The order it finances.
        order: OrderId,
        /// The day of hand-over.
        on: Day,
        /// Price of the car.
        price: Money,
        /// Down payment, already received.
        down_payment: Money,
        /// Fees paid with the down payment.
        upfront_fee: Money,
        /// What is lent.
        financed: Money,
        /// The instalments; empty when paid in full.
        rows: Vec<Row>,
    },
    /// An instalment fell due: its interest is earned.
    FellDue {
        /// The instalment, from 1.
        number: u16,
        /// The day it fell due.
        due: Day,
        /// Its principal.
        principal: Money,
        /// Its interest.
        interest: Money,
    },
    /// A collection is to be tried now.
    CollectionDue {
        /// The instalment.
        number: u16,
        /// Which try it is, from 1.
        attempt: u16,
        /// What is open of the instalment.
        amount: Money,
        /// The mandate to collect by; none means the buyer has to pay by hand.
        mandate: Option<String>,
        /// The payment that will collect it.
        payment: PaymentId,
    },
    /// A collection failed for certain.
    CollectionFailed {
        /// The instalment.
        number: u16,
        /// Which try it was.
        attempt: u16,
        /// The wallet's reason code.
        reason: String,
        /// The day of the next try; none when the calendar is used up.
        next: Option<Day>,
    },
    /// Money was received and allocated, interest before principal.
    Allocated {
        /// The payment.
        payment: PaymentId,
        /// The instalment.
        number: u16,
        /// Share of interest.
        interest: Money,
        /// Share of principal.
        principal: Money,
        /// What was more than is owed, kept as unapplied cash.
        unapplied: Money,
    },
    /// Unapplied cash paid an instalment that has fallen due, interest before principal.
    Applied {
        /// The instalment.
        number: u16,
        /// Share of interest.
        interest: Money,
        /// Share of principal.
        principal: Money,
    },
    /// The retry calendar is used up and money is open.
    FellIntoArrears {
        /// The oldest open instalment.
        number: u16,
        /// Everything overdue.
        overdue: Money,
    },
    /// Nothing is overdue any more.
    Recovered,
    /// The agreement has to do something on that day.
    ///
    /// Sets the agreement's one timer.
    Awaits {
        /// The day.
        day: Day,
    },
    /// Everything is paid.
    Settled {
        /// The order it financed.
        order: OrderId,
        /// The day of the last payment.
        on: Day,
    },
    /// The title belongs to the buyer.
    TitleReleased {
        /// The order it financed.
        order: OrderId,
        /// The car.
        vin: Vin,
    },
    /// It ended before hand-over.
    Withdrawn,
}

/// Why an agreement cannot do what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nobody has opened it.
    NotOpen,
    /// The same id was opened with other words.
    OpenedDifferently,
    /// The terms cannot be carried out.
    BadTerms(OfferError),
    /// The retry calendar cannot be carried out.
    BadRetries(PolicyError),
    /// Payment ids are made from the order's id, which leaves no room for them.
    OrderIdTooLong,
    /// The car is not handed over yet.
    NotActive,
    /// The car is handed over, so it cannot end this way.
    AlreadyActive,
    /// It ended before hand-over.
    Withdrawn,
    /// Money is open.
    NotSettled {
        /// How much.
        open: Money,
    },
    /// The sum is not above zero, of another currency, or too large to keep.
    BadAmount(Money),
}

impl Decider for Agreement {
    const KIND: &'static str = "agreement";
    type Id = AgreementId;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, _at: Moment) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Open {
                order,
                buyer,
                vin,
                terms,
                retries,
                contract_hash,
            } => open(
                state,
                Contract::new(order, buyer, vin, terms, retries, contract_hash),
            ),
            Command::AttachMandate { mandate } => attach_mandate(state, mandate),
            Command::DetachMandate { mandate } => detach_mandate(state, mandate),
            Command::Activate { on } => activate(state, on),
            Command::MeetDay { on } => meet_day(state, on),
            Command::Receive {
                payment,
                number,
                amount,
                on,
            } => receive(state, payment, number, amount, on),
            Command::NoteCollectionFailed {
                payment,
                number,
                reason,
                on,
            } => note_collection_failed(state, &payment, number, reason, on),
            Command::ReleaseTitle => release_title(state),
            Command::Withdraw => withdraw(state),
        }
    }

    fn evolve(mut state: State, event: &Event) -> State {
        if let Some(contract) = state.contract_mut() {
            contract.fold(event);
        }
        if let Some(book) = state.book_mut() {
            book.fold(event);
        }
        turn(state, event)
    }
}

fn open(state: &State, wanted: Contract) -> Result<Vec<Event>, Refusal> {
    if let Some(contract) = state.contract() {
        let same = contract.says_the_same(&wanted);
        return if same {
            Ok(vec![])
        } else {
            Err(Refusal::OpenedDifferently)
        };
    }
    // Only the due days depend on the day, so any day shows whether the sums can be made.
    let some_day = Day::new(2000, 1, 1).expect("the first day of 2000 is a day");
    wanted.terms.rows(some_day).map_err(Refusal::BadTerms)?;
    wanted.retries.check().map_err(Refusal::BadRetries)?;
    if wanted.collection_id(u16::MAX, u16::MAX).is_none() {
        return Err(Refusal::OrderIdTooLong);
    }
    Ok(vec![Event::Opened {
        order: wanted.order,
        buyer: wanted.buyer,
        vin: wanted.vin,
        terms: wanted.terms,
        retries: wanted.retries,
        contract_hash: wanted.contract_hash,
    }])
}

/// A mandate that comes when nothing will be collected any more is ended at once.
fn attach_mandate(state: &State, mandate: String) -> Result<Vec<Event>, Refusal> {
    let contract = state.contract().ok_or(Refusal::NotOpen)?;
    if contract.mandate.as_ref() == Some(&mandate) || contract.ended_mandates.contains(&mandate) {
        return Ok(vec![]);
    }
    match state {
        State::Unopened
        | State::Pending { .. }
        | State::Active { .. }
        | State::InArrears { .. } => Ok(vec![Event::MandateAttached { mandate }]),
        State::Settled { .. } | State::TitleReleased { .. } | State::Withdrawn { .. } => {
            Ok(vec![Event::MandateDetached { mandate }])
        }
    }
}

/// Noted even when the mandate is not known yet, so that late news of its signing cannot revive it.
fn detach_mandate(state: &State, mandate: String) -> Result<Vec<Event>, Refusal> {
    let contract = state.contract().ok_or(Refusal::NotOpen)?;
    let ended = contract.ended_mandates.contains(&mandate);
    Ok(if ended {
        vec![]
    } else {
        vec![Event::MandateDetached { mandate }]
    })
}

fn activate(state: &State, on: Day) -> Result<Vec<Event>, Refusal> {
    let contract = match state {
        State::Unopened => return Err(Refusal::NotOpen),
        State::Pending { contract } => contract,
        State::Withdrawn { .. } => return Err(Refusal::Withdrawn),
        State::Active { .. }
        | State::InArrears { .. }
        | State::Settled { .. }
        | State::TitleReleased { .. } => return Ok(vec![]),
    };
    let terms = &contract.terms;
    let bad = |error| Refusal::BadTerms(error);
    let mut draft = Draft::of(state);
    draft.push(Event::Activated {
        order: contract.order.clone(),
        on,
        price: terms.price,
        down_payment: terms.down_payment,
        upfront_fee: terms.upfront_fee,
        financed: terms.financed().map_err(|error| bad(error.into()))?,
        rows: terms.rows(on).map_err(bad)?,
    });
    draft.close(on);
    draft.set_timer();
    Ok(draft.events)
}

fn meet_day(state: &State, on: Day) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unopened => return Err(Refusal::NotOpen),
        State::Pending { .. } => return Err(Refusal::NotActive),
        State::Active { .. } | State::InArrears { .. } => {}
        State::Settled { .. } | State::TitleReleased { .. } | State::Withdrawn { .. } => {
            return Ok(vec![]);
        }
    }
    let mut draft = Draft::of(state);
    draft.let_fall_due(|line| line.row.due <= on);
    draft.apply_unapplied();
    draft.collect(on);
    draft.close(on);
    draft.set_timer();
    Ok(draft.events)
}

/// Money is never refused because it was not expected; at worst it waits as unapplied cash.
fn receive(
    state: &State,
    payment: PaymentId,
    number: u16,
    amount: Money,
    on: Day,
) -> Result<Vec<Event>, Refusal> {
    let book = match state {
        State::Unopened => return Err(Refusal::NotOpen),
        State::Pending { .. } | State::Withdrawn { .. } => return Err(Refusal::NotActive),
        State::Active { book, .. }
        | State::InArrears { book, .. }
        | State::Settled { book, .. }
        | State::TitleReleased { book, .. } => book,
    };
    if book.received.contains(&payment) {
        return Ok(vec![]);
    }
    if !amount.is_positive() || book.unapplied.plus(amount).is_err() {
        return Err(Refusal::BadAmount(amount));
    }
    let mut draft = Draft::of(state);
    // Who pays before the day pays the whole instalment: its interest is earned by the payment.
    draft.let_fall_due(|line| line.row.number == number);
    draft.allocate(payment, number, amount, on);
    draft.apply_unapplied();
    draft.close(on);
    draft.set_timer();
    Ok(draft.events)
}

/// News of a payment that is not the one under way, or of an instalment paid otherwise, is old.
fn note_collection_failed(
    state: &State,
    payment: &PaymentId,
    number: u16,
    reason: String,
    on: Day,
) -> Result<Vec<Event>, Refusal> {
    let book = match state {
        State::Unopened => return Err(Refusal::NotOpen),
        State::Pending { .. } => return Err(Refusal::NotActive),
        State::Active { book, .. } | State::InArrears { book, .. } => book,
        State::Settled { .. } | State::TitleReleased { .. } | State::Withdrawn { .. } => {
            return Ok(vec![]);
        }
    };
    let under_way = |line: &&Line| line.is_collected_by(payment) && line.open().is_positive();
    if book.line(number).filter(under_way).is_none() {
        return Ok(vec![]);
    }
    let mut draft = Draft::of(state);
    draft.fail_collection(number, reason, on);
    draft.apply_unapplied();
    draft.close(on);
    draft.set_timer();
    Ok(draft.events)
}

fn release_title(state: &State) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unopened => Err(Refusal::NotOpen),
        State::Pending { .. } => Err(Refusal::NotActive),
        State::Active { book, .. } | State::InArrears { book, .. } => {
            Err(Refusal::NotSettled { open: book.open() })
        }
        State::Settled { contract, .. } => Ok(vec![Event::TitleReleased {
            order: contract.order.clone(),
            vin: contract.vin.clone(),
        }]),
        State::TitleReleased { .. } => Ok(vec![]),
        State::Withdrawn { .. } => Err(Refusal::Withdrawn),
    }
}

fn withdraw(state: &State) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unopened => Err(Refusal::NotOpen),
        State::Pending { .. } => {
            let mut draft = Draft::of(state);
            draft.push(Event::Withdrawn);
            draft.end_mandate();
            Ok(draft.events)
        }
        State::Withdrawn { .. } => Ok(vec![]),
        State::Active { .. }
        | State::InArrears { .. }
        | State::Settled { .. }
        | State::TitleReleased { .. } => Err(Refusal::AlreadyActive),
    }
}

/// Turns one state into the next; an event that does not belong to a state leaves it.
fn turn(state: State, event: &Event) -> State {
    match (state, event) {
        (
            State::Unopened,
            Event::Opened {
                order,
                buyer,
                vin,
                terms,
                retries,
                contract_hash,
            },
        ) => {
            let contract = Contract::new(
                order.clone(),
                buyer.clone(),
                vin.clone(),
                terms.clone(),
                retries.clone(),
                contract_hash.clone(),
            );
            State::Pending { contract }
        }
        (State::Pending { contract }, Event::Activated { price, rows, .. }) => {
            let book = Book::new(price.currency(), rows);
            State::Active { contract, book }
        }
        (State::Pending { contract }, Event::Withdrawn) => State::Withdrawn { contract },
        (State::Active { contract, book }, Event::FellIntoArrears { .. }) => {
            State::InArrears { contract, book }
        }
        (State::InArrears { contract, book }, Event::Recovered) => State::Active { contract, book },
        (State::Active { contract, book }, Event::Settled { on, .. }) => State::Settled {
            contract,
            book,
            on: *on,
        },
        (State::Settled { contract, book, on }, Event::TitleReleased { .. }) => {
            State::TitleReleased { contract, book, on }
        }
        (state, _) => state,
    }
}
