//! The cars of a drop, like ones together: what they are and what they cost.
//!
//! A drop of a hundred equal cars is one card, not a hundred. A car that stands alone leads to its
//! own page.

use super::Sight;
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, again, sheet};
use crate::layout::Page;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use kernel::Vin;
use sales::drop::Offered;
use sales::listing::Listing;
use std::collections::BTreeMap;
use store::{Fault, VehicleRow};

/// Cars that are alike.
pub(crate) struct Good {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) picture: Option<Drawing>,
    pub(crate) line: String,
    pub(crate) count: Option<String>,
    pub(crate) sums: Vec<String>,
}

/// The cars of a drop.
pub(crate) struct Goods {
    pub(crate) sheet: Drawing,
    pub(crate) kinds: Vec<Good>,
    /// How many kinds are not shown.
    pub(crate) more: Option<String>,
}

/// One kind as it is counted.
struct Kind {
    first: Listing,
    count: usize,
}

/// As many kinds as a page shows.
const KINDS_AT_MOST: usize = 24;
/// Cars that stand in no slot of this tower are looked up one by one, so many of them.
const LOOKED_UP: usize = 60;

/// Reads what a drop sells.
pub(crate) async fn goods(shop: &Shop, page: &Page, sight: &Sight) -> Result<Goods, Fault> {
    let known = cars(shop, sight).await?;
    let mut kinds: Vec<Kind> = Vec::new();
    let mut coming: BTreeMap<&str, usize> = BTreeMap::new();
    let mut uncounted = 0;
    for (offered, (_, unit)) in sight
        .book()
        .announcement()
        .units
        .iter()
        .zip(sight.book().units())
    {
        let row = unit.car.as_ref().and_then(|vin| known.get(vin));
        match (row, offered) {
            (Some(row), _) => count(&mut kinds, &row.listing),
            (None, Offered::ToCome { model }) => *coming.entry(model).or_default() += 1,
            (None, Offered::Car { .. }) => uncounted += 1,
        }
    }
    let shown: Vec<&Kind> = kinds.iter().take(KINDS_AT_MOST).collect();
    let hidden = kinds.iter().skip(KINDS_AT_MOST).map(|kind| kind.count);
    let hidden = uncounted + hidden.sum::<usize>();
    let looks: Vec<CarLook> = shown.iter().map(|kind| CarLook::of(&kind.first)).collect();
    let t = page.t;
    let standing = shown.iter().map(|kind| good(shop, page, kind));
    let coming = coming
        .into_iter()
        .map(|(model, count)| to_come(model, count, t));
    Ok(Goods {
        kinds: standing.chain(coming).collect(),
        sheet: sheet(&looks),
        more: (hidden > 0).then(|| t.with("drop-goods-more", &[("count", &hidden)])),
    })
}

/// Gives the rows of a drop's cars that are known.
async fn cars(shop: &Shop, sight: &Sight) -> Result<BTreeMap<Vin, VehicleRow>, Fault> {
    let rows = stock::in_tower(shop).await?;
    let mut known: BTreeMap<Vin, VehicleRow> = rows
        .into_iter()
        .map(|row| (row.listing.vin.clone(), row))
        .collect();
    let vins = sight
        .book()
        .units()
        .filter_map(|(_, unit)| unit.car.clone());
    let missing: Vec<Vin> = vins.filter(|vin| !known.contains_key(vin)).collect();
    for vin in missing.into_iter().take(LOOKED_UP) {
        let row = shop.store.vehicle(&vin).await?;
        known.extend(row.map(|row| (vin, row)));
    }
    Ok(known)
}

fn count(kinds: &mut Vec<Kind>, listing: &Listing) {
    let alike = |kind: &&mut Kind| {
        let first = &kind.first;
        (&first.make, &first.model, first.year, first.price)
            == (&listing.make, &listing.model, listing.year, listing.price)
            && first.colour == listing.colour
    };
    match kinds.iter_mut().find(alike) {
        Some(kind) => kind.count += 1,
        None => kinds.push(Kind {
            first: listing.clone(),
            count: 1,
        }),
    }
}

fn good(shop: &Shop, page: &Page, kind: &Kind) -> Good {
    let (t, listing) = (page.t, &kind.first);
    let plan = stock::first_plan(shop);
    let (year, body) = (listing.year.to_string(), stock::body_words(listing.body, t));
    let drive = stock::drive_words(listing.drivetrain, t);
    let price = t.money_brief(listing.price);
    let mut sums = vec![];
    if let Some((now, month)) = stock::cost(shop, listing.price, plan) {
        let (now, month) = (t.money_brief(now), t.money_brief(month));
        sums.push(t.with("card-now", &[("amount", &now)]));
        let then: [(&str, &dyn crate::text::Value); 2] =
            [("amount", &month), ("months", &plan.months)];
        sums.push(t.with("card-then", &then));
    }
    sums.push(t.with("card-price", &[("amount", &price)]));
    let address = match page.is_kiosk() {
        true => format!("/kiosk/cars/{}", listing.vin),
        false => format!("/cars/{}", listing.vin),
    };
    Good {
        name: stock::name(listing),
        href: (kind.count == 1).then(|| page.link(&address)),
        picture: Some(again(&CarLook::of(listing), "")),
        line: t.with(
            "card-line",
            &[("year", &year), ("body", &body), ("drive", &drive)],
        ),
        count: counted(kind.count, t),
        sums,
    }
}

fn to_come(model: &str, count: usize, t: Text) -> Good {
    Good {
        name: model.to_owned(),
        href: None,
        picture: None,
        line: t.msg("drop-goods-to-come"),
        count: counted(count, t),
        sums: vec![],
    }
}

fn counted(count: usize, t: Text) -> Option<String> {
    (count > 1).then(|| t.with("drop-goods-count", &[("count", &count)]))
}
