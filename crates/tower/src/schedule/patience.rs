//! Nobody is overtaken for ever.
//!
//! A job is overtaken when a job that was queued after it starts before it. Weights that grow with
//! waiting make that rare, but with enough heavy jobs coming they promise nothing. So there is a
//! limit: who was overtaken so often goes before everybody who was queued later, whatever the
//! weights. A job is therefore overtaken `limit` times at the most, and among those who have
//! reached it the first queued goes first, which overtakes nobody.

/// How long jobs let others pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a job may be overtaken.
    pub limit: u64,
    /// After how many milliseconds of waiting the weight of a job has doubled.
    pub doubling_ms: u64,
}

/// A job that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What it weighs when it is queued.
    pub weight: u64,
    /// How long it has waited, in milliseconds.
    pub waited_ms: u64,
    /// How often it was overtaken.
    pub overtaken: u64,
}

impl Patience {
    /// Gives the weight of a job after waiting: it grows evenly and never falls.
    pub fn aged(&self, job: &Waiting) -> u64 {
        let grown = u128::from(job.weight) * u128::from(job.waited_ms);
        let grown = grown / u128::from(self.doubling_ms.max(1));
        job.weight
            .saturating_add(u64::try_from(grown).unwrap_or(u64::MAX))
    }

    /// Chooses from jobs in the order they were queued: the first whose patience is at its end,
    /// else the one preferred.
    pub fn choose(&self, queue: &[Waiting], preferred: usize) -> usize {
        let impatient = |job: &Waiting| job.overtaken >= self.limit;
        let first = queue[..preferred].iter().position(impatient);
        first.unwrap_or(preferred)
    }
}
