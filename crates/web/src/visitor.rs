//! Who asks: their language, their session, and the token that proves a form is ours.
//!
//! Every browser gets a visit cookie; a form carries a tag made from it, so a form posted from
//! elsewhere is refused. A session is a second cookie whose token only the browser knows.

use crate::desk::sign_in::token_key;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Lang;
use axum::extract::{FromRequestParts, Path};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use kernel::BuyerId;
use std::collections::HashMap;
use store::{Session, SessionKind};

/// The person behind a request.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The language of the address.
    pub lang: Lang,
    /// The buyer's session, when one is signed in.
    pub session: Option<Session>,
    /// The session of a member of staff, who may be signed in beside a buyer.
    pub staff_session: Option<Session>,
    /// The tag that forms of this visitor carry in their field `_token`.
    pub form_token: String,
}

/// The visit cookie of a request, put there by the outermost layer when it was missing.
#[derive(Clone, Debug)]
pub struct Visit(pub String);

/// The cookie that holds the token of a buyer's session.
pub const SESSION_COOKIE: &str = "session";
/// The cookie that holds the token of a staff session.
pub const STAFF_COOKIE: &str = "staff";
/// The cookie that tells one browser from another.
pub const VISIT_COOKIE: &str = "visit";
const SESSION_AGE_SECONDS: u32 = 30 * 24 * 60 * 60;

impl Visitor {
    /// Gives the signed-in buyer, on their own phone or at the kiosk.
    pub fn buyer(&self) -> Option<BuyerId> {
        let session = self.session.as_ref()?;
        match session.kind {
            SessionKind::Buyer | SessionKind::Kiosk => BuyerId::parse(&session.subject).ok(),
            SessionKind::Staff => None,
        }
    }

    /// Gives the name of the signed-in member of staff.
    pub fn staff(&self) -> Option<&str> {
        let session = self.staff_session.as_ref()?;
        (session.kind == SessionKind::Staff).then_some(session.subject.as_str())
    }
}

impl FromRequestParts<Shop> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Visitor, Problem> {
        let params = Path::<HashMap<String, String>>::from_request_parts(parts, shop).await;
        let prefix = params
            .ok()
            .and_then(|Path(mut params)| params.remove("lang"));
        let lang = match prefix {
            Some(prefix) => Lang::parse(&prefix).ok_or_else(Problem::not_found)?,
            None => preferred(&parts.headers),
        };
        let session = session_of(shop, &parts.headers, SESSION_COOKIE).await?;
        let staff_session = session_of(shop, &parts.headers, STAFF_COOKIE).await?;
        let visit = parts
            .extensions
            .get::<Visit>()
            .map(|visit| visit.0.as_str());
        let form_token = form_token(shop, visit.unwrap_or_default());
        Ok(Visitor {
            lang,
            session,
            staff_session,
            form_token,
        })
    }
}

async fn session_of(
    shop: &Shop,
    headers: &HeaderMap,
    name: &str,
) -> Result<Option<Session>, store::Fault> {
    match cookie(headers, name) {
        Some(token) => shop.store.session(&token_key(token), shop.now()).await,
        None => Ok(None),
    }
}

/// Makes the tag that forms of a visit carry.
pub fn form_token(shop: &Shop, visit: &str) -> String {
    shop.secret.hex("form", visit)
}

/// Chooses a language by what the browser asks for.
pub fn preferred(headers: &HeaderMap) -> Lang {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Lang::preferred(asked.unwrap_or_default())
}

/// Finds a cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split("; "));
    let mut named = pairs.filter_map(|pair| pair.split_once('='));
    named
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Writes the header that gives a browser a session.
pub fn session_cookie(shop: &Shop, token: &str) -> HeaderValue {
    set_cookie(shop, SESSION_COOKIE, token, SESSION_AGE_SECONDS)
}

/// Writes the header that gives a browser a staff session.
pub fn staff_cookie(shop: &Shop, token: &str) -> HeaderValue {
    set_cookie(shop, STAFF_COOKIE, token, SESSION_AGE_SECONDS)
}

/// Writes the header that takes a browser's staff session away.
pub fn no_staff_cookie(shop: &Shop) -> HeaderValue {
    set_cookie(shop, STAFF_COOKIE, "", 0)
}

/// Writes the header that takes a browser's session away.
pub fn no_session_cookie(shop: &Shop) -> HeaderValue {
    set_cookie(shop, SESSION_COOKIE, "", 0)
}

/// Writes a cookie only our own pages see; over TLS it never travels in the clear.
pub(crate) fn set_cookie(shop: &Shop, name: &str, value: &str, age_seconds: u32) -> HeaderValue {
    let secure = if shop.public_url.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let line =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}{secure}");
    HeaderValue::from_str(&line).expect("our cookies are plain text")
}
