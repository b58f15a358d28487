//! Rules of trades: a number is one trade, of one amount, paid at most once.
//!
//! A trade exists from the moment its page was opened; before that a query says so. Paying debits
//! the buyer and, where the page asked for it, signs the mandate in the same step. A deduction
//! needs a mandate in force, an amount within its limit, and a balance; a refused deduction leaves
//! no trade.

use super::event::{Event, Mandate, Trade};
use super::mandate::{self, SignContent};
use super::node::{self, Node};
use super::notice;
use super::refund;
use super::world::Turn;
use crate::amount;
use crate::china_time;
use crate::notification::TradeStatus;
use crate::request::{self, Params};
use kernel::Moment;
use serde::Deserialize;

/// What a payment page is asked to show (`alipay.trade.page.pay`, `alipay.trade.wap.pay`).
#[derive(Debug, Deserialize)]
pub(crate) struct PayContent {
    out_trade_no: String,
    total_amount: String,
    subject: String,
    time_expire: Option<String>,
    #[serde(default)]
    quit_url: String,
    #[serde(default)]
    passback_params: String,
    agreement_sign_params: Option<SignContent>,
    ext_user_info: Option<ExtUserInfo>,
}

#[derive(Debug, Deserialize)]
struct ExtUserInfo {
    mobile: Option<String>,
}

/// What a deduction is asked to move (`alipay.trade.pay` with `agreement_params`).
#[derive(Debug, Deserialize)]
pub(crate) struct DeductContent {
    out_trade_no: String,
    total_amount: String,
    subject: String,
    agreement_params: Option<AgreementParams>,
}

#[derive(Debug, Deserialize)]
struct AgreementParams {
    agreement_no: String,
}

/// Which trade is meant; the wallet's number wins.
#[derive(Debug, Deserialize)]
pub(crate) struct TradeKey {
    #[serde(default)]
    out_trade_no: String,
    #[serde(default)]
    trade_no: String,
}

/// A page that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The page's number: the wallet's trade number, or the number of the request to sign.
    pub(crate) number: String,
    /// The language the merchant says the buyer reads.
    pub(crate) language: Option<String>,
}

/// What came of the buyer's decision to pay.
#[derive(Debug)]
pub(crate) enum Paying {
    /// Paid now or before: back to the merchant.
    Paid,
    /// The trade is closed.
    Closed,
    /// The balance is too small.
    NotEnough,
}

/// Days after which an unpaid trade closes when the merchant names no time.
const DEFAULT_DAYS: i64 = 15;
const SECONDS_PER_DAY: i64 = 86_400;

/// Opens the payment page: makes the trade, or finds the same one again.
pub(crate) fn open_page(
    turn: &mut Turn<'_>,
    params: &Params,
    content: PayContent,
) -> Result<Opened, Node> {
    let total_fen = askable_fen(&content.out_trade_no, &content.total_amount)?;
    let language = language_of(&content.passback_params);
    if let Some(trade) = turn.state().trades.get(&content.out_trade_no) {
        same_trade(trade, total_fen, &content.subject)?;
        let number = trade.trade_no.clone();
        return Ok(Opened { number, language });
    }
    let common = |name: &str| params.get(name).cloned().unwrap_or_default();
    let notify_url = common("notify_url");
    let sign = content.agreement_sign_params;
    let mandate = sign
        .map(|sign| mandate::terms(sign, &notify_url))
        .transpose()?;
    let expires = expiry(content.time_expire.as_deref(), turn.at)?;
    let phone = content.ext_user_info.and_then(|info| info.mobile);
    let trade = Trade {
        account: turn.account_of(phone.as_deref()),
        trade_no: turn.number("22001", 15),
        out_trade_no: content.out_trade_no,
        subject: content.subject,
        total_fen,
        status: TradeStatus::WaitBuyerPay,
        notify_url,
        return_url: common("return_url"),
        quit_url: content.quit_url,
        passback: content.passback_params,
        created: turn.at,
        expires: Some(expires),
        paid: None,
        refunds: Default::default(),
        agreement_no: None,
        mandate,
    };
    let number = trade.trade_no.clone();
    turn.record(Event::TradeOpened(Box::new(trade)));
    Ok(Opened { number, language })
}

/// Pays a trade from its buyer's account and signs the mandate that came with it.
pub(crate) fn pay(turn: &mut Turn<'_>, trade: &Trade) -> Paying {
    match trade.status {
        TradeStatus::Success | TradeStatus::Finished => return Paying::Paid,
        TradeStatus::Closed => return Paying::Closed,
        TradeStatus::WaitBuyerPay => {}
    }
    if balance_fen(turn, &trade.account) < trade.total_fen {
        return Paying::NotEnough;
    }
    let terms = trade.mandate.clone();
    let signed = terms.map(|terms| mandate::sign(turn, terms, &trade.account));
    turn.record(Event::TradePaid {
        out_trade_no: trade.out_trade_no.clone(),
        at: turn.at,
        agreement_no: signed,
    });
    let params = notice::of_trade(turn, &trade.out_trade_no);
    turn.notify(&trade.notify_url, params);
    Paying::Paid
}

