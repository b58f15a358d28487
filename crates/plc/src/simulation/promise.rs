//! What buyers were told when they asked for their cars, held against what came: as an onlooker
//! with a watch sees it, whatever the tower itself has counted.

use super::figures::thousandths;
use serde::Serialize;
use tower::promise::{Promise as Told, Wait};

/// What was promised and kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Promise {
    /// All hand-overs.
    #[serde(flatten)]
    pub all: Kept,
    /// The same for each kind of wait.
    pub by_wait: Vec<ByWait>,
}

/// The promises of one kind of wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ByWait {
    /// What the wait hung on.
    pub wait: Wait,
    /// How they were kept.
    #[serde(flatten)]
    pub kept: Kept,
}

/// How promises were kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Kept {
    /// Hand-overs for which an interval was given and the car has come.
    pub given: u64,
    /// Those that came within it, to the millisecond.
    pub kept: u64,
    /// Their share.
    pub coverage: Option<f64>,
    /// The share of those that came within the interval as buyers read it, in whole seconds.
    pub coverage_shown: Option<f64>,
    /// Seconds from the interval's begin to its end, in the mean.
    pub mean_width_s: Option<f64>,
}

/// What is counted of one kind of wait.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    given: u64,
    kept: u64,
    kept_as_shown: u64,
    widths_ms: u64,
}

/// What is counted while it goes on.
#[derive(Debug, Default)]
pub(super) struct Promises([Count; Wait::ALL.len()]);

impl Promises {
    /// Holds one promise against how long it took from then.
    pub(super) fn judge(&mut self, told: &Told, waited_ms: u64) {
        let count = &mut self.0[told.forecast.wait as usize];
        count.given += 1;
        count.kept += u64::from(told.interval.holds(waited_ms));
        count.kept_as_shown += u64::from(told.interval.shown().holds(waited_ms));
        count.widths_ms += told.interval.width_ms();
    }

    /// Gives what it comes to.
    pub(super) fn sum(&self) -> Promise {
        let mut all = Count::default();
        for count in &self.0 {
            all.given += count.given;
            all.kept += count.kept;
            all.kept_as_shown += count.kept_as_shown;
            all.widths_ms += count.widths_ms;
        }
        let by_wait = Wait::ALL.into_iter().zip(&self.0);
        Promise {
            all: all.figures(),
            by_wait: by_wait
                .map(|(wait, count)| ByWait {
                    wait,
                    kept: count.figures(),
                })
                .collect(),
        }
    }
}

impl Count {
    fn figures(&self) -> Kept {
        let each = |sum: u64| (self.given > 0).then(|| sum as f64 / self.given as f64);
        Kept {
            given: self.given,
            kept: self.kept,
            coverage: each(self.kept).map(thousandths),
            coverage_shown: each(self.kept_as_shown).map(thousandths),
            mean_width_s: each(self.widths_ms).map(|ms| thousandths(ms / 1_000.0)),
        }
    }
}
