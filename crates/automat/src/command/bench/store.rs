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
use super::peer::postgres;
use crate::{house, policy};
use anyhow::{anyhow, ensure};
use clap::{Args, value_parser};
use kernel::{Bucket, BuyerId, Moment};
use sales::buyer::{Buyer, Command, Language, Sealed};
use serde_json::json;
use std::fmt::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{Address, Context, Place, Store};

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

/// Where the store lives.
#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgresql",
        }
    }
}

/// The figures of an engine whose events go to so many buckets.
struct Appends {
    engine: Engine,
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

const SOME_KEY: [u8; 32] = [3; 32];
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
    for engine in Engine::ALL {
        for buckets in [Bucket::COUNT, 1] {
            let folder = ground.folder().join(format!("{}-{buckets}", engine.name()));
            match measure_engine(engine, &folder, buckets, &arguments).await? {
                Some(appends) if arguments.json => appends.print_json(),
                Some(appends) => println!("{appends}"),
                None => eprintln!("{}: left out; install postgresql", engine.name()),
            }
        }
    }
    Ok(())
}

/// Opens a new store of an engine, if the engine is on this machine, and measures it.
async fn measure_engine(
    engine: Engine,
    folder: &Path,
    buckets: usize,
    arguments: &Arguments,
) -> anyhow::Result<Option<Appends>> {
    let (server, place) = match engine {
        Engine::Sqlite => (None, Place::Folder(folder.to_owned())),
        Engine::Postgres if !postgres::is_installed() => return Ok(None),
        Engine::Postgres => {
            let server = postgres::Server::start(folder).await?;
            let address = Address::parse(&server.url())?;
            (Some(server), Place::Server(address))
        }
    };
    let rules = house::rules(&policy::read_or_built_in(None)?);
    // Opening speaks to a server without giving way to others.
    let opened = tokio::task::spawn_blocking(move || Store::open_at(&place, rules, &SOME_KEY));
    let store = opened.await??;
    let appends = measure(engine, &store, buckets, arguments).await;
    store.close().await;
    drop(server);
    appends.map(Some)
}

async fn measure(
    engine: Engine,
    store: &Store,
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
        single_per_s: append(store, &mut strangers, 1, seconds).await?,
        batches: Vec::new(),
    };
    for &batch in &arguments.batch {
        let events = append(store, &mut strangers, batch, seconds).await?;
        appends.batches.push((batch, events));
    }
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
    /// Prints one JSON object for each number of waiting commands.
    fn print_json(&self) {
        for (batch, events_per_s) in &self.batches {
            let row = json!({
                "engine": self.engine.name(),
                "buckets": self.buckets,
                "batch": batch,
                "events_per_s": events_per_s,
                "single_per_s": self.single_per_s,
            });
            println!("{row}");
        }
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
                "{}, streams in {} of 256 buckets: events a second, flushed before the answer",
                self.engine.name(),
                self.buckets
            ),
            bars: single
                .into_iter()
                .chain(self.batches.iter().map(batch))
                .collect(),
        };
        write!(f, "{bars}")
    }
}
