//! The tower's controller and the PLC it asks, joined.
//!
//! Reads the PLC at a steady pace, feeds the controller what was read and what was recorded, and
//! carries out what it says in order: a record is in the log before the next output is looked at,
//! so an order is never sent before it is written.

use crate::clock::Clock;
use plc::Driver;
use reactions::Fact;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Context, Failure, Store, Told};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tower::controller::{Controller, Input, Output};
use tower::machine::Machine;
use tower::tower::{Command, Tower};
use web::shop::SeenStatus;

/// The controller of one tower with its store and its PLC.
pub struct ControlRoom {
    store: Store,
    clock: Clock,
    machine: Arc<Machine>,
    driver: Driver,
    controller: Controller,
    told: Receiver<Arc<Told>>,
    /// The version of the tower's stream that the controller has seen.
    version: u64,
    due: VecDeque<Output>,
    status: watch::Sender<Option<SeenStatus>>,
}

const PACE: Duration = Duration::from_millis(25);

impl ControlRoom {
    /// Takes a tower over, commissioning it at first start.
    pub async fn new(
        store: Store,
        clock: Clock,
        machine: Arc<Machine>,
        plc: SocketAddr,
        status: watch::Sender<Option<SeenStatus>>,
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
        let told = store.subscribe();
        store
            .execute::<Tower>(&machine.id, commission, Context::at(clock.now()))
            .await
            .map_err(|failure| anyhow::anyhow!(
                "the machine file does not match the tower in the data folder: {failure:?}. Use the \
                 file it was started with, or another data folder"
            ))?;
        let (state, version) = store.load::<Tower>(&machine.id).await?;
        let driver = Driver::new(plc, machine.plc.unit_id, &machine)?;
        let controller = Controller::new(Machine::clone(&machine), state);
        let due = VecDeque::new();
        Ok(ControlRoom {
            store,
            clock,
            machine,
            driver,
            controller,
            told,
            version,
            due,
            status,
        })
    }

    /// Runs the tower until told to stop; the machine ends its move by itself.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
            tokio::select! {
                news = self.told.recv() => self.hear(news).await,
                _ = pace.tick() => self.look().await,
                _ = stop.changed() => {}
            }
            self.carry_out().await;
        }
    }

    async fn look(&mut self) {
        let input = match self.driver.read_status().await {
            Ok(status) => {
                let at = self.clock.now();
                self.status.send_replace(Some(SeenStatus {
                    status: status.clone(),
                    at,
                }));
                Input::Status { status, at }
            }
            Err(fault) => {
                tracing::debug!(%fault, "the PLC was not read");
                self.status.send_replace(None);
                Input::LinkLost {
                    at: self.clock.now(),
                }
            }
        };
        self.due.extend(self.controller.handle(input));
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.due.pop_front() {
            match output {
                Output::Record(command) => self.record(command).await,
                Output::Send(order) => {
                    if let Err(fault) = self.driver.send(&order).await {
                        tracing::warn!(%fault, ?order, "an order was not sent");
                    }
                }
            }
        }
    }

    async fn record(&mut self, command: Command) {
        let context = Context::at(self.clock.now());
        match self
            .store
            .execute::<Tower>(&self.machine.id, command, context)
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
                    if *tower == self.machine.id && told.version > self.version =>
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
                match self.store.load::<Tower>(&self.machine.id).await {
                    Ok((state, version)) => {
                        self.controller = Controller::new(Machine::clone(&self.machine), state);
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
