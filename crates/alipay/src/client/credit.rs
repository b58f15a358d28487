//! The credit gate: asks whether a person reaches a score, never for the score.

use super::{CallError, Client, read};
use kernel::Moment;
use serde::{Deserialize, Serialize};

/// The credit provider's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admittance {
    /// Whether the person reaches the score that was asked.
    pub admitted: bool,
    /// The provider's number of the enquiry, to be kept with the decision.
    pub biz_no: String,
}

const SCORE_BRIEF: &str = "zhima.credit.score.brief.get";

#[derive(Serialize)]
struct Content<'a> {
    transaction_id: &'a str,
    product_code: &'static str,
    cert_type: &'static str,
    cert_no: &'a str,
    name: &'a str,
    admittance_score: u16,
}

#[derive(Deserialize)]
struct Fields {
    is_admittance: YesNo,
    biz_no: String,
}

#[derive(Deserialize, PartialEq)]
enum YesNo {
    #[serde(rename = "Y")]
    Yes,
    #[serde(rename = "N")]
    No,
}

impl Client {
    /// Asks whether a person reaches a score of 350 to 950 (`zhima.credit.score.brief.get`).
    ///
    /// The same `transaction_id` gives the same answer for a day, so a repeated question is no
    /// second enquiry.
    pub async fn zhima_brief(
        &self,
        transaction_id: &str,
        cert_no: &str,
        name: &str,
        admittance_score: u16,
        at: Moment,
    ) -> Result<Admittance, CallError> {
        let content = Content {
            transaction_id,
            product_code: "w1010100000000002733",
            cert_type: cert_type(cert_no),
            cert_no,
            name,
            admittance_score,
        };
        let answer = self.call(SCORE_BRIEF, &content, at).await?;
        let fields: Fields = read(&answer, SCORE_BRIEF)?;
        Ok(Admittance {
            admitted: fields.is_admittance == YesNo::Yes,
            biz_no: fields.biz_no,
        })
    }
}

/// Eighteen characters, seventeen of them digits, are a resident identity card (GB 11643).
fn cert_type(cert_no: &str) -> &'static str {
    let is_card = cert_no.len() == 18 && cert_no.bytes().take(17).all(|byte| byte.is_ascii_digit());
    if is_card { "IDENTITY_CARD" } else { "PASSPORT" }
}
