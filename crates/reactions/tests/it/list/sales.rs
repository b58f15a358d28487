//! What follows from orders, cars and buyers.

use super::check;
use crate::shop::{
    agreement, buyer, fetch, minute, order, payment, send, send_or, tell, terms, today, tower, vin,
    yuan,
};
use finance::agreement;
use finance::offer::Terms;
use finance::payment::{self, Method, Purpose};
use finance::policy::RetryCalendar;
use reactions::{Command, Effect, Fact, Message, Reaction};
use sales::order::{self, Event, Plan, RefundReason};
use sales::{buyer as person, vehicle};
use tower::job::{Job, Kind};
use tower::tower as machine;

fn on(event: Event) -> Fact {
    Fact::Order(order(), event)
}

fn to_order(command: order::Command) -> Command {
    Command::Order(order(), command)
}

fn to_car(command: vehicle::Command) -> Command {
    Command::Vehicle(vin(), command)
}

fn refund_order(why: RefundReason) -> Command {
    to_order(order::Command::Refund { why })
}

fn end_claim() -> Command {
    Command::Buyer(buyer(), person::Command::EndClaim { order: order() })
}

fn close_at_wallet() -> Reaction {
    Reaction::Effect(Effect::AskWallet {
        payment: payment(),
        close: true,
    })
}

fn paid(mandate: Option<&str>) -> Event {
    Event::Paid {
        buyer: buyer(),
        vin: vin(),
        tower: tower(),
        payment: payment(),
        agreement: agreement(),
        terms: terms(),
        amount: yuan(10_000),
        mandate: mandate.map(str::to_owned),
        at: minute(10),
    }
}

fn open_agreement() -> Command {
    let open = agreement::Command::Open {
        order: order(),
        buyer: buyer(),
        vin: vin(),
        terms: Terms {
            price: yuan(100_000),
            down_payment: yuan(10_000),
            upfront_fee: yuan(0),
            annual_rate: kernel::Rate::ZERO,
            months: 36,
        },
        retries: RetryCalendar {
            days: vec![1, 3, 7],
        },
        contract_hash: "c".repeat(64),
    };
    Command::Agreement(agreement(), open)
}

#[test]
fn a_question_of_credit_goes_to_the_provider() {
    let asked = on(Event::CreditAsked {
        buyer: buyer(),
        admittance_score: 750,
        question: 2,
    });
    let ask = Effect::AskCredit {
        order: order(),
        buyer: buyer(),
        admittance_score: 750,
        question: 2,
    };
    check(&asked, &[Reaction::Effect(ask)]);
}

fn payment_started(terms: order::OfferTerms) -> Fact {
    on(Event::PaymentStarted {
        buyer: buyer(),
        vin: vin(),
        agreement: agreement(),
        payment: payment(),
        terms,
        hold_until: minute(25),
    })
}

fn prepare(mandate_limit: Option<kernel::Money>) -> Command {
    let prepare = payment::Command::Prepare {
        purpose: Purpose::DownPayment {
            order: order(),
            agreement: agreement(),
        },
        method: Method::Page { mandate_limit },
        amount: yuan(10_000),
        expires: Some(minute(25)),
    };
    Command::Payment(payment(), prepare)
}

#[test]
fn going_to_the_wallet_writes_the_payment_down_and_keeps_car_and_claim_a_little_longer() {
    let hold = vehicle::Command::ExtendHold {
        order: order(),
        until: minute(25),
    };
    let claim = person::Command::ExtendClaim {
        order: order(),
        until: minute(25),
    };
    check(
        &payment_started(terms()),
        &[
            send(prepare(Some(yuan(2_500)))),
            send(to_car(hold)),
            send(Command::Buyer(buyer(), claim)),
        ],
    );
}

