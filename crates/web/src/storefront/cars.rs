//! All cars as a list, for those who cannot or do not want to look at the tower.

use super::card::{Card, card};
use super::drop::{Banner, banner};
use super::filter::{Filter, Priced, ceilings, plain, priced, word};
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, sheet};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "storefront/cars.html")]
struct Cars {
    page: Page,
    t: Text,
    banner: Option<Banner>,
    count: usize,
    fields: Vec<Field>,
    sheet: Drawing,
    cards: Vec<Card>,
}

/// One thing to choose by.
struct Field {
    name: &'static str,
    label: String,
    options: Vec<Choosable>,
}

/// One value of a field; the empty one does not matter.
struct Choosable {
    value: String,
    words: String,
    chosen: bool,
}

/// Shows the list.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    uri: Uri,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let t = Text::of(visitor.lang);
    let now = shop.now();
    let path = super::after_language(&uri);
    let page = Page::of(&visitor, t.msg("cars-title"), path, now)
        .live(format!("/{}/live", visitor.lang.prefix()));
    let mut cars = priced(&shop, stock::in_tower(&shop).await?, now);
    let fields = fields(t, &filter, &cars);
    cars.retain(|car| filter.takes(car));
    filter.sort(&mut cars);
    let looks: Vec<CarLook> = cars
        .iter()
        .map(|car| CarLook::of(&car.row.listing))
        .collect();
    let list = Cars {
        t,
        banner: banner(&shop, &page).await?,
        count: cars.len(),
        fields,
        sheet: sheet(&looks),
        cards: cars.iter().map(|car| card(&shop, &page, car)).collect(),
        page,
    };
    Ok(html(&list))
}

fn fields(t: Text, filter: &Filter, cars: &[Priced]) -> Vec<Field> {
    let listings = || cars.iter().map(|car| &car.row.listing);
    let bodies: BTreeSet<_> = listings().map(|listing| listing.body).collect();
    let drives: BTreeSet<_> = listings().map(|listing| listing.drivetrain).collect();
    let makes: BTreeSet<_> = listings().map(|listing| listing.make.clone()).collect();
    let prices = ceilings(listings().map(|listing| listing.price).collect());
    let body = bodies
        .into_iter()
        .map(|body| (word(&body), stock::body_words(body, t)));
    let drive = drives
        .into_iter()
        .map(|drive| (word(&drive), stock::drive_words(drive, t)));
    let make = makes.into_iter().map(|make| (make.clone(), make));
    let price = prices.into_iter().map(|most| {
        let amount = t.money_brief(most);
        (
            plain(most),
            t.with("filter-at-most", &[("amount", &amount)]),
        )
    });
    let any = || t.msg("filter-any");
    let sorts = [
        ("price", t.msg("sort-price")),
        ("price-down", t.msg("sort-price-down")),
        ("year", t.msg("sort-year")),
        ("name", t.msg("sort-name")),
    ];
    let sort = sorts
        .into_iter()
        .map(|(value, words)| (value.to_owned(), words));
    vec![
        field("body", t.msg("filter-body"), any(), &filter.body, body),
        field("drive", t.msg("filter-drive"), any(), &filter.drive, drive),
        field("make", t.msg("filter-make"), any(), &filter.make, make),
        field("price", t.msg("filter-price"), any(), &filter.price, price),
        field(
            "sort",
            t.msg("filter-sort"),
            t.msg("sort-free"),
            &filter.sort,
            sort,
        ),
    ]
}

fn field(
    name: &'static str,
    label: String,
    any: String,
    chosen: &Option<String>,
    values: impl Iterator<Item = (String, String)>,
) -> Field {
    let chosen = chosen.as_deref().unwrap_or_default();
    let first = (String::new(), any);
    let options = std::iter::once(first)
        .chain(values)
        .map(|(value, words)| Choosable {
            chosen: value == chosen,
            value,
            words,
        });
    Field {
        name,
        label,
        options: options.collect(),
    }
}
