//! Sales over time, orders by state and plan, and how long a purchase takes.

use super::orders::plan_words;
use super::overview::{Measured, PROMISE_MS, measured};
use super::state::{self, ORDER_STATES};
use super::{Frame, Section, Staff};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::{Day, Moment, Money};
use std::collections::BTreeMap;
use store::{OrderFilter, SalesDay};

const DAYS: i32 = 30;
const ORDERS_AT_MOST: usize = 20_000;
const CHART_WIDTH: f64 = 720.0;
const CHART_HEIGHT: f64 = 140.0;
const BAR_SHARE: f64 = 0.7;

#[derive(Template)]
#[template(path = "console/sales.html")]
struct Sales {
    page: Page,
    t: Text,
    frame: Frame,
    bars: Vec<Bar>,
    highest: u64,
    width: f64,
    height: f64,
    days: Vec<(String, u64, String)>,
    states: Vec<(String, String, u64)>,
    plans: Vec<(String, u64)>,
    to_paid: Measured,
    to_keys: Measured,
}

/// One day of the chart.
struct Bar {
    x: String,
    y: String,
    width: String,
    height: String,
    title: String,
    /// The day's name, where there is room for it.
    label: Option<String>,
}

/// Shows the sales of the last days.
pub(super) async fn show(State(shop): State<Shop>, staff: Staff) -> Result<Response, Problem> {
    let t = staff.t;
    let title = t.msg("console-sales");
    let (page, frame) = staff.page(&shop, Section::Sales, title, "/console/sales");
    let first = shop.today().plus_days(1 - DAYS);
    let since = Moment::at_hour_of(first, 0, &shop.policy.zone);
    let days = shop.store.sales_per_day(since).await?;
    let by_state = shop.store.orders_by_state().await?;
    let stopwatches = shop.store.stopwatches(since).await?;
    let highest = cars_by_day(&days).into_values().max().unwrap_or(0);
    let states = ORDER_STATES.into_iter().filter_map(|state| {
        let count = by_state.get(state).copied()?;
        let href = page.link(&format!("/console/orders?state={state}"));
        Some((href, state::order(state, t).words, count))
    });
    Ok(html(&Sales {
        bars: bars(first, &days, highest, t),
        highest,
        width: CHART_WIDTH,
        height: CHART_HEIGHT,
        days: days
            .iter()
            .rev()
            .map(|day| (t.day(day.day), day.cars, t.money(day.price)))
            .collect(),
        states: states.collect(),
        plans: plans(&shop, since, t).await?,
        to_paid: measured(stopwatches.to_paid, Some(PROMISE_MS)),
        to_keys: measured(stopwatches.to_keys, None),
        page,
        t,
        frame,
    }))
}

fn cars_by_day(days: &[SalesDay]) -> BTreeMap<Day, u64> {
    let mut cars = BTreeMap::new();
    for day in days {
        *cars.entry(day.day).or_default() += day.cars;
    }
    cars
}

fn bars(first: Day, days: &[SalesDay], highest: u64, t: Text) -> Vec<Bar> {
    let cars = cars_by_day(days);
    let step = CHART_WIDTH / f64::from(DAYS);
    let bar = |index: i32| {
        let day = first.plus_days(index);
        let count = cars.get(&day).copied().unwrap_or(0);
        let height = CHART_HEIGHT * count as f64 / highest.max(1) as f64;
        let x = step * (f64::from(index) + (1.0 - BAR_SHARE) / 2.0);
        Bar {
            x: format!("{x:.1}"),
            y: format!("{:.1}", CHART_HEIGHT - height),
            width: format!("{:.1}", step * BAR_SHARE),
            height: format!("{height:.1}"),
            title: t.with("console-bar", &[("day", &t.day(day)), ("n", &count)]),
            // A week apart, none so late that its words would run over the edge.
            label: (index % 7 == 3).then(|| t.day(day)),
        }
    };
    (0..DAYS).map(bar).collect()
}

async fn plans(shop: &Shop, since: Moment, t: Text) -> Result<Vec<(String, u64)>, Problem> {
    let filter = OrderFilter {
        since: Some(since),
        ..OrderFilter::default()
    };
    let part = store::Page {
        skip: 0,
        limit: ORDERS_AT_MOST,
    };
    let orders = shop.store.orders(filter, part).await?;
    let mut plans: BTreeMap<(u16, String), u64> = BTreeMap::new();
    let bought = orders
        .iter()
        .filter(|order| order.paid.is_some_and(is_some_money));
    for order in bought {
        let key = (order.plan.months, plan_words(order.plan, t));
        *plans.entry(key).or_default() += 1;
    }
    Ok(plans
        .into_iter()
        .map(|((_, words), count)| (words, count))
        .collect())
}

fn is_some_money(amount: Money) -> bool {
    amount.minor() > 0
}
