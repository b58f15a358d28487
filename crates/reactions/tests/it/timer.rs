//! What waits for its time: which facts set and clear a timer, and what happens when it is due.

use crate::shop::{
    agreement, buyer, fetch, minute, order, payment, rules, send, terms, today, tower, vin, yuan,
};
use finance::agreement;
use finance::payment::{self, Purpose};
use kernel::Moment;
use reactions::{Command, Effect, Fact, Reaction, Timer, TimerChange, timer_due, timers};
use sales::buyer::{self as person, Claim};
use sales::{order, vehicle};
use tower::tower as machine;

/// Expects one fact to set one timer.
#[track_caller]
fn sets(fact: &Fact, name: &'static str, at: Moment, timer: Timer) {
    let set = TimerChange::Set { name, at, timer };
    assert_eq!(timers(fact, &rules()), [set], "{fact:?}");
}

/// Expects one fact to clear one timer.
#[track_caller]
fn clears(fact: &Fact, name: &'static str) {
    let clear = TimerChange::Clear { name };
    assert_eq!(timers(fact, &rules()), [clear], "{fact:?}");
}

/// Expects a fact to leave all timers alone.
#[track_caller]
fn leaves(fact: &Fact) {
    assert_eq!(timers(fact, &rules()), [], "{fact:?}");
}

fn car(event: vehicle::Event) -> Fact {
    Fact::Vehicle(vin(), event)
}

fn on_order(event: order::Event) -> Fact {
    Fact::Order(order(), event)
}

fn on_payment(event: payment::Event) -> Fact {
    Fact::Payment(payment(), event)
}

fn on_agreement(event: agreement::Event) -> Fact {
    Fact::Agreement(agreement(), event)
}

#[test]
fn a_hold_wakes_up_at_its_end_unless_it_is_over_before() {
    let hold_ends = Timer::HoldEnds {
        vin: vin(),
        order: order(),
    };
    let held = vehicle::Event::Held {
        order: order(),
        buyer: buyer(),
        until: minute(15),
        drop: None,
    };
    let extended = vehicle::Event::HoldExtended {
        order: order(),
        until: minute(25),
        drop: None,
    };
    sets(&car(held), "hold", minute(15), hold_ends.clone());
    sets(&car(extended), "hold", minute(25), hold_ends);
    let ended = vehicle::Event::HoldEnded {
        order: order(),
        buyer: buyer(),
        expired: false,
        drop: None,
    };
    let sold = vehicle::Event::Sold {
        order: order(),
        tower: tower(),
        drop: None,
    };
    clears(&car(ended), "hold");
    clears(&car(sold), "hold");
    leaves(&car(vehicle::Event::HandedOver { order: order() }));
}

#[test]
fn a_claim_wakes_up_at_its_end_unless_it_is_over_before() {
    let on = |event| Fact::Buyer(buyer(), event);
    let claim_ends = Timer::ClaimEnds {
        buyer: buyer(),
        order: order(),
    };
    let claimed = person::Event::Claimed {
        claim: Claim {
            order: order(),
            vin: vin(),
            until: minute(15),
        },
    };
    let extended = person::Event::ClaimExtended {
        order: order(),
        until: minute(25),
    };
    sets(&on(claimed), "claim", minute(15), claim_ends.clone());
    sets(&on(extended), "claim", minute(25), claim_ends);
    clears(&on(person::Event::ClaimEnded { order: order() }), "claim");
    clears(&on(person::Event::Erased), "claim");
}

#[test]
fn an_order_wakes_up_with_the_end_of_its_hold_unless_it_is_paid_or_over() {
    let expires = Timer::OrderExpires { order: order() };
    let started = order::Event::PaymentStarted {
        buyer: buyer(),
        vin: vin(),
        agreement: agreement(),
        payment: payment(),
        terms: terms(),
        hold_until: minute(25),
    };
    sets(&on_order(started), "expiry", minute(25), expires);
    for over in [
        order::Event::Expired {
            buyer: buyer(),
            vin: vin(),
            payment: None,
            tower: Some(tower()),
        },
        order::Event::Cancelled {
            buyer: buyer(),
            vin: vin(),
            payment: None,
            tower: None,
        },
    ] {
        clears(&on_order(over), "expiry");
    }
    leaves(&on_order(order::Event::Fetching { job: fetch() }));
}

