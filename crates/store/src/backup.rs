//! A consistent copy of a store, made while a server goes on working on it.
//!
//! A file is copied by the very SQLite that serves it, as of one moment, into a file without gaps:
//! another SQLite could damage a journal that two programs use. A database on a server is copied
//! row by row as of one moment. Either way the copy is a data folder, and it is believed only after
//! its pages, its positions and its books were checked. Until then it does not bear its name.

use crate::copy::{self, Progress, Source};
use crate::database::{Database, Sqlite};
use crate::fault::Fault;
use crate::folder::{self, DATABASE};
use crate::ledger::Verified;
use crate::place::Place;
use crate::{migrations, moving};
use kernel::Moment;
use reactions::Rules;
use rusqlite::Connection;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

const BEGUN: &str = "automat.db.begun";
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How far a backup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupProgress {
    /// So much of a file is copied.
    Bytes {
        /// How many bytes.
        done: u64,
        /// Of about how many: a copy has no gaps.
        total: u64,
    },
    /// A database is copied row by row.
    Rows(Progress),
    /// Everything is there, and it is checked.
    Verifying,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// How large its file is.
    pub bytes: u64,
    /// Its books.
    pub verified: Verified,
}

/// Makes a data folder that holds what a store holds now, whether or not a server works on it.
///
/// It blocks, and is to be called on a thread that may. The folder must not hold a store. Keys are
/// not copied.
pub fn backup(
    from: &Place,
    to: &Path,
    rules: &Rules,
    now: Moment,
    watch: &mut dyn FnMut(BackupProgress),
) -> Result<BackedUp, Fault> {
    let verified = match from {
        Place::Folder(folder) => of_folder(folder, to, rules, watch)?,
        Place::Server(_) => {
            let to = Place::Folder(to.to_owned());
            let mut rows = |progress| watch(BackupProgress::Rows(progress));
            copy::copy_from(Source::AtWork, from, &to, rules, now, &mut rows)?.verified
        }
    };
    let file = to.join(DATABASE);
    let bytes = fs::metadata(&file).map_err(cannot_use(to))?.len();
    Ok(BackedUp { bytes, verified })
}

fn of_folder(
    from: &Path,
    to: &Path,
    rules: &Rules,
    watch: &mut dyn FnMut(BackupProgress),
) -> Result<Verified, Fault> {
    let (file, begun, done) = (from.join(DATABASE), to.join(BEGUN), to.join(DATABASE));
    if !file.exists() {
        let place = from.display().to_string();
        return Err(Fault::NoStore { place });
    }
    fs::create_dir_all(to).map_err(cannot_use(to))?;
    if done.exists() {
        let (place, what) = (to.display().to_string(), format!("a store, {DATABASE}"));
        return Err(Fault::NotEmpty { place, what });
    }
    if begun.exists() {
        // What an earlier backup left when it was broken off is nobody's.
        fs::remove_file(&begun).map_err(cannot_use(to))?;
    }
    let source = folder::connect_reader(&file)?;
    migrations::require_current(&source, &file)?;
    moving::require_whole(&source, from.display())?;
    copy_file(source, &begun, watch)?;
    watch(BackupProgress::Verifying);
    let verified = verify(&begun, rules)?;
    let kept = File::open(&begun).and_then(|copied| copied.sync_all());
    kept.and_then(|()| fs::rename(&begun, &done))
        .and_then(|()| File::open(to)?.sync_all())
        .map_err(cannot_use(to))?;
    Ok(verified)
}

/// Lets SQLite write the copy on a thread of its own and watches the file grow.
fn copy_file(
    source: Database,
    copy: &Path,
    watch: &mut dyn FnMut(BackupProgress),
) -> Result<(), Fault> {
    let doing = "measuring the database";
    let pages: u64 = source.figure(doing, "pragma page_count", ())?;
    let size: u64 = source.figure(doing, "pragma page_size", ())?;
    // A connection that must not write may not write a file of its own either.
    source.script("letting the copy be written", "pragma query_only = off")?;
    let target = copy.display().to_string();
    let (sender, done) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let copied = source.change("copying the database", "vacuum into $1", (&target,));
            // Whoever waits for it is there until it is told.
            let _ = sender.send(copied);
        });
        loop {
            match done.recv_timeout(LOOK_AGAIN) {
                Ok(copied) => return copied.map(|_| ()),
                Err(RecvTimeoutError::Timeout) => watch(BackupProgress::Bytes {
                    done: fs::metadata(copy).map_or(0, |file| file.len()),
                    total: pages * size,
                }),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the copying thread tells its end, or has panicked")
                }
            }
        }
    })
}

fn verify(copy: &Path, rules: &Rules) -> Result<Verified, Fault> {
    let doing = "opening the copy";
    let connection = Connection::open(copy).map_err(|error| Fault::sql(doing)(error.into()))?;
    let database = Database::Sqlite(Sqlite::new(connection));
    folder::check_sound(&database, copy)?;
    copy::verify(&database, &copy.display().to_string(), rules)
}

fn cannot_use(folder: &Path) -> impl FnOnce(io::Error) -> Fault {
    let folder = folder.to_owned();
    move |source| Fault::Folder {
        folder,
        source: Arc::new(source),
    }
}
