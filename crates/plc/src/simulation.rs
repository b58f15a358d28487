//! A tower simulated in one thread, as fast as it goes: the control system that runs real towers,
//! the twin's world, and people, in simulated time.
//!
//! Time jumps to the next moment at which something happens by itself in the
//! world, somebody wants something, or a car has been shown for long enough. There is no socket and
//! no wall clock; the same options give the same run to the last event. What happens by
//! itself is known when the status is next read, some hundredths of a second later; between reading
//! and order no time passes.

mod dice; // the seed that decides everything
mod demand; // what is asked, and when
mod people; // what people do at the bays
mod visit; // wishes and visits, carried out
mod plant; // control system and machine, joined
mod measure; // what is noted meanwhile
mod promise; // what buyers were told, held against what came
mod energy; // electricity, estimated
mod figures; // what it comes to

pub use demand::{Arrival, Demand, Profile, Rate, Wish};
pub use energy::Energy;
pub use figures::{Figures, Part, Peak, Spread, Timing};
pub use measure::{DoorWay, Ride, Visit};
pub use people::People;
pub use promise::{ByWait, Kept, Promise};

use crate::layout::Unmappable;
use crate::twin::Car;
use dice::Dice;
use kernel::{JobId, Vin};
use measure::Notes;
use people::Buyer;
use plant::Plant;
use std::collections::BTreeMap;
use tower::controller::Output;
use tower::job::CarSize;
use tower::machine::Machine;
use tower::planner::{self, Policy};
use tower::tower::{Place, Stage};

/// The car that comes and goes where none is named: of the upper middle class, as sold by such
/// towers; smaller where the machine takes no such car.
pub const USUAL: CarSize = CarSize {
    length_mm: 4_700,
    width_mm: 1_850,
    height_mm: 1_480,
    mass_kg: 1_800,
};

/// How soon the controller is asked again while jobs wait and nothing else is to happen.
const LOOK_AGAIN_MS: u64 = 60_000;

/// How often the machine's status is read, as in the control room: what happens by itself is known
/// at the next reading.
const READ_EVERY_MS: u64 = 25;

/// What is to be simulated.
#[derive(Clone, Debug)]
pub struct Options {
    /// The tower.
    pub machine: Machine,
    /// By which rule it is run.
    pub policy: Policy,
    /// What is asked of it.
    pub demand: Demand,
    /// How people behave.
    pub people: People,
    /// The share of the slots with a car at the start.
    pub stock: f64,
    /// What decides everything that is drawn.
    pub seed: u64,
    /// For how long every motion is kept, in milliseconds after the start.
    pub record_ms: u64,
}

/// The tower cannot be simulated.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The register map cannot hold the machine.
    #[error("the machine file does not fit the register map")]
    Unmappable(#[from] Unmappable),
    /// Cars cannot stand there at the start.
    #[error("the stock does not fit the machine: {0}")]
    Stock(String),
}

/// Says how long decisions take; whoever wants the same output from every run says nothing.
pub trait Stopwatch {
    /// Gives a time in nanoseconds since any moment.
    fn now(&mut self) -> u64;
    /// Notes that since a time the controller has decided this.
    fn planned(&mut self, since: u64, outputs: &[Output]);
}

/// Nobody looks at a watch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untimed;

impl Stopwatch for Untimed {
    fn now(&mut self) -> u64 {
        0
    }

    fn planned(&mut self, _: u64, _: &[Output]) {}
}

/// What somebody will do at a moment.
#[derive(Clone, Debug)]
enum Plan {
    /// The machine is switched on and homes.
    SwitchOn,
    Want(Wish),
    DriveIn {
        job: JobId,
        bay: Place,
    },
    Confirm {
        bay: Place,
    },
    TypeCode {
        job: JobId,
    },
    GiveUp {
        job: JobId,
    },
    DriveOff {
        bay: Place,
    },
    Leave {
        job: JobId,
        bay: Place,
    },
}

/// Every motion of the first part of a run, to be seen again.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Where every car stood at the start.
    pub stock: &'a [(Place, Vin)],
    /// Cars carried by lifts, in the order of time.
    pub rides: &'a [Ride],
    /// Outer doors, in the order of time.
    pub doors: &'a [DoorWay],
    /// Cars that came and went, in the order of time.
    pub visits: &'a [Visit],
    /// Up to when, in milliseconds after the start.
    pub until_ms: u64,
}

/// A tower, and the people who want something of it.
#[derive(Debug)]
pub struct Simulation {
    options: Options,
    plant: Plant,
    wishes: Dice,
    manners: Dice,
    agenda: BTreeMap<(u64, u64), Plan>,
    planned: u64,
    wished: u64,
    cars: u64,
    slots: usize,
    unmet: u64,
    left_behind: u64,
    notes: Notes,
    /// When a status is to be read of what happened before the run was last broken off.
    unread_ms: Option<u64>,
    /// Where every car stood at the start.
    stock: Vec<(Place, Vin)>,
}

