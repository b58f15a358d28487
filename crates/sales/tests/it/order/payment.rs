//! Paid in time, late, twice or not at all.

use super::{
    ASK, approved, choose, due, expired, fail, looking, note_paid, note_refunded, offer, paid,
    paying, refund, refund_started, signed, start_payment, started,
};
use crate::shop::{LARGE, SMALL, buyer, minute, payment, tower, vin, yuan};
use crate::story::Story;
use sales::order::{Command, Event, Order, RefundReason, Refusal};

#[test]
fn nothing_is_paid_that_was_not_signed() {
    approved()
        .when(minute(2), start_payment("first", minute(25)))
        .then_refused(Refusal::NotSigned);
    approved()
        .when(minute(2), note_paid("first"))
        .then_refused(Refusal::NotSigned);
}

#[test]
fn going_to_the_wallet_extends_the_hold_once_and_never_shortens_it() {
    let until = |story: &Story<Order>| story.state.sale().map(|sale| sale.hold_until);
    assert_eq!(until(&paying()), Some(minute(25)));
    let again = paying()
        .given(minute(5), fail("first"))
        .given(minute(6), start_payment("second", minute(40)));
    assert_eq!(until(&again), Some(minute(25)));
    let hasty = signed().given(minute(4), start_payment("first", minute(10)));
    assert_eq!(until(&hasty), Some(minute(15)));
}

#[test]
fn one_payment_is_open_at_a_time() {
    paying()
        .when(minute(4), start_payment("first", minute(25)))
        .then_nothing()
        .when(minute(4), start_payment("second", minute(25)))
        .then_refused(Refusal::PaymentUnderWay)
        .when(minute(4), choose(LARGE()))
        .then_refused(Refusal::PaymentUnderWay);
}

#[test]
fn a_failed_payment_can_be_tried_again_under_a_new_number() {
    paying()
        .when(minute(5), fail("first"))
        .then(&[Event::PaymentFailed {
            payment: payment("first"),
        }])
        .when(minute(5), fail("first"))
        .then_nothing()
        .when(minute(6), start_payment("first", minute(25)))
        .then_nothing()
        .when(minute(6), start_payment("second", minute(25)))
        .then_one(|event| matches!(event, Event::PaymentStarted { .. }))
        .when(minute(7), fail("first"))
        .then_nothing();
}

#[test]
fn word_of_a_payment_that_comes_three_times_pays_once() {
    paying()
        .when(minute(4), note_paid("first"))
        .then_one(|event| matches!(event, Event::Paid { .. }))
        .when(minute(4), note_paid("first"))
        .then_nothing()
        .when(minute(5), note_paid("first"))
        .then_nothing();
}

#[test]
fn a_second_payment_of_a_paid_order_is_refused_so_that_it_is_returned() {
    for story in [paid(), looking()] {
        story
            .when(minute(8), note_paid("second"))
            .then_refused(Refusal::AlreadyPaid);
    }
}

#[test]
fn money_that_fits_no_signed_offer_is_refused_so_that_it_is_returned() {
    let odd = Command::NotePaid {
        payment: payment("first"),
        amount: yuan(1),
        mandate: None,
    };
    paying()
        .when(minute(4), odd.clone())
        .then_refused(Refusal::OfferChanged);
    expired()
        .when(minute(26), odd)
        .then_one(|event| matches!(event, Event::RefundStarted { .. }));
}

#[test]
fn money_that_comes_after_the_end_but_before_anybody_noted_it_is_in_time() {
    paying()
        .when(minute(26), note_paid("first"))
        .then_one(|event| matches!(event, Event::Paid { .. }));
}

#[test]
fn an_unpaid_order_expires_with_its_hold_and_names_what_is_open_at_the_wallet() {
    paying()
        .when(minute(24), Command::Expire)
        .then_refused(Refusal::HoldNotOver { until: minute(25) })
        .when(minute(25), Command::Expire)
        .then(&[Event::Expired {
            buyer: buyer("lan"),
            vin: vin(),
            payment: Some(payment("first")),
            tower: Some(tower()),
        }])
        .when(minute(26), Command::Expire)
        .then_nothing();
    paid().when(minute(26), Command::Expire).then_nothing();
}

