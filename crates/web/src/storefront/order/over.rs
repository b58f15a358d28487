//! A purchase that ended without a car: what happened, where the money is, what to do next.

use super::Purchase;
use super::timeline::{self, Line};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::text::Text;
use askama::Template;
use axum::response::Response;
use sales::order::{RefundReason, Stage};

#[derive(Template)]
#[template(path = "storefront/over.html")]
struct Over {
    page: Page,
    t: Text,
    title: String,
    name: String,
    text: String,
    money: String,
    car: String,
    lines: Vec<Line>,
}

/// Shows how it ended.
pub(super) async fn show(purchase: &Purchase) -> Result<Response, Problem> {
    let t = purchase.t;
    let (title, text, money) = words(purchase);
    let history = timeline::history(purchase).await?;
    Ok(html(&Over {
        page: purchase.page(title.clone()),
        t,
        title,
        name: purchase.car_name(),
        text,
        money,
        car: format!("/{}/cars/{}", purchase.lang.prefix(), purchase.sale.vin),
        lines: timeline::past(purchase, &history),
    }))
}

/// Title, what happened, and where the money is.
fn words(purchase: &Purchase) -> (String, String, String) {
    let t = purchase.t;
    let amount = purchase
        .sale
        .paid
        .or(purchase.sale.terms.as_ref().map(|terms| terms.due_now));
    let amount = amount.map_or_else(String::new, |amount| t.money_brief(amount));
    let untouched = || match purchase.sale.payment {
        None => t.msg("over-nothing-taken"),
        Some(_) => t.msg("over-maybe-taken"),
    };
    match &purchase.sale.stage {
        Stage::Cancelled => (
            t.msg("over-cancelled"),
            t.msg("over-cancelled-text"),
            untouched(),
        ),
        Stage::Refunding { why } => (
            t.msg("over-refunding"),
            why_words(why, t),
            t.with("over-refunding-money", &[("amount", &amount)]),
        ),
        Stage::Refunded => (
            t.msg("over-refunded"),
            t.msg("over-refunded-text"),
            t.with("over-refunded-money", &[("amount", &amount)]),
        ),
        _ => (
            t.msg("over-expired"),
            t.msg("over-expired-text"),
            untouched(),
        ),
    }
}

fn why_words(why: &RefundReason, t: Text) -> String {
    match why {
        RefundReason::PaidTooLate => t.msg("refund-too-late"),
        RefundReason::Rejected => t.msg("refund-rejected"),
        RefundReason::FetchImpossible => t.msg("refund-fetch"),
        RefundReason::SaleImpossible => t.msg("refund-sale"),
        RefundReason::Delayed => t.msg("refund-delayed"),
    }
}
