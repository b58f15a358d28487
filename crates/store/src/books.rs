//! The books of a data folder, for reading only, whether or not a server works on it.
//!
//! An auditor does not have to stop the shop: readers see one snapshot and never stop the writer.
//! Nothing is written, no lock is taken, and no schema is changed.

use crate::fault::Fault;
use crate::ledger::{self, Break, PostedEntry, Verified};
use crate::readers::Readers;
use crate::{folder, migrations, moving};
use kernel::{Day, Money};
use reactions::Rules;
use std::path::Path;
use std::sync::Arc;

/// The ledger of a data folder.
#[derive(Clone)]
pub struct Books {
    readers: Readers,
    rules: Arc<Rules>,
}

impl Books {
    /// Opens the books of a data folder.
    ///
    /// Refuses a file that is missing, damaged, or of another schema than this program's.
    pub async fn open(folder: &Path, rules: Rules) -> Result<Books, Fault> {
        let file = folder.join(folder::DATABASE);
        let readers = Readers::of_file(&file)?;
        let checked = file.clone();
        readers
            .read(move |database| {
                folder::check_sound(database, &checked)?;
                migrations::require_current(database, &checked)?;
                moving::require_whole(database, checked.display())
            })
            .await?;
        Ok(Books::new(readers, Arc::new(rules)))
    }

    pub(crate) fn new(readers: Readers, rules: Arc<Rules>) -> Books {
        Books { readers, rules }
    }

    /// Gives the entries of a range of days, both included, by time, then bucket, then number.
    ///
    /// That order is not causal across buckets.
    pub async fn export(&self, from: Day, to: Day) -> Result<Vec<PostedEntry>, Fault> {
        let between = move |database: &_| ledger::entries_between(database, from, to);
        self.readers.read(between).await
    }

    /// Gives what every account holds, debits above zero, by name.
    pub async fn balances(&self) -> Result<Vec<(String, Money)>, Fault> {
        self.readers.read(ledger::balances).await
    }

    /// Compares the whole ledger with its chain and with the events, in one snapshot.
    ///
    /// The outer error is a fault of the world; the inner one names everything that does not fit.
    pub async fn verify(&self) -> Result<Result<Verified, Vec<Break>>, Fault> {
        let rules = self.rules.clone();
        self.readers
            .read(move |database| ledger::verify(database, &rules))
            .await
    }
}
