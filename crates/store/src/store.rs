//! The store as everyone else sees it: execute, load, history, subscribe.

use crate::batch::{Batch, Told};
use crate::buckets::Marks;
use crate::cache::{self, Cache};
use crate::database::{Database, Params};
use crate::execution::{Context, Done, Execution, Failure};
use crate::fault::Fault;
use crate::fingerprint;
use crate::folder::{self, Folder};
use crate::follower::Follower;
use crate::heads;
use crate::log::{self, StreamName};
use crate::looks::Looks;
use crate::place::Place;
use crate::process::Shared;
use crate::readers::{self, Readers};
use crate::server;
use crate::transaction::Scribe;
use crate::vault::Vault;
use crate::writer::Writer;
use kernel::{Decider, Moment};
use reactions::{Rules, Stream};
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{Notify, broadcast};

const CACHED_PER_GENERATION: usize = 16_384;
const TOLD_KEPT: usize = 8_192;

/// Where the store lives and what it needs to know.
#[derive(Clone)]
pub struct Options {
    /// The data folder; made when it is missing.
    pub folder: PathBuf,
    /// The zone and hours that turn days into moments.
    pub rules: Rules,
    /// The key that wraps every buyer's own key. Not kept in the folder.
    pub master_key: [u8; 32],
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options {
            folder,
            rules,
            master_key: _,
        } = self;
        f.debug_struct("Options")
            .field("folder", folder)
            .field("rules", rules)
            .finish()
    }
}

/// The event log and everything that commits with it. Cloning is cheap.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// Taken when the store is dropped, so that the writer sees the end of its queue.
    writer: Option<Writer>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Readers,
    /// The file, if it was too large to be checked whole when it was opened.
    unchecked: Option<PathBuf>,
    /// Taken with the writer; none where nobody else writes.
    follower: Option<Follower>,
    shared: Shared,
    vault: Vault,
}

