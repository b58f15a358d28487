//! Which of equally tight slots a car is given: by the ways up and down, and by its stay.
//!
//! The tightest slots that a car fits are chosen before, because a promise is kept with them; among
//! these the storage rule weighs the way up now, the way down later, and the rent of a near slot.
//! The tower is not told when a car will leave. So each is taken to stay for the house's short
//! stay: a near slot then costs as much rent as it saves later, and the quickest to fill is taken.

use super::sight::Sight;
use crate::machine::{PlaceKind, PlaceSpec};
use crate::schedule::storage::{self, Slot, Stay};

/// The stay below which a car is worth a near slot, in days: what a car sold from such a tower
/// stands there, where nothing else is known.
pub const SHORT_STAY_DAYS: u64 = 14;

/// When a car leaves that nobody has said anything about.
const UNKNOWN: Stay = Stay::Days(SHORT_STAY_DAYS);

/// How much more a slot may cost than the best and still be offered, in milliseconds: as much as a
/// good pair of store and fetch can save on the way.
const TOLERANCE_MS: u64 = 10_000;

/// How many slots are enough for one car: the ways between all that are offered are computed.
pub(super) const ENOUGH: usize = 12;

/// The slots of some lifts.
pub(super) struct Shelves<'a> {
    sight: Sight<'a>,
    lifts: Vec<usize>,
    bays: Vec<&'a PlaceSpec>,
    policy: storage::Policy,
}

impl<'a> Shelves<'a> {
    pub(super) fn new(sight: Sight<'a>, lifts: &[usize]) -> Shelves<'a> {
        let served = |spec: &&PlaceSpec| {
            let mut lifts = lifts.iter();
            lifts.any(|lift| sight.machine.serves(*lift, spec))
        };
        let places = sight.machine.places.iter().filter(served);
        let (bays, others): (Vec<_>, Vec<_>) =
            places.partition(|spec| spec.kind == PlaceKind::Bay && !spec.out_of_service);
        let mut shelves = Shelves {
            sight,
            lifts: lifts.to_vec(),
            bays,
            policy: storage::Policy {
                short_stay_days: SHORT_STAY_DAYS,
                middling_ms: 0,
                kept_for_today: 0,
            },
        };
        let slots = others.iter().filter(|spec| spec.kind == PlaceKind::Slot);
        let mut later: Vec<u64> = slots.map(|spec| shelves.slot(spec).later_ms).collect();
        later.sort_unstable();
        shelves.policy.middling_ms = later.get(later.len() / 2).copied().unwrap_or(0);
        shelves
    }

    /// Lists the slots that cost hardly more than the best, the best first, at most so many.
    pub(super) fn offered(&self, slots: &[&'a PlaceSpec], most: usize) -> Vec<&'a PlaceSpec> {
        let mut costed: Vec<(u64, &PlaceSpec)> = slots
            .iter()
            .map(|spec| (self.policy.cost(&self.slot(spec), UNKNOWN), *spec))
            .collect();
        costed.sort_by_key(|(cost, spec)| (*cost, spec.index));
        let best = costed.first().map_or(0, |(cost, _)| *cost);
        let good = costed
            .into_iter()
            .take_while(|(cost, _)| *cost <= best + TOLERANCE_MS)
            .take(most);
        good.map(|(_, spec)| spec).collect()
    }

    /// Gives the times of a slot, from and to the nearest bay.
    fn slot(&self, spec: &PlaceSpec) -> Slot {
        let machine = self.sight.machine;
        let lift = self
            .lifts
            .iter()
            .find(|lift| machine.serves(**lift, spec))
            .copied()
            .unwrap_or(0);
        let slot = machine.pose_before(spec);
        let ways = self.bays.iter().map(|bay| {
            let bay = machine.pose_before(bay);
            (machine.way_ms(bay, slot), machine.way_ms(slot, bay))
        });
        let (up_ms, down_ms) = ways.min().unwrap_or((0, 0));
        Slot {
            now_ms: up_ms + machine.putting_ms(lift, spec),
            later_ms: down_ms + machine.taking_ms(lift, spec),
        }
    }
}
