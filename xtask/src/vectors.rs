//! Published test vectors, run against the crates they concern.
//!
//! A file that brings keys is of the wallet's protocol and goes to `alipay`; one that brings
//! `vectors` without keys is of the machine if its schema says so, else of instalment finance.
//! Every failure is a line, every kind that no crate speaks is named with its count, and an
//! unreadable file is a failure, never a skip.

mod finance; // instalment finance: schedules, rates, day counts
mod tower; // the machine: times, schedules, queues

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What came of one vector: it holds, it does not, or its kind is not spoken.
pub(crate) enum Verdict {
    /// Everything in it holds.
    Passed,
    /// Something does not hold, and what.
    Failed(String),
    /// No crate here speaks of this, and why.
    Skipped(String),
}

/// How many vectors went which way.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: BTreeMap<String, usize>,
}

/// Runs files, and the files of folders, and fails when a vector did or when there was none.
pub(crate) fn run(paths: &[PathBuf]) -> Result<()> {
    let mut tally = Tally::default();
    for path in paths {
        for file in files_at(path)? {
            run_file(&file, &mut tally).with_context(|| format!("in {}", file.display()))?;
        }
    }
    for (kind, count) in &tally.skipped {
        println!("skipped {count}: {kind}");
    }
    let skipped: usize = tally.skipped.values().sum();
    let Tally { passed, failed, .. } = tally;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 || passed == 0 {
        bail!("{failed} vectors failed, {passed} passed");
    }
    Ok(())
}

/// Gives a file itself, or the JSON files of a folder in order of their names.
fn files_at(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("reading {}", path.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut files = paths.collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    Ok(files)
}

fn run_file(path: &Path, tally: &mut Tally) -> Result<()> {
    let text = fs::read_to_string(path).context("reading it")?;
    let json: Value = serde_json::from_str(&text).context("it is no JSON")?;
    if json.get("keys").is_some() {
        return run_wallet(&text, tally);
    }
    let vectors = json["vectors"].as_array().context("it has no `vectors`")?;
    let of_the_machine = json["meta"]["schema"] == tower::SCHEMA;
    for vector in vectors {
        let word = |name: &str| vector[name].as_str().unwrap_or("without a name").to_owned();
        let verdict = match of_the_machine {
            true => tower::check(vector, vectors),
            false => finance::check(vector),
        };
        tally.count(&word("id"), &word("kind"), verdict);
    }
    Ok(())
}

fn run_wallet(text: &str, tally: &mut Tally) -> Result<()> {
    let checked = alipay::vectors::run(text).map_err(anyhow::Error::msg)?;
    for one in checked {
        let verdict = match one.verdict {
            alipay::vectors::Verdict::Passed => Verdict::Passed,
            alipay::vectors::Verdict::Failed(why) => Verdict::Failed(why),
            alipay::vectors::Verdict::Skipped => Verdict::Skipped("not spoken here".to_owned()),
        };
        tally.count(&one.id, &one.kind, verdict);
    }
    Ok(())
}

impl Tally {
    fn count(&mut self, id: &str, kind: &str, verdict: Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed(why) => {
                println!("FAILED {id} ({kind}): {why}");
                self.failed += 1;
            }
            Verdict::Skipped(why) => {
                *self.skipped.entry(format!("{kind}: {why}")).or_default() += 1;
            }
        }
    }
}
