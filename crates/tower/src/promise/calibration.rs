//! How far the forecasts of one kind of wait were off, and the interval that follows for the next.
//!
//! The error of a forecast is counted in thousandths of its spread. An interval reaches from the
//! error that one of twenty fell short of to the one that one of twenty exceeded (split conformal
//! prediction: Papadopoulos et al. 2002; errors in units of a spread: Lei et al. 2018). Were the
//! coming days like the past ones, that would hold nine times of ten. They are not, so the share
//! that is left out at each end is moved after each car: it shrinks by a miss and grows, nineteen
//! times as slowly, by a hit (adaptive conformal inference, Gibbs & Candès 2021, arXiv 2106.00193).
//!
//! The shares stay within bounds. Where a machine is so exact that the same error comes again and
//! again, its interval is that one error, and holds more often than nine times of ten: it is not
//! made worse so that a number comes out.

use super::{Forecast, Interval, Promise, Sample, Wait};

/// The share that may come too early, and too late: one of twenty each, in millionths.
const MISSED_PPM: i64 = 50_000;
/// How far a miss or a hit moves a share: this part of what it was wrong by.
const PACE: i64 = 100;
const LEAST_PPM: i64 = 2_000;
/// Never past the middle, where the bounds would meet.
const MOST_PPM: i64 = 400_000;
const WHOLE_PPM: i64 = 1_000_000;

/// What is assumed of errors until they are seen, in thousandths of the spread. A motion is late by
/// the time that orders and reports are on their way, which is never nothing.
const OF_MOTION: [i32; 19] = [
    -300, -200, -100, -60, -30, -10, 0, 10, 20, 30, 50, 70, 100, 150, 200, 300, 450, 700, 1_000,
];
const OF_VISITS: [i32; 19] = [
    -620, -500, -410, -340, -270, -210, -150, -100, -50, 0, 60, 120, 190, 260, 340, 440, 560, 720,
    1_000,
];

/// How far the forecasts of one kind of wait were off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibration {
    /// Promises whose car has come.
    pub given: u64,
    /// Those whose car came within the interval.
    pub kept: u64,
    /// The widths of their intervals together, in milliseconds.
    pub widths_ms: u64,
    /// Errors, in thousandths of the spread.
    errors: Sample,
    /// The share of errors left out below, in millionths.
    early_ppm: i64,
    /// The share left out above.
    late_ppm: i64,
}

impl Calibration {
    /// Begins before anything was seen.
    pub(super) fn assumed(wait: Wait) -> Calibration {
        let errors = match wait {
            Wait::AtOnce | Wait::Moves => OF_MOTION,
            Wait::OneVisit | Wait::Visits => OF_VISITS,
        };
        Calibration {
            given: 0,
            kept: 0,
            widths_ms: 0,
            errors: Sample::assuming(&errors),
            early_ppm: MISSED_PPM,
            late_ppm: MISSED_PPM,
        }
    }

    /// Gives the interval of a forecast.
    pub fn interval(&self, forecast: &Forecast) -> Interval {
        let errors = self.errors.sorted();
        let count = errors.len() as i64 + 1;
        let below = (self.early_ppm * count / WHOLE_PPM).max(1);
        let above = (self.late_ppm * count / WHOLE_PPM).max(1);
        let bound = |error: i64| {
            let off_ms = error * forecast.spread_ms.cast_signed() / 1_000;
            forecast.expected_ms.saturating_add_signed(off_ms)
        };
        Interval {
            earliest_ms: bound(errors[below as usize - 1]),
            latest_ms: bound(errors[errors.len() - above as usize]),
        }
    }

    /// Learns how long the wait has been.
    pub(super) fn note(&mut self, promise: &Promise, waited_ms: u64) {
        let Promise {
            forecast, interval, ..
        } = promise;
        self.given += 1;
        self.kept += u64::from(interval.holds(waited_ms));
        self.widths_ms += interval.width_ms();
        moved(&mut self.early_ppm, waited_ms < interval.earliest_ms);
        moved(&mut self.late_ppm, waited_ms > interval.latest_ms);
        let off_ms = waited_ms.cast_signed() - forecast.expected_ms.cast_signed();
        let spread_ms = forecast.spread_ms.max(1).cast_signed();
        self.errors.note(off_ms.saturating_mul(1_000) / spread_ms);
    }
}

fn moved(share_ppm: &mut i64, missed: bool) {
    let missed_ppm = if missed { WHOLE_PPM } else { 0 };
    let next = *share_ppm + (MISSED_PPM - missed_ppm) / PACE;
    *share_ppm = next.clamp(LEAST_PPM, MOST_PPM);
}
