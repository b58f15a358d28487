//! The steps of a purchase after the hold: plan, credit, offer, signature, wallet.

use super::caller::Caller;
use super::details::{Act, Any, Bodied, Details, One, Private, Wrong};
use super::input::Segment;
use super::money::{Percent, Quote, plan_of};
use super::once::{Answer, Write};
use super::order::{OrderView, order_id, own};
use super::refusal::not_done;
use crate::desk::checkout::{self, NotDone, Person};
use crate::desk::{Trouble, offer, wallet};
use crate::shop::Shop;
use crate::text::Text;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use sales::order::Stage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Another plan for the held car.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlan {
    /// The down payment in percent of the price; needed unless `months` is 0.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 100, example = 30)]
    down: Option<Percent>,
    /// The number of monthly instalments; 0 pays in full.
    #[schema(example = 24)]
    months: u16,
}

/// Who is asked about, and that they agree.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credit {
    /// The name as on the identity document.
    #[schema(example = "Minh 明", min_length = 1, max_length = 100)]
    name: String,
    /// The number of the identity document.
    #[schema(example = "990101198802020023", min_length = 1, max_length = 40)]
    number: String,
    /// Whether the person has read the text of `GET /api/v1/consent` and agrees. Must be true.
    consent: bool,
}

/// What a person agrees to before the credit provider is asked about them.
#[derive(Serialize, ToSchema)]
pub(super) struct Consent {
    /// The text to be shown, in the language asked for.
    text: String,
    /// SHA-256 of the text in hexadecimal, which is what is kept of the agreement.
    hash: String,
}

/// What was read and is signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Signature {
    /// The hash of the disclosure that was acknowledged.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    disclosure_hash: String,
    /// The hash of the contract that is signed.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    contract_hash: String,
}

/// An empty body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// An offer: the sums, each instalment, and the two documents to be read.
#[derive(Serialize, ToSchema)]
pub(super) struct Offered {
    #[serde(flatten)]
    quote: Quote,
    /// What must be disclosed before anything is signed.
    disclosure: Document,
    /// What is signed.
    contract: Document,
}

/// A document as it is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct Document {
    /// SHA-256 of `html` in hexadecimal.
    hash: String,
    /// The whole document.
    html: String,
}

/// Where the buyer pays.
#[derive(Serialize, ToSchema)]
pub(super) struct Wallet {
    /// The wallet's page, to be opened in the buyer's browser or app.
    #[schema(format = "uri")]
    wallet_url: String,
}

const LONGEST_NAME: usize = 100;
const LONGEST_NUMBER: usize = 40;

/// Choose another plan
///
/// The credit decision and the offer are for one plan; another plan needs both again.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/plan", tag = "Buying", request_body = NewPlan,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn choose_plan(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<NewPlan>,
) -> Response {
    let act = async |caller: Caller, wanted: NewPlan| {
        let order = order_id(&id.0)?;
        let plan = plan_of(wanted.down.as_ref(), wanted.months);
        let plan = plan.map_err(|wrong| Details::bad_fields(vec![wrong]))?;
        let chosen = checkout::choose_plan(&shop, &caller.buyer, &order, plan).await;
        chosen.map_err(done)?;
        Ok(Answer::ok(&own(&shop, &caller, &order).await?))
    };
    write.once(&shop, act).await
}

/// Show what a person agrees to before the credit query
#[utoipa::path(
    get, path = "/api/v1/consent", tag = "Buying", responses((status = 200, body = Consent), Any)
)]
pub(super) async fn show_consent(
    super::caller::Asked(lang): super::caller::Asked,
) -> Json<Consent> {
    let text = consent_text(Text::of(lang));
    let hash = offer::hash(&text);
    Json(Consent { text, hash })
}

fn consent_text(t: Text) -> String {
    t.msg("credit-consent")
}

/// Ask for the credit decision
///
/// Waits some seconds for the provider. A state of `asking-credit` in the answer means that it
/// takes longer: show the order again until the state is another one.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/credit", tag = "Buying", request_body = Credit,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn ask_credit(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<Credit>,
) -> Response {
    let act = async |caller: Caller, credit: Credit| {
        let order = order_id(&id.0)?;
        let person = credit.person().map_err(Details::bad_fields)?;
        let text = consent_text(Text::of(caller.lang));
        let asked = checkout::ask_credit(&shop, &caller.buyer, &order, Some(&person), &text).await;
        asked.map_err(done)?;
        checkout::settled(&shop, &order, |stage| *stage != Stage::AskingCredit).await?;
        Ok(Answer::ok(&own(&shop, &caller, &order).await?))
    };
    write.once(&shop, act).await
}

