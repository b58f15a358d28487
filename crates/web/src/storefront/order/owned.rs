//! After the keys: the next instalment, what is paid, the title, and the papers that were signed.

use super::Purchase;
use super::timeline::{self, Line};
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, picture};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::text::Text;
use askama::Template;
use axum::response::Response;
use kernel::{Currency, Money};
use store::{AgreementRow, InstalmentRow};

#[derive(Template)]
#[template(path = "storefront/owned.html")]
struct Owned {
    page: Page,
    t: Text,
    name: String,
    picture: Drawing,
    state: String,
    tag: &'static str,
    next: Option<Next>,
    overdue: Option<String>,
    /// Whether something is overdue, so that the instalments are shown at once.
    is_behind: bool,
    paid_count: usize,
    count: usize,
    progress: String,
    open: String,
    rows: Vec<Instalment>,
    title: String,
    lines: Vec<Line>,
    contract: String,
    disclosure: String,
    contract_hash: String,
    disclosure_hash: String,
}

struct Next {
    amount: String,
    due: String,
}

struct Instalment {
    number: u16,
    due: String,
    amount: String,
    tag: &'static str,
    state: String,
}

/// Gives the addresses of contract and disclosure.
pub(super) fn paper_links(purchase: &Purchase) -> (String, String) {
    (
        purchase.address("/contract"),
        purchase.address("/disclosure"),
    )
}

/// Shows what is still to be paid and whose the title is.
pub(super) async fn show(purchase: &Purchase) -> Result<Response, Problem> {
    let (shop, t) = (&purchase.shop, purchase.t);
    let id = shop.agreement_of(&purchase.id);
    let agreement = shop.store.agreement(&id).await?;
    let rows = shop.store.instalments(&id).await?;
    let history = timeline::history(purchase).await?;
    let terms = purchase.sale.terms.as_ref();
    let (contract, disclosure) = paper_links(purchase);
    let paid_count = rows.iter().filter(|row| row.status == "paid").count();
    let values: [(&str, &dyn crate::text::Value); 2] =
        [("paid", &paid_count), ("count", &rows.len())];
    let (state, tag, title) = words(agreement.as_ref(), t);
    let open = agreement.as_ref().map(|row| row.open);
    let progress = t.with("owned-progress", &values);
    let mut lines = timeline::past(purchase, &history);
    lines.extend(timeline::until_title(
        purchase,
        agreement.as_ref(),
        &rows,
        &progress,
    ));
    let overdue = agreement.as_ref().map(|row| row.overdue);
    Ok(html(&Owned {
        page: purchase
            .page(t.msg("owned-title"))
            .live(purchase.live_address(&seen(agreement.as_ref()))),
        t,
        name: purchase.car_name(),
        picture: picture(&CarLook::of(&purchase.listing), &purchase.car_name()),
        state,
        tag,
        next: next(&rows, t),
        is_behind: overdue.is_some_and(Money::is_positive),
        overdue: overdue
            .filter(|overdue| overdue.is_positive())
            .map(|overdue| t.with("owned-overdue", &[("amount", &t.money(overdue))])),
        paid_count,
        count: rows.len(),
        progress,
        open: open.map_or_else(String::new, |open| t.money(open)),
        rows: rows.iter().map(|row| instalment(row, t)).collect(),
        title,
        lines,
        contract,
        disclosure,
        contract_hash: terms.map_or_else(String::new, |terms| terms.contract_hash.clone()),
        disclosure_hash: terms.map_or_else(String::new, |terms| terms.disclosure_hash.clone()),
    }))
}

/// What the page sees: how the agreement stands, which begins just after the keys.
pub(super) fn seen(agreement: Option<&AgreementRow>) -> String {
    agreement.map_or_else(
        || "handed-over".to_owned(),
        |row| format!("{}-{}", row.state, row.open.minor()),
    )
}

/// State, its tag, and whose the title is.
fn words(agreement: Option<&AgreementRow>, t: Text) -> (String, &'static str, String) {
    let mine = t.msg("owned-title-yours");
    let theirs = t.msg("owned-title-later");
    match agreement.map(|row| row.state.as_str()) {
        Some("in-arrears") => (t.msg("owned-in-arrears"), "bad", theirs),
        Some("settled") => (t.msg("owned-settled"), "free", t.msg("owned-title-soon")),
        Some("title-released") => (t.msg("owned-settled"), "free", mine),
        _ => (t.msg("owned-active"), "free", theirs),
    }
}

fn next(rows: &[InstalmentRow], t: Text) -> Option<Next> {
    let row = rows.iter().find(|row| row.status != "paid")?;
    let open = owed(row);
    Some(Next {
        amount: t.money(open),
        due: t.day(row.due),
    })
}

/// What is still owed of an instalment.
fn owed(row: &InstalmentRow) -> Money {
    let currency: Currency = row.principal.currency();
    let minor = row.principal.minor() + row.interest.minor()
        - row.principal_paid.minor()
        - row.interest_paid.minor();
    Money::new(minor, currency)
}

fn instalment(row: &InstalmentRow, t: Text) -> Instalment {
    let whole = row.principal.minor() + row.interest.minor();
    let (tag, state) = match row.status.as_str() {
        "paid" => ("free", t.msg("instalment-paid")),
        "due" => ("now", t.msg("instalment-due")),
        "overdue" => ("bad", t.msg("instalment-overdue")),
        _ => ("", t.msg("instalment-upcoming")),
    };
    Instalment {
        number: row.number,
        due: t.day(row.due),
        amount: t.money(Money::new(whole, row.principal.currency())),
        tag,
        state,
    }
}
