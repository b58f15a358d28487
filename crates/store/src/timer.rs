//! Durable timers: what waits for its time, at most one of each name per stream.
//!
//! Timers are set and cleared with the events they follow from. A timer that fires as a command is
//! consumed in that command's transaction, under the moment it was set for: whoever finds no row
//! was overtaken, by another worker or by a new setting.

use crate::buckets::Buckets;
use crate::columns::{json, moment};
use crate::database::{Argument, Database, Many};
use crate::fault::Fault;
use crate::log::StreamName;
use crate::looks::{Look, Looks};
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
        self.claim_timers_in(Buckets::ALL, now, lease_ms, limit)
            .await
    }

    /// Claims timers whose time has come in some buckets, as [`Store::claim_timers`] does.
    pub async fn claim_timers_in(
        &self,
        buckets: Buckets,
        now: Moment,
        lease_ms: i64,
        limit: usize,
    ) -> Result<Vec<DueTimer>, Fault> {
        let looks = self.shared().timer_looks.clone();
        looks.renew(now);
        let is_due = |bucket: &Bucket| looks.next(*bucket) <= now.micros();
        let wanted: Vec<Bucket> = buckets.iter().filter(is_due).collect();
        if wanted.is_empty() {
            return Ok(vec![]);
        }
        let found = self
            .read(move |database| find(database, &looks, &wanted, now, limit))
            .await?;
        if found.is_empty() {
            return Ok(vec![]);
        }
        self.write(move |batch| {
            let mut claimed = Vec::new();
            for timer in &found {
                if lease(batch.database, &timer.key, now, now.plus_millis(lease_ms))? {
                    claimed.push(timer.clone());
                }
            }
            Ok(claimed)
        })
        .await
    }

    /// Finds the moment of the next timer that nobody has claimed, however far away.
    ///
    /// Where several processes write, it may miss what others have set within the last second.
    pub async fn next_timer(&self) -> Result<Option<Moment>, Fault> {
        let looks = self.shared().timer_looks.clone();
        self.read(move |database| {
            let mut next = None;
            // Whoever may come first is looked at first; the rest need no look.
            let mut order: Vec<Bucket> = Bucket::all().collect();
            order.sort_by_key(|bucket| looks.next(*bucket));
            for bucket in order {
                if next.is_some_and(|next| next <= looks.next(bucket)) {
                    break;
                }
                next = earlier(next, next_in(database, bucket)?);
            }
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

    /// Is notified after a commit that set a timer, and by whoever moves the clock. A hint: poll as
    /// well.
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

static SET: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "insert into timers (bucket, stream, name, fire_at, lease, body) values",
        "($1, $2, $3, $4, 0, $5)",
        "on conflict (bucket, stream, name) do update
         set fire_at = excluded.fire_at, lease = 0, body = excluded.body",
    )
});

/// Writes what becomes of timers.
pub(crate) fn write(database: &Database, timers: &BTreeMap<Named, Setting>) -> Result<(), Fault> {
    let mut rows = Vec::with_capacity(timers.len() * SET.width());
    for ((bucket, stream, name), setting) in timers {
        match setting {
            Setting::Set { fire_at, body } => rows.extend([
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

/// Claims a setting of a timer, unless somebody else has.
fn lease(database: &Database, key: &TimerKey, now: Moment, until: Moment) -> Result<bool, Fault> {
    let (bucket, stream, name, fire_at) = row_of(key);
    let claimed = database.change(
        "claiming a timer",
        "update timers set lease = $5
         where bucket = $1 and stream = $2 and name = $3 and fire_at = $4 and lease <= $6",
        (bucket, stream, name, fire_at, until.micros(), now.micros()),
    )?;
    Ok(claimed > 0)
}

fn row_of(key: &TimerKey) -> (i64, &str, &str, i64) {
    (
        i64::from(key.bucket.number()),
        &key.stream,
        &key.name,
        key.fire_at.micros(),
    )
}

/// Looks for due timers in buckets, and notes when each is to be looked at again.
fn find(
    database: &Database,
    looks: &Looks,
    buckets: &[Bucket],
    now: Moment,
    limit: usize,
) -> Result<Vec<DueTimer>, Fault> {
    // All of them begin before the first statement, which fixes what can be seen.
    let begun: Vec<Look> = buckets.iter().map(|bucket| looks.begin(*bucket)).collect();
    let mut found = Vec::new();
    for look in begun {
        let due = due(database, look.bucket, now, limit)?;
        let next = match due.is_empty() {
            true => next_in(database, look.bucket)?,
            // Who claims them, and whether anybody does, is not known yet.
            false => Some(now.micros()),
        };
        looks.end(look, next);
        found.extend(due);
    }
    found.sort_by(|one: &DueTimer, other| {
        let order = |timer: &DueTimer| (timer.fire_at, timer.key.stream.clone());
        order(one).cmp(&order(other))
    });
    found.truncate(limit);
    Ok(found)
}

/// Finds when the first timer of a bucket is due: its own moment, or the end of its lease.
///
/// What is leased was claimed because it was early; past the first that is not leased nothing can
/// come before it.
fn next_in(database: &Database, bucket: Bucket) -> Result<Option<i64>, Fault> {
    let doing = "looking for the next timer";
    let bucket = i64::from(bucket.number());
    let free: Option<i64> = database.row(
        doing,
        "select fire_at from timers where bucket = $1 and lease <= fire_at
         order by fire_at limit 1",
        (bucket,),
        |row| row.get(0),
    )?;
    let leased: Option<i64> = database.figure(
        doing,
        "select min(lease) from timers where bucket = $1 and fire_at <= $2 and lease > fire_at",
        (bucket, free.unwrap_or(i64::MAX)),
    )?;
    Ok(earlier(free, leased))
}

fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    one.into_iter().chain(other).min()
}

fn due(
    database: &Database,
    bucket: Bucket,
    now: Moment,
    limit: usize,
) -> Result<Vec<DueTimer>, Fault> {
    database.rows(
        "looking for due timers",
        "select stream, name, fire_at, body from timers
         where bucket = $1 and fire_at <= $2 and lease <= $2
         order by fire_at, stream, name limit $3",
        (i64::from(bucket.number()), now.micros(), limit as i64),
        |row| {
            let fire_at = moment(row, "fire_at")?;
            let key = TimerKey {
                bucket,
                stream: row.get::<String>("stream")?.into(),
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
