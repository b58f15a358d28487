//! A tower as a file: where cars stand, how fast everything moves, and where the PLC is.
//!
//! One file gives geometry, kinematics, the PLC's order of places, the twin and the pictures, so
//! that the planner's seconds and the twin's seconds cannot differ. Places are listed in the PLC's
//! order: slots level by level, then the window, then the bays. Lengths are millimetres, angles
//! degrees; a place is named `LL-C`, level and stall.

mod file; // the TOML keys and what they must be
mod geometry; // places built from a layout, and what cannot be
mod plan; // the legs of one move
mod reader; // values with their line and column

pub use plan::{Axis, CannotMove, Leg, LiftPose, MovePlan, Phase};
pub use reader::{Problem, Problems};

use crate::job::CarSize;
use crate::motion::Drive;
use crate::tower::Place;
use kernel::TowerId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A tower.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// Its id, the same as the name of its file.
    pub id: TowerId,
    /// Its name for people.
    pub name: String,
    /// Where it stands.
    pub address: String,
    /// The IANA name of its time zone.
    pub zone: String,
    /// How its slots lie around the shaft.
    pub layout: Layout,
    /// How many levels have slots.
    pub levels: u16,
    /// The height of the shaft above the bay's floor in millimetres.
    pub shaft_height_mm: u32,
    /// Every place in the PLC's order: slots level by level, the window, the bays.
    pub places: Vec<PlaceSpec>,
    /// The lifts, in the PLC's order.
    pub lifts: Vec<LiftSpec>,
    /// The bays, in the PLC's order.
    pub bays: Vec<BaySpec>,
    /// How fast it moves.
    pub kinematics: Kinematics,
    /// How its PLC is reached.
    pub plc: PlcSpec,
    /// Where the figures come from, and which are assumed.
    pub notes: Vec<String>,
}

/// How the slots lie around the shaft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Slanted stalls left and right of a shaft; the lift turns to face them.
    Fishbone,
    /// Columns beside each other; the lift travels along them.
    Rack,
    /// Stalls around a round shaft; the lift turns to face them.
    Cylinder,
}

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// A car is kept there.
    Slot,
    /// A car is shown there.
    Window,
    /// A car is handed over there.
    Bay,
}

/// One place a car can stand in, other than a lift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceSpec {
    /// Its name.
    pub place: Place,
    /// Where it comes in the PLC's order.
    pub index: usize,
    /// What it is.
    pub kind: PlaceKind,
    /// Its level from 1; 0 for the window and the bays.
    pub level: u16,
    /// Its stall on the level from 1, the second half of its name; 0 for the window and the bays.
    pub stall: u16,
    /// Where it is drawn: negative left of the shaft, positive right of it; on a cylinder the
    /// stall.
    pub column: i16,
    /// Its floor above the bay's floor in millimetres.
    pub height_mm: u32,
    /// Where the lift faces it, in degrees; 0 for a rack.
    pub angle_deg: f64,
    /// Where the lift stands before it along a rack, in millimetres; 0 for other layouts.
    pub along_mm: i32,
    /// The largest car it takes.
    pub max: CarSize,
    /// Whether it must not be used.
    pub out_of_service: bool,
}

/// One lift.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LiftSpec {
    /// Its name as a place.
    pub place: Place,
    /// Where it stands after homing, in millimetres above the bay's floor.
    pub rest_mm: u32,
    /// The first and last stall it reaches on each level; all when absent.
    pub stalls: Option<(u16, u16)>,
    /// The bays and windows it reaches; all when absent.
    pub serves: Option<Vec<Place>>,
}

/// One bay; its place is also among the places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BaySpec {
    /// Its name as a place.
    pub place: Place,
    /// How long the door to the street takes to open or to close, in seconds.
    pub outer_door_s: f64,
    /// How long the door to the shaft takes to open or to close, in seconds.
    pub inner_door_s: f64,
}

/// How fast the machine moves; lengths in millimetres, angles in thousandths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Kinematics {
    /// The lift up and down.
    pub lift: Drive,
    /// The lift turning, in thousandths of a degree, or travelling along a rack.
    pub side: Option<Drive>,
    /// Whether the lift turns or travels while it goes up and down, or after.
    pub together: bool,
    /// The shuttle that draws a car on and off the lift.
    pub shuttle: Drive,
    /// How far the shuttle goes from the lift to a place, in millimetres.
    pub reach_mm: u32,
    /// Fixed seconds of each load and each unload: gripping, lifting off, locking.
    pub handling_s: f64,
}

