//! Money moves once, and nobody guesses where it is.

use crate::given::{Story, agreement_id, cny, order_id};
use finance::payment::{Command, Event, Method, Payment, Purpose, Refusal, State};
use kernel::{Moment, Money};
use proptest::prelude::*;

const START: Moment = Moment::from_micros(1_800_000_000_000_000);

fn after(seconds: i64) -> Moment {
    START.plus_seconds(seconds)
}

fn page(expires_after: i64) -> Command {
    Command::Prepare {
        purpose: Purpose::DownPayment {
            order: order_id(),
            agreement: agreement_id(),
        },
        method: Method::Page {
            mandate_limit: Some(cny("4137.62")),
        },
        amount: cny("15000"),
        expires: Some(after(expires_after)),
    }
}

fn deduction() -> Command {
    Command::Prepare {
        purpose: Purpose::Instalment {
            agreement: agreement_id(),
            number: 1,
        },
        method: Method::Deduction {
            mandate: "M1".to_owned(),
        },
        amount: cny("15000"),
        expires: None,
    }
}

fn paid(trade_no: &str, amount: Money) -> Command {
    Command::Succeed {
        trade_no: trade_no.to_owned(),
        amount,
        mandate: None,
    }
}

fn failed() -> Command {
    Command::Fail {
        reason: "BALANCE_NOT_ENOUGH".to_owned(),
    }
}

fn unknown() -> Command {
    Command::NoteUnknown {
        seen: "time-out".to_owned(),
    }
}

fn sent(prepare: Command) -> Story<Payment> {
    let mut story = Story::new();
    story.does(prepare, START);
    story.does(Command::Dispatch, START);
    story
}

#[test]
fn the_wallet_is_asked_after_twenty_seconds_for_a_page_and_ten_for_a_deduction() {
    for (prepare, seconds) in [(page(600), 20), (deduction(), 10)] {
        let mut story = Story::<Payment>::new();
        assert_eq!(story.does(prepare.clone(), START).len(), 1);
        assert_eq!(story.does(prepare, START), vec![]);
        let ask_at = after(seconds);
        assert_eq!(
            story.does(Command::Dispatch, START),
            [Event::Dispatched { ask_at }]
        );
        assert_eq!(story.does(Command::Dispatch, after(1)), vec![]);
    }
}

#[test]
fn the_same_id_is_never_written_down_for_something_else() {
    let mut story = sent(page(600));
    assert_eq!(
        story.tell(deduction(), START),
        Err(Refusal::PreparedDifferently)
    );
    let nothing = Command::Prepare {
        purpose: Purpose::Instalment {
            agreement: agreement_id(),
            number: 1,
        },
        method: Method::Deduction {
            mandate: "M1".to_owned(),
        },
        amount: cny("0"),
        expires: None,
    };
    let refused = Story::<Payment>::new().tell(nothing, START);
    assert_eq!(refused, Err(Refusal::NotPositive(cny("0"))));
}

#[test]
fn success_is_noted_once_however_often_it_is_told() {
    let mut story = sent(page(600));
    let events = story.does(paid("T1", cny("15000")), after(5));
    assert!(matches!(&events[..], [Event::Succeeded { amount, .. }] if *amount == cny("15000")));
    assert_eq!(story.does(paid("T1", cny("15000")), after(6)), vec![]);
    let other = story.tell(paid("T2", cny("15000")), after(7));
    assert_eq!(
        other,
        Err(Refusal::PaidByAnotherTrade {
            known: "T1".to_owned()
        })
    );
    assert_eq!(
        story.tell(failed(), after(8)),
        Err(Refusal::AlreadySucceeded)
    );
    assert_eq!(story.does(unknown(), after(9)), vec![]);
}

#[test]
fn money_that_comes_after_a_failure_is_money_all_the_same() {
    let mut story = sent(page(600));
    assert_eq!(story.does(failed(), after(601)).len(), 1);
    assert_eq!(story.does(failed(), after(602)), vec![]);
    assert_eq!(
        story.tell(Command::Dispatch, after(603)),
        Err(Refusal::AlreadyFailed)
    );
    let events = story.does(paid("T1", cny("15000")), after(604));
    assert!(matches!(events[..], [Event::Succeeded { .. }]));
}

#[test]
fn another_amount_calls_a_person_once_and_is_not_success() {
    let mut story = sent(page(600));
    let named = cny("14999.99");
    assert_eq!(
        story.does(paid("T1", named), after(5)),
        [Event::AmountDiffers { named }]
    );
    assert_eq!(story.does(paid("T1", named), after(6)), vec![]);
    assert!(matches!(story.state, State::NeedsPerson { .. }));
    let refund = Command::Refund {
        reason: "wrong sum".to_owned(),
    };
    assert_eq!(story.tell(refund, after(7)), Err(Refusal::NotPaid));
}

