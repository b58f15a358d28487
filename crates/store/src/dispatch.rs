//! Commands of any context, sent to the stream each is for.

use crate::execution::{Context, Failure};
use crate::store::Store;
use finance::{agreement::Agreement, payment::Payment};
use reactions::{Command, Stream};
use sales::{buyer::Buyer, drop::Drop, order::Order, vehicle::Vehicle};
use serde::Serialize;
use std::fmt;
use tower::tower::Tower;

/// A refusal of any context, as its reason is written in code.
#[derive(Clone, PartialEq, Eq)]
pub struct AnyRefusal(pub String);

impl fmt::Debug for AnyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A command of any context was carried out, now or before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunDone {
    /// The version of the stream after it.
    pub version: u64,
    /// How many events it made; zero when nothing was left to do.
    pub events: usize,
    /// Whether an earlier request with the same key did it.
    pub repeated: bool,
}

impl Store {
    /// Carries out a command of any context.
    pub async fn run(
        &self,
        command: Command,
        context: Context,
    ) -> Result<RunDone, Failure<AnyRefusal>> {
        match command {
            Command::Vehicle(id, command) => self.run_on::<Vehicle>(id, command, context).await,
            Command::Buyer(id, command) => self.run_on::<Buyer>(id, command, context).await,
            Command::Order(id, command) => self.run_on::<Order>(id, command, context).await,
            Command::Drop(id, command) => self.run_on::<Drop>(id, command, context).await,
            Command::Payment(id, command) => self.run_on::<Payment>(id, command, context).await,
            Command::Agreement(id, command) => self.run_on::<Agreement>(id, command, context).await,
            Command::Tower(id, command) => self.run_on::<Tower>(id, command, context).await,
        }
    }

    async fn run_on<D: Stream>(
        &self,
        id: D::Id,
        command: D::Command,
        context: Context,
    ) -> Result<RunDone, Failure<AnyRefusal>>
    where
        D::Command: Serialize,
    {
        match self.execute::<D>(&id, command, context).await {
            Ok(done) => Ok(RunDone {
                version: done.version,
                events: done.events.len(),
                repeated: done.repeated,
            }),
            Err(Failure::Refused(why)) => Err(Failure::Refused(AnyRefusal(format!("{why:?}")))),
            Err(Failure::KeyReused) => Err(Failure::KeyReused),
            Err(Failure::Stale) => Err(Failure::Stale),
            Err(Failure::Busy) => Err(Failure::Busy),
            Err(Failure::Fault(fault)) => Err(Failure::Fault(fault)),
        }
    }
}
