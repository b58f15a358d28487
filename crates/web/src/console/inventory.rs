//! Which car stands where, and what staff may ask of the tower: show a car, let one in, take a job
//! back, and say that a bay is free of people or that a car is not there any more.
//!
//! A job's id comes with the page, so a form sent twice is one job.

use super::tower::car_name;
use super::{Said, Staff, told};
use crate::facade::Sight;
use crate::form::Form;
use crate::layout::Page;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use ::tower::job::{CarSize, Job, Kind};
use ::tower::machine::PlaceKind;
use ::tower::tower::{Command, Place, Tower};
use axum::extract::State;
use axum::response::Response;
use kernel::{JobId, Vin};
use sales::vehicle::{self, Vehicle};
use serde::Deserialize;
use store::{Context, VehicleFilter};

const PATH: &str = "/console/tower";
const LISTED_AT_MOST: usize = 200;

/// A car and the place it stands in.
pub(super) struct Standing {
    pub place: String,
    pub car: String,
    pub vin: String,
    pub href: String,
    pub state: super::state::StateTag,
}

/// Lists cars by the place they stand in.
pub(super) fn inventory(_shop: &Shop, sight: &Sight, page: &Page) -> Vec<Standing> {
    let line = |(place, vin): (&Place, &Vin)| {
        let state = sight.cars.get(vin).map_or("expected", |row| &row.state);
        Standing {
            place: place.to_string(),
            car: car_name(sight, vin),
            vin: vin.to_string(),
            href: page.link(&format!("/console/cars?vin={vin}")),
            state: super::state::car(state, page.t),
        }
    };
    sight.state.inventory.iter().map(line).collect()
}

/// What can be asked of the tower now.
pub(super) struct Asking {
    /// The cars that can be shown; none where the tower has no window.
    pub show: Vec<(String, String)>,
    /// The cars that are expected and could be let in.
    pub store: Vec<(String, String)>,
    /// The id the next job gets.
    pub job: String,
}

/// Finds what can be asked of the tower now.
pub(super) async fn asking(shop: &Shop, sight: &Sight) -> Result<Asking, Problem> {
    let has_window = sight
        .state
        .places
        .iter()
        .any(|spec| spec.kind == PlaceKind::Window);
    let show = sight.state.inventory.iter().filter(|(place, vin)| {
        let in_slot = sight.state.kind_of(place) == Some(PlaceKind::Slot);
        has_window && in_slot && sight.state.job_of(vin).is_none()
    });
    let filter = VehicleFilter {
        state: Some("expected".to_owned()),
        ..VehicleFilter::default()
    };
    let expected = shop.store.vehicles(filter, None, LISTED_AT_MOST).await?;
    let waiting = expected
        .iter()
        .filter(|row| sight.state.job_of(&row.listing.vin).is_none());
    let bytes: [u8; 12] = shop.draw();
    Ok(Asking {
        show: show
            .map(|(place, vin)| {
                (
                    vin.to_string(),
                    format!("{place} · {}", car_name(sight, vin)),
                )
            })
            .collect(),
        store: waiting
            .map(|row| (row.listing.vin.to_string(), stock::name(&row.listing)))
            .collect(),
        job: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Show,
    Store,
}

#[derive(Clone, Deserialize)]
pub(super) struct Asked {
    what: What,
    vin: String,
    job: String,
}

/// Queues a job.
pub(super) async fn ask(
    State(shop): State<Shop>,
    staff: Staff,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    if !staff.role.runs_tower() {
        return Ok(staff.back(PATH, Said::NotYours));
    }
    let (Ok(vin), Ok(id)) = (Vin::parse(&asked.vin), JobId::parse(&asked.job)) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    let kind = match asked.what {
        What::Show => Kind::Show { vin },
        What::Store => {
            let (car, _) = shop.store.load::<Vehicle>(&vin).await?;
            let vehicle::State::Expected { listing, .. } = car else {
                return Ok(staff.back(PATH, Said::NotNow));
            };
            let size = CarSize {
                length_mm: listing.size.length_mm,
                width_mm: listing.size.width_mm,
                height_mm: listing.size.height_mm,
                mass_kg: listing.size.mass_kg,
            };
            Kind::Store { vin, size }
        }
    };
    let queue = Command::Queue {
        job: Job { id, kind },
    };
    tell_tower(&shop, &staff, queue).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Taken {
    job: String,
}

/// Takes a job back that has not started.
pub(super) async fn cancel(
    State(shop): State<Shop>,
    staff: Staff,
    Form(taken): Form<Taken>,
) -> Result<Response, Problem> {
    let Ok(job) = JobId::parse(&taken.job) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    let (tower, _) = shop.store.load::<Tower>(&shop.tower).await?;
    let fetch = tower
        .job(&job)
        .is_some_and(|live| matches!(live.job.kind, Kind::Fetch { .. }));
    if fetch {
        return Ok(staff.back(PATH, Said::NotNow));
    }
    tell_tower(&shop, &staff, Command::CancelJob { job }).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Looked {
    bay: String,
    seen: Option<String>,
}

/// Writes down that a person at the bay has seen that nobody is inside.
pub(super) async fn confirm_clear(
    State(shop): State<Shop>,
    staff: Staff,
    Form(looked): Form<Looked>,
) -> Result<Response, Problem> {
    if looked.seen.is_none() {
        return Ok(staff.back(PATH, Said::Incomplete));
    }
    let bay = Place(looked.bay);
    tell_tower(&shop, &staff, Command::ConfirmBayClear { bay }).await
}

#[derive(Clone, Deserialize)]
pub(super) struct Gone {
    vin: String,
    seen: Option<String>,
}

/// Writes down that a person has looked and a car is not in the tower any more.
pub(super) async fn declare_gone(
    State(shop): State<Shop>,
    staff: Staff,
    Form(gone): Form<Gone>,
) -> Result<Response, Problem> {
    let (Ok(vin), Some(_)) = (Vin::parse(&gone.vin), gone.seen) else {
        return Ok(staff.back(PATH, Said::Incomplete));
    };
    tell_tower(&shop, &staff, Command::DeclareGone { vin }).await
}

/// Has the tower decide what a member of staff who runs it asks for.
pub(super) async fn tell_tower(
    shop: &Shop,
    staff: &Staff,
    command: Command,
) -> Result<Response, Problem> {
    if !staff.role.runs_tower() {
        return Ok(staff.back(PATH, Said::NotYours));
    }
    tracing::info!(staff = staff.name, ?command, "staff asked the tower");
    let context = Context::at(shop.now());
    let result = shop
        .store
        .execute::<Tower>(&shop.tower, command, context)
        .await;
    Ok(staff.back(PATH, told(result)?))
}
