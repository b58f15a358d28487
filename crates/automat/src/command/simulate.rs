//! A tower with its people, simulated many times faster than real time.

mod table; // figures for people

use super::demo::read_machine;
use crate::{demand_file, stop};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use plc::simulation::{Demand, Figures, Options, People, Profile, Rate, Simulation, Timing};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::task::spawn_blocking;
use tower::controller::Output;
use tower::machine::Machine;
use tower::planner::Policy;
use tower::tower::Command;
use web::simulation::{Run, page};

/// Simulates a tower with its people: how long buyers wait, how busy lifts and bays are.
///
/// The control system that runs real towers, and the simulated machine, in simulated time: a year
/// takes seconds. The same options give the same figures, but for plan_ms, which is measured.
/// Ctrl-C gives what was simulated so far.
///
/// Example: automat simulate --machine machines/autobahn-singapore.toml --demand 6 --hours 24
#[derive(Args)]
pub struct Arguments {
    /// The tower; the built-in 15-storey Singapore tower when left out.
    #[arg(long)]
    machine: Option<PathBuf>,
    /// Jobs an hour in the mean (hand-overs, cars that come, and shows), or a CSV file of them.
    #[arg(long, default_value = "4", value_name = "RATE|FILE")]
    demand: String,
    /// How the jobs spread over the day.
    #[arg(long, value_enum, default_value_t = Day::Flat)]
    day: Day,
    /// The share of jobs that show a car in the window.
    #[arg(long, default_value_t = 0.2)]
    shows: f64,
    /// The share of slots with a car, at the start and in the long run.
    #[arg(long, default_value_t = 0.7)]
    stock: f64,
    /// How many hours to simulate; 8760 are a year.
    #[arg(long, default_value_t = 24.0)]
    hours: f64,
    /// What decides everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// By which rule the tower is run.
    #[arg(long, value_enum, default_value_t = Rule::Planned)]
    policy: Rule,
    /// Another tower, simulated with the same demand and shown beside the first.
    #[arg(long, value_name = "MACHINE")]
    compare: Option<PathBuf>,
    /// Another rule, shown beside the first: of the tower to compare, or of the same one.
    #[arg(long, value_enum, value_name = "POLICY")]
    compare_policy: Option<Rule>,
    /// Write a page with charts, and the first day to be seen again, to this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// How much of a run a page shows again: a day.
const SHOWN_MS: u64 = 24 * 3_600_000;

/// How jobs spread over the day.
#[derive(Clone, Copy, ValueEnum)]
enum Day {
    /// Every hour alike.
    Flat,
    /// Nine to nine, with a peak after work.
    Showroom,
}

/// By which rule a tower is run.
#[derive(Clone, Copy, ValueEnum)]
enum Rule {
    /// All waiting work is planned, and the first move of the plan is made.
    Planned,
    /// In the order of the queue.
    FirstCome,
    /// The car that is brought soonest goes first.
    Nearest,
}

impl From<Rule> for Policy {
    fn from(rule: Rule) -> Policy {
        match rule {
            Rule::Planned => Policy::default(),
            Rule::FirstCome => Policy::FirstCome,
            Rule::Nearest => Policy::Nearest,
        }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let machine = read_machine(arguments.machine.as_deref())?;
    let other = match (&arguments.compare, arguments.compare_policy) {
        (Some(file), rule) => Some((read_machine(Some(file))?, rule)),
        (None, Some(rule)) => Some((machine.clone(), Some(rule))),
        (None, None) => None,
    };
    let first = options(&arguments, machine, arguments.policy)?;
    let first = simulate(first, arguments.hours).await?;
    let second = match other {
        Some((machine, rule)) => {
            let options = options(&arguments, machine, rule.unwrap_or(arguments.policy))?;
            Some(simulate(options, arguments.hours).await?)
        }
        None => None,
    };
    if let Some(file) = &arguments.html {
        write_page(file, &first, second.as_ref())?;
    }
    match (arguments.json, &second) {
        (true, None) => println!("{}", serde_json::to_string_pretty(&first.figures)?),
        (true, Some(second)) => {
            let both = json!({ "first": first.figures, "second": second.figures });
            println!("{}", serde_json::to_string_pretty(&both)?);
        }
        (false, None) => print!("{}", table::of(&first.figures)),
        (false, Some(second)) => {
            print!("{}", table::of(&first.figures));
            print!("\n{}", table::of(&second.figures));
        }
    }
    Ok(())
}

fn write_page(file: &Path, first: &Done, second: Option<&Done>) -> anyhow::Result<()> {
    let text = page(&first.run, second.map(|done| &done.run))?;
    let name = file.display();
    std::fs::write(file, text).with_context(|| format!("cannot write the page to {name}"))?;
    eprintln!("The page is in {name}; open it in a browser.");
    Ok(())
}

fn options(arguments: &Arguments, machine: Machine, rule: Rule) -> anyhow::Result<Options> {
    if !(arguments.hours > 0.0 && arguments.hours <= 1_000_000.0) {
        bail!(
            "--hours {} is not above 0 and at most 1000000",
            arguments.hours
        );
    }
    for (name, share) in [("--shows", arguments.shows), ("--stock", arguments.stock)] {
        if !(0.0..=1.0).contains(&share) {
            bail!("{name} {share} is no share from 0 to 1");
        }
    }
    Ok(Options {
        demand: demand(arguments)?,
        machine,
        policy: rule.into(),
        people: People::default(),
        stock: arguments.stock,
        seed: arguments.seed,
        record_ms: arguments.html.as_ref().map_or(0, |_| SHOWN_MS),
    })
}

fn demand(arguments: &Arguments) -> anyhow::Result<Demand> {
    let Ok(per_hour) = arguments.demand.parse::<f64>() else {
        return Ok(Demand::List(demand_file::read(Path::new(
            &arguments.demand,
        ))?));
    };
    if !(0.0..=10_000.0).contains(&per_hour) {
        bail!("--demand {per_hour} is not from 0 to 10000 jobs an hour");
    }
    let profile = match arguments.day {
        Day::Flat => Profile::Flat,
        Day::Showroom => Profile::Showroom,
    };
    Ok(Demand::Rate(Rate {
        per_hour,
        shows: arguments.shows,
        profile,
        stock: arguments.stock,
    }))
}

/// A run that is over: its figures, and what a page shows of it.
struct Done {
    figures: Figures,
    run: Run,
}

/// Simulates on a thread of its own, until the end or until told to stop.
async fn simulate(options: Options, hours: f64) -> anyhow::Result<Done> {
    let stopped = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stopped);
    let mut work = spawn_blocking(move || go(options, hours, &seen));
    tokio::select! {
        done = &mut work => done?,
        told = stop::told() => {
            told?;
            stopped.store(true, Ordering::Relaxed);
            work.await?
        }
    }
}

fn go(options: Options, hours: f64, stopped: &AtomicBool) -> anyhow::Result<Done> {
    const SLICES: u64 = 400;
    let until_ms = (hours * 3_600_000.0).round() as u64;
    let machine = options.machine.clone();
    let mut simulation = Simulation::new(options)?;
    let mut watch = Watch::default();
    let progress = ProgressBar::new(SLICES).with_style(ProgressStyle::with_template(
        "{bar:40} {percent} % of the simulated time, {eta} to go",
    )?);
    for slice in 1..=SLICES {
        if stopped.load(Ordering::Relaxed) {
            progress.suspend(|| eprintln!("Stopped: these are the figures so far."));
            break;
        }
        simulation.run(until_ms * slice / SLICES, &mut watch);
        progress.set_position(slice);
    }
    progress.finish_and_clear();
    let mut figures = simulation.figures();
    figures.plan_ms = Timing::of(&watch.decisions_ns);
    let run = Run::new(
        &machine,
        &figures,
        simulation.waits_ms(),
        simulation.recording(),
    );
    Ok(Done { figures, run })
}

/// How long decisions take on this computer.
struct Watch {
    started: Instant,
    decisions_ns: Vec<u64>,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch {
            started: Instant::now(),
            decisions_ns: Vec::new(),
        }
    }
}

impl plc::simulation::Stopwatch for Watch {
    fn now(&mut self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn planned(&mut self, since: u64, outputs: &[Output]) {
        let moves = |output: &Output| {
            matches!(
                output,
                Output::Record(Command::OrderAction { plan: Some(_), .. })
            )
        };
        if outputs.iter().any(moves) {
            let now = self.now();
            self.decisions_ns.push(now - since);
        }
    }
}
