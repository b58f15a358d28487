//! The machine: whether it is believed, what it does and for whom, and what each job waits for.

use super::appointment::{Appointments, appointments};
use super::inventory::{Asking, Standing, asking, inventory};
use super::jobs::{House, house};
use super::waiting::{self, Waiting};
use super::{Frame, Section, Staff, attention, simulator};
use crate::drawing::Drawing;
use crate::drawing::tower::{self as drawing, FacadeSize};
use crate::facade::{self, Sight, Wish};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use ::tower::bay::Phase;
use ::tower::handshake::{Door, Mode, Unit};
use ::tower::job::Kind;
use ::tower::planner::{eta, wait};
use ::tower::tower::{LiveJob, Place, Stage, Trust};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::{Rate, Vin};

#[derive(Template)]
#[template(path = "console/tower.html")]
struct Tower {
    page: Page,
    t: Text,
    frame: Frame,
    tower: Drawing,
    machine: Health,
    faults: Vec<FaultLine>,
    plan: Option<String>,
    jobs: Vec<JobLine>,
    /// How often cars came within the time that was told.
    promises: String,
    appointments: Appointments,
    bays: Vec<BayLine>,
    lifts: Vec<LiftLine>,
    inventory: Vec<Standing>,
    asking: Asking,
    house: House,
    simulator: Option<simulator::Hands>,
    may_act: bool,
}

/// Whether the machine can be believed, and how old its last word is.
pub(super) struct Health {
    pub class: &'static str,
    pub mode: String,
    pub trust: String,
    pub age: String,
    pub cars: usize,
    pub doors: Vec<(String, String)>,
}

struct FaultLine {
    cause: String,
    detail: String,
    consequence: String,
    action: String,
}

struct JobLine {
    id: String,
    kind: String,
    car: String,
    order: Option<(String, String)>,
    stage: String,
    waiting: Option<Waiting>,
    eta: String,
    may_cancel: bool,
}

struct LiftLine {
    place: String,
    mode: String,
    height: String,
    car: String,
}

struct BayLine {
    place: String,
    phase: String,
    door: String,
    people: String,
    job: String,
    /// Whether somebody's word that nobody is inside would be heard.
    may_confirm: bool,
}

/// Shows the machine.
pub(super) async fn show(State(shop): State<Shop>, staff: Staff) -> Result<Response, Problem> {
    let t = staff.t;
    let title = t.msg("console-tower");
    let (page, frame) = staff.page(&shop, Section::Tower, title, "/console/tower");
    let sight = facade::look(&shop).await?;
    let faults = sight.state.faults.iter().map(|fault| {
        let (cause, consequence, action) = attention::fault_words(fault, t);
        FaultLine {
            cause,
            detail: fault.cause.clone(),
            consequence,
            action,
        }
    });
    Ok(html(&Tower {
        tower: drawing(&shop, &sight, &page),
        machine: health(&shop, &sight, t),
        faults: faults.collect(),
        plan: plan(&shop, t),
        jobs: jobs(&shop, &sight, &page),
        promises: promises(&sight, t),
        appointments: appointments(&shop, &sight, &page),
        bays: bays(&shop, &sight, t),
        lifts: lifts(&shop, &sight, t),
        inventory: inventory(&shop, &sight, &page),
        asking: asking(&shop, &sight).await?,
        house: house(&shop, &sight, t),
        simulator: simulator::hands(&shop),
        may_act: staff.role.runs_tower(),
        page,
        t,
        frame,
    }))
}

/// Draws the tower with each car a way to its line.
pub(super) fn drawing(shop: &Shop, sight: &Sight, page: &Page) -> Drawing {
    let wish = Wish {
        size: FacadeSize::Console,
        link: &|row| Some(page.link(&format!("/console/cars?vin={}", row.listing.vin))),
        label: &|row| stock::name(&row.listing),
        chosen: &|_| false,
    };
    drawing::facade(&sight.facade(shop, page.t, &wish), page.t)
}

/// Reads off the last report and the stream how the machine is.
pub(super) fn health(shop: &Shop, sight: &Sight, t: Text) -> Health {
    let seen = shop.status.borrow().clone();
    let mode = match seen.as_ref().map(|seen| &seen.status) {
        None => t.msg("console-mode-unknown"),
        Some(status) if status.safety_stop => t.msg("console-mode-stopped"),
        Some(status) => mode_words(status.mode(), t),
    };
    let age = match &seen {
        None => t.msg("console-no-status"),
        Some(seen) => {
            let tenths = sight.now.millis_since(seen.at).max(0) / 100;
            let seconds = format!("{}.{}", tenths / 10, tenths % 10);
            t.with("console-status-age", &[("seconds", &seconds)])
        }
    };
    let doors = shop.machine.bays.iter().enumerate().map(|(index, bay)| {
        let reported = seen.as_ref().and_then(|seen| seen.status.bays.get(index));
        let door = reported.map(|bay| door(bay.outer, t));
        (
            bay.place.to_string(),
            door.unwrap_or_else(|| t.msg("console-door-unknown")),
        )
    });
    let class = match (sight.runs, sight.state.faults.is_empty()) {
        (true, _) => "sold",
        (false, true) => "now",
        (false, false) => "bad",
    };
    Health {
        class,
        mode,
        trust: trust(sight.state.trust, t),
        age,
        cars: sight.standing(),
        doors: doors.collect(),
    }
}

