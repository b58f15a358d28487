//! Which car stands where, and the tag by which the machine knows it.
//!
//! A car is in exactly one place, and a place, lifts among them, has at most one car. The tag is
//! 32 bits because that is what two registers and a cheap reader carry; two cars of one tower whose
//! tags meet cannot both be queued, see `tower::Refusal::TagTaken`.

use crate::handshake::UNREADABLE_TAG;
use crate::tower::Place;
use kernel::Vin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Gives the tag a car carries: FNV-1a of its VIN in 32 bits, never zero and never
/// [`UNREADABLE_TAG`], which stand for no car and for an unknown one.
pub fn tag(vin: &Vin) -> u32 {
    const OFFSET: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(PRIME);
    let hash = vin.as_str().bytes().fold(OFFSET, fold);
    match hash {
        0 => 1,
        UNREADABLE_TAG => UNREADABLE_TAG - 1,
        hash => hash,
    }
}

/// Which car stands where; written and read as places and their cars.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Place, Vin>", into = "BTreeMap<Place, Vin>")]
pub struct Inventory {
    cars: BTreeMap<Place, Vin>,
    places: BTreeMap<Vin, Place>,
    tags: BTreeMap<u32, Place>,
}

impl Inventory {
    /// Finds the car that stands in a place.
    pub fn car_at(&self, place: &Place) -> Option<&Vin> {
        self.cars.get(place)
    }

    /// Finds where a car stands.
    pub fn place_of(&self, vin: &Vin) -> Option<&Place> {
        self.places.get(vin)
    }

    /// Finds where the car with a tag stands.
    pub fn place_with_tag(&self, wanted: u32) -> Option<&Place> {
        self.tags.get(&wanted)
    }

    /// Lists places and their cars in the order of the names of places.
    pub fn iter(&self) -> impl Iterator<Item = (&Place, &Vin)> {
        self.cars.iter()
    }

    /// Counts the cars.
    pub fn len(&self) -> usize {
        self.cars.len()
    }

    /// Tells whether there is no car at all.
    pub fn is_empty(&self) -> bool {
        self.cars.is_empty()
    }

    /// Puts a car into a place and takes it out of any other.
    ///
    /// # Panics
    /// If another car stands there: whoever decides must have looked.
    pub fn put(&mut self, place: &Place, vin: &Vin) {
        let there = self.cars.get(place);
        assert!(
            there.is_none_or(|there| there == vin),
            "{place} has one car, {there:?}, and cannot take {vin}"
        );
        self.take(vin);
        self.cars.insert(place.clone(), vin.clone());
        self.places.insert(vin.clone(), place.clone());
        self.tags.insert(tag(vin), place.clone());
    }

    /// Takes a car out of wherever it stands.
    pub fn take(&mut self, vin: &Vin) {
        if let Some(place) = self.places.remove(vin) {
            self.cars.remove(&place);
            self.tags.remove(&tag(vin));
        }
    }
}

impl From<BTreeMap<Place, Vin>> for Inventory {
    fn from(cars: BTreeMap<Place, Vin>) -> Inventory {
        let mut inventory = Inventory::default();
        for (place, vin) in &cars {
            inventory.put(place, vin);
        }
        inventory
    }
}

impl From<Inventory> for BTreeMap<Place, Vin> {
    fn from(inventory: Inventory) -> BTreeMap<Place, Vin> {
        inventory.cars
    }
}
