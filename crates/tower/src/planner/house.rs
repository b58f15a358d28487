//! Jobs the house has of its own cars: carried to another slot, or looked after.
//!
//! A car is looked after in a bay, because a bay has doors and sensors for people. Where no bay
//! that is in use takes it, the window will do, if there is one. A car is carried to another slot
//! only so that every car that was promised a slot still finds one.

use super::choose::Choice;
use super::desk::{Desk, moved};
use super::{Next, all_fit, free_slots, homeless, is_free, may_stand, room_for};
use crate::bay::{Bay, Phase};
use crate::inspection;
use crate::job::Kind;
use crate::machine::{Machine, PlaceKind, PlaceSpec};
use crate::tower::{LiveJob, Place, Refusal, Stage, State};
use kernel::Vin;

/// Whether a job's car is to go to a bay, for somebody who comes there.
pub(super) fn is_wanted_in_bay(state: &State, live: &LiveJob) -> bool {
    live.job.kind.is_for_bay() && !inspection::is_done(state, live)
}

/// Whether a car that was looked after can be carried back up: a bay must be closed and swept.
pub(super) fn goes_back(state: &State, live: &LiveJob) -> bool {
    let Stage::Inspected { at } = &live.stage else {
        return false;
    };
    let bay = state.bays.get(at);
    bay.is_none_or(|bay| bay.phase == Phase::ClosedLoaded)
}

/// Checks that a car can be carried to a slot, or to any, and all that were promised one find room.
pub(crate) fn may_relocate(
    state: &State,
    vin: &Vin,
    from: &Place,
    to: Option<&Place>,
) -> Result<(), Refusal> {
    let Some(to) = to else {
        return state
            .sizes
            .get(vin)
            .map_or(Ok(()), |size| room_for(state, size));
    };
    let spec = state.place(to).filter(|spec| spec.kind == PlaceKind::Slot);
    let spec = spec.ok_or_else(|| Refusal::NoSuchPlace(to.clone()))?;
    if let Some(Err(too_big)) = state.sizes.get(vin).map(|size| size.fits(&spec.max)) {
        let place = to.clone();
        return Err(Refusal::TooBig { place, too_big });
    }
    match takes(state, vin, from, spec) {
        true => Ok(()),
        false => Err(Refusal::NotPossible(to.clone())),
    }
}

/// Whether a slot can take a car now. The slot it leaves is free for the others.
fn takes(state: &State, vin: &Vin, from: &Place, to: &PlaceSpec) -> bool {
    let left = state.place(from);
    let left = left.filter(|spec| spec.kind == PlaceKind::Slot && !spec.out_of_service);
    let others = free_slots(state)
        .into_iter()
        .filter(|spec| spec.index != to.index);
    let free: Vec<&PlaceSpec> = others.chain(left).collect();
    state.is_vacant(&to.place)
        && may_stand(state, vin, to)
        && all_fit(&free, &homeless(state, Some(vin)))
}

/// Lists the bays that take a car from where it stands; all, for one that is still outside.
fn bays_for<'s>(
    state: &'s State,
    machine: &'s Machine,
    vin: &'s Vin,
) -> impl Iterator<Item = (&'s Place, &'s Bay)> {
    let from = state.inventory.place_of(vin);
    let bays = state.bays.iter();
    bays.filter(move |(place, _)| {
        let fits = state
            .place(place)
            .is_some_and(|spec| may_stand(state, vin, spec));
        let reached = |from: &Place| machine.lifts_for(from, place).next().is_some();
        fits && from.is_none_or(reached)
    })
}

/// Whether a bay that is in use takes a car at all, now or later.
pub(super) fn has_bay(state: &State, machine: &Machine, vin: &Vin) -> bool {
    let in_use = |(place, bay): (&Place, &Bay)| {
        bay.locked.is_none() && state.faults.stopping(place).is_none()
    };
    bays_for(state, machine, vin).any(in_use)
}

/// Lists the bays a car could have if staff had not taken them out of use; none while another is
/// free.
pub(super) fn locked_bays(state: &State, machine: &Machine, vin: &Vin) -> Vec<Place> {
    if bays_for(state, machine, vin).any(|(place, _)| is_free(state, place)) {
        return vec![];
    }
    let locked =
        bays_for(state, machine, vin).filter(|(_, bay)| bay.locked.is_some() && bay.job.is_none());
    locked.map(|(place, _)| place.clone()).collect()
}

impl Desk<'_> {
    pub(super) fn relocate(&self, live: &LiveJob, vin: &Vin, to: Option<&Place>) -> Option<Next> {
        let Choice { state, .. } = self.choice;
        let from = state.inventory.place_of(vin)?;
        if state.work_on(from).is_some() {
            return None;
        }
        let Some(to) = to else {
            return moved(Some(live), from, self.slot(from, vin)?);
        };
        let spec = state
            .place(to)
            .filter(|spec| takes(state, vin, from, spec))?;
        let (_, lift) = self.choice.lift(from, to)?;
        moved(Some(live), from, (lift, spec.place.clone()))
    }

    pub(super) fn inspect(&mut self, live: &LiveJob, vin: &Vin) -> Option<Next> {
        match has_bay(self.choice.state, self.choice.machine, vin) {
            true => self.fetch(live, vin),
            false => self.show(live, vin),
        }
    }
}

/// Whether a job of the house waits because no slot can take its car.
pub(super) fn lacks_slot(state: &State, live: &LiveJob) -> bool {
    let Kind::Relocate { vin, to } = &live.job.kind else {
        return false;
    };
    let from = state.inventory.place_of(vin);
    from.is_some_and(|from| may_relocate(state, vin, from, to.as_ref()).is_err())
}
