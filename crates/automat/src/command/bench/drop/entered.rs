//! Very many people in one drop before it opens, and then the draw: how much memory, how long.
//!
//! Through the store's own writer, each entry on the disk before its answer. The memory of this
//! process before and after says what the entries take, with all that keeps them.

use super::super::bars::grouped;
use super::super::crowd::{self, Arrivals, Counter, Outcome, Until};
use super::super::memory::{peak_mb, resident_mb};
use super::super::ours;
use crate::{house, policy};
use anyhow::{Context as _, anyhow, ensure};
use kernel::{BuyerId, DropId};
use sales::drop::{Command, Drop};
use serde_json::{Value, json};
use std::fmt;
use std::path::Path;
use std::time::Instant;
use store::{Context, Store};

/// What so many people take.
pub(super) struct Entered {
    people: u32,
    entries_per_s: f64,
    before_mb: f64,
    after_mb: f64,
    draw_ms: f64,
    peak_mb: f64,
}

/// One who notes entries, one after the other.
struct Desk {
    store: Store,
    drop: DropId,
    people: u64,
}

const UNITS: usize = 100;
const DESKS: u32 = 512;
const NO_FIGURE: &str = "this system does not tell how much memory a process has";

/// Lets people enter, then draws them.
pub(super) async fn measure(folder: &Path, people: u32) -> anyhow::Result<Entered> {
    let policy = policy::read_or_built_in(None)?;
    let (store, _secrets) = house::open_store(folder, None, &policy)?;
    let drop = DropId::parse("entered")?;
    let announcement = ours::announcement(&drop, UNITS);
    let opens = announcement.opens_at;
    let announce = Command::Announce { announcement };
    tell(&store, &drop, announce, ours::ANNOUNCED).await?;
    let before_mb = resident_mb().context(NO_FIGURE)?;
    let desk = |_| Desk {
        store: store.clone(),
        drop: drop.clone(),
        people: u64::from(people),
    };
    let until = Until {
        elapsed: None,
        sold_out: true,
    };
    let desks = (0..DESKS).map(desk).collect();
    let tally = crowd::ask(desks, &Arrivals::default(), until).await?;
    ensure!(
        tally.served == u64::from(people),
        "{} entered",
        tally.served
    );
    let after_mb = resident_mb().context(NO_FIGURE)?;
    let began = Instant::now();
    tell(&store, &drop, Command::Open { seed: ours::SEED }, opens).await?;
    let draw_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let peak_mb = peak_mb().context(NO_FIGURE)?;
    store.close().await;
    Ok(Entered {
        people,
        entries_per_s: tally.served_per_s(),
        before_mb,
        after_mb,
        draw_ms,
        peak_mb,
    })
}

async fn tell(
    store: &Store,
    drop: &DropId,
    command: Command,
    at: kernel::Moment,
) -> anyhow::Result<()> {
    let told = store.execute::<Drop>(drop, command, Context::at(at)).await;
    told.map(std::mem::drop)
        .map_err(|failure| anyhow!("{drop}: {failure:?}"))
}

impl Counter for Desk {
    async fn serve(&mut self, person: u64) -> anyhow::Result<Outcome> {
        if person > self.people {
            return Ok(Outcome::SoldOut);
        }
        let enter = Command::Enter {
            person: ours::key_of(person),
            buyer: BuyerId::parse(&format!("b{person:025}"))?,
            region: None,
        };
        tell(&self.store, &self.drop, enter, ours::ANNOUNCED).await?;
        Ok(Outcome::Served)
    }
}

impl Entered {
    /// Writes one JSON object.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "people": self.people,
            "entries_per_s": self.entries_per_s,
            "resident_before_mb": self.before_mb,
            "resident_after_mb": self.after_mb,
            "draw_ms": self.draw_ms,
            "peak_mb": self.peak_mb,
        })
    }
}

impl fmt::Display for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = (self.after_mb - self.before_mb) * 1_000_000.0 / f64::from(self.people);
        writeln!(
            f,
            "{} people entered one drop, {} a second, each flushed before the answer",
            grouped(f64::from(self.people)),
            grouped(self.entries_per_s)
        )?;
        writeln!(
            f,
            "memory {:.0} MB before, {:.0} MB after: {bytes:.0} bytes for each",
            self.before_mb, self.after_mb
        )?;
        writeln!(
            f,
            "drawn in {:.0} ms; {:.0} MB at most",
            self.draw_ms, self.peak_mb
        )
    }
}
