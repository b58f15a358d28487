//! What the wallet posts to us, verified before it is read.
//!
//! The V1 rule: every received parameter takes part in the signature except `sign` and `sign_type`,
//! decoded exactly once, and that includes parameters nobody has heard of; so the raw received set
//! is verified, never a typed selection of it. The answer to a notification that was stored is the
//! seven bytes of [`ACKNOWLEDGED`], anything else brings it again.

use crate::amount::{self, AmountFault};
use crate::request::{self, FormFault, Params};
use crate::signing::{BadSignature, VerifyingKey};
use kernel::Money;

/// The whole body of the answer that stops the wallet from repeating a notification.
pub const ACKNOWLEDGED: &str = "success";

/// Why a notification is not believed or not understood.
#[derive(Debug, thiserror::Error)]
pub enum NotificationFault {
    /// The form cannot be decoded.
    #[error("the notification's form cannot be decoded")]
    Form(#[from] FormFault),
    /// It is not the wallet's.
    #[error("the notification is not the wallet's")]
    Forged(#[from] BadSignature),
    /// A field that its kind needs is missing or wrong.
    #[error("the notification has no usable {0:?}")]
    Field(&'static str),
    /// An amount cannot be read.
    #[error("the notification's amount cannot be read")]
    Amount(#[from] AmountFault),
}

/// A verified notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    params: Params,
}

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A trade changed (`trade_status_sync`).
    Trade(TradeNotice),
    /// A debit agreement was signed or ended (`dut_user_sign`, `dut_user_unsign`).
    Agreement(AgreementNotice),
    /// A kind we do not act on; acknowledge it.
    Other {
        /// The `notify_type` it came with.
        kind: String,
    },
}

/// The news of a trade. Check that the trade is ours and the amount is what we asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeNotice {
    /// Our number of the trade.
    pub out_trade_no: String,
    /// The wallet's number of the trade.
    pub trade_no: String,
    /// Where it stands.
    pub status: TradeStatus,
    /// What was asked.
    pub total_amount: Money,
    /// What was given back so far, when something was.
    pub refund_fee: Option<Money>,
    /// The wallet's number of the agreement signed or used with it.
    pub agreement_no: Option<String>,
    /// Our number of that agreement.
    pub external_agreement_no: Option<String>,
}

/// Where a trade stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TradeStatus {
    /// Made, not paid.
    #[serde(rename = "WAIT_BUYER_PAY")]
    WaitBuyerPay,
    /// Never paid and over, or paid and wholly given back.
    #[serde(rename = "TRADE_CLOSED")]
    Closed,
    /// Paid, can be refunded.
    #[serde(rename = "TRADE_SUCCESS")]
    Success,
    /// Paid, can no longer be refunded.
    #[serde(rename = "TRADE_FINISHED")]
    Finished,
}

/// The news of a debit agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementNotice {
    /// The wallet's number.
    pub agreement_no: String,
    /// Our number.
    pub external_agreement_no: String,
    /// Whether it is in force now (`NORMAL`), or ended (`UNSIGN`).
    pub in_force: bool,
}

impl Notification {
    /// Verifies a received form body.
    pub fn verify(body: &str, key: &VerifyingKey) -> Result<Notification, NotificationFault> {
        Notification::verify_params(request::decode(&[body])?, key)
    }

    /// Verifies parameters that were decoded exactly once.
    pub fn verify_params(
        params: Params,
        key: &VerifyingKey,
    ) -> Result<Notification, NotificationFault> {
        let signature = params.get("sign").map_or("", String::as_str);
        key.verify(string_to_sign(&params).as_bytes(), signature)?;
        Ok(Notification { params })
    }

    /// Gives the id that stays the same when the wallet repeats itself.
    pub fn notify_id(&self) -> &str {
        self.field("notify_id").unwrap_or_default()
    }

    /// Gives the application it is addressed to; check that it is ours.
    pub fn app_id(&self) -> &str {
        self.field("app_id").unwrap_or_default()
    }

    /// Gives any parameter that came with it.
    pub fn field(&self, name: &str) -> Option<&str> {
        let value = self.params.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// Reads what it says.
    pub fn notice(&self) -> Result<Notice, NotificationFault> {
        match self.field("notify_type") {
            Some("trade_status_sync") => self.trade().map(Notice::Trade),
            Some("dut_user_sign" | "dut_user_unsign") => self.agreement().map(Notice::Agreement),
            other => Ok(Notice::Other {
                kind: other.unwrap_or_default().to_owned(),
            }),
        }
    }

    fn trade(&self) -> Result<TradeNotice, NotificationFault> {
        let status = self.needed("trade_status")?;
        let refund_fee = self.field("refund_fee").map(amount::parse).transpose()?;
        Ok(TradeNotice {
            out_trade_no: self.needed("out_trade_no")?.to_owned(),
            trade_no: self.needed("trade_no")?.to_owned(),
            status: TradeStatus::parse(status).ok_or(NotificationFault::Field("trade_status"))?,
            total_amount: amount::parse(self.needed("total_amount")?)?,
            refund_fee,
            agreement_no: self.field("agreement_no").map(str::to_owned),
            external_agreement_no: self.field("external_agreement_no").map(str::to_owned),
        })
    }

    fn agreement(&self) -> Result<AgreementNotice, NotificationFault> {
        let in_force = match self.needed("status")? {
            "NORMAL" => true,
            "UNSIGN" => false,
            _ => return Err(NotificationFault::Field("status")),
        };
        Ok(AgreementNotice {
            agreement_no: self.needed("agreement_no")?.to_owned(),
            external_agreement_no: self
                .field("external_agreement_no")
                .unwrap_or_default()
                .to_owned(),
            in_force,
        })
    }

    fn needed(&self, name: &'static str) -> Result<&str, NotificationFault> {
        self.field(name).ok_or(NotificationFault::Field(name))
    }
}

impl TradeStatus {
    /// Reads the protocol's word.
    pub fn parse(word: &str) -> Option<TradeStatus> {
        serde_json::from_value(serde_json::Value::from(word)).ok()
    }

    /// Gives the protocol's word.
    pub const fn word(self) -> &'static str {
        match self {
            TradeStatus::WaitBuyerPay => "WAIT_BUYER_PAY",
            TradeStatus::Closed => "TRADE_CLOSED",
            TradeStatus::Success => "TRADE_SUCCESS",
            TradeStatus::Finished => "TRADE_FINISHED",
        }
    }
}

/// Joins a notification's parameters as they are signed (the V1 rule).
pub fn string_to_sign(params: &Params) -> String {
    request::string_to_sign(params, &["sign", "sign_type"])
}
