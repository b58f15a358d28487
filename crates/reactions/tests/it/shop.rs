//! The people, cars, sums and times all tests share.

use jiff::tz::{TimeZone, offset};
use kernel::{
    AgreementId, BuyerId, Currency, Day, JobId, Moment, Money, OrderId, PaymentId, Rate, TowerId,
    Vin,
};
use reactions::{Command, Effect, Message, Reaction, Rules};
use sales::order::{OfferTerms, Plan};

/// Guangzhou's zone, collections at nine, two minutes to hold a car again.
pub(crate) fn rules() -> Rules {
    Rules {
        zone: TimeZone::fixed(offset(8)),
        collection_hour: 9,
        rehold_seconds: 120,
        delay_message_seconds: 300,
        delay_refund_seconds: 3_600,
    }
}

/// Gives the moment so many minutes after midnight of the first day in Guangzhou.
pub(crate) fn minute(minutes: i64) -> Moment {
    Moment::at_hour_of(today(), 0, &rules().zone).plus_seconds(60 * minutes)
}

/// Gives the first day.
pub(crate) fn today() -> Day {
    Day::new(2018, 3, 23).expect("a day of the calendar")
}

pub(crate) fn vin() -> Vin {
    Vin::parse("ZAREAEBN5H7500001").expect("17 legal characters")
}

pub(crate) fn tower() -> TowerId {
    TowerId::parse("guangzhou").expect("plain letters")
}

pub(crate) fn order() -> OrderId {
    OrderId::parse("order-1").expect("plain letters")
}

pub(crate) fn buyer() -> BuyerId {
    BuyerId::parse("lan").expect("plain letters")
}

pub(crate) fn payment() -> PaymentId {
    PaymentId::parse("payment-1").expect("plain letters")
}

pub(crate) fn agreement() -> AgreementId {
    AgreementId::parse("agreement-1").expect("plain letters")
}

pub(crate) fn fetch() -> JobId {
    JobId::parse("fetch-order-1").expect("plain letters")
}

pub(crate) fn yuan(amount: i64) -> Money {
    Money::new(amount * 100, Currency::CNY)
}

/// A tenth of 100,000 yuan down, the rest over three years without interest.
pub(crate) fn terms() -> OfferTerms {
    OfferTerms {
        plan: Plan {
            down: Rate::from_basis_points(1_000),
            months: 36,
        },
        price: yuan(100_000),
        down_payment: yuan(10_000),
        upfront_fee: yuan(0),
        due_now: yuan(10_000),
        financed: yuan(90_000),
        instalment: yuan(2_500),
        last_instalment: yuan(2_500),
        total: yuan(100_000),
        annual_rate: Rate::ZERO,
        apr_percent: "0.00".to_owned(),
        retry_days: vec![1, 3, 7],
        disclosure_hash: "d".repeat(64),
        contract_hash: "c".repeat(64),
    }
}

pub(crate) fn send(command: Command) -> Reaction {
    Reaction::Do {
        command,
        otherwise: None,
    }
}

pub(crate) fn send_or(command: Command, otherwise: Command) -> Reaction {
    Reaction::Do {
        command,
        otherwise: Some(otherwise),
    }
}

pub(crate) fn tell(message: Message) -> Reaction {
    Reaction::Effect(Effect::Tell { message })
}
