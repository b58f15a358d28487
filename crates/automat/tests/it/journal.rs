//! What the wallet has written down: the other side's word about money.

use super::demo::Demo;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

/// The wallet's trades, by the shop's numbers.
#[derive(Debug, Default)]
pub(crate) struct Journal(BTreeMap<String, Trade>);

/// One trade.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trade {
    /// What was asked, in fen.
    pub(crate) total_fen: i64,
    /// How often it was paid.
    pub(crate) payments: u32,
    /// What went back, in fen.
    pub(crate) refunded_fen: i64,
}

impl Journal {
    /// Reads the wallet's journal, running or down.
    pub(crate) fn read(demo: &Demo) -> Journal {
        let file = demo.data().join("wallet/wallet.jsonl");
        let text = fs::read_to_string(file).expect("the wallet keeps a journal");
        let mut journal = Journal::default();
        for line in text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
        {
            let events: Vec<Value> =
                serde_json::from_str(line).expect("a line is a list of events");
            events.iter().for_each(|event| journal.note(event));
        }
        journal
    }

    fn note(&mut self, event: &Value) {
        let Some((kind, body)) = event.as_object().and_then(|object| object.iter().next()) else {
            return;
        };
        let Some(number) = body["out_trade_no"].as_str() else {
            return;
        };
        let trade = self.0.entry(number.to_owned()).or_default();
        match kind.as_str() {
            "TradeOpened" => trade.total_fen = body["total_fen"].as_i64().expect("a sum"),
            "TradePaid" => trade.payments += 1,
            "TradeRefunded" => trade.refunded_fen += body["fen"].as_i64().expect("a sum"),
            _ => {}
        }
    }

    /// Gives the down payments of an order.
    pub(crate) fn trades_of(&self, order: &str) -> Vec<Trade> {
        let is_attempt = |number: &str| {
            let attempt = number
                .strip_prefix(order)
                .and_then(|rest| rest.strip_prefix('_'));
            attempt.is_some_and(|attempt| !attempt.contains('_'))
        };
        let of_order = self.0.iter().filter(|(number, _)| is_attempt(number));
        of_order.map(|(_, trade)| trade.clone()).collect()
    }

    /// Sums what the shop has of a buyer for an order: paid and not given back.
    pub(crate) fn kept_fen(&self, order: &str) -> i64 {
        self.trades_of(order).iter().map(Trade::kept_fen).sum()
    }

    /// Sums what the shop has of everybody.
    pub(crate) fn all_kept_fen(&self) -> i64 {
        self.0.values().map(Trade::kept_fen).sum()
    }

    /// Counts the instalments that were collected: their names carry number and attempt.
    pub(crate) fn deductions(&self) -> usize {
        let paid = self.0.iter().filter(|(_, trade)| trade.payments > 0);
        paid.filter(|(number, _)| number.matches('_').count() == 2)
            .count()
    }

    /// Gives all trades.
    pub(crate) fn trades(&self) -> impl Iterator<Item = (&String, &Trade)> {
        self.0.iter()
    }
}

impl Trade {
    fn kept_fen(&self) -> i64 {
        i64::from(self.payments) * self.total_fen - self.refunded_fen
    }
}
