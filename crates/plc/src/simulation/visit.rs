//! What somebody wants and does, carried out: wishes become jobs, and what is recorded of a job
//! makes people come, look, type and drive.

use super::{Buyer, Demand, Plan, Simulation, USUAL, Wish, smaller, vin};
use crate::panel::Act;
use kernel::{JobId, OrderId, Vin};
use tower::job::{Job, Kind};
use tower::machine::PlaceKind;
use tower::tower::{Command, Event, Place, State};

/// From a car's standing in the bay to its driver's being outside, in milliseconds: what the twin
/// takes for it.
const GET_OUT_MS: u64 = 8_000;

impl Simulation {
    /// Does what somebody has planned for now.
    pub(super) fn act(&mut self, plan: Plan) {
        match plan {
            Plan::SwitchOn => {}
            Plan::Want(wish) => self.want(wish),
            Plan::DriveIn { job, bay } => self.drive_in(&job, &bay),
            Plan::Confirm { bay } => self.ask(Command::ConfirmBayClear { bay }),
            Plan::TypeCode { job } => self.ask(Command::AskToOpen { job }),
            Plan::GiveUp { job } => self.give_up(job),
            Plan::DriveOff { bay } => self.do_there(&Act::DriveOut { bay }),
            Plan::Leave { job, bay } => {
                let inside = false;
                self.do_there(&Act::Person {
                    bay: bay.clone(),
                    inside,
                });
                self.give_up(job);
                let look_round_ms = self.options.people.look_round_ms();
                self.plan_after(look_round_ms, Plan::Confirm { bay });
            }
        }
    }

    /// Asks the stream for something that may be over by now: then its no changes nothing.
    fn ask(&mut self, command: Command) {
        // A fault may have ended the job while its person was on the way.
        let _ = self.plant.ask(command);
    }

    fn do_there(&mut self, act: &Act) {
        let done = self.plant.world.act(act);
        debug_assert!(done.is_ok(), "{act} at {} ms: {done:?}", self.plant.now_ms);
    }

    fn give_up(&mut self, job: JobId) {
        self.left_behind += 1;
        self.ask(Command::Reject { job });
    }

    fn want(&mut self, wish: Wish) {
        let wish = match &self.options.demand {
            Demand::List(_) => wish,
            Demand::Rate(rate) => {
                let cars = stored(self.plant.state()).count();
                rate.clone().wish(cars, self.slots, &mut self.wishes)
            }
        };
        let job = self.job_for(wish);
        let asked = job.is_some_and(|job| {
            let queued = self.plant.ask(Command::Queue { job }).is_ok();
            self.follow();
            queued
        });
        self.unmet += u64::from(!asked);
        self.draw_next();
    }

    /// Makes a job of a wish; none when no car is there for it.
    fn job_for(&mut self, wish: Wish) -> Option<Job> {
        self.wished += 1;
        let id = JobId::parse(&format!("job-{}", self.wished)).expect("a plain id");
        let kind = match wish {
            Wish::Store(None) => {
                let slots = self.options.machine.slots();
                let most = slots.map(|spec| spec.max).max_by_key(|max| max.mass_kg)?;
                let size = smaller(USUAL, most);
                Kind::Store {
                    vin: vin(&mut self.cars),
                    size,
                }
            }
            Wish::Store(Some((vin, size))) => Kind::Store { vin, size },
            Wish::Fetch(named) => {
                let vin = named.or_else(|| self.any_car())?;
                let order = OrderId::parse(&format!("order-{}", self.wished));
                Kind::Fetch {
                    vin,
                    order: order.expect("a plain id"),
                }
            }
            Wish::Show(named) => {
                let vin = named.or_else(|| self.any_car())?;
                Kind::Show { vin }
            }
        };
        Some(Job { id, kind })
    }

    /// Draws one of the cars that stand in a slot and that nobody wants yet.
    fn any_car(&mut self) -> Option<Vin> {
        let cars: Vec<&Vin> = stored(self.plant.state()).collect();
        let any = (!cars.is_empty()).then(|| self.wishes.one_of(cars.len()))?;
        Some(cars[any].clone())
    }

    fn drive_in(&mut self, job: &JobId, bay: &Place) {
        let live = self
            .plant
            .state()
            .job(job)
            .map(|live| live.job.kind.clone());
        let Some(Kind::Store { vin, size }) = live else {
            return;
        };
        self.do_there(&Act::DriveIn {
            bay: bay.clone(),
            vin,
            size,
            stays: false,
        });
        let look_round_ms = self.options.people.look_round_ms();
        self.plan_after(
            GET_OUT_MS + look_round_ms,
            Plan::Confirm { bay: bay.clone() },
        );
    }

    /// Notes what was recorded, and has people do what it makes them do.
    pub(super) fn follow(&mut self) {
        let news = std::mem::take(&mut self.plant.news);
        for event in &news {
            let (state, machine) = (self.plant.state(), &self.options.machine);
            self.notes.see(event, state, machine, self.plant.now_ms);
            self.respond(event);
        }
        if !news.is_empty() {
            let (state, machine) = (self.plant.state(), &self.options.machine);
            self.notes.see_bays(state, machine, self.plant.now_ms);
        }
    }

    fn respond(&mut self, event: &Event) {
        let people = self.options.people;
        match event {
            Event::CarAtBay { job, .. } => {
                let job = job.clone();
                match people.buyer(&mut self.manners) {
                    Buyer::Comes(after_ms) => self.plan_after(after_ms, Plan::TypeCode { job }),
                    Buyer::StaysAway(after_ms) => self.plan_after(after_ms, Plan::GiveUp { job }),
                }
            }
            Event::BayOpened { bay, job } => self.enter(bay.clone(), job.clone()),
            _ => {}
        }
    }

    /// Somebody comes to an open bay: with a car, or for one.
    fn enter(&mut self, bay: Place, job: JobId) {
        let people = self.options.people;
        let live = self.plant.state().job(&job).map(|live| &live.job.kind);
        if let Some(Kind::Store { .. }) = live {
            let after_ms = people.drive_in_ms(&mut self.manners);
            return self.plan_after(after_ms, Plan::DriveIn { job, bay });
        }
        let inside = true;
        self.do_there(&Act::Person {
            bay: bay.clone(),
            inside,
        });
        let visit_ms = people.visit_ms(&mut self.manners);
        match people.rejects(&mut self.manners) {
            true => self.plan_after(visit_ms, Plan::Leave { job, bay }),
            false => self.plan_after(visit_ms, Plan::DriveOff { bay }),
        }
    }
}

/// Lists the cars that stand in a slot and have no job.
fn stored(state: &State) -> impl Iterator<Item = &Vin> {
    let cars = state.inventory.iter();
    let idle = cars.filter(|(place, vin)| {
        state.kind_of(place) == Some(PlaceKind::Slot) && state.job_of(vin).is_none()
    });
    idle.map(|(_, vin)| vin)
}
