//! The register map, the driver and the twin, on paper and on real sockets.

mod plant; // a tower to test with
mod registers; // orders and reports as words
mod world; // the machine as a pure state machine
mod units; // several lifts and bays at the same time
mod safety; // people, doors and faults
mod promise; // what buyers are told, over many days
mod simulation; // a tower with its people in simulated time
mod anchors; // the simulator against published figures and theory
mod conservation; // properties: no car lost, no door open that must not be
mod wire; // driver and twin over sockets
mod driver; // the driver against devices that misbehave
mod foreign; // against another implementation of Modbus, at either end
mod peer; // foreign machine controllers, each a process of its own
mod shift; // our stream, controller and driver against a machine on a wire
mod drills; // what every foreign controller has to live through with us
mod pymodbus; // against a controller that pymodbus serves
mod panel; // the lines of the panel
