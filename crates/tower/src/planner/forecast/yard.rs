//! Lifts, bays and the jobs ahead as they stand now, in milliseconds.

use crate::bay::{Bay, Phase};
use crate::handshake::{Action, Unit};
use crate::job::Kind;
use crate::machine::{BaySpec, LiftPose, Machine, PlaceKind};
use crate::planner::{SHOWN_FOR_S, in_order, may_stand, place_for, pose};
use crate::tower::{LiveJob, OpenOrder, Place, Stage, State};
use kernel::{Moment, Vin};

/// Whether it is the job that the forecast is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Yes,
    No,
}

/// A move by one lift.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) lift: usize,
    pub(super) ms: u64,
}

/// A car's way up from a bay or a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carry {
    pub(super) way: Way,
    pub(super) own: Own,
}

/// When a bay is free.
#[derive(Clone, Copy, Debug)]
pub(super) enum BayTime {
    /// After so long.
    Free { after_ms: u64 },
    /// Nobody knows.
    Never,
    /// When a visit has ended that begins then or has lasted so long, and the door has closed.
    Visit {
        begins_ms: u64,
        lasted_ms: i64,
        then_ms: u64,
    },
    /// When a car has come in, the door has closed, and the car was carried up.
    DriveIn {
        lasted_ms: i64,
        then_ms: u64,
        carry: Carry,
    },
    /// When the car in it was carried up.
    Up { after_ms: u64, carry: Carry },
}

/// A job that has not started.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// A car goes to a bay; by bay, how.
    Fetch { ways: Vec<Option<Way>>, own: Own },
    /// A car comes in, and is then carried up.
    Store { carry: Carry },
    /// A car is carried elsewhere.
    Lift { way: Way, own: Own },
}

/// Lifts, bays and the jobs up to the one that is asked about.
pub(super) struct Yard {
    pub(super) lifts_ms: Vec<u64>,
    pub(super) bays: Vec<BayTime>,
    /// How long each bay's door takes to close.
    pub(super) doors_ms: Vec<u64>,
    pub(super) work: Vec<Work>,
    /// Shown cars, with when their time in the window is over.
    pub(super) shown: Vec<(u64, Carry)>,
    /// Lengths of visits, least first.
    pub(super) visits_ms: Vec<i64>,
    pub(super) drive_ins_ms: Vec<i64>,
}

/// What is looked at while a yard is described.
struct Look<'a> {
    state: &'a State,
    machine: &'a Machine,
    own: &'a LiveJob,
    now: Moment,
    /// Where each lift is when what is before has been done.
    poses: Vec<LiftPose>,
}

impl Yard {
    /// Describes how it stands for a job; nothing when no lift or bay in order can do it.
    pub(super) fn of(state: &State, machine: &Machine, own: &LiveJob, now: Moment) -> Option<Yard> {
        let lifts = (0..machine.lifts.len()).map(|lift| busy(state, machine, lift, now));
        let (lifts_ms, poses) = lifts.unzip();
        let mut look = Look {
            state,
            machine,
            own,
            now,
            poses,
        };
        Some(Yard {
            lifts_ms,
            bays: machine.bays.iter().map(|spec| look.bay(spec)).collect(),
            doors_ms: machine.bays.iter().map(door_ms).collect(),
            work: look.work()?,
            shown: look.shown(),
            visits_ms: state.record.visits.sorted(),
            drive_ins_ms: state.record.drive_ins.sorted(),
        })
    }

    /// How many visits must end one after another before a bay is free for the job.
    pub(super) fn visits_before(&self) -> usize {
        let taken = |bay: &&BayTime| !matches!(bay, BayTime::Free { .. });
        let needs_bay = |work: &&Work| !matches!(work, Work::Lift { .. });
        let taken = self.bays.iter().filter(taken).count();
        let wanted = self.work.iter().filter(needs_bay).count();
        let bays = self.bays.len().max(1);
        (taken + wanted).saturating_sub(bays).div_ceil(bays)
    }
}

