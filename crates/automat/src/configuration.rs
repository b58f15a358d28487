//! The configuration of a server: one documented file, and the environment over it.
//!
//! The only place that reads environment variables. A key that is not known is an error, so a slip
//! of the pen is not a default in disguise. `automat serve --sample` prints a file to begin with.

use anyhow::{Context, bail};
use opcua::Sign;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use store::Address;

/// A file to begin with; every key is explained in it.
pub const SAMPLE: &str = include_str!("../automat.sample.toml");

/// Everything a server is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// The folder that keeps everything; beside a database, the keys and the first password.
    pub data: PathBuf,
    /// The PostgreSQL server that keeps the log, which several processes may share; the data folder
    /// when left out.
    #[serde(default, deserialize_with = "address")]
    pub database: Option<Address>,
    /// Where the shop listens.
    pub listen: SocketAddr,
    /// The address buyers reach it at.
    pub public_url: String,
    /// The proxies in front of it, which are believed about whom they ask for.
    #[serde(default)]
    pub proxies: Vec<IpAddr>,
    /// The machine file.
    pub machine: PathBuf,
    /// The policy file.
    pub policy: PathBuf,
    /// The machine's controller.
    pub plc: Plc,
    /// The wallet.
    pub wallet: Wallet,
    /// Messages to buyers.
    pub messages: Messages,
    /// The simulated parts, where parts are simulated.
    #[serde(default)]
    pub simulators: Option<Simulators>,
}

/// The machine's controller.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plc {
    /// Its address, of the protocol that the machine file names.
    pub address: SocketAddr,
    /// Who signs in to it, where it speaks OPC UA and asks for that.
    #[serde(default)]
    pub user: Option<String>,
}

/// The wallet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// The gateway.
    pub gateway_url: String,
    /// Our application number.
    pub app_id: String,
    /// The file with our private key, PKCS#8 in PEM.
    pub private_key: PathBuf,
    /// The file with the wallet's public key in PEM.
    pub public_key: PathBuf,
}

/// Messages to buyers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// Where a message is posted as `{"to": ..., "text": ...}`.
    pub url: String,
}

/// The simulated parts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Simulators {
    /// The panel of the simulated machine.
    pub panel: SocketAddr,
    /// The simulated wallet's pages.
    pub wallet_url: String,
    /// How many times faster than its file the simulated machine moves.
    #[serde(default = "real_time")]
    pub speed: u32,
}

fn real_time() -> u32 {
    1
}

/// The text may carry a password, so it is read at once into what does not print it.
fn address<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Address>, D::Error> {
    let text = String::deserialize(value)?;
    Address::parse(&text).map(Some).map_err(D::Error::custom)
}

/// Gives the database that was typed, or else the one of `AUTOMAT_DATABASE`.
///
/// A password is better given by the environment: what is typed can be seen by other users.
pub fn database(typed: Option<&str>) -> anyhow::Result<Option<Address>> {
    if let Some(url) = typed {
        return Ok(Some(Address::parse(url).context("--database")?));
    }
    let set = variable("AUTOMAT_DATABASE");
    let set = set.map(|url| Address::parse(&url)).transpose();
    set.context("AUTOMAT_DATABASE")
}

/// Gives who signs in to the machine's controller; the password is `AUTOMAT_PLC_PASSWORD`, never in
/// a file.
pub fn sign(plc: &Plc) -> anyhow::Result<Sign> {
    let Some(name) = plc.user.clone() else {
        return Ok(Sign::Anonymous);
    };
    let password = variable("AUTOMAT_PLC_PASSWORD");
    let password = password.context("[plc] names a user: set AUTOMAT_PLC_PASSWORD")?;
    Ok(Sign::User { name, password })
}

/// Reads a configuration file; `AUTOMAT_LISTEN`, `AUTOMAT_DATA` and `AUTOMAT_PUBLIC_URL` overrule
/// it.
pub fn read(file: &Path) -> anyhow::Result<Configuration> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| {
        format!(
            "cannot read the configuration {name}; automat serve --sample prints one to begin with"
        )
    })?;
    let mut configuration: Configuration = match toml::from_str(&text) {
        Ok(configuration) => configuration,
        Err(error) => bail!("{name}: {error}Mend the line and start again."),
    };
    if let Some(listen) = variable("AUTOMAT_LISTEN") {
        configuration.listen = listen
            .parse()
            .context("AUTOMAT_LISTEN: write 0.0.0.0:8080")?;
    }
    if let Some(data) = variable("AUTOMAT_DATA") {
        configuration.data = data.into();
    }
    if let Some(url) = variable("AUTOMAT_PUBLIC_URL") {
        configuration.public_url = url;
    }
    let url = configuration.public_url.trim_end_matches('/').to_owned();
    if !url.starts_with("http://") && !url.starts_with("https://") {
        bail!("{name}: public_url: {url:?} is no web address: write https://cars.example");
    }
    configuration.public_url = url;
    Ok(configuration)
}

/// What the log shows when nothing is asked for. The OPC UA library complains of a certificate
/// that an open session has no use for; what matters of a session our own driver tells.
const USUAL_LOG: &str = "warn,opcua_client=off,opcua_core=off,opcua_crypto=off,opcua_server=off";

/// Gives what the log shows: `AUTOMAT_LOG`, such as `info` or `store=debug`; warnings otherwise.
pub fn log_filter() -> String {
    variable("AUTOMAT_LOG").unwrap_or_else(|| USUAL_LOG.to_owned())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
