//! One decision at a time, acknowledged once it is on disk.
//!
//! A decision reads the state, records events, and gives an answer; the events are applied at once,
//! queued for the journal in the same order, and the answer is handed out after they are on the
//! disk. A decision without events waits for those before it, so nothing is told that a crash could
//! undo. What the clock brings (trades that expire, months that begin) happens before every
//! decision.

use super::credit;
use super::event::{Account, Event, Notice, Trade};
use super::journal::{Journal, JournalFault};
use super::notice;
use super::state::{DEFAULT_PHONE, Merchant, State, month_of};
use super::{Clock, SandboxOptions};
use crate::china_time;
use crate::notification::TradeStatus;
use crate::request::Params;
use crate::signing::{SigningKey, VerifyingKey};
use kernel::Moment;
use std::sync::Mutex;
use tokio::sync::Notify;

/// What a new account starts with: five million yuan.
const OPENING_BALANCE_FEN: i64 = 500_000_000;
/// What comes in every month, so that instalments can be paid for years.
const MONTHLY_TOP_UP_FEN: i64 = 5_000_000;

/// The wallet: state, journal, keys, clock.
pub(crate) struct World {
    state: Mutex<State>,
    journal: Journal,
    clock: Clock,
    pub(crate) merchant_key: VerifyingKey,
    pub(crate) wallet_key: SigningKey,
    pub(crate) news: Notify,
}

/// One decision in the making.
pub(crate) struct Turn<'a> {
    state: &'a mut State,
    events: Vec<Event>,
    pub(crate) at: Moment,
}

impl World {
    /// Opens the journal and folds what it holds.
    pub(crate) fn open(options: SandboxOptions) -> Result<World, JournalFault> {
        let (journal, events) = Journal::open(&options.state_dir)?;
        let mut state = State::new(Merchant {
            app_id: options.app_id,
            name: options.merchant_name,
            app_gateway_url: options.app_gateway_url,
        });
        events.iter().for_each(|event| state.apply(event));
        Ok(World {
            state: Mutex::new(state),
            journal,
            clock: options.clock,
            merchant_key: options.merchant_public_key,
            wallet_key: options.wallet_key,
            news: Notify::new(),
        })
    }

    /// Gives a new wallet its default account and the persons the credit provider knows.
    pub(crate) async fn seed(&self) -> Result<(), JournalFault> {
        self.act(|turn| {
            if turn.state().accounts.is_empty() {
                turn.account_of(None);
                credit::seed(turn);
            }
        })
        .await
    }

    /// Tells what time it is.
    pub(crate) fn now(&self) -> Moment {
        (self.clock)()
    }

    /// Lets go of the journal; nothing is acknowledged after.
    pub(crate) async fn close(&self) {
        self.journal.close().await;
    }

    /// Decides, and gives the answer once it is on disk.
    pub(crate) async fn act<T>(
        &self,
        decide: impl FnOnce(&mut Turn<'_>) -> T,
    ) -> Result<T, JournalFault> {
        let (answer, pending) = {
            // A decision that panicked may have left events in memory only: acknowledge no more.
            let mut state = self.state.lock().map_err(|_| JournalFault::Write)?;
            let mut turn = Turn {
                state: &mut state,
                events: Vec::new(),
                at: self.now(),
            };
            turn.let_time_pass();
            let answer = decide(&mut turn);
            (answer, self.journal.append(&turn.events))
        };
        pending.written().await?;
        Ok(answer)
    }

    /// Decides, and wakes the delivery of notifications.
    pub(crate) async fn act_and_tell<T>(
        &self,
        decide: impl FnOnce(&mut Turn<'_>) -> T,
    ) -> Result<T, JournalFault> {
        let answer = self.act(decide).await?;
        self.news.notify_one();
        Ok(answer)
    }
}

impl Turn<'_> {
    /// Gives the state with everything recorded so far.
    pub(crate) fn state(&self) -> &State {
        self.state
    }

    /// Records an event and folds it in.
    pub(crate) fn record(&mut self, event: Event) {
        self.state.apply(&event);
        self.events.push(event);
    }

    /// Makes a number in the platform's manner: the date, a middle, and a serial.
    pub(crate) fn number(&self, middle: &str, width: usize) -> String {
        let date = china_time::civil(self.at).strftime("%Y%m%d");
        format!("{date}{middle}{:0width$}", self.state.serial + 1)
    }

    /// Queues a notification, unless there is nowhere to send it or the fault panel says silence.
    pub(crate) fn notify(&mut self, url: &str, mut params: Params) {
        if url.is_empty() || self.state.faults.silent {
            return;
        }
        params.insert("notify_id".to_owned(), self.number("00222", 21));
        let delay_s = i64::from(self.state.faults.notify_delay_s);
        self.record(Event::NoticeQueued(Notice {
            id: self.state.serial + 1,
            url: url.to_owned(),
            params,
            next_at: self.at.plus_seconds(delay_s),
            failures: 0,
            seen: String::new(),
        }));
    }

    /// Gives the account of a phone, opening it when it is new; no phone means the default one.
    pub(crate) fn account_of(&mut self, phone: Option<&str>) -> String {
        let phone = phone
            .filter(|phone| !phone.is_empty())
            .unwrap_or(DEFAULT_PHONE);
        if let Some(id) = self.state.account_by_phone.get(phone) {
            return id.clone();
        }
        let id = format!("2088{:012}", self.state.serial + 2);
        self.record(Event::AccountOpened(Account {
            id: id.clone(),
            phone: phone.to_owned(),
            balance_fen: OPENING_BALANCE_FEN,
            monthly_fen: MONTHLY_TOP_UP_FEN,
        }));
        id
    }

    /// Closes an unpaid trade and tells the merchant.
    pub(crate) fn close(&mut self, trade: &Trade) {
        self.record(Event::TradeClosed {
            out_trade_no: trade.out_trade_no.clone(),
        });
        let params = notice::of_trade(self, &trade.out_trade_no);
        self.notify(&trade.notify_url, params);
    }

    fn let_time_pass(&mut self) {
        let month = month_of(self.at);
        if month > self.state.month {
            self.record(Event::MonthBegan { month });
        }
        while let Some((expires, out_trade_no)) = self.state.open_until.first().cloned() {
            if expires > self.at {
                break;
            }
            let trade = self.state.trades.get(&out_trade_no).cloned();
            let trade = trade.expect("every trade in the index of open trades exists");
            assert_eq!(
                trade.status,
                TradeStatus::WaitBuyerPay,
                "the index holds open trades"
            );
            self.close(&trade);
        }
    }
}
