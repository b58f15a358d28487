//! A car in a list: its drawing, its name, whether it can be had, and what it costs.
//!
//! The drawing is defined once on the page, by the façade or by a sheet, and only shown here.

use super::filter::Priced;
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, again};
use crate::layout::Page;
use crate::shop::Shop;
use crate::stock;

/// One car of a list.
pub(super) struct Card {
    pub(super) href: String,
    pub(super) picture: Drawing,
    pub(super) name: String,
    pub(super) line: String,
    pub(super) tag: &'static str,
    pub(super) state: String,
    pub(super) place: Option<String>,
    pub(super) now: String,
    pub(super) then: String,
    pub(super) price: String,
}

/// Writes a car for a list.
pub(super) fn card(shop: &Shop, page: &Page, car: &Priced) -> Card {
    let t = page.t;
    let listing = &car.row.listing;
    let plan = stock::first_plan(shop);
    let place = car.row.place.as_ref();
    let (year, body) = (listing.year.to_string(), stock::body_words(listing.body, t));
    let drive = stock::drive_words(listing.drivetrain, t);
    Card {
        href: page.link(&format!("/cars/{}", listing.vin)),
        picture: again(&CarLook::of(listing), ""),
        name: stock::name(listing),
        line: t.with(
            "card-line",
            &[("year", &year), ("body", &body), ("drive", &drive)],
        ),
        tag: car.standing.class(),
        state: car.standing.words(t, page.now),
        place: place.and_then(|place| stock::place_words(shop, place, t)),
        now: t.with("card-now", &[("amount", &t.money_brief(car.now))]),
        then: t.with(
            "card-then",
            &[
                ("amount", &t.money_brief(car.month)),
                ("months", &plan.months),
            ],
        ),
        price: t.with("card-price", &[("amount", &t.money_brief(listing.price))]),
    }
}
