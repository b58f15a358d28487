//! One shift at a tower: our stream, controller and driver against a machine on a wire, in real
//! time, with people at the bay who do what is expected of them.

use crate::peer::Peer;
use kernel::{Decider, JobId, Moment, OrderId, Vin};
use plc::Driver;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::controller::{Controller, Input, Output};
use tower::handshake::{Door, Order, Status};
use tower::inventory::tag;
use tower::job::{CarSize, Job, Kind};
use tower::machine::Machine;
use tower::tower::{Command, Event, Place, Refusal, Stage, State, Tower};

/// How long a shift may wait for anything.
const PATIENCE: Duration = Duration::from_secs(40);
const PACE: Duration = Duration::from_millis(20);
/// The script's number of its lift, as a place.
pub(crate) const ON_LIFT: &str = "32769=";

pub(crate) fn machine() -> Machine {
    let text = include_str!("../../../plc/tests/peers/peer.toml");
    Machine::parse(text, "peer.toml").expect("the machine file is sound")
}

pub(crate) fn vin() -> Vin {
    Vin::parse("ZARPEER0000000001").expect("a VIN")
}

fn job(name: &str) -> JobId {
    JobId::parse(name).expect("a job id")
}

pub(crate) fn store() -> Job {
    let size = CarSize {
        length_mm: 4_400,
        width_mm: 1_850,
        height_mm: 1_450,
        mass_kg: 1_500,
    };
    Job {
        id: job("store"),
        kind: Kind::Store { vin: vin(), size },
    }
}

pub(crate) fn fetch() -> Job {
    let order = OrderId::parse("order-1").expect("an order id");
    Job {
        id: job("fetch"),
        kind: Kind::Fetch { vin: vin(), order },
    }
}

pub(crate) struct Shift {
    pub(crate) peer: Peer,
    driver: Box<dyn Driver>,
    controller: Controller,
    began: Instant,
    pub(crate) state: State,
    pub(crate) log: Vec<Event>,
    pub(crate) sent: Vec<Order>,
    /// How many readings failed.
    pub(crate) lost: u32,
    /// When somebody at the bay last said that nobody is inside.
    confirmed: Option<Instant>,
}

impl Shift {
    pub(crate) fn begin(peer: Peer, driver: impl Driver + 'static) -> Shift {
        let machine = machine();
        let commission = Command::Commission {
            places: machine.places.clone(),
            bays: machine.bays.iter().map(|bay| bay.place.clone()).collect(),
            lifts: machine
                .lifts
                .iter()
                .map(|lift| lift.place.clone())
                .collect(),
        };
        let mut shift = Shift {
            peer,
            driver: Box::new(driver),
            controller: Controller::new(machine, State::default()),
            began: Instant::now(),
            state: State::default(),
            log: Vec::new(),
            sent: Vec::new(),
            lost: 0,
            confirmed: None,
        };
        let sends = shift.ask(commission).expect("an empty tower is taken");
        assert_eq!(sends, [], "nothing is sent unseen");
        shift
    }

    fn at(&self) -> Moment {
        let passed = i64::try_from(self.began.elapsed().as_micros());
        Moment::from_micros(passed.expect("a short test"))
    }

    /// Records what a command leads to, and gives what is to be sent for it.
    fn ask(&mut self, command: Command) -> Result<Vec<Order>, Refusal> {
        let mut sends = Vec::new();
        let mut commands = vec![command];
        let mut first = true;
        while let Some(command) = commands.pop() {
            let events = match Tower::decide(&self.state, command, self.at()) {
                Ok(events) => events,
                Err(refusal) if first => return Err(refusal),
                // The stream's last word; the next status brings the next try.
                Err(_) => continue,
            };
            first = false;
            for event in events {
                self.state = Tower::evolve(std::mem::take(&mut self.state), &event);
                self.log.push(event.clone());
                for output in self.controller.handle(Input::Recorded { event }) {
                    match output {
                        Output::Record(command) => commands.push(command),
                        Output::Send(order) => sends.push(order),
                    }
                }
            }
        }
        Ok(sends)
    }

    pub(crate) fn queue(&mut self, job: Job) {
        let sends = self
            .ask(Command::Queue { job })
            .expect("the job can be done");
        assert_eq!(sends, [], "a job alone sends nothing");
    }

    async fn send(&mut self, orders: Vec<Order>) {
        for order in orders {
            // What was not sent is sent again while the status shows that it was not taken.
            if self.driver.send(&order).await.is_err() {
                self.lost += 1;
            }
            self.sent.push(order);
        }
    }

    async fn step(&mut self) {
        let read = self.driver.read_report().await;
        let at = self.at();
        let input = match &read {
            Ok(report) => Input::Status {
                status: report.status.clone(),
                at,
            },
            Err(_) => {
                self.lost += 1;
                Input::LinkLost { at }
            }
        };
        for output in self.controller.handle(input) {
            let sends = match output {
                Output::Send(order) => vec![order],
                // Refused is the stream's last word; the next status brings the next try.
                Output::Record(command) => self.ask(command).unwrap_or_default(),
            };
            self.send(sends).await;
        }
        if let Ok(report) = read {
            self.visit(&report.status).await;
        }
        sleep(PACE).await;
    }

    /// The people at the bay: they drive in, ask to open, drive out, and confirm that it is clear.
    async fn visit(&mut self, status: &Status) {
        let open = status.bays[0].outer == Door::Open;
        let loaded = status.bays[0].floor_loaded;
        let live = self.state.jobs.iter().next();
        let stage = live.map(|live| (live.stage.clone(), live.job.id.clone()));
        match stage {
            Some((Stage::Awaiting { .. }, _)) if open && !loaded => self.peer.drive_in(tag(&vin())),
            Some((Stage::AtBay { .. }, job)) => {
                let sends = self.ask(Command::AskToOpen { job });
                self.send(sends.expect("the code is right")).await;
            }
            Some((Stage::Asked { .. }, _)) if open && loaded => self.peer.drive_out(),
            _ => {}
        }
        let lately = |at: Instant| at.elapsed() < Duration::from_secs(1);
        if open && loaded && !self.confirmed.is_some_and(lately) {
            self.confirmed = Some(Instant::now());
            let bay = Place::from("bay-1");
            // Refused as long as the stream has not seen the car: the next second asks again.
            let sends = self.ask(Command::ConfirmBayClear { bay });
            self.send(sends.unwrap_or_default()).await;
        }
    }

    /// Goes on until something is so.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&mut Shift) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            let State {
                jobs,
                faults,
                trust,
                open,
                bays,
                ..
            } = &self.state;
            assert!(
                Instant::now() < end,
                "not {what} in {PATIENCE:?}: {jobs:#?} {faults:#?} {trust:?} {open:?} {bays:?}"
            );
            self.step().await;
        }
    }

    pub(crate) async fn until_idle(&mut self) {
        self.until("idle", |shift| {
            shift.state.jobs.is_empty() && shift.state.open.is_empty()
        })
        .await;
    }

    /// Goes on until the car stands on the lift, in the middle of a move.
    pub(crate) async fn until_on_lift(&mut self) {
        self.until("on the lift", |shift| shift.peer.cars().contains(ON_LIFT))
            .await;
    }

    pub(crate) fn happened(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.log.iter().filter(|event| wanted(event)).count()
    }
}
