//! The nodes of a tower, exactly as `docs/protocol/opc-ua.md` says.

use opcua_types::{CallMethodRequest, DataTypeId, NodeId, Variant};
use plc::registers::OrderWords;
use tower::handshake::Mode;

/// The namespace of the tower's nodes.
pub const NAMESPACE: &str = "urn:automat:tower";
/// The object that holds everything.
pub const TOWER: &str = "Tower";
/// The status block as one value, an array of `UInt16`.
pub const STATUS: &str = "Tower.Status";
/// The method that takes an order.
pub const ORDER: &str = "Tower.Order";

/// The variables of each unit, `Tower.` with its name and theirs, for people and other systems.
pub const UNIT_VARIABLES: [(&str, DataTypeId); 7] = [
    ("StateCurrent", DataTypeId::Int32),
    ("UnitModeCurrent", DataTypeId::Int32),
    ("Accepted", DataTypeId::UInt32),
    ("Finished", DataTypeId::UInt32),
    ("Outcome", DataTypeId::UInt16),
    ("Reason", DataTypeId::UInt16),
    ("Fault", DataTypeId::UInt16),
];

/// Makes the call of the method that takes an order, from its words in the register map.
pub fn order_call(namespace: u16, words: &OrderWords) -> CallMethodRequest {
    let double = |at: usize| Variant::from(u32::from(words[at]) << 16 | u32::from(words[at + 1]));
    let word = |at: usize| Variant::from(words[at]);
    let arguments = vec![
        double(0),
        word(7),
        double(2),
        word(4),
        word(5),
        word(6),
        word(9),
    ];
    let node = |name: &str| NodeId::new(namespace, name);
    CallMethodRequest::from((node(TOWER), node(ORDER), Some(arguments)))
}

/// Gives the words of the register map for the arguments of the method that takes an order; none if
/// they are of other types.
pub fn order_words(arguments: &[Variant]) -> Option<OrderWords> {
    let [
        Variant::UInt32(epoch),
        Variant::UInt16(unit),
        Variant::UInt32(seq),
        Variant::UInt16(action),
        Variant::UInt16(from),
        Variant::UInt16(to),
        Variant::UInt16(checksum),
    ] = arguments
    else {
        return None;
    };
    let split = |double: u32| [(double >> 16) as u16, (double & 0xFFFF) as u16];
    let ([epoch_high, epoch_low], [seq_high, seq_low]) = (split(*epoch), split(*seq));
    Some([
        epoch_high, epoch_low, seq_high, seq_low, *action, *from, *to, *unit, 0, *checksum,
    ])
}

/// A state of the PackML state machine with its number (OPC 30050, from ISA-TR88.00.02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackMl {
    /// Stands, and has to be reset before it can work.
    Stopped = 2,
    /// Ready for an order.
    Idle = 4,
    /// Carries an order out.
    Execute = 6,
    /// Stopped by a fault.
    Aborted = 9,
    /// References its axes.
    Resetting = 15,
}

impl PackMl {
    /// Gives how a unit looks to PackML by its mode, and whether it is being homed.
    pub fn of(mode: Mode, homing: bool) -> PackMl {
        match mode {
            Mode::NotHomed | Mode::Manual => PackMl::Stopped,
            Mode::Idle => PackMl::Idle,
            Mode::Busy if homing => PackMl::Resetting,
            Mode::Busy => PackMl::Execute,
            Mode::Fault => PackMl::Aborted,
        }
    }

    /// Gives the number of the unit mode: 1 production, 3 manual.
    pub fn unit_mode(mode: Mode) -> i32 {
        match mode {
            Mode::Manual => 3,
            Mode::NotHomed | Mode::Idle | Mode::Busy | Mode::Fault => 1,
        }
    }

    /// Gives its number.
    pub fn number(self) -> i32 {
        self as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../../docs/protocol/opc-ua.md");

    #[test]
    fn the_document_tells_the_same_nodes_and_states_as_the_code() {
        let modes = [
            (Mode::NotHomed, false),
            (Mode::Busy, true),
            (Mode::Idle, false),
            (Mode::Busy, false),
            (Mode::Fault, false),
            (Mode::Manual, false),
        ];
        for (mode, homing) in modes {
            let state = PackMl::of(mode, homing);
            let cells = format!(
                "| {} {state:?} | {} |",
                state.number(),
                PackMl::unit_mode(mode)
            );
            assert!(DOCUMENT.contains(&cells), "the document lacks: {cells}");
        }
        for node in [NAMESPACE, TOWER, STATUS, ORDER] {
            assert!(DOCUMENT.contains(node), "the document lacks {node}");
        }
        for (variable, data_type) in UNIT_VARIABLES {
            let row = |line: &&str| line.contains(&format!(".{variable}`"));
            let row = DOCUMENT.lines().find(row).expect("a row");
            assert!(row.contains(&format!("`{data_type:?}`")), "{row}");
        }
    }

    #[test]
    fn the_words_of_an_order_come_back_out_of_its_call() {
        let words: OrderWords = [1, 2, 3, 4, 5, 6, 0x8001, 8, 0, 10];
        let call = order_call(2, &words);
        let arguments = call.input_arguments.expect("the method has arguments");
        assert_eq!(order_words(&arguments), Some(words));
        assert_eq!(order_words(&arguments[1..]), None);
    }
}
