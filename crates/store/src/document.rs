//! Documents as they were shown and signed, each under the SHA-256 of its text.
//!
//! A document names no person and never changes, so its hash finds it for as long as there is
//! anybody who signed it. Keeping the same text again changes nothing.

use crate::fault::Fault;
use crate::store::Store;
use kernel::Bucket;
use rusqlite::OptionalExtension;

impl Store {
    /// Keeps a document under its hash; the one who calls has computed it from this very text.
    pub async fn keep_document(&self, hash: &str, text: &str) -> Result<(), Fault> {
        let (hash, text) = (hash.to_owned(), text.to_owned());
        self.write(move |batch| {
            batch
                .connection
                .prepare_cached(
                    "insert into documents (bucket, hash, content) values (?1, ?2, ?3)
                     on conflict (bucket, hash) do nothing",
                )
                .and_then(|mut statement| statement.execute((bucket_of(&hash), &hash, &text)))
                .map_err(Fault::sql("keeping a document"))?;
            Ok(())
        })
        .await
    }

    /// Finds the document that was kept under a hash.
    pub async fn document(&self, hash: &str) -> Result<Option<String>, Fault> {
        let hash = hash.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached("select content from documents where bucket = ?1 and hash = ?2")
                .and_then(|mut statement| {
                    let by = (bucket_of(&hash), &hash);
                    statement.query_row(by, |row| row.get(0)).optional()
                })
                .map_err(Fault::sql("looking up a document"))
        })
        .await
    }
}

fn bucket_of(hash: &str) -> i64 {
    i64::from(Bucket::of(&format!("document-{hash}")).number())
}
