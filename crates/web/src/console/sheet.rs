//! The manual retrieval sheet, to be printed before it is needed.

use super::Staff;
use crate::assets;
use crate::problem::Problem;
use crate::sheet::{Facts, Sheet};
use crate::shop::Shop;
use ::tower::tower::Tower;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use sales::vehicle::Vehicle;
use std::collections::BTreeMap;

/// Shows the sheet.
pub(super) async fn show(State(shop): State<Shop>, staff: Staff) -> Result<Response, Problem> {
    let (tower, _) = shop.store.load::<Tower>(&shop.tower).await?;
    let mut cars = BTreeMap::new();
    for (_, vin) in tower.inventory.iter() {
        let (car, _) = shop.store.load::<Vehicle>(vin).await?;
        cars.insert(vin.clone(), car);
    }
    let facts = Facts {
        machine: &shop.machine,
        tower: &tower,
        cars: &cars,
        secret: Some(&shop.secret),
        now: shop.now(),
    };
    let style = Some(assets::path("sheet.css").to_owned());
    let page = Sheet::of(&facts, style, staff.t).page();
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response())
}
