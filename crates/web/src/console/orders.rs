//! Orders as a list, newest first, by state.

use super::state::{self, ORDER_STATES, StateTag};
use super::{Frame, Section, Staff};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use store::{OrderFilter, OrderRow};

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "console/orders.html")]
struct Orders {
    page: Page,
    t: Text,
    frame: Frame,
    states: Vec<StateLink>,
    rows: Vec<Line>,
    newer: Option<String>,
    older: Option<String>,
}

struct StateLink {
    href: String,
    words: String,
    count: u64,
    here: bool,
}

struct Line {
    id: String,
    href: String,
    state: StateTag,
    vin: String,
    plan: String,
    price: String,
    paid: String,
    started: String,
    took: String,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Wanted {
    state: Option<String>,
    #[serde(default)]
    page: usize,
}

/// Lists orders.
pub(super) async fn show(
    State(shop): State<Shop>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let t = staff.t;
    let chosen = wanted
        .state
        .filter(|state| ORDER_STATES.contains(&state.as_str()));
    let number = wanted.page.min(100_000);
    let address = address(chosen.as_deref(), number);
    let title = t.msg("console-orders");
    let (page, frame) = staff.page(&shop, Section::Orders, title, &address);
    let filter = OrderFilter {
        state: chosen.clone(),
        ..OrderFilter::default()
    };
    // One row more than shown tells whether there is an older page.
    let part = store::Page {
        skip: number * PER_PAGE,
        limit: PER_PAGE + 1,
    };
    let mut rows = shop.store.orders(filter, part).await?;
    let has_older = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let link = |number: usize| page.link(&self::address(chosen.as_deref(), number));
    let counts = shop.store.orders_by_state().await?;
    let every = StateLink {
        href: page.link("/console/orders"),
        words: t.msg("console-all"),
        count: counts.values().sum(),
        here: chosen.is_none(),
    };
    let known = ORDER_STATES.into_iter().filter_map(|state| {
        let count = counts.get(state).copied()?;
        Some(StateLink {
            href: page.link(&self::address(Some(state), 0)),
            words: state::order(state, t).words,
            count,
            here: chosen.as_deref() == Some(state),
        })
    });
    Ok(html(&Orders {
        states: [every].into_iter().chain(known).collect(),
        rows: rows.iter().map(|row| line(row, &shop, &page)).collect(),
        newer: number.checked_sub(1).map(link),
        older: has_older.then(|| link(number + 1)),
        page,
        t,
        frame,
    }))
}

fn address(state: Option<&str>, number: usize) -> String {
    match state {
        Some(state) => format!("/console/orders?state={state}&page={number}"),
        None => format!("/console/orders?page={number}"),
    }
}

fn line(row: &OrderRow, shop: &Shop, page: &Page) -> Line {
    let t = page.t;
    let took = row.paid_at.map(|paid| {
        let seconds = paid.millis_since(row.started_at).max(0) / 1_000;
        t.clock(seconds.unsigned_abs())
    });
    Line {
        id: row.id.to_string(),
        href: page.link(&format!("/console/orders/{}", row.id)),
        state: state::order(&row.state, t),
        vin: row.vin.to_string(),
        plan: plan_words(row.plan, t),
        price: t.money(row.price),
        paid: row.paid.map(|paid| t.money(paid)).unwrap_or_default(),
        started: t.moment(row.started_at, &shop.policy.zone),
        took: took.unwrap_or_default(),
    }
}

/// Names a plan: `10% · 36 months`.
pub(super) fn plan_words(plan: sales::order::Plan, t: Text) -> String {
    match plan.is_in_full() {
        true => t.msg("console-in-full"),
        false => t.with(
            "console-plan",
            &[("down", &t.percent(plan.down)), ("months", &plan.months)],
        ),
    }
}
