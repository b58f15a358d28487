//! Pages and answers made smaller on their way, where the reader says it can undo that.
//!
//! A tower of sixty drawn cars is much the same shape many times over and shrinks to a fifth. Only
//! whole bodies of text are compressed; a stream of events is left alone, because it never ends.

use crate::problem::Problem;
use axum::body::{Body, HttpBody, to_bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Smaller bodies fit into one packet anyway.
const WORTH_IT_BYTES: u64 = 1_400;
const LARGEST_BYTES: usize = 16 * 1024 * 1024;

/// Tells whether a request says that gzip may be used.
pub fn is_welcome(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        let mut codings = accepted.split(',').map(str::trim);
        codings.any(|coding| {
            coding == "gzip" || coding.starts_with("gzip;q=0.") || coding == "gzip;q=1"
        })
    })
}

/// Compresses a whole text body; everything else goes on as it is.
pub async fn compress(response: Response) -> Response {
    if !is_worth_it(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_BYTES).await else {
        return Problem::bug().into_response();
    };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    let small = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    let small = small.expect("writing to memory cannot fail");
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts
        .headers
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(small))
}

fn is_worth_it(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let is_text = kind
        .is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"));
    let size = response.body().size_hint().exact();
    let fits = size.is_some_and(|size| (WORTH_IT_BYTES..=LARGEST_BYTES as u64).contains(&size));
    is_text && fits && !headers.contains_key(header::CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use super::is_welcome;
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn gzip_is_used_only_where_it_is_welcome() {
        let welcome = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            is_welcome(&headers)
        };
        assert!(welcome("gzip, deflate, br"));
        assert!(welcome("br, gzip;q=0.5"));
        assert!(!welcome("br"));
        assert!(!welcome("gzip;q=0"));
        assert!(!is_welcome(&HeaderMap::new()));
    }
}
