//! What the forms of an order do. Each may come twice; the order answers the second with nothing.

use super::credit::{self, Typed};
use super::{Purchase, back_to_page, offer, to_sign_in};
use crate::desk::checkout::{self, NotDone, Person};
use crate::desk::{Trouble, wallet};
use crate::form::{Form, Pressed};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::storefront::plan::PlanFields;
use crate::storefront::see;
use crate::visitor::Visitor;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use sales::buyer::{self, Buyer};
use sales::order::Stage;
use serde::Deserialize;

/// The form of the credit question.
#[derive(Debug, Deserialize)]
pub(in crate::storefront) struct CreditFields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    number: String,
    consent: Option<String>,
}

/// The form of the signature.
#[derive(Debug, Deserialize)]
pub(in crate::storefront) struct SignFields {
    disclosure: Option<String>,
    contract: Option<String>,
    disclosure_hash: String,
    contract_hash: String,
}

type At = Path<(String, String)>;

/// Takes name, number and consent, asks for the decision and waits a moment for it.
pub(in crate::storefront) async fn credit(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(fields): Form<CreditFields>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let known = checkout::person(&shop, &purchase.buyer).await?.is_some();
    let typed = Typed {
        name: fields.name.trim().to_owned(),
        number: fields.number.trim().to_owned(),
        consent: fields.consent.is_some(),
        sent: true,
    };
    if !typed.is_whole(known) {
        return credit::ask(&purchase, typed).await;
    }
    let person = (!known).then(|| Person {
        name: typed.name.clone(),
        number: typed.number.clone(),
    });
    let text = credit::consent_text(purchase.t);
    let (buyer, order) = (&purchase.buyer, &purchase.id);
    let done = checkout::ask_credit(&shop, buyer, order, person.as_ref(), &text).await;
    wait_for_decision(&purchase).await?;
    back_to_page(&purchase, done)
}

/// Asks again after the provider could not be reached.
pub(in crate::storefront) async fn credit_again(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let done = checkout::ask_credit_again(&shop, &purchase.buyer, &purchase.id).await;
    wait_for_decision(&purchase).await?;
    back_to_page(&purchase, done)
}

/// Takes another plan; who has consented for this order is not asked again.
pub(in crate::storefront) async fn plan(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(fields): Form<PlanFields>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let plan = fields.read(&shop);
    let (buyer, order) = (&purchase.buyer, &purchase.id);
    let mut done = checkout::choose_plan(&shop, buyer, order, plan).await;
    if done.is_ok() && !plan.is_in_full() && has_consented(&purchase).await? {
        done = checkout::ask_credit_again(&shop, buyer, order).await;
        wait_for_decision(&purchase).await?;
    }
    back_to_page(&purchase, done)
}

async fn has_consented(purchase: &Purchase) -> Result<bool, Problem> {
    let (state, _) = purchase.shop.store.load::<Buyer>(&purchase.buyer).await?;
    let buyer::State::Registered(profile) = state else {
        return Ok(false);
    };
    let mut consents = profile.consents.iter();
    Ok(consents.any(|consent| consent.order == purchase.id))
}

async fn wait_for_decision(purchase: &Purchase) -> Result<(), Problem> {
    let decided = |stage: &Stage| *stage != Stage::AskingCredit;
    checkout::settled(&purchase.shop, &purchase.id, decided).await?;
    Ok(())
}

/// Signs what was offered and goes to the wallet.
pub(in crate::storefront) async fn sign(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(fields): Form<SignFields>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let mut missing = vec![];
    if fields.disclosure.is_none() {
        missing.push(offer::Missing::Disclosure);
    }
    if fields.contract.is_none() {
        missing.push(offer::Missing::Contract);
    }
    if !missing.is_empty() && matches!(purchase.sale.stage, Stage::Approved | Stage::Offered) {
        return offer::show(&purchase, missing).await;
    }
    let (disclosure, contract) = (fields.disclosure_hash, fields.contract_hash);
    let (buyer, order) = (&purchase.buyer, &purchase.id);
    match checkout::sign(&shop, buyer, order, disclosure, contract).await {
        Ok(()) => to_wallet(&purchase).await,
        refused => back_to_page(&purchase, refused),
    }
}

/// Goes to the wallet, or goes on there.
pub(in crate::storefront) async fn pay(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    match Purchase::open(&shop, &visitor, &id).await? {
        Some(purchase) => to_wallet(&purchase).await,
        None => to_sign_in(visitor.lang, &id),
    }
}

async fn to_wallet(purchase: &Purchase) -> Result<Response, Problem> {
    let (shop, lang) = (&purchase.shop, purchase.lang);
    match wallet::pay(shop, &purchase.buyer, &purchase.id, lang).await {
        Ok(address) => Ok(see(&address).into_response()),
        Err(Trouble::No(refusal)) => {
            let refused: Result<(), Trouble<NotDone>> = Err(Trouble::No(refusal));
            back_to_page(purchase, refused)
        }
        Err(trouble) => Err(Problem::of(trouble, |_: NotDone| Problem::busy())),
    }
}

/// Gives the car back before it is paid.
pub(in crate::storefront) async fn cancel(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let done = checkout::cancel(&shop, &purchase.buyer, &purchase.id).await;
    back_to_page(&purchase, done)
}

/// Asks for the money back, because a fault holds the car up for too long.
pub(in crate::storefront) async fn refund(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let done = checkout::ask_refund(&shop, &purchase.buyer, &purchase.id).await;
    back_to_page(&purchase, done)
}
