//! Which of 256 buckets a stream lives in, for ever.
//!
//! The bucket leads every key of the store, so that the log can later be spread over machines. It
//! is computed here, never by a database, and must never change: FNV-1a over 64 bits (Fowler, Noll,
//! Vo), folded by exclusive or to its eight bits.

use std::fmt;

/// A bucket, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u8);

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Bucket {
    /// How many buckets there are.
    pub const COUNT: usize = 256;

    /// Finds the bucket of a partition key, which is a stream's whole name.
    pub fn of(key: &str) -> Bucket {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        let hash = key.bytes().fold(OFFSET_BASIS, step);
        let folded = hash
            .to_be_bytes()
            .into_iter()
            .fold(0, |low, byte| low ^ byte);
        Bucket(folded)
    }

    /// Gives the number of the bucket.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Walks over all buckets in order.
    pub fn all() -> impl Iterator<Item = Bucket> {
        (0..=u8::MAX).map(Bucket)
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
