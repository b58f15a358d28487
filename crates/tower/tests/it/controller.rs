//! The controller against a machine that loses, repeats, restarts, jams and lies.

use crate::machine::{GUANGZHOU, SINGAPORE};
use crate::peer::Lie;
use crate::site::{Rejects, Site, fetch, job, store, vin};
use tower::bay::Phase;
use tower::handshake::Action;
use tower::inventory::tag;
use tower::planner::{Why, waiting_for};
use tower::tower::{Command, Event, FaultCode, Place, Stage, Trust};

fn is_left(event: &Event) -> bool {
    matches!(event, Event::CarLeft { .. })
}

fn is_stored(event: &Event) -> bool {
    matches!(event, Event::CarStored { .. })
}

fn is_reconciled(event: &Event) -> bool {
    matches!(event, Event::Reconciled { .. })
}

fn fetching(cars: u32) -> Site {
    let mut site = Site::with_cars(SINGAPORE, cars);
    site.queue(fetch(cars));
    site.until(300, "moving", |site| site.plc.is_moving());
    site
}

#[test]
fn sixty_cars_are_stored_one_after_another_and_fill_the_tower() {
    let mut site = Site::new(SINGAPORE);
    for number in 1..=60 {
        site.queue(store(number));
    }
    site.until_idle(60 * 400);
    assert_eq!(site.state.inventory.len(), 60);
    assert_eq!(site.happened(is_stored), 60);
    assert_eq!(site.plc.moves, 60);
}

#[test]
fn a_fetched_car_is_brought_opened_for_and_gone_and_the_bay_is_free_again() {
    let mut site = fetching(5);
    site.until_idle(600);
    assert_eq!(site.happened(is_left), 1);
    assert_eq!(
        site.happened(|event| matches!(event, Event::BayOpened { .. })),
        1
    );
    assert!(site.state.bays.values().all(|bay| bay.is_free()));
    assert_eq!(site.state.inventory.len(), 4);
}

#[test]
fn nothing_moves_before_the_axes_are_referenced_and_the_sensors_read() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    site.queue(fetch(1));
    site.until(60, "moving", |site| site.plc.is_moving());
    assert_eq!(site.sent[0].action, Action::Home);
    assert_eq!(site.happened(is_reconciled), 1);
}

#[test]
fn a_car_left_before_opening_or_after_goes_back_up_and_is_stored_again() {
    for rejects in [Rejects::BeforeOpening, Rejects::InTheOpenBay] {
        let mut site = Site::with_cars(SINGAPORE, 12);
        site.rejecting.insert(job("fetch-4"), rejects);
        site.queue(fetch(4));
        site.until_idle(900);
        assert_eq!(site.happened(is_left), 0);
        let back = |event: &Event| match event {
            Event::CarStored { job, .. } => job.as_str().ends_with("-back"),
            _ => false,
        };
        assert_eq!(site.happened(back), 1);
        assert_eq!(site.state.inventory.len(), 12);
    }
}

#[test]
fn an_order_lost_on_the_way_is_sent_again_under_its_number_and_moves_once() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    site.until(60, "calm", |site| site.state.trust == Trust::Full);
    site.drop_orders = true;
    site.queue(fetch(3));
    site.run(10);
    assert_eq!(site.plc.moves, 0);
    site.drop_orders = false;
    site.until_idle(600);
    let sent = |action: &Action| matches!(action, Action::Move { .. });
    let moves: Vec<_> = site
        .sent
        .iter()
        .filter(|order| sent(&order.action))
        .collect();
    assert!(
        moves.len() > 1 && moves.iter().all(|order| *order == moves[0]),
        "{moves:?}"
    );
    assert_eq!(site.plc.moves, 1);
}

#[test]
fn a_repeated_order_and_a_repeated_status_move_nothing_twice() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    site.double_orders = true;
    site.queue(fetch(2));
    site.until_idle(600);
    assert_eq!(site.plc.moves, 1);
    assert_eq!(site.happened(is_left), 1);
}

#[test]
fn after_a_restart_mid_move_the_car_on_the_lift_is_taken_on_by_a_fresh_move() {
    let mut site = fetching(8);
    let lift = Place::from("lift-1");
    site.until(120, "on the lift", |site| site.plc.cars.contains_key(&lift));
    site.plc.reboot();
    let before = site.sent.len();
    site.until_idle(900);
    assert_eq!(site.happened(is_left), 1);
    let after: Vec<_> = site.sent[before..].iter().collect();
    assert_eq!(after[0].action, Action::Home);
    assert!(after.iter().all(|order| order.epoch == site.plc.epoch));
    let taken_on = |order: &&&tower::handshake::Order| match &order.action {
        Action::Move { from, .. } => *from == lift,
        _ => false,
    };
    assert_eq!(after.iter().filter(taken_on).count(), 1);
}

