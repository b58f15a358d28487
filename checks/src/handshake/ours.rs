//! What we conclude from a report, write down and send: the controller's rules, and no more.
//!
//! It is freer than the controller: it may act on a report however old, send again at any time,
//! and give the jobs in any order. What holds here holds for every controller that does some of it.

use super::ends::heard;
use super::{
    BAY, Handshake, Happening, Message, Plant, Report, SLOT, SPARE, Spot, System, Task, UNITS,
};
use tower::handshake::{Outcome, Sender, Standing};

/// What survives our crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Log {
    /// Our end of each unit's orders.
    pub senders: [Sender; UNITS],
    /// Each unit's open order.
    pub open: [Option<Open>; UNITS],
    /// What was half done at a new epoch and is to be sent again: a rule broken.
    pub again: [Option<Open>; UNITS],
    /// Whether cars are believed to stand as written.
    pub trust: Trust,
    /// Which car is written to stand where.
    pub spots: [u8; 6],
    /// How far the fetching of car 1 is.
    pub fetch: Stage,
    /// Whether car 2 stands where it is wanted.
    pub stored: bool,
    /// Whether a person was called because the machine refused.
    pub stuck: bool,
}

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The car is on its way or waits.
    Waiting,
    /// The car stands in the bay.
    AtBay,
    /// The car has left.
    Gone,
}

/// Whether cars are believed to stand as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trust {
    /// They are.
    Full,
    /// Sensors are to be read first.
    Lost,
}

/// An order that was given and is not known to have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// What.
    pub task: Task,
    /// Which of our orders it is.
    pub ticket: u8,
}

impl Log {
    /// A log that has seen the machine at rest.
    pub(super) fn new(plant: &Plant) -> Log {
        Log {
            senders: [Sender::begin(plant.epoch, 0); UNITS],
            open: [None; UNITS],
            again: [None; UNITS],
            trust: Trust::Full,
            spots: plant.spots,
            fetch: Stage::Waiting,
            stored: false,
            stuck: false,
        }
    }

    /// Tells whether an open order works on a spot.
    pub fn is_in_work(&self, spot: Spot) -> bool {
        let mut open = self.open.iter().enumerate();
        open.any(|(unit, open)| open.is_some_and(|open| open.task.works_on(unit, spot)))
    }

    fn write(&mut self, unit: usize, open: Open) {
        let seq = self.senders[unit].next().expect("no order is open");
        self.senders[unit].write(seq);
        self.open[unit] = Some(open);
    }

    /// Follows the cars: which job has come how far by where they are written.
    fn note_jobs(&mut self) {
        if self.fetch == Stage::Waiting && self.spots[BAY.index()] == 1 {
            self.fetch = Stage::AtBay;
        }
        let wanted = [SLOT, SPARE];
        self.stored |= wanted.iter().any(|spot| self.spots[spot.index()] == 2);
    }
}

impl Handshake {
    /// Lists what we may do.
    pub(super) fn ours(&self, system: &System, happenings: &mut Vec<Happening>) {
        let now = system.plant.report();
        if system.seen.as_ref() != Some(&now) {
            happenings.push(Happening::Read);
        }
        let Some(seen) = &system.seen else {
            return;
        };
        if seen.epoch != system.log.senders[0].epoch() {
            return happenings.push(Happening::SeeEpoch);
        }
        for unit in 0..self.lifts {
            self.follow(system, seen, unit, happenings);
            self.begin(system, seen, unit, happenings);
        }
        if self.may_reconcile(system, seen) {
            happenings.push(Happening::Reconcile);
        }
        let bay = BAY.index();
        if system.log.fetch == Stage::AtBay && seen.spots[bay] == 0 && !system.log.is_in_work(BAY) {
            happenings.push(Happening::NoteLeft);
        }
    }

    fn standing(&self, system: &System, seen: &Report, unit: usize) -> Standing {
        let sender = &system.log.senders[unit];
        sender.standing(heard(self.rules.acceptance, sender, seen.acks[unit]))
    }

    /// What becomes of an open order.
    fn follow(&self, system: &System, seen: &Report, unit: usize, list: &mut Vec<Happening>) {
        if system.unwritten[unit].is_some() {
            return list.push(Happening::WriteLate(unit));
        }
        match self.standing(system, seen, unit) {
            Standing::Ended(_) => list.push(Happening::Conclude(unit)),
            Standing::Untaken { withdrawn } => {
                let message = system.message(unit, withdrawn);
                let room = system.network.len() < self.in_flight;
                if room && message.is_some_and(|message| !system.network.contains(&message)) {
                    list.push(Happening::Send(unit));
                }
                if !withdrawn && self.may_withdraw(system, unit) {
                    list.push(Happening::Withdraw(unit));
                }
            }
            Standing::Free | Standing::Void | Standing::UnderWay => {}
        }
    }