#[test]
fn the_mandate_is_limited_to_the_largest_instalment_and_paying_in_full_signs_none() {
    let balloon = order::OfferTerms {
        last_instalment: yuan(30_000),
        ..terms()
    };
    let started = reactions::react(&payment_started(balloon), minute(10), &crate::shop::rules());
    assert_eq!(started[0], send(prepare(Some(yuan(30_000)))));
    let in_full = order::OfferTerms {
        plan: Plan::IN_FULL,
        ..terms()
    };
    let started = reactions::react(&payment_started(in_full), minute(10), &crate::shop::rules());
    assert_eq!(started[0], send(prepare(None)));
}

#[test]
fn a_paid_order_sells_the_car_and_opens_the_agreement_or_gives_the_money_back() {
    let attach = agreement::Command::AttachMandate {
        mandate: "mandate".to_owned(),
    };
    let sold_and_opened = [
        send_or(
            to_car(vehicle::Command::Sell { order: order() }),
            refund_order(RefundReason::SaleImpossible),
        ),
        send_or(open_agreement(), refund_order(RefundReason::SaleImpossible)),
        send(end_claim()),
        send(Command::Agreement(agreement(), attach)),
    ];
    check(&on(paid(Some("mandate"))), &sold_and_opened);
    check(&on(paid(None)), &sold_and_opened[..3]);
}

#[test]
fn late_money_holds_the_car_again_for_a_moment_or_goes_back() {
    let late = on(Event::PaidLate {
        buyer: buyer(),
        vin: vin(),
        payment: payment(),
        amount: yuan(10_000),
        mandate: None,
    });
    let hold = vehicle::Command::Hold {
        order: order(),
        buyer: buyer(),
        until: minute(12),
        drop: None,
    };
    check(
        &late,
        &[
            send_or(to_car(hold), refund_order(RefundReason::PaidTooLate)),
            send(to_order(order::Command::NoteReheld)),
        ],
    );
}

#[test]
fn an_order_that_ends_unpaid_frees_car_buyer_and_time_and_closes_what_is_open_at_the_wallet() {
    let expired = |payment| {
        on(Event::Expired {
            buyer: buyer(),
            vin: vin(),
            payment,
            tower: Some(tower()),
        })
    };
    let cancelled = on(Event::Cancelled {
        buyer: buyer(),
        vin: vin(),
        payment: Some(payment()),
        tower: None,
    });
    let end = send(to_car(vehicle::Command::EndHold { order: order() }));
    let release = send(to_car(vehicle::Command::ReleaseHold { order: order() }));
    check(
        &expired(None),
        &[end.clone(), send(end_claim()), give_back()],
    );
    check(
        &expired(Some(payment())),
        &[end, send(end_claim()), give_back(), close_at_wallet()],
    );
    // Old logs name no tower.
    check(&cancelled, &[release, send(end_claim()), close_at_wallet()]);
}

fn give_back() -> Reaction {
    let give_back = machine::Command::GiveBackSlot { job: fetch() };
    send(Command::Tower(tower(), give_back))
}

#[test]
fn the_buyer_is_told_when_the_car_stands_at_the_bay() {
    let arrived = on(Event::ArrivedAtBay {
        buyer: buyer(),
        job: fetch(),
        bay: "bay-1".to_owned(),
    });
    let message = Message::CarAtBay {
        order: order(),
        bay: "bay-1".to_owned(),
    };
    check(&arrived, &[tell(message)]);
}

#[test]
fn an_accepted_code_asks_for_the_door_and_a_rejected_car_goes_back_up() {
    let accepted = on(Event::CodeAccepted {
        tower: tower(),
        job: fetch(),
    });
    let rejected = on(Event::CarRejected {
        tower: tower(),
        job: fetch(),
        reason: "not the colour".to_owned(),
    });
    let ask = machine::Command::AskToOpen { job: fetch() };
    let reject = machine::Command::Reject { job: fetch() };
    check(&accepted, &[send(Command::Tower(tower(), ask))]);
    check(&rejected, &[send(Command::Tower(tower(), reject))]);
}

