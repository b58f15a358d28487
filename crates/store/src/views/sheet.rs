//! Rows of views that are projected and not yet written.
//!
//! Projecting every event by a statement of its own would cost a round trip each. The rows of one
//! batch are gathered by table and written together; of several rows with one key, each stands in a
//! round of its own, because a row may keep something of the one before it, and a server refuses to
//! write one row twice by one statement.

use crate::database::{Argument, Database, Many, Params, Value};
use crate::fault::Fault;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How the rows of one view are written: each unless a later version is there.
pub(crate) struct Upsert {
    doing: &'static str,
    /// How many of a row's first values are its key.
    key: usize,
    many: Many,
}

/// Rows to be written, by the view they belong to.
#[derive(Default)]
pub(crate) struct Sheet {
    views: Vec<(&'static Upsert, Rows)>,
}

#[derive(Default)]
struct Rows {
    /// In how many rounds there is a row with that key.
    seen: HashMap<Vec<Value>, usize>,
    /// Values, row after row.
    rounds: Vec<Vec<Value>>,
}

impl Upsert {
    /// Makes it of its statement's parts, as [`Many::new`] does.
    pub(crate) fn new(doing: &'static str, key: usize, parts: [&str; 3]) -> Upsert {
        let many = Many::new(parts[0], parts[1], parts[2]);
        Upsert { doing, key, many }
    }
}

impl Sheet {
    /// Adds a row.
    pub(crate) fn add(&mut self, upsert: &'static LazyLock<Upsert>, row: impl Params) {
        let upsert = LazyLock::force(upsert);
        let row = row.with(|arguments| arguments.iter().map(Value::of).collect());
        self.rows_of(upsert).add(upsert, row);
    }

    fn rows_of(&mut self, upsert: &'static Upsert) -> &mut Rows {
        let is_it = |(known, _): &(&'static Upsert, Rows)| std::ptr::eq(*known, upsert);
        let index = self.views.iter().position(is_it).unwrap_or_else(|| {
            self.views.push((upsert, Rows::default()));
            self.views.len() - 1
        });
        &mut self.views[index].1
    }

    /// Writes every row.
    pub(crate) fn flush(&mut self, database: &Database) -> Result<(), Fault> {
        for (upsert, rows) in self.views.drain(..) {
            for round in rows.rounds {
                let arguments: Vec<Argument<'_>> = round.iter().map(Value::argument).collect();
                upsert.many.write(database, upsert.doing, &arguments)?;
            }
        }
        Ok(())
    }
}

impl Rows {
    fn add(&mut self, upsert: &Upsert, row: Vec<Value>) {
        assert_eq!(row.len(), upsert.many.width(), "{}", upsert.doing);
        let round = self.seen.entry(row[..upsert.key].to_vec()).or_default();
        if *round == self.rounds.len() {
            self.rounds.push(Vec::new());
        }
        self.rounds[*round].extend(row);
        *round += 1;
    }
}
