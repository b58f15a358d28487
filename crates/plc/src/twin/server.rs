//! The twin's two sockets: Modbus TCP for the control system, lines of text for people.
//!
//! Both only pass things on: registers are answered from the image of the last scan, an order block
//! waits for the next scan, a line waits for its answer. A PLC without power answers nobody.

use crate::codes::Answer;
use crate::layout::{Layout, ORDER_LEN};
use crate::panel::{Act, USAGES};
use crate::registers::OrderWords;
use std::future::{Ready, ready};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio_modbus::server::Service;
use tokio_modbus::server::tcp::Server;
use tokio_modbus::{ExceptionCode, Request, Response, SlaveRequest};
use tower::handshake::Unit;

/// What somebody at the panel wants, and where the answer goes.
pub(super) struct Wish {
    pub(super) want: Want,
    pub(super) answer: oneshot::Sender<String>,
}

/// What somebody at the panel wants.
pub(super) enum Want {
    Look,
    Do(Act),
}

/// An order block that waits for the next scan, and who wants to know what was made of it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) unit: Unit,
    pub(super) order: OrderWords,
    pub(super) answer: Option<oneshot::Sender<Answer>>,
}

/// The memory of a running PLC, as the server of another protocol sees it; clones share it.
#[derive(Clone, Debug)]
pub struct ProcessImage {
    registers: Registers,
    power: watch::Receiver<bool>,
}

impl ProcessImage {
    pub(super) fn new(registers: Registers, power: watch::Receiver<bool>) -> ProcessImage {
        ProcessImage { registers, power }
    }

    /// Gives the whole status block of the last scan.
    pub fn status(&self) -> Vec<u16> {
        self.registers.with_image(|image| image.status.clone())
    }

    /// Gives the place names and lengths of the blocks.
    pub fn layout(&self) -> &Layout {
        &self.registers.layout
    }

    /// Tells whether a unit references its axes, which the register map does not tell.
    pub fn is_homing(&self, unit: Unit) -> bool {
        self.registers
            .with_image(|image| image.homing.contains(&unit))
    }

    /// Hands an order block over and waits for the scan that takes it; none answers in the dark.
    pub async fn order(&self, unit: Unit, order: OrderWords) -> Option<Answer> {
        self.registers.keep(unit, &order);
        let (answer, answered) = oneshot::channel();
        let written = Written {
            unit,
            order,
            answer: Some(answer),
        };
        self.registers.orders.send(written).await.ok()?;
        answered.await.ok()
    }

    /// Waits until there is power, or until there is none; false when the twin has ended.
    pub async fn powered(&mut self, wanted: bool) -> bool {
        self.power.wait_for(|lit| *lit == wanted).await.is_ok()
    }
}

/// The registers as of the last scan.
#[derive(Debug)]
pub(super) struct Image {
    orders: Vec<u16>,
    status: Vec<u16>,
    homing: Vec<Unit>,
}

/// The registers of one PLC as its Modbus server sees them; clones share the image.
#[derive(Clone, Debug)]
pub(super) struct Registers {
    image: Arc<Mutex<Image>>,
    layout: Arc<Layout>,
    orders: mpsc::Sender<Written>,
    unit: u8,
}

impl Registers {
    pub(super) fn new(layout: &Layout, unit: u8, sender: mpsc::Sender<Written>) -> Registers {
        let status = vec![0; usize::from(layout.status_len())];
        let orders = vec![0; usize::from(layout.order_len())];
        Registers {
            image: Arc::new(Mutex::new(Image {
                orders,
                status,
                homing: Vec::new(),
            })),
            layout: Arc::new(layout.clone()),
            orders: sender,
            unit,
        }
    }

    /// Shows the result of a scan.
    pub(super) fn publish(&self, status: Vec<u16>, homing: Vec<Unit>) {
        self.with_image(|image| {
            image.status = status;
            image.homing = homing;
        });
    }

    /// Forgets the order blocks, as a PLC does that has lost its power.
    pub(super) fn forget(&self) {
        self.with_image(|image| image.orders.fill(0));
    }

