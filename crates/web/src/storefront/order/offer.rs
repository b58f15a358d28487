//! The offer: every sum, the schedule, the two documents to read, and one signature.

use super::appointment::{self, HandOver};
use super::strip::{At, Strip};
use super::{Purchase, back_to_page};
use crate::desk::Trouble;
use crate::desk::offer as desk;
use crate::layout::{Page, html_with};
use crate::problem::Problem;
use crate::storefront::plan::{Choices, choices};
use crate::storefront::sums::Sums;
use crate::text::Text;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "storefront/offer.html")]
struct OfferPage {
    page: Page,
    t: Text,
    token: String,
    strip: Strip,
    sums: Sums,
    choices: Choices,
    disclosure: String,
    contract: String,
    disclosure_hash: String,
    contract_hash: String,
    contract_link: String,
    sign: String,
    plan: String,
    cancel: String,
    hand_over: Option<HandOver>,
    wrong_disclosure: bool,
    wrong_contract: bool,
}

/// A box that has to be ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// That the disclosure was read.
    Disclosure,
    /// The signature.
    Contract,
}

/// Makes the offer and shows it.
pub(super) async fn show(purchase: &Purchase, missing: Vec<Missing>) -> Result<Response, Problem> {
    let (shop, t) = (&purchase.shop, purchase.t);
    let offered = desk::show(shop, &purchase.buyer, &purchase.id, purchase.lang).await;
    let offered = match offered {
        Ok(offered) => offered,
        // The order has moved on in another tab; its page knows where to.
        Err(Trouble::No(refusal)) => return back_to_page(purchase, Err(Trouble::No(refusal))),
        Err(trouble) => return Err(Problem::of(trouble, |_| Problem::busy())),
    };
    let page = purchase
        .page(t.msg("offer-title"))
        .live(purchase.live_address("offered"));
    let has_errors = !missing.is_empty();
    let view = OfferPage {
        page: if has_errors { page.with_errors() } else { page },
        t,
        token: purchase.token.clone(),
        strip: Strip::of(purchase, At::Offer),
        sums: Sums::of(&offered.offer, t),
        choices: choices(shop, t, "", purchase.sale.plan),
        disclosure: offered.disclosure,
        contract: offered.contract,
        disclosure_hash: offered.terms.disclosure_hash,
        contract_hash: offered.terms.contract_hash,
        contract_link: purchase.address("/contract"),
        sign: purchase.address("/sign"),
        plan: purchase.address("/plan"),
        cancel: purchase.address("/cancel"),
        hand_over: appointment::card(purchase).await?,
        wrong_disclosure: missing.contains(&Missing::Disclosure),
        wrong_contract: missing.contains(&Missing::Contract),
    };
    let status = if has_errors {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(html_with(status, &view))
}
