//! The legs of one move: approach, load, carry, unload, with the doors of a bay in between.
//!
//! The planner's seconds, the twin's motion and the picture on the phone all come from this one
//! plan. The door between bay and shaft opens when the lift stands before it and is closed again
//! before the lift moves on. A robot drives from the shaft along its corridor and back; it belongs
//! to its lift, so a car it carries counts as being on the lift.

use super::trip::Trip;
use super::{Layout, Machine, PlaceSpec};
use crate::motion::Drive;
use crate::tower::Place;
use serde::{Deserialize, Serialize};

/// Where the platform of a lift is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiftPose {
    /// Its floor above the bay's floor in millimetres, negative in a pit.
    pub height_mm: i32,
    /// Where it faces in thousandths of a degree, or stands along a rack in millimetres; how far a
    /// loop is turned.
    pub side: i32,
}

/// One axis of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Up and down, in millimetres.
    Lift,
    /// Turning, in thousandths of a degree.
    Turn,
    /// Along a rack, in millimetres.
    Travel,
    /// From the lift to the place and back, in millimetres.
    Shuttle,
    /// A robot from the shaft along its corridor, in millimetres.
    Corridor,
    /// The table in a bay's floor, in thousandths of a degree.
    Turntable,
    /// The door between bay and shaft, in thousandths of open.
    InnerDoor,
}

/// What a leg is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The empty lift goes to the car.
    Approach,
    /// The car is drawn on to the lift.
    Load,
    /// The lift carries the car.
    Carry,
    /// The car is put off the lift.
    Unload,
}

/// One motion of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// What it is for.
    pub phase: Phase,
    /// What moves.
    pub axis: Axis,
    /// From where, in the axis's unit.
    pub from: i64,
    /// To where, in the axis's unit.
    pub to: i64,
    /// When it starts after the start of the move, in milliseconds.
    pub start_ms: u64,
    /// How long it takes in milliseconds.
    pub duration_ms: u64,
    /// The speed limit in units per second; zero where the time is fixed.
    pub v: f64,
    /// The acceleration in units per second squared; zero where the time is fixed.
    pub a: f64,
    /// The jerk in units per second cubed; zero where it has no limit or the time is fixed.
    #[serde(default)]
    pub j: f64,
}

impl Leg {
    /// Gives when it ends after the start of the move, in milliseconds.
    pub fn end_ms(&self) -> u64 {
        self.start_ms + self.duration_ms
    }

    /// Tells whether something moves, and not only time passes.
    pub fn moves(&self) -> bool {
        self.from != self.to
    }

    fn drive(&self) -> Drive {
        Drive {
            v: self.v,
            a: self.a,
            j: (self.j > 0.0).then_some(self.j),
        }
    }

    /// Gives where the axis is some milliseconds after the start of the move.
    pub fn position(&self, at_ms: u64) -> f64 {
        let t_s = at_ms.saturating_sub(self.start_ms) as f64 / 1_000.0;
        let way = (self.to - self.from) as f64;
        if at_ms >= self.start_ms + self.duration_ms {
            self.to as f64
        } else if self.v > 0.0 {
            let done = self.drive().over(way).position(t_s);
            self.from as f64 + done.copysign(way)
        } else {
            self.from as f64 + way * t_s * 1_000.0 / self.duration_ms as f64
        }
    }
}

/// A whole move of one car by one lift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovePlan {
    /// Which lift carries it, in the machine file's order.
    pub lift: usize,
    /// Where the car stands.
    pub from: Place,
    /// Where it is to stand.
    pub to: Place,
    /// The motions in the order they start.
    pub legs: Vec<Leg>,
    /// From when on the car stands on the lift, in milliseconds.
    pub loaded_ms: u64,
    /// How long everything takes in milliseconds; from then on the car stands at its target.
    pub total_ms: u64,
    /// Where the lift is at the start.
    pub start: LiftPose,
    /// Where the lift is afterwards.
    pub end: LiftPose,
}

impl MovePlan {
    /// Gives where an axis is some milliseconds after the start, unless it has not moved yet.
    pub fn position(&self, axis: Axis, at_ms: u64) -> Option<f64> {
        let begun = |leg: &&Leg| leg.axis == axis && leg.start_ms <= at_ms;
        self.legs
            .iter()
            .rev()
            .find(begun)
            .map(|leg| leg.position(at_ms))
    }

    /// Gives where the lift is some milliseconds after the start.
    pub fn pose(&self, at_ms: u64) -> LiftPose {
        let height = self.position(Axis::Lift, at_ms);
        let side = self
            .position(Axis::Turn, at_ms)
            .or_else(|| self.position(Axis::Travel, at_ms));
        LiftPose {
            height_mm: height.map_or(self.start.height_mm, |mm| mm.round() as i32),
            side: side.map_or(self.start.side, |units| units.round() as i32),
        }
    }
}

/// A move the machine cannot make.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CannotMove {
    /// There is no such place.
    #[error("there is no place {0}")]
    NoSuchPlace(Place),
    /// No lift reaches both.
    #[error("no lift reaches both {from} and {to}")]
    NoLift {
        /// Where the car stands.
        from: Place,
        /// Where it was to stand.
        to: Place,
    },
    /// It is there.
    #[error("the car stands at {0} as it is")]
    SamePlace(Place),
}

