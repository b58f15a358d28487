//! One drop: how it sells, who holds what, what it brought, and what staff may do about it.
//!
//! Everything is counted from the drop's own log, so it is what buyers see too. Nobody is named:
//! a person is the key that stands in the published lists, an order leads to its own page.

use super::orders::plan_words;
use super::state::{self, StateTag};
use super::{Frame, Said, Section, Staff, told};
use crate::desk::drop as desk;
use crate::drawing::Drawing;
use crate::drawing::sell_through::{Course, Step, sell_through};
use crate::form::Form;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock::seconds_until;
use crate::text::Text;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{DropId, Moment, OrderId, Vin};
use sales::drop::{Book, Command, Drop, Hand, Offered, Point, State as DropState, Unit};
use sales::order::Order;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::Context;

const FIRST_DAYS: i64 = 3;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
const KEY_SHOWN: usize = 8;
const WAITING_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "console/drop.html")]
struct View {
    page: Page,
    t: Text,
    frame: Frame,
    here: String,
    name: String,
    id: String,
    state: StateTag,
    /// Why it was called off.
    reason: Option<String>,
    times: Vec<(String, String)>,
    counts: Vec<(String, u32)>,
    chart: Option<Drawing>,
    points: Vec<Line>,
    campaign: Vec<(String, String)>,
    plans: Vec<(String, u64)>,
    draw: Vec<(String, String)>,
    units: Vec<UnitLine>,
    /// The accounts that wait, the first ones.
    waiting: Vec<String>,
    more_waiting: Option<String>,
    may_cancel: bool,
    may_close: bool,
}

/// One second of the sale.
struct Line {
    after: String,
    free: u32,
    claimed: u32,
    sold: u32,
}

/// One unit and its claim.
struct UnitLine {
    number: u32,
    what: String,
    car: Option<(String, String)>,
    state: StateTag,
    person: String,
    order: Option<(String, String)>,
    until: String,
    may_assign: bool,
}

/// Shows a drop.
pub(super) async fn show(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (drop, state) = find(&shop, &id).await?;
    let book = state.book().ok_or_else(Problem::not_found)?;
    let t = staff.t;
    let announced = book.announcement();
    let name = desk::name(announced, t.lang()).to_owned();
    let path = format!("/console/drops/{drop}");
    let (page, frame) = staff.page(&shop, Section::Drops, name.clone(), &path);
    let (reason, announced_only, open) = match &state {
        DropState::Cancelled { reason, .. } => (Some(reason.clone()), false, false),
        DropState::Announced(_) => (None, true, false),
        DropState::Open(_) => (None, false, true),
        DropState::Unknown | DropState::Closed(_) => (None, false, false),
    };
    let may_act = staff.role.runs_money();
    let mut units = vec![];
    for (number, unit) in book.units() {
        units.push(unit_line(&shop, &page, book, number, unit, may_act).await?);
    }
    let view = View {
        here: page.link(&path),
        name,
        id: drop.to_string(),
        state: state::drop(&state, t),
        reason,
        times: times(&shop, book, t),
        counts: counts(book, t),
        chart: chart(book, shop.now(), t),
        points: lines(book, t),
        campaign: campaign(book, t),
        plans: plans(&shop, book, t).await?,
        draw: draw(book, t),
        units,
        more_waiting: more_waiting(book, t),
        waiting: first_waiting(book),
        may_cancel: may_act && announced_only,
        may_close: may_act && open,
        page,
        t,
        frame,
    };
    Ok(html(&view))
}

async fn find(shop: &Shop, id: &str) -> Result<(DropId, DropState), Problem> {
    let drop = DropId::parse(id).map_err(|_| Problem::not_found())?;
    let found = desk::load(shop, &drop).await?;
    let (state, _) = found.ok_or_else(Problem::not_found)?;
    Ok((drop, state))
}

