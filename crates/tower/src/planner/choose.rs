//! Which lift, which bay, which slot: the quickest of those that can be.

use super::{all_fit, free_slots, homeless, is_free, may_stand, pose, room};
use crate::machine::{Machine, PlaceKind, PlaceSpec};
use crate::tower::{Place, State};
use kernel::Vin;
use std::collections::BTreeSet;

/// Says whether a lift, by its place among the lifts, can be sent from one place to another now.
pub type May<'a> = &'a dyn Fn(usize, &Place, &Place) -> bool;

/// What there is to choose from.
#[derive(Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) state: &'a State,
    pub(super) machine: &'a Machine,
    pub(super) may: May<'a>,
    /// The only lift that may do it; any when none is named.
    pub(super) only: Option<usize>,
}

impl Choice<'_> {
    /// Gives the quickest lift for a way, and its milliseconds.
    pub(super) fn lift(&self, from: &Place, to: &Place) -> Option<(u64, usize)> {
        let (state, machine) = (self.state, self.machine);
        let in_order = |lift: &usize| {
            let name = &machine.lifts[*lift].place;
            state.faults.stopping(name).is_none()
        };
        let asked = |lift: &usize| self.only.is_none_or(|only| only == *lift);
        let may = |lift: &usize| asked(lift) && (self.may)(*lift, from, to);
        let lifts = machine.lifts_for(from, to).filter(in_order).filter(may);
        let timed = lifts.filter_map(|lift| {
            let plan = machine.plan_move_by(lift, from, to, pose(state, machine, lift));
            Some((plan.ok()?.total_ms, lift))
        });
        timed.min()
    }

    /// Gives the place a car reaches soonest, with the lift.
    pub(super) fn quickest<'s>(
        &self,
        from: &Place,
        vin: &Vin,
        places: impl Iterator<Item = &'s PlaceSpec>,
    ) -> Option<(usize, Place)> {
        let takes = places.filter(|spec| may_stand(self.state, vin, spec));
        let timed = takes.filter_map(|spec| Some((self.lift(from, &spec.place)?, spec)));
        timed
            .min_by_key(|(time, spec)| (*time, spec.index))
            .map(|((_, lift), spec)| (lift, spec.place.clone()))
    }

    /// Gives the free bay that a car reaches soonest, other than those kept for others.
    pub(super) fn bay(
        &self,
        from: &Place,
        vin: &Vin,
        kept: &BTreeSet<Place>,
    ) -> Option<(usize, Place)> {
        let state = self.state;
        let bays = state.places.iter();
        let bays = bays.filter(|spec| spec.kind == PlaceKind::Bay);
        let free = bays.filter(|spec| is_free(state, &spec.place) && !kept.contains(&spec.place));
        self.quickest(from, vin, free)
    }

    /// Gives the slot for a car by a rule of thumb: of the tightest it fits the quickest to reach
    /// from where it stands, and only if every other car that was promised a slot still finds one.
    pub(super) fn slot(&self, from: &Place, vin: &Vin) -> Option<(usize, Place)> {
        let classes = classes(self.state, vin);
        classes
            .iter()
            .find_map(|alike| self.quickest(from, vin, alike.iter().copied()))
    }
}

/// Lists the empty slots that a car may be given, alike ones together, the tightest first: it fits,
/// and every other car that was promised a slot still finds one.
pub(super) fn classes<'s>(state: &'s State, vin: &Vin) -> Vec<Vec<&'s PlaceSpec>> {
    let free = free_slots(state);
    let others = homeless(state, Some(vin));
    let mut fitting: Vec<&PlaceSpec> = free
        .iter()
        .copied()
        .filter(|spec| may_stand(state, vin, spec))
        .collect();
    fitting.sort_by_key(|spec| room(spec));
    let leaves_room = |spec: &PlaceSpec| {
        let rest = free.iter().copied().filter(|one| one.index != spec.index);
        all_fit(&rest.collect::<Vec<_>>(), &others)
    };
    // Slots of one size leave the same room to others, so that one of them speaks for all.
    fitting
        .chunk_by(|one, other| room(one) == room(other))
        .filter(|alike| leaves_room(alike[0]))
        .map(<[&PlaceSpec]>::to_vec)
        .collect()
}

/// Gives the free bay that a car would reach soonest by a lift that is in order.
pub fn bay_for(state: &State, machine: &Machine, from: &Place, vin: &Vin) -> Option<Place> {
    let kept = BTreeSet::new();
    any(state, machine)
        .bay(from, vin, &kept)
        .map(|(_, bay)| bay)
}

/// Gives the slot a car would be carried to by a lift that is in order.
pub fn place_for(state: &State, machine: &Machine, from: &Place, vin: &Vin) -> Option<Place> {
    any(state, machine).slot(from, vin).map(|(_, slot)| slot)
}

fn any<'a>(state: &'a State, machine: &'a Machine) -> Choice<'a> {
    Choice {
        state,
        machine,
        may: &|_, _, _| true,
        only: None,
    }
}
