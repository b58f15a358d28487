//! How long a machine takes on the whole: single and dual commands over all its slots.
//!
//! A single command fetches one car: the empty lift leaves the bay, and ends with the car put off
//! there. A dual command stores a car and brings another one back. Each slot is equally likely.
//! Beside them the two points of FEM 9.851, by which makers state cycles of stacker cranes.

use super::trip::Trip;
use super::{Layout, LiftPose, Machine, Phase, PlaceSpec};
use crate::motion::Drive;
use crate::tower::Place;
use serde::Serialize;

/// The times of one kind of command over all slots of a bay, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Commands {
    /// How many commands were timed.
    pub count: usize,
    /// Their mean.
    pub mean_s: f64,
    /// The shortest.
    pub min_s: f64,
    /// The longest.
    pub max_s: f64,
    /// The mean of their squares, in seconds squared.
    pub second_moment_s2: f64,
    /// The slot that is fetched by the longest.
    pub farthest: Place,
}

impl Commands {
    /// Sums up; nothing when there is no command.
    fn of<'a>(all: impl Iterator<Item = (f64, &'a Place)>) -> Option<Commands> {
        let mut all = all.peekable();
        let (first_s, first) = *all.peek()?;
        let mut sums = (0, 0.0, 0.0);
        let (mut least_s, mut longest) = (first_s, (first_s, first));
        for (seconds, place) in all {
            sums = (sums.0 + 1, sums.1 + seconds, sums.2 + seconds * seconds);
            least_s = least_s.min(seconds);
            if seconds > longest.0 {
                longest = (seconds, place);
            }
        }
        let count = f64::from(sums.0);
        Some(Commands {
            count: sums.0 as usize,
            mean_s: sums.1 / count,
            min_s: least_s,
            max_s: longest.0,
            second_moment_s2: sums.2 / count,
            farthest: longest.1.clone(),
        })
    }
}

/// The cycles of FEM 9.851 in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TestCycles {
    /// The mean of the single commands to both points.
    pub single_s: f64,
    /// Store at the first point, fetch from the second.
    pub dual_s: f64,
}

/// Gives the travel of the two test cycles of FEM 9.851 over a rack of some length and height from
/// its corner: `P1 = (L/5, 2H/3)`, `P2 = (2L/3, H/5)`; the single one is the mean of both round
/// trips, the dual one goes to P1, P2 and back. Transfers are to be added: two for a single
/// command, four for a dual one. With both axes at once and constant speed a square in time gives
/// exactly 4/3 and 9/5 of the time to its far corner.
/// Source: FEM 9.851, as explained at logscout.de.
pub fn fem_9_851(
    (length, height): (f64, f64),
    way_s: impl Fn((f64, f64), (f64, f64)) -> f64,
) -> TestCycles {
    let corner = (0.0, 0.0);
    let first = (length / 5.0, 2.0 * height / 3.0);
    let second = (2.0 * length / 3.0, height / 5.0);
    let (there_s, back_s) = (way_s(corner, first), way_s(second, corner));
    TestCycles {
        single_s: there_s + back_s,
        dual_s: there_s + way_s(first, second) + back_s,
    }
}

impl Machine {
    /// Gives the time of a lift from one pose to another, both at rest, in seconds: axes that move
    /// together take the longest one's time, others follow each other.
    pub fn way_s(&self, from: LiftPose, to: LiftPose) -> f64 {
        let up = f64::from(to.height_mm - from.height_mm);
        self.axes_s(up, f64::from(self.side_way(from.side, to.side)))
    }

    fn axes_s(&self, up_mm: f64, side: f64) -> f64 {
        let over = |drive: Drive, way: f64| drive.over(way).duration_s();
        let up_s = over(self.kinematics.lift, up_mm);
        let side_s = self.kinematics.side.map_or(0.0, |drive| over(drive, side));
        if self.kinematics.together && self.moving_axes != Some(1) {
            up_s.max(side_s)
        } else {
            up_s + side_s
        }
    }

    /// Gives the time of a single command in seconds: from before the bay to the slot, and with its
    /// car put off at the bay. Nothing when no lift reaches both.
    pub fn single_command_s(&self, bay: &Place, slot: &Place) -> Option<f64> {
        let (lift, bay, slot) = self.reached(bay, slot)?;
        let mut trip = Trip::new(self, lift, self.pose_before(bay));
        trip.fetch(slot);
        trip.deliver(bay);
        Some(trip.seconds())
    }

