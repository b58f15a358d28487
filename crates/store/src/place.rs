//! Where a store lives: in a folder of this computer, or on a database server.
//!
//! An address may carry a password. It is read once and never shown again: what prints is the host
//! and the name of the database.

use crate::fault::Fault;
use postgres::Config;
use postgres::config::{Host, SslMode};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_WAIT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(15);

/// Where a store lives.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a folder, which belongs to one process at a time.
    Folder(PathBuf),
    /// On a database server, which several processes share.
    Server(Address),
}

impl FromStr for Place {
    type Err = Fault;

    /// Reads a folder, or the address of a database as [`Address::parse`] does.
    fn from_str(text: &str) -> Result<Place, Fault> {
        match text.contains("://") {
            true => Address::parse(text).map(Place::Server),
            false => Ok(Place::Folder(text.into())),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => folder.display().fmt(f),
            Place::Server(address) => address.fmt(f),
        }
    }
}

/// The address of a database on a PostgreSQL server.
#[derive(Clone)]
pub struct Address {
    config: Arc<Config>,
    shown: Arc<str>,
}

impl Address {
    /// Reads `postgres://user:password@host:port/database`, with the options libpq knows.
    ///
    /// With `sslmode=require` the connection is encrypted and the server's certificate checked;
    /// without it, it is plain.
    pub fn parse(url: &str) -> Result<Address, Fault> {
        // What the reader of the URL says may quote a part of the password.
        let refused = || Fault::Address;
        let (scheme, _) = url.split_once("://").ok_or_else(refused)?;
        if !["postgres", "postgresql"].contains(&scheme) {
            return Err(refused());
        }
        let mut config = Config::from_str(url).map_err(|_| refused())?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WAIT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("automat");
        }
        let shown = shown(&config).into();
        let config = Arc::new(config);
        Ok(Address { config, shown })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Require
    }
}

fn shown(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts: Vec<String> = hosts.collect();
    let database = config.get_dbname().unwrap_or_default();
    format!("postgres://{}/{database}", hosts.join(","))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
