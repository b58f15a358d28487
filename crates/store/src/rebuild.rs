//! Every view dropped and projected again from the log, and compared with what was there before.
//!
//! A view that differs is a finding: either somebody wrote past the log, or the program projects
//! otherwise than it did. Each bucket is rebuilt in one transaction, so that a rebuilding that is
//! broken off leaves whole views behind.

use crate::database::Database;
use crate::fault::Fault;
use crate::folder::{self, Folder};
use crate::place::Place;
use crate::table::{self, Record, Table};
use crate::{heads, log, recall, server, views};
use kernel::Bucket;
use std::collections::BTreeMap;
use std::fmt;

/// How far a rebuilding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilding {
    /// How many events were projected.
    pub events: u64,
    /// Of how many.
    pub total: u64,
}

/// A row of a view that was not what the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The bucket.
    pub bucket: Bucket,
    /// The view.
    pub view: &'static str,
    /// The row, by its key.
    pub row: String,
    /// How it differed.
    pub kind: DifferenceKind,
}

/// How a row differed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It was not there.
    Missing,
    /// It should not have been there.
    Needless,
    /// It said something else in these columns.
    Other(Vec<&'static str>),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { view, row, .. } = self;
        match &self.kind {
            DifferenceKind::Missing => write!(f, "{view} {row} was missing"),
            DifferenceKind::Needless => write!(f, "{view} {row} follows from no event"),
            DifferenceKind::Other(columns) => {
                write!(f, "{view} {row} was wrong in {}", columns.join(", "))
            }
        }
    }
}

/// Rebuilds the views of a store that nobody else works on and tells what differed before.
///
/// It blocks, and is to be called on a thread that may.
pub fn rebuild(place: &Place, watch: &mut dyn FnMut(Rebuilding)) -> Result<Vec<Difference>, Fault> {
    // The lock keeps other processes out of a folder until the views are rebuilt.
    let (database, _lock) = match place {
        Place::Folder(folder) => {
            let folder = Folder::open(folder)?;
            folder::check_sound(&folder.writer, &folder.file)?;
            (folder.writer, Some(folder.lock))
        }
        Place::Server(address) => (server::open(address, None)?.writer, None),
    };
    let total = table::named("events").count(&database)?;
    let mut events = 0;
    let mut differences = Vec::new();
    for bucket in Bucket::all() {
        database.begin()?;
        match compare(&database, bucket) {
            Ok((projected, found)) => {
                database.commit().map_err(Fault::sql("committing views"))?;
                differences.extend(found);
                events += projected;
            }
            Err(fault) => {
                database.roll_back();
                return Err(fault);
            }
        }
        watch(Rebuilding { events, total });
    }
    Ok(differences)
}

/// Drops the views of a bucket and projects them again; gives how many events there were.
pub(crate) fn bucket(database: &Database, bucket: Bucket) -> Result<u64, Fault> {
    let number = i64::from(bucket.number());
    for view in views::TABLES {
        table::named(view).clear(database, number)?;
    }
    let mut events = 0;
    for stream in log::streams(database, number)? {
        events += recall::replay(database, &stream)?;
    }
    Ok(events)
}

type Rows = BTreeMap<Record, Record>;

fn compare(database: &Database, of: Bucket) -> Result<(u64, Vec<Difference>), Fault> {
    let number = i64::from(of.number());
    if database.is_shared() {
        heads::hold(database, &[number])?;
    }
    let read = |view: &&str| rows(database, table::named(view), number);
    let before: Vec<Rows> = views::TABLES.iter().map(read).collect::<Result<_, _>>()?;
    let events = bucket(database, of)?;
    let mut differences = Vec::new();
    for (view, mut before) in views::TABLES.into_iter().zip(before) {
        let table = table::named(view);
        let mut differs = |key: &Record, kind| {
            differences.push(Difference {
                bucket: of,
                view,
                row: shown(key),
                kind,
            });
        };
        for (key, after) in rows(database, table, number)? {
            match before.remove(&key) {
                None => differs(&key, DifferenceKind::Missing),
                Some(before) if before != after => {
                    let columns = table.differing(&before, &after);
                    differs(&key, DifferenceKind::Other(columns));
                }
                Some(_) => {}
            }
        }
        before
            .keys()
            .for_each(|key| differs(key, DifferenceKind::Needless));
    }
    Ok((events, differences))
}

fn rows(database: &Database, table: &'static Table, bucket: i64) -> Result<Rows, Fault> {
    let mut rows = Rows::new();
    table.pages(database, bucket, |page| {
        let keyed = page.iter().map(|row| (table.key_of(row), row.clone()));
        rows.extend(keyed);
        Ok(())
    })?;
    Ok(rows)
}

fn shown(key: &Record) -> String {
    let values: Vec<String> = key.iter().map(ToString::to_string).collect();
    values.join(" ")
}
