//! One purchase, wherever it stands: one address, and on it always what comes next.
//!
//! The stage chooses the page. Forms post to addresses below it and come back here, so a reload, a
//! second tab or a stale button shows the truth and does nothing twice.

mod act; // what its forms do
mod appointment; // when its car comes
pub(super) mod credit; // before and after the credit question
mod offer; // the sums, the documents, the signature
mod wallet; // paying
mod track; // the car on its way
mod owned; // months, title, papers
mod over; // ended, and where the money is
mod strip; // steps, car and sum, always in sight
mod timeline; // what happened, what happens, what comes

use super::wish::Wish;
use crate::desk::Trouble;
use crate::desk::checkout::{self, NotDone};
use crate::facade;
use crate::layout::Page;
use crate::live::{self, News, Seen};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::{Lang, Text};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{BuyerId, Moment, OrderId};
use reactions::Fact;
use sales::listing::Listing;
use sales::order::{Event, Sale, Stage, Visit};

/// Gives the routes of one order.
pub(super) fn routes() -> Router<Shop> {
    Router::new()
        .route("/{lang}/orders/{id}", get(show))
        .route("/{lang}/orders/{id}/live", get(live))
        .route("/{lang}/orders/{id}/back", get(back))
        .route("/{lang}/orders/{id}/disclosure", get(disclosure))
        .route("/{lang}/orders/{id}/contract", get(contract))
        .route("/{lang}/orders/{id}/credit", post(act::credit))
        .route("/{lang}/orders/{id}/credit/again", post(act::credit_again))
        .route("/{lang}/orders/{id}/plan", post(act::plan))
        .route("/{lang}/orders/{id}/sign", post(act::sign))
        .route("/{lang}/orders/{id}/pay", post(act::pay))
        .route("/{lang}/orders/{id}/cancel", post(act::cancel))
        .route("/{lang}/orders/{id}/refund", post(act::refund))
        .route(
            "/{lang}/orders/{id}/appointment",
            get(appointment::show).post(appointment::choose),
        )
        .route("/{lang}/orders/{id}/at-once", post(appointment::at_once))
}

/// An order with everything its pages say of it.
pub(super) struct Purchase {
    shop: Shop,
    visitor: Visitor,
    lang: Lang,
    t: Text,
    token: String,
    buyer: BuyerId,
    id: OrderId,
    sale: Sale,
    listing: Listing,
    now: Moment,
}

impl Purchase {
    /// Opens an order of the signed-in buyer; none when nobody is signed in.
    async fn open(shop: &Shop, visitor: &Visitor, id: &str) -> Result<Option<Purchase>, Problem> {
        let id = OrderId::parse(id).map_err(|_| Problem::not_found())?;
        let Some(buyer) = visitor.buyer() else {
            return Ok(None);
        };
        let sale = checkout::own_order(shop, &buyer, &id).await;
        let sale = sale.map_err(|trouble| Problem::of(trouble, |_| Problem::not_found()))?;
        let row = shop.store.vehicle(&sale.vin).await?;
        Ok(Some(Purchase {
            shop: shop.clone(),
            visitor: visitor.clone(),
            lang: visitor.lang,
            t: Text::of(visitor.lang),
            token: visitor.form_token.clone(),
            buyer,
            id,
            sale,
            listing: row.ok_or_else(Problem::not_found)?.listing,
            now: shop.now(),
        }))
    }

    fn page(&self, title: String) -> Page {
        let path = format!("/orders/{}", self.id);
        let live = self.live_address(stage_word(&self.sale.stage));
        Page::of(&self.visitor, title, path, self.now).live(live)
    }

    /// Gives the address of the stream for a page that has seen something.
    fn live_address(&self, seen: &str) -> String {
        format!("{}?seen={seen}", self.address("/live"))
    }

    /// Gives an address of this order.
    fn address(&self, below: &str) -> String {
        format!("/{}/orders/{}{below}", self.lang.prefix(), self.id)
    }

    fn car_name(&self) -> String {
        stock::name(&self.listing)
    }

    /// Tells whether the hold's time is over though nobody has noted it yet.
    fn is_late(&self) -> bool {
        let stage = &self.sale.stage;
        let before_payment = !stage.is_paid() && !stage.is_over();
        let at_wallet = matches!(stage, Stage::PaidLate | Stage::Refunding { .. });
        before_payment && !at_wallet && self.sale.hold_until <= self.now
    }
}

fn to_sign_in(lang: Lang, id: &str) -> Result<Response, Problem> {
    let order = OrderId::parse(id).map_err(|_| Problem::not_found())?;
    Ok(super::see(&Wish::Order(order).sign_in(lang)).into_response())
}

/// Shows where the order stands.
async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    match Purchase::open(&shop, &visitor, &id).await? {
        Some(purchase) => page_of(&purchase).await,
        None => to_sign_in(visitor.lang, &id),
    }
}

