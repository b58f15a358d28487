//! Who sells how fast, side by side: a table, bars, ratios, and who is not here.

use super::bars::{Bars, grouped};
use super::contest::{Rules, Showing, show};
use super::peer::Peer;
use serde_json::{Value, json};
use std::fmt;
use std::path::Path;

/// All who sold in one run.
#[derive(Default)]
pub(super) struct Standings {
    ours: Option<Showing>,
    peers: Vec<Showing>,
    absent: Vec<(Peer, &'static str)>,
}

impl Standings {
    /// Begins with ourselves.
    pub(super) fn new(ours: Showing) -> Standings {
        Standings {
            ours: Some(ours),
            ..Standings::default()
        }
    }

    /// Gives ourselves, where we sold.
    pub(super) fn ours(&self) -> Option<&Showing> {
        self.ours.as_ref()
    }

    fn all(&self) -> impl Iterator<Item = &Showing> {
        self.ours.iter().chain(&self.peers)
    }

    /// Lets every peer that is installed sell, one after the other.
    pub(super) async fn add_peers(&mut self, folder: &Path, rules: &Rules) -> anyhow::Result<()> {
        for (number, peer) in Peer::ALL.into_iter().enumerate() {
            if let Some(package) = peer.missing_package() {
                self.absent.push((peer, package));
                continue;
            }
            let running = peer.start(&folder.join(format!("peer{number}"))).await?;
            let showing = show(&running, peer.name(), peer.is_durable(), rules).await?;
            self.peers.push(showing);
        }
        Ok(())
    }

    /// Writes the peers, those that are not here with the package that lacks.
    pub(super) fn peers_to_json(&self) -> Value {
        let here = self.peers.iter().map(Showing::to_json);
        let absent = self.absent.iter().map(|(peer, package)| {
            json!({
                "name": peer.name(),
                "durable": peer.is_durable(),
                "holds_per_s": null,
                "missing_package": package,
            })
        });
        Value::Array(here.chain(absent).collect())
    }
}

impl fmt::Display for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for showing in self.all() {
            let loses = if showing.durable {
                ""
            } else {
                " (may lose a second of holds)"
            };
            writeln!(f, "{}{loses}", showing.name)?;
            writeln!(
                f,
                "  {:>11} {:>11} {:>13} {:>16}",
                "connections", "holds/s", "hold p99 ms", "sold-out/s"
            )?;
            for run in &showing.runs {
                writeln!(
                    f,
                    "  {:>11} {:>11} {:>13.1} {:>16}",
                    run.connections,
                    grouped(run.holds_per_s),
                    run.hold_p99_ms,
                    grouped(run.refusals_per_s)
                )?;
            }
        }
        for (peer, package) in &self.absent {
            writeln!(f, "{}: left out; install {package}", peer.name())?;
        }
        let bars = |figure: fn(&Showing) -> f64| {
            let bar = |showing: &Showing| (showing.name.clone(), figure(showing));
            self.all().map(bar).collect()
        };
        let holds = Bars {
            title: "holds a second, best of each",
            bars: bars(Showing::holds_per_s),
        };
        let refusals = Bars {
            title: "sold-out answers a second, best of each",
            bars: bars(Showing::refusals_per_s),
        };
        write!(f, "\n{holds}\n{refusals}")?;
        self.ours
            .iter()
            .try_for_each(|ours| self.write_ratios(f, ours))
    }
}

impl Standings {
    /// Says how many times faster than each peer we are.
    fn write_ratios(&self, f: &mut fmt::Formatter<'_>, ours: &Showing) -> fmt::Result {
        for peer in &self.peers {
            let holds = ours.holds_per_s() / peer.holds_per_s();
            let refusals = ours.refusals_per_s() / peer.refusals_per_s();
            let name = &peer.name;
            writeln!(
                f,
                "{holds:.1} times the holds, {refusals:.1} times the sold-out answers of {name}"
            )?;
        }
        Ok(())
    }
}
