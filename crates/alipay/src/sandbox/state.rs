//! What the wallet knows, folded from its events.
//!
//! Applying an event cannot fail: what is allowed was decided before the event was written. Indexes
//! are kept here too, so that a query costs no search.

use super::event::{
    Account, CreditAnswer, Event, Faults, Mandate, Message, Notice, Person, SignRequest, Trade,
};
use crate::china_time;
use crate::notification::TradeStatus;
use kernel::Moment;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The merchant the wallet serves, known from its options.
#[derive(Debug, Clone)]
pub(crate) struct Merchant {
    pub(crate) app_id: String,
    pub(crate) name: String,
    pub(crate) app_gateway_url: Option<String>,
}

/// The merchant's number as a seller.
pub(crate) const SELLER_ID: &str = "2088000000000001";

/// The phone of the account that pays when no other is named.
pub(crate) const DEFAULT_PHONE: &str = "13800000000";

/// Everything the wallet knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) merchant: Merchant,
    pub(crate) serial: u64,
    pub(crate) month: i32,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) account_by_phone: HashMap<String, String>,
    pub(crate) trades: HashMap<String, Trade>,
    pub(crate) out_trade_no_by_trade_no: BTreeMap<String, String>,
    pub(crate) open_until: BTreeSet<(Moment, String)>,
    pub(crate) sign_requests: HashMap<String, SignRequest>,
    pub(crate) mandates: BTreeMap<String, Mandate>,
    pub(crate) mandate_by_external: HashMap<String, String>,
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) credit_answers: HashMap<String, CreditAnswer>,
    pub(crate) messages: Vec<Message>,
    pub(crate) faults: Faults,
    pub(crate) notices: BTreeMap<u64, Notice>,
    pub(crate) abandoned_notices: u64,
}

impl State {
    /// Starts with nothing known.
    pub(crate) fn new(merchant: Merchant) -> State {
        State {
            merchant,
            serial: 0,
            month: 0,
            accounts: BTreeMap::new(),
            account_by_phone: HashMap::new(),
            trades: HashMap::new(),
            out_trade_no_by_trade_no: BTreeMap::new(),
            open_until: BTreeSet::new(),
            sign_requests: HashMap::new(),
            mandates: BTreeMap::new(),
            mandate_by_external: HashMap::new(),
            people: BTreeMap::new(),
            credit_answers: HashMap::new(),
            messages: Vec::new(),
            faults: Faults::default(),
            notices: BTreeMap::new(),
            abandoned_notices: 0,
        }
    }

    /// Gives the trade with the wallet's number.
    pub(crate) fn trade_by_no(&self, trade_no: &str) -> Option<&Trade> {
        let out_trade_no = self.out_trade_no_by_trade_no.get(trade_no)?;
        self.trades.get(out_trade_no)
    }

    /// Gives the mandate in force under the merchant's number.
    pub(crate) fn mandate_in_force(&self, external_agreement_no: &str) -> Option<&Mandate> {
        let agreement_no = self.mandate_by_external.get(external_agreement_no)?;
        let mandate = self.mandates.get(agreement_no)?;
        mandate.ended.is_none().then_some(mandate)
    }

    /// Folds one event in.
    pub(crate) fn apply(&mut self, event: &Event) {
        self.serial += 1;
        match event {
            Event::AccountOpened(account) => self.open_account(account),
            Event::MoneyAdded { account, fen } => self.move_money(account, *fen),
            Event::TopUpSet { account, fen } => {
                if let Some(account) = self.accounts.get_mut(account) {
                    account.monthly_fen = *fen;
                }
            }
            Event::MonthBegan { month } => self.begin_month(*month),
            Event::TradeOpened(trade) => self.open_trade(trade),
            Event::TradePaid {
                out_trade_no,
                at,
                agreement_no,
            } => self.pay_trade(out_trade_no, *at, agreement_no.clone()),
            Event::TradeClosed { out_trade_no } => {
                self.change_trade(out_trade_no, |trade| trade.status = TradeStatus::Closed);
            }
            Event::TradeRefunded {
                out_trade_no,
                request_no,
                fen,
                ..
            } => self.refund_trade(out_trade_no, request_no, *fen),
            Event::SignAsked(request) => {
                self.sign_requests
                    .insert(request.id.clone(), request.clone());
            }
            Event::SignEnded { id } => {
                self.sign_requests.remove(id);
            }
            Event::MandateSigned(mandate) => {
                let external = mandate.terms.external_agreement_no.clone();
                let agreement_no = mandate.agreement_no.clone();
                self.mandate_by_external
                    .insert(external, agreement_no.clone());
                self.mandates.insert(agreement_no, mandate.clone());
            }
            Event::MandateEnded { agreement_no, at } => {
                if let Some(mandate) = self.mandates.get_mut(agreement_no) {
                    mandate.ended = Some(*at);
                }
            }
            Event::PersonSet(person) => {
                self.people.insert(person.cert_no.clone(), person.clone());
            }
            Event::CreditAnswered(answer) => {
                let key = answer.transaction_id.clone();
                self.credit_answers.insert(key, answer.clone());
            }
            Event::MessageReceived(message) => self.messages.push(message.clone()),
            Event::FaultsSet(faults) => self.faults = faults.clone(),
            Event::NoticeQueued(notice) => {
                self.notices.insert(notice.id, notice.clone());
            }
            Event::NoticeAcknowledged { id } => {
                self.notices.remove(id);
            }
            Event::NoticeFailed { id, next_at, seen } => self.fail_notice(*id, *next_at, seen),
        }
    }

