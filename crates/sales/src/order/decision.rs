//! What an order answers to each command: guards in order, then events.

use super::sale::Visit;
use super::{Command, Delay, Event, Plan, RefundReason, Refusal, Sale, Stage, State, delay};
use crate::credit::Decision;
use kernel::{AgreementId, JobId, Moment, Money, PaymentId};

type Answer = Result<Vec<Event>, Refusal>;

const NOTHING: Answer = Ok(vec![]);

pub(super) fn decide(state: &State, command: Command, at: Moment) -> Answer {
    let sale = match (state, command) {
        (State::Unknown, command) => return begin(command, at),
        (State::Known(sale), command) => (sale, command),
    };
    let (sale, command) = sale;
    match command {
        Command::Start { buyer, vin, .. } => {
            let same = sale.buyer == buyer && sale.vin == vin;
            if same {
                NOTHING
            } else {
                Err(Refusal::BegunDifferently)
            }
        }
        Command::ChoosePlan { plan } => choose_plan(sale, plan, at),
        Command::AskCredit { admittance_score } => ask_credit(sale, admittance_score, at),
        Command::DecideCredit { question, decision } => decide_credit(sale, question, decision),
        Command::NoteCreditUnknown => match sale.stage {
            Stage::AskingCredit => Ok(vec![Event::CreditUnknown]),
            _ => NOTHING,
        },
        Command::Offer { terms } => offer(sale, terms, at),
        Command::Sign {
            disclosure_hash,
            contract_hash,
            agreement,
        } => sign(sale, &disclosure_hash, &contract_hash, agreement, at),
        Command::StartPayment {
            payment,
            hold_until,
        } => start_payment(sale, payment, hold_until, at),
        Command::NotePaymentFailed { payment } => match &sale.stage {
            Stage::Paying if sale.payment.as_ref() == Some(&payment) => {
                Ok(vec![Event::PaymentFailed { payment }])
            }
            _ => NOTHING,
        },
        Command::NotePaid {
            payment,
            amount,
            mandate,
        } => note_paid(sale, payment, amount, mandate, at),
        Command::NoteReheld => match &sale.stage {
            Stage::PaidLate => Ok(vec![reheld(sale, at)]),
            _ => NOTHING,
        },
        Command::Expire => expire(sale, at),
        Command::Cancel => cancel(sale),
        Command::NoteFetching { job } => note_fetching(sale, job),
        Command::NoteAtBay { job, bay } => note_at_bay(sale, job, bay),
        Command::AcceptCode => accept_code(sale),
        Command::AcceptCar => accept_car(sale),
        Command::RejectCar { reason } => reject_car(sale, reason),
        Command::NoteHandedOver => hand_over(sale, at),
        Command::NoteDelayed {
            cause,
            since,
            tell_at,
            refund_from,
        } => delay::note(
            sale,
            Delay {
                cause,
                since,
                tell_at,
                refund_from,
                is_told: false,
            },
        ),
        Command::TellDelay => delay::tell(sale, at),
        Command::NoteGoesOn => delay::go_on(sale),
        Command::AskRefund => delay::refund(sale, at),
        Command::Refund { why } => refund(sale, why),
        Command::NoteRefunded { payment } => match sale.stage {
            Stage::Refunding { .. } if sale.payment.as_ref() == Some(&payment) => {
                Ok(vec![Event::Refunded {
                    buyer: sale.buyer.clone(),
                }])
            }
            _ => NOTHING,
        },
    }
}

fn begin(command: Command, at: Moment) -> Answer {
    let Command::Start {
        buyer,
        vin,
        tower,
        price,
        plan,
        hold_until,
        language,
    } = command
    else {
        return Err(Refusal::Unknown);
    };
    if hold_until <= at {
        return Err(Refusal::HoldOver);
    }
    let started = Event::Started {
        buyer,
        vin,
        tower,
        price,
        plan,
        hold_until,
        language,
        at,
    };
    Ok(with_approval_in_full(started, plan))
}

/// Paying in full needs no credit, so such a plan is approved with the choice.
fn with_approval_in_full(first: Event, plan: Plan) -> Vec<Event> {
    if plan.is_in_full() {
        vec![first, Event::Approved { reference: None }]
    } else {
        vec![first]
    }
}

