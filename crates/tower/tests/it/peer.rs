//! A machine controller for tests: the same orders and status as a real one, with cars, doors and
//! people behind it, and time that runs as fast as the test likes.

use std::collections::BTreeMap;
use tower::handshake::{
    Action, BayStatus, Door, LiftStatus, Mode, Order, Outcome, Receiver, Status, Taken,
    UNREADABLE_TAG, Unit, UnitStatus,
};
use tower::machine::{Heights, LiftPose, Machine, MovePlan};
use tower::tower::Place;

/// What a sensor says instead of the truth.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lie {
    Empty,
    Unreadable,
    Ghost,
}

struct Running {
    action: Action,
    plan: Option<MovePlan>,
    started_ms: u64,
    ends_ms: u64,
}

/// One unit: what it has taken, and what it does.
struct Part {
    receiver: Receiver,
    mode: Mode,
    fault: u16,
    running: Option<Running>,
}

pub(crate) struct Plc {
    machine: Machine,
    now_ms: u64,
    pub(crate) epoch: u32,
    heartbeat: u16,
    pub(crate) frozen: bool,
    pub(crate) safety_stop: bool,
    pub(crate) emergency_power: bool,
    parts: Vec<Part>,
    poses: Vec<LiftPose>,
    /// The tag of the car that really stands in a place.
    pub(crate) cars: BTreeMap<Place, u32>,
    pub(crate) bays: Vec<BayStatus>,
    pub(crate) lie: Option<(Place, Lie)>,
    /// How many moves were begun, by which a test counts double ones.
    pub(crate) moves: u32,
    /// Refuse the next order, as an interlock would.
    pub(crate) refuse_next: bool,
    /// Lose every order but withdrawals.
    pub(crate) takes_only_withdrawals: bool,
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
        let mut plc = Plc {
            machine: machine.clone(),
            now_ms: 0,
            epoch: 0,
            heartbeat: 0,
            frozen: false,
            safety_stop: false,
            emergency_power: false,
            parts: Vec::new(),
            poses: (0..machine.lifts.len())
                .map(|lift| machine.rest_pose(lift))
                .collect(),
            cars: BTreeMap::new(),
            bays: vec![bay; machine.bays.len()],
            lie: None,
            moves: 0,
            refuse_next: false,
            takes_only_withdrawals: false,
        };
        plc.reboot();
        plc
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
            safety_stop: self.safety_stop,
            emergency_power: self.emergency_power,
            units: self.parts.iter().map(Part::status).collect(),
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
        let part = &mut self.parts[order.unit.index()];
        let lost = self.takes_only_withdrawals && order.action != Action::Withdraw;
        if lost || part.receiver.receive(&order) != Ok(Taken::ToDo) {
            return;
        }
        let ready = match order.action {
            Action::Home => matches!(part.mode, Mode::NotHomed | Mode::Idle),
            _ => part.mode == Mode::Idle,
        };
        let refused = std::mem::take(&mut self.refuse_next);
        if refused || !ready || self.safety_stop || !self.is_possible(order.unit, &order.action) {
            self.parts[order.unit.index()].end(Outcome::Refused);
            return;
        }
        let plan = self.plan(order.unit, &order.action);
        let takes_ms = plan.as_ref().map_or(5_000, |plan| plan.total_ms);
        self.moves += u32::from(plan.is_some());
        self.doors(&order.action, Door::Moving);
        let part = &mut self.parts[order.unit.index()];
        part.mode = Mode::Busy;
        part.running = Some(Running {
            action: order.action,
            plan,
            started_ms: self.now_ms,
            ends_ms: self.now_ms + takes_ms,
        });
    }

    fn is_possible(&self, unit: Unit, action: &Action) -> bool {
        match action {
            Action::Home | Action::Go { .. } | Action::Withdraw => true,
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
                for other in self.parts.iter().filter_map(|part| part.running.as_ref()) {
                    let shares = |place: &Place| other.works_on(place);
                    assert!(!shares(from) && !shares(to), "two orders share a place");
                }
                let lift = &self.machine.lifts[unit.index()].place;
                let has_room = lift == from || !self.cars.contains_key(lift);
                occupied && has_room && closed(from) && closed(to)
            }
        }
    }

    fn plan(&self, unit: Unit, action: &Action) -> Option<MovePlan> {
        let Action::Move { from, to } = action else {
            return None;
        };
        let lift = unit.index();
        let plan = self.machine.plan_move_by(lift, from, to, self.poses[lift]);
        Some(plan.expect("a lift that reaches both"))
    }

    fn doors(&mut self, action: &Action, door: Door) {
        if let Action::OpenOuter { bay } | Action::CloseOuter { bay } = action {
            let index = self.machine.bay(bay).expect("a bay").0;
            self.bays[index].outer = door;
        }
    }

    pub(crate) fn advance(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        for index in 0..self.parts.len() {
            self.carry(index);
            let running = self.parts[index].running.as_ref();
            if running.is_none_or(|run| run.ends_ms > now_ms) {
                continue;
            }
            let run = self.parts[index].running.take().expect("just looked");
            match &run.action {
                action @ Action::OpenOuter { .. } => self.doors(action, Door::Open),
                action @ Action::CloseOuter { .. } => self.doors(action, Door::Closed),
                Action::Home => self.poses[index] = self.machine.rest_pose(index),
                Action::Go { height_mm } => self.poses[index].height_mm = *height_mm,
                Action::Move { .. } | Action::Withdraw => {}
            }
            self.parts[index].mode = Mode::Idle;
            self.parts[index].end(Outcome::Done);
        }
        self.check_masts();
        for (bay, spec) in self.bays.iter_mut().zip(&self.machine.bays) {
            bay.floor_loaded = self.cars.contains_key(&spec.place);
            let both = bay.outer != Door::Closed && bay.inner != Door::Closed;
            assert!(!both, "both doors of {} are open", spec.place);
        }
    }

    fn check_masts(&self) {
        let floor = |lift: usize| (lift, Heights::at(self.poses[lift].height_mm));
        for lift in 0..self.poses.len() {
            for other in self.machine.mast_neighbours(lift) {
                let apart = self.machine.are_apart(floor(lift), floor(other));
                assert!(apart, "two lifts meet: {:?}", self.poses);
            }
        }
    }

    /// Puts the car of a running move where it is by now.
    fn carry(&mut self, index: usize) {
        let Some(run) = &self.parts[index].running else {
            return;
        };
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

    /// Every order is broken off where it is, and what worked stands in fault.
    pub(crate) fn jam(&mut self) {
        for index in 0..self.parts.len() {
            if self.parts[index].running.is_some() {
                self.jam_unit(index);
            }
        }
    }

    /// One unit stands in fault, its order broken off where it is.
    pub(crate) fn jam_unit(&mut self, index: usize) {
        let part = &mut self.parts[index];
        part.running = None;
        part.mode = Mode::Fault;
        part.fault = 17;
        part.end(Outcome::BrokenOff);
    }

    /// A person takes the machine in hand.
    pub(crate) fn take_in_hand(&mut self) {
        for part in &mut self.parts {
            part.running = None;
            part.mode = Mode::Manual;
            part.end(Outcome::BrokenOff);
        }
    }

    /// A person has removed the cause and reset the machine.
    pub(crate) fn reset(&mut self) {
        self.safety_stop = false;
        for part in &mut self.parts {
            part.fault = 0;
            if matches!(part.mode, Mode::Fault | Mode::Manual) {
                part.mode = Mode::Idle;
            }
        }
    }

    /// Power fails and comes back: everything counted is forgotten.
    pub(crate) fn reboot(&mut self) {
        self.epoch += 1;
        let lifts = self.machine.lifts.len();
        let part = |unit: Unit| Part {
            receiver: Receiver::boot(self.epoch),
            mode: match unit.index() < lifts {
                true => Mode::NotHomed,
                false => Mode::Idle,
            },
            fault: 0,
            running: None,
        };
        self.parts = self.machine.units().map(part).collect();
        for bay in &mut self.bays {
            bay.exits = 0;
        }
    }

    /// How many lifts carry a car from place to place now.
    pub(crate) fn moving(&self) -> usize {
        let running = self.parts.iter().filter_map(|part| part.running.as_ref());
        running.filter(|run| run.plan.is_some()).count()
    }

    pub(crate) fn is_moving(&self) -> bool {
        self.moving() > 0
    }

    /// Whether a unit carries out an order now.
    pub(crate) fn is_busy(&self, index: usize) -> bool {
        self.parts[index].running.is_some()
    }

    pub(crate) fn bay_mut(&mut self, place: &Place) -> &mut BayStatus {
        let index = self.machine.bay(place).expect("a bay").0;
        &mut self.bays[index]
    }
}

impl Running {
    fn works_on(&self, place: &Place) -> bool {
        match &self.action {
            Action::Move { from, to } => from == place || to == place,
            Action::OpenOuter { bay } | Action::CloseOuter { bay } => bay == place,
            Action::Home | Action::Go { .. } | Action::Withdraw => false,
        }
    }
}

impl Part {
    fn status(&self) -> UnitStatus {
        let ack = self.receiver.ack();
        UnitStatus {
            mode: self.mode,
            fault: self.fault,
            accepted: ack.accepted,
            finished: ack.finished,
            outcome: ack.outcome,
        }
    }

    fn end(&mut self, outcome: Outcome) {
        self.receiver.finish(outcome);
    }
}
