//! What programs send, read so that every fault has its place named.

use super::details::{Details, Wrong};
use crate::problem::Problem;
use crate::shop::Shop;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path as ErrorPath, Segment as ErrorSegment};
use std::fmt::Display;

/// The parameters after the question mark.
pub(super) struct Query<T>(pub(super) T);

/// The one variable part of the address.
pub(super) struct Segment(pub(super) String);

/// A body, for requests that may be repeated without a key.
pub(super) struct Json<T>(pub(super) T);

const MOST_BYTES: usize = 64 * 1024;

impl<T: DeserializeOwned> FromRequestParts<Shop> for Query<T> {
    type Rejection = Details;

    async fn from_request_parts(parts: &mut Parts, _: &Shop) -> Result<Query<T>, Details> {
        let text = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(text_pairs(text));
        let read = serde_path_to_error::deserialize(pairs);
        read.map(Query).map_err(|error| {
            let name = error.path().to_string();
            Details::bad_parameters(vec![Wrong::parameter(name, error.inner().to_string())])
        })
    }
}

fn text_pairs(text: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(text.as_bytes())
}

impl FromRequestParts<Shop> for Segment {
    type Rejection = Details;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Segment, Details> {
        let path = Path::<String>::from_request_parts(parts, shop).await;
        path.map(|Path(text)| Segment(text))
            .map_err(|_| not_found())
    }
}

impl Segment {
    /// Reads it as an id; what is none is the address of nothing.
    pub(super) fn parse<T, E>(
        &self,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Details> {
        parse(&self.0).map_err(|_| not_found())
    }
}

impl<T: DeserializeOwned> FromRequest<Shop> for Json<T> {
    type Rejection = Details;

    async fn from_request(request: Request, _: &Shop) -> Result<Json<T>, Details> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        parse(&bytes).map(Json)
    }
}

/// There is nothing at this address, or nothing of this caller's.
pub(super) fn not_found() -> Details {
    Details::from(Problem::not_found())
}

/// Reads a body that says it is JSON.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Details> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Details::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "Send a body of application/json",
        ));
    }
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| {
        let title = "The body is longer than 64 KiB or broke off";
        Details::new(StatusCode::PAYLOAD_TOO_LARGE, "too-long", title)
    })?;
    Ok(bytes.into())
}

/// Parses a body, pointing at what is wrong with it.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Details> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            Details::bad_fields(vec![Wrong::at(pointer, inner.to_string())])
        } else {
            unreadable(&inner)
        }
    })?;
    json.end().map_err(|error| unreadable(&error))?;
    Ok(value)
}

fn unreadable(error: &impl Display) -> Details {
    let title = "The body is not JSON";
    Details::new(StatusCode::BAD_REQUEST, "not-json", title).detail(error.to_string())
}

fn pointer(path: &ErrorPath) -> String {
    path.iter()
        .map(|segment| match segment {
            ErrorSegment::Seq { index } => format!("/{index}"),
            ErrorSegment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            ErrorSegment::Enum { variant } => format!("/{variant}"),
            ErrorSegment::Unknown => String::new(),
        })
        .collect()
}
