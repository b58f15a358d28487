//! Where a bought car is on its way down: seconds left, place in line, the lift's motion.

use super::caller::Caller;
use super::details::{Any, Details, One, Private};
use super::input::Segment;
use super::order::{OrderState, order_id};
use super::refusal::not_done;
use super::waiting::WaitView;
use crate::desk::{checkout, pick_up};
use crate::shop::Shop;
use axum::Json;
use axum::extract::State;
use kernel::JobId;
use sales::order::{Sale, Stage as SaleStage};
use serde::Serialize;
use tower::machine::{Axis, Leg as MachineLeg, Phase};
use tower::planner;
use tower::tower::{OpenOrder, Stage as JobStage, State as TowerState, Tower};
use utoipa::ToSchema;

/// Where a bought car is on its way down.
#[derive(Serialize, ToSchema)]
pub(super) struct Tracking {
    /// Where the order stands.
    state: OrderState,
    /// How far the machine is; null before it was asked and after the hand-over.
    stage: Option<JobState>,
    /// How long until the car stands at the bay.
    eta: Option<Seconds>,
    /// How many cars are served first, and this one: 1 is next. Null once it moves, and before the
    /// time that was chosen for it is near.
    place_in_line: Option<usize>,
    /// What holds the car up, by which rule, and on whose word; null before the machine was asked
    /// and after the hand-over.
    wait: Option<WaitView>,
    /// The move of the lift with this car.
    motion: Option<Motion>,
    /// The bay the car stands at.
    bay: Option<String>,
    /// The code that opens the bay, from the payment to the hand-over.
    #[schema(example = "042917")]
    pick_up_code: Option<String>,
}

/// How far the machine is with a car.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum JobState {
    /// It waits for its turn.
    Waiting,
    /// A lift brings it.
    Moving,
    /// Its move broke off; it stands on the lift.
    OnLift,
    /// It stands at the bay, doors closed.
    AtBay,
    /// The bay is open or opens.
    Open,
    /// It is being taken back up, or has left.
    Leaving,
}

/// An interval of seconds, because people are in the loop. It is made to hold nine times of ten;
/// how often it did stands in `promises` of `GET /api/v1/tower`.
#[derive(Serialize, ToSchema)]
pub(super) struct Seconds {
    /// Sooner only one time of twenty.
    earliest: u64,
    /// In the middle.
    expected: u64,
    /// Later only one time of twenty.
    latest: u64,
}

/// One move of a lift.
#[derive(Serialize, ToSchema)]
pub(super) struct Motion {
    /// Which lift, from 0 in the order of `GET /api/v1/tower`.
    lift: usize,
    from: String,
    to: String,
    /// When the move was ordered.
    #[schema(format = DateTime)]
    ordered_at: String,
    /// When the car is on the lift, in milliseconds after the order.
    loaded_ms: u64,
    /// How long all of it takes, in milliseconds.
    total_ms: u64,
    legs: Vec<Leg>,
}

/// One leg of a move along one axis: a trapezoid of speed, or an S-curve where jerk is limited.
#[derive(Serialize, ToSchema)]
pub(super) struct Leg {
    phase: LegPhase,
    axis: LegAxis,
    /// Where it begins, in the axis's unit.
    from: i64,
    /// Where it ends.
    to: i64,
    /// When it begins, in milliseconds after the order.
    start_ms: u64,
    /// How long it takes, in milliseconds.
    duration_ms: u64,
    /// The speed limit in units a second; 0 where the time is fixed.
    speed: f64,
    /// The acceleration in units a second squared; 0 where the time is fixed.
    acceleration: f64,
    /// The jerk in units a second cubed; 0 where it has no limit or the time is fixed.
    jerk: f64,
}

/// What a leg is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LegPhase {
    /// The empty lift goes to the car.
    Approach,
    /// The car is drawn onto the lift.
    Load,
    /// The lift carries it.
    Carry,
    /// The car is put off.
    Unload,
}

/// What moves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LegAxis {
    /// Up and down, in millimetres.
    Lift,
    /// Turning, in thousandths of a degree.
    Turn,
    /// Along a rack, in millimetres.
    Travel,
    /// From the lift to the place and back, in millimetres.
    Shuttle,
    /// A robot from the shaft along its corridor, in millimetres.
    Corridor,
    /// The table in a bay's floor, in thousandths of a degree.
    Turntable,
    /// The door between bay and shaft, in thousandths of open.
    InnerDoor,
}

