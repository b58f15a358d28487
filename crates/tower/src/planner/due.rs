//! From when on a fetch with an appointment is one like any other.
//!
//! Until then it waits for its time and stands in nobody's way. It is due so long before its slot
//! that every car of the slot can be brought before it begins, one after the other, by one lift.

use super::Why;
use crate::appointment::{Appointment, MARGIN_MS, handover};
use crate::machine::Machine;
use crate::tower::{LiveJob, Stage, State};
use kernel::Moment;

/// What a car is taken to need whose way is not known now, in milliseconds.
const UNKNOWN_WAY_MS: u64 = 180_000;

/// However long the ways, no fetch begins sooner before its slot, in milliseconds.
const LONGEST_LEAD_MS: i64 = 3_600_000;

/// Tells whether a job may begin as far as its time goes. All that have no appointment may, and
/// while every car is brought out nobody is waited for.
pub fn is_due(state: &State, machine: &Machine, live: &LiveJob, now: Moment) -> bool {
    begins_at(state, machine, live).is_none_or(|begins| begins <= now)
}

/// Gives from when on a fetch that has not begun may; none for one that may at any time.
pub fn begins_at(state: &State, machine: &Machine, live: &LiveJob) -> Option<Moment> {
    let appointment = appointment(state, live)?;
    let lead_ms = MARGIN_MS.saturating_add(ways_ms(state, machine, appointment));
    let lead_ms = lead_ms.min(LONGEST_LEAD_MS);
    Some(appointment.slot.begins.plus_millis(-lead_ms))
}

/// Gives the time that a fetch which has not begun waits for, due or not.
pub(super) fn appointment<'s>(state: &'s State, live: &LiveJob) -> Option<&'s Appointment> {
    let waits = live.stage == Stage::Waiting && state.evacuation.is_none();
    let appointment = state.appointments.of(&live.job.id);
    appointment.filter(|_| waits)
}

/// Why a fetch does not begin whose time has not come.
pub(super) fn too_early(
    state: &State,
    machine: &Machine,
    live: &LiveJob,
    now: Moment,
) -> Option<Why> {
    let appointment = appointment(state, live)?;
    let slot = appointment.slot;
    (!is_due(state, machine, live, now)).then_some(Why::Appointment { slot })
}

/// What the queued fetches of one slot take together.
fn ways_ms(state: &State, machine: &Machine, appointment: &Appointment) -> i64 {
    let same = state.jobs.iter().filter(|live| {
        let theirs = state.appointments.of(&live.job.id);
        theirs.is_some_and(|theirs| theirs.slot.begins == appointment.slot.begins)
    });
    let ways_ms = same.map(|live| {
        let way = handover(state, machine, live.job.kind.vin());
        way.map_or(UNKNOWN_WAY_MS, |way| way.fetch_ms)
    });
    i64::try_from(ways_ms.sum::<u64>()).unwrap_or(i64::MAX)
}
