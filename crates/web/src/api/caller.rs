//! Who calls: the buyer whose session the bearer token opens.
//!
//! The token stands in a header a browser never sends by itself, so no other site can make a
//! visitor's browser act here.

use super::details::Details;
use crate::desk::sign_in::token_key;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Lang;
use crate::visitor::preferred;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use kernel::BuyerId;
use std::convert::Infallible;
use std::net::SocketAddr;
use store::{SecretHash, SessionKind};

/// A buyer who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// The buyer.
    pub(super) buyer: BuyerId,
    /// What their token is kept as.
    pub(super) token: SecretHash,
    /// The language their client asks for.
    pub(super) lang: Lang,
}

/// The language a client asks for.
pub(super) struct Asked(pub(super) Lang);

/// Where a request comes from, for limits.
pub(super) struct Origin(pub(super) String);

impl Caller {
    /// Finds whose token a request carries.
    pub(super) async fn of(shop: &Shop, headers: &HeaderMap) -> Result<Caller, Details> {
        let signed_out = || Details::from(Problem::signed_out());
        let token = token_key(bearer(headers).ok_or_else(signed_out)?);
        let session = shop.store.session(&token, shop.now()).await?;
        let session = session.filter(|session| session.kind == SessionKind::Buyer);
        let buyer = session.and_then(|session| BuyerId::parse(&session.subject).ok());
        Ok(Caller {
            buyer: buyer.ok_or_else(signed_out)?,
            token,
            lang: preferred(headers),
        })
    }
}

impl FromRequestParts<Shop> for Caller {
    type Rejection = Details;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Caller, Details> {
        Caller::of(shop, &parts.headers).await
    }
}

impl FromRequestParts<Shop> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shop) -> Result<Asked, Infallible> {
        Ok(Asked(preferred(&parts.headers)))
    }
}

impl FromRequestParts<Shop> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shop) -> Result<Origin, Infallible> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let ip = from.map(|ConnectInfo(address)| address.ip().to_string());
        Ok(Origin(ip.unwrap_or_default()))
    }
}

/// Finds the token of an `Authorization: Bearer` header (RFC 6750).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
