//! Some of the 256 buckets: those a process looks after, or those that have work.

use kernel::Bucket;
use std::sync::atomic::{AtomicU64, Ordering};

const WORDS: usize = Bucket::COUNT / 64;

/// A set of buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buckets([u64; WORDS]);

impl Buckets {
    /// No bucket.
    pub const NONE: Buckets = Buckets([0; WORDS]);

    /// Every bucket.
    pub const ALL: Buckets = Buckets([u64::MAX; WORDS]);

    /// Says whether a bucket is among them.
    pub fn contains(self, bucket: Bucket) -> bool {
        let (word, bit) = place(bucket);
        self.0[word] & bit != 0
    }

    /// Adds a bucket.
    pub fn insert(&mut self, bucket: Bucket) {
        let (word, bit) = place(bucket);
        self.0[word] |= bit;
    }

    /// Says whether there is none.
    pub fn is_empty(self) -> bool {
        self == Buckets::NONE
    }

    /// Counts them.
    pub fn count(self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Walks over them in order.
    pub fn iter(self) -> impl Iterator<Item = Bucket> {
        Bucket::all().filter(move |bucket| self.contains(*bucket))
    }
}

impl FromIterator<Bucket> for Buckets {
    fn from_iter<I: IntoIterator<Item = Bucket>>(buckets: I) -> Buckets {
        let mut set = Buckets::NONE;
        buckets.into_iter().for_each(|bucket| set.insert(bucket));
        set
    }
}

fn place(bucket: Bucket) -> (usize, u64) {
    let number = usize::from(bucket.number());
    (number / 64, 1 << (number % 64))
}

/// A set of buckets that several threads add to and take from.
#[derive(Debug)]
pub(crate) struct Marks([AtomicU64; WORDS]);

impl Marks {
    /// Marks every bucket, because nobody has looked yet.
    pub(crate) fn all() -> Marks {
        Marks(Buckets::ALL.0.map(AtomicU64::new))
    }

    /// Marks buckets.
    pub(crate) fn add(&self, buckets: Buckets) {
        for (word, bits) in self.0.iter().zip(buckets.0) {
            word.fetch_or(bits, Ordering::AcqRel);
        }
    }

    /// Says whether any of these buckets is marked.
    pub(crate) fn has_any_of(&self, buckets: Buckets) -> bool {
        let mut words = self.0.iter().zip(buckets.0);
        words.any(|(word, bits)| word.load(Ordering::Acquire) & bits != 0)
    }

    /// Takes those of the marks that are among these buckets.
    pub(crate) fn take(&self, buckets: Buckets) -> Buckets {
        let mut taken = Buckets::NONE;
        for ((word, bits), out) in self.0.iter().zip(buckets.0).zip(&mut taken.0) {
            *out = word.fetch_and(!bits, Ordering::AcqRel) & bits;
        }
        taken
    }
}
