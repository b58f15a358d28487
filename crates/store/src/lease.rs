//! Who looks after which buckets, where several processes share a database.
//!
//! Any process may write any bucket; what only one should do at a time, such as carrying out
//! reactions or driving a tower, is done by the one who holds the bucket's group. There are sixteen
//! groups of sixteen buckets, one row each. A holder renews before the end it was given; after that
//! end it holds nothing, whether or not it knows, and another may take the group under a higher
//! epoch. What a holder has beyond its fair share it does not renew, so that nobody takes it before
//! its end. Who takes a group ends the claims of the holder before on its facts and timers, so that
//! nobody waits for the dead; what was under way there is done twice. The clocks of the processes
//! must agree to much less than the length of a lease.

use crate::buckets::Buckets;
use crate::database::Database;
use crate::duty;
use crate::fault::Fault;
use crate::store::Store;
use kernel::{Bucket, Moment};
use std::collections::{BTreeMap, BTreeSet};

const GROUPS: usize = 16;
const GROUP_SIZE: usize = Bucket::COUNT / GROUPS;

/// After how many lengths of a lease a process that was not heard of is forgotten.
const FORGOTTEN_LEASES: i64 = 20;

/// What a process holds, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The buckets it looks after.
    pub buckets: Buckets,
    /// When it holds nothing any more, unless it renews before.
    pub until: Moment,
    /// The epoch of each group held, by the group's first bucket.
    epochs: BTreeMap<i64, i64>,
}

impl Lease {
    /// Gives the epoch under which a bucket is held: higher than that of every holder before.
    ///
    /// None when it is not held. In a folder nobody else can hold anything, and the epoch is zero.
    pub fn epoch(&self, bucket: Bucket) -> Option<u64> {
        let first = i64::from(bucket.number()) / GROUP_SIZE as i64 * GROUP_SIZE as i64;
        let epoch = self.epochs.get(&first).copied().unwrap_or_default();
        self.buckets.contains(bucket).then_some(epoch as u64)
    }
}

struct Row {
    owner: String,
    until: i64,
    epoch: i64,
}

impl Store {
    /// Says that a process is alive, renews what it holds and takes its fair share of what nobody
    /// holds; to be called several times within the length of a lease.
    ///
    /// Whoever got no answer before the end of the lease before holds nothing.
    pub async fn lease(&self, node: &str, now: Moment, ttl_ms: i64) -> Result<Lease, Fault> {
        let until = now.plus_millis(ttl_ms);
        if !self.shared().several {
            return Ok(Lease {
                buckets: Buckets::ALL,
                until,
                epochs: BTreeMap::new(),
            });
        }
        let node = node.to_owned();
        self.write(move |batch| {
            let share = GROUPS.div_ceil(live_nodes(batch.database, &node, now, until)?);
            let epochs = hold(batch.database, &node, share, now, until)?;
            let holds = |bucket: &Bucket| {
                let group = usize::from(bucket.number()) / GROUP_SIZE;
                epochs.contains_key(&first_of(group))
            };
            let buckets = Bucket::all().filter(holds).collect();
            Ok(Lease {
                buckets,
                until,
                epochs,
            })
        })
        .await
    }

    /// Gives up everything a process holds, duties too, so that others take over at once; to be
    /// called when its work has ended.
    pub async fn end_lease(&self, node: &str) -> Result<(), Fault> {
        if !self.shared().several {
            return Ok(());
        }
        let node = node.to_owned();
        self.write(move |batch| {
            duty::end(batch.database, &node)?;
            batch.database.change(
                "giving up leases",
                "update leases set until = 0 where bucket between 0 and 255 and owner = $1",
                (&node,),
            )?;
            batch.database.change(
                "leaving",
                "delete from nodes where bucket = $1 and node = $2",
                (bucket_of(&node), &node),
            )?;
            Ok(())
        })
        .await
    }
}

/// Names a process that is alive, if there is one.
pub(crate) fn live_node(database: &Database, now: Moment) -> Result<Option<String>, Fault> {
    database.row(
        "looking whether a process is alive",
        "select node from nodes where bucket between 0 and 255 and until > $1 order by node limit 1",
        (now.micros(),),
        |row| row.get(0),
    )
}

