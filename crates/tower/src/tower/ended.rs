//! The jobs that ended last, so that one asked for again starts nothing.
//!
//! What can ask again, and how late: a reaction whose worker died comes again within its lease of a
//! minute, and one that kept failing within the five minutes between two tries; a form sent twice
//! or a page gone back to, within the hours a browser keeps it; a restored backup repeats what was
//! due when it was made, against a log that ends there too. A busy tower ends some two thousand
//! jobs a day. [`KEPT`] is two of its days, and a month of a tower with sixty cars.
//!
//! Past that nothing dangerous is left: a fetch of a car that has gone is refused, one of a car
//! that stands here for somebody else goes back up unopened because its order does not take it, and
//! a car has one live job in any case. It is a number and not a time, so that the state follows
//! from the events alone.

use kernel::JobId;
use std::collections::{BTreeSet, VecDeque};

/// How many jobs are remembered.
pub const KEPT: usize = 4_096;

/// The jobs that ended last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ended {
    by_id: BTreeSet<JobId>,
    oldest_first: VecDeque<JobId>,
}

impl Ended {
    /// Tells whether a job is known to have ended.
    pub fn contains(&self, job: &JobId) -> bool {
        self.by_id.contains(job)
    }

    /// Counts them.
    pub fn len(&self) -> usize {
        self.oldest_first.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.oldest_first.is_empty()
    }

    /// Remembers one, and forgets the oldest where there are too many.
    pub fn insert(&mut self, job: JobId) {
        if !self.by_id.insert(job.clone()) {
            return;
        }
        self.oldest_first.push_back(job);
        if self.oldest_first.len() > KEPT
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.by_id.remove(&oldest);
        }
    }
}
