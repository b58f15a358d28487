//! A whole store copied from one place to another, of whichever kind they are.
//!
//! Everything is read as of one moment, bucket by bucket and table by table, and each bucket is
//! written in one transaction together with the note that it has arrived. Right after its commit it
//! is read back and compared, row by row. A copy that is broken off goes on where it was: what has
//! arrived is compared once more, and what has changed since is brought anew. Until the end the
//! target cannot be opened as a store.

use crate::database::Database;
use crate::fault::Fault;
use crate::folder::{self, Folder};
use crate::ledger::{self, Verified};
use crate::place::Place;
use crate::tally::{self, Tally};
use crate::{heads, lease, migrations, moving, readers, table};
use kernel::{Bucket, Moment};
use reactions::Rules;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// An earlier copy was broken off and goes on; so many buckets have arrived.
    Resumed {
        /// How many buckets.
        buckets: usize,
    },
    /// So many rows are at the target.
    Rows {
        /// How many.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// All rows are there, and the books are recomputed.
    Verifying,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many rows are at the target.
    pub rows: u64,
    /// How many buckets an earlier copy had brought.
    pub kept: usize,
    /// How many of an earlier copy had changed since and were brought anew.
    pub anew: usize,
    /// The books at the target.
    pub verified: Verified,
}

/// Whether somebody may work on what is copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nobody may: what is copied is to go on elsewhere.
    AtRest,
    /// Everybody may: what is copied is a state of the past as soon as it is there.
    AtWork,
}

/// A place that is open.
struct Opened {
    database: Database,
    name: String,
    /// Keeps other processes out of a folder.
    _lock: Option<File>,
}

/// Copies a store that nobody works on to a place that holds nothing.
///
/// It blocks, and is to be called on a thread that may. The same call after an interruption goes on
/// where the first one was.
pub fn copy(
    from: &Place,
    to: &Place,
    rules: &Rules,
    now: Moment,
    watch: &mut dyn FnMut(Progress),
) -> Result<Copied, Fault> {
    copy_from(Source::AtRest, from, to, rules, now, watch)
}

pub(crate) fn copy_from(
    kind: Source,
    from: &Place,
    to: &Place,
    rules: &Rules,
    now: Moment,
    watch: &mut dyn FnMut(Progress),
) -> Result<Copied, Fault> {
    let source = open_source(kind, from)?;
    require_rest(kind, &source, now)?;
    let target = open_target(to)?;
    require_rest(Source::AtRest, &target, now)?;
    let (target, name) = (&target.database, &target.name);
    let marks = begin(target, name)?;
    let mut copying = Copying {
        target,
        name,
        total: 0,
        copied: Copied {
            rows: 0,
            kept: 0,
            anew: 0,
            verified: Verified::default(),
        },
        watch,
    };
    source
        .database
        .snapshot(|source| copying.run(source, &marks))?;
    (copying.watch)(Progress::Verifying);
    copying.copied.verified = verify(target, name, rules)?;
    moving::end(target)?;
    if target.is_shared() {
        target.script("learning what the tables hold", "analyze")?;
    }
    Ok(copying.copied)
}

fn open_source(kind: Source, place: &Place) -> Result<Opened, Fault> {
    let nothing = || Fault::NoStore {
        place: place.to_string(),
    };
    let (database, lock) = match place {
        Place::Folder(folder) => {
            let file = folder.join(folder::DATABASE);
            if !file.exists() {
                return Err(nothing());
            }
            let lock = match kind {
                Source::AtRest => Some(folder::lock(folder)?),
                Source::AtWork => None,
            };
            let reader = folder::connect_reader(&file)?;
            folder::check_sound(&reader, &file)?;
            (reader, lock)
        }
        Place::Server(address) => (readers::connect(address)?, None),
    };
    let name = place.to_string();
    if !database.tables()?.iter().any(|table| table == "migrations") {
        return Err(nothing());
    }
    migrations::require_current(&database, Path::new(&name))?;
    moving::require_whole(&database, &name)?;
    Ok(Opened {
        database,
        name,
        _lock: lock,
    })
}

fn open_target(place: &Place) -> Result<Opened, Fault> {
    let name = place.to_string();
    match place {
        Place::Folder(folder) => {
            let file = folder.join(folder::DATABASE);
            if file.exists() {
                refuse_strangers(&folder::connect_reader(&file)?, &name)?;
            }
            let folder = Folder::enter(folder)?;
            Ok(Opened {
                database: folder.writer,
                name,
                _lock: Some(folder.lock),
            })
        }
        Place::Server(address) => {
            let database = readers::connect(address)?;
            refuse_strangers(&database, &name)?;
            migrations::run(&database, Path::new(&name))?;
            Ok(Opened {
                database,
                name,
                _lock: None,
            })
        }
    }
}

/// Refuses a database on which a process is alive, where that matters.
fn require_rest(kind: Source, opened: &Opened, now: Moment) -> Result<(), Fault> {
    let Some(node) = lease::live_node(&opened.database, now)? else {
        return Ok(());
    };
    let place = opened.name.clone();
    match kind {
        Source::AtRest => Err(Fault::AtWork { place, node }),
        Source::AtWork if opened.database.is_spread()? => Err(Fault::Spread { place, node }),
        Source::AtWork => Ok(()),
    }
}

fn refuse_strangers(database: &Database, place: &str) -> Result<(), Fault> {
    match table::strangers(database)?.first() {
        None => Ok(()),
        Some(stranger) => Err(Fault::NotEmpty {
            place: place.to_owned(),
            what: format!("a table {stranger} of somebody else"),
        }),
    }
}

