//! Events appended by the store's own writer, each on the disk before its answer.
//!
//! Two kinds of command are measured. With `log`, somebody enters a drop: the event and its
//! bucket's head are all that is written. With `commands`, somebody signs in for the first time:
//! the event, its bucket's head, and the row that lists show. Whoever waits while the disk flushes
//! is written with the next flush, so a batch is at most as large as the number of those who ask at
//! once; the writer's own limit may be lower. One who asks alone pays a flush for each event.
//!
//! Streams of all 256 buckets touch as many places of each index; streams of one bucket stand side
//! by side. Both are measured.

use super::bars::{Bars, grouped};
use super::crowd::{self, Arrivals, Counter, Outcome, Until};
use super::disk::Disk;
use super::ground::Ground;
use super::ours;
use super::peer::postgres;
use crate::{house, policy};
use anyhow::{Context as _, anyhow, ensure};
use clap::{Args, ValueEnum, value_parser};
use kernel::{Bucket, BuyerId, Decider, DropId};
use sales::buyer::{self, Buyer, Language, Sealed};
use sales::drop::{self, Drop};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{Address, Context, Place, Store};

/// Measures how many events a second the store appends.
///
/// Rows named "log" count events of which nothing but the event and its bucket's head is written: a
/// person enters a drop. Rows named "commands" count events that come with the row that lists show:
/// a person signs in for the first time.
#[derive(Args)]
pub struct Arguments {
    /// How many commands wait at once, each number in a run of its own.
    #[arg(long, value_delimiter = ',', default_values_t = [16, 64, 256, 1024],
        value_parser = value_parser!(u16).range(1..=4096))]
    batch: Vec<u16>,
    /// The database the store lives in; both, one after the other, when left out.
    #[arg(long)]
    engine: Option<Engine>,
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
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Engine {
    Sqlite,
    #[value(name = "postgresql")]
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

/// What is asked for.
#[derive(Clone, Copy)]
enum What {
    /// To enter a drop.
    Log,
    /// To sign in.
    Commands,
}

/// Everything that is measured of an engine: what is asked for, and in how many buckets.
const ASKED: [(What, usize); 4] = [
    (What::Log, Bucket::COUNT),
    (What::Log, 1),
    (What::Commands, Bucket::COUNT),
    (What::Commands, 1),
];

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Log => "log",
            What::Commands => "commands",
        }
    }
}

/// The figures of an engine whose events go to so many buckets.
struct Appends {
    engine: Engine,
    what: What,
    buckets: usize,
    single_per_s: f64,
    /// How many waited at once, and the events of a second.
    batches: Vec<(u16, f64)>,
}

/// People who have not asked yet, named beforehand so that naming is not what is measured.
struct Strangers {
    buckets: usize,
    named: u64,
    waiting: Vec<Person>,
}

#[derive(Clone)]
struct Person {
    number: u64,
    buyer: BuyerId,
}

/// Where people ask: for a drop, or to be signed in where there is none.
#[derive(Clone)]
struct Office {
    store: Store,
    drops: Arc<[DropId]>,
}

/// One who asks for people, one after the other.
struct Registrar {
    office: Office,
    people: Arc<[Person]>,
}

const SOME_KEY: [u8; 32] = [3; 32];
const SOME_PHONE: &str = "c29tZXRoaW5nIHNlYWxlZCBhcyBsb25nIGFzIGEgcGhvbmUgbnVtYmVyIGlz";

/// No more ask in a second.
const MOST_PER_SECOND: u64 = 120_000;

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let ground = Ground::make(arguments.data.clone())?;
    let disk = Disk::measure(ground.folder())?;
    if !arguments.json {
        println!("{disk}\n");
    }
    for engine in Engine::ALL {
        if arguments.engine.is_some_and(|only| only != engine) {
            continue;
        }
        if matches!(engine, Engine::Postgres) && !postgres::is_installed() {
            eprintln!("{}: left out; install postgresql", engine.name());
            continue;
        }
        for (what, buckets) in ASKED {
            let name = format!("{}-{}-{buckets}", engine.name(), what.name());
            let folder = ground.folder().join(name);
            let appends = measure_engine(engine, &folder, (what, buckets), &arguments).await?;
            match arguments.json {
                true => appends.print_json(),
                false => println!("{appends}"),
            }
        }
    }
    Ok(())
}

