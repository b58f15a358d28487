//! How far the log of each bucket goes: the position the next event gets.
//!
//! Positions are gap-free within a bucket and in commit order, because whoever takes one holds the
//! bucket's row until the commit. Where several processes write, the row is held from the first
//! look at the bucket on, so that what is decided is decided on all that was committed.

use crate::database::{Argument, Database, Many};
use crate::fault::Fault;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static HOLD: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "insert into heads (bucket, next_pos) values",
        "($1, 1)",
        "on conflict (bucket) do update set next_pos = heads.next_pos
         returning bucket, next_pos",
    )
});

static TAKE: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "insert into heads (bucket, next_pos) values",
        "($1, 1 + $2)",
        "on conflict (bucket) do update set next_pos = heads.next_pos + excluded.next_pos - 1
         returning bucket, next_pos",
    )
});

/// Holds buckets until the end of the transaction and gives the next position of each.
///
/// Buckets are to be given in their order, so that two who want the same ones cannot both wait.
pub(crate) fn hold(database: &Database, buckets: &[i64]) -> Result<Vec<(i64, i64)>, Fault> {
    let rows: Vec<_> = buckets
        .iter()
        .map(|bucket| Argument::Number(Some(*bucket)))
        .collect();
    HOLD.pairs(database, "holding buckets", &rows)
}

/// Takes runs of positions, so many in each bucket, and gives the first of each run.
pub(crate) fn take(
    database: &Database,
    counts: &BTreeMap<i64, i64>,
) -> Result<BTreeMap<i64, i64>, Fault> {
    let rows: Vec<_> = counts
        .iter()
        .flat_map(|(bucket, count)| [*bucket, *count].map(|number| Argument::Number(Some(number))))
        .collect();
    let after = TAKE.pairs(database, "taking positions", &rows)?;
    let first = |(bucket, next): (i64, i64)| (bucket, next - counts[&bucket]);
    Ok(after.into_iter().map(first).collect())
}

/// Gives the next position of every bucket that has any event.
pub(crate) fn all(database: &Database) -> Result<Vec<(i64, i64)>, Fault> {
    database.rows(
        "looking how far the log goes",
        "select bucket, next_pos from heads where bucket between 0 and 255 order by bucket",
        (),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Gives the next position of one bucket.
pub(crate) fn of(database: &Database, bucket: i64) -> Result<i64, Fault> {
    let next = database.row(
        "looking how far a bucket goes",
        "select next_pos from heads where bucket = $1",
        (bucket,),
        |row| row.get(0),
    )?;
    Ok(next.unwrap_or(1))
}
