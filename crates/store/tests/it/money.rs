//! A financed purchase as its payment and agreement tell it, from down payment to title.

use crate::shop::{at, buyer, order, vin};
use finance::agreement::{self, Agreement};
use finance::offer::Terms;
use finance::payment::{self, Method, Payment, Purpose};
use finance::policy::RetryCalendar;
use kernel::{AgreementId, Currency, Day, Moment, Money, PaymentId, Rate};
use store::{Context, Store};

pub(crate) const MONTHS: u16 = 3;

pub(crate) fn agreement(number: u32) -> AgreementId {
    AgreementId::parse(&format!("a{number}")).expect("a plain id")
}

pub(crate) fn down_payment(number: u32) -> PaymentId {
    PaymentId::parse(&format!("p{number}")).expect("a plain id")
}

pub(crate) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn terms() -> Terms {
    Terms {
        price: yuan(10_000_000),
        down_payment: yuan(1_000_000),
        upfront_fee: yuan(20_000),
        annual_rate: Rate::from_basis_points(650),
        months: MONTHS,
    }
}

pub(crate) async fn pay(
    store: &Store,
    id: &PaymentId,
    purpose: Purpose,
    amount: Money,
    moment: Moment,
) {
    let method = Method::Page {
        mandate_limit: None,
    };
    let prepare = payment::Command::Prepare {
        purpose,
        method,
        amount,
        expires: None,
    };
    let trade_no = format!("2026{id}");
    let succeed = payment::Command::Succeed {
        trade_no,
        amount,
        mandate: None,
    };
    for command in [prepare, payment::Command::Dispatch, succeed] {
        let done = store
            .execute::<Payment>(id, command, Context::at(moment))
            .await;
        done.expect("the payment goes its way");
    }
}

async fn tell(store: &Store, number: u32, command: agreement::Command, moment: Moment) {
    let done = store
        .execute::<Agreement>(&agreement(number), command, Context::at(moment))
        .await;
    done.expect("the agreement goes its way");
}

/// Pays a numbered down payment, opens its agreement, hands the car over and lets the first
/// instalment fall due.
pub(crate) async fn begin(store: &Store, number: u32) {
    let purpose = Purpose::DownPayment {
        order: order(number),
        agreement: agreement(number),
    };
    pay(
        store,
        &down_payment(number),
        purpose,
        yuan(1_020_000),
        at(10),
    )
    .await;
    let open = agreement::Command::Open {
        order: order(number),
        buyer: buyer(number),
        vin: vin(number),
        terms: terms(),
        retries: RetryCalendar { days: vec![] },
        contract_hash: "c0".repeat(32),
    };
    tell(store, number, open, at(20)).await;
    let mandate = format!("m{number}");
    tell(
        store,
        number,
        agreement::Command::AttachMandate { mandate },
        at(20),
    )
    .await;
    let on = Day::new(2026, 9, 22).expect("a day");
    tell(store, number, agreement::Command::Activate { on }, at(30)).await;
    let due = agreement::Command::MeetDay {
        on: on.plus_months(1),
    };
    tell(store, number, due, month(1)).await;
}

pub(crate) fn month(number: i64) -> Moment {
    at(30 + number * 31 * 86_400)
}

/// Collects the first instalment of a numbered agreement.
pub(crate) async fn collect(store: &Store, number: u32) {
    let row = store
        .instalments(&agreement(number))
        .await
        .expect("they can be listed")
        .remove(0);
    let payment = row.payment.expect("a collection is under way");
    let amount = row.principal.plus(row.interest).expect("one currency");
    let purpose = Purpose::Instalment {
        agreement: agreement(number),
        number: 1,
    };
    pay(store, &payment, purpose, amount, month(1)).await;
    let on = Day::new(2026, 10, 23).expect("a day");
    let receive = agreement::Command::Receive {
        payment,
        number: 1,
        amount,
        on,
    };
    tell(store, number, receive, month(1)).await;
}

/// Lets the first collection of a numbered agreement fail, with no tries left.
pub(crate) async fn fail(store: &Store, number: u32) {
    let row = store
        .instalments(&agreement(number))
        .await
        .expect("they can be listed")
        .remove(0);
    let payment = row.payment.expect("a collection is under way");
    let on = Day::new(2026, 10, 23).expect("a day");
    let reason = "BALANCE_NOT_ENOUGH".to_owned();
    let note = agreement::Command::NoteCollectionFailed {
        payment,
        number: 1,
        reason,
        on,
    };
    tell(store, number, note, month(1)).await;
}
