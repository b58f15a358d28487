//! A job: one car to be stored, fetched, shown, carried elsewhere, looked after or brought out.

use crate::tower::Place;
use kernel::{JobId, OrderId, Vin};
use serde::{Deserialize, Serialize};

/// What a job is to do with its car.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Take the car that stands in the bay up to a place.
    Store {
        /// The car.
        vin: Vin,
        /// Its size and mass, checked against the place.
        size: CarSize,
    },
    /// Bring the car down to its buyer.
    Fetch {
        /// The car.
        vin: Vin,
        /// The order it was bought by.
        order: OrderId,
    },
    /// Bring the car to the window and take it back after a while.
    Show {
        /// The car.
        vin: Vin,
    },
    /// Take the car that its buyer left in the bay back up.
    PutBack {
        /// The car.
        vin: Vin,
    },
    /// Carry the car to another slot.
    Relocate {
        /// The car.
        vin: Vin,
        /// The slot; chosen when the job starts, if none is named.
        to: Option<Place>,
    },
    /// Bring the car to where a person can look after it, and take it back when they have.
    Inspect {
        /// The car.
        vin: Vin,
    },
    /// Bring the car to a bay, for a person to drive it out of the tower without any order.
    BringOut {
        /// The car.
        vin: Vin,
    },
}

impl Kind {
    /// Gives the car.
    pub fn vin(&self) -> &Vin {
        match self {
            Kind::Store { vin, .. }
            | Kind::Fetch { vin, .. }
            | Kind::Show { vin }
            | Kind::PutBack { vin }
            | Kind::Relocate { vin, .. }
            | Kind::Inspect { vin }
            | Kind::BringOut { vin } => vin,
        }
    }

    /// Tells whether the car is wanted in a bay, for somebody who comes there.
    pub fn is_for_bay(&self) -> bool {
        match self {
            Kind::Fetch { .. } | Kind::Inspect { .. } | Kind::BringOut { .. } => true,
            Kind::Store { .. }
            | Kind::Show { .. }
            | Kind::PutBack { .. }
            | Kind::Relocate { .. } => false,
        }
    }

    /// Tells whether a buyer's fetch takes the place of this job: all that the house wanted of the
    /// car for itself.
    pub fn yields_to_fetch(&self) -> bool {
        match self {
            Kind::Show { .. }
            | Kind::PutBack { .. }
            | Kind::Relocate { .. }
            | Kind::Inspect { .. }
            | Kind::BringOut { .. } => true,
            Kind::Store { .. } | Kind::Fetch { .. } => false,
        }
    }
}

/// Outer dimensions in millimetres and mass in kilograms, as the machine checks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarSize {
    /// Length in millimetres.
    pub length_mm: u32,
    /// Width without mirrors in millimetres.
    pub width_mm: u32,
    /// Height in millimetres.
    pub height_mm: u32,
    /// Mass in kilograms.
    pub mass_kg: u32,
}

/// A job and what it is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id, minted by whoever asked, so that asking twice makes one job.
    pub id: JobId,
    /// What it is to do.
    pub kind: Kind,
}
