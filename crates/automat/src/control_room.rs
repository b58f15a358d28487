//! The tower's controller and the PLC it asks, joined.
//!
//! Reads the PLC at a steady pace, feeds the controller what was read and what was recorded, and
//! carries out what it says in order: a record is in the log before the next output is looked at,
//! so an order is never sent before it is written. Where several processes share a database, only
//! the one that holds the tower does so, and it breaks off in the very moment it may hold it no
//! longer; the others only read the machine's status, for their pages. Who takes a tower over
//! begins with a controller that knows nothing but the log, as after a start.

use crate::clock::Clock;
use crate::lease::Held;
use opcua::{Access, OpcUaDriver, Protection, Sign};
use plc::{Driver, ModbusDriver, Report};
use reactions::Fact;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Context, Failure, Fault, Store, Told};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tower::controller::{Controller, Input, Output};
use tower::machine::{Machine, Protocol, Security};
use tower::planner::Plan;
use tower::signal::Readings;
use tower::tower::{Command, Tower};
use web::shop::SeenStatus;

/// One tower, and whoever operates it or looks on.
pub struct ControlRoom {
    store: Store,
    clock: Clock,
    machine: Arc<Machine>,
    driver: Box<dyn Driver>,
    held: Held,
    windows: Windows,
}

/// Where the pages look in from.
pub struct Windows {
    /// The last report; none when nothing fresh is known.
    pub status: watch::Sender<Option<SeenStatus>>,
    /// The last word of each signal.
    pub readings: watch::Sender<Readings>,
}

/// Where the machine's controller is, and who we are to it.
#[derive(Clone)]
pub struct Reach {
    /// Its address.
    pub addr: SocketAddr,
    /// Who signs in, where it asks for that.
    pub sign: Sign,
    /// The folder of the certificates, where it wants some.
    pub certificates: PathBuf,
}

/// The time for which this process operates the tower.
struct Shift<'a> {
    room: &'a mut ControlRoom,
    controller: Controller,
    told: Receiver<Arc<Told>>,
    /// The version of the tower's stream that the controller has seen.
    version: u64,
    due: VecDeque<Output>,
}

const PACE: Duration = Duration::from_millis(25);
/// How often one who only looks on reads the status; also how soon a tower that is held is
/// operated.
const LOOKING_ON: Duration = Duration::from_millis(200);

impl ControlRoom {
    /// Joins a tower, commissioning it at first start.
    pub async fn new(
        store: Store,
        clock: Clock,
        machine: Arc<Machine>,
        plc: Reach,
        held: Held,
        windows: Windows,
    ) -> anyhow::Result<ControlRoom> {
        let commission = Command::Commission {
            places: machine.places.clone(),
            bays: machine.bays.iter().map(|bay| bay.place.clone()).collect(),
            lifts: machine
                .lifts
                .iter()
                .map(|lift| lift.place.clone())
                .collect(),
        };
        store
            .execute::<Tower>(&machine.id, commission, Context::at(clock.now()))
            .await
            .map_err(|failure| anyhow::anyhow!(
                "the machine file does not match the tower in the data folder: {failure:?}. Use the \
                 file it was started with, or another data folder"
            ))?;
        let driver = driver(plc, &machine)?;
        Ok(ControlRoom {
            store,
            clock,
            machine,
            driver,
            held,
            windows,
        })
    }

