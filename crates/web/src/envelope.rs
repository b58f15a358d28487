//! What every answer carries: security headers, the visit cookie, and a readable error page.
//!
//! The outermost layer. A browser without a visit cookie gets one before its request is answered,
//! so that the first form it sees already carries a token. A problem answered to somebody who asked
//! for a page becomes a page in their language. A bug in one page is an error of that page: it is
//! on standard error with its place, and the visitor is told that nothing is lost.

use crate::compression;
use crate::layout::{Page, content_security_policy, html_with};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::{Lang, Text};
use crate::visitor::{VISIT_COOKIE, Visit, cookie, preferred, set_cookie};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

const VISIT_AGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Answers a request within the envelope.
pub async fn wrap(State(shop): State<Shop>, mut request: Request, next: Next) -> Response {
    let known = cookie(request.headers(), VISIT_COOKIE).filter(|visit| is_visit(visit));
    let fresh = known.is_none();
    if let Some(there) = elsewhere(&shop, &request) {
        return there;
    }
    let visit = known.map_or_else(|| new_visit(&shop), str::to_owned);
    request.extensions_mut().insert(Visit(visit.clone()));
    let path = request.uri().path().to_owned();
    let wants_page = wants_page(request.headers(), &path);
    let lang = language(&path, request.headers());
    let small = compression::is_welcome(request.headers());
    let began = Instant::now();
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| Problem::bug().into_response());
    shop.traffic.note(response.status(), began.elapsed());
    if wants_page && let Some(problem) = response.extensions().get::<Problem>().cloned() {
        response = problem_page(&shop, lang, &problem);
    }
    if fresh && wants_page {
        let value = set_cookie(&shop, VISIT_COOKIE, &visit, VISIT_AGE_SECONDS);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    protect(&shop, response.headers_mut());
    if small {
        compression::compress(response).await
    } else {
        response
    }
}

/// Sends a browser that came by another name of this host to the one name its cookies belong to.
fn elsewhere(shop: &Shop, request: &Request) -> Option<Response> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let (_, ours) = shop.public_url.split_once("://")?;
    let wants_page = wants_page(request.headers(), request.uri().path());
    if host == ours || request.method() != Method::GET || !wants_page {
        return None;
    }
    let there = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    Some(Redirect::temporary(&format!("{}{there}", shop.public_url)).into_response())
}

fn is_visit(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn new_visit(shop: &Shop) -> String {
    let bytes: [u8; 16] = shop.draw();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wants_page(headers: &HeaderMap, path: &str) -> bool {
    let machine = ["/api/", "/webhooks/", "/assets/", "/metrics", "/healthz"];
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let html = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    html && !machine.iter().any(|prefix| path.starts_with(prefix))
}

fn language(path: &str, headers: &HeaderMap) -> Lang {
    let first = path.split('/').nth(1).unwrap_or_default();
    Lang::parse(first).unwrap_or_else(|| preferred(headers))
}

fn protect(shop: &Shop, headers: &mut HeaderMap) {
    let policy = content_security_policy(&[shop.wallet_origin.as_str()]);
    let policy = HeaderValue::from_str(&policy).expect("an origin is plain text");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if shop.public_url.starts_with("https:") {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

#[derive(Template)]
#[template(path = "layout/problem.html")]
struct ProblemPage {
    page: Page,
    t: Text,
    words: String,
}

fn problem_page(shop: &Shop, lang: Lang, problem: &Problem) -> Response {
    let t = Text::of(lang);
    let words = match problem.status {
        400 => t.msg("problem-unreadable"),
        401 => t.msg("problem-signed-out"),
        403 => t.msg("problem-foreign-form"),
        404 => t.msg("problem-not-found"),
        429 => t.msg("problem-too-many"),
        503 => t.msg("problem-busy"),
        _ => t.msg("problem-inside"),
    };
    let page = Page::new(lang, t.msg("problem-title"), "", shop.now());
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    html_with(status, &ProblemPage { page, t, words })
}
