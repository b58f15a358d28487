//! What holds a job up, by which rule, and on whose word: the answer for whoever stands before a
//! machine that does not move.
//!
//! Every rule has a code that does not change and stands in `docs/protocol/waiting.md`. Where a
//! rule rests on the machine's status, the signal is named with its value, since when it has it,
//! and how old that reading is, so that "nobody is inside" is never more than what a sensor said
//! at a known moment. A status that is not fresh is a rule of its own: it holds everything up.

use super::{Why, waiting_for};
use crate::bay::Obstacle;
use crate::handshake::{Mode, Unit};
use crate::machine::Machine;
use crate::signal::{Reading, Readings, Signal};
use crate::tower::{Fault, FaultCode, Place, State};
use kernel::{JobId, Moment};

/// What holds a job up.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// What it waits for.
    pub why: Why,
    /// What it needs and does not get.
    pub resource: Resource,
    /// By which rule.
    pub rule: Rule,
    /// What that rests on.
    pub evidence: Evidence,
}

/// What a job needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The machine as a whole.
    Machine,
    /// A lift.
    Lift(Place),
    /// A bay.
    Bay(Place),
    /// Any bay.
    AnyBay,
    /// A place for its car.
    Place,
    /// The window.
    Window,
    /// A person at a bay.
    Person(Place),
    /// Its turn, after another job.
    Turn(JobId),
    /// Its time, which its buyer has chosen.
    Time,
}

/// By which rule a job waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// None: the machine works for it.
    Running,
    /// None: it begins with the next look.
    Next,
    /// Nothing is ordered on a status that is not fresh.
    FreshStatus,
    /// Nothing is ordered from what has a fault.
    Fault(FaultCode),
    /// After a restart, a fault or a person's hand every sensor is read first.
    SensorsFirst,
    /// A lift that is out of order is given no orders.
    LiftInOrder,
    /// A lift carries out one order at a time.
    OneOrder,
    /// Jobs go in the order of the queue.
    Queue,
    /// A bay serves one job at a time.
    OneJobPerBay,
    /// A bay that staff have taken out of use takes no new job.
    BayInUse,
    /// On emergency power few lifts move, and only for those who wait.
    PowerForThoseWhoWait,
    /// A car for which a time was chosen is brought for that time.
    ChosenTime,
    /// A car is moved only to a place it fits that nobody else needs.
    PlaceForCar,
    /// The window holds one car.
    OneInWindow,
    /// A car stays in the window for its time.
    ShownInFull,
    /// The bay opens for the pick-up code alone.
    CodeFirst,
    /// A car has left only by two proofs: floor scale and exit barrier.
    TwoProofs,
    /// A bay that was opened for a car waits for it.
    CarComes,
    /// The street door moves only while the door to the shaft is closed.
    InnerDoorClosed,
    /// The machine serves a bay only while its street door is closed.
    OuterDoorClosed,
    /// Nothing moves in a bay while the floor-level scanner sees somebody.
    NobodyByScanner,
    /// Nothing moves in a bay while the overhead sensor sees somebody.
    NobodyOverhead,
    /// A bay counts as empty only while its floor scale feels nothing.
    FloorEmpty,
    /// A car stands in a bay only while its floor scale feels it.
    FloorLoaded,
    /// A bay closes on a car only after a person has said that nobody is inside.
    PersonsWord,
}

/// What a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A signal of the machine; no reading when none was ever made.
    Signal {
        /// Which.
        signal: Signal,
        /// Its last word.
        reading: Option<Reading>,
    },
    /// What is written in the tower's stream.
    Record {
        /// Since when, where that is known.
        since: Option<Moment>,
    },
}

/// Tells what holds a live job up; nothing when it has ended.
pub fn wait(
    state: &State,
    machine: &Machine,
    job: &JobId,
    readings: &Readings,
    at: Moment,
) -> Option<Wait> {
    let why = waiting_for(state, machine, job, readings.fresh(at), at)?;
    let look = Look {
        state,
        machine,
        readings,
        at,
    };
    let (resource, rule, evidence) = match state.faults.stopping_all() {
        None if readings.is_stale(at) && !matches!(why, Why::Appointment { .. }) => {
            let heart = look.signal(Signal::Heartbeat);
            (Resource::Machine, Rule::FreshStatus, heart)
        }
        _ => look.grounds(job, &why),
    };
    Some(Wait {
        why,
        resource,
        rule,
        evidence,
    })
}

