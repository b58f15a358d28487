//! Answers kept under the asker's own key, so that a request sent again gets the same answer.
//!
//! A key belongs to one asker, known by the hash of their token, and counts for a day. The first
//! answer under a key stays; whoever keeps a second one is told nothing, because both were made
//! from the same request.

use crate::fault::Fault;
use crate::secret::SecretHash;
use crate::store::Store;
use kernel::Moment;

/// How long a key counts, in seconds.
pub const ANSWER_SECONDS: i64 = 24 * 60 * 60;

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The hash of the request it answers.
    pub request_hash: String,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Store {
    /// Finds what a request under a key was answered, if the key still counts.
    pub async fn kept_answer(
        &self,
        asker: &SecretHash,
        key: &str,
        now: Moment,
    ) -> Result<Option<KeptAnswer>, Fault> {
        let (asker, key) = (asker.clone(), key.to_owned());
        self.look(move |database| {
            let by = (asker.bucket(), &asker.0, &key, oldest(now));
            database.row(
                "looking up an answer",
                "select request_hash, status, body from answers
                     where bucket = $1 and scope = $2 and key = $3 and at > $4",
                by,
                |row| {
                    Ok(KeptAnswer {
                        request_hash: row.get(0)?,
                        status: row.get(1)?,
                        body: row.get(2)?,
                    })
                },
            )
        })
        .await
    }

    /// Keeps an answer under its key, and forgets those of the same bucket that count no more.
    pub async fn keep_answer(
        &self,
        asker: &SecretHash,
        key: &str,
        answer: KeptAnswer,
        now: Moment,
    ) -> Result<(), Fault> {
        let (asker, key) = (asker.clone(), key.to_owned());
        self.write(move |batch| {
            let bucket = asker.bucket();
            batch.database.change(
                "forgetting old answers",
                "delete from answers where bucket = $1 and at <= $2",
                (bucket, oldest(now)),
            )?;
            batch.database.change(
                "keeping an answer",
                "insert into answers (bucket, scope, key, request_hash, status, body, at)
                     values ($1, $2, $3, $4, $5, $6, $7)
                     on conflict (bucket, scope, key) do nothing",
                (
                    bucket,
                    &asker.0,
                    &key,
                    &answer.request_hash,
                    answer.status,
                    &answer.body,
                    now.micros(),
                ),
            )?;
            Ok(())
        })
        .await
    }
}

fn oldest(now: Moment) -> i64 {
    now.plus_seconds(-ANSWER_SECONDS).micros()
}
