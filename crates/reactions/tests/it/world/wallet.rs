//! The wallet as it is outside: trades that are open, paid, closed or refunded, and mandates.
//!
//! The same request about the same trade always finds the same trade. Answers get lost on the way:
//! what we hear is then "unknown", while the trade is what it is.

use super::luck::Luck;
use crate::shop::yuan;
use finance::payment::{self, Asked, Method};
use kernel::{Money, PaymentId};
use reactions::{Command, Effect};
use sales::{credit, drop, order};
use std::collections::{BTreeMap, BTreeSet};

/// Where a trade stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Standing {
    Open,
    Paid,
    Closed,
    Refunded,
}

#[derive(Clone, Debug)]
pub(super) struct Trade {
    pub(super) amount: Money,
    pub(super) standing: Standing,
    pub(super) mandate: Option<String>,
    /// Whether the wallet said too soon that it would never be paid.
    pub(super) disowned: bool,
}

#[derive(Default)]
pub(super) struct Wallet {
    pub(super) trades: BTreeMap<PaymentId, Trade>,
    pub(super) mandates: BTreeSet<String>,
}

impl Wallet {
    /// Opens a page on which a buyer can pay.
    pub(super) fn open_page(&mut self, payment: &PaymentId, asked: &Asked) {
        let mandate = match &asked.method {
            Method::Page {
                mandate_limit: Some(_),
            } => Some(format!("mandate-{payment}")),
            Method::Page { .. } | Method::Deduction { .. } => None,
        };
        let trade = Trade {
            amount: asked.amount,
            standing: Standing::Open,
            mandate,
            disowned: false,
        };
        self.trades.entry(payment.clone()).or_insert(trade);
    }

    /// Lets the buyer pay on the page; gives the notification.
    pub(super) fn pay(&mut self, payment: &PaymentId) -> Option<Command> {
        let trade = self.trades.get_mut(payment)?;
        if trade.standing != Standing::Open {
            return None;
        }
        trade.standing = Standing::Paid;
        self.mandates.extend(trade.mandate.clone());
        self.word_on(payment)
    }

    /// Lets the trade end unpaid; gives what a query would say.
    pub(super) fn close(&mut self, payment: &PaymentId) -> Option<Command> {
        let trade = self.trades.get_mut(payment)?;
        if trade.standing == Standing::Open {
            trade.standing = Standing::Closed;
        }
        self.word_on(payment)
    }

    /// Gives word of a failure that came too soon: the page still takes the money.
    pub(super) fn disown(&mut self, payment: &PaymentId) -> Option<Command> {
        let trade = self.trades.get_mut(payment)?;
        if trade.standing != Standing::Open {
            return None;
        }
        trade.disowned = true;
        let fail = payment::Command::Fail {
            reason: "USER_CANCELLED".to_owned(),
        };
        Some(Command::Payment(payment.clone(), fail))
    }

    /// Lists the open pages whose payments begin with a name.
    pub(super) fn open_pages(&self, prefix: &str) -> Vec<PaymentId> {
        let open = |(id, trade): &(&PaymentId, &Trade)| {
            trade.standing == Standing::Open && id.as_str().starts_with(prefix)
        };
        self.trades
            .iter()
            .filter(open)
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Does what an effect asks and gives the answers that come back.
    pub(super) fn answer<'a>(
        &mut self,
        effect: Effect,
        asked: impl Fn(&PaymentId) -> Option<&'a Asked>,
        luck: &mut Luck,
    ) -> Vec<Command> {
        match effect {
            Effect::AskCredit {
                order,
                admittance_score,
                question,
                ..
            } => vec![Command::Order(
                order,
                credit_answer(admittance_score, question, luck),
            )],
            Effect::Deduct { payment } => {
                let asked = asked(&payment).expect("a deduction is written down before it is sent");
                self.deduct(&payment, asked, luck);
                self.hear(&payment, luck)
            }
            Effect::AskWallet { payment, close } => {
                if close {
                    self.close_or_forget(&payment);
                }
                self.hear(&payment, luck)
            }
            Effect::Refund { payment, .. } => {
                let trade = self.trades.get_mut(&payment);
                let trade = trade.expect("only what was paid is refunded");
                assert!(matches!(
                    trade.standing,
                    Standing::Paid | Standing::Refunded
                ));
                trade.standing = Standing::Refunded;
                let heard = if luck.one_in(4) {
                    payment::Command::NoteRefundUnknown {
                        seen: "timeout".to_owned(),
                    }
                } else {
                    payment::Command::SucceedRefund
                };
                vec![Command::Payment(payment, heard)]
            }
            Effect::AskDropCredit { drop, person, .. } => {
                vec![Command::Drop(drop, drop_answer(person, luck))]
            }
            Effect::OpenDrop { .. } | Effect::TellInVain { .. } => {
                unreachable!("the wallet knows nothing of drops")
            }
            Effect::EndMandate { mandate, .. } => {
                self.mandates.remove(&mandate);
                vec![]
            }
            Effect::Tell { .. } => vec![],
        }
    }

