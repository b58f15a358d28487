//! Inputs in, outputs out: what the machine reports and what was recorded, against what to record
//! and what to send.
//!
//! It never reads a clock and never waits. An order is sent only as a reaction to its being
//! recorded, or again, the very same one, while the PLC shows that it never took it; the PLC
//! ignores a repeat. An order of an older boot epoch is never sent. After a restart, a broken move,
//! a fault or a person's hand nothing moves before every sensor was read and agrees. Old status is
//! unsafe status: nothing is sent on it. One order runs at a time.

mod alarm; // what is wrong by the status
mod step; // what to do next when nothing is

use crate::bay;
use crate::handshake::{Action, Mode, Order, Outcome, Status};
use crate::inventory::tag;
use crate::machine::{Machine, MovePlan};
use crate::tower::{
    Command, Event, FaultCode, OpenOrder, Place, Seen, State, Tower, Trust, compare,
};
use kernel::{Decider, JobId, Moment};

/// After how long without news a status is unsafe, in milliseconds.
pub const STALE_MS: i64 = 2_000;

const RESEND_MS: i64 = 3_000;
const UNTAKEN_MS: i64 = 30_000;
const LATE_MS: i64 = 60_000;
const FIRST_PAUSE_MS: i64 = 10_000;
const LONGEST_DOUBLING: u32 = 5;

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
    state: State,
    status: Option<Status>,
    now: Moment,
    status_at: Moment,
    heartbeat_at: Moment,
    sent_at: Option<Moment>,
    refused_at: Option<Moment>,
    refusals: u32,
}

impl Controller {
    /// Takes a tower over at the state its stream has.
    pub fn new(machine: Machine, state: State) -> Controller {
        Controller {
            machine,
            state,
            status: None,
            now: Moment::default(),
            status_at: Moment::default(),
            heartbeat_at: Moment::default(),
            sent_at: None,
            refused_at: None,
            refusals: 0,
        }
    }

