//! Whenever X, do Y. Read it from top to bottom: it is the story of a purchase.
//!
//! Every command here may arrive twice or late; the stream that receives it answers with no events
//! when it has done so before. Where a no has to be answered by something else, that stands beside
//! the command.

use crate::fault::{self, Case, OrderRule};
use crate::sending::{
    collection_failed, end_claim, end_mandate, fetch_job, give_back_slot, hold_longer, let_go,
    open_agreement, prepare_down_payment, refund_order, refund_words, send, send_or, tell,
    to_order,
};
use crate::{Command, Effect, Fact, Lane, Message, Reaction, Rules, drop};
use finance::agreement;
use finance::payment::{self, Method, Purpose};
use kernel::{AgreementId, Moment, OrderId, PaymentId, TowerId, Vin};
use sales::order::RefundReason;
use sales::{buyer, order, vehicle};
use tower::job::{Job, Kind};
use tower::tower as machine;

/// Says what is to be done because of a fact.
pub fn react(fact: &Fact, at: Moment, rules: &Rules) -> Vec<Reaction> {
    match fact {
        Fact::Buyer(buyer, event) => drop::on_buyer(buyer, event),
        Fact::Vehicle(vin, event) => {
            let mut reactions = on_vehicle(vin, event);
            reactions.extend(drop::on_its_car(vin, event));
            reactions
        }
        Fact::Drop(id, event) => drop::react(id, event),
        Fact::Order(order, event) => on_order(order, event, at, rules),
        Fact::Payment(payment, event) => on_payment(payment, event, at, rules),
        Fact::Agreement(agreement, event) => on_agreement(agreement, event, at, rules),
        Fact::Tower(tower, event) => on_tower(tower, event, at, rules),
    }
}

/// Gives the reactions of one lane, each with its place among all of the fact's.
pub fn react_in(lane: Lane, fact: &Fact, at: Moment, rules: &Rules) -> Vec<(usize, Reaction)> {
    let all = react(fact, at, rules).into_iter().enumerate();
    all.filter(|(_, reaction)| reaction.lane() == lane)
        .collect()
}

