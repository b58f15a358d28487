//! Rows that pages read, one file per noun.
//!
//! They are projected from the state after each event, in the event's transaction, so pages read
//! what was just written. A row carries the version it was projected from and never goes back. All
//! of them may be dropped and projected again, bucket by bucket.

pub(crate) mod vehicle; // a car: what it is, where it stands, who holds it
pub(crate) mod drop; // a timed sale
pub(crate) mod order; // an order with its stopwatch
pub(crate) mod sales; // counts, sales per day, the stopwatch's spread
pub(crate) mod payment; // a movement of money
pub(crate) mod agreement; // an agreement and its instalments
pub(crate) mod buyer; // a buyer, without personal text
pub(crate) mod tower; // where cars stand, faults, failed jobs
pub(crate) mod attention; // what needs a person now
mod places; // where cars stand, read once
mod sheet; // rows that are still to be written

pub(crate) use places::Places;
pub(crate) use sheet::Sheet;

use crate::database::{Database, Params};
use crate::fault::Fault;
use crate::log::{self, StreamName};
use crate::rebuild;
use crate::store::Store;
use kernel::{Bucket, Moment};
use reactions::{Fact, Stream};
use sheet::Upsert;
use std::any::Any;
use std::sync::LazyLock;

/// What is projected: a fact's place in its stream and when it happened.
pub(crate) struct Projection<'a> {
    pub(crate) database: &'a Database,
    pub(crate) sheet: &'a mut Sheet,
    pub(crate) bucket: i64,
    pub(crate) version: u64,
    pub(crate) at: Moment,
}

impl Projection<'_> {
    /// Puts a row on the sheet, to be written unless a later version is there.
    fn upsert(&mut self, upsert: &'static LazyLock<Upsert>, row: impl Params) {
        self.sheet.add(upsert, row);
    }
}

/// Finds the bucket of a stream of some kind.
fn bucket_of(kind: &str, id: &str) -> i64 {
    i64::from(Bucket::of(&format!("{kind}-{id}")).number())
}

/// Projects one fact, given the state of its stream after it.
pub(crate) fn project(
    projection: &mut Projection<'_>,
    fact: &Fact,
    state: &dyn Any,
) -> Result<(), Fault> {
    match fact {
        Fact::Vehicle(vin, _) => vehicle::project(projection, vin, of(state)),
        Fact::Buyer(buyer, _) => buyer::project(projection, buyer, of(state)),
        Fact::Order(order, _) => order::project(projection, order, of(state)),
        Fact::Drop(drop, event) => drop::project(projection, drop, event, of(state)),
        Fact::Payment(payment, _) => payment::project(projection, payment, of(state)),
        Fact::Agreement(id, event) => agreement::project(projection, id, event, of(state)),
        Fact::Tower(tower, event) => tower::project(projection, tower, event, of(state)),
    }
}

fn of<S: Any>(state: &dyn Any) -> &S {
    state
        .downcast_ref()
        .expect("a fact comes with the state of its own kind of stream")
}

/// The tables of the views; whatever is in them follows from the log.
pub(crate) const TABLES: [&str; 10] = [
    "drops",
    "vehicles",
    "orders",
    "payments",
    "agreements",
    "instalments",
    "buyers",
    "towers",
    "tower_faults",
    "failed_jobs",
];

impl Store {
    /// Drops every view and projects it again from the log, bucket by bucket.
    pub async fn rebuild_views(&self) -> Result<(), Fault> {
        for bucket in Bucket::all() {
            self.write(move |batch| {
                batch.hold([i64::from(bucket.number())])?;
                rebuild::bucket(batch.database, bucket)
            })
            .await?;
        }
        Ok(())
    }
}

/// Projects a whole stream and tells how many events it has.
pub(crate) fn replay<D: Stream>(
    database: &Database,
    stream: &StreamName,
    id: &D::Id,
) -> Result<u64, Fault> {
    let mut state = D::State::default();
    let mut sheet = Sheet::default();
    let mut events = 0;
    for stored in log::read(database, stream, 1, u64::MAX)? {
        let event = log::event::<D>(stream, &stored)?;
        state = D::evolve(state, &event);
        let (version, at) = (stored.version, stored.at);
        let mut projection = Projection {
            database,
            sheet: &mut sheet,
            bucket: stream.bucket_number(),
            version,
            at,
        };
        project(&mut projection, &D::fact(id, &event), &state)?;
        events += 1;
    }
    sheet.flush(database)?;
    Ok(events)
}
