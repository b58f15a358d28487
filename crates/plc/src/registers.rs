//! Orders and reports as words, exactly as `docs/protocol/register-map.md` says.
//!
//! Pure: no socket and no clock, so that driver and twin cannot differ and both are tested here.
//! What cannot be read with certainty is an error, never a guess.

use crate::codes::{self, Answer, Reason};
use crate::layout::{HEAD_LEN, Layout, ORDER_LEN, UNIT_LEN, crc16};
use tower::handshake::{Action, BayStatus, LiftStatus, Order, Status, Unit, UnitStatus};
use tower::tower::Place;

/// "AUTM", the first two registers of the status block.
pub const MAGIC: [u16; 2] = [0x4155, 0x544D];
/// The version of the map.
pub const VERSION: u16 = 2;
/// Registers of the identity at the start of the status block.
pub const IDENTITY_LEN: u16 = 16;

const GENERATION: usize = 16;
const HEARTBEAT: usize = 17;
const EPOCH: usize = 18;
const FLAGS: usize = 20;

/// Offsets within a unit.
const MODE: usize = 0;
const OUTCOME: usize = 1;
const FAULT: usize = 2;
const ANSWER: usize = 3;
const REASON: usize = 4;
const ACCEPTED: usize = 6;
const FINISHED: usize = 8;
const ANSWERED: usize = 10;
const PART: usize = 12;

/// An order block as it is written with one function 16.
pub type OrderWords = [u16; ORDER_LEN as usize];

/// A status, and what only the map tells: how each unit took the last order block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the control system works with.
    pub status: Status,
    /// Changes whenever anything else does but the heartbeat and the heights of lifts.
    pub generation: u16,
    /// What each unit made of the last order block written to it.
    pub answers: Vec<Answered>,
}

/// What a unit made of the last order block written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What it made of it.
    pub answer: Answer,
    /// The sequence number that is about.
    pub seq: u32,
    /// Why the last finished order was refused or broken off.
    pub reason: Reason,
}

/// The order names a place this machine does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine has no place {0}")]
pub struct UnknownPlace(pub Place);

/// The device is none that may be spoken to with this machine file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// The magic is another.
    #[error("registers {found:04X?} where a tower has {MAGIC:04X?}: this is no tower")]
    Magic {
        /// What was read.
        found: [u16; 2],
    },
    /// The version is another.
    #[error("the device speaks version {found} of the register map, this software {VERSION}")]
    Version {
        /// What was read.
        found: u16,
    },
    /// The device was commissioned with another machine file.
    #[error(
        "the device has fingerprint {found:08X} and (places, lifts, bays) {counts:?}, the machine \
         file {expected:08X}: the two have different machine files"
    )]
    Machine {
        /// The device's fingerprint.
        found: u32,
        /// Ours.
        expected: u32,
        /// The device's counts of places, lifts and bays.
        counts: [u16; 3],
    },
}

/// What was read cannot be a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Garbled {
    /// Another device.
    #[error(transparent)]
    Foreign(#[from] Foreign),
    /// A code that is not in its table, or an impossible number.
    #[error("{what} reads {found} at offset {offset}, which the register map does not know")]
    Code {
        /// What stands there.
        what: &'static str,
        /// The offset in the status block.
        offset: usize,
        /// What was read.
        found: u16,
    },
    /// The block has another length.
    #[error("the status block has {found} registers where {expected} are due")]
    Length {
        /// How many were read.
        found: usize,
        /// How many are due.
        expected: usize,
    },
    /// Something changed between the requests; read again.
    #[error("the machine changed while its status was read (generation {head}, then {tail})")]
    Torn {
        /// The generation in the head.
        head: u16,
        /// The generation behind the table.
        tail: u16,
    },
}

/// Writes an order as words.
pub fn encode_order(order: &Order, layout: &Layout) -> Result<OrderWords, UnknownPlace> {
    let number = |place: &Place| {
        layout
            .number(place)
            .ok_or_else(|| UnknownPlace(place.clone()))
    };
    let (action, from, to) = match &order.action {
        Action::Home => (1, 0, 0),
        Action::Move { from, to } => (2, number(from)?, number(to)?),
        Action::OpenOuter { bay } => (3, number(bay)?, 0),
        Action::CloseOuter { bay } => (4, number(bay)?, 0),
        Action::Go { height_mm } => {
            let [high, low] = split(height_mm.cast_unsigned());
            (5, high, low)
        }
        Action::Withdraw => (6, 0, 0),
    };
    let [epoch_high, epoch_low] = split(order.epoch);
    let [seq_high, seq_low] = split(order.seq);
    let unit = u16::from(order.unit.0) + 1;
    let mut words = [
        epoch_high, epoch_low, seq_high, seq_low, action, from, to, unit, 0, 0,
    ];
    words[9] = crc16(&words[..9]);
    Ok(words)
}

