//! A machine controller for tests: the same orders and status as a real one, with cars, doors and
//! people behind it, and time that runs as fast as the test likes.

use std::collections::BTreeMap;
use tower::handshake::{
    Action, BayStatus, Door, LiftStatus, Mode, Order, Outcome, Status, UNREADABLE_TAG,
};
use tower::machine::{LiftPose, Machine, MovePlan};
use tower::tower::Place;

/// What a sensor says instead of the truth.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lie {
    Empty,
    Unreadable,
    Ghost,
}

struct Running {
    order: Order,
    plan: Option<MovePlan>,
    started_ms: u64,
    ends_ms: u64,
}

pub(crate) struct Plc {
    machine: Machine,
    now_ms: u64,
    pub(crate) epoch: u32,
    heartbeat: u16,
    pub(crate) frozen: bool,
    pub(crate) mode: Mode,
    pub(crate) safety_stop: bool,
    pub(crate) fault: u16,
    accepted: u32,
    finished: u32,
    outcome: Outcome,
    running: Option<Running>,
    poses: Vec<LiftPose>,
    /// The tag of the car that really stands in a place.
    pub(crate) cars: BTreeMap<Place, u32>,
    pub(crate) bays: Vec<BayStatus>,
    pub(crate) lie: Option<(Place, Lie)>,
    /// How many moves were begun, by which a test counts double ones.
    pub(crate) moves: u32,
    /// Refuse the next order, as an interlock would.
    pub(crate) refuse_next: bool,
}

impl Plc {
    pub(crate) fn new(machine: &Machine) -> Plc {
        let bay = BayStatus {
            outer: Door::Closed,
            inner: Door::Closed,
            floor_loaded: false,
            exits: 0,
            person_by_scanner: false,
            person_overhead: false,
        };
        Plc {
            machine: machine.clone(),
            now_ms: 0,
            epoch: 1,
            heartbeat: 0,
            frozen: false,
            mode: Mode::NotHomed,
            safety_stop: false,
            fault: 0,
            accepted: 0,
            finished: 0,
            outcome: Outcome::None,
            running: None,
            poses: vec![LiftPose::default(); machine.lifts.len()],
            cars: BTreeMap::new(),
            bays: vec![bay; machine.bays.len()],
            lie: None,
            moves: 0,
            refuse_next: false,
        }
    }

    pub(crate) fn status(&mut self) -> Status {
        if !self.frozen {
            self.heartbeat = self.heartbeat.wrapping_add(1);
        }
        let places = self.machine.places.iter();
        let lifts = self.machine.lifts.iter().zip(&self.poses);
        Status {
            epoch: self.epoch,
            heartbeat: self.heartbeat,
            mode: self.mode,
            safety_stop: self.safety_stop,
            fault: self.fault,
            accepted: self.accepted,
            finished: self.finished,
            outcome: self.outcome,
            lifts: lifts
                .map(|(lift, pose)| LiftStatus {
                    height_mm: pose.height_mm,
                    tag: self.read(&lift.place),
                })
                .collect(),
            bays: self.bays.clone(),
            tags: places.map(|spec| self.read(&spec.place)).collect(),
        }
    }

    fn read(&self, place: &Place) -> u32 {
        let truth = self.cars.get(place).copied().unwrap_or(0);
        match &self.lie {
            Some((at, Lie::Empty)) if at == place => 0,
            Some((at, Lie::Unreadable)) if at == place => UNREADABLE_TAG,
            Some((at, Lie::Ghost)) if at == place => 77,
            _ => truth,
        }
    }

    pub(crate) fn receive(&mut self, order: Order) {
        let next = order.epoch == self.epoch && order.seq == self.accepted + 1;
        let ready = match order.action {
            Action::Home => matches!(self.mode, Mode::NotHomed | Mode::Idle),
            _ => self.mode == Mode::Idle,
        };
        if !next || !ready || self.safety_stop {
            return;
        }
        self.accepted = order.seq;
        let refused = std::mem::take(&mut self.refuse_next) || !self.is_possible(&order.action);
        if refused {
            self.end(order.seq, Outcome::Refused);
            return;
        }
        self.mode = Mode::Busy;
        let plan = self.plan(&order.action);
        let takes_ms = plan.as_ref().map_or(5_000, |plan| plan.total_ms);
        self.moves += u32::from(plan.is_some());
        self.doors(&order.action, Door::Moving);
        self.running = Some(Running {
            order,
            plan,
            started_ms: self.now_ms,
            ends_ms: self.now_ms + takes_ms,
        });
    }

