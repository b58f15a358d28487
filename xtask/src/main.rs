//! The project's own commands: `cargo xtask test`, `nightly`, `tidy`, `vectors`, `diagrams`,
//! `help`.
//!
//! They need nothing installed but Rust; what a check needs beyond that, `test` names or installs.
//! Every command ends with a non-zero status when something is not as it should be.

mod tree; // the files of the project, read once
mod pieces; // Rust source cut into code, comments and texts
mod tidy; // the written rules, as functions over the files
mod vectors; // published test vectors, run against the crates they concern
mod diagrams; // life cycles, drawn from the deciders
mod test; // everything a change has to pass
mod nightly; // what takes too long for every change

use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test             run everything a change has to pass
cargo xtask nightly          drops and days killed everywhere; --only WORK, --kills N, --seed S
cargo xtask tidy             check the written rules of the project, and print its figures
cargo xtask vectors PATH...  run files of published test vectors
cargo xtask diagrams         draw the life cycles under docs/diagrams anew
cargo xtask help             print this
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => test::run(),
        ["nightly", options @ ..] => nightly::run(options),
        ["tidy"] => tidy::run(),
        ["vectors", paths @ ..] if !paths.is_empty() => {
            vectors::run(&paths.iter().map(PathBuf::from).collect::<Vec<_>>())
        }
        ["diagrams"] => diagrams::run(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [other, ..] => bail!("no command {other:?} of that form\n\n{HELP}"),
    }
}
