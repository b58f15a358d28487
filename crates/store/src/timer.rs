//! Durable timers: what waits for its time, at most one of each name per stream.
//!
//! Timers are set and cleared with the events they follow from. A timer that fires as a command is
//! consumed in that command's transaction, under the moment it was set for: whoever finds no row
//! was overtaken, by another worker or by a new setting.

use crate::fault::Fault;
use crate::log::StreamName;
use crate::store::Store;
use kernel::{Bucket, Moment};
use reactions::{Timer, TimerChange};
use rusqlite::{Connection, OptionalExtension};
use std::sync::Arc;
use tokio::sync::Notify;

/// One setting of one timer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    /// The bucket of its stream.
    pub bucket: Bucket,
    /// The stream it belongs to.
    pub stream: Arc<str>,
    /// Its name there.
    pub name: String,
    /// The moment it was set for.
    pub fire_at: Moment,
}

/// A timer whose time has come.
#[derive(Clone, Debug, PartialEq)]
pub struct DueTimer {
    /// Which one.
    pub key: TimerKey,
    /// The moment it was set for.
    pub fire_at: Moment,
    /// What is to be done.
    pub timer: Timer,
}

impl Store {
    /// Claims timers whose time has come, earliest first, for as long as the lease.
    pub async fn claim_timers(
        &self,
        now: Moment,
        lease_ms: i64,
        limit: usize,
    ) -> Result<Vec<DueTimer>, Fault> {
        let anything = self.read(move |connection| Ok(!due(connection, now, 1)?.is_empty()));
        if !anything.await? {
            return Ok(vec![]);
        }
        self.write(move |batch| {
            let claimed = due(batch.connection, now, limit)?;
            for timer in &claimed {
                lease(batch.connection, &timer.key, now.plus_millis(lease_ms))?;
            }
            Ok(claimed)
        })
        .await
    }

    /// Finds the moment of the next timer that nobody has claimed, however far away.
    pub async fn next_timer(&self) -> Result<Option<Moment>, Fault> {
        self.read(|connection| {
            connection
                .query_row(
                    "select min(case when lease > fire_at then lease else fire_at end)
                     from timers where bucket between 0 and 255",
                    [],
                    |row| Ok(row.get::<_, Option<i64>>(0)?.map(Moment::from_micros)),
                )
                .map_err(Fault::sql("looking for the next timer"))
        })
        .await
    }

    /// Drops a timer whose effect is done; a timer set anew meanwhile stays.
    ///
    /// Tells whether it was there.
    pub async fn drop_timer(&self, key: &TimerKey) -> Result<bool, Fault> {
        let key = key.clone();
        self.write(move |batch| consume(batch.connection, &key))
            .await
    }

    /// Is notified after a commit that set a timer. A hint: poll as well.
    pub fn timers_changed(&self) -> &Notify {
        &self.shared().timers_woken
    }
}

/// Applies a change to the timers of a stream.
pub(crate) fn apply(
    connection: &Connection,
    stream: &StreamName,
    change: TimerChange,
) -> Result<(), Fault> {
    let bucket = stream.bucket_number();
    match change {
        TimerChange::Set { name, at, timer } => {
            let body =
                serde_json::to_string(&timer).map_err(Fault::body("a timer", &stream.text, 0))?;
            connection
                .prepare_cached(
                    "insert into timers (bucket, stream, name, fire_at, lease, body)
                     values (?1, ?2, ?3, ?4, 0, ?5)
                     on conflict (bucket, stream, name) do update
                     set fire_at = excluded.fire_at, lease = 0, body = excluded.body",
                )
                .and_then(|mut statement| {
                    statement.execute((bucket, &*stream.text, name, at.micros(), body))
                })
                .map_err(Fault::sql("setting a timer"))?;
        }
        TimerChange::Clear { name } => {
            connection
                .prepare_cached(
                    "delete from timers where bucket = ?1 and stream = ?2 and name = ?3",
                )
                .and_then(|mut statement| statement.execute((bucket, &*stream.text, name)))
                .map_err(Fault::sql("clearing a timer"))?;
        }
    }
    Ok(())
}

/// Deletes one setting of a timer and tells whether it was there.
pub(crate) fn consume(connection: &Connection, key: &TimerKey) -> Result<bool, Fault> {
    let gone: Option<i64> = connection
        .prepare_cached(
            "delete from timers
             where bucket = ?1 and stream = ?2 and name = ?3 and fire_at = ?4
             returning fire_at",
        )
        .and_then(|mut statement| {
            statement
                .query_row(row_of(key), |row| row.get(0))
                .optional()
        })
        .map_err(Fault::sql("consuming a timer"))?;
    Ok(gone.is_some())
}

fn lease(connection: &Connection, key: &TimerKey, until: Moment) -> Result<(), Fault> {
    let (bucket, stream, name, fire_at) = row_of(key);
    connection
        .prepare_cached(
            "update timers set lease = ?5
             where bucket = ?1 and stream = ?2 and name = ?3 and fire_at = ?4",
        )
        .and_then(|mut statement| {
            statement.execute((bucket, stream, name, fire_at, until.micros()))
        })
        .map_err(Fault::sql("claiming a timer"))?;
    Ok(())
}

fn row_of(key: &TimerKey) -> (i64, &str, &str, i64) {
    (
        i64::from(key.bucket.number()),
        &key.stream,
        &key.name,
        key.fire_at.micros(),
    )
}

fn due(connection: &Connection, now: Moment, limit: usize) -> Result<Vec<DueTimer>, Fault> {
    let doing = "looking for due timers";
    let mut statement = connection
        .prepare_cached(
            "select stream, name, fire_at, body from timers
             where bucket between 0 and 255 and fire_at <= ?1 and lease <= ?1
             order by fire_at, stream, name limit ?2",
        )
        .map_err(Fault::sql(doing))?;
    let rows = statement
        .query_map((now.micros(), limit as i64), |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get::<_, String>(3)?,
            ))
        })
        .map_err(Fault::sql(doing))?;
    let mut timers = Vec::new();
    for row in rows {
        let (stream, name, fire_at, body) = row.map_err(Fault::sql(doing))?;
        let stream = StreamName::read(stream);
        let timer = serde_json::from_str(&body).map_err(Fault::body("a timer", &stream.text, 0))?;
        let fire_at = Moment::from_micros(fire_at);
        let key = TimerKey {
            bucket: stream.bucket,
            stream: stream.text,
            name,
            fire_at,
        };
        timers.push(DueTimer {
            key,
            fire_at,
            timer,
        });
    }
    Ok(timers)
}
