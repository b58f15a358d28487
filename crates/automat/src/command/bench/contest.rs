//! Holds and refusals of a second, measured the same way for everybody who sells.
//!
//! First few units are sold to many, to see that exactly those are sold; then everybody is told
//! that nothing is left; then there is more than anybody can take. Each with several numbers of
//! connections, because one peer likes few and another many; each is judged by its best.

use super::crowd::{self, Arrivals, Counter, Until};
use anyhow::ensure;
use serde_json::{Value, json};
use std::time::Duration;

/// A shop that sells units.
pub(super) trait Sale {
    /// A place to ask at.
    type Till: Counter;

    /// Forgets everything and puts new units on sale.
    async fn stock(&self, units: u64) -> anyhow::Result<()>;

    /// Opens places to ask at.
    async fn tills(&self, count: usize) -> anyhow::Result<Vec<Self::Till>>;
}

/// How a contest is held.
#[derive(Clone)]
pub(super) struct Rules {
    /// How many ask at the same time, each number in a run of its own.
    pub(super) connections: Vec<usize>,
    /// How long each run lasts.
    pub(super) lasting: Duration,
}

/// What one who sells has shown.
pub(super) struct Showing {
    pub(super) name: String,
    pub(super) durable: bool,
    pub(super) runs: Vec<Run>,
}

/// The figures of one number of connections.
pub(super) struct Run {
    pub(super) connections: usize,
    pub(super) holds_per_s: f64,
    pub(super) hold_p99_ms: f64,
    pub(super) refusals_per_s: f64,
}

/// So few that they are gone at once.
const FEW: u64 = 350;
/// The most that one drop may have; whoever sells them all before the time is over was faster.
const PLENTY: u64 = 100_000;

/// Lets somebody show how fast they sell.
pub(super) async fn show<S: Sale>(
    sale: &S,
    name: &str,
    durable: bool,
    rules: &Rules,
) -> anyhow::Result<Showing> {
    let arrivals = Arrivals::default();
    let mut runs = Vec::new();
    for &connections in &rules.connections {
        sale.stock(FEW).await?;
        let gone = Until {
            elapsed: None,
            sold_out: true,
        };
        let sold = crowd::ask(sale.tills(connections).await?, &arrivals, gone).await?;
        let served = sold.served;
        ensure!(served == FEW, "{name} sold {served} of {FEW} units");
        let later = Until::elapsed(rules.lasting);
        let before = arrivals.count();
        let refused = crowd::ask(sale.tills(connections).await?, &arrivals, later).await?;
        ensure!(refused.served == 0, "{name} sold what it did not have");
        let came = arrivals.count() - before;
        let answered = refused.sold_out as usize;
        ensure!(answered == came, "{name} answered {answered} of {came}");
        sale.stock(PLENTY).await?;
        let either = Until {
            sold_out: true,
            ..later
        };
        let held = crowd::ask(sale.tills(connections).await?, &arrivals, either).await?;
        runs.push(Run {
            connections,
            holds_per_s: held.served_per_s(),
            hold_p99_ms: held.waits.value_at_quantile(0.99) as f64 / 1_000.0,
            refusals_per_s: refused.refusals_per_s(),
        });
    }
    Ok(Showing {
        name: name.to_owned(),
        durable,
        runs,
    })
}

impl Showing {
    /// Gives the most holds of a second.
    pub(super) fn holds_per_s(&self) -> f64 {
        self.runs
            .iter()
            .map(|run| run.holds_per_s)
            .fold(0.0, f64::max)
    }

    /// Gives the most refusals of a second.
    pub(super) fn refusals_per_s(&self) -> f64 {
        self.runs
            .iter()
            .map(|run| run.refusals_per_s)
            .fold(0.0, f64::max)
    }

    /// Writes one JSON object.
    pub(super) fn to_json(&self) -> Value {
        let run = |run: &Run| {
            json!({
                "connections": run.connections,
                "holds_per_s": run.holds_per_s,
                "hold_p99_ms": run.hold_p99_ms,
                "soldout_answers_per_s": run.refusals_per_s,
            })
        };
        json!({
            "name": self.name,
            "durable": self.durable,
            "holds_per_s": self.holds_per_s(),
            "soldout_answers_per_s": self.refusals_per_s(),
            "runs": self.runs.iter().map(run).collect::<Vec<_>>(),
        })
    }
}
