//! The Modbus TCP client: it only moves bytes.
//!
//! A reply that comes after its deadline would be taken for the reply to the next request
//! (tokio-modbus issue 324). So a connection is taken out of the driver for the length of a call
//! and put back only when the call ended well.

use super::{Backoff, DEADLINE, DeviceRefusal, Driver, Fault, MOST_TORN, Pending, WireFailure};
use crate::layout::{Layout, Unmappable};
use crate::registers::{self, Garbled, Report};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_modbus::client::{Client, Context, tcp};
use tokio_modbus::{ExceptionCode, Request, Response, Slave};
use tower::handshake::{Order, Status};
use tower::machine::Machine;

/// The most registers one function 3 may read (Modbus specification, 6.3).
const MOST_READ: u16 = 125;

/// The connection to one PLC that speaks Modbus TCP.
pub struct ModbusDriver {
    addr: SocketAddr,
    unit: u8,
    layout: Layout,
    deadline: Duration,
    link: Option<Context>,
    backoff: Backoff,
}

impl ModbusDriver {
    /// Makes a driver that connects at its first call.
    pub fn new(addr: SocketAddr, unit: u8, machine: &Machine) -> Result<ModbusDriver, Unmappable> {
        Ok(ModbusDriver {
            addr,
            unit,
            layout: Layout::of(machine)?,
            deadline: DEADLINE,
            link: None,
            backoff: Backoff::default(),
        })
    }

    /// Makes a driver, connects, and reads the first status: a wrong device is seen at once.
    pub async fn connect(
        addr: SocketAddr,
        unit: u8,
        machine: &Machine,
    ) -> Result<ModbusDriver, Fault> {
        let mut driver = ModbusDriver::new(addr, unit, machine)?;
        driver.read_status().await?;
        Ok(driver)
    }

    /// Gives the same driver with another deadline for each request.
    pub fn with_deadline(mut self, deadline: Duration) -> ModbusDriver {
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
        self.backoff.wait().await;
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
                self.backoff.forget();
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

impl Driver for ModbusDriver {
    fn is_connected(&self) -> bool {
        self.is_connected()
    }

    fn read_report(&mut self) -> Pending<'_, Report> {
        Box::pin(self.read_report())
    }

    fn send<'a>(&'a mut self, order: &'a Order) -> Pending<'a, ()> {
        Box::pin(self.send(order))
    }
}
