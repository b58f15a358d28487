//! Facts whose reactions are still to be carried out.
//!
//! A row is written with its event and deleted when every reaction to it is done. Workers claim
//! rows by lease, so a worker that dies is followed by another; whatever they do may happen twice.
//! A stream's later row is not claimed before its earlier one is finished. A row that keeps failing
//! keeps its error and is shown to people.

use crate::fault::Fault;
use crate::log::StreamName;
use crate::recall;
use crate::store::Store;
use kernel::{Bucket, Moment};
use reactions::Fact;
use rusqlite::{Connection, Row};
use std::sync::Arc;
use tokio::sync::Notify;

/// From how many attempts on a row is shown to people.
pub const STUCK_ATTEMPTS: u32 = 5;

/// A fact whose reactions are due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The bucket of its stream.
    pub bucket: Bucket,
    /// The name of its stream.
    pub stream: Arc<str>,
    /// Its version there.
    pub version: u64,
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub fact: Fact,
    /// How often it was claimed, with this.
    pub attempts: u32,
}

/// A row that keeps failing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The name of its stream.
    pub stream: Arc<str>,
    /// Its version there.
    pub version: u64,
    /// When it happened.
    pub at: Moment,
    /// When it is tried next.
    pub due: Moment,
    /// How often it was claimed.
    pub attempts: u32,
    /// The last error.
    pub error: Option<String>,
}

struct Waiting {
    stream: StreamName,
    version: i64,
}

impl Store {
    /// Claims facts that are due, for as long as the lease, in order of their due time.
    pub async fn claim_due(
        &self,
        now: Moment,
        lease_ms: i64,
        limit: usize,
    ) -> Result<Vec<Due>, Fault> {
        let anything = self
            .read(move |connection| Ok(!waiting(connection, now, 1)?.is_empty()))
            .await?;
        if !anything {
            return Ok(vec![]);
        }
        self.write(move |batch| {
            let mut claimed = Vec::new();
            for row in waiting(batch.connection, now, limit)? {
                claimed.extend(claim(batch.connection, &row, now, lease_ms)?);
            }
            Ok(claimed)
        })
        .await
    }

    /// Ends a fact whose reactions are all done.
    pub async fn finish(&self, due: &Due) -> Result<(), Fault> {
        let stream = StreamName::read(due.stream.clone());
        let version = due.version as i64;
        self.write(move |batch| {
            batch
                .connection
                .prepare_cached(
                    "delete from outbox where bucket = ?1 and stream = ?2 and version = ?3",
                )
                .and_then(|mut statement| {
                    statement.execute((stream.bucket_number(), &*stream.text, version))
                })
                .map_err(Fault::sql("finishing an outbox row"))?;
            // The next row of the stream may now be claimed.
            batch.outbox_grew = true;
            Ok(())
        })
        .await
    }

    /// Puts a fact off after a failure, which is kept for people to see.
    pub async fn postpone(&self, due: &Due, until: Moment, error: &str) -> Result<(), Fault> {
        let stream = StreamName::read(due.stream.clone());
        let version = due.version as i64;
        let error = error.to_owned();
        self.write(move |batch| {
            batch
                .connection
                .prepare_cached(
                    "update outbox set due = ?4, lease = 0, error = ?5
                     where bucket = ?1 and stream = ?2 and version = ?3",
                )
                .and_then(|mut statement| {
                    let bucket = stream.bucket_number();
                    statement.execute((bucket, &*stream.text, version, until.micros(), &error))
                })
                .map_err(Fault::sql("postponing an outbox row"))?;
            Ok(())
        })
        .await
    }

    /// Is notified after a commit that made something claimable. A hint: poll as well.
    pub fn woken(&self) -> &Notify {
        &self.shared().outbox_woken
    }

    /// Counts the facts whose reactions are not done.
    pub async fn outbox_depth(&self) -> Result<u64, Fault> {
        self.read(|connection| {
            connection
                .query_row(
                    "select count(*) from outbox where bucket between 0 and 255",
                    [],
                    count,
                )
                .map_err(Fault::sql("counting the outbox"))
        })
        .await
    }

    /// Lists the facts whose reactions keep failing, most attempts first.
    pub async fn stuck(&self) -> Result<Vec<Stuck>, Fault> {
        self.read(stuck_rows).await
    }
}

