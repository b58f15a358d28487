//! Automat: the shop, the lender and the control system of a car vending machine, in one program.
//!
//! Wiring only: it reads configuration, opens the parts, joins them, and ends them in order.

#![expect(
    unreachable_pub,
    reason = "in a program, pub says that other files use it"
)]

mod command; // what can be typed
mod configuration; // one file, and the environment over it
mod policy; // terms of sale, read from a dated file
mod catalogue; // cars, read from CSV or JSON
mod demand_file; // what is asked of a simulated tower, from a file
mod drop_file; // a timed sale, read from a file
mod stop; // being told to stop
mod clock; // the time, which a demonstration can move forward
mod staff; // the first account
mod secrets; // keys made at first start
mod house; // all parts, opened and joined
mod lease; // what this process looks after, where several share a database
mod worker; // reactions and timers, carried out
mod effect; // the wallet, the credit provider, messages
mod control_room; // the tower's controller and its PLC
mod intake; // cars driven into the tower
mod calendar; // the clock moved forward, day by day

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Memory is often freed on another thread than it was taken on; docs/adr/0021 has the figures.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = command::Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(
            configuration::log_filter(),
        ))
        .with_writer(std::io::stderr)
        .init();
    match command::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line from the place to the cause, for people; programs look at the exit code.
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
