//! What to do next on a calm machine whose sensors agree with its stream: what each bay needs,
//! because people stand there, and the next move for a lift that is free.

use super::Controller;
use super::planning::heights_mm;
use crate::bay::{self, Bay, Phase};
use crate::handshake::{Action, BayStatus, Status, Unit};
use crate::inventory::tag;
use crate::machine::{LiftPose, Machine, MovePlan};
use crate::planner::{self, Guide, May, Move, Next};
use crate::tower::{Command, LiveJob, Place, Stage, State};
use kernel::JobId;

/// Gives the next commands: one for each bay that needs one, and one that begins something.
pub(super) fn next(controller: &Controller, status: &Status) -> Vec<Command> {
    let step = Step {
        controller,
        machine: &controller.machine,
        state: &controller.state,
        status,
    };
    let mut commands = step.bays();
    let begun = step.impossible().or_else(|| step.begin());
    commands.extend(begun.or_else(|| step.rest()));
    commands
}

struct Step<'a> {
    controller: &'a Controller,
    machine: &'a Machine,
    state: &'a State,
    status: &'a Status,
}

impl Step<'_> {
    fn bays(&self) -> Vec<Command> {
        let bays = self.machine.bays.iter().zip(&self.status.bays);
        bays.filter_map(|(spec, seen)| {
            self.bay(&spec.place, self.state.bays.get(&spec.place)?, seen)
        })
        .collect()
    }

    fn bay(&self, place: &Place, known: &Bay, seen: &BayStatus) -> Option<Command> {
        let live = known.job.as_ref().and_then(|job| self.state.job(job));
        let stage = live.map(|live| &live.stage);
        match (known.phase, stage) {
            (Phase::CustomerCalled, Some(Stage::Asked { .. }))
            | (Phase::ClosedEmpty, Some(Stage::Awaiting { .. })) => self.open(place, live, seen),
            (Phase::OpenEmpty, Some(Stage::Awaiting { .. })) => self.arrival(place, live?, seen),
            (Phase::OpenOccupied | Phase::DrivingOut, Some(Stage::Asked { .. })) => {
                self.departure(place, known, seen)
            }
            (
                Phase::OpenOccupied | Phase::DrivingOut,
                Some(Stage::Rejected { .. } | Stage::Inspected { .. }),
            ) if bay::has_left(known, seen) => self.departure(place, known, seen),
            (Phase::OpenOccupied, Some(Stage::Arrived { .. })) if !seen.floor_loaded => {
                let bay = place.clone();
                Some(Command::SeeCarWithdrawn { bay })
            }
            // A called buyer may open late; a bay opened by hand stays open for him.
            (_, Some(Stage::AtBay { .. })) if known.phase.is_open() => None,
            (Phase::OpenOccupied | Phase::DrivingOut | Phase::OpenEmpty, _) => {
                self.close(place, known, live, seen)
            }
            (Phase::SweepCheck, _) => {
                let loaded = self.state.inventory.car_at(place).is_some();
                let swept = bay::may_sweep(known, loaded, seen, self.controller.now);
                let bay = place.clone();
                swept.ok().map(|()| Command::Sweep { bay })
            }
            _ => None,
        }
    }

    fn open(&self, place: &Place, live: Option<&LiveJob>, seen: &BayStatus) -> Option<Command> {
        bay::may_open(seen).ok()?;
        let action = Action::OpenOuter { bay: place.clone() };
        self.door(place, action, live, Some(seen.exits))
    }

    fn close(
        &self,
        place: &Place,
        known: &Bay,
        live: Option<&LiveJob>,
        seen: &BayStatus,
    ) -> Option<Command> {
        let loaded = self.state.inventory.car_at(place).is_some();
        bay::may_close(known, loaded, seen, self.controller.now).ok()?;
        let action = Action::CloseOuter { bay: place.clone() };
        self.door(place, action, live, None)
    }

    fn door(
        &self,
        place: &Place,
        action: Action,
        live: Option<&LiveJob>,
        exits: Option<u16>,
    ) -> Option<Command> {
        let unit = self.machine.unit_of(place)?;
        if !self.controller.is_ready(unit, self.status) {
            return None;
        }
        let job = live.map(|live| live.job.id.clone());
        self.order(unit, action, job, None, exits)
    }

    fn arrival(&self, place: &Place, live: &LiveJob, seen: &BayStatus) -> Option<Command> {
        let read = self.controller.tag_at(place, self.status);
        let expected = seen.floor_loaded && read == tag(live.job.kind.vin());
        expected.then(|| Command::SeeCarArrived {
            bay: place.clone(),
            tag: read,
        })
    }

    fn departure(&self, place: &Place, known: &Bay, seen: &BayStatus) -> Option<Command> {
        let (bay, exits) = (place.clone(), seen.exits);
        if bay::has_left(known, seen) {
            return Some(Command::SeeCarLeft { bay, exits });
        }
        let one_proof = !seen.floor_loaded || seen.exits != known.exits;
        let new = one_proof && known.phase == Phase::OpenOccupied;
        new.then_some(Command::SeeDrivingOut { bay })
    }

    fn impossible(&self) -> Option<Command> {
        let waiting = self.state.jobs.iter();
        let waiting = waiting.filter(|live| live.stage == Stage::Waiting);
        let mut failed = waiting.filter_map(|live| {
            let reason = planner::impossible(self.state, self.machine, live)?;
            let job = live.job.id.clone();
            Some(Command::FailJob { job, reason })
        });
        failed.next()
    }

    /// Begins what is first in the queue. When only a lift of the same mast is in its way, that one
    /// is sent aside, or waited for; what needs neither of the two goes on meanwhile.
    fn begin(&self) -> Option<Command> {
        let ready = |lift: usize, from: &Place, to: &Place| self.is_ready(lift, from, to);
        let first = self.next(&ready)?;
        let Next::Move(wanted) = &first else {
            return self.command(first);
        };
        let plan = self.plan(wanted.lift, &wanted.from, &wanted.to)?;
        if self.is_apart(&plan) {
            return self.command(first);
        }
        let aside = self
            .controller
            .make_way(plan.lift, plan.heights(), self.status);
        if let Some((unit, action)) = aside {
            return self.order(unit, action, None, None, None);
        }
        let apart = |lift: usize, from: &Place, to: &Place| {
            let plan = || self.plan(lift, from, to);
            let ready = lift != wanted.lift && self.is_ready(lift, from, to);
            ready && plan().is_some_and(|plan| self.is_apart(&plan))
        };
        self.command(self.next(&apart)?)
    }

    /// Sends a lift that has nothing to do to where the next car is likely to be asked for.
    fn rest(&self) -> Option<Command> {
        let (unit, action) = self.controller.to_rest(self.status)?;
        self.order(unit, action, None, None, None)
    }

    fn next(&self, may: May<'_>) -> Option<Next> {
        let guide = Guide {
            policy: self.controller.policy,
            plan: self.controller.plan.as_ref(),
        };
        let heights_mm = heights_mm(self.status);
        planner::next(self.controller.sight(&heights_mm), guide, may)
    }

    fn command(&self, next: Next) -> Option<Command> {
        match next {
            Next::Receive { job, bay } => Some(Command::StartJob { job, bay }),
            Next::Move(Move {
                job,
                lift,
                from,
                to,
            }) => {
                let plan = self.plan(lift, &from, &to)?;
                let action = Action::Move { from, to };
                self.order(Unit::at(lift), action, job, Some(plan), None)
            }
        }
    }

    /// Checks that a lift can be sent now, and that it has room: a car that a broken move left on
    /// it goes first.
    fn is_ready(&self, lift: usize, from: &Place, to: &Place) -> bool {
        let carrier = &self.machine.lifts[lift].place;
        let has_room = carrier == from || self.state.inventory.car_at(carrier).is_none();
        let (from, to) = (from.clone(), to.clone());
        has_room
            && self.controller.is_worth_power(&from, self.status)
            && self.controller.is_ready(Unit::at(lift), self.status)
            && self
                .controller
                .is_clear_for(&Action::Move { from, to }, self.status)
    }

    fn is_apart(&self, plan: &MovePlan) -> bool {
        self.controller
            .is_apart(plan.lift, plan.heights(), self.status)
    }

    /// Plans a move from where the lift is seen.
    fn plan(&self, lift: usize, from: &Place, to: &Place) -> Option<MovePlan> {
        let pose = LiftPose {
            height_mm: self.status.lifts.get(lift)?.height_mm,
            ..planner::pose(self.state, self.machine, lift)
        };
        let machine = self.controller.powered(self.status);
        machine.plan_move_by(lift, from, to, pose).ok()
    }

    fn order(
        &self,
        unit: Unit,
        action: Action,
        job: Option<JobId>,
        plan: Option<MovePlan>,
        exits: Option<u16>,
    ) -> Option<Command> {
        let order = self.controller.number(unit, action)?;
        Some(Command::OrderAction {
            order,
            job,
            plan,
            exits,
        })
    }
}
