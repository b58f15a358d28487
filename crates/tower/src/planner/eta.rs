//! How long until a job's car is where it should be: an interval, because people are in the loop.
//!
//! The machine's part is computed from the same plans the machine follows. A visit at the bay is
//! assumed to last one minute at the least, four on average and fifteen at the most: published
//! hand-overs of car towers take ten to thirty minutes with papers, which here come before.

use super::choose::move_ms;
use super::{bay_for, in_order};
use crate::handshake::Unit;
use crate::job::Kind;
use crate::machine::{Machine, PlaceKind};
use crate::tower::{LiveJob, OpenOrder, Place, Stage, State};
use kernel::{JobId, Moment};
use serde::{Deserialize, Serialize};

/// Seconds until a fetched car stands at the bay, a stored one in its slot, a shown one in the
/// window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eta {
    /// When everybody before is quick.
    pub earliest_s: u64,
    /// On average.
    pub expected_s: u64,
    /// When everybody before takes his time.
    pub latest_s: u64,
}

impl Eta {
    fn exactly(seconds: u64) -> Eta {
        Eta {
            earliest_s: seconds,
            expected_s: seconds,
            latest_s: seconds,
        }
    }

    fn plus(self, other: Eta) -> Eta {
        Eta {
            earliest_s: self.earliest_s + other.earliest_s,
            expected_s: self.expected_s + other.expected_s,
            latest_s: self.latest_s + other.latest_s,
        }
    }

    fn times(self, count: u64) -> Eta {
        Eta {
            earliest_s: self.earliest_s * count,
            expected_s: self.expected_s * count,
            latest_s: self.latest_s * count,
        }
    }
}

const VISIT: Eta = Eta {
    earliest_s: 60,
    expected_s: 240,
    latest_s: 900,
};

/// Tells how long a live job still needs; nothing when it has ended or was never asked.
pub fn eta(state: &State, machine: &Machine, job: &JobId, now: Moment) -> Option<Eta> {
    let live = state.job(job)?;
    let own_move = state.work_for(job).map_or(0, |open| left_s(open, now));
    match live.stage {
        Stage::Waiting => {}
        Stage::Moving { .. } => return Some(Eta::exactly(own_move)),
        Stage::AtBay { .. } | Stage::Asked { .. } | Stage::Left { .. } => {
            return Some(Eta::default());
        }
        Stage::Rejected { .. } | Stage::OnLift => {
            let first = Eta::exactly(soonest_s(state, machine, now));
            return Some(first.plus(Eta::exactly(own_s(state, machine, live))));
        }
        Stage::Awaiting { .. } | Stage::Arrived { .. } => {
            return Some(VISIT.plus(Eta::exactly(own_s(state, machine, live))));
        }
        Stage::Shown { .. } => return Some(Eta::default()),
    }
    let ahead: Vec<&LiveJob> = in_order(state)
        .into_iter()
        .take_while(|other| other.job.id != *job)
        .collect();
    let work_s: u64 = ahead.iter().map(|other| own_s(state, machine, other)).sum();
    // Lifts share the work before it; a machine with all of them out of order counts as one.
    let machine_s = work_s.div_ceil(in_order_lifts(state, machine).count().max(1) as u64);
    let visits = visits_before(state, &ahead, live);
    let own = Eta::exactly(own_s(state, machine, live));
    let before = Eta {
        earliest_s: 0,
        ..Eta::exactly(machine_s)
    };
    let running = Eta::exactly(soonest_s(state, machine, now));
    Some(running.plus(before).plus(VISIT.times(visits)).plus(own))
}

fn in_order_lifts(state: &State, machine: &Machine) -> impl Iterator<Item = usize> {
    let stands = |lift: &usize| state.faults.stopping(&machine.lifts[*lift].place).is_some();
    (0..machine.lifts.len()).filter(move |lift| !stands(lift))
}

/// The seconds until the first lift in order is free.
fn soonest_s(state: &State, machine: &Machine, now: Moment) -> u64 {
    let left = |lift: usize| {
        let open = state.open.get(&Unit::at(lift));
        open.map_or(0, |open| left_s(open, now))
    };
    in_order_lifts(state, machine).map(left).min().unwrap_or(0)
}

/// The seconds an order still needs, none when it is late.
fn left_s(open: &OpenOrder, now: Moment) -> u64 {
    let gone_ms = u64::try_from(now.millis_since(open.at)).unwrap_or(0);
    let plan = open.plan.as_ref();
    let left_ms = plan.map_or(0, |plan| plan.total_ms.saturating_sub(gone_ms));
    left_ms.div_ceil(1_000)
}

/// How many visits must end one after another before a bay is free for this job.
fn visits_before(state: &State, ahead: &[&LiveJob], live: &LiveJob) -> u64 {
    let needs_bay =
        |live: &LiveJob| matches!(live.job.kind, Kind::Fetch { .. } | Kind::Store { .. });
    let bays = state.bays.len().max(1);
    let busy = state.bays.values().filter(|bay| !bay.is_free()).count();
    let before = ahead.iter().filter(|other| needs_bay(other)).count();
    if !needs_bay(live) {
        return 0;
    }
    (busy + before + 1).saturating_sub(bays).div_ceil(bays) as u64
}

/// The seconds of a job's own moves and doors.
fn own_s(state: &State, machine: &Machine, live: &LiveJob) -> u64 {
    let vin = live.job.kind.vin();
    let here = state.inventory.place_of(vin);
    let bay = || machine.bays.first().map(|bay| bay.place.clone());
    let moved_ms = match (&live.job.kind, here) {
        (Kind::Fetch { .. }, Some(from)) => {
            let reached = |bay: &Place| machine.lifts_for(from, bay).next().is_some();
            let any = machine
                .bays
                .iter()
                .map(|bay| &bay.place)
                .find(|bay| reached(bay));
            let to = bay_for(state, machine, from, vin).or_else(|| any.cloned());
            to.and_then(|to| move_ms(state, machine, from, &to))
        }
        (Kind::Show { .. }, Some(from)) => {
            let window = |place: &Place| state.kind_of(place) == Some(PlaceKind::Window);
            let to = state
                .places
                .iter()
                .map(|spec| &spec.place)
                .find(|place| window(place));
            to.and_then(|to| move_ms(state, machine, from, to))
        }
        (Kind::Store { .. } | Kind::PutBack { .. }, here) => {
            let from = here.cloned().or_else(bay);
            from.and_then(|from| {
                let to = super::place_for(state, machine, &from, vin)?;
                move_ms(state, machine, &from, &to)
            })
        }
        (Kind::Fetch { .. } | Kind::Show { .. }, None) => None,
    };
    let doors_s = match live.job.kind {
        Kind::Store { .. } => machine
            .bays
            .first()
            .map_or(0.0, |bay| 2.0 * bay.outer_door_s),
        Kind::Fetch { .. } | Kind::Show { .. } | Kind::PutBack { .. } => 0.0,
    };
    (moved_ms.unwrap_or(0) as f64 / 1_000.0 + doors_s).ceil() as u64
}
