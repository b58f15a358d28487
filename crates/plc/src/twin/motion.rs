//! How the simulated machine carries an order out: steps at their times, lifts in between.
//!
//! The seconds are the planner's own (`Machine::plan_move`), so that plan and machine agree to the
//! millisecond. A car is in exactly one place at every step: it changes to the lift when the
//! shuttle has gripped it and leaves the lift when the shuttle has let go.

use super::world::{Swing, World};
use crate::codes::{LIFT_JAMMED, NOTHING_TO_TAKE, PLACE_BLOCKED, Reason};
use std::collections::VecDeque;
use tower::handshake::{Action, Door, Outcome, Unit};
use tower::machine::{Axis, Heights, LiftPose, MovePlan, Phase};
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
    /// A lift to a pose, once its shuttle is drawn in and the inner doors of bays are closed.
    Drive {
        from: LiftPose,
        to: LiftPose,
        after_ms: u64,
        closes: Vec<usize>,
        homes: bool,
    },
    /// The outer door of a bay; ends with its swing.
    Outer,
}

#[derive(Clone, Debug)]
enum Step {
    Inner { bay: usize, door: Door },
    Take { from: Place },
    Put { to: Place },
    End,
}

impl Hand {
    /// Tells whether a lift references its axes.
    pub(super) fn homes(&self) -> bool {
        matches!(self.work, Work::Drive { homes: true, .. })
    }

    pub(super) fn next_ms(&self) -> Option<u64> {
        self.steps
            .front()
            .map(|(after_ms, _)| self.started_ms + after_ms)
    }

    /// Whether the order takes a car from a place or puts one there.
    pub(super) fn moves_car_at(&self, place: &Place) -> bool {
        match &self.work {
            Work::Carry(plan) => plan.from == *place || plan.to == *place,
            Work::Drive { .. } | Work::Outer => false,
        }
    }

    /// The heights its lift passes from the start to the end.
    pub(super) fn heights(&self) -> Option<Heights> {
        match &self.work {
            Work::Carry(plan) => Some(plan.heights()),
            Work::Drive { from, to, .. } => {
                Some(Heights::at(from.height_mm).with(Heights::at(to.height_mm)))
            }
            Work::Outer => None,
        }
    }

    /// Whether homing closes the inner door of a bay.
    pub(super) fn closes(&self, bay: usize) -> bool {
        match &self.work {
            Work::Drive { closes, .. } => closes.contains(&bay),
            Work::Carry(_) | Work::Outer => false,
        }
    }
}

impl World {
    /// Starts an action whose interlocks have said yes.
    pub(super) fn begin(&mut self, unit: Unit, action: Action) {
        match action {
            Action::Home => self.begin_home(unit),
            Action::Move { from, to } => self.begin_move(unit, &from, &to),
            Action::Go { height_mm } => self.begin_go(unit, height_mm),
            Action::OpenOuter { .. } => self.begin_outer(unit, Door::Open),
            Action::CloseOuter { .. } => self.begin_outer(unit, Door::Closed),
            Action::Withdraw => {}
        }
        let jammed = self.truth.jammed.get(unit.index());
        if jammed == Some(&true) {
            self.break_off(unit, LIFT_JAMMED);
        }
    }

    fn take_up(&mut self, unit: Unit, work: Work, steps: VecDeque<(u64, Step)>) {
        let started_ms = self.now_ms;
        if let Some(known) = self.unit_mut(unit) {
            known.hand = Some(Hand {
                started_ms,
                steps,
                work,
            });
        }
    }

    fn begin_move(&mut self, unit: Unit, from: &Place, to: &Place) {
        let lift = unit.index();
        let pose = self.truth.lifts[lift];
        let slow = self
            .emergency_power
            .then(|| self.machine.planned_on_emergency_power());
        let plan = slow
            .as_ref()
            .unwrap_or(&self.machine)
            .plan_move_by(lift, from, to, pose)
            .expect("the interlock found the way");
        let steps = self.steps_of(&plan);
        self.take_up(unit, Work::Carry(plan), steps);
    }

