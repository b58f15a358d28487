//! The store moved, rebuilt and backed up, by the program that wrote it.

mod bar; // how far it is, for whoever watches

use crate::clock::Clock;
use crate::{configuration, house, policy, secrets};
use anyhow::{Context, bail};
use bar::Bar;
use clap::{Args, Subcommand};
use indicatif::{HumanBytes, HumanCount};
use std::path::{Path, PathBuf};
use std::time::Instant;
use store::{BackupProgress, Copied, Difference, Place};

/// Moves, rebuilds or backs up a store.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Copies a store that nobody works on, from a folder to PostgreSQL or back.
    ///
    /// Stop the server first. The target must hold nothing. What arrives is read back and compared
    /// row by row; positions and books are verified at the end. Broken off at any moment, the same
    /// command goes on where it was; until it has ended the target is refused as a store.
    ///
    /// Example: automat store copy --from automat-data --to postgres://automat@localhost/automat
    Copy {
        /// A data folder, or postgres://user@host/database; AUTOMAT_DATABASE when left out.
        #[arg(long, value_name = "PLACE")]
        from: Option<Place>,
        /// A folder or a database that holds nothing; AUTOMAT_DATABASE when left out.
        #[arg(long, value_name = "PLACE")]
        to: Option<Place>,
        /// The terms of sale, for their zone; the built-in 2017 terms when left out.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Drops every view, projects it again from the log, and says what differed.
    ///
    /// A data folder must rest; on a database server the shop may go on. Nothing of the log, the
    /// books or the keys is touched.
    Rebuild {
        #[command(flatten)]
        home: Home,
    },
    /// Makes a data folder that holds what the store holds now, while the server goes on.
    ///
    /// The copy is verified before it gets its name. Keys are left out unless they are asked for.
    Backup {
        #[command(flatten)]
        home: Home,
        /// The folder to make; a store must not be in it.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// Copy secrets.key too. Together with the backup it opens all personal data.
        #[arg(long)]
        with_keys: bool,
        /// The terms of sale, for their zone; the built-in 2017 terms when left out.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
}

#[derive(Args)]
struct Home {
    /// The data folder.
    #[arg(long, value_name = "DIR", default_value = "automat-data")]
    data: PathBuf,
    /// The PostgreSQL server that keeps the log, where the data folder does not; AUTOMAT_DATABASE
    /// when left out.
    #[arg(long)]
    database: Option<String>,
}

impl Home {
    fn place(&self) -> anyhow::Result<Place> {
        let database = configuration::database(self.database.as_deref())?;
        Ok(match database {
            Some(address) => Place::Server(address),
            None => Place::Folder(self.data.clone()),
        })
    }
}

const KEYS: &str = "secrets.key";

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let work = move || match arguments.what {
        What::Copy { from, to, policy } => {
            let (from, to) = (named("--from", from)?, named("--to", to)?);
            copy(&from, &to, policy.as_deref())
        }
        What::Rebuild { home } => rebuild(&home.place()?),
        What::Backup {
            home,
            to,
            with_keys,
            policy,
        } => backup(&home, &to, with_keys, policy.as_deref()),
    };
    tokio::task::spawn_blocking(work)
        .await
        .context("the work on the store did not end")?
}

/// Gives a place that was typed, or else the database of the environment.
fn named(option: &str, typed: Option<Place>) -> anyhow::Result<Place> {
    match (typed, configuration::database(None)?) {
        (Some(place), _) => Ok(place),
        (None, Some(address)) => Ok(Place::Server(address)),
        (None, None) => bail!("name a data folder or a database with {option}"),
    }
}

fn copy(from: &Place, to: &Place, policy: Option<&Path>) -> anyhow::Result<()> {
    let rules = house::rules(&policy::read_or_built_in(policy)?);
    if let Place::Folder(folder) = to {
        make_folder(folder)?;
    }
    let began = Instant::now();
    let bar = Bar::rows();
    let copied = store::copy(from, to, &rules, Clock::system().now(), &mut |progress| {
        bar.show_copy(progress)
    });
    bar.end();
    let copied = copied?;
    println!("{}", told(&copied, began));
    println!("{}", what_else(from, to));
    Ok(())
}

