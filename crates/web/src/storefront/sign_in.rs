//! Signing in with a phone number and a one-time code, on the way to something or on its own.
//!
//! The wish travels in hidden fields, so that a car is held the moment its buyer is known. How
//! often a code is sent or tried is limited by phone, visit and address, and the limit is said.

use super::car::hold_for;
use super::wish::{Wish, WishFields};
use crate::desk::Trouble;
use crate::desk::sign_in::{self, NoCode, NotIn, Phone, token_key};
use crate::form::{Form, Pressed};
use crate::layout::{Page, html_with};
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::{SESSION_COOKIE, Visit, Visitor, cookie, no_session_cookie, session_cookie};
use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;
use store::Session;

/// How often codes are sent and tried.
#[derive(Debug)]
pub(super) struct Limits {
    by_phone: Limit,
    by_visit: Limit,
    by_address: Limit,
    tries: Limit,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            by_phone: Limit::new(3, 60.0),
            by_visit: Limit::new(5, 30.0),
            by_address: Limit::new(30, 5.0),
            tries: Limit::new(10, 10.0),
        }
    }
}

/// Where a request comes from, as the limits count it.
pub(super) struct Source {
    visit: String,
    address: Option<String>,
}

#[derive(Template)]
#[template(path = "storefront/sign_in.html")]
struct AskPhone {
    page: Page,
    t: Text,
    token: String,
    hidden: Vec<(&'static str, String)>,
    holds: bool,
    phone: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "storefront/sign_in_code.html")]
struct AskCode {
    page: Page,
    t: Text,
    token: String,
    hidden: Vec<(&'static str, String)>,
    holds: bool,
    phone: String,
    messages: Option<String>,
    wrong: Option<String>,
}

/// The fields of both forms; the first has no code.
#[derive(Debug, Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    phone: String,
    code: Option<String>,
    vin: Option<String>,
    order: Option<String>,
    drop: Option<String>,
    down: Option<String>,
    months: Option<String>,
}

/// Asks for the phone number.
pub(super) async fn ask(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(fields): Query<WishFields>,
) -> Response {
    let wish = fields.read(&shop);
    phone_form(&shop, &visitor, &wish, String::new(), None)
}

/// Sends a code to the phone, or signs in with the code.
pub(super) async fn answer(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<Limits>>,
    visitor: Visitor,
    source: Source,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (down, months) = (fields.down, fields.months);
    let wish = WishFields::new(fields.vin, fields.order, fields.drop, down, months).read(&shop);
    let t = Text::of(visitor.lang);
    let Some(phone) = Phone::parse(&fields.phone) else {
        let wrong = Some(t.msg("sign-in-no-phone"));
        return Ok(phone_form(&shop, &visitor, &wish, fields.phone, wrong));
    };
    match fields.code {
        None => send(&shop, &limits, &visitor, &source, &wish, &phone).await,
        Some(code) => enter(&shop, &limits, &visitor, &source, &wish, &phone, &code).await,
    }
}

async fn send(
    shop: &Shop,
    limits: &Limits,
    visitor: &Visitor,
    source: &Source,
    wish: &Wish,
    phone: &Phone,
) -> Result<Response, Problem> {
    let t = Text::of(visitor.lang);
    if !limits.lets_send(shop, source, phone) {
        let wrong = Some(t.msg("sign-in-too-often"));
        let typed = phone.as_str().to_owned();
        return Ok(phone_form(shop, visitor, wish, typed, wrong));
    }
    match sign_in::send_code(shop, phone, visitor.lang).await {
        Ok(()) => Ok(code_form(shop, visitor, wish, phone, None)),
        Err(NoCode::Store(fault)) => Err(fault.into()),
        Err(NoCode::NotAPhone) => Err(Problem::unreadable_form()),
        Err(NoCode::Send(fault)) => {
            tracing::error!(%fault, "a one-time code could not be sent");
            let wrong = Some(t.msg("sign-in-not-sent"));
            let typed = phone.as_str().to_owned();
            Ok(phone_form(shop, visitor, wish, typed, wrong))
        }
    }
}

async fn enter(
    shop: &Shop,
    limits: &Limits,
    visitor: &Visitor,
    source: &Source,
    wish: &Wish,
    phone: &Phone,
    code: &str,
) -> Result<Response, Problem> {
    let t = Text::of(visitor.lang);
    if !limits.tries.take(&source.visit, shop.now()) {
        let wrong = Some(t.msg("sign-in-too-often"));
        return Ok(code_form(shop, visitor, wish, phone, wrong));
    }
    match sign_in::sign_in(shop, phone, code, visitor.lang).await {
        Ok(token) => enter_with(shop, visitor, wish, &token).await,
        Err(Trouble::No(NotIn::Wrong { left })) => {
            let wrong = Some(t.with("sign-in-wrong", &[("left", &left)]));
            Ok(code_form(shop, visitor, wish, phone, wrong))
        }
        Err(Trouble::No(NotIn::Expired)) => {
            let wrong = Some(t.msg("sign-in-expired"));
            Ok(code_form(shop, visitor, wish, phone, wrong))
        }
        Err(trouble) => Err(Problem::of(trouble, |_: NotIn| Problem::busy())),
    }
}