    fn with_image<T>(&self, work: impl FnOnce(&mut Image) -> T) -> T {
        // Nothing that holds the lock can panic half-way, so that a poisoned image is still whole.
        work(&mut self.image.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read(&self, address: u16, count: u16) -> Result<Vec<u16>, ExceptionCode> {
        let within = |words: &[u16], base: u16| {
            let start = usize::from(address.checked_sub(base)?);
            words
                .get(start..start + usize::from(count))
                .map(<[u16]>::to_vec)
        };
        if count == 0 || count > 125 {
            return Err(ExceptionCode::IllegalDataValue);
        }
        let found = self.with_image(|image| {
            within(&image.status, self.layout.status_base)
                .or_else(|| within(&image.orders, self.layout.order_base))
        });
        found.ok_or(ExceptionCode::IllegalDataAddress)
    }

    /// Takes one whole order block of one unit, and nothing else.
    fn write(&self, address: u16, words: &[u16]) -> Result<(), ExceptionCode> {
        let missing = ExceptionCode::IllegalDataAddress;
        let unit = self.layout.unit_at(address).ok_or(missing)?;
        let order = OrderWords::try_from(words).map_err(|_| missing)?;
        self.orders
            .try_send(Written {
                unit,
                order,
                answer: None,
            })
            .map_err(|_| ExceptionCode::ServerDeviceBusy)?;
        self.keep(unit, &order);
        Ok(())
    }

    /// Keeps an order block to be read back.
    fn keep(&self, unit: Unit, order: &OrderWords) {
        let start = usize::from(ORDER_LEN) * unit.index();
        self.with_image(|image| image.orders[start..][..order.len()].copy_from_slice(order));
    }

    fn answer(&self, request: SlaveRequest<'static>) -> Result<Response, ExceptionCode> {
        // The messaging guide lets 0 and 255 stand for "whoever listens at this address".
        if ![self.unit, 0, 255].contains(&request.slave) {
            return Err(ExceptionCode::GatewayTargetDevice);
        }
        match request.request {
            Request::ReadHoldingRegisters(address, count) => self
                .read(address, count)
                .map(Response::ReadHoldingRegisters),
            Request::WriteMultipleRegisters(address, words) => {
                let count = u16::try_from(words.len()).unwrap_or(u16::MAX);
                self.write(address, &words)?;
                Ok(Response::WriteMultipleRegisters(address, count))
            }
            _ => Err(ExceptionCode::IllegalFunction),
        }
    }
}

impl Service for Registers {
    type Request = SlaveRequest<'static>;
    type Response = Response;
    type Exception = ExceptionCode;
    type Future = Ready<Result<Response, ExceptionCode>>;

    fn call(&self, request: SlaveRequest<'static>) -> Self::Future {
        ready(self.answer(request))
    }
}

/// Serves Modbus while there is power; a cut drops every connection and closes new ones at once.
pub(super) async fn serve_modbus(
    listener: TcpListener,
    registers: Registers,
    mut power: watch::Receiver<bool>,
) -> io::Result<()> {
    let server = Server::new(listener);
    loop {
        let lit = *power.borrow_and_update();
        let registers = &registers;
        let on_connected = move |stream: TcpStream, _| async move {
            stream.set_nodelay(true)?;
            Ok(lit.then(|| (registers.clone(), stream)))
        };
        let on_error = |error| tracing::debug!(%error, "a Modbus connection ended");
        tokio::select! {
            served = server.serve(&on_connected, on_error) => return served,
            changed = power.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// Serves the panel, any number of people at once.
pub(super) async fn serve_panel(
    listener: TcpListener,
    wishes: mpsc::Sender<Wish>,
) -> io::Result<()> {
    let mut people = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                people.spawn(serve_person(stream, wishes.clone()));
            }
            Some(left) = people.join_next() => {
                if let Ok(Err(error)) = left {
                    tracing::debug!(%error, "a panel connection ended");
                }
            }
        }
    }
}

async fn serve_person(stream: TcpStream, wishes: mpsc::Sender<Wish>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer = match line.trim() {
            "quit" => return Ok(()),
            asked => answer_line(asked, &wishes).await,
        };
        stream
            .get_mut()
            .write_all(format!("{answer}\n").as_bytes())
            .await?;
        line.clear();
    }
    Ok(())
}

async fn answer_line(line: &str, wishes: &mpsc::Sender<Wish>) -> String {
    let want = match line {
        "help" => return format!("ok {}", USAGES.join(" | ")),
        "status" => Want::Look,
        _ => match Act::parse(line) {
            Ok(act) => Want::Do(act),
            Err(why) => return format!("error: {why}"),
        },
    };
    let (answer, answered) = oneshot::channel();
    if wishes.send(Wish { want, answer }).await.is_err() {
        return "error: the simulation has ended, start it again".to_owned();
    }
    let ended = || "error: the simulation has ended, start it again".to_owned();
    answered.await.unwrap_or_else(|_| ended())
}
