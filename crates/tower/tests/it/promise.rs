//! What a buyer is told of the wait: made once, judged when the car is there, learned from.

use crate::machine::SINGAPORE;
use crate::site::{Site, fetch, job, store, vin};
use kernel::{Decider, Moment};
use tower::job::{Job, Kind};
use tower::planner::eta;
use tower::promise::{Forecast, Interval, Promise, Record, Wait};
use tower::tower::{Command, Event, Refusal, State, Tower};

const FORECAST: Forecast = Forecast {
    wait: Wait::AtOnce,
    expected_ms: 80_000,
    spread_ms: 1_000,
};

fn told(site: &Site) -> Vec<&Promise> {
    let promises = site.log.iter().filter_map(|event| match event {
        Event::Promised { promise, .. } => Some(promise),
        _ => None,
    });
    promises.collect()
}

/// A stream with one fetch that waits, which a promise can be made for.
fn asked() -> State {
    let mut site = Site::with_cars(SINGAPORE, 3);
    site.queue(fetch(1));
    site.state
}

/// Lets a car come so long after its promise, and gives what the tower knows then.
fn come(state: State, number: u32, forecast: Forecast, waited_ms: i64) -> State {
    let Kind::Fetch { vin, order } = fetch(1).kind else {
        panic!("a fetch is a fetch");
    };
    let id = job(&format!("again-{number}"));
    let at = Moment::from_micros(0);
    let events = [
        Event::JobQueued {
            job: Job {
                id: id.clone(),
                kind: Kind::Fetch {
                    vin: vin.clone(),
                    order: order.clone(),
                },
            },
        },
        Event::Promised {
            job: id.clone(),
            promise: Promise {
                at,
                forecast,
                interval: state.record.interval(&forecast),
            },
        },
        Event::CarAtBay {
            vin,
            bay: "bay-1".into(),
            job: id.clone(),
            order,
            at: at.plus_millis(waited_ms),
        },
        Event::JobDone { job: id },
    ];
    events.iter().fold(state, Tower::evolve)
}

#[test]
fn every_buyer_is_told_once_when_the_car_will_be_there() {
    let mut site = Site::with_cars(SINGAPORE, 9);
    for number in 1..=4 {
        site.queue(fetch(number));
    }
    site.queue(store(40));
    site.until_idle(3_000);
    assert_eq!(told(&site).len(), 4);
    assert_eq!(site.state.record.given(), 4);
}

#[test]
fn a_promise_told_again_is_not_made_anew() {
    let state = asked();
    let command = Command::Promise {
        job: job("fetch-1"),
        forecast: FORECAST,
    };
    let decide = |state: &State| Tower::decide(state, command.clone(), Moment::default());
    let events = decide(&state).expect("a waiting fetch is promised");
    assert_eq!(events.len(), 1);
    let state = events.iter().fold(state, Tower::evolve);
    assert_eq!(decide(&state), Ok(vec![]));
}

#[test]
fn nothing_is_promised_of_a_car_that_moves_or_that_nobody_bought() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    let show = Job {
        id: job("show-2"),
        kind: Kind::Show { vin: vin(2) },
    };
    site.queue(show);
    let promise = |id: &str| Command::Promise {
        job: job(id),
        forecast: FORECAST,
    };
    let refused = site.ask(promise("show-2"));
    assert_eq!(refused, Err(Refusal::NotAFetch(job("show-2"))));
    let refused = site.ask(promise("fetch-7"));
    assert_eq!(refused, Err(Refusal::NoSuchJob(job("fetch-7"))));
}

#[test]
fn a_machine_that_stands_promises_nothing_until_it_runs() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    site.drop_status = true;
    site.queue(fetch(1));
    site.run(10);
    assert_eq!(told(&site).len(), 0);
    site.drop_status = false;
    site.until_idle(1_200);
    assert_eq!(told(&site).len(), 1);
}

