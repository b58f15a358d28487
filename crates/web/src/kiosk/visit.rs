//! The hand-over at the bay, step by step, as the buyer sees it on the screen beside the door.
//!
//! Which step it is follows from the order and from the tower, never from what was pressed last,
//! so that a reload shows the truth. The door is asked for only after the buyer has looked into
//! the bay and said that nobody is inside; when a car is left behind, somebody has to say so once
//! more before the door closes on it. The doors themselves obey the machine's own interlocks.

use super::{Frame, Limits, address, page, words};
use crate::appointment::stands_at;
use crate::desk::checkout::NotDone;
use crate::desk::{self, Trouble, pick_up};
use crate::drawing::Drawing;
use crate::drawing::car::{self, CarLook};
use crate::drawing::tower::{self, FacadeSize};
use crate::facade::{self, Sight, Wish};
use crate::form::Form;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use crate::visitor::{self, Visitor};
use ::tower::bay::Phase;
use ::tower::planner::{eta, is_due};
use ::tower::tower as machine;
use ::tower::tower::Place;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::Extensions;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::OrderId;
use plc::Panel;
use reactions::fetch_job;
use sales::order::{Order, RefundReason, Sale, Stage, Visit};
use serde::Deserialize;
use std::sync::Arc;
use store::{Context, Failure};

/// How long the screen waits while people look at the car and drive.
const PATIENCE_SECONDS: u32 = 180;
const LONGEST_REASON: usize = 500;

/// What happens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The car is on its way down.
    Coming,
    /// The car stands behind the closed door.
    LookInside,
    /// The door opens.
    Opening,
    /// The buyer looks at the car.
    LookAtCar,
    /// The buyer drives out.
    DriveOut,
    /// One proof of two that the car leaves.
    Leaving,
    /// The car is the buyer's.
    Yours,
    /// The buyer leaves the car; the door waits for somebody's word.
    LeaveBay,
    /// The door closes and the car goes up again.
    GoingBack,
    /// The purchase ended without a car.
    Over,
}

impl Step {
    /// Where it stands among the steps that are listed; none off the straight way.
    fn number(self) -> Option<usize> {
        match self {
            Step::Coming => Some(0),
            Step::LookInside => Some(1),
            Step::Opening => Some(2),
            Step::LookAtCar => Some(3),
            Step::DriveOut | Step::Leaving => Some(4),
            Step::Yours => Some(5),
            Step::LeaveBay | Step::GoingBack | Step::Over => None,
        }
    }
}

/// Reads off order and tower what happens now.
fn step(sale: &Sale, order: &OrderId, tower: &machine::State) -> Step {
    match &sale.stage {
        Stage::Paid | Stage::Fetching { .. } => Step::Coming,
        Stage::AtBay {
            visit: Visit::Awaited,
            ..
        } => Step::LookInside,
        Stage::AtBay { bay, visit, .. } => {
            let bay = tower.bays.get(&Place(bay.clone()));
            match (bay.map(|bay| bay.phase).unwrap_or_default(), visit) {
                (Phase::DrivingOut, _) => Step::Leaving,
                (Phase::OpenOccupied, Visit::CarAccepted) => Step::DriveOut,
                (Phase::OpenOccupied, _) => Step::LookAtCar,
                (Phase::OpenEmpty | Phase::Closing | Phase::SweepCheck, _) => Step::Leaving,
                _ => Step::Opening,
            }
        }
        Stage::HandedOver => Step::Yours,
        Stage::Refunding {
            why: RefundReason::Rejected,
        }
        | Stage::Refunded => match rejected_bay(order, tower) {
            Some(_) => Step::LeaveBay,
            None => Step::GoingBack,
        },
        _ => Step::Over,
    }
}

