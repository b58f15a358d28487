//! The one writer: a thread that takes all that waits and writes it as one transaction.
//!
//! Group commit is the heart of speed: one flush to the disk carries up to 256 commands. They are
//! decided in memory in the order they came; answers leave only after the commit, also those that
//! wrote nothing, because they were decided upon what was written before them. A piece of work that
//! fails takes nothing with it: the batch is rolled back and replayed one by one. A panic here is a
//! bug and ends the process, because a shop that cannot write must not look open.

use crate::batch::{Batch, Told};
use crate::cache::Cache;
use crate::database::Database;
use crate::fault::Fault;
use reactions::Rules;
use std::fs::File;
use std::sync::{Arc, Mutex};
use std::thread;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

const QUEUE: usize = 8_192;
const BATCH: usize = 256;

/// Something to be written.
pub(crate) trait Work: Send {
    /// Decides and writes; may be called again after a rollback.
    fn carry_out(&mut self, batch: &mut Batch<'_>) -> Result<(), Fault>;

    /// Answers whoever waits, once the outcome is known.
    fn answer(self: Box<Self>, outcome: Result<(), Fault>);
}

enum Letter {
    Work(Box<dyn Work>),
    Stop(oneshot::Sender<()>),
}

/// The queue to the writer.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Letter>,
}

/// What the writer shares with readers and listeners.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) rules: Arc<Rules>,
    pub(crate) cache: Arc<Mutex<Cache>>,
    pub(crate) told: broadcast::Sender<Arc<Told>>,
    pub(crate) outbox_woken: Arc<Notify>,
    pub(crate) timers_woken: Arc<Notify>,
}

impl Writer {
    /// Starts the thread, which owns the connection and the folder's lock.
    pub(crate) fn start(
        database: Database,
        lock: Option<File>,
        shared: Shared,
    ) -> (Writer, thread::JoinHandle<()>) {
        let (queue, letters) = mpsc::channel(QUEUE);
        let work = move || {
            let stopped = write_until_stopped(&database, &shared, letters);
            // The folder is free before anybody is told that the store is closed.
            drop((database, lock));
            if let Some(sender) = stopped {
                // Whoever closes the store may have stopped waiting; it is closed all the same.
                let _ = sender.send(());
            }
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(work)
            .expect("the system can start one thread");
        (Writer { queue }, thread)
    }

    /// Queues work, waiting for room.
    pub(crate) async fn send(&self, work: Box<dyn Work>) -> Result<(), Fault> {
        self.queue
            .send(Letter::Work(work))
            .await
            .map_err(|_| Fault::Closed)
    }

    /// Queues work if there is room; false when the queue is full.
    pub(crate) fn offer(&self, work: Box<dyn Work>) -> Result<bool, Fault> {
        match self.queue.try_send(Letter::Work(work)) {
            Ok(()) => Ok(true),
            Err(mpsc::error::TrySendError::Full(_)) => Ok(false),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Fault::Closed),
        }
    }

    /// Carries out a piece of writing and gives its result after the commit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        writing: impl FnMut(&mut Batch<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (sender, receiver) = oneshot::channel();
        let work = Writing {
            writing,
            result: None,
            sender,
        };
        self.send(Box::new(work)).await?;
        receiver.await.map_err(|_| Fault::Closed)?
    }

    /// Lets the thread finish what is queued and end.
    pub(crate) async fn stop(&self) {
        let (sender, stopped) = oneshot::channel();
        if self.queue.send(Letter::Stop(sender)).await.is_ok() {
            // An error means the thread ended before it could say so, which is what was wanted.
            let _ = stopped.await;
        }
    }
}

struct Writing<F, T> {
    writing: F,
    result: Option<T>,
    sender: oneshot::Sender<Result<T, Fault>>,
}

impl<F, T> Work for Writing<F, T>
where
    F: FnMut(&mut Batch<'_>) -> Result<T, Fault> + Send,
    T: Send,
{
    fn carry_out(&mut self, batch: &mut Batch<'_>) -> Result<(), Fault> {
        self.result = Some((self.writing)(batch)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), Fault>) {
        let result = self.result;
        let answer = outcome.map(|()| result.expect("work that was carried out has a result"));
        // Whoever asked may have gone away; what was written stays written.
        let _ = self.sender.send(answer);
    }
}

struct EndsProcessOnPanic;

impl Drop for EndsProcessOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            tracing::error!("the store's writer panicked; ending the process");
            eprintln!("the store's writer panicked: nothing can be written, the process ends");
            std::process::abort();
        }
    }
}

fn write_until_stopped(
    database: &Database,
    shared: &Shared,
    mut letters: mpsc::Receiver<Letter>,
) -> Option<oneshot::Sender<()>> {
    let mut stopped = None;
    let mut waiting = Vec::with_capacity(BATCH);
    while letters.blocking_recv_many(&mut waiting, BATCH) > 0 {
        let mut works = Vec::with_capacity(waiting.len());
        for letter in waiting.drain(..) {
            match letter {
                Letter::Work(work) => works.push(work),
                Letter::Stop(sender) => {
                    letters.close();
                    stopped = Some(sender);
                }
            }
        }
        settle(database, shared, works);
    }
    stopped
}

enum Broken {
    Work(Fault),
    Commit(Fault),
}

/// Writes a batch and answers it; a batch that one work breaks is replayed one by one.
fn settle(database: &Database, shared: &Shared, mut works: Vec<Box<dyn Work>>) {
    // Dropped before the works are, so that nobody is answered by a bug.
    let _loud = EndsProcessOnPanic;
    match attempt(database, shared, &mut works) {
        Ok(()) => works.into_iter().for_each(|work| work.answer(Ok(()))),
        Err(Broken::Work(_)) if works.len() > 1 => {
            works
                .into_iter()
                .for_each(|work| settle(database, shared, vec![work]));
        }
        Err(Broken::Work(fault) | Broken::Commit(fault)) => {
            tracing::error!(%fault, "a write failed");
            works
                .into_iter()
                .for_each(|work| work.answer(Err(fault.clone())));
        }
    }
}

fn attempt(
    database: &Database,
    shared: &Shared,
    works: &mut [Box<dyn Work>],
) -> Result<(), Broken> {
    if works.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::new(database, &shared.rules, &shared.cache);
    let carried_out = database.begin().and_then(|()| {
        works
            .iter_mut()
            .try_for_each(|work| work.carry_out(&mut batch))
    });
    if let Err(fault) = carried_out {
        batch.forget();
        database.roll_back();
        return Err(Broken::Work(fault));
    }
    if let Err(error) = database.commit() {
        batch.forget();
        database.roll_back();
        return Err(Broken::Commit(Fault::Commit {
            source: Arc::new(error),
        }));
    }
    tell(batch, shared);
    Ok(())
}

fn tell(mut batch: Batch<'_>, shared: &Shared) {
    batch.publish();
    for told in batch.told {
        // Nobody has to listen.
        let _ = shared.told.send(told);
    }
    if batch.outbox_grew {
        shared.outbox_woken.notify_one();
    }
    if batch.timers_changed {
        shared.timers_woken.notify_one();
    }
}
