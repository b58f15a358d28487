//! The foreign implementations that protocol tests run against: pinned Python libraries in an
//! environment of their own.
//!
//! It stands beside what Cargo builds, so that it is thrown away with it and nothing is installed
//! for anybody else. The tests look for it there and fail where it is missing.

use super::{succeed, tools};
use crate::tree;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The pinned libraries.
const REQUIREMENTS: &str = "crates/plc/tests/peers/requirements.txt";

/// Sees that the environment holds what is pinned.
pub(crate) fn provide() -> Result<()> {
    let folder = folder()?;
    let pinned = tree::root().join(REQUIREMENTS);
    let wanted = fs::read_to_string(&pinned).with_context(|| format!("reading {REQUIREMENTS}"))?;
    let note = folder.join("requirements.txt");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        println!("{} holds what is pinned", folder.display());
        return Ok(());
    }
    if !tools::answers("python3", &["-c", "import ensurepip, venv"]) {
        bail!("python3 with venv is missing; on Debian: sudo apt-get install python3-venv");
    }
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut install = Command::new(folder.join("bin/pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "-r"]);
    succeed(install.arg(&pinned))
        .context("PyPI, or a mirror that pip is told of, is needed once")?;
    fs::write(&note, wanted).with_context(|| format!("writing {}", note.display()))
}

/// The folder `peers` beside the profiles of the target folder this program was built into.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe().context("finding the target folder")?;
    let target = program.ancestors().nth(2);
    let target = target.context("the program stands in no target folder")?;
    Ok(target.join("peers"))
}
