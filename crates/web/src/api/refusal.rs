//! The business's no, as a problem: what stands in the way and what to do about it.

use super::details::{Details, Wrong};
use super::input::not_found;
use super::money::plan_not_offered;
use crate::desk::checkout::{NotDone, NotHeld};
use crate::desk::drop::{NotBegun, NotIn};
use crate::problem::Problem;
use axum::http::StatusCode;
use kernel::Moment;
use sales::drop::Refusal as DropRefusal;
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
        NotHeld::InDrop { drop } => {
            let kind = no("in-drop", "The car is sold in a drop; take part there");
            kind.drop(drop.to_string())
        }
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
        NotDone::SomebodyElse => no(
            "somebody-else",
            "The car is kept for the person who took part in the drop, and for nobody else",
        ),
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
        Refusal::NotDelayed => no("not-delayed", "No fault of the machine holds this car up"),
        Refusal::DelayTooShort { from } => no(
            "delay-too-short",
            "The car has not been held up for long enough",
        )
        .until(from.timestamp().to_string()),
        Refusal::NotAtBay => no("not-at-bay", "The car does not stand at the bay"),
        Refusal::BayNotOpened => no("bay-not-opened", "The code was not accepted at the bay yet"),
        Refusal::Over => no("order-over", "The order is over"),
    }
}

/// Tells why somebody does not take part in a drop.
pub(super) fn not_in(refusal: NotIn) -> Details {
    match refusal {
        NotIn::NoSuchDrop => not_found(),
        NotIn::SignedOut => Details::from(Problem::signed_out()),
        NotIn::WhoAreYou => {
            let says = "say once who takes part: send name and number";
            Details::bad_fields(vec![Wrong::at("/number", says)])
        }
        NotIn::SomebodyElse => no(
            "somebody-else",
            "This account has said before that it is somebody else's",
        ),
        NotIn::NoConsent => {
            let says = "this drop asks for a score; without consent nobody is asked: send true";
            Details::bad_fields(vec![Wrong::at("/consent", says)])
        }
        NotIn::Drop(refusal) => drop_refused(&refusal),
    }
}

fn drop_refused(refusal: &DropRefusal) -> Details {
    match refusal {
        DropRefusal::Unknown | DropRefusal::NoSuchUnit => not_found(),
        DropRefusal::NotYet { from } => {
            no("not-yet", "Nobody can enter yet").until(from.timestamp().to_string())
        }
        DropRefusal::AlreadyEntered => no(
            "already-entered",
            "This person takes part already, with another account",
        ),
        DropRefusal::NotAdmitted => no("not-admitted", "The credit provider did not admit"),
        DropRefusal::NotInRegion => no("not-in-region", "The drop is for other regions"),
        DropRefusal::SoldOut { at, waiting } => sold_out(at.as_ref(), *waiting),
        DropRefusal::NotEntered => no("not-entered", "This account does not take part"),
        DropRefusal::HoldsCar { order, .. } => {
            no("holds-car", "A car is kept; give it back first").order(order.to_string())
        }
        DropRefusal::AlreadyBought { order } => {
            no("already-bought", "This person has bought a car here").order(order.to_string())
        }
        DropRefusal::OpensLater { at } => {
            no("opens-later", "The opening is still to come").until(at.timestamp().to_string())
        }
        DropRefusal::NotOver { closes_at } => {
            no("not-over", "The drop is still on").until(closes_at.timestamp().to_string())
        }
        DropRefusal::AlreadyOpen => no("already-open", "The drop has opened"),
        DropRefusal::Closed => no("drop-closed", "The drop is over"),
        DropRefusal::Cancelled => no("drop-cancelled", "The drop was called off"),
        DropRefusal::AnnouncedDifferently
        | DropRefusal::NoUnits
        | DropRefusal::TooManyUnits { .. }
        | DropRefusal::SameCarTwice { .. }
        | DropRefusal::OpensBeforeEntries
        | DropRefusal::OpensInThePast
        | DropRefusal::ClosesBeforeOpening
        | DropRefusal::NoTimeToPay
        | DropRefusal::WrongSeed
        | DropRefusal::UnitHasCar { .. } => no("not-announced", "The drop is not announced so"),
    }
}

fn sold_out(at: Option<&Moment>, waiting: u32) -> Details {
    let details = no("sold-out", "Every car has found its buyer");
    let since = at.map(|at| format!("sold out at {}; ", at.timestamp()));
    details.detail(format!(
        "{}{waiting} people wait",
        since.unwrap_or_default()
    ))
}

/// Tells why a claim does not become an order.
pub(super) fn not_begun(refusal: NotBegun) -> Details {
    match refusal {
        NotBegun::NoSuchDrop => not_found(),
        NotBegun::NoClaim => no("no-claim", "No car is kept for this buyer"),
        NotBegun::CarToCome => no(
            "car-to-come",
            "The car is still to come; the time to pay has not begun",
        ),
        NotBegun::Held(refusal) => not_held(refusal),
    }
}
