//! The cars on the screen, and one car with its plan and the two ways to buy it.

use super::start::{car_href, free, picture};
use super::{Frame, page, qr, words};
use crate::desk::offer;
use crate::drawing::Drawing;
use crate::drawing::car::{self, CarLook};
use crate::drawing::tower;
use crate::facade;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock::{self, Standing, first_plan};
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use finance::offer::Offer;
use kernel::{Money, Rate, Vin};
use sales::order::Plan;
use serde::Deserialize;
use store::VehicleRow;

#[derive(Template)]
#[template(path = "kiosk/cars.html")]
struct Cars {
    page: Page,
    t: Text,
    frame: Frame,
    tower: Drawing,
    legend: Drawing,
    cars: Vec<CarLine>,
}

struct CarLine {
    name: String,
    href: String,
    picture: Drawing,
    place: String,
    price: String,
    month: Option<String>,
}

/// Lists the cars that can be had, beside the tower.
pub(super) async fn list(State(shop): State<Shop>, visitor: Visitor) -> Result<Response, Problem> {
    let t = words(&visitor);
    let lang = visitor.lang;
    let sight = facade::look(&shop).await?;
    let mut cars: Vec<&VehicleRow> = free(&sight).collect();
    cars.sort_by_key(|row| row.listing.price.minor());
    let line = |row: &VehicleRow| CarLine {
        name: stock::name(&row.listing),
        href: car_href(lang, row.listing.vin.as_str()),
        picture: car::thumbnail(&CarLook::of(&row.listing), ""),
        place: place(&shop, row, t),
        price: t.money_brief(row.listing.price),
        month: stock::cost(&shop, row.listing.price, first_plan(&shop))
            .map(|(_, month)| t.money_brief(month)),
    };
    let cars = cars.into_iter().map(line).collect();
    let page = page(&shop, &visitor, t.msg("kiosk-cars-title"), "/kiosk/cars");
    let page = page.live(format!("/{}/kiosk/live", lang.prefix()));
    Ok(html(&Cars {
        frame: Frame::new(&visitor, &page),
        page,
        t,
        tower: picture(&shop, &sight, t),
        legend: tower::legend(t, sight.has_drop()),
        cars,
    }))
}

/// Says where a car stands, where it stands in a slot.
fn place(shop: &Shop, row: &VehicleRow, t: Text) -> String {
    let place = row.place.as_ref();
    let words = place.and_then(|place| stock::place_words(shop, place, t));
    words.unwrap_or_default()
}

/// The plan somebody wants to see, as addresses carry it.
#[derive(Clone, Deserialize)]
pub(super) struct Wanted {
    /// The down payment in percent of the price.
    down: Option<String>,
    /// The months; none or zero with a whole down payment for paying in full.
    months: Option<u16>,
}

