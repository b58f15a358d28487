//! How the simulated machine carries an order out: steps at their times, lifts in between.
//!
//! The seconds are the planner's own (`Machine::plan_move`), so that plan and machine agree to the
//! millisecond. A car is in exactly one place at every step: it changes to the lift when the
//! shuttle has gripped it and leaves the lift when the shuttle has let go.

use super::truth::Stop;
use super::world::{Swing, World};
use crate::codes::{LIFT_JAMMED, NOTHING_TO_TAKE, PERSON_IN_BAY, PLACE_BLOCKED, Reason};
use std::collections::VecDeque;
use tower::handshake::{Action, Door, Outcome};
use tower::machine::{Axis, LiftPose, MovePlan, Phase};
use tower::motion::{Motion, millis};
use tower::tower::Place;

/// An order being carried out.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    started_ms: u64,
    steps: VecDeque<(u64, Step)>,
    work: Work,
}

#[derive(Clone, Debug)]
enum Work {
    /// A car from place to place.
    Carry(MovePlan),
    /// Lifts to their rest, after the inner doors are closed.
    Home {
        from: Vec<LiftPose>,
        lifts_start_ms: u64,
    },
    /// The outer door of a bay; ends with its swing.
    Outer(usize),
}

#[derive(Clone, Debug)]
enum Step {
    Inner { bay: usize, door: Door },
    Take { from: Place, lift: usize },
    Put { to: Place, lift: usize },
    End,
}

impl Hand {
    pub(super) fn next_ms(&self) -> Option<u64> {
        self.steps
            .front()
            .map(|(after_ms, _)| self.started_ms + after_ms)
    }

    /// Whether the order moves a lift.
    pub(super) fn moves(&self, lift: usize) -> bool {
        match &self.work {
            Work::Carry(plan) => plan.lift == lift,
            Work::Home { .. } => true,
            Work::Outer(_) => false,
        }
    }

    fn is_outer(&self, bay: usize) -> bool {
        matches!(self.work, Work::Outer(outer) if outer == bay)
    }
}

impl World {
    /// Starts an action whose interlocks have said yes.
    pub(super) fn begin(&mut self, action: Action) {
        match action {
            Action::Home => self.begin_home(),
            Action::Move { from, to } => self.begin_move(&from, &to),
            Action::OpenOuter { bay } => self.begin_outer(&bay, Door::Open),
            Action::CloseOuter { bay } => self.begin_outer(&bay, Door::Closed),
        }
        let stuck = |lift: usize| self.truth.jammed[lift];
        let hand = self.plc.as_ref().and_then(|plc| plc.hand.as_ref());
        let lifts = 0..self.machine.lifts.len();
        if hand.is_some_and(|hand| {
            lifts
                .into_iter()
                .any(|lift| hand.moves(lift) && stuck(lift))
        }) {
            self.break_off(LIFT_JAMMED);
        }
    }

    fn take_up(&mut self, work: Work, steps: VecDeque<(u64, Step)>) {
        let started_ms = self.now_ms;
        if let Some(plc) = &mut self.plc {
            plc.hand = Some(Hand {
                started_ms,
                steps,
                work,
            });
        }
    }

    fn begin_move(&mut self, from: &Place, to: &Place) {
        let lift = self
            .machine
            .lift_for(from, to)
            .expect("the interlock found the lift");
        let pose = self.truth.lifts[lift];
        let plan = self
            .machine
            .plan_move(from, to, pose)
            .expect("the interlock found the lift");
        let steps = self.steps_of(&plan);
        self.take_up(Work::Carry(plan), steps);
    }

    fn steps_of(&self, plan: &MovePlan) -> VecDeque<(u64, Step)> {
        let lift = plan.lift;
        let take = Step::Take {
            from: plan.from.clone(),
            lift,
        };
        let put = Step::Put {
            to: plan.to.clone(),
            lift,
        };
        let mut steps = Vec::new();
        for leg in &plan.legs {
            let (place, change) = match leg.phase {
                Phase::Approach | Phase::Carry => continue,
                Phase::Load => (&plan.from, &take),
                Phase::Unload => (&plan.to, &put),
            };
            let end_ms = leg.start_ms + leg.duration_ms;
            let bay = self.machine.bay(place).map(|(bay, _)| bay);
            match (leg.axis, bay) {
                (Axis::InnerDoor, Some(bay)) => {
                    let door = if leg.to == 0 {
                        Door::Closed
                    } else {
                        Door::Open
                    };
                    steps.push((
                        leg.start_ms,
                        Step::Inner {
                            bay,
                            door: Door::Moving,
                        },
                    ));
                    steps.push((end_ms, Step::Inner { bay, door }));
                }
                (Axis::Shuttle, _) if leg.to == 0 => steps.push((leg.start_ms, change.clone())),
                _ => {}
            }
        }
        steps.push((plan.total_ms, Step::End));
        steps.into()
    }

