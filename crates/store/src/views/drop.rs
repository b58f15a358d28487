//! A drop as it is found in lists.
//!
//! The row changes when the drop's life does, not with each entry: whoever wants its counts loads
//! its state, which is cached, and a second with ten thousand entries writes no row ten thousand
//! times.

use super::Projection;
use super::sheet::Upsert;
use crate::columns::word;
use crate::fault::Fault;
use crate::store::Store;
use kernel::DropId;
use sales::drop::{Event, State};
use std::sync::LazyLock;

impl Store {
    /// Lists all drops, the one that opens last first.
    pub async fn drops(&self) -> Result<Vec<DropId>, Fault> {
        self.read(|database| {
            database.rows(
                "listing drops",
                "select drop_id from drops where bucket between 0 and 255
                 order by opens_at desc, drop_id",
                (),
                |row| word(row, "drop_id"),
            )
        })
        .await
    }
}

static ROW: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting a drop",
        2,
        [
            "insert into drops (bucket, drop_id, version, state, opens_at, closes_at, updated)
         values",
            "($1, $2, $3, $4, $5, $6, $7)",
            "on conflict (bucket, drop_id) do update
         set version = excluded.version, state = excluded.state, opens_at = excluded.opens_at,
             closes_at = excluded.closes_at, updated = excluded.updated
         where drops.version < excluded.version",
        ],
    )
});

pub(super) fn project(
    projection: &mut Projection<'_>,
    id: &DropId,
    event: &Event,
    state: &State,
) -> Result<(), Fault> {
    let changes_its_life = matches!(
        event,
        Event::Announced { .. }
            | Event::Opened { .. }
            | Event::Closed { .. }
            | Event::Cancelled { .. }
    );
    let (name, book) = match state {
        State::Announced(book) => ("announced", book),
        State::Open(book) => ("open", book),
        State::Closed(book) => ("closed", book),
        State::Cancelled { book, .. } => ("cancelled", book),
        State::Unknown => return Ok(()),
    };
    if !changes_its_life {
        return Ok(());
    }
    let announcement = book.announcement();
    projection.upsert(
        &ROW,
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            name,
            announcement.opens_at.micros(),
            announcement.closes_at.micros(),
            projection.at.micros(),
        ),
    );
    Ok(())
}
