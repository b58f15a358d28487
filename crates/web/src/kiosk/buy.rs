//! Buying at the machine: a phone number, the code sent to it, and the car is held.
//!
//! The session is the screen's own kind: it ends after a quarter of an hour, or when the screen is
//! cleared. From the hold on the pages are the shop's own, on this screen or on the phone.

use super::car::{Wanted, query};
use super::{Frame, Limits, address, page, words};
use crate::desk::Trouble;
use crate::desk::checkout::{self, NotHeld};
use crate::desk::sign_in::{self, NoCode, NotIn, Phone, token_key};
use crate::form::Form;
use crate::layout::{Page, html_with};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use crate::visitor::{Visitor, session_cookie};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{Extensions, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{BuyerId, Vin};
use sales::order::Plan;
use serde::Deserialize;
use std::sync::Arc;
use store::{Session, SessionKind};

const SESSION_SECONDS: i64 = 15 * 60;

#[derive(Template)]
#[template(path = "kiosk/buy.html")]
struct Buy {
    page: Page,
    t: Text,
    frame: Frame,
    name: String,
    hold_minutes: u32,
    /// The number the code went to; none while it is still asked for.
    phone: Option<String>,
    wrong: Option<String>,
    send: String,
    sign_in: String,
    back: String,
}

/// What a step of signing in shows.
#[derive(Default)]
struct Step {
    phone: Option<String>,
    wrong: Option<String>,
}

async fn form(
    shop: &Shop,
    visitor: &Visitor,
    vin: &Vin,
    plan: Plan,
    step: Step,
) -> Result<Response, Problem> {
    let t = words(visitor);
    let row = shop.store.vehicle(vin).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let query = query(plan);
    let mut page = page(
        shop,
        visitor,
        t.msg("kiosk-buy-title"),
        &format!("/kiosk/buy/{vin}{query}"),
    );
    let status = match step.wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    if step.wrong.is_some() {
        page = page.with_errors();
    }
    let view = Buy {
        frame: Frame::new(visitor, &page),
        t,
        name: stock::name(&row.listing),
        hold_minutes: shop.policy.sales.hold_minutes,
        phone: step.phone,
        wrong: step.wrong,
        send: page.link(&format!("/kiosk/buy/{vin}{query}")),
        sign_in: page.link(&format!("/kiosk/buy/{vin}/code{query}")),
        back: page.link(&format!("/kiosk/cars/{vin}{query}")),
        page,
    };
    Ok(html_with(status, &view))
}

/// Asks for the phone number.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, vin)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    form(&shop, &visitor, &vin, wanted.plan(&shop), Step::default()).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Number {
    pub(super) phone: String,
}

/// Sends the code and asks for it.
pub(super) async fn send_code(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<Limits>>,
    extensions: Extensions,
    visitor: Visitor,
    Path((_, vin)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
    Form(number): Form<Number>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let plan = wanted.plan(&shop);
    let typed = Some(number.phone.clone());
    let Some(phone) = Phone::parse(&number.phone) else {
        let wrong = Some(t.msg("kiosk-not-a-phone"));
        let step = Step { phone: None, wrong };
        return form(&shop, &visitor, &vin, plan, step).await;
    };
    let now = shop.now();
    let from = address(&extensions);
    if !limits.messages.take(phone.as_str(), now) || !limits.messages.take(&from, now) {
        return Err(Problem::too_many());
    }
    let step = match sign_in::send_code(&shop, &phone, visitor.lang).await {
        Ok(()) => Step {
            phone: typed,
            wrong: None,
        },
        Err(NoCode::Store(fault)) => return Err(fault.into()),
        Err(NoCode::NotAPhone | NoCode::Send(_)) => {
            let wrong = Some(t.msg("kiosk-not-sent"));
            Step { phone: None, wrong }
        }
    };
    form(&shop, &visitor, &vin, plan, step).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Code {
    phone: String,
    code: String,
}

/// Signs in for a short while, holds the car, and goes on to the purchase.
pub(super) async fn sign_in(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, vin)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
    Form(typed): Form<Code>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let plan = wanted.plan(&shop);
    let phone = Phone::parse(&typed.phone).ok_or_else(Problem::unreadable_form)?;
    let again = |phone, wrong| Step {
        phone,
        wrong: Some(wrong),
    };
    let signed_in = sign_in::sign_in(&shop, &phone, &typed.code, visitor.lang).await;
    let token = match signed_in {
        Ok(token) => token,
        Err(Trouble::No(NotIn::Wrong { left })) => {
            let wrong = t.with("kiosk-wrong-sign-in", &[("left", &left)]);
            let step = again(Some(typed.phone), wrong);
            return form(&shop, &visitor, &vin, plan, step).await;
        }
        Err(Trouble::No(NotIn::Expired)) => {
            let step = again(None, t.msg("kiosk-code-over"));
            return form(&shop, &visitor, &vin, plan, step).await;
        }
        Err(Trouble::Busy) => return Err(Problem::busy()),
        Err(Trouble::Store(fault)) => return Err(fault.into()),
    };
    let buyer = make_short(&shop, &token).await?;
    let held = checkout::hold(&shop, &buyer, &vin, plan, visitor.lang).await;
    let cookie = [(header::SET_COOKIE, session_cookie(&shop, &token))];
    let answer = match held {
        Ok(order) => {
            let onward = format!("/{}/orders/{order}", visitor.lang.prefix());
            Redirect::to(&onward).into_response()
        }
        Err(Trouble::No(why)) => {
            let step = again(None, not_held(&shop, &why, t));
            form(&shop, &visitor, &vin, plan, step).await?
        }
        Err(Trouble::Busy) => return Err(Problem::busy()),
        Err(Trouble::Store(fault)) => return Err(fault.into()),
    };
    Ok((cookie, answer).into_response())
}

/// Turns the long session of a phone into the short one of the screen, under the same token.
pub(super) async fn make_short(shop: &Shop, token: &str) -> Result<BuyerId, Problem> {
    let (key, now) = (token_key(token), shop.now());
    let session = shop.store.session(&key, now).await?;
    let session = session.ok_or_else(Problem::signed_out)?;
    let short = Session {
        kind: SessionKind::Kiosk,
        expires: now.plus_seconds(SESSION_SECONDS),
        ..session
    };
    let buyer = BuyerId::parse(&short.subject).map_err(|_| Problem::signed_out())?;
    shop.store.end_session(&key).await?;
    shop.store.begin_session(&key, short).await?;
    Ok(buyer)
}

fn not_held(shop: &Shop, why: &NotHeld, t: Text) -> String {
    match why {
        NotHeld::NoSuchCar | NotHeld::NotForSale | NotHeld::InDrop { .. } => {
            t.msg("kiosk-car-gone")
        }
        NotHeld::HeldByAnother { until } => {
            let time = t.time(*until, &shop.policy.zone);
            t.with("kiosk-held-by-another", &[("time", &time)])
        }
        NotHeld::BuyingAnother { .. } => t.msg("kiosk-buying-another"),
        NotHeld::PlanNotOffered { .. } => t.msg("kiosk-plan-not-offered"),
        NotHeld::SignedOut => t.msg("kiosk-code-over"),
    }
}