impl Machine {
    /// Gives where a lift is when it faces a place.
    pub fn pose_before(&self, spec: &PlaceSpec) -> LiftPose {
        let turned = (spec.angle_deg * 1_000.0).round() as i32;
        let floor_mm = i32::try_from(spec.height_mm).expect("no shaft is 2,000 km high");
        let (height_mm, side) = match self.layout {
            Layout::Fishbone | Layout::Cylinder => (floor_mm, turned),
            Layout::Rack => (floor_mm, spec.along_mm),
            Layout::Corridor => (floor_mm, 0),
            // The loop brings each cabin to the bottom.
            Layout::Rotary => (0, turned),
        };
        LiftPose { height_mm, side }
    }

    /// Gives where a lift is after homing: at rest, facing the first bay it serves.
    pub fn rest_pose(&self, lift: usize) -> LiftPose {
        let bay = self
            .bays
            .iter()
            .find(|bay| self.reaches(lift, &bay.place))
            .and_then(|bay| self.place(&bay.place));
        LiftPose {
            height_mm: self.lifts.get(lift).map_or(0, |lift| lift.rest_mm),
            side: bay.map_or(0, |spec| self.pose_before(spec).side),
        }
    }

    /// Gives the way from one side to another: a turn goes the shorter way round, and a way along
    /// a rack is straight.
    pub fn side_way(&self, from: i32, to: i32) -> i32 {
        const FULL: i32 = 360_000;
        match self.layout {
            Layout::Rack | Layout::Corridor => to - from,
            Layout::Fishbone | Layout::Cylinder | Layout::Rotary => {
                let way = (to - from).rem_euclid(FULL);
                if way > FULL / 2 { way - FULL } else { way }
            }
        }
    }

    /// Gives how long it takes at most until nothing reaches out of a lift, in milliseconds: the
    /// shuttle is drawn in and the robot drives back to its shaft.
    pub fn retract_ms(&self) -> u64 {
        let reach_mm = f64::from(self.kinematics.reach_mm);
        let shuttle_ms = self.kinematics.shuttle.over(reach_mm).duration_ms();
        let Some(robot) = self.kinematics.robot else {
            return shuttle_ms;
        };
        let lifts = 0..self.lifts.len();
        let ways = lifts.flat_map(|lift| {
            let reached = self
                .places
                .iter()
                .filter(move |spec| self.reaches(lift, &spec.place));
            reached.map(move |spec| self.corridor_mm(lift, spec).abs())
        });
        let farthest_mm = f64::from(ways.max().unwrap_or(0));
        shuttle_ms + robot.drive.over(farthest_mm).duration_ms()
    }

    /// Gives where a lift goes to face a place, from where it is.
    pub(super) fn pose_from(&self, now: LiftPose, spec: &PlaceSpec) -> LiftPose {
        let before = self.pose_before(spec);
        // However the loop is turned, its bottom is before the bay.
        let turned_for_nothing = self.layout == Layout::Rotary && spec.stall == 0;
        LiftPose {
            side: if turned_for_nothing {
                now.side
            } else {
                before.side
            },
            ..before
        }
    }

    /// Gives how far a lift's robot drives from the shaft to a place; 0 without one.
    pub(super) fn corridor_mm(&self, lift: usize, spec: &PlaceSpec) -> i32 {
        let shaft_mm = self.lifts.get(lift).map_or(0, |lift| lift.along_mm);
        match self.kinematics.robot {
            Some(_) => spec.along_mm - shaft_mm,
            None => 0,
        }
    }

    /// Plans the move of a car from one place to another by the lift that reaches both, which now
    /// is at `lift_now`. A car that stands on the lift itself is only carried and put off.
    pub fn plan_move(
        &self,
        from: &Place,
        to: &Place,
        lift_now: LiftPose,
    ) -> Result<MovePlan, CannotMove> {
        let lift = self.lift_for(from, to)?;
        self.plan_move_by(lift, from, to, lift_now)
    }

    /// Plans the same by a lift of the caller's choice.
    pub fn plan_move_by(
        &self,
        lift: usize,
        from: &Place,
        to: &Place,
        lift_now: LiftPose,
    ) -> Result<MovePlan, CannotMove> {
        if !self.reaches(lift, from) || !self.reaches(lift, to) {
            let (from, to) = (from.clone(), to.clone());
            return Err(CannotMove::NoLift { from, to });
        }
        let mut trip = Trip::new(self, lift, lift_now);
        if let Some(source) = self.place(from) {
            trip.fetch(source);
        }
        let loads = trip.stretches();
        if let Some(target) = self.place(to) {
            trip.deliver(target);
        }
        let mut legs = trip.legs();
        let last_end = |legs: &[Leg]| legs.iter().map(Leg::end_ms).max().unwrap_or(0);
        let (loaded_ms, total_ms) = (last_end(&legs[..loads]), last_end(&legs));
        legs.sort_by_key(|leg| leg.start_ms);
        Ok(MovePlan {
            lift,
            from: from.clone(),
            to: to.clone(),
            legs,
            loaded_ms,
            total_ms,
            start: lift_now,
            end: trip.pose,
        })
    }
}
