//! What the log says of a timed sale, held against everything people were told.
//!
//! The log is read when the program is down, as an auditor reads it. Four counts have to be zero:
//! units claimed by two, units left over while somebody waited or was sent away, people with two
//! units, and promises that the log does not know. The draw is computed again from what is
//! published.

use super::drop_guest::{Said, What};
use jiff::tz::TimeZone;
use kernel::{DropId, Moment, OrderId};
use reactions::Rules;
use sales::drop::{Drop, Event, PersonKey, Proof, State};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::path::Path;
use store::{Place, Store};

/// Four counts, each of which has to be zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Truth {
    /// Claims of a unit that was somebody else's.
    pub(crate) oversold: usize,
    /// Units that nobody got though somebody waited for one or was told that nothing is left.
    pub(crate) undersold: usize,
    /// Claims of a person who had a unit.
    pub(crate) double: usize,
    /// Promises of which the log knows nothing.
    pub(crate) lost: usize,
}

impl AddAssign for Truth {
    fn add_assign(&mut self, other: Truth) {
        self.oversold += other.oversold;
        self.undersold += other.undersold;
        self.double += other.double;
        self.lost += other.lost;
    }
}

/// A drop as its log tells it.
#[derive(Default)]
struct Tale {
    truth: Truth,
    /// Who has which unit.
    held: BTreeMap<u32, PersonKey>,
    /// What everybody ever claimed.
    claims: BTreeSet<(PersonKey, OrderId)>,
    entered: BTreeSet<PersonKey>,
    waited: BTreeSet<PersonKey>,
    left: BTreeSet<PersonKey>,
    /// From when on the drop was open with so many free units; one more for its end.
    free: Vec<(Moment, u32)>,
}

/// What came of a drop.
pub(crate) struct Outcome {
    /// The four counts.
    pub(crate) truth: Truth,
    /// Who has a unit in the end.
    pub(crate) holders: BTreeSet<PersonKey>,
    /// How many units were claimed, over and over again.
    pub(crate) claims: usize,
}

/// Opens the log with the keys of a data folder.
pub(crate) fn open_log(place: &Place, data: &Path) -> Store {
    let keys = std::fs::read(data.join("secrets.key")).expect("the keys are there");
    let master_key = keys[..32].try_into();
    let master_key = master_key.expect("the first half is the master key");
    let rules = Rules {
        zone: TimeZone::UTC,
        collection_hour: 9,
        rehold_seconds: 600,
        delay_message_seconds: 300,
        delay_refund_seconds: 3_600,
    };
    Store::open_at(place, rules, &master_key).expect("the log can be opened")
}

/// Reads the log of a drop.
pub(crate) async fn find(store: &Store, drop: &DropId, told: &[Said], proof: &Proof) -> Outcome {
    let mut tale = Tale::default();
    let mut state = State::default();
    let mut last = None;
    let history = store.history::<Drop>(drop).await;
    for (at, event) in history.expect("the log can be read") {
        if last.is_some_and(|last| last != at) {
            tale.note_rest(&state);
        }
        tale.note(&event);
        state = <Drop as kernel::Decider>::evolve(state, &event);
        tale.note_free(&state, at);
        last = Some(at);
    }
    tale.note_rest(&state);
    for said in told {
        tale.hold_against(said);
    }
    let drawn: BTreeSet<_> = proof.entries.iter().copied().collect();
    let in_draw = tale.entered.difference(&tale.left);
    tale.truth.lost += in_draw.filter(|person| !drawn.contains(person)).count();
    proof.check().expect("the draw is as it was published");
    Outcome {
        truth: tale.truth,
        holders: tale.held.into_values().collect(),
        claims: tale.claims.len(),
    }
}

impl Tale {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Entered { person, .. } => drop(self.entered.insert(*person)),
            Event::Waited { person, .. } => drop(self.waited.insert(*person)),
            Event::Left { person } => drop(self.left.insert(*person)),
            Event::Claimed {
                unit,
                person,
                order,
                ..
            } => {
                let has_one = self.held.values().any(|holder| holder == person);
                self.truth.double += usize::from(has_one);
                let was_held = self.held.insert(*unit, *person).is_some();
                self.truth.oversold += usize::from(was_held);
                self.claims.insert((*person, order.clone()));
            }
            Event::ClaimEnded { unit, person, .. } => {
                self.held.remove(unit);
                self.left.insert(*person);
            }
            Event::Displaced { unit, .. } | Event::UnitReturned { unit, .. } => {
                self.held.remove(unit);
            }
            _ => {}
        }
    }

    /// Between two decisions no unit of an open drop may be free while somebody waits.
    fn note_rest(&mut self, state: &State) {
        if let State::Open(book) = state {
            let counts = book.counts();
            self.truth.undersold += counts.free.min(counts.waiting) as usize;
        }
    }

    fn note_free(&mut self, state: &State, at: Moment) {
        let free = match state {
            State::Open(book) => book.counts().free,
            _ => 0,
        };
        // A question is dated before it is queued, so the log's times may step back a little.
        let at = self.free.last().map_or(at, |(last, _)| at.max(*last));
        self.free.push((at, free));
    }

    /// Tells whether units were free all the time between a question and its answer.
    fn was_free_throughout(&self, said: &Said) -> bool {
        let before = self.free.partition_point(|(at, _)| *at <= said.asked);
        let until = self.free.partition_point(|(at, _)| *at <= said.answered);
        let during = &self.free[before.saturating_sub(1)..until];
        !during.is_empty() && during.iter().all(|(_, free)| *free > 0)
    }

    fn hold_against(&mut self, said: &Said) {
        let Some(person) = said.person else {
            self.truth.undersold += usize::from(self.was_free_throughout(said));
            return;
        };
        let is_known = match &said.what {
            What::Entered => self.entered.contains(&person),
            What::Claiming(order) => self.claims.contains(&(person, order.clone())),
            What::Waiting => self.waited.contains(&person) || self.entered.contains(&person),
            What::Lost => self.entered.contains(&person),
            What::Out => self.left.contains(&person) || !self.held.values().any(|h| *h == person),
            What::SoldOut => true,
        };
        self.truth.lost += usize::from(!is_known);
    }
}
