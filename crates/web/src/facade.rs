//! The tower as it stands now, from its machine, its stream and the cars' own states.
//!
//! A lift is where the plan of its move says it is at the time of the page; the script goes on
//! from there by the same plan. During a move the car leaves its slot in the picture when the plan
//! has it on the lift.

use crate::drawing::car::CarLook;
use crate::drawing::tower::{Facade, FacadeBay, FacadeLift, FacadeSize, FacadeSlot, SlotState};
use crate::shop::Shop;
use crate::stock::{self, Standing};
use crate::text::Text;
use jiff::tz::TimeZone;
use kernel::{JobId, Moment, OrderId, Vin};
use std::collections::{BTreeMap, BTreeSet};
use store::{Fault, VehicleRow};
use tower::bay::Phase;
use tower::handshake::{Mode, Unit};
use tower::job::{Job, Kind};
use tower::machine::{Machine, PlaceSpec};
use tower::planner::{Eta, eta, pose};
use tower::tower::{LiveJob, OpenOrder, Place, Stage, State, Tower, Trust};

/// Everything that is seen of the tower at one moment.
pub struct Sight {
    /// What its stream says.
    pub state: State,
    /// The version of its stream.
    pub version: u64,
    /// Its cars, by VIN.
    pub cars: BTreeMap<Vin, VehicleRow>,
    /// When.
    pub now: Moment,
    /// Whether the machine answers and stands under the software's orders.
    pub runs: bool,
}

/// What a page makes of the slots.
pub struct Wish<'a> {
    /// For which page.
    pub size: FacadeSize,
    /// Where a tap on a car leads.
    pub link: &'a (dyn Fn(&VehicleRow) -> Option<String> + Sync),
    /// What is said of a car beside its name, such as its price.
    pub label: &'a (dyn Fn(&VehicleRow) -> String + Sync),
    /// Which cars are marked.
    pub chosen: &'a (dyn Fn(&VehicleRow) -> bool + Sync),
}

/// How old a report of the machine may be and still be believed.
const FRESH_MILLIS: i64 = 5_000;

/// Looks at the tower.
pub async fn look(shop: &Shop) -> Result<Sight, Fault> {
    let (state, version) = shop.store.load::<Tower>(&shop.tower).await?;
    let rows = stock::in_tower(shop).await?;
    let by_vin = |row: VehicleRow| (row.listing.vin.clone(), row);
    let now = shop.now();
    let runs = is_running(shop, &state, now);
    Ok(Sight {
        state,
        version,
        cars: rows.into_iter().map(by_vin).collect(),
        now,
        runs,
    })
}

/// Gives the version of the tower's stream, by which a page knows whether it is behind.
pub async fn version(shop: &Shop) -> Result<u64, Fault> {
    let (_, version) = shop.store.load::<Tower>(&shop.tower).await?;
    Ok(version)
}

fn is_running(shop: &Shop, state: &State, now: Moment) -> bool {
    let seen = shop.status.borrow();
    let answers = seen.as_ref().is_some_and(|seen| {
        let fresh = now.millis_since(seen.at) < FRESH_MILLIS;
        let ready = matches!(seen.status.mode(), Mode::Idle | Mode::Busy);
        fresh && ready && !seen.status.safety_stop
    });
    answers && state.trust == Trust::Full && state.faults.stopping_all().is_none()
}

impl Sight {
    /// Counts the cars that stand in slots.
    pub fn standing(&self) -> usize {
        let vins = self.state.inventory.iter().map(|(_, vin)| vin);
        vins.filter(|vin| self.cars.contains_key(*vin)).count()
    }

    /// Tells whether a car here is kept for a drop.
    pub fn has_drop(&self) -> bool {
        let mut rows = self.cars.values();
        rows.any(|row| stock::standing(row, self.now) == Standing::InDrop)
    }