/// How the PLC is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlcSpec {
    /// The Modbus unit it answers to.
    pub unit_id: u8,
    /// The first holding register of the order block.
    pub order_base: u16,
    /// The first holding register of the status block.
    pub status_base: u16,
}

impl Default for PlcSpec {
    fn default() -> PlcSpec {
        PlcSpec {
            unit_id: 1,
            order_base: 0,
            status_base: 100,
        }
    }
}

/// The dimension in which a car exceeds a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Length in millimetres.
    Length,
    /// Width in millimetres.
    Width,
    /// Height in millimetres.
    Height,
    /// Mass in kilograms.
    Mass,
}

/// A car does not fit a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{dimension} {car} exceeds {limit}")]
pub struct TooBig {
    /// In what it is too big, the first that is.
    pub dimension: Dimension,
    /// The car's, in millimetres or kilograms.
    pub car: u32,
    /// The place's.
    pub limit: u32,
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dimension::Length => "length in mm",
            Dimension::Width => "width in mm",
            Dimension::Height => "height in mm",
            Dimension::Mass => "mass in kg",
        })
    }
}

impl CarSize {
    /// Checks this car against the largest one a place takes.
    pub fn fits(&self, max: &CarSize) -> Result<(), TooBig> {
        let pairs = [
            (Dimension::Length, self.length_mm, max.length_mm),
            (Dimension::Width, self.width_mm, max.width_mm),
            (Dimension::Height, self.height_mm, max.height_mm),
            (Dimension::Mass, self.mass_kg, max.mass_kg),
        ];
        match pairs.into_iter().find(|(_, car, limit)| car > limit) {
            None => Ok(()),
            Some((dimension, car, limit)) => Err(TooBig {
                dimension,
                car,
                limit,
            }),
        }
    }
}

impl Machine {
    /// Reads a tower from its file; all problems are told, each with line, column and cure.
    pub fn parse(text: &str, file: &str) -> Result<Machine, Problems> {
        file::parse(text, file)
    }

    /// Gives the same machine seen `n` times faster: speeds by `n`, accelerations by `n^2`, fixed
    /// times divided by `n`.
    ///
    /// # Panics
    /// If `n` is not above zero.
    pub fn at_speed(&self, n: f64) -> Machine {
        assert!(n > 0.0, "time runs forwards: {n}");
        let mut fast = self.clone();
        fast.kinematics.lift = self.kinematics.lift.at_speed(n);
        fast.kinematics.side = self.kinematics.side.map(|side| side.at_speed(n));
        fast.kinematics.shuttle = self.kinematics.shuttle.at_speed(n);
        fast.kinematics.handling_s = self.kinematics.handling_s / n;
        for bay in &mut fast.bays {
            bay.outer_door_s /= n;
            bay.inner_door_s /= n;
        }
        fast
    }

    /// Finds a place, unless it is a lift or unknown.
    pub fn place(&self, place: &Place) -> Option<&PlaceSpec> {
        self.places.iter().find(|spec| spec.place == *place)
    }

    /// Lists the slots in the PLC's order.
    pub fn slots(&self) -> impl Iterator<Item = &PlaceSpec> {
        self.places
            .iter()
            .filter(|spec| spec.kind == PlaceKind::Slot)
    }

    /// Finds a bay and where it comes among the bays.
    pub fn bay(&self, place: &Place) -> Option<(usize, &BaySpec)> {
        self.bays
            .iter()
            .enumerate()
            .find(|(_, bay)| bay.place == *place)
    }

    /// Finds where a lift comes among the lifts.
    pub fn lift_index(&self, place: &Place) -> Option<usize> {
        self.lifts.iter().position(|lift| lift.place == *place)
    }

    /// Checks whether a car may stand in a place; a lift and an unknown place set no limit.
    pub fn check_fit(&self, place: &Place, size: &CarSize) -> Result<(), TooBig> {
        match self.place(place) {
            Some(spec) => size.fits(&spec.max),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Place {
    fn from(name: &str) -> Place {
        Place(name.to_owned())
    }
}