/// Notes that a process is alive and counts those that are.
fn live_nodes(database: &Database, node: &str, now: Moment, until: Moment) -> Result<usize, Fault> {
    let doing = "counting the processes that are alive";
    let length = until.micros() - now.micros();
    database.change(
        doing,
        "insert into nodes (bucket, node, until) values ($1, $2, $3)
         on conflict (bucket, node) do update set until = excluded.until",
        (bucket_of(node), node, until.micros()),
    )?;
    database.change(
        doing,
        "delete from nodes where bucket between 0 and 255 and until < $1",
        (now.micros() - length * FORGOTTEN_LEASES,),
    )?;
    let live: i64 = database.figure(
        doing,
        "select count(*) from nodes where bucket between 0 and 255 and until > $1",
        (now.micros(),),
    )?;
    Ok(live.max(1) as usize)
}

/// Renews and takes groups up to a share; gives the epoch of each by its first bucket.
fn hold(
    database: &Database,
    node: &str,
    share: usize,
    now: Moment,
    until: Moment,
) -> Result<BTreeMap<i64, i64>, Fault> {
    let rows = rows(database)?;
    let (mut held, mut taken) = (BTreeMap::new(), Buckets::NONE);
    for (first, row) in &rows {
        let mine = row.owner == node && row.until > now.micros();
        if mine && held.len() < share && renew(database, *first, node, now, until)? {
            held.insert(*first, row.epoch);
        }
    }
    for first in (0..GROUPS).map(first_of) {
        let free = rows.get(&first).is_none_or(|row| row.until <= now.micros());
        if free
            && held.len() < share
            && let Some(epoch) = take(database, first, node, now, until)?
        {
            held.insert(first, epoch);
            let group = Bucket::all().skip(first as usize).take(GROUP_SIZE);
            group.for_each(|bucket| taken.insert(bucket));
        }
    }
    end_claims(database, taken)?;
    Ok(held)
}

/// Ends what the holders before had claimed in some buckets.
fn end_claims(database: &Database, taken: Buckets) -> Result<(), Fault> {
    if taken.is_empty() {
        return Ok(());
    }
    let claimed = database.rows(
        "looking for claims of the holder before",
        "select distinct bucket from (
             select bucket from outbox where bucket between 0 and 255 and lease > 0
             union all
             select bucket from timers where bucket between 0 and 255 and lease > 0
         ) as claimed",
        (),
        |row| row.get(0),
    )?;
    let claimed: BTreeSet<i64> = claimed.into_iter().collect();
    let taken = taken.iter().map(|bucket| i64::from(bucket.number()));
    for number in taken.filter(|number| claimed.contains(number)) {
        database.change(
            "ending claims on facts",
            "update outbox set lease = 0 where bucket = $1 and lease > 0",
            (number,),
        )?;
        database.change(
            "ending claims on timers",
            "update timers set lease = 0 where bucket = $1 and lease > 0",
            (number,),
        )?;
    }
    Ok(())
}

fn rows(database: &Database) -> Result<BTreeMap<i64, Row>, Fault> {
    let rows = database.rows(
        "looking who holds what",
        "select bucket, owner, until, epoch from leases where bucket between 0 and 255
         order by bucket",
        (),
        |row| {
            let lease = Row {
                owner: row.get("owner")?,
                until: row.get("until")?,
                epoch: row.get("epoch")?,
            };
            Ok((row.get("bucket")?, lease))
        },
    )?;
    Ok(rows.into_iter().collect())
}

fn renew(
    database: &Database,
    first: i64,
    node: &str,
    now: Moment,
    until: Moment,
) -> Result<bool, Fault> {
    let renewed = database.change(
        "renewing a lease",
        "update leases set until = $3 where bucket = $1 and owner = $2 and until > $4",
        (first, node, until.micros(), now.micros()),
    )?;
    Ok(renewed > 0)
}

/// Takes a group that nobody holds; none when somebody else was quicker.
fn take(
    database: &Database,
    first: i64,
    node: &str,
    now: Moment,
    until: Moment,
) -> Result<Option<i64>, Fault> {
    database.row(
        "taking a lease",
        "insert into leases (bucket, owner, until, epoch) values ($1, $2, $3, 1)
         on conflict (bucket) do update
         set owner = excluded.owner, until = excluded.until, epoch = leases.epoch + 1
         where leases.until <= $4
         returning epoch",
        (first, node, until.micros(), now.micros()),
        |row| row.get(0),
    )
}

fn first_of(group: usize) -> i64 {
    (group * GROUP_SIZE) as i64
}

fn bucket_of(node: &str) -> i64 {
    i64::from(Bucket::of(&format!("node-{node}")).number())
}
