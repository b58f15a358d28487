//! A connection to a PostgreSQL server, or to one that speaks as it does.
//!
//! Statements are prepared once for each connection, with the types of their parameters named. A
//! connection that is gone is made anew only where a transaction begins: made anew inside one, it
//! would write the rest of it without its beginning. The driver runs its own small event loop, so
//! nothing here may be called, or dropped, on a thread that runs somebody else's.

use super::argument::Argument;
use super::error::DatabaseError;
use super::tls;
use crate::place::Address;
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Row, Statement};
use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::thread;

/// A session on a server.
pub(crate) struct Postgres {
    address: Address,
    /// Taken only by the drop.
    session: RefCell<Option<Session>>,
}

struct Session {
    client: Client,
    /// By the address of the text, which lives as long as the program.
    statements: HashMap<(usize, usize), Statement>,
}

impl Postgres {
    pub(crate) fn connect(address: &Address) -> Result<Postgres, DatabaseError> {
        Ok(Postgres {
            address: address.clone(),
            session: RefCell::new(Some(Session::begin(address)?)),
        })
    }

    pub(super) fn change(
        &self,
        sql: &'static str,
        arguments: &[Argument<'_>],
    ) -> Result<u64, DatabaseError> {
        let mut session = self.session();
        let statement = session.prepare(sql, arguments)?;
        Ok(session.client.execute(&statement, &values(arguments))?)
    }

    pub(super) fn rows(
        &self,
        sql: &'static str,
        arguments: &[Argument<'_>],
    ) -> Result<Vec<Row>, DatabaseError> {
        let mut session = self.session();
        let statement = session.prepare(sql, arguments)?;
        Ok(session.client.query(&statement, &values(arguments))?)
    }

    pub(super) fn script(&self, text: &str) -> Result<(), DatabaseError> {
        Ok(self.session().client.batch_execute(text)?)
    }

    /// Begins a transaction, on a new connection if the old one is gone.
    pub(super) fn begin(&self, text: &str) -> Result<(), DatabaseError> {
        match self.script(text) {
            Err(error) if error.is_lost() => {
                let session = Session::begin(&self.address)?;
                *self.session() = session;
                self.script(text)
            }
            begun => begun,
        }
    }

    /// A connection that is gone has taken its transaction with it.
    pub(super) fn roll_back(&self) -> Result<(), DatabaseError> {
        match self.script("rollback") {
            Err(error) if error.is_lost() => Ok(()),
            done => done,
        }
    }

    fn session(&self) -> RefMut<'_, Session> {
        let taken = "the session is only taken by the drop";
        RefMut::map(self.session.borrow_mut(), |session| {
            session.as_mut().expect(taken)
        })
    }
}

impl Drop for Postgres {
    /// Says good-bye on a thread of its own, because the dropping one may run an event loop.
    fn drop(&mut self) {
        let session = self.session.get_mut().take();
        let ended = thread::Builder::new()
            .name("store-ending".to_owned())
            .spawn(move || drop(session))
            .expect("the system can start one thread");
        if ended.join().is_err() {
            tracing::error!("a session on the database server could not be ended");
        }
    }
}

impl Session {
    fn begin(address: &Address) -> Result<Session, DatabaseError> {
        let config = address.config();
        let client = match address.is_encrypted() {
            true => config.connect(tls::connector()?)?,
            false => config.connect(NoTls)?,
        };
        Ok(Session {
            client,
            statements: HashMap::new(),
        })
    }

    fn prepare(
        &mut self,
        sql: &'static str,
        arguments: &[Argument<'_>],
    ) -> Result<Statement, DatabaseError> {
        let key = (sql.as_ptr().addr(), sql.len());
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let kinds: Vec<Type> = arguments.iter().map(Argument::kind).collect();
        let statement = self.client.prepare_typed(sql, &kinds)?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }
}

fn values<'a>(arguments: &'a [Argument<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    arguments.iter().map(Argument::value).collect()
}
