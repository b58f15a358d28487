//! Sample commands to payments and agreements.

use super::sales::{buyer_id, order_id, vin};
use super::{explore, first_word};
use finance::agreement::{self, Agreement, Collection, Line};
use finance::offer::Terms;
use finance::payment::{self, Method, Payment, Purpose};
use finance::policy::RetryCalendar;
use kernel::{AgreementId, Currency, Day, Moment, Money, PaymentId, Rate};

const NOW: Moment = Moment::from_micros(0);

fn yuan(amount: i64) -> Money {
    Money::new(amount * 100, Currency::CNY)
}

fn at_once<C>(samples: Vec<C>) -> Vec<(C, Moment)> {
    samples.into_iter().map(|command| (command, NOW)).collect()
}

pub(super) fn payment() -> String {
    explore::<Payment>(|_| at_once(payment_samples()), first_word).page(
        "Payment",
        "One movement of money through the wallet. Its outcome is unknown until it is known.",
    )
}

fn payment_samples() -> Vec<payment::Command> {
    use payment::Command;
    let agreement = AgreementId::parse("agreement").expect("a plain word is an id");
    let succeed = |amount| Command::Succeed {
        trade_no: String::new(),
        amount,
        mandate: None,
    };
    vec![
        Command::Prepare {
            purpose: Purpose::Instalment {
                agreement,
                number: 1,
            },
            method: Method::Page {
                mandate_limit: None,
            },
            amount: yuan(100),
            expires: None,
        },
        Command::Dispatch,
        succeed(yuan(100)),
        succeed(yuan(99)),
        Command::Fail {
            reason: String::new(),
        },
        Command::NoteUnknown {
            seen: String::new(),
        },
        Command::NoteWaiting,
        Command::Refund {
            reason: String::new(),
        },
        Command::SucceedRefund,
        Command::NoteRefundUnknown {
            seen: String::new(),
        },
    ]
}

pub(super) fn agreement() -> String {
    let samples = |state: &agreement::State| {
        let mut samples = agreement_samples();
        samples.extend(failures(state));
        at_once(samples)
    };
    explore::<Agreement>(samples, first_word).page(
        "Agreement",
        "A financing agreement, from signature to title.",
    )
}

fn day(number: i32) -> Day {
    let first = Day::new(2018, 3, 23).expect("a day of the calendar");
    first.plus_days(number)
}

/// Lets every collection that is under way fail.
fn failures(state: &agreement::State) -> Vec<agreement::Command> {
    let lines = state.book().into_iter().flat_map(|book| &book.lines);
    let failure = |line: &Line| match &line.collection {
        Collection::Open { payment } => Some(agreement::Command::NoteCollectionFailed {
            payment: payment.clone(),
            number: line.row.number,
            reason: String::new(),
            on: day(41),
        }),
        Collection::Idle | Collection::Retry { .. } | Collection::UsedUp => None,
    };
    lines.filter_map(failure).collect()
}

fn agreement_samples() -> Vec<agreement::Command> {
    use agreement::Command;
    let payment = |name: &str| PaymentId::parse(name).expect("a plain word is an id");
    vec![
        Command::Open {
            order: order_id("order"),
            buyer: buyer_id(),
            vin: vin(),
            terms: Terms {
                price: yuan(300),
                down_payment: yuan(100),
                upfront_fee: yuan(0),
                annual_rate: Rate::ZERO,
                months: 2,
            },
            retries: RetryCalendar { days: vec![] },
            contract_hash: String::new(),
        },
        Command::Activate { on: day(0) },
        Command::MeetDay { on: day(40) },
        Command::Receive {
            payment: payment("one"),
            number: 1,
            amount: yuan(100),
            on: day(42),
        },
        Command::Receive {
            payment: payment("two"),
            number: 2,
            amount: yuan(100),
            on: day(43),
        },
        Command::ReleaseTitle,
        Command::Withdraw,
    ]
}
