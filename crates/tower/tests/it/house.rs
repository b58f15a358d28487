//! Jobs the house has of its own cars: carried elsewhere, looked after, brought out, and bays that
//! are out of use meanwhile.

use crate::machine::{SINGAPORE, WOLFSBURG};
use crate::site::{SMALL, Site, all_good, fetch, job, store, vin};
use tower::bay::Phase;
use tower::inspection::{EVERY_DAYS, due};
use tower::job::{CarSize, Job, Kind};
use tower::planner::{Why, impossible, waiting_for};
use tower::tower::{Command, Event, Place, Refusal, Stage, Trust};

fn calm(text: &str, cars: u32) -> Site {
    let mut site = Site::with_cars(text, cars);
    site.until(120, "calm", |site| site.state.trust == Trust::Full);
    site
}

fn relocate(number: u32, to: Option<&str>) -> Job {
    Job {
        id: job(&format!("relocate-{number}")),
        kind: Kind::Relocate {
            vin: vin(number),
            to: to.map(Place::from),
        },
    }
}

fn inspect(number: u32) -> Job {
    Job {
        id: job(&format!("inspect-{number}")),
        kind: Kind::Inspect { vin: vin(number) },
    }
}

fn place(site: &Site, number: u32) -> &str {
    let place = site.state.inventory.place_of(&vin(number));
    &place.expect("the car is here").0
}

fn bays(site: &Site) -> Vec<Place> {
    site.state.bays.keys().cloned().collect()
}

fn lock(site: &mut Site, bay: &Place) {
    let why = "the outer door is serviced".to_owned();
    let lock = Command::LockBay {
        bay: bay.clone(),
        why,
    };
    site.ask(lock).expect("a bay can be locked");
}

fn why(site: &mut Site, id: &str) -> Why {
    let status = site.plc.status();
    let at = site.at();
    waiting_for(&site.state, &site.machine, &job(id), Some(&status), at).expect("a live job")
}

fn brought_out(site: &Site) -> usize {
    site.happened(|event| matches!(event, Event::CarBroughtOut { .. }))
}

fn later(site: &mut Site, days: i64) -> kernel::Moment {
    site.at().plus_seconds(days * 86_400)
}

#[test]
fn a_car_is_carried_to_the_slot_that_was_named_or_to_another_one() {
    let mut site = calm(SINGAPORE, 3);
    site.queue(relocate(1, Some("05-2")));
    site.until_idle(300);
    assert_eq!((place(&site, 1), site.plc.moves), ("05-2", 1));
    let before = place(&site, 2).to_owned();
    site.queue(relocate(2, None));
    site.until_idle(300);
    assert_ne!(place(&site, 2), before);
    assert_eq!(site.plc.moves, 2);
}

#[test]
fn a_car_is_not_carried_where_another_stands_where_it_does_not_fit_or_to_a_bay() {
    let mut site = calm(SINGAPORE, 3);
    let taken = place(&site, 2).to_owned();
    let asked = |site: &mut Site, to: &str| {
        let job = relocate(1, Some(to));
        site.ask(Command::Queue { job })
    };
    let refused = asked(&mut site, &taken);
    assert_eq!(refused, Err(Refusal::NotPossible(Place::from(&*taken))));
    let bay = bays(&site)[0].clone();
    let refused = asked(&mut site, &bay.0);
    assert_eq!(refused, Err(Refusal::NoSuchPlace(bay)));
    let job = relocate(9, None);
    let refused = site.ask(Command::Queue { job });
    assert_eq!(refused, Err(Refusal::NotHere(vin(9))));
}

#[test]
fn a_sold_car_is_fetched_though_it_was_to_be_carried_elsewhere() {
    let mut site = calm(SINGAPORE, 3);
    site.queue(relocate(1, None));
    site.until(60, "moving", |site| site.plc.moving() == 1);
    site.queue(fetch(1));
    site.until_idle(600);
    assert_eq!(
        site.happened(|event| matches!(event, Event::CarLeft { .. })),
        1
    );
    assert_eq!(site.plc.moves, 2);
}

