//! Rules of debit mandates (merchant withholding, `GENERAL_WITHHOLDING_P`).
//!
//! The merchant's number is letters and digits, at most 32, and needs a sign scene; one number is
//! one mandate in force. The wallet never deducts by itself. A mandate that the buyer ends in the
//! wallet is told to the merchant's application gateway only, as the platform does.

use super::event::{Event, Mandate, MandateTerms, SignRequest};
use super::node::{self, Node};
use super::notice;
use super::trade::Opened;
use super::world::Turn;
use crate::amount;
use crate::china_time;
use crate::request::Params;
use serde::Deserialize;
use serde_json::Value;

/// What the buyer is asked to allow.
#[derive(Debug, Deserialize)]
pub(crate) struct SignContent {
    #[serde(default)]
    personal_product_code: String,
    #[serde(default)]
    sign_scene: String,
    #[serde(default)]
    external_agreement_no: String,
    #[serde(default)]
    external_logon_id: String,
    #[serde(default)]
    sign_notify_url: String,
    period_rule_params: Option<PeriodRule>,
}

#[derive(Debug, Deserialize)]
struct PeriodRule {
    single_amount: Value,
    total_payments: Option<Value>,
}

/// Which mandate is meant.
#[derive(Debug, Deserialize)]
pub(crate) struct MandateKey {
    #[serde(default)]
    agreement_no: String,
    #[serde(default)]
    external_agreement_no: String,
    #[serde(default)]
    sign_scene: String,
}

const PRODUCT: &str = "GENERAL_WITHHOLDING_P";

/// Checks what the buyer would be asked.
pub(crate) fn terms(content: SignContent, notify_url: &str) -> Result<MandateTerms, Node> {
    let number = &content.external_agreement_no;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_plain || !(1..=32).contains(&number.len()) {
        return Err(node::invalid_parameter(
            "external_agreement_no takes 1 to 32 letters and digits",
        ));
    }
    if content.sign_scene.is_empty() || content.sign_scene == "DEFAULT|DEFAULT" {
        return Err(node::invalid_parameter(
            "an external_agreement_no needs a sign_scene",
        ));
    }
    if content.personal_product_code != PRODUCT {
        return Err(node::invalid_parameter(
            "this wallet signs GENERAL_WITHHOLDING_P only",
        ));
    }
    let Some(rule) = content.period_rule_params else {
        return Err(node::invalid_parameter("period_rule_params is missing"));
    };
    let limit = amount::parse(&plain(&rule.single_amount)).and_then(amount::check);
    let limit = limit.map_err(|fault| node::invalid_parameter(&fault.to_string()))?;
    let months = rule.total_payments.map(|count| plain(&count).parse());
    let months = months
        .transpose()
        .map_err(|_| node::invalid_parameter("total_payments is no small number"))?;
    let notify_url = match content.sign_notify_url.as_str() {
        "" => notify_url.to_owned(),
        own => own.to_owned(),
    };
    Ok(MandateTerms {
        external_agreement_no: content.external_agreement_no,
        sign_scene: content.sign_scene,
        personal_product_code: content.personal_product_code,
        single_limit_fen: limit.minor(),
        months,
        notify_url,
    })
}

/// Opens the page on which a mandate is signed without a payment.
pub(crate) fn open_page(
    turn: &mut Turn<'_>,
    params: &Params,
    content: SignContent,
) -> Result<Opened, Node> {
    let common = |name: &str| params.get(name).cloned().unwrap_or_default();
    let phone = content.external_logon_id.clone();
    let terms = terms(content, &common("notify_url"))?;
    let account = turn.account_of(Some(&phone));
    let id = turn.number("0099", 16);
    turn.record(Event::SignAsked(SignRequest {
        id: id.clone(),
        terms,
        account,
        return_url: common("return_url"),
    }));
    Ok(Opened {
        number: id,
        language: None,
    })
}

/// Signs a mandate and tells the merchant; one in force under the same number stays as it is.
pub(crate) fn sign(turn: &mut Turn<'_>, terms: MandateTerms, account: &str) -> String {
    if let Some(before) = turn.state().mandate_in_force(&terms.external_agreement_no) {
        return before.agreement_no.clone();
    }
    let mandate = Mandate {
        agreement_no: turn.number("", 12),
        terms,
        account: account.to_owned(),
        signed: turn.at,
        ended: None,
    };
    turn.record(Event::MandateSigned(mandate.clone()));
    let params = notice::of_mandate(turn, &mandate);
    let url = match mandate.terms.notify_url.as_str() {
        "" => turn.state().merchant.app_gateway_url.clone(),
        own => Some(own.to_owned()),
    };
    turn.notify(&url.unwrap_or_default(), params);
    mandate.agreement_no
}

/// Tells about a mandate (`alipay.user.agreement.query`).
pub(crate) fn query(turn: &Turn<'_>, key: &MandateKey) -> Node {
    match find(turn, key) {
        Ok(mandate) => node::done([
            ("agreement_no", mandate.agreement_no.clone()),
            (
                "external_agreement_no",
                mandate.terms.external_agreement_no.clone(),
            ),
            ("status", "NORMAL".to_owned()),
            ("sign_scene", mandate.terms.sign_scene.clone()),
            (
                "personal_product_code",
                mandate.terms.personal_product_code.clone(),
            ),
            ("principal_id", mandate.account.clone()),
            ("sign_time", china_time::text(mandate.signed)),
            ("valid_time", china_time::text(mandate.signed)),
            ("invalid_time", notice::OPEN_END.to_owned()),
            (
                "single_quota",
                amount::from_fen(mandate.terms.single_limit_fen).to_decimal_text(),
            ),
        ]),
        Err(refusal) => refusal,
    }
}

/// Ends a mandate at the merchant's wish (`alipay.user.agreement.unsign`).
pub(crate) fn unsign(turn: &mut Turn<'_>, params: &Params, key: &MandateKey) -> Node {
    let agreement_no = match find(turn, key) {
        Ok(mandate) => mandate.agreement_no.clone(),
        Err(refusal) => return refusal,
    };
    let url = params.get("notify_url").cloned();
    end(turn, &agreement_no, url);
    node::done([])
}

/// Ends a mandate at the buyer's wish, in the wallet.
pub(crate) fn end_by_buyer(turn: &mut Turn<'_>, agreement_no: &str) {
    let mandate = turn.state().mandates.get(agreement_no);
    if mandate.is_some_and(|mandate| mandate.ended.is_none()) {
        end(turn, agreement_no, None);
    }
}

fn end(turn: &mut Turn<'_>, agreement_no: &str, notify_url: Option<String>) {
    turn.record(Event::MandateEnded {
        agreement_no: agreement_no.to_owned(),
        at: turn.at,
    });
    let params = notice::of_mandate(turn, &turn.state().mandates[agreement_no]);
    let url = notify_url.or_else(|| turn.state().merchant.app_gateway_url.clone());
    turn.notify(&url.unwrap_or_default(), params);
}

/// Finds a mandate in force; by the merchant's number the scene has to match too.
fn find<'a>(turn: &'a Turn<'_>, key: &MandateKey) -> Result<&'a Mandate, Node> {
    let state = turn.state();
    let found = match key.agreement_no.as_str() {
        "" => state
            .mandate_in_force(&key.external_agreement_no)
            .filter(|mandate| mandate.terms.sign_scene == key.sign_scene),
        number => state.mandates.get(number),
    };
    found
        .filter(|mandate| mandate.ended.is_none())
        .ok_or_else(|| node::refused("USER_AGREEMENT_NOT_EXIST", "no such agreement in force"))
}

/// Clients send numbers as numbers or as text.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
