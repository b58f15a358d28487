//! The simulated machine and the ground it stands on, as a pure state machine.
//!
//! It holds two things that must not be mixed up: what is physically so ([`Truth`], people,
//! sensors that may lie) and what the PLC remembers, which a power cut erases. The PLC knows the
//! world only through its sensors. Time comes in with [`World::step`]; the same calls always give
//! the same world. The PLC's program is in `program`, its motions in `motion`, people in `hands`.

use super::motion::Hand;
use super::truth::{Stop, Truth};
use crate::codes::{self, Answer, Reason};
use crate::layout::Layout;
use crate::panel::{Reading, Sensor};
use crate::registers::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tower::handshake::{BayStatus, Door, LiftStatus, Mode, Outcome, Status, UNREADABLE_TAG};
use tower::inventory;
use tower::machine::Machine;
use tower::tower::Place;

/// The tag that a lying sensor reads off a car that is not there.
pub const STRANGER_TAG: u32 = 0x57A6_E500;

/// The simulated machine and the ground it stands on.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) machine: Machine,
    pub(super) layout: Layout,
    pub(super) truth: Truth,
    /// Counts changes of the truth, so that the shell knows when to write it down.
    pub(super) revision: u64,
    /// The PLC's memory; none while it has no power.
    pub(super) plc: Option<Memory>,
    pub(super) people: Vec<u32>,
    pub(super) errands: Vec<Errand>,
    pub(super) lies: BTreeMap<(Sensor, Place), Reading>,
    pub(super) swings: Vec<Option<Swing>>,
    pub(super) manual: bool,
    pub(super) speed: u32,
    /// Milliseconds in the world.
    pub(super) now_ms: u64,
    /// Milliseconds outside, at the last step.
    outside_ms: u64,
}

/// What a PLC knows only while it has power.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    pub(super) epoch: u32,
    pub(super) heartbeat: u16,
    pub(super) accepted: u32,
    pub(super) finished: u32,
    pub(super) outcome: Outcome,
    pub(super) reason: Reason,
    pub(super) fault: u16,
    pub(super) homed: bool,
    pub(super) answer: Answer,
    pub(super) answered: u32,
    pub(super) exits: Vec<u16>,
    pub(super) generation: u16,
    pub(super) tags: Vec<u32>,
    pub(super) hand: Option<Hand>,
}

/// An outer door on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swing {
    pub(super) target: Door,
    pub(super) since_ms: u64,
    pub(super) ends_ms: u64,
}

/// What a person in a bay will do next, once the outer door is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Errand {
    pub(super) bay: usize,
    pub(super) due_ms: u64,
    pub(super) with_car: bool,
}

impl World {
    /// Makes a world without power; [`World::boot`] starts the PLC.
    ///
    /// # Panics
    /// If the truth is not of this machine; [`Truth::misfit`] tells.
    pub fn new(machine: Machine, layout: Layout, truth: Truth, speed: u32) -> World {
        assert_eq!(
            truth.misfit(&machine, &layout),
            None,
            "the truth is of this machine"
        );
        let bays = machine.bays.len();
        World {
            machine,
            layout,
            truth,
            revision: 0,
            plc: None,
            people: vec![0; bays],
            errands: Vec::new(),
            lies: BTreeMap::new(),
            swings: vec![None; bays],
            manual: false,
            speed,
            now_ms: 0,
            outside_ms: 0,
        }
    }

    /// Gives the PLC power: it draws the next epoch and remembers nothing.
    pub fn boot(&mut self) {
        self.truth.epoch = self.truth.epoch.checked_add(1).unwrap_or(1);
        self.touch();
        self.plc = Some(Memory {
            epoch: self.truth.epoch,
            heartbeat: 0,
            accepted: 0,
            finished: 0,
            outcome: Outcome::None,
            reason: Reason::None,
            fault: 0,
            homed: false,
            answer: Answer::None,
            answered: 0,
            exits: vec![0; self.machine.bays.len()],
            generation: 0,
            tags: self.read_tags(),
            hand: None,
        });
    }

