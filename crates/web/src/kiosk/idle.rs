//! Whether anybody is still here. When nobody says so, the screen is cleared.

use super::{Frame, page, words};
use crate::layout::{Page, html};
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

const CLEAR_AFTER_SECONDS: i64 = 20;

#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    from: String,
}

#[derive(Template)]
#[template(path = "kiosk/idle.html")]
struct Idle {
    page: Page,
    t: Text,
    frame: Frame,
    back: String,
    done: String,
    seconds: i64,
    until_ms: i64,
}

/// Asks, and says when the screen will be cleared.
pub(super) async fn ask(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(From { from }): Query<From>,
) -> Response {
    let t = words(&visitor);
    let page = page(
        &shop,
        &visitor,
        t.msg("kiosk-idle-title"),
        "/kiosk/still-here",
    );
    // Only an address of this shop is gone back to.
    let own = from.starts_with('/') && !from.starts_with("//") && !from.contains(['\\', ':']);
    let back = page.link(if own { &from } else { "/kiosk" });
    let until = shop.now().plus_seconds(CLEAR_AFTER_SECONDS);
    html(&Idle {
        t,
        frame: Frame::at_rest(&visitor),
        back,
        done: page.link("/kiosk/done"),
        seconds: CLEAR_AFTER_SECONDS,
        until_ms: until.millis(),
        page,
    })
}
