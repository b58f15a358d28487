//! The calls a merchant makes, their outcomes as data.
//!
//! Three things are kept apart, because mixing them loses money: the wire failed ([`WireFault`]:
//! the outcome is unknown), the wallet refused ([`WalletRefusal`]: definite), and the wallet
//! answered. Calls that move money give an outcome enum whose `Unknown` can only be closed by a
//! query, a notification or a bill. Every call is told what time it is.

mod page; // addresses of the wallet's pages: pay, pay and sign, sign
mod trade; // query, deduct, close, cancel, refund
mod agreement; // the debit mandate: query, unsign
mod credit; // the credit gate

pub use agreement::{Mandate, MandateStatus};
pub use credit::Admittance;
pub use page::{MandateTerms, PagePay, PageSign};
pub use trade::{CancelOutcome, CloseOutcome, RefundOutcome, TradeOutcome};

use crate::request::{Request, SignedRequest};
use crate::response::{self, Answer, ResponseFault};
use crate::signing::{SigningKey, VerifyingKey};
use kernel::Moment;
use serde::Serialize;
use std::time::Duration;

/// Who we are at which gateway.
#[derive(Debug)]
pub struct Config {
    /// The gateway, such as `https://openapi.alipay.com/gateway.do`.
    pub gateway_url: String,
    /// Our application.
    pub app_id: String,
    /// What we sign with.
    pub private_key: SigningKey,
    /// What the wallet's answers and notifications are verified with.
    pub alipay_public_key: VerifyingKey,
    /// Where the wallet posts notifications; the platform allows no query in it.
    pub notify_url: String,
    /// How long one call may take.
    pub timeout: Duration,
}

/// A merchant's client of one gateway.
#[derive(Debug)]
pub struct Client {
    config: Config,
    http: reqwest::Client,
}

/// The wire failed: what the wallet did, if anything, is unknown.
#[derive(Debug, thiserror::Error)]
pub enum WireFault {
    /// No answer came back, or not in time.
    #[error("{method}: no answer from the gateway")]
    NoAnswer {
        /// The method called.
        method: &'static str,
        /// What the HTTP client said.
        #[source]
        source: reqwest::Error,
    },
    /// Something answered that is not the gateway's protocol.
    #[error("{method}: HTTP status {status}")]
    HttpStatus {
        /// The method called.
        method: &'static str,
        /// The status.
        status: u16,
    },
    /// The answer cannot be believed or read.
    #[error("{method}: the answer cannot be believed or read")]
    Answer {
        /// The method called.
        method: &'static str,
        /// What is wrong with it.
        #[source]
        source: ResponseFault,
    },
    /// The gateway says that it cannot say (20000, 40005 and the system errors).
    #[error("{method}: the gateway is unavailable ({code})")]
    Unavailable {
        /// The method called.
        method: &'static str,
        /// The code it gave.
        code: String,
    },
}

/// The wallet said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the wallet refused: {code} {sub_code} ({message})")]
pub struct WalletRefusal {
    /// The gateway's code, such as `40004`.
    pub code: String,
    /// The business code, such as `ACQ.BUYER_BALANCE_NOT_ENOUGH`; empty when there is none.
    pub sub_code: String,
    /// The words that came with it.
    pub message: String,
}

impl WalletRefusal {
    /// Gives the most telling code.
    pub fn reason(&self) -> &str {
        match self.sub_code.as_str() {
            "" => &self.code,
            sub_code => sub_code,
        }
    }
}

/// Why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The wire failed.
    #[error(transparent)]
    Wire(#[from] WireFault),
    /// The wallet refused.
    #[error(transparent)]
    Refused(#[from] WalletRefusal),
}

/// Codes under which anything may have happened.
const CODES_OF_DOUBT: [&str; 3] = [
    response::CODE_UNAVAILABLE,
    response::CODE_IN_PROGRESS,
    "40005",
];
const SUB_CODES_OF_DOUBT: [&str; 4] = [
    "ACQ.SYSTEM_ERROR",
    "aop.ACQ.SYSTEM_ERROR",
    "isp.unknow-error",
    "aop.unknow-error",
];

impl Client {
    /// Makes a client that sends through the given HTTP client.
    pub fn new(config: Config, http: reqwest::Client) -> Client {
        Client { config, http }
    }

    /// Gives the key that verifies the wallet's notifications.
    pub fn alipay_public_key(&self) -> &VerifyingKey {
        &self.config.alipay_public_key
    }

    /// Gives the application whose notifications are ours.
    pub fn app_id(&self) -> &str {
        &self.config.app_id
    }

    /// Calls a method and gives its answer when the call was done.
    async fn call(
        &self,
        method: &'static str,
        content: &impl Serialize,
        at: Moment,
    ) -> Result<Answer, CallError> {
        let signed = self.signed(method, content, at, "");
        let (url, body) = signed.url_and_body(&self.config.gateway_url);
        let answer = self.send(method, &url, body).await?;
        let code = || match answer.sub_code() {
            "" => answer.code().to_owned(),
            sub_code => sub_code.to_owned(),
        };
        if answer.code() == response::CODE_DONE {
            return Ok(answer);
        }
        let in_doubt = CODES_OF_DOUBT.contains(&answer.code())
            || SUB_CODES_OF_DOUBT.contains(&answer.sub_code());
        if in_doubt {
            let code = code();
            return Err(WireFault::Unavailable { method, code }.into());
        }
        Err(CallError::Refused(WalletRefusal {
            code: answer.code().to_owned(),
            sub_code: answer.sub_code().to_owned(),
            message: answer.message().to_owned(),
        }))
    }

    fn signed(
        &self,
        method: &str,
        content: &impl Serialize,
        at: Moment,
        return_url: &str,
    ) -> SignedRequest {
        let content = serde_json::to_string(content)
            .expect("request contents are plain structs of texts and numbers");
        Request::new(&self.config.app_id, method, at)
            .with("notify_url", &self.config.notify_url)
            .with("return_url", return_url)
            .with("biz_content", &content)
            .sign(&self.config.private_key)
    }

    async fn send(
        &self,
        method: &'static str,
        url: &str,
        body: String,
    ) -> Result<Answer, WireFault> {
        let no_answer = |source| WireFault::NoAnswer { method, source };
        let request = self
            .http
            .post(url)
            .timeout(self.config.timeout)
            .header(
                "content-type",
                "application/x-www-form-urlencoded;charset=utf-8",
            )
            .body(body);
        let response = request.send().await.map_err(no_answer)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(WireFault::HttpStatus { method, status });
        }
        let text = response.text().await.map_err(no_answer)?;
        response::verify(&text, method, &self.config.alipay_public_key)
            .map_err(|source| WireFault::Answer { method, source })
    }
}

/// Reads the business fields, naming the method when they cannot be read.
fn read<T: serde::de::DeserializeOwned>(
    answer: &Answer,
    method: &'static str,
) -> Result<T, WireFault> {
    answer
        .read()
        .map_err(|source| WireFault::Answer { method, source })
}