fn times(shop: &Shop, book: &Book, t: Text) -> Vec<(String, String)> {
    let announced = book.announcement();
    let zone = &shop.policy.zone;
    let mut times = vec![
        (t.msg("console-drop-entries"), announced.entries_from),
        (t.msg("console-drop-opens"), announced.opens_at),
    ];
    let known = [
        ("console-drop-sold-out", book.sold_out_at()),
        ("console-drop-all-sold", book.all_sold_at()),
    ];
    times.extend(
        known
            .into_iter()
            .filter_map(|(label, at)| Some((t.msg(label), at?))),
    );
    times.push((t.msg("console-drop-closes"), announced.closes_at));
    let written = times.into_iter();
    written
        .map(|(label, at)| (label, t.moment(at, zone)))
        .collect()
}

fn counts(book: &Book, t: Text) -> Vec<(String, u32)> {
    let counts = book.counts();
    let entered = book.opening().map_or(counts.entered, |draw| draw.entries);
    [
        ("console-drop-entered", entered),
        ("console-drop-pending", counts.pending),
        ("console-drop-free", counts.free),
        ("console-drop-claimed", counts.claimed),
        ("console-drop-sold", counts.sold),
        ("console-drop-gone", counts.gone),
        ("console-drop-waits", counts.waiting),
    ]
    .into_iter()
    .map(|(label, count)| (t.msg(label), count))
    .collect()
}

/// Draws the sale until it was over, or until now.
fn chart(book: &Book, now: Moment, t: Text) -> Option<Drawing> {
    let opened = book.opening()?.at;
    let until = book.all_sold_at().unwrap_or(now).min(now);
    let step = |point: &Point| Step {
        second: seconds_until(point.at, opened),
        free: point.free,
        claimed: point.claimed,
        sold: point.sold,
    };
    let course = Course {
        steps: book.sell_through().map(step).collect(),
        seconds: seconds_until(until, opened),
    };
    Some(sell_through(&course, t))
}

fn first_waiting(book: &Book) -> Vec<String> {
    let first = book.waiting().take(WAITING_SHOWN);
    first.map(|buyer| buyer.to_string()).collect()
}

fn more_waiting(book: &Book, t: Text) -> Option<String> {
    let more = (book.counts().waiting as usize).saturating_sub(WAITING_SHOWN);
    (more > 0).then(|| t.with("console-drop-line-more", &[("count", &more)]))
}

fn lines(book: &Book, t: Text) -> Vec<Line> {
    let Some(opening) = book.opening() else {
        return vec![];
    };
    let line = |point: &Point| Line {
        after: t.duration(seconds_until(point.at, opening.at)),
        free: point.free,
        claimed: point.claimed,
        sold: point.sold,
    };
    book.sell_through().map(line).collect()
}

/// What it brought: listed, sold, the first three days, and how fast the last unit was gone.
fn campaign(book: &Book, t: Text) -> Vec<(String, String)> {
    let listed = book.announcement().units.len() as u32;
    let sold = book.counts().sold;
    let mut lines = vec![
        (t.msg("console-drop-listed"), t.count(listed)),
        (t.msg("console-drop-sold"), t.count(sold)),
    ];
    if let Some(opening) = book.opening() {
        let end = opening.at.plus_seconds(FIRST_DAYS * SECONDS_PER_DAY);
        let early = book.sell_through().take_while(|point| point.at < end);
        let early = early.last().map_or(0, |point| point.sold);
        lines.push((t.msg("console-drop-first-days"), t.count(early)));
        if let Some(gone) = book.sold_out_at() {
            let took = t.duration(seconds_until(gone, opening.at));
            lines.push((t.msg("console-drop-took"), took));
        }
    }
    lines
}

async fn plans(shop: &Shop, book: &Book, t: Text) -> Result<Vec<(String, u64)>, Problem> {
    let mut plans: BTreeMap<(u16, String), u64> = BTreeMap::new();
    for (_, unit) in book.units() {
        let Hand::Sold { order, .. } = &unit.hand else {
            continue;
        };
        let (state, _) = shop.store.load::<Order>(order).await?;
        if let Some(sale) = state.sale() {
            let key = (sale.plan.months, plan_words(sale.plan, t));
            *plans.entry(key).or_default() += 1;
        }
    }
    let plans = plans.into_iter();
    Ok(plans.map(|((_, words), count)| (words, count)).collect())
}

