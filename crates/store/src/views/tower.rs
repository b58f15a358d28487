//! Where cars stand, what is wrong with a tower, and jobs that could not be done.

use super::Projection;
use super::sheet::Upsert;
use crate::columns::{json, moment, plain, word};
use crate::database::Database;
use crate::fault::Fault;
use crate::store::Store;
use ::tower::job::Job;
use ::tower::tower::{self as machine, Event, FaultCode, Place, State};
use kernel::{Moment, TowerId};
use std::sync::LazyLock;

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
        self.read(move |database| failed_job_rows(database, since))
            .await
    }
}

pub(super) fn fault_rows(database: &Database) -> Result<Vec<TowerFaultRow>, Fault> {
    let doing = "listing faults of towers";
    database.rows(
        doing,
        "select tower, body, since from tower_faults
             where bucket between 0 and 255 order by since, tower, code",
        (),
        |row| {
            let since = moment(row, "since")?;
            Ok(TowerFaultRow {
                tower: word(row, "tower")?,
                fault: json(row, "body")?,
                since,
            })
        },
    )
}

pub(super) fn failed_job_rows(
    database: &Database,
    since: Moment,
) -> Result<Vec<FailedJobRow>, Fault> {
    let doing = "listing failed jobs";
    database.rows(
        doing,
        "select tower, body, reason, at from failed_jobs
             where bucket between 0 and 255 and at >= $1 order by at desc, job",
        (since.micros(),),
        |row| {
            Ok(FailedJobRow {
                tower: word(row, "tower")?,
                job: json(row, "body")?,
                reason: row.get("reason")?,
                at: moment(row, "at")?,
            })
        },
    )
}

static TOWER: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting a tower",
        2,
        [
            "insert into towers (bucket, tower, version, inventory, updated)
         values",
            "($1, $2, $3, $4, $5)",
            "on conflict (bucket, tower) do update
         set version = excluded.version, inventory = excluded.inventory,
             updated = excluded.updated
         where towers.version < excluded.version",
        ],
    )
});

pub(super) fn project(
    projection: &mut Projection<'_>,
    id: &TowerId,
    event: &Event,
    state: &State,
) -> Result<(), Fault> {
    if moves_a_car(event) {
        project_inventory(projection, id, state)?;
    }
    if let Event::JobFailed { job, reason } = event {
        project_failed_job(projection, id, job, reason)?;
    }
    project_fault(projection, id, event)
}

/// Says whether cars may stand elsewhere after an event.
fn moves_a_car(event: &Event) -> bool {
    match event {
        Event::CarStored { .. }
        | Event::CarMoved { .. }
        | Event::CarShown { .. }
        | Event::CarAtBay { .. }
        | Event::CarPresented { .. }
        | Event::CarLeft { .. }
        | Event::CarBroughtOut { .. }
        | Event::CarArrived { .. }
        | Event::CarWithdrawn { .. }
        | Event::CarDeclaredGone { .. }
        | Event::Reconciled { .. } => true,
        Event::JobQueued { .. }
        | Event::Promised { .. }
        | Event::Appointed { .. }
        | Event::AppointmentEnded { .. }
        | Event::JobStarted { .. }
        | Event::JobFailed { .. }
        | Event::JobDone { .. }
        | Event::JobCancelled { .. }
        | Event::BayOpened { .. }
        | Event::OpenAsked { .. }
        | Event::CarRejected { .. }
        | Event::CarDrivingOut { .. }
        | Event::BayConfirmedClear { .. }
        | Event::BaySwept { .. }
        | Event::BayLocked { .. }
        | Event::BayReleased { .. }
        | Event::InspectionSet { .. }
        | Event::CarInspected { .. }
        | Event::EvacuationBegun { .. }
        | Event::EvacuationEnded { .. }
        | Event::CarDeclared { .. }
        | Event::Commissioned { .. }
        | Event::EpochSeen { .. }
        | Event::TrustLost { .. }
        | Event::ActionOrdered { .. }
        | Event::ActionWithdrawn { .. }
        | Event::ActionFinished { .. }
        | Event::FaultRaised { .. }
        | Event::FetchDelayed { .. }
        | Event::FetchWentOn { .. }
        | Event::FaultCleared { .. } => false,
    }
}

fn project_inventory(
    projection: &mut Projection<'_>,
    id: &TowerId,
    state: &State,
) -> Result<(), Fault> {
    let unwritable = || Fault::body("a tower's inventory", id.as_str(), projection.version);
    let inventory = serde_json::to_string(&state.inventory).map_err(unwritable())?;
    projection.upsert(
        &TOWER,
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            inventory,
            projection.at.micros(),
        ),
    );
    Ok(())
}

static FAILED_JOB: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting a failed job",
        3,
        [
            "insert into failed_jobs (bucket, tower, job, version, body, reason, at)
         values",
            "($1, $2, $3, $4, $5, $6, $7)",
            "on conflict (bucket, tower, job) do update
         set version = excluded.version, body = excluded.body, reason = excluded.reason,
             at = excluded.at
         where failed_jobs.version < excluded.version",
        ],
    )
});

fn project_failed_job(
    projection: &mut Projection<'_>,
    id: &TowerId,
    job: &Job,
    reason: &str,
) -> Result<(), Fault> {
    let unwritable = || Fault::body("a job", id.as_str(), projection.version);
    let body = serde_json::to_string(job).map_err(unwritable())?;
    projection.upsert(
        &FAILED_JOB,
        (
            projection.bucket,
            id.as_str(),
            job.id.as_str(),
            projection.version as i64,
            body,
            reason,
            projection.at.micros(),
        ),
    );
    Ok(())
}

/// A fault that stays keeps the moment since when it is there.
fn project_fault(projection: &Projection<'_>, id: &TowerId, event: &Event) -> Result<(), Fault> {
    let doing = "projecting a tower's faults";
    let (bucket, tower) = (projection.bucket, id.as_str());
    match event {
        Event::FaultRaised { fault } => {
            let unwritable = || Fault::body("a fault", tower, projection.version);
            let body = serde_json::to_string(fault).map_err(unwritable())?;
            let code = fault_key(fault.code, fault.at.as_ref());
            projection.database.change(
                doing,
                "insert into tower_faults (bucket, tower, code, body, since)
                 values ($1, $2, $3, $4, $5)
                 on conflict (bucket, tower, code) do update set body = excluded.body",
                (bucket, tower, code, body, projection.at.micros()),
            )?;
        }
        Event::FaultCleared { code, at } => {
            projection.database.change(
                doing,
                "delete from tower_faults where bucket = $1 and tower = $2 and code = $3",
                (bucket, tower, fault_key(*code, at.as_ref())),
            )?;
        }
        _ => {}
    }
    Ok(())
}

/// A fault of one lift or bay is a row of its own, such as `machine-fault lift-1`.
fn fault_key(code: FaultCode, at: Option<&Place>) -> String {
    let code = plain(&code);
    at.map_or_else(|| code.clone(), |at| format!("{code} {at}"))
}
