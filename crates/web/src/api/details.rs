//! Why a request was not carried out: problem details (RFC 9457), one shape for every error.
//!
//! A wrong field of a body is pointed at with a JSON pointer (RFC 6901), a wrong parameter by its
//! name, so that a form of somebody else's can show the words beside its own field.

use crate::desk::Trouble;
use crate::problem::Problem;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::fmt::Debug;
use utoipa::{IntoResponses, ToSchema};

/// A problem as RFC 9457 writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Details {
    /// What kind it is, as a path under `/problems/`. Programs decide by this.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "/problems/held-by-another")]
    kind: Box<str>,
    /// The kind in words.
    #[schema(value_type = String)]
    title: Box<str>,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened here, and how to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    detail: Option<Box<str>>,
    /// Each thing that is wrong with what was sent.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<Wrong>)]
    errors: Box<[Wrong]>,
    /// When it is worth trying again, where that is known (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    until: Option<Box<str>>,
    /// The order that stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    order: Option<Box<str>>,
    /// The drop the car is sold in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    drop: Option<Box<str>>,
}

/// One thing that is wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Wrong {
    /// What is wrong and how to mend it.
    pub(super) detail: String,
    /// Where it stands in the body, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<String>,
    /// The parameter it is, when it is none of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameter: Option<String>,
}

impl Wrong {
    /// Points at a place of the body.
    pub(super) fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Wrong {
        Wrong {
            detail: detail.into(),
            pointer: Some(pointer.into()),
            parameter: None,
        }
    }

    /// Names a parameter of the address.
    pub(super) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Wrong {
        Wrong {
            detail: detail.into(),
            pointer: None,
            parameter: Some(name.into()),
        }
    }
}

const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("2");

impl Details {
    /// Makes a problem of a kind.
    pub(super) fn new(status: StatusCode, kind: &str, title: &str) -> Details {
        Details::from(Problem::new(status, kind, title))
    }

    /// Says what happened here and how to mend it.
    pub(super) fn detail(self, detail: impl Into<String>) -> Details {
        Details {
            detail: Some(detail.into().into_boxed_str()),
            ..self
        }
    }

    /// Says when it is worth trying again.
    pub(super) fn until(self, until: String) -> Details {
        Details {
            until: Some(until.into_boxed_str()),
            ..self
        }
    }

    /// Names the order that stands in the way.
    pub(super) fn order(self, order: String) -> Details {
        Details {
            order: Some(order.into_boxed_str()),
            ..self
        }
    }

    /// Names the drop the car is sold in.
    pub(super) fn drop(self, drop: String) -> Details {
        Details {
            drop: Some(drop.into_boxed_str()),
            ..self
        }
    }

    /// Says each thing that is wrong with what was sent.
    pub(super) fn errors(self, errors: Vec<Wrong>) -> Details {
        Details {
            errors: errors.into(),
            ..self
        }
    }

    /// A parameter of the address is wrong.
    pub(super) fn bad_parameters(errors: Vec<Wrong>) -> Details {
        let title = "A parameter of the address is not usable";
        Details::new(StatusCode::BAD_REQUEST, "bad-parameter", title).errors(errors)
    }

    /// The body can be read, but what it says is not usable.
    pub(super) fn bad_fields(errors: Vec<Wrong>) -> Details {
        let title = "A field of the body is not usable";
        Details::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-field", title).errors(errors)
    }

    /// Sorts a desk's trouble; the refusal is told by whoever knows its words.
    pub(super) fn of<R: Debug>(trouble: Trouble<R>, no: impl FnOnce(R) -> Details) -> Details {
        match trouble {
            Trouble::No(refusal) => no(refusal),
            Trouble::Busy => Details::from(Problem::busy()),
            Trouble::Store(fault) => Details::from(fault),
        }
    }

    /// Gives the HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Writes the body.
    pub(super) fn body(&self) -> String {
        serde_json::to_string(self).expect("a problem is plain text and numbers")
    }
}

impl From<Problem> for Details {
    fn from(problem: Problem) -> Details {
        Details {
            kind: problem.kind.into_boxed_str(),
            title: problem.title.into_boxed_str(),
            status: problem.status,
            detail: problem.detail.map(String::into_boxed_str),
            errors: Box::default(),
            until: None,
            order: None,
            drop: None,
        }
    }
}

impl From<store::Fault> for Details {
    fn from(fault: store::Fault) -> Details {
        Details::from(Problem::from(fault))
    }
}

impl IntoResponse for Details {
    fn into_response(self) -> Response {
        let status = self.status();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, self.body()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind);
        match status {
            StatusCode::UNAUTHORIZED => {
                let scheme = HeaderValue::from_static("Bearer");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, RETRY_SECONDS);
            }
            _ => {}
        }
        response
    }
}

/// What any request may be answered.
#[derive(IntoResponses)]
#[allow(
    dead_code,
    reason = "the variants are read by the derive, as lines of the specification"
)]
pub(super) enum Any {
    /// Something cannot be read; `errors` says what.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Details),
    /// Something failed on our side; nothing is lost, try again.
    #[response(status = 500, content_type = "application/problem+json")]
    Inside(Details),
    /// Too busy; try again after the seconds in `Retry-After`.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(Details),
}

/// What a request may be answered that needs a token.
#[derive(IntoResponses)]
#[allow(
    dead_code,
    reason = "the variants are read by the derive, as lines of the specification"
)]
pub(super) enum Private {
    /// The token is missing or its session is over.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(Details),
}

/// What a request may be answered that names one thing.
#[derive(IntoResponses)]
#[allow(
    dead_code,
    reason = "the variants are read by the derive, as lines of the specification"
)]
pub(super) enum One {
    /// There is no such thing, or it is somebody else's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Details),
}

/// What a request may be answered that carries a body.
#[derive(IntoResponses)]
#[allow(
    dead_code,
    reason = "the variants are read by the derive, as lines of the specification"
)]
pub(super) enum Bodied {
    /// The body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(Details),
    /// The body is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(Details),
    /// A field is not usable, or the key was used before for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Unusable(Details),
}

/// What an act may be answered.
#[derive(IntoResponses)]
#[allow(
    dead_code,
    reason = "the variants are read by the derive, as lines of the specification"
)]
pub(super) enum Act {
    /// The business says no; `type` says why. Or the same request is still under way.
    #[response(status = 409, content_type = "application/problem+json")]
    No(Details),
}

/// What a request may be answered that one may not make too often.
#[derive(IntoResponses)]
#[allow(
    dead_code,
    reason = "the variants are read by the derive, as lines of the specification"
)]
pub(super) enum Limited {
    /// Too often; try again after the seconds in `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Details),
}