/// Opens a new store of an engine and measures it.
async fn measure_engine(
    engine: Engine,
    folder: &Path,
    asked: (What, usize),
    arguments: &Arguments,
) -> anyhow::Result<Appends> {
    let (server, place) = match engine {
        Engine::Sqlite => (None, Place::Folder(folder.to_owned())),
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
    let appends = measure(engine, &store, asked, arguments).await;
    store.close().await;
    // Whoever follows the server ends before it does.
    mem::drop(store);
    mem::drop(server);
    appends
}

async fn measure(
    engine: Engine,
    store: &Store,
    (what, buckets): (What, usize),
    arguments: &Arguments,
) -> anyhow::Result<Appends> {
    let mut strangers = Strangers {
        buckets: match what {
            What::Log => Bucket::COUNT,
            What::Commands => buckets,
        },
        named: 0,
        waiting: Vec::new(),
    };
    let office = Office {
        store: store.clone(),
        drops: match what {
            What::Log => announce(store, buckets).await?,
            What::Commands => Arc::default(),
        },
    };
    let seconds = arguments.seconds;
    let mut appends = Appends {
        engine,
        what,
        buckets,
        single_per_s: append(&office, &mut strangers, 1, seconds).await?,
        batches: Vec::new(),
    };
    for &batch in &arguments.batch {
        let events = append(&office, &mut strangers, batch, seconds).await?;
        appends.batches.push((batch, events));
    }
    Ok(appends)
}

/// Announces drops that take entries, in so many buckets.
async fn announce(store: &Store, buckets: usize) -> anyhow::Result<Arc<[DropId]>> {
    let mut drops = BTreeMap::new();
    for number in 0..u32::MAX {
        let drop = DropId::parse(&format!("d{number}"))?;
        let bucket = Bucket::of(&format!("{}-{drop}", Drop::KIND)).number();
        drops.entry(bucket).or_insert(drop);
        if drops.len() == buckets {
            break;
        }
    }
    for drop in drops.values() {
        let announcement = ours::announcement(drop, 1);
        let announce = drop::Command::Announce { announcement };
        let context = Context::at(ours::ANNOUNCED);
        let done = store.execute::<Drop>(drop, announce, context).await;
        done.map_err(|failure| anyhow!("{drop}: {failure:?}"))?;
    }
    Ok(drops.into_values().collect())
}

/// Gives the events of a second.
async fn append(
    office: &Office,
    strangers: &mut Strangers,
    askers: u16,
    seconds: u64,
) -> anyhow::Result<f64> {
    let people = strangers.gather((MOST_PER_SECOND * seconds) as usize)?;
    let arrivals = Arrivals::default();
    let registrar = |_| Registrar {
        office: office.clone(),
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
    fn gather(&mut self, count: usize) -> anyhow::Result<Arc<[Person]>> {
        while self.waiting.len() < count {
            let next = self.name_next()?;
            self.waiting.push(next);
        }
        Ok(mem::take(&mut self.waiting).into())
    }

    /// Names the next person; the last letters are tried until the bucket is one that is wanted.
    fn name_next(&mut self) -> anyhow::Result<Person> {
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
        Ok(Person {
            number: self.named,
            buyer: BuyerId::parse(&stream[kind.len()..])?,
        })
    }
}

impl Office {
    /// Signs a person in, or has them enter a drop; gives the events of it.
    async fn ask(&self, Person { number, buyer }: &Person) -> anyhow::Result<usize> {
        let context = Context::at(ours::ANNOUNCED);
        if self.drops.is_empty() {
            let register = buyer::Command::Register {
                phone: Sealed(SOME_PHONE.to_owned()),
                language: Language::Zh,
            };
            let done = self.store.execute::<Buyer>(buyer, register, context).await;
            return Ok(done.map_err(|failure| anyhow!("{failure:?}"))?.events.len());
        }
        let drop = &self.drops[*number as usize % self.drops.len()];
        let enter = drop::Command::Enter {
            person: ours::key_of(*number),
            buyer: buyer.clone(),
            region: None,
        };
        let done = self.store.execute::<Drop>(drop, enter, context).await;
        Ok(done.map_err(|failure| anyhow!("{failure:?}"))?.events.len())
    }
}

impl Counter for Registrar {
    async fn serve(&mut self, place: u64) -> anyhow::Result<Outcome> {
        let Some(person) = self.people.get(place as usize - 1) else {
            return Ok(Outcome::SoldOut);
        };
        let events = self.office.ask(person).await;
        let events = events.with_context(|| person.buyer.to_string())?;
        ensure!(events == 1, "{} has asked before", person.buyer);
        Ok(Outcome::Served)
    }
}

impl Appends {
    /// Prints one JSON object for each number of waiting commands.
    fn print_json(&self) {
        for (batch, events_per_s) in &self.batches {
            let row = json!({
                "engine": self.engine.name(),
                "what": self.what.name(),
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
                "{}, {}, streams in {} of 256 buckets: events a second, flushed before the answer",
                self.engine.name(),
                self.what.name(),
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
