//! Redis: a script that checks, counts and notes in one go, since Redis does one thing at a time.
//!
//! With `appendfsync always` everything asked meanwhile is flushed together before any of it is
//! answered, as our own writer does. With `everysec` a power cut loses up to a second of holds that
//! people were told they have.

use super::super::crowd::Outcome;
use super::program;
use super::resp::{Answer, Wire};
use anyhow::{Context, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// A server of its own.
pub(in super::super) struct Server {
    socket: PathBuf,
    child: Child,
    script: String,
}

/// One connection.
pub(in super::super) struct Till {
    wire: Wire,
    script: String,
}

const HOLD: &str = include_str!("../../../../../../bench/peers/redis.hold.lua");
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// When the holds end; nothing is swept while it is measured, so any instant does.
const EXPIRES: &str = "1700000300";

/// Whether the program is on this machine.
pub(super) fn is_installed() -> bool {
    server().is_some()
}

fn server() -> Option<PathBuf> {
    let folders = ["/usr/bin", "/usr/local/bin"].map(PathBuf::from);
    program::find("redis-server", &folders)
}

impl Server {
    /// Starts a server that flushes its file when it is told to.
    pub(super) async fn start(folder: &Path, flushes: &str) -> anyhow::Result<Server> {
        program::make_folder(folder)?;
        let socket = folder.join("s");
        let mut command = program::command(&server().context("redis-server is gone")?, folder)?;
        command
            .args(["--port", "0", "--unixsocket"])
            .arg(&socket)
            .args(["--maxclients", "2000", "--tcp-backlog", "2000"])
            .args(["--save", "", "--appendonly", "yes"])
            .args(["--appendfsync", flushes])
            .args(["--auto-aof-rewrite-percentage", "0", "--dir"])
            .arg(folder);
        let child = program::start(command)?;
        let mut server = Server {
            socket,
            child,
            script: String::new(),
        };
        let mut wire = server.wait(folder).await?;
        let Answer::Word(script) = wire.ask(&["SCRIPT", "LOAD", HOLD]).await? else {
            bail!("Redis names no script");
        };
        server.script = script;
        Ok(server)
    }

    async fn wait(&self, folder: &Path) -> anyhow::Result<Wire> {
        let began = Instant::now();
        loop {
            if let Ok(mut wire) = Wire::open(&self.socket).await
                && wire.ask(&["PING"]).await.is_ok()
            {
                return Ok(wire);
            }
            let words = program::last_words(folder);
            ensure!(began.elapsed() < PATIENCE, "Redis does not answer: {words}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Forgets everything and puts new units on sale.
    pub(super) async fn stock(&self, units: u64) -> anyhow::Result<()> {
        let mut wire = Wire::open(&self.socket).await?;
        wire.ask(&["FLUSHALL"]).await?;
        wire.ask(&["SET", "left", &units.to_string()]).await?;
        Ok(())
    }

    /// Opens a connection.
    pub(super) async fn till(&self) -> anyhow::Result<Till> {
        Ok(Till {
            wire: Wire::open(&self.socket).await?,
            script: self.script.clone(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it wrote is thrown away with the folder, so it need not end in order.
        if self.child.kill().is_ok() {
            // A child that was killed ends; how is of no interest.
            let _ = self.child.wait();
        }
    }
}

impl Till {
    pub(super) async fn hold(&mut self, buyer: u64) -> anyhow::Result<Outcome> {
        let buyer = buyer.to_string();
        let keys = ["left", "holders", "expiry"];
        let question = [
            "EVALSHA",
            &self.script,
            "3",
            keys[0],
            keys[1],
            keys[2],
            &buyer,
            EXPIRES,
        ];
        match self.wire.ask(&question).await? {
            Answer::Number(-1) => Ok(Outcome::Twice),
            Answer::Number(0) => Ok(Outcome::SoldOut),
            Answer::Number(_) => Ok(Outcome::Served),
            Answer::Word(word) => bail!("the script answers {word}"),
        }
    }
}
