//! The numbers of the register map for modes, outcomes, doors, answers, reasons and faults.
//!
//! A code that is not in its table makes the whole reading invalid: guessing what a machine means
//! is not safe. Faults are the exception, a PLC may have its own from 100 on.

use serde::{Deserialize, Serialize};
use tower::handshake::{Door, Ignored, Mode, Outcome};

/// Gives the number of a mode.
pub fn mode_code(mode: Mode) -> u16 {
    match mode {
        Mode::NotHomed => 1,
        Mode::Idle => 2,
        Mode::Busy => 3,
        Mode::Fault => 4,
        Mode::Manual => 5,
    }
}

/// Gives the mode of a number.
pub fn mode(code: u16) -> Option<Mode> {
    [
        Mode::NotHomed,
        Mode::Idle,
        Mode::Busy,
        Mode::Fault,
        Mode::Manual,
    ]
    .into_iter()
    .find(|mode| mode_code(*mode) == code)
}

/// Gives the number of an outcome.
pub fn outcome_code(outcome: Outcome) -> u16 {
    match outcome {
        Outcome::None => 0,
        Outcome::Done => 1,
        Outcome::Refused => 2,
        Outcome::BrokenOff => 3,
        Outcome::Withdrawn => 4,
    }
}

/// Gives the outcome of a number.
pub fn outcome(code: u16) -> Option<Outcome> {
    [
        Outcome::None,
        Outcome::Done,
        Outcome::Refused,
        Outcome::BrokenOff,
        Outcome::Withdrawn,
    ]
    .into_iter()
    .find(|outcome| outcome_code(*outcome) == code)
}

/// Gives the number of a door's state.
pub fn door_code(door: Door) -> u16 {
    match door {
        Door::Closed => 1,
        Door::Moving => 2,
        Door::Open => 3,
    }
}

/// Gives the door's state of a number.
pub fn door(code: u16) -> Option<Door> {
    [Door::Closed, Door::Moving, Door::Open]
        .into_iter()
        .find(|door| door_code(*door) == code)
}

/// What a unit of the PLC made of the last order block written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// None was written since boot.
    None,
    /// Accepted.
    Accepted,
    /// A repeat of the last accepted order, ignored.
    Repeat,
    /// Another epoch, ignored.
    OtherEpoch,
    /// Another sequence number than the last accepted and one, ignored.
    OtherNumber,
    /// Wrong checksum, ignored.
    Checksum,
    /// Unknown action, ignored.
    UnknownAction,
    /// Unknown place, or one that does not fit the action, or another unit, ignored.
    UnknownPlace,
    /// An order is still in hand, ignored.
    InHand,
}

impl Answer {
    const ALL: [Answer; 9] = [
        Answer::None,
        Answer::Accepted,
        Answer::Repeat,
        Answer::OtherEpoch,
        Answer::OtherNumber,
        Answer::Checksum,
        Answer::UnknownAction,
        Answer::UnknownPlace,
        Answer::InHand,
    ];

    /// Gives the number of the answer.
    pub fn code(self) -> u16 {
        self as u16
    }

    /// Gives the answer of a number.
    pub fn parse(code: u16) -> Option<Answer> {
        Answer::ALL.get(usize::from(code)).copied()
    }
}

impl From<Ignored> for Answer {
    fn from(ignored: Ignored) -> Answer {
        match ignored {
            Ignored::Repeat => Answer::Repeat,
            Ignored::OtherEpoch => Answer::OtherEpoch,
            Ignored::OtherNumber => Answer::OtherNumber,
            Ignored::InHand => Answer::InHand,
        }
    }
}

/// Why an accepted order was refused or broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was not.
    None,
    /// The mode does not allow this action.
    NotReady,
    /// The safety controller has stopped the machine.
    SafetyStop,
    /// No car is seen where one is to be taken.
    SourceEmpty,
    /// A car is seen where one is to be put.
    TargetOccupied,
    /// A door that must be closed is not.
    DoorNotClosed,
    /// A person sensor of the bay sees somebody.
    PersonSeen,
    /// The car is larger than the place.
    Oversize,
    /// The car is heavier than the place carries.
    Overload,
    /// No lift serves both places.
    NoRoute,
    /// The lift carries another car.
    LiftLoaded,
    /// A fault stopped it; the fault's own code says which.
    Fault,
    /// Another order works on the place.
    InUse,
    /// Another lift of the mast is in the way.
    LiftInTheWay,
}

