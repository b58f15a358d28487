//! A batch carried out as one transaction, tried again until its outcome is known.
//!
//! What passes is tried again as a whole: conflicts with other processes, a server that restarts, a
//! connection that is gone. A piece of work that fails for good takes nothing with it: the batch is
//! replayed one by one. When the answer to a commit is lost, nobody knows whether it happened; a
//! row that each transaction of this writer leaves behind then tells, and asking for it waits until
//! the lost transaction has ended. Nothing is carried out again before that is known. A panic here
//! is a bug and ends the process, because a shop that cannot write must not look open.

use crate::batch::Batch;
use crate::database::Database;
use crate::fault::Fault;
use crate::log::StreamName;
use crate::process::Shared;
use crate::proofs;
use crate::writer::Work;
use aws_lc_rs::rand;
use kernel::Bucket;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const TRIES: u32 = 60;
const LONGEST_WAIT_MS: u64 = 250;

/// The one who writes: its connection, and what it calls itself.
pub(crate) struct Scribe {
    database: Database,
    shared: Shared,
    /// Differs from that of every other writer there ever was.
    name: String,
    /// How many transactions it has begun.
    begun: i64,
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

enum Broken {
    /// Nothing was committed.
    Work(Fault),
    /// Nobody knows.
    Commit(Fault),
}

impl Scribe {
    pub(crate) fn new(database: Database, shared: Shared) -> Result<Scribe, Fault> {
        let doing = "name a writer";
        let mut name = [0; 16];
        rand::fill(&mut name).map_err(|_| Fault::Cipher { doing })?;
        Ok(Scribe {
            database,
            shared,
            name: format!("{:032x}", u128::from_be_bytes(name)),
            begun: 0,
        })
    }

    /// Writes a batch and answers it; a batch that one work breaks is replayed one by one.
    pub(crate) fn settle(&mut self, mut works: Vec<Box<dyn Work>>) {
        // Dropped before the works are, so that nobody is answered by a bug.
        let _loud = EndsProcessOnPanic;
        match self.attempt_until_known(&mut works) {
            Ok(()) => works.into_iter().for_each(|work| work.answer(Ok(()))),
            Err(Broken::Work(_)) if works.len() > 1 => {
                works.into_iter().for_each(|work| self.settle(vec![work]));
            }
            Err(Broken::Work(fault) | Broken::Commit(fault)) => {
                tracing::error!(%fault, "a write failed");
                works
                    .into_iter()
                    .for_each(|work| work.answer(Err(fault.clone())));
            }
        }
    }

    /// Removes the rows that told of this writer's commits; all of them are known.
    pub(crate) fn leave(&self) {
        if !self.shared.several {
            return;
        }
        if let Err(fault) = proofs::leave(&self.database, &self.name) {
            tracing::warn!(%fault, "what told of commits is left to be swept by others");
        }
    }

    fn attempt_until_known(&mut self, works: &mut [Box<dyn Work>]) -> Result<(), Broken> {
        let mut tries = 0;
        loop {
            match self.attempt(works) {
                Err(Broken::Work(fault)) if fault.is_passing() && tries < TRIES => {
                    tracing::debug!(%fault, tries, "a transaction is tried again");
                    wait(tries);
                    tries += 1;
                }
                known => return known,
            }
        }
    }

    fn attempt(&mut self, works: &mut [Box<dyn Work>]) -> Result<(), Broken> {
        self.begun += 1;
        let mut batch = Batch::new(&self.database, &self.shared);
        let carried_out = self
            .database
            .begin()
            .and_then(|()| carry_out(&mut batch, works))
            .and_then(|()| self.leave_proof(&batch));
        if let Err(fault) = carried_out {
            batch.forget();
            self.database.roll_back();
            return Err(Broken::Work(fault));
        }
        match self.end(&batch) {
            Ok(()) => {
                batch.publish();
                Ok(())
            }
            Err(broken) => {
                batch.forget();
                Err(broken)
            }
        }
    }

    /// Commits, and finds out what became of it when the answer is lost.
    fn end(&self, batch: &Batch<'_>) -> Result<(), Broken> {
        if self.shared.several && !batch.wrote {
            // Nothing was written, and a server would flush its log for the rows held.
            self.database.roll_back();
            return Ok(());
        }
        let Err(error) = self.database.commit() else {
            return Ok(());
        };
        let (passing, unknown) = (error.is_passing(), error.leaves_unknown());
        self.database.roll_back();
        if !unknown {
            let fault = Fault::sql("committing")(error);
            return Err(Broken::Work(fault));
        }
        let lost = Fault::Commit {
            source: Arc::new(error),
        };
        if !self.shared.several {
            return Err(Broken::Commit(lost));
        }
        match self.find_proof(self.home(batch)) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Broken::Work(Fault::Undone)),
            Err(fault) => {
                tracing::error!(%fault, passing, "nobody can tell what became of a commit");
                Err(Broken::Commit(lost))
            }
        }
    }

    fn home(&self, batch: &Batch<'_>) -> i64 {
        let own = || i64::from(Bucket::of(&self.name).number());
        batch.home().unwrap_or_else(own)
    }

    /// Writes the row that tells, later, that this very transaction was committed.
    fn leave_proof(&self, batch: &Batch<'_>) -> Result<(), Fault> {
        if self.shared.several && batch.wrote {
            self.database.change(
                "noting a transaction",
                "insert into commits (bucket, writer, number) values ($1, $2, $3)
                 on conflict (bucket, writer) do update set number = excluded.number",
                (self.home(batch), &self.name, self.begun),
            )?;
        }
        Ok(())
    }

    /// Looks for the proof. Writing to its row waits for a transaction that has not ended yet.
    fn find_proof(&self, bucket: i64) -> Result<bool, Fault> {
        let look = || {
            self.database.begin()?;
            let number = self.database.row(
                "looking what became of a transaction",
                "insert into commits (bucket, writer, number) values ($1, $2, 0)
                 on conflict (bucket, writer) do update set number = commits.number
                 returning number",
                (bucket, &self.name),
                |row| row.get::<i64>(0),
            );
            self.database.roll_back();
            number
        };
        let mut tries = 0;
        loop {
            match look() {
                Ok(number) => return Ok(number == Some(self.begun)),
                Err(fault) if fault.is_passing() && tries < TRIES => {
                    wait(tries);
                    tries += 1;
                }
                Err(fault) => return Err(fault),
            }
        }
    }
}

fn carry_out(batch: &mut Batch<'_>, works: &mut [Box<dyn Work>]) -> Result<(), Fault> {
    let streams = || works.iter().filter_map(|work| work.stream());
    batch.hold(streams().map(StreamName::bucket_number))?;
    batch.read_ahead(streams())?;
    for work in works {
        work.carry_out(batch)?;
    }
    batch.flush()
}

/// Waits a little longer each time, by chance, so that two who collided do not collide again.
fn wait(tries: u32) {
    let longest = (2_u64 << tries.min(10)).min(LONGEST_WAIT_MS);
    let mut chance = [0; 2];
    // Without chance the longest wait does as well.
    let part = match rand::fill(&mut chance) {
        Ok(()) => u64::from(u16::from_be_bytes(chance)) + 1,
        Err(_) => 1 << 16,
    };
    thread::sleep(Duration::from_micros((longest * 1_000 * part) >> 16));
}