/// Gives the browser its session and carries the wish out.
async fn enter_with(
    shop: &Shop,
    visitor: &Visitor,
    wish: &Wish,
    token: &str,
) -> Result<Response, Problem> {
    let session: Option<Session> = shop.store.session(&token_key(token), shop.now()).await?;
    let known = Visitor {
        session,
        ..visitor.clone()
    };
    let lang = visitor.lang.prefix();
    let address = match (wish, known.buyer()) {
        (Wish::Hold { vin, plan }, Some(buyer)) => {
            hold_for(shop, &known, &buyer, vin, *plan).await?
        }
        (Wish::Order(order), _) => format!("/{lang}/orders/{order}"),
        (Wish::Drop(drop), _) => format!("/{lang}/drops/{drop}/enter"),
        (Wish::Hold { .. } | Wish::Orders, _) => format!("/{lang}/orders"),
    };
    let mut response = super::see(&address).into_response();
    let value = session_cookie(shop, token);
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(response)
}

/// Ends the session.
pub(super) async fn sign_out(
    State(shop): State<Shop>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    if let Some(token) = cookie(&headers, SESSION_COOKIE) {
        shop.store.end_session(&token_key(token)).await?;
    }
    let mut response = super::see(&format!("/{}", visitor.lang.prefix())).into_response();
    let value = no_session_cookie(&shop);
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(response)
}

impl Limits {
    /// Counts one message to a phone; each limit is asked, so that none is worn out by another.
    fn lets_send(&self, shop: &Shop, source: &Source, phone: &Phone) -> bool {
        let now = shop.now();
        let address = source.address.as_deref();
        let from_there = address.is_none_or(|address| self.by_address.take(address, now));
        from_there
            && self.by_visit.take(&source.visit, now)
            && self.by_phone.take(phone.as_str(), now)
    }
}

impl Source {
    fn of(extensions: &Extensions) -> Source {
        let visit = extensions.get::<Visit>().map(|visit| visit.0.clone());
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        Source {
            visit: visit.unwrap_or_default(),
            address: peer.map(|ConnectInfo(peer)| peer.ip().to_string()),
        }
    }
}

impl axum::extract::FromRequestParts<Shop> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &Shop,
    ) -> Result<Source, Self::Rejection> {
        Ok(Source::of(&parts.extensions))
    }
}

fn page(shop: &Shop, visitor: &Visitor, wish: &Wish, title: String, wrong: bool) -> Page {
    let whole = wish.sign_in(visitor.lang);
    let path = whole.trim_start_matches('/').split_once('/');
    let path = path.map_or_else(String::new, |(_, rest)| format!("/{rest}"));
    let page = Page::of(visitor, title, path, shop.now());
    if wrong { page.with_errors() } else { page }
}

fn phone_form(
    shop: &Shop,
    visitor: &Visitor,
    wish: &Wish,
    phone: String,
    wrong: Option<String>,
) -> Response {
    let t = Text::of(visitor.lang);
    let status = status_of(&wrong);
    let form = AskPhone {
        page: page(shop, visitor, wish, t.msg("sign-in-title"), wrong.is_some()),
        t,
        token: visitor.form_token.clone(),
        hidden: wish.fields(),
        holds: matches!(wish, Wish::Hold { .. }),
        phone,
        wrong,
    };
    html_with(status, &form)
}

fn code_form(
    shop: &Shop,
    visitor: &Visitor,
    wish: &Wish,
    phone: &Phone,
    wrong: Option<String>,
) -> Response {
    let t = Text::of(visitor.lang);
    let status = status_of(&wrong);
    let simulators = shop.simulators.as_ref();
    let form = AskCode {
        page: page(
            shop,
            visitor,
            wish,
            t.msg("sign-in-code-title"),
            wrong.is_some(),
        ),
        t,
        token: visitor.form_token.clone(),
        hidden: wish.fields(),
        holds: matches!(wish, Wish::Hold { .. }),
        phone: phone.as_str().to_owned(),
        messages: simulators.map(|simulators| format!("{}/messages", simulators.wallet_url)),
        wrong,
    };
    html_with(status, &form)
}

fn status_of(wrong: &Option<String>) -> StatusCode {
    match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    }
}
