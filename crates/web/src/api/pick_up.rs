//! At the tower, for a kiosk that is not ours: the pick-up code is what opens the bay.
//!
//! The code is the credential, so these need no token; and because it has six digits, one address
//! may try only a few. An act that is repeated changes nothing, so they need no key either.

use super::caller::Origin;
use super::details::{Act, Any, Bodied, Details, Limited, Wrong};
use super::input::Json;
use super::refusal::not_done;
use crate::desk::pick_up;
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::extract::{Extension, State};
use kernel::OrderId;
use sales::order::{Order, Stage, Visit as SalesVisit};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// How often an address may try a code.
pub(super) struct PickUpLimit(Limit);

impl Default for PickUpLimit {
    fn default() -> PickUpLimit {
        PickUpLimit(Limit::new(10, 6.0))
    }
}

/// The buyer's code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PickUpCode {
    #[schema(example = "042917", pattern = "^[0-9]{6}$")]
    code: String,
}

/// The buyer's code and why they do not want the car.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rejection {
    #[schema(example = "042917", pattern = "^[0-9]{6}$")]
    code: String,
    /// In the buyer's words.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// A visit at the tower.
#[derive(Serialize, ToSchema)]
pub(super) struct Visit {
    vin: String,
    tower: String,
    /// The bay the car stands at; null while the tower brings it.
    bay: Option<String>,
    step: VisitStep,
}

/// How far a visit is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VisitStep {
    /// The tower brings the car.
    OnItsWay,
    /// The car stands at the closed bay: accept the code.
    AtBay,
    /// The bay opens: look at the car, then accept or reject it.
    CodeAccepted,
    /// The car is accepted: drive out.
    CarAccepted,
    /// The hand-over is done, or the car goes back up.
    Over,
}

const LONGEST_REASON: usize = 1_000;

/// Find the visit of a code
#[utoipa::path(
    post, path = "/api/v1/pick-up", tag = "At the tower", request_body = PickUpCode,
    responses((status = 200, body = Visit), Any, Bodied, Limited)
)]
pub(super) async fn find_visit(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<PickUpLimit>>,
    origin: Origin,
    Json(body): Json<PickUpCode>,
) -> Result<axum::Json<Visit>, Details> {
    let order = find(&shop, &limit, &origin, &body.code).await?;
    visit(&shop, &order).await
}

/// Accept the code: the bay is asked to open
#[utoipa::path(
    post, path = "/api/v1/pick-up/accept-code", tag = "At the tower", request_body = PickUpCode,
    responses((status = 200, body = Visit), Any, Bodied, Limited, Act)
)]
pub(super) async fn accept_code(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<PickUpLimit>>,
    origin: Origin,
    Json(body): Json<PickUpCode>,
) -> Result<axum::Json<Visit>, Details> {
    let order = find(&shop, &limit, &origin, &body.code).await?;
    let accepted = pick_up::accept_code(&shop, &order).await;
    accepted.map_err(|trouble| Details::of(trouble, not_done))?;
    visit(&shop, &order).await
}

/// Accept the car after looking at it
#[utoipa::path(
    post, path = "/api/v1/pick-up/accept-car", tag = "At the tower", request_body = PickUpCode,
    responses((status = 200, body = Visit), Any, Bodied, Limited, Act)
)]
pub(super) async fn accept_car(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<PickUpLimit>>,
    origin: Origin,
    Json(body): Json<PickUpCode>,
) -> Result<axum::Json<Visit>, Details> {
    let order = find(&shop, &limit, &origin, &body.code).await?;
    let accepted = pick_up::accept_car(&shop, &order).await;
    accepted.map_err(|trouble| Details::of(trouble, not_done))?;
    visit(&shop, &order).await
}

/// Reject the car after looking at it
///
/// The car goes back up and all money back to the buyer.
#[utoipa::path(
    post, path = "/api/v1/pick-up/reject-car", tag = "At the tower", request_body = Rejection,
    responses((status = 200, body = Visit), Any, Bodied, Limited, Act)
)]
pub(super) async fn reject_car(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<PickUpLimit>>,
    origin: Origin,
    Json(body): Json<Rejection>,
) -> Result<axum::Json<Visit>, Details> {
    let length = body.reason.trim().chars().count();
    if !(1..=LONGEST_REASON).contains(&length) {
        let wrong = Wrong::at("/reason", format!("write 1 to {LONGEST_REASON} characters"));
        return Err(Details::bad_fields(vec![wrong]));
    }
    let order = find(&shop, &limit, &origin, &body.code).await?;
    let rejected = pick_up::reject_car(&shop, &order, &body.reason).await;
    rejected.map_err(|trouble| Details::of(trouble, not_done))?;
    visit(&shop, &order).await
}

async fn find(
    shop: &Shop,
    limit: &PickUpLimit,
    origin: &Origin,
    code: &str,
) -> Result<OrderId, Details> {
    if !limit.0.take(&origin.0, shop.now()) {
        return Err(Details::from(Problem::too_many()));
    }
    let order = pick_up::find(shop, code).await?;
    order.ok_or_else(|| {
        let why = "no car stands at a bay, or is on its way there, under this code";
        Details::bad_fields(vec![Wrong::at("/code", why)])
    })
}

async fn visit(shop: &Shop, order: &OrderId) -> Result<axum::Json<Visit>, Details> {
    let (state, _) = shop.store.load::<Order>(order).await?;
    let sale = state.sale().ok_or_else(super::input::not_found)?;
    let (bay, step) = match &sale.stage {
        Stage::AtBay { bay, visit, .. } => (Some(bay.clone()), VisitStep::of(*visit)),
        Stage::Fetching { .. } => (None, VisitStep::OnItsWay),
        _ => (None, VisitStep::Over),
    };
    Ok(axum::Json(Visit {
        vin: sale.vin.to_string(),
        tower: sale.tower.to_string(),
        bay,
        step,
    }))
}

impl VisitStep {
    fn of(visit: SalesVisit) -> VisitStep {
        match visit {
            SalesVisit::Awaited => VisitStep::AtBay,
            SalesVisit::CodeAccepted => VisitStep::CodeAccepted,
            SalesVisit::CarAccepted => VisitStep::CarAccepted,
        }
    }
}
