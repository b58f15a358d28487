//! The jobs that have not ended, in the order they were queued, found by id and by car.

use super::{LiveJob, Stage, Standstill};
use crate::job::Kind;
use crate::promise::Promise;
use kernel::{JobId, Vin};
use std::collections::BTreeMap;

/// The jobs that have not ended, in the order they were queued.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jobs {
    queued: BTreeMap<u64, LiveJob>,
    by_id: BTreeMap<JobId, u64>,
    by_car: BTreeMap<Vin, u64>,
    next: u64,
}

impl Jobs {
    /// Lists them in the order they were queued.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &LiveJob> {
        self.queued.values()
    }

    /// Counts them.
    pub fn len(&self) -> usize {
        self.queued.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.queued.is_empty()
    }

    /// Finds one by its id.
    pub fn get(&self, id: &JobId) -> Option<&LiveJob> {
        self.queued.get(self.by_id.get(id)?)
    }

    /// Finds the one of a car.
    pub fn of_car(&self, vin: &Vin) -> Option<&LiveJob> {
        self.queued.get(self.by_car.get(vin)?)
    }

    /// Queues one behind the others.
    pub fn push(&mut self, live: LiveJob) {
        self.by_id.insert(live.job.id.clone(), self.next);
        self.by_car.insert(live.job.kind.vin().clone(), self.next);
        self.queued.insert(self.next, live);
        self.next += 1;
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, id: &JobId) -> Option<LiveJob> {
        let number = self.by_id.remove(id)?;
        let live = self.queued.remove(&number)?;
        // Another may have been queued for the car since.
        if self.by_car.get(live.job.kind.vin()) == Some(&number) {
            self.by_car.remove(live.job.kind.vin());
        }
        Some(live)
    }

    /// Says how far one is.
    pub(super) fn set_stage(&mut self, id: &JobId, stage: Stage) {
        let live = self
            .by_id
            .get(id)
            .and_then(|number| self.queued.get_mut(number));
        if let Some(live) = live {
            live.stage = stage;
        }
    }

    /// Notes that one starts: it overtakes those before it that still wait. A put-back frees a bay
    /// for them and does not count.
    pub(super) fn note_start(&mut self, id: &JobId) {
        let Some(number) = self.by_id.get(id).copied() else {
            return;
        };
        let starting = self.queued.get(&number);
        if starting.is_some_and(|live| matches!(live.job.kind, Kind::PutBack { .. })) {
            return;
        }
        for (_, live) in self.queued.range_mut(..number) {
            live.overtaken += u64::from(live.stage == Stage::Waiting);
        }
    }

    /// Says what the buyer of one was told.
    pub(super) fn promise(&mut self, id: &JobId, promise: Option<Promise>) {
        let number = self.by_id.get(id);
        if let Some(live) = number.and_then(|number| self.queued.get_mut(number)) {
            live.promise = promise;
        }
    }

    /// Says whether one stands still because of a fault.
    pub(super) fn set_standstill(&mut self, id: &JobId, why: Option<Standstill>) {
        let number = self.by_id.get(id);
        if let Some(live) = number.and_then(|number| self.queued.get_mut(number)) {
            live.standstill = why;
        }
    }

    /// Gives each a new stage where there is one.
    pub(super) fn restage(&mut self, stage: impl Fn(&LiveJob) -> Option<Stage>) {
        for live in self.queued.values_mut() {
            if let Some(stage) = stage(live) {
                live.stage = stage;
            }
        }
    }
}

impl<'j> IntoIterator for &'j Jobs {
    type Item = &'j LiveJob;
    type IntoIter = std::collections::btree_map::Values<'j, u64, LiveJob>;

    fn into_iter(self) -> Self::IntoIter {
        self.queued.values()
    }
}
