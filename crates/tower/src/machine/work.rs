//! What a schedule asks of a machine: the way of an empty platform, and the time at a place.
//!
//! A move is a way, a car drawn on, a way, a car put off. Schedules change the ways and never the
//! rest, so both are given apart, in whole milliseconds. Where a level's own robot fetches a car
//! while the lift is on its way, only the hand-over counts: no move is quicker than that.

use super::trip::Trip;
use super::{LiftPose, Machine, Phase, PlaceSpec};
use crate::motion::millis;

impl Machine {
    /// Gives how long a lift takes from one pose to another, in milliseconds.
    pub fn way_ms(&self, from: LiftPose, to: LiftPose) -> u64 {
        millis(self.way_s(from, to))
    }

    /// Gives how long a lift needs at least to take a car from a place, once it stands before it.
    pub fn taking_ms(&self, lift: usize, spec: &PlaceSpec) -> u64 {
        match self.kinematics.robot.and_then(|robot| robot.hand_over_s) {
            Some(hand_over_s) => millis(hand_over_s),
            None => millis(self.transfer_s(lift, Phase::Load, spec)),
        }
    }

    /// Gives how long a lift needs to put a car into a place, once it stands before it.
    pub fn putting_ms(&self, lift: usize, spec: &PlaceSpec) -> u64 {
        let hand_over_s = self.kinematics.robot.and_then(|robot| robot.hand_over_s);
        millis(hand_over_s.unwrap_or(0.0) + self.transfer_s(lift, Phase::Unload, spec))
    }

    /// Tells whether a lift reaches a place.
    pub fn serves(&self, lift: usize, spec: &PlaceSpec) -> bool {
        let lift = self.lifts.get(lift);
        lift.is_some_and(|lift| super::reach::reaches(lift, self.layout, spec))
    }

    fn transfer_s(&self, lift: usize, phase: Phase, spec: &PlaceSpec) -> f64 {
        let mut trip = Trip::new(self, lift, self.pose_before(spec));
        trip.transfer(phase, spec);
        trip.seconds()
    }
}
