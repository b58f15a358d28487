//! What can go wrong with the store, each with the thing it concerns and a way out.
//!
//! A fault is the world failing, never the business saying no. One commit answers many callers, so
//! faults can be cloned; their sources are shared.

use crate::database::DatabaseError;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The store could not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// The data folder cannot be made or entered.
    #[error(
        "cannot use the data folder {folder}: {source}. Choose a folder this user may write to"
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// The data folder or its file cannot be written.
    #[error(
        "cannot write to {path}: {detail}. Give this user the right to write there, \
         or choose another data folder"
    )]
    ReadOnly {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// Another process works on the data folder.
    #[error(
        "the data folder {folder} is in use by another process. Stop that process, \
         or choose another data folder"
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The file is damaged or is no database.
    #[error(
        "the database {file} is damaged: {detail}. Move it away and put the newest backup \
         in its place; keep the damaged file for the audit"
    )]
    Corrupt {
        /// The file.
        file: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The file was written by a newer program.
    #[error(
        "the database {file} has schema {found}, this program knows {known}. \
         Start the newer program that wrote it"
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The file was written by an older program and was only to be read.
    #[error(
        "the database {file} has schema {found}, this program knows {known}. \
         Start the server of this program on it once"
    )]
    Older {
        /// The file.
        file: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// There is no store where one was to be read.
    #[error("there is no store at {place}. Name the data folder or the database of one")]
    NoStore {
        /// The folder or database.
        place: String,
    },
    /// A copy was to go where there is something.
    #[error("{place} holds {what}. Name a place that holds nothing")]
    NotEmpty {
        /// The folder or database.
        place: String,
        /// What it holds.
        what: String,
    },
    /// A server works on what must rest.
    #[error(
        "{node} works on {place}. Stop it and try again; one that was cut off counts as at work \
         until its lease is over"
    )]
    AtWork {
        /// The database.
        place: String,
        /// The process.
        node: String,
    },
    /// What is spread over several nodes cannot be read as of one moment.
    #[error(
        "{place} is spread over several nodes, which cannot be read as of one moment while {node} \
         works on it. Stop the servers; or call citus_create_restore_point and take a \
         pg_basebackup of every node"
    )]
    Spread {
        /// The database.
        place: String,
        /// The process.
        node: String,
    },
    /// Only a part of a store has arrived there.
    #[error(
        "{place} is no store yet: a copy into it was broken off. Give the same \
         automat store copy again, it goes on where it was; or empty it"
    )]
    PartlyCopied {
        /// The folder or database.
        place: String,
    },
    /// What was copied is not what was to be copied, or does not fit together.
    #[error("{place} cannot be trusted: {what}. Empty it and copy again")]
    Differs {
        /// The folder or database.
        place: String,
        /// What does not fit.
        what: String,
    },
    /// What should be the address of a database server is none.
    #[error(
        "that is no address of a database server. Write it as \
         postgres://user:password@host:port/database, with signs such as / and @ in the \
         password as %2F and %40"
    )]
    Address,
    /// The database server cannot be reached or lets nobody in.
    #[error("cannot use the database {place}: {source}")]
    Connect {
        /// The server and the name of the database.
        place: String,
        /// What was said.
        source: Arc<DatabaseError>,
    },
    /// The store belongs to another master key.
    #[error(
        "{place} was made with another master key: put the secrets.key of the process that made \
         it into the data folder of this one"
    )]
    OtherKey {
        /// The store.
        place: String,
    },
    /// The database refused a statement.
    #[error("the database failed while {doing}: {source}")]
    Sql {
        /// The step.
        doing: &'static str,
        /// What the database said.
        source: Arc<DatabaseError>,
    },
    /// The commit failed, so that nobody knows whether it happened.
    #[error(
        "the database failed at commit, the outcome is unknown: {source}. Repeat the request \
         with the same key"
    )]
    Commit {
        /// What the database said.
        source: Arc<DatabaseError>,
    },
    /// The commit failed, and it is known that nothing was written.
    #[error("the database lost a transaction and nothing of it was written")]
    Undone,
    /// Somebody else wrote the same version of a stream.
    #[error("stream {stream} was changed by somebody else at version {version}")]
    Conflict {
        /// The stream.
        stream: String,
        /// The version that was to be written.
        version: u64,
    },
    /// Something stored cannot be read back, or something new cannot be written as text.
    #[error("{what} of {stream} at version {version} cannot be read: {source}")]
    Body {
        /// What it is.
        what: &'static str,
        /// The stream.
        stream: String,
        /// The version.
        version: u64,
        /// What the reader said.
        source: Arc<serde_json::Error>,
    },
    /// A row makes no sense.
    #[error("a row of table {table} cannot be understood: {detail}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A secret could not be sealed or opened.
    #[error("cannot {doing}: the cipher refused")]
    Cipher {
        /// The step.
        doing: &'static str,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl Fault {
    /// Names the step a statement belonged to.
    pub(crate) fn sql(doing: &'static str) -> impl FnOnce(DatabaseError) -> Fault {
        move |source| Fault::Sql {
            doing,
            source: Arc::new(source),
        }
    }

    /// Says whether the same work may well succeed when it is carried out once more.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Fault::Sql { source, .. } | Fault::Connect { source, .. } => source.is_passing(),
            Fault::Undone => true,
            _ => false,
        }
    }

    /// Names the row a text could not be read from.
    pub(crate) fn body(
        what: &'static str,
        stream: &str,
        version: u64,
    ) -> impl FnOnce(serde_json::Error) -> Fault {
        let stream = stream.to_owned();
        move |source| Fault::Body {
            what,
            stream,
            version,
            source: Arc::new(source),
        }
    }

    /// Names a row that makes no sense.
    pub(crate) fn row(table: &'static str, detail: impl ToString) -> Fault {
        Fault::Row {
            table,
            detail: detail.to_string(),
        }
    }
}