/// Writes the row of a fact that has reactions.
pub(crate) fn insert(
    connection: &Connection,
    stream: &StreamName,
    version: u64,
    due: Moment,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "insert into outbox (bucket, stream, version, due, lease, attempts)
             values (?1, ?2, ?3, ?4, 0, 0)",
        )
        .and_then(|mut statement| {
            let bucket = stream.bucket_number();
            statement.execute((bucket, &*stream.text, version as i64, due.micros()))
        })
        .map_err(Fault::sql("writing an outbox row"))?;
    Ok(())
}

/// Rows that may be claimed: due, not leased, and the first of their stream.
fn waiting(connection: &Connection, now: Moment, limit: usize) -> Result<Vec<Waiting>, Fault> {
    let doing = "looking for outbox rows";
    let mut statement = connection
        .prepare_cached(
            "select stream, version from outbox as o
             where bucket between 0 and 255 and due <= ?1 and lease <= ?1
             and not exists (
                 select 1 from outbox as earlier
                 where earlier.bucket = o.bucket and earlier.stream = o.stream
                 and earlier.version < o.version
             )
             order by due, stream limit ?2",
        )
        .map_err(Fault::sql(doing))?;
    let rows = statement
        .query_map((now.micros(), limit as i64), |row| {
            let stream = StreamName::read(row.get::<_, String>(0)?);
            Ok(Waiting {
                stream,
                version: row.get(1)?,
            })
        })
        .map_err(Fault::sql(doing))?;
    rows.collect::<Result<_, _>>().map_err(Fault::sql(doing))
}

fn claim(
    connection: &Connection,
    waiting: &Waiting,
    now: Moment,
    lease_ms: i64,
) -> Result<Option<Due>, Fault> {
    let doing = "claiming an outbox row";
    let stream = &waiting.stream;
    let by = (stream.bucket_number(), &*stream.text, waiting.version);
    let lease = now.plus_millis(lease_ms).micros();
    let claimed = connection
        .prepare_cached(
            "update outbox set lease = ?4, attempts = attempts + 1
             where bucket = ?1 and stream = ?2 and version = ?3 and lease <= ?5
             returning attempts",
        )
        .and_then(|mut statement| {
            let row = (by.0, by.1, by.2, lease, now.micros());
            let attempts = statement.query_map(row, |row| row.get::<_, i64>(0))?;
            attempts.collect::<Result<Vec<_>, _>>()
        })
        .map_err(Fault::sql(doing))?;
    let Some(attempts) = claimed.first() else {
        return Ok(None);
    };
    let (body, at): (String, i64) = connection
        .prepare_cached(
            "select body, at from events where bucket = ?1 and stream = ?2 and version = ?3",
        )
        .and_then(|mut statement| statement.query_row(by, |row| Ok((row.get(0)?, row.get(1)?))))
        .map_err(Fault::sql(doing))?;
    let version = waiting.version as u64;
    Ok(Some(Due {
        bucket: stream.bucket,
        stream: stream.text.clone(),
        version,
        at: Moment::from_micros(at),
        fact: recall::fact(stream, version, &body)?,
        attempts: *attempts as u32,
    }))
}

pub(crate) fn stuck_rows(connection: &Connection) -> Result<Vec<Stuck>, Fault> {
    let doing = "listing stuck outbox rows";
    let mut statement = connection
        .prepare_cached(
            "select o.stream, o.version, e.at, o.due, o.attempts, o.error
             from outbox as o
             join events as e
             on e.bucket = o.bucket and e.stream = o.stream and e.version = o.version
             where o.bucket between 0 and 255 and o.attempts >= ?1 and o.error is not null
             order by o.attempts desc, o.due",
        )
        .map_err(Fault::sql(doing))?;
    let rows = statement
        .query_map([i64::from(STUCK_ATTEMPTS)], |row| {
            Ok(Stuck {
                stream: row.get::<_, String>(0)?.into(),
                version: row.get::<_, i64>(1)? as u64,
                at: Moment::from_micros(row.get(2)?),
                due: Moment::from_micros(row.get(3)?),
                attempts: row.get::<_, i64>(4)? as u32,
                error: row.get(5)?,
            })
        })
        .map_err(Fault::sql(doing))?;
    rows.collect::<Result<_, _>>().map_err(Fault::sql(doing))
}

fn count(row: &Row<'_>) -> Result<u64, rusqlite::Error> {
    Ok(row.get::<_, i64>(0)? as u64)
}
