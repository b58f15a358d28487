//! Moments and choices that look like chance and come again from their seed.

use super::machinery::data;
use std::time::{SystemTime, UNIX_EPOCH};

/// Small, seeded, and the same everywhere: `SplitMix64`.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Gives a number below that of the sides.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// Gives a number of milliseconds between two, the first included.
    pub(crate) fn between(&mut self, from_ms: i64, to_ms: i64) -> i64 {
        from_ms + self.roll((to_ms - from_ms) as u64) as i64
    }
}

/// Gives the seed and prints it: the environment's, that of `tests/data/seed`, or a fresh one.
pub(crate) fn seed() -> u64 {
    let kept = std::fs::read_to_string(data("seed")).ok();
    let given = std::env::var("AUTOMAT_SEED").ok().or(kept);
    let seed = match given {
        Some(text) => text.trim().parse().expect("a seed is a number"),
        None => {
            let since = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .expect("it is after 1970");
            u64::from(since.subsec_nanos()) + since.as_secs()
        }
    };
    println!("The seed is {seed}; AUTOMAT_SEED={seed} meets these moments again.");
    seed
}