fn told(copied: &Copied, began: Instant) -> String {
    let seconds = began.elapsed().as_secs_f64();
    let resumed = match copied.kept + copied.anew {
        0 => String::new(),
        _ => format!(
            " {} of 256 buckets were there from before; {} of them had changed since and were \
             brought anew.",
            copied.kept + copied.anew,
            copied.anew
        ),
    };
    format!(
        "Copied {} rows in {seconds:.1} s, {} rows a second, each read back and compared.{resumed}\n\
         Positions have no gap. The books are whole: {} entries in {} chains, seal {}.",
        HumanCount(copied.rows),
        HumanCount((copied.rows as f64 / seconds) as u64),
        HumanCount(copied.verified.entries),
        copied.verified.buckets,
        copied.verified.seal
    )
}

/// Says what a store needs besides its rows.
fn what_else(from: &Place, to: &Place) -> String {
    let keys = match from {
        Place::Folder(folder) => folder.join(KEYS).display().to_string(),
        Place::Server(_) => format!("{KEYS} of the data folder"),
    };
    let old = match from {
        Place::Folder(folder) => format!(
            "Then move {} away, so that nobody starts on it by mistake.",
            folder.join("automat.db").display()
        ),
        Place::Server(_) => "Then see that no server is started on it by mistake.".to_owned(),
    };
    match to {
        Place::Folder(folder) => format!(
            "Still to be moved: {keys}, into {}. Without it no personal data can be opened.\n\
             {from} is as it was. {old}",
            folder.display()
        ),
        Place::Server(_) => format!(
            "Still needed: {keys}, in the data folder of every server of {to}. Without it no \
             personal data can be opened.\n{from} is as it was. {old}"
        ),
    }
}

fn rebuild(place: &Place) -> anyhow::Result<()> {
    let began = Instant::now();
    let bar = Bar::events();
    let mut events = 0;
    let differences = store::rebuild(place, &mut |rebuilding| {
        events = rebuilding.events;
        bar.show(rebuilding.events, rebuilding.total);
    });
    bar.end();
    let differences = differences?;
    println!(
        "Projected {} events in {:.1} s.",
        HumanCount(events),
        began.elapsed().as_secs_f64()
    );
    println!("{}", found(&differences));
    Ok(())
}

/// How many rows are named; more would not be read.
const NAMED: usize = 20;

fn found(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "Nothing differed: every row was what the log says.".to_owned();
    }
    let named = differences.iter().take(NAMED).map(ToString::to_string);
    let named: Vec<String> = named.collect();
    let more = match differences.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    format!(
        "{} rows differed and are now as the log says. A newer program may project otherwise; if \
         the program is the same, somebody wrote past the log.\n{}{more}",
        differences.len(),
        named.join("\n")
    )
}

fn backup(home: &Home, to: &Path, with_keys: bool, policy: Option<&Path>) -> anyhow::Result<()> {
    let rules = house::rules(&policy::read_or_built_in(policy)?);
    make_folder(to)?;
    let keys = to.join(KEYS);
    if with_keys && keys.exists() {
        bail!("{} is there already; choose another folder", keys.display());
    }
    let began = Instant::now();
    let place = home.place()?;
    let bar = match place {
        Place::Server(_) => Bar::rows(),
        Place::Folder(_) => Bar::bytes(),
    };
    let now = Clock::system().now();
    let made = store::backup(&place, to, &rules, now, &mut |progress| match progress {
        BackupProgress::Bytes { done, total } => bar.show(done, total),
        BackupProgress::Rows(progress) => bar.show_copy(progress),
        BackupProgress::Verifying => bar.say("verifying"),
    });
    bar.end();
    let made = made?;
    println!(
        "Backed up {} into {} in {:.1} s.\nThe books are whole: {} entries in {} chains, seal {}.",
        HumanBytes(made.bytes),
        to.display(),
        began.elapsed().as_secs_f64(),
        HumanCount(made.verified.entries),
        made.verified.buckets,
        made.verified.seal
    );
    match with_keys {
        true => {
            let bytes = std::fs::read(home.data.join(KEYS)).with_context(|| {
                let source = home.data.join(KEYS);
                format!(
                    "cannot read {}; name its folder with --data",
                    source.display()
                )
            })?;
            secrets::write_private(&keys, &bytes)?;
            println!(
                "{} is beside it: keep this folder as you keep the data.",
                keys.display()
            );
        }
        false => println!(
            "{} is not in it: keep a copy of it elsewhere, without it no personal data can be \
             opened.",
            home.data.join(KEYS).display()
        ),
    }
    Ok(())
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    secrets::make_private_folder(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}
