//! How fast, on this machine: measured through the front door, nothing left out.

mod purchase; // complete purchases, from the phone number to the paid order
mod buyer; // one person's purchase over HTTP
mod stage; // shop, wallet and a stocked tower in this process
mod wire; // one person's connection
mod report; // figures as a table or as JSON
mod drop; // few cars, many people, and the heart of it beside peers
mod ours; // a drop of ours, asked straight at the store
mod store; // events appended, one by one and in batches
mod plan; // plans of the machine, beside their bound
mod simulate; // a simulated tower, timed
mod peers; // what others would build a timed sale on, alone
mod peer; // one of them, with a server of its own
mod contest; // holds and refusals, measured the same way for everybody
mod crowd; // many who ask as fast as they are answered
mod standings; // who sells how fast, side by side
mod bars; // figures as bars of a terminal
mod disk; // how long a flush takes
mod idle; // a shop with a long past that has nothing to do
mod past; // a store with many cars and orders
mod memory; // how much a process has
mod ground; // the folder a measurement uses

use crate::stop;
use anyhow::anyhow;
use clap::{Args, Subcommand};

/// Measures how fast things go on this machine.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Purchase(purchase::Arguments),
    Drop(drop::Arguments),
    Store(store::Arguments),
    Idle(idle::Arguments),
    Peers(peers::Arguments),
    Plan(plan::Arguments),
    Simulate(simulate::Arguments),
}

/// Runs the command. Whoever stops it leaves no server running and no folder behind.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    tokio::select! {
        measured = measure(arguments) => measured,
        told = stop::told() => told.and(Err(anyhow!("stopped before it was measured"))),
    }
}

async fn measure(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.what {
        What::Purchase(arguments) => purchase::run(arguments).await,
        What::Drop(arguments) => drop::run(arguments).await,
        What::Store(arguments) => store::run(arguments).await,
        What::Idle(arguments) => idle::run(arguments).await,
        What::Peers(arguments) => peers::run(arguments).await,
        What::Plan(arguments) => plan::run(&arguments),
        What::Simulate(arguments) => simulate::run(&arguments),
    }
}
