//! One lift on its way from place to place, in exact seconds.
//!
//! A move, a single command and a dual command are trips of two or four halves. Seconds are rounded
//! to milliseconds once, when they become the legs of a plan, so that tables of times are exact.

use super::power::spread;
use super::{Axis, BaySpec, Layout, Leg, LiftPose, Machine, Phase, PlaceSpec, Turns};
use crate::motion::{Drive, millis};

/// One motion of one axis, or time that passes at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    phase: Phase,
    axis: Axis,
    from: i64,
    to: i64,
    pub(super) start_s: f64,
    pub(super) seconds: f64,
    drive: Option<Drive>,
}

impl Stretch {
    pub(super) fn end_s(&self) -> f64 {
        self.start_s + self.seconds
    }

    /// Whether something moves, and not only time passes.
    pub(super) fn moves(&self) -> bool {
        self.from != self.to
    }

    /// Both ends are rounded, not the length, so that roundings do not add up.
    fn leg(&self) -> Leg {
        let start_ms = millis(self.start_s);
        Leg {
            phase: self.phase,
            axis: self.axis,
            from: self.from,
            to: self.to,
            start_ms,
            duration_ms: millis(self.end_s()) - start_ms,
            v: self.drive.map_or(0.0, |drive| drive.v),
            a: self.drive.map_or(0.0, |drive| drive.a),
            j: self.drive.and_then(|drive| drive.j).unwrap_or(0.0),
        }
    }
}

/// A lift on its way.
pub(super) struct Trip<'a> {
    machine: &'a Machine,
    lift: usize,
    /// Where the lift is by now.
    pub(super) pose: LiftPose,
    now_s: f64,
    stretches: Vec<Stretch>,
}

impl<'a> Trip<'a> {
    pub(super) fn new(machine: &'a Machine, lift: usize, pose: LiftPose) -> Trip<'a> {
        Trip {
            machine,
            lift,
            pose,
            now_s: 0.0,
            stretches: Vec::new(),
        }
    }

    /// How many motions there are so far.
    pub(super) fn stretches(&self) -> usize {
        self.stretches.len()
    }

    /// The legs in the order they were planned, at most so many at a time as the machine allows.
    pub(super) fn legs(&self) -> Vec<Leg> {
        self.allowed().iter().map(Stretch::leg).collect()
    }

    /// How long the trip takes.
    pub(super) fn seconds(&self) -> f64 {
        match self.machine.moving_axes {
            None => self.now_s,
            Some(_) => {
                let ends = self.allowed().into_iter();
                ends.map(|stretch| stretch.end_s()).fold(0.0, f64::max)
            }
        }
    }

    fn allowed(&self) -> Vec<Stretch> {
        match self.machine.moving_axes {
            None => self.stretches.clone(),
            Some(most) => spread(&self.stretches, most),
        }
    }

    /// Brings a car on to the lift. A level's own robot fetches it while the lift is on its way.
    pub(super) fn fetch(&mut self, source: &PlaceSpec) {
        let started_s = self.now_s;
        self.go(Phase::Approach, source);
        let Some(hand_over_s) = self.hand_over_s() else {
            return self.transfer(Phase::Load, source);
        };
        let arrived_s = self.now_s;
        self.now_s = started_s;
        self.transfer(Phase::Load, source);
        self.now_s = self.now_s.max(arrived_s);
        self.wait(Phase::Load, Axis::Corridor, (0, 0), hand_over_s);
    }

    /// Carries the car on the lift to a place and puts it off.
    pub(super) fn deliver(&mut self, target: &PlaceSpec) {
        self.go(Phase::Carry, target);
        if let Some(hand_over_s) = self.hand_over_s() {
            self.wait(Phase::Unload, Axis::Corridor, (0, 0), hand_over_s);
        }
        self.transfer(Phase::Unload, target);
    }

    fn hand_over_s(&self) -> Option<f64> {
        self.machine.kinematics.robot?.hand_over_s
    }

    /// Brings the lift before a place.
    fn go(&mut self, phase: Phase, spec: &PlaceSpec) {
        let kinematics = self.machine.kinematics;
        let target = self.machine.pose_from(self.pose, spec);
        let started_s = self.now_s;
        let lift = (i64::from(self.pose.height_mm), i64::from(target.height_mm));
        self.drive(phase, Axis::Lift, lift, kinematics.lift);
        let risen_s = self.now_s;
        if let Some(side) = kinematics.side {
            if kinematics.together {
                self.now_s = started_s;
            }
            let axis = match self.machine.layout {
                Layout::Rack | Layout::Corridor => Axis::Travel,
                Layout::Fishbone | Layout::Cylinder | Layout::Rotary => Axis::Turn,
            };
            let now = self.pose.side;
            let to = now + self.machine.side_way(now, target.side);
            self.drive(phase, axis, (i64::from(now), i64::from(to)), side);
        }
        self.now_s = self.now_s.max(risen_s);
        self.pose = target;
    }

    /// Moves the car between the lift and a place, with what a bay has: a table before or after,
    /// and the inner door.
    pub(super) fn transfer(&mut self, phase: Phase, spec: &PlaceSpec) {
        let kinematics = self.machine.kinematics;
        let reach = i64::from(kinematics.reach_mm);
        let far = i64::from(self.machine.corridor_mm(self.lift, spec));
        let bay = self.machine.bay(&spec.place).map(|(_, bay)| bay);
        let door_s = bay.map_or(0.0, |bay| bay.inner_door_s);
        if phase == Phase::Load {
            self.turn(phase, bay, Turns::Arriving);
        }
        self.along(phase, (0, far));
        self.wait(phase, Axis::InnerDoor, (0, 1_000), door_s);
        self.drive(phase, Axis::Shuttle, (0, reach), kinematics.shuttle);
        self.wait(phase, Axis::Shuttle, (reach, reach), kinematics.handling_s);
        self.drive(phase, Axis::Shuttle, (reach, 0), kinematics.shuttle);
        self.wait(phase, Axis::InnerDoor, (1_000, 0), door_s);
        self.along(phase, (far, 0));
        if phase == Phase::Unload {
            self.turn(phase, bay, Turns::Leaving);
        }
    }

    fn along(&mut self, phase: Phase, way: (i64, i64)) {
        if let Some(robot) = self.machine.kinematics.robot {
            self.drive(phase, Axis::Corridor, way, robot.drive);
        }
    }

    fn turn(&mut self, phase: Phase, bay: Option<&BaySpec>, turns: Turns) {
        let table = bay.and_then(|bay| bay.turntable);
        if let Some(table) = table.filter(|table| table.turns == turns) {
            self.wait(phase, Axis::Turntable, (0, 180_000), table.seconds);
        }
    }

    fn drive(&mut self, phase: Phase, axis: Axis, (from, to): (i64, i64), drive: Drive) {
        let seconds = drive.over((to - from) as f64).duration_s();
        self.push(phase, axis, (from, to), seconds, Some(drive));
    }

    fn wait(&mut self, phase: Phase, axis: Axis, way: (i64, i64), seconds: f64) {
        self.push(phase, axis, way, seconds, None);
    }

    fn push(
        &mut self,
        phase: Phase,
        axis: Axis,
        (from, to): (i64, i64),
        seconds: f64,
        drive: Option<Drive>,
    ) {
        if seconds == 0.0 {
            return;
        }
        let start_s = self.now_s;
        self.stretches.push(Stretch {
            phase,
            axis,
            from,
            to,
            start_s,
            seconds,
            drive,
        });
        self.now_s = start_s + seconds;
    }
}