impl Simulation {
    /// Sets a tower up with its stock, its machine switched on.
    pub fn new(options: Options) -> Result<Simulation, Fault> {
        let slots: Vec<_> = options.machine.slots().cloned().collect();
        let usable: Vec<_> = slots.iter().filter(|spec| !spec.out_of_service).collect();
        let wanted = (usable.len() as f64 * options.stock.clamp(0.0, 1.0)).round() as usize;
        let mut cars = 0;
        let mut stock = BTreeMap::new();
        let mut dice = Dice::new(options.seed, 0);
        let mut free = usable;
        for _ in 0..wanted {
            let spec = free.swap_remove(dice.one_of(free.len()));
            let size = smaller(USUAL, spec.max);
            let vin = vin(&mut cars);
            stock.insert(spec.place.clone(), Car { vin, size });
        }
        let plant = Plant::new(&options.machine, options.policy, &stock)?;
        let mut simulation = Simulation {
            stock: stock
                .into_iter()
                .map(|(place, car)| (place, car.vin))
                .collect(),
            notes: Notes::new(&options.machine, options.record_ms),
            plant,
            wishes: Dice::new(options.seed, 1),
            manners: Dice::new(options.seed, 2),
            agenda: BTreeMap::new(),
            planned: 0,
            wished: 0,
            cars,
            slots: slots.len(),
            unmet: 0,
            left_behind: 0,
            unread_ms: None,
            options,
        };
        simulation.plan(0, Plan::SwitchOn);
        simulation.open_book();
        Ok(simulation)
    }

    /// Writes the first wish, or all of a list, into the agenda.
    fn open_book(&mut self) {
        match self.options.demand.clone() {
            Demand::Rate(_) => self.draw_next(),
            Demand::List(arrivals) => {
                for Arrival { at_ms, wish } in arrivals {
                    self.plan(at_ms, Plan::Want(wish));
                }
            }
        }
    }

    /// Goes on until so many milliseconds after the start.
    pub fn run(&mut self, until_ms: u64, watch: &mut dyn Stopwatch) {
        while let Some(next_ms) = self.next_ms().filter(|next_ms| *next_ms <= until_ms) {
            self.plant.step(next_ms);
            self.unread_ms = None;
            while let Some(plan) = self.due() {
                self.act(plan);
            }
            self.plant.settle(watch);
            self.follow();
        }
        // What happens before the end and is read after it must not be forgotten.
        let happens = self.plant.world.next_due();
        let happens = happens.filter(|due_ms| *due_ms <= until_ms);
        self.unread_ms = self.unread_ms.or(happens.map(read_at_ms));
        self.plant.step(until_ms);
    }

    /// Gives the milliseconds simulated so far.
    pub fn now_ms(&self) -> u64 {
        self.plant.now_ms
    }

    /// Gives what it comes to so far.
    pub fn figures(&mut self) -> Figures {
        let machine = &self.options.machine;
        self.notes.close(self.plant.now_ms, machine);
        let run = figures::Run {
            machine,
            policy: self.options.policy,
            seed: self.options.seed,
            passed_ms: self.plant.now_ms,
            unmet: self.unmet,
            left_behind: self.left_behind,
            gaps: &self.plant.gaps,
        };
        Figures::of(&run, &self.notes)
    }

    /// Gives what was kept of every motion.
    pub fn recording(&self) -> Recording<'_> {
        Recording {
            stock: &self.stock,
            rides: &self.notes.rides,
            doors: &self.notes.doors,
            visits: &self.notes.visits,
            until_ms: self.options.record_ms.min(self.plant.now_ms),
        }
    }

    /// Gives every hand-over's wait so far, in milliseconds.
    pub fn waits_ms(&self) -> &[u64] {
        &self.notes.waits
    }

    /// Gives every job's wait for its start so far, in milliseconds.
    pub fn queued_ms(&self) -> &[u64] {
        &self.notes.queued
    }

    /// When something happens next.
    fn next_ms(&self) -> Option<u64> {
        let state = self.plant.state();
        let now_ms = self.plant.now_ms;
        let agenda = self.agenda.keys().next().map(|(at_ms, _)| *at_ms);
        let shown = state.jobs.iter().filter_map(|live| match live.stage {
            Stage::Shown { since } => {
                let over = since.plus_seconds(planner::SHOWN_FOR_S).millis();
                u64::try_from(over).ok().filter(|over| *over > now_ms)
            }
            _ => None,
        });
        let again = (!state.jobs.is_empty()).then(|| now_ms + LOOK_AGAIN_MS);
        let read = self.plant.world.next_due().map(read_at_ms);
        let due = shown.chain(agenda).chain(read).chain(self.unread_ms);
        due.chain(again).min().map(|at_ms| at_ms.max(now_ms))
    }

    fn plan(&mut self, at_ms: u64, plan: Plan) {
        self.planned += 1;
        self.agenda.insert((at_ms, self.planned), plan);
    }

    fn plan_after(&mut self, after_ms: u64, plan: Plan) {
        self.plan(self.plant.now_ms + after_ms, plan);
    }

    fn due(&mut self) -> Option<Plan> {
        let now_ms = self.plant.now_ms;
        let first = self.agenda.first_entry()?;
        (first.key().0 <= now_ms).then(|| first.remove())
    }

    fn draw_next(&mut self) {
        let Demand::Rate(rate) = &self.options.demand else {
            return;
        };
        let Some(at_ms) = rate.next_ms(self.plant.now_ms, &mut self.wishes) else {
            return;
        };
        // What it is depends on the stock of that moment.
        self.plan(at_ms, Plan::Want(Wish::Fetch(None)));
    }
}

/// When the status is read that shows what happens at a moment.
fn read_at_ms(due_ms: u64) -> u64 {
    due_ms.next_multiple_of(READ_EVERY_MS)
}

/// Gives a car that is in no dimension above a limit.
fn smaller(car: CarSize, most: CarSize) -> CarSize {
    CarSize {
        length_mm: car.length_mm.min(most.length_mm),
        width_mm: car.width_mm.min(most.width_mm),
        height_mm: car.height_mm.min(most.height_mm),
        mass_kg: car.mass_kg.min(most.mass_kg),
    }
}

/// Numbers a car.
fn vin(cars: &mut u64) -> Vin {
    *cars += 1;
    Vin::parse(&format!("SXM{cars:014}")).expect("a number is part of a VIN")
}