    fn deduct(&mut self, payment: &PaymentId, asked: &Asked, luck: &mut Luck) {
        let Method::Deduction { mandate } = &asked.method else {
            panic!("only a mandate is deducted by");
        };
        let signed = self.mandates.contains(mandate);
        let standing = if signed && !luck.one_in(6) {
            Standing::Paid
        } else {
            Standing::Closed
        };
        let trade = Trade {
            amount: asked.amount,
            standing,
            mandate: None,
            disowned: false,
        };
        self.trades.entry(payment.clone()).or_insert(trade);
    }

    /// A trade that is to be closed and was never opened can never be opened afterwards.
    fn close_or_forget(&mut self, payment: &PaymentId) {
        let never_opened = Trade {
            amount: yuan(0),
            standing: Standing::Closed,
            mandate: None,
            disowned: false,
        };
        let trade = self.trades.entry(payment.clone()).or_insert(never_opened);
        if trade.standing == Standing::Open {
            trade.standing = Standing::Closed;
        }
    }

    fn hear(&self, payment: &PaymentId, luck: &mut Luck) -> Vec<Command> {
        let unknown = payment::Command::NoteUnknown {
            seen: "timeout".to_owned(),
        };
        if luck.one_in(5) {
            return vec![Command::Payment(payment.clone(), unknown)];
        }
        let waiting = Command::Payment(payment.clone(), payment::Command::NoteWaiting);
        vec![self.word_on(payment).unwrap_or(waiting)]
    }

    /// Gives the wallet's definite word on a trade, if it has one.
    pub(super) fn word_on(&self, payment: &PaymentId) -> Option<Command> {
        let trade = self.trades.get(payment)?;
        let word = match trade.standing {
            Standing::Open => return None,
            Standing::Paid | Standing::Refunded => payment::Command::Succeed {
                trade_no: format!("trade-{payment}"),
                amount: trade.amount,
                mandate: trade.mandate.clone(),
            },
            Standing::Closed => payment::Command::Fail {
                reason: "TRADE_CLOSED".to_owned(),
            },
        };
        Some(Command::Payment(payment.clone(), word))
    }
}

fn drop_answer(person: drop::PersonKey, luck: &mut Luck) -> drop::Command {
    match luck.below(6) {
        0 => drop::Command::NoteUnanswered { person },
        1 => drop::Command::NoteRefused {
            person,
            reasons: vec![],
        },
        _ => drop::Command::NoteAdmitted { person },
    }
}

fn credit_answer(admittance_score: u16, question: u32, luck: &mut Luck) -> order::Command {
    if luck.one_in(6) {
        return order::Command::NoteCreditUnknown;
    }
    let answer = credit::Answer {
        admitted: !luck.one_in(5),
        reference: format!("zm-{question}"),
    };
    order::Command::DecideCredit {
        question: Some(question),
        decision: credit::decide(admittance_score, answer),
    }
}