/// Gives the marks of a copy that was broken off, or begins one where there is nothing at all.
fn begin(target: &Database, name: &str) -> Result<BTreeMap<i64, bool>, Fault> {
    let marks = moving::marks(target)?;
    if !marks.is_empty() {
        return Ok(marks);
    }
    for table in table::all() {
        let rows = table.count(target)?;
        if rows > 0 {
            return Err(Fault::NotEmpty {
                place: name.to_owned(),
                what: format!("{rows} rows in its table {}", table.name),
            });
        }
    }
    written(target, || moving::begin(target))?;
    Ok(BTreeMap::new())
}

/// Carries out a piece of writing as one transaction.
fn written<T>(target: &Database, writing: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    target.begin()?;
    let result = writing().and_then(|result| {
        target.commit().map_err(Fault::sql("committing a bucket"))?;
        Ok(result)
    });
    if result.is_err() {
        target.roll_back();
    }
    result
}

/// A copy on its way.
struct Copying<'a> {
    target: &'a Database,
    name: &'a str,
    total: u64,
    copied: Copied,
    watch: &'a mut dyn FnMut(Progress),
}

impl Copying<'_> {
    fn run(&mut self, source: &Database, marks: &BTreeMap<i64, bool>) -> Result<(), Fault> {
        for table in table::all() {
            self.total += table.count(source)?;
        }
        let arrived = marks.values().filter(|arrived| **arrived).count();
        if !marks.is_empty() {
            (self.watch)(Progress::Resumed { buckets: arrived });
        }
        for bucket in Bucket::all().map(|bucket| i64::from(bucket.number())) {
            match marks.get(&bucket) {
                Some(true) => self.look_again(source, bucket)?,
                _ => self.bring(source, bucket, false)?,
            }
        }
        Ok(())
    }

    /// Compares a bucket of an earlier copy, and brings it anew if it has changed since.
    fn look_again(&mut self, source: &Database, bucket: i64) -> Result<(), Fault> {
        let there = tally::of_bucket(source, bucket)?;
        if tally::of_bucket(self.target, bucket)? == there {
            self.copied.kept += 1;
            self.went_on(there.iter().map(|tally| tally.rows).sum());
            return Ok(());
        }
        self.copied.anew += 1;
        self.bring(source, bucket, true)
    }

    /// Brings a bucket in one transaction and compares what has arrived.
    fn bring(&mut self, source: &Database, bucket: i64, anew: bool) -> Result<(), Fault> {
        let target = self.target;
        let sent = written(target, || {
            if anew {
                for table in table::all() {
                    table.clear(target, bucket)?;
                }
            } else if !moving::arrive(target, bucket)? {
                return Ok(None);
            }
            self.fill(source, bucket).map(Some)
        })?;
        match sent {
            Some(sent) => self.compare(bucket, &sent),
            // Another copy into the same place was faster.
            None => self.look_again(source, bucket),
        }
    }

    fn fill(&mut self, source: &Database, bucket: i64) -> Result<Vec<Tally>, Fault> {
        let mut tallies = Vec::with_capacity(table::all().len());
        for table in table::all() {
            let mut tally = Tally::default();
            table.pages(source, bucket, |page| {
                page.iter().for_each(|record| tally.add(record));
                table.insert(self.target, page)?;
                self.went_on(page.len() as u64);
                Ok(())
            })?;
            tallies.push(tally);
        }
        Ok(tallies)
    }

    fn compare(&self, bucket: i64, sent: &[Tally]) -> Result<(), Fault> {
        let arrived = tally::of_bucket(self.target, bucket)?;
        for (table, (sent, arrived)) in table::all().iter().zip(sent.iter().zip(&arrived)) {
            if sent != arrived {
                let (name, sent, arrived) = (&table.name, sent.rows, arrived.rows);
                return Err(Fault::Differs {
                    place: self.name.to_owned(),
                    what: format!(
                        "table {name}, bucket {bucket}: {sent} rows were sent, {arrived} are \
                         there, and they are not the same"
                    ),
                });
            }
        }
        Ok(())
    }

    fn went_on(&mut self, rows: u64) {
        self.copied.rows += rows;
        (self.watch)(Progress::Rows {
            done: self.copied.rows,
            total: self.total,
        });
    }
}

/// Checks that positions have no gap and that the books are whole.
pub(crate) fn verify(database: &Database, place: &str, rules: &Rules) -> Result<Verified, Fault> {
    let differs = |what: String| Fault::Differs {
        place: place.to_owned(),
        what,
    };
    for bucket in Bucket::all().map(|bucket| i64::from(bucket.number())) {
        let (events, first, last) = positions(database, bucket)?;
        let next = heads::of(database, bucket)?;
        let is_gapless = (first, last) == (1, events) || events == 0;
        if !is_gapless || next != events + 1 {
            return Err(differs(format!(
                "bucket {bucket} has {events} events at positions {first} to {last}, and its \
                 next position is {next}"
            )));
        }
    }
    let found = ledger::verify(database, rules)?;
    found.map_err(|breaks| {
        let first = breaks.first().map(|found| {
            let (bucket, entry, what) = (found.bucket, found.entry, &found.what);
            format!(": bucket {bucket} entry {entry}: {what}")
        });
        let first = first.unwrap_or_default();
        differs(format!("the books have {} breaks{first}", breaks.len()))
    })
}

/// Gives how many events a bucket has, and its first and last position.
fn positions(database: &Database, bucket: i64) -> Result<(i64, i64, i64), Fault> {
    let found = database.row(
        "looking for gaps in a bucket",
        "select count(*), coalesce(min(pos), 0), coalesce(max(pos), 0) from events
         where bucket = $1",
        (bucket,),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(found.expect("a figure over all rows is one row"))
}
