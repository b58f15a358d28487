//! The machine: where cars stand and how they move.
//!
//! A tower is a file. Its stream records what was ordered and what the sensors said. The planner
//! is pure; the controller takes inputs and gives outputs and never reads a clock. The software
//! asks, the machine's own controller decides: nothing here can express a reset or a bypass.

pub mod machine; // a tower as a file: geometry, kinematics, PLC map
pub mod motion; // travel times, as trapezoids and S-curves
pub mod job; // what is to be done with a car
pub mod inspection; // cars that stand for long are looked after
pub mod inventory; // which car stands where
pub mod tower; // the stream of one tower
pub mod appointment; // times that buyers have chosen, and what the bays can keep
pub mod promise; // what a buyer is told of the wait, and whether it came so
pub mod planner; // which job next, and from where to where
pub mod schedule; // orders of work with a proved bound
pub mod science; // closed forms of the literature
pub mod bay; // the hand-over bay and its doors
pub mod handshake; // orders numbered by boot epoch, unit and sequence
pub mod signal; // what each safety signal says, and how old that word is
pub mod unit; // which parts of a machine carry out orders of their own
pub mod controller; // inputs in, outputs out
