//! The state of an order, folded from its events.

use super::{Delay, Event, OfferTerms, Plan, RefundReason, delay};
use crate::buyer::Language;
use crate::credit::Reason;
use kernel::{AgreementId, BuyerId, JobId, Moment, Money, PaymentId, TowerId, Vin};

/// What is known of an order.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody has begun it.
    #[default]
    Unknown,
    /// Begun.
    Known(Box<Sale>),
}

/// One purchase: the facts that stay, and the stage that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sale {
    /// The buyer.
    pub buyer: BuyerId,
    /// The car.
    pub vin: Vin,
    /// The tower it stands in.
    pub tower: TowerId,
    /// The price it had when held.
    pub price: Money,
    /// The plan wanted now.
    pub plan: Plan,
    /// When the hold ends.
    pub hold_until: Moment,
    /// Whether the hold's one extension is used up.
    pub hold_extended: bool,
    /// The language of the buyer's pages.
    pub language: Language,
    /// How long it took.
    pub stopwatch: Stopwatch,
    /// How often the credit provider was asked.
    pub questions: u32,
    /// The sums last offered.
    pub terms: Option<OfferTerms>,
    /// The agreement signed.
    pub agreement: Option<AgreementId>,
    /// The payment attempt last begun.
    pub payment: Option<PaymentId>,
    /// What was paid, and not refunded.
    pub paid: Option<Money>,
    /// The debit mandate signed with the payment.
    pub mandate: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// That the car does not come because the machine has a fault.
    pub delay: Option<Delay>,
}

/// The times a purchase is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopwatch {
    /// When the car was held.
    pub started_at: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
    /// When the car was driven out.
    pub keys_at: Option<Moment>,
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The car is held.
    Started,
    /// The credit provider is being asked.
    AskingCredit,
    /// The credit provider could not be reached.
    CreditUnknown,
    /// The plan is admitted.
    Approved,
    /// The plan is not admitted.
    Refused {
        /// Why.
        reasons: Vec<Reason>,
    },
    /// An offer was shown.
    Offered,
    /// The offer was signed.
    Signed,
    /// The buyer is at the wallet.
    Paying,
    /// The wallet paid after the hold was over; the car is asked for again.
    PaidLate,
    /// Paid in time.
    Paid,
    /// The tower brings the car.
    Fetching {
        /// The job.
        job: JobId,
    },
    /// The car stands at the bay.
    AtBay {
        /// The job that brought it.
        job: JobId,
        /// Which bay.
        bay: String,
        /// How far the hand-over is.
        visit: Visit,
    },
    /// The car is the buyer's to drive.
    HandedOver,
    /// The hold ended unpaid.
    Expired,
    /// The buyer gave up.
    Cancelled,
    /// The money is on its way back.
    Refunding {
        /// Why.
        why: RefundReason,
    },
    /// The money is back.
    Refunded,
}

/// How far a hand-over at the bay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visit {
    /// The buyer has not come.
    Awaited,
    /// The code was accepted.
    CodeAccepted,
    /// The car was looked at and accepted.
    CarAccepted,
}

impl State {
    /// Gives the purchase, once begun.
    pub fn sale(&self) -> Option<&Sale> {
        match self {
            State::Unknown => None,
            State::Known(sale) => Some(sale),
        }
    }
}

impl Stage {
    /// Tells whether money was received and stays received.
    pub fn is_paid(&self) -> bool {
        match self {
            Stage::Paid | Stage::Fetching { .. } | Stage::AtBay { .. } | Stage::HandedOver => true,
            Stage::Started
            | Stage::AskingCredit
            | Stage::CreditUnknown
            | Stage::Approved
            | Stage::Refused { .. }
            | Stage::Offered
            | Stage::Signed
            | Stage::Paying
            | Stage::PaidLate
            | Stage::Expired
            | Stage::Cancelled
            | Stage::Refunding { .. }
            | Stage::Refunded => false,
        }
    }

    /// Tells whether nothing more will happen by itself.
    pub fn is_over(&self) -> bool {
        matches!(
            self,
            Stage::HandedOver | Stage::Expired | Stage::Cancelled | Stage::Refunded
        )
    }
}

pub(super) fn evolve(state: State, event: &Event) -> State {
    match (state, event) {
        (
            _,
            Event::Started {
                buyer,
                vin,
                tower,
                price,
                plan,
                hold_until,
                language,
                at,
            },
        ) => State::Known(Box::new(Sale {
            buyer: buyer.clone(),
            vin: vin.clone(),
            tower: tower.clone(),
            price: *price,
            plan: *plan,
            hold_until: *hold_until,
            hold_extended: false,
            language: *language,
            stopwatch: Stopwatch {
                started_at: *at,
                paid_at: None,
                keys_at: None,
            },
            questions: 0,
            terms: None,
            agreement: None,
            payment: None,
            paid: None,
            mandate: None,
            stage: Stage::Started,
            delay: None,
        })),
        (State::Known(mut sale), event) => {
            amend(&mut sale, event);
            State::Known(sale)
        }
        (State::Unknown, _) => State::Unknown,
    }
}

