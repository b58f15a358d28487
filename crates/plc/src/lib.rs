//! The machine's controller on the wire: the register map, the driver, and the twin.
//!
//! The map is `docs/protocol/register-map.md`; everything here is that document in Rust. The driver
//! only moves bytes. The twin is a PLC: it speaks the real protocol on a real socket, moves in
//! simulated time, keeps its interlocks, and can be told to fail. Nothing here can express a reset
//! or a bypass, except the hands of a person standing in the twin's own world.

pub mod layout; // place numbers, block addresses, the fingerprint
pub mod codes; // the numbers for modes, doors, answers, reasons and faults
pub mod registers; // orders and reports as words
pub mod driver; // the connection to a machine, and its first kind: Modbus TCP
pub mod panel; // what a person at the simulated machine can do, and the client for it
pub mod twin; // the simulated PLC and the world around it
pub mod simulation; // a tower with its people in simulated time

pub use driver::{Driver, Fault, ModbusDriver};
pub use layout::Layout;
pub use panel::Panel;
pub use registers::Report;
pub use twin::{Twin, TwinOptions};
