//! What is noted while a tower is simulated: every job's times, every lift's and bay's work.

use super::energy::Energy;
use super::promise::Promises;
use kernel::{JobId, Vin};
use std::collections::BTreeMap;
use tower::handshake::{Action, Outcome, Unit};
use tower::job::Kind;
use tower::machine::{Machine, MovePlan};
use tower::planner;
use tower::promise::Promise;
use tower::tower::{Event, Place, State};

/// One car carried by one lift.
#[derive(Clone, Debug, PartialEq)]
pub struct Ride {
    /// When it began, in milliseconds after the start.
    pub at_ms: u64,
    /// Which car.
    pub vin: Vin,
    /// Its mass in kilograms.
    pub car_kg: u32,
    /// The motion.
    pub plan: MovePlan,
}

/// One way of the outer door of a bay.
#[derive(Clone, Debug, PartialEq)]
pub struct DoorWay {
    /// When it began, in milliseconds after the start.
    pub at_ms: u64,
    /// When it ended.
    pub until_ms: u64,
    /// The bay, by its place among the bays.
    pub bay: usize,
    /// Whether it opened.
    pub opens: bool,
}

/// A car that drives into a bay, or out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// When, in milliseconds after the start.
    pub at_ms: u64,
    /// Which car.
    pub vin: Vin,
    /// The bay.
    pub bay: Place,
    /// Whether it comes.
    pub comes: bool,
}

/// What a job was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Store,
    Fetch,
    Show,
    PutBack,
    /// What the house wanted of a car for itself.
    House,
}

/// The times of one job, in milliseconds after the start.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) purpose: Purpose,
    pub(super) asked_ms: u64,
    pub(super) started_ms: Option<u64>,
    /// What was told, and when.
    pub(super) promised: Option<(Promise, u64)>,
}

/// Everything noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) live: BTreeMap<JobId, Course>,
    /// From being asked for to standing at the bay, in milliseconds.
    pub(super) waits: Vec<u64>,
    /// From the first motion to standing at the bay, in milliseconds.
    pub(super) fetches: Vec<u64>,
    /// From a car's being announced to the open door, in milliseconds.
    pub(super) store_waits: Vec<u64>,
    /// From being asked for to the first motion or open door of any job, in milliseconds.
    pub(super) queued: Vec<u64>,
    pub(super) asked: u64,
    pub(super) done: u64,
    pub(super) failed: u64,
    pub(super) cancelled: u64,
    pub(super) promises: Promises,
    pub(super) kwh: f64,
    pub(super) events: u64,
    pub(super) lift_busy_ms: Vec<u64>,
    pub(super) bay_busy_ms: Vec<u64>,
    /// Since when a bay is taken.
    bay_since: Vec<Option<u64>>,
    moving: BTreeMap<Unit, u64>,
    pub(super) rides: Vec<Ride>,
    pub(super) doors: Vec<DoorWay>,
    pub(super) visits: Vec<Visit>,
    /// Until when rides and doors are kept.
    pub(super) kept_until_ms: u64,
}

impl Notes {
    pub(super) fn new(machine: &Machine, kept_until_ms: u64) -> Notes {
        Notes {
            lift_busy_ms: vec![0; machine.lifts.len()],
            bay_busy_ms: vec![0; machine.bays.len()],
            bay_since: vec![None; machine.bays.len()],
            kept_until_ms,
            ..Notes::default()
        }
    }

    /// Notes one event; the state is the one after all events of its moment.
    pub(super) fn see(&mut self, event: &Event, state: &State, machine: &Machine, now_ms: u64) {
        self.events += 1;
        match event {
            Event::JobQueued { job } => self.ask(&job.id, &job.kind, now_ms),
            Event::Promised { job, promise } => self.promise(job, *promise, now_ms),
            Event::JobStarted { job, bay } => self.start(job, bay.is_some(), now_ms),
            Event::CarAtBay { job, .. } => self.at_bay(job, now_ms),
            Event::BayOpened { job, .. } => self.opened(job, now_ms),
            Event::CarArrived { vin, bay, .. } => self.visit(vin, bay, true, now_ms),
            Event::CarLeft { vin, bay, .. } | Event::CarBroughtOut { vin, bay, .. } => {
                self.visit(vin, bay, false, now_ms);
            }
            Event::JobDone { job } => {
                self.done += 1;
                self.live.remove(job);
            }
            Event::JobFailed { job, .. } => {
                self.failed += 1;
                self.live.remove(&job.id);
            }
            Event::JobCancelled { job, .. } => {
                self.cancelled += 1;
                self.live.remove(job);
            }
            Event::ActionOrdered { order, plan, .. } => {
                self.moving.insert(order.unit, now_ms);
                if let Some(plan) = plan {
                    self.ride(plan, state, now_ms);
                }
                self.door(&order.action, machine, now_ms);
                if let (Action::Go { height_mm }, Some(lift)) =
                    (&order.action, machine.lift_of(order.unit))
                {
                    let from_mm = planner::pose(state, machine, lift).height_mm;
                    self.kwh += Energy::default().of_empty_way(from_mm, *height_mm, machine);
                }
            }
            Event::ActionFinished { unit, outcome, .. } => {
                self.finish(*unit, *outcome, machine, now_ms);
            }
            _ => {}
        }
    }

