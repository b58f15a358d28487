//! What is asked of a tower, and when.
//!
//! Either so many jobs an hour in the mean, coming independently of each other (Poisson) with a
//! profile over the day, or a list. Of the jobs drawn, a share are shows; the others bring cars in
//! and out so that the stock stays near its share of the slots: a car comes or goes with the
//! probability that leads back there, one half each when the stock is right.

use super::dice::Dice;
use kernel::Vin;
use tower::job::CarSize;

/// What somebody wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// A car comes; a new one of usual size when none is named.
    Store(Option<(Vin, CarSize)>),
    /// A car is handed over; any one when none is named.
    Fetch(Option<Vin>),
    /// A car is shown in the window; any one when none is named.
    Show(Option<Vin>),
}

/// A wish at its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// Milliseconds after the start.
    pub at_ms: u64,
    /// What is wanted.
    pub wish: Wish,
}

/// What is asked of a tower.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// Drawn by a rate.
    Rate(Rate),
    /// Listed, in the order of time.
    List(Vec<Arrival>),
}

/// So many jobs an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Jobs an hour, in the mean over a day.
    pub per_hour: f64,
    /// The share of them that are shows.
    pub shows: f64,
    /// The weight of each hour of the day.
    pub profile: Profile,
    /// The share of the slots around which the stock stays.
    pub stock: f64,
}

/// How jobs spread over the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Every hour alike.
    #[default]
    Flat,
    /// Nine to nine, with a peak at noon and a higher one after work.
    Showroom,
}

impl Profile {
    /// Gives the weight of an hour of the day; the mean of all is one.
    pub fn weight(self, hour: usize) -> f64 {
        const SHOWROOM: [f64; 24] = [
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.5, 2.5, 2.0, 1.5, 1.5, 2.0,
            3.0, 3.0, 2.0, 1.0, 0.0, 0.0, 0.0,
        ];
        match self {
            Profile::Flat => 1.0,
            Profile::Showroom => SHOWROOM[hour % 24],
        }
    }

    fn heaviest(self) -> f64 {
        (0..24).map(|hour| self.weight(hour)).fold(0.0, f64::max)
    }
}

impl Rate {
    /// Draws when the next job comes; nothing when none ever does.
    pub(super) fn next_ms(&self, after_ms: u64, dice: &mut Dice) -> Option<u64> {
        const HOUR_MS: f64 = 3_600_000.0;
        let heaviest = self.profile.heaviest();
        if self.per_hour <= 0.0 {
            return None;
        }
        // Drawn at the rate of the busiest hour and thinned (Lewis & Shedler 1979).
        let mut at_ms = after_ms as f64;
        loop {
            at_ms += dice.exponential(HOUR_MS / (self.per_hour * heaviest));
            let hour = (at_ms / HOUR_MS) as usize % 24;
            if dice.happens(self.profile.weight(hour) / heaviest) {
                return Some(at_ms.ceil() as u64);
            }
        }
    }

    /// Draws what is wanted of a tower with so many cars and slots.
    pub(super) fn wish(&self, cars: usize, slots: usize, dice: &mut Dice) -> Wish {
        if dice.happens(self.shows) {
            return Wish::Show(None);
        }
        let out = cars as f64 * (1.0 - self.stock);
        let into = slots.saturating_sub(cars) as f64 * self.stock;
        match out + into > 0.0 && dice.happens(out / (out + into)) {
            true => Wish::Fetch(None),
            false => Wish::Store(None),
        }
    }
}
