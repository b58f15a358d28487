//! How fast a tower is simulated: seconds for the whole, events a second.

use super::super::demo::read_machine;
use clap::{Args, value_parser};
use plc::simulation::{Demand, Options, People, Profile, Rate, Simulation, Untimed};
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;
use tower::planner::Policy;

/// Measures how fast a tower is simulated; a year of Singapore when nothing else is said.
#[derive(Args)]
pub struct Arguments {
    /// The tower; the built-in 15-storey Singapore tower when left out.
    #[arg(long)]
    machine: Option<PathBuf>,
    /// Jobs an hour in the mean: thirty a day, twelve of them hand-overs.
    #[arg(long, default_value_t = 1.25)]
    demand: f64,
    /// How many days.
    #[arg(long, default_value_t = 365, value_parser = value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// What decides everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command, on one thread.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let options = Options {
        machine: read_machine(arguments.machine.as_deref())?,
        policy: Policy::default(),
        demand: Demand::Rate(Rate {
            per_hour: arguments.demand,
            shows: 0.2,
            profile: Profile::Flat,
            stock: 0.7,
        }),
        people: People::default(),
        stock: 0.7,
        seed: arguments.seed,
        record_ms: 0,
    };
    let begun = Instant::now();
    let mut simulation = Simulation::new(options)?;
    simulation.run(u64::from(arguments.days) * 24 * 3_600_000, &mut Untimed);
    let figures = simulation.figures();
    let seconds = begun.elapsed().as_secs_f64();
    let per_second = figures.events as f64 / seconds;
    let (days, jobs, events) = (arguments.days, figures.jobs, figures.events);
    match arguments.json {
        true => println!(
            "{}",
            json!({
                "machine": figures.machine, "seed": figures.seed, "days": days, "jobs": jobs,
                "events": events, "seconds": seconds, "events_per_s": per_second,
            })
        ),
        false => println!(
            "{days} days of {} took {seconds:.2} s: {jobs} jobs, {events} events, \
             {per_second:.0} events a second",
            figures.machine
        ),
    }
    Ok(())
}
