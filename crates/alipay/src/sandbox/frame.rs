//! What every page has in common: language, frame, figures, and the page that says no.

use super::journal::JournalFault;
use super::words::{Language, Words};
use crate::amount;
use crate::china_time;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kernel::Moment;
use std::convert::Infallible;

/// The language of a request: `?lang=`, else `Accept-Language`, else English.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tongue(pub(crate) Language);

impl<S: Send + Sync> FromRequestParts<S> for Tongue {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Tongue, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let named = pairs
            .filter(|(name, _)| *name == "lang")
            .find_map(|(_, tag)| Language::parse(tag));
        let header = parts.headers.get(header::ACCEPT_LANGUAGE);
        let accepted = header
            .and_then(|header| header.to_str().ok())
            .and_then(Language::accepted);
        Ok(Tongue(named.or(accepted).unwrap_or(Language::En)))
    }
}

/// The frame around a page.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The words of the page's language.
    pub(crate) w: &'static Words,
    /// The language tag, which every link and form carries on.
    pub(crate) lang: &'static str,
    /// The page's own path, for the language links.
    pub(crate) path: String,
}

impl Frame {
    /// Makes the frame of a page.
    pub(crate) fn new(tongue: Tongue, path: impl Into<String>) -> Frame {
        Frame {
            w: tongue.0.words(),
            lang: tongue.0.tag(),
            path: path.into(),
        }
    }
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    frame: Frame,
    title: &'a str,
    text: &'a str,
    code: &'a str,
    detail: &'a str,
}

/// Shows a page.
pub(crate) fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// Shows a page under another status.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Response {
    let html = template
        .render()
        .expect("templates are checked when compiled and write into memory");
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(html)).into_response()
}

/// Says that the merchant's request for a page was not accepted, with the gateway's words.
pub(crate) fn refused_page(tongue: Tongue, code: &str, detail: &str) -> Response {
    let words = tongue.0.words();
    let template = Refused {
        frame: Frame::new(tongue, "/"),
        title: words.refused_title,
        text: words.refused_text,
        code,
        detail,
    };
    page_with(StatusCode::BAD_REQUEST, &template)
}

/// Says that there is nothing under a number.
pub(crate) fn gone_page(tongue: Tongue) -> Response {
    let words = tongue.0.words();
    let template = Refused {
        frame: Frame::new(tongue, "/"),
        title: words.gone_title,
        text: words.gone_text,
        code: "",
        detail: "",
    };
    page_with(StatusCode::NOT_FOUND, &template)
}

/// Serves the style sheet.
pub(crate) async fn style() -> Response {
    let css = include_str!("../../templates/style.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// Writes fen as `¥15,980.00`.
pub(crate) fn yuan(fen: i64) -> String {
    let text = amount::from_fen(fen).to_decimal_text();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}¥{grouped}.{cents}")
}

/// Writes an instant in GMT+8 in the language's own form.
pub(crate) fn clock(at: Moment, tongue: Tongue) -> String {
    let form = match tongue.0 {
        Language::En => "%-d %b %Y, %H:%M:%S",
        Language::Vi => "%H:%M:%S %d/%m/%Y",
        Language::Zh => "%Y年%-m月%-d日 %H:%M:%S",
    };
    china_time::civil(at).strftime(form).to_string()
}

impl IntoResponse for JournalFault {
    fn into_response(self) -> Response {
        tracing::error!(fault = %self, "a request could not be acknowledged");
        let words = "The wallet cannot write its journal; nothing is acknowledged.";
        (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
    }
}