    /// Gives the time from a car that stands in the bay to the same car in the slot, in seconds.
    pub fn storing_s(&self, bay: &Place, slot: &Place) -> Option<f64> {
        let (lift, bay, slot) = self.reached(bay, slot)?;
        let mut trip = Trip::new(self, lift, self.pose_before(bay));
        trip.fetch(bay);
        trip.deliver(slot);
        Some(trip.seconds())
    }

    /// Gives the time of a dual command in seconds: a car from the bay to one slot, and another
    /// one from another slot to the bay, by the same lift.
    pub fn dual_command_s(&self, bay: &Place, stored: &Place, fetched: &Place) -> Option<f64> {
        let (lift, bay, stored) = self.reached(bay, stored)?;
        let fetched = self
            .place(fetched)
            .filter(|slot| self.reaches(lift, &slot.place))?;
        let mut trip = Trip::new(self, lift, self.pose_before(bay));
        trip.fetch(bay);
        trip.deliver(stored);
        trip.fetch(fetched);
        trip.deliver(bay);
        Some(trip.seconds())
    }

    /// Times the single commands of a bay to each of its slots.
    pub fn single_commands(&self, bay: &Place) -> Option<Commands> {
        let timed = |slot: &'_ PlaceSpec| self.single_command_s(bay, &slot.place);
        Commands::of(
            self.slots()
                .filter_map(|slot| Some((timed(slot)?, &slot.place))),
        )
    }

    /// Times the dual commands of a bay over every pair of different slots.
    pub fn dual_commands(&self, bay: &Place) -> Option<Commands> {
        let slots: Vec<&PlaceSpec> = self.slots().collect();
        let pairs = slots.iter().flat_map(|stored| {
            let others = slots.iter().filter(|fetched| fetched.index != stored.index);
            others.map(|fetched| (&stored.place, &fetched.place))
        });
        let timed = |(stored, fetched)| {
            let seconds = self.dual_command_s(bay, stored, fetched)?;
            Some((seconds, fetched))
        };
        Commands::of(pairs.filter_map(timed))
    }

    /// Gives the cycles of FEM 9.851 from a bay, with the transfers of this machine. Nothing for a
    /// corridor, whose lift and robot cannot travel diagonally (FEM 9.860 is for those), and for a
    /// loop, which has no rack.
    pub fn test_cycles(&self, bay: &Place) -> Option<TestCycles> {
        if matches!(self.layout, Layout::Corridor | Layout::Rotary) {
            return None;
        }
        let reached = |slot: &&PlaceSpec| self.lift_for(bay, &slot.place).is_ok();
        let slots: Vec<&PlaceSpec> = self.slots().filter(reached).collect();
        let bay = self.place(bay)?;
        let io = self.pose_before(bay);
        let pose = |slot: &&PlaceSpec| self.pose_before(slot);
        let side = |pose: LiftPose| f64::from(self.side_way(io.side, pose.side).abs());
        let up = |pose: LiftPose| f64::from((pose.height_mm - io.height_mm).abs());
        let length = slots.iter().map(pose).map(side).fold(0.0, f64::max);
        let height = slots.iter().map(pose).map(up).fold(0.0, f64::max);
        let way_s = |from: (f64, f64), to: (f64, f64)| self.axes_s(to.1 - from.1, to.0 - from.0);
        let travel = fem_9_851((length, height), way_s);
        let slot = slots.first()?;
        let (lift, _, _) = self.reached(&bay.place, &slot.place)?;
        let transfer_s = |phase, spec| {
            let mut trip = Trip::new(self, lift, self.pose_before(spec));
            trip.transfer(phase, spec);
            trip.seconds()
        };
        let (taken_in_s, put_up_s) = (
            transfer_s(Phase::Load, bay),
            transfer_s(Phase::Unload, slot),
        );
        let (taken_down_s, put_out_s) = (
            transfer_s(Phase::Load, slot),
            transfer_s(Phase::Unload, bay),
        );
        Some(TestCycles {
            single_s: travel.single_s + taken_down_s + put_out_s,
            dual_s: travel.dual_s + taken_in_s + put_up_s + taken_down_s + put_out_s,
        })
    }

    fn reached(&self, bay: &Place, slot: &Place) -> Option<(usize, &PlaceSpec, &PlaceSpec)> {
        let lift = self.lift_for(bay, slot).ok()?;
        Some((lift, self.place(bay)?, self.place(slot)?))
    }
}
