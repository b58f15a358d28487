//! Taking part in a drop, leaving it, and buying what was won.
//!
//! Each act leads back to the drop's page, which says where its reader stands. What is missing is
//! asked for once: a phone number, the identity document, and consent where a score is asked for.

use super::{Looking, to_sign_in};
use crate::desk::Trouble;
use crate::desk::checkout::{self, NotHeld, Person};
use crate::desk::drop::{self as desk, Entry, NotBegun, NotIn};
use crate::form::{Form, Pressed};
use crate::layout::{Page, html_with};
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::storefront::order::credit::{Typed, tail};
use crate::storefront::plan::PlanFields;
use crate::storefront::see;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::BuyerId;
use sales::drop::Refusal;
use serde::Deserialize;
use std::sync::Arc;

/// How often one person may ask to take part: a few times at once, then every two seconds.
pub(super) struct DropLimit(Limit);

impl Default for DropLimit {
    fn default() -> DropLimit {
        DropLimit(Limit::new(10, 2.0))
    }
}

#[derive(Template)]
#[template(path = "storefront/drop_enter.html")]
struct Ask {
    page: Page,
    t: Text,
    token: String,
    drop: String,
    action: String,
    back: String,
    known: Option<String>,
    name: String,
    number: String,
    consent: bool,
    consent_text: Option<String>,
    wrong_name: Option<String>,
    wrong_number: Option<String>,
    wrong_consent: Option<String>,
}

/// The fields of the form; of one who is known only the consent, or nothing.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    number: String,
    consent: Option<String>,
}

type At = Path<(String, String)>;

/// Asks for what is missing.
pub(super) async fn ask(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
) -> Result<Response, Problem> {
    let looking = Looking::at(&shop, &visitor, &id).await?;
    match visitor.buyer() {
        Some(buyer) => form(&looking, &buyer, Typed::default()).await,
        None => Ok(see(&to_sign_in(&visitor, &looking.sight.id)).into_response()),
    }
}

