//! A day of two towers: killed at its records, and replayed.

use checks::day::{Site, Victim};
use kernel::Decider;
use std::time::Instant;
use tower::machine::Machine;
use tower::tower::{Event, State, Tower};

const JOBS: u32 = 200;
const CARS: u32 = 8;
const SEED: u64 = 20_261_123;
/// After how many records one is tried for every change; every one of them at night.
const EVERY: usize = 71;
/// After how many records of a replay the states are written out and compared.
const WRITTEN_OUT: usize = 25;
/// How long what is under way may take to end after a kill.
const PATIENCE_S: u64 = 7_200;

fn machine(text: &str, name: &str) -> Machine {
    Machine::parse(text, name).expect("the machine file is sound")
}

fn singapore() -> Machine {
    let text = include_str!("../../../machines/autobahn-singapore.toml");
    machine(text, "autobahn-singapore.toml")
}

fn wolfsburg() -> Machine {
    let text = include_str!("../../../machines/autostadt-wolfsburg.toml");
    machine(text, "autostadt-wolfsburg.toml")
}

/// Lives through a day, and once more from each of its records after a kill of either side.
fn drill(machine: &Machine) {
    let every = match std::env::var("CHECKS_RECORDS").as_deref() {
        Ok("all") => 1,
        _ => EVERY,
    };
    let begin = Instant::now();
    let mut day = Site::new(machine, CARS, SEED);
    day.keep(every);
    day.live(JOBS);
    day.agree();
    assert!(day.quick_looks() > 0, "sensors agree while cars move");
    let (records, took) = (day.log().len(), begin.elapsed());
    let copies = day.copies();
    let points = copies.len();
    assert!(points > 0, "something is killed");
    for (done, copy) in copies.into_iter().enumerate() {
        for victim in [Victim::Controller, Victim::Twin] {
            copy.clone().die(victim, PATIENCE_S);
        }
        if (done + 1).is_multiple_of(points.div_ceil(20)) {
            let share = (done + 1) * 100 / points;
            eprintln!(
                "{}: {share} % of {points} points, {:.0?}",
                machine.id,
                begin.elapsed()
            );
        }
    }
    println!(
        "{}: {records} records, {} changes of place, a day in {took:?}; \
         {points} points, each killed twice, {:?} in all",
        machine.id,
        day.changes(),
        begin.elapsed()
    );
}

#[test]
fn singapore_killed_at_a_record_ends_its_day_well() {
    drill(&singapore());
}

#[test]
fn wolfsburg_killed_at_a_record_ends_its_day_well() {
    drill(&wolfsburg());
}

/// The stream as it is kept: events as text, and states as everything in them written out.
fn replay(machine: &Machine, jobs: u32) {
    let mut day = Site::new(machine, CARS, SEED);
    day.live(jobs);
    let mut again = Site::new(machine, CARS, SEED);
    again.live(jobs);
    let text = |site: &Site| serde_json::to_string(site.log()).expect("events are text");
    assert_eq!(text(&day), text(&again), "the same seed gives the same day");
    let read: Vec<Event> = serde_json::from_str(&text(&day)).expect("what was written");
    assert_eq!(read.len(), day.log().len());
    let (mut live, mut replayed) = (State::default(), State::default());
    for (number, (written, read)) in day.log().iter().zip(&read).enumerate() {
        live = Tower::evolve(live, written);
        replayed = Tower::evolve(replayed, read);
        assert_eq!(live, replayed, "after {read:?}");
        // Writing a state out takes longer than reaching it.
        if number % WRITTEN_OUT == 0 {
            assert_eq!(
                format!("{live:?}"),
                format!("{replayed:?}"),
                "after {read:?}"
            );
        }
    }
    assert_eq!(format!("{replayed:?}"), format!("{:?}", day.state()));
}

#[test]
fn a_day_replayed_from_its_text_gives_the_same_states_byte_for_byte() {
    replay(&singapore(), JOBS);
    replay(&wolfsburg(), JOBS / 4);
}
