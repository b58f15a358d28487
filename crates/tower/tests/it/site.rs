//! A site for tests: stream, controller, machine and people, stepped twice a second.

use crate::peer::Plc;
use kernel::{Decider, JobId, Moment, OrderId, Vin};
use std::collections::BTreeMap;
use tower::controller::{Controller, Input, Output};
use tower::handshake::{Door, Order};
use tower::inspection::{Condition, Found};
use tower::inventory::tag;
use tower::job::{CarSize, Job, Kind};
use tower::machine::Machine;
use tower::tower::{Command, Event, FaultCode, Place, Refusal, Stage, State, Tower};

pub(crate) const STEP_MS: u64 = 500;

pub(crate) const SMALL: CarSize = CarSize {
    length_mm: 4_400,
    width_mm: 1_850,
    height_mm: 1_450,
    mass_kg: 1_500,
};

pub(crate) fn vin(number: u32) -> Vin {
    Vin::parse(&format!("ZAR{number:014}")).expect("a VIN")
}

pub(crate) fn job(name: &str) -> JobId {
    JobId::parse(name).expect("a job id")
}

pub(crate) fn store(number: u32) -> Job {
    Job {
        id: job(&format!("store-{number}")),
        kind: Kind::Store {
            vin: vin(number),
            size: SMALL,
        },
    }
}

pub(crate) fn fetch(number: u32) -> Job {
    Job {
        id: job(&format!("fetch-{number}")),
        kind: Kind::Fetch {
            vin: vin(number),
            order: OrderId::parse(&format!("order-{number}")).expect("an order id"),
        },
    }
}

pub(crate) fn all_good() -> Found {
    Found {
        battery: Condition::Good,
        tyres: Condition::PutRight,
        note: "rear left was at 1.9 bar".to_owned(),
    }
}

/// When a buyer leaves the car.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Rejects {
    BeforeOpening,
    InTheOpenBay,
}

pub(crate) struct Site {
    pub(crate) machine: Machine,
    pub(crate) state: State,
    pub(crate) controller: Controller,
    pub(crate) plc: Plc,
    pub(crate) now_ms: u64,
    pub(crate) log: Vec<Event>,
    /// Cars that wait outside to be driven in.
    pub(crate) outside: BTreeMap<Vin, u32>,
    /// Buyers who leave their car.
    pub(crate) rejecting: BTreeMap<JobId, Rejects>,
    /// Whether people do what is expected of them.
    pub(crate) people: bool,
    pub(crate) drop_status: bool,
    pub(crate) drop_orders: bool,
    pub(crate) double_orders: bool,
    pub(crate) sent: Vec<Order>,
    /// Orders that the network keeps back while this is some, in the order they were sent.
    pub(crate) held: Option<Vec<Order>>,
    /// Cars that have left the floor and pass the exit barrier at some time.
    at_barrier: Vec<(Place, u64)>,
}

impl Site {
    pub(crate) fn new(text: &str) -> Site {
        let machine = crate::machine::read(text);
        let mut site = Site {
            state: State::default(),
            controller: Controller::new(machine.clone(), State::default()),
            plc: Plc::new(&machine),
            machine,
            now_ms: 0,
            log: Vec::new(),
            outside: BTreeMap::new(),
            rejecting: BTreeMap::new(),
            people: true,
            drop_status: false,
            drop_orders: false,
            double_orders: false,
            sent: Vec::new(),
            held: None,
            at_barrier: Vec::new(),
        };
        let command = Command::Commission {
            places: site.machine.places.clone(),
            bays: site
                .machine
                .bays
                .iter()
                .map(|bay| bay.place.clone())
                .collect(),
            lifts: site
                .machine
                .lifts
                .iter()
                .map(|lift| lift.place.clone())
                .collect(),
        };
        site.ask(command).expect("an empty tower is commissioned");
        site
    }

    /// A site whose cars stand in the first slots already.
    pub(crate) fn with_cars(text: &str, count: u32) -> Site {
        let mut site = Site::new(text);
        let slots: Vec<Place> = site
            .machine
            .slots()
            .map(|spec| spec.place.clone())
            .collect();
        for (number, place) in (1..=count).zip(slots) {
            site.plc.cars.insert(place.clone(), tag(&vin(number)));
            let declared = Command::Declare {
                job: job(&format!("declare-{number}")),
                vin: vin(number),
                size: SMALL,
                place,
            };
            site.ask(declared).expect("an empty slot takes a car");
        }
        site
    }

    pub(crate) fn at(&self) -> Moment {
        Moment::from_micros(self.now_ms as i64 * 1_000)
    }

    pub(crate) fn ask(&mut self, command: Command) -> Result<Vec<Event>, Refusal> {
        let events = Tower::decide(&self.state, command, self.at())?;
        let mut outputs = Vec::new();
        for event in &events {
            self.state = Tower::evolve(std::mem::take(&mut self.state), event);
            self.log.push(event.clone());
            let event = event.clone();
            outputs.extend(self.controller.handle(Input::Recorded { event }));
        }
        self.carry_out(outputs);
        Ok(events)
    }

    /// Lets through what the network kept back, backwards if told.
    pub(crate) fn let_through(&mut self, backwards: bool) {
        let mut held = self.held.take().expect("orders were kept back");
        if backwards {
            held.reverse();
        }
        for order in held {
            self.plc.receive(order);
        }
    }