#[test]
fn a_broken_move_of_a_relocation_ends_in_the_slot_that_was_named() {
    let mut site = calm(SINGAPORE, 3);
    site.queue(relocate(1, Some("05-2")));
    site.until(60, "on the lift", |site| {
        site.plc.cars.contains_key(&Place::from("lift-1"))
    });
    site.plc.reboot();
    site.until_idle(900);
    assert_eq!(place(&site, 1), "05-2");
}

#[test]
fn a_car_is_due_thirty_days_after_it_was_stored_and_thirty_days_after_it_was_looked_after() {
    let mut site = calm(SINGAPORE, 2);
    let stored = site.at();
    site.queue(store(7));
    site.until_idle(900);
    let early = stored.plus_seconds((EVERY_DAYS - 1) * 86_400);
    assert!(due(&site.state, early).is_empty());
    let late = later(&mut site, EVERY_DAYS);
    let vins: Vec<_> = due(&site.state, late)
        .iter()
        .map(|car| car.vin.clone())
        .collect();
    assert_eq!(vins.len(), 3);
    assert_eq!(
        vins[2],
        vin(7),
        "the last that came is the last that is due"
    );
    site.queue(inspect(1));
    site.until_idle(900);
    let care = &site.state.care[&vin(1)];
    let last = care.last.as_ref().expect("it was looked after");
    assert_eq!(last.found, all_good());
    assert_eq!(care.due, last.at.plus_seconds(EVERY_DAYS * 86_400));
    assert_eq!(
        site.state.kind_of(&Place::from(place(&site, 1))),
        Some(tower::machine::PlaceKind::Slot)
    );
}

#[test]
fn a_sold_car_and_one_with_a_job_are_not_due() {
    let mut site = calm(SINGAPORE, 3);
    let late = later(&mut site, EVERY_DAYS);
    site.people = false;
    site.queue(fetch(1));
    site.queue(inspect(2));
    let due: Vec<_> = due(&site.state, late)
        .iter()
        .map(|car| car.vin.clone())
        .collect();
    assert_eq!(due, [vin(3)]);
}

#[test]
fn a_car_is_looked_after_only_in_an_open_bay_and_goes_back_up_when_the_bay_is_swept() {
    let mut site = calm(SINGAPORE, 3);
    site.people = false;
    site.queue(inspect(1));
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. })
    });
    let bay = bays(&site)[0].clone();
    let finish = || Command::FinishInspection {
        job: job("inspect-1"),
        found: all_good(),
    };
    assert_eq!(site.ask(finish()), Err(Refusal::BayNotOpen(bay.clone())));
    site.ask(Command::AskToOpen {
        job: job("inspect-1"),
    })
    .expect("staff may open");
    site.until(60, "open", |site| {
        site.state.bays[&bay].phase == Phase::OpenOccupied
    });
    site.ask(finish()).expect("the car was seen");
    assert_eq!(site.ask(finish()), Ok(vec![]), "once is enough");
    site.run(60);
    assert_eq!(site.plc.moves, 1, "nobody has said that the car is empty");
    site.people = true;
    site.until_idle(300);
    assert_eq!(site.plc.moves, 2);
    assert_eq!(site.ask(finish()), Ok(vec![]), "the job has ended");
}

#[test]
fn an_inspection_nobody_comes_to_is_taken_back_up_and_stays_due() {
    let mut site = calm(SINGAPORE, 3);
    site.people = false;
    site.queue(inspect(1));
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. })
    });
    site.ask(Command::Reject {
        job: job("inspect-1"),
    })
    .expect("it may go back");
    site.until_idle(300);
    assert_eq!(site.plc.moves, 2);
    let late = later(&mut site, EVERY_DAYS);
    assert_eq!(due(&site.state, late).len(), 3);
}

