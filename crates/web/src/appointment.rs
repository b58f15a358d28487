//! A time that was chosen for a hand-over, in words, at the clock of the tower.

use crate::text::Text;
use jiff::tz::TimeZone;
use tower::appointment::Slot;

/// Names a time with its day.
pub(crate) fn name(slot: &Slot, zone: &TimeZone, t: Text) -> String {
    say("appointment-slot", slot, zone, t)
}

/// Says between which moments the car comes to stand at a bay.
pub(crate) fn stands_at(slot: &Slot, zone: &TimeZone, t: Text) -> String {
    say("appointment-at", slot, zone, t)
}

fn say(key: &str, slot: &Slot, zone: &TimeZone, t: Text) -> String {
    t.with(
        key,
        &[
            ("day", &t.day(slot.begins.day_in(zone))),
            ("from", &t.time_brief(slot.begins, zone)),
            ("to", &t.time_brief(slot.ends, zone)),
        ],
    )
}
