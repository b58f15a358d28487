//! What the log says when all is over, held against what people were told.

use kernel::{DropId, OrderId};
use sales::drop::{Drop, Event, PersonKey};
use std::collections::{HashMap, HashSet};
use store::Store;

/// What people were told.
#[derive(Default)]
pub(super) struct Told {
    /// Who has a car, and by which order.
    pub(super) winners: Vec<(PersonKey, OrderId)>,
    /// How many were told that nothing is left.
    pub(super) losers: usize,
}

/// Four counts, each of which has to be zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Truth {
    /// Claims beyond the units there were.
    pub(super) oversold: usize,
    /// Units that were free at the end although people were told that nothing is left.
    pub(super) undersold: usize,
    /// People with more than one unit, and units with more than one person.
    pub(super) double: usize,
    /// People who were told that they have a unit, of which the log knows nothing.
    pub(super) lost: usize,
}

/// Reads the log of a drop whose claims have not ended.
pub(super) async fn find(
    store: &Store,
    drop: &DropId,
    units: usize,
    told: &Told,
) -> anyhow::Result<Truth> {
    let mut claims = HashSet::new();
    let mut by_person: HashMap<PersonKey, usize> = HashMap::new();
    let mut by_unit: HashMap<u32, usize> = HashMap::new();
    for (_, event) in store.history::<Drop>(drop).await? {
        match event {
            Event::Claimed {
                person,
                unit,
                order,
                ..
            } => {
                claims.insert((person, order));
                *by_person.entry(person).or_default() += 1;
                *by_unit.entry(unit).or_default() += 1;
            }
            Event::ClaimEnded { .. } | Event::Displaced { .. } => {
                anyhow::bail!("a claim ended while it was measured: {event:?}");
            }
            _ => {}
        }
    }
    let claimed: usize = by_person.values().sum();
    let free = units.saturating_sub(by_unit.len());
    let more_than_one = |counts: Vec<usize>| counts.into_iter().filter(|count| *count > 1).count();
    let known = |winner: &&(PersonKey, OrderId)| !claims.contains(winner);
    Ok(Truth {
        oversold: claimed.saturating_sub(units),
        undersold: if told.losers > 0 { free } else { 0 },
        double: more_than_one(by_person.into_values().collect())
            + more_than_one(by_unit.into_values().collect()),
        lost: told.winners.iter().filter(known).count(),
    })
}
