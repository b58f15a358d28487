//! The tower as it is seen now: its places, what stands there, lifts, bays, faults.

use super::details::{Any, Details};
use super::tracking::Motion;
use super::waiting::WaitView;
use crate::shop::Shop;
use ::tower::bay::Phase;
use ::tower::handshake::{Door, Mode, Status, Unit};
use ::tower::job::Kind;
use ::tower::machine::{Layout, Machine, PlaceKind, PlaceSpec};
use ::tower::planner::wait;
use ::tower::tower::{Fault, LiveJob, Place, State as TowerState, Tower, Trust};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A tower.
#[derive(Serialize, ToSchema)]
#[schema(as = Tower)]
pub(super) struct TowerView {
    #[schema(example = "autobahn-singapore")]
    id: String,
    name: String,
    address: String,
    /// The IANA name of its time zone.
    zone: String,
    layout: LayoutKind,
    /// How many levels have slots.
    levels: u16,
    shaft_height_mm: u32,
    /// Every place a car can stand in, other than a lift.
    places: Vec<PlaceView>,
    lifts: Vec<LiftView>,
    bays: Vec<BayView>,
    /// What the machine as a whole is doing: what the readiest of its lifts is. Null while its
    /// controller does not answer.
    mode: Option<ModeName>,
    /// Whether the safety controller has stopped the whole machine.
    safety_stop: Option<bool>,
    /// Whether it runs on emergency power.
    emergency_power: Option<bool>,
    /// Whether every car is being brought out.
    is_evacuated: bool,
    /// When the controller last answered.
    #[schema(format = DateTime)]
    seen_at: Option<String>,
    /// Whether the sensors agree with what is written.
    is_reconciled: bool,
    /// The moves that are under way.
    motions: Vec<Motion>,
    /// How many jobs are not done.
    jobs: usize,
    /// How often cars came within the interval that was told when they were asked for.
    promises: PromisesView,
    /// What each of them waits for, in the order they were queued.
    waiting: Vec<WaitingJob>,
    faults: Vec<FaultView>,
}

/// A job that is not done, and what it waits for.
#[derive(Serialize, ToSchema)]
pub(super) struct WaitingJob {
    kind: JobKind,
    wait: WaitView,
}

/// What a job does with its car.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum JobKind {
    /// From the bay up to a slot.
    Store,
    /// From a slot down to its buyer.
    Fetch,
    /// Into the window and back.
    Show,
    /// Up again after its buyer has left it.
    PutBack,
    /// Carry a car to another slot.
    Relocate,
    /// Bring a car to where staff look after it.
    Inspect,
    /// Bring a car out of the tower without an order.
    BringOut,
}

/// Intervals that were told, and what came of them.
#[derive(Serialize, ToSchema)]
pub(super) struct PromisesView {
    /// How many cars have come of which an interval was told.
    given: u64,
    /// How many came within it; it is made to be nine of ten.
    kept: u64,
    /// Their share; null before the first.
    #[schema(example = 0.903)]
    coverage: Option<f64>,
}

/// How slots lie around the shaft.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LayoutKind {
    /// Slanted stalls left and right of a shaft; the lift turns to face them.
    Fishbone,
    /// Columns beside each other; the lift travels along them.
    Rack,
    /// Stalls around a round shaft; the lift turns to face them.
    Cylinder,
    /// Columns beside each other; the lift stays in its shaft and a robot drives along them.
    Corridor,
    /// Cabins on one loop that turns until the right one is at the bottom.
    Rotary,
}

/// A place.
#[derive(Serialize, ToSchema)]
pub(super) struct PlaceView {
    #[schema(example = "05-2")]
    place: String,
    kind: PlaceKindName,
    /// From 1; 0 for a window and a bay.
    level: u16,
    /// On its level from 1; 0 for a window and a bay.
    stall: u16,
    /// Its floor above the bay's floor.
    height_mm: u32,
    /// The largest car it takes.
    max: Largest,
    is_out_of_service: bool,
    /// The car that stands there.
    vin: Option<String>,
}

/// What a place is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PlaceKindName {
    Slot,
    Window,
    Bay,
}

/// The largest car a place takes.
#[derive(Serialize, ToSchema)]
pub(super) struct Largest {
    length_mm: u32,
    width_mm: u32,
    height_mm: u32,
    mass_kg: u32,
}

/// A lift.
#[derive(Serialize, ToSchema)]
pub(super) struct LiftView {
    lift: String,
    /// Where its floor is, negative in a pit; null while the controller does not answer.
    height_mm: Option<i32>,
    /// The car on it.
    vin: Option<String>,
    /// What it is doing; null while the controller does not answer.
    mode: Option<ModeName>,
}