    fn is_possible(&self, action: &Action) -> bool {
        match action {
            Action::Home => true,
            Action::OpenOuter { bay } | Action::CloseOuter { bay } => {
                let seen = self.bays[self.machine.bay(bay).expect("a bay").0];
                let person = seen.person_by_scanner || seen.person_overhead;
                seen.inner == Door::Closed && !person
            }
            Action::Move { from, to } => {
                let closed = |place: &Place| {
                    let bay = self.machine.bay(place).map(|(index, _)| self.bays[index]);
                    bay.is_none_or(|bay| bay.outer == Door::Closed && !bay.person_by_scanner)
                };
                let occupied = self.cars.contains_key(from) && !self.cars.contains_key(to);
                let lift = self.machine.lift_for(from, to).expect("a lift");
                let lift = &self.machine.lifts[lift].place;
                let has_room = lift == from || !self.cars.contains_key(lift);
                occupied && has_room && closed(from) && closed(to)
            }
        }
    }

    fn plan(&self, action: &Action) -> Option<MovePlan> {
        let Action::Move { from, to } = action else {
            return None;
        };
        let lift = self.machine.lift_for(from, to).expect("a lift");
        let plan = self.machine.plan_move(from, to, self.poses[lift]);
        Some(plan.expect("a plan"))
    }

    fn doors(&mut self, action: &Action, door: Door) {
        if let Action::OpenOuter { bay } | Action::CloseOuter { bay } = action {
            let index = self.machine.bay(bay).expect("a bay").0;
            self.bays[index].outer = door;
        }
    }

    pub(crate) fn advance(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.carry();
        if self
            .running
            .as_ref()
            .is_some_and(|run| run.ends_ms <= now_ms)
        {
            let run = self.running.take().expect("just looked");
            match &run.order.action {
                action @ Action::OpenOuter { .. } => self.doors(action, Door::Open),
                action @ Action::CloseOuter { .. } => self.doors(action, Door::Closed),
                Action::Home | Action::Move { .. } => {}
            }
            self.mode = Mode::Idle;
            self.end(run.order.seq, Outcome::Done);
        }
        for (bay, spec) in self.bays.iter_mut().zip(&self.machine.bays) {
            bay.floor_loaded = self.cars.contains_key(&spec.place);
        }
    }

    /// Puts the car of a running move where it is by now.
    fn carry(&mut self) {
        let Some(run) = &self.running else { return };
        let Some(plan) = run.plan.clone() else { return };
        let gone_ms = self.now_ms - run.started_ms;
        self.poses[plan.lift] = plan.pose(gone_ms);
        let lift = self.machine.lifts[plan.lift].place.clone();
        if gone_ms >= plan.loaded_ms {
            self.shift(&plan.from, &lift);
        }
        if gone_ms >= plan.total_ms {
            self.shift(&lift, &plan.to);
        }
    }

    fn shift(&mut self, from: &Place, to: &Place) {
        if from != to
            && let Some(tag) = self.cars.remove(from)
        {
            let there = self.cars.insert(to.clone(), tag);
            assert_eq!(there, None, "two cars in {to}");
        }
    }

    fn end(&mut self, seq: u32, outcome: Outcome) {
        self.finished = seq;
        self.outcome = outcome;
    }

    /// Something jams: the move is broken off where it is, and the machine stands in fault.
    pub(crate) fn jam(&mut self) {
        if let Some(run) = self.running.take() {
            self.end(run.order.seq, Outcome::BrokenOff);
            self.mode = Mode::Fault;
            self.fault = 17;
        }
    }

    /// A person has removed the cause and reset the machine.
    pub(crate) fn reset(&mut self) {
        self.fault = 0;
        self.safety_stop = false;
        if matches!(self.mode, Mode::Fault | Mode::Manual) {
            self.mode = Mode::Idle;
        }
    }

    /// Power fails and comes back: everything counted is forgotten.
    pub(crate) fn reboot(&mut self) {
        self.epoch += 1;
        self.running = None;
        (self.accepted, self.finished, self.outcome) = (0, 0, Outcome::None);
        (self.mode, self.fault) = (Mode::NotHomed, 0);
        for bay in &mut self.bays {
            bay.exits = 0;
        }
    }

    pub(crate) fn is_moving(&self) -> bool {
        self.running.as_ref().is_some_and(|run| run.plan.is_some())
    }

    pub(crate) fn bay_mut(&mut self, place: &Place) -> &mut BayStatus {
        let index = self.machine.bay(place).expect("a bay").0;
        &mut self.bays[index]
    }
}