    fn ask(&mut self, job: &JobId, kind: &Kind, now_ms: u64) {
        let purpose = match kind {
            Kind::Store { .. } => Purpose::Store,
            Kind::Fetch { .. } => Purpose::Fetch,
            Kind::Show { .. } => Purpose::Show,
            Kind::PutBack { .. } => Purpose::PutBack,
            Kind::Relocate { .. } | Kind::Inspect { .. } | Kind::BringOut { .. } => Purpose::House,
        };
        self.asked += 1;
        let course = Course {
            purpose,
            asked_ms: now_ms,
            started_ms: None,
            promised: None,
        };
        self.live.insert(job.clone(), course);
    }

    fn promise(&mut self, job: &JobId, promise: Promise, now_ms: u64) {
        if let Some(course) = self.live.get_mut(job) {
            course.promised = Some((promise, now_ms));
        }
    }

    fn start(&mut self, job: &JobId, by_bay: bool, now_ms: u64) {
        let Some(course) = self.live.get_mut(job) else {
            return;
        };
        if course.started_ms.is_none() {
            course.started_ms = Some(now_ms);
            self.queued.push(now_ms - course.asked_ms);
            debug_assert!(!by_bay || course.purpose == Purpose::Store);
        }
    }

    fn at_bay(&mut self, job: &JobId, now_ms: u64) {
        let Some(course) = self.live.get_mut(job) else {
            return;
        };
        let waited_ms = now_ms - course.asked_ms;
        self.waits.push(waited_ms);
        if let Some(started_ms) = course.started_ms {
            self.fetches.push(now_ms - started_ms);
        }
        // A car that comes to a bay a second time was promised once.
        if let Some((promise, told_ms)) = course.promised.take() {
            self.promises.judge(&promise, now_ms - told_ms);
        }
    }

    fn opened(&mut self, job: &JobId, now_ms: u64) {
        let course = self.live.get(job);
        if let Some(course) = course.filter(|course| course.purpose == Purpose::Store) {
            self.store_waits.push(now_ms - course.asked_ms);
        }
    }

    fn ride(&mut self, plan: &MovePlan, state: &State, now_ms: u64) {
        let Some(vin) = state.inventory.car_at(&plan.from) else {
            return;
        };
        let size = state.sizes.get(vin);
        let ride = Ride {
            at_ms: now_ms,
            vin: vin.clone(),
            car_kg: size.map_or(0, |size| size.mass_kg),
            plan: plan.clone(),
        };
        self.kwh += Energy::default().of_ride(&ride);
        if now_ms <= self.kept_until_ms {
            self.rides.push(ride);
        }
    }

    fn door(&mut self, action: &Action, machine: &Machine, now_ms: u64) {
        let (place, opens) = match action {
            Action::OpenOuter { bay } => (bay, true),
            Action::CloseOuter { bay } => (bay, false),
            _ => return,
        };
        self.kwh += Energy::default().of_door();
        let Some((bay, spec)) = machine.bay(place) else {
            return;
        };
        if now_ms <= self.kept_until_ms {
            self.doors.push(DoorWay {
                at_ms: now_ms,
                until_ms: now_ms + (spec.outer_door_s * 1_000.0).round() as u64,
                bay,
                opens,
            });
        }
    }

    fn visit(&mut self, vin: &Vin, bay: &Place, comes: bool, now_ms: u64) {
        if now_ms <= self.kept_until_ms {
            let (vin, bay) = (vin.clone(), bay.clone());
            self.visits.push(Visit {
                at_ms: now_ms,
                vin,
                bay,
                comes,
            });
        }
    }

    fn finish(&mut self, unit: Unit, outcome: Outcome, machine: &Machine, now_ms: u64) {
        let since = self.moving.remove(&unit);
        let lift = machine
            .lift_of(unit)
            .filter(|_| outcome != Outcome::Refused);
        if let (Some(since), Some(lift)) = (since, lift) {
            self.lift_busy_ms[lift] += now_ms - since;
        }
    }

    /// Notes which bays are taken now.
    pub(super) fn see_bays(&mut self, state: &State, machine: &Machine, now_ms: u64) {
        for (index, spec) in machine.bays.iter().enumerate() {
            let free = state.bays.get(&spec.place).is_none_or(|bay| bay.is_free());
            let since = &mut self.bay_since[index];
            match (free, *since) {
                (false, None) => *since = Some(now_ms),
                (true, Some(from)) => {
                    self.bay_busy_ms[index] += now_ms - from;
                    *since = None;
                }
                _ => {}
            }
        }
    }

    /// Counts the work that goes on at a moment, for figures of that moment.
    pub(super) fn close(&mut self, now_ms: u64, machine: &Machine) {
        for (unit, since) in &mut self.moving {
            if let Some(lift) = machine.lift_of(*unit) {
                self.lift_busy_ms[lift] += now_ms - *since;
                *since = now_ms;
            }
        }
        for (busy, since) in self.bay_busy_ms.iter_mut().zip(&mut self.bay_since) {
            if let Some(from) = since {
                *busy += now_ms - *from;
                *from = now_ms;
            }
        }
    }
}