    /// Gives how long it takes until the first lift is free; none when one that is in order stands.
    pub fn busy_seconds(&self) -> Option<u64> {
        let in_order = |lift: &&Place| self.state.faults.stopping(lift).is_none();
        let lifts = self.state.lifts.iter().filter(in_order);
        let moves = lifts.map(|lift| self.state.work_on(lift).and_then(|open| self.left_ms(open)));
        let left: Option<Vec<u64>> = moves.collect();
        left?.into_iter().min().map(|ms| ms.div_ceil(1_000))
    }

    fn left_ms(&self, open: &OpenOrder) -> Option<u64> {
        let total_ms = open.plan.as_ref()?.total_ms;
        Some(total_ms.saturating_sub(gone_ms(open, self.now)))
    }

    /// Gives when the next car that is being fetched from its place stands on its lift; none when
    /// none is on its way there. Nobody tells a page of that moment, so it has to look by itself.
    pub fn loads_at(&self) -> Option<Moment> {
        let loads = self.state.open.values().filter_map(|open| {
            let loaded = i64::try_from(open.plan.as_ref()?.loaded_ms).ok()?;
            Some(open.at.plus_millis(loaded))
        });
        loads.filter(|at| *at > self.now).min()
    }

    /// Gives how long a car would need to the bay if it were asked for now.
    pub fn if_fetched(&self, machine: &Machine, vin: &Vin) -> Option<Eta> {
        self.state.inventory.place_of(vin)?;
        let mut state = self.state.clone();
        let id = JobId::parse("as-if").expect("plain letters");
        let order = OrderId::parse("as-if").expect("plain letters");
        let vin = vin.clone();
        let kind = Kind::Fetch { vin, order };
        state.jobs.push(LiveJob {
            job: Job {
                id: id.clone(),
                kind,
            },
            stage: Stage::Waiting,
            queued_at_start: state.starts,
            overtaken: 0,
            promise: None,
            standstill: None,
        });
        eta(&state, machine, &id, self.now)
    }

    /// Makes the drawing's facts for a page.
    pub fn facade(&self, shop: &Shop, t: Text, wish: &Wish<'_>) -> Facade {
        let machine = &shop.machine;
        let slots: Vec<&PlaceSpec> = machine.slots().collect();
        let columns: BTreeSet<i16> = slots.iter().map(|spec| spec.column).collect();
        let floors: BTreeMap<u16, i64> = slots
            .iter()
            .map(|spec| (spec.level, i64::from(spec.height_mm)))
            .collect();
        Facade {
            levels: machine.levels,
            columns: columns.into_iter().collect(),
            floors_mm: floors.into_values().collect(),
            slots: slots.iter().map(|spec| self.slot(spec, wish)).collect(),
            lifts: self.lifts(machine),
            bays: self.bays(machine, t),
            size: wish.size,
            day: is_day(machine, self.now),
            now: self.now,
        }
    }

    fn slot(&self, spec: &PlaceSpec, wish: &Wish<'_>) -> FacadeSlot {
        let vin = self.car_seen_at(&spec.place);
        let row = vin.and_then(|vin| self.cars.get(vin));
        let state = match row.map(|row| stock::standing(row, self.now)) {
            _ if spec.out_of_service => SlotState::OutOfService,
            None if vin.is_some() => SlotState::OutOfService,
            None => SlotState::Empty,
            Some(Standing::Free) => SlotState::Free,
            Some(Standing::Held { until }) => SlotState::Held {
                until_ms: until.millis(),
            },
            Some(Standing::InDrop) => SlotState::InDrop,
            Some(Standing::Sold | Standing::Away) => SlotState::Sold,
            Some(Standing::Withdrawn) => SlotState::OutOfService,
        };
        FacadeSlot {
            place: spec.place.to_string(),
            level: spec.level,
            column: spec.column,
            state,
            car: row.map(|row| CarLook::of(&row.listing)),
            href: row.and_then(wish.link),
            label: row.map(wish.label).unwrap_or_default(),
            chosen: row.is_some_and(wish.chosen),
        }
    }

