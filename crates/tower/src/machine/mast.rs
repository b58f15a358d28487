//! Lifts that share a mast cannot pass: they keep their order and a clearance between floors.
//!
//! The planner keeps the heights of two moves apart and sends an idle lift out of the way first;
//! the machine's own interlock checks the same. Everything here is about floors, in millimetres
//! above the bay's floor; the clearance of the file says how far floors must stay apart so that
//! cabins and cars do not touch.

use super::{LiftSpec, Machine, MovePlan};
use crate::machine::Axis;
use serde::{Deserialize, Serialize};

/// The heights between which a floor is or moves, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heights {
    /// The lowest in millimetres.
    pub low_mm: i32,
    /// The highest in millimetres.
    pub high_mm: i32,
}

impl Heights {
    /// Gives the heights of a floor that stands.
    pub fn at(height_mm: i32) -> Heights {
        Heights {
            low_mm: height_mm,
            high_mm: height_mm,
        }
    }

    /// Gives the heights that hold both.
    pub fn with(self, other: Heights) -> Heights {
        Heights {
            low_mm: self.low_mm.min(other.low_mm),
            high_mm: self.high_mm.max(other.high_mm),
        }
    }

    /// Tells whether a height is between them.
    pub fn hold(self, height_mm: i32) -> bool {
        (self.low_mm..=self.high_mm).contains(&height_mm)
    }
}

impl MovePlan {
    /// Gives the heights the lift passes from the start of the move to its end.
    pub fn heights(&self) -> Heights {
        let ends = Heights::at(self.start.height_mm).with(Heights::at(self.end.height_mm));
        let rising = self.legs.iter().filter(|leg| leg.axis == Axis::Lift);
        let reached = rising.map(|leg| i32::try_from(leg.to).expect("no lift goes 2,000 km"));
        reached.fold(ends, |all, height_mm| all.with(Heights::at(height_mm)))
    }
}

impl Machine {
    /// Lists the other lifts on the same mast, from below.
    pub fn mast_neighbours(&self, lift: usize) -> impl Iterator<Item = usize> {
        let mast = self.lifts.get(lift).and_then(|spec| spec.mast.as_ref());
        let others = self.lifts.iter().enumerate();
        others
            .filter(move |(index, spec)| {
                *index != lift && mast.is_some() && spec.mast.as_ref() == mast
            })
            .map(|(index, _)| index)
    }

    /// Tells whether two lifts may be anywhere within these heights at the same time: always,
    /// unless they share a mast.
    pub fn are_apart(&self, (one, at): (usize, Heights), (other, there): (usize, Heights)) -> bool {
        let Some(gap_mm) = self.gap_mm(one, other) else {
            return true;
        };
        let (lower, upper) = if one < other {
            (at, there)
        } else {
            (there, at)
        };
        lower.high_mm.saturating_add(gap_mm) <= upper.low_mm
    }

    /// Gives the height nearest to where a lift stands at which it leaves some heights to another
    /// lift of its mast; none when it cannot. In a shaft of its own it may stay.
    pub fn aside(&self, lift: usize, now_mm: i32, other: usize, needs: Heights) -> Option<i32> {
        let Some(gap_mm) = self.gap_mm(lift, other) else {
            return Some(now_mm);
        };
        let height_mm = if lift < other {
            now_mm.min(needs.low_mm.saturating_sub(gap_mm))
        } else {
            now_mm.max(needs.high_mm.saturating_add(gap_mm))
        };
        let range = self.lifts[lift].range;
        range.hold(height_mm).then_some(height_mm)
    }

    /// How far the floors of two lifts stay apart; nothing when they share no mast. Lifts between
    /// them need their room too.
    fn gap_mm(&self, one: usize, other: usize) -> Option<i32> {
        let (low, high) = (one.min(other), one.max(other));
        let (first, last) = (self.lifts.get(low)?, self.lifts.get(high)?);
        if low == high || first.mast.is_none() || first.mast != last.mast {
            return None;
        }
        let same = |spec: &&LiftSpec| spec.mast == first.mast;
        let on_mast: Vec<&LiftSpec> = self.lifts[low..=high].iter().filter(same).collect();
        Some(
            on_mast
                .windows(2)
                .map(|pair| between(pair[0], pair[1]))
                .sum(),
        )
    }
}

/// How far the floors of two neighbours stay apart.
pub(super) fn between(lower: &LiftSpec, upper: &LiftSpec) -> i32 {
    let clearance_mm = lower.clearance_mm.max(upper.clearance_mm);
    i32::try_from(clearance_mm).expect("the file's bounds are far below")
}
