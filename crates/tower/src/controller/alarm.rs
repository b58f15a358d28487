//! What is wrong, by the status and by the sensors, in words for a person at the machine.

use crate::handshake::{Action, Mode, Outcome, Status};
use crate::inventory::tag;
use crate::machine::Machine;
use crate::tower::{Command, Fault, FaultCode, OpenOrder, Stage, State};

/// Faults that a comparison of sensors and stream raises and clears.
const BY_SENSORS: [FaultCode; 3] = [
    FaultCode::CarMissing,
    FaultCode::UnknownCar,
    FaultCode::TagUnreadable,
];

/// Gives the faults to raise and to clear that the status alone tells.
pub(super) fn by_status(machine: &Machine, state: &State, status: &Status) -> Vec<Command> {
    let checks = [
        (FaultCode::LinkLost, None),
        (FaultCode::MapMismatch, None),
        (FaultCode::SafetyStop, status.safety_stop.then(safety_stop)),
        (FaultCode::MachineFault, machine_fault(status)),
        (
            FaultCode::Manual,
            (status.mode == Mode::Manual).then(manual),
        ),
        (FaultCode::WrongCar, wrong_car(machine, state, status)),
    ];
    let mut commands: Vec<Command> = checks
        .into_iter()
        .filter_map(|(code, wrong)| settle(state, code, wrong))
        .collect();
    let ended = state.open.is_none()
        || state
            .open
            .as_ref()
            .is_some_and(|open| status.finished >= open.order.seq);
    if ended && state.faults.contains_key(&FaultCode::OrderUnanswered) {
        commands.push(Command::ClearFault {
            code: FaultCode::OrderUnanswered,
        });
    }
    let refused = state.faults.contains_key(&FaultCode::OrderRefused);
    if refused
        && state
            .open
            .as_ref()
            .is_some_and(|open| is_carried_out(open, status))
    {
        commands.push(Command::ClearFault {
            code: FaultCode::OrderRefused,
        });
    }
    commands
}

/// An order that was taken and is under way or done was not refused.
fn is_carried_out(open: &OpenOrder, status: &Status) -> bool {
    let seq = open.order.seq;
    let under_way = status.accepted >= seq && status.finished < seq;
    under_way || (status.finished == seq && status.outcome == Outcome::Done)
}

/// Gives the faults to raise and to clear after a comparison of sensors and stream.
pub(super) fn by_sensors(state: &State, found: Option<&Vec<Fault>>) -> Vec<Command> {
    let wrong = |code: FaultCode| {
        let mut found = found.into_iter().flatten();
        found.find(|fault| fault.code == code).cloned()
    };
    BY_SENSORS
        .into_iter()
        .filter_map(|code| settle(state, code, wrong(code)))
        .collect()
}

fn settle(state: &State, code: FaultCode, wrong: Option<Fault>) -> Option<Command> {
    let known = state.faults.get(&code);
    match wrong {
        Some(fault) => (known != Some(&fault)).then_some(Command::RaiseFault { fault }),
        None => known.map(|_| Command::ClearFault { code }),
    }
}

fn fault(code: FaultCode, cause: &str, consequence: &str, action: &str) -> Fault {
    Fault {
        code,
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

fn safety_stop() -> Fault {
    fault(
        FaultCode::SafetyStop,
        "the safety controller has stopped the machine",
        "nothing moves; all jobs wait",
        "look for the cause at the machine; reset there, with the whole machine in view",
    )
}

fn machine_fault(status: &Status) -> Option<Fault> {
    let faulty = status.fault != 0 || status.mode == Mode::Fault;
    faulty.then(|| {
        fault(
            FaultCode::MachineFault,
            &format!("the machine reports fault {}", status.fault),
            "nothing is ordered; all jobs wait",
            "look the number up in the register map, remove the cause, reset at the machine",
        )
    })
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
fn wrong_car(machine: &Machine, state: &State, status: &Status) -> Option<Fault> {
    let mut bays = machine.bays.iter().zip(&status.bays);
    bays.find_map(|(bay, seen)| {
        let live = state.job(state.bays.get(&bay.place)?.job.as_ref()?)?;
        let vin = live.job.kind.vin();
        let read = *status.tags.get(machine.place(&bay.place)?.index)?;
        let awaited = matches!(live.stage, Stage::Awaiting { .. });
        let wrong = awaited && seen.floor_loaded && read != 0 && read != tag(vin);
        wrong.then(|| {
            fault(
                FaultCode::WrongCar,
                &format!("{} waits for {vin}, but another car drove in", bay.place),
                "the bay stays open; nothing is ordered",
                &format!("let the car drive out of {}", bay.place),
            )
        })
    })
}

pub(super) fn refused(action: &Action) -> Fault {
    fault(
        FaultCode::OrderRefused,
        &format!("the machine refused to {}", words(action)),
        "its job waits; it is tried again after a pause",
        "look at doors, light curtains and the place itself for what an interlock sees",
    )
}

pub(super) fn unanswered(action: &Action, taken: bool) -> Fault {
    let cause = match taken {
        true => format!("the machine does not end: {}", words(action)),
        false => format!("the machine does not take the order to {}", words(action)),
    };
    fault(
        FaultCode::OrderUnanswered,
        &cause,
        "all jobs wait for it",
        "look at the machine; restarting its controller voids the order, and all sensors are read",
    )
}

fn words(action: &Action) -> String {
    match action {
        Action::Home => "home its axes".to_owned(),
        Action::Move { from, to } => format!("move the car from {from} to {to}"),
        Action::OpenOuter { bay } => format!("open {bay}"),
        Action::CloseOuter { bay } => format!("close {bay}"),
    }
}
