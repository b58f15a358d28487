//! What people do at the bays of a simulated tower, and how long they take for it.
//!
//! No car tower publishes the times of its visitors. A hand-over lasts as long as the planner takes
//! for granted, a minute at the least and fifteen at the most; its median and spread, and all other
//! figures here, are assumed.

use super::dice::Dice;
use serde::Serialize;

/// How people behave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct People {
    /// Seconds from the open door to a car that is brought standing inside, the least and most.
    pub drive_in_s: (f64, f64),
    /// Seconds to look round before saying that nobody is inside.
    pub look_round_s: f64,
    /// Seconds from the call to the code typed at the bay, the least and most.
    pub come_s: (f64, f64),
    /// The median of the seconds from the open door to driving off.
    pub visit_median_s: f64,
    /// How visits spread: the standard deviation of the logarithm.
    pub visit_sigma: f64,
    /// The shortest and longest visit, in seconds.
    pub visit_s: (f64, f64),
    /// The share of buyers who do not come.
    pub no_show: f64,
    /// Seconds after which their cars are taken back up.
    pub no_show_after_s: f64,
    /// The share of buyers who look at the car and leave it.
    pub reject: f64,
}

impl Default for People {
    fn default() -> People {
        People {
            drive_in_s: (20.0, 60.0),
            look_round_s: 10.0,
            come_s: (15.0, 90.0),
            visit_median_s: 200.0,
            visit_sigma: 0.6,
            visit_s: (60.0, 900.0),
            no_show: 0.01,
            no_show_after_s: 1_200.0,
            reject: 0.005,
        }
    }
}

/// What one visitor does, in milliseconds.
pub(super) enum Buyer {
    /// Types the code so long after the call.
    Comes(u64),
    /// Does not; the car is given up so long after the call.
    StaysAway(u64),
}

impl People {
    pub(super) fn drive_in_ms(&self, dice: &mut Dice) -> u64 {
        millis(dice.between(self.drive_in_s.0, self.drive_in_s.1))
    }

    pub(super) fn look_round_ms(&self) -> u64 {
        millis(self.look_round_s)
    }

    pub(super) fn buyer(&self, dice: &mut Dice) -> Buyer {
        let comes_ms = millis(dice.between(self.come_s.0, self.come_s.1));
        match dice.happens(self.no_show) {
            true => Buyer::StaysAway(millis(self.no_show_after_s)),
            false => Buyer::Comes(comes_ms),
        }
    }

    pub(super) fn visit_ms(&self, dice: &mut Dice) -> u64 {
        let drawn = dice.log_normal(self.visit_median_s, self.visit_sigma);
        millis(drawn.clamp(self.visit_s.0, self.visit_s.1))
    }

    pub(super) fn rejects(&self, dice: &mut Dice) -> bool {
        dice.happens(self.reject)
    }
}

fn millis(seconds: f64) -> u64 {
    (seconds * 1_000.0).round() as u64
}
