//! A mixed day of a tower in simulated time: cars stored, shown and fetched through two bays.
//!
//! The controller, the stream and the twin are those that ship, and speak through the registers.
//! The same seed gives the same day. At every record a copy of everything can be kept, as it was
//! when the record was written and nothing had followed from it yet: from there the controller or
//! the twin is killed, and the day is brought to its end.

use crate::observer::Observer;
use kernel::{Decider, JobId, Moment, OrderId, Vin};
use plc::layout::Layout;
use plc::panel::Act;
use plc::registers;
use plc::twin::{Car, Truth, World};
use std::collections::BTreeSet;
use tower::controller::{Controller, Input, Output};
use tower::handshake::{Door, Order, Status, UNREADABLE_TAG};
use tower::inventory::tag;
use tower::job::{CarSize, Job, Kind};
use tower::machine::{Machine, PlaceKind};
use tower::tower::{
    Command, Event, FaultCode, Place, Refusal, Seen, Stage, State, Tower, agrees, compare,
};

/// How often the machine is read.
const STEP_MS: u64 = 500;
/// How many jobs are asked for at a time, at most.
const AT_A_TIME: usize = 3;

const SIZE: CarSize = CarSize {
    length_mm: 4_300,
    width_mm: 1_850,
    height_mm: 1_450,
    mass_kg: 1_400,
};

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    /// Our controller: what it had not written down is gone.
    Controller,
    /// The machine's controller: its memory is gone, cars stay where they are.
    Twin,
}

/// A tower on some day.
#[derive(Clone, Debug)]
pub struct Site {
    machine: Machine,
    layout: Layout,
    state: State,
    controller: Controller,
    world: World,
    observer: Observer,
    /// How often a quick look was content while something moved.
    quick_looks: u64,
    now_ms: u64,
    /// What was recorded; not kept in copies.
    log: Vec<Event>,
    records: usize,
    /// After which records copies are kept: one and every so many further ones.
    kept: Option<(usize, usize)>,
    copies: Vec<Site>,
    outside: BTreeSet<Vin>,
    asked: u32,
    seed: u64,
}

impl Site {
    /// A tower with some cars in it.
    pub fn new(machine: &Machine, cars: u32, seed: u64) -> Site {
        let slots = machine.slots().take(cars as usize);
        let stock: Vec<(Place, Vin)> = slots
            .zip(1..)
            .map(|(spec, number)| (spec.place.clone(), vin(number)))
            .collect();
        let standing = |(place, vin): &(Place, Vin)| (place.clone(), car(vin));
        let truth = Truth::at_rest(machine, stock.iter().map(standing).collect(), 6);
        let layout = Layout::of(machine).expect("the machine fits the map");
        let mut world = World::new(machine.clone(), layout.clone(), truth, 1);
        world.boot();
        let mut site = Site {
            state: State::default(),
            controller: Controller::new(machine.clone(), State::default()),
            observer: Observer::new(&world),
            quick_looks: 0,
            machine: machine.clone(),
            layout,
            world,
            now_ms: 0,
            log: Vec::new(),
            records: 0,
            kept: None,
            copies: Vec::new(),
            outside: BTreeSet::new(),
            asked: cars,
            seed,
        };
        site.commission(stock);
        site
    }

    fn commission(&mut self, stock: Vec<(Place, Vin)>) {
        let bays = self.machine.bays.iter().map(|bay| bay.place.clone());
        let lifts = self.machine.lifts.iter().map(|lift| lift.place.clone());
        let command = Command::Commission {
            places: self.machine.places.clone(),
            bays: bays.collect(),
            lifts: lifts.collect(),
        };
        self.ask(command).expect("an empty tower is commissioned");
        for (number, (place, vin)) in stock.into_iter().enumerate() {
            let declared = Command::Declare {
                job: job(&format!("declare-{number}")),
                vin,
                size: SIZE,
                place,
            };
            self.ask(declared).expect("an empty slot takes a car");
        }
    }

    /// Keeps copies from now on: after the first of the next so many records, and after every so
    /// many further ones. What one command wrote is one record to a crash: all of it or nothing.
    pub fn keep(&mut self, every: usize) {
        self.kept = Some((self.records + 1, every));
    }

    /// Takes the copies.
    pub fn copies(&mut self) -> Vec<Site> {
        std::mem::take(&mut self.copies)
    }

    /// Gives what was recorded.
    pub fn log(&self) -> &[Event] {
        &self.log
    }

    /// Gives the stream's state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How often cars were seen to change their places.
    pub fn changes(&self) -> u64 {
        self.observer.changes
    }

    /// Counts how often a quick look at the sensors was content while something moved.
    pub fn quick_looks(&self) -> u64 {
        self.quick_looks
    }

