//! The simulated machine and the ground it stands on, as a pure state machine.
//!
//! It holds two things that must not be mixed up: what is physically so ([`Truth`], people,
//! sensors that may lie) and what the PLC remembers, which a power cut erases. The PLC knows the
//! world only through its sensors. Time comes in with [`World::step`]; the same calls always give
//! the same world. The PLC's program is in `program`, its motions in `motion`, people in `hands`.

use super::motion::Hand;
use super::truth::Truth;
use crate::codes::{self, Answer, Reason};
use crate::layout::Layout;
use crate::panel::{Reading, Sensor};
use crate::registers::{Answered, Report};
use std::collections::BTreeMap;
use tower::handshake::{
    Ack, BayStatus, Door, LiftStatus, Mode, Receiver, Status, UNREADABLE_TAG, Unit, UnitStatus,
};
use tower::inventory;
use tower::machine::{LiftPose, Machine};
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
    /// What the tag readers show, of places, then of lifts; none since something has changed.
    pub(super) tags: Option<Vec<u32>>,
    pub(super) swings: Vec<Option<Swing>>,
    pub(super) manual: bool,
    /// Whether a generator drives the machine.
    pub(super) emergency_power: bool,
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
    pub(super) exits: Vec<u16>,
    pub(super) units: Vec<UnitMemory>,
    pub(super) generation: u16,
    /// What was last shown, but for heartbeat and heights; a change of it is a new generation.
    shown: Option<Report>,
}

