//! What takes too long for every change: a drop killed a thousand times, a day of two towers killed
//! at every one of its records, and the promises of a thousand simulated days. The largest system
//! of the handshake is explored only when it is named: nobody has seen its end yet.
//!
//! They are the tests of a change with other counts, so that one night and one change look at the
//! same things. A seed that failed is given again to meet the same moments. What is explored or
//! lived through in simulated time is compiled for speed first.

use anyhow::{Result, bail};
use std::process::Command;

const TEST: &str = "drop_crash::";
const KILLS: u32 = 1_000;
const DAYS: u32 = 1_000;

/// What there is to do at night.
const WORK: [&str; 4] = ["drops", "days", "promises", "handshake"];

/// Does all of it, or only what was named; kills so many drops, from a seed where one is given.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut kills, mut seed, mut only) = (KILLS, None, None);
    for option in options.chunks(2) {
        match option {
            ["--kills", number] => kills = number.parse()?,
            ["--seed", number] => seed = Some(number.parse::<u64>()?),
            ["--only", work] if WORK.contains(work) => only = Some(*work),
            _ => bail!(
                "no option {:?}: cargo xtask nightly [--kills N] [--seed S] [--only {}]",
                option.join(" "),
                WORK.join("|")
            ),
        }
    }
    let is_due = |work: &str| only.is_none_or(|only| only == work);
    if is_due("drops") {
        kill_drops(kills, seed)?;
    }
    if is_due("days") {
        let failed = "a day did not end well after a kill; the record stands above";
        check("killed_at_a_record", "CHECKS_RECORDS", failed)?;
    }
    if is_due("promises") {
        hold_promises()?;
    }
    if only == Some("handshake") {
        let failed = "the handshake does not hold, or its page is of another time; see above";
        check("two_lifts_and_power_cuts", "CHECKS_HANDSHAKE", failed)?;
    }
    Ok(())
}

fn kill_drops(kills: u32, seed: Option<u64>) -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--locked", "-p", "automat", "--test", "it", TEST]);
    command.args(["--", "--nocapture"]);
    command.env("AUTOMAT_KILLS", kills.to_string());
    if let Some(seed) = seed {
        command.env("AUTOMAT_SEED", seed.to_string());
    }
    if !command.status()?.success() {
        bail!("a drop was not as it should be; the seed stands above");
    }
    Ok(())
}

/// Runs some of the checks with everything that they could look at.
fn check(tests: &str, everything: &str, failed: &str) -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--release", "--locked", "-p", "checks"]);
    command.args(["--test", "it", tests, "--", "--nocapture"]);
    command.env(everything, "all");
    if !command.status()?.success() {
        bail!("{failed}");
    }
    Ok(())
}

/// Simulates a thousand days of each tower and load, and prints how many promises held.
fn hold_promises() -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--locked", "--release", "-p", "plc", "--test", "it"]);
    command.args(["promise::", "--", "--nocapture"]);
    command.env("AUTOMAT_DAYS", DAYS.to_string());
    if !command.status()?.success() {
        bail!("a promise is not kept as often as it says; which one stands above");
    }
    Ok(())
}
