//! Durable timers: what waits for its time, at most one of each name per stream.
//!
//! Timers are set and cleared with the events they follow from. A timer that fires as a command is
//! consumed in that command's transaction, under the moment it was set for: whoever finds no row
//! was overtaken, by another worker or by a new setting.

use crate::columns::{json, moment};
use crate::database::{Argument, Database, Many};
use crate::fault::Fault;
use crate::log::StreamName;
use crate::pending::Named;
use crate::store::Store;
use kernel::{Bucket, Moment};
use reactions::{Timer, TimerChange};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
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
        let anything = self.read(move |database| Ok(!due(database, now, 1)?.is_empty()));
        if !anything.await? {
            return Ok(vec![]);
        }
        self.write(move |batch| {
            let claimed = due(batch.database, now, limit)?;
            for timer in &claimed {
                lease(batch.database, &timer.key, now.plus_millis(lease_ms))?;
            }
            Ok(claimed)
        })
        .await
    }

    /// Finds the moment of the next timer that nobody has claimed, however far away.
    pub async fn next_timer(&self) -> Result<Option<Moment>, Fault> {
        self.read(|database| {
            let next: Option<i64> = database.figure(
                "looking for the next timer",
                "select min(case when lease > fire_at then lease else fire_at end)
                 from timers where bucket between 0 and 255",
                (),
            )?;
            Ok(next.map(Moment::from_micros))
        })
        .await
    }

    /// Drops a timer whose effect is done; a timer set anew meanwhile stays.
    ///
    /// Tells whether it was there.
    pub async fn drop_timer(&self, key: &TimerKey) -> Result<bool, Fault> {
        let key = key.clone();
        self.write(move |batch| batch.consume(&key)).await
    }

    /// Is notified after a commit that set a timer. A hint: poll as well.
    pub fn timers_changed(&self) -> &Notify {
        &self.shared().timers_woken
    }
}

/// What becomes of a timer.
pub(crate) enum Setting {
    /// It fires at that moment, with this body.
    Set { fire_at: Moment, body: String },
    /// It is there no more.
    Cleared,
}

impl Setting {
    /// Says whether it fires at exactly that moment.
    pub(crate) fn fires_at(&self, moment: Moment) -> bool {
        matches!(self, Setting::Set { fire_at, .. } if *fire_at == moment)
    }
}

/// Reads a change as the timer it concerns and what becomes of it.
pub(crate) fn setting(stream: &StreamName, change: TimerChange) -> Result<(Named, Setting), Fault> {
    let named = |name: &str| {
        let (bucket, stream) = (stream.bucket_number(), stream.text.clone());
        (bucket, stream, name.to_owned())
    };
    Ok(match change {
        TimerChange::Set { name, at, timer } => {
            let body =
                serde_json::to_string(&timer).map_err(Fault::body("a timer", &stream.text, 0))?;
            (named(name), Setting::Set { fire_at: at, body })
        }
        TimerChange::Clear { name } => (named(name), Setting::Cleared),
    })
}

static SET: LazyLock<Many<5>> = LazyLock::new(|| {
    Many::new(
        "insert into timers (bucket, stream, name, fire_at, lease, body) values",
        "($1, $2, $3, $4, 0, $5)",
        "on conflict (bucket, stream, name) do update
         set fire_at = excluded.fire_at, lease = 0, body = excluded.body",
    )
});

/// Writes what becomes of timers.
pub(crate) fn write(database: &Database, timers: &BTreeMap<Named, Setting>) -> Result<(), Fault> {
    let mut rows = Vec::with_capacity(timers.len());
    for ((bucket, stream, name), setting) in timers {
        match setting {
            Setting::Set { fire_at, body } => rows.push([
                Argument::Number(Some(*bucket)),
                Argument::Text(Some(stream)),
                Argument::Text(Some(name)),
                Argument::Number(Some(fire_at.micros())),
                Argument::Text(Some(body)),
            ]),
            Setting::Cleared => {
                database.change(
                    "clearing a timer",
                    "delete from timers where bucket = $1 and stream = $2 and name = $3",
                    (*bucket, &**stream, name),
                )?;
            }
        }
    }
    SET.write(database, "setting timers", &rows)?;
    Ok(())
}

/// Deletes one setting of a timer and tells whether it was there.
pub(crate) fn consume(database: &Database, key: &TimerKey) -> Result<bool, Fault> {
    let gone: Option<i64> = database.row(
        "consuming a timer",
        "delete from timers
             where bucket = $1 and stream = $2 and name = $3 and fire_at = $4
             returning fire_at",
        row_of(key),
        |row| row.get(0),
    )?;
    Ok(gone.is_some())
}

fn lease(database: &Database, key: &TimerKey, until: Moment) -> Result<(), Fault> {
    let (bucket, stream, name, fire_at) = row_of(key);
    database.change(
        "claiming a timer",
        "update timers set lease = $5
             where bucket = $1 and stream = $2 and name = $3 and fire_at = $4",
        (bucket, stream, name, fire_at, until.micros()),
    )?;
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

fn due(database: &Database, now: Moment, limit: usize) -> Result<Vec<DueTimer>, Fault> {
    let doing = "looking for due timers";
    database.rows(
        doing,
        "select stream, name, fire_at, body from timers
             where bucket between 0 and 255 and fire_at <= $1 and lease <= $1
             order by fire_at, stream, name limit $2",
        (now.micros(), limit as i64),
        |row| {
            let stream = StreamName::read(row.get::<String>("stream")?);
            let fire_at = moment(row, "fire_at")?;
            let key = TimerKey {
                bucket: stream.bucket,
                stream: stream.text,
                name: row.get("name")?,
                fire_at,
            };
            let timer = json(row, "body")?;
            Ok(DueTimer {
                key,
                fire_at,
                timer,
            })
        },
    )
}
