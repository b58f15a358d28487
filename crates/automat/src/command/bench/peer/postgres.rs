//! PostgreSQL: a row that counts what is left, or a row for every unit.
//!
//! The counting row is the obvious form; everybody waits for the one who holds its lock until that
//! one's flush. A row for every unit, with `skip locked`, lets many be held at once and flushed
//! together; large shops use it. One statement is one transaction, prepared once a connection.

use super::super::crowd::Outcome;
use super::program;
use anyhow::{Context, ensure};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, Statement};

/// The statements of a form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    schema: &'static str,
    stock: &'static str,
    hold: &'static str,
}

/// One row counts.
pub(super) const HOT_ROW: Form = Form {
    schema: include_str!("../../../../../../bench/peers/hot_row.schema.sql"),
    stock: include_str!("../../../../../../bench/peers/hot_row.stock.sql"),
    hold: include_str!("../../../../../../bench/peers/hot_row.hold.sql"),
};

/// A row for every unit.
pub(super) const ROW_PER_UNIT: Form = Form {
    schema: include_str!("../../../../../../bench/peers/row_per_unit.schema.sql"),
    stock: include_str!("../../../../../../bench/peers/row_per_unit.stock.sql"),
    hold: include_str!("../../../../../../bench/peers/row_per_unit.hold.sql"),
};

/// A server of its own.
pub(in super::super) struct Server {
    folder: PathBuf,
    child: Child,
}

/// A form of selling, on a server.
pub(in super::super) struct Shop {
    server: Server,
    form: Form,
}

/// One connection.
pub(in super::super) struct Till {
    client: Client,
    hold: Statement,
}

const USER: &str = "automat";
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a server is told. The first three are what it does by itself; they are stated because the
/// comparison rests on them.
const SETTINGS: [&str; 7] = [
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=512MB",
    "max_wal_size=4GB",
    "max_connections=1100",
    "listen_addresses=",
];

/// Whether the programs are on this machine.
pub(in super::super) fn is_installed() -> bool {
    programs().is_some()
}

/// Finds the folder of the newest version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let number = |folder: &PathBuf| {
        let name = folder.file_name()?.to_str()?;
        name.parse::<u32>().ok()
    };
    let folders = versions.filter_map(|version| Some(version.ok()?.path()));
    let newest = folders.filter(|folder| number(folder).is_some());
    let bin = newest.max_by_key(number)?.join("bin");
    bin.join("initdb").is_file().then_some(bin)
}

impl Server {
    /// Makes a database and starts its server.
    pub(in super::super) async fn start(folder: &Path) -> anyhow::Result<Server> {
        program::make_folder(folder)?;
        let mut making = tool("initdb", folder)?;
        making.args(["--auth=trust", "--locale=C.UTF-8", "--username", USER, "-D"]);
        making.arg(folder.join("data"));
        program::run(making, folder)?;
        let mut serving = tool("postgres", folder)?;
        serving.arg("-D").arg(folder.join("data"));
        serving.arg("-k").arg(folder);
        for setting in SETTINGS {
            serving.args(["-c", setting]);
        }
        let server = Server {
            folder: folder.to_owned(),
            child: program::start(serving)?,
        };
        server.wait().await?;
        Ok(server)
    }

    async fn wait(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        while let Err(error) = self.connect().await {
            let words = program::last_words(&self.folder);
            ensure!(
                began.elapsed() < PATIENCE,
                "PostgreSQL does not answer: {error:#}; it says: {words}"
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    async fn connect(&self) -> anyhow::Result<Client> {
        let mut config = Config::new();
        config.host_path(&self.folder).user(USER).dbname("postgres");
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            // A connection that fails is told to whoever waits for its answer.
            let _ = connection.await;
        });
        Ok(client)
    }

    /// Gives its address.
    pub(in super::super) fn url(&self) -> String {
        format!(
            "postgres:///postgres?user={USER}&host={}",
            self.folder.display()
        )
    }
}

impl Shop {
    /// Starts a server that sells in a form.
    pub(super) async fn start(folder: &Path, form: Form) -> anyhow::Result<Shop> {
        let server = Server::start(folder).await?;
        Ok(Shop { server, form })
    }

    /// Forgets everything and puts new units on sale.
    pub(super) async fn stock(&self, units: u64) -> anyhow::Result<()> {
        let client = self.server.connect().await?;
        client.batch_execute(self.form.schema).await?;
        let units = i64::try_from(units).context("more units than PostgreSQL counts")?;
        client.execute(self.form.stock, &[&units]).await?;
        client.batch_execute("vacuum analyze").await?;
        Ok(())
    }

    /// Opens a connection and prepares its statement.
    pub(super) async fn till(&self) -> anyhow::Result<Till> {
        let client = self.server.connect().await?;
        let hold = client.prepare(self.form.hold).await?;
        Ok(Till { client, hold })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stopped = tool("pg_ctl", &self.folder).and_then(|mut stopping| {
            stopping.args(["stop", "--mode=immediate", "-D"]).arg(data);
            program::run(stopping, &self.folder)
        });
        if let Err(error) = stopped {
            tracing::warn!(%error, "PostgreSQL was not stopped in order and is killed");
            // Its children see that it has gone, and go.
            let _ = self.child.kill();
        }
        // How it ended is of no interest; what it wrote is thrown away with the folder.
        let _ = self.child.wait();
    }
}

fn tool(name: &str, folder: &Path) -> anyhow::Result<std::process::Command> {
    let bin = programs().context("PostgreSQL is gone")?;
    program::command(&bin.join(name), folder)
}

impl Till {
    pub(super) async fn hold(&mut self, buyer: u64) -> anyhow::Result<Outcome> {
        let buyer = i64::try_from(buyer).context("more buyers than PostgreSQL counts")?;
        match self.client.query_opt(&self.hold, &[&buyer]).await {
            Ok(Some(_)) => Ok(Outcome::Served),
            Ok(None) => Ok(Outcome::SoldOut),
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(Outcome::Twice),
            Err(error) => Err(error).context("a hold"),
        }
    }
}
