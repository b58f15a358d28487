//! Events in the making, with the state they lead to.
//!
//! One command can make several things happen in a row, each because of the one before. A draft
//! folds every event as it is written, so that the next step always sees where the last one led.

use super::book::{Allocation, Book, Line};
use super::{Agreement, Event, State};
use kernel::{Day, Decider, Money, PaymentId};

/// The reason noted when a collection brought less than it asked for.
const PARTLY_PAID: &str = "PARTLY_PAID";

/// What happens because of one command, as far as it is decided.
pub(super) struct Draft {
    state: State,
    pub(super) events: Vec<Event>,
}

impl Draft {
    pub(super) fn of(state: &State) -> Draft {
        Draft {
            state: state.clone(),
            events: vec![],
        }
    }

    pub(super) fn push(&mut self, event: Event) {
        self.state = Agreement::evolve(std::mem::take(&mut self.state), &event);
        self.events.push(event);
    }

    pub(super) fn let_fall_due(&mut self, wanted: impl Fn(&Line) -> bool) {
        let falls_due = |line: &&Line| !line.fell_due && wanted(line);
        let event = |line: &Line| Event::FellDue {
            number: line.row.number,
            due: line.row.due,
            principal: line.row.principal,
            interest: line.row.interest,
        };
        let events: Vec<Event> = self.lines().filter(falls_due).map(event).collect();
        self.push_all(events);
    }

    /// Begins the collections that are due; an instalment has at most one under way.
    pub(super) fn collect(&mut self, on: Day) {
        let Some(contract) = self.state.contract().cloned() else {
            return;
        };
        let event = |line: &Line| {
            let (number, attempt) = (line.row.number, line.attempts + 1);
            let payment = contract
                .collection_id(number, attempt)
                .expect("an agreement is opened only with room for its payment ids");
            Event::CollectionDue {
                number,
                attempt,
                amount: line.open(),
                mandate: contract.mandate.clone(),
                payment,
            }
        };
        let due = |line: &&Line| line.is_to_be_collected(on);
        let events: Vec<Event> = self.lines().filter(due).map(event).collect();
        self.push_all(events);
    }

    pub(super) fn allocate(&mut self, payment: PaymentId, number: u16, amount: Money, on: Day) {
        let zero = Money::zero(amount.currency());
        let line = self.book().and_then(|book| book.line(number));
        let nothing = Allocation {
            interest: zero,
            principal: zero,
            rest: amount,
        };
        let allocation = line.map_or(nothing, |line| line.allocate(amount));
        let was_collecting = line.is_some_and(|line| line.is_collected_by(&payment));
        self.push(Event::Allocated {
            payment,
            number,
            interest: allocation.interest,
            principal: allocation.principal,
            unapplied: allocation.rest,
        });
        let line = self.book().and_then(|book| book.line(number));
        if was_collecting && line.is_some_and(|line| line.open().is_positive()) {
            self.fail_collection(number, PARTLY_PAID.to_owned(), on);
        }
    }

    /// Sets the next try by the calendar, or, the calendar used up, lets it fall into arrears.
    pub(super) fn fail_collection(&mut self, number: u16, reason: String, on: Day) {
        let (Some(contract), Some(line)) = (self.state.contract(), self.line(number)) else {
            return;
        };
        let attempt = line.attempts;
        let next = contract.retries.next_try(line.row.due, attempt, on);
        self.push(Event::CollectionFailed {
            number,
            attempt,
            reason,
            next,
        });
        if next.is_some() {
            return;
        }
        let Some(book) = self.book() else { return };
        let oldest = book.next_due().map_or(number, |line| line.row.number);
        let overdue = book.overdue();
        self.push(Event::FellIntoArrears {
            number: oldest,
            overdue,
        });
    }

    /// Uses cash that waits for the oldest instalments that have fallen due.
    pub(super) fn apply_unapplied(&mut self) {
        while let Some(book) = self.book() {
            let Some(line) = book.oldest_payable() else {
                return;
            };
            let number = line.row.number;
            let Allocation {
                interest,
                principal,
                ..
            } = line.allocate(book.unapplied);
            self.push(Event::Applied {
                number,
                interest,
                principal,
            });
        }
    }

    /// Notes that nothing is overdue any more, and that everything is paid.
    pub(super) fn close(&mut self, on: Day) {
        if let State::InArrears { book, .. } = &self.state
            && book.overdue().is_zero()
        {
            self.push(Event::Recovered);
        }
        if let State::Active { book, contract } = &self.state
            && book.is_paid()
        {
            let order = contract.order.clone();
            self.push(Event::Settled { order, on });
            self.end_mandate();
        }
    }

    /// Ends a mandate that is not needed any more.
    pub(super) fn end_mandate(&mut self) {
        let mandate = self
            .state
            .contract()
            .and_then(|contract| contract.mandate.clone());
        if let Some(mandate) = mandate {
            self.push(Event::MandateDetached { mandate });
        }
    }

    /// Moves the one timer when the next day is another than the one it is set to.
    pub(super) fn set_timer(&mut self) {
        let book = match &self.state {
            State::Active { book, .. } | State::InArrears { book, .. } => book,
            _ => return,
        };
        if let Some(day) = book.next_day()
            && book.awaits != Some(day)
        {
            self.push(Event::Awaits { day });
        }
    }

    fn push_all(&mut self, events: Vec<Event>) {
        for event in events {
            self.push(event);
        }
    }

    fn book(&self) -> Option<&Book> {
        self.state.book()
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.book().into_iter().flat_map(|book| &book.lines)
    }

    fn line(&self, number: u16) -> Option<&Line> {
        self.book().and_then(|book| book.line(number))
    }
}
