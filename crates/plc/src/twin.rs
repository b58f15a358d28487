//! The twin: a simulated PLC with a tower around it, on a real socket.
//!
//! It speaks the same register map as a real machine, so that the same driver and the same control
//! system run against both. The core, [`World`], is a pure state machine; this shell gives it time,
//! writes its truth to disk **before** anybody can see it on the wire, and answers two sockets.
//! A killed process finds its cars where they physically were, and boots with a new epoch.

pub mod truth; // what is physically so, and its file
pub mod world; // the machine and the ground it stands on
mod program; // which orders the PLC takes, and its interlocks
mod motion; // how an order is carried out
mod guard; // what stops the machine, or a part of it
pub mod view; // what somebody sees who stands there
pub mod hands; // what people and fate do
mod server; // the two sockets

pub use hands::Impossible;
pub use server::ProcessImage;
pub use truth::{Car, Doors, Truth, TruthFault};
pub use view::{BayView, LiftView, UnitView, WorldView};
pub use world::{STRANGER_TAG, World};

use crate::codes::Answer;
use crate::layout::{Layout, Unmappable};
use crate::registers;
use server::{Registers, Want, Wish, Written};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tower::machine::Machine;
use tower::tower::Place;

/// How the twin is started.
#[derive(Clone, Debug)]
pub struct TwinOptions {
    /// The tower to simulate.
    pub machine: Machine,
    /// Where Modbus TCP listens; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Where the panel listens; port 0 lets the system choose.
    pub panel_listen: SocketAddr,
    /// Where the physical truth is kept.
    pub state_file: PathBuf,
    /// Which cars stand where if there is no state file yet.
    pub stock: BTreeMap<Place, Car>,
    /// The epoch of the very first boot, drawn by the caller so that a twin whose state file was
    /// deleted does not repeat an old one; with a state file it is the last one and one.
    pub first_epoch: u32,
    /// How many times faster time runs, from 1.
    pub speed: u32,
    /// How often the PLC looks at its inputs.
    pub scan: Duration,
}

impl TwinOptions {
    /// Gives the usual options: local ports of the system's choice, real time, 10 ms scans.
    pub fn new(machine: Machine, state_file: &Path) -> TwinOptions {
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        TwinOptions {
            machine,
            listen: local,
            panel_listen: local,
            state_file: state_file.to_owned(),
            stock: BTreeMap::new(),
            first_epoch: 1,
            speed: 1,
            scan: Duration::from_millis(10),
        }
    }
}