fn on_order(order: &OrderId, event: &order::Event, at: Moment, rules: &Rules) -> Vec<Reaction> {
    use order::Event;
    match event {
        // Credit asked: ask the provider.
        Event::CreditAsked {
            buyer,
            admittance_score,
            question,
        } => {
            vec![Reaction::Effect(Effect::AskCredit {
                order: order.clone(),
                buyer: buyer.clone(),
                admittance_score: *admittance_score,
                question: *question,
            })]
        }
        // Payment started: write the payment down, and keep the car a little longer, once.
        Event::PaymentStarted {
            buyer,
            vin,
            agreement,
            payment,
            terms,
            hold_until,
        } => vec![
            send(prepare_down_payment(
                order,
                agreement,
                payment,
                terms,
                *hold_until,
            )),
            send(hold_longer(vin, order, *hold_until)),
            send(Command::Buyer(
                buyer.clone(),
                buyer::Command::ExtendClaim {
                    order: order.clone(),
                    until: *hold_until,
                },
            )),
        ],
        // Paid: sell the car and open the agreement, or give the money back; free the buyer.
        Event::Paid {
            buyer,
            vin,
            agreement,
            terms,
            mandate,
            ..
        } => {
            let mut reactions = vec![
                send_or(
                    Command::Vehicle(
                        vin.clone(),
                        vehicle::Command::Sell {
                            order: order.clone(),
                        },
                    ),
                    refund_order(order, RefundReason::SaleImpossible),
                ),
                send_or(
                    open_agreement(order, buyer, vin, agreement, terms),
                    refund_order(order, RefundReason::SaleImpossible),
                ),
                send(end_claim(buyer, order)),
            ];
            if let Some(mandate) = mandate {
                let attach = agreement::Command::AttachMandate {
                    mandate: mandate.clone(),
                };
                reactions.push(send(Command::Agreement(agreement.clone(), attach)));
            }
            reactions
        }
        // Paid after the end: hold the car again for a moment, or give the money back. The order
        // that then still waits has its car; one that is being refunded takes no notice.
        Event::PaidLate { buyer, vin, .. } => {
            let hold = vehicle::Command::Hold {
                order: order.clone(),
                buyer: buyer.clone(),
                until: at.plus_seconds(rules.rehold_seconds),
                drop: None,
            };
            vec![
                send_or(
                    Command::Vehicle(vin.clone(), hold),
                    refund_order(order, RefundReason::PaidTooLate),
                ),
                send(to_order(order, order::Command::NoteReheld)),
            ]
        }
        // Expired or cancelled: free the car, the buyer and the time that was chosen for the
        // hand-over, and close what is open at the wallet.
        Event::Expired {
            buyer,
            vin,
            payment,
            tower,
        } => {
            let end = vehicle::Command::EndHold {
                order: order.clone(),
            };
            let_go(
                order,
                Command::Vehicle(vin.clone(), end),
                buyer,
                payment.as_ref(),
                tower.as_ref(),
            )
        }
        Event::Cancelled {
            buyer,
            vin,
            payment,
            tower,
        } => {
            let release = vehicle::Command::ReleaseHold {
                order: order.clone(),
            };
            let_go(
                order,
                Command::Vehicle(vin.clone(), release),
                buyer,
                payment.as_ref(),
                tower.as_ref(),
            )
        }
        // At the bay: tell the buyer.
        Event::ArrivedAtBay { bay, .. } => {
            vec![tell(Message::CarAtBay {
                order: order.clone(),
                bay: bay.clone(),
            })]
        }
        // A delay has lasted: tell the buyer; when the car comes after all, tell those who know.
        Event::DelayTold { refund_from } => vec![tell(Message::Delayed {
            order: order.clone(),
            refund_from: *refund_from,
        })],
        Event::WentOn { was_told: true } => vec![tell(Message::WentOn {
            order: order.clone(),
        })],
        // Code accepted: ask for the door.
        Event::CodeAccepted { tower, job } => vec![send(Command::Tower(
            tower.clone(),
            machine::Command::AskToOpen { job: job.clone() },
        ))],
        // Rejected at the bay: take the car back up. The refund is an event of its own.
        Event::CarRejected { tower, job, .. } => vec![send(Command::Tower(
            tower.clone(),
            machine::Command::Reject { job: job.clone() },
        ))],
        // Handed over: the car is theirs to drive, the agreement runs.
        Event::HandedOver { vin, agreement, .. } => vec![
            send(Command::Vehicle(
                vin.clone(),
                vehicle::Command::HandOver {
                    order: order.clone(),
                },
            )),
            send(Command::Agreement(
                agreement.clone(),
                agreement::Command::Activate { on: rules.day(at) },
            )),
        ],
        // Refund started: money back, agreement withdrawn, car on sale again, its time free.
        Event::RefundStarted {
            vin,
            payment,
            agreement,
            why,
            tower,
            ..
        } => {
            let reason = refund_words(why).to_owned();
            let mut reactions = vec![
                send(Command::Payment(
                    payment.clone(),
                    payment::Command::Refund { reason },
                )),
                send(Command::Vehicle(
                    vin.clone(),
                    vehicle::Command::UndoSale {
                        order: order.clone(),
                    },
                )),
            ];
            if let Some(agreement) = agreement {
                let withdraw = agreement::Command::Withdraw;
                reactions.push(send(Command::Agreement(agreement.clone(), withdraw)));
            }
            reactions.extend(give_back_slot(order, tower.as_ref()));
            reactions
        }
        Event::Started { .. }
        | Event::PlanChosen { .. }
        | Event::CreditUnknown
        | Event::Approved { .. }
        | Event::Refused { .. }
        | Event::Offered { .. }
        | Event::Signed { .. }
        | Event::PaymentFailed { .. }
        | Event::Fetching { .. }
        | Event::CarAccepted
        | Event::Delayed { .. }
        | Event::WentOn { was_told: false }
        | Event::Refunded { .. } => vec![],
    }
}

fn on_vehicle(vin: &Vin, event: &vehicle::Event) -> Vec<Reaction> {
    use vehicle::Event;
    match event {
        // Hold ended by time: the order and the claim end with it.
        Event::HoldEnded {
            order,
            buyer,
            expired: true,
            ..
        } => {
            vec![
                send(to_order(order, order::Command::Expire)),
                send(end_claim(buyer, order)),
            ]
        }
        // Sold: fetch it, or give the money back.
        Event::Sold { order, tower, .. } => {
            let job = Job {
                id: fetch_job(order),
                kind: Kind::Fetch {
                    vin: vin.clone(),
                    order: order.clone(),
                },
            };
            vec![send_or(
                Command::Tower(tower.clone(), machine::Command::Queue { job }),
                refund_order(order, RefundReason::FetchImpossible),
            )]
        }
        // Sale undone: a fetch that has not started is not needed any more; a car at the bay goes
        // back up; one on its way does so when it arrives.
        Event::SaleUndone { order, tower, .. } => {
            let job = fetch_job(order);
            let back = machine::Command::Reject { job: job.clone() };
            vec![send_or(
                Command::Tower(tower.clone(), machine::Command::CancelJob { job }),
                Command::Tower(tower.clone(), back),
            )]
        }
        Event::Held { .. }
        | Event::HoldEnded { .. }
        | Event::Listed { .. }
        | Event::Stored { .. }
        | Event::HoldExtended { .. }
        | Event::HandedOver { .. }
        | Event::Assigned { .. }
        | Event::Freed { .. }
        | Event::TakenOut { .. }
        | Event::Withdrawn { .. } => vec![],
    }
}

