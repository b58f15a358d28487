//! What only one process does at a time, by name: driving a tower.
//!
//! Unlike a share of the buckets, a duty stays with whoever has it for as long as they renew it,
//! and only those ask who can do it. The rules of time are those of a lease.

use crate::database::Database;
use crate::fault::Fault;
use crate::store::Store;
use kernel::{Bucket, Moment};

impl Store {
    /// Takes a duty that nobody has, or renews it, for so long from now; tells whether it is this
    /// process's. In a folder it always is.
    pub async fn take_duty(
        &self,
        name: &str,
        node: &str,
        now: Moment,
        ttl_ms: i64,
    ) -> Result<bool, Fault> {
        if !self.is_shared() {
            return Ok(true);
        }
        let bucket = i64::from(Bucket::of(name).number());
        let (name, node) = (name.to_owned(), node.to_owned());
        let until = now.plus_millis(ttl_ms).micros();
        self.write(move |batch| {
            let taken = batch.database.change(
                "taking a duty",
                "insert into duties (bucket, name, owner, until) values ($1, $2, $3, $4)
                 on conflict (bucket, name) do update
                 set owner = excluded.owner, until = excluded.until
                 where duties.owner = excluded.owner or duties.until <= $5",
                (bucket, &name, &node, until, now.micros()),
            )?;
            Ok(taken > 0)
        })
        .await
    }
}

/// Gives up every duty of a process.
pub(crate) fn end(database: &Database, node: &str) -> Result<(), Fault> {
    database.change(
        "giving up duties",
        "update duties set until = 0 where bucket between 0 and 255 and owner = $1",
        (node,),
    )?;
    Ok(())
}
