//! The schema, as numbered files that only ever go forward, each applied once in order.
//!
//! Two processes may start on one server at once. The row of a step is written before the step is
//! taken, in the step's own transaction: whoever comes second waits for that row, sees that it is
//! there, and has nothing to do.

use crate::database::Database;
use crate::fault::Fault;
use std::cmp::Ordering;
use std::path::Path;

const FILES: [(&str, &str); 12] = [
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
    (
        "0007_several",
        include_str!("../migrations/0007_several.sql"),
    ),
    ("0008_drops", include_str!("../migrations/0008_drops.sql")),
    ("0009_moving", include_str!("../migrations/0009_moving.sql")),
    (
        "0010_together",
        include_str!("../migrations/0010_together.sql"),
    ),
    ("0011_delays", include_str!("../migrations/0011_delays.sql")),
    ("0012_words", include_str!("../migrations/0012_words.sql")),
];

const DOING: &str = "bringing the schema up to date";
const TRIES: u32 = 10;

/// Applies what is missing; a schema newer than this program is refused untouched.
pub(crate) fn run(database: &Database, place: &Path) -> Result<(), Fault> {
    begin(database, TRIES)?;
    let found = found(database)?;
    let known = FILES.len() as i64;
    if found > known {
        let file = place.to_owned();
        return Err(Fault::Newer { file, found, known });
    }
    for (number, (name, text)) in (1..).zip(FILES).skip(found as usize) {
        database.begin()?;
        match apply(database, number, name, text) {
            Ok(applied) => {
                database.commit().map_err(Fault::sql(DOING))?;
                if applied {
                    tracing::info!(migration = name, "schema migrated");
                }
            }
            Err(fault) => {
                database.roll_back();
                return Err(fault);
            }
        }
    }
    Ok(())
}

/// Refuses a schema that is not this program's, for those who only read.
pub(crate) fn require_current(database: &Database, place: &Path) -> Result<(), Fault> {
    let found = found(database)?;
    let known = FILES.len() as i64;
    let file = place.to_owned();
    match found.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Fault::Newer { file, found, known }),
        Ordering::Less => Err(Fault::Older { file, found, known }),
    }
}

/// Makes the table of steps. A server may refuse one of two who make it in the same moment, though
/// each asked whether it was there.
fn begin(database: &Database, tries: u32) -> Result<(), Fault> {
    let made = database.script(
        DOING,
        "create table if not exists migrations (
            number bigint not null, name text not null, primary key (number)
        )",
    );
    match made {
        Err(Fault::Sql { source, .. }) if tries > 0 && source.is_made_twice() => {
            begin(database, tries - 1)
        }
        other => other,
    }
}

fn found(database: &Database) -> Result<i64, Fault> {
    database.figure(
        "reading the schema's number",
        "select coalesce(max(number), 0) from migrations",
        (),
    )
}

fn apply(database: &Database, number: i64, name: &str, text: &str) -> Result<bool, Fault> {
    let mine = database.change(
        DOING,
        "insert into migrations (number, name) values ($1, $2)
         on conflict (number) do nothing",
        (number, name),
    )?;
    if mine > 0 {
        database.script(DOING, text)?;
    }
    Ok(mine > 0)
}
