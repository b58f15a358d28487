//! Every table as the migrations make it, for those who treat all tables alike.
//!
//! The tables are read off a database in memory to which the migrations were applied, so that a new
//! migration needs no second list of columns. Rows are read in pages by their key and written many
//! at once, so that no table has to fit into memory. Every table leads its key with the bucket.

use crate::database::{Argument, Database, Row, Sqlite, Value};
use crate::fault::Fault;
use crate::migrations;
use rusqlite::Connection;
use std::path::Path;
use std::sync::LazyLock;

/// Tables that say who works on a database and how it came to be; what it holds is in the others.
const OF_PROCESSES: [&str; 6] = [
    "migrations",
    "moving",
    "commits",
    "nodes",
    "leases",
    "duties",
];

/// How many rows are read at once.
const PAGE: usize = 512;

/// How many rows one statement writes.
const PIECES: [usize; 3] = [128, 16, 1];

/// A row of any table, in the order of its columns.
pub(crate) type Record = Vec<Value>;

struct Column {
    name: String,
    is_number: bool,
}

/// A table and the statements over it.
pub(crate) struct Table {
    pub(crate) name: String,
    columns: Vec<Column>,
    /// The columns of the key, without the bucket.
    key: Vec<usize>,
    first: String,
    next: String,
    inserts: [String; 3],
    count: String,
    clear: String,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let made = made_in_memory();
    made.expect("the migrations can be applied to an empty database and read back from it")
});

/// Gives every table that holds something of the store, by name.
pub(crate) fn all() -> &'static [Table] {
    &TABLES
}

/// Gives a table by its name.
pub(crate) fn named(name: &str) -> &'static Table {
    let found = TABLES.iter().find(|table| table.name == name);
    found.expect("only tables that the migrations make are asked for")
}

/// Lists what a database has tables of that no migration of the store has made.
pub(crate) fn strangers(database: &Database) -> Result<Vec<String>, Fault> {
    let mut names = database.tables()?;
    let is_ours = |name: &String| {
        OF_PROCESSES.contains(&name.as_str()) || TABLES.iter().any(|table| table.name == *name)
    };
    names.retain(|name| !is_ours(name));
    Ok(names)
}

fn made_in_memory() -> Result<Vec<Table>, Fault> {
    let doing = "reading the tables that the migrations make";
    let memory = Connection::open_in_memory().map_err(|error| Fault::sql(doing)(error.into()))?;
    let memory = Database::Sqlite(Sqlite::new(memory));
    migrations::run(&memory, Path::new(":memory:"))?;
    let names = memory.tables()?;
    let kept = names
        .into_iter()
        .filter(|name| !OF_PROCESSES.contains(&name.as_str()));
    kept.map(|name| read_table(&memory, name)).collect()
}

fn read_table(memory: &Database, name: String) -> Result<Table, Fault> {
    let columns = memory.rows(
        "reading the columns of a table",
        "select name, type, pk from pragma_table_info($1) order by cid",
        (&name,),
        |row| {
            let column = Column {
                name: row.get("name")?,
                is_number: row.get::<String>("type")? == "bigint",
            };
            Ok((column, row.get::<u64>("pk")?))
        },
    )?;
    let (columns, places): (Vec<Column>, Vec<u64>) = columns.into_iter().unzip();
    let mut key: Vec<usize> = (0..columns.len())
        .filter(|index| places[*index] > 0)
        .collect();
    key.sort_by_key(|index| places[*index]);
    assert_eq!(
        columns[key.remove(0)].name,
        "bucket",
        "the bucket leads the key of {name}"
    );
    Ok(Table::new(name, columns, key))
}

impl Table {
    fn new(name: String, columns: Vec<Column>, key: Vec<usize>) -> Table {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let list = names.join(", ");
        let keys: Vec<&str> = key.iter().map(|index| names[*index]).collect();
        let select = format!("select {list} from {name} where bucket = $1");
        // A table of one row for each bucket has no second page.
        let (after, order) = match keys.join(", ") {
            none if none.is_empty() => (String::new(), String::new()),
            keys => {
                let after = placeholders(1, key.len());
                (
                    format!("and ({keys}) > {after}"),
                    format!("order by {keys}"),
                )
            }
        };
        let insert = |rows: usize| {
            let rows = (0..rows).map(|row| placeholders(row * names.len(), names.len()));
            let rows: Vec<String> = rows.collect();
            format!("insert into {name} ({list}) values {}", rows.join(", "))
        };
        Table {
            first: format!("{select} {order} limit {PAGE}"),
            next: format!("{select} {after} {order} limit {PAGE}"),
            inserts: PIECES.map(insert),
            count: format!("select count(*) from {name} where bucket between 0 and 255"),
            clear: format!("delete from {name} where bucket = $1"),
            name,
            columns,
            key,
        }
    }

    /// Reads every row of a bucket, page by page, in the order of the key.
    pub(crate) fn pages(
        &'static self,
        database: &Database,
        bucket: i64,
        mut take: impl FnMut(&[Record]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let doing = "reading all rows of a table";
        let read = |row: &Row<'_>| self.read(row);
        let mut page = database.rows(doing, &self.first, (bucket,), read)?;
        loop {
            take(&page)?;
            let Some(last) = page.last().filter(|_| page.len() == PAGE) else {
                return Ok(());
            };
            let mut after = vec![Argument::Number(Some(bucket))];
            after.extend(self.key.iter().map(|index| last[*index].argument()));
            page = database.rows(doing, &self.next, &*after, read)?;
        }
    }

    fn read(&self, row: &Row<'_>) -> Result<Record, Fault> {
        let value = |(index, column): (usize, &Column)| match column.is_number {
            true => row.get(index).map(Value::Number),
            false => row.get(index).map(Value::Text),
        };
        self.columns.iter().enumerate().map(value).collect()
    }

    /// Writes rows that are not there yet.
    pub(crate) fn insert(&'static self, database: &Database, rows: &[Record]) -> Result<(), Fault> {
        let mut rest = rows;
        for (size, text) in PIECES.into_iter().zip(&self.inserts) {
            while rest.len() >= size {
                let (piece, after) = rest.split_at(size);
                let values: Vec<Argument<'_>> =
                    piece.iter().flatten().map(Value::argument).collect();
                database.change("writing rows of a table", text, &*values)?;
                rest = after;
            }
        }
        Ok(())
    }

    /// Removes every row of a bucket.
    pub(crate) fn clear(&'static self, database: &Database, bucket: i64) -> Result<(), Fault> {
        database.change("emptying a table", &self.clear, (bucket,))?;
        Ok(())
    }

    /// Counts the rows of all buckets.
    pub(crate) fn count(&'static self, database: &Database) -> Result<u64, Fault> {
        database.figure("counting the rows of a table", &self.count, ())
    }

    /// Gives the values of a row's key, without the bucket.
    pub(crate) fn key_of(&self, record: &Record) -> Record {
        self.key
            .iter()
            .map(|index| record[*index].clone())
            .collect()
    }

    /// Names the columns in which two rows differ.
    pub(crate) fn differing(&'static self, one: &Record, other: &Record) -> Vec<&'static str> {
        let pairs = self.columns.iter().zip(one.iter().zip(other));
        let differing = pairs.filter(|(_, (one, other))| one != other);
        differing.map(|(column, _)| column.name.as_str()).collect()
    }
}

/// Writes the places of one row's values, the first being numbered one more than `before`.
fn placeholders(before: usize, count: usize) -> String {
    let numbers: Vec<String> = (before + 1..=before + count)
        .map(|number| format!("${number}"))
        .collect();
    format!("({})", numbers.join(", "))
}