    /// Lives through so many jobs, and ends when all have ended.
    pub fn live(&mut self, jobs: u32) {
        let last = self.asked + jobs;
        while self.asked < last || !self.is_idle() {
            if self.asked < last && self.state.jobs.len() < AT_A_TIME && self.draw(40) == 0 {
                self.ask_for_another();
            }
            self.step();
        }
    }

    /// Kills one side and brings what is under way to its end, within so many seconds.
    ///
    /// # Panics
    /// If it does not end, or if stream and steel do not agree afterwards.
    pub fn die(&mut self, victim: Victim, seconds: u64) {
        match victim {
            Victim::Controller => {
                self.controller = Controller::new(self.machine.clone(), self.state.clone());
            }
            Victim::Twin => {
                for act in [Act::PowerCut, Act::PowerOn] {
                    self.world.act(&act).expect("power goes and comes");
                }
            }
        }
        let record = self.records;
        let until = self.now_ms + seconds * 1_000;
        while !self.is_idle() {
            let State {
                jobs,
                faults,
                trust,
                open,
                bays,
                ..
            } = &self.state;
            assert!(
                self.now_ms < until,
                "{victim:?} killed at record {record}: not idle in {seconds} s:\n\
                 {jobs:#?}\n{faults:#?}\n{trust:?}\n{open:#?}\n{bays:#?}"
            );
            self.step();
        }
        self.agree();
    }

    /// Stream and steel agree about every car.
    pub fn agree(&self) {
        let steel = self.world.truth().cars.iter();
        let steel: Vec<_> = steel
            .map(|(place, car)| (place.clone(), car.vin.clone()))
            .collect();
        let written = self.state.inventory.iter();
        let written: Vec<_> = written
            .map(|(place, vin)| (place.clone(), vin.clone()))
            .collect();
        assert_eq!(written, steel, "the stream says what is so");
    }

    fn is_idle(&self) -> bool {
        self.state.jobs.is_empty() && self.state.open.is_empty()
    }

    /// A number below a bound, from the seed (SplitMix64, Steele, Lea and Flood 2014).
    fn draw(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }

    fn ask_for_another(&mut self) {
        self.asked += 1;
        let number = self.asked;
        let is_free = |vin: &&Vin| self.state.job_of(vin).is_none();
        let here = self.state.inventory.iter().map(|(_, vin)| vin);
        let here: Vec<Vin> = here.filter(is_free).cloned().collect();
        let what = self.draw(5);
        let kind = match here.len() as u64 {
            // As many come as go, and the tower is never full.
            cars if cars < 5 || (what < 2 && cars < 20) => {
                let vin = vin(number);
                self.outside.insert(vin.clone());
                Kind::Store { vin, size: SIZE }
            }
            cars => {
                let vin = here[self.draw(cars) as usize].clone();
                match what {
                    4 if self.has_window() => Kind::Show { vin },
                    _ => Kind::Fetch {
                        vin,
                        order: OrderId::parse(&format!("order-{number}")).expect("an order id"),
                    },
                }
            }
        };
        let id = job(&format!("job-{number}"));
        let job = Job { id, kind };
        self.ask(Command::Queue { job }).expect("the job is taken");
    }

    fn has_window(&self) -> bool {
        let mut places = self.machine.places.iter();
        places.any(|spec| spec.kind == PlaceKind::Window)
    }

    fn at(&self) -> Moment {
        Moment::from_micros(i64::try_from(self.now_ms * 1_000).expect("a day is short"))
    }

    fn ask(&mut self, command: Command) -> Result<(), Refusal> {
        let events = Tower::decide(&self.state, command, self.at())?;
        let before = self.records;
        for event in &events {
            self.state = Tower::evolve(std::mem::take(&mut self.state), event);
            self.log.push(event.clone());
            self.records += 1;
        }
        let kept = self.kept;
        let is_kept = |record: usize| {
            kept.is_some_and(|(first, every)| {
                record >= first && (record - first).is_multiple_of(every)
            })
        };
        if (before + 1..=self.records).any(is_kept) {
            self.copy(&events);
        }
        let mut outputs = Vec::new();
        for event in events {
            outputs.extend(self.controller.handle(Input::Recorded { event }));
        }
        for output in outputs {
            self.carry_out(output);
        }
        Ok(())
    }

