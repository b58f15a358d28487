//! One look over the queue: who goes first keeps what it waits for from those behind.
//!
//! The queue decides who may go at all; the policy decides in which turn fetches are considered, by
//! which lift, and which of equal slots a store gets. First each job is considered with the lift
//! that the plan gives it, then with any: a lift that is free does not wait for a plan.

use super::choose::{Choice, classes};
use super::shelves::{ENOUGH, Shelves};
use super::turn::turns;
use super::{
    Guide, May, Move, Next, Plan, Policy, Sight, free_slots, house, is_free, is_urgent, may_stand,
    place_for,
};
use crate::bay;
use crate::job::{CarSize, Kind};
use crate::machine::{PlaceKind, PlaceSpec};
use crate::tower::{LiveJob, Place};
use kernel::Vin;
use std::collections::BTreeSet;

/// One look over the queue.
pub(super) struct Desk<'a> {
    pub(super) sight: Sight<'a>,
    guide: Guide<'a>,
    pub(super) choice: Choice<'a>,
    kept: BTreeSet<Place>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(sight: Sight<'a>, guide: Guide<'a>, may: May<'a>) -> Desk<'a> {
        Desk {
            sight,
            guide,
            choice: Choice {
                state: sight.state,
                machine: sight.machine,
                may,
                only: None,
            },
            kept: BTreeSet::new(),
        }
    }

    /// Puts a car off a lift: into the bay it is wanted in, else into a slot.
    pub(super) fn put_off(&self, lift: &Place) -> Option<Next> {
        let state = self.sight.state;
        let vin = state.inventory.car_at(lift)?;
        let live = state.job_of(vin);
        let wanted = live.is_some_and(|live| house::is_wanted_in_bay(state, live));
        let bay = wanted.then(|| self.choice.bay(lift, vin, &self.kept));
        let to = bay.flatten().or_else(|| self.slot(lift, vin));
        moved(live, lift, to?)
    }

    /// Brings a car down by a lift that has just carried one up, where a plan has paired the two.
    /// A car that stands in a bay waits meanwhile: nobody waits for it.
    pub(super) fn second_half(&self) -> Option<Next> {
        let rounds = self.guide.plan.map_or(&[][..], |plan| &plan.rounds);
        let mut first = rounds.iter().filter(|round| round.begun);
        first.find_map(|round| {
            let live = self.sight.state.job(round.fetch.as_ref()?)?;
            let next = self.by_lift(round.lift).fetch(live, live.job.kind.vin());
            next.filter(|_| self.may_overtake(live))
        })
    }

    /// Tells whether a fetch may go before those that come first: they have patience, and a bay is
    /// left for each, so that they wait for the lift once and not for a visit.
    fn may_overtake(&self, live: &LiveJob) -> bool {
        let queue = self.sight.in_order().into_iter();
        let before = queue.take_while(|one| one.job.id != live.job.id);
        let before = before.filter(|one| !matches!(one.job.kind, Kind::PutBack { .. }));
        let before: Vec<&LiveJob> = before.collect();
        let bays = self.sight.state.bays.keys();
        let free = bays.filter(|bay| is_free(self.sight.state, bay));
        before.iter().all(|one| !is_urgent(self.sight.state, one)) && free.count() > before.len()
    }

    /// Carries a job's car, wherever it stands, up to a slot.
    pub(super) fn carry_up(&self, live: &LiveJob) -> Option<Next> {
        let state = self.sight.state;
        let vin = live.job.kind.vin();
        let from = state.inventory.place_of(vin)?;
        if let Some(known) = state.bays.get(from) {
            known.phase.after(bay::Step::Empty)?;
        }
        moved(Some(live), from, self.slot(from, vin)?)
    }

    /// Starts the first job in turn that can be started.
    pub(super) fn in_turn(&mut self) -> Option<Next> {
        let queue = self.turns();
        if let Some(plan) = self.guide.plan {
            let as_planned = queue
                .iter()
                .find_map(|live| self.start_as_planned(plan, live));
            if as_planned.is_some() {
                return as_planned;
            }
            self.kept.clear();
        }
        queue.into_iter().find_map(|live| self.start(live))
    }

    fn start_as_planned(&mut self, plan: &Plan, live: &LiveJob) -> Option<Next> {
        let turn = plan
            .turn_of(live)
            .filter(|_| !is_urgent(self.sight.state, live));
        let Some(round) = turn.and_then(|turn| plan.rounds.get(turn)) else {
            return self.start(live);
        };
        let mut desk = self.by_lift(round.lift);
        let next = desk.start(live);
        self.kept = desk.kept;
        next
    }

    /// The same look, but all is done by one lift.
    fn by_lift(&self, lift: usize) -> Desk<'a> {
        Desk {
            choice: Choice {
                only: Some(lift),
                ..self.choice
            },
            kept: self.kept.clone(),
            ..*self
        }
    }

    /// Lists the queue with its fetches in the turn that the policy gives them.
    fn turns(&self) -> Vec<&'a LiveJob> {
        let mut fetches = self.fetches_in_turn().into_iter();
        let queue = self.sight.in_order().into_iter();
        let in_turn = |live: &'a LiveJob| match live.job.kind {
            Kind::Fetch { .. } => fetches.next().unwrap_or(live),
            Kind::Store { .. }
            | Kind::Show { .. }
            | Kind::PutBack { .. }
            | Kind::Relocate { .. }
            | Kind::Inspect { .. }
            | Kind::BringOut { .. } => live,
        };
        queue.map(in_turn).collect()
    }

    fn fetches_in_turn(&self) -> Vec<&'a LiveJob> {
        let is_fetch = |live: &&LiveJob| matches!(live.job.kind, Kind::Fetch { .. });
        let in_order = self.sight.in_order().into_iter().filter(is_fetch);
        let in_order: Vec<&LiveJob> = in_order.collect();
        if self.guide.policy != Policy::Nearest {
            return in_order;
        }
        let mut queued = in_order;
        queued.sort_by_key(|live| self.queued_at(live));
        let soon = queued.iter().map(|live| self.brought_in_ms(live));
        let soon: Vec<u64> = soon.map(|ms| ms.unwrap_or(u64::MAX)).collect();
        let order = turns(&queued, |left| {
            let first = left.iter().min_by_key(|one| (soon[**one], **one));
            first.copied().unwrap_or(0)
        });
        order.into_iter().map(|one| queued[one]).collect()
    }

    /// Gives where a job comes among all live ones, by when it was queued.
    fn queued_at(&self, live: &LiveJob) -> Option<usize> {
        let mut jobs = self.sight.state.jobs.iter();
        jobs.position(|one| one.job.id == live.job.id)
    }

    /// Gives how soon a car can be at a bay from where the lifts are now.
    fn brought_in_ms(&self, live: &LiveJob) -> Option<u64> {
        let Sight { state, machine, .. } = self.sight;
        let from = state.inventory.place_of(live.job.kind.vin())?;
        let bays = machine.bays.iter().map(|bay| &bay.place);
        let ways = bays.flat_map(|bay| {
            let lifts = machine.lifts_for(from, bay);
            lifts.filter_map(move |lift| {
                let plan = machine.plan_move_by(lift, from, bay, self.sight.pose(lift));
                Some(plan.ok()?.total_ms)
            })
        });
        ways.min()
    }

    fn start(&mut self, live: &LiveJob) -> Option<Next> {
        match &live.job.kind {
            Kind::PutBack { .. } => self.carry_up(live),
            Kind::Fetch { vin, .. } | Kind::BringOut { vin } => self.fetch(live, vin),
            Kind::Store { size, .. } => self.receive(live, size),
            Kind::Show { vin } => self.show(live, vin),
            Kind::Relocate { vin, to } => self.relocate(live, vin, to.as_ref()),
            Kind::Inspect { vin } => self.inspect(live, vin),
        }
    }

    /// Gives the slot for a car: of the tightest that a lift can reach now, the one that the plan
    /// has for the next store, else the one that the policy finds best.
    pub(super) fn slot(&self, from: &Place, vin: &Vin) -> Option<(usize, Place)> {
        if self.guide.policy.budget().is_none() {
            return self.choice.slot(from, vin);
        }
        let near = self.ready_lifts(from);
        if near.is_empty() {
            return None;
        }
        classes(self.sight.state, vin)
            .into_iter()
            .find_map(|alike| {
                let planned = self.planned(from, &alike);
                planned.or_else(|| self.offered(from, vin, &alike, &near))
            })
    }

    /// Lists the lifts that could carry a car from a place to some empty slot now.
    fn ready_lifts(&self, from: &Place) -> Vec<usize> {
        let Sight { state, machine, .. } = self.sight;
        let slots = free_slots(state);
        let lifts = 0..machine.lifts.len();
        let near = lifts.filter(|lift| machine.reaches(*lift, from));
        let is_ready = |lift: &usize| {
            let mut reached = slots.iter().filter(|spec| machine.serves(*lift, spec));
            reached.any(|spec| (self.choice.may)(*lift, from, &spec.place))
        };
        near.filter(is_ready).collect()
    }

    /// Gives the best slot by the storage rule that a lift can fill now.
    fn offered(
        &self,
        from: &Place,
        vin: &Vin,
        alike: &[&'a PlaceSpec],
        near: &[usize],
    ) -> Option<(usize, Place)> {
        let offered = Shelves::new(self.sight, near).offered(alike, ENOUGH);
        let best = offered.iter().find_map(|spec| {
            let (_, lift) = self.choice.lift(from, &spec.place)?;
            Some((lift, spec.place.clone()))
        });
        best.or_else(|| self.choice.quickest(from, vin, alike.iter().copied()))
    }

    /// Finds the first slot of a plan that is among some and that its lift can fill now.
    fn planned(&self, from: &Place, alike: &[&PlaceSpec]) -> Option<(usize, Place)> {
        let rounds = self.guide.plan.map_or(&[][..], |plan| &plan.rounds);
        rounds.iter().find_map(|round| {
            let to = round.store_to.as_ref()?;
            let offered = alike.iter().any(|spec| spec.place == *to);
            let by = self.by_lift(round.lift).choice;
            let (_, lift) = offered.then(|| by.lift(from, to)).flatten()?;
            Some((lift, to.clone()))
        })
    }

    /// Carries a sold car to a bay; while no lift can, the bay it would reach soonest is kept.
    pub(super) fn fetch(&mut self, live: &LiveJob, vin: &Vin) -> Option<Next> {
        let state = self.sight.state;
        let from = state.inventory.place_of(vin)?;
        if state.kind_of(from) == Some(PlaceKind::Bay) || state.work_on(from).is_some() {
            return None;
        }
        if let Some(to) = self.choice.bay(from, vin, &self.kept) {
            return moved(Some(live), from, to);
        }
        let anyway = Choice {
            may: &|_, _, _| true,
            only: None,
            ..self.choice
        };
        if let Some((_, bay)) = anyway.bay(from, vin, &self.kept) {
            self.kept.insert(bay);
        }
        None
    }

    fn receive(&self, live: &LiveJob, size: &CarSize) -> Option<Next> {
        let Sight { state, machine, .. } = self.sight;
        let vin = live.job.kind.vin();
        let mut bays = state.bays.keys();
        let bay = bays.find(|place| {
            let fits = machine.check_fit(place, size).is_ok();
            let in_service = state.place(place).is_some_and(|spec| !spec.out_of_service);
            let free = is_free(state, place) && !self.kept.contains(*place);
            free && fits && in_service && place_for(state, machine, place, vin).is_some()
        })?;
        Some(Next::Receive {
            job: live.job.id.clone(),
            bay: bay.clone(),
        })
    }

    pub(super) fn show(&self, live: &LiveJob, vin: &Vin) -> Option<Next> {
        let state = self.sight.state;
        let from = state.inventory.place_of(vin)?;
        if state.work_on(from).is_some() {
            return None;
        }
        let windows = state.places.iter();
        let windows = windows.filter(|spec| spec.kind == PlaceKind::Window);
        let free =
            windows.filter(|spec| state.is_vacant(&spec.place) && may_stand(state, vin, spec));
        moved(Some(live), from, self.choice.quickest(from, vin, free)?)
    }
}

pub(super) fn moved(
    live: Option<&LiveJob>,
    from: &Place,
    (lift, to): (usize, Place),
) -> Option<Next> {
    Some(Next::Move(Move {
        job: live.map(|live| live.job.id.clone()),
        lift,
        from: from.clone(),
        to,
    }))
}
