//! Idempotency rows: which request a key stood for, and which events answered it.
//!
//! A key belongs to one stream and lives in its bucket. Only what wrote events is kept; a refusal
//! or a command with nothing left to do is decided again.

use crate::database::{Argument, Database, Many};
use crate::fault::Fault;
use crate::log::StreamName;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kernel::Moment;
use serde::Serialize;
use std::sync::LazyLock;

/// What a key stood for.
pub(crate) struct KeyRow {
    pub(crate) request_hash: String,
    pub(crate) first_version: u64,
    pub(crate) last_version: u64,
}

/// Hashes a request: its stream and the command as text.
pub(crate) fn request_hash(stream: &StreamName, command: &impl Serialize) -> Result<String, Fault> {
    let body = serde_json::to_string(command).map_err(Fault::body("a command", &stream.text, 0))?;
    let text = format!("{}\n{body}", stream.text);
    Ok(STANDARD_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes())))
}

/// Finds what a key stood for.
pub(crate) fn find(
    database: &Database,
    stream: &StreamName,
    key: &str,
) -> Result<Option<KeyRow>, Fault> {
    let by = (stream.bucket_number(), &*stream.text, key);
    database.row(
        "looking up an idempotency key",
        "select request_hash, first_version, last_version from keys
             where bucket = $1 and stream = $2 and key = $3",
        by,
        |row| {
            Ok(KeyRow {
                request_hash: row.get(0)?,
                first_version: row.get::<i64>(1)? as u64,
                last_version: row.get::<i64>(2)? as u64,
            })
        },
    )
}

/// What a key stands for from now on.
pub(crate) struct FreshKey {
    pub(crate) stream: StreamName,
    pub(crate) key: String,
    pub(crate) request_hash: String,
    pub(crate) first_version: u64,
    pub(crate) last_version: u64,
    pub(crate) at: Moment,
}

static KEEP: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "insert into keys (bucket, stream, key, request_hash, first_version, last_version, at)
         values",
        "($1, $2, $3, $4, $5, $6, $7)",
        "",
    )
});

/// Keeps what keys stand for.
pub(crate) fn insert(database: &Database, keys: &[FreshKey]) -> Result<(), Fault> {
    let rows: Vec<_> = keys
        .iter()
        .flat_map(|row| {
            [
                Argument::Number(Some(row.stream.bucket_number())),
                Argument::Text(Some(&row.stream.text)),
                Argument::Text(Some(&row.key)),
                Argument::Text(Some(&row.request_hash)),
                Argument::Number(Some(row.first_version as i64)),
                Argument::Number(Some(row.last_version as i64)),
                Argument::Number(Some(row.at.micros())),
            ]
        })
        .collect();
    KEEP.write(database, "keeping idempotency keys", &rows)?;
    Ok(())
}
