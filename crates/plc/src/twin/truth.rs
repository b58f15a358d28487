//! What is physically so at the simulated machine, and its file.
//!
//! A car does not vanish because a process dies, so the truth is written (to a new file, then
//! renamed over the old one) before anybody on the wire can see it. What a PLC forgets at a power
//! cut is not in here; what steel, rubber and a latched safety relay keep is.

use crate::layout::Layout;
use kernel::{TowerId, Vin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tower::handshake::Door;
use tower::job::CarSize;
use tower::machine::{LiftPose, Machine};
use tower::tower::Place;

/// A car in the physical world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Car {
    /// Its identity; its tag follows from it.
    pub vin: Vin,
    /// Its true size and mass.
    pub size: CarSize,
}

/// The doors of one bay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doors {
    /// To the street.
    pub outer: Door,
    /// To the shaft.
    pub inner: Door,
    /// The lift that served the bay when somebody was seen inside: bay and lift stand until a
    /// person releases them.
    pub guarded: Option<usize>,
}

/// Everything that is physically so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// Which machine.
    pub machine: TowerId,
    /// The last boot epoch drawn, in the PLC's one retained counter.
    pub epoch: u32,
    /// Where cars stand, on lifts too.
    pub cars: BTreeMap<Place, Car>,
    /// Where each lift is.
    pub lifts: Vec<LiftPose>,
    /// Which lifts are stuck.
    pub jammed: Vec<bool>,
    /// The doors of each bay.
    pub bays: Vec<Doors>,
    /// Whether the emergency stop is latched, which holds the whole machine.
    pub stop: bool,
}

/// The truth could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum TruthFault {
    /// The file cannot be written.
    #[error("cannot write the physical state to {file:?}")]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be read.
    #[error("cannot read the physical state from {file:?}")]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no physical state.
    #[error("{file:?} holds no physical state; move it away to start with the given stock")]
    Parse {
        /// The file.
        file: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The state is of another machine, or names what this one does not have.
    #[error("{file:?} does not belong to machine {machine}: {what}")]
    Mismatch {
        /// The file.
        file: PathBuf,
        /// This machine.
        machine: TowerId,
        /// What does not fit.
        what: String,
    },
}

impl Truth {
    /// Gives a machine at rest, doors closed, with cars standing where told.
    pub fn at_rest(machine: &Machine, cars: BTreeMap<Place, Car>, epoch: u32) -> Truth {
        let closed = Doors {
            outer: Door::Closed,
            inner: Door::Closed,
            guarded: None,
        };
        Truth {
            machine: machine.id.clone(),
            epoch,
            cars,
            lifts: (0..machine.lifts.len())
                .map(|lift| machine.rest_pose(lift))
                .collect(),
            jammed: vec![false; machine.lifts.len()],
            bays: vec![closed; machine.bays.len()],
            stop: false,
        }
    }

    /// Reads the truth of a machine from its file; nothing if there is no file yet.
    pub fn load(
        file: &Path,
        machine: &Machine,
        layout: &Layout,
    ) -> Result<Option<Truth>, TruthFault> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(TruthFault::Read {
                    file: file.to_owned(),
                    source,
                });
            }
        };
        let truth: Truth = serde_json::from_str(&text).map_err(|source| TruthFault::Parse {
            file: file.to_owned(),
            source,
        })?;
        match truth.misfit(machine, layout) {
            None => Ok(Some(truth)),
            Some(what) => Err(TruthFault::Mismatch {
                file: file.to_owned(),
                machine: machine.id.clone(),
                what,
            }),
        }
    }

    /// Tells what in this truth does not belong to a machine.
    pub fn misfit(&self, machine: &Machine, layout: &Layout) -> Option<String> {
        let (lifts, bays) = (machine.lifts.len(), machine.bays.len());
        let stranger = self
            .cars
            .keys()
            .find(|place| layout.number(place).is_none());
        if self.machine != machine.id {
            Some(format!("it is of machine {}", self.machine))
        } else if self.lifts.len() != lifts || self.jammed.len() != lifts {
            Some(format!("it has {} lifts, not {lifts}", self.lifts.len()))
        } else if self.bays.len() != bays {
            Some(format!("it has {} bays, not {bays}", self.bays.len()))
        } else {
            stranger.map(|place| format!("a car stands at {place}, which does not exist"))
        }
    }

    /// Writes the truth to its file so that either the old or the new one is there.
    pub fn save(&self, file: &Path) -> Result<(), TruthFault> {
        let text = serde_json::to_vec_pretty(self).expect("places are text and so fit as keys");
        let write = || {
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            let fresh = file.with_extension("new");
            let mut handle = fs::File::create(&fresh)?;
            handle.write_all(&text)?;
            handle.sync_all()?;
            fs::rename(&fresh, file)
        };
        write().map_err(|source| TruthFault::Write {
            file: file.to_owned(),
            source,
        })
    }
}
