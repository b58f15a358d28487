//! Times for which buyers have asked for their cars, and how many of them the bays can keep.
//!
//! Time is cut into slots. A slot takes as many hand-overs as the bays can keep one after another,
//! by how long visits have lasted lately: bays are what a tower is short of, and not lifts. Whoever
//! has a slot has a bay in it, because each further appointment is made only while one bay that
//! takes its car is left at its time. Of several hand-overs one is left to those who come at once.
//!
//! The book is part of the tower's stream. An appointment is known by its fetch, which may be
//! queued later: a buyer chooses the time before paying. How often cars stood there in time is
//! counted.

mod book; // the appointments that are made
mod capacity; // how many hand-overs a slot can keep

pub use book::{Appointment, Book};
pub use capacity::{Offered, earliest, latest, offer, offered, takes_ms};

use crate::machine::{Machine, PlaceKind, PlaceSpec};
use crate::tower::{Place, State};
use kernel::{Moment, Vin};
use serde::{Deserialize, Serialize};

/// How much sooner than needed a car is brought, in milliseconds.
pub const MARGIN_MS: i64 = 60_000;

const MICROS_PER_MINUTE: i64 = 60_000_000;

/// A time for a hand-over: the car comes to stand at a bay between begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins, which is when the buyer is expected.
    pub begins: Moment,
    /// When it ends, which is when the car stands there at the latest.
    pub ends: Moment,
}

/// What the shop's terms say of appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long a slot is, in minutes.
    pub minutes: u32,
    /// How many days ahead one can be chosen.
    pub days: u32,
}

/// What the hand-over of a car takes by the machine's own times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The bays that take the car from where it stands.
    pub bays: Vec<Place>,
    /// How long the longest way to one of them takes a lift that waits at the bay, in milliseconds.
    pub fetch_ms: u64,
    /// How long the street door of the slowest takes to close, in milliseconds.
    pub door_ms: u64,
}

impl Terms {
    /// Gives the slot that begins at a moment; none when no slot begins then. The grid is that of
    /// UTC: quarters of an hour begin at the same moments in every zone.
    pub fn slot(&self, begins: Moment) -> Option<Slot> {
        let length = self.length_micros();
        let on_grid = begins.micros().rem_euclid(length) == 0;
        on_grid.then(|| Slot {
            begins,
            ends: Moment::from_micros(begins.micros().saturating_add(length)),
        })
    }

    /// Gives the first slot that does not begin before a moment.
    pub fn next_slot(&self, from: Moment) -> Slot {
        let length = self.length_micros();
        let over = from.micros().rem_euclid(length);
        let begins = from.micros().saturating_add((length - over) % length);
        Slot {
            begins: Moment::from_micros(begins),
            ends: Moment::from_micros(begins.saturating_add(length)),
        }
    }

    fn length_micros(&self) -> i64 {
        i64::from(self.minutes.max(1)) * MICROS_PER_MINUTE
    }
}

impl Slot {
    /// Gives how long it lasts, in milliseconds.
    pub fn length_ms(&self) -> i64 {
        self.ends.millis_since(self.begins)
    }
}

/// Tells what the hand-over of a car takes; none when it is not here or no bay takes it.
pub fn handover(state: &State, machine: &Machine, vin: &Vin) -> Option<Handover> {
    let from = state.inventory.place_of(vin)?;
    let size = state.sizes.get(vin);
    let fits = |spec: &&PlaceSpec| size.is_none_or(|size| size.fits(&spec.max).is_ok());
    let bays = machine.places.iter();
    let bays = bays.filter(|spec| spec.kind == PlaceKind::Bay && !spec.out_of_service);
    let ways = bays.filter(fits).filter_map(|spec| {
        let way_ms = fetch_ms(machine, from, &spec.place)?;
        Some((spec.place.clone(), way_ms))
    });
    let ways: Vec<(Place, u64)> = ways.collect();
    let fetch_ms = ways.iter().map(|(_, way_ms)| *way_ms).max()?;
    let doors = ways.iter().filter_map(|(bay, _)| machine.bay(bay));
    let door_ms = doors.map(|(_, bay)| millis(bay.outer_door_s)).max()?;
    Some(Handover {
        bays: ways.into_iter().map(|(bay, _)| bay).collect(),
        fetch_ms,
        door_ms,
    })
}

/// Tells what the hand-over of whatever car takes, in whatever bay: the farthest there is.
pub fn usual(machine: &Machine) -> Option<Handover> {
    let bays = machine.bays.iter();
    let bays = bays.filter(|bay| {
        machine
            .place(&bay.place)
            .is_some_and(|spec| !spec.out_of_service)
    });
    let longest = bays.filter_map(|bay| Some((bay, machine.single_commands(&bay.place)?.max_s)));
    let longest: Vec<_> = longest.collect();
    let fetch_ms = longest.iter().map(|(_, seconds)| millis(*seconds)).max()?;
    let doors = longest.iter().map(|(bay, _)| millis(bay.outer_door_s));
    Some(Handover {
        door_ms: doors.max()?,
        bays: longest.iter().map(|(bay, _)| bay.place.clone()).collect(),
        fetch_ms,
    })
}

/// Gives how long a lift that waits at a bay takes to bring a car there; nothing for a car that
/// stands there already.
fn fetch_ms(machine: &Machine, from: &Place, bay: &Place) -> Option<u64> {
    match from == bay {
        true => Some(0),
        false => machine.single_command_s(bay, from).map(millis),
    }
}

fn millis(seconds: f64) -> u64 {
    (seconds * 1_000.0).round() as u64
}