impl Drop for Inner {
    /// Waits for the writer, so that the folder is free once the last handle is gone.
    fn drop(&mut self) {
        self.writer = None;
        self.follower = None;
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            thread
                .join()
                .expect("a panic of the writer ends the process");
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens a data folder, making it when it is missing and bringing its schema up to date.
    ///
    /// Refuses a folder that is in use, cannot be written, is damaged, or was written by a newer
    /// program; the fault says what, where and what to do.
    pub fn open(options: Options) -> Result<Store, Fault> {
        let place = Place::Folder(options.folder);
        Store::open_at(&place, options.rules, &options.master_key)
    }

    /// Opens a store wherever it lives, as [`Store::open`] does; a server may be shared.
    pub fn open_at(place: &Place, rules: Rules, master_key: &[u8; 32]) -> Result<Store, Fault> {
        let mut cache = Cache::new(CACHED_PER_GENERATION);
        let mut unchecked = None;
        let (database, lock, readers) = match place {
            Place::Folder(folder) => {
                let name = folder.display().to_string();
                let folder = Folder::open(folder)?;
                fingerprint::check(&folder.writer, master_key, &name)?;
                let readers = Readers::of_file(&folder.file)?;
                unchecked = folder::is_large(&folder.file).then_some(folder.file);
                (folder.writer, Some(folder.lock), readers)
            }
            Place::Server(address) => {
                let server = server::open(address, Some(master_key))?;
                for (bucket, next) in server.heads {
                    cache.follow_to(bucket, next);
                }
                (server.writer, None, Readers::of_server(address))
            }
        };
        let shared = Shared {
            rules: Arc::new(rules),
            cache: Arc::new(Mutex::new(cache)),
            told: broadcast::Sender::new(TOLD_KEPT),
            outbox_woken: Arc::new(Notify::new()),
            outbox_marks: Arc::new(Marks::all()),
            outbox_looked: Arc::new(AtomicI64::new(i64::MIN)),
            timers_woken: Arc::new(Notify::new()),
            timer_looks: Arc::new(Looks::all()),
            proofs: Arc::default(),
            places: Arc::default(),
            several: database.is_shared(),
        };
        let follower = match place {
            Place::Folder(_) => None,
            Place::Server(address) => Some(Follower::start(address, shared.clone())),
        };
        let scribe = Scribe::new(database, shared.clone())?;
        let (writer, thread) = Writer::start(scribe, lock);
        let thread = Mutex::new(Some(thread));
        let vault = Vault::new(master_key)?;
        let inner = Inner {
            writer: Some(writer),
            thread,
            readers,
            unchecked,
            follower,
            shared,
            vault,
        };
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// Reads the whole file and checks that it is sound, if it was too large for that to be done
    /// when it was opened. To be called once the shop is open; it takes seconds for each gigabyte.
    pub async fn check(&self) -> Result<(), Fault> {
        let Some(file) = self.inner.unchecked.clone() else {
            return Ok(());
        };
        readers::ended(tokio::task::spawn_blocking(move || folder::check_file(&file)).await)?
    }

    /// Carries out a command and answers after its commit.
    ///
    /// A command that is refused or changes nothing is answered from the committed state, without
    /// waiting for the writer: states are made everybody's before anybody is answered, so whoever
    /// asks sees at least what they were told. This holds where one process writes. Where several
    /// do, a state kept here may be behind, and every command goes through the writer.
    pub async fn execute<D: Stream>(
        &self,
        id: &D::Id,
        command: D::Command,
        context: Context,
    ) -> Result<Done<D>, Failure<D::Refusal>>
    where
        D::Command: Serialize,
    {
        let stream = StreamName::of::<D>(id);
        if let Some(answer) = self.answer_from_memory::<D>(&stream, &command, &context) {
            return answer;
        }
        let (execution, answer) = Execution::<D>::new((id.clone(), stream), command, context);
        if !self.writer().offer(Box::new(execution))? {
            return Err(Failure::Busy);
        }
        answer.await.map_err(|_| Fault::Closed)?
    }

    /// Answers a command that writes nothing; none when it has to be written, when its stream is
    /// not in memory, or when a key, a timer or a fact comes with it.
    fn answer_from_memory<D: Stream>(
        &self,
        stream: &StreamName,
        command: &D::Command,
        context: &Context,
    ) -> Option<Result<Done<D>, Failure<D::Refusal>>> {
        let shared = self.shared();
        let Context {
            at,
            key,
            consumes,
            finishes,
        } = context;
        let bare = key.is_none() && consumes.is_none() && finishes.is_none();
        if shared.several || !bare || self.writer().is_closed() {
            return None;
        }
        let kept = shared.cache().find(&stream.text)?;
        let state = cache::typed::<D>(kept.state);
        Some(match D::unchanged(&state, command, *at)? {
            Ok(()) => Ok(Done {
                version: kept.version,
                events: vec![],
                repeated: false,
            }),
            Err(refusal) => Err(Failure::Refused(refusal)),
        })
    }

    /// Gives the committed state of a stream and its version, zero when nothing happened yet.
    pub async fn load<D: Decider>(&self, id: &D::Id) -> Result<(D::State, u64), Fault> {
        // What is kept here may be behind where several processes write.
        let least = if self.is_shared() { u64::MAX } else { 0 };
        self.load_since::<D>(id, least).await
    }

    /// Gives the committed state of a stream, at least as of a version the asker was told, and its
    /// version. What is kept here serves, also where several processes write.
    pub async fn load_since<D: Decider>(
        &self,
        id: &D::Id,
        version: u64,
    ) -> Result<(D::State, u64), Fault> {
        let stream = StreamName::of::<D>(id);
        let shared = self.shared().clone();
        if let Some(found) = kept::<D>(&shared, &stream)
            && found.1 >= version
        {
            return Ok(found);
        }
        let bucket = stream.bucket_number();
        if shared.several {
            let next = self.look(move |database| heads::of(database, bucket));
            let next = next.await?;
            let is_newest = shared.cache().followed(bucket) >= next;
            if is_newest && let Some(found) = kept::<D>(&shared, &stream) {
                return Ok(found);
            }
        }
        self.read(move |database| {
            if shared.several && shared.cache().followed(bucket) < heads::of(database, bucket)? {
                shared.catch_up(database, bucket)?;
            }
            match kept::<D>(&shared, &stream) {
                Some(found) => Ok(found),
                None => log::fold::<D>(database, &stream, u64::MAX),
            }
        })
        .await
    }

    /// Gives everything that happened to a stream, oldest first.
    pub async fn history<D: Decider>(&self, id: &D::Id) -> Result<Vec<(Moment, D::Event)>, Fault> {
        let stream = StreamName::of::<D>(id);
        self.read(move |database| {
            let stored = log::read(database, &stream, 1, u64::MAX)?;
            let timed = |stored: &log::Stored| Ok((stored.at, log::event::<D>(&stream, stored)?));
            stored.iter().map(timed).collect()
        })
        .await
    }

    /// Listens to every committed fact from now on, in commit order.
    ///
    /// A listener that lags more than 8,192 facts is told so and has to read afresh.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Told>> {
        self.shared().told.subscribe()
    }

    /// Says whether other processes may work on the same store.
    pub fn is_shared(&self) -> bool {
        self.shared().several
    }

    /// Finishes what is queued and closes; every later call is answered that the store is closed.
    pub async fn close(&self) {
        self.writer().stop().await;
        self.inner.readers.close().await;
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.inner.shared
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    fn writer(&self) -> &Writer {
        self.inner
            .writer
            .as_ref()
            .expect("the writer is only taken by the drop")
    }

    pub(crate) fn readers(&self) -> &Readers {
        &self.inner.readers
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&Database) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.inner.readers.read(reading).await
    }

    /// Reads by one statement.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        looking: impl Fn(&Database) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.inner.readers.look(looking).await
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        writing: impl FnMut(&mut Batch<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.writer().write(writing).await
    }

    pub(crate) async fn stage<T: Send + 'static>(
        &self,
        staging: impl FnMut(&mut Batch<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.writer().stage(staging).await
    }

    /// Carries out one statement that changes rows.
    pub(crate) async fn change<P: Params>(
        &self,
        doing: &'static str,
        statement: &'static str,
        mut parameters: impl FnMut() -> P + Send + 'static,
    ) -> Result<(), Fault> {
        self.write(move |batch| {
            batch.database.change(doing, statement, parameters())?;
            Ok(())
        })
        .await
    }
}

/// Finds a state that is kept.
fn kept<D: Decider>(shared: &Shared, stream: &StreamName) -> Option<(D::State, u64)> {
    let kept = shared.cache().find(&stream.text)?;
    let state = D::State::clone(&cache::typed::<D>(kept.state));
    Some((state, kept.version))
}
