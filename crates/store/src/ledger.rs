//! The ledger: double entry, written with the events it follows from and never changed.
//!
//! What an event posts is decided by `finance`; here it is numbered within its bucket, chained by
//! hash to the entry before it, and added to the balances. The first entry of a bucket is chained
//! to nothing. What is stored can at any time be compared with what the events say.

mod verify; // compares what is stored with what the events say

pub(crate) use verify::verify;
pub use verify::{Break, Verified};

use crate::books::Books;
use crate::columns::{day, moment, money};
use crate::database::Database;
use crate::fault::Fault;
use crate::log::StreamName;
use crate::store::Store;
use aws_lc_rs::digest;
use finance::ledger::{self, Entry, Posting};
use kernel::{Bucket, Day, Moment, Money};
use reactions::{Fact, Rules};
use std::fmt::Write;

/// An entry as it was posted.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedEntry {
    /// The bucket whose chain it is part of.
    pub bucket: Bucket,
    /// Its number in that chain, from 1.
    pub entry: u64,
    /// The stream of the event it follows from.
    pub stream: String,
    /// The version of that event.
    pub version: u64,
    /// When it was posted.
    pub at: Moment,
    /// The day it belongs to.
    pub day: Day,
    /// What it says happened.
    pub description: String,
    /// Its lines: account and amount, debits above zero. They sum to zero.
    pub lines: Vec<(String, Money)>,
    /// Its link in the chain, SHA-256 in hexadecimal.
    pub hash: String,
}

impl Store {
    /// Gives the books, for whoever reads them while the shop goes on.
    pub fn books(&self) -> Books {
        Books::new(self.readers().clone(), self.shared().rules.clone())
    }

    /// Gives the entries of a range of days; see [`Books::export`].
    pub async fn export_ledger(&self, from: Day, to: Day) -> Result<Vec<PostedEntry>, Fault> {
        self.books().export(from, to).await
    }

    /// Gives what every account holds; see [`Books::balances`].
    pub async fn balances(&self) -> Result<Vec<(String, Money)>, Fault> {
        self.books().balances().await
    }

    /// Compares the whole ledger with its chain and with the events; see [`Books::verify`].
    pub async fn verify_ledger(&self) -> Result<Result<Verified, Vec<Break>>, Fault> {
        self.books().verify().await
    }
}

/// Adds up what every account holds over all buckets.
pub(crate) fn balances(database: &Database) -> Result<Vec<(String, Money)>, Fault> {
    let doing = "adding up balances";
    database.rows(
        doing,
        "select account, currency, cast(sum(minor) as bigint) as minor from balances
             where bucket between 0 and 255 group by account, currency
             order by account, currency",
        (),
        |row| Ok((row.get("account")?, money(row, "minor")?)),
    )
}

/// Says what a fact posts.
fn entry_of(fact: &Fact) -> Option<Entry> {
    match fact {
        Fact::Payment(id, event) => ledger::post_payment(id, event),
        Fact::Agreement(id, event) => ledger::post_agreement(id, event),
        Fact::Vehicle(..)
        | Fact::Buyer(..)
        | Fact::Order(..)
        | Fact::Drop(..)
        | Fact::Tower(..) => None,
    }
}

/// Posts a fact, if it moves money.
pub(crate) fn post(
    database: &Database,
    stream: &StreamName,
    fact: &Fact,
    version: u64,
    at: Moment,
    rules: &Rules,
) -> Result<(), Fault> {
    let Some(entry) = entry_of(fact) else {
        return Ok(());
    };
    let day = rules.day(at);
    let bucket = stream.bucket_number();
    let (number, prev_hash) = next_link(database, bucket)?;
    let hash = link(&prev_hash, &entry, day, stream, version);
    database.change(
        "posting an entry",
        "insert into entries
             (bucket, entry, stream, version, at, day, description, prev_hash, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        (
            bucket,
            number,
            &*stream.text,
            version as i64,
            at.micros(),
            day.to_string(),
            entry.description(),
            &prev_hash,
            &hash,
        ),
    )?;
    for (line, posting) in (1..).zip(entry.postings()) {
        post_line(database, bucket, number, line, posting)?;
    }
    Ok(())
}

fn post_line(
    database: &Database,
    bucket: i64,
    number: i64,
    line: i64,
    Posting { account, amount }: &Posting,
) -> Result<(), Fault> {
    let account = account.to_string();
    let (currency, minor) = (amount.currency().code(), amount.minor());
    database.change(
        "posting a line",
        "insert into lines (bucket, entry, line, account, currency, minor)
             values ($1, $2, $3, $4, $5, $6)",
        (bucket, number, line, &account, currency, minor),
    )?;
    database.change(
        "adding to a balance",
        "insert into balances (bucket, account, currency, minor) values ($1, $2, $3, $4)
             on conflict (bucket, account, currency) do update
             set minor = balances.minor + excluded.minor",
        (bucket, &account, currency, minor),
    )?;
    Ok(())
}

fn next_link(database: &Database, bucket: i64) -> Result<(i64, String), Fault> {
    let last: Option<(i64, String)> = database.row(
        "finding the end of the chain",
        "select entry, hash from entries where bucket = $1 order by entry desc limit 1",
        (bucket,),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(last.map_or((1, String::new()), |(entry, hash)| (entry + 1, hash)))
}

/// Gives an entry's link: the hash of the link before it and the entry as a journal writes it.
fn link(prev_hash: &str, entry: &Entry, day: Day, stream: &StreamName, version: u64) -> String {
    let reference = format!("{}@{version}", stream.text);
    let text = ledger::link_text(prev_hash, &entry.to_journal_text(day, &reference));
    hexadecimal(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
    }
    text
}

pub(crate) fn entries_between(
    database: &Database,
    from: Day,
    to: Day,
) -> Result<Vec<PostedEntry>, Fault> {
    let doing = "exporting the ledger";
    database.rows(
        doing,
        "select * from entries
             where bucket between 0 and 255 and day between $1 and $2
             order by at, bucket, entry",
        (from.to_string(), to.to_string()),
        |row| {
            let stream: String = row.get("stream")?;
            let entry: i64 = row.get("entry")?;
            let posted = PostedEntry {
                bucket: Bucket::of(&stream),
                entry: entry as u64,
                version: row.get("version")?,
                at: moment(row, "at")?,
                day: day(row, "day")?,
                description: row.get("description")?,
                lines: lines_of(database, row.get("bucket")?, entry)?,
                hash: row.get("hash")?,
                stream,
            };
            Ok(posted)
        },
    )
}

fn lines_of(database: &Database, bucket: i64, entry: i64) -> Result<Vec<(String, Money)>, Fault> {
    database.rows(
        "exporting the ledger",
        "select account, currency, minor from lines where bucket = $1 and entry = $2 order by line",
        (bucket, entry),
        |row| Ok((row.get("account")?, money(row, "minor")?)),
    )
}
