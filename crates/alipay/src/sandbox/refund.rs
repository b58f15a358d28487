//! Rules of giving back: a request number is one refund, never more than was paid.

use super::event::{Event, Trade};
use super::node::{self, Node};
use super::notice;
use super::trade::{self, TradeKey};
use super::world::Turn;
use crate::amount;
use crate::notification::TradeStatus;
use serde::Deserialize;

/// What is asked to be given back (`alipay.trade.refund`).
#[derive(Debug, Deserialize)]
pub(crate) struct RefundContent {
    #[serde(flatten)]
    key: TradeKey,
    refund_amount: String,
    #[serde(default)]
    out_request_no: String,
}

/// Which refund is meant (`alipay.trade.fastpay.refund.query`).
#[derive(Debug, Deserialize)]
pub(crate) struct RefundKey {
    #[serde(flatten)]
    key: TradeKey,
    out_request_no: String,
}

/// Gives money back, once per request number.
pub(crate) fn refund(turn: &mut Turn<'_>, content: &RefundContent) -> Node {
    refunded(turn, content).unwrap_or_else(|refusal| refusal)
}

fn refunded(turn: &mut Turn<'_>, content: &RefundContent) -> Result<Node, Node> {
    let trade = trade::find(turn, &content.key)?.clone();
    let asked = amount::parse(&content.refund_amount).and_then(amount::check);
    let fen = asked
        .map_err(|fault| node::invalid_parameter(&fault.to_string()))?
        .minor();
    // Without a request number the platform takes the refund as the one full refund of the trade.
    let request_no = match content.out_request_no.as_str() {
        "" if fen < trade.total_fen => {
            return Err(node::invalid_parameter(
                "a partial refund needs an out_request_no",
            ));
        }
        "" => trade.out_trade_no.clone(),
        number => number.to_owned(),
    };
    match trade.refunds.get(&request_no) {
        Some(before) if *before == fen => return Ok(answer(turn, &trade, "N")),
        Some(_) => {
            return Err(node::refused(
                "ACQ.DISCORDANT_REPEAT_REQUEST",
                "this request number was used with another amount",
            ));
        }
        None => {}
    }
    if trade.paid.is_none() || trade.status == TradeStatus::Finished {
        return Err(node::refused(
            "ACQ.TRADE_STATUS_ERROR",
            "only a paid trade can be refunded",
        ));
    }
    if fen > trade.total_fen - trade.refunded_fen() {
        return Err(node::refused(
            "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
            "more than is left of the trade",
        ));
    }
    give_back(turn, &trade, &request_no, fen);
    let trade = turn.state().trades[&trade.out_trade_no].clone();
    Ok(answer(turn, &trade, "Y"))
}

/// Moves the money back and tells the merchant.
pub(crate) fn give_back(turn: &mut Turn<'_>, trade: &Trade, request_no: &str, fen: i64) {
    turn.record(Event::TradeRefunded {
        out_trade_no: trade.out_trade_no.clone(),
        request_no: request_no.to_owned(),
        fen,
        at: turn.at,
    });
    let params = notice::of_refund(turn, &trade.out_trade_no, request_no);
    turn.notify(&trade.notify_url, params);
}

/// Tells whether a refund was done; of one that was not, only that the call was done.
pub(crate) fn query(turn: &Turn<'_>, key: &RefundKey) -> Node {
    let trade = match trade::find(turn, &key.key) {
        Ok(trade) => trade,
        Err(refusal) => return refusal,
    };
    let Some(fen) = trade.refunds.get(&key.out_request_no) else {
        return node::done([]);
    };
    node::done([
        ("trade_no", trade.trade_no.clone()),
        ("out_trade_no", trade.out_trade_no.clone()),
        ("out_request_no", key.out_request_no.clone()),
        (
            "total_amount",
            amount::from_fen(trade.total_fen).to_decimal_text(),
        ),
        ("refund_amount", amount::from_fen(*fen).to_decimal_text()),
        ("refund_status", "REFUND_SUCCESS".to_owned()),
    ])
}

fn answer(turn: &Turn<'_>, trade: &Trade, fund_change: &str) -> Node {
    let back = amount::from_fen(trade.refunded_fen()).to_decimal_text();
    let account = &turn.state().accounts[&trade.account];
    node::done([
        ("trade_no", trade.trade_no.clone()),
        ("out_trade_no", trade.out_trade_no.clone()),
        ("buyer_logon_id", notice::masked(&account.phone)),
        ("buyer_user_id", account.id.clone()),
        ("fund_change", fund_change.to_owned()),
        ("refund_fee", back),
    ])
}
