//! Addresses of the wallet's pages: pay, pay and sign in one step, sign.
//!
//! A page is a signed GET address. Its result comes by notification or query, never by the return
//! of the browser, which may not come or may be made up.

use super::Client;
use crate::amount::{self, AmountFault};
use crate::china_time;
use kernel::{Moment, Money};
use serde::Serialize;

/// What the buyer is asked to pay.
#[derive(Debug, Clone, PartialEq)]
pub struct PagePay {
    /// Our number of the trade, at most 64 letters, digits and underscores.
    pub out_trade_no: String,
    /// How much, in yuan.
    pub total_amount: Money,
    /// For what, in words; `/`, `=` and `&` are not allowed and become spaces.
    pub subject: String,
    /// When the unpaid trade closes by itself.
    pub time_expire: Option<Moment>,
    /// Where the buyer's browser goes after.
    pub return_url: String,
    /// The debit mandate to be signed in the same step.
    pub mandate: Option<MandateTerms>,
    /// The buyer's phone number, when it is known (`ext_user_info`).
    pub buyer_phone: Option<String>,
    /// The language the buyer reads, such as `vi` (carried in `passback_params`).
    pub language: Option<String>,
}

/// What the buyer allows us to collect.
#[derive(Debug, Clone, PartialEq)]
pub struct MandateTerms {
    /// Our number of the agreement: letters and digits, at most 32.
    pub external_agreement_no: String,
    /// The most one deduction may take.
    pub single_limit: Money,
    /// For how many months.
    pub months: u16,
    /// The scene registered with the platform, such as `INDUSTRY|CARRENTAL`.
    pub sign_scene: String,
}

/// A debit mandate to be signed on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct PageSign {
    /// What the buyer allows.
    pub terms: MandateTerms,
    /// Where the buyer's browser goes after.
    pub return_url: String,
    /// The buyer as we know them, a phone number (`external_logon_id`).
    pub buyer_phone: Option<String>,
}

#[derive(Serialize)]
struct PayContent {
    out_trade_no: String,
    total_amount: String,
    subject: String,
    product_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_expire: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement_sign_params: Option<SignContent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext_user_info: Option<ExtUserInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passback_params: Option<String>,
}

#[derive(Serialize)]
struct ExtUserInfo {
    mobile: String,
}

#[derive(Serialize)]
struct SignContent {
    product_code: &'static str,
    personal_product_code: &'static str,
    sign_scene: String,
    external_agreement_no: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_logon_id: Option<String>,
    access_params: AccessParams,
    period_rule_params: PeriodRule,
}

#[derive(Serialize)]
struct AccessParams {
    channel: &'static str,
}

#[derive(Serialize)]
struct PeriodRule {
    period_type: &'static str,
    period: u8,
    execute_time: String,
    single_amount: String,
    total_payments: u16,
}

impl Client {
    /// Gives the address of the page on which the buyer pays, and signs the mandate if there is one
    /// (`alipay.trade.page.pay`).
    pub fn page_pay_url(&self, pay: &PagePay, at: Moment) -> Result<String, AmountFault> {
        let mandate = pay.mandate.as_ref();
        let sign = mandate.map(|terms| sign_content(terms, pay.buyer_phone.clone(), at));
        let content = PayContent {
            out_trade_no: pay.out_trade_no.clone(),
            total_amount: amount::text(pay.total_amount)?,
            subject: pay.subject.replace(['/', '=', '&'], " "),
            product_code: "FAST_INSTANT_TRADE_PAY",
            time_expire: pay.time_expire.map(china_time::text),
            agreement_sign_params: sign.transpose()?,
            ext_user_info: pay.buyer_phone.clone().map(|mobile| ExtUserInfo { mobile }),
            passback_params: pay
                .language
                .as_ref()
                .map(|language| format!("lang%3D{language}")),
        };
        let signed = self.signed("alipay.trade.page.pay", &content, at, &pay.return_url);
        Ok(signed.page_url(&self.config.gateway_url))
    }

    /// Gives the address of the page on which the buyer signs a mandate without paying
    /// (`alipay.user.agreement.page.sign`).
    pub fn agreement_page_sign_url(
        &self,
        sign: &PageSign,
        at: Moment,
    ) -> Result<String, AmountFault> {
        let content = sign_content(&sign.terms, sign.buyer_phone.clone(), at)?;
        let method = "alipay.user.agreement.page.sign";
        let signed = self.signed(method, &content, at, &sign.return_url);
        Ok(signed.page_url(&self.config.gateway_url))
    }
}

/// The monthly limit travels in the period rule, which is also what the buyer is shown.
fn sign_content(
    terms: &MandateTerms,
    external_logon_id: Option<String>,
    at: Moment,
) -> Result<SignContent, AmountFault> {
    Ok(SignContent {
        product_code: "GENERAL_WITHHOLDING",
        personal_product_code: "GENERAL_WITHHOLDING_P",
        sign_scene: terms.sign_scene.clone(),
        external_agreement_no: terms.external_agreement_no.clone(),
        external_logon_id,
        access_params: AccessParams {
            channel: "ALIPAYAPP",
        },
        period_rule_params: PeriodRule {
            period_type: "MONTH",
            period: 1,
            execute_time: a_month_later(at),
            single_amount: amount::text(terms.single_limit)?,
            total_payments: terms.months,
        },
    })
}

/// The platform wants the first date on day 1 to 28.
fn a_month_later(at: Moment) -> String {
    const LAST_DAY: i8 = 28;
    let today = china_time::civil(at).date();
    let same_day = today.saturating_add(jiff::Span::new().months(1));
    let allowed = same_day.with().day(same_day.day().min(LAST_DAY)).build();
    allowed
        .expect("every month has the days 1 to 28")
        .to_string()
}
