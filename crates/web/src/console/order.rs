//! One purchase from the hold to the keys: what happened when, its payments, and what can be done.
//!
//! Who the buyer is stays sealed until somebody asks for it by name; each asking is written to the
//! log of operations with the name of who asked.

use super::orders::plan_words;
use super::sign_in::Nothing;
use super::state::{self, StateTag};
use super::{Frame, Role, Said, Section, Staff, told};
use crate::form::Form;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use ::tower::tower::{self as machine, Tower};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{BuyerId, OrderId};
use reactions::fetch_job;
use sales::buyer::{self, Buyer};
use sales::order::{Command, DelayCause, Event, Order, RefundReason, Sale, Stage};
use serde::Deserialize;
use store::{Context, PaymentFilter, PaymentRow};

const PAYMENTS_AT_MOST: usize = 100;

#[derive(Template)]
#[template(path = "console/order.html")]
struct View {
    page: Page,
    t: Text,
    frame: Frame,
    id: String,
    here: String,
    state: StateTag,
    car: String,
    car_href: String,
    buyer: String,
    person: Option<Person>,
    plan: String,
    price: String,
    paid: Option<String>,
    due_now: Option<String>,
    hold_until: String,
    agreement: Option<(String, String)>,
    history: Vec<(String, String)>,
    payments: Vec<PaymentLine>,
    may_cancel: bool,
    may_refund: bool,
}

/// A buyer as they are addressed.
struct Person {
    name: String,
    phone: String,
}

/// A payment of the order.
pub(super) struct PaymentLine {
    pub id: String,
    pub state: StateTag,
    pub amount: String,
    pub created: String,
    pub trade_no: String,
}

/// Shows the purchase.
pub(super) async fn show(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, order)): Path<(String, String)>,
) -> Result<Response, Problem> {
    view(&shop, &staff, &order, None).await
}

/// Shows the purchase with its buyer's name and number.
pub(super) async fn show_person(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, order)): Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let (_, sale) = find(&shop, &order).await?;
    tracing::info!(staff = staff.name, %order, "staff opened a buyer's name and number");
    let person = person(&shop, &sale.buyer, staff.t).await?;
    view(&shop, &staff, &order, Some(person)).await
}

async fn find(shop: &Shop, order: &str) -> Result<(OrderId, Sale), Problem> {
    let order = OrderId::parse(order).map_err(|_| Problem::not_found())?;
    let (state, _) = shop.store.load::<Order>(&order).await?;
    let sale = state.sale().cloned().ok_or_else(Problem::not_found)?;
    Ok((order, sale))
}

async fn person(shop: &Shop, id: &BuyerId, t: Text) -> Result<Person, Problem> {
    let erased = || t.msg("console-person-erased");
    let (state, _) = shop.store.load::<Buyer>(id).await?;
    let buyer::State::Registered(profile) = state else {
        return Ok(Person {
            name: erased(),
            phone: erased(),
        });
    };
    let phone = shop.store.open_sealed(id, "phone", &profile.phone).await?;
    let name = match &profile.identity {
        Some(identity) => shop.store.open_sealed(id, "name", &identity.name).await?,
        None => Some(t.msg("console-person-no-name")),
    };
    Ok(Person {
        name: name.unwrap_or_else(erased),
        phone: phone.unwrap_or_else(erased),
    })
}