/// Collects by a mandate.
pub(crate) fn deduct(turn: &mut Turn<'_>, params: &Params, content: DeductContent) -> Node {
    deducted(turn, params, content).unwrap_or_else(|refusal| refusal)
}

fn deducted(turn: &mut Turn<'_>, params: &Params, content: DeductContent) -> Result<Node, Node> {
    let total_fen = askable_fen(&content.out_trade_no, &content.total_amount)?;
    let Some(agreement) = content.agreement_params else {
        return Err(node::invalid_parameter(
            "this wallet takes alipay.trade.pay with agreement_params only",
        ));
    };
    if let Some(trade) = turn.state().trades.get(&content.out_trade_no) {
        same_trade(trade, total_fen, &content.subject)?;
        return Err(state_refusal(trade.status));
    }
    let mandate = mandate_for(turn, &agreement.agreement_no, total_fen)?;
    let trade = Trade {
        account: mandate.account,
        trade_no: turn.number("22001", 15),
        out_trade_no: content.out_trade_no.clone(),
        subject: content.subject,
        total_fen,
        status: TradeStatus::WaitBuyerPay,
        notify_url: params.get("notify_url").cloned().unwrap_or_default(),
        return_url: String::new(),
        quit_url: String::new(),
        passback: String::new(),
        created: turn.at,
        expires: None,
        paid: None,
        refunds: Default::default(),
        agreement_no: None,
        mandate: None,
    };
    let notify_url = trade.notify_url.clone();
    turn.record(Event::TradeOpened(Box::new(trade)));
    turn.record(Event::TradePaid {
        out_trade_no: content.out_trade_no.clone(),
        at: turn.at,
        agreement_no: Some(agreement.agreement_no),
    });
    let params = notice::of_trade(turn, &content.out_trade_no);
    turn.notify(&notify_url, params);
    let trade = &turn.state().trades[&content.out_trade_no];
    let mut answer = described(turn, trade);
    answer.remove("trade_status");
    Ok(answer)
}

/// Checks that a mandate allows an amount now, and that its account can pay it.
fn mandate_for(turn: &Turn<'_>, agreement_no: &str, fen: i64) -> Result<Mandate, Node> {
    let Some(mandate) = turn.state().mandates.get(agreement_no) else {
        return Err(node::refused(
            "ACQ.AGREEMENT_NOT_EXIST",
            "no such agreement",
        ));
    };
    if mandate.ended.is_some() {
        return Err(node::refused(
            "ACQ.AGREEMENT_STATUS_NOT_NORMAL",
            "the agreement was ended",
        ));
    }
    if fen > mandate.terms.single_limit_fen {
        return Err(node::refused(
            "ACQ.BEYOND_PER_RECEIPT_RESTRICTION",
            "the amount is above the limit of one deduction",
        ));
    }
    let account = &turn.state().accounts[&mandate.account];
    let refusing = &turn.state().faults.refuse_deductions_of;
    let is_refused = refusing
        .iter()
        .any(|one| *one == account.id || *one == account.phone);
    if is_refused || account.balance_fen < fen {
        return Err(node::refused(
            "ACQ.BUYER_BALANCE_NOT_ENOUGH",
            "the buyer's balance is not enough",
        ));
    }
    Ok(mandate.clone())
}

/// Tells where a trade stands (`alipay.trade.query`).
pub(crate) fn query(turn: &Turn<'_>, key: &TradeKey) -> Node {
    match find(turn, key) {
        Ok(trade) => described(turn, trade),
        Err(refusal) => refusal,
    }
}

/// Closes an unpaid trade (`alipay.trade.close`).
pub(crate) fn close(turn: &mut Turn<'_>, key: &TradeKey) -> Node {
    let trade = match find(turn, key) {
        Ok(trade) => trade.clone(),
        Err(refusal) => return refusal,
    };
    match trade.status {
        TradeStatus::WaitBuyerPay => {
            turn.close(&trade);
            named(&trade)
        }
        TradeStatus::Closed => state_refusal(TradeStatus::Closed),
        TradeStatus::Success | TradeStatus::Finished => node::refused(
            "ACQ.TRADE_STATUS_ERROR",
            "a paid trade can be refunded, not closed",
        ),
    }
}

