//! The draw as it is published, and its check by whoever doubts it.
//!
//! A proof has all it takes to compute the draw again: the commitment that was published before the
//! entries, the seed, the list of entries, and the order that came of it. It names nobody: a person
//! finds themselves by the key their own page shows them. `docs/protocol/draw.md` says what this
//! proves and what it cannot.

use super::book::Book;
use super::draw::{commitment, draw, list_hash};
use super::hex::{Digest, PersonKey, Seed};
use kernel::{DropId, Moment};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything needed to compute a draw again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Which drop.
    pub drop: DropId,
    /// The hash of the seed, published when the drop was announced.
    pub commitment: Digest,
    /// The seed, published at the opening.
    pub seed: Seed,
    /// When the entries were drawn, in microseconds since 1970.
    pub drawn_at: Moment,
    /// How many units the first drawn had.
    pub units: u32,
    /// The hash of the list of entries, published at the opening.
    pub entries_hash: Digest,
    /// Who was in the draw, sorted.
    pub entries: Vec<PersonKey>,
    /// The order that was drawn; the first `units` of it got the units.
    pub drawn: Vec<PersonKey>,
}

/// What a check has found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many entries were drawn.
    pub entries: usize,
    /// How many of them got a unit at once.
    pub winners: usize,
}

/// The first thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The seed is not the one whose hash was published.
    Commitment {
        /// What was published.
        published: Digest,
        /// What the seed gives.
        computed: Digest,
    },
    /// The list is not sorted, or has a person twice.
    NotSorted {
        /// At which entry, from 1.
        entry: usize,
    },
    /// The list is not the one whose hash was published.
    EntriesHash {
        /// What was published.
        published: Digest,
        /// What the list gives.
        computed: Digest,
    },
    /// The drawn order has more or fewer people than the list.
    Count {
        /// How many entered.
        entries: usize,
        /// How many were drawn.
        drawn: usize,
    },
    /// Somebody else was drawn at a place.
    Order {
        /// At which place, from 1.
        place: usize,
        /// Who was published.
        published: PersonKey,
        /// Who the seed gives.
        computed: PersonKey,
    },
}

impl Book {
    /// Gives the proof of the draw, once there was one.
    pub fn proof(&self) -> Option<Proof> {
        let opening = self.opening()?;
        let people = self.entrants.iter();
        let drawn = people.filter(|(_, entrant)| entrant.number > 0);
        let entries = drawn.map(|(person, _)| *person).collect();
        Some(Proof {
            drop: self.announcement.drop.clone(),
            commitment: self.announcement.commitment,
            seed: opening.seed,
            drawn_at: opening.at,
            units: opening.units,
            entries_hash: opening.entries_hash,
            entries,
            drawn: self.drawn.to_vec(),
        })
    }
}

impl Proof {
    /// Computes the draw again and compares.
    pub fn check(&self) -> Result<Checked, Difference> {
        let computed = commitment(&self.seed);
        if computed != self.commitment {
            let published = self.commitment;
            return Err(Difference::Commitment {
                published,
                computed,
            });
        }
        let rises = |pair: &[PersonKey]| pair[0] < pair[1];
        if let Some(at) = self.entries.windows(2).position(|pair| !rises(pair)) {
            return Err(Difference::NotSorted { entry: at + 2 });
        }
        let computed = list_hash(self.entries.iter().copied());
        if computed != self.entries_hash {
            let published = self.entries_hash;
            return Err(Difference::EntriesHash {
                published,
                computed,
            });
        }
        let (entries, drawn) = (self.entries.len(), self.drawn.len());
        if entries != drawn {
            return Err(Difference::Count { entries, drawn });
        }
        let again = draw(&self.seed, &self.entries);
        let pairs = self.drawn.iter().zip(&again);
        for (place, (published, computed)) in (1..).zip(pairs) {
            if published != computed {
                let (published, computed) = (*published, *computed);
                return Err(Difference::Order {
                    place,
                    published,
                    computed,
                });
            }
        }
        let winners = entries.min(self.units as usize);
        Ok(Checked { entries, winners })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Commitment {
                published,
                computed,
            } => write!(
                f,
                "the seed's hash is {computed}, but {published} was published before the entries"
            ),
            Difference::NotSorted { entry } => write!(
                f,
                "entry {entry} is not greater than the one before it: the list is not sorted or \
                 has a person twice"
            ),
            Difference::EntriesHash {
                published,
                computed,
            } => write!(
                f,
                "the list's hash is {computed}, but {published} was published at the opening"
            ),
            Difference::Count { entries, drawn } => {
                write!(f, "{entries} people entered, but {drawn} were drawn")
            }
            Difference::Order {
                place,
                published,
                computed,
            } => write!(
                f,
                "place {place} is {published}, but the seed gives {computed}"
            ),
        }
    }
}
