//! A write that is sent twice is done once: the `Idempotency-Key` header.
//!
//! Follows the IETF draft draft-ietf-httpapi-idempotency-key-header-07: without a key 400, a key
//! used before for another request 422, while the first is still under way 409, afterwards the same
//! status and body again. A key belongs to the session that sent it and counts for a day. What
//! failed on our side is not kept, because trying again is then the cure; the acts behind may be
//! repeated without harm, so a crash between the act and the keeping of its answer costs nothing.

use super::caller::Caller;
use super::details::{Details, Wrong};
use super::input;
use crate::shop::Shop;
use aws_lc_rs::digest::{Context, SHA256};
use axum::extract::{Extension, FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::KeptAnswer;

/// A write of a signed-in caller, under their own key.
pub(super) struct Write<T> {
    caller: Caller,
    body: T,
    key: String,
    request_hash: String,
    running: Running,
}

/// An answer that may be kept.
pub(super) struct Answer {
    status: StatusCode,
    body: String,
}

/// The writes that are under way in this process, which is the only one that has the store open.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashSet<(String, String)>>>);

/// One write that is under way; dropped, it is so no more.
struct UnderWay {
    running: Running,
    name: (String, String),
}

const KEY_HEADER: &str = "idempotency-key";
const LONGEST_KEY: usize = 255;
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

impl Answer {
    /// Answers with something in JSON.
    pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Answer {
        let body = serde_json::to_string(body).expect("views are plain text, numbers and lists");
        Answer { status, body }
    }

    /// Answers 200 with something in JSON.
    pub(super) fn ok(body: &impl Serialize) -> Answer {
        Answer::json(StatusCode::OK, body)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let kind = match self.status.is_success() {
            true => "application/json",
            false => "application/problem+json",
        };
        (self.status, [(header::CONTENT_TYPE, kind)], self.body).into_response()
    }
}

impl<T: DeserializeOwned> FromRequest<Shop> for Write<T> {
    type Rejection = Details;

    async fn from_request(request: Request, shop: &Shop) -> Result<Write<T>, Details> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::of(shop, &parts.headers).await?;
        let key = key(&parts.headers)?;
        let Extension(running) = Extension::<Running>::from_request_parts(&mut parts, shop)
            .await
            .map_err(|_| input::not_found())?;
        let bytes = input::read(&parts.headers, body).await?;
        let mut hash = Context::new(&SHA256);
        for part in [parts.uri.path().as_bytes(), b"\n", &bytes] {
            hash.update(part);
        }
        let digest = hash.finish();
        let request_hash = digest.as_ref().iter().map(|byte| format!("{byte:02x}"));
        Ok(Write {
            caller,
            body: input::parse(&bytes)?,
            key,
            request_hash: request_hash.collect(),
            running,
        })
    }
}

/// Reads the key: a structured-field string, or the same letters without the quotes.
fn key(headers: &HeaderMap) -> Result<String, Details> {
    let wrong = |kind, detail| {
        let title = "A write needs an Idempotency-Key header";
        let details = Details::new(StatusCode::BAD_REQUEST, kind, title);
        details.detail(detail)
    };
    let Some(value) = headers.get(KEY_HEADER) else {
        let cure = "Draw a new key for each act, such as a UUID, and send it again with each retry";
        return Err(wrong("no-key", cure));
    };
    let text = value.to_str().unwrap_or_default().trim();
    let unquoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let key = unquoted.unwrap_or(text);
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(wrong("bad-key", "Write 1 to 255 visible ASCII characters"));
    }
    Ok(key.to_owned())
}

impl<T> Write<T> {
    /// Does an act once under its key, and gives the answer it got then.
    pub(super) async fn once<F>(self, shop: &Shop, act: impl FnOnce(Caller, T) -> F) -> Response
    where
        F: Future<Output = Result<Answer, Details>>,
    {
        let Write {
            caller,
            body,
            key,
            request_hash,
            running,
        } = self;
        let Some(_under_way) = running.begin(&caller, &key) else {
            return still_running().into_response();
        };
        match shop
            .store
            .kept_answer(&caller.token, &key, shop.now())
            .await
        {
            Ok(None) => {}
            Ok(Some(kept)) if kept.request_hash == request_hash => return again(kept),
            Ok(Some(_)) => return used_before().into_response(),
            Err(fault) => return Details::from(fault).into_response(),
        }
        let token = caller.token.clone();
        let answer = match act(caller, body).await {
            Ok(answer) => answer,
            Err(details) if is_to_be_tried_again(details.status()) => {
                return details.into_response();
            }
            Err(details) => Answer {
                status: details.status(),
                body: details.body(),
            },
        };
        let kept = KeptAnswer {
            request_hash,
            status: answer.status.as_u16(),
            body: answer.body.clone(),
        };
        match shop.store.keep_answer(&token, &key, kept, shop.now()).await {
            Ok(()) => answer.into_response(),
            Err(fault) => Details::from(fault).into_response(),
        }
    }
}

fn is_to_be_tried_again(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn again(kept: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Answer {
        status,
        body: kept.body,
    }
    .into_response();
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn used_before() -> Details {
    let wrong = Wrong::parameter("Idempotency-Key", "Draw a new key for a new request");
    let title = "The key was used before for another request";
    Details::new(StatusCode::UNPROCESSABLE_ENTITY, "key-used", title).errors(vec![wrong])
}

fn still_running() -> Details {
    let title = "The same request is still under way; ask again in a moment";
    Details::new(StatusCode::CONFLICT, "still-running", title)
}

impl Running {
    fn begin(&self, caller: &Caller, key: &str) -> Option<UnderWay> {
        let name = (caller.token.0.clone(), key.to_owned());
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.clone()).then(|| UnderWay {
            running: self.clone(),
            name,
        })
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut names = self
            .running
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        names.remove(&self.name);
    }
}