fn on_tower(tower: &TowerId, event: &machine::Event, at: Moment, rules: &Rules) -> Vec<Reaction> {
    use machine::Event;
    match event {
        // Fetch queued: the order shows it.
        Event::JobQueued {
            job:
                Job {
                    id,
                    kind: Kind::Fetch { order, .. },
                },
        } => {
            vec![send(to_order(
                order,
                order::Command::NoteFetching { job: id.clone() },
            ))]
        }
        // Stored: the car may be bought.
        Event::CarStored { vin, .. } => vec![send(Command::Vehicle(
            vin.clone(),
            vehicle::Command::Store {
                tower: tower.clone(),
            },
        ))],
        // At the bay: the order shows it; a car nobody waits for any more goes back up.
        Event::CarAtBay {
            bay, job, order, ..
        } => {
            let note = order::Command::NoteAtBay {
                job: job.clone(),
                bay: bay.0.clone(),
            };
            let back = machine::Command::Reject { job: job.clone() };
            vec![send_or(
                to_order(order, note),
                Command::Tower(tower.clone(), back),
            )]
        }
        // Left, by two proofs: handed over. A car that left after its buyer rejected it is not sold
        // to anybody else until a person has looked.
        Event::CarLeft { order, vin, .. } => {
            let withdraw = vehicle::Command::Withdraw {
                reason: format!("left the tower while order {order} was being refunded"),
            };
            vec![send_or(
                to_order(order, order::Command::NoteHandedOver),
                Command::Vehicle(vin.clone(), withdraw),
            )]
        }
        // A fetch stands still, or can never be done: by the table of faults.
        Event::FetchDelayed {
            order, why, since, ..
        } => by_fault(Case::Standstill(*why), order, *since, rules),
        // Out without an order, or stated gone: it cannot be bought until it is stored again.
        Event::CarBroughtOut { vin, .. } | Event::CarDeclaredGone { vin } => {
            let out = vehicle::Command::TakeOut {
                tower: tower.clone(),
            };
            vec![send(Command::Vehicle(vin.clone(), out))]
        }
        Event::JobFailed {
            job:
                Job {
                    kind: Kind::Fetch { order, .. },
                    ..
                },
            ..
        } => by_fault(Case::NoWay, order, at, rules),
        // It goes on.
        Event::FetchWentOn { order, .. } => {
            vec![send(to_order(order, order::Command::NoteGoesOn))]
        }
        _ => vec![],
    }
}

/// What a fault does to an order.
fn by_fault(case: Case, order: &OrderId, since: Moment, rules: &Rules) -> Vec<Reaction> {
    match (case.rule().order, case) {
        (OrderRule::Waits, Case::Standstill(why)) => {
            let note = order::Command::NoteDelayed {
                cause: fault::cause(why),
                since,
                tell_at: since.plus_seconds(rules.delay_message_seconds),
                refund_from: since.plus_seconds(rules.delay_refund_seconds),
            };
            vec![send(to_order(order, note))]
        }
        (OrderRule::Ended, _) => vec![send(refund_order(order, RefundReason::FetchImpossible))],
        (OrderRule::Waits | OrderRule::GoesOn, _) => vec![],
    }
}