    /// The car of a place, unless the lift has it already.
    fn car_seen_at(&self, place: &Place) -> Option<&Vin> {
        let on_lift = |open: &OpenOrder| {
            let plan = open.plan.as_ref();
            plan.is_some_and(|plan| {
                plan.from == *place && gone_ms(open, self.now) >= plan.loaded_ms
            })
        };
        if self.state.open.values().any(on_lift) {
            return None;
        }
        self.state.inventory.car_at(place)
    }

    fn lifts(&self, machine: &Machine) -> Vec<FacadeLift> {
        let one = |(index, spec): (usize, &tower::machine::LiftSpec)| {
            let open = self.state.open.get(&Unit::at(index));
            let moving =
                open.and_then(|open| Some((open, open.plan.as_ref()?, gone_ms(open, self.now))));
            let rest = pose(&self.state, machine, index).height_mm;
            let height = moving.map_or(rest, |(_, plan, gone)| plan.pose(gone).height_mm);
            let carried = moving
                .filter(|(_, plan, gone)| (plan.loaded_ms..plan.total_ms).contains(gone))
                .and_then(|(_, plan, _)| self.state.inventory.car_at(&plan.from));
            let vin = carried.or_else(|| self.state.inventory.car_at(&spec.place));
            let row = vin.and_then(|vin| self.cars.get(vin));
            let motion = moving.map(|(open, plan, _)| {
                serde_json::json!({ "start_ms": open.at.millis(), "legs": plan.legs }).to_string()
            });
            FacadeLift {
                name: short(&spec.place, "lift-"),
                height_mm: i64::from(height),
                car: row.map(|row| CarLook::of(&row.listing)),
                label: row.map(|row| stock::name(&row.listing)).unwrap_or_default(),
                motion,
            }
        };
        machine.lifts.iter().enumerate().map(one).collect()
    }

    fn bays(&self, machine: &Machine, t: Text) -> Vec<FacadeBay> {
        let one = |spec: &tower::machine::BaySpec| {
            let vin = self.state.inventory.car_at(&spec.place);
            let row = vin.and_then(|vin| self.cars.get(vin));
            let phase = self.state.bays.get(&spec.place).map(|bay| bay.phase);
            FacadeBay {
                name: bay_name(&spec.place),
                state: phase.map_or_else(|| t.msg("bay-unknown"), |phase| bay_words(phase, t)),
                car: row.map(|row| CarLook::of(&row.listing)),
                lit: phase.is_some_and(|phase| phase != Phase::ClosedEmpty),
            }
        };
        machine.bays.iter().map(one).collect()
    }
}

/// Gives the name of a bay without what every bay's name begins with: `1` for `bay-1`.
pub fn bay_name(place: &Place) -> String {
    short(place, "bay-")
}

fn short(place: &Place, prefix: &str) -> String {
    let name = place.0.as_str();
    name.strip_prefix(prefix).unwrap_or(name).to_owned()
}

fn bay_words(phase: Phase, t: Text) -> String {
    match phase {
        Phase::ClosedEmpty => t.msg("bay-free"),
        Phase::Filling => t.msg("bay-filling"),
        Phase::ClosedLoaded | Phase::CustomerCalled => t.msg("bay-waiting"),
        Phase::Opening | Phase::OpenOccupied | Phase::DrivingOut | Phase::OpenEmpty => {
            t.msg("bay-open")
        }
        Phase::Closing | Phase::SweepCheck => t.msg("bay-closing"),
        Phase::Emptying => t.msg("bay-emptying"),
    }
}

fn gone_ms(open: &OpenOrder, now: Moment) -> u64 {
    u64::try_from(now.millis_since(open.at)).unwrap_or(0)
}

/// The sun is up from six to six near the equator, which is exact enough for a picture.
fn is_day(machine: &Machine, now: Moment) -> bool {
    let zone = TimeZone::get(&machine.zone).unwrap_or(TimeZone::UTC);
    let hour = now.timestamp().to_zoned(zone).hour();
    (6..18).contains(&hour)
}
