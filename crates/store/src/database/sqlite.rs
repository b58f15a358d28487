//! A connection to the embedded database.
//!
//! Prepared statements are kept by their text. SQLite numbers `$2` by where it first stands and
//! `?2` by its number, so that every text is rewritten once, and kept by its address.

use super::argument::Argument;
use super::error::DatabaseError;
use super::row::Row;
use crate::fault::Fault;
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, params_from_iter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

const STATEMENTS: usize = 192;

/// An open file.
pub(crate) struct Sqlite {
    connection: Connection,
    texts: RefCell<HashMap<(usize, usize), Arc<str>>>,
}

impl Sqlite {
    /// Takes a connection, and has it plan each statement once, whatever values it is given.
    pub(crate) fn new(connection: Connection) -> Sqlite {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .expect("the SQLite that is built in knows this setting");
        Sqlite {
            connection,
            texts: RefCell::default(),
        }
    }

    pub(super) fn change(
        &self,
        sql: &'static str,
        arguments: &[Argument<'_>],
    ) -> Result<u64, DatabaseError> {
        let changed = self.prepare(sql)?.execute(params_from_iter(arguments))?;
        Ok(changed as u64)
    }

    /// Carries out a statement for each of many rows and tells how many it changed.
    pub(super) fn change_each<'a>(
        &self,
        sql: &'static str,
        rows: impl Iterator<Item = &'a [Argument<'a>]>,
    ) -> Result<u64, DatabaseError> {
        let mut statement = self.prepare(sql)?;
        let mut changed = 0;
        for row in rows {
            changed += statement.execute(params_from_iter(row))? as u64;
        }
        Ok(changed)
    }

    pub(super) fn rows<T>(
        &self,
        doing: &'static str,
        sql: &'static str,
        arguments: &[Argument<'_>],
        read: &mut impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.prepare(sql).map_err(Fault::sql(doing))?;
        let mut rows = statement
            .query(params_from_iter(arguments))
            .map_err(DatabaseError::from)
            .map_err(Fault::sql(doing))?;
        let mut found = Vec::new();
        loop {
            match rows.next() {
                Ok(Some(row)) => found.push(read(&Row::sqlite(doing, row))?),
                Ok(None) => return Ok(found),
                Err(error) => return Err(Fault::sql(doing)(error.into())),
            }
        }
    }

    pub(super) fn script(&self, text: &str) -> Result<(), DatabaseError> {
        Ok(self.connection.execute_batch(text)?)
    }

    /// SQLite has rolled back by itself after some errors; there is then nothing to end.
    pub(super) fn roll_back(&self) -> Result<(), DatabaseError> {
        match self.connection.is_autocommit() {
            true => Ok(()),
            false => self.script("rollback"),
        }
    }

    fn prepare(&self, sql: &'static str) -> Result<CachedStatement<'_>, DatabaseError> {
        let text = self
            .texts
            .borrow_mut()
            .entry((sql.as_ptr().addr(), sql.len()))
            .or_insert_with(|| sql.replace('$', "?").into())
            .clone();
        Ok(self.connection.prepare_cached(&text)?)
    }
}