    /// Lets the world go on until some milliseconds outside have passed since it was made.
    pub fn step(&mut self, outside_ms: u64) {
        let passed = outside_ms.saturating_sub(self.outside_ms);
        self.outside_ms = self.outside_ms.max(outside_ms);
        let until = self.now_ms + passed * u64::from(self.speed);
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.now_ms = self.now_ms.max(due);
            self.happen();
        }
        self.now_ms = until;
        self.settle_lifts();
        if let Some(plc) = &mut self.plc {
            plc.heartbeat = plc.heartbeat.wrapping_add(1);
        }
        self.refresh();
    }

    fn next_due(&self) -> Option<u64> {
        let hand = self
            .plc
            .as_ref()
            .and_then(|plc| plc.hand.as_ref()?.next_ms());
        let swings = self.swings.iter().flatten().map(|swing| swing.ends_ms);
        let free = |errand: &&Errand| self.truth.bays[errand.bay].outer == Door::Open;
        let errands = self.errands.iter().filter(free).map(|errand| errand.due_ms);
        hand.into_iter().chain(swings).chain(errands).min()
    }

    fn happen(&mut self) {
        self.end_swings();
        self.run_errands();
        self.advance_hand();
        self.watch_people();
    }

    /// What is physically so.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Counts the changes of the truth.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Tells whether the PLC has power.
    pub fn has_power(&self) -> bool {
        self.plc.is_some()
    }

    pub(super) fn touch(&mut self) {
        self.revision += 1;
    }

    /// Looks at every tag; a change of the table is a new generation.
    pub(super) fn refresh(&mut self) {
        let tags = self.read_tags();
        if let Some(plc) = &mut self.plc
            && plc.tags != tags
        {
            plc.generation = plc.generation.wrapping_add(1);
            plc.tags = tags;
        }
    }

    fn read_tags(&self) -> Vec<u32> {
        self.layout
            .places
            .iter()
            .map(|place| self.tag_at(place))
            .collect()
    }

    /// What the tag reader at a place or on a lift shows.
    pub(super) fn tag_at(&self, place: &Place) -> u32 {
        match self.lies.get(&(Sensor::Tag, place.clone())) {
            Some(Reading::Empty) => 0,
            Some(Reading::Car) => STRANGER_TAG,
            Some(Reading::Unreadable) => UNREADABLE_TAG,
            None => {
                let car = self.truth.cars.get(place);
                car.map_or(0, |car| inventory::tag(&car.vin))
            }
        }
    }

    fn shows(&self, sensor: Sensor, bay: usize, truth: bool) -> bool {
        let place = self.machine.bays[bay].place.clone();
        let lie = self.lies.get(&(sensor, place));
        lie.map_or(truth, |reading| *reading != Reading::Empty)
    }

    /// Whether either person sensor of a bay sees somebody.
    pub(super) fn sees_person(&self, bay: usize) -> bool {
        let there = self.people[bay] > 0;
        self.shows(Sensor::Scanner, bay, there) || self.shows(Sensor::Overhead, bay, there)
    }

    pub(super) fn mode(&self, plc: &Memory) -> Mode {
        if self.manual {
            Mode::Manual
        } else if plc.fault != 0 || self.truth.stop.is_some() {
            Mode::Fault
        } else if plc.hand.is_some() {
            Mode::Busy
        } else if plc.homed {
            Mode::Idle
        } else {
            Mode::NotHomed
        }
    }

    fn fault(&self, plc: &Memory) -> u16 {
        match self.truth.stop {
            _ if plc.fault != 0 => plc.fault,
            Some(Stop::Emergency) => codes::EMERGENCY_STOP,
            Some(Stop::Person) => codes::PERSON_IN_BAY,
            None => 0,
        }
    }

    /// Gives what the PLC reports; nothing while it has no power.
    pub fn report(&self) -> Option<Report> {
        let plc = self.plc.as_ref()?;
        let lift =
            |(pose, spec): (&tower::machine::LiftPose, &tower::machine::LiftSpec)| LiftStatus {
                height_mm: pose.height_mm,
                tag: self.tag_at(&spec.place),
            };
        let lifts = self.truth.lifts.iter().zip(&self.machine.lifts).map(lift);
        let status = Status {
            epoch: plc.epoch,
            heartbeat: plc.heartbeat,
            mode: self.mode(plc),
            safety_stop: self.truth.stop.is_some(),
            fault: self.fault(plc),
            accepted: plc.accepted,
            finished: plc.finished,
            outcome: plc.outcome,
            lifts: lifts.collect(),
            bays: (0..self.machine.bays.len())
                .map(|bay| self.bay_status(plc, bay))
                .collect(),
            tags: plc.tags.clone(),
        };
        Some(Report {
            status,
            generation: plc.generation,
            answer: plc.answer,
            answered: plc.answered,
            reason: plc.reason,
        })
    }

    fn bay_status(&self, plc: &Memory, bay: usize) -> BayStatus {
        let doors = self.truth.bays[bay];
        let loaded = self.truth.cars.contains_key(&self.machine.bays[bay].place);
        let there = self.people[bay] > 0;
        BayStatus {
            outer: doors.outer,
            inner: doors.inner,
            floor_loaded: self.shows(Sensor::Floor, bay, loaded),
            exits: plc.exits[bay],
            person_by_scanner: self.shows(Sensor::Scanner, bay, there),
            person_overhead: self.shows(Sensor::Overhead, bay, there),
        }
    }

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
        let lie = |((sensor, place), reading): (&(Sensor, Place), &Reading)| {
            format!("{} {place} {}", sensor.word(), reading.word())
        };
        let cars = self.truth.cars.iter();
        WorldView {
            machine: self.machine.id.to_string(),
            power: self.plc.is_some(),
            speed: self.speed,
            epoch: self.truth.epoch,
            mode: self.plc.as_ref().map(|plc| self.mode(plc)),
            fault: self.plc.as_ref().map_or(0, |plc| self.fault(plc)),
            stop: self.truth.stop,
            accepted: self.plc.as_ref().map_or(0, |plc| plc.accepted),
            finished: self.plc.as_ref().map_or(0, |plc| plc.finished),
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
    /// What the PLC is doing, while it has power.
    pub mode: Option<Mode>,
    /// The fault, zero when there is none.
    pub fault: u16,
    /// The latched safety stop.
    pub stop: Option<Stop>,
    /// The last order accepted.
    pub accepted: u32,
    /// The last order finished.
    pub finished: u32,
    /// Each lift.
    pub lifts: Vec<LiftView>,
    /// Each bay.
    pub bays: Vec<BayView>,
    /// Which VIN stands where, on lifts and in bays too.
    pub cars: BTreeMap<Place, String>,
    /// The sensors that lie.
    pub lies: Vec<String>,
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
