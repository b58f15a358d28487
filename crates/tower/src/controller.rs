//! Inputs in, outputs out: what the machine reports and what was recorded, against what to record
//! and what to send.
//!
//! It never reads a clock and never waits. An order is sent only as a reaction to its being
//! recorded, or again, the very same one, while the PLC shows that it never took it; the PLC
//! ignores a repeat. An order that cannot be sent any more, or is not taken, is withdrawn, and the
//! PLC's word says whether that came in time. An order of an older boot epoch is never sent. After
//! a restart, a broken move, a fault or a person's hand nothing new moves before every sensor was
//! read and agrees, but for the places where other orders still work. Old status is unsafe status:
//! nothing is sent on it. Each unit has one order at a time; a lift or bay that is out of order
//! stops nobody else.

mod alarm; // what is wrong by the status
mod delay; // whose fetch stands still
mod follow; // what became of the open orders
mod mast; // lifts that share a mast
pub(crate) mod power; // what moves on emergency power, and what waits
mod step; // what to do next when nothing is
mod planning; // the plan that is followed

pub use crate::signal::STALE_MS;
pub use delay::PATIENCE_MS;

use crate::bay;
use crate::handshake::{Action, Mode, Order, Status, Unit};
use crate::inventory::tag;
use crate::job::Kind;
use crate::machine::Machine;
use crate::planner::{self, Plan, Policy};
use crate::signal::Readings;
use crate::tower::{
    Command, Event, FaultCode, LiveJob, Place, Seen, Stage, State, Tower, Trust, agrees, compare,
};
use follow::Line;
use kernel::{Decider, Moment};

/// How soon a status that says nothing new is looked at again, in milliseconds: only time itself
/// can have changed anything.
const LOOK_AGAIN_MS: i64 = 500;

/// What comes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The PLC was read.
    Status {
        /// What it reports.
        status: Status,
        /// When.
        at: Moment,
    },
    /// The connection broke.
    LinkLost {
        /// When.
        at: Moment,
    },
    /// An event was recorded on this tower's stream, by whomever.
    Recorded {
        /// The event.
        event: Event,
    },
    /// Time passes.
    Tick {
        /// To when.
        at: Moment,
    },
}

/// What goes out, to be carried out in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Have the stream decide a command, and feed its events back.
    Record(Command),
    /// Send an order to the PLC.
    Send(Order),
}

/// The controller of one tower.
#[derive(Clone, Debug)]
pub struct Controller {
    machine: Machine,
    policy: Policy,
    /// The same as it moves on emergency power.
    slow: Machine,
    state: State,
    /// The last plan; none before the first, and while nothing was to be planned.
    plan: Option<Plan>,
    /// Whether something was recorded since the plan was made.
    is_outdated: bool,
    readings: Readings,
    /// By lift: the height at which it should wait, while nothing is to be done.
    rests: Vec<Option<i32>>,
    /// By lift: whether it was sent to wait since it last carried a car.
    has_rested: Vec<bool>,
    now: Moment,
    lines: Vec<Line>,
    standing: delay::Seen,
    /// Until when a status that says nothing new leads to nothing.
    calm_until: Moment,
}

impl Controller {
    /// Takes a tower over at the state its stream has, to be run by plans.
    pub fn new(machine: Machine, state: State) -> Controller {
        Controller::with_policy(machine, state, Policy::default())
    }

    /// Takes a tower over to be run by a policy.
    pub fn with_policy(machine: Machine, state: State, policy: Policy) -> Controller {
        let lines = machine.units().map(|_| Line::default()).collect();
        Controller {
            rests: vec![None; machine.lifts.len()],
            has_rested: vec![false; machine.lifts.len()],
            slow: machine.planned_on_emergency_power(),
            machine,
            policy,
            state,
            plan: None,
            is_outdated: true,
            readings: Readings::default(),
            now: Moment::default(),
            lines,
            standing: delay::Seen::new(),
            calm_until: Moment::default(),
        }
    }

    /// Gives the stream's state as far as it was fed in.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Gives the last status, unless the link is lost since.
    pub fn status(&self) -> Option<&Status> {
        self.readings.status()
    }

    /// Gives the last word of each signal.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// Gives the machine.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Takes one input and says what to do about it.
    pub fn handle(&mut self, input: Input) -> Vec<Output> {
        match input {
            Input::Status { status, at } => self.see(status, at),
            Input::LinkLost { at } => {
                self.now = at;
                self.readings.lose();
                self.lose_link("the connection to the machine's controller broke")
            }
            Input::Recorded { event } => self.recorded(&event),
            Input::Tick { at } => {
                self.now = at;
                match self.readings.is_stale(at) {
                    true => self.lose_link("no fresh status comes"),
                    false => vec![],
                }
            }
        }
    }

