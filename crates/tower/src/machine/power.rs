//! Emergency power: a generator that moves so many axes at once, and perhaps not at full speed.
//!
//! What it allows follows from the file alone: the machine on emergency power is a machine with
//! lower speeds whose plans start an axis only when another has stopped.

use super::Machine;
use super::trip::Stretch;
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

/// Starts motions later where it must be, so that at most `most` axes move at a time. What came
/// after something else still does.
pub(super) fn spread(planned: &[Stretch], most: u16) -> Vec<Stretch> {
    let mut spread: Vec<Stretch> = Vec::with_capacity(planned.len());
    for (index, stretch) in planned.iter().enumerate() {
        // One that follows another begins at its very end: the same number, not a rounded one.
        let done = |before: &usize| planned[*before].end_s() <= stretch.start_s;
        let after = (0..index).filter(done).map(|before| spread[before].end_s());
        let mut later = *stretch;
        later.start_s = after.fold(0.0, f64::max);
        while let Some(free_s) = busy_until_s(&spread, &later, most) {
            later.start_s = free_s;
        }
        spread.push(later);
    }
    spread
}

/// When the first of the axes stops that leave none for this motion; nothing when it may begin.
fn busy_until_s(others: &[Stretch], stretch: &Stretch, most: u16) -> Option<f64> {
    if !stretch.moves() {
        return None;
    }
    let at_once = |other: &&Stretch| {
        other.moves() && other.start_s < stretch.end_s() && stretch.start_s < other.end_s()
    };
    let ends: Vec<f64> = others.iter().filter(at_once).map(Stretch::end_s).collect();
    let none_left = ends.len() >= usize::from(most.max(1));
    ends.into_iter().reduce(f64::min).filter(|_| none_left)
}