fn choose_plan(sale: &Sale, plan: Plan, at: Moment) -> Answer {
    check_before_payment(sale, at)?;
    if sale.plan == plan {
        return NOTHING;
    }
    Ok(with_approval_in_full(Event::PlanChosen { plan }, plan))
}

fn ask_credit(sale: &Sale, admittance_score: u16, at: Moment) -> Answer {
    check_before_payment(sale, at)?;
    match sale.stage {
        Stage::Started | Stage::CreditUnknown => Ok(vec![Event::CreditAsked {
            buyer: sale.buyer.clone(),
            admittance_score,
            question: sale.questions + 1,
        }]),
        _ => NOTHING,
    }
}

/// Takes the answer to the question asked last, about the plan wanted now; the policy alone decides
/// only where nobody has been asked.
fn decide_credit(sale: &Sale, question: Option<u32>, decision: Decision) -> Answer {
    let awaited = match sale.stage {
        Stage::Started => question.is_none(),
        Stage::AskingCredit | Stage::CreditUnknown => question == Some(sale.questions),
        _ => false,
    };
    if !awaited {
        return NOTHING;
    }
    Ok(vec![match decision {
        Decision::Approve { reference } => Event::Approved { reference },
        Decision::Refuse { reasons } => Event::Refused { reasons },
    }])
}

fn offer(sale: &Sale, terms: super::OfferTerms, at: Moment) -> Answer {
    check_before_payment(sale, at)?;
    match sale.stage {
        Stage::Approved | Stage::Offered | Stage::Signed => {}
        _ => return Err(Refusal::NotApproved),
    }
    if terms.plan != sale.plan {
        return Err(Refusal::OfferChanged);
    }
    if sale.terms.as_ref() == Some(&terms) {
        return NOTHING;
    }
    Ok(vec![Event::Offered { terms }])
}

fn sign(
    sale: &Sale,
    disclosure_hash: &str,
    contract_hash: &str,
    agreement: AgreementId,
    at: Moment,
) -> Answer {
    check_before_payment(sale, at)?;
    let terms = sale.terms.as_ref().ok_or(Refusal::OfferChanged)?;
    if terms.disclosure_hash != disclosure_hash || terms.contract_hash != contract_hash {
        return Err(Refusal::OfferChanged);
    }
    match sale.stage {
        Stage::Offered => Ok(vec![Event::Signed {
            buyer: sale.buyer.clone(),
            vin: sale.vin.clone(),
            terms: terms.clone(),
            agreement,
        }]),
        Stage::Signed => NOTHING,
        _ => Err(Refusal::NotApproved),
    }
}

/// A hold is extended once, at the first payment, and never shortened; a second attempt keeps the
/// end it has. An attempt that failed is not begun again under the same number.
fn start_payment(sale: &Sale, payment: PaymentId, hold_until: Moment, at: Moment) -> Answer {
    match sale.stage {
        Stage::Signed | Stage::Paying if sale.payment.as_ref() == Some(&payment) => return NOTHING,
        Stage::Signed => {}
        Stage::Paying => return Err(Refusal::PaymentUnderWay),
        _ if sale.stage.is_paid() => return Err(Refusal::AlreadyPaid),
        _ if sale.stage.is_over() => return Err(Refusal::Over),
        _ => return Err(Refusal::NotSigned),
    }
    if sale.hold_until <= at {
        return Err(Refusal::HoldOver);
    }
    let hold_until = if sale.hold_extended {
        sale.hold_until
    } else {
        hold_until.max(sale.hold_until)
    };
    let (Some(terms), Some(agreement)) = (&sale.terms, &sale.agreement) else {
        return Err(Refusal::NotSigned);
    };
    Ok(vec![Event::PaymentStarted {
        buyer: sale.buyer.clone(),
        vin: sale.vin.clone(),
        agreement: agreement.clone(),
        payment,
        terms: terms.clone(),
        hold_until,
    }])
}

