//! Which slot a car is given: near for those who leave soon, far for those who stay.
//!
//! A slot costs the way to it now, the way from it later, and a rent. A near slot taken for `d`
//! days denies it to `d / D` cars that each stay `D` days, the short stay of this house, and would
//! save the way from a middling slot to this one: rent per day is that saving divided by `D`. A car
//! that stays less than `D` days is best in the nearest slot, one that stays longer is best where
//! there is no rent: two turnover classes after Hausman, Schwarz & Graves 1976, with the boundary
//! as a price, so that also a tower that is nearly full or empty is filled sensibly. The slots
//! nearest of all are kept for cars that leave today while others are left.

use serde::{Deserialize, Serialize};

/// An empty slot that takes the car; times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// How long it takes to store the car there now.
    pub now_ms: u64,
    /// How long it will take to fetch it from there.
    pub later_ms: u64,
}

/// How a house fills its tower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// `D`: the stay in days below which a car is worth a near slot, at least 1.
    pub short_stay_days: u64,
    /// How long a fetch from a middling slot takes: from there on outwards there is no rent.
    pub middling_ms: u64,
    /// How many of the nearest empty slots are kept for cars that leave today.
    pub kept_for_today: usize,
}

/// When a car will leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stay {
    /// Today: it is handed over, or goes to be shown.
    Today,
    /// After so many days, by its delivery or by how long such cars have stood.
    Days(u64),
}

impl Policy {
    /// Chooses a slot, by its index; none when there is none.
    pub fn choose(&self, slots: &[Slot], stay: Stay) -> Option<usize> {
        let mut nearest: Vec<usize> = (0..slots.len()).collect();
        nearest.sort_by_key(|slot| (slots[*slot].later_ms, *slot));
        let kept = match stay {
            Stay::Today => 0,
            Stay::Days(_) => self.kept_for_today.min(slots.len().saturating_sub(1)),
        };
        let open = nearest.into_iter().skip(kept);
        open.min_by_key(|slot| self.cost(&slots[*slot], stay))
    }

    /// Gives what a slot costs a car: now, later, and the rent of its stay.
    pub fn cost(&self, slot: &Slot, stay: Stay) -> u64 {
        let days = match stay {
            Stay::Today => 0,
            Stay::Days(days) => days,
        };
        let saving = self.middling_ms.saturating_sub(slot.later_ms);
        let rent = saving.saturating_mul(days) / self.short_stay_days.max(1);
        slot.now_ms
            .saturating_add(slot.later_ms)
            .saturating_add(rent)
    }
}
