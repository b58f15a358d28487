//! What the writer shares with readers, listeners and workers of the same process.
//!
//! Where several processes write, an event reaches this one in one of two ways: it was written
//! here, or it is read back from the log, by whoever first needs it. Each event is told once, in
//! the order of its bucket, because the cache notes under its lock how far each was followed.

use crate::batch::Told;
use crate::buckets::Marks;
use crate::cache::Cache;
use crate::database::Database;
use crate::fault::Fault;
use crate::log::{self, Logged};
use crate::looks::Looks;
use crate::proofs::Standing;
use crate::recall;
use crate::views::Places;
use reactions::Rules;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast};

const PAGE: i64 = 512;

/// What all parts of one process have in common.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) rules: Arc<Rules>,
    pub(crate) cache: Arc<Mutex<Cache>>,
    pub(crate) told: broadcast::Sender<Arc<Told>>,
    pub(crate) outbox_woken: Arc<Notify>,
    /// Buckets in which something may be claimable that nobody has looked for.
    pub(crate) outbox_marks: Arc<Marks>,
    /// When all buckets were last looked at, by the clock of whoever claims.
    pub(crate) outbox_looked: Arc<AtomicI64>,
    pub(crate) timers_woken: Arc<Notify>,
    /// When each bucket is to be looked at for timers.
    pub(crate) timer_looks: Arc<Looks>,
    pub(crate) proofs: Arc<Mutex<Standing>>,
    pub(crate) places: Arc<Places>,
    /// Whether other processes write to the same database.
    pub(crate) several: bool,
}

impl Shared {
    /// A panic while the cache was locked left it whole: every change to it is one map operation.
    pub(crate) fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic while it was locked lost nothing but since when rows stand.
    pub(crate) fn proofs(&self) -> MutexGuard<'_, Standing> {
        self.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what others have written to a bucket and evolves the states kept here by it.
    pub(crate) fn catch_up(&self, database: &Database, bucket: i64) -> Result<(), Fault> {
        loop {
            let from = self.cache().followed(bucket);
            let events = log::after(database, bucket, from, PAGE)?;
            self.follow(&events);
            if (events.len() as i64) < PAGE {
                return Ok(());
            }
        }
    }

    fn follow(&self, events: &[Logged]) {
        // What others wrote may have set timers; whoever is told of it is to find them.
        for logged in events {
            self.timer_looks.at_once(logged.stream.bucket);
        }
        let mut cache = self.cache();
        for logged in events {
            if cache.follow(logged) && self.told.receiver_count() > 0 {
                self.tell(logged);
            }
        }
        drop(cache);
        if !events.is_empty() {
            self.outbox_marks
                .add(events.iter().map(|logged| logged.stream.bucket).collect());
            // What others wrote may have reactions or set timers.
            self.outbox_woken.notify_one();
            self.timers_woken.notify_one();
        }
    }

    fn tell(&self, Logged { stream, stored, .. }: &Logged) {
        match recall::fact(stream, stored.version, &stored.body) {
            Ok(fact) => {
                let told = Told {
                    bucket: stream.bucket,
                    stream: stream.text.clone(),
                    version: stored.version,
                    at: stored.at,
                    fact,
                };
                // Whoever listened may have gone away.
                let _ = self.told.send(Arc::new(told));
            }
            Err(fault) => tracing::error!(%fault, "what another process wrote cannot be told"),
        }
    }
}
