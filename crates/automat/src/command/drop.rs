//! Timed sales: announced from a file, and their draw computed again from a published proof.

use crate::clock::Clock;
use crate::{configuration, drop_file, house, policy};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use sales::drop::{Announcement, Command, Drop, Offered, Proof, commitment};
use std::fs;
use std::path::{Path, PathBuf};
use store::{Context, Store};
use web::desk::drop::seed_of;
use web::secret::Secret;

/// Announces a drop, or checks the draw of one.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    Announce(Announce),
    Verify(Verify),
}

/// Announces a drop from a file, such as drops/three-italians.toml.
///
/// Every line is checked first. Announcing the same file with the same times again changes nothing.
/// Stop the server first: one process works on a data folder at a time.
#[derive(Args)]
struct Announce {
    /// The file.
    #[arg(long)]
    file: PathBuf,
    /// The data folder.
    #[arg(long, default_value = "automat-data")]
    data: PathBuf,
    /// The terms of sale; the built-in 2017 terms when left out.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// The database server, as postgres://...; the data folder's own file when left out.
    #[arg(long)]
    database: Option<String>,
}

/// Computes a draw again from its proof: the answer of GET /api/v1/drops/{id}/draw.
///
/// Says what was checked; ends with an error and the first difference when the draw is not as it
/// was published. Needs no data folder.
#[derive(Args)]
struct Verify {
    /// The proof.
    file: PathBuf,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.act {
        Act::Announce(arguments) => announce(arguments).await,
        Act::Verify(arguments) => verify(&arguments),
    }
}

async fn announce(arguments: Announce) -> anyhow::Result<()> {
    let policy = policy::read_or_built_in(arguments.policy.as_deref())?;
    let database = configuration::database(arguments.database.as_deref())?;
    let (store, secrets) = house::open_store(&arguments.data, database.as_ref(), &policy)?;
    let now = Clock::movable(arguments.data.join("clock"))?.now();
    let secret = Secret::new(&secrets.shop);
    let announced = announce_file(&store, &secret, &arguments.file, now).await;
    store.close().await;
    announced
}

/// Announces the drop of a file in a store that is open.
pub async fn announce_file(
    store: &Store,
    secret: &Secret,
    file: &Path,
    now: kernel::Moment,
) -> anyhow::Result<()> {
    let promise = |id: &kernel::DropId| commitment(&seed_of(secret, id));
    let announcement = drop_file::read(file, now, promise)?;
    let drop = announcement.drop.clone();
    let (known, _) = store.load::<Drop>(&drop).await?;
    if let Some(book) = known.book() {
        println!(
            "Drop {drop} is announced already; it opens at {}.",
            book.announcement().opens_at
        );
        return Ok(());
    }
    check_cars(store, &announcement).await?;
    let says = format!(
        "Drop {drop} is announced: {} cars, opens at {}.\nCommitment {}",
        announcement.units.len(),
        announcement.opens_at,
        announcement.commitment
    );
    let command = Command::Announce { announcement };
    let announced = store
        .execute::<Drop>(&drop, command, Context::at(now))
        .await;
    announced.map_err(|failure| {
        let name = file.display();
        anyhow::anyhow!("{name} cannot be announced: {failure}; nothing was announced")
    })?;
    println!("{says}");
    Ok(())
}

/// Refuses a drop whose cars the shop does not have.
async fn check_cars(store: &Store, announcement: &Announcement) -> anyhow::Result<()> {
    let mut bad = String::new();
    for unit in &announcement.units {
        let Offered::Car { vin } = unit else {
            continue;
        };
        let row = store.vehicle(vin).await?;
        let why = match row.as_ref().map(|row| row.state.as_str()) {
            None => "is not in the catalogue",
            Some("sold" | "handed-over") => "is sold",
            Some("withdrawn") => "is withdrawn",
            Some("held") => "is held by a buyer",
            Some(_) => continue,
        };
        bad += &format!("\n  {vin} {why}");
    }
    if !bad.is_empty() {
        bail!("these cars cannot be in a drop:{bad}\nNothing was announced.");
    }
    Ok(())
}

fn verify(arguments: &Verify) -> anyhow::Result<()> {
    let name = arguments.file.display();
    let text = fs::read_to_string(&arguments.file)
        .with_context(|| format!("cannot read the proof {name}"))?;
    let proof: Proof =
        serde_json::from_str(&text).with_context(|| format!("{name} is no proof of a draw"))?;
    match proof.check() {
        Ok(checked) => {
            println!("The draw of {} is as it was published:", proof.drop);
            println!("  the seed is the one whose hash was published before the entries;");
            println!(
                "  the list of {} entries is sorted, has nobody twice, and has its published hash;",
                checked.entries
            );
            println!("  the seed puts them into the published order, place by place;");
            println!("  the first {} of them got the cars.", checked.winners);
            Ok(())
        }
        Err(difference) => bail!("{name}: the draw is not as it was published: {difference}"),
    }
}
