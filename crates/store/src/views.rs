//! Rows that pages read, one file per noun.
//!
//! They are projected from the state after each event, in the event's transaction, so pages read
//! what was just written. A row carries the version it was projected from and never goes back. All
//! of them may be dropped and projected again, bucket by bucket.

pub(crate) mod vehicle; // a car: what it is, where it stands, who holds it
pub(crate) mod order; // an order with its stopwatch
pub(crate) mod sales; // counts, sales per day, the stopwatch's spread
pub(crate) mod payment; // a movement of money
pub(crate) mod agreement; // an agreement and its instalments
pub(crate) mod buyer; // a buyer, without personal text
pub(crate) mod tower; // where cars stand, faults, failed jobs
pub(crate) mod attention; // what needs a person now

use crate::fault::Fault;
use crate::log::{self, StreamName};
use crate::recall;
use crate::store::Store;
use kernel::{Bucket, Moment};
use reactions::{Fact, Stream};
use rusqlite::{Connection, ToSql};
use std::any::Any;

/// What is projected: a fact's place in its stream and when it happened.
pub(crate) struct Projection<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) bucket: i64,
    pub(crate) version: u64,
    pub(crate) at: Moment,
}

impl Projection<'_> {
    /// Writes a row, unless a later version is there.
    fn upsert(
        &self,
        doing: &'static str,
        statement: &'static str,
        row: &[(&str, &dyn ToSql)],
    ) -> Result<(), Fault> {
        self.connection
            .prepare_cached(statement)
            .and_then(|mut statement| statement.execute(row))
            .map_err(Fault::sql(doing))?;
        Ok(())
    }
}

/// Finds the bucket of a stream of some kind.
fn bucket_of(kind: &str, id: &str) -> i64 {
    i64::from(Bucket::of(&format!("{kind}-{id}")).number())
}

/// Projects one fact, given the state of its stream after it.
pub(crate) fn project(
    projection: &Projection<'_>,
    fact: &Fact,
    state: &dyn Any,
) -> Result<(), Fault> {
    match fact {
        Fact::Vehicle(vin, _) => vehicle::project(projection, vin, of(state)),
        Fact::Buyer(buyer, _) => buyer::project(projection, buyer, of(state)),
        Fact::Order(order, _) => order::project(projection, order, of(state)),
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

const TABLES: [&str; 9] = [
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
            self.write(move |batch| rebuild(batch.connection, bucket))
                .await?;
        }
        Ok(())
    }
}

fn rebuild(connection: &Connection, bucket: Bucket) -> Result<(), Fault> {
    let number = i64::from(bucket.number());
    for table in TABLES {
        connection
            .execute(&format!("delete from {table} where bucket = ?1"), [number])
            .map_err(Fault::sql("dropping a view"))?;
    }
    for stream in log::streams(connection, number)? {
        recall::replay(connection, &stream)?;
    }
    Ok(())
}

/// Projects a whole stream.
pub(crate) fn replay<D: Stream>(
    connection: &Connection,
    stream: &StreamName,
    id: &D::Id,
) -> Result<(), Fault> {
    let mut state = D::State::default();
    for stored in log::read(connection, stream, 1, u64::MAX)? {
        let event = log::event::<D>(stream, &stored)?;
        state = D::evolve(state, &event);
        let (version, at) = (stored.version, stored.at);
        let projection = Projection {
            connection,
            bucket: stream.bucket_number(),
            version,
            at,
        };
        project(&projection, &D::fact(id, &event), &state)?;
    }
    Ok(())
}
