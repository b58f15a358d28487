//! Jobs that have ended are remembered for long enough, and not for ever.

use crate::machine::SINGAPORE;
use crate::site::{Site, fetch, job};
use tower::tower::{Command, Ended, Event, KEPT, Refusal};

#[test]
fn the_oldest_are_forgotten_and_the_last_ones_are_not() {
    let mut ended = Ended::default();
    for number in 0..KEPT + 10 {
        ended.insert(job(&format!("show-{number}")));
        ended.insert(job(&format!("show-{number}")));
    }
    assert_eq!(ended.len(), KEPT);
    assert!(!ended.contains(&job("show-9")));
    assert!(ended.contains(&job("show-10")));
    assert!(ended.contains(&job(&format!("show-{}", KEPT + 9))));
}

#[test]
fn a_fetch_asked_for_again_when_it_has_ended_starts_nothing() {
    let mut site = Site::with_cars(SINGAPORE, 2);
    site.queue(fetch(1));
    site.until_idle(900);
    let again = site.ask(Command::Queue { job: fetch(1) });
    assert_eq!(again, Ok(vec![]));
}

#[test]
fn a_fetch_asked_for_again_after_it_was_forgotten_finds_no_car_to_move() {
    let mut site = Site::with_cars(SINGAPORE, 2);
    site.queue(fetch(1));
    site.until_idle(900);
    for number in 0..KEPT {
        let job = job(&format!("later-{number}"));
        site.state.ended.insert(job);
    }
    let again = site.state.clone();
    assert!(!again.ended.contains(&fetch(1).id));
    let vin = fetch(1).kind.vin().clone();
    let events = <tower::tower::Tower as kernel::Decider>::decide(
        &again,
        Command::Queue { job: fetch(1) },
        site.at(),
    );
    assert_eq!(events, Err(Refusal::NotHere(vin)));
    let fetched = |event: &Event| matches!(event, Event::CarLeft { .. });
    assert_eq!(site.happened(fetched), 1);
}
