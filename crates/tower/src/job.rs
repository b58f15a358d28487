//! A job: one car to be stored, fetched or shown.

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
