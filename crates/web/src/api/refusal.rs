//! The business's no, as a problem: what stands in the way and what to do about it.

use super::details::{Details, Wrong};
use super::input::not_found;
use super::money::plan_not_offered;
use crate::desk::checkout::{NotDone, NotHeld};
use crate::problem::Problem;
use axum::http::StatusCode;
use sales::order::Refusal;

fn no(kind: &str, title: &str) -> Details {
    Details::new(StatusCode::CONFLICT, kind, title)
}

/// Tells why a car could not be held.
pub(super) fn not_held(refusal: NotHeld) -> Details {
    match refusal {
        NotHeld::NoSuchCar => Details::bad_fields(vec![Wrong::at("/vin", "there is no such car")]),
        NotHeld::NotForSale => no("not-for-sale", "The car is not for sale"),
        NotHeld::HeldByAnother { until } => no(
            "held-by-another",
            "Somebody else keeps the car; it may be free again when their time is over",
        )
        .until(until.timestamp().to_string()),
        NotHeld::BuyingAnother { claim } => no(
            "buying-another",
            "This buyer keeps another car; pay for it or cancel that order first",
        )
        .until(claim.until.timestamp().to_string())
        .order(claim.order.to_string()),
        NotHeld::PlanNotOffered { why } => plan_not_offered(why),
        NotHeld::SignedOut => Details::from(Problem::signed_out()),
    }
}

/// Tells why an order cannot go on.
pub(super) fn not_done(refusal: NotDone) -> Details {
    match refusal {
        NotDone::NoSuchOrder => not_found(),
        NotDone::PlanNotOffered { why } => plan_not_offered(why),
        NotDone::Order(refusal) => order_refused(&refusal),
    }
}

fn order_refused(refusal: &Refusal) -> Details {
    match refusal {
        Refusal::Unknown => not_found(),
        Refusal::BegunDifferently => no("begun-differently", "The order was begun otherwise"),
        Refusal::HoldOver => no("hold-over", "The car was kept until now; begin a new order"),
        Refusal::HoldNotOver { until } => {
            no("hold-not-over", "The car is still kept").until(until.timestamp().to_string())
        }
        Refusal::NotApproved => no(
            "not-approved",
            "The plan is not admitted yet; ask for credit",
        ),
        Refusal::OfferChanged => no(
            "offer-changed",
            "Nothing is offered that could be signed, or something else since; ask for the offer",
        ),
        Refusal::NotSigned => no("not-signed", "Sign the offer first"),
        Refusal::PaymentUnderWay => no("payment-under-way", "The wallet is asked for the money"),
        Refusal::AlreadyPaid => no("already-paid", "The order is paid"),
        Refusal::NotPaid => no("not-paid", "The order is not paid"),
        Refusal::NotAtBay => no("not-at-bay", "The car does not stand at the bay"),
        Refusal::BayNotOpened => no("bay-not-opened", "The code was not accepted at the bay yet"),
        Refusal::Over => no("order-over", "The order is over"),
    }
}
