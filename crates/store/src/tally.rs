//! What a table holds in a bucket, as a count and a sum, so that two databases can be compared.
//!
//! Every row is hashed with the length of each value, and the hashes are added up: the sum does not
//! depend on the order of the rows, which two databases with different collations do not share.

use crate::database::{Database, Value};
use crate::fault::Fault;
use crate::table::{self, Record, Table};
use aws_lc_rs::digest;

/// What the rows of one table in one bucket add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    sum: [u64; 4],
}

impl Tally {
    /// Adds a row.
    pub(crate) fn add(&mut self, record: &Record) {
        let mut bytes = Vec::with_capacity(256);
        for value in record {
            write(value, &mut bytes);
        }
        let hash = digest::digest(&digest::SHA256, &bytes);
        let (parts, _) = hash.as_ref().as_chunks();
        for (sum, part) in self.sum.iter_mut().zip(parts) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*part));
        }
        self.rows += 1;
    }
}

/// Writes a value so that no two lists of values give the same bytes.
fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Number(None) | Value::Text(None) => bytes.push(0),
        Value::Number(Some(number)) => {
            bytes.push(1);
            bytes.extend(number.to_be_bytes());
        }
        Value::Text(Some(text)) => {
            bytes.push(2);
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
    }
}

/// Adds up one table in one bucket.
pub(crate) fn of(database: &Database, table: &'static Table, bucket: i64) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    table.pages(database, bucket, |page| {
        page.iter().for_each(|record| tally.add(record));
        Ok(())
    })?;
    Ok(tally)
}

/// Adds up every table in one bucket, in the order of [`table::all`].
pub(crate) fn of_bucket(database: &Database, bucket: i64) -> Result<Vec<Tally>, Fault> {
    let tables = table::all().iter();
    tables.map(|table| of(database, table, bucket)).collect()
}
