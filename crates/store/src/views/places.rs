//! Where cars stand, as rows of towers say, read once for each version of a row.
//!
//! A tower's row holds its whole inventory as one text, because a tower changes as a whole. To read
//! that text for each car that is looked at would be most of what looking at a car costs, so what
//! was read is kept, with the version it was read from.

use super::vehicle::VehicleRow;
use crate::columns::json;
use crate::database::Database;
use crate::fault::Fault;
use ::tower::inventory::Inventory;
use ::tower::tower::Place;
use kernel::{TowerId, Vin};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Standing = Arc<HashMap<Vin, Place>>;

/// The places last read, by tower, each with the version of the row.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<HashMap<TowerId, (i64, Standing)>>);

impl Places {
    /// Adds to cars the places where their towers last saw them.
    pub(crate) fn add(&self, database: &Database, cars: &mut [VehicleRow]) -> Result<(), Fault> {
        let mut towers: HashMap<TowerId, Standing> = HashMap::new();
        for car in cars {
            let Some(tower) = &car.tower else {
                continue;
            };
            if !towers.contains_key(tower) {
                towers.insert(tower.clone(), self.of(database, tower)?);
            }
            car.place = towers[tower].get(&car.listing.vin).cloned();
        }
        Ok(())
    }

    fn of(&self, database: &Database, tower: &TowerId) -> Result<Standing, Fault> {
        let version = version(database, tower)?;
        if let Some((known, standing)) = self.kept().get(tower)
            && *known == version
        {
            return Ok(standing.clone());
        }
        let standing = Arc::new(read(database, tower)?);
        self.kept()
            .insert(tower.clone(), (version, standing.clone()));
        Ok(standing)
    }

    /// A panic while it was locked left it whole: every change to it is one map operation.
    fn kept(&self) -> MutexGuard<'_, HashMap<TowerId, (i64, Standing)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the version of a tower's row; zero when no car ever stood there.
fn version(database: &Database, tower: &TowerId) -> Result<i64, Fault> {
    let version = database.row(
        "looking whether cars have moved",
        "select version from towers where bucket = $1 and tower = $2",
        (super::bucket_of("tower", tower.as_str()), tower.as_str()),
        |row| row.get(0),
    )?;
    Ok(version.unwrap_or(0))
}

fn read(database: &Database, tower: &TowerId) -> Result<HashMap<Vin, Place>, Fault> {
    let inventory: Option<Inventory> = database.row(
        "looking for cars in a tower",
        "select inventory from towers where bucket = $1 and tower = $2",
        (super::bucket_of("tower", tower.as_str()), tower.as_str()),
        |row| json(row, "inventory"),
    )?;
    let inventory = inventory.unwrap_or_default();
    let standing = inventory
        .iter()
        .map(|(place, vin)| (vin.clone(), place.clone()));
    Ok(standing.collect())
}