pub(super) fn mode_words(mode: Mode, t: Text) -> String {
    match mode {
        Mode::NotHomed => t.msg("console-mode-not-homed"),
        Mode::Idle => t.msg("console-mode-idle"),
        Mode::Busy => t.msg("console-mode-busy"),
        Mode::Fault => t.msg("console-mode-fault"),
        Mode::Manual => t.msg("console-mode-manual"),
    }
}

pub(super) fn trust(trust: Trust, t: Text) -> String {
    match trust {
        Trust::Full => t.msg("console-trust-full"),
        Trust::NeverSeen => t.msg("console-trust-never"),
        Trust::NewEpoch => t.msg("console-trust-restart"),
        Trust::BrokenOff => t.msg("console-trust-broken-off"),
        Trust::Fault => t.msg("console-trust-fault"),
        Trust::Manual => t.msg("console-trust-manual"),
    }
}

fn door(door: Door, t: Text) -> String {
    match door {
        Door::Closed => t.msg("console-door-closed"),
        Door::Moving => t.msg("console-door-moving"),
        Door::Open => t.msg("console-door-open"),
    }
}

fn jobs(shop: &Shop, sight: &Sight, page: &Page) -> Vec<JobLine> {
    let t = page.t;
    let readings = shop.readings.borrow().clone();
    let line = |live: &LiveJob| {
        let id = &live.job.id;
        let wait = wait(&sight.state, &shop.machine, id, &readings, sight.now);
        let eta = eta(&sight.state, &shop.machine, id, sight.now);
        JobLine {
            id: id.to_string(),
            kind: kind(&live.job.kind, t),
            car: car_name(sight, live.job.kind.vin()),
            order: match &live.job.kind {
                Kind::Fetch { order, .. } => Some((
                    page.link(&format!("/console/orders/{order}")),
                    order.to_string(),
                )),
                Kind::Store { .. }
                | Kind::Show { .. }
                | Kind::PutBack { .. }
                | Kind::Relocate { .. }
                | Kind::Inspect { .. }
                | Kind::BringOut { .. } => None,
            },
            stage: stage(live, t),
            waiting: wait.map(|wait| waiting::words(&wait, shop, sight.now, t)),
            eta: eta.map_or_else(String::new, |eta| match eta.latest_s {
                0 => t.msg("console-eta-now"),
                _ => t.with(
                    "console-eta",
                    &[
                        ("expected", &t.duration(eta.expected_s)),
                        ("latest", &t.duration(eta.latest_s)),
                    ],
                ),
            }),
            may_cancel: may_cancel(live),
        }
    };
    sight.state.jobs.iter().map(line).collect()
}

/// Tells how much lift work the plan of the waiting jobs is, and how far from best it can be.
fn plan(shop: &Shop, t: Text) -> Option<String> {
    let seen = shop.status.borrow();
    let plan = seen.as_ref()?.plan.as_ref()?;
    let proof = plan.proof();
    let seconds = |ms: u64| t.count((ms / 1_000).cast_signed());
    let gap = (proof.gap().min(1.0) * 10_000.0).round() as u32;
    let jobs = t.count(i64::try_from(plan.jobs()).ok()?);
    Some(t.with(
        "console-lift-plan",
        &[
            ("jobs", &jobs),
            ("cost", &seconds(proof.cost)),
            ("bound", &seconds(proof.bound)),
            ("gap", &t.percent(Rate::from_basis_points(gap))),
        ],
    ))
}

fn promises(sight: &Sight, t: Text) -> String {
    let (given, kept) = (sight.state.record.given(), sight.state.record.kept());
    if given == 0 {
        return t.msg("console-promises-none");
    }
    let whole_percent = (kept * 100 + given / 2) / given;
    let whole_percent = u32::try_from(whole_percent).expect("a share is at most the whole");
    let share = t.percent(Rate::from_basis_points(whole_percent * 100));
    t.with("console-promises", &[("share", &share), ("count", &given)])
}

/// A buyer's fetch is given up by a refund of its order, never by taking back the job alone.
fn may_cancel(live: &LiveJob) -> bool {
    match live.job.kind {
        Kind::Fetch { .. } | Kind::PutBack { .. } => false,
        Kind::Show { .. }
        | Kind::Relocate { .. }
        | Kind::Inspect { .. }
        | Kind::BringOut { .. } => live.stage == Stage::Waiting,
        Kind::Store { .. } => matches!(live.stage, Stage::Waiting | Stage::Awaiting { .. }),
    }
}

/// Names a car of the tower; its VIN where no more is known.
pub(super) fn car_name(sight: &Sight, vin: &Vin) -> String {
    let row = sight.cars.get(vin);
    row.map_or_else(|| vin.to_string(), |row| stock::name(&row.listing))
}

