//! What can be typed, each command in its own file.

mod bench; // how fast, on this machine
mod demo; // everything on this computer
mod drop; // timed sales, and the check of their draw
mod import; // cars from a file
mod ledger; // export and verify the books
mod machine; // a machine file, checked and drawn
mod quote; // what a plan costs
mod sandbox; // the simulated wallet on its own
mod simulate; // a tower with its people, faster than real time
mod sheet; // every car fetched by hand
mod serve; // against a real configuration
mod store; // moved, rebuilt, backed up
mod twin; // the simulated PLC on its own

use clap::{Parser, Subcommand};

/// A car vending machine: the shop, the lender and the machine's control system in one program.
///
/// Start with `automat demo`: it runs everything on this computer and says where to look.
#[derive(Parser)]
#[command(name = "automat", version, about, long_about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Import(import::Arguments),
    Drop(drop::Arguments),
    Quote(quote::Arguments),
    Twin(twin::Arguments),
    Machine(machine::Arguments),
    Simulate(simulate::Arguments),
    Sandbox(sandbox::Arguments),
    Sheet(sheet::Arguments),
    Ledger(ledger::Arguments),
    Store(store::Arguments),
    Bench(bench::Arguments),
}

/// Runs what was typed.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Import(arguments) => import::run(arguments).await,
        Command::Drop(arguments) => drop::run(arguments).await,
        Command::Quote(arguments) => quote::run(&arguments),
        Command::Machine(arguments) => machine::run(&arguments),
        Command::Simulate(arguments) => simulate::run(arguments).await,
        Command::Twin(arguments) => twin::run(arguments).await,
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
        Command::Sheet(arguments) => sheet::run(arguments).await,
        Command::Ledger(arguments) => ledger::run(arguments).await,
        Command::Store(arguments) => store::run(arguments).await,
        Command::Bench(arguments) => bench::run(arguments).await,
    }
}
