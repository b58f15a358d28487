//! The control system and the machine, joined without a wire: what is recorded is recorded at once,
//! what is sent arrives at once.
//!
//! The stream decides and evolves as in the store, the controller is the one that runs real towers,
//! the world is the twin's. An order goes through the words of the register map.

use super::{Fault, Stopwatch};
use crate::layout::Layout;
use crate::registers;
use crate::twin::{Car, Truth, World};
use kernel::{Decider, JobId, Moment};
use std::collections::{BTreeMap, VecDeque};
use tower::controller::{Controller, Input, Output};
use tower::machine::Machine;
use tower::planner::Policy;
use tower::tower::{Command, Event, Place, Refusal, State, Tower};

/// How often the controller may answer one status with something new; what goes on longer turns in
/// a circle.
const ROUNDS: usize = 1_000;

#[derive(Debug)]
pub(super) struct Plant {
    pub(super) world: World,
    layout: Layout,
    controller: Controller,
    /// Milliseconds since the start.
    pub(super) now_ms: u64,
    /// What was recorded since it was last taken.
    pub(super) news: Vec<Event>,
    /// How far each plan that a move was made of is above its bound, as a part of the bound.
    pub(super) gaps: Vec<f64>,
}

impl Plant {
    /// Joins a machine with cars in it to a controller that knows of them.
    pub(super) fn new(
        machine: &Machine,
        policy: Policy,
        stock: &BTreeMap<Place, Car>,
    ) -> Result<Plant, Fault> {
        let layout = Layout::of(machine)?;
        let truth = Truth::at_rest(machine, stock.clone(), 0);
        if let Some(what) = truth.misfit(machine, &layout) {
            return Err(Fault::Stock(what));
        }
        let mut plant = Plant {
            world: World::new(machine.clone(), layout.clone(), truth, 1),
            layout,
            controller: Controller::with_policy(machine.clone(), State::default(), policy),
            now_ms: 0,
            news: Vec::new(),
            gaps: Vec::new(),
        };
        plant.world.boot();
        plant.take_over(machine, stock)?;
        Ok(plant)
    }

    fn take_over(&mut self, machine: &Machine, stock: &BTreeMap<Place, Car>) -> Result<(), Fault> {
        let refused = |refusal: Refusal| Fault::Stock(format!("{refusal:?}"));
        let commission = Command::Commission {
            places: machine.places.clone(),
            bays: machine.bays.iter().map(|bay| bay.place.clone()).collect(),
            lifts: machine
                .lifts
                .iter()
                .map(|lift| lift.place.clone())
                .collect(),
        };
        self.ask(commission).map_err(refused)?;
        for (place, car) in stock {
            let job = JobId::parse(&format!("stock-{}", car.vin)).expect("a VIN is part of an id");
            let declare = Command::Declare {
                job,
                vin: car.vin.clone(),
                size: car.size,
                place: place.clone(),
            };
            self.ask(declare).map_err(refused)?;
        }
        self.news.clear();
        Ok(())
    }

    pub(super) fn at(&self) -> Moment {
        Moment::default().plus_millis(self.now_ms.cast_signed())
    }

    pub(super) fn state(&self) -> &State {
        self.controller.state()
    }

    /// Lets the world go on.
    pub(super) fn step(&mut self, to_ms: u64) {
        self.now_ms = to_ms;
        self.world.step(to_ms);
    }

    /// Has the stream decide a command of somebody outside; the controller hears of it.
    pub(super) fn ask(&mut self, command: Command) -> Result<(), Refusal> {
        let outputs = self.record(command)?;
        self.carry_out(outputs);
        Ok(())
    }

    /// Shows the controller the machine until it has nothing more to say.
    pub(super) fn settle(&mut self, watch: &mut dyn Stopwatch) {
        for _ in 0..ROUNDS {
            let Some(report) = self.world.report() else {
                return;
            };
            let (status, at) = (report.status, self.at());
            let begun = watch.now();
            let outputs = self.controller.handle(Input::Status { status, at });
            watch.planned(begun, &outputs);
            self.note_plan(&outputs);
            if !self.carry_out(outputs) {
                return;
            }
        }
        panic!("the controller turns in a circle at {} ms", self.now_ms);
    }

    /// Notes the plan that a move is made of, if it is made of one.
    fn note_plan(&mut self, outputs: &[Output]) {
        let is_move = |output: &Output| {
            let Output::Record(Command::OrderAction { plan, .. }) = output else {
                return false;
            };
            plan.is_some()
        };
        if let Some(plan) = self
            .controller
            .plan()
            .filter(|_| outputs.iter().any(is_move))
        {
            self.gaps.push(plan.proof().gap());
        }
    }

    /// Records and sends; tells whether anything came of it.
    fn carry_out(&mut self, outputs: Vec<Output>) -> bool {
        let mut due = VecDeque::from(outputs);
        let mut any = false;
        while let Some(output) = due.pop_front() {
            match output {
                Output::Record(command) => {
                    let known = self.news.len();
                    // A refusal is the stream's last word; the controller looks again later.
                    due.extend(self.record(command).unwrap_or_default());
                    any |= self.news.len() > known;
                }
                Output::Send(order) => {
                    let words = registers::encode_order(&order, &self.layout);
                    let words = words.expect("the stream orders known places only");
                    self.world.receive(order.unit, &words);
                    any = true;
                }
            }
        }
        any
    }

    fn record(&mut self, command: Command) -> Result<Vec<Output>, Refusal> {
        let events = Tower::decide(self.controller.state(), command, self.at())?;
        let mut outputs = Vec::new();
        for event in events {
            let event_seen = event.clone();
            outputs.extend(
                self.controller
                    .handle(Input::Recorded { event: event_seen }),
            );
            self.news.push(event);
        }
        Ok(outputs)
    }
}
