//! A store with a past: cars by the thousand, and orders that were begun, approved and given up.
//!
//! Everything is written by the commands that a shop gives, in batches, and every reaction that
//! follows from it is carried out, so that a shop opened on it has nothing left to do. What a shop
//! keeps in its tower is what the tower holds; the other cars are still expected.

use super::stage::{self, PRICE_MINOR};
use crate::clock::Clock;
use anyhow::{Context as _, anyhow};
use futures::StreamExt;
use futures::stream;
use kernel::{BuyerId, Decider, Money, OrderId, TowerId, Vin};
use plc::twin::Car;
use reactions::{Command, Reaction, Rules, Stream, react_in};
use sales::buyer::Language;
use sales::credit::Decision;
use sales::order::{self, Order, Plan};
use sales::vehicle::{self, Vehicle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Debug;
use store::{Context, Failure, Store};
use tower::machine::Machine;
use tower::tower::Place;
use web::shop::Policy;

/// How much there is.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) vehicles: u32,
    pub(super) orders: u32,
}

/// How many commands wait for the writer at once.
const AT_ONCE: usize = 512;
/// How many facts are claimed at once.
const CLAIMED: usize = 2_048;
const LEASE_MS: i64 = 600_000;
const HOLD_SECONDS: i64 = 900;

/// Fills a store; gives the cars that stand in the tower.
pub(super) async fn fill(
    store: &Store,
    machine: &Machine,
    policy: &Policy,
    rules: &Rules,
    size: Size,
) -> anyhow::Result<BTreeMap<Place, Car>> {
    let clock = Clock::system();
    let (vins, standing) = stage::stock(store, machine, policy, &clock).await?;
    let first = u32::try_from(vins.len())? + 1;
    let cars = (first..=size.vehicles).map(|number| list(store, number, policy, &clock));
    at_once(cars).await?;
    carry_out(store, rules, &clock).await?;
    let orders = (0..size.orders).map(|number| {
        let vin = &vins[number as usize % vins.len()];
        order(store, number, vin, &machine.id, policy, &clock)
    });
    at_once(orders).await?;
    carry_out(store, rules, &clock).await?;
    Ok(standing)
}

async fn at_once(
    work: impl Iterator<Item = impl Future<Output = anyhow::Result<()>>>,
) -> anyhow::Result<()> {
    let mut under_way = stream::iter(work).buffer_unordered(AT_ONCE);
    while let Some(done) = under_way.next().await {
        done?;
    }
    Ok(())
}

async fn list(store: &Store, number: u32, policy: &Policy, clock: &Clock) -> anyhow::Result<()> {
    let listing = stage::listing(number, policy)?;
    let vin = listing.vin.clone();
    tell::<Vehicle>(store, &vin, vehicle::Command::List { listing }, clock).await
}

async fn order(
    store: &Store,
    number: u32,
    vin: &Vin,
    tower: &TowerId,
    policy: &Policy,
    clock: &Clock,
) -> anyhow::Result<()> {
    let id = OrderId::parse(&format!("o{number:025}"))?;
    let start = order::Command::Start {
        buyer: BuyerId::parse(&format!("b{number:025}"))?,
        vin: vin.clone(),
        tower: tower.clone(),
        price: Money::new(PRICE_MINOR, policy.currency),
        plan: Plan::IN_FULL,
        hold_until: clock.now().plus_seconds(HOLD_SECONDS),
        language: Language::Vi,
    };
    let decide = order::Command::DecideCredit {
        question: None,
        decision: Decision::Approve { reference: None },
    };
    for command in [start, decide, order::Command::Cancel] {
        tell::<Order>(store, &id, command, clock).await?;
    }
    Ok(())
}

async fn tell<D: Stream>(
    store: &Store,
    id: &D::Id,
    command: D::Command,
    clock: &Clock,
) -> anyhow::Result<()>
where
    D::Command: Serialize,
    <D as Decider>::Refusal: Debug,
{
    let told = store
        .execute::<D>(id, command, Context::at(clock.now()))
        .await;
    told.map(drop)
        .map_err(|failure| anyhow!("{id}: {failure:?}"))
}

/// Carries out every reaction that is due, and those that follow from them.
async fn carry_out(store: &Store, rules: &Rules, clock: &Clock) -> anyhow::Result<()> {
    loop {
        let due = store.claim_due(clock.now(), LEASE_MS, CLAIMED).await?;
        if due.is_empty() {
            return Ok(());
        }
        let followed = due.iter().map(|due| async move {
            for (_, reaction) in react_in(due.lane, &due.fact, due.at, rules) {
                let Reaction::Do { command, .. } = reaction else {
                    return Err(anyhow!("{:?} reaches outside", due.fact));
                };
                follow(store, command, clock).await?;
            }
            store.finish(due).await.context("a fact stays due")
        });
        at_once(followed).await?;
    }
}

/// A car that nobody held is not released, and who never signed in has no claim to end.
async fn follow(store: &Store, command: Command, clock: &Clock) -> anyhow::Result<()> {
    match store.run(command, Context::at(clock.now())).await {
        Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(anyhow!("a reaction: {failure:?}")),
    }
}
