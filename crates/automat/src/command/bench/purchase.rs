//! Complete purchases: sign in, hold, credit, offer, sign, pay, until the order is paid.
//!
//! Shop, worker, control room, wallet and machine run in this process and speak over real sockets;
//! every write is flushed to the disk. A tower holds 400 cars, so more purchases are made in
//! rounds, each with a new tower and a new data folder; the time to stock them does not count.
//! Sold cars are fetched meanwhile, which is part of the load.

use super::buyer::{self, Took};
use super::report::Report;
use super::stage::{CARS, Stage};
use anyhow::{Context, ensure};
use clap::{Args, value_parser};
use futures::StreamExt;
use futures::stream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Drives complete purchases through the HTTP API.
///
/// Every buyer is a person of their own, with a phone, a session, and a loopback address, so that
/// the limits on tries count as they do outside.
#[derive(Args)]
pub struct Arguments {
    /// How many people buy at the same time.
    #[arg(long, default_value_t = 32, value_parser = value_parser!(u32).range(1..=1000))]
    buyers: u32,
    /// How many purchases.
    #[arg(long, default_value_t = 400, value_parser = value_parser!(u32).range(1..=50_000))]
    purchases: u32,
    /// Where the data folders are made, and removed at the end; a temporary folder when left out.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Write one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let parent = arguments.data.clone().unwrap_or_else(std::env::temp_dir);
    let folder = parent.join(format!("automat-bench-{}", std::process::id()));
    let measured = measure(&arguments, &folder).await;
    // The folder may not have been made yet; what is left over would harm nobody.
    let _ = std::fs::remove_dir_all(&folder);
    let report = measured?;
    match arguments.json {
        true => println!("{}", report.to_json()),
        false => print!("{report}"),
    }
    Ok(())
}

async fn measure(arguments: &Arguments, folder: &std::path::Path) -> anyhow::Result<Report> {
    let mut report = Report::new(arguments.buyers);
    let mut left = arguments.purchases;
    let mut round = 0;
    while left > 0 {
        let count = left.min(CARS);
        let first = arguments.purchases - left;
        let stage = Stage::open(&folder.join(round.to_string()), None).await?;
        let began = Instant::now();
        let took = buy(&stage, first, count, arguments.buyers as usize).await?;
        report.add(&took, began.elapsed());
        let sold = stage.count_sold().await?;
        ensure!(
            sold == count as usize,
            "{count} orders were paid, but {sold} cars are sold"
        );
        stage.close().await?;
        left -= count;
        round += 1;
    }
    Ok(report)
}

/// How long one purchase may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(60);

async fn buy(stage: &Stage, first: u32, count: u32, buyers: usize) -> anyhow::Result<Vec<Took>> {
    let (shop, wallet) = (stage.shop_addr, stage.wallet_addr);
    let purchases = (0..count).map(|number| {
        let vin = stage.vins[number as usize].clone();
        let purchase = buyer::buy(first + number, vin, shop, wallet);
        async move { tokio::spawn(tokio::time::timeout(PATIENCE, purchase)).await }
    });
    let mut done = stream::iter(purchases).buffer_unordered(buyers);
    let mut took = Vec::with_capacity(count as usize);
    while let Some(purchase) = done.next().await {
        let purchase = purchase.context("a buyer crashed")?;
        took.push(purchase.context("a purchase did not come to its end")??);
    }
    Ok(took)
}