#[test]
fn a_car_that_comes_in_time_counts_as_kept_and_one_that_does_not_as_given() {
    let state = come(asked(), 1, FORECAST, 80_010);
    assert_eq!((state.record.given(), state.record.kept()), (1, 1));
    let state = come(state, 2, FORECAST, 95_000);
    assert_eq!((state.record.given(), state.record.kept()), (2, 1));
}

#[test]
fn an_interval_moves_to_where_cars_really_come() {
    let mut state = asked();
    let before = state.record.interval(&FORECAST);
    // Every car is five seconds later than forecast, give or take half a second.
    for number in 0..200 {
        let off_ms = 4_500 + i64::from(number * 37 % 1_000);
        state = come(state, number, FORECAST, 80_000 + off_ms);
    }
    let after = state.record.interval(&FORECAST);
    assert!(before.latest_ms < 84_500);
    assert!((84_500..84_700).contains(&after.earliest_ms), "{after:?}");
    assert!((85_300..85_500).contains(&after.latest_ms), "{after:?}");
}

#[test]
fn errors_of_one_kind_of_wait_do_not_widen_another() {
    let visits = Forecast {
        wait: Wait::OneVisit,
        expected_ms: 300_000,
        spread_ms: 200_000,
    };
    let mut state = asked();
    let before = state.record.interval(&FORECAST);
    for number in 0..50 {
        state = come(state, number, visits, 900_000);
    }
    assert_eq!(state.record.interval(&FORECAST), before);
    assert!(state.record.interval(&visits).earliest_ms > 500_000);
}

#[test]
fn a_machine_that_is_always_right_is_promised_to_the_point() {
    let mut state = asked();
    for number in 0..400 {
        state = come(state, number, FORECAST, 80_020);
    }
    let exact = Interval {
        earliest_ms: 80_020,
        latest_ms: 80_020,
    };
    assert_eq!(state.record.interval(&FORECAST), exact);
}

#[test]
fn nine_of_ten_hold_also_while_people_change() {
    let mut state = asked();
    // Every fiftieth car the machine is a tenth of a second slower than before.
    for number in 0..2_000_u32 {
        let noise_ms = i64::from(number.wrapping_mul(2_654_435_761) >> 16) % 1_000;
        let drift_ms = i64::from(number / 50) * 100;
        state = come(state, number, FORECAST, 80_000 + drift_ms + noise_ms);
    }
    let kept = 100 * state.record.kept() / state.record.given();
    assert!((87..=93).contains(&kept), "{kept} of 100");
}

#[test]
fn a_tower_whose_buyers_stay_long_says_so_to_the_next() {
    let mut site = Site::with_cars(SINGAPORE, 9);
    site.people = false;
    for number in 1..=3 {
        site.queue(fetch(number));
    }
    site.run(400);
    let expected_s = |state: &State| {
        let told = eta(state, &site.machine, &job("fetch-3"), site.at());
        told.expect("a fetch has a time").expected_s
    };
    let mut state = site.state.clone();
    for _ in 0..199 {
        state.record.visits.note(1_200_000);
    }
    // Both visits have lasted some minutes of the twenty that are usual there.
    let usual_s = expected_s(&site.state);
    let long_s = expected_s(&state);
    assert!(
        usual_s < 600 && (800..1_300).contains(&long_s),
        "{usual_s} s, {long_s} s"
    );
}

#[test]
fn the_log_read_again_gives_the_same_record() {
    let mut site = Site::with_cars(SINGAPORE, 9);
    for number in 1..=5 {
        site.queue(fetch(number));
    }
    site.queue(store(40));
    site.until_idle(3_000);
    let again = site.log.iter().fold(State::default(), Tower::evolve);
    assert_eq!(again.record, site.state.record);
    assert_ne!(again.record.visits, Record::default().visits);
    assert_ne!(again.record.drive_ins, Record::default().drive_ins);
}
