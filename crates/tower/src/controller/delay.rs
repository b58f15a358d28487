//! Which fetches stand still because of a fault, so that their buyers can be told.
//!
//! What is over within [`PATIENCE_MS`] is not written down: doors are tried twice, sensors are
//! read, and nobody wants a message about that.

use super::{Controller, Output};
use crate::planner::standstill;
use crate::tower::{Command, LiveJob, Standstill, Trust};
use kernel::{JobId, Moment};
use std::collections::BTreeMap;

/// For how long a fetch must stand still, or go on, before that is written down, in milliseconds.
pub const PATIENCE_MS: i64 = 20_000;

/// What each fetch was last seen to stand still for, and since when; losing it harms nobody.
pub(super) type Seen = BTreeMap<JobId, (Option<Standstill>, Moment)>;

impl Controller {
    /// Gives what is to be written down about fetches that stand still.
    pub(super) fn note_delays(&mut self) -> Vec<Output> {
        let calm = self.state.faults.is_empty() && self.state.trust == Trust::Full;
        let jobs = &self.state.jobs;
        if calm && jobs.iter().all(|live| live.standstill.is_none()) {
            self.standing.clear();
            return vec![];
        }
        let standing = std::mem::take(&mut self.standing);
        let mut outputs = Vec::new();
        for live in jobs {
            let (why, since) = self.seen(live, &standing);
            let long = self.now.millis_since(since) >= PATIENCE_MS;
            if long && why != live.standstill {
                let job = live.job.id.clone();
                let note = Command::NoteStandstill { job, why, since };
                outputs.push(Output::Record(note));
            }
            self.standing.insert(live.job.id.clone(), (why, since));
        }
        outputs
    }

    fn seen(&self, live: &LiveJob, standing: &Seen) -> (Option<Standstill>, Moment) {
        let status = self.readings.status();
        let why = standstill(&self.state, &self.machine, live, status, self.now);
        match standing.get(&live.job.id) {
            Some((before, since)) if *before == why => (why, *since),
            _ => (why, self.now),
        }
    }
}
