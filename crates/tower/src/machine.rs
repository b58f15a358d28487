//! A tower as a file: where cars stand, how fast everything moves, and where the PLC is.
//!
//! One file gives geometry, kinematics, the PLC's order of places, the twin and the pictures, so
//! that the planner's seconds and the twin's seconds cannot differ. Places are listed in the PLC's
//! order: slots level by level, then the window, then the bays. Lengths are millimetres, angles
//! degrees; a place is named `LL-C`, level and stall.

mod file; // the TOML keys and what they must be
mod drives; // the keys of everything that moves
mod geometry; // places built from a layout, and what cannot be
mod reach; // lifts, their masts, and which place is whose
mod envelope; // the largest car of a place
mod plan; // the legs of one move
mod trip; // a lift on its way, in exact seconds
mod mast; // lifts that cannot pass each other
mod power; // how many axes may move at once
mod hand; // how it is worked by hand
mod times; // how long a machine takes on the whole
mod survey; // what a machine comes to
mod work; // the ways and times a schedule asks for
mod places; // every place, found by name
mod plc; // what the machine's controller speaks
mod reader; // values with their line and column

pub use envelope::{Dimension, EN_14010, TooBig};
pub use hand::ByHand;
pub use mast::Heights;
pub use places::Places;
pub use plan::{Axis, CannotMove, Leg, LiftPose, MovePlan, Phase};
pub use plc::{Protocol, Security};
pub use power::EmergencyPower;
pub use reader::{Problem, Problems, position};
pub use survey::{BayReach, LiftReach, SizeClass, Survey, WindowReach};
pub use times::{Commands, TestCycles, fem_9_851};

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
    pub places: Places,
    /// The lifts, in the PLC's order.
    pub lifts: Vec<LiftSpec>,
    /// The bays, in the PLC's order.
    pub bays: Vec<BaySpec>,
    /// How fast it moves.
    pub kinematics: Kinematics,
    /// What it may do on emergency power; nothing is known when absent.
    pub emergency_power: Option<EmergencyPower>,
    /// How many axes may move at once; all when absent.
    pub moving_axes: Option<u16>,
    /// How its PLC is reached.
    pub plc: PlcSpec,
    /// How it is worked by hand.
    pub by_hand: ByHand,
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
    /// Columns beside each other; the lift stays in its shaft and a robot drives along them.
    Corridor,
    /// Cabins on one loop that turns until the right one is at the bottom.
    Rotary,
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
    /// Where the lift faces it, in degrees; on a loop how far the loop turns to bring it to the
    /// bottom; 0 for a rack and a corridor.
    pub angle_deg: f64,
    /// Where it lies along a rack or a corridor, in millimetres; 0 for other layouts.
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
    pub rest_mm: i32,
    /// The first and last stall it reaches on each level; all when absent.
    pub stalls: Option<(u16, u16)>,
    /// The bays and windows it reaches; all when absent.
    pub serves: Option<Vec<Place>>,
    /// Where its shaft is along a corridor, in millimetres; 0 for other layouts.
    pub along_mm: i32,
    /// Between which heights it can stand: below 0 is its pit, above the highest place its
    /// overrun.
    pub range: Heights,
    /// At which heights it can serve a place: its range, less what its neighbours on the mast need
    /// when they are out of its way.
    pub reach: Heights,
    /// The mast it shares with others, which are listed from below; its own shaft when absent.
    pub mast: Option<String>,
    /// How far its floor stays from its neighbours' floors on the mast, in millimetres; between
    /// two lifts the larger counts. 0 in a shaft of its own.
    pub clearance_mm: u32,
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
    /// The table that turns a car, so that it leaves forwards.
    pub turntable: Option<Turntable>,
}

/// A table in a bay's floor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Turntable {
    /// How long half a turn takes, in seconds.
    pub seconds: f64,
    /// Which cars it turns.
    pub turns: Turns,
}

/// Which cars a turntable turns; either way a car that came forwards leaves forwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turns {
    /// Those that are taken in, before the inner door opens.
    Arriving,
    /// Those that are handed over, after the inner door has closed.
    Leaving,
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
    /// The robot that goes from the lift's shaft along a corridor.
    pub robot: Option<Robot>,
}

/// A robot that carries cars along a corridor between shaft and places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Robot {
    /// Along the corridor, in millimetres.
    pub drive: Drive,
    /// Seconds to give a car over between lift and robot, where every level has its own robot: it
    /// fetches a car while the lift is on its way. Absent where the robot rides on the lift.
    pub hand_over_s: Option<f64>,
}

/// How the PLC is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlcSpec {
    /// The Modbus unit it answers to.
    pub unit_id: u8,
    /// The first holding register of the first unit's order block.
    pub order_base: u16,
    /// The first holding register of the status block.
    pub status_base: u16,
    /// What it speaks.
    #[serde(default)]
    pub protocol: Protocol,
    /// How an OPC UA session is protected; when nothing is said, encrypted unless it stays on this
    /// computer.
    #[serde(default)]
    pub security: Option<Security>,
}

impl Default for PlcSpec {
    fn default() -> PlcSpec {
        PlcSpec {
            unit_id: 1,
            order_base: 0,
            status_base: 200,
            protocol: Protocol::Modbus,
            security: None,
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
        if let Some(robot) = &mut fast.kinematics.robot {
            robot.drive = robot.drive.at_speed(n);
            robot.hand_over_s = robot.hand_over_s.map(|seconds| seconds / n);
        }
        for bay in &mut fast.bays {
            bay.outer_door_s /= n;
            bay.inner_door_s /= n;
            if let Some(table) = &mut bay.turntable {
                table.seconds /= n;
            }
        }
        fast
    }

    /// Finds a place, unless it is a lift or unknown.
    pub fn place(&self, place: &Place) -> Option<&PlaceSpec> {
        self.places.named(place)
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
