//! Everybody comes at once, over HTTP, each at an instant that was planned beforehand.
//!
//! An answer's time counts from the planned instant: whoever has to wait for a free connection, or
//! comes late because the machine has no time for them, waits in these figures too. The people and
//! the shop share the machine. The cars stand in a simulated tower and are held for the winners
//! meanwhile, as in a real sale.

use super::super::stage::Stage;
use super::super::wire::Wire;
use super::guests::{self, Guest};
use super::truth::{self, Told, Truth};
use anyhow::{Context, bail, ensure};
use hdrhistogram::Histogram;
use hyper::Method;
use kernel::{DropId, OrderId};
use sales::drop::{Announcement, Drop, EntryPolicy, Name, Offered, State, commitment};
use serde_json::json;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Address;
use tokio::time::Instant;
use web::desk::drop::{announce, seed};

/// How many want how many cars, and how they come.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) units: u32,
    pub(super) buyers: u32,
    pub(super) connections: u16,
    /// The time over which they are planned to ask.
    pub(super) within: Duration,
}

/// How it went.
pub(super) struct Rush {
    pub(super) plan: Plan,
    pub(super) truth: Truth,
    /// When the last unit was promised, from the first planned instant.
    pub(super) sold_out_ms: Option<f64>,
    winners: Histogram<u64>,
    losers: Histogram<u64>,
    /// When the last was answered.
    elapsed: Duration,
    /// How often somebody was told to come back in a moment.
    busy: u64,
}

/// What somebody was told in the end.
enum Answer {
    Won(OrderId),
    SoldOut,
}

/// What the people of one connection were told.
struct Seen {
    answers: Vec<(usize, Answer, Duration, Instant)>,
    busy: u64,
}

const DROP: &str = "rush";
const LONGEST_MICROS: u64 = 600_000_000;
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Between the last preparation and the first who comes.
const HEAD_START: Duration = Duration::from_millis(200);
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Holds a drop in a new folder.
pub(super) async fn run(
    folder: &Path,
    database: Option<&Address>,
    plan: Plan,
) -> anyhow::Result<Rush> {
    let stage = Stage::open(folder, database).await?;
    let drop = DropId::parse(DROP)?;
    let guests = guests::invite(stage.shop(), &drop, plan.buyers).await?;
    open_drop(&stage, &drop, plan.units).await?;
    let wires = connect(stage.shop_addr, plan.connections).await?;
    let guests: Arc<[Guest]> = guests.into();
    let first = Instant::now() + HEAD_START;
    let coming = wires
        .into_iter()
        .enumerate()
        .map(|(number, wire)| tokio::spawn(come(wire, number, plan, guests.clone(), first)));
    let coming: Vec<_> = coming.collect();
    let mut rush = Rush::new(plan);
    let mut told = Told::default();
    for seen in coming {
        rush.note(seen.await??, first, &guests, &mut told);
    }
    let answered = told.winners.len() + told.losers;
    ensure!(answered == plan.buyers as usize, "{answered} were answered");
    rush.truth = truth::find(stage.store(), &drop, plan.units as usize, &told).await?;
    stage.close().await?;
    Ok(rush)
}