#[test]
fn nothing_goes_on_after_the_end_of_the_hold() {
    for (story, command) in [
        (started(), ASK),
        (started(), choose(LARGE())),
        (approved(), offer(SMALL(), '1')),
        (signed(), start_payment("first", minute(30))),
    ] {
        story
            .when(minute(15), command)
            .then_refused(Refusal::HoldOver);
    }
    for command in [ASK, choose(LARGE()), start_payment("second", minute(40))] {
        expired()
            .when(minute(26), command)
            .then_refused(Refusal::Over);
    }
}

#[test]
fn money_that_came_too_late_still_buys_the_car_when_it_can_be_held_again() {
    expired()
        .when(minute(26), note_paid("first"))
        .then_one(|event| matches!(event, Event::PaidLate { .. }))
        .when(minute(26), note_paid("first"))
        .then_nothing()
        .when(minute(26), note_paid("second"))
        .then_refused(Refusal::AlreadyPaid)
        .when(minute(26), Command::Expire)
        .then_nothing()
        .when(minute(26), Command::Cancel)
        .then_refused(Refusal::AlreadyPaid)
        .when(minute(27), Command::NoteReheld)
        .then_one(|event| matches!(event, Event::Paid { amount, .. } if *amount == due()))
        .when(minute(27), Command::NoteReheld)
        .then_nothing();
}

#[test]
fn money_that_came_too_late_goes_back_when_the_car_is_gone() {
    expired()
        .given(minute(26), note_paid("first"))
        .when(minute(26), refund(RefundReason::PaidTooLate))
        .then(&[refund_started(false, RefundReason::PaidTooLate)])
        .when(minute(26), refund(RefundReason::PaidTooLate))
        .then_nothing()
        .when(minute(26), Command::NoteReheld)
        .then_nothing()
        .when(minute(27), note_refunded())
        .then(&[Event::Refunded {
            buyer: buyer("lan"),
        }])
        .when(minute(28), note_paid("first"))
        .then_nothing()
        .when(minute(28), note_paid("second"))
        .then_refused(Refusal::AlreadyPaid);
}

#[test]
fn a_buyer_may_give_up_until_the_money_has_come() {
    paying()
        .when(minute(4), Command::Cancel)
        .then(&[Event::Cancelled {
            buyer: buyer("lan"),
            vin: vin(),
            payment: Some(payment("first")),
            tower: Some(tower()),
        }])
        .when(minute(4), Command::Cancel)
        .then_nothing();
    paid()
        .when(minute(5), Command::Cancel)
        .then_refused(Refusal::AlreadyPaid);
    expired().when(minute(26), Command::Cancel).then_nothing();
}

#[test]
fn who_gave_up_gets_the_money_back_and_not_the_car() {
    paying()
        .given(minute(4), Command::Cancel)
        .when(minute(5), note_paid("first"))
        .then(&[refund_started(false, RefundReason::PaidTooLate)])
        .when(minute(5), note_paid("first"))
        .then_nothing();
}

#[test]
fn money_for_an_order_that_ended_unsigned_goes_straight_back() {
    signed()
        .given(minute(3), start_payment("first", minute(25)))
        .given(minute(4), fail("first"))
        .given(minute(5), choose(LARGE()))
        .given(minute(25), Command::Expire)
        .when(minute(26), note_paid("first"))
        .then(&[refund_started(false, RefundReason::PaidTooLate)])
        .when(minute(26), Command::NoteReheld)
        .then_nothing();
}

#[test]
fn another_payment_that_went_back_does_not_end_the_refund_of_the_order() {
    let of_the_second = Command::NoteRefunded {
        payment: payment("second"),
    };
    paid()
        .given(minute(5), refund(RefundReason::FetchImpossible))
        .when(minute(6), of_the_second)
        .then_nothing()
        .when(minute(7), note_refunded())
        .then_one(|event| matches!(event, Event::Refunded { .. }));
}
