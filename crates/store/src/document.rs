//! Documents as they were shown and signed, each under the SHA-256 of its text.
//!
//! A document names no person and never changes, so its hash finds it for as long as there is
//! anybody who signed it. Keeping the same text again changes nothing.

use crate::fault::Fault;
use crate::store::Store;
use kernel::Bucket;

impl Store {
    /// Keeps a document under its hash; the one who calls has computed it from this very text.
    pub async fn keep_document(&self, hash: &str, text: &str) -> Result<(), Fault> {
        let (hash, text) = (hash.to_owned(), text.to_owned());
        self.write(move |batch| {
            batch.database.change(
                "keeping a document",
                "insert into documents (bucket, hash, content) values ($1, $2, $3)
                     on conflict (bucket, hash) do nothing",
                (bucket_of(&hash), &hash, &text),
            )?;
            Ok(())
        })
        .await
    }

    /// Finds the document that was kept under a hash.
    pub async fn document(&self, hash: &str) -> Result<Option<String>, Fault> {
        let hash = hash.to_owned();
        self.read(move |database| {
            database.row(
                "looking up a document",
                "select content from documents where bucket = $1 and hash = $2",
                (bucket_of(&hash), &hash),
                |row| row.get(0),
            )
        })
        .await
    }
}

fn bucket_of(hash: &str) -> i64 {
    i64::from(Bucket::of(&format!("document-{hash}")).number())
}
