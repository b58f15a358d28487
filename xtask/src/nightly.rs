//! What takes too long for every change: a drop killed a thousand times.
//!
//! It is the test of fifty kills with another count, so that one night and one change look at the
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
    Ok(())
}
