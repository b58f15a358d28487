//! How fast, on this machine: measured through the front door, nothing left out.

mod purchase; // complete purchases, from the phone number to the paid order
mod buyer; // one person's purchase over HTTP
mod stage; // shop, wallet and a stocked tower in this process
mod wire; // one person's connection
mod report; // figures as a table or as JSON

use clap::{Args, Subcommand};

/// Measures how fast complete purchases go on this machine.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Purchase(purchase::Arguments),
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.what {
        What::Purchase(arguments) => purchase::run(arguments).await,
    }
}
