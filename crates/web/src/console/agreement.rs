//! One buyer's agreement: what was signed, what is paid and owed, what was posted, and the title.

use super::money::{Entry, line};
use super::order::{PaymentLine, payment_line};
use super::state::{self, StateTag};
use super::{Frame, Section, Staff};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use finance::agreement::Agreement;
use kernel::{AgreementId, Money};
use store::{InstalmentRow, PaymentFilter};

const PAYMENTS_AT_MOST: usize = 500;

#[derive(Template)]
#[template(path = "console/agreement.html")]
struct View {
    page: Page,
    t: Text,
    frame: Frame,
    id: String,
    state: StateTag,
    order: (String, String),
    vin: (String, String),
    buyer: String,
    price: String,
    down_payment: String,
    fee: String,
    rate: String,
    months: u16,
    financed: String,
    open: String,
    overdue: String,
    is_overdue: bool,
    unapplied: String,
    next_due: Option<String>,
    mandate: Option<String>,
    title: String,
    contract_hash: String,
    instalments: Vec<Instalment>,
    payments: Vec<PaymentLine>,
    entries: Vec<Entry>,
}

struct Instalment {
    number: u16,
    due: String,
    principal: String,
    interest: String,
    total: String,
    paid: String,
    attempts: u16,
    state: StateTag,
    reason: String,
}

/// Shows the agreement.
pub(super) async fn show(
    State(shop): State<Shop>,
    staff: Staff,
    Path((_, agreement)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let t = staff.t;
    let id = AgreementId::parse(&agreement).map_err(|_| Problem::not_found())?;
    let row = shop.store.agreement(&id).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let path = format!("/console/agreements/{id}");
    let title = t.with("console-agreement-title", &[("id", &id.to_string())]);
    let (page, frame) = staff.page(&shop, Section::Money, title, &path);
    let (state, _) = shop.store.load::<Agreement>(&id).await?;
    let rows = shop.store.instalments(&id).await?;
    let mut instalments = Vec::with_capacity(rows.len());
    for row in &rows {
        instalments.push(instalment(row, t).map_err(|fault| Problem::inside(&fault))?);
    }
    let filter = PaymentFilter {
        agreement: Some(id.clone()),
        ..PaymentFilter::default()
    };
    let part = store::Page {
        skip: 0,
        limit: PAYMENTS_AT_MOST,
    };
    let payments = shop.store.payments(filter, part).await?;
    let entries = posted(&shop, &id, t).await?;
    Ok(html(&View {
        state: state::agreement(&row.state, t),
        order: (
            page.link(&format!("/console/orders/{}", row.order)),
            row.order.to_string(),
        ),
        vin: (
            page.link(&format!("/console/cars?vin={}", row.vin)),
            row.vin.to_string(),
        ),
        buyer: row.buyer.to_string(),
        price: t.money(row.terms.price),
        down_payment: t.money(row.terms.down_payment),
        fee: t.money(row.terms.upfront_fee),
        rate: t.percent(row.terms.annual_rate),
        months: row.terms.months,
        financed: t.money(row.financed),
        open: t.money(row.open),
        overdue: t.money(row.overdue),
        is_overdue: row.overdue.minor() > 0,
        unapplied: t.money(row.unapplied),
        next_due: row.next_due.map(|day| t.day(day)),
        mandate: row.mandate,
        title: match row.state.as_str() {
            "title-released" => t.msg("console-title-released"),
            "settled" => t.msg("console-title-to-release"),
            "withdrawn" => t.msg("console-title-none"),
            _ => t.msg("console-title-kept"),
        },
        contract_hash: state
            .contract()
            .map(|contract| contract.contract_hash.clone())
            .unwrap_or_default(),
        instalments,
        payments: payments
            .iter()
            .map(|row| payment_line(row, &shop, t))
            .collect(),
        entries,
        id: id.to_string(),
        page,
        t,
        frame,
    }))
}

fn instalment(row: &InstalmentRow, t: Text) -> Result<Instalment, kernel::MoneyError> {
    let total: Money = row.principal.plus(row.interest)?;
    let paid = row.principal_paid.plus(row.interest_paid)?;
    Ok(Instalment {
        number: row.number,
        due: t.day(row.due),
        principal: t.money(row.principal),
        interest: t.money(row.interest),
        total: t.money(total),
        paid: t.money(paid),
        attempts: row.attempts,
        state: state::instalment(&row.status, t),
        reason: row.reason.clone().unwrap_or_default(),
    })
}

/// Finds the entries that touch an account of the agreement, from its first day on.
async fn posted(shop: &Shop, id: &AgreementId, t: Text) -> Result<Vec<Entry>, Problem> {
    let row = shop.store.agreement(id).await?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    // The down payment may be posted on the day before the agreement is opened, at midnight.
    let from = row.opened.day_in(&shop.policy.zone).plus_days(-1);
    let ending = format!(":{id}");
    let entries = shop.store.export_ledger(from, shop.today()).await?;
    let of_it = entries.iter().filter(|entry| {
        let mut lines = entry.lines.iter();
        lines.any(|(account, _)| account.ends_with(&ending))
    });
    Ok(of_it.map(|entry| line(entry, shop, t)).collect())
}
