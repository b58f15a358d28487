//! A car that a fault of the machine holds up.

use super::{at_bay, expired, fetching, paid, paying, refund_started, waiting_at_bay};
use crate::shop::minute;
use crate::story::Story;
pub(crate) use sales::order::DelayCause;
use sales::order::{Command, Event, Order, RefundReason, Refusal};

pub(crate) fn noted(cause: DelayCause) -> Command {
    Command::NoteDelayed {
        cause,
        since: minute(6),
        tell_at: minute(11),
        refund_from: minute(66),
    }
}

fn delayed(cause: DelayCause) -> Event {
    Event::Delayed {
        cause,
        since: minute(6),
        tell_at: minute(11),
        refund_from: minute(66),
    }
}

fn held_up() -> Story<Order> {
    paid()
        .given(minute(5), fetching())
        .given(minute(6), noted(DelayCause::LiftStopped))
}

#[test]
fn only_a_car_that_was_paid_can_be_late() {
    let note = || noted(DelayCause::LiftStopped);
    paying()
        .when(minute(6), note())
        .then_refused(Refusal::NotPaid);
    expired()
        .when(minute(26), note())
        .then_refused(Refusal::NotPaid);
    paid()
        .given(minute(5), fetching())
        .when(minute(6), note())
        .then(&[delayed(DelayCause::LiftStopped)])
        .when(minute(6), note())
        .then_nothing();
}

#[test]
fn a_delay_is_told_once_and_not_before_it_has_lasted() {
    held_up()
        .when(minute(10), Command::TellDelay)
        .then_nothing()
        .when(minute(11), Command::TellDelay)
        .then(&[Event::DelayTold {
            refund_from: minute(66),
        }])
        .when(minute(12), Command::TellDelay)
        .then_nothing();
    paid().when(minute(11), Command::TellDelay).then_nothing();
}

#[test]
fn only_who_was_told_of_the_delay_is_told_that_it_is_over() {
    held_up()
        .when(minute(8), Command::NoteGoesOn)
        .then(&[Event::WentOn { was_told: false }])
        .when(minute(8), Command::NoteGoesOn)
        .then_nothing()
        .when(minute(11), Command::TellDelay)
        .then_nothing();
    held_up()
        .given(minute(11), Command::TellDelay)
        .when(minute(20), Command::NoteGoesOn)
        .then(&[Event::WentOn { was_told: true }]);
}

#[test]
fn a_second_fault_changes_what_is_said_and_moves_no_promise() {
    let later = Command::NoteDelayed {
        cause: DelayCause::PowerLost,
        since: minute(40),
        tell_at: minute(45),
        refund_from: minute(100),
    };
    held_up()
        .given(minute(11), Command::TellDelay)
        .when(minute(40), later)
        .then(&[delayed(DelayCause::PowerLost)])
        .when(minute(41), Command::TellDelay)
        .then_nothing()
        .when(minute(66), Command::AskRefund)
        .then(&[refund_started(true, RefundReason::Delayed)]);
}

#[test]
fn all_the_money_goes_back_to_a_buyer_who_has_waited_for_long() {
    held_up()
        .when(minute(65), Command::AskRefund)
        .then_refused(Refusal::DelayTooShort { from: minute(66) })
        .when(minute(66), Command::AskRefund)
        .then(&[refund_started(true, RefundReason::Delayed)])
        .when(minute(66), Command::AskRefund)
        .then_nothing()
        .when(minute(67), noted(DelayCause::LiftStopped))
        .then_refused(Refusal::NotPaid);
}

#[test]
fn who_is_not_held_up_asks_in_vain() {
    paid()
        .when(minute(90), Command::AskRefund)
        .then_refused(Refusal::NotDelayed);
    paying()
        .when(minute(90), Command::AskRefund)
        .then_refused(Refusal::NotPaid);
    held_up()
        .given(minute(20), Command::NoteGoesOn)
        .when(minute(90), Command::AskRefund)
        .then_refused(Refusal::NotDelayed);
    waiting_at_bay()
        .given(minute(8), Command::NoteHandedOver)
        .when(minute(90), Command::AskRefund)
        .then_refused(Refusal::Over);
}

#[test]
fn a_car_that_has_come_to_the_bay_is_not_late_any_more() {
    held_up()
        .given(minute(11), Command::TellDelay)
        .given(minute(20), at_bay())
        .when(minute(20), Command::NoteGoesOn)
        .then_nothing()
        .when(minute(90), Command::AskRefund)
        .then_refused(Refusal::NotDelayed);
}

#[test]
fn a_bay_that_jams_with_the_car_inside_holds_its_buyer_up_anew() {
    let jammed = Command::NoteDelayed {
        cause: DelayCause::BayStopped,
        since: minute(21),
        tell_at: minute(26),
        refund_from: minute(81),
    };
    held_up()
        .given(minute(20), at_bay())
        .given(minute(21), jammed)
        .when(minute(80), Command::AskRefund)
        .then_refused(Refusal::DelayTooShort { from: minute(81) })
        .when(minute(81), Command::AskRefund)
        .then(&[refund_started(true, RefundReason::Delayed)]);
}
