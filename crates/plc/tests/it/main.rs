//! The register map, the driver and the twin, on paper and on real sockets.

mod plant; // a tower to test with
mod registers; // orders and reports as words
mod world; // the machine as a pure state machine
mod units; // several lifts and bays at the same time
mod safety; // people, doors and faults
mod conservation; // properties: no car lost, no door open that must not be
mod wire; // driver and twin over sockets
mod driver; // the driver against devices that misbehave
mod foreign; // against another implementation of Modbus, at either end
mod panel; // the lines of the panel
