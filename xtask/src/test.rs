//! Everything a change has to pass, step by step, each with its time.
//!
//! A step that fails does not stop the others, so that one run tells everything. Nothing is skipped
//! in silence: a tool that is missing is a failed step that says how to get it.

mod tools; // what the checks need beyond Rust
mod peers; // foreign implementations, for the protocol tests

use crate::{tidy, tree, vectors};
use anyhow::{Context, Result, bail};
use std::process::Command;
use std::time::{Duration, Instant};

/// Folders of published vectors, each beside the crate that must agree with them.
const VECTORS: [&str; 3] = [
    "crates/finance/tests/vectors",
    "crates/alipay/tests/vectors",
    "crates/tower/tests/vectors",
];

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 9] = [
    ("tools", tools::provide),
    ("peers", peers::provide),
    ("format", || cargo("fmt --all -- --check")),
    ("lints", || {
        cargo("clippy --workspace --all-targets --locked -- -D warnings")
    }),
    ("tidy", tidy::run),
    ("documentation", documentation),
    ("tests", tests),
    ("documentation tests", || {
        cargo("test --workspace --doc --locked")
    }),
    ("vectors", published_vectors),
];

/// Runs all steps and fails when one of them did.
pub(crate) fn run() -> Result<()> {
    let outcomes: Vec<(&str, bool, Duration)> = STEPS.into_iter().map(perform).collect();
    println!("\n== summary");
    for (name, passed, took) in &outcomes {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("{word}  {:7.1} s  {name}", took.as_secs_f64());
    }
    let passed = outcomes.iter().filter(|(_, passed, _)| *passed).count();
    let failed = outcomes.len() - passed;
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of {} steps failed", outcomes.len());
    }
    Ok(())
}

fn perform((name, step): Step) -> (&'static str, bool, Duration) {
    println!("\n== {name}");
    let begin = Instant::now();
    let outcome = step();
    let took = begin.elapsed();
    match &outcome {
        Ok(()) => println!("{name}: passed in {:.1} s", took.as_secs_f64()),
        Err(error) => println!("{name}: FAILED: {error:#}"),
    }
    (name, outcome.is_ok(), took)
}

fn documentation() -> Result<()> {
    let mut command = cargo_command("doc --workspace --no-deps --locked");
    succeed(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs all tests, the browser's among them, by nextest where it is installed.
fn tests() -> Result<()> {
    if tools::answers("cargo", &["nextest", "--version"]) {
        cargo("nextest run --workspace --locked --no-fail-fast")
    } else {
        println!("cargo-nextest is not installed: cargo test runs the same tests, slower");
        cargo("test --workspace --all-targets --locked --no-fail-fast")
    }
}

fn published_vectors() -> Result<()> {
    let root = tree::root();
    let folders: Vec<_> = VECTORS.iter().map(|folder| root.join(folder)).collect();
    vectors::run(&folders)
}

fn cargo(line: &str) -> Result<()> {
    succeed(&mut cargo_command(line))
}

fn cargo_command(line: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(line.split(' ')).current_dir(tree::root());
    command
}

/// Runs a command in sight and fails when it does.
fn succeed(command: &mut Command) -> Result<()> {
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy())
        .collect();
    let line = format!("{} {}", command.get_program().display(), words.join(" "));
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("starting {line}"))?;
    if !status.success() {
        bail!("{line}: {status}");
    }
    Ok(())
}
