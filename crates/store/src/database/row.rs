//! What comes out of a statement: rows, read by index or by name.

use super::error::DatabaseError;
use crate::fault::Fault;
use postgres::types::Type;
use rusqlite::types::ValueRef;
use std::fmt;

/// One value of a row.
pub(crate) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// A text, as its bytes; only a damaged one is not UTF-8.
    Text(&'a [u8]),
    /// Something no migration has made, by the name of its type.
    Strange(String),
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Null => f.write_str("null"),
            Cell::Number(number) => number.fmt(f),
            Cell::Text(bytes) => String::from_utf8_lossy(bytes).fmt(f),
            Cell::Strange(kind) => write!(f, "something of type {kind}"),
        }
    }
}

/// A value that can be read from a cell.
pub(crate) trait Read: Sized {
    /// Reads it, or says why it cannot be.
    fn read(cell: Cell<'_>) -> Result<Self, String>;
}

impl Read for i64 {
    fn read(cell: Cell<'_>) -> Result<i64, String> {
        match cell {
            Cell::Number(number) => Ok(number),
            other => Err(format!("{other} is not a number")),
        }
    }
}

impl Read for u64 {
    fn read(cell: Cell<'_>) -> Result<u64, String> {
        narrow(i64::read(cell)?)
    }
}

impl Read for u32 {
    fn read(cell: Cell<'_>) -> Result<u32, String> {
        narrow(i64::read(cell)?)
    }
}

impl Read for u16 {
    fn read(cell: Cell<'_>) -> Result<u16, String> {
        narrow(i64::read(cell)?)
    }
}

fn narrow<T: TryFrom<i64>>(number: i64) -> Result<T, String> {
    T::try_from(number).map_err(|_| format!("{number} is out of range"))
}

impl Read for String {
    fn read(cell: Cell<'_>) -> Result<String, String> {
        match cell {
            Cell::Text(bytes) => str::from_utf8(bytes)
                .map(str::to_owned)
                .map_err(|error| error.to_string()),
            other => Err(format!("{other} is not a text")),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(cell: Cell<'_>) -> Result<Option<T>, String> {
        match cell {
            Cell::Null => Ok(None),
            other => T::read(other).map(Some),
        }
    }
}

/// A row, for as long as it is looked at.
pub(crate) struct Row<'a> {
    doing: &'static str,
    source: Source<'a>,
}

pub(crate) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl<'a> Row<'a> {
    pub(super) fn sqlite(doing: &'static str, row: &'a rusqlite::Row<'a>) -> Row<'a> {
        let source = Source::Sqlite(row);
        Row { doing, source }
    }

    pub(super) fn postgres(doing: &'static str, row: &'a postgres::Row) -> Row<'a> {
        let source = Source::Postgres(row);
        Row { doing, source }
    }

    /// Reads a column.
    pub(crate) fn get<T: Read>(&self, column: impl Column) -> Result<T, Fault> {
        let read = column
            .index(&self.source)
            .and_then(|index| T::read(self.source.cell(index)?));
        read.map_err(|detail| {
            let column = column.name();
            Fault::sql(self.doing)(DatabaseError::Column { column, detail })
        })
    }
}

impl Source<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, String> {
        match self {
            Source::Sqlite(row) => {
                let value = row.get_ref(index).map_err(|error| error.to_string())?;
                Ok(match value {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(number) => Cell::Number(number),
                    ValueRef::Text(bytes) => Cell::Text(bytes),
                    ValueRef::Real(_) | ValueRef::Blob(_) => {
                        Cell::Strange(value.data_type().to_string())
                    }
                })
            }
            Source::Postgres(row) => {
                let kind = row.columns().get(index).map(postgres::Column::type_);
                let kind = kind.ok_or_else(|| format!("there is no column {index}"))?;
                let unread = |error: postgres::Error| error.to_string();
                Ok(match *kind {
                    Type::INT8 => {
                        let number: Option<i64> = row.try_get(index).map_err(unread)?;
                        number.map_or(Cell::Null, Cell::Number)
                    }
                    Type::TEXT => {
                        let text: Option<&str> = row.try_get(index).map_err(unread)?;
                        text.map_or(Cell::Null, |text| Cell::Text(text.as_bytes()))
                    }
                    _ => Cell::Strange(kind.name().to_owned()),
                })
            }
        }
    }
}

/// A column, by index or by name.
pub(crate) trait Column: private::Find {}

impl Column for usize {}
impl Column for &str {}

mod private {
    use super::Source;

    pub(crate) trait Find {
        fn index(&self, row: &Source<'_>) -> Result<usize, String>;
        fn name(&self) -> String;
    }

    impl Find for usize {
        fn index(&self, _: &Source<'_>) -> Result<usize, String> {
            Ok(*self)
        }

        fn name(&self) -> String {
            self.to_string()
        }
    }

    impl Find for &str {
        fn index(&self, row: &Source<'_>) -> Result<usize, String> {
            let found = match row {
                Source::Sqlite(row) => row.as_ref().column_index(self).ok(),
                Source::Postgres(row) => {
                    let named = |column: &postgres::Column| column.name() == *self;
                    row.columns().iter().position(named)
                }
            };
            found.ok_or_else(|| "there is no such column".to_owned())
        }

        fn name(&self) -> String {
            (*self).to_owned()
        }
    }
}
