//! What others would build a timed sale on, each in its usual form and safe against a power cut.
//!
//! All do the same for a hold: a unit with a number, one for each buyer, an end, and all of it on
//! the disk before the answer. Where a peer is set to less, its row says so. Each gets a server of
//! its own, on the disk the shop's data is on, over the socket that is fastest for it, and prepared
//! statements. The statements stand in `bench/peers`, to be read and run by hand.

mod program; // somebody else's program, found, started, stopped
pub(super) mod postgres; // a row that counts, and a row for each unit
mod redis; // a script, and two ways to flush
mod resp; // what Redis speaks

use super::contest::Sale;
use super::crowd::{Counter, Outcome};
use std::path::Path;

/// A peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// PostgreSQL; one row counts what is left.
    HotRow,
    /// PostgreSQL; a row for every unit, and `skip locked`.
    RowPerUnit,
    /// Redis; a script, flushed before the answer.
    RedisAlways,
    /// Redis; a script, flushed every second.
    RedisEverySecond,
}

/// A peer that runs.
pub(super) enum Running {
    Postgres(postgres::Shop),
    Redis(redis::Server),
}

/// One connection to a peer that runs.
pub(super) enum Till {
    Postgres(postgres::Till),
    Redis(redis::Till),
}

impl Peer {
    /// All peers, in the order they are shown.
    pub(super) const ALL: [Peer; 4] = [
        Peer::HotRow,
        Peer::RowPerUnit,
        Peer::RedisAlways,
        Peer::RedisEverySecond,
    ];

    /// Gives the name it is shown by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Peer::HotRow => "PostgreSQL hot row",
            Peer::RowPerUnit => "PostgreSQL row per unit, skip locked",
            Peer::RedisAlways => "Redis script, flushed before the answer",
            Peer::RedisEverySecond => "Redis script, flushed every second",
        }
    }

    /// Whether a hold that was answered survives a power cut.
    pub(super) fn is_durable(self) -> bool {
        self != Peer::RedisEverySecond
    }

    /// Names the Debian package that lacks, when its program is not on this machine.
    pub(super) fn missing_package(self) -> Option<&'static str> {
        let (found, package) = match self {
            Peer::HotRow | Peer::RowPerUnit => (postgres::is_installed(), "postgresql"),
            Peer::RedisAlways | Peer::RedisEverySecond => (redis::is_installed(), "redis-server"),
        };
        (!found).then_some(package)
    }

    /// Starts a server of its own in a new folder.
    pub(super) async fn start(self, folder: &Path) -> anyhow::Result<Running> {
        match self {
            Peer::HotRow => Ok(Running::Postgres(
                postgres::Shop::start(folder, postgres::HOT_ROW).await?,
            )),
            Peer::RowPerUnit => Ok(Running::Postgres(
                postgres::Shop::start(folder, postgres::ROW_PER_UNIT).await?,
            )),
            Peer::RedisAlways => Ok(Running::Redis(
                redis::Server::start(folder, "always").await?,
            )),
            Peer::RedisEverySecond => Ok(Running::Redis(
                redis::Server::start(folder, "everysec").await?,
            )),
        }
    }
}

impl Sale for Running {
    type Till = Till;

    async fn stock(&self, units: u64) -> anyhow::Result<()> {
        match self {
            Running::Postgres(shop) => shop.stock(units).await,
            Running::Redis(server) => server.stock(units).await,
        }
    }

    async fn tills(&self, count: usize) -> anyhow::Result<Vec<Till>> {
        let mut tills = Vec::with_capacity(count);
        for _ in 0..count {
            tills.push(match self {
                Running::Postgres(shop) => Till::Postgres(shop.till().await?),
                Running::Redis(server) => Till::Redis(server.till().await?),
            });
        }
        Ok(tills)
    }
}

impl Counter for Till {
    async fn serve(&mut self, person: u64) -> anyhow::Result<Outcome> {
        match self {
            Till::Postgres(till) => till.hold(person).await,
            Till::Redis(till) => till.hold(person).await,
        }
    }
}
