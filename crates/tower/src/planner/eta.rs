//! How long until a job's car is where it should be: an interval, because people are in the loop.
//!
//! What waits has the interval of its forecast, as the tower's own record has it: it holds nine
//! times of ten. What moves has the time of its plan.

use super::due::begins_at;
use super::forecast::{forecast, left_ms};
use crate::machine::Machine;
use crate::promise::{Forecast, Interval};
use crate::tower::{LiveJob, Stage, State};
use kernel::{JobId, Moment};
use serde::{Deserialize, Serialize};

/// Seconds until a fetched car stands at the bay, a stored one in its slot, a shown one in the
/// window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eta {
    /// Sooner only one time of twenty.
    pub earliest_s: u64,
    /// In the middle.
    pub expected_s: u64,
    /// Later only one time of twenty.
    pub latest_s: u64,
}

/// An interval that nobody would call one.
const EXACT_S: u64 = 3;

impl Eta {
    fn exactly(ms: u64) -> Eta {
        let seconds = ms.div_ceil(1_000);
        Eta {
            earliest_s: seconds,
            expected_s: seconds,
            latest_s: seconds,
        }
    }

    /// In whole seconds that leave nothing of an interval out.
    fn of(forecast: &Forecast, interval: &Interval) -> Eta {
        let shown = interval.shown();
        let (earliest_s, latest_s) = (shown.earliest_ms / 1_000, shown.latest_ms / 1_000);
        let expected_s = forecast.expected_ms.div_ceil(1_000);
        Eta {
            earliest_s,
            expected_s: expected_s.clamp(earliest_s, latest_s),
            latest_s,
        }
    }

    /// Tells whether it is a matter of seconds that no visitor can delay.
    pub fn is_exact(&self) -> bool {
        self.latest_s - self.earliest_s <= EXACT_S
    }
}

/// Tells how long a live job still needs; nothing when it has ended, was never asked, or cannot be
/// done by the machine as it is.
pub fn eta(state: &State, machine: &Machine, job: &JobId, now: Moment) -> Option<Eta> {
    let live = state.job(job)?;
    if let Some(begins) = begins_at(state, machine, live).filter(|begins| *begins > now) {
        return by_appointment(state, live, begins, now);
    }
    match live.stage {
        Stage::Waiting | Stage::Awaiting { .. } | Stage::Arrived { .. } | Stage::OnLift => {
            let forecast = forecast(state, machine, job, now)?;
            Some(Eta::of(&forecast, &state.record.interval(&forecast)))
        }
        Stage::Moving { .. } => {
            let open = state.work_for(job);
            Some(Eta::exactly(open.map_or(0, |open| left_ms(open, now))))
        }
        Stage::AtBay { .. }
        | Stage::Asked { .. }
        | Stage::Left { .. }
        | Stage::Rejected { .. }
        | Stage::Shown { .. }
        | Stage::Inspected { .. } => Some(Eta::default()),
    }
}

/// The time that was chosen: the car is there when its slot begins, and surely when it ends.
fn by_appointment(state: &State, live: &LiveJob, begins: Moment, now: Moment) -> Option<Eta> {
    let slot = state.appointments.of(&live.job.id)?.slot;
    let seconds = |at: Moment| at.millis_since(now).max(0).unsigned_abs().div_ceil(1_000);
    Some(Eta {
        earliest_s: seconds(begins),
        expected_s: seconds(slot.begins),
        latest_s: seconds(slot.ends),
    })
}
