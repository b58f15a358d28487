//! The schema, as numbered files that only ever go forward, each applied once in order.

use crate::fault::Fault;
use rusqlite::{Connection, TransactionBehavior};
use std::cmp::Ordering;
use std::path::Path;

const FILES: [(&str, &str); 6] = [
    ("0001_log", include_str!("../migrations/0001_log.sql")),
    ("0002_views", include_str!("../migrations/0002_views.sql")),
    ("0003_ledger", include_str!("../migrations/0003_ledger.sql")),
    ("0004_people", include_str!("../migrations/0004_people.sql")),
    (
        "0005_documents",
        include_str!("../migrations/0005_documents.sql"),
    ),
    (
        "0006_answers",
        include_str!("../migrations/0006_answers.sql"),
    ),
];

/// Applies what is missing; a schema newer than this program is refused untouched.
pub(crate) fn run(connection: &mut Connection, file: &Path) -> Result<(), Fault> {
    let doing = "bringing the schema up to date";
    connection
        .execute_batch(
            "create table if not exists migrations (
                number bigint not null, name text not null, primary key (number)
            )",
        )
        .map_err(Fault::sql(doing))?;
    let found: i64 = connection
        .query_row(
            "select coalesce(max(number), 0) from migrations",
            [],
            |row| row.get(0),
        )
        .map_err(Fault::sql(doing))?;
    let known = FILES.len() as i64;
    if found > known {
        return Err(Fault::Newer {
            file: file.to_owned(),
            found,
            known,
        });
    }
    for (number, (name, text)) in (1..).zip(FILES).skip(found as usize) {
        apply(connection, number, name, text).map_err(Fault::sql(doing))?;
        tracing::info!(migration = name, "schema migrated");
    }
    Ok(())
}

/// Refuses a schema that is not this program's, for those who only read.
pub(crate) fn require_current(connection: &Connection, file: &Path) -> Result<(), Fault> {
    let found: i64 = connection
        .query_row("select max(number) from migrations", [], |row| row.get(0))
        .map_err(Fault::sql("reading the schema's number"))?;
    let known = FILES.len() as i64;
    let file = file.to_owned();
    match found.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Fault::Newer { file, found, known }),
        Ordering::Less => Err(Fault::Older { file, found, known }),
    }
}

fn apply(
    connection: &mut Connection,
    number: i64,
    name: &str,
    text: &str,
) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(text)?;
    transaction.execute(
        "insert into migrations (number, name) values (?1, ?2)",
        (number, name),
    )?;
    transaction.commit()
}