#[test]
fn a_car_left_on_the_lift_goes_before_the_one_that_waits_in_the_other_bay() {
    let mut site = Site::new(GUANGZHOU);
    site.people = false;
    let (one, two) = (Place::from("bay-1"), Place::from("bay-2"));
    let clear = |bay: &Place| Command::ConfirmBayClear { bay: bay.clone() };
    site.queue(store(1));
    site.queue(store(2));
    site.until(120, "open", |site| {
        site.state.bays.values().all(|bay| bay.phase.is_open())
    });
    for (bay, number) in [(&one, 1), (&two, 2)] {
        site.plc.cars.insert(bay.clone(), tag(&vin(number)));
    }
    site.until(60, "driven in", |site| site.state.inventory.len() == 2);
    site.ask(clear(&one)).expect("a car stands there");
    let lift = Place::from("lift-1");
    site.until(120, "on the lift", |site| site.plc.cars.contains_key(&lift));
    site.ask(clear(&two)).expect("a car stands there");
    let swept = |site: &Site| site.state.bays[&Place::from("bay-2")].phase == Phase::ClosedLoaded;
    site.until(60, "swept", swept);
    assert!(
        site.plc.cars.contains_key(&lift),
        "the lift still carries the first"
    );
    site.plc.reboot();
    site.people = true;
    site.until_idle(900);
    assert_eq!(site.happened(is_stored), 2);
    let refused = |event: &Event| matches!(event, Event::FaultRaised { .. });
    assert_eq!(site.happened(refused), 0);
}

#[test]
fn after_a_restart_before_loading_the_car_is_still_in_its_slot_and_is_fetched_anew() {
    let mut site = fetching(40);
    site.run(3);
    site.plc.reboot();
    site.until_idle(900);
    assert_eq!(site.happened(is_left), 1);
    assert_eq!(site.plc.moves, 2);
}

#[test]
fn a_jam_stops_everything_until_a_person_has_reset_the_machine() {
    let mut site = fetching(8);
    site.run(30);
    site.plc.jam();
    let before = site.sent.len();
    site.run(60);
    assert_eq!(site.sent.len(), before);
    assert!(site.state.faults.has(FaultCode::MachineFault));
    site.plc.reset();
    site.until_idle(900);
    assert_eq!(site.happened(is_left), 1);
    assert!(site.state.faults.is_empty());
}

#[test]
fn a_door_that_jams_half_way_is_opened_again_for_whoever_waits() {
    let mut site = Site::new(SINGAPORE);
    site.queue(store(1));
    let opening = |site: &Site| site.state.bays[&Place::from("bay-1")].phase == Phase::Opening;
    site.until(60, "opening", opening);
    site.run(1);
    site.plc.jam();
    site.run(5);
    site.plc.reset();
    site.until_idle(600);
    assert_eq!(site.happened(is_stored), 1);
}

#[test]
fn a_sensor_that_does_not_see_a_car_holds_everything_until_it_does() {
    for lie in [Lie::Empty, Lie::Unreadable] {
        let mut site = Site::with_cars(SINGAPORE, 6);
        site.until(60, "calm", |site| site.state.trust == Trust::Full);
        site.plc.lie = Some((Place::from("01-2"), lie));
        site.run(2);
        site.queue(fetch(5));
        site.run(90);
        assert_eq!(site.plc.moves, 0);
        let why = waiting_for(&site.state, &site.machine, &job("fetch-5"), None, site.at());
        assert!(matches!(why, Some(Why::Faulty(_))), "{why:?}");
        site.plc.lie = None;
        site.until_idle(600);
        assert_eq!(site.happened(is_left), 1);
    }
}

#[test]
fn a_car_nobody_stored_is_told_to_a_person() {
    let mut site = Site::with_cars(SINGAPORE, 6);
    site.plc.lie = Some((Place::from("09-1"), Lie::Ghost));
    site.run(60);
    let fault = site.state.faults.get(FaultCode::UnknownCar, None);
    let fault = fault.expect("a fault is told");
    assert!(fault.cause.contains("09-1"), "{fault:?}");
    assert_eq!(site.state.trust, Trust::NewEpoch);
}

#[test]
fn without_fresh_status_nothing_is_sent_and_the_link_is_told_lost_once() {
    for frozen in [false, true] {
        let mut site = Site::with_cars(SINGAPORE, 3);
        site.until(60, "calm", |site| site.state.trust == Trust::Full);
        let before = site.sent.len();
        site.drop_status = !frozen;
        site.plc.frozen = frozen;
        site.run(5);
        site.queue(fetch(1));
        site.run(30);
        assert_eq!(site.sent.len(), before);
        let lost = |event: &Event| {
            matches!(
                event,
                Event::FaultRaised { fault } if fault.code == FaultCode::LinkLost
            )
        };
        assert_eq!(site.happened(lost), 1);
        site.drop_status = false;
        site.plc.frozen = false;
        site.until_idle(600);
    }
}

