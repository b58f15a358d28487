//! What is wrong, by the status and by the sensors, in words for a person at the machine.

use crate::handshake::{Action, Mode, Order, Outcome, Status, Unit, UnitStatus};
use crate::inventory::tag;
use crate::machine::Machine;
use crate::tower::{Command, Fault, FaultCode, OpenOrder, Place, Stage, State, Trust};

/// Faults that a comparison of sensors and stream raises and clears.
const BY_SENSORS: [FaultCode; 3] = [
    FaultCode::CarMissing,
    FaultCode::UnknownCar,
    FaultCode::TagUnreadable,
];

/// Tells that what is written may not be so any more: when a fault comes, when it goes because a
/// person was at work there, and for as long as the machine is in a person's hands. It is recorded
/// before the fault itself, so that a crash between the two leaves the fault to be seen again.
pub(super) fn doubts(machine: &Machine, state: &State, status: &Status) -> Option<Command> {
    let lose = |why: Trust| (state.trust != why).then_some(Command::LoseTrust { why });
    if status.is_manual() {
        return lose(Trust::Manual);
    }
    let stops = stop_faults(machine, state, status);
    let changed = stops.into_iter().any(|(code, at, wrong)| {
        let known = state.faults.get(code, at.as_ref());
        known.is_some() != wrong.is_some()
    });
    changed.then(|| lose(Trust::Fault))?
}

type Check = (FaultCode, Option<Place>, Option<Fault>);

/// What stops the machine or a part of it. A safety stop stops every part; what is wrong with each
/// of them is told when it is over.
fn stop_faults(machine: &Machine, state: &State, status: &Status) -> Vec<Check> {
    let stop = status.safety_stop.then(|| safety_stop(status));
    let mut checks = vec![(FaultCode::SafetyStop, None, stop)];
    if status.safety_stop || status.is_manual() {
        return checks;
    }
    for (unit, seen) in machine.units().zip(&status.units) {
        let name = machine.unit_name(unit);
        let known = state.faults.get(FaultCode::MachineFault, name);
        let wrong = name.and_then(|name| unit_fault(name, seen));
        if known.is_some() || wrong.is_some() {
            checks.push((FaultCode::MachineFault, name.cloned(), wrong));
        }
    }
    checks
}

/// Gives the faults to raise and to clear that the status alone tells.
pub(super) fn by_status(machine: &Machine, state: &State, status: &Status) -> Vec<Command> {
    let mut checks = vec![
        (FaultCode::LinkLost, None, None),
        (FaultCode::MapMismatch, None, None),
        (FaultCode::Manual, None, status.is_manual().then(manual)),
    ];
    checks.extend(stop_faults(machine, state, status));
    checks.extend(wrong_cars(machine, state, status));
    let settled = checks
        .into_iter()
        .filter_map(|(code, at, wrong)| settle(state, code, at, wrong));
    let answered = machine
        .units()
        .flat_map(|unit| answered(machine, state, status, unit));
    settled.chain(answered).collect()
}

/// Gives the faults of a unit's orders that its status clears.
fn answered(machine: &Machine, state: &State, status: &Status, unit: Unit) -> Vec<Command> {
    let name = machine.unit_name(unit);
    let open = state.open.get(&unit);
    let has_ended = |open: &OpenOrder| {
        let seen = status.unit(unit);
        seen.is_some_and(|seen| seen.finished >= open.order.seq)
    };
    let carried_out = |open: &OpenOrder| {
        let seen = status.unit(unit);
        seen.is_some_and(|seen| is_carried_out(open, seen))
    };
    let cleared = [
        (FaultCode::OrderUnanswered, open.is_none_or(has_ended)),
        (FaultCode::OrderRefused, open.is_some_and(carried_out)),
    ];
    let told = |code: FaultCode| state.faults.get(code, name).is_some();
    cleared
        .into_iter()
        .filter(|(code, over)| *over && told(*code))
        .map(|(code, _)| Command::ClearFault {
            code,
            at: name.cloned(),
        })
        .collect()
}

/// An order that was taken and is under way or done was not refused.
fn is_carried_out(open: &OpenOrder, seen: &UnitStatus) -> bool {
    let seq = open.order.seq;
    let under_way = seen.accepted >= seq && seen.finished < seq;
    under_way || (seen.finished == seq && seen.outcome == Outcome::Done)
}

/// Gives the faults to raise and to clear after a comparison of sensors and stream.
pub(super) fn by_sensors(state: &State, found: Option<&Vec<Fault>>) -> Vec<Command> {
    let wrong = |code: FaultCode| {
        let mut found = found.into_iter().flatten();
        found.find(|fault| fault.code == code).cloned()
    };
    BY_SENSORS
        .into_iter()
        .filter_map(|code| settle(state, code, None, wrong(code)))
        .collect()
}

fn settle(
    state: &State,
    code: FaultCode,
    at: Option<Place>,
    wrong: Option<Fault>,
) -> Option<Command> {
    let known = state.faults.get(code, at.as_ref());
    match wrong {
        Some(fault) => (known != Some(&fault)).then_some(Command::RaiseFault { fault }),
        None => known.map(|_| Command::ClearFault { code, at }),
    }
}