    fn see(&mut self, status: Status, at: Moment) -> Vec<Output> {
        self.now = at;
        let is_news = self.readings.see(status, at);
        if self.readings.is_stale(at) {
            return self
                .lose_link("the machine's controller answers but its heartbeat stands still");
        }
        if !is_news && at < self.calm_until {
            return vec![];
        }
        let mut outputs = match self.readings.status().cloned() {
            Some(status) => self.react(&status),
            None => vec![],
        };
        outputs.extend(self.note_delays());
        if outputs.is_empty() {
            self.calm_until = at.plus_millis(LOOK_AGAIN_MS);
        }
        outputs
    }

    fn lose_link(&mut self, cause: &str) -> Vec<Output> {
        if self.state.faults.has(FaultCode::LinkLost) {
            return self.note_delays();
        }
        let fault = alarm::link_lost(cause);
        vec![Output::Record(Command::RaiseFault { fault })]
    }

    fn recorded(&mut self, event: &Event) -> Vec<Output> {
        self.state = Tower::evolve(std::mem::take(&mut self.state), event);
        self.is_outdated = true;
        self.calm_until = Moment::default();
        match event {
            Event::ActionOrdered { order, .. } => {
                self.note_rest(order);
                self.send_at_once(order.unit)
            }
            Event::ActionWithdrawn { unit, .. } => self.send_at_once(*unit),
            Event::ActionFinished { unit, outcome, .. } => {
                let now = self.now;
                if let Some(line) = self.lines.get_mut(unit.index()) {
                    line.ended(*outcome, now);
                }
                vec![]
            }
            _ => vec![],
        }
    }

    fn react(&mut self, status: &Status) -> Vec<Output> {
        if self.state.epoch != Some(status.epoch) {
            let accepted = status.units.iter().map(|unit| unit.accepted).collect();
            let epoch = status.epoch;
            return vec![Output::Record(Command::SeeEpoch { epoch, accepted })];
        }
        if !self.is_of_this_machine(status) {
            let fault = alarm::map_mismatch(&self.machine, status);
            return vec![Output::Record(Command::RaiseFault { fault })];
        }
        let doubts = alarm::doubts(&self.machine, &self.state, status);
        let is_calm = doubts.is_none();
        let alarms = alarm::by_status(&self.machine, &self.state, status);
        let commands = doubts.into_iter().chain(alarms);
        let mut outputs: Vec<Output> = commands.map(Output::Record).collect();
        outputs.extend(self.follow(status));
        // Before the next move begins: from then on a fetch does not wait any more.
        outputs.extend(self.promises().map(Output::Record));
        // What has ended is written down first: until then its places count as worked on.
        if is_calm && !self.has_ended(status) {
            outputs.extend(self.advance(status).into_iter().map(Output::Record));
        }
        outputs
    }

    /// Gives what the buyers of waiting cars are to be told, while the machine can be believed.
    fn promises(&self) -> impl Iterator<Item = Command> {
        let runs = self.state.trust == Trust::Full && self.state.faults.stopping_all().is_none();
        let untold = move |live: &&LiveJob| {
            let fetch = matches!(live.job.kind, Kind::Fetch { .. });
            let waits = fetch && live.stage == Stage::Waiting && live.promise.is_none();
            runs && waits && planner::is_due(&self.state, &self.machine, live, self.now)
        };
        let untold = self.state.jobs.iter().filter(untold);
        untold.filter_map(|live| {
            let job = live.job.id.clone();
            let forecast = planner::forecast(&self.state, &self.machine, &job, self.now)?;
            Some(Command::Promise { job, forecast })
        })
    }

    fn is_of_this_machine(&self, status: &Status) -> bool {
        status.tags.len() == self.machine.places.len()
            && status.lifts.len() == self.machine.lifts.len()
            && status.bays.len() == self.machine.bays.len()
            && status.units.len() == self.lines.len()
    }

    /// Gives what to begin.
    fn advance(&mut self, status: &Status) -> Vec<Command> {
        if status.safety_stop || status.is_manual() {
            return vec![];
        }
        // Whatever else is wrong, referenced axes are the way out of it.
        let mut commands: Vec<Command> = self.homing(status).into_iter().collect();
        if self.state.trust != Trust::Full && !self.may_read(status) {
            return commands;
        }
        let wrong = match agrees(&self.state, &self.machine, status) {
            true => None,
            false => compare(&self.state, &Seen::of(&self.machine, status)).err(),
        };
        commands.extend(alarm::by_sensors(&self.state, wrong.as_ref()));
        if wrong.is_some() {
            return commands;
        }
        if self.state.trust != Trust::Full {
            let seen = Seen::of(&self.machine, status);
            commands.push(Command::Reconcile { seen });
        } else if self.state.faults.stopping_all().is_none() {
            self.replan(status);
            commands.extend(step::next(self, status));
        }
        commands
    }

