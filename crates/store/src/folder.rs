//! The data folder: one file, one process, opened only when it is sound.
//!
//! A lock on `automat.lock` keeps a second process out for as long as the first one lives, however
//! it ends. The database is checked before anything is written to it, a large one only that it is a
//! database: reading all of it is then done while the shop is open already. Every refusal says what
//! is wrong, where, and what to do.

use crate::database::{Database, DatabaseError, Sqlite};
use crate::fault::Fault;
use crate::{migrations, moving};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(crate) const DATABASE: &str = "automat.db";
const LOCK: &str = "automat.lock";
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A file up to this size is read whole before anything else is done with it; it takes a tenth of
/// a second. A larger one is checked while the shop is open already, see [`check_file`].
const CHECKED_AT_ONCE: u64 = 32 * 1_024 * 1_024;

/// An opened data folder: the writer's connection and the lock that keeps others out.
pub(crate) struct Folder {
    pub(crate) file: PathBuf,
    pub(crate) writer: Database,
    pub(crate) lock: File,
}

impl Folder {
    /// Enters the folder as the one process that works on it from now on.
    pub(crate) fn open(folder: &Path) -> Result<Folder, Fault> {
        let folder = Folder::enter(folder)?;
        moving::require_whole(&folder.writer, folder.file.display())?;
        end_leases(&folder.writer)?;
        Ok(folder)
    }

    /// Locks the folder, checks its file and brings the schema up to date.
    pub(crate) fn enter(folder: &Path) -> Result<Folder, Fault> {
        let refused = |source| Fault::Folder {
            folder: folder.to_owned(),
            source: Arc::new(source),
        };
        fs::create_dir_all(folder).map_err(refused)?;
        let lock = lock(folder)?;
        let file = folder.join(DATABASE);
        check_writable(&file)?;
        let writer = connect(&file)?;
        migrations::run(&writer, &file)?;
        Ok(Folder { file, writer, lock })
    }
}

/// Ends what a process that is gone had claimed: whoever holds the lock is the only one alive, and
/// nobody has to wait for the dead.
fn end_leases(writer: &Database) -> Result<(), Fault> {
    writer.script(
        "ending the leases of the process before",
        "update outbox set lease = 0 where bucket between 0 and 255 and lease > 0;
         update timers set lease = 0 where bucket between 0 and 255 and lease > 0;",
    )
}

/// Keeps every other process out for as long as the file is open.
pub(crate) fn lock(folder: &Path) -> Result<File, Fault> {
    let path = folder.join(LOCK);
    let opened = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = opened.map_err(|error| Fault::ReadOnly {
        path,
        detail: error.to_string(),
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::InUse {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(Fault::Folder {
            folder: folder.to_owned(),
            source: Arc::new(source),
        }),
    }
}

/// A database that cannot be written opens without a word and fails at the first sale.
fn check_writable(file: &Path) -> Result<(), Fault> {
    if !file.exists() {
        return Ok(());
    }
    let refused = |detail: String| Fault::ReadOnly {
        path: file.to_owned(),
        detail,
    };
    File::options()
        .append(true)
        .open(file)
        .map_err(|error| refused(error.to_string()))?;
    Ok(())
}

fn connect(file: &Path) -> Result<Database, Fault> {
    let connection = Connection::open(file).map_err(|error| opening(file, error))?;
    connection
        .busy_timeout(BUSY_WAIT)
        .map_err(|error| opening(file, error))?;
    let writer = Database::Sqlite(Sqlite::new(connection));
    match is_large(file) {
        true => check_schema(&writer, file)?,
        false => check_sound(&writer, file)?,
    }
    writer
        .script(
            "opening the database",
            "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;
             pragma wal_autocheckpoint = 16384;",
        )
        .map_err(|fault| classify(file, fault))?;
    Ok(writer)
}

/// Says whether a file is too large to be read whole whenever it is opened.
pub(crate) fn is_large(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.len() > CHECKED_AT_ONCE)
}

/// Checks that the file is a database that says what is in it.
fn check_schema(database: &Database, file: &Path) -> Result<(), Fault> {
    let doing = "opening the database";
    let tables: Result<i64, Fault> =
        database.figure(doing, "select count(*) from sqlite_schema", ());
    tables.map(drop).map_err(|fault| classify(file, fault))
}

/// Reads a whole file, by a connection of its own, and checks that its pages fit together.
pub(crate) fn check_file(file: &Path) -> Result<(), Fault> {
    check_sound(&connect_reader(file)?, file)
}

/// Checks that the file is a database whose pages fit together.
pub(crate) fn check_sound(database: &Database, file: &Path) -> Result<(), Fault> {
    let sound: String = database
        .figure("opening the database", "pragma quick_check(1)", ())
        .map_err(|fault| classify(file, fault))?;
    match sound.as_str() {
        "ok" => Ok(()),
        _ => Err(Fault::Corrupt {
            file: file.to_owned(),
            detail: sound,
        }),
    }
}

/// Opens one more connection that can only read.
pub(crate) fn connect_reader(file: &Path) -> Result<Database, Fault> {
    let doing = "opening a reader";
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)
        .and_then(|connection| connection.busy_timeout(BUSY_WAIT).map(|()| connection))
        .map_err(|error| Fault::sql(doing)(error.into()))?;
    let reader = Database::Sqlite(Sqlite::new(connection));
    reader.script(doing, "pragma query_only = on;")?;
    Ok(reader)
}

fn opening(file: &Path, error: rusqlite::Error) -> Fault {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Fault::Corrupt {
            file: file.to_owned(),
            detail,
        },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Fault::ReadOnly {
                path: file.to_owned(),
                detail,
            }
        }
        _ => Fault::sql("opening the database")(error.into()),
    }
}

/// Names what a statement at the opening found to be wrong with the file.
fn classify(file: &Path, fault: Fault) -> Fault {
    match fault {
        Fault::Sql { doing, source } => match Arc::try_unwrap(source) {
            Ok(DatabaseError::Sqlite(error)) => opening(file, error),
            Ok(source) => Fault::sql(doing)(source),
            Err(source) => Fault::Sql { doing, source },
        },
        other => other,
    }
}
