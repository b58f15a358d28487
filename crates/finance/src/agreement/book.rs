//! What is owed and what is paid, instalment by instalment.
//!
//! Interest is paid before principal. Money is kept for the instalment it was collected for; what
//! is more than that instalment owes waits as unapplied cash and pays the oldest instalment that
//! has fallen due. What always holds: no instalment is paid beyond its sum.

use super::Event;
use crate::schedule::Row;
use kernel::{Currency, Day, Money, PaymentId};
use std::collections::BTreeSet;

/// The running accounts of one agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// The instalments in order.
    pub lines: Vec<Line>,
    /// Cash that was more than is owed so far; it belongs to the buyer.
    pub unapplied: Money,
    /// The payments already counted.
    pub received: BTreeSet<PaymentId>,
    /// The day the one timer is set to.
    pub awaits: Option<Day>,
}

/// One instalment and what has become of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What the schedule says.
    pub row: Row,
    /// The interest paid so far.
    pub interest_paid: Money,
    /// The principal paid so far.
    pub principal_paid: Money,
    /// Whether its interest is earned.
    pub fell_due: bool,
    /// How many collections were begun.
    pub attempts: u16,
    /// The collection at hand.
    pub collection: Collection,
}

/// How an instalment is being collected.
#[derive(Clone, Debug, PartialEq)]
pub enum Collection {
    /// Not begun, or done.
    Idle,
    /// A payment is under way.
    Open {
        /// The payment.
        payment: PaymentId,
    },
    /// The last try failed; the next is set.
    Retry {
        /// The day of the next try.
        on: Day,
    },
    /// Every try of the calendar failed.
    UsedUp,
}

/// What an instalment is to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its day is to come.
    Upcoming,
    /// It fell due and is being collected.
    Due,
    /// Collecting it failed; it is overdue until it is paid.
    Overdue,
    /// It is paid.
    Paid,
}

/// How a sum pays an instalment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allocation {
    /// Share of interest, paid first.
    pub interest: Money,
    /// Share of principal.
    pub principal: Money,
    /// What is left over.
    pub rest: Money,
}

impl Line {
    fn new(row: &Row) -> Line {
        let zero = Money::zero(row.total.currency());
        Line {
            row: row.clone(),
            interest_paid: zero,
            principal_paid: zero,
            fell_due: false,
            attempts: 0,
            collection: Collection::Idle,
        }
    }

    /// Gives the interest still owed.
    pub fn interest_open(&self) -> Money {
        less(self.row.interest, self.interest_paid)
    }

    /// Gives the principal still owed.
    pub fn principal_open(&self) -> Money {
        less(self.row.principal, self.principal_paid)
    }

    /// Gives everything still owed of it.
    pub fn open(&self) -> Money {
        more(self.interest_open(), self.principal_open())
    }

    /// Says what the instalment is to its reader.
    pub fn status(&self) -> Status {
        match self.collection {
            _ if self.open().is_zero() => Status::Paid,
            Collection::UsedUp => Status::Overdue,
            Collection::Idle if self.attempts == 0 => Status::Upcoming,
            Collection::Idle | Collection::Open { .. } | Collection::Retry { .. } => Status::Due,
        }
    }

    /// Tells whether its collection is to be begun or tried again on a day.
    pub(super) fn is_to_be_collected(&self, on: Day) -> bool {
        self.next_day().is_some_and(|day| day <= on)
    }

    pub(super) fn is_collected_by(&self, by: &PaymentId) -> bool {
        matches!(&self.collection, Collection::Open { payment } if payment == by)
    }

    /// Splits a sum over what is open: interest, then principal, then the rest.
    pub(super) fn allocate(&self, sum: Money) -> Allocation {
        let interest = lesser(sum, self.interest_open());
        let after_interest = less(sum, interest);
        let principal = lesser(after_interest, self.principal_open());
        Allocation {
            interest,
            principal,
            rest: less(after_interest, principal),
        }
    }

    fn next_day(&self) -> Option<Day> {
        match self.collection {
            _ if self.open().is_zero() => None,
            Collection::Idle if self.attempts == 0 => Some(self.row.due),
            Collection::Retry { on } => Some(on),
            Collection::Idle | Collection::Open { .. } | Collection::UsedUp => None,
        }
    }
}

impl Book {
    pub(super) fn new(currency: Currency, rows: &[Row]) -> Book {
        Book {
            lines: rows.iter().map(Line::new).collect(),
            unapplied: Money::zero(currency),
            received: BTreeSet::new(),
            awaits: None,
        }
    }

