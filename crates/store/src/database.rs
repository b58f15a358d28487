//! One connection to the database, whichever it is.
//!
//! Statements are written once, with `$1` for parameters, and with text and bigint as the only
//! types, so that SQLite, PostgreSQL and Citus carry out the same words. A connection blocks its
//! thread and is used by one thread at a time; nothing can be cancelled half-way through a
//! transaction, because there is no await in it.

mod argument; // what goes into a statement
mod many; // many rows by one statement
mod row; // what comes out of it
mod error; // what the database said
mod sqlite; // the embedded one
mod postgres; // the one on a server
mod tls; // how a server is known to be the right one

pub(crate) use self::postgres::Postgres;
pub(crate) use argument::{Argument, Params, Value};
pub use error::DatabaseError;
pub(crate) use many::Many;
pub(crate) use row::{Cell, Read, Row};
pub(crate) use sqlite::Sqlite;

use crate::fault::Fault;

/// A connection.
pub(crate) enum Database {
    /// One file of this process.
    Sqlite(Sqlite),
    /// A server, shared with other processes.
    Postgres(Box<Postgres>),
}

impl Database {
    /// Carries out a statement and tells how many rows it changed.
    pub(crate) fn change(
        &self,
        doing: &'static str,
        sql: &'static str,
        params: impl Params,
    ) -> Result<u64, Fault> {
        let changed = params.with(|arguments| match self {
            Database::Sqlite(sqlite) => sqlite.change(sql, arguments),
            Database::Postgres(postgres) => postgres.change(sql, arguments),
        });
        changed.map_err(Fault::sql(doing))
    }

    /// Carries out a statement and reads every row it gives.
    pub(crate) fn rows<T>(
        &self,
        doing: &'static str,
        sql: &'static str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        params.with(|arguments| match self {
            Database::Sqlite(sqlite) => sqlite.rows(doing, sql, arguments, &mut read),
            Database::Postgres(postgres) => {
                let rows = postgres.rows(sql, arguments).map_err(Fault::sql(doing))?;
                let row = |row| read(&Row::postgres(doing, row));
                rows.iter().map(row).collect()
            }
        })
    }

    /// Carries out a statement and reads its first row, if it gives any.
    pub(crate) fn row<T>(
        &self,
        doing: &'static str,
        sql: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.rows(doing, sql, params, read)?.into_iter().next())
    }

    /// Carries out a statement that always gives one row, such as a count.
    pub(crate) fn figure<T: Read>(
        &self,
        doing: &'static str,
        sql: &'static str,
        params: impl Params,
    ) -> Result<T, Fault> {
        let figure = self.row(doing, sql, params, |row| row.get(0))?;
        Ok(figure.expect("a figure over all rows is one row"))
    }

    /// Carries out several statements without parameters.
    pub(crate) fn script(&self, doing: &'static str, text: &str) -> Result<(), Fault> {
        let carried_out = match self {
            Database::Sqlite(sqlite) => sqlite.script(text),
            Database::Postgres(postgres) => postgres.script(text),
        };
        carried_out.map_err(Fault::sql(doing))
    }

    /// Begins to write.
    pub(crate) fn begin(&self) -> Result<(), Fault> {
        let begun = match self {
            Database::Sqlite(sqlite) => sqlite.script("begin immediate"),
            Database::Postgres(postgres) => postgres.begin("begin"),
        };
        begun.map_err(Fault::sql("beginning a transaction"))
    }

    /// Makes what was written last.
    pub(crate) fn commit(&self) -> Result<(), DatabaseError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.script("commit"),
            Database::Postgres(postgres) => postgres.script("commit"),
        }
    }

    /// Undoes what was written since the beginning, if the database has not done so by itself.
    pub(crate) fn roll_back(&self) {
        let undone = match self {
            Database::Sqlite(sqlite) => sqlite.roll_back(),
            Database::Postgres(postgres) => postgres.roll_back(),
        };
        if let Err(error) = undone {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    /// Reads as of one moment, whatever is written meanwhile.
    pub(crate) fn snapshot<T>(
        &self,
        reading: impl FnOnce(&Database) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let begun = match self {
            Database::Sqlite(sqlite) => sqlite.script("begin"),
            Database::Postgres(postgres) => {
                postgres.begin("begin isolation level repeatable read read only")
            }
        };
        begun.map_err(Fault::sql("beginning to read"))?;
        let result = reading(self);
        match &result {
            Ok(_) => self.script("ending to read", "commit")?,
            Err(_) => self.roll_back(),
        }
        result
    }

    /// Lists the tables there are, by name.
    pub(crate) fn tables(&self) -> Result<Vec<String>, Fault> {
        let doing = "listing the tables";
        let name = |row: &Row<'_>| row.get(0);
        match self {
            Database::Sqlite(_) => self.rows(
                doing,
                "select name from sqlite_schema
                 where type = 'table' and name not like 'sqlite~_%' escape '~' order by name",
                (),
                name,
            ),
            Database::Postgres(_) => self.rows(
                doing,
                "select cast(tablename as text) from pg_catalog.pg_tables
                 where schemaname = current_schema() order by tablename",
                (),
                name,
            ),
        }
    }

    /// Says whether the rows are spread over several servers, which share no snapshot.
    pub(crate) fn is_spread(&self) -> Result<bool, Fault> {
        match self {
            Database::Sqlite(_) => Ok(false),
            Database::Postgres(_) => {
                let extensions: i64 = self.figure(
                    "looking for Citus",
                    "select count(*) from pg_catalog.pg_extension where extname = 'citus'",
                    (),
                )?;
                Ok(extensions > 0)
            }
        }
    }

    /// Says whether other processes write to the same database.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Database::Postgres(_))
    }
}
