//! The event log: one row per event, keyed by bucket, stream and version.
//!
//! Appending states the version it builds on; a row that is already there is a conflict and never
//! overwritten. Positions are gap-free within a bucket and in commit order; there is no global
//! order.

use crate::columns::moment;
use crate::database::Database;
use crate::fault::Fault;
use kernel::{Bucket, Decider, Moment};

/// A stream's name and its bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StreamName {
    pub(crate) bucket: Bucket,
    pub(crate) text: std::sync::Arc<str>,
}

impl StreamName {
    /// Names the stream of an aggregate.
    pub(crate) fn of<D: Decider>(id: &D::Id) -> StreamName {
        StreamName::read(format!("{}-{id}", D::KIND))
    }

    /// Takes a name as it is stored.
    pub(crate) fn read(text: impl Into<std::sync::Arc<str>>) -> StreamName {
        let text = text.into();
        StreamName {
            bucket: Bucket::of(&text),
            text,
        }
    }

    /// Gives the bucket as it is stored.
    pub(crate) fn bucket_number(&self) -> i64 {
        i64::from(self.bucket.number())
    }
}

/// An event as it is stored.
pub(crate) struct Stored {
    pub(crate) version: u64,
    pub(crate) body: String,
    pub(crate) at: Moment,
}

/// Takes a run of positions in a bucket and gives the first.
pub(crate) fn take_positions(database: &Database, bucket: i64, count: usize) -> Result<i64, Fault> {
    let count = count as i64;
    let next: Option<i64> = database.row(
        "taking positions",
        "insert into heads (bucket, next_pos) values ($1, 1 + $2)
             on conflict (bucket) do update set next_pos = heads.next_pos + $2
             returning next_pos",
        (bucket, count),
        |row| row.get(0),
    )?;
    Ok(next.expect("an upsert gives its row") - count)
}

/// Writes one event; a version that is already there is a conflict.
pub(crate) fn append(
    database: &Database,
    stream: &StreamName,
    version: u64,
    pos: i64,
    body: &str,
    at: Moment,
) -> Result<(), Fault> {
    let row = (
        stream.bucket_number(),
        &*stream.text,
        version as i64,
        pos,
        kind_of(body),
        body,
        at.micros(),
    );
    let written: Option<i64> = database.row(
        "appending an event",
        "insert into events (bucket, stream, version, pos, kind, body, at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (bucket, stream, version) do nothing
             returning version",
        row,
        |row| row.get(0),
    )?;
    match written {
        Some(_) => Ok(()),
        None => Err(Fault::Conflict {
            stream: stream.text.to_string(),
            version,
        }),
    }
}

/// The name of an event is the first word between quotes of its body: `"Erased"`, `{"Held":...}`.
fn kind_of(body: &str) -> &str {
    body.split('"').nth(1).unwrap_or("")
}

/// Reads a stream from one version to another, both included.
pub(crate) fn read(
    database: &Database,
    stream: &StreamName,
    from: u64,
    to: u64,
) -> Result<Vec<Stored>, Fault> {
    let to = i64::try_from(to).unwrap_or(i64::MAX);
    database.rows(
        "reading a stream",
        "select version, body, at from events
         where bucket = $1 and stream = $2 and version between $3 and $4 order by version",
        (stream.bucket_number(), &*stream.text, from as i64, to),
        |row| {
            Ok(Stored {
                version: row.get("version")?,
                body: row.get("body")?,
                at: moment(row, "at")?,
            })
        },
    )
}

/// Folds a stream up to a version.
pub(crate) fn fold<D: Decider>(
    database: &Database,
    stream: &StreamName,
    to: u64,
) -> Result<(D::State, u64), Fault> {
    let mut state = D::State::default();
    let mut version = 0;
    for stored in read(database, stream, 1, to)? {
        if stored.version != version + 1 {
            let detail = format!("{} lacks version {}", stream.text, version + 1);
            return Err(Fault::row("events", detail));
        }
        version = stored.version;
        state = D::evolve(state, &event::<D>(stream, &stored)?);
    }
    Ok((state, version))
}

/// Reads one stored event.
pub(crate) fn event<D: Decider>(stream: &StreamName, stored: &Stored) -> Result<D::Event, Fault> {
    serde_json::from_str(&stored.body).map_err(Fault::body(
        "an event",
        &stream.text,
        stored.version,
    ))
}

/// Lists the streams of a bucket by name.
pub(crate) fn streams(database: &Database, bucket: i64) -> Result<Vec<StreamName>, Fault> {
    database.rows(
        "listing streams",
        "select distinct stream from events where bucket = $1 order by stream",
        (bucket,),
        |row| Ok(StreamName::read(row.get::<String>("stream")?)),
    )
}

/// Reads every event of a bucket in the order it was committed.
pub(crate) fn in_order(
    database: &Database,
    bucket: i64,
) -> Result<Vec<(StreamName, Stored)>, Fault> {
    let doing = "reading a bucket";
    database.rows(
        doing,
        "select stream, version, body, at from events where bucket = $1 order by pos",
        (bucket,),
        |row| {
            let stored = Stored {
                version: row.get("version")?,
                body: row.get("body")?,
                at: moment(row, "at")?,
            };
            Ok((StreamName::read(row.get::<String>("stream")?), stored))
        },
    )
}
