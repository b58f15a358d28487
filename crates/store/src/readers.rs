//! A few connections that can only read, lent out one at a time.
//!
//! Readers see what was committed when they began and never stop the writer.

use crate::fault::Fault;
use crate::folder;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

const READERS: usize = 4;

/// The pool of readers.
#[derive(Clone)]
pub(crate) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn open(file: &Path) -> Result<Readers, Fault> {
        let connections: Result<Vec<_>, _> =
            (0..READERS).map(|_| folder::connect_reader(file)).collect();
        Ok(Readers {
            idle: Arc::new(Mutex::new(connections?)),
            permits: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Runs one reading on a thread that may block, as one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Fault::Closed)?;
        let idle = self.idle.clone();
        let work = move || {
            let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = lock().pop().expect("a permit stands for an idle reader");
            let result = snapshot(&connection, reading);
            lock().push(connection);
            drop(permit);
            result
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => Err(Fault::Closed),
        }
    }

    /// Closes every reader; later readings are answered that the store is closed.
    pub(crate) async fn close(&self) {
        // Whoever reads now is waited for; nobody new is let in.
        let all = self.permits.acquire_many(READERS as u32).await;
        self.permits.close();
        drop(all);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn snapshot<T>(
    connection: &Connection,
    reading: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection
        .unchecked_transaction()
        .map_err(Fault::sql("beginning to read"))?;
    let result = reading(&transaction)?;
    transaction.commit().map_err(Fault::sql("ending to read"))?;
    Ok(result)
}
