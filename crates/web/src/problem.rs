//! The one place where a failure becomes an HTTP answer.
//!
//! The API answers problem details (RFC 9457); pages answer a page in the visitor's language. What
//! went wrong inside is logged with its causes and never shown.

use crate::desk::Trouble;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::error::Error;
use std::fmt::Debug;

/// A failure as told to the outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind it is, as a path under `/problems/`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, and how to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Problem {
    /// Makes a problem of a kind.
    pub fn new(status: StatusCode, kind: &str, title: &str) -> Problem {
        Problem {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
        }
    }

    /// Says what happened here and how to mend it.
    pub fn detail(self, detail: impl Into<String>) -> Problem {
        Problem {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// There is nothing at this address.
    pub fn not_found() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is nothing at this address",
        )
    }

    /// The form cannot be read.
    pub fn unreadable_form() -> Problem {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "unreadable-form",
            "The form cannot be read",
        )
    }

    /// The form is not from one of our pages, or its page is too old.
    pub fn foreign_form() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "foreign-form",
            "The form is not from this visit; load the page again and send it once more",
        )
    }

    /// Nobody is signed in.
    pub fn signed_out() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "signed-out", "Sign in first")
    }

    /// Too many wait; come back in a moment.
    pub fn busy() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too busy; try again in a moment",
        )
    }

    /// Too many requests from there.
    pub fn too_many() -> Problem {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "Too many tries; wait a little",
        )
    }

    /// Something failed inside.
    pub fn inside(fault: &(dyn Error + 'static)) -> Problem {
        tracing::error!(causes = causes(fault), "request failed");
        Problem::bug()
    }

    /// Something is wrong with us; whoever knows what has said so where we can read it.
    pub fn bug() -> Problem {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "inside",
            "Something failed on our side; nothing is lost, try again",
        )
    }

    /// Sorts a desk's trouble; the refusal is told by whoever knows its words.
    pub fn of<R: Debug>(trouble: Trouble<R>, no: impl FnOnce(R) -> Problem) -> Problem {
        match trouble {
            Trouble::No(refusal) => no(refusal),
            Trouble::Busy => Problem::busy(),
            Trouble::Store(fault) => Problem::from(fault),
        }
    }
}

fn causes(fault: &(dyn Error + 'static)) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl From<store::Fault> for Problem {
    fn from(fault: store::Fault) -> Problem {
        Problem::inside(&fault)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("a problem is plain text and numbers");
        let mut response = (status, body).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        ) {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        // The outermost layer turns this into a page where a page was asked for.
        response.extensions_mut().insert(self);
        response
    }
}
