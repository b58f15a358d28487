//! How many hand-overs a slot can keep, and which slots are still free.
//!
//! A hand-over takes a bay from when the lift sets out until the street door has closed behind the
//! buyer. A bay keeps as many of them in a slot as fit; one that is longer than a slot keeps its
//! bay beyond, and the slots it runs into are counted with it. Each appointment is counted against
//! those whose cars could want one of its bays, so that a bay is left for it whatever they get.

use super::{Appointment, Handover, MARGIN_MS, Slot, Terms};
use crate::tower::{Place, State};
use kernel::{JobId, Moment};

/// How many of a hundred visits are no longer than what is counted on.
const SURE_OF_HUNDRED: usize = 80;

/// A fault counts against slots that begin so soon, in milliseconds; how long it will last is not
/// known.
const FAULT_COUNTS_MS: i64 = 3_600_000;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A slot as a buyer may choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The slot.
    pub slot: Slot,
    /// How many hand-overs it can keep in the bays that take the car.
    pub capacity: usize,
    /// How many are given to others.
    pub taken: usize,
}

impl Offered {
    /// Counts what is left.
    pub fn free(&self) -> usize {
        self.capacity.saturating_sub(self.taken)
    }
}

/// Gives the first moment at which a slot may begin: a fetch must be possible by then.
pub fn earliest(handover: &Handover, now: Moment) -> Moment {
    let fetch_ms = i64::try_from(handover.fetch_ms).unwrap_or(i64::MAX);
    now.plus_millis(fetch_ms.saturating_add(MARGIN_MS))
}

/// Gives the last moment at which a slot may begin.
pub fn latest(terms: &Terms, now: Moment) -> Moment {
    now.plus_millis(i64::from(terms.days) * MILLIS_PER_DAY)
}

/// Lists the slots from one moment to another that may be chosen for a fetch now, the full ones
/// too.
pub fn offered(
    state: &State,
    (job, handover): (Option<&JobId>, &Handover),
    terms: &Terms,
    (from, until): (Moment, Moment),
    now: Moment,
) -> Vec<Offered> {
    let first = terms.next_slot(from.max(earliest(handover, now)));
    let until = until.min(latest(terms, now));
    let slots = std::iter::successors(Some(first), |slot| Some(terms.next_slot(slot.ends)));
    let slots = slots.take_while(|slot| slot.begins <= until);
    let look = Look::at(state, now);
    slots.map(|slot| look.offer(job, handover, slot)).collect()
}

/// Tells how much of a slot is left for a fetch; what it has itself counts as free. Of several
/// hand-overs one is left to those who come at once.
pub fn offer(
    state: &State,
    (job, handover): (Option<&JobId>, &Handover),
    slot: Slot,
    now: Moment,
) -> Offered {
    Look::at(state, now).offer(job, handover, slot)
}

/// Gives how long a hand-over takes a bay, in milliseconds: the way there, a visit that is longer
/// than most, and the door.
pub fn takes_ms(state: &State, handover: &Handover) -> i64 {
    takes(visit_ms(state), handover)
}

fn takes(visit_ms: i64, handover: &Handover) -> i64 {
    let machine_ms = handover.fetch_ms.saturating_add(handover.door_ms);
    let machine_ms = i64::try_from(machine_ms).unwrap_or(i64::MAX);
    visit_ms.saturating_add(machine_ms)
}

fn visit_ms(state: &State) -> i64 {
    let visits_ms = state.record.visits.sorted();
    let sure = visits_ms.len() * SURE_OF_HUNDRED / 100;
    let visit_ms = visits_ms.get(sure).or(visits_ms.last());
    visit_ms.map_or(0, |visit_ms| (*visit_ms).max(0))
}

/// What is looked at while slots are counted.
struct Look<'s> {
    state: &'s State,
    visit_ms: i64,
    now: Moment,
}

impl<'s> Look<'s> {
    fn at(state: &'s State, now: Moment) -> Look<'s> {
        let visit_ms = visit_ms(state);
        Look {
            state,
            visit_ms,
            now,
        }
    }

    fn offer(&self, job: Option<&JobId>, handover: &Handover, slot: Slot) -> Offered {
        let rivals = self.rivals(job, handover, &slot);
        let theirs_ms = rivals.iter().map(|one| takes(self.visit_ms, &one.handover));
        let longest_ms = theirs_ms.fold(takes(self.visit_ms, handover), i64::max);
        let each = usize::try_from(slot.length_ms() / longest_ms.max(1)).unwrap_or(0);
        let all = self.bays_in_use(handover, &slot) * each.max(1);
        Offered {
            slot,
            capacity: all - usize::from(all > 1),
            taken: rivals.len(),
        }
    }

    /// Counts the bays that take a car and are in use. Those that staff have locked are not, and
    /// for slots that begin soon neither are those with a fault.
    fn bays_in_use(&self, handover: &Handover, slot: &Slot) -> usize {
        let is_soon = slot.begins.millis_since(self.now) < FAULT_COUNTS_MS;
        let in_use = |place: &&Place| {
            let bay = self.state.bays.get(place);
            let open = bay.is_some_and(|bay| bay.locked.is_none());
            open && (!is_soon || self.state.faults.stopping(place).is_none())
        };
        handover.bays.iter().filter(in_use).count()
    }

    /// Lists the appointments of others that could want one of a car's bays at the time of a slot.
    fn rivals(
        &self,
        job: Option<&JobId>,
        handover: &Handover,
        slot: &Slot,
    ) -> Vec<&'s Appointment> {
        let own_ms = takes(self.visit_ms, handover).max(slot.length_ms());
        let shares_bay = |one: &Appointment| {
            let mut theirs = one.handover.bays.iter();
            theirs.any(|bay| handover.bays.contains(bay))
        };
        let is_near = |one: &Appointment| {
            let near_ms = takes(self.visit_ms, &one.handover).max(own_ms);
            one.slot.begins.millis_since(slot.begins).abs() < near_ms
        };
        let others = self.state.appointments.iter();
        let others = others.filter(|(one, _)| Some(*one) != job);
        let others = others.map(|(_, one)| one);
        others
            .filter(|one| shares_bay(one) && is_near(one))
            .collect()
    }
}
