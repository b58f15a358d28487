//! The only HTML: storefront, kiosk, console, and the pictures on them; the API and webhooks.
//!
//! Every page is an askama template over a prepared view, works without scripts, and is written
//! in three languages. Scripts, styles and drawings are our own and served by us.

pub mod shop; // everything a page needs to answer
pub mod desk; // the acts a buyer can do
pub mod stock; // the cars of the tower as pages show them
pub mod facade; // the tower as it stands now
mod drop; // drops as pages show them
pub mod sheet; // which car where, and how to fetch it by hand
mod appointment; // a chosen time, in words
mod delay; // what holds a car up, in its buyer's words
pub mod storefront; // pages for a buyer's own phone or computer
pub mod kiosk; // pages for the screen at the tower
pub mod console; // pages for staff
pub mod api; // JSON under /api/v1
pub mod webhooks; // what outside parties post to us
pub mod live; // server-sent events from the log
pub mod visitor; // language, session, form token
pub mod form; // forms that are ours
pub mod envelope; // what every answer carries: headers, visit cookie, error pages
pub mod compression; // pages made smaller on their way
pub mod problem; // a failure as an HTTP answer
pub mod metrics; // figures for whoever watches
pub mod limit; // how often one may do a thing
mod peer; // whose address a request came from, also through a proxy
pub mod secret; // a key that makes codes and tokens
pub mod message; // messages to buyers
pub mod text; // the words, in three languages
pub mod format; // money, days and times as each language writes them
pub mod assets; // styles and scripts, hashed and compressed
pub mod layout; // the frame around every page
pub mod drawing; // cars and the tower
pub mod simulation; // a simulated tower, for whoever plans one

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use shop::Shop;

/// Gives everything the shop answers, ready to be served.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(to_language))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics::answer))
        .merge(assets::router())
        .merge(storefront::routes())
        .merge(kiosk::routes())
        .merge(console::routes())
        .merge(api::routes())
        .merge(webhooks::routes())
        .fallback(async || problem::Problem::not_found())
        .layer(middleware::from_fn_with_state(shop.clone(), envelope::wrap))
        .layer(middleware::from_fn_with_state(shop.clone(), peer::see))
        .with_state(shop)
}

/// Sends a visitor to the language their browser asks for.
async fn to_language(headers: HeaderMap) -> Redirect {
    Redirect::to(&format!("/{}", visitor::preferred(&headers).prefix()))
}

/// Answers `ok` when the log can be read.
async fn health(State(shop): State<Shop>) -> Response {
    match shop.store.outbox_depth().await {
        Ok(_) => "ok\n".into_response(),
        Err(fault) => problem::Problem::from(fault).into_response(),
    }
}
