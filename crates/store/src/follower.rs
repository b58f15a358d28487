//! Follows what other processes write, so that whoever listens here hears it too.
//!
//! A thread with a connection of its own looks a few times a second how far each bucket goes, and
//! reads what is new. There is no message from the database that could be lost; a look that fails
//! is made up for by the next.

use crate::database::Database;
use crate::fault::Fault;
use crate::heads;
use crate::place::Address;
use crate::process::Shared;
use crate::readers;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// The thread that follows.
pub(crate) struct Follower {
    /// Taken by the drop; the thread ends when it is gone.
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    pub(crate) fn start(address: &Address, shared: Shared) -> Follower {
        let (stop, stopped) = mpsc::channel();
        let address = address.clone();
        let thread = thread::Builder::new()
            .name("store-follower".to_owned())
            .spawn(move || follow_until_stopped(&address, &shared, &stopped))
            .expect("the system can start one thread");
        Follower {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        let thread = self.thread.take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the follower of other processes panicked");
        }
    }
}

fn follow_until_stopped(address: &Address, shared: &Shared, stopped: &mpsc::Receiver<()>) {
    let mut connection = None;
    let mut failing = false;
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(BETWEEN_LOOKS) {
        let looked = look(&mut connection, address, shared);
        if let Err(fault) = &looked {
            connection = None;
            // An outage is said once, not four times a second.
            if !failing {
                tracing::warn!(%fault, "what other processes write cannot be followed");
            }
        }
        failing = looked.is_err();
    }
}

fn look(
    connection: &mut Option<Database>,
    address: &Address,
    shared: &Shared,
) -> Result<(), Fault> {
    let database = match connection {
        Some(database) => database,
        None => connection.insert(readers::connect(address)?),
    };
    for (bucket, next) in heads::all(database)? {
        if shared.cache().followed(bucket) < next {
            shared.catch_up(database, bucket)?;
        }
    }
    Ok(())
}