    fn open_account(&mut self, account: &Account) {
        self.account_by_phone
            .insert(account.phone.clone(), account.id.clone());
        self.accounts.insert(account.id.clone(), account.clone());
    }

    fn move_money(&mut self, account: &str, fen: i64) {
        if let Some(account) = self.accounts.get_mut(account) {
            account.balance_fen = account.balance_fen.saturating_add(fen);
        }
    }

    /// Every month that began since the last one brings its top-up.
    fn begin_month(&mut self, month: i32) {
        let begun = i64::from(if self.month == 0 {
            0
        } else {
            month - self.month
        });
        self.month = month;
        for account in self.accounts.values_mut() {
            let added = account.monthly_fen.saturating_mul(begun);
            account.balance_fen = account.balance_fen.saturating_add(added);
        }
    }

    fn open_trade(&mut self, trade: &Trade) {
        let out_trade_no = trade.out_trade_no.clone();
        self.out_trade_no_by_trade_no
            .insert(trade.trade_no.clone(), out_trade_no.clone());
        if let Some(expires) = trade.expires {
            self.open_until.insert((expires, out_trade_no.clone()));
        }
        self.trades.insert(out_trade_no, trade.clone());
    }

    fn pay_trade(&mut self, out_trade_no: &str, at: Moment, agreement_no: Option<String>) {
        self.change_trade(out_trade_no, |trade| {
            trade.status = TradeStatus::Success;
            trade.paid = Some(at);
            trade.agreement_no = agreement_no;
        });
        if let Some(trade) = self.trades.get(out_trade_no) {
            let (account, fen) = (trade.account.clone(), trade.total_fen);
            self.move_money(&account, -fen);
        }
    }

    fn refund_trade(&mut self, out_trade_no: &str, request_no: &str, fen: i64) {
        self.change_trade(out_trade_no, |trade| {
            trade.refunds.insert(request_no.to_owned(), fen);
            if trade.refunded_fen() >= trade.total_fen {
                trade.status = TradeStatus::Closed;
            }
        });
        if let Some(trade) = self.trades.get(out_trade_no) {
            let account = trade.account.clone();
            self.move_money(&account, fen);
        }
    }

    fn change_trade(&mut self, out_trade_no: &str, change: impl FnOnce(&mut Trade)) {
        let Some(trade) = self.trades.get_mut(out_trade_no) else {
            return;
        };
        change(trade);
        if let Some(expires) = trade.expires {
            self.open_until.remove(&(expires, out_trade_no.to_owned()));
        }
    }

    fn fail_notice(&mut self, id: u64, next_at: Option<Moment>, seen: &str) {
        let Some(next_at) = next_at else {
            self.notices.remove(&id);
            self.abandoned_notices += 1;
            return;
        };
        if let Some(notice) = self.notices.get_mut(&id) {
            notice.failures += 1;
            notice.next_at = next_at;
            seen.clone_into(&mut notice.seen);
        }
    }
}

/// Counts the months since year 0 in GMT+8.
pub(crate) fn month_of(at: Moment) -> i32 {
    let today = china_time::civil(at);
    i32::from(today.year()) * 12 + i32::from(today.month())
}
