//! The debit mandate: whether it is in force, and ending it.

use super::{CallError, Client, read};
use kernel::Moment;
use serde::{Deserialize, Serialize};

/// A debit mandate as the wallet knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mandate {
    /// The wallet's number, by which deductions are made.
    pub agreement_no: String,
    /// Our number.
    #[serde(default)]
    pub external_agreement_no: String,
    /// Whether it is in force.
    pub status: MandateStatus,
}

/// Whether a mandate is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MandateStatus {
    /// Begun, not signed.
    Temp,
    /// In force.
    Normal,
    /// Suspended.
    Stop,
}

const QUERY: &str = "alipay.user.agreement.query";
const UNSIGN: &str = "alipay.user.agreement.unsign";
const NOT_EXIST: [&str; 2] = [
    "USER_AGREEMENT_NOT_EXIST",
    "MERCHANT_AGREEMENT_IS_NOT_EXIST",
];

#[derive(Serialize)]
struct ByOurNumber<'a> {
    personal_product_code: &'static str,
    sign_scene: &'a str,
    external_agreement_no: &'a str,
}

#[derive(Serialize)]
struct ByNumber<'a> {
    agreement_no: &'a str,
}

impl Client {
    /// Asks for a mandate by our number; `None` when the wallet knows none.
    pub async fn agreement_query(
        &self,
        external_agreement_no: &str,
        sign_scene: &str,
        at: Moment,
    ) -> Result<Option<Mandate>, CallError> {
        let key = ByOurNumber {
            personal_product_code: "GENERAL_WITHHOLDING_P",
            sign_scene,
            external_agreement_no,
        };
        match self.call(QUERY, &key, at).await {
            Ok(answer) => Ok(Some(read(&answer, QUERY)?)),
            Err(CallError::Refused(refusal)) if is_unknown(&refusal.sub_code) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends a mandate; one that is already gone counts as ended.
    pub async fn unsign(&self, agreement_no: &str, at: Moment) -> Result<(), CallError> {
        match self.call(UNSIGN, &ByNumber { agreement_no }, at).await {
            Ok(_) => Ok(()),
            Err(CallError::Refused(refusal)) if is_unknown(&refusal.sub_code) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn is_unknown(sub_code: &str) -> bool {
    NOT_EXIST.contains(&sub_code)
}