impl Look<'_> {
    fn is_own(&self, live: &LiveJob) -> Own {
        match live.job.id == self.own.job.id {
            true => Own::Yes,
            false => Own::No,
        }
    }

    fn bay(&mut self, spec: &BaySpec) -> BayTime {
        let state = self.state;
        let out_of_service = state
            .place(&spec.place)
            .is_none_or(|place| place.out_of_service);
        if out_of_service || state.faults.stopping(&spec.place).is_some() {
            return BayTime::Never;
        }
        let Some(known) = state.bays.get(&spec.place) else {
            return BayTime::Never;
        };
        let live = known.job.as_ref().and_then(|job| state.job(job));
        let time = match live {
            Some(live) => self.taken(spec, known, live),
            None => Some(self.closing(spec, known)),
        };
        time.unwrap_or(BayTime::Never)
    }

    /// When a bay that no job has is free.
    fn closing(&self, spec: &BaySpec, known: &Bay) -> BayTime {
        let after_ms = match known.phase {
            Phase::ClosedEmpty => 0,
            Phase::Filling | Phase::Emptying => self.left_on_ms(&spec.place).unwrap_or(0),
            Phase::Closing => self
                .left_on_ms(&spec.place)
                .unwrap_or_else(|| door_ms(spec)),
            _ => door_ms(spec),
        };
        BayTime::Free { after_ms }
    }

    /// When a bay that a job has is free; nothing when that cannot be told.
    fn taken(&mut self, spec: &BaySpec, known: &Bay, live: &LiveJob) -> Option<BayTime> {
        let then_ms = door_ms(spec);
        let since = known.since;
        let lasted_ms = since.map_or(0, |since| self.now.millis_since(since).max(0));
        let up = |carry| BayTime::Up {
            after_ms: match known.phase {
                Phase::ClosedLoaded => 0,
                _ => then_ms,
            },
            carry,
        };
        Some(match &live.stage {
            Stage::Moving { to } if *to == spec.place => BayTime::Visit {
                begins_ms: self.left_on_ms(&spec.place).unwrap_or(0),
                lasted_ms: 0,
                then_ms,
            },
            Stage::AtBay { .. } | Stage::Asked { .. } => BayTime::Visit {
                begins_ms: 0,
                lasted_ms,
                then_ms,
            },
            Stage::Awaiting { .. } => BayTime::DriveIn {
                lasted_ms,
                then_ms,
                carry: self.carry(&spec.place, live)?,
            },
            Stage::Arrived { .. } if since.is_some() => BayTime::DriveIn {
                lasted_ms,
                then_ms,
                carry: self.carry(&spec.place, live)?,
            },
            Stage::Arrived { .. }
            | Stage::Rejected { .. }
            | Stage::Inspected { .. }
            | Stage::Waiting => up(self.carry(&spec.place, live)?),
            Stage::Left { .. } | Stage::Moving { .. } | Stage::OnLift | Stage::Shown { .. } => {
                self.closing(spec, known)
            }
        })
    }

    /// The jobs up to the own one; nothing when that one cannot be done.
    fn work(&mut self) -> Option<Vec<Work>> {
        let mut work = Vec::new();
        for live in in_order(self.state, self.machine, self.now) {
            let own = self.is_own(live);
            let next = self.work_of(live);
            if own == Own::Yes {
                // A car that stands in a bay is carried up from there, before all others.
                let in_bay = matches!(live.job.kind, Kind::PutBack { .. });
                let can_be_done = in_bay || next.is_some();
                work.extend(next);
                return can_be_done.then_some(work);
            }
            work.extend(next);
        }
        match self.own.stage {
            // What a broken move left on a lift goes before all others.
            Stage::OnLift => Some(vec![self.work_of(self.own)?]),
            _ => Some(work),
        }
    }

    /// The cars in the window, which go back before anything that waits.
    fn shown(&mut self) -> Vec<(u64, Carry)> {
        let state = self.state;
        let mut shown = Vec::new();
        for live in &state.jobs {
            let Stage::Shown { since } = live.stage else {
                continue;
            };
            let over = since.plus_seconds(SHOWN_FOR_S);
            let after_ms = u64::try_from(over.millis_since(self.now)).unwrap_or(0);
            let window = state.inventory.place_of(live.job.kind.vin());
            let carry = window.and_then(|window| self.carry(window, live));
            shown.extend(carry.map(|carry| (after_ms, carry)));
        }
        shown
    }

    fn work_of(&mut self, live: &LiveJob) -> Option<Work> {
        let state = self.state;
        let own = self.is_own(live);
        let vin = live.job.kind.vin();
        match &live.job.kind {
            Kind::Fetch { .. } | Kind::Inspect { .. } | Kind::BringOut { .. } => {
                let ways = self.ways_to_bays(state.inventory.place_of(vin)?, vin)?;
                Some(Work::Fetch { ways, own })
            }
            Kind::Store { .. } => {
                let bay = self.machine.bays.first()?;
                let carry = self.carry(&bay.place, live)?;
                Some(Work::Store { carry })
            }
            Kind::Show { .. } => {
                let mut places = state.places.iter();
                let window = places.find(|spec| spec.kind == PlaceKind::Window)?;
                let from = state.inventory.place_of(vin)?;
                let (way, end) = self.way(from, &window.place)?;
                self.poses[way.lift] = end;
                Some(Work::Lift { way, own })
            }
            Kind::Relocate { to, .. } => {
                let from = state.inventory.place_of(vin)?;
                let chosen = || place_for(state, self.machine, from, vin);
                let to = to.clone().or_else(chosen)?;
                let (way, end) = self.way(from, &to)?;
                self.poses[way.lift] = end;
                Some(Work::Lift { way, own })
            }
            Kind::PutBack { .. } => None,
        }
    }

    /// By bay, how a car would get there; nothing when to none.
    fn ways_to_bays(&mut self, from: &Place, vin: &Vin) -> Option<Vec<Option<Way>>> {
        let ways = self.machine.bays.iter().map(|bay| {
            let spec = self.state.place(&bay.place)?;
            may_stand(self.state, vin, spec).then(|| self.way(from, &bay.place))?
        });
        let ways: Vec<Option<(Way, LiftPose)>> = ways.collect();
        let quickest = ways.iter().flatten().min_by_key(|(way, _)| way.ms)?;
        self.poses[quickest.0.lift] = quickest.1;
        Some(ways.into_iter().map(|way| Some(way?.0)).collect())
    }

    /// A car's way up from a bay or a window, to where it would be carried now.
    fn carry(&mut self, bay: &Place, live: &LiveJob) -> Option<Carry> {
        let to = place_for(self.state, self.machine, bay, live.job.kind.vin())?;
        let (way, _) = self.way(bay, &to)?;
        let own = self.is_own(live);
        Some(Carry { way, own })
    }

    /// The quickest way by a lift in order, and where it leaves the lift.
    fn way(&self, from: &Place, to: &Place) -> Option<(Way, LiftPose)> {
        let in_order = |lift: &usize| {
            let name = &self.machine.lifts[*lift].place;
            self.state.faults.stopping(name).is_none()
        };
        let lifts = self.machine.lifts_for(from, to).filter(in_order);
        let plans = lifts.filter_map(|lift| {
            let plan = self.machine.plan_move_by(lift, from, to, self.poses[lift]);
            plan.ok()
        });
        let plan = plans.min_by_key(|plan| (plan.total_ms, plan.lift))?;
        let way = Way {
            lift: plan.lift,
            ms: plan.total_ms,
        };
        Some((way, plan.end))
    }

    /// What the order that works on a place still needs.
    fn left_on_ms(&self, place: &Place) -> Option<u64> {
        let open = self.state.work_on(place)?;
        match &open.order.action {
            Action::OpenOuter { .. } | Action::CloseOuter { .. } => {
                let (_, spec) = self.machine.bay(place)?;
                Some(door_ms(spec).saturating_sub(gone_ms(open, self.now)))
            }
            _ => Some(left_ms(open, self.now)),
        }
    }
}

