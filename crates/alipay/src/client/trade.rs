//! Trades: ask, deduct, close, cancel, give back.
//!
//! `10000` says that the call was done, not that money moved: only the business fields say so.
//! Codes that tell a state (`TRADE_HAS_SUCCESS` and its kin) are answered by asking for the state
//! and adopting it. Source of the codes: the platform's lists of common and trade error codes.

use super::{CallError, Client, read};
use crate::amount::{self, AmountFault};
use crate::notification::TradeStatus;
use crate::response::Answer;
use kernel::{Moment, Money};
use serde::{Deserialize, Serialize};

/// What became of a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TradeOutcome {
    /// The money is ours.
    Paid {
        /// The wallet's number of the trade.
        trade_no: String,
        /// What was paid.
        amount: Money,
        /// The wallet's number of the agreement signed or used with it, where it is told.
        agreement_no: Option<String>,
    },
    /// The trade exists and waits for the buyer.
    Waiting,
    /// Closed: never paid, or wholly given back.
    Closed,
    /// The wallet has not seen it: the buyer has not opened the page.
    NotExist,
    /// The wallet definitely said no.
    Failed {
        /// Its most telling code.
        code: String,
    },
    /// Nobody knows; ask again.
    Unknown {
        /// What was seen instead of an answer.
        seen: String,
    },
}

/// What became of giving money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The money is back.
    Refunded {
        /// What was given back by this request.
        amount: Money,
    },
    /// The wallet knows no such refund.
    NotRefunded,
    /// The wallet definitely said no.
    Failed {
        /// Its most telling code.
        code: String,
    },
    /// Nobody knows; ask again, and repeat only under the same request number.
    Unknown {
        /// What was seen instead of an answer.
        seen: String,
    },
}

/// What became of closing an unpaid trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseOutcome {
    /// It is closed: it can no longer be paid.
    Closed,
    /// The wallet has not seen it; the page could still be opened until it expires.
    NotExist,
    /// It cannot be closed, as it is when it was paid: ask for its state.
    Failed {
        /// The wallet's most telling code.
        code: String,
    },
    /// Nobody knows; ask again.
    Unknown {
        /// What was seen instead of an answer.
        seen: String,
    },
}

/// What became of cancelling a trade whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelOutcome {
    /// It was not paid and is closed.
    Closed,
    /// It was paid and the money is back.
    Refunded,
    /// There was nothing to cancel.
    Nothing,
    /// The wallet definitely said no.
    Failed {
        /// Its most telling code.
        code: String,
    },
    /// Nobody knows; ask again.
    Unknown {
        /// What was seen instead of an answer.
        seen: String,
    },
}

const QUERY: &str = "alipay.trade.query";
const PAY: &str = "alipay.trade.pay";
const CLOSE: &str = "alipay.trade.close";
const CANCEL: &str = "alipay.trade.cancel";
const REFUND: &str = "alipay.trade.refund";
const REFUND_QUERY: &str = "alipay.trade.fastpay.refund.query";
const NOT_EXIST: &str = "ACQ.TRADE_NOT_EXIST";

/// Refusals that tell a state instead of a failure.
const TELLS_STATE: [&str; 3] = [
    "ACQ.TRADE_HAS_SUCCESS",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_HAS_CLOSE",
];

#[derive(Serialize)]
struct TradeKey<'a> {
    out_trade_no: &'a str,
}

#[derive(Serialize)]
struct DeductContent<'a> {
    out_trade_no: &'a str,
    total_amount: String,
    subject: String,
    product_code: &'static str,
    agreement_params: AgreementParams<'a>,
}

#[derive(Serialize)]
struct AgreementParams<'a> {
    agreement_no: &'a str,
}

#[derive(Serialize)]
struct RefundContent<'a> {
    out_trade_no: &'a str,
    out_request_no: &'a str,
    refund_amount: String,
    refund_reason: &'a str,
}

#[derive(Serialize)]
struct RefundKey<'a> {
    out_trade_no: &'a str,
    out_request_no: &'a str,
}

#[derive(Deserialize)]
struct TradeAnswer {
    trade_no: String,
    out_trade_no: String,
    trade_status: Option<TradeStatus>,
    total_amount: String,
    agreement_no: Option<String>,
}

#[derive(Deserialize)]
struct RefundAnswer {
    fund_change: Option<String>,
}

#[derive(Deserialize)]
struct RefundQueryAnswer {
    out_request_no: Option<String>,
    refund_amount: Option<String>,
    refund_status: Option<String>,
}

#[derive(Deserialize)]
struct CancelAnswer {
    #[serde(default)]
    action: String,
}

