//! The cars: what they are, what they cost, whether they can be had.

use super::caller::Asked;
use super::details::{Any, Details, One, Wrong};
use super::input::{Query, Segment, not_found};
use super::money::{Amount, PlanView, Quote, plan};
use super::style::{BodyStyle, DriveKind};
use crate::desk::offer;
use crate::shop::Shop;
use crate::stock::{Standing, first_plan, standing};
use crate::text::Lang;
use axum::Json;
use axum::extract::State;
use kernel::{Moment, Vin};
use serde::{Deserialize, Serialize};
use store::{VehicleFilter, VehicleRow};
use utoipa::{IntoParams, ToSchema};

/// One car.
#[derive(Serialize, ToSchema)]
pub(super) struct Vehicle {
    #[schema(example = "ZAM56YRA9J1000017")]
    vin: String,
    #[schema(example = "Maserati")]
    make: String,
    #[schema(example = "Levante GT")]
    model: String,
    year: u16,
    body: BodyStyle,
    colour: Colour,
    drivetrain: DriveKind,
    dimensions: Dimensions,
    mass_kg: u32,
    mileage_km: u32,
    photo_url: Option<String>,
    /// The whole price, taxes included.
    price: Amount,
    state: VehicleState,
    /// When the hold ends, while somebody keeps it.
    #[schema(format = DateTime)]
    held_until: Option<String>,
    /// The tower it stands in.
    tower: Option<String>,
    /// The place in the tower where it was last seen.
    place: Option<String>,
    /// What it costs by the plan that is shown first.
    from: FirstPlan,
}

/// What a car costs by the smallest down payment over the longest time.
#[derive(Serialize, ToSchema)]
pub(super) struct FirstPlan {
    plan: PlanView,
    /// Down payment and fee.
    due_now: Amount,
    /// Each instalment but the last.
    instalment: Amount,
    /// Everything paid by the end.
    total: Amount,
    /// The annual percentage rate, in percent with two decimals.
    apr_percent: String,
}

/// The paint.
#[derive(Serialize, ToSchema)]
pub(super) struct Colour {
    /// As the maker calls it.
    name: String,
    /// As `#rrggbb`.
    hex: String,
}

/// Outer size in millimetres.
#[derive(Serialize, ToSchema)]
pub(super) struct Dimensions {
    length_mm: u32,
    /// Without mirrors.
    width_mm: u32,
    height_mm: u32,
    wheelbase_mm: u32,
}

/// Whether a car can be had.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VehicleState {
    /// It stands in the tower and can be had.
    Free,
    /// Somebody keeps it until `held_until`.
    Held,
    /// It is kept for a drop, see `GET /api/v1/drops`.
    InDrop,
    /// It is sold and waits to be fetched.
    Sold,
    /// It is not in the tower: expected, or driven out.
    Away,
    /// It is taken off sale.
    Withdrawn,
}

/// Cars in the order of their VINs.
#[derive(Serialize, ToSchema)]
pub(super) struct Vehicles {
    items: Vec<Vehicle>,
    /// What to send as `after` to get the next page; null on the last one.
    next: Option<String>,
}

/// Which cars are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u16>,
    /// Only cars after this VIN: the `next` of the page before.
    #[param(pattern = "^[A-HJ-NPR-Z0-9]{17}$")]
    after: Option<String>,
    /// Only this body style.
    body: Option<BodyStyle>,
    /// Only cars of this state.
    state: Option<VehicleState>,
}

/// Which plan is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedPlan {
    /// The down payment in percent of the price; needed unless `months` is 0.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 100, example = 10)]
    down: Option<String>,
    /// The number of monthly instalments; 0 pays in full.
    #[param(example = 36)]
    months: u16,
}

const USUAL_LIMIT: u16 = 100;
const MOST: u16 = 500;

