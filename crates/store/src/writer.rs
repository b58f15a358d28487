//! The one writer: a thread that takes all that waits and writes it as one transaction.
//!
//! Group commit is the heart of speed: one flush to the disk carries up to 2,048 commands. They are
//! decided in memory in the order they came; answers leave only after the commit, also those that
//! wrote nothing, because they were decided upon what was written before them.

use crate::batch::Batch;
use crate::fault::Fault;
use crate::log::StreamName;
use crate::transaction::Scribe;
use std::fs::File;
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

const QUEUE: usize = 8_192;
const LEAST: usize = 256;
const MOST: usize = 2_048;

/// A batch that takes longer was too large for whoever waits in it.
const LONG: Duration = Duration::from_millis(100);

/// Something to be written.
pub(crate) trait Work: Send {
    /// The stream it will look at, if it knows.
    fn stream(&self) -> Option<&StreamName> {
        None
    }

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

impl Writer {
    /// Starts the thread, which owns the connection and the folder's lock.
    pub(crate) fn start(
        mut scribe: Scribe,
        lock: Option<File>,
    ) -> (Writer, thread::JoinHandle<()>) {
        let (queue, letters) = mpsc::channel(QUEUE);
        let work = move || {
            let stopped = write_until_stopped(&mut scribe, letters);
            scribe.leave();
            // The folder is free before anybody is told that the store is closed.
            drop((scribe, lock));
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

    /// Tells whether the thread takes no more work.
    pub(crate) fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    /// Carries out a piece of writing and gives its result after the commit.
    ///
    /// It speaks to the database itself, and finds there what was decided before it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        mut writing: impl FnMut(&mut Batch<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.stage(move |batch| {
            batch.flush()?;
            batch.wrote = true;
            writing(batch)
        })
        .await
    }

    /// Carries out what only adds to the batch, and gives its result after the commit.
    pub(crate) async fn stage<T: Send + 'static>(
        &self,
        staging: impl FnMut(&mut Batch<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (sender, receiver) = oneshot::channel();
        let work = Writing {
            writing: staging,
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

fn write_until_stopped(
    scribe: &mut Scribe,
    mut letters: mpsc::Receiver<Letter>,
) -> Option<oneshot::Sender<()>> {
    let mut stopped = None;
    let mut waiting = Vec::with_capacity(MOST);
    let mut pace = Pace { most: LEAST };
    while letters.blocking_recv_many(&mut waiting, pace.most) > 0 {
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
        if !works.is_empty() {
            let (count, began) = (works.len(), Instant::now());
            scribe.settle(works);
            pace.note(count, began.elapsed());
        }
    }
    stopped
}

/// How much is taken at once.
struct Pace {
    most: usize,
}

impl Pace {
    /// Takes less after a batch that was long, and more after a full one that was not.
    fn note(&mut self, count: usize, took: Duration) {
        if took > LONG {
            self.most = (self.most / 2).max(LEAST);
        } else if count == self.most {
            self.most = (self.most * 2).min(MOST);
        }
    }
}