impl Client {
    /// Asks what became of a trade (`alipay.trade.query`).
    pub async fn query(&self, out_trade_no: &str, at: Moment) -> TradeOutcome {
        match self.call(QUERY, &TradeKey { out_trade_no }, at).await {
            Ok(answer) => queried(&answer, out_trade_no),
            Err(CallError::Refused(refusal)) if refusal.sub_code == NOT_EXIST => {
                TradeOutcome::NotExist
            }
            Err(error) => trade_error(error),
        }
    }

    /// Asks what became of a trade, and by our number for the mandate signed with it, because the
    /// query of a trade need not tell that one.
    pub async fn query_with_mandate(
        &self,
        out_trade_no: &str,
        external_agreement_no: &str,
        sign_scene: &str,
        at: Moment,
    ) -> TradeOutcome {
        let outcome = self.query(out_trade_no, at).await;
        let TradeOutcome::Paid {
            trade_no,
            amount,
            agreement_no: None,
        } = outcome
        else {
            return outcome;
        };
        let mandate = self
            .agreement_query(external_agreement_no, sign_scene, at)
            .await;
        match mandate {
            Ok(mandate) => TradeOutcome::Paid {
                trade_no,
                amount,
                agreement_no: mandate.map(|mandate| mandate.agreement_no),
            },
            Err(error) => unknown(&error),
        }
    }

    /// Collects by a signed mandate (`alipay.trade.pay`); repeating it under the same number moves
    /// money at most once.
    pub async fn deduct(
        &self,
        out_trade_no: &str,
        agreement_no: &str,
        amount: Money,
        subject: &str,
        at: Moment,
    ) -> TradeOutcome {
        let total_amount = match amount::text(amount) {
            Ok(text) => text,
            Err(fault) => return not_askable(&fault),
        };
        let content = DeductContent {
            out_trade_no,
            total_amount,
            subject: subject.replace(['/', '=', '&'], " "),
            product_code: "GENERAL_WITHHOLDING",
            agreement_params: AgreementParams { agreement_no },
        };
        match self.call(PAY, &content, at).await {
            Ok(answer) => deducted(&answer, out_trade_no, agreement_no),
            Err(CallError::Refused(refusal))
                if TELLS_STATE.contains(&refusal.sub_code.as_str()) =>
            {
                self.query(out_trade_no, at).await
            }
            Err(error) => trade_error(error),
        }
    }

    /// Closes an unpaid trade so that it can no longer be paid (`alipay.trade.close`).
    pub async fn close(&self, out_trade_no: &str, at: Moment) -> CloseOutcome {
        match self.call(CLOSE, &TradeKey { out_trade_no }, at).await {
            Ok(_) => CloseOutcome::Closed,
            Err(CallError::Refused(refusal)) => match refusal.sub_code.as_str() {
                NOT_EXIST => CloseOutcome::NotExist,
                "ACQ.TRADE_HAS_CLOSE" => CloseOutcome::Closed,
                _ => CloseOutcome::Failed {
                    code: refusal.reason().to_owned(),
                },
            },
            Err(error) => CloseOutcome::Unknown {
                seen: chain(&error),
            },
        }
    }

    /// Ends a trade whose outcome is unknown: closes it, or gives the money back
    /// (`alipay.trade.cancel`).
    pub async fn cancel(&self, out_trade_no: &str, at: Moment) -> CancelOutcome {
        let answer = match self.call(CANCEL, &TradeKey { out_trade_no }, at).await {
            Ok(answer) => answer,
            Err(CallError::Refused(refusal)) => {
                return CancelOutcome::Failed {
                    code: refusal.reason().to_owned(),
                };
            }
            Err(error) => {
                return CancelOutcome::Unknown {
                    seen: chain(&error),
                };
            }
        };
        match read::<CancelAnswer>(&answer, CANCEL) {
            Ok(fields) => match fields.action.as_str() {
                "close" => CancelOutcome::Closed,
                "refund" => CancelOutcome::Refunded,
                "" => CancelOutcome::Nothing,
                other => CancelOutcome::Unknown {
                    seen: format!("action {other:?}"),
                },
            },
            Err(fault) => CancelOutcome::Unknown {
                seen: chain(&fault),
            },
        }
    }