async fn view(
    shop: &Shop,
    staff: &Staff,
    order: &str,
    person: Option<Person>,
) -> Result<Response, Problem> {
    let t = staff.t;
    let (id, sale) = find(shop, order).await?;
    let path = format!("/console/orders/{id}");
    let title = t.with("console-order-title", &[("id", &id.to_string())]);
    let (page, frame) = staff.page(shop, Section::Orders, title, &path);
    // A page that shows a name is not fetched again by itself.
    let page = Page {
        live: page.live.filter(|_| person.is_none()),
        ..page
    };
    let row = shop
        .store
        .order(&id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let car = shop.store.vehicle(&sale.vin).await?;
    let zone = &shop.policy.zone;
    let history = shop.store.history::<Order>(&id).await?;
    let filter = PaymentFilter {
        order: Some(id.clone()),
        ..PaymentFilter::default()
    };
    let part = store::Page {
        skip: 0,
        limit: PAYMENTS_AT_MOST,
    };
    let payments = shop.store.payments(filter, part).await?;
    let agreement = sale.agreement.as_ref().map(|agreement| {
        let href = page.link(&format!("/console/agreements/{agreement}"));
        (href, agreement.to_string())
    });
    let acts = staff.role.runs_money();
    Ok(html(&View {
        here: page.link(&path),
        id: id.to_string(),
        state: state::order(&row.state, t),
        car: car.map_or_else(|| sale.vin.to_string(), |car| stock::name(&car.listing)),
        car_href: page.link(&format!("/console/cars?vin={}", sale.vin)),
        buyer: sale.buyer.to_string(),
        person,
        plan: plan_words(sale.plan, t),
        price: t.money(sale.price),
        paid: sale.paid.map(|paid| t.money(paid)),
        due_now: sale.terms.as_ref().map(|terms| t.money(terms.due_now)),
        hold_until: t.moment(sale.hold_until, zone),
        agreement,
        history: history
            .iter()
            .map(|(at, event)| (t.moment(*at, zone), happened(event, t)))
            .collect(),
        payments: payments
            .iter()
            .map(|row| payment_line(row, shop, t))
            .collect(),
        may_cancel: acts && may_cancel(&sale.stage),
        may_refund: acts && may_refund(&sale.stage),
        page,
        t,
        frame,
    }))
}

/// Makes a payment's line.
pub(super) fn payment_line(row: &PaymentRow, shop: &Shop, t: Text) -> PaymentLine {
    PaymentLine {
        id: row.id.to_string(),
        state: state::payment(&row.state, t),
        amount: t.money(row.amount),
        created: t.moment(row.created, &shop.policy.zone),
        trade_no: row.trade_no.clone().unwrap_or_default(),
    }
}

fn may_cancel(stage: &Stage) -> bool {
    let ends = matches!(
        stage,
        Stage::PaidLate | Stage::Refunding { .. } | Stage::Refunded
    );
    !stage.is_paid() && !stage.is_over() && !ends
}

fn may_refund(stage: &Stage) -> bool {
    *stage == Stage::PaidLate || (stage.is_paid() && *stage != Stage::HandedOver)
}

fn happened(event: &Event, t: Text) -> String {
    match event {
        Event::Started { .. } => t.msg("console-did-started"),
        Event::PlanChosen { plan } => {
            t.with("console-did-plan", &[("plan", &plan_words(*plan, t))])
        }
        Event::CreditAsked { question, .. } => {
            t.with("console-did-credit-asked", &[("n", question)])
        }
        Event::CreditUnknown => t.msg("console-did-credit-unknown"),
        Event::Approved { .. } => t.msg("console-did-approved"),
        Event::Refused { .. } => t.msg("console-did-refused"),
        Event::Offered { terms } => {
            let due = t.money(terms.due_now);
            t.with("console-did-offered", &[("due", &due)])
        }
        Event::Signed { .. } => t.msg("console-did-signed"),
        Event::PaymentStarted { payment, .. } => t.with(
            "console-did-payment-started",
            &[("id", &payment.to_string())],
        ),
        Event::PaymentFailed { payment } => t.with(
            "console-did-payment-failed",
            &[("id", &payment.to_string())],
        ),
        Event::Paid { amount, .. } => t.with("console-did-paid", &[("amount", &t.money(*amount))]),
        Event::PaidLate { amount, .. } => {
            t.with("console-did-paid-late", &[("amount", &t.money(*amount))])
        }
        Event::Expired { .. } => t.msg("console-did-expired"),
        Event::Cancelled { .. } => t.msg("console-did-cancelled"),
        Event::Fetching { .. } => t.msg("console-did-fetching"),
        Event::ArrivedAtBay { bay, .. } => t.with("console-did-arrived", &[("bay", bay)]),
        Event::CodeAccepted { .. } => t.msg("console-did-code"),
        Event::CarAccepted => t.msg("console-did-accepted"),
        Event::CarRejected { reason, .. } => t.with("console-did-rejected", &[("reason", reason)]),
        Event::HandedOver { .. } => t.msg("console-did-handed-over"),
        Event::Delayed { cause, .. } => delay_words(*cause, t),
        Event::DelayTold { .. } => t.msg("console-did-delay-told"),
        Event::WentOn { .. } => t.msg("console-did-went-on"),
        Event::RefundStarted { amount, why, .. } => t.with(
            "console-did-refund-started",
            &[("amount", &t.money(*amount)), ("why", &why_words(why, t))],
        ),
        Event::Refunded { .. } => t.msg("console-did-refunded"),
    }
}

fn delay_words(cause: DelayCause, t: Text) -> String {
    let cause = crate::delay::happened(cause, t);
    t.with("console-did-delayed", &[("cause", &cause)])
}

fn why_words(why: &RefundReason, t: Text) -> String {
    match why {
        RefundReason::PaidTooLate => t.msg("console-why-paid-late"),
        RefundReason::Rejected => t.msg("console-why-rejected"),
        RefundReason::FetchImpossible => t.msg("console-why-fetch-impossible"),
        RefundReason::SaleImpossible => t.msg("console-why-sale-impossible"),
        RefundReason::Delayed => t.msg("console-why-delayed"),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

/// Ends a purchase that is not paid.
pub(super) async fn cancel(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, order)): Path<(String, String)>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    let (id, _) = find(&shop, &order).await?;
    let path = format!("/console/orders/{id}");
    if let Some(no) = missing(staff.role, &reason) {
        return Ok(staff.back(&path, no));
    }
    tracing::info!(staff = staff.name, %id, reason, "staff cancelled an order");
    let context = Context::at(shop.now());
    let result = shop
        .store
        .execute::<Order>(&id, Command::Cancel, context)
        .await;
    Ok(staff.back(&path, told(result)?))
}

#[derive(Clone, Deserialize)]
pub(super) struct Refund {
    why: Why,
    #[serde(default)]
    reason: String,
}

/// What staff may give as the reason of a refund; the other reasons are found by the system.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Why {
    FetchImpossible,
    SaleImpossible,
}

