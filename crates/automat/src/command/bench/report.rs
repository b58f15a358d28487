//! Figures of a measurement, as a table for people or as JSON for programs.

use super::buyer::{STEPS, Took};
use super::memory::peak_mb;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// What was measured.
pub(super) struct Report {
    buyers: u32,
    steps: Vec<Histogram<u64>>,
    whole: Histogram<u64>,
    elapsed: Duration,
}

const LONGEST_MICROS: u64 = 120_000_000;

impl Report {
    /// Makes an empty report.
    pub(super) fn new(buyers: u32) -> Report {
        let histogram =
            || Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("the bounds are in order");
        Report {
            buyers,
            steps: STEPS.iter().map(|_| histogram()).collect(),
            whole: histogram(),
            elapsed: Duration::ZERO,
        }
    }

    /// Adds the purchases of a round and how long it took.
    pub(super) fn add(&mut self, purchases: &[Took], elapsed: Duration) {
        self.elapsed += elapsed;
        for took in purchases {
            for (step, took) in self.steps.iter_mut().zip(took) {
                step.saturating_record(took.as_micros() as u64);
            }
            let whole: Duration = took.iter().sum();
            self.whole.saturating_record(whole.as_micros() as u64);
        }
    }

    fn per_second(&self) -> f64 {
        self.whole.len() as f64 / self.elapsed.as_secs_f64()
    }

    fn lines(&self) -> impl Iterator<Item = (&'static str, &Histogram<u64>)> {
        let whole = [("purchase", &self.whole)];
        STEPS.into_iter().zip(&self.steps).chain(whole)
    }

    /// Writes one JSON object.
    pub(super) fn to_json(&self) -> Value {
        let step = |(name, times): (&str, &Histogram<u64>)| {
            json!({
                "name": name,
                "p50_ms": millis(times.value_at_quantile(0.50)),
                "p99_ms": millis(times.value_at_quantile(0.99)),
                "max_ms": millis(times.max()),
            })
        };
        json!({
            "purchases": self.whole.len(),
            "buyers": self.buyers,
            "seconds": self.elapsed.as_secs_f64(),
            "purchases_per_s": self.per_second(),
            "steps": self.lines().map(step).collect::<Vec<_>>(),
            "peak_mb": peak_mb(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, seconds) = (self.whole.len(), self.elapsed.as_secs_f64());
        writeln!(
            f,
            "{count} purchases by {} buyers at a time in {seconds:.2} s",
            self.buyers
        )?;
        writeln!(f, "{:.1} purchases a second\n", self.per_second())?;
        writeln!(
            f,
            "{:<10} {:>10} {:>10} {:>10}",
            "step", "p50 ms", "p99 ms", "max ms"
        )?;
        for (name, times) in self.lines() {
            let [p50, p99] = [0.50, 0.99].map(|part| millis(times.value_at_quantile(part)));
            let most = millis(times.max());
            writeln!(f, "{name:<10} {p50:>10.1} {p99:>10.1} {most:>10.1}")?;
        }
        match peak_mb() {
            Some(peak) => writeln!(
                f,
                "\n{peak:.0} MB at most, buyers, wallet and machine included"
            ),
            None => Ok(()),
        }
    }
}

fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}
