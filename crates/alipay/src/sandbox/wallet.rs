//! The wallet's own pages: what it is, accounts, money, mandates, history.

use super::cashier;
use super::event::{Event, Mandate, Trade};
use super::frame::{self, Frame, Tongue};
use super::journal::JournalFault;
use super::mandate;
use super::world::{Turn, World};
use crate::amount;
use crate::notification::TradeStatus;
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// How many trades the history shows.
const SHOWN_TRADES: usize = 60;

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<AccountRow>,
}

struct AccountRow {
    id: String,
    phone: String,
    balance: String,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    id: String,
    phone: String,
    balance: String,
    monthly: String,
    notice: &'static str,
    mandates: Vec<MandateRow>,
    trades: Vec<TradeRow>,
}

struct MandateRow {
    agreement_no: String,
    merchant: String,
    allows: String,
    since: String,
    in_force: bool,
}

struct TradeRow {
    subject: String,
    when: String,
    amount: String,
    status: &'static str,
    out_trade_no: String,
}

/// An amount typed into a form.
#[derive(Debug, Deserialize)]
pub(crate) struct AmountForm {
    amount: String,
}

/// Explains what this is.
pub(crate) async fn index(tongue: Tongue) -> Response {
    frame::page(&IndexPage {
        frame: Frame::new(tongue, "/"),
    })
}

/// Lists the accounts.
pub(crate) async fn accounts(
    State(world): State<Arc<World>>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world
        .act(|turn| {
            let accounts = turn.state().accounts.values().map(|account| AccountRow {
                id: account.id.clone(),
                phone: account.phone.clone(),
                balance: frame::yuan(account.balance_fen),
            });
            frame::page(&AccountsPage {
                frame: Frame::new(tongue, "/wallet"),
                accounts: accounts.collect(),
            })
        })
        .await
}

/// Shows one account.
pub(crate) async fn account(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world.act(|turn| account_page(turn, &id, tongue, "")).await
}

/// Puts money into an account.
pub(crate) async fn add_money(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    tongue: Tongue,
    Form(form): Form<AmountForm>,
) -> Result<Response, JournalFault> {
    world
        .act(|turn| match amount::parse(form.amount.trim()) {
            Ok(money) if amount::check(money).is_ok() => {
                let fen = money.minor();
                change(turn, &id, tongue, |account| Event::MoneyAdded {
                    account,
                    fen,
                })
            }
            _ => account_page(turn, &id, tongue, tongue.0.words().unreadable),
        })
        .await
}

/// Sets what comes into an account every month.
pub(crate) async fn set_top_up(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    tongue: Tongue,
    Form(form): Form<AmountForm>,
) -> Result<Response, JournalFault> {
    world
        .act(|turn| match amount::parse(form.amount.trim()) {
            Ok(money) if money.minor() >= 0 => {
                let fen = money.minor();
                change(turn, &id, tongue, |account| Event::TopUpSet {
                    account,
                    fen,
                })
            }
            _ => account_page(turn, &id, tongue, tongue.0.words().unreadable),
        })
        .await
}

/// Ends a mandate at the buyer's wish.
pub(crate) async fn end_mandate(
    State(world): State<Arc<World>>,
    Path(agreement_no): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world
        .act_and_tell(|turn| {
            mandate::end_by_buyer(turn, &agreement_no);
            match turn.state().mandates.get(&agreement_no) {
                Some(mandate) => to_account(&mandate.account, tongue),
                None => frame::gone_page(tongue),
            }
        })
        .await
}

fn change(
    turn: &mut Turn<'_>,
    id: &str,
    tongue: Tongue,
    event: impl FnOnce(String) -> Event,
) -> Response {
    if !turn.state().accounts.contains_key(id) {
        return frame::gone_page(tongue);
    }
    turn.record(event(id.to_owned()));
    to_account(id, tongue)
}

fn to_account(id: &str, tongue: Tongue) -> Response {
    let lang = tongue.0.tag();
    Redirect::to(&format!("/wallet/{id}?lang={lang}")).into_response()
}

fn account_page(turn: &Turn<'_>, id: &str, tongue: Tongue, notice: &'static str) -> Response {
    let state = turn.state();
    let Some(account) = state.accounts.get(id) else {
        return frame::gone_page(tongue);
    };
    let merchant = &state.merchant.name;
    let mandates = state.mandates.values().rev();
    let mandates = mandates
        .filter(|mandate| mandate.account == id)
        .map(|mandate| mandate_row(mandate, merchant, tongue));
    let newest = state.out_trade_no_by_trade_no.values().rev();
    let trades = newest
        .map(|out_trade_no| &state.trades[out_trade_no])
        .filter(|trade| trade.account == id)
        .take(SHOWN_TRADES)
        .map(|trade| trade_row(trade, tongue));
    frame::page(&AccountPage {
        frame: Frame::new(tongue, format!("/wallet/{id}")),
        id: id.to_owned(),
        phone: account.phone.clone(),
        balance: frame::yuan(account.balance_fen),
        monthly: amount::from_fen(account.monthly_fen).to_decimal_text(),
        notice,
        mandates: mandates.collect(),
        trades: trades.collect(),
    })
}

fn mandate_row(mandate: &Mandate, merchant: &str, tongue: Tongue) -> MandateRow {
    let words = tongue.0.words();
    let (form, time) = match mandate.ended {
        None => (words.signed_on, mandate.signed),
        Some(ended) => (words.ended_on, ended),
    };
    MandateRow {
        agreement_no: mandate.agreement_no.clone(),
        merchant: merchant.to_owned(),
        allows: cashier::mandate_line(&mandate.terms, tongue),
        since: form.replace("{time}", &frame::clock(time, tongue)),
        in_force: mandate.ended.is_none(),
    }
}

fn trade_row(trade: &Trade, tongue: Tongue) -> TradeRow {
    let words = tongue.0.words();
    let status = match trade.status {
        TradeStatus::WaitBuyerPay => words.waiting,
        TradeStatus::Closed if trade.paid.is_none() => words.closed_title,
        TradeStatus::Closed => words.refunded,
        TradeStatus::Success | TradeStatus::Finished => words.paid_title,
    };
    TradeRow {
        subject: trade.subject.clone(),
        when: frame::clock(trade.paid.unwrap_or(trade.created), tongue),
        amount: frame::yuan(trade.total_fen),
        status,
        out_trade_no: trade.out_trade_no.clone(),
    }
}
