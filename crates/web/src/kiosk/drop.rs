//! Drops on the screen at the tower: the list, one drop to read, and the two ways to take part.
//!
//! Whoever takes part here signs in as for a purchase, for a quarter of an hour; from then on the
//! pages are the shop's own, on this screen. The way by phone is offered first, because a place in
//! a drop is looked at again and again.

use super::buy::{Number, make_short};
use super::{Frame, Limits, address, page, qr, words};
use crate::desk::Trouble;
use crate::desk::sign_in::{self, NoCode, NotIn, Phone};
use crate::drawing::Drawing;
use crate::drop::goods::{Goods, goods};
use crate::drop::{Brief, Clock, Row, Sight, Stage, latest, look};
use crate::form::Form;
use crate::layout::{Page, html, html_with};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::storefront::{LISTED, groups};
use crate::text::Text;
use crate::visitor::{Visitor, session_cookie};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{Extensions, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::DropId;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "kiosk/drops.html")]
struct Drops {
    page: Page,
    t: Text,
    frame: Frame,
    groups: Vec<(String, Vec<Brief>)>,
}

/// Lists the drops.
pub(super) async fn list(State(shop): State<Shop>, visitor: Visitor) -> Result<Response, Problem> {
    let t = words(&visitor);
    let page = page(&shop, &visitor, t.msg("drops-title"), "/kiosk/drops");
    let page = page.live(format!("/{}/kiosk/live", visitor.lang.prefix()));
    let sights = latest(&shop, LISTED).await?;
    Ok(html(&Drops {
        frame: Frame::new(&visitor, &page),
        groups: groups(&shop, &page, &sights, "/kiosk/drops"),
        page,
        t,
    }))
}

#[derive(Template)]
#[template(path = "kiosk/drop.html")]
struct One {
    page: Page,
    t: Text,
    frame: Frame,
    drop: Brief,
    clock: Option<Clock>,
    says: Vec<String>,
    figures: Vec<(String, u32)>,
    chart: Option<Drawing>,
    rows: Vec<Row>,
    goods: Goods,
    phone_address: String,
    qr: Option<String>,
    enter: Option<String>,
}

/// How long the screen waits on a page that is read.
const READING_SECONDS: u32 = 90;
const ROWS_AT_MOST: usize = 60;

async fn sight(shop: &Shop, id: &str) -> Result<Sight, Problem> {
    let drop = DropId::parse(id).map_err(|_| Problem::not_found())?;
    look(shop, &drop).await?.ok_or_else(Problem::not_found)
}

/// Shows one drop.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let sight = sight(&shop, &id).await?;
    let path = format!("/kiosk/drops/{}", sight.id);
    let page = page(&shop, &visitor, sight.name(visitor.lang).to_owned(), &path);
    let page = page.live(format!("/{}/kiosk/live", visitor.lang.prefix()));
    let goods = goods(&shop, &page, &sight).await?;
    let drop = sight.brief(&shop, &page, "/kiosk/drops");
    let lang = visitor.lang.prefix();
    let phone_address = format!("{}/{lang}/drops/{}", shop.public_url, sight.id);
    let takes = matches!(drop.stage, Stage::Entering | Stage::Open | Stage::SoldOut);
    let counts = sight.book().counts();
    Ok(html(&One {
        frame: Frame::asking_after(&visitor, &page, READING_SECONDS),
        clock: Clock::to(sight.book().announcement().opens_at, sight.now)
            .filter(|_| drop.stage.is_before()),
        says: sight.sold_out(&shop, t).into_iter().collect(),
        figures: vec![
            (t.msg("drop-sold"), counts.sold),
            (t.msg("drop-claimed"), counts.claimed),
            (t.msg("drop-free"), counts.free),
            (t.msg("drop-waiting"), counts.waiting),
        ],
        chart: sight.chart(t),
        rows: sight.rows(&shop, t, ROWS_AT_MOST),
        goods,
        qr: qr(&phone_address),
        phone_address,
        enter: takes.then(|| page.link(&format!("{path}/enter"))),
        drop,
        page,
        t,
    }))
}