    fn begin_home(&mut self) {
        let mut steps = VecDeque::new();
        let mut lifts_start_ms = self.machine.retract_ms();
        for (bay, spec) in self.machine.bays.iter().enumerate() {
            if self.truth.bays[bay].inner != Door::Closed {
                let closed_ms = lifts_start_ms + millis(spec.inner_door_s);
                steps.push_back((
                    lifts_start_ms,
                    Step::Inner {
                        bay,
                        door: Door::Moving,
                    },
                ));
                steps.push_back((
                    closed_ms,
                    Step::Inner {
                        bay,
                        door: Door::Closed,
                    },
                ));
                lifts_start_ms = closed_ms;
            }
        }
        let from = self.truth.lifts.clone();
        let longest = (0..from.len())
            .map(|lift| self.homing_ms(lift, from[lift]))
            .max();
        steps.push_back((lifts_start_ms + longest.unwrap_or(0), Step::End));
        self.take_up(
            Work::Home {
                from,
                lifts_start_ms,
            },
            steps,
        );
    }

    fn homing_ms(&self, lift: usize, from: LiftPose) -> u64 {
        let (up, side) = self.homing(lift, from);
        up.duration_ms()
            .max(side.map_or(0, |side| side.duration_ms()))
    }

    fn homing(&self, lift: usize, from: LiftPose) -> (Motion, Option<Motion>) {
        let kinematics = self.machine.kinematics;
        let way = self.homing_way(lift, from);
        let up = kinematics.lift.over(f64::from(way.0));
        (up, kinematics.side.map(|side| side.over(f64::from(way.1))))
    }

    /// The way of a lift to its rest.
    fn homing_way(&self, lift: usize, from: LiftPose) -> (i32, i32) {
        let rest = self.machine.rest_pose(lift);
        let side = self.machine.side_way(from.side, rest.side);
        (rest.height_mm - from.height_mm, side)
    }

    fn homing_pose(&self, lift: usize, from: LiftPose, after_ms: u64) -> LiftPose {
        let (up, side) = self.homing(lift, from);
        let (up_way, side_way) = self.homing_way(lift, from);
        let t = after_ms as f64 / 1_000.0;
        let height = f64::from(from.height_mm) + up.position(t).copysign(f64::from(up_way));
        let turned = side.map_or(0.0, |side| side.position(t).copysign(f64::from(side_way)));
        LiftPose {
            height_mm: height.round() as i32,
            side: from.side + turned.round() as i32,
        }
    }

    fn begin_outer(&mut self, bay: &Place, target: Door) {
        let (bay, spec) = self.machine.bay(bay).expect("the interlock found the bay");
        if self.truth.bays[bay].outer == target && self.swings[bay].is_none() {
            self.finish(Outcome::Done, Reason::None);
            return;
        }
        let (since_ms, takes_ms) = (self.now_ms, millis(spec.outer_door_s));
        self.swings[bay] = Some(Swing {
            target,
            since_ms,
            ends_ms: since_ms + takes_ms,
        });
        self.truth.bays[bay].outer = Door::Moving;
        self.touch();
        self.take_up(Work::Outer(bay), VecDeque::new());
    }

    /// Brings outer doors to rest whose time has come.
    pub(super) fn end_swings(&mut self) {
        for bay in 0..self.swings.len() {
            let Some(swing) = self.swings[bay].filter(|swing| swing.ends_ms <= self.now_ms) else {
                continue;
            };
            self.swings[bay] = None;
            self.truth.bays[bay].outer = swing.target;
            self.touch();
            if self.hand().is_some_and(|hand| hand.is_outer(bay)) {
                self.finish(Outcome::Done, Reason::None);
            }
        }
    }

    fn hand(&self) -> Option<&Hand> {
        self.plc.as_ref()?.hand.as_ref()
    }

    /// Takes the steps of the order in hand whose time has come.
    pub(super) fn advance_hand(&mut self) {
        while let Some(step) = self.due_step() {
            match step {
                Step::Inner { bay, door } => self.move_inner(bay, door),
                Step::Take { from, lift } => self.take(&from, lift),
                Step::Put { to, lift } => self.put(&to, lift),
                Step::End => self.end_hand(),
            }
        }
    }

