//! What staff ask of the tower for the house itself: cars carried elsewhere, looked after every
//! thirty days and brought out, and bays out of use meanwhile.
//!
//! A job's id comes with the page, so a form sent twice is one job. Bringing every car out asks for
//! the tower's name, typed: nobody does that by a slip. Nothing here speaks to the machine.

use super::inventory::tell_tower;
use super::tower::car_name;
use super::{Said, Staff};
use crate::facade::Sight;
use crate::form::Form;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use ::tower::inspection::{Condition, Found, Inspection, due};
use ::tower::job::{Job, Kind};
use ::tower::machine::PlaceKind;
use ::tower::tower::{Command, LiveJob, Place, Stage};
use axum::extract::State;
use axum::response::Response;
use kernel::{JobId, Vin};
use serde::Deserialize;

const PATH: &str = "/console/tower";

/// The house's own work, as the page of the tower shows it.
pub(super) struct House {
    pub due: Vec<DueLine>,
    pub at_work: Vec<AtWork>,
    pub movable: Vec<(String, String)>,
    pub slots: Vec<String>,
    pub bays: Vec<BayUse>,
    pub evacuation: Option<String>,
    /// What has to be typed to bring every car out.
    pub tower: String,
    /// The id the next job gets.
    pub job: String,
}

/// A car that is to be looked after.
pub(super) struct DueLine {
    pub vin: String,
    pub car: String,
    pub place: String,
    pub since: String,
    pub last: String,
}

/// A car that stands where staff can get at it.
pub(super) struct AtWork {
    pub job: String,
    pub car: String,
    pub place: String,
    pub may_open: bool,
    pub may_finish: bool,
}

/// Whether a bay is in use.
pub(super) struct BayUse {
    pub place: String,
    pub locked: Option<String>,
}