    pub(crate) fn queue(&mut self, job: Job) {
        if let Kind::Store { vin, .. } = &job.kind {
            self.outside.insert(vin.clone(), tag(vin));
        }
        self.ask(Command::Queue { job }).expect("the job is taken");
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                // A refusal is the stream's last word; the next status brings the next try.
                Output::Record(command) => drop(self.ask(command)),
                Output::Send(order) => self.send(order),
            }
        }
    }

    fn send(&mut self, order: Order) {
        self.sent.push(order.clone());
        if self.drop_orders {
            return;
        }
        if let Some(held) = &mut self.held {
            return held.push(order);
        }
        self.plc.receive(order.clone());
        if self.double_orders {
            self.plc.receive(order);
        }
    }

    pub(crate) fn step(&mut self) {
        self.now_ms += STEP_MS;
        self.plc.advance(self.now_ms);
        if self.people {
            self.people_act();
        }
        let at = self.at();
        let input = match self.drop_status {
            true => Input::Tick { at },
            false => Input::Status {
                status: self.plc.status(),
                at,
            },
        };
        let outputs = self.controller.handle(input);
        self.carry_out(outputs);
        self.check();
    }

    pub(crate) fn run(&mut self, seconds: u64) {
        for _ in 0..seconds * 1_000 / STEP_MS {
            self.step();
        }
    }

    /// Runs until something is true, and fails the test if it is not within some seconds.
    pub(crate) fn until(&mut self, seconds: u64, what: &str, done: impl Fn(&Site) -> bool) {
        for _ in 0..seconds * 1_000 / STEP_MS {
            if done(self) {
                return;
            }
            self.step();
        }
        let State {
            jobs,
            faults,
            trust,
            open,
            bays,
            ..
        } = &self.state;
        panic!("not {what} within {seconds} s: {jobs:#?} {faults:#?} {trust:?} {open:?} {bays:?}");
    }

    pub(crate) fn until_idle(&mut self, seconds: u64) {
        self.until(seconds, "idle", |site| {
            site.state.jobs.is_empty() && site.state.open.is_empty()
        });
    }

    /// How far the only job is.
    pub(crate) fn stage(&self) -> &Stage {
        &self.state.jobs.iter().next().expect("a job").stage
    }

    pub(crate) fn happened(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.log.iter().filter(|event| wanted(event)).count()
    }

    /// What must hold at every instant, whatever goes wrong.
    fn check(&self) {
        assert_eq!(
            &self.state,
            self.controller.state(),
            "stream and controller agree"
        );
        let mut tags: Vec<u32> = self.plc.cars.values().copied().collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), self.plc.cars.len(), "a car is in one place");
        let cars: Vec<_> = self.state.inventory.iter().map(|(_, car)| car).collect();
        let mut once = cars.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), cars.len(), "a car is written in one place");
        let mut vins: Vec<_> = self
            .state
            .jobs
            .iter()
            .map(|live| live.job.kind.vin())
            .collect();
        vins.sort();
        vins.dedup();
        assert_eq!(vins.len(), self.state.jobs.len(), "a car has one job");
    }

    fn people_act(&mut self) {
        let now_ms = self.now_ms;
        for (place, _) in self.at_barrier.extract_if(.., |(_, when)| *when <= now_ms) {
            self.plc.bay_mut(&place).exits += 1;
        }
        for (place, bay) in self.state.bays.clone() {
            let live = bay.job.as_ref().and_then(|id| self.state.job(id)).cloned();
            let outer = self.plc.bay_mut(&place).outer;
            if let Some(live) = live {
                self.visit(&place, outer, &live.stage, &live.job);
            }
            let loaded = self.state.inventory.car_at(&place).is_some();
            let often = self.now_ms.is_multiple_of(10_000);
            if loaded && often {
                // Refused while the bay is closed: there is nothing to confirm then.
                drop(self.ask(Command::ConfirmBayClear { bay: place }));
            }
        }
        self.look_for_missing();
    }

    fn visit(&mut self, place: &Place, outer: Door, stage: &Stage, job: &Job) {
        let id = job.id.clone();
        let open = outer == Door::Open;
        let rejects = self.rejecting.get(&id).copied();
        let vin = job.kind.vin();
        match stage {
            Stage::Awaiting { .. } if open && !self.plc.cars.contains_key(place) => {
                if let Some(tag) = self.outside.remove(vin) {
                    self.plc.cars.insert(place.clone(), tag);
                }
            }
            Stage::AtBay { .. } if rejects == Some(Rejects::BeforeOpening) => {
                self.ask(Command::Reject { job: id })
                    .expect("a closed bay takes no");
            }
            Stage::AtBay { .. } => {
                self.ask(Command::AskToOpen { job: id })
                    .expect("the code is right");
            }
            Stage::Asked { .. } if open && rejects.is_some() => {
                self.ask(Command::Reject { job: id })
                    .expect("an open bay takes no");
            }
            Stage::Asked { .. } if open && matches!(job.kind, Kind::Inspect { .. }) => {
                let found = all_good();
                if self.state.bays[place].phase.is_open() {
                    self.ask(Command::FinishInspection { job: id, found })
                        .expect("a car in an open bay can be seen");
                }
            }
            Stage::Asked { .. } if open && self.plc.cars.contains_key(place) => {
                self.plc.cars.remove(place);
                self.at_barrier.push((place.clone(), self.now_ms + 1_500));
            }
            _ => {}
        }
    }

    /// After a minute of a missing car a person looks, and says so if it is not in the tower.
    fn look_for_missing(&mut self) {
        let missing = self.state.faults.has(FaultCode::CarMissing);
        if !missing || !self.now_ms.is_multiple_of(60_000) || self.plc.lie.is_some() {
            return;
        }
        let written: Vec<Vin> = self
            .state
            .inventory
            .iter()
            .map(|(_, car)| car.clone())
            .collect();
        for car in written {
            if !self.plc.cars.values().any(|there| *there == tag(&car)) {
                // Refused while an order is open; the next minute brings the next look.
                drop(self.ask(Command::DeclareGone { vin: car }));
            }
        }
    }
}