    /// An order that is not taken is given up when sensors are to be read, or at will.
    fn may_withdraw(&self, system: &System, unit: usize) -> bool {
        system.must_withdraw(unit) || system.troubles.withdrawals > 0
    }

    /// What may be ordered next.
    fn begin(&self, system: &System, seen: &Report, unit: usize, list: &mut Vec<Happening>) {
        let log = &system.log;
        let free = log.senders[unit].next().is_some() && system.unwritten[unit].is_none();
        if !free || seen.busy[unit] || log.stuck {
            return;
        }
        let order = |task: Task| match self.rules.log_first {
            true => Happening::Write(unit, task),
            false => Happening::SendUnwritten(unit, task),
        };
        if !seen.homed[unit] {
            return list.push(order(Task::Home));
        }
        if let Some(again) = log.again[unit] {
            return list.push(order(again.task));
        }
        if log.trust == Trust::Full {
            let tasks = self.wanted(log, seen, unit);
            list.extend(tasks.into_iter().map(order));
        }
    }

    /// The moves that a job wants and a lift can do: what is seen is what is written.
    fn wanted(&self, log: &Log, seen: &Report, unit: usize) -> Vec<Task> {
        let lift = Spot::lift(unit);
        let mut tasks = Vec::new();
        for from in Spot::all() {
            let car = log.spots[from.index()];
            let targets: &[Spot] = match car {
                1 if log.fetch == Stage::Waiting => &[BAY],
                2 if !log.stored && self.with_spare => &[SLOT, SPARE],
                2 if !log.stored => &[SLOT],
                _ => &[],
            };
            let elsewhere = from.as_lift().is_some_and(|other| other != unit);
            let has_room = from == lift || log.spots[lift.index()] == 0;
            if elsewhere || !has_room || seen.spots[from.index()] != car {
                continue;
            }
            for to in targets.iter().copied() {
                let reserved = log.is_in_work(from) || log.is_in_work(to);
                let empty = log.spots[to.index()] == 0 && seen.spots[to.index()] == 0;
                if empty && !(reserved && self.rules.places_reserved) {
                    tasks.push(Task::Carry { from, to });
                }
            }
        }
        tasks
    }

    fn may_reconcile(&self, system: &System, seen: &Report) -> bool {
        let settled = |unit: usize| match self.standing(system, seen, unit) {
            Standing::Free => seen.homed[unit] && !seen.busy[unit],
            // A car that is being carried is written where its order works; a lift that is being
            // homed may have a car on it that nobody has written there.
            Standing::UnderWay => system.log.open[unit].is_some_and(|open| open.task != Task::Home),
            Standing::Ended(_) | Standing::Untaken { .. } | Standing::Void => false,
        };
        system.log.trust == Trust::Lost && (0..self.lifts).all(settled)
    }

    /// Carries out what we do. A report is good for one conclusion, and for sending what was
    /// written down because of it.
    pub(super) fn act(&self, system: &mut System, happening: Happening) {
        if happening == Happening::Read {
            system.seen = Some(system.plant.report());
            return;
        }
        self.conclude_from(system, happening);
        let sends_next = matches!(happening, Happening::Write(..) | Happening::Withdraw(_));
        if !sends_next {
            system.seen = None;
        }
    }

    fn conclude_from(&self, system: &mut System, happening: Happening) {
        match happening {
            Happening::SeeEpoch => self.see_epoch(system),
            Happening::Write(unit, task) => {
                let fresh = system.fresh(task);
                let again = system.log.again[unit].take_if(|again| again.task == task);
                let open = again.unwrap_or(fresh);
                system.log.write(unit, open);
            }
            Happening::SendUnwritten(unit, task) => {
                let open = system.fresh(task);
                system.unwritten[unit] = Some(open);
                if system.network.len() < self.in_flight {
                    system.send_unwritten(unit, open);
                }
            }
            Happening::WriteLate(unit) => {
                if let Some(open) = system.unwritten[unit].take() {
                    system.log.write(unit, open);
                }
            }
            Happening::Send(unit) => {
                let seen = system.seen.expect("something was read");
                let withdrawn = Standing::Untaken { withdrawn: true };
                let withdrawn = self.standing(system, &seen, unit) == withdrawn;
                system.network.extend(system.message(unit, withdrawn));
            }
            Happening::Withdraw(unit) => self.withdraw(system, unit),
            Happening::Conclude(unit) => self.conclude(system, unit),
            Happening::Reconcile => reconcile(system),
            Happening::NoteLeft => {
                system.log.spots[BAY.index()] = 0;
                system.log.fetch = Stage::Gone;
            }
            _ => unreachable!("the others are not ours"),
        }
    }

