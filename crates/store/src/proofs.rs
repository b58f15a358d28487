//! Rows that tell what became of a commit, swept when nobody needs them any more.
//!
//! A writer asks for its row within seconds of the commit whose answer was lost, and each of its
//! commits there changes the row. One that has stood unchanged for an hour belongs to a process
//! that is gone, or to one that will write it anew before it asks.

use crate::database::Database;
use crate::fault::Fault;
use crate::store::Store;
use kernel::Moment;
use std::collections::HashMap;

/// A row: its bucket, its writer, and the number of the writer's last transaction noted there.
type Proof = (i64, String, i64);

/// Since when rows are known to stand as they are.
pub(crate) type Standing = HashMap<Proof, Moment>;

const UNCHANGED_SECONDS: i64 = 60 * 60;

impl Store {
    /// Forgets proofs that have stood unchanged for an hour; to be called now and then.
    pub async fn sweep_proofs(&self, now: Moment) -> Result<(), Fault> {
        if !self.shared().several {
            return Ok(());
        }
        let rows = self.read(all).await?;
        let old = age(&mut self.shared().proofs(), rows, now);
        if old.is_empty() {
            return Ok(());
        }
        self.write(move |batch| {
            for (bucket, writer, number) in &old {
                batch.database.change(
                    "sweeping what tells of a commit",
                    "delete from commits where bucket = $1 and writer = $2 and number = $3",
                    (*bucket, writer, *number),
                )?;
            }
            Ok(())
        })
        .await
    }
}

/// Notes since when rows stand, and gives those that have stood long enough.
fn age(standing: &mut Standing, rows: Vec<Proof>, now: Moment) -> Vec<Proof> {
    let oldest = now.plus_seconds(-UNCHANGED_SECONDS);
    let known = std::mem::take(standing);
    let mut old = Vec::new();
    for row in rows {
        let since = known.get(&row).copied().unwrap_or(now);
        match since <= oldest {
            true => old.push(row),
            false => drop(standing.insert(row, since)),
        }
    }
    old
}

fn all(database: &Database) -> Result<Vec<Proof>, Fault> {
    database.rows(
        "looking what tells of commits",
        "select bucket, writer, number from commits where bucket between 0 and 255",
        (),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Removes everything a writer has left, when it ends in order.
pub(crate) fn leave(database: &Database, writer: &str) -> Result<(), Fault> {
    database.change(
        "removing what tells of commits",
        "delete from commits where bucket between 0 and 255 and writer = $1",
        (writer,),
    )?;
    Ok(())
}
