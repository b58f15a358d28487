//! What a drop promises before anybody enters: cars, times, who may enter, and the commitment.
//!
//! Nothing here changes after it is announced. The name is written in every language a buyer
//! reads; a unit is a car that is known by its VIN, or one that is still to come.

use super::Refusal;
use super::hex::Digest;
use kernel::{DropId, Moment, Vin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything that is announced of a drop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// Which drop.
    pub drop: DropId,
    /// What it is called.
    pub name: Name,
    /// What can be had, in the order the drawn choose from: the first drawn gets the first.
    pub units: Vec<Offered>,
    /// From when on people enter.
    pub entries_from: Moment,
    /// When the entries are drawn.
    pub opens_at: Moment,
    /// When what is left goes back to the shop.
    pub closes_at: Moment,
    /// Who may enter.
    pub policy: EntryPolicy,
    /// How long one who is drawn or comes in time has to pay, in seconds.
    pub claim_seconds: u32,
    /// How long one from the waiting list has to pay, in seconds.
    pub offer_seconds: u32,
    /// How many may wait at most.
    pub waiting_list: u32,
    /// The hash of the seed, published now; the seed itself is published at the opening.
    pub commitment: Digest,
}

/// A name in every language a buyer reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// In Vietnamese.
    pub vi: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// One thing that can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offered {
    /// A car that is known.
    Car {
        /// Which.
        vin: Vin,
    },
    /// A car of a model that is still to come.
    ToCome {
        /// The marque and model as the maker writes them.
        model: String,
    },
}

/// Who may enter. One per person holds always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryPolicy {
    /// The score the credit provider must see; nobody is asked where it is none.
    #[serde(default)]
    pub admittance_score: Option<u16>,
    /// The regions whose people may enter; everyone's where the list is empty.
    #[serde(default)]
    pub regions: Vec<Region>,
}

/// A region as the identity document writes it: the first digits of its number.
///
/// `44` is a province, `4401` one of its cities (GB/T 2260); the shorter one holds the longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(pub String);

/// The most units one drop may have.
const MOST_UNITS: usize = 100_000;

impl Announcement {
    /// Checks what is announced, at the time it is.
    pub(super) fn check(&self, at: Moment) -> Result<(), Refusal> {
        if self.units.is_empty() {
            return Err(Refusal::NoUnits);
        }
        if self.units.len() > MOST_UNITS {
            return Err(Refusal::TooManyUnits { most: MOST_UNITS });
        }
        let mut seen = BTreeSet::new();
        for unit in &self.units {
            if let Offered::Car { vin } = unit
                && !seen.insert(vin)
            {
                return Err(Refusal::SameCarTwice { vin: vin.clone() });
            }
        }
        if self.opens_at <= self.entries_from {
            return Err(Refusal::OpensBeforeEntries);
        }
        if self.opens_at <= at {
            return Err(Refusal::OpensInThePast);
        }
        if self.closes_at <= self.opens_at {
            return Err(Refusal::ClosesBeforeOpening);
        }
        if self.claim_seconds == 0 || self.offer_seconds == 0 {
            return Err(Refusal::NoTimeToPay);
        }
        Ok(())
    }
}

impl EntryPolicy {
    /// Tells whether people of a region may enter.
    pub fn admits(&self, region: Option<&Region>) -> bool {
        self.regions.is_empty()
            || region.is_some_and(|Region(own)| {
                self.regions
                    .iter()
                    .any(|Region(wide)| own.starts_with(wide.as_str()))
            })
    }
}
