//! What may be asked of a tower, and what is refused.

use crate::machine::SINGAPORE;
use crate::site::{SMALL, Site, fetch, job, store, vin};
use tower::job::{Job, Kind};
use tower::tower::{Command, Event, Place, Refusal, Stage, Trust};

fn calm(cars: u32) -> Site {
    let mut site = Site::with_cars(SINGAPORE, cars);
    site.until(60, "calm", |site| site.state.trust == Trust::Full);
    site
}

#[test]
fn a_job_asked_for_twice_is_one_job_even_when_it_has_ended() {
    let mut site = calm(3);
    site.queue(fetch(1));
    assert_eq!(site.ask(Command::Queue { job: fetch(1) }), Ok(vec![]));
    assert_eq!(site.state.jobs.len(), 1);
    site.until_idle(600);
    assert_eq!(site.ask(Command::Queue { job: fetch(1) }), Ok(vec![]));
    assert!(site.state.jobs.is_empty());
}

#[test]
fn a_car_has_one_live_job_at_most() {
    let mut site = calm(3);
    site.queue(fetch(1));
    let other = Job {
        id: job("other"),
        ..fetch(1)
    };
    let refusal = site.ask(Command::Queue { job: other });
    assert_eq!(refusal, Err(Refusal::HasJob(job("fetch-1"))));
}

#[test]
fn a_car_that_is_not_here_is_not_fetched_and_one_that_is_is_not_stored() {
    let mut site = calm(3);
    let refusal = site.ask(Command::Queue { job: fetch(9) });
    assert_eq!(refusal, Err(Refusal::NotHere(vin(9))));
    let refusal = site.ask(Command::Queue { job: store(1) });
    assert_eq!(refusal, Err(Refusal::AlreadyHere(Place::from("01-1"))));
}

#[test]
fn a_job_is_taken_back_before_it_starts_and_not_after() {
    let mut site = calm(9);
    site.queue(fetch(1));
    site.queue(fetch(2));
    site.run(5);
    let cancel = |name: &str| Command::CancelJob { job: job(name) };
    assert_eq!(
        site.ask(cancel("fetch-1")),
        Err(Refusal::Started(job("fetch-1")))
    );
    assert!(
        site.ask(cancel("fetch-2"))
            .is_ok_and(|events| events.len() == 1)
    );
    assert_eq!(site.ask(cancel("fetch-2")), Ok(vec![]));
    assert_eq!(
        site.ask(cancel("fetch-7")),
        Err(Refusal::NoSuchJob(job("fetch-7")))
    );
}

#[test]
fn a_store_whose_car_never_comes_can_be_taken_back_and_the_bay_closes() {
    let mut site = calm(3);
    site.people = false;
    site.queue(store(7));
    let bay = Place::from("bay-1");
    site.until(60, "open", |site| site.state.bays[&bay].phase.is_open());
    site.ask(Command::CancelJob {
        job: job("store-7"),
    })
    .expect("no car has come");
    site.until(60, "closed", |site| site.state.bays[&bay].is_free());
    assert!(!site.state.sizes.contains_key(&vin(7)));
}

#[test]
fn a_bay_opens_for_a_code_only_when_the_car_stands_there() {
    let mut site = calm(3);
    site.queue(fetch(1));
    let ask = Command::AskToOpen {
        job: job("fetch-1"),
    };
    assert_eq!(
        site.ask(ask.clone()),
        Err(Refusal::NotAtBay(job("fetch-1")))
    );
    site.people = false;
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. })
    });
    let asked = Event::OpenAsked {
        job: job("fetch-1"),
    };
    assert_eq!(site.ask(ask.clone()), Ok(vec![asked]));
    assert_eq!(site.ask(ask), Ok(vec![]));
}

#[test]
fn a_car_that_a_person_states_gone_fails_its_fetch_so_that_money_goes_back() {
    let mut site = calm(3);
    site.queue(store(8));
    site.queue(fetch(2));
    let events = site
        .ask(Command::DeclareGone { vin: vin(2) })
        .expect("nothing moves yet");
    assert!(matches!(events[0], Event::JobFailed { .. }));
    assert_eq!(site.state.inventory.place_of(&vin(2)), None);
    assert_eq!(site.ask(Command::DeclareGone { vin: vin(2) }), Ok(vec![]));
}

#[test]
fn commissioning_again_changes_nothing_and_never_drops_a_place_with_a_car() {
    let mut site = calm(3);
    let bays: Vec<Place> = site
        .machine
        .bays
        .iter()
        .map(|bay| bay.place.clone())
        .collect();
    let lifts: Vec<Place> = site
        .machine
        .lifts
        .iter()
        .map(|lift| lift.place.clone())
        .collect();
    let commission = |places: &[_]| Command::Commission {
        places: places.to_vec().into(),
        bays: bays.clone(),
        lifts: lifts.clone(),
    };
    let all = site.machine.places.clone();
    assert_eq!(site.ask(commission(&all)), Ok(vec![]));
    let refusal = site.ask(commission(&all[1..]));
    assert_eq!(
        refusal,
        Err(Refusal::CarsStandIn(vec![Place::from("01-1")]))
    );
}

#[test]
fn a_car_is_put_back_only_from_a_bay() {
    let mut site = calm(3);
    let kind = Kind::PutBack { vin: vin(1) };
    let refusal = site.ask(Command::Queue {
        job: Job {
            id: job("back"),
            kind,
        },
    });
    assert_eq!(refusal, Err(Refusal::NotInBay(vin(1))));
}

#[test]
fn a_declared_car_stands_where_it_was_said_and_can_be_bought() {
    let mut site = calm(0);
    let declare = Command::Declare {
        job: job("declare-1"),
        vin: vin(1),
        size: SMALL,
        place: Place::from("02-2"),
    };
    let events = site.ask(declare.clone()).expect("an empty slot");
    assert!(matches!(&events[1], Event::CarStored { vin: car, .. } if *car == vin(1)));
    assert_eq!(site.ask(declare), Ok(vec![]));
}

#[test]
fn every_event_survives_being_written_down_and_read() {
    let mut site = calm(5);
    site.queue(fetch(5));
    site.queue(store(6));
    site.until_idle(900);
    for event in &site.log {
        let text = serde_json::to_string(event).expect("an event is written");
        let read: Event = serde_json::from_str(&text).expect("an event is read");
        assert_eq!(read, *event);
    }
}