#[test]
fn a_refused_order_is_told_and_tried_again_after_a_pause() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    site.until(60, "calm", |site| site.state.trust == Trust::Full);
    site.plc.refuse_next = true;
    site.queue(fetch(1));
    site.run(5);
    assert!(site.state.faults.has(FaultCode::OrderRefused));
    assert_eq!(site.plc.moves, 0);
    site.until_idle(600);
    assert!(site.state.faults.is_empty());
    assert_eq!(site.happened(is_left), 1);
}

#[test]
fn homing_that_is_refused_is_not_asked_for_at_every_turn() {
    let mut site = Site::with_cars(SINGAPORE, 3);
    let ordered = |event: &Event| matches!(event, Event::ActionOrdered { .. });
    for _ in 0..120 {
        site.plc.refuse_next = true;
        site.step();
    }
    assert!(site.happened(ordered) <= 4, "{}", site.happened(ordered));
    site.plc.refuse_next = false;
    site.until(600, "in order", |site| site.state.faults.is_empty());
    site.queue(fetch(1));
    site.until_idle(600);
}

#[test]
fn a_bay_does_not_close_while_either_sensor_sees_a_person() {
    for by_scanner in [true, false] {
        let mut site = fetching(2);
        let bay = Place::from("bay-1");
        site.until(300, "left", |site| site.happened(is_left) == 1);
        site.plc.bay_mut(&bay).person_by_scanner = by_scanner;
        site.plc.bay_mut(&bay).person_overhead = !by_scanner;
        let before = site.sent.len();
        site.run(60);
        assert_eq!(site.sent.len(), before);
        let status = site.plc.status();
        let id = job("fetch-2");
        let why = waiting_for(&site.state, &site.machine, &id, Some(&status), site.at());
        assert!(matches!(why, Some(Why::Bay { .. })), "{why:?}");
        site.plc.bay_mut(&bay).person_by_scanner = false;
        site.plc.bay_mut(&bay).person_overhead = false;
        site.until_idle(60);
    }
}

#[test]
fn a_car_counts_as_gone_only_by_two_proofs() {
    let mut site = fetching(2);
    let bay = Place::from("bay-1");
    site.people = false;
    site.until(300, "at the bay", |site| {
        matches!(site.stage(), Stage::AtBay { .. })
    });
    site.ask(Command::AskToOpen {
        job: job("fetch-2"),
    })
    .expect("the code is right");
    site.run(30);
    site.plc.cars.remove(&bay);
    site.run(30);
    assert_eq!(site.happened(is_left), 0);
    site.plc.bay_mut(&bay).exits += 1;
    site.run(2);
    assert_eq!(site.happened(is_left), 1);
}

#[test]
fn no_door_closes_on_a_car_before_a_person_has_confirmed() {
    let mut site = Site::new(SINGAPORE);
    site.people = false;
    site.queue(store(1));
    let bay = Place::from("bay-1");
    site.until(60, "open", |site| site.state.bays[&bay].phase.is_open());
    site.plc.cars.insert(bay.clone(), tag(&vin(1)));
    site.run(60);
    assert!(site.state.bays[&bay].phase.is_open());
    site.ask(Command::ConfirmBayClear { bay: bay.clone() })
        .expect("the bay is open");
    site.until_idle(300);
    assert_eq!(site.happened(is_stored), 1);
}

#[test]
fn the_wrong_car_in_the_bay_is_told_and_the_right_one_still_taken() {
    let mut site = Site::new(SINGAPORE);
    site.people = false;
    site.queue(store(1));
    let bay = Place::from("bay-1");
    site.until(60, "open", |site| site.state.bays[&bay].phase.is_open());
    site.plc.cars.insert(bay.clone(), tag(&vin(2)));
    site.run(10);
    assert!(site.state.faults.has(FaultCode::WrongCar));
    site.plc.cars.remove(&bay);
    site.run(5);
    site.people = true;
    site.until_idle(300);
    assert_eq!(site.happened(is_stored), 1);
}

#[test]
fn cars_moved_by_hand_are_found_where_their_tags_are_read() {
    let mut site = Site::with_cars(SINGAPORE, 4);
    site.until(60, "calm", |site| site.state.trust == Trust::Full);
    site.plc.take_in_hand();
    site.run(5);
    let (one, two) = (Place::from("01-1"), Place::from("01-2"));
    let first = site.plc.cars.insert(one.clone(), tag(&vin(2)));
    site.plc.cars.insert(two.clone(), first.expect("a car"));
    site.plc.reset();
    site.run(10);
    assert_eq!(site.state.inventory.car_at(&one), Some(&vin(2)));
    assert_eq!(site.state.inventory.car_at(&two), Some(&vin(1)));
    assert_eq!(site.state.trust, Trust::Full);
}

#[test]
fn a_controller_that_starts_anew_goes_on_from_the_stream() {
    let mut site = fetching(8);
    site.run(20);
    site.controller = tower::controller::Controller::new(site.machine.clone(), site.state.clone());
    site.until_idle(600);
    assert_eq!(site.plc.moves, 1);
    assert_eq!(site.happened(is_left), 1);
}
