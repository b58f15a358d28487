//! The Modbus TCP client: it only moves bytes.
//!
//! A reply that comes after its deadline would be taken for the reply to the next request
//! (tokio-modbus issue 324), so a connection that was late, broken or mismatched once is never used
//! again, nor is one whose call was dropped half-way: it is taken out of the driver for the length
//! of a call and put back only when the call ended well. The next call connects anew, with a pause
//! that grows, and the first thing on a new connection is a status read. "The wire failed" and "the
//! device refused" are different things: after the first nobody knows what the machine got, after
//! the second it is certain that nothing was done.

use crate::layout::{Layout, Unmappable};
use crate::registers::{self, Foreign, Garbled, Report, UnknownPlace};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_modbus::client::{Client, Context, tcp};
use tokio_modbus::{ExceptionCode, Request, Response, Slave};
use tower::handshake::{Order, Status};
use tower::machine::Machine;

/// How long a request or a connect may take.
pub const DEADLINE: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The most registers one function 3 may read (Modbus specification, 6.3).
const MOST_READ: u16 = 125;
const MOST_TORN: usize = 5;

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
    /// It has booted since the order was numbered, so that it would ignore it; nothing was sent.
    #[error("the order is numbered for boot epoch {order}, the PLC is in {device}")]
    OtherEpoch {
        /// The order's epoch.
        order: u32,
        /// The device's.
        device: u32,
    },
}

/// The connection to one PLC.
///
/// Its calls take it exclusively, because a connection may move between threads but not be shared.
pub struct Driver {
    addr: SocketAddr,
    unit: u8,
    layout: Layout,
    deadline: Duration,
    link: Option<Context>,
    pause: Duration,
    not_before: Option<Instant>,
}

impl Driver {
    /// Makes a driver that connects at its first call.
    pub fn new(addr: SocketAddr, unit: u8, machine: &Machine) -> Result<Driver, Unmappable> {
        Ok(Driver {
            addr,
            unit,
            layout: Layout::of(machine)?,
            deadline: DEADLINE,
            link: None,
            pause: FIRST_PAUSE,
            not_before: None,
        })
    }

    /// Makes a driver, connects, and reads the first status: a wrong device is seen at once.
    pub async fn connect(addr: SocketAddr, unit: u8, machine: &Machine) -> Result<Driver, Fault> {
        let mut driver = Driver::new(addr, unit, machine)?;
        driver.read_status().await?;
        Ok(driver)
    }

    /// Gives the same driver with another deadline for each request.
    pub fn with_deadline(mut self, deadline: Duration) -> Driver {
        self.deadline = deadline;
        self
    }

    /// Tells whether the last call left a connection that can be used.
    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    /// Reads everything the control system works with, as fresh as this call.
    pub async fn read_status(&mut self) -> Result<Status, Fault> {
        Ok(self.read_report().await?.status)
    }

    /// Reads everything the PLC tells, with its answer to the last order block.
    pub async fn read_report(&mut self) -> Result<Report, Fault> {
        let mut link = self.link().await?;
        let report = self.report_over(&mut link).await;
        self.keep(link, &report);
        report
    }

    /// Writes an order. That it was written is no proof that it was accepted: the status tells.
    ///
    /// On a new connection the status is read first, and nothing is sent to a PLC that has booted
    /// since the order was numbered.
    pub async fn send(&mut self, order: &Order) -> Result<(), Fault> {
        let words = registers::encode_order(order, &self.layout)?;
        let fresh = self.link.is_none();
        let mut link = self.link().await?;
        let sent = self.send_over(&mut link, order, &words, fresh).await;
        self.keep(link, &sent);
        sent
    }

    async fn send_over(
        &mut self,
        link: &mut Context,
        order: &Order,
        words: &[u16],
        fresh: bool,
    ) -> Result<(), Fault> {
        if fresh {
            let device = self.report_over(link).await?.status.epoch;
            if device != order.epoch {
                let refusal = DeviceRefusal::OtherEpoch {
                    order: order.epoch,
                    device,
                };
                return Err(Fault::Refused {
                    addr: self.addr,
                    refusal,
                });
            }
        }
        let request =
            Request::WriteMultipleRegisters(self.layout.order_address(order.unit), words.into());
        self.call(link, request, "writing an order").await?;
        tracing::debug!(?order, "order sent");
        Ok(())
    }

    async fn report_over(&mut self, link: &mut Context) -> Result<Report, Fault> {
        let mut torn = 0;
        loop {
            let words = self.block_over(link).await?;
            match registers::decode_report(&words, &self.layout) {
                Ok(report) => return Ok(report),
                Err(Garbled::Torn { .. }) if torn < MOST_TORN => torn += 1,
                Err(Garbled::Foreign(source)) => {
                    return Err(Fault::Foreign {
                        addr: self.addr,
                        source,
                    });
                }
                Err(source) => {
                    return Err(Fault::Garbled {
                        addr: self.addr,
                        source,
                    });
                }
            }
        }
    }

