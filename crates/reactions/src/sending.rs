//! The commands and effects the list sends, built from what the facts say.
//!
//! Kept apart so that the list itself reads as one story. Ids that are derived, such as the fetch
//! job's, are derived here and only here, so that a command sent twice names the same thing.

use crate::{Command, Effect, Message, Reaction, Rules};
use finance::agreement;
use finance::payment::{self, Method, Purpose};
use kernel::{AgreementId, BuyerId, JobId, Moment, OrderId, PaymentId, TowerId, Vin};
use sales::order::RefundReason;
use sales::{buyer, order, vehicle};
use tower::tower as machine;

pub(crate) fn send(command: Command) -> Reaction {
    Reaction::Do {
        command,
        otherwise: None,
    }
}

pub(crate) fn send_or(command: Command, otherwise: Command) -> Reaction {
    Reaction::Do {
        command,
        otherwise: Some(otherwise),
    }
}

pub(crate) fn tell(message: Message) -> Reaction {
    Reaction::Effect(Effect::Tell { message })
}

pub(crate) fn to_order(order: &OrderId, command: order::Command) -> Command {
    Command::Order(order.clone(), command)
}

pub(crate) fn refund_order(order: &OrderId, why: RefundReason) -> Command {
    to_order(order, order::Command::Refund { why })
}

pub(crate) fn end_claim(buyer: &BuyerId, order: &OrderId) -> Command {
    Command::Buyer(
        buyer.clone(),
        buyer::Command::EndClaim {
            order: order.clone(),
        },
    )
}

pub(crate) fn end_mandate(agreement: &AgreementId, mandate: &str) -> Reaction {
    Reaction::Effect(Effect::EndMandate {
        agreement: agreement.clone(),
        mandate: mandate.to_owned(),
    })
}

pub(crate) fn hold_longer(vin: &Vin, order: &OrderId, until: Moment) -> Command {
    Command::Vehicle(
        vin.clone(),
        vehicle::Command::ExtendHold {
            order: order.clone(),
            until,
        },
    )
}

/// Names the job that fetches an order's car, so that asking twice makes one job.
pub fn fetch_job(order: &OrderId) -> JobId {
    JobId::parse(&format!("fetch-{order}")).expect("an order id leaves room for a short prefix")
}

/// Frees the time that a tower may have given an order which ends without its car. Orders of old
/// logs name no tower, and have no such time.
pub(crate) fn give_back_slot(order: &OrderId, tower: Option<&TowerId>) -> Option<Reaction> {
    let job = fetch_job(order);
    let give_back = machine::Command::GiveBackSlot { job };
    Some(send(Command::Tower(tower?.clone(), give_back)))
}

/// Gives the command that writes a down payment down.
///
/// The checkout sends it before the buyer leaves for the wallet; the list sends it again, in case
/// the checkout broke off between the two.
pub fn prepare_down_payment(
    order: &OrderId,
    agreement: &AgreementId,
    payment: &PaymentId,
    terms: &order::OfferTerms,
    expires: Moment,
) -> Command {
    let mandate_limit =
        (!terms.plan.is_in_full()).then_some(if terms.last_instalment > terms.instalment {
            terms.last_instalment
        } else {
            terms.instalment
        });
    let prepare = payment::Command::Prepare {
        purpose: Purpose::DownPayment {
            order: order.clone(),
            agreement: agreement.clone(),
        },
        method: Method::Page { mandate_limit },
        amount: terms.due_now,
        expires: Some(expires),
    };
    Command::Payment(payment.clone(), prepare)
}

pub(crate) fn open_agreement(
    order: &OrderId,
    buyer: &BuyerId,
    vin: &Vin,
    agreement: &AgreementId,
    signed: &order::OfferTerms,
) -> Command {
    let open = agreement::Command::Open {
        order: order.clone(),
        buyer: buyer.clone(),
        vin: vin.clone(),
        terms: finance::offer::Terms {
            price: signed.price,
            down_payment: signed.down_payment,
            upfront_fee: signed.upfront_fee,
            annual_rate: signed.annual_rate,
            months: signed.plan.months,
        },
        retries: finance::policy::RetryCalendar {
            days: signed.retry_days.clone(),
        },
        contract_hash: signed.contract_hash.clone(),
    };
    Command::Agreement(agreement.clone(), open)
}

pub(crate) fn collection_failed(
    agreement: &AgreementId,
    payment: &PaymentId,
    number: u16,
    reason: &str,
    at: Moment,
    rules: &Rules,
) -> Command {
    let failed = agreement::Command::NoteCollectionFailed {
        payment: payment.clone(),
        number,
        reason: reason.to_owned(),
        on: rules.day(at),
    };
    Command::Agreement(agreement.clone(), failed)
}

pub(crate) fn let_go(
    order: &OrderId,
    free_the_car: Command,
    buyer: &BuyerId,
    payment: Option<&PaymentId>,
    tower: Option<&TowerId>,
) -> Vec<Reaction> {
    let mut reactions = vec![send(free_the_car), send(end_claim(buyer, order))];
    reactions.extend(give_back_slot(order, tower));
    if let Some(payment) = payment {
        let close = Effect::AskWallet {
            payment: payment.clone(),
            close: true,
        };
        reactions.push(Reaction::Effect(close));
    }
    reactions
}

/// What the wallet shows beside the money that came back; the wallet takes plain ASCII.
pub(crate) fn refund_words(why: &RefundReason) -> &'static str {
    match why {
        RefundReason::PaidTooLate => "paid after the hold was over",
        RefundReason::Rejected => "car not accepted at hand-over",
        RefundReason::FetchImpossible => "car could not be brought down",
        RefundReason::SaleImpossible => "car could not be sold",
        RefundReason::Delayed => "car came too late",
    }
}