async fn form(looking: &Looking, buyer: &BuyerId, typed: Typed) -> Result<Response, Problem> {
    let t = looking.t;
    let known = checkout::person(&looking.shop, buyer).await?;
    let consent_text = desk::consent_text(t, looking.sight.book().announcement());
    let wrong = |is_wrong: bool, key: &str| (typed.sent && is_wrong).then(|| t.msg(key));
    let asks_who = known.is_none();
    let wrong_name = wrong(asks_who && !typed.has_name(), "credit-no-name");
    let wrong_number = wrong(asks_who && !typed.has_number(), "credit-no-number");
    let wrong_consent = wrong(consent_text.is_some() && !typed.consent, "drop-no-consent");
    let has_errors = wrong_name.is_some() || wrong_number.is_some() || wrong_consent.is_some();
    let path = format!("/drops/{}/enter", looking.sight.id);
    let title = t.msg("drop-form-title");
    let page = Page::of(&looking.visitor, title, path, looking.sight.now);
    let ask = Ask {
        page: if has_errors { page.with_errors() } else { page },
        t,
        token: looking.visitor.form_token.clone(),
        drop: looking.sight.name(looking.visitor.lang).to_owned(),
        action: looking.address("/enter"),
        back: looking.address(""),
        known: known.map(|person| {
            let tail = tail(&person.number);
            t.with("credit-known", &[("name", &person.name), ("tail", &tail)])
        }),
        name: typed.name,
        number: typed.number,
        consent: typed.consent,
        consent_text,
        wrong_name,
        wrong_number,
        wrong_consent,
    };
    let status = match has_errors {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    Ok(html_with(status, &ask))
}

/// Takes part, or asks for what is missing.
pub(super) async fn enter(
    State(shop): State<Shop>,
    Extension(limit): Extension<Arc<DropLimit>>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let looking = Looking::at(&shop, &visitor, &id).await?;
    let drop = &looking.sight.id;
    let Some(buyer) = visitor.buyer() else {
        return Ok(see(&to_sign_in(&visitor, drop)).into_response());
    };
    if !limit.0.take(buyer.as_str(), shop.now()) {
        return Err(Problem::too_many());
    }
    let typed = Typed {
        name: fields.name.trim().to_owned(),
        number: fields.number.trim().to_owned(),
        consent: fields.consent.is_some(),
        sent: true,
    };
    let known = checkout::person(&shop, &buyer).await?.is_some();
    let consent_text = desk::consent_text(looking.t, looking.sight.book().announcement());
    let says_who = known || (typed.has_name() && typed.has_number());
    if !says_who || (consent_text.is_some() && !typed.consent) {
        return form(&looking, &buyer, typed).await;
    }
    let entry = Entry {
        person: (!known).then(|| Person {
            name: typed.name.clone(),
            number: typed.number.clone(),
        }),
        consent_text,
        wait: true,
    };
    let entered = desk::enter(&shop, &buyer, drop, entry).await;
    answer(&looking, entered.map(std::mem::drop))
}

/// Takes part no more, or gives up what was won.
pub(super) async fn leave(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    let looking = Looking::at(&shop, &visitor, &id).await?;
    let drop = &looking.sight.id;
    let Some(buyer) = visitor.buyer() else {
        return Ok(see(&to_sign_in(&visitor, drop)).into_response());
    };
    let left = desk::leave(&shop, &buyer, drop).await;
    answer(&looking, left.map(std::mem::drop))
}

fn answer(looking: &Looking, done: Result<(), Trouble<NotIn>>) -> Result<Response, Problem> {
    let no = match done {
        Ok(()) => None,
        Err(Trouble::No(no)) => match no {
            NotIn::NoSuchDrop => return Err(Problem::not_found()),
            NotIn::SignedOut => {
                let sign_in = to_sign_in(&looking.visitor, &looking.sight.id);
                return Ok(see(&sign_in).into_response());
            }
            NotIn::WhoAreYou | NotIn::NoConsent => {
                return Ok(see(&looking.address("/enter")).into_response());
            }
            NotIn::SomebodyElse => Some("other-person"),
            NotIn::Drop(Refusal::AlreadyEntered) => Some("twice"),
            NotIn::Drop(Refusal::NotInRegion) => Some("region"),
            NotIn::Drop(Refusal::AlreadyBought { .. }) => Some("paid"),
            // The page itself says everything else: when it opens, that nothing is left.
            NotIn::Drop(_) => None,
        },
        Err(trouble) => return Err(Problem::of(trouble, |_| Problem::busy())),
    };
    Ok(back(looking, no))
}

fn back(looking: &Looking, no: Option<&str>) -> Response {
    let query = no.map_or_else(String::new, |no| format!("?no={no}"));
    see(&looking.address(&query)).into_response()
}

/// Says why something was not done.
pub(super) fn no_words(no: &str, t: Text) -> Option<String> {
    match no {
        "twice" => Some(t.msg("drop-no-twice")),
        "region" => Some(t.msg("drop-no-region")),
        "other-person" => Some(t.msg("drop-no-other-person")),
        "paid" => Some(t.msg("drop-no-paid")),
        "car" => Some(t.msg("drop-no-car")),
        "buying" => Some(t.msg("drop-no-other-purchase")),
        _ => None,
    }
}

/// Begins the purchase of what was won, by the first plan unless another is wanted.
pub(super) async fn checkout(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(fields): Form<PlanFields>,
) -> Result<Response, Problem> {
    let looking = Looking::at(&shop, &visitor, &id).await?;
    let drop = &looking.sight.id;
    let Some(buyer) = visitor.buyer() else {
        return Ok(see(&to_sign_in(&visitor, drop)).into_response());
    };
    let (plan, lang) = (fields.read(&shop), visitor.lang);
    match desk::begin_checkout(&shop, &buyer, drop, plan, lang).await {
        Ok(order) => {
            let order = format!("/{}/orders/{order}", lang.prefix());
            Ok(see(&order).into_response())
        }
        Err(Trouble::No(no)) => match no {
            NotBegun::NoSuchDrop => Err(Problem::not_found()),
            NotBegun::NoClaim | NotBegun::CarToCome => Ok(back(&looking, None)),
            NotBegun::Held(NotHeld::BuyingAnother { .. }) => Ok(back(&looking, Some("buying"))),
            NotBegun::Held(_) => Ok(back(&looking, Some("car"))),
        },
        Err(trouble) => Err(Problem::of(trouble, |_| Problem::busy())),
    }
}
