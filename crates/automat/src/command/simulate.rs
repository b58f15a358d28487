//! A tower with its people, simulated many times faster than real time.

mod table; // figures for people

use super::demo::read_machine;
use crate::stop;
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use plc::simulation::{Demand, Figures, Options, People, Profile, Rate, Simulation, Timing};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::task::spawn_blocking;
use tower::controller::Output;
use tower::machine::Machine;
use tower::tower::Command;

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
    /// Jobs an hour in the mean: hand-overs, cars that come, and shows.
    #[arg(long, default_value = "4")]
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
    /// Write one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// How jobs spread over the day.
#[derive(Clone, Copy, ValueEnum)]
enum Day {
    /// Every hour alike.
    Flat,
    /// Nine to nine, with a peak after work.
    Showroom,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let machine = read_machine(arguments.machine.as_deref())?;
    let options = options(&arguments, machine)?;
    let figures = simulate(options, arguments.hours).await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        print!("{}", table::of(&figures));
    }
    Ok(())
}

fn options(arguments: &Arguments, machine: Machine) -> anyhow::Result<Options> {
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
        people: People::default(),
        stock: arguments.stock,
        seed: arguments.seed,
        record_ms: 0,
    })
}

fn demand(arguments: &Arguments) -> anyhow::Result<Demand> {
    let per_hour: f64 = arguments.demand.parse().with_context(|| {
        format!(
            "--demand {:?} is no number of jobs an hour, such as 6 or 1.5",
            arguments.demand
        )
    })?;
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

/// Simulates on a thread of its own, until the end or until told to stop.
async fn simulate(options: Options, hours: f64) -> anyhow::Result<Figures> {
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

fn go(options: Options, hours: f64, stopped: &AtomicBool) -> anyhow::Result<Figures> {
    const SLICES: u64 = 400;
    let until_ms = (hours * 3_600_000.0).round() as u64;
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
    Ok(figures)
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