/// Finds what there is to do for the house.
pub(super) fn house(shop: &Shop, sight: &Sight, t: Text) -> House {
    let state = &sight.state;
    let zone = &shop.policy.zone;
    let lines = due(state, sight.now).into_iter().map(|car| DueLine {
        vin: car.vin.to_string(),
        car: car_name(sight, car.vin),
        place: car.place.to_string(),
        since: t.moment(car.care.due, zone),
        last: match &car.care.last {
            Some(last) => last_words(last, &t.moment(last.at, zone), t),
            None => t.msg("console-never-inspected"),
        },
    });
    let movable = state.inventory.iter().filter(|(place, vin)| {
        let kind = state.kind_of(place);
        let stands = matches!(kind, Some(PlaceKind::Slot | PlaceKind::Window));
        stands && state.job_of(vin).is_none()
    });
    let slots = state.places.iter().filter(|spec| {
        let usable = spec.kind == PlaceKind::Slot && !spec.out_of_service;
        usable && state.is_vacant(&spec.place)
    });
    let bytes: [u8; 12] = shop.draw();
    House {
        due: lines.collect(),
        at_work: state
            .jobs
            .iter()
            .filter_map(|live| at_work(sight, live))
            .collect(),
        movable: movable
            .map(|(place, vin)| {
                (
                    vin.to_string(),
                    format!("{place} · {}", car_name(sight, vin)),
                )
            })
            .collect(),
        slots: slots.map(|spec| spec.place.to_string()).collect(),
        bays: state
            .bays
            .iter()
            .map(|(place, bay)| BayUse {
                place: place.to_string(),
                locked: bay.locked.clone(),
            })
            .collect(),
        evacuation: state.evacuation.as_ref().map(ToString::to_string),
        tower: shop.machine.name.clone(),
        job: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn at_work(sight: &Sight, live: &LiveJob) -> Option<AtWork> {
    let inspect = match live.job.kind {
        Kind::Inspect { .. } => true,
        Kind::BringOut { .. } => false,
        Kind::Store { .. }
        | Kind::Fetch { .. }
        | Kind::Show { .. }
        | Kind::PutBack { .. }
        | Kind::Relocate { .. } => return None,
    };
    let vin = live.job.kind.vin();
    let place = sight.state.inventory.place_of(vin)?;
    let opened = sight
        .state
        .bays
        .get(place)
        .is_none_or(|bay| bay.phase.is_open());
    let (may_open, may_finish) = match &live.stage {
        Stage::AtBay { .. } => (true, inspect && opened),
        Stage::Asked { .. } | Stage::Shown { .. } => (false, inspect && opened),
        _ => return None,
    };
    Some(AtWork {
        job: live.job.id.to_string(),
        car: car_name(sight, vin),
        place: place.to_string(),
        may_open,
        may_finish,
    })
}

fn last_words(last: &Inspection, when: &str, t: Text) -> String {
    let Found {
        battery,
        tyres,
        note,
    } = &last.found;
    let (battery, tyres) = (condition(*battery, t), condition(*tyres, t));
    t.with(
        "console-last-inspection",
        &[
            ("when", &when),
            ("battery", &battery),
            ("tyres", &tyres),
            ("note", note),
        ],
    )
}

fn condition(condition: Condition, t: Text) -> String {
    match condition {
        Condition::Good => t.msg("console-condition-good"),
        Condition::PutRight => t.msg("console-condition-put-right"),
        Condition::NeedsWork => t.msg("console-condition-needs-work"),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Asked {
    what: What,
    vin: String,
    job: String,
    #[serde(default)]
    to: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Relocate,
    Inspect,
    BringOut,
}

/// Queues a job for the house.
pub(super) async fn ask(
    State(shop): State<Shop>,
    staff: Staff,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    let (Ok(vin), Ok(id)) = (Vin::parse(&asked.vin), JobId::parse(&asked.job)) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    let kind = match asked.what {
        What::Relocate => Kind::Relocate {
            vin,
            to: (!asked.to.is_empty()).then_some(Place(asked.to)),
        },
        What::Inspect => Kind::Inspect { vin },
        What::BringOut => Kind::BringOut { vin },
    };
    let job = Job { id, kind };
    tell_tower(&shop, &staff, Command::Queue { job }).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Attended {
    job: String,
    what: Attendance,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Attendance {
    Open,
    PutBack,
}

/// Opens the bay for a member of staff, or has the car taken back up. A buyer's car is theirs to
/// open and to leave.
pub(super) async fn attend(
    State(shop): State<Shop>,
    staff: Staff,
    Form(attended): Form<Attended>,
) -> Result<Response, Problem> {
    let Ok(job) = JobId::parse(&attended.job) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    let (tower, _) = shop
        .store
        .load::<::tower::tower::Tower>(&shop.tower)
        .await?;
    let fetch = |live: &LiveJob| matches!(live.job.kind, Kind::Fetch { .. });
    if tower.job(&job).is_some_and(fetch) {
        return Ok(staff.back(PATH, Said::NotNow));
    }
    let command = match attended.what {
        Attendance::Open => Command::AskToOpen { job },
        Attendance::PutBack => Command::Reject { job },
    };
    tell_tower(&shop, &staff, command).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Inspected {
    job: String,
    battery: Condition,
    tyres: Condition,
    #[serde(default)]
    note: String,
}

/// Writes down what was found at a car, which then goes back up.
pub(super) async fn finish(
    State(shop): State<Shop>,
    staff: Staff,
    Form(inspected): Form<Inspected>,
) -> Result<Response, Problem> {
    let Ok(job) = JobId::parse(&inspected.job) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    let found = Found {
        battery: inspected.battery,
        tyres: inspected.tyres,
        note: inspected.note,
    };
    tell_tower(&shop, &staff, Command::FinishInspection { job, found }).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Locked {
    bay: String,
    #[serde(default)]
    why: String,
}

/// Takes a bay out of use.
pub(super) async fn lock(
    State(shop): State<Shop>,
    staff: Staff,
    Form(locked): Form<Locked>,
) -> Result<Response, Problem> {
    if locked.why.trim().is_empty() {
        return Ok(staff.back(PATH, Said::Incomplete));
    }
    let (bay, why) = (Place(locked.bay), locked.why);
    tell_tower(&shop, &staff, Command::LockBay { bay, why }).await
}

/// Takes a bay into use again.
pub(super) async fn release(
    State(shop): State<Shop>,
    staff: Staff,
    Form(locked): Form<Locked>,
) -> Result<Response, Problem> {
    let bay = Place(locked.bay);
    tell_tower(&shop, &staff, Command::ReleaseBay { bay }).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Evacuated {
    job: String,
    #[serde(default)]
    name: String,
}

/// Brings every car out, once the tower's name was typed.
pub(super) async fn evacuate(
    State(shop): State<Shop>,
    staff: Staff,
    Form(evacuated): Form<Evacuated>,
) -> Result<Response, Problem> {
    let named = evacuated.name.trim() == shop.machine.name;
    let Some(id) = JobId::parse(&evacuated.job).ok().filter(|_| named) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    tell_tower(&shop, &staff, Command::Evacuate { id }).await
}

/// Leaves the cars that were not begun with.
pub(super) async fn end_evacuation(
    State(shop): State<Shop>,
    staff: Staff,
    Form(evacuated): Form<Evacuated>,
) -> Result<Response, Problem> {
    let Ok(id) = JobId::parse(&evacuated.job) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    tell_tower(&shop, &staff, Command::EndEvacuation { id }).await
}
