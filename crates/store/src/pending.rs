//! What a batch has decided and not yet written.
//!
//! Events, outbox rows, timers, idempotency rows and views are gathered and written by a few
//! statements of many rows each, just before the commit or before anything reads them. Positions
//! are taken at that moment, once per bucket. Of several changes to one timer the last one counts.

use crate::batch::Told;
use crate::database::Database;
use crate::fault::Fault;
use crate::heads;
use crate::keys::{self, FreshKey};
use crate::log::{self, Fresh, StreamName};
use crate::outbox::{self, Finishing};
use crate::timer::{self, Setting, TimerKey};
use crate::views::Sheet;
use kernel::Moment;
use reactions::Lane;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Rows that are still to be written.
#[derive(Default)]
pub(crate) struct Pending {
    events: Vec<(Fresh, Arc<Told>)>,
    due: Vec<(StreamName, u64, Lane, Moment)>,
    finished: Vec<Finishing>,
    timers: BTreeMap<Named, Setting>,
    keys: HashMap<(Arc<str>, String), FreshKey>,
    pub(crate) views: Sheet,
}

/// A timer's bucket, stream and name.
pub(crate) type Named = (i64, Arc<str>, String);

impl Pending {
    /// Adds an event, and what is told of it after the commit.
    pub(crate) fn event(&mut self, event: Fresh, told: Told) {
        self.events.push((event, Arc::new(told)));
    }

    /// Adds the outbox row of a fact that has reactions in a lane.
    pub(crate) fn due(&mut self, stream: &StreamName, version: u64, lane: Lane, at: Moment) {
        self.due.push((stream.clone(), version, lane, at));
    }

    /// Adds a fact whose outbox row goes.
    pub(crate) fn finish(&mut self, finishing: Finishing) {
        self.finished.push(finishing);
    }

    /// Sets or clears a timer.
    pub(crate) fn timer(&mut self, named: Named, setting: Setting) {
        self.timers.insert(named, setting);
    }

    /// Consumes a setting of a timer that is not written yet; none when this batch has not touched
    /// that timer.
    pub(crate) fn consume(&mut self, key: &TimerKey) -> Option<bool> {
        let bucket = i64::from(key.bucket.number());
        let setting = self
            .timers
            .get_mut(&(bucket, key.stream.clone(), key.name.clone()))?;
        let there = setting.fires_at(key.fire_at);
        if there {
            *setting = Setting::Cleared;
        }
        Some(there)
    }

    /// Adds what an idempotency key stands for.
    pub(crate) fn key(&mut self, row: FreshKey) {
        let by = (row.stream.text.clone(), row.key.clone());
        self.keys.insert(by, row);
    }

    /// Says whether a key was first used in this batch.
    pub(crate) fn has_key(&self, stream: &StreamName, key: &str) -> bool {
        !self.keys.is_empty()
            && self
                .keys
                .contains_key(&(stream.text.clone(), key.to_owned()))
    }

    /// Writes everything and gives what is to be told, each with its position.
    pub(crate) fn flush(&mut self, database: &Database) -> Result<Vec<(i64, Arc<Told>)>, Fault> {
        let told = self.append(database)?;
        outbox::insert(database, &std::mem::take(&mut self.due))?;
        outbox::delete(database, &std::mem::take(&mut self.finished))?;
        timer::write(database, &std::mem::take(&mut self.timers))?;
        let keys: Vec<FreshKey> = self.keys.drain().map(|(_, row)| row).collect();
        keys::insert(database, &keys)?;
        self.views.flush(database)?;
        Ok(told)
    }

    fn append(&mut self, database: &Database) -> Result<Vec<(i64, Arc<Told>)>, Fault> {
        if self.events.is_empty() {
            return Ok(vec![]);
        }
        let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
        for (event, _) in &self.events {
            *counts.entry(event.stream.bucket_number()).or_default() += 1;
        }
        let mut next = heads::take(database, &counts)?;
        let mut placed = Vec::with_capacity(self.events.len());
        let mut told = Vec::with_capacity(self.events.len());
        for (event, fact) in self.events.drain(..) {
            let bucket = event.stream.bucket_number();
            let pos = next.get_mut(&bucket).expect("every bucket was counted");
            told.push((*pos, fact));
            placed.push((event, *pos));
            *pos += 1;
        }
        log::append(database, &placed)?;
        Ok(told)
    }
}