fn on_payment(
    payment: &PaymentId,
    event: &payment::Event,
    at: Moment,
    rules: &Rules,
) -> Vec<Reaction> {
    use payment::Event;
    match event {
        // A deduction is written down: say that it is being sent, then send it.
        Event::Prepared {
            method: Method::Deduction { .. },
            ..
        } => vec![
            send(Command::Payment(
                payment.clone(),
                payment::Command::Dispatch,
            )),
            Reaction::Effect(Effect::Deduct {
                payment: payment.clone(),
            }),
        ],
        // The down payment succeeded: the order is paid; one that cannot take it sends it back.
        Event::Succeeded {
            purpose: Purpose::DownPayment { order, .. },
            amount,
            mandate,
            ..
        } => {
            let note = order::Command::NotePaid {
                payment: payment.clone(),
                amount: *amount,
                mandate: mandate.clone(),
            };
            let reason = "order needs no payment any more".to_owned();
            let back = Command::Payment(payment.clone(), payment::Command::Refund { reason });
            vec![send_or(to_order(order, note), back)]
        }
        // The down payment failed: the buyer may try again while the hold lasts.
        Event::Failed {
            purpose: Purpose::DownPayment { order, .. },
            ..
        } => {
            let note = order::Command::NotePaymentFailed {
                payment: payment.clone(),
            };
            vec![send(to_order(order, note))]
        }
        // An instalment arrived: the agreement allocates it.
        Event::Succeeded {
            purpose: Purpose::Instalment { agreement, number },
            amount,
            ..
        } => {
            let receive = agreement::Command::Receive {
                payment: payment.clone(),
                number: *number,
                amount: *amount,
                on: rules.day(at),
            };
            vec![send(Command::Agreement(agreement.clone(), receive))]
        }
        // An instalment could not be collected: the retry calendar decides.
        Event::Failed {
            purpose: Purpose::Instalment { agreement, number },
            reason,
        } => {
            vec![send(collection_failed(
                agreement, payment, *number, reason, at, rules,
            ))]
        }
        // A refund is written down: send it.
        Event::RefundPrepared {
            request_no,
            amount,
            reason,
        } => {
            vec![Reaction::Effect(Effect::Refund {
                payment: payment.clone(),
                request_no: request_no.clone(),
                amount: *amount,
                reason: reason.clone(),
            })]
        }
        // The money is back: the order is refunded, the buyer is told; a mandate that was signed
        // with it goes too.
        Event::Refunded {
            purpose: Purpose::DownPayment { order, agreement },
            amount,
            mandate,
        } => {
            let note = order::Command::NoteRefunded {
                payment: payment.clone(),
            };
            let mut reactions = vec![
                send(to_order(order, note)),
                tell(Message::Refunded {
                    order: order.clone(),
                    amount: *amount,
                }),
            ];
            if let Some(mandate) = mandate {
                reactions.push(end_mandate(agreement, mandate));
            }
            reactions
        }
        Event::Refunded {
            purpose: Purpose::Instalment { .. },
            ..
        }
        | Event::Prepared {
            method: Method::Page { .. },
            ..
        }
        | Event::Dispatched { .. }
        | Event::AskAgain { .. }
        | Event::BecameUnknown { .. }
        | Event::AmountDiffers { .. }
        | Event::RefundAskAgain { .. } => vec![],
    }
}

fn on_agreement(
    agreement: &AgreementId,
    event: &agreement::Event,
    at: Moment,
    rules: &Rules,
) -> Vec<Reaction> {
    use agreement::Event;
    match event {
        // An instalment is due: prepare its deduction; without a mandate it has failed already.
        Event::CollectionDue {
            number,
            amount,
            mandate: Some(mandate),
            payment,
            ..
        } => {
            let prepare = payment::Command::Prepare {
                purpose: Purpose::Instalment {
                    agreement: agreement.clone(),
                    number: *number,
                },
                method: Method::Deduction {
                    mandate: mandate.clone(),
                },
                amount: *amount,
                expires: None,
            };
            vec![send(Command::Payment(payment.clone(), prepare))]
        }
        Event::CollectionDue {
            number,
            mandate: None,
            payment,
            ..
        } => {
            vec![send(collection_failed(
                agreement,
                payment,
                *number,
                "NO_MANDATE",
                at,
                rules,
            ))]
        }
        // A collection failed: tell the buyer.
        Event::CollectionFailed { number, .. } => {
            vec![tell(Message::CollectionFailed {
                agreement: agreement.clone(),
                number: *number,
            })]
        }
        // The mandate is not needed any more, or gone: the wallet ends it too.
        Event::MandateDetached { mandate } => vec![end_mandate(agreement, mandate)],
        // Balance zero: release the title.
        Event::Settled { .. } => vec![send(Command::Agreement(
            agreement.clone(),
            agreement::Command::ReleaseTitle,
        ))],
        // Title released: tell the buyer.
        Event::TitleReleased { .. } => {
            vec![tell(Message::TitleReleased {
                agreement: agreement.clone(),
            })]
        }
        _ => vec![],
    }
}
