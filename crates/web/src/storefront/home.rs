//! The tower as it stands now: the façade, a few filters, and the same cars as a list.

use super::card::{Card, card};
use super::drop::{Banner, banner};
use super::filter::{Filter, Priced, ceilings, plain, priced, word};
use crate::drawing::Drawing;
use crate::drawing::tower::{self as drawn, FacadeSize};
use crate::drop::changes_life;
use crate::facade::{self, Sight, Wish};
use crate::layout::{Page, html};
use crate::live::{self, News, Seen};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use kernel::{Moment, Vin};
use reactions::Fact;
use sales::listing::{Body, Drivetrain};
use std::collections::BTreeMap;
use store::VehicleRow;

#[derive(Template)]
#[template(path = "storefront/home.html")]
struct Home {
    page: Page,
    t: Text,
    banner: Option<Banner>,
    count: usize,
    address: String,
    lift: String,
    /// When the picture is to be looked at again, in milliseconds since 1970.
    look_again_ms: Option<i64>,
    chips: Vec<Chip>,
    facade: Drawing,
    legend: Drawing,
    cards: Vec<Card>,
}

/// A filter one tap away.
struct Chip {
    words: String,
    href: String,
    on: bool,
}

/// Shows the tower.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    uri: Uri,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let sight = facade::look(&shop).await?;
    let path = super::after_language(&uri);
    let t = Text::of(visitor.lang);
    let page = Page::of(&visitor, t.msg("home-title"), path, sight.now)
        .night()
        .live(format!(
            "/{}/live?seen={}",
            visitor.lang.prefix(),
            sight.version
        ));
    let cars = priced(&shop, sight.cars.values().cloned().collect(), sight.now);
    let wanted: Vec<&Priced> = cars.iter().filter(|car| filter.takes(car)).collect();
    let home = Home {
        t,
        banner: banner(&shop, &page).await?,
        count: sight.standing(),
        address: shop.machine.address.clone(),
        lift: lift_words(&sight, t),
        look_again_ms: sight.loads_at().map(Moment::millis),
        chips: chips(&page, &filter, &cars),
        facade: picture(&shop, &sight, &page, &filter, &cars),
        legend: drawn::legend(t, sight.has_drop()),
        cards: wanted.iter().map(|car| card(&shop, &page, car)).collect(),
        page,
    };
    Ok(html(&home))
}

/// Tells open pages that cars or the machine have changed.
pub(super) async fn live(
    State(shop): State<Shop>,
    Query(seen): Query<Seen>,
) -> Result<Response, Problem> {
    let told = shop.store.subscribe();
    let version = facade::version(&shop).await?.to_string();
    let missed = seen.differs(&version).then_some(News::Reload);
    let stream = live::news(told, missed, |fact| match fact {
        Fact::Vehicle(..) | Fact::Tower(..) => Some(News::Reload),
        Fact::Drop(_, event) if changes_life(event) => Some(News::Reload),
        _ => None,
    });
    Ok(stream.into_response())
}

/// Says what the lift does.
fn lift_words(sight: &Sight, t: Text) -> String {
    match sight.busy_seconds() {
        _ if !sight.runs => t.msg("lift-stands"),
        Some(seconds) => t.with("lift-free-in", &[("time", &t.duration(seconds))]),
        None => t.msg("lift-free"),
    }
}

fn picture(shop: &Shop, sight: &Sight, page: &Page, filter: &Filter, cars: &[Priced]) -> Drawing {
    let by_vin: BTreeMap<&Vin, &Priced> =
        cars.iter().map(|car| (&car.row.listing.vin, car)).collect();
    let known = |row: &VehicleRow| by_vin.get(&row.listing.vin).copied();
    let label = |row: &VehicleRow| {
        let name = stock::name(&row.listing);
        match known(row) {
            Some(car) => {
                let amount = page.t.money_brief(car.now);
                page.t
                    .with("car-from", &[("car", &name), ("amount", &amount)])
            }
            None => name,
        }
    };
    let link = |row: &VehicleRow| {
        known(row).map(|car| page.link(&format!("/cars/{}", car.row.listing.vin)))
    };
    let wish = Wish {
        size: FacadeSize::Phone,
        link: &link,
        label: &label,
        chosen: &|row| !filter.is_open() && known(row).is_some_and(|car| filter.takes(car)),
    };
    drawn::facade(&sight.facade(shop, page.t, &wish), page.t)
}

/// All, the bodies there are most of, electric, and what a month may cost.
fn chips(page: &Page, filter: &Filter, cars: &[Priced]) -> Vec<Chip> {
    let t = page.t;
    let counted =
        |name: String, count: usize| t.with("chip-counted", &[("name", &name), ("count", &count)]);
    let mut chips = vec![Chip {
        words: counted(t.msg("chip-all"), cars.len()),
        href: page.link("/"),
        on: filter.is_open(),
    }];
    let mut bodies: BTreeMap<Body, usize> = BTreeMap::new();
    for car in cars {
        *bodies.entry(car.row.listing.body).or_default() += 1;
    }
    let mut bodies: Vec<(Body, usize)> = bodies.into_iter().collect();
    bodies.sort_by_key(|(_, count)| usize::MAX - count);
    for (body, count) in bodies.into_iter().take(2) {
        let name = word(&body);
        chips.push(Chip {
            words: counted(stock::body_words(body, t), count),
            on: filter.body.as_deref() == Some(name.as_str()),
            href: page.link(&format!("/?body={name}")),
        });
    }
    let electric = |car: &&Priced| car.row.listing.drivetrain == Drivetrain::Electric;
    let count = cars.iter().filter(electric).count();
    if count > 0 {
        chips.push(Chip {
            words: counted(stock::drive_words(Drivetrain::Electric, t), count),
            href: page.link("/?drive=electric"),
            on: filter.drive.as_deref() == Some("electric"),
        });
    }
    for most in ceilings(cars.iter().map(|car| car.month).collect()) {
        let value = plain(most);
        chips.push(Chip {
            words: t.with("chip-month", &[("amount", &t.money_brief(most))]),
            href: page.link(&format!("/?month={value}")),
            on: filter.month.as_deref() == Some(value.as_str()),
        });
    }
    chips
}