    /// Keeps everything as it is when something was just recorded. A controller that lives on knows
    /// of it, but what it sends because of it finds a machine without power.
    fn copy(&mut self, events: &[Event]) {
        let log = std::mem::take(&mut self.log);
        let copies = std::mem::take(&mut self.copies);
        let kept = self.kept.take();
        let mut copy = self.clone();
        for event in events.iter().cloned() {
            drop(copy.controller.handle(Input::Recorded { event }));
        }
        (self.log, self.copies, self.kept) = (log, copies, kept);
        self.copies.push(copy);
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            // A refusal is the stream's last word; the next status brings the next try.
            Output::Record(command) => drop(self.ask(command)),
            Output::Send(order) => self.send(&order),
        }
    }

    fn send(&mut self, order: &Order) {
        self.observer.overhear(order);
        let words = registers::encode_order(order, &self.layout).expect("the places exist");
        self.world.receive(order.unit, &words);
    }

    fn step(&mut self) {
        self.now_ms += STEP_MS;
        self.world.step(self.now_ms);
        self.observer.look(&self.machine, &self.world);
        self.people_act();
        let at = self.at();
        let report = self.world.report().expect("there is power");
        let words = registers::encode_report(&report, &self.layout);
        let read = registers::decode_report(&words, &self.layout).expect("it was just written");
        let status = read.status;
        self.look_quickly(&status);
        for output in self.controller.handle(Input::Status { status, at }) {
            self.carry_out(output);
        }
    }

    /// Checks that the quick look at the sensors overlooks nothing that the thorough one finds: as
    /// they are, and with one that shows nothing, another car, or one that it cannot read.
    fn look_quickly(&mut self, status: &Status) {
        let at_work = !self.state.open.is_empty();
        self.quick_looks += u64::from(self.overlooks_nothing(status) && at_work);
        let places = status.tags.len();
        let turn = (self.now_ms / STEP_MS) as usize;
        let (one, other) = (turn % places, turn / places % places);
        for tag in [0, status.tags[other], UNREADABLE_TAG] {
            let mut wrong = status.clone();
            wrong.tags[one] = tag;
            self.overlooks_nothing(&wrong);
        }
    }

    /// Tells whether the quick look is content.
    fn overlooks_nothing(&self, status: &Status) -> bool {
        let content = agrees(&self.state, &self.machine, status);
        let thorough = compare(&self.state, &Seen::of(&self.machine, status));
        let overlooked = content && thorough != Ok(vec![]);
        assert!(!overlooked, "the quick look overlooks {thorough:?}");
        content
    }

    fn people_act(&mut self) {
        if self.now_ms.is_multiple_of(10_000) {
            self.look_for_missing();
        }
        for (place, bay) in self.state.bays.clone() {
            let live = bay.job.as_ref().and_then(|id| self.state.job(id)).cloned();
            if let Some(live) = live {
                self.visit(&place, &live.stage, &live.job);
            }
            let loaded = self.state.inventory.car_at(&place).is_some();
            if loaded && self.now_ms.is_multiple_of(10_000) {
                // Refused while the bay is closed: there is nothing to confirm then.
                drop(self.ask(Command::ConfirmBayClear { bay: place }));
            }
        }
    }

    fn visit(&mut self, place: &Place, stage: &Stage, job: &Job) {
        let (index, _) = self.machine.bay(place).expect("a bay of this machine");
        let report = self.world.report().expect("there is power").status.bays[index];
        let nobody = !report.person_by_scanner && !report.person_overhead;
        let free = report.outer == Door::Open && nobody;
        let stands = self
            .world
            .truth()
            .cars
            .get(place)
            .map(|car| car.vin.clone());
        let vin = job.kind.vin();
        match stage {
            Stage::Awaiting { .. } if free && stands.is_none() && self.outside.remove(vin) => {
                let bay = place.clone();
                let Car { vin, size } = car(vin);
                let stays = false;
                let drive = Act::DriveIn {
                    bay,
                    vin,
                    size,
                    stays,
                };
                self.world.act(&drive).expect("an open, empty bay");
            }
            Stage::AtBay { .. } => {
                let job = job.id.clone();
                self.ask(Command::AskToOpen { job })
                    .expect("the code is right");
            }
            Stage::Asked { .. } if free && stands.as_ref() == Some(vin) => {
                let bay = place.clone();
                self.world.act(&Act::DriveOut { bay }).expect("an open bay");
            }
            _ => {}
        }
    }

    /// When a car is missed a person looks, and says so if it is not in the tower.
    fn look_for_missing(&mut self) {
        if !self.state.faults.has(FaultCode::CarMissing) {
            return;
        }
        let written: Vec<Vin> = self
            .state
            .inventory
            .iter()
            .map(|(_, vin)| vin.clone())
            .collect();
        let steel: BTreeSet<u32> = self
            .world
            .truth()
            .cars
            .values()
            .map(|car| tag(&car.vin))
            .collect();
        for vin in written.into_iter().filter(|vin| !steel.contains(&tag(vin))) {
            // Refused while an order is open; the next look brings the next try.
            drop(self.ask(Command::DeclareGone { vin }));
        }
    }
}

fn vin(number: u32) -> Vin {
    Vin::parse(&format!("ZAMXXAA1{number:09}")).expect("a VIN")
}

fn car(vin: &Vin) -> Car {
    Car {
        vin: vin.clone(),
        size: SIZE,
    }
}

fn job(name: &str) -> JobId {
    JobId::parse(name).expect("a job id")
}