    /// Takes in what an event says of sums, collections and the timer.
    pub(super) fn fold(&mut self, event: &Event) {
        match event {
            Event::FellDue { number, .. } => self.let_fall_due(*number),
            Event::CollectionDue {
                number,
                attempt,
                payment,
                ..
            } => {
                let payment = payment.clone();
                self.set_collection(*number, *attempt, Collection::Open { payment });
            }
            Event::CollectionFailed {
                number,
                attempt,
                next,
                ..
            } => {
                let failed = next.map_or(Collection::UsedUp, |on| Collection::Retry { on });
                self.set_collection(*number, *attempt, failed);
            }
            Event::Allocated {
                payment,
                number,
                interest,
                principal,
                unapplied,
            } => {
                self.note_received(payment);
                self.pay(*number, *interest, *principal);
                self.keep(*unapplied);
            }
            Event::Applied {
                number,
                interest,
                principal,
            } => self.apply(*number, *interest, *principal),
            Event::Awaits { day } => self.awaits = Some(*day),
            _ => {}
        }
    }

    /// Finds an instalment by its number.
    pub fn line(&self, number: u16) -> Option<&Line> {
        self.lines.iter().find(|line| line.row.number == number)
    }

    /// Gives everything still owed: principal, and interest of all instalments.
    pub fn open(&self) -> Money {
        self.sum(Line::open)
    }

    /// Gives the principal still owed.
    pub fn principal_open(&self) -> Money {
        self.sum(Line::principal_open)
    }

    /// Gives everything overdue: what is open of instalments whose retry calendar is used up.
    pub fn overdue(&self) -> Money {
        let overdue = |line: &Line| match line.status() {
            Status::Overdue => line.open(),
            Status::Upcoming | Status::Due | Status::Paid => Money::zero(self.currency()),
        };
        self.sum(overdue)
    }

    /// Finds the first instalment that is not paid.
    pub fn next_due(&self) -> Option<&Line> {
        self.lines.iter().find(|line| !line.open().is_zero())
    }

    pub(super) fn is_paid(&self) -> bool {
        self.next_due().is_none()
    }

    /// Finds the next day on which something is to be done.
    pub(super) fn next_day(&self) -> Option<Day> {
        self.lines.iter().filter_map(Line::next_day).min()
    }

    /// Finds the oldest instalment that unapplied cash may pay: fallen due, not being collected.
    pub(super) fn oldest_payable(&self) -> Option<&Line> {
        let payable = |line: &&Line| {
            let collecting = matches!(line.collection, Collection::Open { .. });
            line.fell_due && !collecting && !line.open().is_zero()
        };
        self.lines
            .iter()
            .find(payable)
            .filter(|_| self.unapplied.is_positive())
    }

    fn let_fall_due(&mut self, number: u16) {
        if let Some(line) = self.line_mut(number) {
            line.fell_due = true;
        }
    }

    fn set_collection(&mut self, number: u16, attempt: u16, collection: Collection) {
        if let Some(line) = self.line_mut(number) {
            line.attempts = attempt;
            line.collection = collection;
        }
    }

    /// Notes a payment as counted; the collection it belonged to is done.
    fn note_received(&mut self, payment: &PaymentId) {
        self.received.insert(payment.clone());
        if let Some(line) = self
            .lines
            .iter_mut()
            .find(|line| line.is_collected_by(payment))
        {
            line.collection = Collection::Idle;
        }
    }

    fn pay(&mut self, number: u16, interest: Money, principal: Money) {
        if let Some(line) = self.line_mut(number) {
            line.interest_paid = more(line.interest_paid, interest);
            line.principal_paid = more(line.principal_paid, principal);
        }
    }

    fn keep(&mut self, unapplied: Money) {
        self.unapplied = more(self.unapplied, unapplied);
    }

    fn apply(&mut self, number: u16, interest: Money, principal: Money) {
        self.pay(number, interest, principal);
        self.unapplied = less(self.unapplied, more(interest, principal));
    }

    fn line_mut(&mut self, number: u16) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.row.number == number)
    }

    fn currency(&self) -> Currency {
        self.unapplied.currency()
    }

    fn sum(&self, of: impl Fn(&Line) -> Money) -> Money {
        Money::sum(self.currency(), self.lines.iter().map(of))
            .expect("the parts of a schedule are of one currency and within its total")
    }
}

fn more(sum: Money, part: Money) -> Money {
    sum.plus(part)
        .expect("sums of one agreement are checked before they become events")
}

fn less(sum: Money, part: Money) -> Money {
    sum.minus(part)
        .expect("sums of one agreement are checked before they become events")
}

fn lesser(one: Money, other: Money) -> Money {
    if one < other { one } else { other }
}
