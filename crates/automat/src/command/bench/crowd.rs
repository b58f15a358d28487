//! Many who ask as fast as they are answered, each for somebody who never asked before.
//!
//! The same crowd stands before every counter, ours and the peers', so that nothing but the counter
//! differs. A counter is one connection with one question under way.

use hdrhistogram::Histogram;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What somebody who asked was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// They have what they asked for, durably.
    Served,
    /// Nothing was free.
    SoldOut,
    /// They have it already.
    Twice,
}

/// Where one person after the other asks.
pub(super) trait Counter: Send + 'static {
    /// Serves one person and waits for the answer.
    fn serve(&mut self, person: u64) -> impl Future<Output = anyhow::Result<Outcome>> + Send;
}

/// Numbers of buyers who never asked before.
#[derive(Clone, Default)]
pub(super) struct Arrivals(Arc<AtomicU64>);

impl Arrivals {
    /// Gives the next buyer.
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Counts the people so far.
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed) as usize
    }
}

/// When a crowd goes home.
#[derive(Clone, Copy)]
pub(super) struct Until {
    /// When so much time is over.
    pub(super) elapsed: Option<Duration>,
    /// When somebody at each counter was told that nothing is left.
    pub(super) sold_out: bool,
}

impl Until {
    /// After a time.
    pub(super) fn elapsed(time: Duration) -> Until {
        Until {
            elapsed: Some(time),
            sold_out: false,
        }
    }
}

/// What a crowd was told, and how fast.
pub(super) struct Tally {
    pub(super) served: u64,
    pub(super) sold_out: u64,
    pub(super) elapsed: Duration,
    pub(super) waits: Histogram<u64>,
}

const LONGEST_MICROS: u64 = 60_000_000;

impl Tally {
    fn new() -> Tally {
        let waits =
            Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("the bounds are in order");
        Tally {
            served: 0,
            sold_out: 0,
            elapsed: Duration::ZERO,
            waits,
        }
    }

    fn note(&mut self, outcome: Outcome, wait: Duration) {
        match outcome {
            Outcome::Served => self.served += 1,
            Outcome::SoldOut => self.sold_out += 1,
            Outcome::Twice => {}
        }
        self.waits.saturating_record(wait.as_micros() as u64);
    }

    fn add(&mut self, other: &Tally) {
        self.served += other.served;
        self.sold_out += other.sold_out;
        self.waits += &other.waits;
    }

    /// Gives how many were served in a second.
    pub(super) fn served_per_s(&self) -> f64 {
        self.served as f64 / self.elapsed.as_secs_f64()
    }

    /// Gives the answers of a second that nothing is left.
    pub(super) fn refusals_per_s(&self) -> f64 {
        self.sold_out as f64 / self.elapsed.as_secs_f64()
    }
}

/// Lets a crowd ask at all counters at once.
pub(super) async fn ask<C: Counter>(
    counters: Vec<C>,
    arrivals: &Arrivals,
    until: Until,
) -> anyhow::Result<Tally> {
    let began = Instant::now();
    let askers: Vec<_> = counters
        .into_iter()
        .map(|counter| tokio::spawn(ask_at(counter, arrivals.clone(), until, began)))
        .collect();
    let mut tally = Tally::new();
    for asker in askers {
        tally.add(&asker.await??);
    }
    tally.elapsed = began.elapsed();
    Ok(tally)
}

async fn ask_at<C: Counter>(
    mut counter: C,
    arrivals: Arrivals,
    until: Until,
    began: Instant,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::new();
    loop {
        let asked = Instant::now();
        let outcome = counter.serve(arrivals.next()).await?;
        tally.note(outcome, asked.elapsed());
        let is_late = until.elapsed.is_some_and(|time| began.elapsed() >= time);
        let is_over = is_late || (until.sold_out && outcome == Outcome::SoldOut);
        if is_over {
            return Ok(tally);
        }
    }
}