/// Ends a trade whose outcome the merchant does not know (`alipay.trade.cancel`).
pub(crate) fn cancel(turn: &mut Turn<'_>, key: &TradeKey) -> Node {
    let Ok(trade) = find(turn, key).cloned() else {
        // The gateway answers success for a number it never saw.
        let number = key.out_trade_no.clone();
        return node::done([("out_trade_no", number), ("retry_flag", "N".to_owned())]);
    };
    let action = match trade.status {
        TradeStatus::WaitBuyerPay => {
            turn.close(&trade);
            "close"
        }
        TradeStatus::Closed if trade.paid.is_none() => "close",
        TradeStatus::Closed => "refund",
        TradeStatus::Success | TradeStatus::Finished => {
            let open_fen = trade.total_fen - trade.refunded_fen();
            let request_no = format!("cancel-{}", trade.trade_no);
            refund::give_back(turn, &trade, &request_no, open_fen);
            "refund"
        }
    };
    let mut answer = named(&trade);
    answer.insert("action".to_owned(), action.into());
    answer.insert("retry_flag".to_owned(), "N".into());
    answer
}

/// Finds the trade that is meant.
pub(crate) fn find<'a>(turn: &'a Turn<'_>, key: &TradeKey) -> Result<&'a Trade, Node> {
    let state = turn.state();
    let found = match key.trade_no.as_str() {
        "" => state.trades.get(&key.out_trade_no),
        trade_no => state.trade_by_no(trade_no),
    };
    found.ok_or_else(|| node::refused("ACQ.TRADE_NOT_EXIST", "no such trade"))
}

/// Gives the buyer's balance.
pub(crate) fn balance_fen(turn: &Turn<'_>, account: &str) -> i64 {
    turn.state().accounts[account].balance_fen
}

fn described(turn: &Turn<'_>, trade: &Trade) -> Node {
    let account = &turn.state().accounts[&trade.account];
    let total = amount::from_fen(trade.total_fen).to_decimal_text();
    let paid = trade.paid.map(china_time::text).unwrap_or_default();
    node::done([
        ("trade_no", trade.trade_no.clone()),
        ("out_trade_no", trade.out_trade_no.clone()),
        ("buyer_logon_id", notice::masked(&account.phone)),
        ("buyer_user_id", account.id.clone()),
        ("trade_status", trade.status.word().to_owned()),
        ("total_amount", total.clone()),
        ("receipt_amount", total.clone()),
        ("buyer_pay_amount", total),
        ("subject", trade.subject.clone()),
        ("send_pay_date", paid.clone()),
        ("gmt_payment", paid),
        ("passback_params", trade.passback.clone()),
    ])
}

fn named(trade: &Trade) -> Node {
    node::done([
        ("trade_no", trade.trade_no.clone()),
        ("out_trade_no", trade.out_trade_no.clone()),
    ])
}

fn state_refusal(status: TradeStatus) -> Node {
    match status {
        TradeStatus::Success => node::refused("ACQ.TRADE_HAS_SUCCESS", "the trade is paid"),
        TradeStatus::Finished => node::refused("ACQ.TRADE_HAS_FINISHED", "the trade is finished"),
        TradeStatus::Closed => node::refused("ACQ.TRADE_HAS_CLOSE", "the trade is closed"),
        TradeStatus::WaitBuyerPay => {
            node::refused("ACQ.TRADE_STATUS_ERROR", "the trade waits for its buyer")
        }
    }
}

fn same_trade(trade: &Trade, total_fen: i64, subject: &str) -> Result<(), Node> {
    if trade.total_fen == total_fen && trade.subject == subject {
        return Ok(());
    }
    Err(node::refused(
        "ACQ.CONTEXT_INCONSISTENT",
        "this trade number was used with another amount or subject",
    ))
}

/// The platform documents letters, digits and underscores, at most 64.
fn askable_fen(out_trade_no: &str, total_amount: &str) -> Result<i64, Node> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let length = out_trade_no.len();
    if !(1..=64).contains(&length) || !out_trade_no.bytes().all(legal) {
        return Err(node::invalid_parameter(
            "out_trade_no takes 1 to 64 letters, digits and underscores",
        ));
    }
    let amount = amount::parse(total_amount).and_then(amount::check);
    amount
        .map(|amount| amount.minor())
        .map_err(|fault| node::invalid_parameter(&fault.to_string()))
}

fn expiry(time_expire: Option<&str>, at: Moment) -> Result<Moment, Node> {
    let Some(text) = time_expire else {
        return Ok(at.plus_seconds(DEFAULT_DAYS * SECONDS_PER_DAY));
    };
    match china_time::parse(text) {
        Some(expires) if expires > at => Ok(expires),
        Some(_) => Err(node::invalid_parameter("time_expire has passed")),
        None => Err(node::invalid_parameter(
            "time_expire is no yyyy-MM-dd HH:mm:ss",
        )),
    }
}

/// Passback parameters are a form of their own, URL-encoded once more.
fn language_of(passback: &str) -> Option<String> {
    let inner = request::decode(&[&format!("p={passback}")]).ok()?;
    let params = request::decode(&[inner.get("p")?]).ok()?;
    params.get("lang").cloned()
}
