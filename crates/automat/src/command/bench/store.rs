//! Events appended by the store's own writer, each on the disk before its answer.
//!
//! An event here is a person who signs in for the first time, the least that a real command writes:
//! the event, its bucket's head, and the row that lists show. Whoever waits while the disk flushes
//! is written with the next flush, so a batch is at most as large as the number of those who ask at
//! once; the writer's own limit may be lower. One who asks alone pays a flush for each event.
//!
//! Streams of all 256 buckets touch as many places of each index; streams of one bucket, as the
//! claims of a drop are, stand side by side. Both are measured.

use super::bars::{Bars, grouped};
use super::crowd::{self, Arrivals, Counter, Outcome, Until};
use super::disk::Disk;
use super::ground::Ground;
use crate::{house, policy};
use anyhow::{anyhow, ensure};
use clap::{Args, value_parser};
use kernel::{Bucket, BuyerId, Moment};
use sales::buyer::{Buyer, Command, Language, Sealed};
use serde_json::{Value, json};
use std::fmt::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{Context, Store};

/// Measures how many events a second the store appends.
#[derive(Args)]
pub struct Arguments {
    /// How many commands wait at once, each number in a run of its own.
    #[arg(long, value_delimiter = ',', default_values_t = [16, 64, 256, 1024],
        value_parser = value_parser!(u16).range(1..=4096))]
    batch: Vec<u16>,
    /// How long each run lasts, in seconds.
    #[arg(long, default_value_t = 3, value_parser = value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Where the data folders are made, and removed at the end; a temporary folder when left out.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Write one JSON object a line, one for each engine and batch.
    #[arg(long)]
    json: bool,
}

/// The figures of an engine whose events go to so many buckets.
struct Appends {
    engine: &'static str,
    buckets: usize,
    single_per_s: f64,
    /// How many waited at once, and the events of a second.
    batches: Vec<(u16, f64)>,
}

/// People who have not signed in yet, named beforehand so that naming is not what is measured.
struct Strangers {
    buckets: usize,
    named: u64,
    waiting: Vec<BuyerId>,
}

/// One who signs people in, one after the other.
struct Registrar {
    store: Store,
    people: Arc<[BuyerId]>,
}

const SOME_PHONE: &str = "c29tZXRoaW5nIHNlYWxlZCBhcyBsb25nIGFzIGEgcGhvbmUgbnVtYmVyIGlz";
const SOME_DAY: Moment = Moment::from_micros(1_700_000_000_000_000);

/// Nobody signs in more in a second.
const MOST_PER_SECOND: u64 = 120_000;

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let ground = Ground::make(arguments.data.clone())?;
    let disk = Disk::measure(ground.folder())?;
    if !arguments.json {
        println!("{disk}\n");
    }
    for buckets in [Bucket::COUNT, 1] {
        let folder = ground.folder().join(format!("sqlite-{buckets}"));
        let appends = measure_sqlite(&folder, buckets, &arguments).await?;
        match arguments.json {
            true => appends.rows().for_each(|row| println!("{row}")),
            false => println!("{appends}"),
        }
    }
    Ok(())
}

async fn measure_sqlite(
    folder: &Path,
    buckets: usize,
    arguments: &Arguments,
) -> anyhow::Result<Appends> {
    let policy = policy::read_or_built_in(None)?;
    let (store, _secrets) = house::open_store(folder, None, &policy)?;
    measure("sqlite", store, buckets, arguments).await
}

async fn measure(
    engine: &'static str,
    store: Store,
    buckets: usize,
    arguments: &Arguments,
) -> anyhow::Result<Appends> {
    let mut strangers = Strangers {
        buckets,
        named: 0,
        waiting: Vec::new(),
    };
    let seconds = arguments.seconds;
    let mut appends = Appends {
        engine,
        buckets,
        single_per_s: append(&store, &mut strangers, 1, seconds).await?,
        batches: Vec::new(),
    };
    for &batch in &arguments.batch {
        let events = append(&store, &mut strangers, batch, seconds).await?;
        appends.batches.push((batch, events));
    }
    store.close().await;
    Ok(appends)
}

/// Gives the events of a second.
async fn append(
    store: &Store,
    strangers: &mut Strangers,
    askers: u16,
    seconds: u64,
) -> anyhow::Result<f64> {
    let people = strangers.gather((MOST_PER_SECOND * seconds) as usize)?;
    let arrivals = Arrivals::default();
    let registrar = |_| Registrar {
        store: store.clone(),
        people: people.clone(),
    };
    let registrars = (0..askers).map(registrar).collect();
    let until = Until {
        elapsed: Some(Duration::from_secs(seconds)),
        sold_out: true,
    };
    let tally = crowd::ask(registrars, &arrivals, until).await?;
    strangers.waiting = people.get(arrivals.count()..).unwrap_or_default().to_vec();
    Ok(tally.served_per_s())
}

impl Strangers {
    /// Gives so many people, in the order of their names.
    fn gather(&mut self, count: usize) -> anyhow::Result<Arc<[BuyerId]>> {
        while self.waiting.len() < count {
            let next = self.name_next()?;
            self.waiting.push(next);
        }
        Ok(mem::take(&mut self.waiting).into())
    }

    /// Names the next person; the last letters are tried until the bucket is one that is wanted.
    fn name_next(&mut self) -> anyhow::Result<BuyerId> {
        self.named += 1;
        let kind = "buyer-";
        let mut stream = format!("{kind}b{:021}", self.named);
        let length = stream.len();
        for ending in 0..u16::MAX {
            write!(stream, "{ending:04x}")?;
            if usize::from(Bucket::of(&stream).number()) < self.buckets {
                break;
            }
            stream.truncate(length);
        }
        Ok(BuyerId::parse(&stream[kind.len()..])?)
    }
}

impl Counter for Registrar {
    async fn serve(&mut self, person: u64) -> anyhow::Result<Outcome> {
        let Some(buyer) = self.people.get(person as usize - 1) else {
            return Ok(Outcome::SoldOut);
        };
        let register = Command::Register {
            phone: Sealed(SOME_PHONE.to_owned()),
            language: Language::Zh,
        };
        let done = self
            .store
            .execute::<Buyer>(buyer, register, Context::at(SOME_DAY));
        let done = done
            .await
            .map_err(|failure| anyhow!("{buyer}: {failure:?}"))?;
        ensure!(done.events.len() == 1, "{buyer} has signed in before");
        Ok(Outcome::Served)
    }
}

impl Appends {
    /// Writes one JSON object for each number of waiting commands.
    fn rows(&self) -> impl Iterator<Item = Value> {
        self.batches.iter().map(|(batch, events_per_s)| {
            json!({
                "engine": self.engine,
                "buckets": self.buckets,
                "batch": batch,
                "events_per_s": events_per_s,
                "single_per_s": self.single_per_s,
            })
        })
    }
}

impl fmt::Display for Appends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let single = [("1 at a time".to_owned(), self.single_per_s)];
        let batch = |(batch, events): &(u16, f64)| {
            let times = events / self.single_per_s;
            (format!("{batch} at once, x{}", grouped(times)), *events)
        };
        let bars = Bars {
            title: &format!(
                "{}: events a second, each flushed before its answer",
                self.engine
            ),
            bars: single
                .into_iter()
                .chain(self.batches.iter().map(batch))
                .collect(),
        };
        write!(f, "{bars}")
    }
}