    fn steps_of(&self, plan: &MovePlan) -> VecDeque<(u64, Step)> {
        let take = Step::Take {
            from: plan.from.clone(),
        };
        let put = Step::Put {
            to: plan.to.clone(),
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

    fn begin_home(&mut self, unit: Unit) {
        let lift = unit.index();
        let mut steps = VecDeque::new();
        let mut after_ms = self.machine.retract_ms();
        let closes: Vec<usize> = self.left_open(lift).collect();
        for bay in closes.iter().copied() {
            let closed_ms = after_ms + millis(self.machine.bays[bay].inner_door_s);
            for (at_ms, door) in [(after_ms, Door::Moving), (closed_ms, Door::Closed)] {
                steps.push_back((at_ms, Step::Inner { bay, door }));
            }
            after_ms = closed_ms;
        }
        let (from, to) = (self.truth.lifts[lift], self.machine.rest_pose(lift));
        steps.push_back((after_ms + self.drive_ms(from, to), Step::End));
        let work = Work::Drive {
            from,
            to,
            after_ms,
            closes,
            homes: true,
        };
        self.take_up(unit, work, steps);
    }

    /// A lift goes to a height and faces what it faced.
    fn begin_go(&mut self, unit: Unit, height_mm: i32) {
        let from = self.truth.lifts[unit.index()];
        let to = LiftPose { height_mm, ..from };
        let steps = VecDeque::from([(self.drive_ms(from, to), Step::End)]);
        let work = Work::Drive {
            from,
            to,
            after_ms: 0,
            closes: Vec::new(),
            homes: false,
        };
        self.take_up(unit, work, steps);
    }

    /// How long an empty lift needs from pose to pose, all its axes together.
    fn drive_ms(&self, from: LiftPose, to: LiftPose) -> u64 {
        let (up, side) = self.drives(from, to);
        up.duration_ms()
            .max(side.map_or(0, |side| side.duration_ms()))
    }

    fn drives(&self, from: LiftPose, to: LiftPose) -> (Motion, Option<Motion>) {
        let kinematics = self.machine.kinematics;
        let (up, side) = self.way(from, to);
        let turns = kinematics.side.map(|drive| drive.over(f64::from(side)));
        (kinematics.lift.over(f64::from(up)), turns)
    }

    /// The way from pose to pose; a turn goes the shorter way round.
    fn way(&self, from: LiftPose, to: LiftPose) -> (i32, i32) {
        let side = self.machine.side_way(from.side, to.side);
        (to.height_mm - from.height_mm, side)
    }

    fn driven(&self, from: LiftPose, to: LiftPose, gone_ms: u64) -> LiftPose {
        let (up, side) = self.drives(from, to);
        let (up_way, side_way) = self.way(from, to);
        let t = gone_ms as f64 / 1_000.0;
        let height = f64::from(from.height_mm) + up.position(t).copysign(f64::from(up_way));
        let turned = side.map_or(0.0, |side| side.position(t).copysign(f64::from(side_way)));
        LiftPose {
            height_mm: height.round() as i32,
            side: from.side + turned.round() as i32,
        }
    }

    fn begin_outer(&mut self, unit: Unit, target: Door) {
        let bay = self.machine.bay_of(unit).expect("the door is a bay's");
        if self.truth.bays[bay].outer == target && self.swings[bay].is_none() {
            self.finish(unit, Outcome::Done, Reason::None);
            return;
        }
        let takes_ms = millis(self.machine.bays[bay].outer_door_s);
        let since_ms = self.now_ms;
        self.swings[bay] = Some(Swing {
            target,
            since_ms,
            ends_ms: since_ms + takes_ms,
        });
        self.truth.bays[bay].outer = Door::Moving;
        self.touch();
        self.take_up(unit, Work::Outer, VecDeque::new());
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
            let unit = self.machine.bay_unit(bay);
            self.finish(unit, Outcome::Done, Reason::None);
        }
    }

    /// Takes the steps of the orders in hand whose time has come.
    pub(super) fn advance_hands(&mut self) {
        for unit in self.machine.units() {
            while let Some(step) = self.due_step(unit) {
                match step {
                    Step::Inner { bay, door } => self.move_inner(unit, bay, door),
                    Step::Take { from } => self.take(unit, &from),
                    Step::Put { to } => self.put(unit, &to),
                    Step::End => self.end_hand(unit),
                }
            }
        }
    }

    fn due_step(&mut self, unit: Unit) -> Option<Step> {
        let now_ms = self.now_ms;
        let hand = self.unit_mut(unit)?.hand.as_mut()?;
        let due = hand.next_ms().is_some_and(|next_ms| next_ms <= now_ms);
        if due {
            hand.steps.pop_front().map(|(_, step)| step)
        } else {
            None
        }
    }

    fn move_inner(&mut self, unit: Unit, bay: usize, door: Door) {
        if self.sees_person(bay) {
            self.protect(bay, unit.index());
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
    fn take(&mut self, unit: Unit, from: &Place) {
        let lift = self.machine.lifts[unit.index()].place.clone();
        if self.truth.cars.contains_key(&lift) {
            return self.break_off(unit, PLACE_BLOCKED);
        }
        match self.truth.cars.remove(from) {
            None => self.break_off(unit, NOTHING_TO_TAKE),
            Some(car) => {
                self.truth.cars.insert(lift, car);
                self.touch();
            }
        }
    }

    /// The shuttle lets go, unless something stands there or the car does not fit.
    fn put(&mut self, unit: Unit, to: &Place) {
        let lift = self.machine.lifts[unit.index()].place.clone();
        let car = self.truth.cars.get(&lift);
        let blocked = self.truth.cars.contains_key(to);
        match car {
            None => self.break_off(unit, NOTHING_TO_TAKE),
            Some(car) if blocked || self.machine.check_fit(to, &car.size).is_err() => {
                self.break_off(unit, PLACE_BLOCKED);
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

    fn end_hand(&mut self, unit: Unit) {
        self.settle_lifts();
        if let Some(known) = self.unit_mut(unit) {
            let homes = |hand: &Hand| matches!(hand.work, Work::Drive { homes: true, .. });
            known.homed |= known.hand.as_ref().is_some_and(homes);
        }
        self.touch();
        self.finish(unit, Outcome::Done, Reason::None);
    }

    /// Puts the lifts where they are by now.
    pub(super) fn settle_lifts(&mut self) {
        let lifts = (0..self.machine.lifts.len()).map(|lift| self.lift_now(lift));
        self.truth.lifts = lifts.collect();
    }

    fn lift_now(&self, lift: usize) -> LiftPose {
        let hand = self
            .unit(Unit::at(lift))
            .and_then(|unit| unit.hand.as_ref());
        let Some(hand) = hand else {
            return self.truth.lifts[lift];
        };
        let gone_ms = self.now_ms.saturating_sub(hand.started_ms);
        match &hand.work {
            Work::Carry(plan) => plan.pose(gone_ms),
            Work::Drive {
                from, to, after_ms, ..
            } => self.driven(*from, *to, gone_ms.saturating_sub(*after_ms)),
            Work::Outer => self.truth.lifts[lift],
        }
    }

    /// A closing door in which somebody is seen goes back.
    pub(super) fn reopen(&mut self, bay: usize) {
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
        let unit = self.machine.bay_unit(bay);
        self.finish(unit, Outcome::BrokenOff, Reason::PersonSeen);
    }
}
