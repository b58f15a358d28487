//! The six digits of the pick-up code, typed at the tower.

use super::{Frame, Limits, address, page, visit, words};
use crate::desk::pick_up;
use crate::form::Form;
use crate::layout::{Page, html_with};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::{Visit, Visitor};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "kiosk/pick_up.html")]
struct Keypad {
    page: Page,
    t: Text,
    frame: Frame,
    wrong: Option<String>,
}

/// Asks for the code.
pub(super) async fn show(State(shop): State<Shop>, visitor: Visitor) -> Response {
    keypad(&shop, &visitor, None)
}

fn keypad(shop: &Shop, visitor: &Visitor, wrong: Option<(StatusCode, String)>) -> Response {
    let t = words(visitor);
    let mut page = page(
        shop,
        visitor,
        t.msg("kiosk-pick-up-title"),
        "/kiosk/pick-up",
    );
    let (status, wrong) = match wrong {
        None => (StatusCode::OK, None),
        Some((status, words)) => (status, Some(words)),
    };
    if wrong.is_some() {
        page = page.with_errors();
    }
    let frame = Frame::new(visitor, &page);
    html_with(
        status,
        &Keypad {
            page,
            t,
            frame,
            wrong,
        },
    )
}

#[derive(Clone, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
}

/// Looks for the order whose code it is, so many times in so many minutes.
pub(super) async fn find(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<Limits>>,
    Extension(browser): Extension<Visit>,
    extensions: Extensions,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    if !limits.codes.take(&address(&extensions), shop.now()) {
        let words = t.msg("kiosk-too-many-codes");
        let wrong = Some((StatusCode::TOO_MANY_REQUESTS, words));
        return Ok(keypad(&shop, &visitor, wrong));
    }
    let Some(order) = pick_up::find(&shop, &typed.code).await? else {
        let wrong = Some((StatusCode::UNPROCESSABLE_ENTITY, t.msg("kiosk-wrong-code")));
        return Ok(keypad(&shop, &visitor, wrong));
    };
    let onward = visit::path(&order, &visit::tag(&shop, &browser, &order));
    Ok(Redirect::to(&format!("/{}{onward}", visitor.lang.prefix())).into_response())
}
