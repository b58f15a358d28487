//! The ways between numbered places, computed once for a plan.
//!
//! A place may have several poses, of which the nearest counts: the bays of a lift are one place,
//! so no way in the table is longer than the one that the lift takes.

use crate::machine::{LiftPose, Machine};

/// Milliseconds from each place to each.
pub(super) struct Ways {
    size: usize,
    ms: Vec<u64>,
}

impl Ways {
    pub(super) fn new(machine: &Machine, places: &[Vec<LiftPose>]) -> Ways {
        let nearest = |from: &[LiftPose], to: &[LiftPose]| {
            let pairs = from
                .iter()
                .flat_map(|one| to.iter().map(move |two| (*one, *two)));
            pairs.map(|(one, two)| machine.way_ms(one, two)).min()
        };
        let ms = places.iter().flat_map(|from| {
            let ways = places.iter().map(move |to| nearest(from, to).unwrap_or(0));
            ways.collect::<Vec<u64>>()
        });
        Ways {
            size: places.len(),
            ms: ms.collect(),
        }
    }

    pub(super) fn way_ms(&self, from: usize, to: usize) -> u64 {
        self.ms[from * self.size + to]
    }
}
