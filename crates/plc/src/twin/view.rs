//! The simulated machine as somebody sees it who stands in it with the PLC's screen in view.

use super::world::World;
use crate::panel::{Reading, Sensor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tower::handshake::{Door, Mode, Unit};
use tower::tower::Place;

impl World {
    /// Looks at the whole world, as somebody standing in it with the PLC's screen in view.
    pub fn view(&self) -> WorldView {
        let vin_at = |place: &Place| self.truth.cars.get(place).map(|car| car.vin.to_string());
        let lift = |index: usize| LiftView {
            place: self.machine.lifts[index].place.clone(),
            height_mm: self.truth.lifts[index].height_mm,
            jammed: self.truth.jammed[index],
            car: vin_at(&self.machine.lifts[index].place),
        };
        let bay = |index: usize| BayView {
            place: self.machine.bays[index].place.clone(),
            outer: self.truth.bays[index].outer,
            inner: self.truth.bays[index].inner,
            people: self.people[index],
            car: vin_at(&self.machine.bays[index].place),
        };
        let unit = |unit: Unit| {
            let known = self.unit(unit)?;
            let ack = known.receiver.ack();
            Some(UnitView {
                place: self.machine.unit_name(unit)?.clone(),
                mode: self.mode(unit)?,
                fault: self.fault(unit),
                accepted: ack.accepted,
                finished: ack.finished,
            })
        };
        let lie = |((sensor, place), reading): (&(Sensor, Place), &Reading)| {
            format!("{} {place} {}", sensor.word(), reading.word())
        };
        let cars = self.truth.cars.iter();
        WorldView {
            machine: self.machine.id.to_string(),
            power: self.plc.is_some(),
            speed: self.speed,
            epoch: self.truth.epoch,
            stop: self.truth.stop,
            units: self.machine.units().filter_map(unit).collect(),
            lifts: (0..self.machine.lifts.len()).map(lift).collect(),
            bays: (0..self.machine.bays.len()).map(bay).collect(),
            cars: cars
                .map(|(place, car)| (place.clone(), car.vin.to_string()))
                .collect(),
            lies: self.lies.iter().map(lie).collect(),
        }
    }
}

/// The whole physical world at one moment, as the panel's `status` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldView {
    /// The machine's id.
    pub machine: String,
    /// Whether the PLC has power.
    pub power: bool,
    /// How many times faster time runs.
    pub speed: u32,
    /// The last boot epoch.
    pub epoch: u32,
    /// Whether the emergency stop is latched.
    pub stop: bool,
    /// Each unit of the PLC: the lifts, then the bays; none without power.
    pub units: Vec<UnitView>,
    /// Each lift.
    pub lifts: Vec<LiftView>,
    /// Each bay.
    pub bays: Vec<BayView>,
    /// Which VIN stands where, on lifts and in bays too.
    pub cars: BTreeMap<Place, String>,
    /// The sensors that lie.
    pub lies: Vec<String>,
}

/// One unit of the PLC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitView {
    /// Its lift or bay.
    pub place: Place,
    /// What it is doing.
    pub mode: Mode,
    /// The fault, zero when there is none.
    pub fault: u16,
    /// The last order accepted.
    pub accepted: u32,
    /// The last order finished.
    pub finished: u32,
}

/// One lift of the physical world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftView {
    /// Its name.
    pub place: Place,
    /// Its floor above the bay's floor in millimetres.
    pub height_mm: i32,
    /// Whether it is stuck.
    pub jammed: bool,
    /// The VIN of the car on it.
    pub car: Option<String>,
}

/// One bay of the physical world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BayView {
    /// Its name.
    pub place: Place,
    /// The door to the street.
    pub outer: Door,
    /// The door to the shaft.
    pub inner: Door,
    /// How many people are inside.
    pub people: u32,
    /// The VIN of the car in it.
    pub car: Option<String>,
}