/// The open bay a rejected car stands in.
fn rejected_bay<'s>(order: &OrderId, tower: &'s machine::State) -> Option<&'s Place> {
    let live = tower.job(&fetch_job(order))?;
    match &live.stage {
        machine::Stage::Rejected { bay } => Some(bay),
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "kiosk/visit.html")]
struct View {
    page: Page,
    t: Text,
    frame: Frame,
    step: Step,
    steps: Vec<(String, &'static str)>,
    name: String,
    bay: String,
    picture: Option<Drawing>,
    tower: Drawing,
    here: String,
    refund: String,
    minutes_left: Option<String>,
    /// The time that was chosen, as long as it has not come.
    chosen: Option<String>,
    confirmed: bool,
    wrong: Option<String>,
    stands_still: bool,
    simulator: bool,
}

/// A hand-over that this browser may see.
struct Known {
    order: OrderId,
    tag: String,
    sale: Sale,
}

type Names = Path<(String, String, String)>;

/// Makes the tag that lets one browser see one hand-over.
pub(super) fn tag(shop: &Shop, browser: &visitor::Visit, order: &OrderId) -> String {
    shop.secret
        .hex("kiosk-visit", &format!("{order} {}", browser.0))
}

/// Gives the address of a hand-over, after the language.
pub(super) fn path(order: &OrderId, tag: &str) -> String {
    format!("/kiosk/visit/{order}/{tag}")
}

async fn known(shop: &Shop, browser: &visitor::Visit, names: Names) -> Result<Known, Problem> {
    let Path((_, order, tag)) = names;
    let order = OrderId::parse(&order).map_err(|_| Problem::not_found())?;
    let message = format!("{order} {}", browser.0);
    if !shop.secret.matches("kiosk-visit", &message, &tag) {
        return Err(Problem::not_found());
    }
    let (state, _) = shop.store.load::<Order>(&order).await?;
    let sale = state.sale().cloned().ok_or_else(Problem::not_found)?;
    Ok(Known { order, tag, sale })
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Said {
    wrong: Option<String>,
}

/// Shows what happens now and what the buyer can do.
pub(super) async fn show(
    State(shop): State<Shop>,
    Extension(browser): Extension<visitor::Visit>,
    visitor: Visitor,
    names: Names,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let known = known(&shop, &browser, names).await?;
    let sight = facade::look(&shop).await?;
    let step = step(&known.sale, &known.order, &sight.state);
    let row = shop.store.vehicle(&known.sale.vin).await?;
    let path = path(&known.order, &known.tag);
    let page = page(&shop, &visitor, t.msg("kiosk-visit-title"), &path);
    let page = page.live(format!("/{}/kiosk/live", visitor.lang.prefix()));
    let left = rejected_bay(&known.order, &sight.state);
    let confirmed = left
        .and_then(|bay| sight.state.bays.get(bay))
        .is_some_and(|bay| bay.is_confirmed(sight.now));
    Ok(html(&View {
        frame: Frame::asking_after(&visitor, &page, PATIENCE_SECONDS),
        t,
        step,
        steps: steps(step, t),
        name: row
            .as_ref()
            .map(|row| stock::name(&row.listing))
            .unwrap_or_default(),
        bay: bay_place(&known.sale)
            .map(|bay| t.with("bay-name", &[("name", &facade::bay_name(&bay))]))
            .unwrap_or_default(),
        picture: row
            .map(|row| car::picture(&CarLook::of(&row.listing), &stock::name(&row.listing))),
        tower: small_tower(&shop, &sight, &known.sale, t),
        here: page.link(&path),
        refund: known
            .sale
            .paid
            .map(|paid| t.money(paid))
            .unwrap_or_default(),
        minutes_left: coming(&shop, &sight, &known.order, t),
        chosen: chosen(&shop, &sight, &known.order, t),
        confirmed,
        wrong: said.wrong.and_then(|wrong| what_is_wrong(&wrong, t)),
        stands_still: !sight.state.faults.is_empty(),
        simulator: shop.simulators.is_some(),
        page,
    }))
}

fn small_tower(shop: &Shop, sight: &Sight, sale: &Sale, t: Text) -> Drawing {
    let wish = Wish {
        size: FacadeSize::Small,
        link: &|_| None,
        label: &|row| stock::name(&row.listing),
        chosen: &|row| row.listing.vin == sale.vin,
    };
    tower::facade(&sight.facade(shop, t, &wish), t)
}

fn bay_place(sale: &Sale) -> Option<Place> {
    match &sale.stage {
        Stage::AtBay { bay, .. } => Some(Place(bay.clone())),
        _ => None,
    }
}

fn coming(shop: &Shop, sight: &Sight, order: &OrderId, t: Text) -> Option<String> {
    let eta = eta(&sight.state, &shop.machine, &fetch_job(order), sight.now)?;
    if eta.is_exact() {
        return Some(t.with("kiosk-coming-at", &[("time", &t.duration(eta.expected_s))]));
    }
    Some(t.with(
        "kiosk-coming-in",
        &[
            ("from", &t.duration(eta.earliest_s)),
            ("to", &t.duration(eta.latest_s)),
        ],
    ))
}

/// Says when a car comes that waits for the time its buyer chose.
fn chosen(shop: &Shop, sight: &Sight, order: &OrderId, t: Text) -> Option<String> {
    let live = sight.state.job(&fetch_job(order))?;
    let slot = desk::appointment::given(&sight.state, order)?;
    let waits = !is_due(&sight.state, &shop.machine, live, sight.now);
    waits.then(|| stands_at(&slot, &shop.policy.zone, t))
}

/// Lists the steps of the straight way, each done, now or to come.
fn steps(now: Step, t: Text) -> Vec<(String, &'static str)> {
    let Some(number) = now.number() else {
        return Vec::new();
    };
    let names = [
        t.msg("kiosk-step-coming"),
        t.msg("kiosk-step-look-inside"),
        t.msg("kiosk-step-opening"),
        t.msg("kiosk-step-look"),
        t.msg("kiosk-step-drive-out"),
        t.msg("kiosk-step-yours"),
    ];
    let class = |index: usize| match index.cmp(&number) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal if now == Step::Yours => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "",
    };
    let numbered = names.into_iter().enumerate();
    numbered.map(|(index, name)| (name, class(index))).collect()
}

fn what_is_wrong(code: &str, t: Text) -> Option<String> {
    match code {
        "inside" => Some(t.msg("kiosk-wrong-inside")),
        "code" => Some(t.msg("kiosk-wrong-code")),
        "reason" => Some(t.msg("kiosk-wrong-reason")),
        "simulator" => Some(t.msg("kiosk-wrong-simulator")),
        "not-now" => Some(t.msg("kiosk-wrong-not-now")),
        _ => None,
    }
}

fn back(visitor: &Visitor, known: &Known, wrong: Option<&str>) -> Response {
    let query = wrong
        .map(|wrong| format!("?wrong={wrong}"))
        .unwrap_or_default();
    let path = path(&known.order, &known.tag);
    Redirect::to(&format!("/{}{path}{query}", visitor.lang.prefix())).into_response()
}

/// Goes back to the page, which shows what is true now; a refusal only means that it has moved on.
fn after(
    visitor: &Visitor,
    known: &Known,
    told: Result<(), Trouble<NotDone>>,
) -> Result<Response, Problem> {
    match told {
        Ok(()) => Ok(back(visitor, known, None)),
        Err(Trouble::No(_)) => Ok(back(visitor, known, Some("not-now"))),
        Err(Trouble::Busy) => Err(Problem::busy()),
        Err(Trouble::Store(fault)) => Err(fault.into()),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Seen {
    empty: Option<String>,
}

/// Asks for the door, the bay seen empty of people.
pub(super) async fn open(
    State(shop): State<Shop>,
    Extension(browser): Extension<visitor::Visit>,
    visitor: Visitor,
    names: Names,
    Form(seen): Form<Seen>,
) -> Result<Response, Problem> {
    let known = known(&shop, &browser, names).await?;
    if seen.empty.is_none() {
        return Ok(back(&visitor, &known, Some("inside")));
    }
    let told = pick_up::accept_code(&shop, &known.order).await;
    after(&visitor, &known, told)
}

#[derive(Clone, Deserialize)]
pub(super) struct Nothing {}

/// Accepts the car.
pub(super) async fn accept(
    State(shop): State<Shop>,
    Extension(browser): Extension<visitor::Visit>,
    visitor: Visitor,
    names: Names,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let known = known(&shop, &browser, names).await?;
    let told = pick_up::accept_car(&shop, &known.order).await;
    after(&visitor, &known, told)
}

#[derive(Clone, Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    code: String,
}

/// Rejects the car; the code is asked for again, so that nobody else can do it in passing.
pub(super) async fn reject(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<Limits>>,
    Extension(browser): Extension<visitor::Visit>,
    extensions: Extensions,
    visitor: Visitor,
    names: Names,
    Form(typed): Form<Reason>,
) -> Result<Response, Problem> {
    let known = known(&shop, &browser, names).await?;
    let reason = typed.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Ok(back(&visitor, &known, Some("reason")));
    }
    if !limits.codes.take(&address(&extensions), shop.now()) {
        return Err(Problem::too_many());
    }
    let digits: String = typed.code.chars().filter(char::is_ascii_digit).collect();
    if digits != pick_up::code(&shop, &known.order) {
        return Ok(back(&visitor, &known, Some("code")));
    }
    let told = pick_up::reject_car(&shop, &known.order, reason).await;
    after(&visitor, &known, told)
}

/// Says that nobody is inside, so that the door may close on the car that is left.
pub(super) async fn confirm_clear(
    State(shop): State<Shop>,
    Extension(browser): Extension<visitor::Visit>,
    visitor: Visitor,
    names: Names,
    Form(seen): Form<Seen>,
) -> Result<Response, Problem> {
    let known = known(&shop, &browser, names).await?;
    if seen.empty.is_none() {
        return Ok(back(&visitor, &known, Some("inside")));
    }
    let (tower, _) = shop.store.load::<machine::Tower>(&shop.tower).await?;
    let Some(bay) = rejected_bay(&known.order, &tower).cloned() else {
        return Ok(back(&visitor, &known, None));
    };
    let confirm = machine::Command::ConfirmBayClear { bay };
    let context = Context::at(shop.now());
    let told = shop
        .store
        .execute::<machine::Tower>(&shop.tower, confirm, context)
        .await;
    match told {
        Ok(_) => Ok(back(&visitor, &known, None)),
        Err(Failure::Refused(_)) => Ok(back(&visitor, &known, Some("not-now"))),
        Err(Failure::Fault(fault)) => Err(fault.into()),
        Err(Failure::Busy | Failure::KeyReused | Failure::Stale) => Err(Problem::busy()),
    }
}

/// Lets the simulated buyer drive out; there is no such thing at a real machine.
pub(super) async fn drive_out(
    State(shop): State<Shop>,
    Extension(browser): Extension<visitor::Visit>,
    visitor: Visitor,
    names: Names,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let known = known(&shop, &browser, names).await?;
    let simulators = shop.simulators.as_ref().ok_or_else(Problem::not_found)?;
    let Some(bay) = bay_place(&known.sale) else {
        return Ok(back(&visitor, &known, Some("not-now")));
    };
    let driven = async {
        let mut panel = Panel::connect(simulators.panel).await?;
        panel.drive_out(&bay).await
    };
    match driven.await {
        Ok(_) => Ok(back(&visitor, &known, None)),
        Err(fault) => {
            tracing::info!(%fault, "the simulated buyer did not drive out");
            Ok(back(&visitor, &known, Some("simulator")))
        }
    }
}
