//! What takes too long for every change: a drop killed a thousand times, and a day of two towers
//! killed at every one of its records.
//!
//! They are the tests of a change with other counts, so that one night and one change look at the
//! same things. A seed that failed is given again to meet the same moments.

use anyhow::{Result, bail};
use std::process::Command;

const TEST: &str = "drop_crash::";
const KILLS: u32 = 1_000;

/// Kills so many drops, from a seed where one is given.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut kills, mut seed) = (KILLS, None);
    for option in options.chunks(2) {
        match option {
            ["--kills", number] => kills = number.parse()?,
            ["--seed", number] => seed = Some(number.parse::<u64>()?),
            _ => bail!(
                "no option {:?}: cargo xtask nightly [--kills N] [--seed S]",
                option[0]
            ),
        }
    }
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--locked", "-p", "automat", "--test", "it", TEST]);
    command.args(["--", "--nocapture"]);
    command.env("AUTOMAT_KILLS", kills.to_string());
    if let Some(seed) = seed {
        command.env("AUTOMAT_SEED", seed.to_string());
    }
    let status = command.status()?;
    if !status.success() {
        bail!("a drop was not as it should be; the seed stands above");
    }
    kill_days()
}

/// Kills controller and twin at every record of a day, of each tower.
fn kill_days() -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "test",
        "--locked",
        "-p",
        "checks",
        "--test",
        "it",
        "killed_at_a_record",
    ]);
    command.args(["--", "--nocapture"]);
    command.env("CHECKS_RECORDS", "all");
    if !command.status()?.success() {
        bail!("a day did not end well after a kill; the record stands above");
    }
    Ok(())
}
