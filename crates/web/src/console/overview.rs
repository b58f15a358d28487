//! The first screen: the tower, what needs somebody now, and the money and sales of today.

use super::attention::{Alarm, alarms};
use super::{Frame, Section, Staff, tower as machine};
use crate::drawing::Drawing;
use crate::facade;
use crate::format::clock;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use finance::ledger::Account;
use kernel::{Moment, Money, MoneyError};
use store::{PostedEntry, Spread};

/// A purchase takes five minutes at most: the promise everything is measured by.
pub(super) const PROMISE_MS: i64 = 5 * 60 * 1_000;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    page: Page,
    t: Text,
    frame: Frame,
    tower: Drawing,
    machine: machine::Health,
    alarms: Vec<Alarm>,
    sold: u64,
    sold_for: String,
    received: String,
    refunded: String,
    to_paid: Measured,
    to_keys: Measured,
    under_way: Vec<(String, u64)>,
}

/// How long purchases took, in words.
pub(super) struct Measured {
    pub count: u64,
    pub p50: String,
    pub p90: String,
    /// Whether nine of ten kept the promise; none where nothing is promised or measured.
    pub kept: Option<bool>,
}

/// Puts a spread in words, held against a promise where there is one.
pub(super) fn measured(spread: Spread, promise_ms: Option<i64>) -> Measured {
    let seconds = |ms: i64| clock((ms.max(0).unsigned_abs()).div_ceil(1_000));
    Measured {
        count: spread.count,
        p50: seconds(spread.p50_ms),
        p90: seconds(spread.p90_ms),
        kept: promise_ms
            .filter(|_| spread.count > 0)
            .map(|promise| spread.p90_ms <= promise),
    }
}

/// Shows what needs somebody now.
pub(super) async fn show(State(shop): State<Shop>, staff: Staff) -> Result<Response, Problem> {
    let t = staff.t;
    let (page, frame) = staff.page(
        &shop,
        Section::Overview,
        t.msg("console-overview"),
        "/console",
    );
    let sight = facade::look(&shop).await?;
    let today = shop.today();
    let midnight = Moment::at_hour_of(today, 0, &shop.policy.zone);
    let days = shop.store.sales_per_day(midnight).await?;
    let sold_today = days.iter().filter(|day| day.day == today);
    let prices = sold_today.clone().map(|day| day.price);
    let currency = shop.policy.currency;
    let price = Money::sum(
        currency,
        prices.filter(|price| price.currency() == currency),
    );
    let entries = shop.store.export_ledger(today, today).await?;
    let moved = through_wallet(&shop, &entries).map_err(|fault| Problem::inside(&fault))?;
    let stopwatches = shop.store.stopwatches(midnight).await?;
    let by_state = shop.store.orders_by_state().await?;
    let open = ["paying", "paid", "fetching", "at-bay", "refunding"];
    Ok(html(&Overview {
        tower: machine::drawing(&shop, &sight, &page),
        machine: machine::health(&shop, &sight, t),
        alarms: alarms(&shop, &page).await?,
        sold: sold_today.map(|day| day.cars).sum(),
        sold_for: t.money_brief(price.map_err(|fault| Problem::inside(&fault))?),
        received: t.money_brief(moved.0),
        refunded: t.money_brief(moved.1),
        to_paid: measured(stopwatches.to_paid, Some(PROMISE_MS)),
        to_keys: measured(stopwatches.to_keys, None),
        under_way: open
            .into_iter()
            .map(|state| {
                let count = by_state.get(state).copied().unwrap_or(0);
                (super::state::order(state, t).words, count)
            })
            .collect(),
        page,
        t,
        frame,
    }))
}

/// Adds up what came into the wallet and what went out of it.
fn through_wallet(shop: &Shop, entries: &[PostedEntry]) -> Result<(Money, Money), MoneyError> {
    let currency = shop.policy.currency;
    let wallet = Account::Wallet.to_string();
    let lines = entries.iter().flat_map(|entry| &entry.lines);
    let amounts = lines
        .filter(|(account, amount)| *account == wallet && amount.currency() == currency)
        .map(|(_, amount)| *amount);
    let (received, refunded): (Vec<Money>, Vec<Money>) =
        amounts.partition(|amount| amount.minor() > 0);
    let refunded = Money::sum(currency, refunded)?;
    Ok((
        Money::sum(currency, received)?,
        Money::zero(currency).minus(refunded)?,
    ))
}
