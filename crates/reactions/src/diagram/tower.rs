//! Sample commands to a tower with one slot, one bay and one sold car, and the phases of its bay.

use super::sales::{order_id, vin};
use super::{Edges, explore, first_word};
use kernel::{JobId, Moment};
use tower::bay::{Phase, Step};
use tower::handshake::{Action, BayStatus, Door, Order, Outcome, Sender, Unit};
use tower::inventory::tag;
use tower::job::{CarSize, Job, Kind};
use tower::machine::{PlaceKind, PlaceSpec};
use tower::tower::{Command, Place, Seen, State, Tower};

const NOW: Moment = Moment::from_micros(0);

const SIZE: CarSize = CarSize {
    length_mm: 4_643,
    width_mm: 1_860,
    height_mm: 1_436,
    mass_kg: 1_504,
};

const STEPS: [Step; 17] = [
    Step::Fill,
    Step::Filled,
    Step::Call,
    Step::Open,
    Step::Opened { loaded: true },
    Step::Opened { loaded: false },
    Step::CarIn,
    Step::CarBackOut,
    Step::Leave,
    Step::Left,
    Step::Close,
    Step::Closed,
    Step::Swept { loaded: true },
    Step::Swept { loaded: false },
    Step::Keep,
    Step::Empty,
    Step::Emptied,
];

/// Draws the phases a bay goes through, every step tried from every phase that is reached.
pub(super) fn bay() -> String {
    let mut edges = Edges::default();
    let mut met = vec![Phase::default()];
    let mut next = 0;
    while let Some(&phase) = met.get(next) {
        next += 1;
        for step in STEPS {
            let Some(after) = phase.after(step) else {
                continue;
            };
            edges.note(&format!("{phase:?}"), &format!("{after:?}"), words(step));
            if !met.contains(&after) {
                met.push(after);
            }
        }
    }
    edges.page(
        "Bay",
        "The hand-over bay: one room between street and shaft, with a door to each.",
    )
}

fn words(step: Step) -> String {
    match step {
        Step::Opened { loaded: true } | Step::Swept { loaded: true } => {
            format!("{} with a car", first_word(&step))
        }
        Step::Opened { loaded: false } | Step::Swept { loaded: false } => {
            format!("{} without a car", first_word(&step))
        }
        _ => first_word(&step),
    }
}

fn slot() -> Place {
    Place("01-1".to_owned())
}

fn bay_place() -> Place {
    Place("bay-1".to_owned())
}

fn job(name: &str) -> JobId {
    JobId::parse(name).expect("a plain word is an id")
}

/// Draws a fetch from the queue to the street, through all that the machine may answer.
pub(super) fn fetch() -> String {
    let name = |state: &State| match state.job(&job("fetch")) {
        Some(live) => first_word(&live.stage),
        None if state.ended.contains(&job("fetch")) => "Ended".to_owned(),
        None => "NotAsked".to_owned(),
    };
    explore::<Tower>(samples, name).page(
        "Fetch",
        "The job that brings a sold car down to its buyer, as the tower's stream knows it.",
    )
}

fn samples(state: &State) -> Vec<(Command, Moment)> {
    let mut samples = setting_up(state);
    samples.extend(people());
    samples.extend(sensors());
    samples.extend(orders(state));
    samples.into_iter().map(|command| (command, NOW)).collect()
}

fn setting_up(state: &State) -> Vec<Command> {
    let spec = |place, index, kind| PlaceSpec {
        place,
        index,
        kind,
        level: 0,
        stall: 0,
        column: 0,
        height_mm: 0,
        angle_deg: 0.0,
        along_mm: 0,
        max: SIZE,
        out_of_service: false,
    };
    let seen = state.inventory.iter();
    let tags = seen.map(|(place, vin)| (place.clone(), tag(vin))).collect();
    vec![
        Command::Commission {
            places: vec![
                spec(slot(), 0, PlaceKind::Slot),
                spec(bay_place(), 1, PlaceKind::Bay),
            ]
            .into(),
            bays: vec![bay_place()],
            lifts: vec![Place("lift-1".to_owned())],
        },
        Command::SeeEpoch {
            epoch: 1,
            accepted: vec![0, 0],
        },
        Command::Declare {
            job: job("declared"),
            vin: vin(),
            size: SIZE,
            place: slot(),
        },
        Command::Reconcile {
            seen: Seen {
                tags,
                bays: vec![(bay_place(), closed_bay())],
            },
        },
    ]
}

fn closed_bay() -> BayStatus {
    BayStatus {
        outer: Door::Closed,
        inner: Door::Closed,
        floor_loaded: false,
        exits: 0,
        person_by_scanner: false,
        person_overhead: false,
    }
}

fn people() -> Vec<Command> {
    let fetch = Job {
        id: job("fetch"),
        kind: Kind::Fetch {
            vin: vin(),
            order: order_id("order"),
        },
    };
    vec![
        Command::Queue { job: fetch },
        Command::CancelJob { job: job("fetch") },
        Command::AskToOpen { job: job("fetch") },
        Command::Reject { job: job("fetch") },
    ]
}

fn sensors() -> Vec<Command> {
    vec![
        Command::SeeDrivingOut { bay: bay_place() },
        Command::SeeCarLeft {
            bay: bay_place(),
            exits: 1,
        },
        Command::Sweep { bay: bay_place() },
        Command::FailJob {
            job: job("fetch"),
            reason: String::new(),
        },
    ]
}

/// Orders of the controller with the next number, and every way the open ones may end.
fn orders(state: &State) -> Vec<Command> {
    let (lift, door) = (Unit(0), Unit(1));
    let bay = bay_place;
    let actions = [
        (
            lift,
            Action::Move {
                from: slot(),
                to: bay(),
            },
        ),
        (door, Action::OpenOuter { bay: bay() }),
        (door, Action::CloseOuter { bay: bay() }),
    ];
    let number = |unit: Unit| state.senders.get(unit.index()).and_then(Sender::next);
    let order = |(unit, action): (Unit, Action)| Command::OrderAction {
        order: Order {
            epoch: 1,
            unit,
            seq: number(unit).unwrap_or(0),
            action,
        },
        job: Some(job("fetch")),
        plan: None,
        exits: Some(0),
    };
    let outcomes = [
        Outcome::Done,
        Outcome::Refused,
        Outcome::BrokenOff,
        Outcome::Withdrawn,
    ];
    let open = state.open.values().map(|open| &open.order);
    let ends = open.flat_map(|order| {
        outcomes.map(|outcome| Command::FinishAction {
            unit: order.unit,
            epoch: order.epoch,
            seq: order.seq,
            outcome,
        })
    });
    actions.into_iter().map(order).chain(ends).collect()
}