    /// Gives the stream's state as far as it was fed in.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Gives the last status, unless the link is lost since.
    pub fn status(&self) -> Option<&Status> {
        self.status.as_ref()
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
                self.status = None;
                self.lose_link("the connection to the machine's controller broke")
            }
            Input::Recorded { event } => self.recorded(&event),
            Input::Tick { at } => {
                self.now = at;
                match self.is_stale() {
                    true => self.lose_link("no fresh status comes"),
                    false => vec![],
                }
            }
        }
    }

    fn see(&mut self, status: Status, at: Moment) -> Vec<Output> {
        self.now = at;
        let beating = match &self.status {
            Some(last) => last.heartbeat != status.heartbeat || last.epoch != status.epoch,
            None => true,
        };
        if beating {
            self.heartbeat_at = at;
        }
        self.status_at = at;
        self.status = Some(status.clone());
        if self.is_stale() {
            return self
                .lose_link("the machine's controller answers but its heartbeat stands still");
        }
        self.react(&status)
    }

    /// A status older than two seconds, or one that does not change, says nothing about now.
    fn is_stale(&self) -> bool {
        let old = self.now.millis_since(self.status_at) > STALE_MS;
        let frozen = self.now.millis_since(self.heartbeat_at) > STALE_MS;
        self.status.is_none() || old || frozen
    }

    fn lose_link(&self, cause: &str) -> Vec<Output> {
        if self.state.faults.contains_key(&FaultCode::LinkLost) {
            return vec![];
        }
        let fault = alarm::link_lost(cause);
        vec![Output::Record(Command::RaiseFault { fault })]
    }

    fn recorded(&mut self, event: &Event) -> Vec<Output> {
        self.state = Tower::evolve(std::mem::take(&mut self.state), event);
        match event {
            Event::ActionOrdered { .. } => {
                self.sent_at = None;
                match (self.state.open.clone(), self.status.clone()) {
                    (Some(open), Some(status)) if !self.is_stale() => self.send(&open, &status),
                    _ => vec![],
                }
            }
            Event::ActionFinished { outcome, .. } => {
                self.sent_at = None;
                self.count(*outcome);
                vec![]
            }
            _ => vec![],
        }
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Refused => {
                self.refused_at = Some(self.now);
                self.refusals += 1;
            }
            Outcome::Done => self.refusals = 0,
            Outcome::BrokenOff | Outcome::None => {}
        }
    }

    fn react(&mut self, status: &Status) -> Vec<Output> {
        if self.state.epoch != Some(status.epoch) {
            return vec![Output::Record(Command::SeeEpoch {
                epoch: status.epoch,
                accepted: status.accepted,
            })];
        }
        if !self.is_of_this_machine(status) {
            let fault = alarm::map_mismatch(&self.machine, status);
            return vec![Output::Record(Command::RaiseFault { fault })];
        }
        let mut commands = alarm::by_status(&self.machine, &self.state, status);
        commands.extend(self.lose_trust(status));
        let mut outputs: Vec<Output> = commands.into_iter().map(Output::Record).collect();
        if let Some(open) = self.state.open.clone() {
            outputs.extend(self.follow(&open, status));
            return outputs;
        }
        outputs.extend(self.advance(status).into_iter().map(Output::Record));
        outputs
    }

    fn is_of_this_machine(&self, status: &Status) -> bool {
        status.tags.len() == self.machine.places.len()
            && status.lifts.len() == self.machine.lifts.len()
            && status.bays.len() == self.machine.bays.len()
    }

    fn lose_trust(&self, status: &Status) -> Option<Command> {
        let why = match status.mode {
            Mode::Fault => Trust::Fault,
            Mode::Manual => Trust::Manual,
            Mode::NotHomed | Mode::Idle | Mode::Busy => return None,
        };
        (self.state.trust != why).then_some(Command::LoseTrust { why })
    }

    /// Follows the order that is written down and not known to have ended.
    fn follow(&mut self, open: &OpenOrder, status: &Status) -> Vec<Output> {
        let Order { epoch, seq, .. } = open.order;
        if status.finished >= seq {
            // A later number than ours means that somebody else gives orders: trust no outcome.
            let outcome = match status.finished == seq {
                true => status.outcome,
                false => Outcome::BrokenOff,
            };
            let finish = Command::FinishAction {
                epoch,
                seq,
                outcome,
            };
            let mut outputs = vec![Output::Record(finish)];
            if outcome == Outcome::Refused {
                let fault = alarm::refused(&open.order.action);
                outputs.push(Output::Record(Command::RaiseFault { fault }));
            }
            return outputs;
        }
        let mut outputs = Vec::new();
        let age_ms = self.now.millis_since(open.at);
        let planned_ms = open.plan.as_ref().map_or(0, |plan| plan.total_ms as i64);
        let taken = status.accepted >= seq;
        let resend = |sent: Moment| self.now.millis_since(sent) >= RESEND_MS;
        if !taken && self.sent_at.is_none_or(resend) {
            outputs.extend(self.send(open, status));
        }
        let patience_ms = match taken {
            true => 2 * planned_ms + LATE_MS,
            false => UNTAKEN_MS,
        };
        if age_ms > patience_ms && !self.state.faults.contains_key(&FaultCode::OrderUnanswered) {
            let fault = alarm::unanswered(&open.order.action, taken);
            outputs.push(Output::Record(Command::RaiseFault { fault }));
        }
        outputs
    }

    /// Sends an order if the last status still allows it.
    fn send(&mut self, open: &OpenOrder, status: &Status) -> Vec<Output> {
        let current = open.order.epoch == status.epoch && status.accepted < open.order.seq;
        if !current || !self.is_allowed(&open.order.action, status) {
            return vec![];
        }
        self.sent_at = Some(self.now);
        vec![Output::Send(open.order.clone())]
    }

    fn is_allowed(&self, action: &Action, status: &Status) -> bool {
        let calm = !status.safety_stop && status.fault == 0;
        let ready = match action {
            Action::Home => matches!(status.mode, Mode::NotHomed | Mode::Idle),
            _ => status.mode == Mode::Idle,
        };
        calm && ready && self.is_clear_for(action, status)
    }

    /// Checks what the sensors say about just this action, at the last moment.
    fn is_clear_for(&self, action: &Action, status: &Status) -> bool {
        let seen = |place: &Place| {
            let (index, _) = self.machine.bay(place)?;
            Some((self.state.bays.get(place)?, status.bays.get(index)?))
        };
        match action {
            Action::Home => true,
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
                let clear = |place: &Place, loaded: bool| {
                    seen(place).is_none_or(|(_, seen)| bay::may_move(seen, loaded).is_ok())
                };
                there && self.tag_at(to, status) == 0 && clear(from, true) && clear(to, false)
            }
        }
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

    /// Gives what to record when no order is open.
    fn advance(&self, status: &Status) -> Vec<Command> {
        let stopped = status.safety_stop || status.fault != 0;
        match status.mode {
            _ if stopped => return vec![],
            // Whatever else is wrong, referenced axes are the way out of it.
            Mode::NotHomed if self.is_pausing() => return vec![],
            Mode::NotHomed => return vec![self.order(status, Action::Home, None, None, None)],
            Mode::Busy | Mode::Fault | Mode::Manual => return vec![],
            Mode::Idle => {}
        }
        let seen = Seen::of(&self.machine, status);
        let found = compare(&self.state, &seen);
        let mut commands = alarm::by_sensors(&self.state, found.as_ref().err());
        if found.is_err() {
            return commands;
        }
        if self.state.trust != Trust::Full {
            commands.push(Command::Reconcile { seen });
            return commands;
        }
        if !self.is_held_back() {
            commands.extend(step::next(self, status));
        }
        commands
    }

    /// A fault holds everything back; a refused order only for a pause.
    fn is_held_back(&self) -> bool {
        let mut faults = self.state.faults.keys();
        faults.any(|code| *code != FaultCode::OrderRefused) || self.is_pausing()
    }

    /// A refused order is tried again after a pause that doubles with each refusal.
    fn is_pausing(&self) -> bool {
        let doubling = self.refusals.saturating_sub(1).min(LONGEST_DOUBLING);
        let pause_ms = FIRST_PAUSE_MS << doubling;
        let paused = |when: Moment| self.now.millis_since(when) < pause_ms;
        self.refusals > 0 && self.refused_at.is_some_and(paused)
    }

    fn order(
        &self,
        status: &Status,
        action: Action,
        job: Option<JobId>,
        plan: Option<MovePlan>,
        exits: Option<u16>,
    ) -> Command {
        let order = Order {
            epoch: status.epoch,
            seq: self.state.last_seq.max(status.accepted) + 1,
            action,
        };
        Command::OrderAction {
            order,
            job,
            plan,
            exits,
        }
    }
}
