//! What is wrong with a tower: with the whole machine, or with one lift or bay, which alone then
//! stands still.

use super::{Event, Place, Refusal, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    /// The status is old or does not come.
    LinkLost,
    /// The PLC's places are not the machine file's.
    MapMismatch,
    /// The safety controller has stopped the machine.
    SafetyStop,
    /// A lift or a bay reports a fault.
    MachineFault,
    /// The machine is in the hands of a person.
    Manual,
    /// A car is not where it was left.
    CarMissing,
    /// A car is seen that nobody stored.
    UnknownCar,
    /// A car is seen whose tag cannot be read.
    TagUnreadable,
    /// Another car than the expected one drove into the bay.
    WrongCar,
    /// The PLC refused an order.
    OrderRefused,
    /// The PLC does not take or does not finish an order.
    OrderUnanswered,
}

impl FaultCode {
    /// Every kind there is.
    pub const ALL: [FaultCode; 11] = [
        FaultCode::LinkLost,
        FaultCode::MapMismatch,
        FaultCode::SafetyStop,
        FaultCode::MachineFault,
        FaultCode::Manual,
        FaultCode::CarMissing,
        FaultCode::UnknownCar,
        FaultCode::TagUnreadable,
        FaultCode::WrongCar,
        FaultCode::OrderRefused,
        FaultCode::OrderUnanswered,
    ];
}

/// What is wrong, in words for a person at the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of fault.
    pub code: FaultCode,
    /// Which lift or bay it stops; the whole machine when none.
    pub at: Option<Place>,
    /// What was seen.
    pub cause: String,
    /// What follows from it.
    pub consequence: String,
    /// What a person should do.
    pub action: String,
}

/// What is wrong now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    by_code: BTreeMap<(FaultCode, Option<Place>), Fault>,
}

impl Faults {
    /// Lists them by their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.by_code.values()
    }

    /// Tells whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// Finds what is wrong of a kind with a lift or bay, or with the machine as a whole.
    pub fn get(&self, code: FaultCode, at: Option<&Place>) -> Option<&Fault> {
        // Nearly always there is none: a walk is shorter than the making of a key.
        self.iter()
            .find(|fault| fault.code == code && fault.at.as_ref() == at)
    }

    /// Tells whether something of a kind is wrong anywhere.
    pub fn has(&self, code: FaultCode) -> bool {
        self.iter().any(|fault| fault.code == code)
    }

    /// Finds what stops the whole machine.
    pub fn stopping_all(&self) -> Option<&Fault> {
        self.iter().find(|fault| fault.at.is_none())
    }

    /// Finds what puts a lift or bay out of order; an order it refused does not.
    pub fn stopping(&self, part: &Place) -> Option<&Fault> {
        let here = |fault: &&Fault| fault.at.as_ref() == Some(part);
        let mut here = self.iter().filter(here);
        here.find(|fault| fault.code != FaultCode::OrderRefused)
    }

    pub(super) fn insert(&mut self, fault: &Fault) {
        let key = (fault.code, fault.at.clone());
        self.by_code.insert(key, fault.clone());
    }

    pub(super) fn remove(&mut self, code: FaultCode, at: Option<&Place>) {
        self.by_code.remove(&(code, at.cloned()));
    }
}

pub(super) fn raise(state: &State, fault: Fault) -> Result<Vec<Event>, Refusal> {
    if state.faults.get(fault.code, fault.at.as_ref()) == Some(&fault) {
        return Ok(vec![]);
    }
    Ok(vec![Event::FaultRaised { fault }])
}

pub(super) fn clear(
    state: &State,
    code: FaultCode,
    at: Option<Place>,
) -> Result<Vec<Event>, Refusal> {
    match state.faults.get(code, at.as_ref()) {
        Some(_) => Ok(vec![Event::FaultCleared { code, at }]),
        None => Ok(vec![]),
    }
}
