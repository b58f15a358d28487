//! The sums and documents of a plan: shown before anything is asked, signed by their hash.

use super::Trouble;
use super::checkout::{NotDone, own_order, tell_order};
use super::document;
use crate::shop::Shop;
use crate::text::Lang;
use aws_lc_rs::digest::{SHA256, digest};
use finance::offer::{Offer, OfferError, PlanError, Terms};
use kernel::{BuyerId, Money, OrderId};
use sales::order::{self, OfferTerms, Plan};
use sales::vehicle::Vehicle;

/// An offer as shown: the sums, the schedule, and the two documents to read.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The sums and the schedule.
    pub offer: Offer,
    /// The sums with the hashes to be signed.
    pub terms: OfferTerms,
    /// What the disclosure says, as HTML to stand inside a page.
    pub disclosure: String,
    /// What the contract says, as HTML to stand inside a page.
    pub contract: String,
}

/// Why a plan has no quote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoQuote {
    /// The plan is not for sale.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Its sums cannot be made.
    #[error(transparent)]
    Offer(#[from] OfferError),
}

/// Finds the terms of a plan at a price.
pub fn terms(shop: &Shop, price: Money, plan: Plan) -> Result<Terms, PlanError> {
    Terms::for_plan(price, plan.down, plan.months, &shop.policy.finance)
}

/// Computes what a plan costs if the car is handed over today.
pub fn quote(shop: &Shop, price: Money, plan: Plan) -> Result<Offer, NoQuote> {
    let terms = terms(shop, price, plan)?;
    Ok(Offer::make(&terms, shop.today())?)
}

/// Makes the offer of an admitted order, keeps its documents, and notes that it was shown.
pub async fn show(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    lang: Lang,
) -> Result<Offered, Trouble<NotDone>> {
    let sale = own_order(shop, buyer, order).await?;
    let (car, _) = shop.store.load::<Vehicle>(&sale.vin).await?;
    let listing = car.listing().ok_or(Trouble::No(NotDone::NoSuchOrder))?;
    let offer = quote(shop, sale.price, sale.plan).map_err(|why| {
        Trouble::No(NotDone::PlanNotOffered {
            why: why.to_string(),
        })
    })?;
    let papers = document::papers(shop, order, listing, &offer, lang);
    for paper in [&papers.disclosure, &papers.contract] {
        shop.store.keep_document(&paper.hash, &paper.whole).await?;
    }
    let terms = OfferTerms {
        plan: sale.plan,
        price: offer.terms.price,
        down_payment: offer.terms.down_payment,
        upfront_fee: offer.terms.upfront_fee,
        due_now: offer.due_now,
        financed: offer.financed,
        instalment: offer.instalment,
        last_instalment: offer.last_instalment,
        total: offer.total,
        annual_rate: offer.terms.annual_rate,
        apr_percent: offer.apr_percent.clone(),
        retry_days: shop.policy.finance.retries.days.clone(),
        disclosure_hash: papers.disclosure.hash,
        contract_hash: papers.contract.hash,
    };
    let shown = order::Command::Offer {
        terms: terms.clone(),
    };
    tell_order(shop, order, shown).await?;
    Ok(Offered {
        offer,
        terms,
        disclosure: papers.disclosure.body,
        contract: papers.contract.body,
    })
}

/// Gives the SHA-256 of a text in hexadecimal.
pub fn hash(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
