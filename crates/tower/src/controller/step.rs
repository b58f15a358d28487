//! What to do next on a calm machine whose sensors agree with its stream: first the bays, because
//! people stand there, then a car left on a lift, then the queue.

use super::Controller;
use crate::bay::{self, Bay, Phase};
use crate::handshake::{Action, BayStatus, Status};
use crate::inventory::tag;
use crate::job::Kind;
use crate::planner::{self, Next};
use crate::tower::{Command, LiveJob, Place, Stage};
use kernel::JobId;

/// Gives the next command, if anything can be done.
pub(super) fn next(controller: &Controller, status: &Status) -> Option<Command> {
    let step = Step { controller, status };
    step.bays()
        .or_else(|| step.lifts())
        .or_else(|| step.impossible())
        .or_else(|| step.queue())
}

struct Step<'a> {
    controller: &'a Controller,
    status: &'a Status,
}

impl Step<'_> {
    fn bays(&self) -> Option<Command> {
        let Controller { machine, state, .. } = self.controller;
        let mut bays = machine.bays.iter().zip(&self.status.bays);
        bays.find_map(|(spec, seen)| self.bay(&spec.place, state.bays.get(&spec.place)?, seen))
    }

    fn bay(&self, place: &Place, known: &Bay, seen: &BayStatus) -> Option<Command> {
        let state = &self.controller.state;
        let live = known.job.as_ref().and_then(|job| state.job(job));
        let stage = live.map(|live| &live.stage);
        match (known.phase, stage) {
            (Phase::CustomerCalled, Some(Stage::Asked { .. }))
            | (Phase::ClosedEmpty, Some(Stage::Awaiting { .. })) => self.open(place, live, seen),
            (Phase::OpenEmpty, Some(Stage::Awaiting { .. })) => self.arrival(place, live?, seen),
            (Phase::OpenOccupied | Phase::DrivingOut, Some(Stage::Asked { .. })) => {
                self.departure(place, known, seen)
            }
            (Phase::OpenOccupied | Phase::DrivingOut, Some(Stage::Rejected { .. }))
                if bay::has_left(known, seen) =>
            {
                self.departure(place, known, seen)
            }
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
                let loaded = state.inventory.car_at(place).is_some();
                let swept = bay::may_sweep(known, loaded, seen, self.controller.now);
                let bay = place.clone();
                swept.ok().map(|()| Command::Sweep { bay })
            }
            (Phase::ClosedLoaded, Some(Stage::Arrived { .. })) => {
                let next = planner::carry_up(state, &self.controller.machine, live?)?;
                self.carry(next)
            }
            _ => None,
        }
    }

    fn open(&self, place: &Place, live: Option<&LiveJob>, seen: &BayStatus) -> Option<Command> {
        bay::may_open(seen).ok()?;
        let job = live.map(|live| live.job.id.clone());
        let action = Action::OpenOuter { bay: place.clone() };
        Some(self.order(action, job, Some(seen.exits)))
    }

    fn close(
        &self,
        place: &Place,
        known: &Bay,
        live: Option<&LiveJob>,
        seen: &BayStatus,
    ) -> Option<Command> {
        let loaded = self.controller.state.inventory.car_at(place).is_some();
        bay::may_close(known, loaded, seen, self.controller.now).ok()?;
        let job = live.map(|live| live.job.id.clone());
        let action = Action::CloseOuter { bay: place.clone() };
        Some(self.order(action, job, None))
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

    /// Takes a car that a broken move left on a lift to its target or back to a free slot.
    fn lifts(&self) -> Option<Command> {
        let Controller { machine, state, .. } = self.controller;
        machine.lifts.iter().find_map(|lift| {
            let from = &lift.place;
            let vin = state.inventory.car_at(from)?;
            let live = state.job_of(vin);
            let bay = match live.map(|live| &live.job.kind) {
                Some(Kind::Fetch { .. }) => planner::bay_for(state, machine, from, vin),
                _ => None,
            };
            let to = bay.or_else(|| planner::place_for(state, machine, from, vin))?;
            self.move_car(live.map(|live| live.job.id.clone()), from, &to)
        })
    }

    fn impossible(&self) -> Option<Command> {
        let Controller { machine, state, .. } = self.controller;
        let waiting = planner::in_order(state).into_iter();
        let mut failed = waiting.filter_map(|live| {
            let reason = planner::impossible(state, machine, live)?;
            let job = live.job.id.clone();
            Some(Command::FailJob { job, reason })
        });
        failed.next()
    }

    fn queue(&self) -> Option<Command> {
        let Controller { machine, state, .. } = self.controller;
        match planner::next(state, machine, self.controller.now)? {
            Next::Receive { job, bay } => Some(Command::StartJob { job, bay }),
            moves => self.carry(moves),
        }
    }

    fn carry(&self, next: Next) -> Option<Command> {
        match next {
            Next::Move { job, from, to } => self.move_car(Some(job), &from, &to),
            Next::Receive { .. } => None,
        }
    }

    fn move_car(&self, job: Option<JobId>, from: &Place, to: &Place) -> Option<Command> {
        let Controller { machine, state, .. } = self.controller;
        let action = Action::Move {
            from: from.clone(),
            to: to.clone(),
        };
        if !self.controller.is_clear_for(&action, self.status) {
            return None;
        }
        let lift = machine.lift_for(from, to).ok()?;
        // A car that a broken move left on the lift goes first; for another there is no room.
        let carrier = &machine.lifts[lift].place;
        if carrier != from && state.inventory.car_at(carrier).is_some() {
            return None;
        }
        let pose = planner::pose(state, machine, lift);
        let plan = machine.plan_move(from, to, pose).ok()?;
        let order = self
            .controller
            .order(self.status, action, job, Some(plan), None);
        Some(order)
    }

    fn order(&self, action: Action, job: Option<JobId>, exits: Option<u16>) -> Command {
        self.controller.order(self.status, action, job, None, exits)
    }
}
