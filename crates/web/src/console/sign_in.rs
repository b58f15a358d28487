//! Staff sign in with a name and a password, and are signed out after a working day.
//!
//! A name that does not exist takes as long as a wrong password, and both say the same. Tries are
//! limited for each address and for each name.

use super::{Staff, only_looks};
use crate::desk::sign_in::token_key;
use crate::form::Form;
use crate::kiosk::address;
use crate::layout::{Chrome, Page, html_with};
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::{STAFF_COOKIE, Visitor, cookie, no_staff_cookie, staff_cookie};
use argon2::{Argon2, PasswordVerifier};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;
use store::{SecretHash, Session, SessionKind};

pub(super) const SESSION_SECONDS: i64 = 12 * 60 * 60;
const LONGEST_PASSWORD: usize = 1_000;

/// How often somebody may try to sign in.
pub(super) struct Limits {
    by_address: Limit,
    by_name: Limit,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            by_address: Limit::new(8, 15.0),
            by_name: Limit::new(8, 15.0),
        }
    }
}

/// Sends somebody who is not signed in to the page that asks, and later back to where they were.
pub(super) fn ask(visitor: &Visitor, method: &Method, uri: &Uri) -> Response {
    let lang = visitor.lang.prefix();
    let here = uri.path_and_query().map_or("", |here| here.as_str());
    let next = here
        .strip_prefix(&format!("/{lang}"))
        .filter(|_| only_looks(method));
    let query = next.and_then(|next| serde_urlencoded::to_string([("next", next)]).ok());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::to(&format!("/{lang}/console/sign-in{query}")).into_response()
}

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignIn {
    page: Page,
    t: Text,
    token: String,
    next: String,
    name: String,
    wrong: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// Asks for name and password.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(Next { next }): Query<Next>,
) -> Response {
    form(&shop, &visitor, next, String::new(), None)
}

fn form(
    shop: &Shop,
    visitor: &Visitor,
    next: String,
    name: String,
    wrong: Option<(StatusCode, String)>,
) -> Response {
    let t = Text::of(visitor.lang);
    let title = t.msg("console-sign-in");
    let mut page = Page::new(visitor.lang, title, "/console/sign-in", shop.now());
    page = page.chrome(Chrome::Console);
    let (status, wrong) = match wrong {
        None => (StatusCode::OK, None),
        Some((status, words)) => {
            page = page.with_errors();
            (status, Some(words))
        }
    };
    let view = SignIn {
        page,
        t,
        token: visitor.form_token.clone(),
        next,
        name,
        wrong,
    };
    html_with(status, &view)
}

#[derive(Clone, Deserialize)]
pub(super) struct Typed {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in when the password is the one that was kept.
pub(super) async fn sign_in(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<Limits>>,
    extensions: Extensions,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let t = Text::of(visitor.lang);
    let now = shop.now();
    let may_try =
        limits.by_address.take(&address(&extensions), now) && limits.by_name.take(&typed.name, now);
    if !may_try {
        let words = t.msg("console-sign-in-too-often");
        let wrong = Some((StatusCode::TOO_MANY_REQUESTS, words));
        return Ok(form(&shop, &visitor, typed.next, typed.name, wrong));
    }
    let account = shop.store.staff(&typed.name).await?;
    let hash = account.map(|account| account.password_hash);
    if typed.password.len() > LONGEST_PASSWORD || !is_right(hash, typed.password).await? {
        tracing::info!(name = typed.name, "a staff sign-in was refused");
        let wrong = Some((
            StatusCode::UNPROCESSABLE_ENTITY,
            t.msg("console-sign-in-wrong"),
        ));
        return Ok(form(&shop, &visitor, typed.next, typed.name, wrong));
    }
    let bytes: [u8; 32] = shop.draw();
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let session = Session {
        kind: SessionKind::Staff,
        subject: typed.name,
        created: now,
        last_seen: now,
        expires: now.plus_seconds(SESSION_SECONDS),
    };
    shop.store
        .begin_session(&token_key(&token), session)
        .await?;
    let own = typed.next.starts_with("/console") && !typed.next.contains(['\\', ':']);
    let next = if own { typed.next.as_str() } else { "/console" };
    let onward = Redirect::to(&format!("/{}{next}", visitor.lang.prefix()));
    let cookie = [(header::SET_COOKIE, staff_cookie(&shop, &token))];
    Ok((cookie, onward).into_response())
}

/// Compares off the threads that answer requests, because a good hash is slow on purpose.
async fn is_right(kept: Option<SecretHash>, password: String) -> Result<bool, Problem> {
    let compared = tokio::task::spawn_blocking(move || match kept {
        Some(SecretHash(kept)) => Argon2::default()
            .verify_password(password.as_bytes(), kept.as_str())
            .is_ok(),
        None => {
            let mut nowhere = [0; 32];
            let salt = b"nobody has this name";
            // Only the time it takes matters.
            let _ = Argon2::default().hash_password_into(password.as_bytes(), salt, &mut nowhere);
            false
        }
    });
    compared.await.map_err(|fault| Problem::inside(&fault))
}

/// Signs out.
pub(super) async fn sign_out(
    State(shop): State<Shop>,
    staff: Staff,
    headers: HeaderMap,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    if let Some(token) = cookie(&headers, STAFF_COOKIE) {
        shop.store.end_session(&token_key(token)).await?;
    }
    let lang = staff.visitor.lang.prefix();
    let away = Redirect::to(&format!("/{lang}/console/sign-in"));
    let gone = [(header::SET_COOKIE, no_staff_cookie(&shop))];
    Ok((gone, away).into_response())
}

/// A form that says nothing but that it was pressed.
#[derive(Clone, Deserialize)]
pub(super) struct Nothing {}
