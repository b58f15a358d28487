//! The event log: one row per event, keyed by bucket, stream and version.
//!
//! Appending states the version it builds on; a row that is already there is a conflict and never
//! overwritten. Positions are gap-free within a bucket and in commit order; there is no global
//! order.

use crate::columns::moment;
use crate::database::{Argument, Database, Many, Row};
use crate::fault::Fault;
use kernel::{Bucket, Decider, Moment};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A stream's name and its bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StreamName {
    pub(crate) bucket: Bucket,
    pub(crate) text: Arc<str>,
}

impl StreamName {
    /// Names the stream of an aggregate.
    pub(crate) fn of<D: Decider>(id: &D::Id) -> StreamName {
        StreamName::read(format!("{}-{id}", D::KIND))
    }

    /// Takes a name as it is stored.
    pub(crate) fn read(text: impl Into<Arc<str>>) -> StreamName {
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

/// An event as it is stored, with its place in its bucket.
pub(crate) struct Logged {
    pub(crate) stream: StreamName,
    pub(crate) pos: i64,
    pub(crate) stored: Stored,
}

/// An event that is decided and not yet written.
pub(crate) struct Fresh {
    pub(crate) stream: StreamName,
    pub(crate) version: u64,
    pub(crate) body: String,
    pub(crate) at: Moment,
}

static APPEND: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "insert into events (bucket, stream, version, pos, kind, body, at) values",
        "($1, $2, $3, $4, $5, $6, $7)",
        "on conflict (bucket, stream, version) do nothing",
    )
});

/// Writes events with their positions; a version that is already there is a conflict.
pub(crate) fn append(database: &Database, events: &[(Fresh, i64)]) -> Result<(), Fault> {
    let rows: Vec<_> = events
        .iter()
        .flat_map(|(event, pos)| {
            [
                Argument::Number(Some(event.stream.bucket_number())),
                Argument::Text(Some(&event.stream.text)),
                Argument::Number(Some(event.version as i64)),
                Argument::Number(Some(*pos)),
                Argument::Text(Some(kind_of(&event.body))),
                Argument::Text(Some(&event.body)),
                Argument::Number(Some(event.at.micros())),
            ]
        })
        .collect();
    let written = APPEND.write(database, "appending events", &rows)?;
    match written == events.len() as u64 {
        true => Ok(()),
        false => Err(conflict(database, events)?),
    }
}

/// Finds which of the events was there before.
fn conflict(database: &Database, events: &[(Fresh, i64)]) -> Result<Fault, Fault> {
    for (event, pos) in events {
        let there: Option<i64> = database.row(
            "looking for a conflict",
            "select pos from events where bucket = $1 and stream = $2 and version = $3",
            (
                event.stream.bucket_number(),
                &*event.stream.text,
                event.version as i64,
            ),
            |row| row.get(0),
        )?;
        if there != Some(*pos) {
            return Ok(Fault::Conflict {
                stream: event.stream.text.to_string(),
                version: event.version,
            });
        }
    }
    Err(Fault::row("events", "fewer events were written than sent"))
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
        stored,
    )
}

fn stored(row: &Row<'_>) -> Result<Stored, Fault> {
    Ok(Stored {
        version: row.get("version")?,
        body: row.get("body")?,
        at: moment(row, "at")?,
    })
}

/// Of how many streams one statement asks.
const ASKED_AT_ONCE: [usize; 2] = [8, 64];

/// Each stream is asked for by a question of its own, which every database answers from the key
/// whatever it knows of the table; a list of names it may look for in all of the table.
static READ_SOME: LazyLock<[String; 2]> = LazyLock::new(|| {
    let question = |index: usize| {
        let (bucket, stream) = (2 * index + 1, 2 * index + 2);
        format!(
            "select stream, version, body, at from events
             where bucket = ${bucket} and stream = ${stream}"
        )
    };
    ASKED_AT_ONCE.map(|count| {
        let questions: Vec<String> = (0..count).map(question).collect();
        questions.join(" union all ")
    })
});

/// Reads many streams, each from its beginning; one that has no event is there without any.
pub(crate) fn read_all(
    database: &Database,
    streams: &[StreamName],
) -> Result<HashMap<Arc<str>, Vec<Stored>>, Fault> {
    let names = streams.iter().map(|stream| (stream.text.clone(), vec![]));
    let mut read: HashMap<Arc<str>, Vec<Stored>> = names.collect();
    for piece in streams.chunks(ASKED_AT_ONCE[1]) {
        for (stream, stored) in read_some(database, piece)? {
            if let Some(history) = read.get_mut(&*stream) {
                history.push(stored);
            }
        }
    }
    for history in read.values_mut() {
        history.sort_unstable_by_key(|stored| stored.version);
    }
    Ok(read)
}

/// Reads as many streams as one statement asks for; what is left of it asks for a stream that
/// cannot be.
fn read_some(database: &Database, streams: &[StreamName]) -> Result<Vec<(String, Stored)>, Fault> {
    let [few, many] = &*READ_SOME;
    let (text, count) = match streams.len() <= ASKED_AT_ONCE[0] {
        true => (few, ASKED_AT_ONCE[0]),
        false => (many, ASKED_AT_ONCE[1]),
    };
    let named = streams
        .iter()
        .map(|stream| (stream.bucket_number(), &*stream.text));
    let arguments: Vec<_> = named
        .chain(std::iter::repeat((0, "")))
        .take(count)
        .flat_map(|(bucket, name)| [Argument::Number(Some(bucket)), Argument::Text(Some(name))])
        .collect();
    database.rows("reading streams", text, &*arguments, |row| {
        Ok((row.get("stream")?, stored(row)?))
    })
}

/// Reads a stream up to a version and folds it.
pub(crate) fn fold<D: Decider>(
    database: &Database,
    stream: &StreamName,
    to: u64,
) -> Result<(D::State, u64), Fault> {
    fold_read::<D>(stream, read(database, stream, 1, to)?)
}

/// Folds what was read of a stream, from its beginning.
pub(crate) fn fold_read<D: Decider>(
    stream: &StreamName,
    history: Vec<Stored>,
) -> Result<(D::State, u64), Fault> {
    let mut state = D::State::default();
    let mut version = 0;
    for stored in history {
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
pub(crate) fn in_order(database: &Database, bucket: i64) -> Result<Vec<Logged>, Fault> {
    after(database, bucket, 0, i64::MAX)
}

/// Reads the events of a bucket from a position on, in the order they were committed.
pub(crate) fn after(
    database: &Database,
    bucket: i64,
    pos: i64,
    limit: i64,
) -> Result<Vec<Logged>, Fault> {
    database.rows(
        "reading a bucket",
        "select stream, version, pos, body, at from events
         where bucket = $1 and pos >= $2 order by pos limit $3",
        (bucket, pos, limit),
        |row| {
            Ok(Logged {
                stream: StreamName::read(row.get::<String>("stream")?),
                pos: row.get("pos")?,
                stored: stored(row)?,
            })
        },
    )
}
