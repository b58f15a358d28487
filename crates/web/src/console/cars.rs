//! Every car: where it stands in its life and in the tower, and taking one off sale.

use super::state::{self, StateTag};
use super::{Frame, Said, Section, Staff, told};
use crate::form::Form;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::Vin;
use sales::vehicle::{Command, Vehicle};
use serde::Deserialize;
use store::{Context, VehicleFilter, VehicleRow};

const PER_PAGE: usize = 100;
const STATES: [&str; 6] = [
    "expected",
    "stored",
    "held",
    "sold",
    "handed-over",
    "withdrawn",
];

#[derive(Template)]
#[template(path = "console/cars.html")]
struct Cars {
    page: Page,
    t: Text,
    frame: Frame,
    states: Vec<(String, String, bool)>,
    rows: Vec<Line>,
    more: Option<String>,
    may_act: bool,
}

struct Line {
    vin: String,
    name: String,
    state: StateTag,
    place: String,
    price: String,
    order: Option<(String, String)>,
    until: String,
    withdraw: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Wanted {
    vin: Option<String>,
    state: Option<String>,
    after: Option<String>,
}

/// Lists cars, or shows one of them.
pub(super) async fn show(
    State(shop): State<Shop>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let t = staff.t;
    let chosen = wanted
        .state
        .filter(|state| STATES.contains(&state.as_str()));
    let one = wanted.vin.as_deref().map(Vin::parse).and_then(Result::ok);
    let path = match (&one, &chosen) {
        (Some(vin), _) => format!("/console/cars?vin={vin}"),
        (None, Some(state)) => format!("/console/cars?state={state}"),
        (None, None) => "/console/cars".to_owned(),
    };
    let title = t.msg("console-cars");
    let (page, frame) = staff.page(&shop, Section::Cars, title, &path);
    let after = wanted.after.as_deref().map(Vin::parse).and_then(Result::ok);
    let mut rows = match &one {
        Some(vin) => shop.store.vehicle(vin).await?.into_iter().collect(),
        None => {
            let filter = VehicleFilter {
                state: chosen.clone(),
                ..VehicleFilter::default()
            };
            shop.store.vehicles(filter, after, PER_PAGE + 1).await?
        }
    };
    let has_more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let last = rows.last().filter(|_| has_more);
    let sign = if path.contains('?') { '&' } else { '?' };
    let more = last.map(|row| page.link(&format!("{path}{sign}after={}", row.listing.vin)));
    let every = (
        page.link("/console/cars"),
        t.msg("console-all"),
        one.is_none() && chosen.is_none(),
    );
    let by_state = STATES.into_iter().map(|state| {
        let href = page.link(&format!("/console/cars?state={state}"));
        let here = chosen.as_deref() == Some(state);
        (href, state::car(state, t).words, here)
    });
    Ok(html(&Cars {
        states: [every].into_iter().chain(by_state).collect(),
        rows: rows.iter().map(|row| line(row, &shop, &page)).collect(),
        more,
        may_act: staff.role.runs_tower(),
        page,
        t,
        frame,
    }))
}

fn line(row: &VehicleRow, shop: &Shop, page: &Page) -> Line {
    let t = page.t;
    let now = shop.now();
    let held = row
        .held_until
        .filter(|until| *until > now && row.state == "held");
    let may_withdraw = match row.state.as_str() {
        "expected" | "stored" => true,
        "held" => held.is_none(),
        _ => false,
    };
    let vin = &row.listing.vin;
    Line {
        vin: vin.to_string(),
        name: stock::name(&row.listing),
        state: state::car(&row.state, t),
        place: row
            .place
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        price: t.money(row.listing.price),
        order: row.order.as_ref().map(|order| {
            let href = page.link(&format!("/console/orders/{order}"));
            (href, order.to_string())
        }),
        until: held
            .map(|until| t.time(until, &shop.policy.zone))
            .unwrap_or_default(),
        withdraw: may_withdraw.then(|| page.link(&format!("/console/cars/{vin}/withdraw"))),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

/// Takes a car off sale.
pub(super) async fn withdraw(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, vin)): Path<(String, String)>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let path = format!("/console/cars?vin={vin}");
    if !staff.role.runs_tower() {
        return Ok(staff.back(&path, Said::NotYours));
    }
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Ok(staff.back(&path, Said::Incomplete));
    }
    tracing::info!(staff = staff.name, %vin, reason, "staff withdrew a car");
    let withdraw = Command::Withdraw { reason };
    let context = Context::at(shop.now());
    let result = shop.store.execute::<Vehicle>(&vin, withdraw, context).await;
    Ok(staff.back(&path, told(result)?))
}
