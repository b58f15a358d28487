//! When each bucket is next to be looked at for timers.
//!
//! Timers may be many and years away; to look through all of them a few times a second would be
//! most of what an idle shop does. Here stands, for each bucket, a moment before which nothing in
//! it can be due: known from the last look, and moved forward by every commit that sets a timer. A
//! look that was overtaken by such a commit moves nothing back. Once a minute everything is looked
//! at, whatever stands here.

use kernel::{Bucket, Moment};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A moment for each bucket.
#[derive(Debug)]
pub(crate) struct Looks(Mutex<Table>);

#[derive(Debug)]
struct Table {
    rows: [Row; Bucket::COUNT],
    /// When everything was last wanted to be looked at, by the clock of whoever asks.
    renewed: i64,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    next: i64,
    /// How often a commit has moved it forward.
    moved: u64,
}

/// A look under way, begun before the first statement of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) bucket: Bucket,
    moved: u64,
}

const AT_ONCE: i64 = i64::MIN;
const NEVER: i64 = i64::MAX;
const RENEW_MICROS: i64 = 60_000_000;

impl Looks {
    /// Wants every bucket to be looked at, because nobody has.
    pub(crate) fn all() -> Looks {
        let row = Row {
            next: AT_ONCE,
            moved: 0,
        };
        Looks(Mutex::new(Table {
            rows: [row; Bucket::COUNT],
            renewed: AT_ONCE,
        }))
    }

    /// Wants every bucket to be looked at again, if that was not so for a minute.
    pub(crate) fn renew(&self, now: Moment) {
        let mut table = self.table();
        let age = now.micros().saturating_sub(table.renewed);
        if !(0..RENEW_MICROS).contains(&age) {
            table.renewed = now.micros();
            for row in &mut table.rows {
                row.move_to(AT_ONCE);
            }
        }
    }

    /// Gives the moment before which nothing in a bucket can be due.
    pub(crate) fn next(&self, bucket: Bucket) -> i64 {
        self.table().row(bucket).next
    }

    /// Begins to look into a bucket.
    pub(crate) fn begin(&self, bucket: Bucket) -> Look {
        let moved = self.table().row(bucket).moved;
        Look { bucket, moved }
    }

    /// Ends a look with what it found to be the next moment, if it found any.
    pub(crate) fn end(&self, look: Look, next: Option<i64>) {
        let next = next.unwrap_or(NEVER);
        let mut table = self.table();
        let row = table.row(look.bucket);
        row.next = match row.moved == look.moved {
            true => next,
            false => next.min(row.next),
        };
    }

    /// Wants a bucket to be looked at by a moment, or before.
    pub(crate) fn by(&self, bucket: Bucket, micros: i64) {
        self.table().row(bucket).move_to(micros);
    }

    /// Wants a bucket to be looked at as soon as anybody asks.
    pub(crate) fn at_once(&self, bucket: Bucket) {
        self.by(bucket, AT_ONCE);
    }

    /// A panic while it was locked left it whole: every change is to one row.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn row(&mut self, bucket: Bucket) -> &mut Row {
        &mut self.rows[usize::from(bucket.number())]
    }
}

impl Row {
    fn move_to(&mut self, micros: i64) {
        self.next = self.next.min(micros);
        self.moved += 1;
    }
}