/// Reads an order from the words in a unit's block, as the PLC does; what is wrong with it is the
/// PLC's answer.
pub fn decode_order(words: &OrderWords, unit: Unit, layout: &Layout) -> Result<Order, Answer> {
    if crc16(&words[..9]) != words[9] {
        return Err(Answer::Checksum);
    }
    if words[7] != u16::from(unit.0) + 1 {
        return Err(Answer::UnknownPlace);
    }
    let place = |number: u16| {
        let place = layout.place(number).cloned();
        place.ok_or(Answer::UnknownPlace)
    };
    let bay = |number: u16| {
        let bay = place(number)?;
        let known = layout.bays.contains(&bay);
        if known {
            Ok(bay)
        } else {
            Err(Answer::UnknownPlace)
        }
    };
    let action = match words[4] {
        1 => Action::Home,
        2 => Action::Move {
            from: place(words[5])?,
            to: place(words[6])?,
        },
        3 => Action::OpenOuter {
            bay: bay(words[5])?,
        },
        4 => Action::CloseOuter {
            bay: bay(words[5])?,
        },
        5 => Action::Go {
            height_mm: join(words, 5).cast_signed(),
        },
        6 => Action::Withdraw,
        _ => return Err(Answer::UnknownAction),
    };
    Ok(Order {
        epoch: join(words, 0),
        unit,
        seq: join(words, 2),
        action,
    })
}

/// Gives the sequence number of an order block, whatever else is wrong with it.
pub fn order_seq(words: &OrderWords) -> u32 {
    join(words, 2)
}

/// Writes a report as the whole status block.
///
/// # Panics
/// If the report's lists have other lengths than the layout's.
pub fn encode_report(report: &Report, layout: &Layout) -> Vec<u16> {
    let status = &report.status;
    assert_eq!(
        status.tags.len(),
        layout.places.len(),
        "one tag for each place"
    );
    assert_eq!(
        status.lifts.len(),
        layout.lifts.len(),
        "one entry for each lift"
    );
    assert_eq!(
        status.bays.len(),
        layout.bays.len(),
        "one entry for each bay"
    );
    let units = usize::from(layout.units());
    assert_eq!(status.units.len(), units, "one entry for each unit");
    assert_eq!(report.answers.len(), units, "one answer for each unit");
    let mut words = vec![0; usize::from(layout.status_len())];
    words[..8].copy_from_slice(&identity(layout));
    words[GENERATION] = report.generation;
    words[HEARTBEAT] = status.heartbeat;
    put(&mut words, EPOCH, status.epoch);
    words[FLAGS] = u16::from(status.safety_stop) | u16::from(status.emergency_power) << 1;
    for (index, (unit, answered)) in status.units.iter().zip(&report.answers).enumerate() {
        put_unit(&mut words[unit_start(index)..], unit, answered);
    }
    for (index, lift) in status.lifts.iter().enumerate() {
        let part = unit_start(index) + PART;
        put(&mut words, part, lift.height_mm.cast_unsigned());
        put(&mut words, part + 2, lift.tag);
    }
    for (index, bay) in status.bays.iter().enumerate() {
        let part = unit_start(layout.lifts.len() + index) + PART;
        words[part..][..4].copy_from_slice(&bay_words(bay));
    }
    for (index, tag) in status.tags.iter().enumerate() {
        put(
            &mut words,
            usize::from(layout.table_start()) + 2 * index,
            *tag,
        );
    }
    if let Some(tail) = words.last_mut() {
        *tail = report.generation;
    }
    words
}

fn unit_start(index: usize) -> usize {
    usize::from(HEAD_LEN) + usize::from(UNIT_LEN) * index
}

fn put_unit(words: &mut [u16], unit: &UnitStatus, answered: &Answered) {
    words[MODE] = codes::mode_code(unit.mode);
    words[OUTCOME] = codes::outcome_code(unit.outcome);
    words[FAULT] = unit.fault;
    words[ANSWER] = answered.answer.code();
    words[REASON] = answered.reason.code();
    put(words, ACCEPTED, unit.accepted);
    put(words, FINISHED, unit.finished);
    put(words, ANSWERED, answered.seq);
}

/// Reads a report from the whole status block.
pub fn decode_report(words: &[u16], layout: &Layout) -> Result<Report, Garbled> {
    let expected = usize::from(layout.status_len());
    if words.len() != expected {
        return Err(Garbled::Length {
            found: words.len(),
            expected,
        });
    }
    check_identity(words, layout)?;
    let (head, tail) = (words[GENERATION], words[expected - 1]);
    if head != tail {
        return Err(Garbled::Torn { head, tail });
    }
    let status = decode_status(words, layout)?;
    let answers = units(layout).map(|start| answered(words, start));
    Ok(Report {
        status,
        generation: head,
        answers: answers.collect::<Result<_, _>>()?,
    })
}

