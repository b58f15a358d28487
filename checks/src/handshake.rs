//! The handshake as a model: the shipped ends, a network that misbehaves, and a small plant.
//!
//! One or two lifts, four places, two cars. Car 1 is fetched from its slot to the bay and is driven
//! away; car 2 is carried to where there is room, the same slot among others. Orders are lost, come
//! twice, late and out of order, three at a time. Our end may crash at any moment and keeps nothing
//! but its log. The machine's end may lose its power at any moment, with a car half-way, and keeps
//! nothing but its cars and a counter of its boots. An order may be withdrawn, and may break off.
//!
//! The ends are [`tower::handshake::Sender`] and [`tower::handshake::Receiver`] as they ship. A
//! plant does no more for safety than refuse to take from an empty place or put into a full one,
//! so that what holds here does not rest on its other interlocks. [`Rules`] break one rule at a
//! time, to show what each is there for.

mod ends; // the machine's end, shipped or with a rule broken
mod ours; // what we conclude, write down and send
mod plant; // lifts, places, cars, and what the machine reports
mod properties; // what always holds, what is reached, and how it ends
mod reach; // whether the end can be reached from everywhere

pub use ends::{Acceptance, End};
pub use ours::{Log, Open, Stage, Trust};
pub use plant::{BAY, Hand, Phase, Plant, Report, SLOT, SPARE, Spot, THERE, Wrong};
pub use reach::{Reach, reach};

use stateright::{Model, Property};
use std::collections::BTreeSet;
use tower::handshake::{Action, Order, Unit};
use tower::tower::Place;

/// How many units a state has room for.
pub const UNITS: usize = 2;

/// The rules of the handshake, each of which can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Which orders the machine accepts.
    pub acceptance: Acceptance,
    /// An order is written down before it is sent.
    pub log_first: bool,
    /// The machine draws a new epoch at every boot.
    pub new_epoch: bool,
    /// After a new epoch all sensors are read and nothing half done is sent again.
    pub reconcile: bool,
    /// A withdrawn order is open until the machine has answered.
    pub withdrawal_answered: bool,
    /// No order is written for a place that an open order works on.
    pub places_reserved: bool,
}

impl Rules {
    /// The rules as they ship.
    pub const SHIPPED: Rules = Rules {
        acceptance: Acceptance::Next,
        log_first: true,
        new_epoch: true,
        reconcile: true,
        withdrawal_answered: true,
        places_reserved: true,
    };
}

/// The system that is explored: how large it is and how much may go wrong in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The rules that are kept.
    pub rules: Rules,
    /// How many lifts, 1 or 2.
    pub lifts: usize,
    /// How many orders the network holds at most.
    pub in_flight: usize,
    /// Whether car 2 may also go to the spare place, so that it need not wait for car 1.
    pub with_spare: bool,
    /// How often each may happen.
    pub troubles: Troubles,
}

/// What may still go wrong, besides the network's losses and any number of crashes of our end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Troubles {
    /// Power cuts of the machine.
    pub power_cuts: u8,
    /// Orders withdrawn although nothing is wrong.
    pub withdrawals: u8,
    /// Orders that break off half-way.
    pub breaks: u8,
}

/// Everything that is so at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct System {
    /// What survives our crash.
    pub log: Log,
    /// What was sent and not written down, where the log does not come first.
    pub unwritten: [Option<Open>; UNITS],
    /// What we last read of the machine, however old it is.
    pub seen: Option<Report>,
    /// What is on its way: whatever is here may arrive, again and again, or get lost.
    pub network: BTreeSet<Message>,
    /// The machine, its memory and its cars.
    pub plant: Plant,
    /// What may still go wrong.
    pub troubles: Troubles,
}

/// What a unit is asked to do, in few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Home.
    Home,
    /// Carry what stands in one spot to another.
    Carry {
        /// Where it stands.
        from: Spot,
        /// Where it is to stand.
        to: Spot,
    },
    /// Take the order of the same number back.
    Withdraw,
}

/// An order on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Message {
    /// Which unit.
    pub unit: usize,
    /// The boot epoch.
    pub epoch: u32,
    /// Its number.
    pub seq: u32,
    /// What to do.
    pub task: Task,
    /// Which of our orders it is, by a mark that no end ever sees.
    pub ticket: u8,
}