#[test]
fn a_car_that_was_sold_while_it_is_looked_after_stands_at_the_bay_for_its_buyer() {
    let mut site = calm(SINGAPORE, 3);
    site.people = false;
    site.queue(inspect(1));
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. })
    });
    site.queue(fetch(1));
    assert!(matches!(site.stage(), Stage::AtBay { .. }));
    assert_eq!(
        site.happened(|event| matches!(event, Event::CarAtBay { .. })),
        1
    );
    site.people = true;
    site.until_idle(300);
    assert_eq!(site.plc.moves, 1);
    assert!(site.state.inventory.place_of(&vin(1)).is_none());
}

#[test]
fn a_car_driven_off_while_it_is_looked_after_has_left_without_an_order() {
    let mut site = calm(SINGAPORE, 3);
    site.people = false;
    site.queue(inspect(1));
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. })
    });
    let bay = bays(&site)[0].clone();
    site.ask(Command::AskToOpen {
        job: job("inspect-1"),
    })
    .expect("staff may open");
    site.until(60, "open", |site| {
        site.state.bays[&bay].phase == Phase::OpenOccupied
    });
    site.plc.cars.remove(&bay);
    site.run(10);
    assert_eq!(brought_out(&site), 0, "one proof is none");
    site.plc.bay_mut(&bay).exits += 1;
    site.until_idle(300);
    assert_eq!(brought_out(&site), 1);
    assert!(!site.state.care.contains_key(&vin(1)));
}

#[test]
fn where_every_bay_is_locked_a_car_is_looked_after_in_the_window() {
    let mut site = calm(SINGAPORE, 3);
    for bay in bays(&site) {
        lock(&mut site, &bay);
    }
    site.queue(inspect(1));
    site.until(300, "in the window", |site| {
        matches!(site.stage(), Stage::Shown { .. })
    });
    site.run(1_200);
    assert_eq!(
        place(&site, 1),
        "window",
        "only the person says when it is over"
    );
    let finish = Command::FinishInspection {
        job: job("inspect-1"),
        found: all_good(),
    };
    site.ask(finish).expect("the car was seen");
    site.until_idle(300);
    assert_ne!(place(&site, 1), "window");
}

#[test]
fn a_locked_bay_finishes_what_is_in_it_and_takes_nothing_new() {
    let mut site = calm(SINGAPORE, 3);
    let bay = bays(&site)[0].clone();
    site.queue(fetch(1));
    site.until(60, "moving", |site| site.plc.moving() == 1);
    for bay in bays(&site) {
        lock(&mut site, &bay);
    }
    site.until_idle(600);
    assert_eq!(
        site.happened(|event| matches!(event, Event::CarLeft { .. })),
        1
    );
    site.queue(fetch(2));
    site.queue(store(8));
    site.run(300);
    assert_eq!(site.plc.moves, 1);
    let live = site.state.job(&job("fetch-2")).expect("it waits");
    assert_eq!(impossible(&site.state, &site.machine, live), None);
    let locked = bays(&site);
    assert_eq!(
        why(&mut site, "fetch-2"),
        Why::BaysLocked {
            bays: locked.clone()
        }
    );
    assert_eq!(why(&mut site, "store-8"), Why::BaysLocked { bays: locked });
    site.ask(Command::ReleaseBay { bay })
        .expect("a locked bay is released");
    site.until_idle(900);
    assert_eq!(site.state.inventory.len(), 2);
}

