//! How fast, on this machine.

use clap::Args;

/// Measures how fast complete purchases go on this machine.
#[derive(Args)]
pub struct Arguments {}

/// Runs the command.
pub async fn run(_: Arguments) -> anyhow::Result<()> {
    Ok(())
}
