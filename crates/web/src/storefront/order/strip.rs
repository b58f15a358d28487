//! The steps of the checkout, and below them the car, the sum and the time left, always in sight.

use super::Purchase;
use crate::desk::offer;
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, thumbnail};
use crate::stock::seconds_until;
use crate::storefront::sums::Sums;

/// The top of every checkout page.
pub(super) struct Strip {
    pub(super) steps: Vec<Step>,
    pub(super) picture: Drawing,
    pub(super) name: String,
    pub(super) sums: String,
    pub(super) hold: Option<Hold>,
}

/// One step, done or now or to come.
pub(super) struct Step {
    pub(super) words: String,
    pub(super) class: &'static str,
    pub(super) is_now: bool,
}

/// Until when the car is kept.
pub(super) struct Hold {
    pub(super) words: String,
    pub(super) until_ms: i64,
    pub(super) left: String,
}

/// Which step a page is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    Credit,
    Offer,
    Pay,
}

impl Strip {
    /// Writes the top of a page.
    pub(super) fn of(purchase: &Purchase, at: At) -> Strip {
        let t = purchase.t;
        let quote = offer::quote(&purchase.shop, purchase.sale.price, purchase.sale.plan);
        let sums = quote.ok().map(|offer| Sums::of(&offer, t));
        let sums = sums.map_or_else(String::new, |sums| {
            let now = t.with("card-now", &[("amount", &sums.due_now)]);
            if sums.in_full {
                now
            } else {
                t.with("strip-sums", &[("now", &now), ("then", &sums.then)])
            }
        });
        let until = purchase.sale.hold_until;
        let time = t.time(until, &purchase.shop.policy.zone);
        let hold = Hold {
            words: t.with("hold-until", &[("time", &time)]),
            until_ms: until.millis(),
            left: t.clock(seconds_until(until, purchase.now)),
        };
        Strip {
            steps: steps(purchase, at),
            picture: thumbnail(&CarLook::of(&purchase.listing), ""),
            name: purchase.car_name(),
            sums,
            hold: (until > purchase.now).then_some(hold),
        }
    }
}

fn steps(purchase: &Purchase, at: At) -> Vec<Step> {
    let t = purchase.t;
    let number = |at: At| at as usize + 1;
    let words = [
        t.msg("step-hold"),
        t.msg("step-credit"),
        t.msg("step-offer"),
        t.msg("step-pay"),
        t.msg("step-fetch"),
    ];
    let now = number(at);
    let step = |(index, words): (usize, String)| Step {
        words,
        class: if index < now { "done" } else { "" },
        is_now: index == now,
    };
    words.into_iter().enumerate().map(step).collect()
}