/// What is wrong with the machine as a whole.
fn fault(code: FaultCode, cause: &str, consequence: &str, action: &str) -> Fault {
    Fault {
        code,
        at: None,
        cause: cause.to_owned(),
        consequence: consequence.to_owned(),
        action: action.to_owned(),
    }
}

pub(super) fn link_lost(cause: &str) -> Fault {
    fault(
        FaultCode::LinkLost,
        cause,
        "nothing is ordered; what the machine was doing it ends or stops by itself",
        "check the machine controller's power and its network",
    )
}

pub(super) fn map_mismatch(machine: &Machine, status: &Status) -> Fault {
    let (reported, written) = (status.tags.len(), machine.places.len());
    fault(
        FaultCode::MapMismatch,
        &format!("the PLC reports {reported} places, the machine file has {written}"),
        "nothing is ordered",
        "load the machine file this PLC was set up with",
    )
}

/// The number of the fault, which tells the cause, stands with each unit the stop holds.
fn safety_stop(status: &Status) -> Fault {
    let number = status
        .units
        .iter()
        .map(|unit| unit.fault)
        .find(|fault| *fault != 0);
    let number = number.map_or_else(String::new, |number| format!(", fault {number}"));
    fault(
        FaultCode::SafetyStop,
        &format!("the safety controller has stopped the machine{number}"),
        "nothing moves; all jobs wait",
        "look for the cause at the machine; reset there, with the whole machine in view",
    )
}

fn unit_fault(name: &Place, seen: &UnitStatus) -> Option<Fault> {
    let faulty = seen.fault != 0 || seen.mode == Mode::Fault;
    let fault = || {
        fault(
            FaultCode::MachineFault,
            &format!("{name} reports fault {}", seen.fault),
            "nothing is ordered from it; jobs that need it wait, the others go on",
            "look the number up in the register map, remove the cause, reset at the machine",
        )
    };
    faulty.then(|| part(name, fault()))
}

/// What is wrong with one lift or bay.
fn part(name: &Place, fault: Fault) -> Fault {
    let at = Some(name.clone());
    Fault { at, ..fault }
}

fn manual() -> Fault {
    fault(
        FaultCode::Manual,
        "the machine is in the hands of a person",
        "nothing is ordered; all jobs wait",
        "switch back to automatic at the machine when done; all sensors are read first",
    )
}

/// Another car than the one a bay waits for stands in it.
fn wrong_cars(machine: &Machine, state: &State, status: &Status) -> Vec<Check> {
    let bays = machine.bays.iter().zip(&status.bays);
    let checks = bays.filter_map(|(bay, seen)| {
        let name = &bay.place;
        let known = state.faults.get(FaultCode::WrongCar, Some(name));
        let wrong = wrong_car(machine, state, status, name).filter(|_| seen.floor_loaded);
        let matters = known.is_some() || wrong.is_some();
        matters.then(|| (FaultCode::WrongCar, Some(name.clone()), wrong))
    });
    checks.collect()
}

fn wrong_car(machine: &Machine, state: &State, status: &Status, bay: &Place) -> Option<Fault> {
    let live = state.job(state.bays.get(bay)?.job.as_ref()?)?;
    let vin = live.job.kind.vin();
    let read = *status.tags.get(machine.place(bay)?.index)?;
    let awaited = matches!(live.stage, Stage::Awaiting { .. });
    let wrong = awaited && read != 0 && read != tag(vin);
    let fault = || {
        fault(
            FaultCode::WrongCar,
            &format!("{bay} waits for {vin}, but another car drove in"),
            "the bay stays open; nothing is ordered there",
            &format!("let the car drive out of {bay}"),
        )
    };
    wrong.then(|| part(bay, fault()))
}

pub(super) fn refused(machine: &Machine, order: &Order) -> Fault {
    let fault = fault(
        FaultCode::OrderRefused,
        &format!("the machine refused to {}", words(&order.action)),
        "its job waits; it is tried again after a pause",
        "look at doors, light curtains and the place itself for what an interlock sees",
    );
    of_unit(machine, order, fault)
}

pub(super) fn unanswered(machine: &Machine, order: &Order, taken: bool) -> Fault {
    let cause = match taken {
        true => format!("the machine does not end: {}", words(&order.action)),
        false => format!(
            "the machine takes neither the order to {} nor its withdrawal",
            words(&order.action)
        ),
    };
    let fault = fault(
        FaultCode::OrderUnanswered,
        &cause,
        "jobs that need this lift or bay wait for it",
        "look at the machine; restarting its controller voids the order, and all sensors are read",
    );
    of_unit(machine, order, fault)
}

fn of_unit(machine: &Machine, order: &Order, fault: Fault) -> Fault {
    let at = machine.unit_name(order.unit).cloned();
    Fault { at, ..fault }
}

fn words(action: &Action) -> String {
    match action {
        Action::Home => "home its axes".to_owned(),
        Action::Move { from, to } => format!("move the car from {from} to {to}"),
        Action::Go { height_mm } => format!("go to {height_mm} mm"),
        Action::OpenOuter { bay } => format!("open {bay}"),
        Action::CloseOuter { bay } => format!("close {bay}"),
        Action::Withdraw => "withdraw its order".to_owned(),
    }
}
