//! The people, cars, sums and times all tests share.

use kernel::{
    AgreementId, BuyerId, Currency, JobId, Moment, Money, OrderId, PaymentId, Rate, TowerId, Vin,
};
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::order::{OfferTerms, Plan};
use sales::policy::{SalesPolicy, Tier};

/// Gives the moment so many minutes after the shop opened.
pub(crate) fn minute(minutes: i64) -> Moment {
    Moment::from_micros(1_500_000_000_000_000).plus_seconds(60 * minutes)
}

pub(crate) fn vin() -> Vin {
    Vin::parse("ZAREAEBN5H7500001").expect("17 legal characters")
}

pub(crate) fn tower() -> TowerId {
    TowerId::parse("guangzhou").expect("plain letters")
}

pub(crate) fn order(name: &str) -> OrderId {
    OrderId::parse(name).expect("plain letters")
}

pub(crate) fn buyer(name: &str) -> BuyerId {
    BuyerId::parse(name).expect("plain letters")
}

pub(crate) fn payment(name: &str) -> PaymentId {
    PaymentId::parse(name).expect("plain letters")
}

pub(crate) fn agreement(name: &str) -> AgreementId {
    AgreementId::parse(name).expect("plain letters")
}

pub(crate) fn job(name: &str) -> JobId {
    JobId::parse(name).expect("plain letters")
}

pub(crate) fn yuan(amount: i64) -> Money {
    Money::new(amount * 100, Currency::CNY)
}

pub(crate) fn percent(points: u32) -> Rate {
    Rate::from_basis_points(points * 100)
}

pub(crate) fn giulia() -> Listing {
    Listing {
        vin: vin(),
        make: "Alfa Romeo".to_owned(),
        model: "Giulia".to_owned(),
        year: 2017,
        body: Body::Sedan,
        colour_name: "Rosso Competizione".to_owned(),
        colour: "#8f1020".to_owned(),
        drivetrain: Drivetrain::Petrol,
        size: Size {
            length_mm: 4_643,
            width_mm: 1_860,
            height_mm: 1_436,
            mass_kg: 1_504,
        },
        wheelbase_mm: 2_820,
        mileage_km: 12,
        price: yuan(330_800),
        photo_url: None,
    }
}

/// A tenth down and three years.
pub(crate) const SMALL: fn() -> Plan = || Plan {
    down: percent(10),
    months: 36,
};

/// Three tenths down and three years.
pub(crate) const LARGE: fn() -> Plan = || Plan {
    down: percent(30),
    months: 36,
};

/// Above 750 for a tenth down, 650 for three tenths.
pub(crate) fn policy() -> SalesPolicy {
    let tier = |down, admittance_score| Tier {
        down_at_least: percent(down),
        admittance_score,
    };
    SalesPolicy {
        hold_minutes: 15,
        extension_minutes: 10,
        bay_minutes: 30,
        delay_message_minutes: 5,
        delay_refund_minutes: 60,
        appointment_minutes: 15,
        appointment_days: 7,
        tiers: vec![tier(10, 750), tier(30, 650)],
    }
}

/// The sums of an offer; the hashes are told apart by their last character.
pub(crate) fn terms(plan: Plan, edition: char) -> OfferTerms {
    let price = giulia().price;
    let down = price
        .share(plan.down, kernel::Rounding::Up)
        .expect("a share of a price");
    let financed = price
        .minus(down)
        .expect("a share is not more than the whole");
    OfferTerms {
        plan,
        price,
        down_payment: down,
        upfront_fee: yuan(0),
        due_now: down,
        financed,
        instalment: yuan(8_270),
        last_instalment: yuan(8_270),
        total: price,
        annual_rate: Rate::ZERO,
        apr_percent: "0.00".to_owned(),
        retry_days: vec![1, 3, 7],
        disclosure_hash: format!("{:064}", edition),
        contract_hash: format!("c{:0>63}", edition),
    }
}
