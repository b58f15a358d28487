//! What people and fate do to the simulated machine.
//!
//! A person can do what a body can do there: drive in through an open door, stand in the way, press
//! and release the stop. None of it can be reached from the register map.

use super::truth::Car;
use super::world::{Errand, World};
use crate::codes::{EMERGENCY_STOP, LIFT_JAMMED, PERSON_IN_BAY, Reason};
use crate::panel::{Act, Sensor};
use kernel::Vin;
use tower::handshake::{Door, Outcome, Unit};
use tower::tower::Place;

/// From the wheels standing still to the person being outside.
const GET_OUT_MS: u64 = 8_000;
/// From getting in to the car having passed the exit barrier.
const DRIVE_OFF_MS: u64 = 6_000;

/// The world does not allow what somebody wants to do; what, and the cure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// There is no such bay.
    #[error("there is no bay {0}, the status lists the bays")]
    NoBay(Place),
    /// There is no such lift.
    #[error("there is no lift {0}, the status lists the lifts")]
    NoLift(Place),
    /// There is no such sensor.
    #[error("there is no {0} sensor at {1}, tags are read everywhere, the others only in bays")]
    NoSensor(&'static str, Place),
    /// The way to the street is shut.
    #[error("the outer door of {0} is not open, only an order can open it")]
    Shut(Place),
    /// Two cars do not fit.
    #[error("a car stands in {0}, drive it out or have it carried up first")]
    Full(Place),
    /// There is nothing to drive.
    #[error("no car stands in {0}, have one carried down first")]
    Empty(Place),
    /// A car is one.
    #[error("{0} stands at {1} already, drive in another car")]
    There(Vin, Place),
    /// Nobody is inside.
    #[error("nobody is in {0}, send somebody in first")]
    Nobody(Place),
    /// Nobody may release a stop while somebody is inside.
    #[error("somebody is seen in {0}, get everybody out first")]
    PersonSeen(Place),
    /// There is nothing to end.
    #[error("{0} is not the case, the status tells what is")]
    NotSo(&'static str),
    /// The cause is still there.
    #[error("{0} has not been mended, {1} first")]
    NotMended(&'static str, &'static str),
}

impl World {
    /// Does what a person or fate does, and tells what came of it.
    pub fn act(&mut self, act: &Act) -> Result<String, Impossible> {
        let told = match act {
            Act::DriveIn {
                bay,
                vin,
                size,
                stays,
            } => {
                let car = Car {
                    vin: vin.clone(),
                    size: *size,
                };
                self.drive_in(bay, car, *stays)
            }
            Act::DriveOut { bay } => self.drive_out(bay),
            Act::Person { bay, inside } => self.walk(bay, *inside),
            Act::Jam { lift } => self.jam(lift),
            Act::ClearJam => self.clear_jam(),
            Act::Lie {
                sensor,
                place,
                reading,
            } => {
                self.find_sensor(*sensor, place)?;
                self.lies.insert((*sensor, place.clone()), *reading);
                Ok(format!(
                    "the {} sensor of {place} shows {}",
                    sensor.word(),
                    reading.word()
                ))
            }
            Act::Honest => {
                self.lies.clear();
                Ok("all sensors show what is there".to_owned())
            }
            Act::PowerCut => self.power_cut(),
            Act::PowerOn => self.power_on(),
            Act::EmergencyPower(on) => {
                self.emergency_power = *on;
                Ok(match on {
                    true => "the generator runs".to_owned(),
                    false => "the mains are back".to_owned(),
                })
            }
            Act::Speed(times) => {
                self.speed = *times;
                Ok(format!("time runs {times} times as fast"))
            }
            Act::EmergencyStop => {
                self.stop_all();
                Ok("everything stands still".to_owned())
            }
            Act::ReleaseStop => self.release_stop(),
            Act::Acknowledge => self.acknowledge(),
            Act::Manual(on) => Ok(self.turn_key(*on)),
        }?;
        self.watch_people();
        // A sensor may show something else though nothing is.
        self.tags = None;
        self.refresh();
        Ok(told)
    }

    fn find_bay(&self, bay: &Place) -> Result<usize, Impossible> {
        let found = self.machine.bay(bay).map(|(bay, _)| bay);
        found.ok_or_else(|| Impossible::NoBay(bay.clone()))
    }

    fn find_open_bay(&self, place: &Place) -> Result<usize, Impossible> {
        let bay = self.find_bay(place)?;
        match self.truth.bays[bay].outer {
            Door::Open => Ok(bay),
            Door::Closed | Door::Moving => Err(Impossible::Shut(place.clone())),
        }
    }

    fn find_sensor(&self, sensor: Sensor, place: &Place) -> Result<(), Impossible> {
        let there = match sensor {
            Sensor::Tag => self.layout.number(place).is_some(),
            Sensor::Floor | Sensor::Scanner | Sensor::Overhead => self.machine.bay(place).is_some(),
        };
        let none = || Impossible::NoSensor(sensor.word(), place.clone());
        if there { Ok(()) } else { Err(none()) }
    }

    fn drive_in(&mut self, place: &Place, car: Car, stays: bool) -> Result<String, Impossible> {
        let bay = self.find_open_bay(place)?;
        if self.truth.cars.contains_key(place) {
            return Err(Impossible::Full(place.clone()));
        }
        if let Some((at, _)) = self
            .truth
            .cars
            .iter()
            .find(|(_, other)| other.vin == car.vin)
        {
            return Err(Impossible::There(car.vin, at.clone()));
        }
        let told = format!("{} stands in {place}, its driver is getting out", car.vin);
        self.truth.cars.insert(place.clone(), car);
        self.touch();
        self.people[bay] += 1;
        if !stays {
            let due_ms = self.now_ms + GET_OUT_MS;
            self.errands.push(Errand {
                bay,
                due_ms,
                with_car: false,
            });
        }
        Ok(told)
    }

    fn drive_out(&mut self, place: &Place) -> Result<String, Impossible> {
        let bay = self.find_open_bay(place)?;
        let car = self
            .truth
            .cars
            .get(place)
            .ok_or_else(|| Impossible::Empty(place.clone()))?;
        let told = format!("somebody gets into {} and drives off", car.vin);
        if self.people[bay] == 0 {
            self.people[bay] = 1;
        }
        // Whoever was about to leave on foot is the one who drives.
        self.errands.retain(|errand| errand.bay != bay);
        let due_ms = self.now_ms + DRIVE_OFF_MS;
        self.errands.push(Errand {
            bay,
            due_ms,
            with_car: true,
        });
        Ok(told)
    }

    /// Lets people leave whose time has come, through doors that are open.
    pub(super) fn run_errands(&mut self) {
        let (now_ms, bays) = (self.now_ms, &self.truth.bays);
        let due =
            |errand: &mut Errand| errand.due_ms <= now_ms && bays[errand.bay].outer == Door::Open;
        let leaving: Vec<Errand> = self.errands.extract_if(.., due).collect();
        for Errand { bay, with_car, .. } in leaving {
            self.people[bay] = self.people[bay].saturating_sub(1);
            let place = self.machine.bays[bay].place.clone();
            if with_car && self.truth.cars.remove(&place).is_some() {
                self.touch();
                if let Some(plc) = &mut self.plc {
                    plc.exits[bay] = plc.exits[bay].wrapping_add(1);
                }
            }
        }
    }

    fn walk(&mut self, place: &Place, inside: bool) -> Result<String, Impossible> {
        let bay = self.find_bay(place)?;
        if inside {
            self.people[bay] += 1;
        } else if self.people[bay] == 0 {
            return Err(Impossible::Nobody(place.clone()));
        } else {
            self.people[bay] -= 1;
            // Whoever was going to walk out has done so; a driver still drives.
            if let Some(walker) = self
                .errands
                .iter()
                .position(|e| e.bay == bay && !e.with_car)
            {
                self.errands.remove(walker);
            }
        }
        Ok(format!("{} people are in {place}", self.people[bay]))
    }

    fn jam(&mut self, lift: &Place) -> Result<String, Impossible> {
        let none = || Impossible::NoLift(lift.clone());
        let index = self.machine.lift_index(lift).ok_or_else(none)?;
        self.truth.jammed[index] = true;
        self.touch();
        let unit = Unit::at(index);
        if self.unit(unit).is_some_and(|unit| unit.hand.is_some()) {
            self.break_off(unit, LIFT_JAMMED);
            return Ok(format!("{lift} is stuck in the middle of its order"));
        }
        Ok(format!(
            "{lift} is stuck and will be noticed when it is to move"
        ))
    }

    fn clear_jam(&mut self) -> Result<String, Impossible> {
        if !self.truth.jammed.contains(&true) {
            return Err(Impossible::NotSo("a jammed lift"));
        }
        self.truth.jammed.fill(false);
        self.touch();
        self.clear_fault(&[LIFT_JAMMED]);
        Ok("the lifts are free and the fault is acknowledged".to_owned())
    }

    /// Ends faults of some codes wherever they are; a lift that had one must be homed.
    fn clear_fault(&mut self, codes: &[u16]) {
        let faulty = |unit: &Unit| codes.contains(&self.fault(*unit));
        let units: Vec<Unit> = self.machine.units().filter(faulty).collect();
        for unit in units {
            let is_lift = self.machine.lift_of(unit).is_some();
            if let Some(known) = self.unit_mut(unit) {
                known.fault = 0;
                known.homed = !is_lift;
            }
        }
    }

    fn acknowledge(&mut self) -> Result<String, Impossible> {
        let faults = self.machine.units().map(|unit| self.fault(unit));
        let faults: Vec<u16> = faults.filter(|fault| *fault != 0).collect();
        let stop = |fault: &u16| [EMERGENCY_STOP, PERSON_IN_BAY].contains(fault);
        let mended = |fault: &&u16| **fault != LIFT_JAMMED || !self.truth.jammed.contains(&true);
        let own = faults.iter().filter(|fault| !stop(fault));
        let Some(fault) = own.clone().find(mended).copied() else {
            return Err(match own.count() {
                0 if faults.is_empty() => Impossible::NotSo("a fault"),
                0 => Impossible::NotMended("the safety stop", "release-stop"),
                _ => Impossible::NotMended("the lift", "clear-jam"),
            });
        };
        self.clear_fault(&[fault]);
        Ok(format!("fault {fault} is acknowledged"))
    }

    fn release_stop(&mut self) -> Result<String, Impossible> {
        let guarded = self.truth.bays.iter().any(|doors| doors.guarded.is_some());
        if !self.truth.stop && !guarded {
            return Err(Impossible::NotSo("a safety stop"));
        }
        let seen = (0..self.machine.bays.len())
            .find(|bay| self.truth.bays[*bay].outer == Door::Closed && self.sees_person(*bay));
        if let Some(bay) = seen {
            return Err(Impossible::PersonSeen(self.machine.bays[bay].place.clone()));
        }
        self.clear_fault(&[EMERGENCY_STOP, PERSON_IN_BAY]);
        self.truth.stop = false;
        for doors in &mut self.truth.bays {
            doors.guarded = None;
        }
        self.touch();
        Ok("the stop is released, lifts that were stopped wait to be homed".to_owned())
    }

    /// Everything stops where it is; steel stays, memory goes.
    fn power_cut(&mut self) -> Result<String, Impossible> {
        self.settle_lifts();
        if self.plc.take().is_none() {
            return Err(Impossible::NotSo("power"));
        }
        self.swings.fill(None);
        self.touch();
        Ok("the PLC is dark and has forgotten everything".to_owned())
    }

    fn power_on(&mut self) -> Result<String, Impossible> {
        if self.plc.is_some() {
            return Err(Impossible::NotSo("a power cut"));
        }
        self.boot();
        Ok(format!(
            "the PLC has booted with epoch {}",
            self.truth.epoch
        ))
    }

    fn turn_key(&mut self, on: bool) -> String {
        self.settle_lifts();
        self.manual = on;
        for unit in self.machine.units() {
            let is_lift = self.machine.lift_of(unit).is_some();
            if on {
                self.finish(unit, Outcome::BrokenOff, Reason::NotReady);
            }
            if let Some(known) = self.unit_mut(unit) {
                known.homed = !is_lift;
            }
        }
        let now = if on { "manual" } else { "automatic" };
        format!("the key stands on {now}")
    }
}
