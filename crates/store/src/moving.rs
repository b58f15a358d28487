//! The mark of a copy that is not finished: which buckets have arrived.
//!
//! While there is a mark the database is no store, and whoever opens it as one is refused. A bucket
//! is noted in the transaction that brings its rows, so that a copy which is broken off at any
//! moment goes on where it was.

use crate::database::Database;
use crate::fault::Fault;
use kernel::Bucket;
use std::collections::BTreeMap;

/// Refuses a database that was only partly copied.
pub(crate) fn require_whole(database: &Database, place: impl ToString) -> Result<(), Fault> {
    match marks(database)?.is_empty() {
        true => Ok(()),
        false => Err(Fault::PartlyCopied {
            place: place.to_string(),
        }),
    }
}

/// Tells for every bucket whether it has arrived; nothing where no copy was begun.
pub(crate) fn marks(database: &Database) -> Result<BTreeMap<i64, bool>, Fault> {
    let marks = database.rows(
        "looking which buckets have arrived",
        "select bucket, arrived from moving where bucket between 0 and 255",
        (),
        |row| Ok((row.get(0)?, row.get::<i64>(1)? == 1)),
    )?;
    Ok(marks.into_iter().collect())
}

/// Marks every bucket as on its way.
pub(crate) fn begin(database: &Database) -> Result<(), Fault> {
    for bucket in Bucket::all() {
        database.change(
            "marking a bucket as on its way",
            "insert into moving (bucket, arrived) values ($1, 0)",
            (i64::from(bucket.number()),),
        )?;
    }
    Ok(())
}

/// Notes that a bucket has arrived; false when another copy has brought it.
pub(crate) fn arrive(database: &Database, bucket: i64) -> Result<bool, Fault> {
    let changed = database.change(
        "noting that a bucket has arrived",
        "update moving set arrived = 1 where bucket = $1 and arrived = 0",
        (bucket,),
    )?;
    Ok(changed == 1)
}

/// Takes every mark away: the database is a store from now on.
pub(crate) fn end(database: &Database) -> Result<(), Fault> {
    database.change(
        "ending a copy",
        "delete from moving where bucket between 0 and 255",
        (),
    )?;
    Ok(())
}
