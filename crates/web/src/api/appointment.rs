//! The time of a hand-over: which can be chosen, and choosing it.

use super::caller::Caller;
use super::details::{Act, Any, Bodied, Details, One, Private, Wrong};
use super::input::{Query, Segment, not_found};
use super::once::{Answer, Write};
use super::order::{OrderView, order_id, own};
use crate::desk::appointment::{self as desk, NotAppointed};
use crate::shop::Shop;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Day, Moment};
use serde::{Deserialize, Serialize};
use tower::appointment::{Offered, Slot};
use utoipa::{IntoParams, ToSchema};

/// A time for a hand-over: the car comes to stand at a bay between begin and end.
#[derive(Serialize, ToSchema)]
#[schema(as = Slot)]
pub(super) struct SlotView {
    #[schema(format = DateTime)]
    begins: String,
    #[schema(format = DateTime)]
    ends: String,
}

/// A time that can be chosen, or could if it were not full.
#[derive(Serialize, ToSchema)]
pub(super) struct SlotOffer {
    #[serde(flatten)]
    slot: SlotView,
    /// How many more hand-overs the bays can keep then.
    free: usize,
    is_full: bool,
}

/// The times of one day for the hand-over of one car.
#[derive(Serialize, ToSchema)]
pub(super) struct Slots {
    /// The civil day at the tower.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Until when a time may begin: no day after that has any.
    #[schema(format = DateTime)]
    until: String,
    /// The time that was chosen.
    appointment: Option<SlotView>,
    slots: Vec<SlotOffer>,
}

/// Which day is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfDay {
    /// The civil day at the tower; today when left out.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-23")]
    day: Option<Day>,
}

/// The time that is chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppointment {
    /// When the slot begins, as `GET /api/v1/orders/{id}/slots` has it.
    #[schema(format = DateTime, example = "2026-11-23T06:15:00Z")]
    begins: String,
}

/// List the times for a hand-over
///
/// They can be chosen from the hold on until the lift sets out.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/slots", tag = "Buying",
    params(("id" = String, Path, description = "The order"), OfDay), security(("token" = [])),
    responses((status = 200, body = Slots), Any, Private, One, Act)
)]
pub(super) async fn list_slots(
    State(shop): State<Shop>,
    caller: Caller,
    id: Segment,
    Query(wanted): Query<OfDay>,
) -> Result<Json<Slots>, Details> {
    let order = order_id(&id.0)?;
    let day = wanted.day.unwrap_or_else(|| shop.today());
    let asked = desk::of_day(&shop, day);
    let times = desk::times(&shop, &caller.buyer, &order, asked).await;
    let times = times.map_err(|trouble| Details::of(trouble, not_appointed))?;
    Ok(Json(Slots {
        day,
        until: times.until.timestamp().to_string(),
        appointment: times.given.as_ref().map(SlotView::of),
        slots: times.offered.iter().map(SlotOffer::of).collect(),
    }))
}

/// Choose the time of a hand-over
///
/// It takes the place of the one chosen before; a refusal leaves that one as it was. The car then
/// comes for that time and not before.
#[utoipa::path(
    put, path = "/api/v1/orders/{id}/appointment", tag = "Buying", request_body = NewAppointment,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn make_appointment(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<NewAppointment>,
) -> Response {
    let act = async |caller: Caller, wanted: NewAppointment| {
        let order = order_id(&id.0)?;
        let begins: jiff::Timestamp = wanted.begins.parse().map_err(|_| not_a_time())?;
        let begins = Moment::from_micros(begins.as_microsecond());
        let chosen = desk::choose(&shop, &caller.buyer, &order, begins).await;
        chosen.map_err(|trouble| Details::of(trouble, not_appointed))?;
        Ok(Answer::ok(&own(&shop, &caller, &order).await?))
    };
    write.once(&shop, act).await
}

/// Want the car at once after all
///
/// Repeated, it changes nothing, so it needs no key.
#[utoipa::path(
    delete, path = "/api/v1/orders/{id}/appointment", tag = "Buying",
    params(("id" = String, Path, description = "The order")), security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Act)
)]
pub(super) async fn end_appointment(
    State(shop): State<Shop>,
    caller: Caller,
    id: Segment,
) -> Result<Json<OrderView>, Details> {
    let order = order_id(&id.0)?;
    let ended = desk::at_once(&shop, &caller.buyer, &order).await;
    ended.map_err(|trouble| Details::of(trouble, not_appointed))?;
    Ok(Json(own(&shop, &caller, &order).await?))
}

fn not_a_time() -> Details {
    let cure = "write a time of RFC 3339 such as 2026-11-23T06:15:00Z";
    Details::bad_fields(vec![Wrong::at("/begins", cure)])
}

/// Tells why a time is not given.
fn not_appointed(refusal: NotAppointed) -> Details {
    let no = |kind, title| Details::new(StatusCode::CONFLICT, kind, title);
    match refusal {
        NotAppointed::NoSuchOrder => not_found(),
        NotAppointed::Over => no("order-over", "The order is over"),
        NotAppointed::Begun => no("fetch-begun", "The car is on its way or at the bay already"),
        NotAppointed::NoTimes => no("no-slots", "No time can be chosen for this car now"),
        NotAppointed::NotASlot => {
            let cure = "no slot begins then; choose one of those that are listed";
            Details::bad_fields(vec![Wrong::at("/begins", cure)])
        }
        NotAppointed::TooSoon { from } => no("slot-too-soon", "The car cannot be there by then")
            .detail(format!(
                "Choose one that begins at {} or later",
                from.timestamp()
            )),
        NotAppointed::TooFar { until } => {
            no("slot-too-far", "That is farther off than can be chosen").detail(format!(
                "Choose one that begins at {} or sooner",
                until.timestamp()
            ))
        }
        NotAppointed::Full => no("slot-full", "The bays can keep no more hand-overs then"),
    }
}

impl SlotView {
    /// Writes a slot.
    pub(super) fn of(slot: &Slot) -> SlotView {
        SlotView {
            begins: slot.begins.timestamp().to_string(),
            ends: slot.ends.timestamp().to_string(),
        }
    }
}

impl SlotOffer {
    fn of(offered: &Offered) -> SlotOffer {
        SlotOffer {
            slot: SlotView::of(&offered.slot),
            free: offered.free(),
            is_full: offered.free() == 0,
        }
    }
}
