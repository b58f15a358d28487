//! Plans of the machine: how far from their bound, how long they take, beside rules of thumb.
//!
//! Work is drawn by a seed on two towers made for it: a round one of 400 slots, which stands in the
//! published test vectors as well, and a wall of 1,000 slots with four lifts. Only the travel
//! counts, since handling is the same for every plan and would make every gap look small.

mod chance; // a seed, and different slots drawn by it
mod towers; // how far it is on the towers of this measurement
mod outcome; // figures as tables or as JSON

use anyhow::Context;
use chance::Dice;
use clap::{Args, value_parser};
use outcome::{Fleet, Outcome, Row};
use std::time::{Duration, Instant};
use tower::schedule::one_lift::{self, Cycle, peers};
use tower::schedule::{Proof, fleet};
use towers::{Cylinder, Wall};

/// Measures how good plans of the machine are, and how quickly they are made.
#[derive(Args)]
pub struct Arguments {
    /// How many random instances of each kind.
    #[arg(long, default_value_t = 60, value_parser = value_parser!(u32).range(1..=10_000))]
    instances: u32,
    /// How many search nodes the plan of one lift may take.
    #[arg(long, default_value_t = 3_000)]
    nodes: u64,
    /// How many ways of sharing work out among lifts are tried.
    #[arg(long, default_value_t = 100)]
    steps: u64,
    /// What decides every draw; the same seed, the same work.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write one JSON object.
    #[arg(long)]
    json: bool,
}

/// Fetches and openings of each kind of work.
const KINDS: [(usize, usize); 5] = [(5, 20), (10, 20), (10, 40), (30, 40), (60, 40)];
/// Waiting fetches and openings of the wall.
const WAITING: usize = 40;
const OPENINGS: usize = 100;

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let outcome = Outcome {
        seed: arguments.seed,
        instances: arguments.instances,
        nodes: arguments.nodes,
        rows: KINDS
            .iter()
            .map(|kind| one_lift_row(arguments, *kind))
            .collect::<anyhow::Result<_>>()?,
        fleets: vec![
            several_lifts(arguments, true)?,
            several_lifts(arguments, false)?,
        ],
    };
    match arguments.json {
        true => println!("{}", outcome.to_json()),
        false => print!("{outcome}"),
    }
    Ok(())
}

/// Plans every instance of a kind and measures each plan.
fn one_lift_row(arguments: &Arguments, (fetches, openings): (usize, usize)) -> anyhow::Result<Row> {
    let cylinder = Cylinder::new();
    let mut dice = Dice::new(arguments.seed);
    let mut row = Row::new(fetches, openings);
    let travel = |from, to| cylinder.travel_ms(from, to);
    for _ in 0..arguments.instances {
        let drawn = dice.different(fetches + openings, Cylinder::SLOTS);
        let (fetches, openings) = drawn.split_at(fetches);
        let work = one_lift::Work {
            bay: Cylinder::BAY,
            stores: fetches.len(),
            fetches,
            openings,
        };
        let began = Instant::now();
        let plan = one_lift::plan(work, travel, arguments.nodes);
        let took = began.elapsed();
        let plan = plan.context("the work has no plan")?;
        one_lift::check(work, &plan.cycles).context("a plan cannot be carried out")?;
        let above = |cycles: Option<Vec<Cycle>>| {
            let cycles = cycles.context("a rule has no plan")?;
            let cost = one_lift::travel_of(&cycles, work.bay, travel);
            anyhow::Ok(Proof::new(cost, plan.proof.bound, 0).gap())
        };
        let rules = [
            above(peers::in_order(work, travel))?,
            above(peers::nearest_neighbour(work, travel))?,
            above(peers::shortest_leg(work, travel))?,
        ];
        row.add(plan.proof, took, rules);
    }
    Ok(row)
}

/// Plans four lifts that share a wall, or have a quarter of it each.
fn several_lifts(arguments: &Arguments, shared: bool) -> anyhow::Result<Fleet> {
    let wall = Wall { shared };
    let mut dice = Dice::new(arguments.seed);
    let mut fleet = Fleet::new(shared, WAITING);
    let travel = |lift, from, to| wall.travel_ms(lift, from, to);
    for _ in 0..arguments.instances {
        let drawn = dice.different(WAITING + OPENINGS, Wall::SLOTS);
        let (fetches, openings) = drawn.split_at(WAITING);
        let work = fleet::Work {
            lifts: &Wall::BAYS,
            stores: WAITING,
            fetches,
            openings,
            handling_ms: 0,
            bays: 0,
            handover_ms: 0,
        };
        let began = Instant::now();
        let plan = fleet::plan(work, travel, arguments.steps);
        let took = began.elapsed();
        let plan = plan.context("the work has no plan")?;
        fleet::check(work, &plan.lifts, travel).context("a plan cannot be carried out")?;
        fleet.add(plan.proof, took);
    }
    Ok(fleet)
}

/// Gives a time in milliseconds.
fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
