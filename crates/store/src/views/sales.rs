//! Figures over orders: how many stand where, how much was sold per day, how long it took.
//!
//! They are read over all buckets, for people; nothing is decided from them.

use crate::columns::{count, moment, money};
use crate::database::Database;
use crate::fault::Fault;
use crate::store::Store;
use kernel::{Currency, Day, Moment, Money};
use std::collections::BTreeMap;

/// What was sold on one day of the tower's calendar, in one currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SalesDay {
    /// The day of payment.
    pub day: Day,
    /// How many cars, refunded ones not counted.
    pub cars: u64,
    /// Their prices together.
    pub price: Money,
}

/// How long purchases took: half of them at most `p50`, nine of ten at most `p90`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How many purchases were measured.
    pub count: u64,
    /// The median in milliseconds.
    pub p50_ms: i64,
    /// The ninth decile in milliseconds.
    pub p90_ms: i64,
}

/// The stopwatches of purchases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopwatches {
    /// From the hold to the payment.
    pub to_paid: Spread,
    /// From the payment to the keys.
    pub to_keys: Spread,
}

impl Store {
    /// Counts orders by state.
    pub async fn orders_by_state(&self) -> Result<BTreeMap<String, u64>, Fault> {
        self.read(|database| {
            let doing = "counting orders";
            let counts = database.rows(
                doing,
                "select state, count(*) as number from orders
                     where bucket between 0 and 255 group by state",
                (),
                |row| Ok((row.get("state")?, count(row, "number")?)),
            )?;
            Ok(counts.into_iter().collect())
        })
        .await
    }

    /// Gives the sales of each day since a moment, oldest first.
    pub async fn sales_per_day(&self, since: Moment) -> Result<Vec<SalesDay>, Fault> {
        let rules = self.shared().rules.clone();
        let sold = self
            .read(move |database| sold_since(database, since))
            .await?;
        let mut days: BTreeMap<(Day, Currency), (u64, Vec<Money>)> = BTreeMap::new();
        for (paid_at, price) in sold {
            let day = days
                .entry((rules.day(paid_at), price.currency()))
                .or_default();
            day.0 += 1;
            day.1.push(price);
        }
        let too_much = |error: kernel::MoneyError| Fault::row("orders", error);
        days.into_iter()
            .map(|((day, currency), (cars, prices))| {
                let price = Money::sum(currency, prices).map_err(too_much)?;
                Ok(SalesDay { day, cars, price })
            })
            .collect()
    }

    /// Measures the purchases begun since a moment.
    pub async fn stopwatches(&self, since: Moment) -> Result<Stopwatches, Fault> {
        self.read(move |database| {
            Ok(Stopwatches {
                to_paid: spread(micros(
                    database,
                    "select paid_at - started_at from orders
                     where bucket between 0 and 255 and started_at >= $1
                     and paid_at is not null",
                    since,
                )?),
                to_keys: spread(micros(
                    database,
                    "select keys_at - paid_at from orders
                     where bucket between 0 and 255 and started_at >= $1
                     and keys_at is not null",
                    since,
                )?),
            })
        })
        .await
    }
}

fn sold_since(database: &Database, since: Moment) -> Result<Vec<(Moment, Money)>, Fault> {
    let doing = "adding up sales";
    database.rows(
        doing,
        "select paid_at, price_minor, currency from orders
             where bucket between 0 and 255 and paid_at >= $1 and paid_minor is not null",
        (since.micros(),),
        |row| Ok((moment(row, "paid_at")?, money(row, "price_minor")?)),
    )
}

fn micros(database: &Database, question: &'static str, since: Moment) -> Result<Vec<i64>, Fault> {
    let doing = "measuring purchases";
    database.rows(doing, question, (since.micros(),), |row| row.get(0))
}

/// Takes the nearest rank, so that each figure is one that was measured.
fn spread(mut micros: Vec<i64>) -> Spread {
    micros.sort_unstable();
    let rank = |percent: usize| {
        let index = (micros.len() * percent).div_ceil(100).saturating_sub(1);
        micros.get(index).map_or(0, |micros| micros / 1_000)
    };
    Spread {
        count: micros.len() as u64,
        p50_ms: rank(50),
        p90_ms: rank(90),
    }
}