    /// Reads the status block in rising order, in as few requests as it takes.
    async fn block_over(&mut self, link: &mut Context) -> Result<Vec<u16>, Fault> {
        let total = self.layout.status_len();
        let mut words = self.head_over(link, MOST_READ.min(total)).await?;
        let mut offset = MOST_READ.min(total);
        while offset < total {
            let count = MOST_READ.min(total - offset);
            words.extend(self.read_over(link, offset, count).await?);
            offset += count;
        }
        Ok(words)
    }

    /// Reads the beginning of the status block. A foreign device may not have as many registers:
    /// then its identity alone is read, so that it is told as foreign and not as refusing.
    async fn head_over(&mut self, link: &mut Context, count: u16) -> Result<Vec<u16>, Fault> {
        let refused = match self.read_over(link, 0, count).await {
            Ok(words) => {
                self.recognise(&words)?;
                return Ok(words);
            }
            Err(fault) => fault,
        };
        let missing = ExceptionCode::IllegalDataAddress;
        if let Fault::Refused { refusal, .. } = &refused
            && *refusal == DeviceRefusal::Exception(missing)
        {
            let identity = self.read_over(link, 0, registers::IDENTITY_LEN).await?;
            self.recognise(&identity)?;
        }
        Err(refused)
    }

    fn recognise(&self, words: &[u16]) -> Result<(), Fault> {
        let addr = self.addr;
        registers::check_identity(words, &self.layout)
            .map_err(|source| Fault::Foreign { addr, source })
    }

    async fn read_over(
        &mut self,
        link: &mut Context,
        offset: u16,
        asked: u16,
    ) -> Result<Vec<u16>, Fault> {
        const DOING: &str = "reading the status";
        let request = Request::ReadHoldingRegisters(self.layout.status_base + offset, asked);
        let words = match self.call(link, request, DOING).await? {
            Response::ReadHoldingRegisters(words) => words,
            _ => Vec::new(),
        };
        if words.len() == usize::from(asked) {
            Ok(words)
        } else {
            Err(self.wire(
                DOING,
                WireFailure::Shape {
                    asked,
                    got: words.len(),
                },
            ))
        }
    }

    async fn call(
        &mut self,
        link: &mut Context,
        request: Request<'_>,
        doing: &'static str,
    ) -> Result<Response, Fault> {
        let answer = timeout(self.deadline, link.call(request)).await;
        match answer {
            Err(_) => Err(self.wire(doing, WireFailure::Late(self.deadline))),
            Ok(Err(tokio_modbus::Error::Transport(error))) => Err(self.wire(doing, error.into())),
            Ok(Err(tokio_modbus::Error::Protocol(error))) => {
                Err(self.wire(doing, WireFailure::Mismatch(error)))
            }
            Ok(Ok(Err(code))) => Err(Fault::Refused {
                addr: self.addr,
                refusal: DeviceRefusal::Exception(code),
            }),
            Ok(Ok(Ok(response))) => Ok(response),
        }
    }

    /// Takes the connection out, or makes a new one after the pause that earlier failures earned.
    async fn link(&mut self) -> Result<Context, Fault> {
        if let Some(link) = self.link.take() {
            return Ok(link);
        }
        const DOING: &str = "connecting";
        if let Some(not_before) = self.not_before {
            sleep_until(not_before).await;
        }
        self.not_before = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        let stream = match timeout(self.deadline, TcpStream::connect(self.addr)).await {
            Err(_) => return Err(self.wire(DOING, WireFailure::Late(self.deadline))),
            Ok(Err(error)) => return Err(self.wire(DOING, error.into())),
            Ok(Ok(stream)) => stream,
        };
        stream
            .set_nodelay(true)
            .map_err(|error| self.wire(DOING, error.into()))?;
        tracing::debug!(addr = %self.addr, "connected to the PLC");
        Ok(tcp::attach_slave(stream, Slave(self.unit)))
    }

    /// Puts the connection back if it is as good as new, and forgets the pause if it served.
    fn keep<T>(&mut self, link: Context, outcome: &Result<T, Fault>) {
        match outcome {
            Ok(_) => {
                self.pause = FIRST_PAUSE;
                self.not_before = None;
                self.link = Some(link);
            }
            Err(Fault::Refused { .. } | Fault::Order(_)) => self.link = Some(link),
            Err(fault) => {
                tracing::warn!(addr = %self.addr, %fault, "connection to the PLC dropped");
                drop(link);
            }
        }
    }

    fn wire(&self, doing: &'static str, source: WireFailure) -> Fault {
        Fault::Wire {
            addr: self.addr,
            doing,
            source,
        }
    }
}