#[test]
fn the_wallet_is_asked_until_it_has_said_how_a_payment_ended() {
    let ask = |close| Timer::AskWallet {
        payment: payment(),
        close,
    };
    let again = payment::Event::AskAgain {
        tries: 2,
        at: minute(12),
        close: true,
    };
    let dispatched = payment::Event::Dispatched { ask_at: minute(11) };
    sets(&on_payment(dispatched), "ask", minute(11), ask(false));
    sets(&on_payment(again), "ask", minute(12), ask(true));
    let purpose = Purpose::Instalment {
        agreement: agreement(),
        number: 1,
    };
    let failed = payment::Event::Failed {
        purpose: purpose.clone(),
        reason: "TRADE_CLOSED".to_owned(),
    };
    let refunded = payment::Event::Refunded {
        purpose,
        amount: yuan(1),
        mandate: None,
    };
    clears(&on_payment(failed), "ask");
    clears(&on_payment(refunded), "ask");
    leaves(&on_payment(payment::Event::BecameUnknown {
        seen: "timeout".to_owned(),
    }));
}

#[test]
fn a_refund_is_asked_after_with_the_same_request_number() {
    let again = payment::Event::RefundAskAgain {
        request_no: "refund-1".to_owned(),
        amount: yuan(10_000),
        reason: "car could not be sold".to_owned(),
        tries: 1,
        at: minute(12),
    };
    let timer = Timer::AskRefund {
        payment: payment(),
        request_no: "refund-1".to_owned(),
        amount: yuan(10_000),
        reason: "car could not be sold".to_owned(),
    };
    sets(&on_payment(again), "ask", minute(12), timer.clone());
    let refund = Effect::Refund {
        payment: payment(),
        request_no: "refund-1".to_owned(),
        amount: yuan(10_000),
        reason: "car could not be sold".to_owned(),
    };
    let due = timer_due(timer, minute(12), &rules());
    assert_eq!(due, Reaction::Effect(refund));
}

#[test]
fn an_agreement_meets_its_day_at_nine_in_the_morning_of_the_towers_zone() {
    let day = today().plus_days(31);
    let timer = Timer::AgreementDay {
        agreement: agreement(),
    };
    let nine = minute(31 * 24 * 60 + 9 * 60);
    let awaits = on_agreement(agreement::Event::Awaits { day });
    sets(&awaits, "day", nine, timer.clone());
    let meet = agreement::Command::MeetDay { on: day };
    let due = timer_due(timer, nine, &rules());
    assert_eq!(due, send(Command::Agreement(agreement(), meet)));
}

#[test]
fn a_settled_or_withdrawn_agreement_waits_for_nothing() {
    let settled = agreement::Event::Settled {
        order: order(),
        on: today(),
    };
    clears(&on_agreement(settled), "day");
    clears(&on_agreement(agreement::Event::Withdrawn), "day");
    leaves(&on_agreement(agreement::Event::Recovered));
}

#[test]
fn a_tower_has_no_timers_because_its_controller_has_the_clock() {
    let event = machine::Event::BayOpened {
        bay: machine::Place("bay-1".to_owned()),
        job: fetch(),
    };
    leaves(&Fact::Tower(tower(), event));
}

#[test]
fn what_is_due_is_asked_of_the_stream_it_belongs_to() {
    let order_of = order();
    let due = |timer| timer_due(timer, minute(15), &rules());
    let end_hold = vehicle::Command::EndHold { order: order() };
    let end_claim = person::Command::EndClaim { order: order() };
    assert_eq!(
        due(Timer::HoldEnds {
            vin: vin(),
            order: order()
        }),
        send(Command::Vehicle(vin(), end_hold))
    );
    assert_eq!(
        due(Timer::ClaimEnds {
            buyer: buyer(),
            order: order()
        }),
        send(Command::Buyer(buyer(), end_claim))
    );
    assert_eq!(
        due(Timer::OrderExpires { order: order() }),
        send(Command::Order(order_of, order::Command::Expire))
    );
    assert_eq!(
        due(Timer::AskWallet {
            payment: payment(),
            close: true
        }),
        Reaction::Effect(Effect::AskWallet {
            payment: payment(),
            close: true
        })
    );
}
