//! The cashier: who asks for what, and the buyer's three ways: pay, refuse, leave.
//!
//! Every page works without scripts and has one primary button. Paying twice is paying once: the
//! second form finds the trade paid and goes back to the merchant as the first did.

use super::event::{MandateTerms, SignRequest, Trade};
use super::frame::{self, Frame, Tongue};
use super::journal::JournalFault;
use super::mandate;
use super::notice;
use super::trade::{self, Paying};
use super::world::{Turn, World};
use crate::notification::TradeStatus;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "cashier.html")]
struct CashierPage {
    frame: Frame,
    merchant: String,
    trade_no: String,
    subject: String,
    amount: String,
    account: AccountLine,
    mandate: Option<String>,
    open_until: String,
    pay: String,
    enough: bool,
    leave: String,
}

#[derive(Template)]
#[template(path = "settled.html")]
struct SettledPage {
    frame: Frame,
    title: &'static str,
    subject: String,
    amount: String,
    text: String,
    back: String,
    back_label: String,
}

#[derive(Template)]
#[template(path = "sign.html")]
struct SignPage {
    frame: Frame,
    merchant: String,
    id: String,
    account: AccountLine,
    mandate: String,
    leave: String,
}

struct AccountLine {
    id: String,
    phone: String,
    balance: String,
}

/// Shows a trade to its buyer.
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    Path(trade_no): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world
        .act(|turn| match turn.state().trade_by_no(&trade_no) {
            None => frame::gone_page(tongue),
            Some(trade) if trade.status == TradeStatus::WaitBuyerPay => {
                frame::page(&cashier_page(turn, trade, tongue))
            }
            Some(trade) => frame::page(&settled_page(&world, turn, trade, tongue)),
        })
        .await
}

/// Pays, and sends the buyer back to the merchant.
pub(crate) async fn pay(
    State(world): State<Arc<World>>,
    Path(trade_no): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world
        .act_and_tell(|turn| {
            let Some(trade) = turn.state().trade_by_no(&trade_no).cloned() else {
                return frame::gone_page(tongue);
            };
            match trade::pay(turn, &trade) {
                Paying::Paid if !trade.return_url.is_empty() => {
                    let url = notice::return_url(turn.state(), &trade, turn.at, &world.wallet_key);
                    Redirect::to(&url).into_response()
                }
                Paying::Paid | Paying::Closed | Paying::NotEnough => {
                    back_to_page(&trade_no, tongue)
                }
            }
        })
        .await
}

/// Closes the trade at the buyer's wish.
pub(crate) async fn refuse(
    State(world): State<Arc<World>>,
    Path(trade_no): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world
        .act_and_tell(|turn| {
            let Some(trade) = turn.state().trade_by_no(&trade_no).cloned() else {
                return frame::gone_page(tongue);
            };
            if trade.status == TradeStatus::WaitBuyerPay {
                turn.close(&trade);
            }
            match leave_url(&trade) {
                "" => back_to_page(&trade_no, tongue),
                url => Redirect::to(url).into_response(),
            }
        })
        .await
}

/// Shows a mandate that is asked for without a payment.
pub(crate) async fn show_sign(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    world
        .act(|turn| match turn.state().sign_requests.get(&id) {
            None => frame::gone_page(tongue),
            Some(request) => frame::page(&SignPage {
                frame: Frame::new(tongue, format!("/sign/{id}")),
                merchant: turn.state().merchant.name.clone(),
                id: id.clone(),
                account: account_line(turn, &request.account),
                mandate: mandate_line(&request.terms, tongue),
                leave: request.return_url.clone(),
            }),
        })
        .await
}

/// Signs the mandate.
pub(crate) async fn agree(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    let decide = |turn: &mut Turn<'_>, request: SignRequest| {
        mandate::sign(turn, request.terms, &request.account);
    };
    end_sign(&world, &id, tongue, decide).await
}

/// Refuses the mandate.
pub(crate) async fn refuse_sign(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    end_sign(&world, &id, tongue, |_, _| ()).await
}