    fn due_step(&mut self) -> Option<Step> {
        let now_ms = self.now_ms;
        let hand = self.plc.as_mut()?.hand.as_mut()?;
        let due = hand.next_ms().is_some_and(|next_ms| next_ms <= now_ms);
        if due {
            hand.steps.pop_front().map(|(_, step)| step)
        } else {
            None
        }
    }

    fn move_inner(&mut self, bay: usize, door: Door) {
        if self.sees_person(bay) {
            self.protect();
            return;
        }
        assert!(
            self.truth.bays[bay].outer == Door::Closed || door == Door::Closed,
            "the two doors of a bay are never both unlocked"
        );
        self.truth.bays[bay].inner = door;
        self.touch();
    }

    /// The shuttle has gripped what it found.
    fn take(&mut self, from: &Place, lift: usize) {
        let lift = self.machine.lifts[lift].place.clone();
        if self.truth.cars.contains_key(&lift) {
            return self.break_off(PLACE_BLOCKED);
        }
        match self.truth.cars.remove(from) {
            None => self.break_off(NOTHING_TO_TAKE),
            Some(car) => {
                self.truth.cars.insert(lift, car);
                self.touch();
            }
        }
    }

    /// The shuttle lets go, unless something stands there or the car does not fit.
    fn put(&mut self, to: &Place, lift: usize) {
        let lift = self.machine.lifts[lift].place.clone();
        let car = self.truth.cars.get(&lift);
        let blocked = self.truth.cars.contains_key(to);
        match car {
            None => self.break_off(NOTHING_TO_TAKE),
            Some(car) if blocked || self.machine.check_fit(to, &car.size).is_err() => {
                self.break_off(PLACE_BLOCKED);
            }
            Some(_) => {
                let car = self
                    .truth
                    .cars
                    .remove(&lift)
                    .expect("the car was just seen there");
                self.truth.cars.insert(to.clone(), car);
                self.touch();
            }
        }
    }

    fn end_hand(&mut self) {
        self.settle_lifts();
        if let Some(plc) = &mut self.plc
            && let Some(Hand {
                work: Work::Home { .. },
                ..
            }) = plc.hand
        {
            plc.homed = true;
        }
        self.touch();
        self.finish(Outcome::Done, Reason::None);
    }

    /// Puts the lifts where they are by now.
    pub(super) fn settle_lifts(&mut self) {
        let Some(hand) = self.plc.as_ref().and_then(|plc| plc.hand.as_ref()) else {
            return;
        };
        let after_ms = self.now_ms.saturating_sub(hand.started_ms);
        match &hand.work {
            Work::Carry(plan) => self.truth.lifts[plan.lift] = plan.pose(after_ms),
            Work::Home {
                from,
                lifts_start_ms,
            } => {
                let moving_ms = after_ms.saturating_sub(*lifts_start_ms);
                let pose = |lift: usize| self.homing_pose(lift, from[lift], moving_ms);
                self.truth.lifts = (0..from.len()).map(pose).collect();
            }
            Work::Outer(_) => {}
        }
    }

    /// What the safety controller does about people: a closing door goes back, a served bay stops.
    pub(super) fn watch_people(&mut self) {
        if self.plc.is_none() {
            return;
        }
        for bay in 0..self.machine.bays.len() {
            if !self.sees_person(bay) {
                continue;
            }
            if self.swings[bay].is_some_and(|swing| swing.target == Door::Closed) {
                self.reopen(bay);
            }
            if self.truth.bays[bay].inner != Door::Closed && self.hand().is_some() {
                self.protect();
            }
        }
    }

    fn reopen(&mut self, bay: usize) {
        let Some(swing) = self.swings[bay] else {
            return;
        };
        let back_ms = self.now_ms - swing.since_ms;
        let ends_ms = self.now_ms + back_ms;
        self.swings[bay] = Some(Swing {
            target: Door::Open,
            since_ms: self.now_ms,
            ends_ms,
        });
        if self.hand().is_some_and(|hand| hand.is_outer(bay)) {
            self.finish(Outcome::BrokenOff, Reason::PersonSeen);
        }
    }

    fn protect(&mut self) {
        self.stop(Stop::Person, PERSON_IN_BAY);
    }

    /// Drives off, brakes on, until a person releases the stop.
    pub(super) fn stop(&mut self, stop: Stop, fault: u16) {
        self.truth.stop = Some(stop);
        self.swings.fill(None);
        self.touch();
        self.break_off(fault);
    }
}
