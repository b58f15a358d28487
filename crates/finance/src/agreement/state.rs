//! Where an agreement stands, what was signed, and what a page asks of it.

use super::Event;
use super::book::{Book, Line};
use crate::offer::Terms;
use crate::policy::RetryCalendar;
use kernel::{BuyerId, Day, Money, OrderId, PaymentId, Vin};
use std::collections::BTreeSet;

/// Where an agreement stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody has opened it.
    #[default]
    Unopened,
    /// Signed and paid for; the car is not handed over.
    Pending {
        /// What was signed.
        contract: Contract,
    },
    /// The car is handed over and nothing is overdue.
    Active {
        /// What was signed.
        contract: Contract,
        /// What is owed and paid.
        book: Book,
    },
    /// Something is overdue; later instalments go on falling due.
    InArrears {
        /// What was signed.
        contract: Contract,
        /// What is owed and paid.
        book: Book,
    },
    /// Everything is paid.
    Settled {
        /// What was signed.
        contract: Contract,
        /// What was paid.
        book: Book,
        /// The day of the last payment.
        on: Day,
    },
    /// The title belongs to the buyer.
    TitleReleased {
        /// What was signed.
        contract: Contract,
        /// What was paid.
        book: Book,
        /// The day of the last payment.
        on: Day,
    },
    /// It ended before hand-over.
    Withdrawn {
        /// What was signed.
        contract: Contract,
    },
}

/// What was signed, and the mandate that goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// The order it finances.
    pub order: OrderId,
    /// Who owes.
    pub buyer: BuyerId,
    /// The car that secures it.
    pub vin: Vin,
    /// Price, down payment, rate, months, fees.
    pub terms: Terms,
    /// When failed collections are tried again.
    pub retries: RetryCalendar,
    /// SHA-256 of the signed contract in hexadecimal.
    pub contract_hash: String,
    /// The mandate to collect by.
    pub mandate: Option<String>,
    /// Mandates that ended; a wallet never revives a number.
    pub ended_mandates: BTreeSet<String>,
}

impl State {
    /// Gives what was signed; none before it was opened.
    pub fn contract(&self) -> Option<&Contract> {
        match self {
            State::Unopened => None,
            State::Pending { contract }
            | State::Active { contract, .. }
            | State::InArrears { contract, .. }
            | State::Settled { contract, .. }
            | State::TitleReleased { contract, .. }
            | State::Withdrawn { contract } => Some(contract),
        }
    }

    /// Gives what is owed and paid, with the status of every instalment; none before hand-over.
    pub fn book(&self) -> Option<&Book> {
        match self {
            State::Unopened | State::Pending { .. } | State::Withdrawn { .. } => None,
            State::Active { book, .. }
            | State::InArrears { book, .. }
            | State::Settled { book, .. }
            | State::TitleReleased { book, .. } => Some(book),
        }
    }

    /// Gives everything still owed, interest of all instalments included; none before hand-over.
    pub fn open(&self) -> Option<Money> {
        self.book().map(Book::open)
    }

    /// Gives everything overdue; none before hand-over.
    pub fn overdue(&self) -> Option<Money> {
        self.book().map(Book::overdue)
    }

    /// Finds the first instalment that is not paid.
    pub fn next_due(&self) -> Option<&Line> {
        self.book().and_then(Book::next_due)
    }

    pub(super) fn contract_mut(&mut self) -> Option<&mut Contract> {
        match self {
            State::Unopened => None,
            State::Pending { contract }
            | State::Active { contract, .. }
            | State::InArrears { contract, .. }
            | State::Settled { contract, .. }
            | State::TitleReleased { contract, .. }
            | State::Withdrawn { contract } => Some(contract),
        }
    }

    pub(super) fn book_mut(&mut self) -> Option<&mut Book> {
        match self {
            State::Unopened | State::Pending { .. } | State::Withdrawn { .. } => None,
            State::Active { book, .. }
            | State::InArrears { book, .. }
            | State::Settled { book, .. }
            | State::TitleReleased { book, .. } => Some(book),
        }
    }
}

impl Contract {
    pub(super) fn new(
        order: OrderId,
        buyer: BuyerId,
        vin: Vin,
        terms: Terms,
        retries: RetryCalendar,
        contract_hash: String,
    ) -> Contract {
        Contract {
            order,
            buyer,
            vin,
            terms,
            retries,
            contract_hash,
            mandate: None,
            ended_mandates: BTreeSet::new(),
        }
    }

    /// Takes in what an event says of the mandate.
    pub(super) fn fold(&mut self, event: &Event) {
        match event {
            Event::MandateAttached { mandate } => self.mandate = Some(mandate.clone()),
            Event::MandateDetached { mandate } => {
                self.mandate.take_if(|attached| attached == mandate);
                self.ended_mandates.insert(mandate.clone());
            }
            _ => {}
        }
    }

    /// Tells whether the same was signed, whatever has become of the mandate since.
    pub(super) fn says_the_same(&self, other: &Contract) -> bool {
        let Contract {
            mandate,
            ended_mandates,
            ..
        } = self.clone();
        *self
            == Contract {
                mandate,
                ended_mandates,
                ..other.clone()
            }
    }

    /// Names the payment of a collection, the same however often it is asked.
    ///
    /// Underscores, because wallets take no hyphen in a trade number.
    ///
    /// None when the order's id leaves no room within the 64 characters of a payment id.
    pub(super) fn collection_id(&self, number: u16, attempt: u16) -> Option<PaymentId> {
        PaymentId::parse(&format!("{}_{number}_{attempt}", self.order)).ok()
    }
}