fn draw(book: &Book, t: Text) -> Vec<(String, String)> {
    let commitment = book.announcement().commitment.to_string();
    let mut lines = vec![(t.msg("console-drop-commitment"), commitment)];
    if let Some(opening) = book.opening() {
        lines.push((t.msg("console-drop-seed"), opening.seed.to_string()));
        let hash = opening.entries_hash.to_string();
        lines.push((t.msg("console-drop-entries-hash"), hash));
    }
    lines
}

async fn unit_line(
    shop: &Shop,
    page: &Page,
    book: &Book,
    number: u32,
    unit: &Unit,
    may_act: bool,
) -> Result<UnitLine, Problem> {
    let t = page.t;
    let (person, order, until) = match &unit.hand {
        Hand::Claimed(claim) => (Some(claim.person), Some(&claim.order), claim.until),
        Hand::Sold { person, order } => (Some(*person), Some(order), None),
        Hand::Free | Hand::Gone => (None, None, None),
    };
    let model = match book.announcement().units.get(number as usize - 1) {
        Some(Offered::ToCome { model }) => model.clone(),
        Some(Offered::Car { .. }) | None => String::new(),
    };
    let person = person.map(|person| person.to_string());
    Ok(UnitLine {
        number,
        what: model,
        car: unit.car.as_ref().map(|vin| {
            let href = page.link(&format!("/console/cars?vin={vin}"));
            (href, vin.to_string())
        }),
        state: state::unit(unit, t),
        person: person.map_or_else(String::new, |key| key.chars().take(KEY_SHOWN).collect()),
        order: begun(shop, page, order).await?,
        until: until.map_or_else(String::new, |until| t.time(until, &shop.policy.zone)),
        may_assign: may_act && unit.car.is_none() && unit.hand != Hand::Gone,
    })
}

/// Links an order that was begun; a claim whose buyer has not come yet has none.
async fn begun(
    shop: &Shop,
    page: &Page,
    order: Option<&OrderId>,
) -> Result<Option<(String, String)>, Problem> {
    let Some(order) = order else {
        return Ok(None);
    };
    let (state, _) = shop.store.load::<Order>(order).await?;
    let href = page.link(&format!("/console/orders/{order}"));
    Ok(state.sale().map(|_| (href, order.to_string())))
}

#[derive(Clone, Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

/// Calls a drop off before its opening.
pub(super) async fn cancel(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, id)): Path<(String, String)>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    end(&shop, &staff, &id, &reason, |reason| Command::Cancel {
        reason,
    })
    .await
}

/// Closes a drop before its time.
pub(super) async fn close(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, id)): Path<(String, String)>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    let early = |reason| Command::Close {
        early: Some(reason),
    };
    end(&shop, &staff, &id, &reason, early).await
}

async fn end(
    shop: &Shop,
    staff: &Staff,
    id: &str,
    reason: &str,
    command: impl FnOnce(String) -> Command,
) -> Result<Response, Problem> {
    let path = format!("/console/drops/{id}");
    if !staff.role.runs_money() {
        return Ok(staff.back(&path, Said::NotYours));
    }
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Ok(staff.back(&path, Said::Incomplete));
    }
    tracing::info!(staff = staff.name, drop = id, reason, "staff ended a drop");
    tell(shop, staff, id, command(reason)).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Assigned {
    unit: u32,
    vin: String,
}

/// Gives a unit that was to come its car.
pub(super) async fn assign(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, id)): Path<(String, String)>,
    Form(Assigned { unit, vin }): Form<Assigned>,
) -> Result<Response, Problem> {
    let path = format!("/console/drops/{id}");
    if !staff.role.runs_money() {
        return Ok(staff.back(&path, Said::NotYours));
    }
    let Ok(vin) = Vin::parse(vin.trim()) else {
        return Ok(staff.back(&path, Said::Incomplete));
    };
    tell(&shop, &staff, &id, Command::AssignCar { unit, vin }).await
}

async fn tell(shop: &Shop, staff: &Staff, id: &str, command: Command) -> Result<Response, Problem> {
    let drop = DropId::parse(id).map_err(|_| Problem::not_found())?;
    let context = Context::at(shop.now());
    let result = shop.store.execute::<Drop>(&drop, command, context).await;
    Ok(staff.back(&format!("/console/drops/{drop}"), told(result)?))
}
