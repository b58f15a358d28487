//! A drop as lists show it.
//!
//! The row changes when the drop's life does, not with each entry: whoever wants its counts loads
//! its state, which is cached, and a second with ten thousand entries writes no row ten thousand
//! times.

use super::Projection;
use crate::columns::{moment, word};
use crate::database::Row;
use crate::fault::Fault;
use crate::store::Store;
use kernel::{DropId, Moment};
use sales::drop::{Event, State};

/// A drop as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct DropRow {
    /// Which.
    pub id: DropId,
    /// `announced`, `open`, `closed` or `cancelled`.
    pub state: String,
    /// When it opens.
    pub opens_at: Moment,
    /// When it closes.
    pub closes_at: Moment,
    /// When its life last changed.
    pub updated: Moment,
}

impl Store {
    /// Lists all drops, the one that opens last first.
    pub async fn drops(&self) -> Result<Vec<DropRow>, Fault> {
        self.read(|database| {
            database.rows(
                "listing drops",
                "select * from drops where bucket between 0 and 255
                 order by opens_at desc, drop_id",
                (),
                drop_row,
            )
        })
        .await
    }
}

fn drop_row(row: &Row<'_>) -> Result<DropRow, Fault> {
    Ok(DropRow {
        id: word(row, "drop_id")?,
        state: row.get("state")?,
        opens_at: moment(row, "opens_at")?,
        closes_at: moment(row, "closes_at")?,
        updated: moment(row, "updated")?,
    })
}

pub(super) fn project(
    projection: &Projection<'_>,
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
        "projecting a drop",
        "insert into drops (bucket, drop_id, version, state, opens_at, closes_at, updated)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (bucket, drop_id) do update
         set version = excluded.version, state = excluded.state, opens_at = excluded.opens_at,
             closes_at = excluded.closes_at, updated = excluded.updated
         where drops.version < excluded.version",
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            name,
            announcement.opens_at.micros(),
            announcement.closes_at.micros(),
            projection.at.micros(),
        ),
    )
}