/// A hand-over bay.
#[derive(Serialize, ToSchema)]
pub(super) struct BayView {
    bay: String,
    phase: BayPhase,
    /// The door to the street; null while the controller does not answer.
    outer_door: Option<DoorState>,
    /// The door to the shaft.
    inner_door: Option<DoorState>,
    /// What its door is doing; null while the controller does not answer.
    mode: Option<ModeName>,
    /// Why staff have taken it out of use; null while it is used.
    locked: Option<String>,
}

/// Where a bay is in its cycle.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BayPhase {
    ClosedEmpty,
    Filling,
    ClosedLoaded,
    CustomerCalled,
    Opening,
    OpenOccupied,
    DrivingOut,
    OpenEmpty,
    Closing,
    SweepCheck,
    Emptying,
}

/// A door.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DoorState {
    Closed,
    Moving,
    Open,
}

/// What a lift, or a bay's door, is doing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ModeName {
    /// Booted, axes not referenced.
    NotHomed,
    /// Ready for an order.
    Idle,
    /// Carrying one out.
    Busy,
    /// Stopped by a fault.
    Fault,
    /// In the hands of a person.
    Manual,
}

/// Something wrong with the tower.
#[derive(Serialize, ToSchema)]
pub(super) struct FaultView {
    /// The lift or bay that stands still because of it; the whole machine when null.
    #[schema(example = "lift-1")]
    at: Option<String>,
    /// What was seen.
    cause: String,
    /// What follows from it.
    consequence: String,
    /// What a person should do.
    action: String,
}

/// Show the tower
#[utoipa::path(
    get, path = "/api/v1/tower", tag = "At the tower",
    responses((status = 200, body = TowerView), Any)
)]
pub(super) async fn show_tower(State(shop): State<Shop>) -> Result<Json<TowerView>, Details> {
    let (state, _) = shop.store.load::<Tower>(&shop.tower).await?;
    let seen = shop.status.borrow().clone();
    let mut view = TowerView::of(
        &shop.machine,
        &state,
        seen.as_ref().map(|seen| &seen.status),
    );
    view.seen_at = seen.map(|seen| seen.at.timestamp().to_string());
    let readings = shop.readings.borrow().clone();
    let now = shop.now();
    let waiting = |live: &LiveJob| {
        let wait = wait(&state, &shop.machine, &live.job.id, &readings, now)?;
        Some(WaitingJob {
            kind: JobKind::of(&live.job.kind),
            wait: WaitView::of(&wait, &shop.machine),
        })
    };
    view.waiting = state.jobs.iter().filter_map(waiting).collect();
    Ok(Json(view))
}

impl TowerView {
    fn of(machine: &Machine, state: &TowerState, status: Option<&Status>) -> TowerView {
        TowerView {
            id: machine.id.to_string(),
            name: machine.name.clone(),
            address: machine.address.clone(),
            zone: machine.zone.clone(),
            layout: LayoutKind::of(machine.layout),
            levels: machine.levels,
            shaft_height_mm: machine.shaft_height_mm,
            places: machine
                .places
                .iter()
                .map(|spec| PlaceView::of(spec, state))
                .collect(),
            lifts: lifts(machine, state, status),
            bays: bays(machine, state, status),
            mode: status.map(|status| ModeName::of(status.mode())),
            safety_stop: status.map(|status| status.safety_stop),
            emergency_power: status.map(|status| status.emergency_power),
            is_evacuated: state.evacuation.is_some(),
            seen_at: None,
            is_reconciled: state.trust == Trust::Full,
            motions: state.open.values().filter_map(Motion::of).collect(),
            jobs: state.jobs.len(),
            waiting: vec![],
            promises: PromisesView::of(state),
            faults: state.faults.iter().map(FaultView::of).collect(),
        }
    }
}

impl PromisesView {
    fn of(state: &TowerState) -> PromisesView {
        let (given, kept) = (state.record.given(), state.record.kept());
        PromisesView {
            given,
            kept,
            coverage: (given > 0).then(|| kept as f64 / given as f64),
        }
    }
}

fn lifts(machine: &Machine, state: &TowerState, status: Option<&Status>) -> Vec<LiftView> {
    let view = |(index, place): (usize, &Place)| LiftView {
        lift: place.to_string(),
        height_mm: status.and_then(|status| Some(status.lifts.get(index)?.height_mm)),
        vin: state.inventory.car_at(place).map(ToString::to_string),
        mode: mode(status, Unit::at(index)),
    };
    machine
        .lifts
        .iter()
        .map(|lift| &lift.place)
        .enumerate()
        .map(view)
        .collect()
}

