//! What the control room needs of a machine's controller, whatever protocol that speaks.
//!
//! A driver only moves bytes. "The wire failed" and "the device refused" are different things:
//! after the first nobody knows what the machine got, after the second it is certain that nothing
//! was done. A call that was late, broken or dropped half-way costs the connection, so that nothing
//! of it can be taken for the reply to a later call; the next call connects anew, with a pause that
//! grows, and the first thing on a new connection is a reading of the status.

mod backoff; // the pause before a new connection
mod modbus; // the Modbus TCP client

pub use backoff::Backoff;
pub use modbus::ModbusDriver;

use crate::layout::Unmappable;
use crate::registers::{Foreign, Garbled, Report, UnknownPlace};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio_modbus::ExceptionCode;
use tower::handshake::Order;

/// How long a request or a connect may take.
pub const DEADLINE: Duration = Duration::from_secs(1);
/// How often a status that changed while it was read is read again at once.
pub const MOST_TORN: usize = 5;

/// A call under way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// The connection to one machine's controller.
///
/// Its calls take it exclusively, because a connection may move between threads but not be shared.
pub trait Driver: Send {
    /// Tells whether the last call left a connection that can be used.
    fn is_connected(&self) -> bool;

    /// Reads everything the controller tells, as fresh as this call.
    fn read_report(&mut self) -> Pending<'_, Report>;

    /// Writes an order. That it was written is no proof that it was accepted: the status tells.
    ///
    /// On a new connection the status is read first, and nothing is sent to a controller that has
    /// booted since the order was numbered.
    fn send<'a>(&'a mut self, order: &'a Order) -> Pending<'a, ()>;
}

/// Why a call to the PLC did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The connection failed; what the machine got is unknown until its status is read.
    #[error("the wire to the PLC at {addr} failed while {doing}")]
    Wire {
        /// Where the PLC is.
        addr: SocketAddr,
        /// What we were doing.
        doing: &'static str,
        /// What failed.
        source: WireFailure,
    },
    /// The device is there and said no; nothing was done.
    #[error("the PLC at {addr} refused: {refusal}")]
    Refused {
        /// Where the PLC is.
        addr: SocketAddr,
        /// What it said.
        refusal: DeviceRefusal,
    },
    /// The device is not this tower's PLC.
    #[error("the device at {addr} is not this tower's PLC")]
    Foreign {
        /// Where the device is.
        addr: SocketAddr,
        /// How it was recognised.
        source: Foreign,
    },
    /// The device answered what the register map does not know.
    #[error("the PLC at {addr} reports what the register map does not know")]
    Garbled {
        /// Where the PLC is.
        addr: SocketAddr,
        /// What was read.
        source: Garbled,
    },
    /// The register map cannot hold the machine.
    #[error("the machine file does not fit the register map")]
    Unmappable(#[from] Unmappable),
    /// The order cannot be written for this machine.
    #[error("the order cannot be sent")]
    Order(#[from] UnknownPlace),
}

/// How the connection failed.
#[derive(Debug, thiserror::Error)]
pub enum WireFailure {
    /// No answer in time.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// The operating system says so.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// An answer to another request.
    #[error(transparent)]
    Mismatch(tokio_modbus::ProtocolError),
    /// The session was not made, or ended.
    #[error("the session failed: {0}")]
    Session(String),
    /// An answer of another shape than was asked for.
    #[error("asked for {asked} registers, got {got}")]
    Shape {
        /// How many were asked for.
        asked: u16,
        /// How many came.
        got: usize,
    },
}

/// What the device said no to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefusal {
    /// A Modbus exception.
    #[error("Modbus exception {0}")]
    Exception(ExceptionCode),
    /// An OPC UA status code.
    #[error("OPC UA status {0}")]
    Status(String),
    /// It has booted since the order was numbered, so that it would ignore it; nothing was sent.
    #[error("the order is numbered for boot epoch {order}, the PLC is in {device}")]
    OtherEpoch {
        /// The order's epoch.
        order: u32,
        /// The device's.
        device: u32,
    },
}
