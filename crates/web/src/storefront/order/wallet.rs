//! Paying: on to the wallet, back again, or waiting for the wallet's word.

use super::Purchase;
use super::appointment::{self, HandOver};
use super::strip::{At, Strip};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::text::Text;
use askama::Template;
use axum::response::Response;
use finance::payment::{self, Payment};
use sales::order::Stage;

#[derive(Template)]
#[template(path = "storefront/wallet.html")]
struct Wallet {
    page: Page,
    t: Text,
    token: String,
    strip: Strip,
    title: String,
    text: String,
    button: Option<String>,
    cancel: bool,
    waits: bool,
    hand_over: Option<HandOver>,
    pay: String,
    give_up: String,
}

/// How far the payment is, as its page tells it.
enum Standing {
    /// Signed, not yet at the wallet.
    Ready,
    /// The wallet did not pay.
    Failed,
    /// At the wallet.
    AtWallet,
    /// The wallet has not said how it ended.
    Unknown,
    /// Paid after the hold was over.
    Late,
}

/// Shows how far the payment is.
pub(super) async fn show(purchase: &Purchase) -> Result<Response, Problem> {
    let t = purchase.t;
    let sum = purchase.sale.terms.as_ref().map(|terms| terms.due_now);
    let sum = sum.map_or_else(String::new, |sum| t.money_brief(sum));
    let time = t.time(purchase.sale.hold_until, &purchase.shop.policy.zone);
    let standing = standing(purchase).await?;
    let pay = || t.with("pay-button", &[("amount", &sum)]);
    let (title, text, button) = match standing {
        Standing::Ready => (t.msg("pay-ready"), t.msg("pay-ready-text"), Some(pay())),
        Standing::Failed => (t.msg("pay-failed"), t.msg("pay-failed-text"), Some(pay())),
        Standing::AtWallet => (
            t.msg("pay-at-wallet"),
            t.with("pay-at-wallet-text", &[("time", &time)]),
            Some(t.msg("pay-go-on")),
        ),
        Standing::Unknown => (
            t.msg("pay-unknown"),
            t.with("pay-unknown-text", &[("time", &time)]),
            None,
        ),
        Standing::Late => (t.msg("pay-late"), t.msg("pay-late-text"), None),
    };
    Ok(html(&Wallet {
        page: purchase.page(title.clone()),
        t,
        token: purchase.token.clone(),
        strip: Strip::of(purchase, At::Pay),
        title,
        text,
        cancel: button.is_some(),
        waits: !matches!(standing, Standing::Ready | Standing::Failed),
        button,
        hand_over: appointment::card(purchase).await?,
        pay: purchase.address("/pay"),
        give_up: purchase.address("/cancel"),
    }))
}

async fn standing(purchase: &Purchase) -> Result<Standing, Problem> {
    let Some(id) = &purchase.sale.payment else {
        return Ok(Standing::Ready);
    };
    let (payment, _) = purchase.shop.store.load::<Payment>(id).await?;
    Ok(match (&purchase.sale.stage, payment) {
        (Stage::PaidLate, _) => Standing::Late,
        (Stage::Signed, _) | (_, payment::State::Failed { .. }) => Standing::Failed,
        (
            _,
            payment::State::Unknown { .. }
            | payment::State::NeedsPerson { .. }
            | payment::State::Succeeded { .. },
        ) => Standing::Unknown,
        _ => Standing::AtWallet,
    })
}