    /// Gives money back (`alipay.trade.refund`); the same request number gives it back once.
    pub async fn refund(
        &self,
        out_trade_no: &str,
        out_request_no: &str,
        amount: Money,
        reason: &str,
        at: Moment,
    ) -> RefundOutcome {
        let refund_amount = match amount::text(amount) {
            Ok(text) => text,
            Err(fault) => {
                return RefundOutcome::Failed {
                    code: fault.to_string(),
                };
            }
        };
        let content = RefundContent {
            out_trade_no,
            out_request_no,
            refund_amount,
            refund_reason: reason,
        };
        let answer = match self.call(REFUND, &content, at).await {
            Ok(answer) => answer,
            Err(error) => return refund_error(error),
        };
        match read::<RefundAnswer>(&answer, REFUND) {
            Ok(fields) if fields.fund_change.as_deref() == Some("Y") => {
                RefundOutcome::Refunded { amount }
            }
            Ok(_) => self.refund_query(out_trade_no, out_request_no, at).await,
            Err(fault) => RefundOutcome::Unknown {
                seen: chain(&fault),
            },
        }
    }

    /// Asks whether money is back (`alipay.trade.fastpay.refund.query`).
    pub async fn refund_query(
        &self,
        out_trade_no: &str,
        out_request_no: &str,
        at: Moment,
    ) -> RefundOutcome {
        let key = RefundKey {
            out_trade_no,
            out_request_no,
        };
        match self.call(REFUND_QUERY, &key, at).await {
            Ok(answer) => refund_queried(&answer, out_request_no),
            Err(error) => refund_error(error),
        }
    }
}

fn queried(answer: &Answer, out_trade_no: &str) -> TradeOutcome {
    let fields: TradeAnswer = match read(answer, QUERY) {
        Ok(fields) => fields,
        Err(fault) => return unknown(&fault),
    };
    match fields.trade_status {
        Some(TradeStatus::Success | TradeStatus::Finished) => paid(fields, out_trade_no),
        Some(TradeStatus::WaitBuyerPay) => TradeOutcome::Waiting,
        Some(TradeStatus::Closed) => TradeOutcome::Closed,
        None => TradeOutcome::Unknown {
            seen: "an answer without a trade_status".to_owned(),
        },
    }
}

fn deducted(answer: &Answer, out_trade_no: &str, agreement_no: &str) -> TradeOutcome {
    match read::<TradeAnswer>(answer, PAY) {
        Ok(mut fields) => {
            fields.agreement_no = Some(agreement_no.to_owned());
            paid(fields, out_trade_no)
        }
        Err(fault) => unknown(&fault),
    }
}

fn paid(fields: TradeAnswer, out_trade_no: &str) -> TradeOutcome {
    if fields.out_trade_no != out_trade_no {
        let seen = format!("an answer about the trade {:?}", fields.out_trade_no);
        return TradeOutcome::Unknown { seen };
    }
    match amount::parse(&fields.total_amount) {
        Ok(amount) => TradeOutcome::Paid {
            trade_no: fields.trade_no,
            amount,
            agreement_no: fields.agreement_no,
        },
        Err(fault) => unknown(&fault),
    }
}

fn refund_queried(answer: &Answer, out_request_no: &str) -> RefundOutcome {
    let fields: RefundQueryAnswer = match read(answer, REFUND_QUERY) {
        Ok(fields) => fields,
        Err(fault) => {
            return RefundOutcome::Unknown {
                seen: chain(&fault),
            };
        }
    };
    let status = fields.refund_status.unwrap_or_default();
    let is_done = status.is_empty() || status == "REFUND_SUCCESS";
    match (fields.out_request_no, fields.refund_amount) {
        (Some(number), Some(text)) if number == out_request_no && is_done => {
            match amount::parse(&text) {
                Ok(amount) => RefundOutcome::Refunded { amount },
                Err(fault) => RefundOutcome::Unknown {
                    seen: chain(&fault),
                },
            }
        }
        (None, None) => RefundOutcome::NotRefunded,
        _ => RefundOutcome::Unknown {
            seen: format!("refund status {status:?}"),
        },
    }
}

fn trade_error(error: CallError) -> TradeOutcome {
    match error {
        CallError::Refused(refusal) => TradeOutcome::Failed {
            code: refusal.reason().to_owned(),
        },
        CallError::Wire(fault) => unknown(&fault),
    }
}

fn refund_error(error: CallError) -> RefundOutcome {
    match error {
        CallError::Refused(refusal) => RefundOutcome::Failed {
            code: refusal.reason().to_owned(),
        },
        CallError::Wire(fault) => RefundOutcome::Unknown {
            seen: chain(&fault),
        },
    }
}

fn not_askable(fault: &AmountFault) -> TradeOutcome {
    TradeOutcome::Failed {
        code: fault.to_string(),
    }
}

fn unknown(error: &dyn std::error::Error) -> TradeOutcome {
    TradeOutcome::Unknown { seen: chain(error) }
}

/// Writes an error with its causes, for the person who has to settle it.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join(": ")
}
