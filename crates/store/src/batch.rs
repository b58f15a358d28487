//! One transaction in the making: what it has staged and what is to be told once it is committed.
//!
//! Commands of one batch see each other's states; nobody outside sees any of them before the
//! commit. When the transaction is rolled back, the states of every stream it touched are
//! forgotten, so that the next command folds them from the log. Where several processes write, a
//! bucket is held from the first look at it until the commit, and the states kept of it catch up
//! first: what is decided is decided on all that was committed.

use crate::buckets::Buckets;
use crate::cache::{self, Kept};
use crate::database::Database;
use crate::fault::Fault;
use crate::heads;
use crate::log::{self, Stored, StreamName};
use crate::outbox::Finishing;
use crate::pending::Pending;
use crate::process::Shared;
use crate::timer::{self, TimerKey};
use kernel::{Bucket, Decider, Moment};
use reactions::Fact;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

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
    pub(crate) shared: &'a Shared,
    pub(crate) pending: Pending,
    /// The bucket and the state of every stream touched; none while somebody changes it.
    staged: HashMap<Arc<str>, (i64, Option<Kept>)>,
    /// Streams read beforehand and not touched yet.
    read: HashMap<Arc<str>, Vec<Stored>>,
    /// The next position of every bucket held; empty where nobody else writes.
    held: BTreeMap<i64, i64>,
    told: Vec<(i64, Arc<Told>)>,
    /// Buckets in which something may be claimable once this is committed.
    pub(crate) due_in: Buckets,
    /// The timers set, by bucket and the moment they fire.
    pub(crate) timers_set: Vec<(Bucket, i64)>,
    /// Whether there is anything to commit.
    pub(crate) wrote: bool,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(database: &'a Database, shared: &'a Shared) -> Batch<'a> {
        Batch {
            database,
            shared,
            pending: Pending::default(),
            staged: HashMap::new(),
            read: HashMap::new(),
            held: BTreeMap::new(),
            told: Vec::new(),
            due_in: Buckets::NONE,
            timers_set: Vec::new(),
            wrote: false,
        }
    }

    /// Holds buckets until the end, in their order, and catches up with what others wrote there.
    pub(crate) fn hold(&mut self, buckets: impl IntoIterator<Item = i64>) -> Result<(), Fault> {
        if !self.shared.several {
            return Ok(());
        }
        let new: BTreeSet<i64> = buckets
            .into_iter()
            .filter(|bucket| !self.held.contains_key(bucket))
            .collect();
        let new: Vec<i64> = new.into_iter().collect();
        for (bucket, next) in heads::hold(self.database, &new)? {
            if self.shared.cache().followed(bucket) < next {
                self.shared.catch_up(self.database, bucket)?;
            }
            self.held.insert(bucket, next);
        }
        Ok(())
    }

    /// Gives the bucket in which the commit of this batch is best noted down.
    pub(crate) fn home(&self) -> Option<i64> {
        self.held.keys().next().copied()
    }

    /// Reads streams that are about to be touched and not in memory, all at once: a server answers
    /// one question for many about as fast as one for one.
    pub(crate) fn read_ahead<'s>(
        &mut self,
        streams: impl IntoIterator<Item = &'s StreamName>,
    ) -> Result<(), Fault> {
        if !self.shared.several {
            return Ok(());
        }
        let mut cache = self.shared.cache();
        let unknown = |stream: &&StreamName| cache.find(&stream.text).is_none();
        let unknown: HashSet<_> = streams.into_iter().filter(unknown).cloned().collect();
        drop(cache);
        if unknown.len() > 1 {
            let unknown: Vec<_> = unknown.into_iter().collect();
            self.read = log::read_all(self.database, &unknown)?;
        }
        Ok(())
    }

    /// Takes a stream's state as of this batch out, to be staged again: staged, cached, or folded
    /// from the log.
    ///
    /// The first change of a batch copies what others may be reading; whatever this batch staged
    /// is nobody else's, and is changed where it is.
    pub(crate) fn take<D: Decider>(
        &mut self,
        stream: &StreamName,
    ) -> Result<(Arc<D::State>, u64), Fault> {
        self.hold([stream.bucket_number()])?;
        if let Some((_, kept)) = self.staged.get_mut(&stream.text) {
            let kept = kept.take().expect("what was taken is staged again");
            return Ok((cache::typed::<D>(kept.state), kept.version));
        }
        // What was only looked at is forgotten on a rollback too: it may be what was wrong.
        self.staged
            .insert(stream.text.clone(), (stream.bucket_number(), None));
        if let Some(kept) = self.shared.cache().find(&stream.text) {
            return Ok((cache::typed::<D>(kept.state), kept.version));
        }
        let (state, version) = match self.read.remove(&stream.text) {
            Some(history) => log::fold_read::<D>(stream, history)?,
            None => log::fold::<D>(self.database, stream, u64::MAX)?,
        };
        Ok((Arc::new(state), version))
    }

    /// Stages the state of a stream that was taken.
    pub(crate) fn stage<D: Decider>(
        &mut self,
        stream: &StreamName,
        state: Arc<D::State>,
        version: u64,
    ) {
        if let Some((_, kept)) = self.staged.get_mut(&stream.text) {
            *kept = Some(Kept::of::<D>(state, version));
        }
    }

    /// Consumes one setting of a timer and tells whether it was there.
    pub(crate) fn consume(&mut self, key: &TimerKey) -> Result<bool, Fault> {
        let there = match self.pending.consume(key) {
            Some(there) => there,
            None => timer::consume(self.database, key)?,
        };
        self.wrote |= there;
        Ok(there)
    }

    /// Ends a fact whose reactions are all done; the next row of its stream may then be claimed.
    pub(crate) fn finish(&mut self, finishing: &Finishing) {
        self.due_in.insert(finishing.stream().bucket);
        self.pending.finish(finishing.clone());
        self.wrote = true;
    }

    /// Writes what was decided, so that statements see it.
    pub(crate) fn flush(&mut self) -> Result<(), Fault> {
        let told = self.pending.flush(self.database)?;
        for (pos, fact) in &told {
            let bucket = i64::from(fact.bucket.number());
            if let Some(next) = self.held.get_mut(&bucket) {
                *next = pos + 1;
            }
        }
        self.told.extend(told);
        Ok(())
    }

    /// Makes the staged states everybody's and tells what happened, after the commit.
    pub(crate) fn publish(mut self) {
        let mut cache = self.shared.cache();
        for (pos, fact) in self.told {
            let bucket = i64::from(fact.bucket.number());
            // Another thread may have read it back from the log already, and told it.
            let news = !self.shared.several || cache.followed(bucket) <= pos;
            if news {
                cache.follow_to(bucket, pos + 1);
                // Nobody has to listen.
                let _ = self.shared.told.send(fact);
            }
        }
        for (stream, (bucket, kept)) in self.staged.drain() {
            // A state that others have followed further is behind what is kept.
            let newest = |next: &i64| cache.followed(bucket) <= *next;
            if self.held.get(&bucket).is_none_or(newest) {
                cache.keep(stream, kept.expect("what was taken is staged again"));
            }
        }
        drop(cache);
        if !self.due_in.is_empty() {
            self.shared.outbox_marks.add(self.due_in);
            self.shared.outbox_woken.notify_one();
        }
        if !self.timers_set.is_empty() {
            look_at(&self.timers_set, self.shared);
            self.shared.timers_woken.notify_one();
        }
    }

    /// Forgets every stream that was touched, after a rollback or a commit nobody knows of.
    pub(crate) fn forget(&self) {
        look_at(&self.timers_set, self.shared);
        let mut cache = self.shared.cache();
        for stream in self.staged.keys() {
            cache.forget(stream);
        }
    }
}

fn look_at(timers: &[(Bucket, i64)], shared: &Shared) {
    for (bucket, fire_at) in timers {
        shared.timer_looks.by(*bucket, *fire_at);
    }
}