fn amend(sale: &mut Sale, event: &Event) {
    sale.delay = delay::after(sale, event);
    amend_facts(sale, event);
    if let Some(stage) = next_stage(sale, event) {
        sale.stage = stage;
    }
}

fn amend_facts(sale: &mut Sale, event: &Event) {
    match event {
        Event::PlanChosen { plan } => {
            sale.plan = *plan;
            sale.terms = None;
            sale.agreement = None;
        }
        Event::CreditAsked { question, .. } => sale.questions = *question,
        Event::Offered { terms } => {
            sale.terms = Some(terms.clone());
            sale.agreement = None;
        }
        Event::Signed { agreement, .. } => sale.agreement = Some(agreement.clone()),
        Event::PaymentStarted {
            payment,
            hold_until,
            ..
        } => {
            sale.payment = Some(payment.clone());
            sale.hold_until = *hold_until;
            sale.hold_extended = true;
        }
        Event::Paid {
            payment,
            amount,
            mandate,
            at,
            ..
        } => {
            sale.payment = Some(payment.clone());
            sale.paid = Some(*amount);
            sale.mandate = mandate.clone();
            sale.stopwatch.paid_at = Some(*at);
        }
        Event::PaidLate {
            payment,
            amount,
            mandate,
            ..
        } => {
            sale.payment = Some(payment.clone());
            sale.paid = Some(*amount);
            sale.mandate = mandate.clone();
        }
        Event::RefundStarted {
            payment, amount, ..
        } => {
            sale.payment = Some(payment.clone());
            sale.paid = Some(*amount);
        }
        Event::HandedOver { at, .. } => sale.stopwatch.keys_at = Some(*at),
        Event::Refunded { .. } => sale.paid = None,
        Event::Started { .. }
        | Event::CreditUnknown
        | Event::Approved { .. }
        | Event::Refused { .. }
        | Event::PaymentFailed { .. }
        | Event::Expired { .. }
        | Event::Cancelled { .. }
        | Event::Fetching { .. }
        | Event::ArrivedAtBay { .. }
        | Event::CodeAccepted { .. }
        | Event::CarAccepted
        | Event::Delayed { .. }
        | Event::DelayTold { .. }
        | Event::WentOn { .. }
        | Event::CarRejected { .. } => {}
    }
}

fn next_stage(sale: &Sale, event: &Event) -> Option<Stage> {
    let stage = match event {
        Event::Started { .. } | Event::PlanChosen { .. } => Stage::Started,
        Event::CreditAsked { .. } => Stage::AskingCredit,
        Event::CreditUnknown => Stage::CreditUnknown,
        Event::Approved { .. } => Stage::Approved,
        Event::Refused { reasons } => Stage::Refused {
            reasons: reasons.clone(),
        },
        Event::Offered { .. } => Stage::Offered,
        Event::Signed { .. } | Event::PaymentFailed { .. } => Stage::Signed,
        Event::PaymentStarted { .. } => Stage::Paying,
        Event::Paid { .. } => Stage::Paid,
        Event::PaidLate { .. } => Stage::PaidLate,
        Event::Expired { .. } => Stage::Expired,
        Event::Cancelled { .. } => Stage::Cancelled,
        Event::Fetching { job } => Stage::Fetching { job: job.clone() },
        Event::ArrivedAtBay { bay, job, .. } => Stage::AtBay {
            job: job.clone(),
            bay: bay.clone(),
            visit: Visit::Awaited,
        },
        Event::CodeAccepted { .. } => at_bay(sale, Visit::CodeAccepted)?,
        Event::CarAccepted => at_bay(sale, Visit::CarAccepted)?,
        Event::CarRejected { .. }
        | Event::Delayed { .. }
        | Event::DelayTold { .. }
        | Event::WentOn { .. } => return None,
        Event::HandedOver { .. } => Stage::HandedOver,
        Event::RefundStarted { why, .. } => Stage::Refunding { why: why.clone() },
        Event::Refunded { .. } => Stage::Refunded,
    };
    Some(stage)
}

fn at_bay(sale: &Sale, visit: Visit) -> Option<Stage> {
    match &sale.stage {
        Stage::AtBay { job, bay, .. } => Some(Stage::AtBay {
            job: job.clone(),
            bay: bay.clone(),
            visit,
        }),
        _ => None,
    }
}