/// Money that comes before the end is noted makes the order paid; later money asks for the car
/// again, unless the buyer gave up or never signed: then it goes straight back. A second payment
/// is refused, and whoever brought the news returns it.
fn note_paid(
    sale: &Sale,
    payment: PaymentId,
    amount: Money,
    mandate: Option<String>,
    at: Moment,
) -> Answer {
    let known = sale.paid.is_some() && sale.payment.as_ref() == Some(&payment);
    match &sale.stage {
        _ if known => NOTHING,
        Stage::Signed | Stage::Paying if !is_signed_for(sale, amount) => Err(Refusal::OfferChanged),
        Stage::Signed | Stage::Paying => paid(sale, payment, amount, mandate, at).map(|e| vec![e]),
        Stage::Expired if is_signed_for(sale, amount) => Ok(vec![Event::PaidLate {
            buyer: sale.buyer.clone(),
            vin: sale.vin.clone(),
            payment,
            amount,
            mandate,
        }]),
        Stage::Expired | Stage::Cancelled => Ok(vec![Event::RefundStarted {
            vin: sale.vin.clone(),
            payment,
            agreement: None,
            amount,
            why: RefundReason::PaidTooLate,
            tower: Some(sale.tower.clone()),
        }]),
        Stage::Refunded if sale.payment.as_ref() == Some(&payment) => NOTHING,
        _ if sale.stage.is_paid() => Err(Refusal::AlreadyPaid),
        Stage::PaidLate | Stage::Refunding { .. } | Stage::Refunded => Err(Refusal::AlreadyPaid),
        _ => Err(Refusal::NotSigned),
    }
}

/// Tells whether the offer that stands is signed and asks for this sum.
fn is_signed_for(sale: &Sale, amount: Money) -> bool {
    let due = sale.terms.as_ref().map(|terms| terms.due_now);
    sale.agreement.is_some() && due == Some(amount)
}

fn paid(
    sale: &Sale,
    payment: PaymentId,
    amount: Money,
    mandate: Option<String>,
    at: Moment,
) -> Result<Event, Refusal> {
    let (Some(terms), Some(agreement)) = (&sale.terms, &sale.agreement) else {
        return Err(Refusal::NotSigned);
    };
    Ok(Event::Paid {
        buyer: sale.buyer.clone(),
        vin: sale.vin.clone(),
        tower: sale.tower.clone(),
        payment,
        agreement: agreement.clone(),
        terms: terms.clone(),
        amount,
        mandate,
        at,
    })
}

fn reheld(sale: &Sale, at: Moment) -> Event {
    let payment = sale.payment.clone().expect("late money names its payment");
    let amount = sale.paid.expect("late money names its amount");
    paid(sale, payment, amount, sale.mandate.clone(), at)
        .expect("only a signed order is sent to the wallet")
}

fn expire(sale: &Sale, at: Moment) -> Answer {
    if sale.stage.is_paid() || sale.stage.is_over() {
        return NOTHING;
    }
    match sale.stage {
        Stage::PaidLate | Stage::Refunding { .. } => NOTHING,
        _ if sale.hold_until > at => Err(Refusal::HoldNotOver {
            until: sale.hold_until,
        }),
        _ => Ok(vec![Event::Expired {
            buyer: sale.buyer.clone(),
            vin: sale.vin.clone(),
            payment: sale.payment.clone(),
            tower: Some(sale.tower.clone()),
        }]),
    }
}

fn cancel(sale: &Sale) -> Answer {
    match &sale.stage {
        Stage::Cancelled | Stage::Expired => NOTHING,
        stage if stage.is_paid() => Err(Refusal::AlreadyPaid),
        Stage::PaidLate | Stage::Refunding { .. } | Stage::Refunded => Err(Refusal::AlreadyPaid),
        _ => Ok(vec![Event::Cancelled {
            buyer: sale.buyer.clone(),
            vin: sale.vin.clone(),
            payment: sale.payment.clone(),
            tower: Some(sale.tower.clone()),
        }]),
    }
}

fn note_fetching(sale: &Sale, job: JobId) -> Answer {
    match &sale.stage {
        Stage::Paid => Ok(vec![Event::Fetching { job }]),
        stage if stage.is_paid() => NOTHING,
        _ => Err(Refusal::NotPaid),
    }
}

