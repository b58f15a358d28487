//! Which master key a store belongs to, without the key.
//!
//! A process with another key would seal what nobody else can open, and make codes and sessions
//! that nobody else knows. So the first who opens a store leaves the fingerprint of its key there,
//! and whoever comes with another is turned away before anything is written.

use crate::database::Database;
use crate::fault::Fault;
use aws_lc_rs::hmac;
use std::fmt::Write;

const PURPOSE: &[u8] = b"automat: fingerprint of the master key";

/// The one row is in this bucket.
const BUCKET: i64 = 0;

/// Refuses a key that is not the store's; the first key becomes the store's.
pub(crate) fn check(database: &Database, key: &[u8; 32], place: &str) -> Result<(), Fault> {
    let own = of(key);
    if known(database)?.is_none() {
        // Of two that come at once the first is known to both afterwards.
        database.change(
            "leaving the fingerprint of the master key",
            "insert into master_key (bucket, fingerprint) values ($1, $2)
             on conflict (bucket) do nothing",
            (BUCKET, &own),
        )?;
    }
    match known(database)? == Some(own) {
        true => Ok(()),
        false => Err(Fault::OtherKey {
            place: place.to_owned(),
        }),
    }
}

fn known(database: &Database) -> Result<Option<String>, Fault> {
    database.row(
        "reading the fingerprint of the master key",
        "select fingerprint from master_key where bucket = $1",
        (BUCKET,),
        |row| row.get(0),
    )
}

fn of(key: &[u8; 32]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), PURPOSE);
    let mut text = String::new();
    for byte in tag.as_ref() {
        write!(text, "{byte:02x}").expect("a text takes what is written to it");
    }
    text
}