/// List cars
#[utoipa::path(
    get, path = "/api/v1/vehicles", tag = "Cars", params(Wanted),
    responses((status = 200, body = Vehicles), Any)
)]
pub(super) async fn list_vehicles(
    State(shop): State<Shop>,
    Asked(lang): Asked,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vehicles>, Details> {
    let limit = limit(wanted.limit)?;
    let mut after = match &wanted.after {
        None => None,
        Some(text) => Some(Vin::parse(text).map_err(|error| {
            Details::bad_parameters(vec![Wrong::parameter("after", error.to_string())])
        })?),
    };
    let now = shop.now();
    let mut items = Vec::new();
    // A hold that is over is free though its row may say held, so the rows are sifted here.
    loop {
        let rows = shop
            .store
            .vehicles(filter(&wanted), after, limit + 1)
            .await?;
        let is_last = rows.len() <= limit;
        after = rows.last().map(|row| row.listing.vin.clone());
        for row in &rows {
            if wanted
                .state
                .is_some_and(|state| state != VehicleState::of(row, now))
            {
                continue;
            }
            if items.len() == limit {
                return Ok(page(items, true));
            }
            items.push(Vehicle::of(&shop, row, now, lang)?);
        }
        if is_last {
            return Ok(page(items, false));
        }
    }
}

fn page(items: Vec<Vehicle>, more: bool) -> Json<Vehicles> {
    let last = items.last().filter(|_| more);
    let next = last.map(|vehicle| vehicle.vin.clone());
    Json(Vehicles { items, next })
}

/// Reads how many items a page has at most.
pub(super) fn limit(wanted: Option<u16>) -> Result<usize, Details> {
    match wanted.unwrap_or(USUAL_LIMIT) {
        limit @ 1..=MOST => Ok(usize::from(limit)),
        _ => Err(Details::bad_parameters(vec![Wrong::parameter(
            "limit",
            "write 1 to 500",
        )])),
    }
}

fn filter(wanted: &Wanted) -> VehicleFilter {
    let state = match wanted.state {
        Some(VehicleState::Sold) => Some("sold"),
        Some(VehicleState::Withdrawn) => Some("withdrawn"),
        Some(
            VehicleState::Free | VehicleState::Held | VehicleState::InDrop | VehicleState::Away,
        )
        | None => None,
    };
    VehicleFilter {
        state: state.map(str::to_owned),
        on_sale: matches!(wanted.state, Some(VehicleState::Free | VehicleState::Held)),
        body: wanted.body.map(BodyStyle::body),
        ..VehicleFilter::default()
    }
}

/// Show one car
#[utoipa::path(
    get, path = "/api/v1/vehicles/{vin}", tag = "Cars",
    params(("vin" = String, Path, description = "The car")),
    responses((status = 200, body = Vehicle), Any, One)
)]
pub(super) async fn show_vehicle(
    State(shop): State<Shop>,
    Asked(lang): Asked,
    vin: Segment,
) -> Result<Json<Vehicle>, Details> {
    let row = find(&shop, &vin).await?;
    Ok(Json(Vehicle::of(&shop, &row, shop.now(), lang)?))
}

/// Compute what a car costs by a plan
///
/// Everything is known before anything is asked: each instalment, each fee, the total.
#[utoipa::path(
    get, path = "/api/v1/vehicles/{vin}/quote", tag = "Cars",
    params(("vin" = String, Path, description = "The car"), WantedPlan),
    responses(
        (status = 200, body = Quote),
        (status = 422, body = Details, content_type = "application/problem+json",
         description = "The plan is not offered"),
        Any, One
    )
)]
pub(super) async fn quote_vehicle(
    State(shop): State<Shop>,
    Asked(lang): Asked,
    vin: Segment,
    Query(wanted): Query<WantedPlan>,
) -> Result<Json<Quote>, Details> {
    let plan = plan(wanted.down.as_deref(), wanted.months)
        .map_err(|why| Details::bad_parameters(vec![Wrong::parameter("down", why)]))?;
    let row = find(&shop, &vin).await?;
    let offer = offer::quote(&shop, row.listing.price, plan)?;
    Ok(Json(Quote::of(&offer, plan, lang)))
}

async fn find(shop: &Shop, vin: &Segment) -> Result<VehicleRow, Details> {
    let vin = vin.parse(Vin::parse)?;
    shop.store.vehicle(&vin).await?.ok_or_else(not_found)
}

impl Vehicle {
    fn of(shop: &Shop, row: &VehicleRow, now: Moment, lang: Lang) -> Result<Vehicle, Details> {
        let listing = &row.listing;
        let state = VehicleState::of(row, now);
        let held_until = row.held_until.filter(|_| state == VehicleState::Held);
        let plan = first_plan(shop);
        let offer = offer::quote(shop, listing.price, plan)?;
        Ok(Vehicle {
            vin: listing.vin.to_string(),
            make: listing.make.clone(),
            model: listing.model.clone(),
            year: listing.year,
            body: BodyStyle::of(listing.body),
            colour: Colour {
                name: listing.colour_name.clone(),
                hex: listing.colour.clone(),
            },
            drivetrain: DriveKind::of(listing.drivetrain),
            dimensions: Dimensions {
                length_mm: listing.size.length_mm,
                width_mm: listing.size.width_mm,
                height_mm: listing.size.height_mm,
                wheelbase_mm: listing.wheelbase_mm,
            },
            mass_kg: listing.size.mass_kg,
            mileage_km: listing.mileage_km,
            photo_url: listing.photo_url.clone(),
            price: Amount::of(listing.price, lang),
            state,
            held_until: held_until.map(|until| until.timestamp().to_string()),
            tower: row.tower.as_ref().map(ToString::to_string),
            place: row.place.as_ref().map(ToString::to_string),
            from: FirstPlan {
                plan: PlanView::of(plan),
                due_now: Amount::of(offer.due_now, lang),
                instalment: Amount::of(offer.instalment, lang),
                total: Amount::of(offer.total, lang),
                apr_percent: offer.apr_percent,
            },
        })
    }
}

impl VehicleState {
    fn of(row: &VehicleRow, now: Moment) -> VehicleState {
        match standing(row, now) {
            Standing::Free => VehicleState::Free,
            Standing::Held { .. } => VehicleState::Held,
            Standing::InDrop => VehicleState::InDrop,
            Standing::Sold => VehicleState::Sold,
            Standing::Away => VehicleState::Away,
            Standing::Withdrawn => VehicleState::Withdrawn,
        }
    }
}
