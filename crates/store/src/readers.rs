//! A few connections that can only read, lent out one at a time.
//!
//! Readers see what was committed when they began and never stop a writer. Those of a server are
//! made when they are first needed, on a thread that may block.

use crate::database::{Database, Postgres};
use crate::fault::Fault;
use crate::folder;
use crate::place::Address;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinHandle};

const READERS: usize = 4;

/// The pool of readers.
#[derive(Clone)]
pub(crate) struct Readers {
    idle: Arc<Mutex<Vec<Database>>>,
    permits: Arc<Semaphore>,
    server: Option<Address>,
}

impl Readers {
    /// Opens the readers of a file.
    pub(crate) fn of_file(file: &Path) -> Result<Readers, Fault> {
        let databases: Result<Vec<_>, _> =
            (0..READERS).map(|_| folder::connect_reader(file)).collect();
        Ok(Readers::new(databases?, None))
    }

    /// Prepares the readers of a server.
    pub(crate) fn of_server(address: &Address) -> Readers {
        Readers::new(Vec::new(), Some(address.clone()))
    }

    fn new(idle: Vec<Database>, server: Option<Address>) -> Readers {
        Readers {
            idle: Arc::new(Mutex::new(idle)),
            permits: Arc::new(Semaphore::new(READERS)),
            server,
        }
    }

    /// Runs one reading on a thread that may block, as one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&Database) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.lend(move |database| database.snapshot(reading)).await
    }

    /// Runs one statement on a thread that may block. It is a snapshot of its own, and spares a
    /// server the beginning and the end of one.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        looking: impl Fn(&Database) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let look = move |database: &Database| match looking(database) {
            // A connection that is gone is made anew where a snapshot begins.
            Err(fault) if fault.is_passing() => database.snapshot(looking),
            looked => looked,
        };
        self.lend(look).await
    }

    async fn lend<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&Database) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return ended(self.begin(permit, reading).await)?;
        }
        let readers = self.clone();
        // A task of its own waits for the permit and hands it on, so that a caller who stops
        // polling keeps no reader from anybody.
        let task = async move {
            let permit = readers.permits.clone().acquire_owned().await;
            let permit = permit.map_err(|_| Fault::Closed)?;
            ended(readers.begin(permit, reading).await)?
        };
        ended(tokio::spawn(task).await)?
    }

    /// Begins a reading; it ends and gives the reader back whether or not anybody waits for it.
    fn begin<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        reading: impl FnOnce(&Database) -> Result<T, Fault> + Send + 'static,
    ) -> JoinHandle<Result<T, Fault>> {
        let readers = self.clone();
        tokio::task::spawn_blocking(move || {
            let database = readers.borrow()?;
            let result = reading(&database);
            readers.idle().push(database);
            drop(permit);
            result
        })
    }

    /// Closes every reader; later readings are answered that the store is closed.
    pub(crate) async fn close(&self) {
        // Whoever reads now is waited for; nobody new is let in.
        let all = self.permits.acquire_many(READERS as u32).await;
        self.permits.close();
        drop(all);
        self.idle().clear();
    }

    fn borrow(&self) -> Result<Database, Fault> {
        let idle = self.idle().pop();
        match (idle, &self.server) {
            (Some(database), _) => Ok(database),
            (None, Some(address)) => connect(address),
            (None, None) => panic!("a permit stands for an idle reader"),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Database>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives what a task gave; a task that was cut off means that the program ends.
pub(crate) fn ended<T>(task: Result<T, JoinError>) -> Result<T, Fault> {
    match task {
        Ok(result) => Ok(result),
        Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
        Err(_) => Err(Fault::Closed),
    }
}

/// Opens one more connection to a server.
pub(crate) fn connect(address: &Address) -> Result<Database, Fault> {
    let connected = Postgres::connect(address).map_err(|source| Fault::Connect {
        place: address.to_string(),
        source: Arc::new(source),
    });
    Ok(Database::Postgres(Box::new(connected?)))
}