/// The offsets at which the units begin.
fn units(layout: &Layout) -> impl Iterator<Item = usize> + use<> {
    (0..usize::from(layout.units())).map(unit_start)
}

fn answered(words: &[u16], start: usize) -> Result<Answered, Garbled> {
    Ok(Answered {
        answer: known("answer", words, start + ANSWER, Answer::parse)?,
        seq: join(words, start + ANSWERED),
        reason: known("reason", words, start + REASON, Reason::parse)?,
    })
}

fn decode_status(words: &[u16], layout: &Layout) -> Result<Status, Garbled> {
    let epoch = match join(words, EPOCH) {
        0 => {
            return Err(Garbled::Code {
                what: "boot epoch",
                offset: EPOCH,
                found: 0,
            });
        }
        epoch => epoch,
    };
    let parts = || units(layout).map(|start| start + PART);
    let lifts = parts().take(layout.lifts.len());
    let bays = parts().skip(layout.lifts.len());
    let table = usize::from(layout.table_start());
    let tag = |index: usize| join(words, table + 2 * index);
    Ok(Status {
        epoch,
        heartbeat: words[HEARTBEAT],
        safety_stop: words[FLAGS] & 1 == 1,
        emergency_power: words[FLAGS] & 2 == 2,
        units: units(layout)
            .map(|start| unit(words, start))
            .collect::<Result<_, _>>()?,
        lifts: lifts.map(|part| lift(words, part)).collect(),
        bays: bays
            .map(|part| bay(words, part))
            .collect::<Result<_, _>>()?,
        tags: (0..layout.places.len()).map(tag).collect(),
    })
}

fn unit(words: &[u16], start: usize) -> Result<UnitStatus, Garbled> {
    Ok(UnitStatus {
        mode: known("mode", words, start + MODE, codes::mode)?,
        fault: words[start + FAULT],
        accepted: join(words, start + ACCEPTED),
        finished: join(words, start + FINISHED),
        outcome: known("outcome", words, start + OUTCOME, codes::outcome)?,
    })
}

fn lift(words: &[u16], part: usize) -> LiftStatus {
    LiftStatus {
        height_mm: join(words, part).cast_signed(),
        tag: join(words, part + 2),
    }
}

/// Checks that the identity at the start of a status block is that of this machine.
pub fn check_identity(words: &[u16], layout: &Layout) -> Result<(), Foreign> {
    let expected = identity(layout);
    if words[..2] != MAGIC {
        return Err(Foreign::Magic {
            found: [words[0], words[1]],
        });
    }
    if words[2] != VERSION {
        return Err(Foreign::Version { found: words[2] });
    }
    if words[3..8] != expected[3..8] {
        return Err(Foreign::Machine {
            found: join(words, 6),
            expected: layout.fingerprint,
            counts: [words[3], words[4], words[5]],
        });
    }
    Ok(())
}

fn identity(layout: &Layout) -> [u16; 8] {
    let count = |list: &[Place]| u16::try_from(list.len()).expect("the counts were checked");
    let [high, low] = split(layout.fingerprint);
    let (places, lifts, bays) = (&layout.places, &layout.lifts, &layout.bays);
    [
        MAGIC[0],
        MAGIC[1],
        VERSION,
        count(places),
        count(lifts),
        count(bays),
        high,
        low,
    ]
}

fn bay_words(bay: &BayStatus) -> [u16; 4] {
    let flags = u16::from(bay.floor_loaded)
        | u16::from(bay.person_by_scanner) << 1
        | u16::from(bay.person_overhead) << 2;
    [
        codes::door_code(bay.outer),
        codes::door_code(bay.inner),
        flags,
        bay.exits,
    ]
}

fn bay(words: &[u16], offset: usize) -> Result<BayStatus, Garbled> {
    let flags = words[offset + 2];
    Ok(BayStatus {
        outer: known("outer door", words, offset, codes::door)?,
        inner: known("inner door", words, offset + 1, codes::door)?,
        floor_loaded: flags & 1 != 0,
        exits: words[offset + 3],
        person_by_scanner: flags & 2 != 0,
        person_overhead: flags & 4 != 0,
    })
}

fn known<T>(
    what: &'static str,
    words: &[u16],
    offset: usize,
    table: impl Fn(u16) -> Option<T>,
) -> Result<T, Garbled> {
    let found = words[offset];
    table(found).ok_or(Garbled::Code {
        what,
        offset,
        found,
    })
}

fn split(double: u32) -> [u16; 2] {
    [(double >> 16) as u16, (double & 0xFFFF) as u16]
}

fn join(words: &[u16], offset: usize) -> u32 {
    u32::from(words[offset]) << 16 | u32::from(words[offset + 1])
}

fn put(words: &mut [u16], offset: usize, double: u32) {
    words[offset..][..2].copy_from_slice(&split(double));
}
