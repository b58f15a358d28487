//! What can happen to the wallet, as it is kept in the journal.
//!
//! Amounts are whole fen. Variants and fields may be added (with a default), never renamed, because
//! old journals are replayed.

use crate::notification::TradeStatus;
use crate::request::Params;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing that happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Event {
    AccountOpened(Account),
    MoneyAdded {
        account: String,
        fen: i64,
    },
    TopUpSet {
        account: String,
        fen: i64,
    },
    MonthBegan {
        month: i32,
    },
    TradeOpened(Box<Trade>),
    TradePaid {
        out_trade_no: String,
        at: Moment,
        agreement_no: Option<String>,
    },
    TradeClosed {
        out_trade_no: String,
    },
    TradeRefunded {
        out_trade_no: String,
        request_no: String,
        fen: i64,
        at: Moment,
    },
    SignAsked(SignRequest),
    SignEnded {
        id: String,
    },
    MandateSigned(Mandate),
    MandateEnded {
        agreement_no: String,
        at: Moment,
    },
    PersonSet(Person),
    CreditAnswered(CreditAnswer),
    MessageReceived(Message),
    FaultsSet(Faults),
    NoticeQueued(Notice),
    NoticeAcknowledged {
        id: u64,
    },
    NoticeFailed {
        id: u64,
        next_at: Option<Moment>,
        seen: String,
    },
}

/// A buyer's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) phone: String,
    pub(crate) balance_fen: i64,
    pub(crate) monthly_fen: i64,
}

/// A trade, from the page's first opening or the deduction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trade {
    pub(crate) out_trade_no: String,
    pub(crate) trade_no: String,
    pub(crate) subject: String,
    pub(crate) total_fen: i64,
    pub(crate) status: TradeStatus,
    pub(crate) account: String,
    pub(crate) notify_url: String,
    pub(crate) return_url: String,
    pub(crate) quit_url: String,
    pub(crate) passback: String,
    pub(crate) created: Moment,
    pub(crate) expires: Option<Moment>,
    pub(crate) paid: Option<Moment>,
    pub(crate) refunds: BTreeMap<String, i64>,
    pub(crate) agreement_no: Option<String>,
    pub(crate) mandate: Option<MandateTerms>,
}

impl Trade {
    /// Sums what was given back.
    pub(crate) fn refunded_fen(&self) -> i64 {
        self.refunds.values().sum()
    }
}

/// What a debit mandate allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MandateTerms {
    pub(crate) external_agreement_no: String,
    pub(crate) sign_scene: String,
    pub(crate) personal_product_code: String,
    pub(crate) single_limit_fen: i64,
    pub(crate) months: Option<u16>,
    pub(crate) notify_url: String,
}

/// A page on which a mandate is to be signed without a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignRequest {
    pub(crate) id: String,
    pub(crate) terms: MandateTerms,
    pub(crate) account: String,
    pub(crate) return_url: String,
}

/// A signed debit mandate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mandate {
    pub(crate) agreement_no: String,
    pub(crate) terms: MandateTerms,
    pub(crate) account: String,
    pub(crate) signed: Moment,
    pub(crate) ended: Option<Moment>,
}

/// A person known to the credit provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) cert_no: String,
    pub(crate) name: String,
    pub(crate) score: u16,
}

/// An answer of the credit provider, kept because it must be repeated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CreditAnswer {
    pub(crate) transaction_id: String,
    pub(crate) cert_no: String,
    pub(crate) admittance_score: u16,
    pub(crate) admitted: bool,
    pub(crate) biz_no: String,
    pub(crate) at: Moment,
}

/// A text message sent to a phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) at: Moment,
}

/// Faults that are switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Faults {
    /// No notification is sent for what happens now.
    pub silent: bool,
    /// Notifications start this many seconds late.
    pub notify_delay_s: u32,
    /// Every notification is delivered twice.
    pub duplicate: bool,
    /// Queries answer 20000.
    pub query_unavailable: bool,
    /// Deductions from accounts with these phones or numbers meet an empty balance.
    pub refuse_deductions_of: Vec<String>,
    /// Requests that move money are lost before they are done: no answer comes.
    pub lose_requests: bool,
    /// Requests that move money are done, but no answer comes.
    pub lose_answers: bool,
    /// Every answer of the gateway comes this late.
    pub answer_delay_ms: u32,
}

/// A notification on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) id: u64,
    pub(crate) url: String,
    pub(crate) params: Params,
    pub(crate) next_at: Moment,
    pub(crate) failures: usize,
    pub(crate) seen: String,
}