impl Wanted {
    /// Gives the plan asked for, or the usual one.
    pub(super) fn plan(&self, shop: &Shop) -> Plan {
        let usual = first_plan(shop);
        let down = self.down.as_deref().map(Rate::parse_percent);
        match self.months {
            Some(0) => Plan::IN_FULL,
            months => Plan {
                down: down.and_then(Result::ok).unwrap_or(usual.down),
                months: months.unwrap_or(usual.months),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "kiosk/car.html")]
struct Car {
    page: Page,
    t: Text,
    frame: Frame,
    name: String,
    facts: String,
    picture: Drawing,
    tag: &'static str,
    state: String,
    place: String,
    price: String,
    sums: Option<Sums>,
    downs: Vec<Choice>,
    months: Vec<Choice>,
    phone_address: String,
    qr: Option<String>,
    buy: Option<String>,
}

struct Sums {
    due_now: String,
    instalment: Option<String>,
    months: u16,
    total: String,
    cost: String,
    apr: String,
    fee: String,
}

struct Choice {
    words: String,
    href: String,
    chosen: bool,
}

/// Shows one car: today's sum first, then the month, then everything.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, vin)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let row = shop.store.vehicle(&vin).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let plan = wanted.plan(&shop);
    let offer = offer::quote(&shop, row.listing.price, plan).ok();
    let path = format!("/kiosk/cars/{vin}{}", query(plan));
    let page = page(&shop, &visitor, stock::name(&row.listing), &path);
    let page = page.live(format!("/{}/kiosk/live", visitor.lang.prefix()));
    let now = shop.now();
    let standing = stock::standing(&row, now);
    let is_free = standing == Standing::Free && offer.is_some();
    let phone_address = format!("{}/{}/cars/{vin}", shop.public_url, visitor.lang.prefix());
    Ok(html(&Car {
        frame: Frame::new(&visitor, &page),
        t,
        name: stock::name(&row.listing),
        facts: facts(&row, t),
        picture: car::picture(&CarLook::of(&row.listing), &stock::name(&row.listing)),
        tag: standing.class(),
        state: standing.words(t, now),
        place: place(&shop, &row, t),
        price: t.money_brief(row.listing.price),
        sums: offer.map(|offer| sums(&offer, t)),
        downs: downs(&shop, &page, &vin, plan, t),
        months: months(&shop, &page, &vin, plan, t),
        qr: qr(&phone_address),
        phone_address,
        buy: is_free.then(|| page.link(&format!("/kiosk/buy/{vin}{}", query(plan)))),
        page,
    }))
}

/// Writes a plan as the query that [`Wanted`] reads.
pub(super) fn query(plan: Plan) -> String {
    match plan.is_in_full() {
        true => "?months=0".to_owned(),
        false => format!("?down={}&months={}", plan.down.percent(), plan.months),
    }
}

fn facts(row: &VehicleRow, t: Text) -> String {
    let listing = &row.listing;
    t.with(
        "kiosk-car-facts",
        &[
            ("year", &listing.year.to_string()),
            ("colour", &listing.colour_name),
            ("km", &t.count(listing.mileage_km)),
        ],
    )
}

fn sums(offer: &Offer, t: Text) -> Sums {
    let in_full = offer.terms.months == 0;
    Sums {
        due_now: t.money_brief(offer.due_now),
        instalment: (!in_full).then(|| t.money(offer.instalment)),
        months: offer.terms.months,
        total: t.money(offer.total),
        cost: t.money(offer.cost_of_credit),
        apr: offer.apr_percent.clone(),
        fee: fee(offer.terms.upfront_fee, t),
    }
}

fn fee(fee: Money, t: Text) -> String {
    match fee.minor() {
        0 => t.msg("kiosk-no-fee"),
        _ => t.with("kiosk-fee", &[("amount", &t.money(fee))]),
    }
}

fn downs(shop: &Shop, page: &Page, vin: &Vin, plan: Plan, t: Text) -> Vec<Choice> {
    let usual = first_plan(shop);
    let months = if plan.is_in_full() {
        usual.months
    } else {
        plan.months
    };
    let choice = |down: &Rate| {
        let to = Plan {
            down: *down,
            months,
        };
        Choice {
            words: t.percent(*down),
            href: page.link(&format!("/kiosk/cars/{vin}{}", query(to))),
            chosen: !plan.is_in_full() && *down == plan.down,
        }
    };
    shop.policy
        .finance
        .down_choices
        .iter()
        .map(choice)
        .collect()
}

fn months(shop: &Shop, page: &Page, vin: &Vin, plan: Plan, t: Text) -> Vec<Choice> {
    let down = if plan.is_in_full() {
        first_plan(shop).down
    } else {
        plan.down
    };
    let choice = |to: Plan, words: String| Choice {
        words,
        href: page.link(&format!("/kiosk/cars/{vin}{}", query(to))),
        chosen: to.months == plan.months,
    };
    let in_full = choice(Plan::IN_FULL, t.msg("kiosk-in-full"));
    let terms = shop.policy.finance.months_offered().map(|months| {
        let words = t.with("kiosk-months", &[("n", &months)]);
        choice(Plan { down, months }, words)
    });
    terms.chain([in_full]).collect()
}