fn note_at_bay(sale: &Sale, job: JobId, bay: String) -> Answer {
    match &sale.stage {
        Stage::Paid | Stage::Fetching { .. } => Ok(vec![Event::ArrivedAtBay {
            buyer: sale.buyer.clone(),
            job,
            bay,
        }]),
        stage if stage.is_paid() => NOTHING,
        _ => Err(Refusal::NotPaid),
    }
}

fn accept_code(sale: &Sale) -> Answer {
    match &sale.stage {
        Stage::AtBay {
            job,
            visit: Visit::Awaited,
            ..
        } => Ok(vec![Event::CodeAccepted {
            tower: sale.tower.clone(),
            job: job.clone(),
        }]),
        Stage::AtBay { .. } => NOTHING,
        _ => Err(Refusal::NotAtBay),
    }
}

fn accept_car(sale: &Sale) -> Answer {
    match &sale.stage {
        Stage::AtBay {
            visit: Visit::CodeAccepted,
            ..
        } => Ok(vec![Event::CarAccepted]),
        Stage::AtBay {
            visit: Visit::CarAccepted,
            ..
        }
        | Stage::HandedOver => NOTHING,
        Stage::AtBay {
            visit: Visit::Awaited,
            ..
        } => Err(Refusal::BayNotOpened),
        _ => Err(Refusal::NotAtBay),
    }
}

fn reject_car(sale: &Sale, reason: String) -> Answer {
    match &sale.stage {
        Stage::AtBay {
            visit: Visit::Awaited,
            ..
        } => Err(Refusal::BayNotOpened),
        Stage::AtBay { job, .. } => {
            let rejected = Event::CarRejected {
                tower: sale.tower.clone(),
                job: job.clone(),
                reason,
            };
            Ok(vec![
                rejected,
                refund_started(sale, RefundReason::Rejected)?,
            ])
        }
        Stage::Refunding {
            why: RefundReason::Rejected,
        }
        | Stage::Refunded => NOTHING,
        _ => Err(Refusal::NotAtBay),
    }
}

/// A car that has left with two proofs is handed over, whether or not a button was pressed and
/// whether or not word of its arrival came first.
fn hand_over(sale: &Sale, at: Moment) -> Answer {
    match (&sale.stage, &sale.agreement) {
        (Stage::HandedOver, _) => NOTHING,
        (stage, Some(agreement)) if stage.is_paid() => Ok(vec![Event::HandedOver {
            buyer: sale.buyer.clone(),
            vin: sale.vin.clone(),
            agreement: agreement.clone(),
            at,
        }]),
        _ => Err(Refusal::NotAtBay),
    }
}

fn refund(sale: &Sale, why: RefundReason) -> Answer {
    match &sale.stage {
        Stage::HandedOver => Err(Refusal::Over),
        Stage::Refunding { .. } | Stage::Refunded => NOTHING,
        Stage::PaidLate => Ok(vec![refund_started(sale, why)?]),
        stage if stage.is_paid() => Ok(vec![refund_started(sale, why)?]),
        _ => Err(Refusal::NotPaid),
    }
}

pub(super) fn refund_started(sale: &Sale, why: RefundReason) -> Result<Event, Refusal> {
    let (Some(payment), Some(amount)) = (&sale.payment, sale.paid) else {
        return Err(Refusal::NotPaid);
    };
    Ok(Event::RefundStarted {
        vin: sale.vin.clone(),
        payment: payment.clone(),
        agreement: sale
            .stage
            .is_paid()
            .then(|| sale.agreement.clone())
            .flatten(),
        amount,
        why,
        tower: Some(sale.tower.clone()),
    })
}

/// Guards everything a buyer does before going to the wallet.
fn check_before_payment(sale: &Sale, at: Moment) -> Result<(), Refusal> {
    match &sale.stage {
        Stage::Started
        | Stage::AskingCredit
        | Stage::CreditUnknown
        | Stage::Approved
        | Stage::Refused { .. }
        | Stage::Offered
        | Stage::Signed => {}
        Stage::Paying | Stage::PaidLate => return Err(Refusal::PaymentUnderWay),
        stage if stage.is_paid() => return Err(Refusal::AlreadyPaid),
        _ => return Err(Refusal::Over),
    }
    if sale.hold_until <= at {
        Err(Refusal::HoldOver)
    } else {
        Ok(())
    }
}
