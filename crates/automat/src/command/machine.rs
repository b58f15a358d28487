//! A machine file, looked at before anything is built of it: what is wrong, what it comes to, and
//! how it looks.

mod sources; // which figures are published, derived, assumed
mod report; // what is said of one file
mod table; // the same for people

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use plc::simulation::People;
use report::Report;
use std::fs;
use std::path::{Path, PathBuf};
use tower::machine::Machine;
use web::drawing::machine as drawing;

/// Checks machine files, or draws the machine of one.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    Check(Check),
    Draw(Draw),
}

/// Says what is wrong with machine files, or what their machines come to.
///
/// Every problem is told at once, with its line and what to write instead. Of a file without
/// problems: places and their sizes, which lift reaches what, how long cars take, how many
/// hand-overs an hour the bays can do at most, the PLC's registers, and which figures are assumed.
/// Ends with an error when anything is wrong with any of the files.
///
/// Example: automat machine check machines/*.toml
#[derive(Args)]
struct Check {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How long a buyer is at the bay, in seconds from the open door to driving off.
    #[arg(long, default_value_t = People::default().visit_median_s)]
    visit_s: f64,
    /// Write one JSON list, an object for each file, instead of tables.
    #[arg(long)]
    json: bool,
}

/// Draws a machine to scale as an SVG picture: front view, plan of one level, sizes and names.
///
/// Example: automat machine draw machines/autobahn-singapore.toml --to tower.svg
#[derive(Args)]
struct Draw {
    /// The file.
    file: PathBuf,
    /// Where the picture goes; to standard output when left out.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.act {
        Act::Check(arguments) => check(arguments),
        Act::Draw(arguments) => draw(arguments),
    }
}

fn check(arguments: &Check) -> anyhow::Result<()> {
    let visit_s = arguments.visit_s;
    if !(0.0..=86_400.0).contains(&visit_s) {
        bail!("--visit-s {visit_s} is not from 0 to 86400 seconds");
    }
    let files = arguments.files.iter();
    let reports: Vec<Report> = files.map(|file| Report::of(file, visit_s)).collect();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    } else {
        let tables: Vec<String> = reports.iter().map(table::of).collect();
        print!("{}", tables.join("\n"));
    }
    let wrong = reports.iter().filter(|report| !report.is_sound()).count();
    match (wrong, reports.len()) {
        (0, _) => Ok(()),
        (1, 1) => bail!("the file is wrong"),
        (wrong, all) => bail!("{wrong} of {all} files are wrong"),
    }
}

fn draw(arguments: &Draw) -> anyhow::Result<()> {
    let machine = read(&arguments.file)?;
    let picture = drawing::machine(&machine);
    let Some(to) = &arguments.to else {
        println!("{picture}");
        return Ok(());
    };
    let name = to.display();
    fs::write(to, picture.to_string())
        .with_context(|| format!("cannot write the drawing to {name}"))?;
    eprintln!("The drawing is in {name}; a browser shows and prints it.");
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Machine> {
    let name = file.display().to_string();
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read the machine file {name}"))?;
    Ok(Machine::parse(&text, &name)?)
}