async fn end_sign(
    world: &World,
    id: &str,
    tongue: Tongue,
    decide: impl FnOnce(&mut Turn<'_>, SignRequest),
) -> Result<Response, JournalFault> {
    world
        .act_and_tell(|turn| {
            let Some(request) = turn.state().sign_requests.get(id).cloned() else {
                return frame::gone_page(tongue);
            };
            turn.record(super::event::Event::SignEnded { id: id.to_owned() });
            let url = match request.return_url.as_str() {
                "" => format!("/wallet/{}?lang={}", request.account, tongue.0.tag()),
                url => url.to_owned(),
            };
            decide(turn, request);
            Redirect::to(&url).into_response()
        })
        .await
}

fn cashier_page(turn: &Turn<'_>, trade: &Trade, tongue: Tongue) -> CashierPage {
    let words = tongue.0.words();
    let amount = frame::yuan(trade.total_fen);
    let pay = match trade.mandate {
        Some(_) => words.pay_and_allow,
        None => words.pay_now,
    };
    let until = trade.expires.map(|expires| frame::clock(expires, tongue));
    let open_until = until.map(|time| words.open_until.replace("{time}", &time));
    CashierPage {
        frame: Frame::new(tongue, format!("/cashier/{}", trade.trade_no)),
        merchant: turn.state().merchant.name.clone(),
        trade_no: trade.trade_no.clone(),
        subject: trade.subject.clone(),
        pay: pay.replace("{amount}", &amount),
        amount,
        account: account_line(turn, &trade.account),
        mandate: trade
            .mandate
            .as_ref()
            .map(|terms| mandate_line(terms, tongue)),
        open_until: open_until.unwrap_or_default(),
        enough: trade::balance_fen(turn, &trade.account) >= trade.total_fen,
        leave: leave_url(trade).to_owned(),
    }
}

fn settled_page(world: &World, turn: &Turn<'_>, trade: &Trade, tongue: Tongue) -> SettledPage {
    let words = tongue.0.words();
    let (title, text) = match (trade.status, trade.paid) {
        (TradeStatus::Success | TradeStatus::Finished, Some(paid)) => (
            words.paid_title,
            words
                .paid_text
                .replace("{time}", &frame::clock(paid, tongue)),
        ),
        (_, Some(paid)) => (
            words.refunded,
            words
                .paid_text
                .replace("{time}", &frame::clock(paid, tongue)),
        ),
        (_, None) => (words.closed_title, words.closed_text.to_owned()),
    };
    let is_paid = trade.status == TradeStatus::Success && !trade.return_url.is_empty();
    let back = match is_paid {
        true => notice::return_url(turn.state(), trade, turn.at, &world.wallet_key),
        false => leave_url(trade).to_owned(),
    };
    let merchant = &turn.state().merchant.name;
    SettledPage {
        frame: Frame::new(tongue, format!("/cashier/{}", trade.trade_no)),
        title,
        subject: trade.subject.clone(),
        amount: frame::yuan(trade.total_fen),
        text,
        back,
        back_label: words.back.replace("{merchant}", merchant),
    }
}

fn account_line(turn: &Turn<'_>, id: &str) -> AccountLine {
    let account = &turn.state().accounts[id];
    AccountLine {
        id: account.id.clone(),
        phone: notice::masked(&account.phone),
        balance: frame::yuan(account.balance_fen),
    }
}

/// Says in words what a mandate allows.
pub(crate) fn mandate_line(terms: &MandateTerms, tongue: Tongue) -> String {
    let words = tongue.0.words();
    let amount = frame::yuan(terms.single_limit_fen);
    match terms.months {
        Some(months) => words
            .mandate_months
            .replace("{amount}", &amount)
            .replace("{months}", &months.to_string()),
        None => words.mandate_open.replace("{amount}", &amount),
    }
}

fn leave_url(trade: &Trade) -> &str {
    match trade.quit_url.as_str() {
        "" => &trade.return_url,
        quit_url => quit_url,
    }
}

fn back_to_page(trade_no: &str, tongue: Tongue) -> Response {
    let lang = tongue.0.tag();
    Redirect::to(&format!("/cashier/{trade_no}?lang={lang}")).into_response()
}