/// Announces the tower's cars and waits until the drop is open.
async fn open_drop(stage: &Stage, drop: &DropId, units: u32) -> anyhow::Result<()> {
    let shop = stage.shop();
    let now = shop.now();
    let name = format!("{units} Giulia");
    let cars = stage.vins.iter().take(units as usize).cloned();
    let announcement = Announcement {
        drop: drop.clone(),
        name: Name {
            vi: name.clone(),
            zh: name.clone(),
            en: name,
        },
        units: cars.map(|vin| Offered::Car { vin }).collect(),
        entries_from: now,
        opens_at: now.plus_seconds(1),
        closes_at: now.plus_seconds(DAY_SECONDS),
        policy: EntryPolicy::default(),
        claim_seconds: 3_600,
        offer_seconds: 3_600,
        waiting_list: 0,
        commitment: commitment(&seed(shop, drop)),
    };
    let announced = announce(shop, announcement).await;
    announced.map_err(|trouble| anyhow::anyhow!("announcing: {trouble:?}"))?;
    let began = Instant::now();
    loop {
        let (state, _) = stage.store().load::<Drop>(drop).await?;
        let is_ready = |book: &sales::drop::Book| book.units().all(|(_, unit)| unit.ready);
        let idle = stage.store().outbox_depth().await? == 0;
        if matches!(&state, State::Open(book) if is_ready(book)) && idle {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the drop does not open");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Opens connections, each from an address of its own.
async fn connect(shop: SocketAddr, count: u16) -> anyhow::Result<Vec<Wire>> {
    let mut wires = Vec::with_capacity(usize::from(count));
    for number in 0..count {
        let [high, low] = (number + 2).to_be_bytes();
        wires.push(Wire::open(Ipv4Addr::new(127, 77, high, low), shop).await?);
    }
    Ok(wires)
}

/// Lets the people of one connection ask, each at their instant or as soon as those before them
/// were answered.
async fn come(
    mut wire: Wire,
    number: usize,
    plan: Plan,
    guests: Arc<[Guest]>,
    first: Instant,
) -> anyhow::Result<Seen> {
    let mut seen = Seen {
        answers: Vec::new(),
        busy: 0,
    };
    let people = (number..plan.buyers as usize).step_by(usize::from(plan.connections));
    for person in people {
        let planned = first + plan.within.mul_f64(person as f64 / f64::from(plan.buyers));
        tokio::time::sleep_until(planned).await;
        let answer = loop {
            match ask(&mut wire, &guests[person]).await? {
                Some(answer) => break answer,
                None => seen.busy += 1,
            }
            ensure!(planned.elapsed() < PATIENCE, "person {person} had to wait");
        };
        let now = Instant::now();
        seen.answers.push((person, answer, now - planned, now));
    }
    Ok(seen)
}

/// Asks once; none when told to come back, after waiting as long as was asked.
async fn ask(wire: &mut Wire, guest: &Guest) -> anyhow::Result<Option<Answer>> {
    let path = format!("/api/v1/drops/{DROP}/claims");
    let headers = [("authorization", guest.bearer.as_str())];
    let body = json!({ "wait": false });
    let reply = wire
        .send(Method::POST, &path, &headers, Some(&body))
        .await?;
    match reply.status {
        200 => {
            let place = reply.json(200)?;
            ensure!(place["standing"] == "claiming", "told {place}");
            let order = place["order"].as_str().context("a claim has an order")?;
            Ok(Some(Answer::Won(OrderId::parse(order)?)))
        }
        409 => {
            let problem = reply.json(409)?;
            ensure!(problem["type"] == "/problems/sold-out", "told {problem}");
            Ok(Some(Answer::SoldOut))
        }
        429 | 503 => {
            let seconds = reply
                .retry_after_s
                .context("no time to come back was told")?;
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(None)
        }
        status => bail!("answered {status}"),
    }
}

impl Rush {
    fn new(plan: Plan) -> Rush {
        let histogram =
            || Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("the bounds are in order");
        Rush {
            plan,
            truth: Truth::default(),
            sold_out_ms: None,
            winners: histogram(),
            losers: histogram(),
            elapsed: Duration::ZERO,
            busy: 0,
        }
    }

    fn note(&mut self, seen: Seen, first: Instant, guests: &[Guest], told: &mut Told) {
        self.busy += seen.busy;
        for (person, answer, waited, at) in seen.answers {
            let micros = waited.as_micros() as u64;
            self.elapsed = self.elapsed.max(at - first);
            match answer {
                Answer::Won(order) => {
                    self.winners.saturating_record(micros);
                    told.winners.push((guests[person].person, order));
                    let ms = (at - first).as_secs_f64() * 1_000.0;
                    self.sold_out_ms = Some(self.sold_out_ms.unwrap_or(0.0).max(ms));
                }
                Answer::SoldOut => {
                    self.losers.saturating_record(micros);
                    told.losers += 1;
                }
            }
        }
    }

    /// Gives the wait that 99 of 100 winners did not exceed.
    pub(super) fn winners_p99_ms(&self) -> f64 {
        millis(self.winners.value_at_quantile(0.99))
    }

    /// Gives the wait that 99 of 100 losers did not exceed.
    pub(super) fn losers_p99_ms(&self) -> f64 {
        millis(self.losers.value_at_quantile(0.99))
    }
}

fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

impl fmt::Display for Rush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan {
            units,
            buyers,
            connections,
            within,
        } = self.plan;
        writeln!(
            f,
            "{buyers} people want {units} cars over {connections} connections, all planned within \
             {} ms",
            within.as_millis()
        )?;
        let Truth {
            oversold,
            undersold,
            double,
            lost,
        } = self.truth;
        writeln!(
            f,
            "oversold {oversold}, undersold {undersold}, double {double}, lost {lost}"
        )?;
        if let Some(ms) = self.sold_out_ms {
            writeln!(f, "sold out after {ms:.0} ms")?;
        }
        for (who, waits) in [("winners", &self.winners), ("losers", &self.losers)] {
            let [p50, p99] = [0.50, 0.99].map(|part| millis(waits.value_at_quantile(part)));
            let most = millis(waits.max());
            writeln!(
                f,
                "{who:<8} {:>7}  p50 {p50:>7.1} ms  p99 {p99:>7.1} ms  max {most:>7.1} ms",
                waits.len()
            )?;
        }
        let seconds = self.elapsed.as_secs_f64();
        let rate = f64::from(buyers) / seconds;
        writeln!(
            f,
            "all answered after {seconds:.2} s, {rate:.0} a second; {} told to come back",
            self.busy
        )
    }
}