#[test]
fn a_bay_is_locked_with_a_reason_and_stays_locked_over_a_restart_of_the_machine() {
    let mut site = calm(WOLFSBURG, 3);
    let bay = bays(&site)[0].clone();
    let no_reason = Command::LockBay {
        bay: bay.clone(),
        why: "  ".to_owned(),
    };
    assert_eq!(site.ask(no_reason), Err(Refusal::NoReason));
    lock(&mut site, &bay);
    site.plc.reboot();
    site.run(120);
    assert!(site.state.bays[&bay].locked.is_some());
    site.queue(fetch(1));
    site.run(120);
    assert_eq!(
        site.plc.moves, 0,
        "the other bay is not reached by this car's lift"
    );
    let bays = vec![bay.clone()];
    assert_eq!(why(&mut site, "fetch-1"), Why::BaysLocked { bays });
    let release = || Command::ReleaseBay { bay: bay.clone() };
    assert_eq!(site.ask(release()).map(|events| events.len()), Ok(1));
    assert_eq!(site.ask(release()), Ok(vec![]));
    site.until_idle(600);
    assert_eq!(site.plc.moves, 1);
}

#[test]
fn an_evacuation_brings_every_car_out_and_the_tower_is_empty() {
    let mut site = calm(SINGAPORE, 5);
    site.queue(store(9));
    site.queue(relocate(2, None));
    let evacuate = || Command::Evacuate { id: job("flood") };
    site.ask(evacuate()).expect("a tower can be evacuated");
    assert_eq!(site.ask(evacuate()), Ok(vec![]), "once is enough");
    let refused = site.ask(Command::Queue { job: inspect(1) });
    assert!(matches!(
        refused,
        Err(Refusal::Evacuating | Refusal::HasJob(_))
    ));
    assert_eq!(
        site.ask(Command::Queue { job: store(10) }),
        Err(Refusal::Evacuating)
    );
    site.until_idle(3_600);
    assert_eq!(brought_out(&site), 5);
    assert!(site.state.inventory.is_empty() && site.plc.cars.is_empty());
    assert_eq!(
        site.state.evacuation, None,
        "with the last car it has ended"
    );
    assert_eq!(site.ask(evacuate()), Ok(vec![]), "and is not begun again");
    site.queue(store(10));
}

#[test]
fn a_buyer_whose_car_is_fetched_gets_it_while_all_others_are_brought_out() {
    let mut site = calm(SINGAPORE, 4);
    site.queue(fetch(1));
    site.ask(Command::Evacuate { id: job("flood") })
        .expect("a tower can be evacuated");
    site.queue(fetch(3));
    site.until_idle(3_600);
    let left = site.happened(|event| matches!(event, Event::CarLeft { .. }));
    assert_eq!((left, brought_out(&site)), (2, 2));
}

#[test]
fn a_car_its_buyer_leaves_during_an_evacuation_is_brought_out_after_all() {
    let mut site = calm(SINGAPORE, 2);
    site.rejecting
        .insert(job("fetch-1"), crate::site::Rejects::InTheOpenBay);
    site.queue(fetch(1));
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. } | Stage::Asked { .. })
    });
    site.ask(Command::Evacuate { id: job("flood") })
        .expect("a tower can be evacuated");
    site.until_idle(3_600);
    assert_eq!(brought_out(&site), 2);
}

#[test]
fn an_evacuation_that_is_ended_leaves_the_cars_that_were_not_begun_with() {
    let mut site = calm(SINGAPORE, 6);
    site.ask(Command::Evacuate { id: job("drill") })
        .expect("a tower can be evacuated");
    site.until(60, "moving", |site| site.plc.moving() == 1);
    let other = Command::EndEvacuation { id: job("other") };
    assert_eq!(
        site.ask(other),
        Err(Refusal::NoSuchEvacuation(job("other")))
    );
    site.ask(Command::EndEvacuation { id: job("drill") })
        .expect("it can be ended");
    site.until_idle(900);
    assert_eq!((brought_out(&site), site.state.inventory.len()), (1, 5));
}

#[test]
fn a_car_that_no_free_slot_takes_is_not_carried_elsewhere() {
    let mut site = calm(SINGAPORE, 60);
    let refused = site.ask(Command::Queue {
        job: relocate(1, None),
    });
    assert_eq!(refused, Err(Refusal::Full));
    let tall = CarSize {
        height_mm: 9_000,
        ..SMALL
    };
    assert!(tall.fits(&site.machine.places[0].max).is_err());
}
