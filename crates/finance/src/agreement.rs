//! A financing agreement, from signature to title.
//!
//! Pending → Active (at hand-over) → InArrears ⇄ Active → Settled → TitleReleased; Withdrawn. The
//! schedule is fixed at hand-over; every instalment is collected by its own payments; the title is
//! released only against a zero balance. Paying in full is an agreement without instalments.

use crate::offer::Terms;
use crate::policy::RetryCalendar;
use crate::schedule::Row;
use kernel::{BuyerId, Day, Decider, Moment, Money, OrderId, PaymentId, Vin};
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
    /// Comes from the timer named by the last event that set one; early or repeated, it does nothing.
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
