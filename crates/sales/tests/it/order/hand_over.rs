//! Fetched, looked at, taken or rejected.

use super::{
    at_bay, expired, fetching, looking, note_refunded, paid, paying, refund, refund_started,
    reject, stage, waiting_at_bay,
};
use crate::shop::{agreement, buyer, job, minute, tower, vin};
use sales::order::{Command, Event, RefundReason, Refusal, Stage, Visit};

#[test]
fn the_tower_fetches_only_what_is_paid() {
    paying()
        .when(minute(4), fetching())
        .then_refused(Refusal::NotPaid);
    expired()
        .when(minute(26), at_bay())
        .then_refused(Refusal::NotPaid);
    paid()
        .when(minute(5), fetching())
        .then(&[Event::Fetching { job: job("fetch") }])
        .when(minute(5), fetching())
        .then_nothing();
}

#[test]
fn the_car_may_stand_at_the_bay_before_anybody_said_it_is_being_fetched() {
    paid()
        .when(minute(5), at_bay())
        .then_one(|event| matches!(event, Event::ArrivedAtBay { .. }))
        .when(minute(5), at_bay())
        .then_nothing()
        .when(minute(6), fetching())
        .then_nothing();
}

#[test]
fn the_bay_opens_to_the_code_and_only_when_the_car_is_there() {
    paid()
        .when(minute(5), Command::AcceptCode)
        .then_refused(Refusal::NotAtBay);
    waiting_at_bay()
        .when(minute(7), Command::AcceptCode)
        .then(&[Event::CodeAccepted {
            tower: tower(),
            job: job("fetch"),
        }])
        .when(minute(7), Command::AcceptCode)
        .then_nothing();
}

#[test]
fn a_car_is_looked_at_before_it_is_accepted_or_rejected() {
    for command in [Command::AcceptCar, reject()] {
        waiting_at_bay()
            .when(minute(7), command.clone())
            .then_refused(Refusal::BayNotOpened);
        paid()
            .when(minute(7), command)
            .then_refused(Refusal::NotAtBay);
    }
    let accepted = looking()
        .when(minute(8), Command::AcceptCar)
        .then(&[Event::CarAccepted])
        .when(minute(8), Command::AcceptCar)
        .then_nothing();
    let visit = Visit::CarAccepted;
    assert!(matches!(stage(&accepted), Stage::AtBay { visit: v, .. } if *v == visit));
}

#[test]
fn rejecting_the_car_at_the_bay_gives_all_the_money_back() {
    let rejected = Event::CarRejected {
        tower: tower(),
        job: job("fetch"),
        reason: "not the colour".to_owned(),
    };
    looking()
        .when(minute(8), reject())
        .then(&[rejected, refund_started(true, RefundReason::Rejected)])
        .when(minute(8), reject())
        .then_nothing()
        .when(minute(8), Command::AcceptCar)
        .then_refused(Refusal::NotAtBay)
        .when(minute(9), note_refunded())
        .then(&[Event::Refunded {
            buyer: buyer("lan"),
        }])
        .when(minute(9), note_refunded())
        .then_nothing()
        .when(minute(9), reject())
        .then_nothing();
}

#[test]
fn a_car_that_has_left_is_handed_over_whether_or_not_a_button_was_pressed() {
    for story in [paid(), waiting_at_bay(), looking()] {
        story
            .when(minute(9), Command::NoteHandedOver)
            .then(&[Event::HandedOver {
                buyer: buyer("lan"),
                vin: vin(),
                agreement: agreement("agreement"),
                at: minute(9),
            }])
            .when(minute(9), Command::NoteHandedOver)
            .then_nothing()
            .when(minute(9), Command::AcceptCar)
            .then_nothing();
    }
}

#[test]
fn nothing_is_handed_over_that_is_not_paid() {
    for story in [paying(), expired()] {
        story
            .when(minute(26), Command::NoteHandedOver)
            .then_refused(Refusal::NotAtBay);
    }
}

#[test]
fn a_fetch_that_is_impossible_gives_the_money_back_and_one_that_is_done_does_not() {
    paid()
        .when(minute(5), refund(RefundReason::FetchImpossible))
        .then(&[refund_started(true, RefundReason::FetchImpossible)]);
    waiting_at_bay()
        .given(minute(7), Command::NoteHandedOver)
        .when(minute(8), refund(RefundReason::FetchImpossible))
        .then_refused(Refusal::Over);
    paying()
        .when(minute(4), refund(RefundReason::SaleImpossible))
        .then_refused(Refusal::NotPaid);
}