#[test]
fn an_unknown_outcome_is_asked_after_ever_more_patiently() {
    let mut story = sent(deduction());
    let mut now = after(0);
    for (index, wait) in [10, 30, 120, 600, 3_600, 3_600].into_iter().enumerate() {
        let events = story.does(unknown(), now);
        let at = now.plus_seconds(wait);
        let again = Event::AskAgain {
            tries: index as u32 + 1,
            at,
            close: false,
        };
        assert_eq!(events.last(), Some(&again));
        assert_eq!(
            events.len(),
            if index == 0 { 2 } else { 1 },
            "unknown is said once"
        );
        // A note before the next question is due leaves that question standing.
        assert_eq!(story.does(unknown(), at.plus_millis(-1)), vec![]);
        now = at;
    }
    assert!(matches!(story.state, State::Unknown { .. }));
}

#[test]
fn a_page_is_closed_just_after_its_end_and_never_later() {
    let mut story = sent(page(60));
    let first = story.does(Command::NoteWaiting, after(20));
    assert_eq!(
        first,
        [Event::AskAgain {
            tries: 1,
            at: after(30),
            close: false
        }]
    );
    let second = story.does(Command::NoteWaiting, after(31));
    assert_eq!(
        second,
        [Event::AskAgain {
            tries: 2,
            at: after(61),
            close: true
        }]
    );
    let third = story.does(Command::NoteWaiting, after(61));
    assert_eq!(
        third,
        [Event::AskAgain {
            tries: 3,
            at: after(181),
            close: true
        }]
    );
}

#[test]
fn nothing_is_waiting_before_it_was_sent() {
    let mut story = Story::<Payment>::new();
    assert_eq!(
        story.tell(Command::Dispatch, START),
        Err(Refusal::NotPrepared)
    );
    story.does(page(60), START);
    assert_eq!(
        story.tell(Command::NoteWaiting, START),
        Err(Refusal::NotDispatched)
    );
    assert_eq!(story.tell(unknown(), START), Err(Refusal::NotDispatched));
    assert_eq!(story.does(failed(), START).len(), 1);
}

#[test]
fn a_refund_goes_back_once_and_is_asked_after_until_it_is_certain() {
    let mut story = sent(page(600));
    let refund = Command::Refund {
        reason: "car not accepted".to_owned(),
    };
    assert_eq!(story.tell(refund.clone(), START), Err(Refusal::NotPaid));
    story.does(paid("T1", cny("15000")), after(5));
    assert_eq!(
        story.tell(Command::SucceedRefund, after(6)),
        Err(Refusal::NotRefunding)
    );

    let prepared = Event::RefundPrepared {
        request_no: "T1R1".to_owned(),
        amount: cny("15000"),
        reason: "car not accepted".to_owned(),
    };
    assert_eq!(story.does(refund.clone(), after(10)), [prepared]);
    assert_eq!(story.does(refund.clone(), after(11)), vec![]);
    let lost = Command::NoteRefundUnknown {
        seen: "reset".to_owned(),
    };
    let again = story.does(lost.clone(), after(12));
    assert!(matches!(again[..], [Event::RefundAskAgain { tries: 1, at, .. }] if at == after(22)));
    assert_eq!(story.does(lost.clone(), after(13)), vec![]);
    assert_eq!(story.does(Command::SucceedRefund, after(22)).len(), 1);
    assert_eq!(story.does(Command::SucceedRefund, after(23)), vec![]);
    assert_eq!(story.does(lost, after(24)), vec![]);
    assert_eq!(story.does(refund, after(25)), vec![]);
    assert_eq!(
        story.tell(failed(), after(26)),
        Err(Refusal::AlreadySucceeded)
    );
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(page(600)),
        Just(Command::Dispatch),
        Just(paid("T1", cny("15000"))),
        Just(paid("T1", cny("1"))),
        Just(failed()),
        Just(unknown()),
        Just(Command::NoteWaiting),
        Just(Command::Refund {
            reason: "any".to_owned()
        }),
        Just(Command::SucceedRefund),
        Just(Command::NoteRefundUnknown {
            seen: "any".to_owned()
        }),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_in_whatever_order_money_arrives_once_and_leaves_once(
        commands in proptest::collection::vec((any_command(), 0i64..100), 1..40),
    ) {
        let mut story = Story::<Payment>::new();
        let mut now = START;
        for (command, seconds) in commands {
            now = now.plus_seconds(seconds);
            let first = story.tell(command.clone(), now);
            if first.is_ok() {
                prop_assert_eq!(story.tell(command, now), Ok(vec![]), "a repeat changes nothing");
            }
        }
        let past = &story.past;
        let count = |wanted: fn(&Event) -> bool| past.iter().filter(|event| wanted(event)).count();
        let succeeded = count(|event| matches!(event, Event::Succeeded { .. }));
        let refunded = count(|event| matches!(event, Event::Refunded { .. }));
        prop_assert!(succeeded <= 1 && refunded <= succeeded);
        let unknown = count(|event| matches!(event, Event::BecameUnknown { .. }));
        prop_assert!(unknown <= 1);
    }
}