/// For how long a lift is busy, and where it then is.
fn busy(state: &State, machine: &Machine, lift: usize, now: Moment) -> (u64, LiftPose) {
    let at = pose(state, machine, lift);
    let Some(open) = state.open.get(&Unit::at(lift)) else {
        return (0, at);
    };
    match (&open.order.action, &open.plan) {
        (_, Some(plan)) => (left_ms(open, now), plan.end),
        // A lift that is sent to wait elsewhere gets there first.
        (Action::Go { height_mm }, None) => {
            let height_mm = *height_mm;
            let to = LiftPose { height_mm, ..at };
            let way_ms = (machine.way_s(at, to) * 1_000.0).round() as u64;
            (way_ms.saturating_sub(gone_ms(open, now)), to)
        }
        _ => (0, at),
    }
}

fn door_ms(bay: &BaySpec) -> u64 {
    (bay.outer_door_s * 1_000.0).round() as u64
}

fn gone_ms(open: &OpenOrder, now: Moment) -> u64 {
    u64::try_from(now.millis_since(open.at)).unwrap_or(0)
}

/// What an order still needs, nothing when it is late.
pub(in crate::planner) fn left_ms(open: &OpenOrder, now: Moment) -> u64 {
    let plan = open.plan.as_ref();
    plan.map_or(0, |plan| plan.total_ms.saturating_sub(gone_ms(open, now)))
}
