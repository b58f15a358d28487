//! Facts whose reactions are still to be carried out.
//!
//! A row is written with its event and deleted when every reaction to it is done, with the last of
//! them where that is a command. Workers claim rows by lease, so a worker that dies is followed by
//! another; whatever they do may happen twice. A stream's later row is not claimed before its
//! earlier one of the same lane is finished: what is to be done waits for what was to be done,
//! words to people wait for earlier words, and neither for the other. A row that
//! keeps failing keeps its error and is shown to people.

use crate::buckets::Buckets;
use crate::database::{Argument, Database, Many};
use crate::fault::Fault;
use crate::log::StreamName;
use crate::process::Shared;
use crate::recall;
use crate::store::Store;
use kernel::{Bucket, Moment};
use reactions::{Fact, Lane};
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};
use tokio::sync::Notify;

/// From how many attempts on a row is shown to people.
pub const STUCK_ATTEMPTS: u32 = 5;

/// How old the last look at all buckets may be.
const LOOK_MICROS: i64 = 1_000_000;

/// A fact whose reactions are due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The bucket of its stream.
    pub bucket: Bucket,
    /// The name of its stream.
    pub stream: Arc<str>,
    /// Its version there.
    pub version: u64,
    /// Which of its reactions are due.
    pub lane: Lane,
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub fact: Fact,
    /// How often it was claimed, with this.
    pub attempts: u32,
}

/// A fact that is finished together with the command that comes last of its reactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finishing {
    stream: StreamName,
    version: u64,
    lane: Lane,
    /// Whether a refusal finishes it too, because nothing else is to be done then.
    refused_too: bool,
}

/// How many facts are wanted at most, of each lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// With something to be done.
    pub deeds: usize,
    /// With words to people.
    pub words: usize,
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
    version: u64,
    lane: Lane,
    due: i64,
    at: Moment,
    fact: Fact,
}

impl Due {
    /// Names it to the command that comes last of its reactions; a refusal finishes it too where
    /// nothing else is to be done then.
    pub fn finishing(&self, refused_too: bool) -> Finishing {
        Finishing {
            stream: StreamName::read(self.stream.clone()),
            version: self.version,
            lane: self.lane,
            refused_too,
        }
    }
}

impl Finishing {
    /// Says whether a refusal finishes the fact too.
    pub fn is_by_refusal(&self) -> bool {
        self.refused_too
    }

    pub(crate) fn stream(&self) -> &StreamName {
        &self.stream
    }
}

impl Store {
    /// Claims facts that are due, for as long as the lease, in order of their due time.
    pub async fn claim_due(
        &self,
        now: Moment,
        lease_ms: i64,
        limit: usize,
    ) -> Result<Vec<Due>, Fault> {
        let room = Room {
            deeds: limit,
            words: limit,
        };
        self.claim_due_in(Buckets::ALL, now, lease_ms, room).await
    }

    /// Claims facts that are due in some buckets, as [`Store::claim_due`] does.
    ///
    /// Looks only where a commit of this process has left something, and once a second, by the
    /// clock that is given, everywhere.
    pub async fn claim_due_in(
        &self,
        buckets: Buckets,
        now: Moment,
        lease_ms: i64,
        room: Room,
    ) -> Result<Vec<Due>, Fault> {
        let shared = self.shared().clone();
        if !shared.outbox_marks.has_any_of(buckets) && !is_long_ago(&shared, now) {
            return Ok(vec![]);
        }
        let found = self
            .read(move |database| {
                if is_long_ago(&shared, now) {
                    look_everywhere(database, &shared, now)?;
                }
                let marked = shared.outbox_marks.take(buckets);
                let found = find(database, marked, now, room);
                // Looked at in vain is looked at once more.
                let left = found.as_ref().map_or(marked, |found| found.left);
                shared.outbox_marks.add(left);
                found
            })
            .await?;
        if found.rows.is_empty() {
            return Ok(vec![]);
        }
        self.write(move |batch| {
            let mut claimed = Vec::new();
            for row in &found.rows {
                claimed.extend(claim(batch.database, row, now, lease_ms)?);
            }
            Ok(claimed)
        })
        .await
    }

