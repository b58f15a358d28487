//! JSON under `/api/v1`, for programs: apps, kiosks and dealers' systems of others.
//!
//! A purchase made here is the same purchase as on the pages: both come through the desks. The
//! OpenAPI document at `/api/openapi.json` is made from the very routes that are served, so that
//! neither has what the other has not. Every error is a problem (RFC 9457).

mod vehicle; // cars and quotes
mod style; // body styles and drives
mod session; // signing in
mod order; // orders: begin, list, show
mod checkout; // plan, credit, offer, signature, wallet
mod tracking; // the car on its way down
mod waiting; // what a job waits for, on whose word
mod appointment; // the time of the hand-over
mod pick_up; // the code at the bay
mod drop; // few cars for many people
mod draw; // its draw, whole or in part
mod drop_view; // a drop as programs read it
mod tower; // the machine as it is seen
mod once; // a write is done once
mod caller; // whose token it is
mod input; // bodies and parameters
mod money; // sums, plans, offers
mod refusal; // the business's no, in words
mod details; // problems

use crate::problem::Problem;
use crate::shop::Shop;
use axum::Router;
use axum::extract::Extension;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use details::Details;
use once::Running;
use std::sync::{Arc, LazyLock};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The header under which a write is done once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header, names("Idempotency-Key"))]
#[allow(
    dead_code,
    reason = "the field is read by the derive, as a line of the specification"
)]
struct IdempotencyKey(
    /// Drawn anew for each act, such as a UUID, and sent again with each retry. The same key and
    /// the same request get the same answer for a day; another request under it gets 422.
    #[param(min_length = 1, max_length = 255)]
    String,
);

/// What stands in the document besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Automat",
        version = "1",
        description = "Cars that stand in a glass tower, bought in minutes.\n\nA purchase: `POST \
            /api/v1/sign-in`, `/sessions`, `/orders` (the car is held), `/orders/{id}/credit`, \
            `/offer`, `/sign`, `/pay` (open the address in the buyer's browser), then `GET \
            /orders/{id}` until it is paid and `/tracking` until the car stands at the bay.\n\n\
            Sums are whole minor units with their currency; times are RFC 3339; texts follow \
            `Accept-Language` (vi, zh, en). Errors are `application/problem+json` (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "Cars", description = "What stands in the tower and what it costs"),
        (name = "Signing in", description = "A phone number, a one-time code, a bearer token"),
        (name = "Buying", description = "From the hold to the keys"),
        (name = "Drops", description = "Timed sales of few cars to many people"),
        (name = "At the tower", description = "The machine, and the pick-up code at its bay"),
    ),
    modifiers(&Bearer)
)]
struct Frame;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Gives the routes.
pub fn routes() -> Router<Shop> {
    let (router, _) = described().split_for_parts();
    router
        .method_not_allowed_fallback(async || {
            let title = "This address takes other methods; see the Allow header";
            Details::from(Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method",
                title,
            ))
        })
        .layer(Extension(Running::default()))
        .layer(Extension(Arc::<session::SignInLimits>::default()))
        .layer(Extension(Arc::<pick_up::PickUpLimit>::default()))
        .layer(Extension(Arc::<drop::DropLimit>::default()))
}

fn described() -> OpenApiRouter<Shop> {
    OpenApiRouter::with_openapi(Frame::openapi())
        .routes(routes!(vehicle::list_vehicles))
        .routes(routes!(vehicle::show_vehicle))
        .routes(routes!(vehicle::quote_vehicle))
        .routes(routes!(session::ask_for_code))
        .routes(routes!(session::open_session, session::end_session))
        .routes(routes!(order::list_orders, order::create_order))
        .routes(routes!(order::show_order))
        .routes(routes!(checkout::choose_plan))
        .routes(routes!(checkout::show_consent))
        .routes(routes!(checkout::ask_credit))
        .routes(routes!(checkout::show_offer))
        .routes(routes!(checkout::sign_offer))
        .routes(routes!(checkout::begin_payment))
        .routes(routes!(checkout::cancel_order))
        .routes(routes!(checkout::ask_refund))
        .routes(routes!(appointment::list_slots))
        .routes(routes!(
            appointment::make_appointment,
            appointment::end_appointment
        ))
        .routes(routes!(tracking::track_order))
        .routes(routes!(pick_up::find_visit))
        .routes(routes!(pick_up::accept_code))
        .routes(routes!(pick_up::accept_car))
        .routes(routes!(pick_up::reject_car))
        .routes(routes!(drop::list_drops))
        .routes(routes!(drop::show_drop))
        .routes(routes!(drop::enter_drop))
        .routes(routes!(drop::claim_car))
        .routes(routes!(drop::show_place))
        .routes(routes!(drop::leave_drop))
        .routes(routes!(drop::begin_checkout))
        .routes(routes!(draw::show_draw))
        .routes(routes!(drop::show_sell_through))
        .routes(routes!(tower::show_tower))
        .routes(routes!(show_document))
}

/// Show this document
#[utoipa::path(
    get, path = "/api/openapi.json",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
async fn show_document() -> impl IntoResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let (_, document) = described().split_for_parts();
        document
            .to_pretty_json()
            .expect("the document is plain text")
    });
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str())
}
