//! A drop under load: few cars, many people, one try each, all within a moment.
//!
//! Three questions. Is it exact: the log is read afterwards and held against every answer that was
//! given, for units sold twice, units left over, people with two and promises that were lost. How
//! long does it take, over HTTP, from the instant somebody meant to ask. And how fast is its heart
//! beside what others would build it on, with the same work and the same safety.

mod rush; // everybody comes at once, over HTTP
mod guests; // people who are signed in and have said who they are
mod truth; // what the log says afterwards
mod entered; // a million people in one drop

use super::contest::{Rules, show};
use super::disk::Disk;
use super::ground::Ground;
use super::ours::Ours;
use super::peer::postgres::{self, Server};
use super::standings::Standings;
use crate::{house, policy};
use anyhow::{Context as _, ensure};
use clap::{Args, value_parser};
use entered::Entered;
use rush::Rush;
use serde_json::{Value, json};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::Address;

/// Sells few cars to many people at once, and compares the heart of it with peers.
#[derive(Args)]
pub struct Arguments {
    /// How many cars there are.
    #[arg(long, default_value_t = 100, value_parser = value_parser!(u32).range(1..=400))]
    units: u32,
    /// How many people want one, each with one try.
    #[arg(long, default_value_t = 10_000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    buyers: u32,
    /// How many connections they come over.
    #[arg(long, default_value_t = 256, value_parser = value_parser!(u16).range(1..=4096))]
    connections: u16,
    /// Within how many milliseconds they mean to ask, one after the other.
    #[arg(long, default_value_t = 1_000, value_parser = value_parser!(u64).range(1..=600_000))]
    within_ms: u64,
    /// How many ask at the same time when the heart is compared with peers.
    #[arg(long, value_delimiter = ',', default_values_t = [4, 64, 256, 1000],
        value_parser = value_parser!(u16).range(1..=1024))]
    askers: Vec<u16>,
    /// How long each run of that comparison lasts, in seconds.
    #[arg(long, default_value_t = 3, value_parser = value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Keep our log on PostgreSQL: a new server of this measurement's own, or the empty database
    /// that is named, postgres://user@host/database.
    #[arg(long, num_args = 0..=1, default_missing_value = OWN_SERVER)]
    database: Option<String>,
    /// Measure no peers.
    #[arg(long)]
    alone: bool,
    /// Also let so many people enter one drop, and state the memory they take.
    #[arg(long)]
    entered: Option<u32>,
    /// Where the folders are made, and removed at the end; a temporary folder when left out.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Write one JSON object.
    #[arg(long)]
    json: bool,
}

/// Everything that was measured.
struct Report {
    disk: Disk,
    rush: Rush,
    standings: Standings,
    entered: Option<Entered>,
}

const OWN_SERVER: &str = "own";
/// The name our own heart has beside the peers.
const OURS: &str = "Automat";
const OURS_ON_A_SERVER: &str = "Automat on PostgreSQL";

/// Where our log is kept, if not in a folder.
struct Database {
    address: Address,
    /// Stopped when it is dropped.
    _server: Option<Server>,
}

impl Database {
    async fn find(wanted: Option<&str>, folder: &Path) -> anyhow::Result<Option<Database>> {
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        if wanted != OWN_SERVER {
            let address = Address::parse(wanted).context("--database")?;
            return Ok(Some(Database {
                address,
                _server: None,
            }));
        }
        ensure!(
            postgres::is_installed(),
            "a server of its own needs Debian's postgresql"
        );
        let server = Server::start(&folder.join("database")).await?;
        Ok(Some(Database {
            address: Address::parse(&server.url())?,
            _server: Some(server),
        }))
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let ground = Ground::make(arguments.data.clone())?;
    let report = measure(&arguments, &ground).await?;
    match arguments.json {
        true => println!("{}", report.to_json()),
        false => print!("{report}"),
    }
    Ok(())
}

async fn measure(arguments: &Arguments, ground: &Ground) -> anyhow::Result<Report> {
    let folder = ground.folder();
    let disk = Disk::measure(folder)?;
    let entered = match arguments.entered {
        Some(people) => Some(entered::measure(&folder.join("entered"), people).await?),
        None => None,
    };
    let plan = rush::Plan {
        units: arguments.units,
        buyers: arguments.buyers,
        connections: arguments.connections,
        within: Duration::from_millis(arguments.within_ms),
    };
    let database = Database::find(arguments.database.as_deref(), folder).await?;
    let address = database.as_ref().map(|database| &database.address);
    let rush = rush::run(&folder.join("rush"), address, plan).await?;
    let rules = Rules {
        connections: arguments.askers.iter().copied().map(usize::from).collect(),
        lasting: Duration::from_secs(arguments.seconds),
    };
    let policy = policy::read_or_built_in(None)?;
    let (store, _secrets) = house::open_store(&folder.join("rush"), address, &policy)?;
    let ours = Ours::new(store);
    let name = match address {
        Some(_) => OURS_ON_A_SERVER,
        None => OURS,
    };
    let mut standings = Standings::new(show(&ours, name, true, &rules).await?);
    ours.close().await;
    drop(database);
    if !arguments.alone {
        standings.add_peers(folder, &rules).await?;
    }
    Ok(Report {
        disk,
        rush,
        standings,
        entered,
    })
}

impl Report {
    /// Writes one JSON object.
    fn to_json(&self) -> Value {
        let rush = &self.rush;
        let ours = self.standings.ours();
        let mut object = json!({
            "units": rush.plan.units,
            "buyers": rush.plan.buyers,
            "connections": rush.plan.connections,
            "oversold": rush.truth.oversold,
            "undersold": rush.truth.undersold,
            "double": rush.truth.double,
            "lost": rush.truth.lost,
            "sold_out_ms": rush.sold_out_ms,
            "winners_p99_ms": rush.winners_p99_ms(),
            "losers_p99_ms": rush.losers_p99_ms(),
            "holds_per_s": ours.map(|ours| ours.holds_per_s()),
            "soldout_answers_per_s": ours.map(|ours| ours.refusals_per_s()),
            "peers": self.standings.peers_to_json(),
        });
        if let Some(entered) = &self.entered {
            object["entered"] = entered.to_json();
        }
        object
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n\n{}", self.disk, self.rush)?;
        if let Some(entered) = &self.entered {
            writeln!(f, "{entered}")?;
        }
        write!(f, "{}", self.standings)
    }
}
