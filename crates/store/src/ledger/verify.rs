//! Compares the ledger as stored with the ledger as the events say it must be.
//!
//! Every column of every row is either compared with what the events give or covered by the hash
//! that links the entries, so that one changed byte is found and named. The seal names the ends of
//! all chains: written down outside, it also proves that nobody has rewritten a chain to its end.

use super::{entry_of, hexadecimal, link};
use crate::database::{Cell, Database, Read, Row};
use crate::fault::Fault;
use crate::log::{self, StreamName};
use crate::recall;
use aws_lc_rs::digest;
use finance::{agreement::Agreement, ledger::Entry, payment::Payment};
use kernel::{Bucket, Day, Decider, Moment};
use reactions::Rules;
use std::collections::BTreeMap;

/// The ledger fits its chain and the events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were compared.
    pub entries: u64,
    /// How many buckets have entries.
    pub buckets: u64,
    /// SHA-256 over the ends of all chains, in hexadecimal.
    pub seal: String,
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The bucket.
    pub bucket: Bucket,
    /// The number of the entry; zero for a balance.
    pub entry: u64,
    /// What does not fit, with the column it is in.
    pub what: String,
}

/// A row of the table of entries, unread: a damaged text must be named, not stumble the reader.
#[derive(Debug)]
struct Stored {
    entry: i64,
    stream: String,
    version: i64,
    at: i64,
    day: String,
    description: String,
    prev_hash: String,
    hash: String,
    lines: Vec<Line>,
}

type Line = (i64, String, String, i64);

/// A text whatever its bytes have become.
struct Raw(String);

impl Read for Raw {
    fn read(cell: Cell<'_>) -> Result<Raw, String> {
        Ok(Raw(cell.to_string()))
    }
}

fn raw(row: &Row<'_>, index: usize) -> Result<String, Fault> {
    row.get::<Raw>(index).map(|raw| raw.0)
}

/// What an event says must be stored.
struct Expected {
    stream: StreamName,
    version: u64,
    at: Moment,
    entry: Entry,
}

pub(crate) fn verify(
    database: &Database,
    rules: &Rules,
) -> Result<Result<Verified, Vec<Break>>, Fault> {
    let mut breaks = strays(database)?;
    let mut verified = Verified {
        entries: 0,
        buckets: 0,
        seal: String::new(),
    };
    let mut ends = String::new();
    for bucket in Bucket::all() {
        let stored = stored(database, bucket)?;
        let expected = expected(database, bucket)?;
        verified.entries += expected.len() as u64;
        verified.buckets += u64::from(!expected.is_empty());
        if let Some(last) = stored.last() {
            ends.push_str(&format!("{bucket} {}\n", last.hash));
        }
        compare(bucket, &stored, &expected, rules, &mut breaks);
        compare_balances(database, bucket, &expected, &mut breaks)?;
    }
    verified.seal = hexadecimal(digest::digest(&digest::SHA256, ends.as_bytes()).as_ref());
    Ok(if breaks.is_empty() {
        Ok(verified)
    } else {
        Err(breaks)
    })
}

/// Rows whose bucket is none, or lines that belong to no entry.
fn strays(database: &Database) -> Result<Vec<Break>, Fault> {
    let doing = "looking for stray rows of the ledger";
    database.rows(
        doing,
        "select 'entries.bucket' as what, bucket, entry from entries
             where bucket not between 0 and 255
             union all
             select 'balances.bucket', bucket, 0 from balances where bucket not between 0 and 255
             union all
             select 'lines.bucket or lines.entry', bucket, entry from lines as l
             where not exists (
                 select 1 from entries as e where e.bucket = l.bucket and e.entry = l.entry
             )",
        (),
        |row| {
            let column: String = row.get(0)?;
            let (bucket, entry): (i64, i64) = (row.get(1)?, row.get(2)?);
            let nearest = Bucket::all().nth(bucket.clamp(0, 255) as usize);
            Ok(Break {
                bucket: nearest.expect("there are 256 buckets"),
                entry: entry as u64,
                what: format!("{column}: a row of bucket {bucket} belongs to no entry"),
            })
        },
    )
}

fn stored(database: &Database, bucket: Bucket) -> Result<Vec<Stored>, Fault> {
    let doing = "reading the ledger";
    let number = i64::from(bucket.number());
    let mut lines: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    let rows = database.rows(
        doing,
        "select entry, line, account, currency, minor from lines
             where bucket = $1 order by entry, line",
        (number,),
        |row| {
            let line: Line = (row.get(1)?, raw(row, 2)?, raw(row, 3)?, row.get(4)?);
            Ok((row.get::<i64>(0)?, line))
        },
    )?;
    for (entry, line) in rows {
        lines.entry(entry).or_default().push(line);
    }
    database.rows(
        doing,
        "select entry, stream, version, at, day, description, prev_hash, hash from entries
             where bucket = $1 order by entry",
        (number,),
        |row| {
            let entry = row.get(0)?;
            Ok(Stored {
                entry,
                stream: raw(row, 1)?,
                version: row.get(2)?,
                at: row.get(3)?,
                day: raw(row, 4)?,
                description: raw(row, 5)?,
                prev_hash: raw(row, 6)?,
                hash: raw(row, 7)?,
                lines: lines.remove(&entry).unwrap_or_default(),
            })
        },
    )
}

