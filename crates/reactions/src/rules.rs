//! The tower's zone and the hour of collections, which turn days into moments.

use jiff::tz::TimeZone;
use kernel::{Day, Moment};

/// What reactions need to know of the place and its habits.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The zone whose calendar money follows.
    pub zone: TimeZone,
    /// The hour of the day at which agreements meet their day, 0 to 23.
    pub collection_hour: i8,
    /// How long a car is held again for money that came late, in seconds.
    pub rehold_seconds: i64,
    /// How long a fault must have delayed a car before its buyer is told, in seconds.
    pub delay_message_seconds: i64,
    /// How long it must have before its buyer may ask for the money back, in seconds.
    pub delay_refund_seconds: i64,
}

impl Rules {
    /// Gives the civil day of a moment.
    pub fn day(&self, at: Moment) -> Day {
        at.day_in(&self.zone)
    }

    /// Gives the moment at which an agreement meets a day.
    pub fn collection_moment(&self, day: Day) -> Moment {
        Moment::at_hour_of(day, self.collection_hour, &self.zone)
    }
}
