//! Every place of a machine in the PLC's order, found by name without looking through all of them.
//!
//! Written and read as the plain list; clones share it, because it never changes.

use super::PlaceSpec;
use crate::tower::Place;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

/// Every place of a machine in the PLC's order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<PlaceSpec>", into = "Vec<PlaceSpec>")]
pub struct Places(Arc<Listed>);

#[derive(Debug, Default)]
struct Listed {
    specs: Vec<PlaceSpec>,
    by_name: BTreeMap<Place, usize>,
}

impl Places {
    /// Finds a place by its name.
    pub fn named(&self, place: &Place) -> Option<&PlaceSpec> {
        self.0.by_name.get(place).map(|index| &self.0.specs[*index])
    }
}

impl From<Vec<PlaceSpec>> for Places {
    fn from(specs: Vec<PlaceSpec>) -> Places {
        let names = specs.iter().map(|spec| spec.place.clone());
        let by_name = names.zip(0..).collect();
        Places(Arc::new(Listed { specs, by_name }))
    }
}

impl From<Places> for Vec<PlaceSpec> {
    fn from(places: Places) -> Vec<PlaceSpec> {
        places.to_vec()
    }
}

impl Deref for Places {
    type Target = [PlaceSpec];

    fn deref(&self) -> &[PlaceSpec] {
        &self.0.specs
    }
}

impl<'p> IntoIterator for &'p Places {
    type Item = &'p PlaceSpec;
    type IntoIter = std::slice::Iter<'p, PlaceSpec>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Places {
    fn eq(&self, other: &Places) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.specs == other.0.specs
    }
}