fn bays(machine: &Machine, state: &TowerState, status: Option<&Status>) -> Vec<BayView> {
    let view = |(index, place): (usize, &Place)| {
        let seen = status.and_then(|status| status.bays.get(index));
        let phase = state
            .bays
            .get(place)
            .map(|bay| bay.phase)
            .unwrap_or_default();
        BayView {
            bay: place.to_string(),
            phase: BayPhase::of(phase),
            outer_door: seen.map(|bay| DoorState::of(bay.outer)),
            inner_door: seen.map(|bay| DoorState::of(bay.inner)),
            mode: mode(status, machine.bay_unit(index)),
            locked: state.bays.get(place).and_then(|bay| bay.locked.clone()),
        }
    };
    machine
        .bays
        .iter()
        .map(|bay| &bay.place)
        .enumerate()
        .map(view)
        .collect()
}

fn mode(status: Option<&Status>, unit: Unit) -> Option<ModeName> {
    let seen = status?.unit(unit)?;
    Some(ModeName::of(seen.mode))
}

impl PlaceView {
    fn of(spec: &PlaceSpec, state: &TowerState) -> PlaceView {
        PlaceView {
            place: spec.place.to_string(),
            kind: match spec.kind {
                PlaceKind::Slot => PlaceKindName::Slot,
                PlaceKind::Window => PlaceKindName::Window,
                PlaceKind::Bay => PlaceKindName::Bay,
            },
            level: spec.level,
            stall: spec.stall,
            height_mm: spec.height_mm,
            max: Largest {
                length_mm: spec.max.length_mm,
                width_mm: spec.max.width_mm,
                height_mm: spec.max.height_mm,
                mass_kg: spec.max.mass_kg,
            },
            is_out_of_service: spec.out_of_service,
            vin: state.inventory.car_at(&spec.place).map(ToString::to_string),
        }
    }
}

impl JobKind {
    fn of(kind: &Kind) -> JobKind {
        match kind {
            Kind::Store { .. } => JobKind::Store,
            Kind::Fetch { .. } => JobKind::Fetch,
            Kind::Show { .. } => JobKind::Show,
            Kind::PutBack { .. } => JobKind::PutBack,
            Kind::Relocate { .. } => JobKind::Relocate,
            Kind::Inspect { .. } => JobKind::Inspect,
            Kind::BringOut { .. } => JobKind::BringOut,
        }
    }
}

impl LayoutKind {
    fn of(layout: Layout) -> LayoutKind {
        match layout {
            Layout::Fishbone => LayoutKind::Fishbone,
            Layout::Rack => LayoutKind::Rack,
            Layout::Cylinder => LayoutKind::Cylinder,
            Layout::Corridor => LayoutKind::Corridor,
            Layout::Rotary => LayoutKind::Rotary,
        }
    }
}

impl BayPhase {
    fn of(phase: Phase) -> BayPhase {
        match phase {
            Phase::ClosedEmpty => BayPhase::ClosedEmpty,
            Phase::Filling => BayPhase::Filling,
            Phase::ClosedLoaded => BayPhase::ClosedLoaded,
            Phase::CustomerCalled => BayPhase::CustomerCalled,
            Phase::Opening => BayPhase::Opening,
            Phase::OpenOccupied => BayPhase::OpenOccupied,
            Phase::DrivingOut => BayPhase::DrivingOut,
            Phase::OpenEmpty => BayPhase::OpenEmpty,
            Phase::Closing => BayPhase::Closing,
            Phase::SweepCheck => BayPhase::SweepCheck,
            Phase::Emptying => BayPhase::Emptying,
        }
    }
}

impl DoorState {
    fn of(door: Door) -> DoorState {
        match door {
            Door::Closed => DoorState::Closed,
            Door::Moving => DoorState::Moving,
            Door::Open => DoorState::Open,
        }
    }
}

impl ModeName {
    fn of(mode: Mode) -> ModeName {
        match mode {
            Mode::NotHomed => ModeName::NotHomed,
            Mode::Idle => ModeName::Idle,
            Mode::Busy => ModeName::Busy,
            Mode::Fault => ModeName::Fault,
            Mode::Manual => ModeName::Manual,
        }
    }
}

impl FaultView {
    fn of(fault: &Fault) -> FaultView {
        FaultView {
            at: fault.at.as_ref().map(ToString::to_string),
            cause: fault.cause.clone(),
            consequence: fault.consequence.clone(),
            action: fault.action.clone(),
        }
    }
}
