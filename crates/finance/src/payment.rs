//! One movement of money through the wallet. Its outcome is unknown until it is known.
//!
//! Prepared → Dispatched → Succeeded, Failed or Unknown; the attempt is written before anything is
//! sent, and only a definite answer (a query, a notification, a bill) closes it. A refund repeats
//! the pattern on a succeeded payment. The payment's id is the trade number at the wallet, so a
//! repeated request is the same trade.

mod asking; // when the wallet is asked again
mod state; // where a payment stands

pub use asking::Asking;
pub use state::{Asked, Paid, State};

use asking::first_question;
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
        /// The mandate that was signed with it, which nobody needs any more.
        mandate: Option<String>,
    },
}

/// Why a payment cannot do what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nobody has written it down.
    NotPrepared,
    /// The same id was written down for something else.
    PreparedDifferently,
    /// There is nothing to pay.
    NotPositive(Money),
    /// Nothing was sent, so nothing can be waiting or unknown.
    NotDispatched,
    /// It failed; sending it again needs a new payment.
    AlreadyFailed,
    /// It is paid; it cannot fail any more.
    AlreadySucceeded,
    /// It is paid by another trade of the wallet.
    PaidByAnotherTrade {
        /// The trade that paid it.
        known: String,
    },
    /// It is not paid, so nothing can go back.
    NotPaid,
    /// No refund was asked for.
    NotRefunding,
}

impl Decider for Payment {
    const KIND: &'static str = "payment";
    type Id = PaymentId;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Prepare {
                purpose,
                method,
                amount,
                expires,
            } => prepare(
                state,
                Asked {
                    purpose,
                    method,
                    amount,
                    expires,
                },
            ),
            Command::Dispatch => dispatch(state, at),
            Command::Succeed {
                trade_no,
                amount,
                mandate,
            } => succeed(
                state,
                Paid {
                    trade_no,
                    amount,
                    mandate,
                },
            ),
            Command::Fail { reason } => fail(state, reason),
            Command::NoteUnknown { seen } => note_unknown(state, seen, at),
            Command::NoteWaiting => note_waiting(state, at),
            Command::Refund { reason } => refund(state, reason),
            Command::SucceedRefund => succeed_refund(state),
            Command::NoteRefundUnknown { seen: _ } => note_refund_unknown(state, at),
        }
    }

    fn evolve(state: State, event: &Event) -> State {
        match event {
            Event::Prepared {
                purpose,
                method,
                amount,
                expires,
            } => State::Prepared {
                asked: Asked {
                    purpose: purpose.clone(),
                    method: method.clone(),
                    amount: *amount,
                    expires: *expires,
                },
            },
            Event::Dispatched { .. } => state.with_asked(|asked| State::Dispatched {
                asked,
                asking: Asking::default(),
            }),
            Event::AskAgain { tries, at, .. } => state.asking_again(*tries, *at),
            Event::BecameUnknown { .. } => match state {
                State::Dispatched { asked, asking } => State::Unknown { asked, asking },
                other => other,
            },
            Event::Succeeded {
                trade_no,
                amount,
                mandate,
                ..
            } => state.with_asked(|asked| State::Succeeded {
                asked,
                paid: Paid {
                    trade_no: trade_no.clone(),
                    amount: *amount,
                    mandate: mandate.clone(),
                },
            }),
            Event::Failed { reason, .. } => state.with_asked(|asked| State::Failed {
                asked,
                reason: reason.clone(),
            }),
            Event::AmountDiffers { named } => state.with_asked(|asked| State::NeedsPerson {
                asked,
                named: *named,
            }),
            Event::RefundPrepared {
                request_no, reason, ..
            } => match state {
                State::Succeeded { asked, paid } => State::Refunding {
                    asked,
                    paid,
                    request_no: request_no.clone(),
                    reason: reason.clone(),
                    asking: Asking::default(),
                },
                other => other,
            },
            Event::RefundAskAgain { tries, at, .. } => state.asking_again(*tries, *at),
            Event::Refunded { .. } => match state {
                State::Refunding { asked, paid, .. } => State::Refunded { asked, paid },
                other => other,
            },
        }
    }
}

fn prepare(state: &State, wanted: Asked) -> Result<Vec<Event>, Refusal> {
    match state.asked() {
        Some(asked) if *asked == wanted => return Ok(vec![]),
        Some(_) => return Err(Refusal::PreparedDifferently),
        None => {}
    }
    if !wanted.amount.is_positive() {
        return Err(Refusal::NotPositive(wanted.amount));
    }
    let Asked {
        purpose,
        method,
        amount,
        expires,
    } = wanted;
    Ok(vec![Event::Prepared {
        purpose,
        method,
        amount,
        expires,
    }])
}

