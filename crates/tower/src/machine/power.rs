//! Emergency power: a generator that moves so many axes at once, and perhaps not at full speed.
//!
//! What it allows follows from the file alone: the machine on emergency power is a machine with
//! lower speeds whose plans start an axis only when another has stopped.

use super::{Leg, Machine};
use serde::Serialize;

/// What the machine may do on emergency power.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EmergencyPower {
    /// How many axes may move at once, of all lifts, shuttles, robots, tables and inner doors.
    pub moving_axes: u16,
    /// The share of each speed limit that is allowed, above 0 and at most 1.
    pub speed: f64,
}

impl Machine {
    /// Gives the machine as it moves on emergency power; none when its file says nothing of it.
    pub fn on_emergency_power(&self) -> Option<Machine> {
        let power = self.emergency_power?;
        let mut slow = self.clone();
        slow.moving_axes = Some(power.moving_axes);
        let kinematics = &mut slow.kinematics;
        kinematics.lift = kinematics.lift.slowed(power.speed);
        kinematics.side = kinematics.side.map(|side| side.slowed(power.speed));
        kinematics.shuttle = kinematics.shuttle.slowed(power.speed);
        if let Some(robot) = &mut kinematics.robot {
            robot.drive = robot.drive.slowed(power.speed);
        }
        Some(slow)
    }
}

/// Starts the legs of a plan later where it must be, so that at most `most` axes move at a time.
/// What came after something else still does.
pub(super) fn spread(legs: &[Leg], most: u16) -> Vec<Leg> {
    let mut spread: Vec<Leg> = Vec::with_capacity(legs.len());
    for (index, leg) in legs.iter().enumerate() {
        let done = |before: &usize| legs[*before].end_ms() <= leg.start_ms;
        let after = (0..index)
            .filter(done)
            .map(|before| spread[before].end_ms());
        let mut later = Leg {
            start_ms: after.max().unwrap_or(0),
            ..*leg
        };
        while let Some(free_ms) = busy_until_ms(&spread, &later, most) {
            later.start_ms = free_ms;
        }
        spread.push(later);
    }
    spread
}

/// When the first of the axes stops that leave none for this leg; nothing when it may move.
fn busy_until_ms(others: &[Leg], leg: &Leg, most: u16) -> Option<u64> {
    if !leg.moves() {
        return None;
    }
    let at_once = |other: &&Leg| {
        other.moves() && other.start_ms < leg.end_ms() && leg.start_ms < other.end_ms()
    };
    let ends: Vec<u64> = others.iter().filter(at_once).map(Leg::end_ms).collect();
    let none_left = ends.len() >= usize::from(most.max(1));
    ends.into_iter().min().filter(|_| none_left)
}
