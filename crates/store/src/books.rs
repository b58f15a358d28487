//! The books of a data folder or a database server, for reading only, whether or not a shop works
//! on it.
//!
//! An auditor does not have to stop the shop: readers see one snapshot and never stop the writer.
//! Nothing is written, no lock is taken, and no schema is changed.

use crate::fault::Fault;
use crate::ledger::{self, Break, PostedEntry, Verified};
use crate::log::{self, StreamName};
use crate::place::Place;
use crate::readers::Readers;
use crate::{folder, migrations, moving};
use kernel::{Day, Decider, Money};
use reactions::Rules;
use std::path::Path;
use std::sync::Arc;

/// The ledger of one shop.
#[derive(Clone)]
pub struct Books {
    readers: Readers,
    rules: Arc<Rules>,
}

impl Books {
    /// Opens the books of a place.
    ///
    /// Refuses a file that is missing or damaged, a database without a shop, and a schema that is
    /// not this program's.
    pub async fn open(place: &Place, rules: Rules) -> Result<Books, Fault> {
        let (readers, file) = match place {
            Place::Folder(folder) => {
                let file = folder.join(folder::DATABASE);
                (Readers::of_file(&file)?, Some(file))
            }
            Place::Server(address) => (Readers::of_server(address), None),
        };
        let name = place.to_string();
        readers
            .read(move |database| {
                if let Some(file) = file {
                    folder::check_sound(database, &file)?;
                }
                migrations::require_current(database, Path::new(&name))?;
                moving::require_whole(database, &name)
            })
            .await?;
        Ok(Books::new(readers, Arc::new(rules)))
    }

    pub(crate) fn new(readers: Readers, rules: Arc<Rules>) -> Books {
        Books { readers, rules }
    }

    /// Gives the state of a stream, computed from its events.
    pub async fn load<D: Decider>(&self, id: &D::Id) -> Result<D::State, Fault> {
        let stream = StreamName::of::<D>(id);
        let fold = move |database: &_| log::fold::<D>(database, &stream, u64::MAX);
        Ok(self.readers.read(fold).await?.0)
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