fn expected(database: &Database, bucket: Bucket) -> Result<Vec<Expected>, Fault> {
    let money = [Payment::KIND, Agreement::KIND];
    let mut expected = Vec::new();
    for logged in log::in_order(database, i64::from(bucket.number()))? {
        let (stream, event) = (logged.stream, logged.stored);
        let kind = stream.text.split_once('-').map_or("", |(kind, _)| kind);
        if !money.contains(&kind) {
            continue;
        }
        let fact = recall::fact(&stream, event.version, &event.body)?;
        if let Some(entry) = entry_of(&fact) {
            expected.push(Expected {
                stream,
                version: event.version,
                at: event.at,
                entry,
            });
        }
    }
    Ok(expected)
}

fn compare(
    bucket: Bucket,
    stored: &[Stored],
    expected: &[Expected],
    rules: &Rules,
    breaks: &mut Vec<Break>,
) {
    let mut prev_hash = "";
    for (index, expected) in expected.iter().enumerate() {
        let number = index as u64 + 1;
        let mut say = |what: String| {
            breaks.push(Break {
                bucket,
                entry: number,
                what,
            })
        };
        let Some(row) = stored.get(index) else {
            let (stream, version) = (&expected.stream.text, expected.version);
            say(format!(
                "entries: the entry of {stream} at version {version} is missing"
            ));
            continue;
        };
        compare_entry(row, expected, number, rules, &mut say);
        if row.prev_hash != prev_hash {
            say("entries.prev_hash: it is not the hash of the entry before".to_owned());
        }
        prev_hash = &row.hash;
    }
    for row in stored.iter().skip(expected.len()) {
        let what = format!("entries: no event posts what {} says", row.stream);
        breaks.push(Break {
            bucket,
            entry: row.entry as u64,
            what,
        });
    }
}

fn compare_entry(
    row: &Stored,
    expected: &Expected,
    number: u64,
    rules: &Rules,
    say: &mut impl FnMut(String),
) {
    let stream = &*expected.stream.text;
    let version = expected.version as i64;
    let mut column = |name: &str, fits: bool| {
        if !fits {
            say(format!(
                "{name}: it differs from {stream} at version {version}"
            ));
        }
    };
    column("entries.entry", row.entry == number as i64);
    column("entries.stream", row.stream == stream);
    column("entries.version", row.version == version);
    column("entries.at", row.at == expected.at.micros());
    column(
        "entries.description",
        row.description == expected.entry.description(),
    );
    compare_lines(&row.lines, &lines_of(&expected.entry), &mut column);
    // The day is part of what is hashed, so it is right when the hash fits, whatever the calendar
    // of the tower is by now.
    let day = Day::parse(&row.day).ok();
    let fits = day.is_some_and(|day| {
        let reference = &expected.stream;
        row.hash
            == link(
                &row.prev_hash,
                &expected.entry,
                day,
                reference,
                expected.version,
            )
    });
    let today = rules.day(expected.at).to_string();
    column("entries.day", fits || row.day == today);
    column("entries.hash", fits || row.day != today);
}

fn lines_of(entry: &Entry) -> Vec<Line> {
    let line = |(number, posting): (i64, &finance::ledger::Posting)| {
        let (account, amount) = (posting.account.to_string(), posting.amount);
        (
            number,
            account,
            amount.currency().code().to_owned(),
            amount.minor(),
        )
    };
    (1..).zip(entry.postings()).map(line).collect()
}

fn compare_lines(stored: &[Line], expected: &[Line], column: &mut impl FnMut(&str, bool)) {
    column("lines: their number", stored.len() == expected.len());
    for (stored, expected) in stored.iter().zip(expected) {
        column("lines.line", stored.0 == expected.0);
        column("lines.account", stored.1 == expected.1);
        column("lines.currency", stored.2 == expected.2);
        column("lines.minor", stored.3 == expected.3);
    }
}

fn compare_balances(
    database: &Database,
    bucket: Bucket,
    expected: &[Expected],
    breaks: &mut Vec<Break>,
) -> Result<(), Fault> {
    let doing = "reading balances";
    let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
    for (_, account, currency, minor) in expected.iter().flat_map(|one| lines_of(&one.entry)) {
        *sums.entry((account, currency)).or_default() += i128::from(minor);
    }
    let rows = database.rows(
        doing,
        "select account, currency, minor from balances where bucket = $1",
        (i64::from(bucket.number()),),
        |row| Ok(((raw(row, 0)?, raw(row, 1)?), row.get::<i64>(2)?)),
    )?;
    let mut say = |what| {
        breaks.push(Break {
            bucket,
            entry: 0,
            what,
        })
    };
    for (of, minor) in rows {
        match sums.remove(&of) {
            Some(sum) if sum == i128::from(minor) => {}
            Some(sum) => say(format!("balances.minor: {} holds {sum}, not {minor}", of.0)),
            None => say(format!("balances: no entry moves {} in {}", of.0, of.1)),
        }
    }
    for (account, currency) in sums.into_keys() {
        say(format!("balances: {account} in {currency} is missing"));
    }
    Ok(())
}
