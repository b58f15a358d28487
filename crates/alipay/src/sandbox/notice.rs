//! What notifications and returns say, before they are signed.

use super::event::{Mandate, Trade};
use super::state::{SELLER_ID, State};
use super::world::Turn;
use crate::amount;
use crate::china_time;
use crate::request::{self, Params};
use crate::signing::SigningKey;
use kernel::Moment;

/// How the platform writes that an agreement has no end.
pub(crate) const OPEN_END: &str = "2115-02-01 00:00:00";

/// Says where a trade stands (`trade_status_sync`).
pub(crate) fn of_trade(turn: &Turn<'_>, out_trade_no: &str) -> Params {
    let state = turn.state();
    trade_params(state, &state.trades[out_trade_no])
}

/// Says that money was given back (`trade_status_sync` with the refund's fields).
pub(crate) fn of_refund(turn: &Turn<'_>, out_trade_no: &str, request_no: &str) -> Params {
    let trade = &turn.state().trades[out_trade_no];
    let mut params = trade_params(turn.state(), trade);
    let refunded = amount::from_fen(trade.refunded_fen()).to_decimal_text();
    put(&mut params, "out_biz_no", request_no);
    put(&mut params, "refund_fee", &refunded);
    put(&mut params, "gmt_refund", &china_time::text(turn.at));
    params
}

/// Says that a mandate was signed or ended (`dut_user_sign`, `dut_user_unsign`).
pub(crate) fn of_mandate(turn: &Turn<'_>, mandate: &Mandate) -> Params {
    let state = turn.state();
    let (kind, status) = match mandate.ended {
        None => ("dut_user_sign", "NORMAL"),
        Some(_) => ("dut_user_unsign", "UNSIGN"),
    };
    let mut params = common(state, kind);
    let terms = &mandate.terms;
    let logon_id = masked(&state.accounts[&mandate.account].phone);
    put(&mut params, "agreement_no", &mandate.agreement_no);
    put(
        &mut params,
        "external_agreement_no",
        &terms.external_agreement_no,
    );
    put(
        &mut params,
        "personal_product_code",
        &terms.personal_product_code,
    );
    put(&mut params, "sign_scene", &terms.sign_scene);
    put(&mut params, "status", status);
    put(&mut params, "alipay_user_id", &mandate.account);
    put(&mut params, "alipay_logon_id", &logon_id);
    put(&mut params, "sign_time", &china_time::text(mandate.signed));
    put(&mut params, "valid_time", &china_time::text(mandate.signed));
    put(&mut params, "invalid_time", OPEN_END);
    if let Some(ended) = mandate.ended {
        put(&mut params, "unsign_time", &china_time::text(ended));
    }
    params
}

/// Gives the address the buyer's browser returns to after paying, with signed parameters.
pub(crate) fn return_url(state: &State, trade: &Trade, at: Moment, key: &SigningKey) -> String {
    let mut params = Params::new();
    let total = amount::from_fen(trade.total_fen).to_decimal_text();
    for (name, value) in [
        ("app_id", state.merchant.app_id.as_str()),
        ("auth_app_id", &state.merchant.app_id),
        ("charset", "utf-8"),
        ("method", "alipay.trade.page.pay.return"),
        ("out_trade_no", &trade.out_trade_no),
        ("seller_id", SELLER_ID),
        ("timestamp", &china_time::text(at)),
        ("total_amount", &total),
        ("trade_no", &trade.trade_no),
        ("version", "1.0"),
    ] {
        put(&mut params, name, value);
    }
    let query = signed(params, key);
    let joint = if trade.return_url.contains('?') {
        '&'
    } else {
        '?'
    };
    format!("{}{joint}{query}", trade.return_url)
}

/// Signs parameters by the V1 rule and encodes them.
pub(crate) fn signed(mut params: Params, key: &SigningKey) -> String {
    let signature = key.sign(&crate::notification::string_to_sign(&params));
    put(&mut params, "sign_type", "RSA2");
    put(&mut params, "sign", &signature);
    request::encode(
        params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

/// Hides the middle of a phone number.
pub(crate) fn masked(phone: &str) -> String {
    const SHOWN_BEFORE: usize = 3;
    const SHOWN_AFTER: usize = 4;
    let letters: Vec<char> = phone.chars().collect();
    if letters.len() <= SHOWN_BEFORE + SHOWN_AFTER {
        return phone.to_owned();
    }
    let before: String = letters[..SHOWN_BEFORE].iter().collect();
    let after: String = letters[letters.len() - SHOWN_AFTER..].iter().collect();
    format!("{before}****{after}")
}

fn trade_params(state: &State, trade: &Trade) -> Params {
    let mut params = common(state, "trade_status_sync");
    let account = &state.accounts[&trade.account];
    let total = amount::from_fen(trade.total_fen).to_decimal_text();
    let agreement_no = trade.agreement_no.as_deref().unwrap_or_default();
    let mandate = state.mandates.get(agreement_no);
    let external = mandate.map_or("", |mandate| &mandate.terms.external_agreement_no);
    let paid = trade.paid.map(china_time::text).unwrap_or_default();
    for (name, value) in [
        ("out_trade_no", trade.out_trade_no.as_str()),
        ("trade_no", &trade.trade_no),
        ("trade_status", trade.status.word()),
        ("subject", &trade.subject),
        ("total_amount", &total),
        ("receipt_amount", &total),
        ("invoice_amount", &total),
        ("buyer_pay_amount", &total),
        ("buyer_id", &account.id),
        ("buyer_logon_id", &masked(&account.phone)),
        ("seller_id", SELLER_ID),
        ("gmt_create", &china_time::text(trade.created)),
        ("gmt_payment", &paid),
        ("passback_params", &trade.passback),
        ("agreement_no", agreement_no),
        ("external_agreement_no", external),
    ] {
        put(&mut params, name, value);
    }
    params
}

fn common(state: &State, kind: &str) -> Params {
    let mut params = Params::new();
    for (name, value) in [
        ("notify_type", kind),
        ("app_id", &state.merchant.app_id),
        ("auth_app_id", &state.merchant.app_id),
        ("charset", "utf-8"),
        ("version", "1.0"),
    ] {
        put(&mut params, name, value);
    }
    params
}

fn put(params: &mut Params, name: &str, value: &str) {
    if !value.is_empty() {
        params.insert(name.to_owned(), value.to_owned());
    }
}
