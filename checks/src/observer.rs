//! An independent observer at the twin: it watches steel and the wire, and knows no controller.
//!
//! At every look it checks that a car is in one place and fits it, that the two doors of a bay are
//! never both unlocked, that lifts of one mast are apart, that no two moves share a place, and that
//! every change of a car's place was some order's, each order's only once.

use plc::twin::{Truth, World};
use std::collections::{BTreeMap, BTreeSet};
use tower::handshake::{Action, Door, Order, Status};
use tower::machine::Machine;
use tower::tower::Place;

/// What was seen so far.
#[derive(Clone, Debug)]
pub struct Observer {
    cars: BTreeMap<String, Place>,
    /// By unit, the moves that were ever seen on the wire, and those that are carried out.
    sent: BTreeMap<(u32, u8, u32), Order>,
    /// Which order took or put a car, and where.
    done: BTreeSet<((u32, u8, u32), Place)>,
    /// What was under way at the last look.
    active: Vec<Order>,
    /// How many times a car was seen to change its place.
    pub changes: u64,
}

impl Observer {
    /// Begins with what stands there now.
    pub fn new(world: &World) -> Observer {
        Observer {
            cars: whereabouts(world.truth()),
            sent: BTreeMap::new(),
            done: BTreeSet::new(),
            active: Vec::new(),
            changes: 0,
        }
    }

    /// Sees an order on the wire.
    pub fn overhear(&mut self, order: &Order) {
        let key = (order.epoch, order.unit.0, order.seq);
        if order.action != Action::Withdraw {
            let before = self.sent.insert(key, order.clone());
            let same = before.is_none_or(|before| before == *order);
            assert!(same, "a number stands for one order: {order:?}");
        }
    }

    /// Looks at everything.
    ///
    /// # Panics
    /// If anything is as it must never be.
    pub fn look(&mut self, machine: &Machine, world: &World) {
        let truth = world.truth();
        check_places(machine, truth);
        check_doors(truth);
        check_masts(machine, truth);
        let now = world
            .report()
            .map_or_else(Vec::new, |report| self.active(&report.status));
        check_sharing(&now);
        let cars = whereabouts(truth);
        for (car, place) in &cars {
            if let Some(before) = self.cars.get(car).filter(|before| *before != place) {
                let before = before.clone();
                self.attribute(machine, car, &before, place, &now);
            }
        }
        self.cars = cars;
        self.active = now;
    }

    fn active(&self, status: &Status) -> Vec<Order> {
        let units = (0..).zip(&status.units);
        let busy = units.filter(|(_, unit)| unit.accepted != unit.finished);
        let key = busy.map(|(index, unit)| (status.epoch, index, unit.accepted));
        key.filter_map(|key| self.sent.get(&key).cloned()).collect()
    }

    /// Finds the order that a change of place was part of; it may have ended just now.
    fn attribute(
        &mut self,
        machine: &Machine,
        car: &str,
        before: &Place,
        place: &Place,
        now: &[Order],
    ) {
        self.changes += 1;
        let carries = |order: &&Order| match &order.action {
            Action::Move { from, to } => {
                let lift = machine.unit_name(order.unit);
                let taken = from == before && Some(place) == lift;
                let put = to == place && Some(before) == lift;
                taken || put || (from == before && to == place)
            }
            _ => false,
        };
        let order = now.iter().chain(&self.active).find(carries);
        let order =
            order.unwrap_or_else(|| panic!("nobody ordered {car} from {before} to {place}"));
        let key = (order.epoch, order.unit.0, order.seq);
        let first = self.done.insert((key, place.clone()));
        assert!(first, "{order:?} moved a car to {place} twice");
    }
}

fn whereabouts(truth: &Truth) -> BTreeMap<String, Place> {
    let cars = truth.cars.iter();
    let named = cars.map(|(place, car)| (car.vin.to_string(), place.clone()));
    let map: BTreeMap<String, Place> = named.collect();
    assert_eq!(map.len(), truth.cars.len(), "a car is in one place");
    map
}

fn check_places(machine: &Machine, truth: &Truth) {
    for (place, car) in &truth.cars {
        let fits =
            machine.lift_index(place).is_some() || machine.check_fit(place, &car.size).is_ok();
        assert!(fits, "{} is too big for {place}", car.vin);
    }
}

fn check_doors(truth: &Truth) {
    for doors in &truth.bays {
        let both = doors.outer != Door::Closed && doors.inner != Door::Closed;
        assert!(!both, "both doors of a bay are unlocked: {doors:?}");
    }
}

fn check_masts(machine: &Machine, truth: &Truth) {
    let lifts: Vec<_> = machine.lifts.iter().zip(&truth.lifts).collect();
    for (index, (one, pose)) in lifts.iter().enumerate() {
        for (other, there) in lifts.iter().skip(index + 1) {
            let apart = i64::from(pose.height_mm) - i64::from(there.height_mm);
            let clearance = i64::from(one.clearance_mm.max(other.clearance_mm));
            let shared = one.mast.is_some() && one.mast == other.mast;
            assert!(
                !shared || apart.abs() >= clearance,
                "{} and {} are {apart} mm apart",
                one.place,
                other.place
            );
        }
    }
}

fn check_sharing(active: &[Order]) {
    let mut places = BTreeSet::new();
    for order in active {
        if let Action::Move { from, to } = &order.action {
            for place in [from, to] {
                assert!(places.insert(place), "two moves share {place}");
            }
        }
    }
}
