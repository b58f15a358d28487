//! Signing in: a phone number, a one-time code, a bearer token.
//!
//! These three take no `Idempotency-Key`: a code asked for again replaces the one before, a code is
//! worth one token, and an answer that holds a token is kept nowhere.

use super::caller::{Asked, Caller, Origin};
use super::details::{Any, Bodied, Details, Limited, Private, Wrong};
use super::input::Json;
use crate::desk::sign_in::{self, NoCode, NotIn, Phone};
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::SecretHash;
use utoipa::ToSchema;

/// How often one may ask for codes and try them.
pub(super) struct SignInLimits {
    phone: Limit,
    origin: Limit,
}

impl Default for SignInLimits {
    fn default() -> SignInLimits {
        SignInLimits {
            phone: Limit::new(5, 60.0),
            origin: Limit::new(30, 2.0),
        }
    }
}

impl SignInLimits {
    fn take(&self, shop: &Shop, phone: &Phone, origin: &Origin) -> Result<(), Details> {
        let at = shop.now();
        match self.origin.take(&origin.0, at) && self.phone.take(phone.as_str(), at) {
            true => Ok(()),
            false => Err(Details::from(Problem::too_many())),
        }
    }
}

/// Who wants to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// The phone number, best with its country: 6 to 15 digits.
    #[schema(
        example = "+86 138 0000 0001",
        pattern = r"^\+?[0-9]([ .()\-]?[0-9]){5,14}$"
    )]
    phone: String,
}

/// The code that came by message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    /// The phone number as it was given before.
    #[schema(
        example = "+86 138 0000 0001",
        pattern = r"^\+?[0-9]([ .()\-]?[0-9]){5,14}$"
    )]
    phone: String,
    /// The one-time code.
    #[schema(example = "123456")]
    code: String,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// The bearer token. It is kept nowhere; a lost one is replaced by signing in again.
    token: String,
    /// The buyer.
    buyer: String,
    /// When the session ends.
    #[schema(format = DateTime)]
    expires: String,
}

/// Ask for a one-time code
///
/// The code is sent to the phone as a message, whether or not the number is known.
#[utoipa::path(
    post, path = "/api/v1/sign-in", tag = "Signing in", request_body = SignIn,
    responses((status = 202, description = "The code is on its way"), Any, Bodied, Limited)
)]
pub(super) async fn ask_for_code(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<SignInLimits>>,
    origin: Origin,
    Asked(lang): Asked,
    Json(body): Json<SignIn>,
) -> Result<StatusCode, Details> {
    let phone = phone(&body.phone)?;
    limits.take(&shop, &phone, &origin)?;
    match sign_in::send_code(&shop, &phone, lang).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(NoCode::NotAPhone) => Err(no_phone()),
        Err(NoCode::Store(fault)) => Err(Details::from(fault)),
        Err(NoCode::Send(fault)) => {
            tracing::warn!(%fault, "a code was not sent");
            let title = "The message could not be sent; try again in a moment";
            Err(Details::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "not-sent",
                title,
            ))
        }
    }
}

/// Sign in with the code
#[utoipa::path(
    post, path = "/api/v1/sessions", tag = "Signing in", request_body = Code,
    responses((status = 201, body = Token), Any, Bodied, Limited)
)]
pub(super) async fn open_session(
    State(shop): State<Shop>,
    Extension(limits): Extension<Arc<SignInLimits>>,
    origin: Origin,
    Asked(lang): Asked,
    Json(body): Json<Code>,
) -> Result<(StatusCode, axum::Json<Token>), Details> {
    let phone = phone(&body.phone)?;
    limits.take(&shop, &phone, &origin)?;
    let opened = sign_in::sign_in(&shop, &phone, &body.code, lang).await;
    let token = opened.map_err(|trouble| Details::of(trouble, wrong_code))?;
    let key = sign_in::token_key(&token);
    let session = shop.store.session(&key, shop.now()).await?;
    let session = session.ok_or_else(|| Details::from(Problem::signed_out()))?;
    let answer = Token {
        token,
        buyer: session.subject,
        expires: session.expires.timestamp().to_string(),
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Sign out
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "Signing in", security(("token" = [])),
    responses((status = 204, description = "The token is worth nothing any more"), Any, Private)
)]
pub(super) async fn end_session(
    State(shop): State<Shop>,
    caller: Caller,
) -> Result<StatusCode, Details> {
    let token: SecretHash = caller.token;
    shop.store.end_session(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn phone(text: &str) -> Result<Phone, Details> {
    Phone::parse(text).ok_or_else(no_phone)
}

fn no_phone() -> Details {
    let cure = "write 6 to 15 digits, with + and the country first";
    Details::bad_fields(vec![Wrong::at("/phone", cure)])
}

fn wrong_code(not_in: NotIn) -> Details {
    let words = match not_in {
        NotIn::Wrong { left } => format!("it is not the code; {left} tries are left"),
        NotIn::Expired => "it is too old or used up; ask for a new one".to_owned(),
    };
    Details::bad_fields(vec![Wrong::at("/code", words)])
}