/// Gives the money back and calls the car's fetch off.
pub(super) async fn refund(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, order)): Path<(String, String)>,
    Form(Refund { why, reason }): Form<Refund>,
) -> Result<Response, Problem> {
    let (id, sale) = find(&shop, &order).await?;
    let path = format!("/console/orders/{id}");
    if let Some(no) = missing(staff.role, &reason) {
        return Ok(staff.back(&path, no));
    }
    if !may_refund(&sale.stage) || !call_off(&shop, &id).await? {
        return Ok(staff.back(&path, Said::NotNow));
    }
    tracing::info!(staff = staff.name, %id, reason, "staff refunded an order");
    let why = match why {
        Why::FetchImpossible => RefundReason::FetchImpossible,
        Why::SaleImpossible => RefundReason::SaleImpossible,
    };
    let context = Context::at(shop.now());
    let result = shop
        .store
        .execute::<Order>(&id, Command::Refund { why }, context)
        .await;
    Ok(staff.back(&path, told(result)?))
}

fn missing(role: Role, reason: &str) -> Option<Said> {
    match (role.runs_money(), reason.trim().is_empty()) {
        (false, _) => Some(Said::NotYours),
        (true, true) => Some(Said::Incomplete),
        (true, false) => None,
    }
}

/// Calls the fetch of an order off before its money goes back, so that no car without an owner
/// comes down; false while the machine carries it or the buyer has driven off.
async fn call_off(shop: &Shop, order: &OrderId) -> Result<bool, Problem> {
    let job = fetch_job(order);
    let (tower, _) = shop.store.load::<Tower>(&shop.tower).await?;
    let command = match tower.job(&job).map(|live| &live.stage) {
        None | Some(machine::Stage::Rejected { .. }) => return Ok(true),
        Some(machine::Stage::Waiting) => machine::Command::CancelJob { job },
        Some(machine::Stage::AtBay { .. } | machine::Stage::Asked { .. }) => {
            machine::Command::Reject { job }
        }
        Some(_) => return Ok(false),
    };
    let context = Context::at(shop.now());
    let result = shop
        .store
        .execute::<Tower>(&shop.tower, command, context)
        .await;
    Ok(told(result)? == Said::Done)
}