impl Credit {
    fn person(self) -> Result<Person, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut field = |pointer: &str, text: &str, longest: usize| {
            let text = text.trim().to_owned();
            if text.is_empty() || text.chars().count() > longest {
                wrong.push(Wrong::at(
                    pointer,
                    format!("write 1 to {longest} characters"),
                ));
            }
            text
        };
        let name = field("/name", &self.name, LONGEST_NAME);
        let number = field("/number", &self.number, LONGEST_NUMBER);
        if !self.consent {
            wrong.push(Wrong::at(
                "/consent",
                "without consent nobody is asked: send true",
            ));
        }
        match wrong.is_empty() {
            true => Ok(Person { name, number }),
            false => Err(wrong),
        }
    }
}

/// Show the offer
///
/// The order must be approved. What is answered here is what is signed, by the hashes.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/offer", tag = "Buying", request_body = Nothing,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = Offered), Any, Private, One, Bodied, Act)
)]
pub(super) async fn show_offer(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<Nothing>,
) -> Response {
    let act = async |caller: Caller, _: Nothing| {
        let order = order_id(&id.0)?;
        let shown = offer::show(&shop, &caller.buyer, &order, caller.lang).await;
        let shown = shown.map_err(done)?;
        let terms = shown.terms;
        Ok(Answer::ok(&Offered {
            quote: Quote::of(&shown.offer, terms.plan, caller.lang),
            disclosure: document(&shop, terms.disclosure_hash).await?,
            contract: document(&shop, terms.contract_hash).await?,
        }))
    };
    write.once(&shop, act).await
}

async fn document(shop: &Shop, hash: String) -> Result<Document, Details> {
    let kept = shop.store.document(&hash).await?;
    let html = kept.ok_or_else(super::input::not_found)?;
    Ok(Document { hash, html })
}

/// Sign what was offered
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/sign", tag = "Buying", request_body = Signature,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn sign_offer(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<Signature>,
) -> Response {
    let act = async |caller: Caller, signature: Signature| {
        let order = order_id(&id.0)?;
        let Signature {
            disclosure_hash,
            contract_hash,
        } = signature;
        let signed =
            checkout::sign(&shop, &caller.buyer, &order, disclosure_hash, contract_hash).await;
        signed.map_err(done)?;
        Ok(Answer::ok(&own(&shop, &caller, &order).await?))
    };
    write.once(&shop, act).await
}

/// Begin the payment
///
/// The hold is extended once. After a failed attempt a new one is begun; while one is open, its
/// address is given again. The order itself tells when it is paid.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/pay", tag = "Buying", request_body = Nothing,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = Wallet), Any, Private, One, Bodied, Act)
)]
pub(super) async fn begin_payment(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<Nothing>,
) -> Response {
    let act = async |caller: Caller, _: Nothing| {
        let order = order_id(&id.0)?;
        let page = wallet::pay(&shop, &caller.buyer, &order, caller.lang).await;
        let wallet_url = page.map_err(done)?;
        Ok(Answer::json(StatusCode::OK, &Wallet { wallet_url }))
    };
    write.once(&shop, act).await
}

/// Give up before paying
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/cancel", tag = "Buying", request_body = Nothing,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn cancel_order(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<Nothing>,
) -> Response {
    let act = async |caller: Caller, _: Nothing| {
        let order = order_id(&id.0)?;
        let cancelled = checkout::cancel(&shop, &caller.buyer, &order).await;
        cancelled.map_err(done)?;
        Ok(Answer::ok(&own(&shop, &caller, &order).await?))
    };
    write.once(&shop, act).await
}

/// Ask for the money back
///
/// Only while a fault of the machine holds the car up, and from `delay.refund_from` on. All of it
/// goes back, without a reason; the order ends with it.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/refund", tag = "Buying", request_body = Nothing,
    params(("id" = String, Path, description = "The order"), super::IdempotencyKey),
    security(("token" = [])),
    responses((status = 200, body = OrderView), Any, Private, One, Bodied, Act)
)]
pub(super) async fn ask_refund(
    State(shop): State<Shop>,
    id: Segment,
    write: Write<Nothing>,
) -> Response {
    let act = async |caller: Caller, _: Nothing| {
        let order = order_id(&id.0)?;
        let asked = checkout::ask_refund(&shop, &caller.buyer, &order).await;
        asked.map_err(done)?;
        Ok(Answer::ok(&own(&shop, &caller, &order).await?))
    };
    write.once(&shop, act).await
}

fn done(trouble: Trouble<NotDone>) -> Details {
    Details::of(trouble, not_done)
}