    /// Ends a fact whose reactions are all done.
    pub async fn finish(&self, due: &Due) -> Result<(), Fault> {
        let finishing = due.finishing(true);
        self.stage(move |batch| {
            batch.finish(&finishing);
            Ok(())
        })
        .await
    }

    /// Puts a fact off after a failure, which is kept for people to see.
    pub async fn postpone(&self, due: &Due, until: Moment, error: &str) -> Result<(), Fault> {
        let stream = StreamName::read(due.stream.clone());
        let (version, lane) = (due.version as i64, number(due.lane));
        let error = error.to_owned();
        self.write(move |batch| {
            let bucket = stream.bucket_number();
            batch.database.change(
                "postponing an outbox row",
                "update outbox set due = $4, lease = 0, error = $5
                     where bucket = $1 and stream = $2 and version = $3 and lane = $6",
                (bucket, &*stream.text, version, until.micros(), &error, lane),
            )?;
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
        self.read(|database| {
            database.figure(
                "counting the outbox",
                "select count(*) from outbox where bucket between 0 and 255",
                (),
            )
        })
        .await
    }

    /// Lists the facts whose reactions keep failing, most attempts first.
    pub async fn stuck(&self) -> Result<Vec<Stuck>, Fault> {
        self.read(stuck_rows).await
    }
}

static QUEUE: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "insert into outbox (bucket, stream, version, lane, due, lease, attempts) values",
        "($1, $2, $3, $4, $5, 0, 0)",
        "",
    )
});

/// Writes the rows of facts that have reactions.
pub(crate) fn insert(
    database: &Database,
    facts: &[(StreamName, u64, Lane, Moment)],
) -> Result<(), Fault> {
    let rows: Vec<_> = facts
        .iter()
        .flat_map(|(stream, version, lane, due)| {
            [
                Argument::Number(Some(stream.bucket_number())),
                Argument::Text(Some(&stream.text)),
                Argument::Number(Some(*version as i64)),
                Argument::Number(Some(number(*lane))),
                Argument::Number(Some(due.micros())),
            ]
        })
        .collect();
    QUEUE.write(database, "writing outbox rows", &rows)?;
    Ok(())
}

/// Deletes the rows of facts whose reactions are all done.
pub(crate) fn delete(database: &Database, facts: &[Finishing]) -> Result<(), Fault> {
    for Finishing {
        stream,
        version,
        lane,
        ..
    } in facts
    {
        database.change(
            "finishing an outbox row",
            "delete from outbox
             where bucket = $1 and stream = $2 and version = $3 and lane = $4",
            (
                stream.bucket_number(),
                &*stream.text,
                *version as i64,
                number(*lane),
            ),
        )?;
    }
    Ok(())
}

/// Gives the number a lane is stored as.
fn number(lane: Lane) -> i64 {
    match lane {
        Lane::Deeds => 0,
        Lane::Words => 1,
    }
}

/// Says whether nobody has looked everywhere for a second.
fn is_long_ago(shared: &Shared, now: Moment) -> bool {
    let looked = shared.outbox_looked.load(Ordering::Acquire);
    let age = now.micros().saturating_sub(looked);
    !(0..LOOK_MICROS).contains(&age)
}

/// Marks the buckets that have anything due.
fn look_everywhere(database: &Database, shared: &Shared, now: Moment) -> Result<(), Fault> {
    let busy = database.rows(
        "looking for buckets with outbox rows",
        "select distinct bucket from outbox
         where bucket between 0 and 255 and due <= $1 and lease <= $1",
        (now.micros(),),
        |row| row.get::<i64>(0),
    )?;
    let is_busy = |bucket: &Bucket| busy.contains(&i64::from(bucket.number()));
    shared
        .outbox_marks
        .add(Bucket::all().filter(is_busy).collect());
    shared.outbox_looked.store(now.micros(), Ordering::Release);
    Ok(())
}

/// What was found, and the buckets in which there is more.
struct Found {
    rows: Vec<Waiting>,
    left: Buckets,
}