struct Look<'a> {
    state: &'a State,
    machine: &'a Machine,
    readings: &'a Readings,
    at: Moment,
}

type Grounds = (Resource, Rule, Evidence);

impl Look<'_> {
    fn grounds(&self, job: &JobId, why: &Why) -> Grounds {
        let bay = |bay: &Place| Resource::Bay(bay.clone());
        let person = |bay: &Place| Resource::Person(bay.clone());
        match why {
            Why::Running => self.running(job),
            Why::Faulty(fault) => self.faulty(fault),
            Why::Resync(_) => (Resource::Machine, Rule::SensorsFirst, self.unready()),
            Why::LiftOut { lift } => {
                let evidence = self.unit(lift, Signal::Fault);
                (Resource::Lift(lift.clone()), Rule::LiftInOrder, evidence)
            }
            Why::MachineBusy { lift, .. } => {
                let evidence = self.unit(lift, Signal::Mode);
                (Resource::Lift(lift.clone()), Rule::OneOrder, evidence)
            }
            Why::Behind { job } => (Resource::Turn(job.clone()), Rule::Queue, WRITTEN),
            Why::NoBay { .. } => (Resource::AnyBay, Rule::OneJobPerBay, WRITTEN),
            Why::BaysLocked { .. } => (Resource::AnyBay, Rule::BayInUse, WRITTEN),
            Why::EmergencyPower => (
                Resource::Machine,
                Rule::PowerForThoseWhoWait,
                self.signal(Signal::EmergencyPower),
            ),
            Why::Appointment { .. } => (Resource::Time, Rule::ChosenTime, WRITTEN),
            Why::NoPlace => (Resource::Place, Rule::PlaceForCar, WRITTEN),
            Why::WindowTaken => (Resource::Window, Rule::OneInWindow, WRITTEN),
            Why::Shown => (Resource::Window, Rule::ShownInFull, self.shown(job)),
            Why::Buyer { bay } => {
                let evidence = self.bay(bay, Signal::FloorLoaded);
                (person(bay), Rule::CodeFirst, evidence)
            }
            Why::DriveOut { bay } => (person(bay), Rule::TwoProofs, self.proof(bay)),
            Why::Car { bay } => {
                let evidence = self.bay(bay, Signal::FloorLoaded);
                (person(bay), Rule::CarComes, evidence)
            }
            Why::Bay {
                bay: place,
                obstacle: Obstacle::NotConfirmed,
            } => (person(place), Rule::PersonsWord, self.said(place)),
            Why::Bay {
                bay: place,
                obstacle,
            } => {
                let (rule, signal) = obstructed(*obstacle);
                (bay(place), rule, self.bay(place, signal))
            }
            Why::Next => (Resource::Machine, Rule::Next, WRITTEN),
        }
    }

    fn running(&self, job: &JobId) -> Grounds {
        let open = self.state.work_for(job);
        let unit = open.map(|open| open.order.unit);
        let name = unit.and_then(|unit| self.machine.unit_name(unit));
        let resource = name.map_or(Resource::Machine, |name| self.part(name));
        let since = open.map(|open| open.at);
        (resource, Rule::Running, Evidence::Record { since })
    }

    fn faulty(&self, fault: &Fault) -> Grounds {
        let part = fault.at.as_ref();
        let resource = part.map_or(Resource::Machine, |part| self.part(part));
        let evidence = match (fault.code, part) {
            (FaultCode::LinkLost, _) => self.signal(Signal::Heartbeat),
            (FaultCode::SafetyStop, _) => self.signal(Signal::SafetyStop),
            (FaultCode::Manual, _) => self.unready(),
            (FaultCode::MachineFault, Some(part)) => self.unit(part, Signal::Fault),
            (FaultCode::WrongCar, Some(part)) => self.bay(part, Signal::FloorLoaded),
            (FaultCode::OrderRefused | FaultCode::OrderUnanswered, Some(part)) => {
                self.unit(part, Signal::Mode)
            }
            (
                FaultCode::MachineFault
                | FaultCode::WrongCar
                | FaultCode::OrderRefused
                | FaultCode::OrderUnanswered
                | FaultCode::MapMismatch
                | FaultCode::CarMissing
                | FaultCode::UnknownCar
                | FaultCode::TagUnreadable,
                _,
            ) => WRITTEN,
        };
        (resource, Rule::Fault(fault.code), evidence)
    }

    /// Names the first part of the machine that is not ready to be read.
    fn unready(&self) -> Evidence {
        let mode = |unit: &Unit| {
            let status = self.readings.status()?;
            Some(status.unit(*unit)?.mode)
        };
        let mut units = self.machine.units();
        let unready =
            units.find(|unit| !matches!(mode(unit), None | Some(Mode::Idle | Mode::Fault)));
        self.signal(unready.map_or(Signal::Heartbeat, Signal::Mode))
    }

    /// Of the two proofs that a car has left, the one that lacks.
    fn proof(&self, bay: &Place) -> Evidence {
        let status = self.readings.status();
        let seen = self
            .machine
            .bay(bay)
            .and_then(|(index, _)| status?.bays.get(index));
        match seen.is_some_and(|seen| seen.floor_loaded) {
            true => self.bay(bay, Signal::FloorLoaded),
            false => self.bay(bay, Signal::Exits),
        }
    }

    fn said(&self, bay: &Place) -> Evidence {
        let known = self.state.bays.get(bay);
        let since = known.and_then(|bay| bay.confirmed);
        Evidence::Record { since }
    }

    fn shown(&self, job: &JobId) -> Evidence {
        let since = self.state.job(job).and_then(|live| match live.stage {
            crate::tower::Stage::Shown { since } => Some(since),
            _ => None,
        });
        Evidence::Record { since }
    }

    fn part(&self, place: &Place) -> Resource {
        match self.machine.bay(place) {
            Some(_) => Resource::Bay(place.clone()),
            None => Resource::Lift(place.clone()),
        }
    }

    fn unit(&self, place: &Place, signal: fn(Unit) -> Signal) -> Evidence {
        let unit = self.machine.unit_of(place);
        unit.map_or(WRITTEN, |unit| self.signal(signal(unit)))
    }

    fn bay(&self, place: &Place, signal: fn(usize) -> Signal) -> Evidence {
        let bay = self.machine.bay(place);
        bay.map_or(WRITTEN, |(index, _)| self.signal(signal(index)))
    }

    fn signal(&self, signal: Signal) -> Evidence {
        Evidence::Signal {
            signal,
            reading: self.readings.reading(signal, self.at),
        }
    }
}