/// A failed payment is refused rather than passed over, so that nobody is sent to a dead page.
fn dispatch(state: &State, at: Moment) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unwritten => Err(Refusal::NotPrepared),
        State::Prepared { asked } => {
            let ask_at = first_question(&asked.method, at);
            Ok(vec![Event::Dispatched { ask_at }])
        }
        State::Failed { .. } => Err(Refusal::AlreadyFailed),
        State::Dispatched { .. }
        | State::Unknown { .. }
        | State::Succeeded { .. }
        | State::NeedsPerson { .. }
        | State::Refunding { .. }
        | State::Refunded { .. } => Ok(vec![]),
    }
}

/// Money that comes after a failure is money all the same; its purpose decides what becomes of it.
fn succeed(state: &State, paid: Paid) -> Result<Vec<Event>, Refusal> {
    if let Some(known) = state.paid() {
        let same = known.trade_no == paid.trade_no;
        let other = Refusal::PaidByAnotherTrade {
            known: known.trade_no.clone(),
        };
        return if same { Ok(vec![]) } else { Err(other) };
    }
    let asked = state.asked().ok_or(Refusal::NotPrepared)?;
    if asked.amount != paid.amount {
        let told = matches!(state, State::NeedsPerson { .. });
        let differs = Event::AmountDiffers { named: paid.amount };
        return Ok(if told { vec![] } else { vec![differs] });
    }
    let Paid {
        trade_no,
        amount,
        mandate,
    } = paid;
    let purpose = asked.purpose.clone();
    Ok(vec![Event::Succeeded {
        purpose,
        trade_no,
        amount,
        mandate,
    }])
}

fn fail(state: &State, reason: String) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unwritten => Err(Refusal::NotPrepared),
        State::Prepared { asked }
        | State::Dispatched { asked, .. }
        | State::Unknown { asked, .. }
        | State::NeedsPerson { asked, .. } => {
            let purpose = asked.purpose.clone();
            Ok(vec![Event::Failed { purpose, reason }])
        }
        State::Failed { .. } => Ok(vec![]),
        State::Succeeded { .. } | State::Refunding { .. } | State::Refunded { .. } => {
            Err(Refusal::AlreadySucceeded)
        }
    }
}

fn note_unknown(state: &State, seen: String, at: Moment) -> Result<Vec<Event>, Refusal> {
    let mut events = note_waiting(state, at)?;
    if matches!(state, State::Dispatched { .. }) {
        events.insert(0, Event::BecameUnknown { seen });
    }
    Ok(events)
}

/// A note that comes before the next question is due changes nothing: that question stands.
fn note_waiting(state: &State, at: Moment) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Unwritten => Err(Refusal::NotPrepared),
        State::Prepared { .. } => Err(Refusal::NotDispatched),
        State::Dispatched { asking, .. } | State::Unknown { asking, .. } if asking.stands(at) => {
            Ok(vec![])
        }
        State::Dispatched { asked, asking } | State::Unknown { asked, asking } => {
            Ok(vec![asking.ask_again(asked, at)])
        }
        State::Succeeded { .. }
        | State::Failed { .. }
        | State::NeedsPerson { .. }
        | State::Refunding { .. }
        | State::Refunded { .. } => Ok(vec![]),
    }
}

fn refund(state: &State, reason: String) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Succeeded { paid, .. } => {
            // Request numbers are unique within a trade; a payment has one refund, of everything.
            let request_no = format!("{}R1", paid.trade_no);
            let amount = paid.amount;
            Ok(vec![Event::RefundPrepared {
                request_no,
                amount,
                reason,
            }])
        }
        State::Refunding { .. } | State::Refunded { .. } => Ok(vec![]),
        State::Unwritten
        | State::Prepared { .. }
        | State::Dispatched { .. }
        | State::Unknown { .. }
        | State::Failed { .. }
        | State::NeedsPerson { .. } => Err(Refusal::NotPaid),
    }
}

fn succeed_refund(state: &State) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Refunding { asked, paid, .. } => {
            let (purpose, amount) = (asked.purpose.clone(), paid.amount);
            let mandate = paid.mandate.clone();
            Ok(vec![Event::Refunded {
                purpose,
                amount,
                mandate,
            }])
        }
        State::Refunded { .. } => Ok(vec![]),
        _ => Err(Refusal::NotRefunding),
    }
}

fn note_refund_unknown(state: &State, at: Moment) -> Result<Vec<Event>, Refusal> {
    match state {
        State::Refunding { asking, .. } if asking.stands(at) => Ok(vec![]),
        State::Refunding {
            paid,
            request_no,
            reason,
            asking,
            ..
        } => {
            let (tries, at) = asking.next_try(at);
            Ok(vec![Event::RefundAskAgain {
                request_no: request_no.clone(),
                amount: paid.amount,
                reason: reason.clone(),
                tries,
                at,
            }])
        }
        State::Refunded { .. } => Ok(vec![]),
        _ => Err(Refusal::NotRefunding),
    }
}