/// Follow the car on its way down
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/tracking", tag = "Buying", security(("token" = [])),
    params(("id" = String, Path, description = "The order")),
    responses((status = 200, body = Tracking), Any, Private, One)
)]
pub(super) async fn track_order(
    State(shop): State<Shop>,
    caller: Caller,
    id: Segment,
) -> Result<Json<Tracking>, Details> {
    let order = order_id(&id.0)?;
    let sale = checkout::own_order(&shop, &caller.buyer, &order).await;
    let sale = sale.map_err(|trouble| Details::of(trouble, not_done))?;
    let keeps_code = sale.stage.is_paid() && sale.stage != SaleStage::HandedOver;
    let code = keeps_code.then(|| pick_up::code(&shop, &order));
    let (state, _) = shop.store.load::<Tower>(&sale.tower).await?;
    Ok(Json(Tracking::of(&shop, &sale, &state, code)))
}

impl Tracking {
    fn of(shop: &Shop, sale: &Sale, tower: &TowerState, code: Option<String>) -> Tracking {
        let (job, bay) = match &sale.stage {
            SaleStage::Fetching { job } => (Some(job), None),
            SaleStage::AtBay { job, bay, .. } => (Some(job), Some(bay.clone())),
            _ => (None, None),
        };
        let live = job.and_then(|job| tower.job(job));
        let waits = live.is_some_and(|live| live.stage == JobStage::Waiting);
        let eta = job.and_then(|job| planner::eta(tower, &shop.machine, job, shop.now()));
        Tracking {
            state: OrderState::of(&sale.stage),
            stage: live.map(|live| JobState::of(&live.stage)),
            eta: eta.map(|eta| Seconds {
                earliest: eta.earliest_s,
                expected: eta.expected_s,
                latest: eta.latest_s,
            }),
            place_in_line: job
                .filter(|_| waits)
                .and_then(|job| place_in_line(shop, tower, job)),
            wait: job.and_then(|job| {
                let readings = shop.readings.borrow().clone();
                let wait = planner::wait(tower, &shop.machine, job, &readings, shop.now())?;
                Some(WaitView::of(&wait, &shop.machine))
            }),
            motion: job.and_then(|job| motion(tower, job)),
            bay,
            pick_up_code: code,
        }
    }
}

fn place_in_line(shop: &Shop, tower: &TowerState, job: &JobId) -> Option<usize> {
    let line = planner::in_order(tower, &shop.machine, shop.now());
    let before = line.iter().position(|live| live.job.id == *job)?;
    Some(before + 1)
}

fn motion(tower: &TowerState, job: &JobId) -> Option<Motion> {
    tower.work_for(job).and_then(Motion::of)
}

impl Motion {
    /// Writes the motion of an order to the machine, when it moves a car.
    pub(super) fn of(open: &OpenOrder) -> Option<Motion> {
        let plan = open.plan.as_ref()?;
        Some(Motion {
            lift: plan.lift,
            from: plan.from.to_string(),
            to: plan.to.to_string(),
            ordered_at: open.at.timestamp().to_string(),
            loaded_ms: plan.loaded_ms,
            total_ms: plan.total_ms,
            legs: plan.legs.iter().map(Leg::of).collect(),
        })
    }
}

impl Leg {
    fn of(leg: &MachineLeg) -> Leg {
        Leg {
            phase: match leg.phase {
                Phase::Approach => LegPhase::Approach,
                Phase::Load => LegPhase::Load,
                Phase::Carry => LegPhase::Carry,
                Phase::Unload => LegPhase::Unload,
            },
            axis: match leg.axis {
                Axis::Lift => LegAxis::Lift,
                Axis::Turn => LegAxis::Turn,
                Axis::Travel => LegAxis::Travel,
                Axis::Shuttle => LegAxis::Shuttle,
                Axis::Corridor => LegAxis::Corridor,
                Axis::Turntable => LegAxis::Turntable,
                Axis::InnerDoor => LegAxis::InnerDoor,
            },
            from: leg.from,
            to: leg.to,
            start_ms: leg.start_ms,
            duration_ms: leg.duration_ms,
            speed: leg.v,
            acceleration: leg.a,
            jerk: leg.j,
        }
    }
}

impl JobState {
    fn of(stage: &JobStage) -> JobState {
        match stage {
            JobStage::Waiting | JobStage::Awaiting { .. } => JobState::Waiting,
            JobStage::Moving { .. } => JobState::Moving,
            JobStage::OnLift => JobState::OnLift,
            JobStage::AtBay { .. }
            | JobStage::Arrived { .. }
            | JobStage::Shown { .. }
            | JobStage::Inspected { .. } => JobState::AtBay,
            JobStage::Asked { .. } => JobState::Open,
            JobStage::Rejected { .. } | JobStage::Left { .. } => JobState::Leaving,
        }
    }
}
