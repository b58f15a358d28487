//! Which job next, which place, how long.

use crate::machine::SINGAPORE;
use crate::site::{SMALL, Site, fetch, job, store, vin};
use kernel::JobId;
use tower::job::{CarSize, Job, Kind};
use tower::planner::{self, Eta, Why, eta, in_order, waiting_for};
use tower::tower::{Command, Place, Refusal};

const LONG: CarSize = CarSize {
    length_mm: 5_762,
    width_mm: 2_018,
    height_mm: 1_646,
    mass_kg: 2_560,
};

fn order(site: &Site) -> Vec<&str> {
    let ids = in_order(&site.state, &site.machine, site.at())
        .into_iter()
        .map(|live| live.job.id.as_str());
    ids.collect()
}

#[test]
fn a_fetch_goes_before_an_older_store_but_not_for_ever() {
    let mut site = Site::with_cars(SINGAPORE, 30);
    site.queue(store(40));
    for number in 1..=3 {
        site.queue(fetch(number));
    }
    assert_eq!(order(&site)[..2], ["fetch-1", "fetch-2"]);
    // Whenever a car has gone the next buyer comes, so that there is always a fetch to prefer.
    for number in 4..=30 {
        let gone = job(&format!("fetch-{}", number - 3));
        site.until(1_200, "fetched", |site| site.state.ended.contains(&gone));
        if site.state.ended.contains(&job("store-40")) {
            return;
        }
        site.queue(fetch(number));
    }
    panic!("the store waited for every fetch");
}

#[test]
fn a_small_car_leaves_the_long_slots_to_long_cars() {
    let site = Site::with_cars(SINGAPORE, 0);
    let mut state = site.state.clone();
    state.sizes.insert(vin(1), SMALL);
    state.sizes.insert(vin(2), LONG);
    let bay = Place::from("bay-1");
    let place = |car| planner::place_for(&state, &site.machine, &bay, &vin(car));
    assert!(place(1).expect("a slot").0.starts_with("06-"));
    assert!(place(2).expect("a slot").0.starts_with("01-"));
}

#[test]
fn a_store_is_refused_with_the_nearest_miss_when_no_free_place_fits() {
    let mut site = Site::new(SINGAPORE);
    let ask = |site: &mut Site, number: u32, size: CarSize| {
        let kind = Kind::Store {
            vin: vin(number),
            size,
        };
        let id = JobId::parse(&format!("long-{number}")).expect("a job id");
        site.ask(Command::Queue {
            job: Job { id, kind },
        })
    };
    for number in 1..=20 {
        ask(&mut site, number, LONG).expect("twenty slots take long cars");
    }
    assert!(matches!(ask(&mut site, 21, LONG), Err(Refusal::Full)));
    let huge = CarSize {
        length_mm: 7_000,
        ..LONG
    };
    let refusal = ask(&mut site, 22, huge).expect_err("too long");
    assert!(matches!(refusal, Refusal::TooBig { too_big, .. } if too_big.car == 7_000));
}

#[test]
fn the_sixty_first_car_is_refused_because_the_tower_is_full() {
    let mut site = Site::with_cars(SINGAPORE, 60);
    let refusal = site.ask(Command::Queue { job: store(61) });
    assert_eq!(refusal, Err(Refusal::Full));
}

#[test]
fn a_car_at_the_bay_keeps_a_slot_because_its_buyer_may_leave_it() {
    let mut site = Site::with_cars(SINGAPORE, 60);
    site.people = false;
    site.queue(fetch(60));
    site.until(300, "at the bay", |site| {
        site.state.inventory.car_at(&Place::from("bay-1")).is_some()
    });
    let refusal = site.ask(Command::Queue { job: store(61) });
    assert_eq!(refusal, Err(Refusal::Full));
    site.ask(Command::Reject {
        job: job("fetch-60"),
    })
    .expect("the car stands in the bay");
    site.until_idle(300);
    assert_eq!(site.state.inventory.len(), 60);
}

#[test]
fn a_fetch_with_nobody_before_it_takes_what_its_motion_takes() {
    let mut site = Site::with_cars(SINGAPORE, 60);
    site.queue(fetch(60));
    let told = eta(&site.state, &site.machine, &job("fetch-60"), site.at()).expect("an eta");
    assert!((100..=121).contains(&told.expected_s), "{told:?}");
    assert!(told.is_exact(), "{told:?}");
    assert_eq!(
        eta(&site.state, &site.machine, &job("fetch-9"), site.at()),
        None
    );
}

#[test]
fn each_visit_before_a_fetch_widens_its_interval() {
    let mut site = Site::with_cars(SINGAPORE, 9);
    for number in 1..=5 {
        site.queue(fetch(number));
    }
    let told = |number: u32| {
        let id = job(&format!("fetch-{number}"));
        eta(&site.state, &site.machine, &id, site.at()).expect("an eta")
    };
    let width = |eta: Eta| eta.latest_s - eta.earliest_s;
    assert!(told(1).is_exact() && told(2).is_exact());
    // The third has to wait for a visit to end, because two bays are two visits at most; the fifth
    // for two of them, one after the other.
    assert!(!told(3).is_exact() && width(told(3)) < width(told(5)));
    assert!(told(3).expected_s > told(1).expected_s + 100);
}

#[test]
fn a_waiting_fetch_names_the_job_that_has_the_bay() {
    let mut site = Site::with_cars(SINGAPORE, 9);
    site.people = false;
    site.queue(fetch(1));
    site.queue(fetch(2));
    site.queue(fetch(3));
    site.run(400);
    let why = |id: &str| waiting_for(&site.state, &site.machine, &job(id), None, site.at());
    assert!(matches!(why("fetch-1"), Some(Why::Buyer { .. })));
    assert!(matches!(why("fetch-2"), Some(Why::Buyer { .. })));
    let taken_by = vec![job("fetch-1"), job("fetch-2")];
    assert_eq!(why("fetch-3"), Some(Why::NoBay { taken_by }));
}

#[test]
fn a_car_shown_in_the_window_goes_back_after_its_time_and_a_sold_one_is_fetched_from_there() {
    let mut site = Site::with_cars(SINGAPORE, 9);
    let show = |number: u32| Job {
        id: job(&format!("show-{number}")),
        kind: Kind::Show { vin: vin(number) },
    };
    site.queue(show(1));
    site.until_idle(1_200);
    assert_eq!(site.plc.moves, 2);
    site.queue(show(2));
    let window = Place::from("window");
    site.until(300, "shown", |site| {
        site.state.inventory.car_at(&window).is_some()
    });
    site.queue(fetch(2));
    site.until_idle(600);
    assert_eq!(site.plc.moves, 4);
    assert_eq!(site.state.inventory.len(), 8);
}
