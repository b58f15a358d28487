//! What holds a car up, in its buyer's words: what happened, what becomes of order and money, and
//! what the buyer can do.
//!
//! The words name no parts and promise no time. Two things are promised: nothing is lost by waiting
//! or by going home, and from a stated moment on all the money comes back for the asking.

use crate::shop::Shop;
use crate::text::Text;
use kernel::Moment;
use sales::order::{Delay, DelayCause, Sale};

/// A delay as the page of the order shows it.
pub(crate) struct HeldUp {
    /// What happened.
    pub(crate) happened: String,
    /// Since when.
    pub(crate) since: String,
    /// What the refund would be.
    pub(crate) amount: String,
    /// Where the refund is asked for, once it may be.
    pub(crate) refund: Option<String>,
    /// From when on it may be asked for.
    pub(crate) refund_from: String,
    /// When the page is to be looked at again, in milliseconds since 1970.
    pub(crate) look_again_ms: Option<i64>,
}

impl HeldUp {
    /// Tells of an order's delay; `refund` is where its form posts to.
    pub(crate) fn of(
        shop: &Shop,
        sale: &Sale,
        refund: String,
        now: Moment,
        t: Text,
    ) -> Option<HeldUp> {
        let Delay {
            cause,
            since,
            refund_from,
            ..
        } = sale.delay?;
        let zone = &shop.policy.zone;
        let may_ask = refund_from <= now;
        let paid = sale.paid.map(|paid| t.money(paid));
        Some(HeldUp {
            happened: happened(cause, t),
            since: t.moment(since, zone),
            amount: paid.unwrap_or_default(),
            refund: may_ask.then_some(refund),
            refund_from: t.moment(refund_from, zone),
            look_again_ms: (!may_ask).then_some(refund_from.millis()),
        })
    }
}

/// Says what has happened.
pub(crate) fn happened(cause: DelayCause, t: Text) -> String {
    match cause {
        DelayCause::NoAnswer => t.msg("delay-no-answer"),
        DelayCause::SafetyStop => t.msg("delay-safety-stop"),
        DelayCause::LiftStopped => t.msg("delay-lift-stopped"),
        DelayCause::BayStopped => t.msg("delay-bay-stopped"),
        DelayCause::ByHand => t.msg("delay-by-hand"),
        DelayCause::CarsDisagree => t.msg("delay-cars-disagree"),
        DelayCause::WrongCar => t.msg("delay-wrong-car"),
        DelayCause::OrderRefused => t.msg("delay-order-refused"),
        DelayCause::PowerLost => t.msg("delay-power-lost"),
        DelayCause::MoveBrokenOff => t.msg("delay-move-broken-off"),
        DelayCause::Checking => t.msg("delay-checking"),
    }
}
