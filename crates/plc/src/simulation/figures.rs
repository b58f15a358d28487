//! What a simulated time comes to, as figures. What is not known is null.

use super::energy::Energy;
use super::measure::Notes;
use super::promise::Promise;
use serde::Serialize;
use tower::machine::Machine;
use tower::planner::Policy;
use tower::tower::Place;

/// The figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Which machine.
    pub machine: String,
    /// By which rule it was run.
    pub policy: String,
    /// What decided everything that was drawn.
    pub seed: u64,
    /// How long was simulated.
    pub hours: f64,
    /// Seconds from a hand-over's being asked for to the car's standing at the bay.
    pub wait_s: Spread,
    /// Seconds of it from the lift's first motion on: the machine's own part.
    pub fetch_s: Peak,
    /// Seconds from a car's being announced to the open door.
    pub store_wait_s: Spread,
    /// Seconds from any job's being asked for to its start.
    pub queue_s: Spread,
    /// Jobs done in an hour.
    pub throughput_per_h: Option<f64>,
    /// Each lift.
    pub lifts: Vec<Part>,
    /// Each bay.
    pub bays: Vec<Part>,
    /// How far the plans that moves were made of are above their bounds, as a part of the bound;
    /// unknown where nothing was planned.
    pub gap: Peak,
    /// Milliseconds that a decision to move took on this computer, each rounded up to a whole one.
    pub plan_ms: Timing,
    /// An estimate of the electricity.
    pub energy_kwh: Option<f64>,
    /// What the estimate takes for granted.
    pub energy_assumed: Energy,
    /// Jobs done.
    pub jobs: u64,
    /// Jobs asked for.
    pub asked: u64,
    /// Jobs not ended in time.
    pub unfinished: u64,
    /// Seconds that the oldest of them has waited.
    pub oldest_unfinished_s: Option<f64>,
    /// Wishes that could not be asked for: no car, no room.
    pub unmet: u64,
    /// Jobs that the machine could not do.
    pub failed: u64,
    /// Hand-overs whose buyer did not come or left the car.
    pub left_behind: u64,
    /// How often the car came within the interval that was promised when it was asked for.
    pub promise: Promise,
    /// Events recorded.
    pub events: u64,
}

/// How values spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: Option<f64>,
    /// The middle one.
    pub p50: Option<f64>,
    /// What 95 of 100 do not exceed.
    pub p95: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
}

/// A mean and the largest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Peak {
    /// The mean.
    pub mean: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
}

/// How long something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// The middle one.
    pub p50: Option<u64>,
    /// What 99 of 100 do not exceed.
    pub p99: Option<u64>,
}

/// One lift or bay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Its name.
    pub place: Place,
    /// The part of the time that it works or is taken.
    pub utilisation: Option<f64>,
}

impl Spread {
    fn of(values_ms: &[u64]) -> Spread {
        let mut sorted = values_ms.to_vec();
        sorted.sort_unstable();
        let Peak { mean, max } = Peak::of(values_ms);
        Spread {
            mean,
            p50: rank(&sorted, 0.50).map(seconds),
            p95: rank(&sorted, 0.95).map(seconds),
            max,
        }
    }
}

impl Peak {
    fn of(values_ms: &[u64]) -> Peak {
        let sum: u64 = values_ms.iter().sum();
        let some = !values_ms.is_empty();
        Peak {
            mean: some.then(|| thousandths(sum as f64 / 1_000.0 / values_ms.len() as f64)),
            max: values_ms.iter().max().copied().map(seconds),
        }
    }
}

impl Peak {
    /// Takes parts of something, rounded to millionths.
    fn of_shares(shares: &[f64]) -> Peak {
        let rounded = |share: f64| (share * 1_000_000.0).round() / 1_000_000.0;
        let sum: f64 = shares.iter().sum();
        let most = shares.iter().copied().reduce(f64::max);
        Peak {
            mean: most.map(|_| rounded(sum / shares.len() as f64)),
            max: most.map(rounded),
        }
    }
}

impl Timing {
    /// Takes durations in nanoseconds.
    pub fn of(nanoseconds: &[u64]) -> Timing {
        let mut sorted = nanoseconds.to_vec();
        sorted.sort_unstable();
        let millis = |share: f64| rank(&sorted, share).map(|ns| ns.div_ceil(1_000_000));
        Timing {
            p50: millis(0.50),
            p99: millis(0.99),
        }
    }
}

/// The nearest rank: the smallest value that a share of all does not exceed.
fn rank(sorted: &[u64], share: f64) -> Option<u64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}

pub(super) fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Which run the figures are of.
pub(super) struct Run<'a> {
    pub(super) machine: &'a Machine,
    pub(super) policy: Policy,
    pub(super) seed: u64,
    pub(super) passed_ms: u64,
    pub(super) unmet: u64,
    pub(super) left_behind: u64,
    pub(super) gaps: &'a [f64],
}

impl Figures {
    pub(super) fn of(run: &Run<'_>, notes: &Notes) -> Figures {
        let Run {
            machine, passed_ms, ..
        } = run;
        let hours = *passed_ms as f64 / 3_600_000.0;
        let some_time = *passed_ms > 0;
        let share =
            |busy_ms: &u64| some_time.then(|| thousandths(*busy_ms as f64 / *passed_ms as f64));
        let part = |(place, busy_ms): (&Place, &u64)| Part {
            place: place.clone(),
            utilisation: share(busy_ms),
        };
        let lifts = machine.lifts.iter().map(|lift| &lift.place);
        let bays = machine.bays.iter().map(|bay| &bay.place);
        let energy = Energy::default();
        let oldest = notes.live.values().map(|course| course.asked_ms).min();
        Figures {
            machine: machine.id.to_string(),
            policy: run.policy.name().to_owned(),
            seed: run.seed,
            hours: thousandths(hours),
            wait_s: Spread::of(&notes.waits),
            fetch_s: Peak::of(&notes.fetches),
            store_wait_s: Spread::of(&notes.store_waits),
            queue_s: Spread::of(&notes.queued),
            throughput_per_h: some_time.then(|| thousandths(notes.done as f64 / hours)),
            lifts: lifts.zip(&notes.lift_busy_ms).map(part).collect(),
            bays: bays.zip(&notes.bay_busy_ms).map(part).collect(),
            gap: Peak::of_shares(run.gaps),
            plan_ms: Timing::default(),
            energy_kwh: Some(thousandths(notes.kwh + energy.of_standing(*passed_ms))),
            energy_assumed: energy,
            jobs: notes.done,
            asked: notes.asked,
            unfinished: notes.live.len() as u64,
            oldest_unfinished_s: oldest.map(|asked_ms| seconds(*passed_ms - asked_ms)),
            unmet: run.unmet,
            failed: notes.failed,
            left_behind: run.left_behind,
            promise: notes.promises.sum(),
            events: notes.events,
        }
    }
}