    /// Gives the homing of a lift that needs it and can have it.
    fn homing(&self, status: &Status) -> Option<Command> {
        let mut lifts = (0..self.machine.lifts.len()).map(Unit::at);
        lifts.find_map(|unit| {
            let not_homed = status.unit(unit)?.mode == Mode::NotHomed;
            let free = !self.state.open.contains_key(&unit) && !self.is_pausing(unit);
            let order = self.number(unit, Action::Home)?;
            let may_move = self.has_power(unit, status) && self.may_home(unit.index(), status);
            (not_homed && free && may_move).then_some(Command::OrderAction {
                order,
                job: None,
                plan: None,
                exits: None,
            })
        })
    }

    /// Checks that all sensors can be read now: every lift has its axes referenced, is out of
    /// order, or carries out an order whose places are left out.
    fn may_read(&self, status: &Status) -> bool {
        let mut units = self.machine.units().zip(&status.units);
        units.all(|(unit, seen)| match seen.mode {
            Mode::Idle | Mode::Fault => true,
            Mode::Busy => {
                let open = self.state.open.get(&unit);
                open.is_some_and(|open| open.order.action != Action::Home)
            }
            Mode::NotHomed => self.is_pausing(unit),
            Mode::Manual => false,
        })
    }

    /// A unit that has refused an order is left alone for a pause that doubles each time.
    fn is_pausing(&self, unit: Unit) -> bool {
        let line = self.lines.get(unit.index());
        line.is_some_and(|line| line.is_pausing(self.now))
    }

    /// Tells whether a unit can be given an order.
    fn is_ready(&self, unit: Unit, status: &Status) -> bool {
        let idle = status
            .unit(unit)
            .is_some_and(|seen| seen.mode == Mode::Idle);
        let name = self.machine.unit_name(unit);
        let in_order = name.is_some_and(|name| self.state.faults.stopping(name).is_none());
        let free = !self.state.open.contains_key(&unit) && !self.is_pausing(unit);
        idle && in_order && free && self.has_power(unit, status)
    }

    /// Checks what the status says about just this order, at the last moment.
    fn is_allowed(&self, order: &Order, status: &Status) -> bool {
        let mode = status.unit(order.unit).map(|seen| seen.mode);
        let ready = match order.action {
            Action::Home => matches!(mode, Some(Mode::NotHomed | Mode::Idle)),
            _ => mode == Some(Mode::Idle) && self.state.trust == Trust::Full,
        };
        ready && !status.safety_stop && self.is_clear_for(&order.action, status)
    }

    fn is_clear_for(&self, action: &Action, status: &Status) -> bool {
        let seen = |place: &Place| {
            let (index, _) = self.machine.bay(place)?;
            Some((self.state.bays.get(place)?, status.bays.get(index)?))
        };
        match action {
            Action::Home | Action::Go { .. } | Action::Withdraw => true,
            Action::OpenOuter { bay } => {
                seen(bay).is_some_and(|(_, seen)| bay::may_open(seen).is_ok())
            }
            Action::CloseOuter { bay } => seen(bay).is_some_and(|(known, seen)| {
                let loaded = self.state.inventory.car_at(bay).is_some();
                bay::may_close(known, loaded, seen, self.now).is_ok()
            }),
            Action::Move { from, to } => {
                let vin = self.state.inventory.car_at(from);
                let there = vin.is_some_and(|vin| self.tag_at(from, status) == tag(vin));
                there
                    && self.tag_at(to, status) == 0
                    && self.is_clear(from, true, status)
                    && self.is_clear(to, false, status)
            }
        }
    }

    /// Checks that a lift may serve a place: a bay must be closed, free of people, and in order.
    fn is_clear(&self, place: &Place, loaded: bool, status: &Status) -> bool {
        let Some((bay, _)) = self.machine.bay(place) else {
            return true;
        };
        let unit = status.unit(self.machine.bay_unit(bay));
        let at_rest = unit.is_some_and(|unit| unit.mode == Mode::Idle);
        let seen = status.bays.get(bay);
        at_rest && seen.is_some_and(|seen| bay::may_move(seen, loaded).is_ok())
    }

    fn tag_at(&self, place: &Place, status: &Status) -> u32 {
        let on_lift = || {
            let index = self.machine.lift_index(place)?;
            status.lifts.get(index).map(|lift| lift.tag)
        };
        let in_place = self.machine.place(place);
        let tag = in_place.and_then(|spec| status.tags.get(spec.index).copied());
        tag.or_else(on_lift).unwrap_or(0)
    }

    /// Numbers an order; nothing while the unit has one open.
    fn number(&self, unit: Unit, action: Action) -> Option<Order> {
        let sender = self.state.senders.get(unit.index())?;
        Some(Order {
            epoch: sender.epoch(),
            unit,
            seq: sender.next()?,
            action,
        })
    }
}
