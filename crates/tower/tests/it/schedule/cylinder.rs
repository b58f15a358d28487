//! The round tower of vector CYL400: twenty floors of twenty slots, and chance by a seed.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use tower::motion::Motion;

/// The bay; slots are from 0 to 399.
pub(crate) const BAY: usize = 400;

/// Between all places, row by row.
static TABLE: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let from_each = (0..=BAY).flat_map(|from| (0..=BAY).map(move |to| time(from, to)));
    from_each.collect()
});

/// Gives the travel of a lift that rises and turns at once, in milliseconds, bay included.
pub(crate) fn travel() -> impl Fn(usize, usize) -> u64 {
    let table = &*TABLE;
    move |from, to| table[from * (BAY + 1) + to]
}

fn time(from: usize, to: usize) -> u64 {
    let pose = |place: usize| match place {
        BAY => (0.0, 0.0),
        slot => (2.4 * (slot / 20 + 1) as f64, 18.0 * (slot % 20) as f64),
    };
    let ((height, angle), (goal, facing)) = (pose(from), pose(to));
    let round: f64 = (facing - angle).abs();
    let lift = Motion::trapezoid((goal - height).abs(), 2.0, 0.5);
    let turn = Motion::trapezoid(round.min(360.0 - round), 20.0, 10.0);
    lift.duration_ms().max(turn.duration_ms())
}

/// Small, seeded, and the same everywhere: `SplitMix64` (Steele, Lea & Flood 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    /// Draws different slots below a limit.
    pub(crate) fn slots(&mut self, count: usize, limit: u64) -> Vec<usize> {
        let (mut seen, mut slots) = (BTreeSet::new(), Vec::new());
        while slots.len() < count {
            let slot = self.below(limit) as usize;
            if seen.insert(slot) {
                slots.push(slot);
            }
        }
        slots
    }
}