/// What a PLC knows of one unit.
#[derive(Clone, Debug)]
pub(super) struct UnitMemory {
    pub(super) receiver: Receiver,
    pub(super) reason: Reason,
    pub(super) fault: u16,
    /// Whether its axes are referenced; a door needs none.
    pub(super) homed: bool,
    pub(super) answer: Answer,
    pub(super) answered: u32,
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
            tags: None,
            swings: vec![None; bays],
            manual: false,
            emergency_power: false,
            speed,
            now_ms: 0,
            outside_ms: 0,
        }
    }

    /// Gives the PLC power: it draws the next epoch and remembers nothing.
    pub fn boot(&mut self) {
        self.truth.epoch = self.truth.epoch.checked_add(1).unwrap_or(1);
        self.touch();
        let unit = |unit: Unit| UnitMemory {
            receiver: Receiver::boot(self.truth.epoch),
            reason: Reason::None,
            fault: 0,
            homed: self.machine.lift_of(unit).is_none(),
            answer: Answer::None,
            answered: 0,
            hand: None,
        };
        self.plc = Some(Memory {
            epoch: self.truth.epoch,
            heartbeat: 0,
            exits: vec![0; self.machine.bays.len()],
            units: self.machine.units().map(unit).collect(),
            generation: 0,
            shown: None,
        });
        self.refresh();
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

    /// Gives when something happens next by itself, in milliseconds in the world.
    pub fn next_due(&self) -> Option<u64> {
        let hands = self.hands().filter_map(|(_, hand)| hand.next_ms());
        let swings = self.swings.iter().flatten().map(|swing| swing.ends_ms);
        let free = |errand: &&Errand| self.truth.bays[errand.bay].outer == Door::Open;
        let errands = self.errands.iter().filter(free).map(|errand| errand.due_ms);
        hands.chain(swings).chain(errands).min()
    }

    fn happen(&mut self) {
        self.end_swings();
        self.run_errands();
        self.advance_hands();
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
        self.tags = None;
    }

    /// Looks at everything that is shown; a change is a new generation.
    pub(super) fn refresh(&mut self) {
        if self.tags.is_none() {
            self.tags = Some(self.read_tags());
        }
        let Some(mut seen) = self.report() else {
            return;
        };
        seen.status.heartbeat = 0;
        seen.generation = 0;
        for lift in &mut seen.status.lifts {
            lift.height_mm = 0;
        }
        if let Some(plc) = &mut self.plc
            && plc.shown.as_ref() != Some(&seen)
        {
            plc.generation = plc.generation.wrapping_add(1);
            plc.shown = Some(seen);
        }
    }

    pub(super) fn unit(&self, unit: Unit) -> Option<&UnitMemory> {
        self.plc.as_ref()?.units.get(unit.index())
    }

    pub(super) fn unit_mut(&mut self, unit: Unit) -> Option<&mut UnitMemory> {
        self.plc.as_mut()?.units.get_mut(unit.index())
    }

    /// The orders being carried out, and by whom.
    pub(super) fn hands(&self) -> impl Iterator<Item = (Unit, &Hand)> {
        let units = self.plc.iter().flat_map(|plc| &plc.units);
        let hands = units.enumerate();
        hands.filter_map(|(index, unit)| Some((Unit::at(index), unit.hand.as_ref()?)))
    }

    /// Lists the units that reference their axes now.
    pub fn homing(&self) -> Vec<Unit> {
        let homing = self.hands().filter(|(_, hand)| hand.homes());
        homing.map(|(unit, _)| unit).collect()
    }

    fn read_tags(&self) -> Vec<u32> {
        let lifts = self.machine.lifts.iter().map(|lift| &lift.place);
        let places = self.layout.places.iter().chain(lifts);
        places.map(|place| self.tag_at(place)).collect()
    }

    /// What the tag reader at a place or on a lift shows.
    pub(super) fn tag_at(&self, place: &Place) -> u32 {
        match self.lie(Sensor::Tag, place) {
            Some(Reading::Empty) => 0,
            Some(Reading::Car) => STRANGER_TAG,
            Some(Reading::Unreadable) => UNREADABLE_TAG,
            None => {
                let car = self.truth.cars.get(place);
                car.map_or(0, |car| inventory::tag(&car.vin))
            }
        }
    }

    fn lie(&self, sensor: Sensor, place: &Place) -> Option<Reading> {
        // Sensors hardly ever lie, and all are read all the time.
        if self.lies.is_empty() {
            return None;
        }
        self.lies.get(&(sensor, place.clone())).copied()
    }

    fn shows(&self, sensor: Sensor, bay: usize, truth: bool) -> bool {
        let lie = self.lie(sensor, &self.machine.bays[bay].place);
        lie.map_or(truth, |reading| reading != Reading::Empty)
    }

    /// Whether either person sensor of a bay sees somebody.
    pub(super) fn sees_person(&self, bay: usize) -> bool {
        let there = self.people[bay] > 0;
        self.shows(Sensor::Scanner, bay, there) || self.shows(Sensor::Overhead, bay, there)
    }

    pub(super) fn mode(&self, unit: Unit) -> Option<Mode> {
        let known = self.unit(unit)?;
        Some(match known.hand {
            _ if self.manual => Mode::Manual,
            _ if self.fault(unit) != 0 => Mode::Fault,
            Some(_) => Mode::Busy,
            None if known.homed => Mode::Idle,
            None => Mode::NotHomed,
        })
    }

    pub(super) fn fault(&self, unit: Unit) -> u16 {
        match self.unit(unit) {
            Some(known) if known.fault != 0 => known.fault,
            _ if self.truth.stop => codes::EMERGENCY_STOP,
            _ if self.is_guarded(unit) => codes::PERSON_IN_BAY,
            _ => 0,
        }
    }

    /// Whether a protective stop holds the bay, or the lift that served it.
    fn is_guarded(&self, unit: Unit) -> bool {
        let mut bays = self.truth.bays.iter().enumerate();
        bays.any(|(bay, doors)| {
            let lift = doors.guarded.map(Unit::at);
            lift == Some(unit) || lift.is_some() && self.machine.bay_unit(bay) == unit
        })
    }

    /// Gives what the PLC reports; nothing while it has no power.
    pub fn report(&self) -> Option<Report> {
        let plc = self.plc.as_ref()?;
        let mut tags = self.tags.clone().unwrap_or_else(|| self.read_tags());
        let on_lifts = tags.split_off(self.layout.places.len());
        let lifts = self.truth.lifts.iter().zip(on_lifts);
        let lift = |(pose, tag): (&LiftPose, u32)| LiftStatus {
            height_mm: pose.height_mm,
            tag,
        };
        let status = Status {
            epoch: plc.epoch,
            heartbeat: plc.heartbeat,
            safety_stop: self.truth.stop,
            emergency_power: self.emergency_power,
            units: self
                .machine
                .units()
                .filter_map(|unit| self.unit_status(unit))
                .collect(),
            lifts: lifts.map(lift).collect(),
            bays: (0..self.machine.bays.len())
                .map(|bay| self.bay_status(plc, bay))
                .collect(),
            tags,
        };
        let answered = |unit: &UnitMemory| Answered {
            answer: unit.answer,
            seq: unit.answered,
            reason: unit.reason,
        };
        Some(Report {
            status,
            generation: plc.generation,
            answers: plc.units.iter().map(answered).collect(),
        })
    }

    fn unit_status(&self, unit: Unit) -> Option<UnitStatus> {
        let Ack {
            accepted,
            finished,
            outcome,
            ..
        } = self.unit(unit)?.receiver.ack();
        Some(UnitStatus {
            mode: self.mode(unit)?,
            fault: self.fault(unit),
            accepted,
            finished,
            outcome,
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
}