#[derive(Template)]
#[template(path = "kiosk/drop_enter.html")]
struct Enter {
    page: Page,
    t: Text,
    frame: Frame,
    title: String,
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

fn form(shop: &Shop, visitor: &Visitor, sight: &Sight, step: Step) -> Response {
    let t = words(visitor);
    let name = sight.name(visitor.lang);
    let title = t.with("kiosk-drop-enter-title", &[("name", &name)]);
    let base = format!("/kiosk/drops/{}", sight.id);
    let mut page = page(shop, visitor, title.clone(), &format!("{base}/enter"));
    let status = match step.wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    if step.wrong.is_some() {
        page = page.with_errors();
    }
    let view = Enter {
        frame: Frame::new(visitor, &page),
        t,
        title,
        phone: step.phone,
        wrong: step.wrong,
        send: page.link(&format!("{base}/enter")),
        sign_in: page.link(&format!("{base}/code")),
        back: page.link(&base),
        page,
    };
    html_with(status, &view)
}

/// Asks for the phone number.
pub(super) async fn ask(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let sight = sight(&shop, &id).await?;
    Ok(form(&shop, &visitor, &sight, Step::default()))
}

/// Sends the code and asks for it.
pub(super) async fn send_code(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<Limits>>,
    extensions: Extensions,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    Form(number): Form<Number>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let sight = sight(&shop, &id).await?;
    let again = |wrong| Step {
        phone: None,
        wrong: Some(wrong),
    };
    let Some(phone) = Phone::parse(&number.phone) else {
        let step = again(t.msg("kiosk-not-a-phone"));
        return Ok(form(&shop, &visitor, &sight, step));
    };
    let (now, from) = (shop.now(), address(&extensions));
    if !limits.messages.take(phone.as_str(), now) || !limits.messages.take(&from, now) {
        return Err(Problem::too_many());
    }
    let step = match sign_in::send_code(&shop, &phone, visitor.lang).await {
        Ok(()) => Step {
            phone: Some(number.phone),
            wrong: None,
        },
        Err(NoCode::Store(fault)) => return Err(fault.into()),
        Err(NoCode::NotAPhone | NoCode::Send(_)) => again(t.msg("kiosk-not-sent")),
    };
    Ok(form(&shop, &visitor, &sight, step))
}

#[derive(Clone, Deserialize)]
pub(super) struct Code {
    phone: String,
    code: String,
}

/// Signs in for a short while and goes on to the drop, where the document is asked for.
pub(super) async fn enter(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    Form(typed): Form<Code>,
) -> Result<Response, Problem> {
    let t = words(&visitor);
    let sight = sight(&shop, &id).await?;
    let phone = Phone::parse(&typed.phone).ok_or_else(Problem::unreadable_form)?;
    let again = |phone, wrong| Step {
        phone,
        wrong: Some(wrong),
    };
    let token = match sign_in::sign_in(&shop, &phone, &typed.code, visitor.lang).await {
        Ok(token) => token,
        Err(Trouble::No(NotIn::Wrong { left })) => {
            let wrong = t.with("kiosk-wrong-sign-in", &[("left", &left)]);
            let step = again(Some(typed.phone), wrong);
            return Ok(form(&shop, &visitor, &sight, step));
        }
        Err(Trouble::No(NotIn::Expired)) => {
            let step = again(None, t.msg("kiosk-code-over"));
            return Ok(form(&shop, &visitor, &sight, step));
        }
        Err(Trouble::Busy) => return Err(Problem::busy()),
        Err(Trouble::Store(fault)) => return Err(fault.into()),
    };
    make_short(&shop, &token).await?;
    let cookie = [(header::SET_COOKIE, session_cookie(&shop, &token))];
    let onward = format!("/{}/drops/{}/enter", visitor.lang.prefix(), sight.id);
    Ok((cookie, Redirect::to(&onward)).into_response())
}
