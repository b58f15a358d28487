//! OPC UA to a machine's controller: the model of a tower, the driver, and the twin's server.
//!
//! The model is `docs/protocol/opc-ua.md`. It carries the very words of the register map, so that
//! one program in a controller serves either protocol, and one decoder here reads both: a status is
//! one value of one node, an order is one method call. A crate of its own, because the libraries it
//! stands on take longer to build than the rest of the machine's side together.

pub mod model; // the namespace, its nodes, and how units look to PackML
pub mod driver; // the client
mod link; // one session, which is never used again once it failed
pub mod server; // the twin's server
pub mod security; // when a connection is encrypted, and the certificates for it

pub use driver::OpcUaDriver;
pub use security::{Access, Protection, Sign};
pub use server::Server;
