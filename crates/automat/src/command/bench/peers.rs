//! The peers alone: what anybody can claim about them, measured again with one command.

use super::contest::Rules;
use super::disk::Disk;
use super::ground::Ground;
use super::standings::Standings;
use clap::{Args, value_parser};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Measures holds and sold-out answers of PostgreSQL and Redis on this machine.
#[derive(Args)]
pub struct Arguments {
    /// How many connections ask at the same time, each number in a run of its own.
    #[arg(long, value_delimiter = ',', default_values_t = [4, 64, 256, 1000],
        value_parser = value_parser!(u16).range(1..=1024))]
    connections: Vec<u16>,
    /// How long each run lasts, in seconds.
    #[arg(long, default_value_t = 3, value_parser = value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Where the folders are made, and removed at the end; a temporary folder when left out.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Write one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let ground = Ground::make(arguments.data)?;
    let disk = Disk::measure(ground.folder())?;
    let rules = Rules {
        connections: arguments.connections.into_iter().map(usize::from).collect(),
        lasting: Duration::from_secs(arguments.seconds),
    };
    let mut standings = Standings::default();
    standings.add_peers(ground.folder(), &rules).await?;
    match arguments.json {
        true => println!(
            "{}",
            json!({ "machine": disk.to_json(), "peers": standings.peers_to_json() })
        ),
        false => print!("{disk}\n\n{standings}"),
    }
    Ok(())
}
