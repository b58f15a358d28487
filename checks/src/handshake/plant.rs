//! Lifts, places and cars, what the machine remembers of its orders, and what it reports.

use super::{Acceptance, End, Message, Task, UNITS};
use tower::handshake::{Ack, Outcome, Taken};

/// A lift or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot(u8);

const SPOTS: usize = 6;

/// Where car 1 stands at first.
pub const SLOT: Spot = Spot(2);
/// Where car 2 stands at first.
pub const THERE: Spot = Spot(3);
/// Where nothing stands at first.
pub const SPARE: Spot = Spot(4);
/// Where car 1 is fetched to.
pub const BAY: Spot = Spot(5);

/// The machine: its cars, which nothing erases, and its memory, which a power cut does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plant {
    /// Which car stands where; zero for none.
    pub spots: [u8; SPOTS],
    /// The boot epoch.
    pub epoch: u32,
    /// Each unit's end of the handshake.
    pub ends: [End; UNITS],
    /// Whether each lift's axes are referenced.
    pub homed: [bool; UNITS],
    /// What each unit carries out.
    pub hands: [Option<Hand>; UNITS],
    /// The tickets that were begun and could begin again, one bit each.
    pub begun: u32,
    /// What must never happen and did.
    pub wrong: Wrong,
}

/// What must never happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wrong {
    /// One order began twice.
    pub twice: bool,
    /// A car was put where one stood.
    pub collision: bool,
    /// An interlock had to say no.
    pub refusal: bool,
}

/// An order being carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hand {
    /// What.
    pub task: Task,
    /// Where its car is.
    pub phase: Phase,
}

/// Where the car of an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Not taken yet, or there is none.
    Before,
    /// On the lift.
    Loaded,
    /// Put where it is wanted; the order has not ended.
    Put,
}

/// What we read of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Report {
    /// The boot epoch.
    pub epoch: u32,
    /// How far each unit is with its orders.
    pub acks: [Ack; UNITS],
    /// Whether each lift's axes are referenced.
    pub homed: [bool; UNITS],
    /// Whether each unit carries an order out.
    pub busy: [bool; UNITS],
    /// Which car is seen where.
    pub spots: [u8; SPOTS],
}

impl Spot {
    /// Gives the spot that a lift is.
    pub fn lift(unit: usize) -> Spot {
        Spot(u8::try_from(unit).expect("there are two lifts"))
    }

    /// Gives all of them.
    pub fn all() -> impl Iterator<Item = Spot> {
        (0..).take(SPOTS).map(Spot)
    }

    /// Gives its place among all.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Gives its name.
    pub fn name(self) -> &'static str {
        ["lift-1", "lift-2", "slot", "there", "spare", "bay"][self.index()]
    }

    /// Gives the lift it is.
    pub fn as_lift(self) -> Option<usize> {
        Some(self.index()).filter(|index| *index < UNITS)
    }
}

impl Hand {
    /// Tells whether it takes a car from a spot or puts one there.
    pub fn is_at(self, spot: Spot) -> bool {
        matches!(self.task, Task::Carry { from, to } if from == spot || to == spot)
    }
}

impl Plant {
    /// A machine at rest in its first epoch.
    pub fn new() -> Plant {
        let mut spots = [0; SPOTS];
        spots[SLOT.index()] = 1;
        spots[THERE.index()] = 2;
        Plant {
            spots,
            epoch: 1,
            ends: [End::boot(1); UNITS],
            homed: [true; UNITS],
            hands: [None; UNITS],
            begun: 0,
            wrong: Wrong::default(),
        }
    }

    /// Gives what is reported.
    pub fn report(&self) -> Report {
        Report {
            epoch: self.epoch,
            acks: self.ends.map(|end| end.ack()),
            homed: self.homed,
            busy: self.hands.map(|hand| hand.is_some()),
            spots: self.spots,
        }
    }

    /// Loses the power and boots: cars stay, memory goes.
    pub(super) fn boot(&mut self, new_epoch: bool) {
        if new_epoch {
            self.epoch += 1;
        }
        self.ends = [End::boot(self.epoch); UNITS];
        self.homed = [false; UNITS];
        self.hands = [None; UNITS];
    }

    /// Takes an order as it arrives.
    pub(super) fn receive(&mut self, rule: Acceptance, message: &Message) {
        let unit = message.unit;
        if self.ends[unit].receive(rule, message) != Ok(Taken::ToDo) {
            return;
        }
        if !self.allows(unit, message.task) {
            self.wrong.refusal = true;
            return self.ends[unit].finish(Outcome::Refused);
        }
        let bit = 1 << message.ticket;
        self.wrong.twice |= self.begun & bit != 0;
        self.begun |= bit;
        let phase = match message.task {
            Task::Carry { from, .. } if from == Spot::lift(unit) => Phase::Loaded,
            _ => Phase::Before,
        };
        let task = message.task;
        self.hands[unit] = Some(Hand { task, phase });
    }

    /// The interlocks: a car where one is taken, none where one is put.
    fn allows(&self, unit: usize, task: Task) -> bool {
        let Task::Carry { from, to } = task else {
            return true;
        };
        let lift = Spot::lift(unit);
        let has_room = from == lift || self.spots[lift.index()] == 0;
        let ends = self.spots[from.index()] != 0 && self.spots[to.index()] == 0;
        self.homed[unit] && has_room && ends
    }

    /// Gets on: the car goes onto the lift, then off it, and the order ends.
    pub(super) fn progress(&mut self, unit: usize) {
        let Some(Hand { task, phase }) = self.hands[unit] else {
            return;
        };
        let lift = Spot::lift(unit);
        let next = match (task, phase) {
            (Task::Carry { from, .. }, Phase::Before) => {
                self.shift(from, lift);
                Phase::Loaded
            }
            (Task::Carry { to, .. }, Phase::Loaded) => {
                self.shift(lift, to);
                Phase::Put
            }
            _ => return self.end(unit, task),
        };
        self.hands[unit] = Some(Hand { task, phase: next });
    }

    fn shift(&mut self, from: Spot, to: Spot) {
        let car = std::mem::take(&mut self.spots[from.index()]);
        self.wrong.collision |= car != 0 && self.spots[to.index()] != 0;
        self.spots[to.index()] = car;
    }

    fn end(&mut self, unit: usize, task: Task) {
        self.hands[unit] = None;
        self.homed[unit] |= task == Task::Home;
        self.ends[unit].finish(Outcome::Done);
    }

    /// Stops where it is.
    pub(super) fn break_off(&mut self, unit: usize) {
        self.hands[unit] = None;
        self.homed[unit] = false;
        self.ends[unit].finish(Outcome::BrokenOff);
    }
}

impl Default for Plant {
    fn default() -> Plant {
        Plant::new()
    }
}
