//! One movement of money through the wallet. Its outcome is unknown until it is known.
//!
//! Prepared → Dispatched → Succeeded, Failed or Unknown; the attempt is written before anything is
//! sent, and only a definite answer (a query, a notification, a bill) closes it. A refund repeats
//! the pattern on a succeeded payment. The payment's id is the trade number at the wallet, so a
//! repeated request is the same trade.

use kernel::{AgreementId, Decider, Moment, Money, OrderId, PaymentId};
use serde::{Deserialize, Serialize};

/// The stream of one payment.
#[derive(Clone, Copy, Debug)]
pub struct Payment;

/// What the money is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The sum due at signature.
    DownPayment {
        /// The order.
        order: OrderId,
        /// The agreement it opens.
        agreement: AgreementId,
    },
    /// One instalment.
    Instalment {
        /// The agreement.
        agreement: AgreementId,
        /// The instalment, from 1.
        number: u16,
    },
}

/// How the money moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The buyer pays on the wallet's page, and may sign the debit mandate there in the same step.
    Page {
        /// The mandate to be signed with it: the monthly limit.
        mandate_limit: Option<Money>,
    },
    /// We collect by a signed mandate.
    Deduction {
        /// The wallet's agreement number.
        mandate: String,
    },
}

/// What can be asked of a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Write it down before anything is sent.
    Prepare {
        /// What for.
        purpose: Purpose,
        /// How.
        method: Method,
        /// How much.
        amount: Money,
        /// When an unpaid page expires; none for a deduction.
        expires: Option<Moment>,
    },
    /// Note that the request is about to be sent, or the buyer about to be sent to the page.
    Dispatch,
    /// Note the wallet's word that it is paid.
    Succeed {
        /// The wallet's trade number.
        trade_no: String,
        /// The amount the wallet names.
        amount: Money,
        /// The mandate signed with it.
        mandate: Option<String>,
    },
    /// Note the wallet's word that it will never be paid.
    Fail {
        /// The wallet's reason code.
        reason: String,
    },
    /// Note that the wallet did not say, after a request or a query.
    NoteUnknown {
        /// What was seen instead of an answer.
        seen: String,
    },
    /// Note that it is waiting for the buyer.
    NoteWaiting,
    /// Give the money back.
    Refund {
        /// Why, as the wallet shows it to the buyer.
        reason: String,
    },
    /// Note the wallet's word that the money is back.
    SucceedRefund,
    /// Note that the wallet did not say whether the money is back.
    NoteRefundUnknown {
        /// What was seen instead of an answer.
        seen: String,
    },
}

/// What happened to a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It was written down.
    Prepared {
        /// What for.
        purpose: Purpose,
        /// How.
        method: Method,
        /// How much.
        amount: Money,
        /// When an unpaid page expires.
        expires: Option<Moment>,
    },
    /// The request was about to be sent.
    Dispatched {
        /// When to ask the wallet, if it has said nothing.
        ask_at: Moment,
    },
    /// The wallet is to be asked again.
    ///
    /// Sets the payment's one timer.
    AskAgain {
        /// How often it was asked, with this.
        tries: u32,
        /// When to ask.
        at: Moment,
        /// Whether its time is over, so that an open trade is to be closed instead of awaited.
        close: bool,
    },
    /// The outcome is unknown.
    BecameUnknown {
        /// What was seen instead of an answer.
        seen: String,
    },
    /// It is paid.
    Succeeded {
        /// What for.
        purpose: Purpose,
        /// The wallet's trade number.
        trade_no: String,
        /// How much.
        amount: Money,
        /// The mandate signed with it.
        mandate: Option<String>,
    },
    /// It will never be paid.
    Failed {
        /// What for.
        purpose: Purpose,
        /// The wallet's reason code.
        reason: String,
    },
    /// The wallet names another amount than was asked; a person has to look.
    AmountDiffers {
        /// The amount the wallet names.
        named: Money,
    },
    /// A refund is to be sent.
    RefundPrepared {
        /// The refund's request number at the wallet.
        request_no: String,
        /// How much.
        amount: Money,
        /// Why.
        reason: String,
    },
    /// The refund is to be asked after again.
    RefundAskAgain {
        /// The refund's request number at the wallet.
        request_no: String,
        /// How much.
        amount: Money,
        /// Why.
        reason: String,
        /// How often it was tried, with this.
        tries: u32,
        /// When to ask.
        at: Moment,
    },
    /// The money is back.
    Refunded {
        /// What the payment was for.
        purpose: Purpose,
        /// How much.
        amount: Money,
    },
}
