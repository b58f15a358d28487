//! The OPC UA driver against machine controllers on sockets.

#[path = "../../../plc/tests/it/peer.rs"]
mod peer; // foreign machine controllers, each a process of its own
#[path = "../../../plc/tests/it/shift.rs"]
mod shift; // our stream, controller and driver against a machine on a wire
#[path = "../../../plc/tests/it/drills.rs"]
mod drills; // what every foreign controller has to live through with us
mod asyncua; // against a controller that asyncua serves
mod encrypted; // sessions that need certificates
mod twin; // driver and twin, and a foreign client of the twin