    /// Runs the tower whenever this process holds it, until told to stop; the machine ends its move
    /// by itself.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut pace = pace(LOOKING_ON);
        while !*stop.borrow() {
            match self.held.has_tower() {
                true => self.operate(&mut stop).await,
                false => drop(self.read_status(None).await),
            }
            tokio::select! {
                _ = pace.tick() => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn operate(&mut self, stop: &mut watch::Receiver<bool>) {
        let mut held = self.held.clone();
        let tower = self.machine.id.clone();
        let shift = match Shift::begin(self).await {
            Ok(shift) => shift,
            Err(fault) => {
                tracing::error!(%fault, "the tower's stream cannot be read");
                return;
            }
        };
        tracing::info!(%tower, "this process operates the tower");
        // Whatever the shift waits for then, nothing is sent any more.
        tokio::select! {
            () = shift.run(stop) => {}
            () = held.tower_is_lost() => {
                tracing::warn!(%tower, "this process does not operate the tower any more");
            }
        }
    }

    /// Reads what the machine says of itself, for the controller and for the pages, which also see
    /// the plan that is followed.
    async fn read_status(&mut self, plan: Option<Plan>) -> Input {
        let read = self.driver.read_report().await;
        let at = self.clock.now();
        match read {
            Ok(Report { status, .. }) => {
                self.windows.status.send_replace(Some(SeenStatus {
                    status: status.clone(),
                    at,
                    plan,
                }));
                let seen = status.clone();
                self.windows.readings.send_modify(|readings| {
                    readings.see(seen, at);
                });
                Input::Status { status, at }
            }
            Err(fault) => {
                tracing::debug!(%fault, "the PLC was not read");
                self.windows.status.send_replace(None);
                self.windows.readings.send_modify(Readings::lose);
                Input::LinkLost { at }
            }
        }
    }
}

/// Makes the driver of the protocol that the machine file names.
fn driver(plc: Reach, machine: &Machine) -> anyhow::Result<Box<dyn Driver>> {
    match machine.plc.protocol {
        Protocol::Modbus => {
            let unit = machine.plc.unit_id;
            Ok(Box::new(ModbusDriver::new(plc.addr, unit, machine)?))
        }
        Protocol::OpcUa => {
            let protection = match machine.plc.security {
                Some(Security::None) => Protection::Open,
                Some(Security::Basic256Sha256) => Protection::Encrypted,
                None => Protection::usual(plc.addr),
            };
            let access = Access {
                protection,
                sign: plc.sign,
                certificates: plc.certificates,
            };
            Ok(Box::new(OpcUaDriver::new(plc.addr, machine, access)?))
        }
    }
}

fn pace(period: Duration) -> Interval {
    let mut pace = interval(period);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}

impl Shift<'_> {
    async fn begin(room: &mut ControlRoom) -> Result<Shift<'_>, Fault> {
        let told = room.store.subscribe();
        let (state, version) = room.store.load::<Tower>(&room.machine.id).await?;
        let controller = Controller::new(Machine::clone(&room.machine), state);
        Ok(Shift {
            room,
            controller,
            told,
            version,
            due: VecDeque::new(),
        })
    }

    async fn run(mut self, stop: &mut watch::Receiver<bool>) {
        let mut pace = pace(PACE);
        while !*stop.borrow() {
            tokio::select! {
                news = self.told.recv() => self.hear(news).await,
                _ = pace.tick() => {
                    let plan = self.controller.plan().cloned();
                    let input = self.room.read_status(plan).await;
                    self.due.extend(self.controller.handle(input));
                }
                _ = stop.changed() => {}
            }
            self.carry_out().await;
        }
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.due.pop_front() {
            match output {
                Output::Record(command) => self.record(command).await,
                Output::Send(order) => {
                    if let Err(fault) = self.room.driver.send(&order).await {
                        tracing::warn!(%fault, ?order, "an order was not sent");
                    }
                }
            }
        }
    }

    async fn record(&mut self, command: Command) {
        let context = Context::at(self.room.clock.now());
        match self
            .room
            .store
            .execute::<Tower>(&self.room.machine.id, command, context)
            .await
        {
            Ok(done) => {
                while self.version < done.version {
                    let news = self.told.recv().await;
                    self.hear(news).await;
                }
            }
            Err(Failure::Refused(refusal)) => {
                tracing::debug!(?refusal, "the tower's stream refused");
            }
            Err(failure) => tracing::error!(%failure, "the tower's stream could not be written"),
        }
    }

    async fn hear(&mut self, news: Result<Arc<Told>, RecvError>) {
        match news {
            Ok(told) => match &told.fact {
                Fact::Tower(tower, event)
                    if *tower == self.room.machine.id && told.version > self.version =>
                {
                    self.version = told.version;
                    let outputs = self.controller.handle(Input::Recorded {
                        event: event.clone(),
                    });
                    self.due.extend(outputs);
                }
                _ => {}
            },
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(
                    missed,
                    "the control room fell behind and reads its stream anew"
                );
                match self.room.store.load::<Tower>(&self.room.machine.id).await {
                    Ok((state, version)) => {
                        self.controller =
                            Controller::new(Machine::clone(&self.room.machine), state);
                        self.version = version;
                    }
                    Err(fault) => tracing::error!(%fault, "the tower's stream cannot be read"),
                }
            }
            // The store is closing; the stop signal follows.
            Err(RecvError::Closed) => tokio::time::sleep(PACE).await,
        }
    }
}
