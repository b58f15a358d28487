//! The legs of one move: approach, load, carry, unload, with the doors of a bay in between.
//!
//! The planner's seconds, the twin's motion and the picture on the phone all come from this one
//! plan. The door between bay and shaft opens when the lift stands before it and is closed again
//! before the lift moves on.

use super::{Layout, Machine, PlaceSpec};
use crate::motion::{Drive, Trapezoid, millis};
use crate::tower::Place;
use serde::{Deserialize, Serialize};

/// Where the platform of a lift is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiftPose {
    /// Its floor above the bay's floor in millimetres.
    pub height_mm: u32,
    /// Where it faces in thousandths of a degree, or stands along a rack in millimetres.
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
}

impl Leg {
    /// Gives where the axis is some milliseconds after the start of the move.
    pub fn position(&self, at_ms: u64) -> f64 {
        let t_s = at_ms.saturating_sub(self.start_ms) as f64 / 1_000.0;
        let way = (self.to - self.from) as f64;
        if at_ms >= self.start_ms + self.duration_ms {
            self.to as f64
        } else if self.v > 0.0 {
            let done = Trapezoid::new(way.abs(), self.v, self.a).position(t_s);
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
            height_mm: height.map_or(self.start.height_mm, |mm| mm.round() as u32),
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
    /// Gives the lift, by its index, that can carry a car from one place to another.
    pub fn lift_for(&self, from: &Place, to: &Place) -> Result<usize, CannotMove> {
        for place in [from, to] {
            if self.place(place).is_none() && self.lift_index(place).is_none() {
                return Err(CannotMove::NoSuchPlace(place.clone()));
            }
        }
        if from == to {
            return Err(CannotMove::SamePlace(from.clone()));
        }
        (0..self.lifts.len())
            .find(|lift| self.reaches(*lift, from) && self.reaches(*lift, to))
            .ok_or_else(|| CannotMove::NoLift {
                from: from.clone(),
                to: to.clone(),
            })
    }

    /// Tells whether a lift reaches a place; a lift reaches itself and no other lift.
    pub fn reaches(&self, lift: usize, place: &Place) -> bool {
        let (Some(lift), Some(spec)) = (self.lifts.get(lift), self.place(place)) else {
            return self
                .lifts
                .get(lift)
                .is_some_and(|lift| lift.place == *place);
        };
        if spec.stall == 0 {
            let listed = |serves: &Vec<Place>| serves.contains(place);
            return lift.serves.as_ref().is_none_or(listed);
        }
        lift.stalls
            .is_none_or(|(first, last)| (first..=last).contains(&spec.stall))
    }

    /// Gives where a lift is when it faces a place.
    pub fn pose_before(&self, spec: &PlaceSpec) -> LiftPose {
        LiftPose {
            height_mm: spec.height_mm,
            side: match self.layout {
                Layout::Rack => spec.along_mm,
                Layout::Fishbone | Layout::Cylinder => (spec.angle_deg * 1_000.0).round() as i32,
            },
        }
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

    /// Plans the move of a car from one place to another by the lift that reaches both, which now
    /// is at `lift_now`. A car that stands on the lift itself is only carried and put off.
    pub fn plan_move(
        &self,
        from: &Place,
        to: &Place,
        lift_now: LiftPose,
    ) -> Result<MovePlan, CannotMove> {
        let lift = self.lift_for(from, to)?;
        let mut plan = Planner {
            machine: self,
            pose: lift_now,
            now_ms: 0,
            legs: Vec::new(),
        };
        if let Some(source) = self.place(from) {
            plan.go(Phase::Approach, source);
            plan.transfer(Phase::Load, source);
        }
        let loaded_ms = plan.now_ms;
        if let Some(target) = self.place(to) {
            plan.go(Phase::Carry, target);
            plan.transfer(Phase::Unload, target);
        }
        Ok(MovePlan {
            lift,
            from: from.clone(),
            to: to.clone(),
            legs: plan.legs,
            loaded_ms,
            total_ms: plan.now_ms,
            start: lift_now,
            end: plan.pose,
        })
    }
}

struct Planner<'a> {
    machine: &'a Machine,
    pose: LiftPose,
    now_ms: u64,
    legs: Vec<Leg>,
}

impl Planner<'_> {
    /// Brings the lift before a place.
    fn go(&mut self, phase: Phase, spec: &PlaceSpec) {
        let kinematics = self.machine.kinematics;
        let target = self.machine.pose_before(spec);
        let started_ms = self.now_ms;
        let lift = (i64::from(self.pose.height_mm), i64::from(target.height_mm));
        self.drive(phase, Axis::Lift, lift, kinematics.lift);
        let risen_ms = self.now_ms;
        if let Some(side) = kinematics.side {
            if kinematics.together {
                self.now_ms = started_ms;
            }
            let (axis, to) = self.side_target(target);
            self.drive(phase, axis, (i64::from(self.pose.side), to), side);
        }
        self.now_ms = self.now_ms.max(risen_ms);
        self.pose = target;
    }

    /// A turn goes the shorter way round; a rack goes straight.
    fn side_target(&self, target: LiftPose) -> (Axis, i64) {
        const FULL: i64 = 360_000;
        if self.machine.layout == Layout::Rack {
            return (Axis::Travel, i64::from(target.side));
        }
        let now = i64::from(self.pose.side);
        let way = (i64::from(target.side) - now).rem_euclid(FULL);
        let shorter = if way > FULL / 2 { way - FULL } else { way };
        (Axis::Turn, now + shorter)
    }

    /// Moves the car between the lift and a place, with the bay's inner door where there is one.
    fn transfer(&mut self, phase: Phase, spec: &PlaceSpec) {
        let kinematics = self.machine.kinematics;
        let reach = i64::from(kinematics.reach_mm);
        let door_s = self
            .machine
            .bay(&spec.place)
            .map_or(0.0, |(_, bay)| bay.inner_door_s);
        self.wait(phase, Axis::InnerDoor, (0, 1_000), door_s);
        self.drive(phase, Axis::Shuttle, (0, reach), kinematics.shuttle);
        self.wait(phase, Axis::Shuttle, (reach, reach), kinematics.handling_s);
        self.drive(phase, Axis::Shuttle, (reach, 0), kinematics.shuttle);
        self.wait(phase, Axis::InnerDoor, (1_000, 0), door_s);
    }

    fn drive(&mut self, phase: Phase, axis: Axis, (from, to): (i64, i64), drive: Drive) {
        let duration_ms = drive.over((to - from) as f64).duration_ms();
        let (v, a) = (drive.v, drive.a);
        self.push(phase, axis, (from, to), duration_ms, (v, a));
    }

    fn wait(&mut self, phase: Phase, axis: Axis, way: (i64, i64), seconds: f64) {
        self.push(phase, axis, way, millis(seconds), (0.0, 0.0));
    }

    fn push(
        &mut self,
        phase: Phase,
        axis: Axis,
        (from, to): (i64, i64),
        duration_ms: u64,
        (v, a): (f64, f64),
    ) {
        if duration_ms == 0 {
            return;
        }
        let start_ms = self.now_ms;
        self.legs.push(Leg {
            phase,
            axis,
            from,
            to,
            start_ms,
            duration_ms,
            v,
            a,
        });
        self.now_ms += duration_ms;
    }
}
