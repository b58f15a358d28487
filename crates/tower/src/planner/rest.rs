//! Where an idle lift waits for the next car that is asked for.
//!
//! The next fetch is equally likely for every car in a slot; a car that comes in needs the lift
//! only after its door, its driver and the sweep, so it is not waited for. The lift goes when the
//! way it saves is worth more than its wear and than the wait of whoever asks meanwhile, because a
//! way that has begun is not broken off. How often somebody asks, and what for, is not told to the
//! tower: a quiet showroom is taken for granted, in which every second job begins at a slot.

use super::due::is_due;
use super::sight::Sight;
use crate::machine::{LiftPose, PlaceKind, PlaceSpec};
use crate::schedule::dwell::{self, Prospect, Request};
use crate::tower::{LiveJob, Stage};
use std::collections::BTreeSet;

/// How many jobs are asked for in an hour, where nothing is known.
pub const REQUESTS_PER_H: f64 = 4.0;

/// How likely the next job begins at a slot.
const AT_A_SLOT: f64 = 0.5;

/// What part of a second of waiting a second of motion costs.
const WEAR: f64 = 0.1;

/// No longer way is made in advance, in milliseconds: an order without a plan that takes longer is
/// taken for one that is not answered.
const LONGEST_MS: u64 = 40_000;

/// Gives the height at which a lift should wait, if it is worth the way; none while any job will
/// need a lift before a new one can be asked for.
pub fn rest(sight: Sight<'_>, lift: usize) -> Option<i32> {
    let due = |live: &LiveJob| is_due(sight.state, sight.machine, live, sight.at);
    let calm = sight.state.jobs.iter().all(|live| match live.stage {
        Stage::Waiting => !due(live),
        Stage::AtBay { .. }
        | Stage::Asked { .. }
        | Stage::Left { .. }
        | Stage::Shown { .. }
        | Stage::Inspected { .. } => true,
        Stage::Moving { .. }
        | Stage::OnLift
        | Stage::Rejected { .. }
        | Stage::Awaiting { .. }
        | Stage::Arrived { .. } => false,
    });
    let range = sight.machine.lifts.get(lift).filter(|_| calm)?.range;
    let machine = sight.machine;
    let now = sight.pose(lift);
    let reached = machine.slots().filter(|spec| machine.serves(lift, spec));
    let reached: Vec<(bool, LiftPose)> = reached
        .map(|spec| (holds_a_car(sight, spec), machine.pose_before(spec)))
        .collect();
    let cars = reached.iter().filter(|(holds, _)| *holds);
    let cars: Vec<LiftPose> = cars.map(|(_, pose)| *pose).collect();
    let heights: BTreeSet<i32> = reached.iter().map(|(_, pose)| pose.height_mm).collect();
    let at = |height_mm: i32| LiftPose { height_mm, ..now };
    let near = |height_mm: &i32| {
        range.hold(*height_mm) && machine.way_ms(now, at(*height_mm)) <= LONGEST_MS
    };
    // Numbered: where it is now, then the heights, then the cars.
    let poses: Vec<LiftPose> = std::iter::once(now)
        .chain(heights.into_iter().filter(near).map(at))
        .collect();
    let requests = (0..cars.len()).map(|car| Request {
        place: car,
        weight: 1,
    });
    let requests: Vec<Request> = requests.collect();
    let travel = |from: usize, car: usize| machine.way_ms(poses[from], cars[car]);
    let best = dwell::best(&(0..poses.len()).collect::<Vec<_>>(), &requests, travel)?;
    let stays_ms = dwell::weighted_way(0, &requests, travel);
    let goal = poses[best.place];
    let prospect = Prospect {
        saves_ms: (stays_ms - best.weighted_ms) / (cars.len() as u64).max(1),
        likelihood: AT_A_SLOT,
        takes_ms: machine.way_ms(now, goal),
        requests_per_ms: REQUESTS_PER_H / 3_600_000.0,
        wear: WEAR,
    };
    prospect.is_worth_it().then_some(goal.height_mm)
}

/// Tells whether a car stands in a slot that may be asked for next.
fn holds_a_car(sight: Sight<'_>, spec: &PlaceSpec) -> bool {
    let vin = sight.state.inventory.car_at(&spec.place);
    spec.kind == PlaceKind::Slot && vin.is_some_and(|vin| sight.state.job_of(vin).is_none())
}
