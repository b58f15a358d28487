//! Figures of plans: tables for people, JSON for programs.

use super::millis;
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;
use tower::schedule::Proof;

/// Everything that was measured.
pub(super) struct Outcome {
    pub(super) seed: u64,
    pub(super) instances: u32,
    pub(super) nodes: u64,
    pub(super) rows: Vec<Row>,
    pub(super) fleets: Vec<Fleet>,
}

/// Plans of one lift, of one size of work.
pub(super) struct Row {
    fetches: usize,
    openings: usize,
    plans: Plans,
    /// How far the rules of thumb are above the bound: in order, nearest, shortest leg.
    rules: [Figures; RULES.len()],
}

/// Plans of four lifts.
pub(super) struct Fleet {
    shared: bool,
    fetches: usize,
    plans: Plans,
}

/// What is measured of every plan.
#[derive(Default)]
struct Plans {
    gaps: Figures,
    took_ms: Figures,
    exact: usize,
}

/// Figures of one kind, in the order they came.
#[derive(Default)]
struct Figures(Vec<f64>);

const RULES: [&str; 3] = ["in_order", "nearest_neighbour", "shortest_leg"];

impl Row {
    pub(super) fn new(fetches: usize, openings: usize) -> Row {
        Row {
            fetches,
            openings,
            plans: Plans::default(),
            rules: Default::default(),
        }
    }

    pub(super) fn add(&mut self, proof: Proof, took: Duration, rules: [f64; RULES.len()]) {
        self.plans.add(proof, took);
        for (figures, gap) in self.rules.iter_mut().zip(rules) {
            figures.0.push(gap);
        }
    }

    fn to_json(&self) -> Value {
        let rules = RULES.iter().zip(&self.rules);
        let rule = |(name, gaps): (&&str, &Figures)| ((*name).to_owned(), gaps.to_json());
        json!({
            "fetches": self.fetches,
            "openings": self.openings,
            "plan": self.plans.to_json(),
            "above_bound": rules.map(rule).collect::<serde_json::Map<_, _>>(),
        })
    }
}

impl Fleet {
    pub(super) fn new(shared: bool, fetches: usize) -> Fleet {
        Fleet {
            shared,
            fetches,
            plans: Plans::default(),
        }
    }

    pub(super) fn add(&mut self, proof: Proof, took: Duration) {
        self.plans.add(proof, took);
    }

    fn name(&self) -> &'static str {
        match self.shared {
            true => "all reach all",
            false => "a quarter each",
        }
    }
}

impl Plans {
    fn add(&mut self, proof: Proof, took: Duration) {
        self.gaps.0.push(proof.gap());
        self.took_ms.0.push(millis(took));
        self.exact += usize::from(proof.is_exact());
    }

    fn to_json(&self) -> Value {
        json!({
            "gap": self.gaps.to_json(),
            "exact": self.exact,
            "plan_ms": {
                "p50": self.took_ms.quantile(0.50),
                "p99": self.took_ms.quantile(0.99),
                "max": self.took_ms.quantile(1.0),
            },
        })
    }
}

impl Figures {
    fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// Gives the smallest figure that this part of all does not exceed.
    fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (part * sorted.len() as f64).ceil() as usize;
        sorted[rank.max(1) - 1]
    }

    fn to_json(&self) -> Value {
        json!({ "mean": self.mean(), "max": self.quantile(1.0) })
    }
}

impl Outcome {
    /// Writes one JSON object.
    pub(super) fn to_json(&self) -> Value {
        let fleet = |fleet: &Fleet| {
            json!({
                "slots": 1_000,
                "lifts": 4,
                "reach": fleet.name(),
                "fetches": fleet.fetches,
                "plan": fleet.plans.to_json(),
            })
        };
        json!({
            "seed": self.seed,
            "instances": self.instances,
            "nodes": self.nodes,
            "one_lift": self.rows.iter().map(Row::to_json).collect::<Vec<_>>(),
            "four_lifts": self.fleets.iter().map(fleet).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome {
            seed,
            instances,
            nodes,
            ..
        } = self;
        writeln!(
            f,
            "{instances} instances each, seed {seed}, at most {nodes} nodes\n"
        )?;
        writeln!(
            f,
            "One lift, round tower of 400 slots; percent above the bound"
        )?;
        writeln!(
            f,
            "{:>7} {:>8} | {:>6} {:>6} {:>6} | {:>8} {:>8} {:>8} | {:>8} {:>8} {:>8}",
            "fetches",
            "openings",
            "mean",
            "max",
            "exact",
            "p50 ms",
            "p99 ms",
            "max ms",
            "in order",
            "nearest",
            "shortest"
        )?;
        for row in &self.rows {
            write!(f, "{:>7} {:>8} | {}", row.fetches, row.openings, row.plans)?;
            let [in_order, nearest, shortest] =
                row.rules.each_ref().map(|gaps| percent(gaps.mean()));
            writeln!(f, " | {in_order:>8.2} {nearest:>8.2} {shortest:>8.2}")?;
        }
        writeln!(
            f,
            "\nFour lifts, wall of 1,000 slots; percent above the bound"
        )?;
        for fleet in &self.fleets {
            writeln!(f, "{:>16} | {}", fleet.name(), fleet.plans)?;
        }
        Ok(())
    }
}

impl fmt::Display for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mean, max) = (percent(self.gaps.mean()), percent(self.gaps.quantile(1.0)));
        write!(f, "{mean:>6.3} {max:>6.2} {:>6} | ", self.exact)?;
        let [p50, p99, most] = [0.50, 0.99, 1.0].map(|part| self.took_ms.quantile(part));
        write!(f, "{p50:>8.2} {p99:>8.2} {most:>8.2}")
    }
}

fn percent(part: f64) -> f64 {
    part * 100.0
}