const WRITTEN: Evidence = Evidence::Record { since: None };

fn obstructed(obstacle: Obstacle) -> (Rule, fn(usize) -> Signal) {
    match obstacle {
        Obstacle::InnerDoor => (Rule::InnerDoorClosed, Signal::InnerDoor),
        Obstacle::OuterDoor => (Rule::OuterDoorClosed, Signal::OuterDoor),
        Obstacle::PersonByScanner => (Rule::NobodyByScanner, Signal::PersonByScanner),
        Obstacle::PersonOverhead => (Rule::NobodyOverhead, Signal::PersonOverhead),
        Obstacle::FloorLoaded => (Rule::FloorEmpty, Signal::FloorLoaded),
        Obstacle::FloorEmpty => (Rule::FloorLoaded, Signal::FloorLoaded),
        Obstacle::NotConfirmed => (Rule::PersonsWord, Signal::FloorLoaded),
    }
}

impl Rule {
    /// Lists every rule.
    pub fn all() -> Vec<Rule> {
        let faults = FaultCode::ALL.into_iter().map(Rule::Fault);
        let others = [
            Rule::FreshStatus,
            Rule::SensorsFirst,
            Rule::LiftInOrder,
            Rule::OneOrder,
            Rule::Queue,
            Rule::OneJobPerBay,
            Rule::BayInUse,
            Rule::PowerForThoseWhoWait,
            Rule::ChosenTime,
            Rule::PlaceForCar,
            Rule::OneInWindow,
            Rule::ShownInFull,
            Rule::CodeFirst,
            Rule::TwoProofs,
            Rule::CarComes,
            Rule::InnerDoorClosed,
            Rule::OuterDoorClosed,
            Rule::NobodyByScanner,
            Rule::NobodyOverhead,
            Rule::FloorEmpty,
            Rule::FloorLoaded,
            Rule::PersonsWord,
            Rule::Running,
            Rule::Next,
        ];
        faults.chain(others).collect()
    }

