//! Two lifts on one mast that cannot pass each other: which of them fetches which car, and when.
//!
//! Time is cut into steps of half a car's handling, height into the floors that a lift passes in a
//! step at full speed, rounded down: no lift is quicker than that, so the bound holds for the real
//! machine. What the plan costs is the longer of its steps and of each lift's real work. Stores are
//! not in it; the storage rule gives them their slots.

use super::group::Group;
use super::{Method, Part, Round};
use crate::machine::PlaceSpec;
use crate::schedule::Proof;
use crate::schedule::mast::{Lift, Load, Mast, Pair};

const HANDLING_STEPS: u32 = 2;

/// Height and time in steps.
struct Scale {
    step_ms: u64,
    floor_mm: i32,
    ground_mm: i32,
    mast: Mast,
}

/// Plans the fetches; none unless the group is two lifts of one mast.
pub(super) fn plan(group: &Group<'_>, states: usize) -> Option<(Part, Vec<Round>)> {
    let machine = group.sight.machine;
    let [lower, upper] = *group.lifts.as_slice() else {
        return None;
    };
    if !machine.mast_neighbours(lower).any(|other| other == upper) {
        return None;
    }
    let scale = Scale::of(group)?;
    let floors = group
        .fetches
        .iter()
        .map(|(_, from)| scale.floor(from.height_mm as i32));
    let floors: Vec<i32> = floors.collect();
    let start = scale.start(group)?;
    let plan = scale.mast.plan(&floors, start, states)?;
    let picks = picks(&plan.steps, &floors)?;
    let work_ms = |lift: usize| -> u64 {
        let own = picks.iter().filter(|(_, one)| *one == lift);
        own.map(|(fetch, _)| round_ms(group, group.lifts[lift], group.fetches[*fetch].1))
            .sum()
    };
    let steps_ms = plan.proof.cost * scale.step_ms;
    let bound_ms = scale.bound(&floors, start) * scale.step_ms;
    let cost_ms = steps_ms.max(work_ms(0)).max(work_ms(1));
    let part = Part {
        lifts: group.lifts.clone(),
        method: Method::Mast,
        jobs: group.fetches.len(),
        proof: Proof::new(cost_ms, bound_ms, plan.proof.nodes),
    };
    Some((part, in_turn(group, &picks)))
}

impl Scale {
    fn of(group: &Group<'_>) -> Option<Scale> {
        let machine = group.sight.machine;
        let bay = group.bays.first()?;
        let fetched = group.fetches.iter().map(|(_, from)| *from);
        let taking = fetched
            .clone()
            .map(|from| machine.taking_ms(group.lifts[0], from));
        let putting = machine.putting_ms(group.lifts[0], bay);
        let step_ms = taking.min()?.min(putting) / u64::from(HANDLING_STEPS);
        let floor_mm = (machine.kinematics.lift.v * step_ms as f64 / 1_000.0).ceil() as i32;
        if step_ms == 0 || floor_mm == 0 {
            return None;
        }
        let ranges = group.lifts.iter().map(|lift| &machine.lifts[*lift]);
        let low_mm = ranges.clone().map(|lift| lift.range.low_mm).min()?;
        let high_mm = ranges.map(|lift| lift.range.high_mm).max()?;
        let ground_mm = bay.height_mm as i32;
        let highest = fetched
            .map(|from| from.height_mm as i32)
            .max()?
            .max(high_mm);
        Some(Scale {
            step_ms,
            floor_mm,
            ground_mm,
            mast: Mast {
                // The way into the pit and the overrun is rounded up, so that one fits beside.
                lowest: (low_mm - ground_mm).div_euclid(floor_mm).min(-1),
                highest: (highest - ground_mm).div_euclid(floor_mm) + 1,
                clearance: 1,
                pick_steps: HANDLING_STEPS,
                put_steps: HANDLING_STEPS,
            },
        })
    }

    fn floor(&self, height_mm: i32) -> i32 {
        (height_mm - self.ground_mm).div_euclid(self.floor_mm)
    }

    /// Gives how few steps any two lifts take, however near they may come to each other; where they
    /// begin is rounded to their favour.
    fn bound(&self, floors: &[i32], start: Pair) -> u64 {
        let begin = start.map(|lift| lift.floor.abs() + 1);
        self.mast.without_interference(floors, begin)
    }

    /// Gives where both lifts begin, moved apart where rounding has brought them together.
    fn start(&self, group: &Group<'_>) -> Option<Pair> {
        let floor = |lift: usize| self.floor(group.sight.pose(group.lifts[lift]).height_mm);
        let range = self.mast.lowest..=self.mast.highest;
        let lower = floor(0).clamp(*range.start(), *range.end() - 1);
        let upper = floor(1).clamp(lower + self.mast.clearance, *range.end());
        let pair = [Lift::at(lower), Lift::at(upper)];
        self.mast.allows(&pair).then_some(pair)
    }
}

/// Lists the fetches, by their place in the queue, with the lift that takes each, as they are
/// taken.
fn picks(steps: &[Pair], floors: &[i32]) -> Option<Vec<(usize, usize)>> {
    let mut left: Vec<usize> = (0..floors.len()).collect();
    let mut picks = Vec::new();
    for two in steps.windows(2) {
        for (lift, (before, after)) in two[0].iter().zip(&two[1]).enumerate() {
            let idle = before.load == Load::Empty { picked: 0 };
            let is_taking = match after.load {
                Load::Empty { picked } => picked > 0,
                Load::Loaded { .. } => true,
            };
            if idle && is_taking {
                let at = left.iter().position(|one| floors[*one] == after.floor)?;
                picks.push((left.remove(at), lift));
            }
        }
    }
    left.is_empty().then_some(picks)
}

/// Puts the fetches into the order in which they were queued, each with its lift.
fn in_turn(group: &Group<'_>, picks: &[(usize, usize)]) -> Vec<Round> {
    let mut in_turn = picks.to_vec();
    in_turn.sort_unstable();
    let round = |(fetch, lift): &(usize, usize)| Round {
        lift: group.lifts[*lift],
        store_to: None,
        fetch: Some(group.fetches[*fetch].0.job.id.clone()),
        begun: false,
    };
    in_turn.iter().map(round).collect()
}

/// Gives the real time of one fetch by a lift, from the nearest bay and back.
fn round_ms(group: &Group<'_>, lift: usize, from: &PlaceSpec) -> u64 {
    let machine = group.sight.machine;
    let slot = machine.pose_before(from);
    let bays = group.bays.iter().map(|bay| {
        let pose = machine.pose_before(bay);
        machine.way_ms(pose, slot) + machine.way_ms(slot, pose) + machine.putting_ms(lift, bay)
    });
    bays.min().unwrap_or(0) + machine.taking_ms(lift, from)
}