    fn see_epoch(&self, system: &mut System) {
        let Some(seen) = &system.seen else { return };
        let log = &mut system.log;
        for unit in 0..UNITS {
            log.senders[unit] = Sender::begin(seen.epoch, seen.acks[unit].accepted);
            let open = log.open[unit].take();
            if !self.rules.reconcile {
                let carries = open.filter(|open| open.task != Task::Home);
                log.again[unit] = log.again[unit].or(carries);
            }
        }
        if self.rules.reconcile {
            log.trust = Trust::Lost;
        }
    }

    fn withdraw(&self, system: &mut System, unit: usize) {
        if !system.must_withdraw(unit) {
            system.troubles.withdrawals -= 1;
        }
        system.log.senders[unit].withdraw();
        if !self.rules.withdrawal_answered {
            system.log.senders[unit].close();
            system.log.open[unit] = None;
        }
    }

    fn conclude(&self, system: &mut System, unit: usize) {
        let Some(seen) = system.seen else { return };
        let Standing::Ended(outcome) = self.standing(system, &seen, unit) else {
            return;
        };
        let log = &mut system.log;
        log.senders[unit].close();
        let Some(open) = log.open[unit].take() else {
            return;
        };
        match (outcome, open.task) {
            (Outcome::Done, Task::Carry { from, to }) => {
                log.spots[to.index()] = std::mem::take(&mut log.spots[from.index()]);
                log.note_jobs();
            }
            (Outcome::BrokenOff, _) => log.trust = Trust::Lost,
            (Outcome::Refused, _) => log.stuck = true,
            (Outcome::Done | Outcome::Withdrawn | Outcome::None, _) => {}
        }
    }
}

/// The log follows the sensors, but for the spots where an order is being carried out.
fn reconcile(system: &mut System) {
    let Some(seen) = &system.seen else { return };
    let log = &mut system.log;
    for spot in Spot::all()
        .filter(|spot| !log.is_in_work(*spot))
        .collect::<Vec<_>>()
    {
        log.spots[spot.index()] = seen.spots[spot.index()];
    }
    log.trust = Trust::Full;
    let gone = log.fetch == Stage::AtBay && !log.spots.contains(&1);
    if gone {
        log.fetch = Stage::Gone;
    }
    log.note_jobs();
}

impl System {
    /// Sensors are to be read, and only homing goes on meanwhile.
    fn must_withdraw(&self, unit: usize) -> bool {
        let homes = self.log.open[unit].is_some_and(|open| open.task == Task::Home);
        self.log.trust == Trust::Lost && !homes
    }

    /// Gives an order a ticket that no order has which could still be carried out.
    fn fresh(&mut self, task: Task) -> Open {
        let live = self.live_tickets();
        let free = (0..32).find(|ticket| live & (1 << ticket) == 0);
        let ticket = free.expect("few orders are alive");
        self.plant.begun &= live;
        Open { task, ticket }
    }

    /// The tickets, one bit each, of orders that are open or on their way.
    pub(super) fn live_tickets(&self) -> u32 {
        let given = [self.log.open, self.log.again, self.unwritten];
        let given = given.iter().flatten().flatten().map(|open| open.ticket);
        let on_way = self.network.iter().map(|message| message.ticket);
        given
            .chain(on_way)
            .fold(0, |live, ticket| live | (1 << ticket))
    }

    /// What is sent for a unit's open order.
    fn message(&self, unit: usize, withdrawn: bool) -> Option<Message> {
        let open = self.log.open[unit]?;
        let seq = self.log.senders[unit].open()?;
        let task = if withdrawn { Task::Withdraw } else { open.task };
        Some(self.addressed(unit, seq, task, open.ticket))
    }

    fn addressed(&self, unit: usize, seq: u32, task: Task, ticket: u8) -> Message {
        Message {
            unit,
            epoch: self.log.senders[unit].epoch(),
            seq,
            task,
            ticket,
        }
    }

    fn send_unwritten(&mut self, unit: usize, open: Open) {
        let seq = self.log.senders[unit].next().expect("no order is open");
        let message = self.addressed(unit, seq, open.task, open.ticket);
        self.network.insert(message);
    }
}
