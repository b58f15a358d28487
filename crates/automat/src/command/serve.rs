//! The same parts against a real configuration.

use super::demo::{listen, read_machine};
use crate::clock::Clock;
use crate::configuration::{self, Configuration, SAMPLE};
use crate::control_room::Reach;
use crate::house::{self, House, Parts, Plan};
use crate::worker::Busy;
use crate::{policy, staff};
use alipay::signing::{SigningKey, VerifyingKey};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use web::shop::Simulators;

/// Runs the shop, the lender and the tower against a real wallet and a real machine.
///
/// The configuration names the machine's controller, the wallet's gateway and keys, and the relay
/// for messages. Cars come in by automat import. Ctrl-C stops it cleanly; starting it again goes on
/// where it was.
#[derive(Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, default_value = "automat.toml")]
    config: PathBuf,
    /// Keep the log on this PostgreSQL server, postgres://user@host/database, in place of the data
    /// folder; several processes may share it.
    ///
    /// It overrules the configuration, as AUTOMAT_DATABASE does, where other users do not see its
    /// password.
    #[arg(long)]
    database: Option<String>,
    /// Which parts run in this process; all of them when left out.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Print a configuration file to begin with, and end.
    #[arg(long)]
    sample: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Pages, API and webhooks.
    Web,
    /// Reactions and timers.
    Worker,
    /// The tower.
    Tower,
}

const WALLET_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if arguments.sample {
        print!("{SAMPLE}");
        return Ok(());
    }
    let told = crate::stop::told();
    let mut configuration = configuration::read(&arguments.config)?;
    if let Some(address) = configuration::database(arguments.database.as_deref())? {
        configuration.database = Some(address);
    }
    let machine = read_machine(Some(&configuration.machine))?;
    let policy = policy::read(&configuration.policy)?;
    let private_key = SigningKey::parse(&read_key(&configuration.wallet.private_key)?)
        .with_context(|| no_key(&configuration.wallet.private_key))?;
    let public_key = VerifyingKey::parse(&read_key(&configuration.wallet.public_key)?)
        .with_context(|| no_key(&configuration.wallet.public_key))?;
    let listener = listen(configuration.listen).await?;
    let database = configuration.database.as_ref();
    let (store, secrets) = house::open_store(&configuration.data, database, &policy)?;
    let clock = Clock::system();
    let staff = staff::ensure(&store, &configuration.data, clock.now()).await?;
    let speed = configuration
        .simulators
        .as_ref()
        .map_or(1, |simulators| simulators.speed);
    let plan = Plan {
        listener,
        public_url: configuration.public_url.clone(),
        machine,
        speed,
        policy,
        wallet: alipay::Config {
            gateway_url: configuration.wallet.gateway_url.clone(),
            app_id: configuration.wallet.app_id.clone(),
            private_key,
            alipay_public_key: public_key,
            notify_url: format!("{}/webhooks/alipay", configuration.public_url),
            timeout: WALLET_TIMEOUT,
        },
        plc: Reach {
            addr: configuration.plc.address,
            sign: configuration::sign(&configuration.plc)?,
            certificates: configuration.data.join("opc-ua"),
        },
        messages_url: configuration.messages.url.clone(),
        clock,
        proxies: configuration.proxies.clone(),
        simulators: simulators(&configuration),
        busy: Busy::default(),
        parts: parts(&arguments.only, database.is_some())?,
    };
    let house = House::open(plan, store, secrets).await?;
    println!(
        "Automat serves {} on {}.",
        configuration.public_url, configuration.listen
    );
    if staff.password.is_some() {
        println!(
            "The first staff password stands in {}.",
            name(&configuration.data.join("staff-password"))
        );
    }
    let ended = tokio::select! {
        told = told => told,
        fault = house.damaged() => Err(fault.into()),
    };
    house.close().await;
    ended
}

fn read_key(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read the key {}", name(file)))
}

fn no_key(file: &Path) -> String {
    format!(
        "{} holds no usable key, write an RSA key in PEM into it",
        name(file)
    )
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

fn simulators(configuration: &Configuration) -> Option<Simulators> {
    let simulators = configuration.simulators.as_ref()?;
    Some(Simulators {
        panel: simulators.panel,
        wallet_url: simulators.wallet_url.trim_end_matches('/').to_owned(),
        calendar: None,
    })
}

/// One process owns a data folder, so nobody else could carry out what it leaves out.
fn parts(only: &[Part], is_shared: bool) -> anyhow::Result<Parts> {
    if only.is_empty() {
        return Ok(Parts::ALL);
    }
    let parts = Parts {
        web: only.contains(&Part::Web),
        worker: only.contains(&Part::Worker),
        tower: only.contains(&Part::Tower),
    };
    if parts.web && !parts.worker && !is_shared {
        bail!(
            "--only web without worker would take orders that nobody carries out: add worker, or \
             share a server with --database"
        );
    }
    Ok(parts)
}
