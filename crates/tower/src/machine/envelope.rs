//! The largest car a place takes.
//!
//! EN 14010 covers machines for cars up to 5.30 m by 2.30 m by 2.20 m below 2,500 kg
//! (standards.iteh.ai, sist-en-14010-2004). A place takes that much unless its file says otherwise,
//! so that whoever builds for larger cars has written it down.

use crate::job::CarSize;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest car EN 14010 covers.
pub const EN_14010: CarSize = CarSize {
    length_mm: 5_300,
    width_mm: 2_300,
    height_mm: 2_200,
    mass_kg: 2_499,
};

/// The dimension in which a car exceeds a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Length in millimetres.
    Length,
    /// Width in millimetres.
    Width,
    /// Height in millimetres.
    Height,
    /// Mass in kilograms.
    Mass,
}

/// A car does not fit a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{dimension} {car} exceeds {limit}")]
pub struct TooBig {
    /// In what it is too big, the first that is.
    pub dimension: Dimension,
    /// The car's, in millimetres or kilograms.
    pub car: u32,
    /// The place's.
    pub limit: u32,
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dimension::Length => "length in mm",
            Dimension::Width => "width in mm",
            Dimension::Height => "height in mm",
            Dimension::Mass => "mass in kg",
        })
    }
}

impl CarSize {
    /// Checks this car against the largest one a place takes.
    pub fn fits(&self, max: &CarSize) -> Result<(), TooBig> {
        match self.beyond(max).next() {
            None => Ok(()),
            Some((dimension, car, limit)) => Err(TooBig {
                dimension,
                car,
                limit,
            }),
        }
    }

    /// Lists in what this size is beyond another one.
    pub fn exceeds(&self, max: &CarSize) -> Vec<Dimension> {
        self.beyond(max).map(|(dimension, ..)| dimension).collect()
    }

    fn beyond(&self, max: &CarSize) -> impl Iterator<Item = (Dimension, u32, u32)> {
        let pairs = [
            (Dimension::Length, self.length_mm, max.length_mm),
            (Dimension::Width, self.width_mm, max.width_mm),
            (Dimension::Height, self.height_mm, max.height_mm),
            (Dimension::Mass, self.mass_kg, max.mass_kg),
        ];
        pairs.into_iter().filter(|(_, own, limit)| own > limit)
    }
}