/// One step of one party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// We read what the machine reports.
    Read,
    /// We write down that the machine has booted.
    SeeEpoch,
    /// We write an order down.
    Write(usize, Task),
    /// We send an order and write it down later: a rule broken.
    SendUnwritten(usize, Task),
    /// We write down what was sent.
    WriteLate(usize),
    /// We send a unit's open order or its withdrawal.
    Send(usize),
    /// We write down that a unit's open order is withdrawn.
    Withdraw(usize),
    /// We write down how a unit's open order ended.
    Conclude(usize),
    /// We write down where the sensors see cars.
    Reconcile,
    /// We write down that the car has left the bay.
    NoteLeft,
    /// We crash and start again.
    Crash,
    /// An order arrives; its copies stay on their way.
    Deliver(Message),
    /// An order and its copies get lost.
    Lose(Message),
    /// A unit gets on with its order.
    Progress(usize),
    /// A unit's order breaks off where it is.
    BreakOff(usize),
    /// The machine loses its power and boots again.
    PowerCut,
    /// Its buyer drives the car away.
    DriveAway,
}

impl Message {
    /// Gives the order as it ships.
    pub fn order(&self) -> Order {
        let action = match self.task {
            Task::Home => Action::Home,
            Task::Withdraw => Action::Withdraw,
            Task::Carry { from, to } => Action::Move {
                from: Place::from(from.name()),
                to: Place::from(to.name()),
            },
        };
        Order {
            epoch: self.epoch,
            unit: Unit::at(self.unit),
            seq: self.seq,
            action,
        }
    }
}

impl Task {
    /// Tells whether it takes from a spot, puts there, or moves the lift it is.
    pub fn works_on(self, unit: usize, spot: Spot) -> bool {
        match self {
            Task::Carry { from, to } => from == spot || to == spot || Spot::lift(unit) == spot,
            Task::Home | Task::Withdraw => Spot::lift(unit) == spot,
        }
    }
}

impl Model for Handshake {
    type State = System;
    type Action = Happening;

    fn init_states(&self) -> Vec<System> {
        let plant = Plant::new();
        vec![System {
            log: Log::new(&plant),
            unwritten: [None; UNITS],
            seen: None,
            network: BTreeSet::new(),
            plant,
            troubles: self.troubles,
        }]
    }

    fn actions(&self, system: &System, happenings: &mut Vec<Happening>) {
        self.ours(system, happenings);
        self.fate(system, happenings);
    }

    fn next_state(&self, last: &System, happening: Happening) -> Option<System> {
        let mut next = last.clone();
        match happening {
            Happening::Deliver(message) => next.plant.receive(self.rules.acceptance, &message),
            Happening::Lose(message) => {
                next.network.remove(&message);
            }
            Happening::Progress(unit) => next.plant.progress(unit),
            Happening::BreakOff(unit) => {
                next.troubles.breaks -= 1;
                next.plant.break_off(unit);
            }
            Happening::PowerCut => {
                next.troubles.power_cuts -= 1;
                next.plant.boot(self.rules.new_epoch);
            }
            Happening::DriveAway => next.plant.spots[BAY.index()] = 0,
            Happening::Crash => {
                next.seen = None;
                next.unwritten = [None; UNITS];
            }
            ours => self.act(&mut next, ours),
        }
        // What was begun is of interest for as long as it could begin again.
        next.plant.begun &= next.live_tickets();
        (next != *last).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Handshake>> {
        properties::all(self)
    }
}

impl Handshake {
    /// Lists what the network, the machine and people may do.
    fn fate(&self, system: &System, happenings: &mut Vec<Happening>) {
        for message in &system.network {
            happenings.push(Happening::Deliver(*message));
            if system.network.len() == self.in_flight || system.is_open(message) {
                happenings.push(Happening::Lose(*message));
            }
        }
        for unit in 0..self.lifts {
            if system.plant.hands[unit].is_some() {
                happenings.push(Happening::Progress(unit));
                if system.troubles.breaks > 0 {
                    happenings.push(Happening::BreakOff(unit));
                }
            }
        }
        if system.troubles.power_cuts > 0 {
            happenings.push(Happening::PowerCut);
        }
        happenings.push(Happening::Crash);
        if system.may_drive_away() {
            happenings.push(Happening::DriveAway);
        }
    }
}

impl System {
    /// Whether it is the open order of its unit. Others need not be lost but to make room: a
    /// message that never arrives is one that is late for ever.
    fn is_open(&self, message: &Message) -> bool {
        let sender = &self.log.senders[message.unit];
        sender.epoch() == message.epoch && sender.open() == Some(message.seq)
    }

    /// A buyer is let to the car when our log says that it has come and no lift works there.
    fn may_drive_away(&self) -> bool {
        let worked_on = |hand: &Option<Hand>| hand.is_some_and(|hand| hand.is_at(BAY));
        self.log.fetch == Stage::AtBay
            && self.plant.spots[BAY.index()] == 1
            && !self.plant.hands.iter().any(worked_on)
    }
}
