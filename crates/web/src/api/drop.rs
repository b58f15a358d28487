//! Drops: timed sales of few cars to many people, drawn in an order anybody can compute again.
//!
//! Taking part is idempotent by person, so it takes no key: who asks again is told where they
//! stand. A person is limited, not an address, because one address may be a whole company's.

use super::caller::{Asked, Caller};
use super::checkout::Nothing;
use super::details::{Act, Any, Bodied, Details, Limited, One, Private, Wrong};
use super::drop_view::{Course, DropView, Drops, PlaceView};
use super::input::{Json as Body, Segment, not_found};
use super::money::{Percent, plan_of};
use super::once::{Answer, Write};
use super::order::{OrderView, own};
use super::refusal::{not_begun, not_in};
use crate::desk::checkout::Person;
use crate::desk::drop::{self, Entry};
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::DropId;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// How often one person may ask to take part: a few times at once, then every two seconds.
pub(super) struct DropLimit(Limit);

impl Default for DropLimit {
    fn default() -> DropLimit {
        DropLimit(Limit::new(10, 2.0))
    }
}

impl DropLimit {
    fn take(&self, shop: &Shop, caller: &Caller) -> Result<(), Details> {
        match self.0.take(caller.buyer.as_str(), shop.now()) {
            true => Ok(()),
            false => Err(Details::from(Problem::too_many())),
        }
    }
}

/// Who wants to take part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEntry {
    /// The name as on the identity document; needed once for each account.
    #[schema(example = "Minh 明", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// The number of the identity document; needed once for each account.
    #[schema(example = "990101198802020023", min_length = 1, max_length = 40)]
    number: Option<String>,
    /// Whether the person agrees to the text of `GET /api/v1/consent`; needed where the drop asks
    /// for a score.
    #[serde(default)]
    consent: bool,
}

/// Whether to wait.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClaim {
    /// Whether to take a waiting place when nothing is free.
    #[serde(default)]
    wait: bool,
}

/// The plan to pay by.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCheckout {
    /// The down payment in percent of the price; needed unless `months` is 0.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 100, example = 10)]
    down: Option<Percent>,
    /// The number of monthly instalments; 0 pays in full.
    #[schema(example = 36)]
    months: u16,
}

const LONGEST_NAME: usize = 100;
const LONGEST_NUMBER: usize = 40;

/// List drops
#[utoipa::path(
    get, path = "/api/v1/drops", tag = "Drops", responses((status = 200, body = Drops), Any)
)]
pub(super) async fn list_drops(
    State(shop): State<Shop>,
    Asked(lang): Asked,
) -> Result<Json<Drops>, Details> {
    let mut items = Vec::new();
    for id in drop::all(&shop).await? {
        if let Some((state, _)) = drop::load(&shop, &id).await? {
            items.extend(DropView::of(&state, lang, shop.now()));
        }
    }
    Ok(Json(Drops { items }))
}

/// Show one drop
///
/// `now` is the time of the answer by the shop's clock; a countdown runs from it.
#[utoipa::path(
    get, path = "/api/v1/drops/{id}", tag = "Drops",
    params(("id" = String, Path, description = "The drop")),
    responses((status = 200, body = DropView), Any, One)
)]
pub(super) async fn show_drop(
    State(shop): State<Shop>,
    Asked(lang): Asked,
    id: Segment,
) -> Result<Json<DropView>, Details> {
    let drop = id.parse(DropId::parse)?;
    let (state, _) = drop::load(&shop, &drop).await?.ok_or_else(not_found)?;
    let view = DropView::of(&state, lang, shop.now());
    Ok(Json(view.ok_or_else(not_found)?))
}

/// Take part in a drop
///
/// Before the opening it is an entry to the draw; after it, it is a claim, or a place in the line.
/// Sent again, it changes nothing and tells where the person stands.
#[utoipa::path(
    post, path = "/api/v1/drops/{id}/entries", tag = "Drops", request_body = NewEntry,
    params(("id" = String, Path, description = "The drop")), security(("token" = [])),
    responses((status = 200, body = PlaceView), Any, Private, One, Bodied, Act, Limited)
)]
pub(super) async fn enter_drop(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<DropLimit>>,
    caller: Caller,
    id: Segment,
    Body(entry): Body<NewEntry>,
) -> Result<Json<PlaceView>, Details> {
    let drop = id.parse(DropId::parse)?;
    limit.take(&shop, &caller)?;
    let (state, _) = drop::load(&shop, &drop).await?.ok_or_else(not_found)?;
    let asked = state
        .book()
        .and_then(|book| drop::consent_text(Text::of(caller.lang), book.announcement()));
    let entry = Entry {
        person: entry.person()?,
        consent_text: asked.filter(|_| entry.consent),
        wait: true,
    };
    let place = drop::enter(&shop, &caller.buyer, &drop, entry).await;
    let place = place.map_err(|trouble| Details::of(trouble, not_in))?;
    Ok(Json(PlaceView::of(&place, shop.now())))
}

