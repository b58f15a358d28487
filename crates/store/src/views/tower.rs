//! Where cars stand, what is wrong with a tower, and jobs that could not be done.

use super::Projection;
use super::vehicle::VehicleRow;
use crate::columns::{json, moment, plain, word};
use crate::fault::Fault;
use crate::store::Store;
use ::tower::inventory::Inventory;
use ::tower::job::Job;
use ::tower::tower::{self as machine, Event, State};
use kernel::{Moment, TowerId};
use rusqlite::{Connection, named_params};

/// Something wrong with a tower, and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct TowerFaultRow {
    /// The tower.
    pub tower: TowerId,
    /// What is wrong.
    pub fault: machine::Fault,
    /// Since when.
    pub since: Moment,
}

/// A job that could not be done.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedJobRow {
    /// The tower.
    pub tower: TowerId,
    /// The job.
    pub job: Job,
    /// Why.
    pub reason: String,
    /// When that became clear.
    pub at: Moment,
}

impl Store {
    /// Lists everything that is wrong with towers, longest first.
    pub async fn tower_faults(&self) -> Result<Vec<TowerFaultRow>, Fault> {
        self.read(fault_rows).await
    }

    /// Lists jobs that failed since a moment, newest first.
    pub async fn failed_jobs(&self, since: Moment) -> Result<Vec<FailedJobRow>, Fault> {
        self.read(move |connection| failed_job_rows(connection, since))
            .await
    }
}

pub(super) fn fault_rows(connection: &Connection) -> Result<Vec<TowerFaultRow>, Fault> {
    let doing = "listing faults of towers";
    let mut statement = connection
        .prepare_cached(
            "select tower, body, since from tower_faults
             where bucket between 0 and 255 order by since, tower, code",
        )
        .map_err(Fault::sql(doing))?;
    let rows = statement
        .query_map([], |row| {
            let since = moment(row, "since")?;
            Ok(TowerFaultRow {
                tower: word(row, "tower")?,
                fault: json(row, "body")?,
                since,
            })
        })
        .map_err(Fault::sql(doing))?;
    rows.collect::<Result<_, _>>().map_err(Fault::sql(doing))
}

pub(super) fn failed_job_rows(
    connection: &Connection,
    since: Moment,
) -> Result<Vec<FailedJobRow>, Fault> {
    let doing = "listing failed jobs";
    let mut statement = connection
        .prepare_cached(
            "select tower, body, reason, at from failed_jobs
             where bucket between 0 and 255 and at >= ?1 order by at desc, job",
        )
        .map_err(Fault::sql(doing))?;
    let rows = statement
        .query_map([since.micros()], |row| {
            Ok(FailedJobRow {
                tower: word(row, "tower")?,
                job: json(row, "body")?,
                reason: row.get("reason")?,
                at: moment(row, "at")?,
            })
        })
        .map_err(Fault::sql(doing))?;
    rows.collect::<Result<_, _>>().map_err(Fault::sql(doing))
}

/// Adds to cars the places where their towers last saw them.
pub(super) fn add_places(connection: &Connection, cars: &mut [VehicleRow]) -> Result<(), Fault> {
    let doing = "looking for cars in towers";
    let mut statement = connection
        .prepare_cached("select tower, inventory from towers where bucket between 0 and 255")
        .map_err(Fault::sql(doing))?;
    let rows = statement
        .query_map([], |row| {
            Ok((
                word::<TowerId>(row, "tower")?,
                json::<Inventory>(row, "inventory")?,
            ))
        })
        .map_err(Fault::sql(doing))?;
    for row in rows {
        let (tower, inventory) = row.map_err(Fault::sql(doing))?;
        for car in cars
            .iter_mut()
            .filter(|car| car.tower.as_ref() == Some(&tower))
        {
            car.place = inventory.place_of(&car.listing.vin).cloned();
        }
    }
    Ok(())
}

pub(super) fn project(
    projection: &Projection<'_>,
    id: &TowerId,
    event: &Event,
    state: &State,
) -> Result<(), Fault> {
    let unwritable = || Fault::body("a tower's inventory", id.as_str(), projection.version);
    let inventory = serde_json::to_string(&state.inventory).map_err(unwritable())?;
    projection.upsert(
        "projecting a tower",
        "insert into towers (bucket, tower, version, inventory, updated)
         values (:bucket, :tower, :version, :inventory, :at)
         on conflict (bucket, tower) do update
         set version = excluded.version, inventory = excluded.inventory,
             updated = excluded.updated
         where towers.version < excluded.version",
        named_params! {
            ":bucket": projection.bucket,
            ":tower": id.as_str(),
            ":version": projection.version as i64,
            ":inventory": inventory,
            ":at": projection.at.micros(),
        },
    )?;
    if let Event::JobFailed { job, reason } = event {
        project_failed_job(projection, id, job, reason)?;
    }
    project_faults(projection, id, state)
}

fn project_failed_job(
    projection: &Projection<'_>,
    id: &TowerId,
    job: &Job,
    reason: &str,
) -> Result<(), Fault> {
    let unwritable = || Fault::body("a job", id.as_str(), projection.version);
    let body = serde_json::to_string(job).map_err(unwritable())?;
    projection.upsert(
        "projecting a failed job",
        "insert into failed_jobs (bucket, tower, job, version, body, reason, at)
         values (:bucket, :tower, :job, :version, :body, :reason, :at)
         on conflict (bucket, tower, job) do update
         set version = excluded.version, body = excluded.body, reason = excluded.reason,
             at = excluded.at
         where failed_jobs.version < excluded.version",
        named_params! {
            ":bucket": projection.bucket,
            ":tower": id.as_str(),
            ":job": job.id.as_str(),
            ":version": projection.version as i64,
            ":body": body,
            ":reason": reason,
            ":at": projection.at.micros(),
        },
    )
}

/// A fault that stays keeps the moment since when it is there.
fn project_faults(projection: &Projection<'_>, id: &TowerId, state: &State) -> Result<(), Fault> {
    let doing = "projecting a tower's faults";
    let (bucket, tower) = (projection.bucket, id.as_str());
    let mut statement = projection
        .connection
        .prepare_cached("select code from tower_faults where bucket = ?1 and tower = ?2")
        .map_err(Fault::sql(doing))?;
    let there: Vec<String> = statement
        .query_map((bucket, tower), |row| row.get(0))
        .and_then(|rows| rows.collect())
        .map_err(Fault::sql(doing))?;
    let now: Vec<String> = state.faults.keys().map(plain).collect();
    for gone in there.iter().filter(|code| !now.contains(code)) {
        projection.upsert(
            doing,
            "delete from tower_faults where bucket = :bucket and tower = :tower and code = :code",
            named_params! { ":bucket": bucket, ":tower": tower, ":code": gone },
        )?;
    }
    for (code, fault) in now.iter().zip(state.faults.values()) {
        let unwritable = || Fault::body("a fault", tower, projection.version);
        let body = serde_json::to_string(fault).map_err(unwritable())?;
        projection.upsert(
            doing,
            "insert into tower_faults (bucket, tower, code, body, since)
             values (:bucket, :tower, :code, :body, :since)
             on conflict (bucket, tower, code) do update set body = excluded.body",
            named_params! {
                ":bucket": bucket,
                ":tower": tower,
                ":code": code,
                ":body": body,
                ":since": projection.at.micros(),
            },
        )?;
    }
    Ok(())
}
