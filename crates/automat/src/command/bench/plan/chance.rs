//! A seed that decides every draw: `SplitMix64` (Steele, Lea & Flood 2014), the same everywhere.

use std::collections::BTreeSet;

/// Where the draws are.
pub(super) struct Dice(u64);

impl Dice {
    /// Begins with a seed.
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Draws different numbers below a limit, in the order they are drawn.
    pub(super) fn different(&mut self, count: usize, limit: usize) -> Vec<usize> {
        assert!(count <= limit, "{count} different numbers below {limit}");
        let (mut seen, mut drawn) = (BTreeSet::new(), Vec::new());
        while drawn.len() < count {
            let number = (self.next() % limit as u64) as usize;
            if seen.insert(number) {
                drawn.push(number);
            }
        }
        drawn
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
