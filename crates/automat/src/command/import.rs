//! Cars from a file into a data folder, each row checked, nothing half imported.

use super::demo::read_machine;
use crate::clock::Clock;
use crate::{catalogue, configuration, house, intake, policy};
use clap::Args;
use std::path::PathBuf;
use store::Context;
use tower::tower::{Command, Tower};

/// Takes cars from a CSV or JSON file into a data folder and queues their storing.
///
/// Every row is checked first: its columns, its VIN, its price, and its size against the tower. Bad
/// rows are named by line and nothing is taken in. Taking the same file in again changes nothing.
/// Stop the server first: one process works on a data folder at a time.
#[derive(Args)]
pub struct Arguments {
    /// The file: CSV with a header line, or a JSON list of objects with the same names.
    file: PathBuf,
    /// The data folder.
    #[arg(long, default_value = "automat-data")]
    data: PathBuf,
    /// The PostgreSQL server that keeps the log, where it is not in the data folder;
    /// AUTOMAT_DATABASE when left out.
    #[arg(long)]
    database: Option<String>,
    /// The tower; the built-in 15-storey Singapore tower when left out.
    #[arg(long)]
    machine: Option<PathBuf>,
    /// The terms of sale; their currency is the catalogue's. The built-in 2017 terms when left out.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// Check only; take nothing in.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let machine = read_machine(arguments.machine.as_deref())?;
    let policy = policy::read_or_built_in(arguments.policy.as_deref())?;
    let listings = catalogue::read(&arguments.file, policy.currency)?;
    intake::check(&machine, &listings)?;
    if arguments.dry_run {
        println!(
            "{} cars are in order and fit tower {}.",
            listings.len(),
            machine.id
        );
        return Ok(());
    }
    let database = configuration::database(arguments.database.as_deref())?;
    let (store, _) = house::open_store(&arguments.data, database.as_ref(), &policy)?;
    let now = Clock::movable(arguments.data.join("clock"))?.now();
    let commission = Command::Commission {
        places: machine.places.clone(),
        bays: machine.bays.iter().map(|bay| bay.place.clone()).collect(),
        lifts: machine
            .lifts
            .iter()
            .map(|lift| lift.place.clone())
            .collect(),
    };
    let commissioned = store
        .execute::<Tower>(&machine.id, commission, Context::at(now))
        .await;
    commissioned.map_err(|failure| anyhow::anyhow!("tower {}: {failure:?}", machine.id))?;
    let new = intake::take_in(&store, &machine.id, &listings, now).await?;
    store.close().await;
    let known = listings.len() - new;
    println!("{new} cars taken in, {known} known before. The tower will ask for each at its bay.");
    Ok(())
}