/// The simulation could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum TwinFault {
    /// The register map cannot hold the machine.
    #[error("the machine file does not fit the register map")]
    Unmappable(#[from] Unmappable),
    /// The physical truth cannot be kept.
    #[error(transparent)]
    Truth(#[from] TruthFault),
    /// The stock does not fit the machine.
    #[error("the stock does not fit the machine: {0}")]
    Stock(String),
    /// A socket failed.
    #[error("cannot listen for {what} at {addr}")]
    Listen {
        /// Modbus or panel.
        what: &'static str,
        /// Where.
        addr: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A socket failed while it was being served.
    #[error("a socket of the twin failed")]
    Serve(#[from] io::Error),
    /// A part of the simulation crashed.
    #[error("the simulation crashed")]
    Crash(#[from] JoinError),
}

/// A running twin. Dropping it kills it, as [`Twin::kill`] does, without waiting for the end.
#[derive(Debug)]
pub struct Twin {
    /// Where Modbus TCP listens.
    pub modbus_addr: SocketAddr,
    /// Where the panel listens.
    pub panel_addr: SocketAddr,
    image: ProcessImage,
    end: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), TwinFault>>,
}

impl Twin {
    /// Starts a twin: cars stand where the state file says, the PLC boots with a new epoch.
    pub async fn start(options: TwinOptions) -> Result<Twin, TwinFault> {
        let layout = Layout::of(&options.machine)?;
        let truth = open_truth(&options, &layout)?;
        let modbus = listen("Modbus", options.listen).await?;
        let panel = listen("the panel", options.panel_listen).await?;
        let (modbus_addr, panel_addr) = (modbus.local_addr()?, panel.local_addr()?);

        let (order_sender, orders) = mpsc::channel(64);
        let (wish_sender, wishes) = mpsc::channel(64);
        let (power_sender, power) = watch::channel(true);
        let unit = options.machine.plc.unit_id;
        let registers = Registers::new(&layout, unit, order_sender);
        let image = ProcessImage::new(registers.clone(), power.clone());
        let mut world = World::new(options.machine, layout.clone(), truth, options.speed.max(1));
        world.boot();
        let mut scan = Scan {
            world,
            layout,
            file: options.state_file,
            saved: 0,
            registers: registers.clone(),
            power: power_sender,
            started: Instant::now(),
        };
        scan.show()?;

        let (end, ended) = oneshot::channel();
        let running = tokio::spawn(async move {
            tokio::select! {
                over = scan.run(options.scan, orders, wishes, ended) => over,
                over = server::serve_modbus(modbus, registers, power) => Ok(over?),
                over = server::serve_panel(panel, wish_sender) => Ok(over?),
            }
        });
        Ok(Twin {
            modbus_addr,
            panel_addr,
            image,
            end: Some(end),
            running,
        })
    }

    /// Gives the memory of the PLC, for the server of another protocol.
    pub fn image(&self) -> ProcessImage {
        self.image.clone()
    }

    /// Ends the simulation with its truth written, and tells whether it had failed before.
    pub async fn stop(mut self) -> Result<(), TwinFault> {
        if let Some(end) = self.end.take() {
            // The receiver is gone only if the simulation has ended by itself, told just below.
            let _ = end.send(());
        }
        (&mut self.running).await?
    }

    /// Kills the simulation in the middle of whatever it does; afterwards nothing more is written.
    pub async fn kill(mut self) {
        self.running.abort();
        // How a killed simulation ended is of no interest: the next start reads what it left.
        let _ = (&mut self.running).await;
    }

    /// Waits until the simulation ends by itself, which it does only when it fails.
    pub async fn wait(&mut self) -> Result<(), TwinFault> {
        (&mut self.running).await?
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn listen(what: &'static str, addr: SocketAddr) -> Result<TcpListener, TwinFault> {
    let fault = |source| TwinFault::Listen { what, addr, source };
    TcpListener::bind(addr).await.map_err(fault)
}

fn open_truth(options: &TwinOptions, layout: &Layout) -> Result<Truth, TwinFault> {
    if let Some(truth) = Truth::load(&options.state_file, &options.machine, layout)? {
        return Ok(truth);
    }
    let before_first = options.first_epoch.max(1) - 1;
    let truth = Truth::at_rest(&options.machine, options.stock.clone(), before_first);
    match truth.misfit(&options.machine, layout) {
        None => Ok(truth),
        Some(what) => Err(TwinFault::Stock(what)),
    }
}

/// The scan of the simulated PLC: read inputs, run the program, show outputs.
struct Scan {
    world: World,
    layout: Layout,
    file: PathBuf,
    saved: u64,
    registers: Registers,
    power: watch::Sender<bool>,
    started: Instant,
}

impl Scan {
    async fn run(
        &mut self,
        every: Duration,
        mut orders: mpsc::Receiver<Written>,
        mut wishes: mpsc::Receiver<Wish>,
        mut ended: oneshot::Receiver<()>,
    ) -> Result<(), TwinFault> {
        let mut tick = interval(every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = &mut ended => {
                    self.pass();
                    return self.show();
                }
                Some(wish) = wishes.recv() => {
                    self.pass();
                    let answer = self.grant(wish.want);
                    self.show()?;
                    // Whoever asked may have hung up; the act is done all the same.
                    let _ = wish.answer.send(answer);
                }
                _ = tick.tick() => {
                    self.pass();
                    let answers = self.take(&mut orders);
                    self.show()?;
                    for (answer, sender) in answers {
                        // Whoever asked may have hung up; the order is taken all the same.
                        let _ = sender.send(answer);
                    }
                }
            }
        }
    }

    /// Takes every order block that was written, and gives what is to be said once it shows.
    fn take(
        &mut self,
        orders: &mut mpsc::Receiver<Written>,
    ) -> Vec<(Answer, oneshot::Sender<Answer>)> {
        let mut answers = Vec::new();
        while let Ok(written) = orders.try_recv() {
            self.world.receive(written.unit, &written.order);
            let report = self.world.report();
            let answered = report.and_then(|report| {
                let answered = report.answers.get(written.unit.index());
                answered.map(|answered| answered.answer)
            });
            answers.extend(answered.zip(written.answer));
        }
        answers
    }

    fn pass(&mut self) {
        let passed_ms = u64::try_from(self.started.elapsed().as_millis());
        self.world
            .step(passed_ms.expect("no simulation runs 500 million years"));
    }

    fn grant(&mut self, want: Want) -> String {
        match want {
            Want::Look => {
                let view = self.world.view();
                let text = serde_json::to_string(&view).expect("places are text and fit as keys");
                format!("ok {text}")
            }
            Want::Do(act) => match self.world.act(&act) {
                Ok(told) => {
                    tracing::info!(%act, told, "at the machine");
                    format!("ok {told}")
                }
                Err(why) => format!("error: {why}"),
            },
        }
    }

    /// Writes the truth down if it changed, then shows it on the wire.
    fn show(&mut self) -> Result<(), TwinFault> {
        let revision = self.world.revision();
        if self.saved != revision {
            // Written here and not on another thread: an aborted task must leave no write behind
            // that could land on the file of the twin started after it.
            self.world.truth().save(&self.file)?;
            self.saved = revision;
        }
        match self.world.report() {
            Some(report) => {
                let status = registers::encode_report(&report, &self.layout);
                self.registers.publish(status, self.world.homing());
            }
            None => self.registers.forget(),
        }
        let lit = self.world.has_power();
        self.power
            .send_if_modified(|power| std::mem::replace(power, lit) != lit);
        Ok(())
    }
}