impl Reason {
    const ALL: [Reason; 14] = [
        Reason::None,
        Reason::NotReady,
        Reason::SafetyStop,
        Reason::SourceEmpty,
        Reason::TargetOccupied,
        Reason::DoorNotClosed,
        Reason::PersonSeen,
        Reason::Oversize,
        Reason::Overload,
        Reason::NoRoute,
        Reason::LiftLoaded,
        Reason::Fault,
        Reason::InUse,
        Reason::LiftInTheWay,
    ];

    /// Gives the number of the reason.
    pub fn code(self) -> u16 {
        self as u16
    }

    /// Gives the reason of a number.
    pub fn parse(code: u16) -> Option<Reason> {
        Reason::ALL.get(usize::from(code)).copied()
    }
}

/// A fault of the map: what it is called, what follows from it, and what a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultWords {
    /// Its number.
    pub code: u16,
    /// Its name.
    pub name: &'static str,
    /// What follows from it.
    pub consequence: &'static str,
    /// What a person does.
    pub cure: &'static str,
}

/// Somebody pressed the emergency stop.
pub const EMERGENCY_STOP: u16 = 1;
/// A lift stands where it is.
pub const LIFT_JAMMED: u16 = 2;
/// A car stands where the sensor saw none.
pub const PLACE_BLOCKED: u16 = 3;
/// No car stands where the sensor saw one.
pub const NOTHING_TO_TAKE: u16 = 4;
/// Somebody was seen while a bay was being served.
pub const PERSON_IN_BAY: u16 = 5;

/// Every fault the map names.
pub const FAULTS: [FaultWords; 8] = [
    FaultWords {
        code: EMERGENCY_STOP,
        name: "emergency-stop",
        consequence: "all drives off, safety stop set",
        cure: "find out why it was pressed, release it at the machine",
    },
    FaultWords {
        code: LIFT_JAMMED,
        name: "lift-jammed",
        consequence: "the lift stands where it is, a car on it stays on it",
        cure: "lock out the drive, free the lift, acknowledge at the machine",
    },
    FaultWords {
        code: PLACE_BLOCKED,
        name: "place-blocked",
        consequence: "the car stays on the lift: a car stands where the sensor saw none",
        cure: "look into the place, repair its sensor, acknowledge at the machine",
    },
    FaultWords {
        code: NOTHING_TO_TAKE,
        name: "nothing-to-take",
        consequence: "the lift stays empty: no car stands where the sensor saw one",
        cure: "look into the place, repair its sensor, acknowledge at the machine",
    },
    FaultWords {
        code: PERSON_IN_BAY,
        name: "person-in-bay",
        consequence: "the bay and the lift that served it stand: somebody was seen inside",
        cure: "see with your own eyes that nobody is inside, release the stop at the machine",
    },
    FaultWords {
        code: 6,
        name: "door-stuck",
        consequence: "a door did not reach its end in time",
        cure: "free the door, acknowledge at the machine",
    },
    FaultWords {
        code: 7,
        name: "over-travel",
        consequence: "an axis passed its end switch",
        cure: "drive it back by hand, find the cause, acknowledge at the machine",
    },
    FaultWords {
        code: 8,
        name: "drive",
        consequence: "a drive reports a failure",
        cure: "read the drive's own code, repair, acknowledge at the machine",
    },
];

/// Gives the words for a fault, unless it is none or one of the PLC's own.
pub fn fault_words(code: u16) -> Option<&'static FaultWords> {
    FAULTS.iter().find(|words| words.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../../docs/protocol/register-map.md");

    #[test]
    fn every_code_reads_back_as_itself() {
        for (code, answer) in (0..).zip(Answer::ALL) {
            assert_eq!((answer.code(), Answer::parse(code)), (code, Some(answer)));
        }
        for (code, reason) in (0..).zip(Reason::ALL) {
            assert_eq!((reason.code(), Reason::parse(code)), (code, Some(reason)));
        }
        assert_eq!(
            (mode(0), mode(6), outcome(5), door(0)),
            (None, None, None, None)
        );
        assert_eq!((Answer::parse(9), Reason::parse(14)), (None, None));
    }

    #[test]
    fn the_document_tells_the_same_faults_as_the_code() {
        for fault in FAULTS {
            let row = format!(
                "| {} | {} | {} | {} |",
                fault.code, fault.name, fault.consequence, fault.cure
            );
            assert!(DOCUMENT.contains(&row), "the register map lacks: {row}");
        }
    }

    #[test]
    fn the_document_tells_the_same_reasons_as_the_code() {
        for reason in Reason::ALL {
            let name = serde_json::to_string(&reason).expect("a reason is plain text");
            let row = format!("| {} | {} |", reason.code(), name.trim_matches('"'));
            assert!(DOCUMENT.contains(&row), "the register map lacks: {row}");
        }
    }
}