fn kind(kind: &Kind, t: Text) -> String {
    match kind {
        Kind::Store { .. } => t.msg("console-job-store"),
        Kind::Fetch { .. } => t.msg("console-job-fetch"),
        Kind::Show { .. } => t.msg("console-job-show"),
        Kind::PutBack { .. } => t.msg("console-job-put-back"),
        Kind::Relocate { .. } => t.msg("console-job-relocate"),
        Kind::Inspect { .. } => t.msg("console-job-inspect"),
        Kind::BringOut { .. } => t.msg("console-job-bring-out"),
    }
}

fn stage(live: &LiveJob, t: Text) -> String {
    let at = |key: &str, bay: &Place| t.with(key, &[("place", &bay.0)]);
    let for_buyer = matches!(live.job.kind, Kind::Fetch { .. });
    match &live.stage {
        Stage::Waiting => t.msg("console-stage-waiting"),
        Stage::Moving { to } => at("console-stage-moving", to),
        Stage::OnLift => t.msg("console-stage-on-lift"),
        Stage::AtBay { bay } if !for_buyer => at("console-stage-for-staff", bay),
        Stage::AtBay { bay } => at("console-stage-at-bay", bay),
        Stage::Asked { bay } => at("console-stage-asked", bay),
        Stage::Rejected { bay } if !for_buyer => at("console-stage-left-inside", bay),
        Stage::Rejected { bay } => at("console-stage-rejected", bay),
        Stage::Left { bay } => at("console-stage-left", bay),
        Stage::Awaiting { bay } => at("console-stage-awaiting", bay),
        Stage::Arrived { bay } => at("console-stage-arrived", bay),
        Stage::Shown { .. } => t.msg("console-stage-shown"),
        Stage::Inspected { at: place } => at("console-stage-inspected", place),
    }
}

fn bays(shop: &Shop, sight: &Sight, t: Text) -> Vec<BayLine> {
    let seen = shop.status.borrow().clone();
    let line = |(index, bay): (usize, &::tower::machine::BaySpec)| {
        let known = sight.state.bays.get(&bay.place);
        let phase = known.map(|bay| bay.phase).unwrap_or_default();
        let reported = seen.as_ref().and_then(|seen| seen.status.bays.get(index));
        let people = reported.map(|bay| match bay.person_by_scanner || bay.person_overhead {
            true => t.msg("console-person-seen"),
            false => t.msg("console-nobody-seen"),
        });
        let job = known.and_then(|bay| bay.job.as_ref());
        BayLine {
            place: bay.place.to_string(),
            phase: phase_words(phase, t),
            door: reported.map(|bay| door(bay.outer, t)).unwrap_or_default(),
            people: people.unwrap_or_else(|| t.msg("console-door-unknown")),
            job: job.map(ToString::to_string).unwrap_or_default(),
            may_confirm: phase.is_open() || matches!(phase, Phase::Closing | Phase::SweepCheck),
        }
    };
    shop.machine.bays.iter().enumerate().map(line).collect()
}

fn phase_words(phase: Phase, t: Text) -> String {
    match phase {
        Phase::ClosedEmpty => t.msg("console-phase-free"),
        Phase::Filling => t.msg("console-phase-filling"),
        Phase::ClosedLoaded => t.msg("console-phase-loaded"),
        Phase::CustomerCalled => t.msg("console-phase-called"),
        Phase::Opening => t.msg("console-phase-opening"),
        Phase::OpenOccupied => t.msg("console-phase-open-car"),
        Phase::DrivingOut => t.msg("console-phase-driving-out"),
        Phase::OpenEmpty => t.msg("console-phase-open"),
        Phase::Closing => t.msg("console-phase-closing"),
        Phase::SweepCheck => t.msg("console-phase-sweep"),
        Phase::Emptying => t.msg("console-phase-emptying"),
    }
}

fn lifts(shop: &Shop, sight: &Sight, t: Text) -> Vec<LiftLine> {
    let seen = shop.status.borrow().clone();
    let status = seen.as_ref().map(|seen| &seen.status);
    let unknown = || t.msg("console-door-unknown");
    let line = |(index, lift): (usize, &::tower::machine::LiftSpec)| {
        let height = status
            .and_then(|status| status.lifts.get(index))
            .map(|lift| {
                let metres = f64::from(lift.height_mm) / 1_000.0;
                t.with("console-height", &[("metres", &format!("{metres:.1}"))])
            });
        let unit = status.and_then(|status| status.unit(Unit::at(index)));
        let car = sight.state.inventory.car_at(&lift.place);
        LiftLine {
            place: lift.place.to_string(),
            mode: unit.map_or_else(unknown, |unit| mode_words(unit.mode, t)),
            height: height.unwrap_or_else(unknown),
            car: car.map(|vin| car_name(sight, vin)).unwrap_or_default(),
        }
    };
    shop.machine.lifts.iter().enumerate().map(line).collect()
}
