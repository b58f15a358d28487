//! A shop with a long past and nothing to do: how soon it answers, and how much memory it takes.
//!
//! The server is this very program as a process of its own, `automat serve`, so that its memory is
//! its own and its start is a whole one. The simulated machine runs here. Time counts from the
//! moment the process is made to the last byte of the first page.

use super::bars::grouped;
use super::disk::Disk;
use super::ground::Ground;
use super::memory;
use super::past::{self, Size};
use super::stage::{self, APP_ID, WOLFSBURG};
use super::wire::Wire;
use crate::{house, policy};
use alipay::keys::Keys;
use anyhow::{Context as _, ensure};
use clap::{Args, value_parser};
use hyper::Method;
use plc::Twin;
use serde_json::{Value, json};
use std::fmt;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tower::machine::Machine;

/// Measures how a shop with many cars and orders starts, and what it takes while nobody comes.
#[derive(Args)]
pub struct Arguments {
    /// How many cars the shop knows, those in its tower among them.
    #[arg(long, default_value_t = 10_000, value_parser = value_parser!(u32).range(400..=500_000))]
    vehicles: u32,
    /// How many orders there were.
    #[arg(long, default_value_t = 100_000, value_parser = value_parser!(u32).range(0..=2_000_000))]
    orders: u32,
    /// How often it is started.
    #[arg(long, default_value_t = 3, value_parser = value_parser!(u32).range(1..=100))]
    starts: u32,
    /// After how many seconds of idling its memory is read.
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Where the data folder is made, and removed at the end; a temporary folder when left out.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Write one JSON object.
    #[arg(long)]
    json: bool,
}

/// What one start showed.
struct Start {
    first_page_ms: f64,
    resident_mb: f64,
    peak_mb: f64,
}

/// Everything that was measured.
struct Report {
    disk: Disk,
    size: Size,
    store_mb: f64,
    filled: Duration,
    starts: Vec<Start>,
}

/// The server, ended when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; the folder is removed either way.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const POLICY: &str = include_str!("../../../../../policies/tmall-2017.toml");
const FIRST_PAGE: &str = "/en/";
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(2);
const NO_FIGURE: &str = "this system does not tell how much memory a process has";

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let ground = Ground::make(arguments.data.clone())?;
    let report = measure(&arguments, ground.folder()).await?;
    match arguments.json {
        true => println!("{}", report.to_json()),
        false => print!("{report}"),
    }
    Ok(())
}

async fn measure(arguments: &Arguments, folder: &Path) -> anyhow::Result<Report> {
    let disk = Disk::measure(folder)?;
    let machine = Machine::parse(WOLFSBURG, "the built-in machine")?;
    let size = Size {
        vehicles: arguments.vehicles,
        orders: arguments.orders,
    };
    let began = Instant::now();
    let standing = {
        let policy = policy::read_or_built_in(None)?;
        let (store, _secrets) = house::open_store(&folder.join("data"), None, &policy)?;
        let rules = house::rules(&policy);
        let standing = past::fill(&store, &machine, &policy, &rules, size).await;
        store.close().await;
        standing?
    };
    let filled = began.elapsed();
    let twin = stage::twin(folder, &machine, standing).await?;
    let address = configure(folder, &twin)?;
    let mut starts = Vec::new();
    for number in 0..arguments.starts {
        starts.push(start(folder, number, address, arguments.seconds).await?);
    }
    twin.stop().await?;
    let store_mb = fs::metadata(folder.join("data/automat.db"))?.len() as f64 / 1_000_000.0;
    Ok(Report {
        disk,
        size,
        store_mb,
        filled,
        starts,
    })
}

/// Writes everything a server reads; gives where it will listen.
fn configure(folder: &Path, twin: &Twin) -> anyhow::Result<SocketAddr> {
    let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = free.local_addr()?;
    Keys::load_or_generate(&folder.join("keys"))?;
    fs::write(folder.join("machine.toml"), WOLFSBURG)?;
    fs::write(folder.join("policy.toml"), POLICY)?;
    let file = |name: &str| folder.join(name);
    let text = format!(
        "data = {:?}\nlisten = \"{address}\"\npublic_url = \"http://{address}\"\nmachine = {:?}\n\
         policy = {:?}\n[plc]\naddress = \"{}\"\n[wallet]\n\
         gateway_url = \"http://127.0.0.1:9/gateway.do\"\napp_id = \"{APP_ID}\"\n\
         private_key = {:?}\npublic_key = {:?}\n[messages]\nurl = \"http://127.0.0.1:9/sms\"\n\
         [simulators]\npanel = \"{}\"\nwallet_url = \"http://127.0.0.1:9\"\nspeed = {}\n",
        file("data"),
        file("machine.toml"),
        file("policy.toml"),
        twin.modbus_addr,
        file("keys/merchant-private.pem"),
        file("keys/wallet-public.pem"),
        twin.panel_addr,
        plc::panel::FASTEST,
    );
    fs::write(file("automat.toml"), text)?;
    Ok(address)
}

async fn start(
    folder: &Path,
    number: u32,
    address: SocketAddr,
    seconds: u64,
) -> anyhow::Result<Start> {
    let words = folder.join(format!("serve-{number}.log"));
    let log = File::create(&words)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("serve").arg("--config");
    command.arg(folder.join("automat.toml"));
    command.stdin(Stdio::null()).stdout(log.try_clone()?);
    let began = Instant::now();
    let mut server = Server(command.stderr(log).spawn()?);
    let mut wire = loop {
        if let Ok(wire) = Wire::open(Ipv4Addr::LOCALHOST, address).await {
            break wire;
        }
        let ended = server.0.try_wait()?;
        let says = || fs::read_to_string(&words).unwrap_or_default();
        ensure!(ended.is_none(), "the server ended: {}", says());
        ensure!(began.elapsed() < PATIENCE, "no page came: {}", says());
        tokio::time::sleep(LOOK_AGAIN).await;
    };
    let page = wire.send(Method::GET, FIRST_PAGE, &[], None).await?;
    page.expect(200)?;
    let first_page_ms = began.elapsed().as_secs_f64() * 1_000.0;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (resident_mb, peak_mb) = memory::of_process(server.0.id()).context(NO_FIGURE)?;
    Ok(Start {
        first_page_ms,
        resident_mb,
        peak_mb,
    })
}

impl Report {
    /// Gives the middle one of what the starts showed.
    fn middle(&self, figure: fn(&Start) -> f64) -> f64 {
        let mut figures: Vec<f64> = self.starts.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    }

    fn to_json(&self) -> Value {
        json!({
            "vehicles": self.size.vehicles,
            "orders": self.size.orders,
            "store_mb": self.store_mb,
            "filled_s": self.filled.as_secs_f64(),
            "first_page_ms": self.middle(|start| start.first_page_ms),
            "resident_mb": self.middle(|start| start.resident_mb),
            "peak_mb": self.middle(|start| start.peak_mb),
            "disk": self.disk.to_json(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.disk)?;
        writeln!(
            f,
            "{} cars and {} orders, {:.0} MB of store, filled in {:.0} s",
            grouped(f64::from(self.size.vehicles)),
            grouped(f64::from(self.size.orders)),
            self.store_mb,
            self.filled.as_secs_f64()
        )?;
        writeln!(
            f,
            "{:>14} {:>12} {:>9}",
            "first page ms", "resident MB", "peak MB"
        )?;
        for start in &self.starts {
            writeln!(
                f,
                "{:>14.0} {:>12.1} {:>9.1}",
                start.first_page_ms, start.resident_mb, start.peak_mb
            )?;
        }
        Ok(())
    }
}
