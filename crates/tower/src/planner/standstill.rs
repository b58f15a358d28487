//! Whether a fetch stands still because of a fault, seen from what it waits for.
//!
//! A machine that is busy, a queue, and people in the bay are no faults: they end by themselves.

use super::Why;
use crate::handshake::Status;
use crate::job::Kind;
use crate::machine::Machine;
use crate::tower::{Fault, FaultCode, LiveJob, Place, Stage, Standstill, State, Trust};
use kernel::Moment;

/// Tells why a live fetch stands still; nothing when no fault holds it.
pub fn standstill(
    state: &State,
    machine: &Machine,
    live: &LiveJob,
    status: Option<&Status>,
    at: Moment,
) -> Option<Standstill> {
    let fetch = matches!(live.job.kind, Kind::Fetch { .. });
    let is_over = matches!(live.stage, Stage::Left { .. } | Stage::Rejected { .. });
    if !fetch || is_over {
        return None;
    }
    match super::waiting_for(state, machine, &live.job.id, status, at)? {
        Why::Faulty(fault) => by_fault(machine, &fault),
        Why::Resync(Trust::NeverSeen) => Some(Standstill::NoAnswer),
        Why::Resync(Trust::NewEpoch) => Some(Standstill::PowerLost),
        Why::Resync(Trust::BrokenOff) => Some(Standstill::MoveBrokenOff),
        Why::Resync(Trust::Manual) => Some(Standstill::ByHand),
        Why::Resync(Trust::Fault | Trust::Full) => Some(Standstill::Checking),
        Why::LiftOut { .. } => Some(Standstill::LiftStopped),
        Why::NoBay { .. } => every_bay_stopped(state, machine),
        Why::Next | Why::Behind { .. } if is_refused(state) => Some(Standstill::OrderRefused),
        Why::Running
        | Why::MachineBusy { .. }
        | Why::Behind { .. }
        // Staff and a generator are at work: no fault of the machine.
        | Why::BaysLocked { .. }
        | Why::EmergencyPower
        // What is wrong now may be right when its time comes.
        | Why::Appointment { .. }
        | Why::NoPlace
        | Why::WindowTaken
        | Why::Buyer { .. }
        | Why::DriveOut { .. }
        | Why::Car { .. }
        | Why::Bay { .. }
        | Why::Shown
        | Why::Next => None,
    }
}

fn by_fault(machine: &Machine, fault: &Fault) -> Option<Standstill> {
    Some(match fault.code {
        FaultCode::LinkLost | FaultCode::MapMismatch => Standstill::NoAnswer,
        FaultCode::SafetyStop => Standstill::SafetyStop,
        FaultCode::Manual => Standstill::ByHand,
        FaultCode::CarMissing | FaultCode::UnknownCar | FaultCode::TagUnreadable => {
            Standstill::CarsDisagree
        }
        FaultCode::WrongCar => Standstill::WrongCar,
        FaultCode::OrderRefused => Standstill::OrderRefused,
        FaultCode::MachineFault | FaultCode::OrderUnanswered => {
            let is_bay = |at: &Place| machine.bay(at).is_some();
            match fault.at.as_ref().is_some_and(is_bay) {
                true => Standstill::BayStopped,
                false => Standstill::LiftStopped,
            }
        }
    })
}

/// One bay in order is waited for as in any queue.
fn every_bay_stopped(state: &State, machine: &Machine) -> Option<Standstill> {
    let faults = machine
        .bays
        .iter()
        .map(|bay| state.faults.stopping(&bay.place));
    let faults: Option<Vec<&Fault>> = faults.collect();
    by_fault(machine, faults?.first()?)
}

fn is_refused(state: &State) -> bool {
    let of_lift = |fault: &Fault| {
        let at = fault.at.as_ref();
        fault.code == FaultCode::OrderRefused && at.is_some_and(|at| state.lifts.contains(at))
    };
    state.faults.iter().any(of_lift)
}