async fn page_of(purchase: &Purchase) -> Result<Response, Problem> {
    if purchase.is_late() {
        return over::show(purchase).await;
    }
    match &purchase.sale.stage {
        Stage::Started => credit::ask(purchase, credit::Typed::default()).await,
        Stage::AskingCredit => Ok(credit::wait(purchase)),
        Stage::CreditUnknown => Ok(credit::unknown(purchase)),
        Stage::Refused { reasons } => Ok(credit::refused(purchase, reasons)),
        Stage::Approved | Stage::Offered => offer::show(purchase, vec![]).await,
        Stage::Signed | Stage::Paying | Stage::PaidLate => wallet::show(purchase).await,
        Stage::Paid | Stage::Fetching { .. } | Stage::AtBay { .. } => track::show(purchase).await,
        Stage::HandedOver => owned::show(purchase).await,
        Stage::Expired | Stage::Cancelled | Stage::Refunding { .. } | Stage::Refunded => {
            over::show(purchase).await
        }
    }
}

/// Comes back from the wallet: waits a moment for its word, then shows where the order stands.
async fn back(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    checkout::settled(&shop, &purchase.id, |stage| *stage != Stage::Paying).await?;
    Ok(super::see(&purchase.address("")).into_response())
}

/// Tells an open page of its order's next stage, of its payment, and of the machine.
async fn live(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    Query(page_saw): Query<Seen>,
) -> Result<Response, Problem> {
    let told = shop.store.subscribe();
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return Err(Problem::signed_out());
    };
    let version = facade::version(&shop).await?;
    let page = purchase.address("");
    let agreement = shop.agreement_of(&purchase.id);
    let sees = match &purchase.sale.stage {
        Stage::HandedOver => owned::seen(shop.store.agreement(&agreement).await?.as_ref()),
        stage => seen(stage, version),
    };
    let payments = format!("{}_", purchase.id);
    let on_its_way = purchase.sale.stage.is_paid();
    let missed = page_saw.differs(&sees).then(|| News::Leave(page.clone()));
    let stream = live::news(told, missed, move |fact| match fact {
        Fact::Order(order, event) => (*order == purchase.id).then(|| match event {
            Event::Delayed { .. } | Event::DelayTold { .. } | Event::WentOn { .. } => News::Reload,
            _ => News::Leave(page.clone()),
        }),
        Fact::Payment(payment, _) => payment
            .as_str()
            .starts_with(&payments)
            .then_some(News::Reload),
        Fact::Agreement(changed, _) => (*changed == agreement).then_some(News::Reload),
        Fact::Tower(..) => on_its_way.then_some(News::Reload),
        Fact::Vehicle(..) | Fact::Buyer(..) | Fact::Drop(..) => None,
    });
    Ok(stream.into_response())
}

/// What a page of a stage sees: the stage, and while the car is on its way the tower.
fn seen(stage: &Stage, tower_version: u64) -> String {
    let word = stage_word(stage);
    match stage {
        Stage::Paid | Stage::Fetching { .. } | Stage::AtBay { .. } => {
            format!("{word}-{tower_version}")
        }
        _ => word.to_owned(),
    }
}

fn stage_word(stage: &Stage) -> &'static str {
    match stage {
        Stage::Started => "started",
        Stage::AskingCredit => "asking",
        Stage::CreditUnknown => "unknown",
        Stage::Approved => "approved",
        Stage::Refused { .. } => "refused",
        Stage::Offered => "offered",
        Stage::Signed => "signed",
        Stage::Paying => "paying",
        Stage::PaidLate => "paid-late",
        Stage::Paid => "paid",
        Stage::Fetching { .. } => "fetching",
        Stage::AtBay { visit, .. } => match visit {
            Visit::Awaited => "at-bay",
            Visit::CodeAccepted => "open",
            Visit::CarAccepted => "accepted",
        },
        Stage::HandedOver => "keys",
        Stage::Expired => "expired",
        Stage::Cancelled => "cancelled",
        Stage::Refunding { .. } => "refunding",
        Stage::Refunded => "refunded",
    }
}

async fn disclosure(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    kept(&shop, &visitor, &id, |terms| terms.disclosure_hash.clone()).await
}

async fn contract(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    kept(&shop, &visitor, &id, |terms| terms.contract_hash.clone()).await
}

/// Answers a document as it was offered, found by the hash that was signed.
async fn kept(
    shop: &Shop,
    visitor: &Visitor,
    id: &str,
    hash: impl Fn(&sales::order::OfferTerms) -> String,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(shop, visitor, id).await? else {
        return to_sign_in(visitor.lang, id);
    };
    let terms = purchase
        .sale
        .terms
        .as_ref()
        .ok_or_else(Problem::not_found)?;
    let document = shop.store.document(&hash(terms)).await?;
    let document = document.ok_or_else(Problem::not_found)?;
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((StatusCode::OK, kind, document).into_response())
}

/// Sorts an act's answer: what was refused is shown by the page of the stage the order is in.
fn back_to_page(
    purchase: &Purchase,
    done: Result<(), Trouble<NotDone>>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => {}
        Err(Trouble::No(NotDone::NoSuchOrder)) => return Err(Problem::not_found()),
        Err(Trouble::No(refusal)) => {
            tracing::info!(order = %purchase.id, ?refusal, "an act of a buyer was refused");
        }
        Err(trouble) => return Err(Problem::of(trouble, |_: NotDone| Problem::busy())),
    }
    Ok(super::see(&purchase.address("")).into_response())
}