impl NewEntry {
    fn person(&self) -> Result<Option<Person>, Details> {
        let (name, number) = match (&self.name, &self.number) {
            (None, None) => return Ok(None),
            (Some(name), Some(number)) => (name.trim(), number.trim()),
            (None, Some(_)) => return Err(missing("/name")),
            (Some(_), None) => return Err(missing("/number")),
        };
        let mut wrong = Vec::new();
        for (pointer, text, longest) in [
            ("/name", name, LONGEST_NAME),
            ("/number", number, LONGEST_NUMBER),
        ] {
            if text.is_empty() || text.chars().count() > longest {
                let says = format!("write 1 to {longest} characters");
                wrong.push(Wrong::at(pointer, says));
            }
        }
        match wrong.is_empty() {
            true => Ok(Some(Person {
                name: name.to_owned(),
                number: number.to_owned(),
            })),
            false => Err(Details::bad_fields(wrong)),
        }
    }
}

fn missing(pointer: &str) -> Details {
    let says = "name and number go together";
    Details::bad_fields(vec![Wrong::at(pointer, says)])
}

/// Take a car now or not at all
///
/// For one who has said who they are before. With `wait` it is the same as an entry.
#[utoipa::path(
    post, path = "/api/v1/drops/{id}/claims", tag = "Drops", request_body = NewClaim,
    params(("id" = String, Path, description = "The drop")), security(("token" = [])),
    responses((status = 200, body = PlaceView), Any, Private, One, Bodied, Act, Limited)
)]
pub(super) async fn claim_car(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<DropLimit>>,
    caller: Caller,
    id: Segment,
    Body(claim): Body<NewClaim>,
) -> Result<Json<PlaceView>, Details> {
    let drop = id.parse(DropId::parse)?;
    limit.take(&shop, &caller)?;
    let place = drop::claim(&shop, &caller.buyer, &drop, claim.wait).await;
    let place = place.map_err(|trouble| Details::of(trouble, not_in))?;
    Ok(Json(PlaceView::of(&place, shop.now())))
}

/// Show one's own place
#[utoipa::path(
    get, path = "/api/v1/drops/{id}/place", tag = "Drops", security(("token" = [])),
    params(("id" = String, Path, description = "The drop")),
    responses((status = 200, body = PlaceView), Any, Private, One)
)]
pub(super) async fn show_place(
    State(shop): State<Shop>,
    caller: Caller,
    id: Segment,
) -> Result<Json<PlaceView>, Details> {
    let drop = id.parse(DropId::parse)?;
    let place = drop::standing(&shop, &caller.buyer, &drop).await;
    let place = place.map_err(|trouble| Details::of(trouble, not_in))?;
    Ok(Json(PlaceView::of(&place, shop.now())))
}

/// Take part no more
///
/// A car that is kept goes to the next; an order that was begun for it is cancelled.
#[utoipa::path(
    post, path = "/api/v1/drops/{id}/leave", tag = "Drops", request_body = Nothing,
    params(("id" = String, Path, description = "The drop")), security(("token" = [])),
    responses((status = 200, body = PlaceView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn leave_drop(
    State(shop): State<Shop>,
    caller: Caller,
    id: Segment,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<PlaceView>, Details> {
    let drop = id.parse(DropId::parse)?;
    let place = drop::leave(&shop, &caller.buyer, &drop).await;
    let place = place.map_err(|trouble| Details::of(trouble, not_in))?;
    Ok(Json(PlaceView::of(&place, shop.now())))
}

/// Begin the order of one's claim
///
/// From here it is an order like any other: credit, offer, signature, wallet.
#[utoipa::path(
    post, path = "/api/v1/drops/{id}/checkout", tag = "Drops", request_body = NewCheckout,
    params(("id" = String, Path, description = "The drop"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 201, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn begin_checkout(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<NewCheckout>,
) -> Response {
    let act = async |caller: Caller, wanted: NewCheckout| {
        let drop = id.parse(DropId::parse)?;
        let plan = plan_of(wanted.down.as_ref(), wanted.months);
        let plan = plan.map_err(|wrong| Details::bad_fields(vec![wrong]))?;
        let begun = drop::begin_checkout(&shop, &caller.buyer, &drop, plan, caller.lang).await;
        let order = begun.map_err(|trouble| Details::of(trouble, not_begun))?;
        let view = own(&shop, &caller, &order).await?;
        Ok(Answer::json(StatusCode::CREATED, &view))
    };
    write.once(&shop, act).await
}

/// Show how it sold, second by second
#[utoipa::path(
    get, path = "/api/v1/drops/{id}/sell-through", tag = "Drops",
    params(("id" = String, Path, description = "The drop")),
    responses((status = 200, body = Course), Any, One)
)]
pub(super) async fn show_sell_through(
    State(shop): State<Shop>,
    id: Segment,
) -> Result<Json<Course>, Details> {
    let drop = id.parse(DropId::parse)?;
    let (state, _) = drop::load(&shop, &drop).await?.ok_or_else(not_found)?;
    Ok(Json(Course::of(state.book().ok_or_else(not_found)?)))
}