fn find(database: &Database, buckets: Buckets, now: Moment, room: Room) -> Result<Found, Fault> {
    let mut rows = Vec::new();
    let mut left = Buckets::default();
    for (lane, limit) in [(Lane::Deeds, room.deeds), (Lane::Words, room.words)] {
        let mut waits = Vec::new();
        for bucket in buckets.iter() {
            waits.extend(waiting(database, bucket, lane, now, limit)?);
        }
        waits.sort_by(|one: &Waiting, other| {
            (one.due, &one.stream.text).cmp(&(other.due, &other.stream.text))
        });
        let due = waits.partition_point(|row| row.due <= now.micros());
        let taken = due.min(limit);
        let over = waits.iter().skip(taken).map(|row| row.stream.bucket);
        over.for_each(|bucket| left.insert(bucket));
        waits.truncate(taken);
        rows.extend(waits);
    }
    Ok(Found { rows, left })
}

/// Rows of a bucket that may be claimed: due, not leased, and the first of their stream and lane.
///
/// One more than wanted is looked for, so that the bucket is known to have more. So are rows due
/// before everything is looked at again: what was committed after the asker read the clock is one
/// of them, and its mark has just been taken.
fn waiting(
    database: &Database,
    bucket: Bucket,
    lane: Lane,
    now: Moment,
    limit: usize,
) -> Result<Vec<Waiting>, Fault> {
    database.rows(
        "looking for outbox rows",
        "select o.stream, o.version, o.due, e.body, e.at
         from outbox as o
         left join events as e
         on e.bucket = o.bucket and e.stream = o.stream and e.version = o.version
         where o.bucket = $1 and o.lane = $4 and o.due <= $5 and o.lease <= $2
         and not exists (
             select 1 from outbox as earlier
             where earlier.bucket = $1 and earlier.stream = o.stream
             and earlier.lane = $4 and earlier.version < o.version
         )
         order by o.due, o.stream limit $3",
        (
            i64::from(bucket.number()),
            now.micros(),
            limit as i64 + 1,
            number(lane),
            now.micros().saturating_add(LOOK_MICROS),
        ),
        |row| {
            let stream = StreamName::read(row.get::<String>(0)?);
            let version = row.get(1)?;
            let event = row.get::<Option<String>>(3)?.zip(row.get(4)?);
            let (body, at) = event.ok_or_else(|| Fault::row("outbox", "a row has no event"))?;
            Ok(Waiting {
                fact: recall::fact(&stream, version, &body)?,
                stream,
                version,
                lane,
                due: row.get(2)?,
                at: Moment::from_micros(at),
            })
        },
    )
}

fn claim(
    database: &Database,
    waiting: &Waiting,
    now: Moment,
    lease_ms: i64,
) -> Result<Option<Due>, Fault> {
    let stream = &waiting.stream;
    let lease = now.plus_millis(lease_ms).micros();
    let attempts: Option<u32> = database.row(
        "claiming an outbox row",
        "update outbox set lease = $4, attempts = attempts + 1
         where bucket = $1 and stream = $2 and version = $3 and lease <= $5 and lane = $6
         returning attempts",
        (
            stream.bucket_number(),
            &*stream.text,
            waiting.version as i64,
            lease,
            now.micros(),
            number(waiting.lane),
        ),
        |row| row.get(0),
    )?;
    Ok(attempts.map(|attempts| Due {
        bucket: stream.bucket,
        stream: stream.text.clone(),
        version: waiting.version,
        lane: waiting.lane,
        at: waiting.at,
        fact: waiting.fact.clone(),
        attempts,
    }))
}

pub(crate) fn stuck_rows(database: &Database) -> Result<Vec<Stuck>, Fault> {
    let doing = "listing stuck outbox rows";
    database.rows(
        doing,
        "select o.stream, o.version, e.at, o.due, o.attempts, o.error
             from outbox as o
             join events as e
             on e.bucket = o.bucket and e.stream = o.stream and e.version = o.version
             where o.bucket between 0 and 255 and o.attempts >= $1 and o.error is not null
             order by o.attempts desc, o.due",
        (i64::from(STUCK_ATTEMPTS),),
        |row| {
            Ok(Stuck {
                stream: row.get::<String>(0)?.into(),
                version: row.get(1)?,
                at: row.get(2).map(Moment::from_micros)?,
                due: row.get(3).map(Moment::from_micros)?,
                attempts: row.get(4)?,
                error: row.get(5)?,
            })
        },
    )
}
