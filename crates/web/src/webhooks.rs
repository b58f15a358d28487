//! What outside parties post to us.

pub mod alipay; // the wallet's notifications

use crate::shop::Shop;
use axum::Router;
use axum::routing::post;

/// Gives the routes of all webhooks.
pub fn routes() -> Router<Shop> {
    Router::new().route("/webhooks/alipay", post(alipay::notified))
}