#[test]
fn a_hand_over_gives_the_car_and_starts_the_agreement_on_that_day() {
    let handed_over = on(Event::HandedOver {
        buyer: buyer(),
        vin: vin(),
        agreement: agreement(),
        at: minute(10),
    });
    let activate = agreement::Command::Activate { on: today() };
    check(
        &handed_over,
        &[
            send(to_car(vehicle::Command::HandOver { order: order() })),
            send(Command::Agreement(agreement(), activate)),
        ],
    );
}

#[test]
fn a_refund_returns_the_money_the_car_and_the_agreement() {
    let started = |opened, why| {
        on(Event::RefundStarted {
            vin: vin(),
            payment: payment(),
            agreement: opened,
            amount: yuan(10_000),
            why,
            tower: Some(tower()),
        })
    };
    let refund = |words: &str| {
        let reason = words.to_owned();
        send(Command::Payment(
            payment(),
            payment::Command::Refund { reason },
        ))
    };
    let undo = send(to_car(vehicle::Command::UndoSale { order: order() }));
    let withdraw = send(Command::Agreement(
        agreement(),
        agreement::Command::Withdraw,
    ));
    for (why, words) in [
        (RefundReason::Rejected, "car not accepted at hand-over"),
        (
            RefundReason::FetchImpossible,
            "car could not be brought down",
        ),
        (RefundReason::SaleImpossible, "car could not be sold"),
    ] {
        check(
            &started(Some(agreement()), why),
            &[refund(words), undo.clone(), withdraw.clone(), give_back()],
        );
    }
    check(
        &started(None, RefundReason::PaidTooLate),
        &[refund("paid after the hold was over"), undo, give_back()],
    );
}

#[test]
fn steps_that_concern_the_order_alone_lead_to_nothing() {
    for event in [
        Event::CreditUnknown,
        Event::Approved { reference: None },
        Event::PlanChosen {
            plan: Plan::IN_FULL,
        },
        Event::Offered { terms: terms() },
        Event::PaymentFailed { payment: payment() },
        Event::Fetching { job: fetch() },
        Event::CarAccepted,
        Event::Refunded { buyer: buyer() },
    ] {
        check(&on(event), &[]);
    }
}

#[test]
fn a_hold_that_time_ended_ends_the_order_and_the_claim_and_one_given_back_does_not() {
    let ended = |expired| {
        let event = vehicle::Event::HoldEnded {
            order: order(),
            buyer: buyer(),
            expired,
            drop: None,
        };
        Fact::Vehicle(vin(), event)
    };
    check(
        &ended(true),
        &[send(to_order(order::Command::Expire)), send(end_claim())],
    );
    check(&ended(false), &[]);
}

#[test]
fn a_sold_car_is_fetched_or_the_money_goes_back() {
    let sold = vehicle::Event::Sold {
        order: order(),
        tower: tower(),
        drop: None,
    };
    let job = Job {
        id: fetch(),
        kind: Kind::Fetch {
            vin: vin(),
            order: order(),
        },
    };
    check(
        &Fact::Vehicle(vin(), sold),
        &[send_or(
            Command::Tower(tower(), machine::Command::Queue { job }),
            refund_order(RefundReason::FetchImpossible),
        )],
    );
}

#[test]
fn a_fetch_nobody_needs_any_more_is_taken_back_also_when_its_car_waits_at_the_bay() {
    let undone = vehicle::Event::SaleUndone {
        order: order(),
        tower: tower(),
        drop: None,
    };
    let cancel = machine::Command::CancelJob { job: fetch() };
    let back = machine::Command::Reject { job: fetch() };
    check(
        &Fact::Vehicle(vin(), undone),
        &[send_or(
            Command::Tower(tower(), cancel),
            Command::Tower(tower(), back),
        )],
    );
}

#[test]
fn what_a_person_says_of_themselves_leads_to_nothing() {
    check(&Fact::Buyer(buyer(), person::Event::Erased), &[]);
    let ended = person::Event::ClaimEnded { order: order() };
    check(&Fact::Buyer(buyer(), ended), &[]);
}