    /// Gives its code, which never changes.
    pub fn code(self) -> &'static str {
        self.named().0
    }

    /// Says it in a sentence.
    pub fn words(self) -> &'static str {
        self.named().1
    }

    fn named(self) -> (&'static str, &'static str) {
        match self {
            Rule::Running => ("running", "the machine works for it"),
            Rule::Next => ("next", "it begins with the next look"),
            Rule::FreshStatus => (
                "fresh-status",
                "nothing is ordered on a status that is older than two seconds or whose heartbeat stands still",
            ),
            Rule::Fault(code) => fault_named(code),
            Rule::SensorsFirst => (
                "sensors-first",
                "after a restart, a fault or a person's hand every sensor is read before anything moves",
            ),
            Rule::LiftInOrder => (
                "lift-in-order",
                "a lift that is out of order is given no orders",
            ),
            Rule::OneOrder => ("one-order", "a lift carries out one order at a time"),
            Rule::Queue => ("queue", "jobs go in the order of the queue"),
            Rule::OneJobPerBay => ("one-job-per-bay", "a bay serves one job at a time"),
            Rule::BayInUse => (
                "bay-in-use",
                "a bay that staff have taken out of use takes no new job until they release it",
            ),
            Rule::PowerForThoseWhoWait => (
                "power-for-those-who-wait",
                "on emergency power few lifts move, and only cars that somebody waits for",
            ),
            Rule::ChosenTime => (
                "chosen-time",
                "a car for which a time was chosen is brought for that time",
            ),
            Rule::PlaceForCar => (
                "place-for-car",
                "a car is moved only to a place that it fits and that no other car was promised",
            ),
            Rule::OneInWindow => ("one-in-window", "the window holds one car"),
            Rule::ShownInFull => (
                "shown-in-full",
                "a car stays in the window until its time is over",
            ),
            Rule::CodeFirst => ("code-first", "a bay opens for its buyer's pick-up code"),
            Rule::TwoProofs => (
                "two-proofs",
                "a car has left when floor scale and exit barrier both say so",
            ),
            Rule::CarComes => ("car-comes", "a bay that was opened for a car waits for it"),
            Rule::InnerDoorClosed => (
                "inner-door-closed",
                "the street door moves only while the door to the shaft is closed",
            ),
            Rule::OuterDoorClosed => (
                "outer-door-closed",
                "the machine serves a bay only while its street door is closed",
            ),
            Rule::NobodyByScanner => (
                "nobody-by-scanner",
                "nothing moves in a bay while the floor-level scanner sees somebody",
            ),
            Rule::NobodyOverhead => (
                "nobody-overhead",
                "nothing moves in a bay while the overhead sensor sees somebody",
            ),
            Rule::FloorEmpty => (
                "floor-empty",
                "a bay counts as empty only while its floor scale feels nothing",
            ),
            Rule::FloorLoaded => (
                "floor-loaded",
                "a car counts as standing in a bay only while the floor scale feels it",
            ),
            Rule::PersonsWord => (
                "persons-word",
                "a bay closes on a car only after a person has lately said that nobody is inside",
            ),
        }
    }
}

fn fault_named(code: FaultCode) -> (&'static str, &'static str) {
    match code {
        FaultCode::LinkLost => (
            "fault-link-lost",
            "nothing is ordered while the machine does not answer",
        ),
        FaultCode::MapMismatch => (
            "fault-map-mismatch",
            "nothing is ordered from a machine that has other places than the machine file",
        ),
        FaultCode::SafetyStop => (
            "fault-safety-stop",
            "nothing is ordered while the safety controller has stopped the machine",
        ),
        FaultCode::MachineFault => (
            "fault-machine-fault",
            "nothing is ordered from a lift or bay that reports a fault",
        ),
        FaultCode::Manual => (
            "fault-manual",
            "nothing is ordered while the machine is in a person's hands",
        ),
        FaultCode::CarMissing => (
            "fault-car-missing",
            "no car is moved while one is not where it was left",
        ),
        FaultCode::UnknownCar => (
            "fault-unknown-car",
            "no car is moved while one is seen that nobody stored",
        ),
        FaultCode::TagUnreadable => (
            "fault-tag-unreadable",
            "no car is moved while the tag of one cannot be read",
        ),
        FaultCode::WrongCar => (
            "fault-wrong-car",
            "a bay with another car than the expected one stays open",
        ),
        FaultCode::OrderRefused => (
            "fault-order-refused",
            "what the machine refused is tried again after a pause",
        ),
        FaultCode::OrderUnanswered => (
            "fault-order-unanswered",
            "nothing else is ordered from a lift or bay whose order is not known to have ended",
        ),
    }
}
