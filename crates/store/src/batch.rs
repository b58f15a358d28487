//! One transaction in the making: what it has staged and what is to be told once it is committed.
//!
//! Commands of one batch see each other's states; nobody outside sees any of them before the
//! commit. When the transaction is rolled back, the states of every stream it touched are
//! forgotten, so that the next command folds them from the log.

use crate::cache::{Cache, Kept};
use crate::database::Database;
use crate::fault::Fault;
use crate::log::{self, StreamName};
use kernel::{Bucket, Decider, Moment};
use reactions::{Fact, Rules};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A committed fact, told to everyone who listens.
#[derive(Debug, PartialEq)]
pub struct Told {
    /// The bucket of its stream.
    pub bucket: Bucket,
    /// The name of its stream.
    pub stream: Arc<str>,
    /// Its version there.
    pub version: u64,
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub fact: Fact,
}

/// A transaction in the making.
pub(crate) struct Batch<'a> {
    pub(crate) database: &'a Database,
    pub(crate) rules: &'a Rules,
    cache: &'a Mutex<Cache>,
    staged: HashMap<Arc<str>, Kept>,
    pub(crate) told: Vec<Arc<Told>>,
    pub(crate) outbox_grew: bool,
    pub(crate) timers_changed: bool,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(
        database: &'a Database,
        rules: &'a Rules,
        cache: &'a Mutex<Cache>,
    ) -> Batch<'a> {
        Batch {
            database,
            rules,
            cache,
            staged: HashMap::new(),
            told: Vec::new(),
            outbox_grew: false,
            timers_changed: false,
        }
    }

    /// Gives a stream's state as of this batch: staged, cached, or folded from the log.
    pub(crate) fn state<D: Decider>(
        &mut self,
        stream: &StreamName,
    ) -> Result<(Arc<D::State>, u64), Fault> {
        if let Some(kept) = self.known(stream) {
            return Ok((typed::<D>(&kept), kept.version));
        }
        let (state, version) = log::fold::<D>(self.database, stream, u64::MAX)?;
        let state = Arc::new(state);
        self.stage::<D>(stream, state.clone(), version);
        Ok((state, version))
    }

    /// Stages a stream's new state.
    pub(crate) fn stage<D: Decider>(
        &mut self,
        stream: &StreamName,
        state: Arc<D::State>,
        version: u64,
    ) {
        self.staged
            .insert(stream.text.clone(), Kept { state, version });
    }

    fn known(&mut self, stream: &StreamName) -> Option<Kept> {
        if let Some(kept) = self.staged.get(&stream.text) {
            return Some(kept.clone());
        }
        let kept = locked(self.cache).find(&stream.text)?;
        // What was only looked at is forgotten on a rollback too: it may be what was wrong.
        self.staged.insert(stream.text.clone(), kept.clone());
        Some(kept)
    }

    /// Makes the staged states everybody's, after the commit.
    pub(crate) fn publish(&mut self) {
        let mut cache = locked(self.cache);
        for (stream, kept) in self.staged.drain() {
            cache.keep(stream, kept);
        }
    }

    /// Forgets every stream that was touched, after a rollback.
    pub(crate) fn forget(&mut self) {
        let mut cache = locked(self.cache);
        for stream in self.staged.keys() {
            cache.forget(stream);
        }
    }
}

/// A panic while the cache was locked left it whole: every change to it is one map operation.
pub(crate) fn locked(cache: &Mutex<Cache>) -> std::sync::MutexGuard<'_, Cache> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a kept state its type back.
pub(crate) fn typed<D: Decider>(kept: &Kept) -> Arc<D::State> {
    let state = kept.state.clone().downcast::<D::State>();
    state.expect("a stream's name begins with its kind, so it has one type of state")
}
