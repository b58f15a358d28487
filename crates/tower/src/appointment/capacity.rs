//! How many hand-overs a slot can keep, and which slots are still free.
//!
//! A hand-over takes a bay from when the lift sets out until the street door has closed behind the
//! buyer. A bay keeps as many of them in a slot as fit; one that is longer than a slot keeps its bay
//! beyond, and the slots it runs into are counted with it. Each appointment is counted against those
//! whose cars could want one of its bays, so that a bay for it remains whatever bays those get.

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

/// Lists the slots from one moment to another that may be chosen now, the full ones too. What the
/// fetch has itself counts as free.
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
    let offer = |slot: Slot| Offered {
        slot,
        capacity: capacity(state, handover, &slot, now),
        taken: taken(state, job, handover, &slot),
    };
    slots.map(offer).collect()
}

/// Gives how long a hand-over takes a bay, in milliseconds: the way there, a visit that is longer
/// than most, and the door.
pub fn takes_ms(state: &State, handover: &Handover) -> i64 {
    let visits_ms = state.record.visits.sorted();
    let sure = visits_ms.len() * SURE_OF_HUNDRED / 100;
    let visit_ms = visits_ms.get(sure).or(visits_ms.last()).copied();
    let machine_ms = handover.fetch_ms.saturating_add(handover.door_ms);
    let machine_ms = i64::try_from(machine_ms).unwrap_or(i64::MAX);
    visit_ms.unwrap_or(0).max(0).saturating_add(machine_ms)
}

/// Gives how many hand-overs a slot can keep in the bays that take a car. Bays that staff have taken
/// out of use do not count, and for slots that begin soon neither do those with a fault. Of several
/// hand-overs one is left to those who come at once.
pub fn capacity(state: &State, handover: &Handover, slot: &Slot, now: Moment) -> usize {
    let is_soon = slot.begins.millis_since(now) < FAULT_COUNTS_MS;
    let in_use = |place: &&Place| {
        let locked = state.bays.get(place).is_none_or(|bay| bay.locked.is_some());
        !locked && !(is_soon && state.faults.stopping(place).is_some())
    };
    let each = slot.length_ms() / takes_ms(state, handover).max(1);
    let each = usize::try_from(each).unwrap_or(0).max(1);
    let all = handover.bays.iter().filter(in_use).count() * each;
    all - usize::from(all > 1)
}

/// Counts the appointments of others that could want one of a car's bays at the time of a slot.
pub(crate) fn taken(state: &State, job: Option<&JobId>, handover: &Handover, slot: &Slot) -> usize {
    let near_ms = slot.length_ms().max(takes_ms(state, handover));
    let wants_bay = |one: &Appointment| one.bays.iter().any(|bay| handover.bays.contains(bay));
    let is_near = |one: &Appointment| one.slot.begins.millis_since(slot.begins).abs() < near_ms;
    let others = state
        .appointments
        .iter()
        .filter(|(one, _)| Some(*one) != job);
    let rivals = others.filter(|(_, one)| wants_bay(one) && is_near(one));
    rivals.count()
}
