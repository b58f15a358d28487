//! Times that buyers have chosen: what the bays can keep, and cars that come when they are wanted.

use crate::machine::{SINGAPORE, WOLFSBURG};
use crate::site::{Site, fetch, job, vin};
use kernel::{Decider, Moment};
use proptest::prelude::*;
use tower::appointment::{Appointment, Handover, MARGIN_MS, Terms};
use tower::appointment::{earliest, handover, offer, offered, takes_ms};
use tower::planner::{self, Rule, Why, in_order, wait, waiting_for};
use tower::tower::{Command, Event, Place, Refusal, Stage, State, Tower, Trust};

const TERMS: Terms = Terms {
    minutes: 15,
    days: 7,
};
const SLOT_S: i64 = 15 * 60;

fn calm(text: &str, cars: u32) -> Site {
    let mut site = Site::with_cars(text, cars);
    site.until(120, "calm", |site| site.state.trust == Trust::Full);
    site
}

fn needs(site: &Site, number: u32) -> Handover {
    handover(&site.state, &site.machine, &vin(number)).expect("a bay takes the car")
}

fn begins(slot: i64) -> Moment {
    Moment::default().plus_seconds(slot * SLOT_S)
}

fn command(site: &Site, number: u32, begins: Moment) -> Command {
    Command::Appoint {
        job: fetch(number),
        begins,
        handover: needs(site, number),
        terms: TERMS,
    }
}

fn appoint(site: &mut Site, number: u32, slot: i64) -> Result<Vec<Event>, Refusal> {
    let command = command(site, number, begins(slot));
    site.ask(command)
}

fn given(state: &State, number: u32) -> Option<&Appointment> {
    state.appointments.of(&fetch(number).id)
}

fn why(site: &mut Site, number: u32) -> Why {
    let (status, at) = (site.plc.status(), site.at());
    let id = fetch(number).id;
    waiting_for(&site.state, &site.machine, &id, Some(&status), at).expect("a live job")
}

fn came_at(site: &Site, number: u32) -> Option<Moment> {
    site.log.iter().find_map(|event| match event {
        Event::CarAtBay { job, at, .. } if *job == fetch(number).id => Some(*at),
        _ => None,
    })
}

#[test]
fn a_slot_takes_what_its_bays_can_keep_and_leaves_one_to_those_who_come_at_once() {
    let site = calm(SINGAPORE, 9);
    let handover = needs(&site, 1);
    let slot = TERMS.slot(begins(4)).expect("on the grid");
    assert_eq!(handover.bays.len(), 2);
    let takes_ms = takes_ms(&site.state, &handover);
    assert!(
        (SLOT_S * 500..SLOT_S * 1_000).contains(&takes_ms),
        "{takes_ms}"
    );
    assert_eq!(
        offer(&site.state, (None, &handover), slot, site.at()).capacity,
        1
    );
    let long = Terms {
        minutes: 60,
        days: 7,
    };
    let hour = long.slot(begins(4)).expect("on the grid");
    let each = 3_600_000 / takes_ms;
    let all = offer(&site.state, (None, &handover), hour, site.at());
    assert_eq!(all.capacity as i64, 2 * each - 1);
}

#[test]
fn a_bay_that_is_out_of_use_keeps_nothing_and_none_at_all_is_a_full_slot() {
    let mut site = calm(SINGAPORE, 9);
    for bay in needs(&site, 1).bays {
        let why = "a new door".to_owned();
        site.ask(Command::LockBay { bay, why })
            .expect("it is there");
    }
    assert_eq!(appoint(&mut site, 1, 8), Err(Refusal::SlotFull));
}

#[test]
fn a_full_slot_is_refused_and_the_next_one_is_not() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 8).expect("it is free");
    assert_eq!(appoint(&mut site, 2, 8), Err(Refusal::SlotFull));
    appoint(&mut site, 2, 9).expect("it is free");
    let (id, needs) = (fetch(3).id, needs(&site, 3));
    let until = (begins(8), begins(10));
    let slots = offered(&site.state, (Some(&id), &needs), &TERMS, until, site.at());
    let free: Vec<usize> = slots.iter().map(|offered| offered.free()).collect();
    assert_eq!(free, [0, 0, 1]);
}

#[test]
fn towers_that_share_no_bay_do_not_fill_each_others_slots() {
    let mut site = calm(WOLFSBURG, 40);
    let bays = |number| needs(&site, number).bays;
    let other = (2..=40).find(|number| bays(*number) != bays(1));
    let other = other.expect("cars stand in both towers");
    appoint(&mut site, 1, 8).expect("it is free");
    appoint(&mut site, other, 8).expect("the other tower's bay is free");
}

#[test]
fn another_slot_takes_the_place_of_the_first_in_one_step() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 8).expect("it is free");
    assert_eq!(appoint(&mut site, 1, 8), Ok(vec![]), "it is theirs already");
    let moved = appoint(&mut site, 1, 12).expect("it is free");
    assert!(matches!(moved[..], [Event::Appointed { .. }]));
    assert_eq!(
        given(&site.state, 1).map(|one| one.slot.begins),
        Some(begins(12))
    );
    appoint(&mut site, 2, 8).expect("it is free again");
    assert_eq!(appoint(&mut site, 1, 8), Err(Refusal::SlotFull));
    let kept = given(&site.state, 1).map(|one| one.slot.begins);
    assert_eq!(
        kept,
        Some(begins(12)),
        "who is refused keeps what they have"
    );
}

#[test]
fn a_slot_is_on_the_grid_and_neither_too_soon_nor_too_far() {
    let mut site = calm(SINGAPORE, 9);
    let now = site.at();
    let ask = |site: &mut Site, begins| {
        let command = command(site, 1, begins);
        site.ask(command)
    };
    let crooked = begins(8).plus_seconds(60);
    assert_eq!(ask(&mut site, crooked), Err(Refusal::NotASlot));
    let from = earliest(&needs(&site, 1), now);
    assert!(from > now);
    let past = Moment::default();
    assert_eq!(ask(&mut site, past), Err(Refusal::SlotTooSoon { from }));
    let until = now.plus_seconds(7 * 86_400);
    let far = begins(7 * 96 + 1);
    assert_eq!(ask(&mut site, far), Err(Refusal::SlotTooFar { until }));
}

#[test]
fn a_car_under_way_or_gone_gets_no_appointment() {
    let mut site = calm(SINGAPORE, 9);
    site.queue(fetch(1));
    site.until(60, "moving", |site| site.plc.is_moving());
    let id = fetch(1).id;
    assert_eq!(appoint(&mut site, 1, 8), Err(Refusal::Started(id.clone())));
    assert_eq!(site.ask(Command::Unappoint { job: id.clone() }), Ok(vec![]));
    let asked = command(&site, 1, begins(8));
    site.until_idle(900);
    assert_eq!(site.ask(asked), Err(Refusal::JobOver(id)));
}

#[test]
fn a_car_comes_for_its_time_and_not_before() {
    let mut site = calm(SINGAPORE, 30);
    appoint(&mut site, 30, 3).expect("a buyer chooses before paying");
    site.queue(fetch(30));
    site.run(600);
    assert_eq!(site.plc.moves, 0);
    let slot = TERMS.slot(begins(3)).expect("on the grid");
    assert_eq!(why(&mut site, 30), Why::Appointment { slot });
    let readings = site.controller.readings();
    let wait = wait(
        &site.state,
        &site.machine,
        &fetch(30).id,
        readings,
        site.at(),
    );
    assert_eq!(wait.expect("it is live").rule, Rule::ChosenTime);
    assert!(
        site.state
            .job(&fetch(30).id)
            .expect("it is live")
            .promise
            .is_none()
    );
    let told = planner::eta(&site.state, &site.machine, &fetch(30).id, site.at());
    let told = told.expect("its time is known");
    let until_ms = begins(3).millis_since(site.at());
    assert_eq!(told.expected_s, until_ms.unsigned_abs().div_ceil(1_000));
    site.until_idle(3_600);
    let came = came_at(&site, 30).expect("it came");
    let early_ms = begins(3).millis_since(came);
    assert!(
        (0..=2 * MARGIN_MS).contains(&early_ms),
        "{early_ms} ms before"
    );
    assert_eq!(
        (site.state.appointments.given, site.state.appointments.kept),
        (1, 1)
    );
    assert!(site.state.appointments.is_empty(), "it ends with its job");
}

#[test]
fn those_who_come_without_an_appointment_are_served_meanwhile() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 4).expect("it is free");
    site.queue(fetch(1));
    site.queue(fetch(2));
    let order = in_order(&site.state, &site.machine, site.at());
    assert_eq!(order.len(), 1);
    site.until(900, "fetched", |site| {
        site.state.ended.contains(&fetch(2).id)
    });
    assert!(matches!(why(&mut site, 1), Why::Appointment { .. }));
}

#[test]
fn a_fetch_whose_time_has_come_does_not_starve_behind_those_who_come_at_once() {
    let mut site = calm(SINGAPORE, 30);
    appoint(&mut site, 30, 3).expect("it is free");
    site.queue(fetch(30));
    for number in 1..=12 {
        site.queue(fetch(number));
    }
    site.until_idle(18_000);
    let came = came_at(&site, 30).expect("it came");
    assert!(
        came <= TERMS.slot(begins(3)).expect("on the grid").ends,
        "{came}"
    );
    assert_eq!(site.state.appointments.kept, 1);
}

#[test]
fn cars_of_one_slot_all_stand_at_a_bay_before_it_ends() {
    let mut site = calm(SINGAPORE, 30);
    let hour = Terms {
        minutes: 60,
        days: 7,
    };
    for number in [10, 20, 30] {
        let ask = Command::Appoint {
            job: fetch(number),
            begins: begins(4),
            handover: needs(&site, number),
            terms: hour,
        };
        site.ask(ask).expect("it is free");
        site.queue(fetch(number));
    }
    site.until_idle(9_000);
    assert_eq!(
        (site.state.appointments.given, site.state.appointments.kept),
        (3, 3)
    );
}

#[test]
fn who_wants_the_car_at_once_after_all_gets_it_at_once() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 90).expect("it is free");
    site.queue(fetch(1));
    site.run(60);
    let id = fetch(1).id;
    let given_back = Command::GiveBackSlot { job: id.clone() };
    assert_eq!(site.ask(given_back), Ok(vec![]), "its fetch is queued");
    let ended = site.ask(Command::Unappoint { job: id.clone() });
    assert_eq!(ended, Ok(vec![Event::AppointmentEnded { job: id.clone() }]));
    assert_eq!(site.ask(Command::Unappoint { job: id }), Ok(vec![]));
    site.until_idle(900);
    assert_eq!(site.plc.moves, 1);
}

#[test]
fn a_time_whose_order_ended_without_a_car_is_free_again() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 8).expect("it is free");
    let give_back = || Command::GiveBackSlot { job: fetch(1).id };
    assert_eq!(site.ask(give_back()).map(|events| events.len()), Ok(1));
    assert_eq!(site.ask(give_back()), Ok(vec![]));
    appoint(&mut site, 2, 8).expect("it is free again");
    site.queue(fetch(2));
    site.ask(Command::CancelJob { job: fetch(2).id })
        .expect("it has not begun");
    assert!(site.state.appointments.is_empty());
}

#[test]
fn an_appointment_that_nobody_came_back_to_is_forgotten() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 8).expect("it is free");
    site.now_ms += 48 * 3_600_000;
    appoint(&mut site, 2, 300).expect("it is free");
    assert_eq!(site.state.appointments.len(), 1);
}

#[test]
fn a_fault_holds_nobody_up_whose_time_has_not_come() {
    let mut site = calm(SINGAPORE, 9);
    appoint(&mut site, 1, 8).expect("it is free");
    site.queue(fetch(1));
    site.queue(fetch(2));
    site.until(60, "moving", |site| site.plc.is_moving());
    site.plc.jam();
    site.run(60);
    let delayed = site.log.iter().filter_map(|event| match event {
        Event::FetchDelayed { job, .. } => Some(job.clone()),
        _ => None,
    });
    assert_eq!(delayed.collect::<Vec<_>>(), [fetch(2).id]);
}

#[test]
fn while_all_cars_are_brought_out_no_time_is_waited_for() {
    let mut site = calm(SINGAPORE, 3);
    appoint(&mut site, 1, 90).expect("it is free");
    site.queue(fetch(1));
    site.ask(Command::Evacuate { id: job("flood") })
        .expect("a tower can be evacuated");
    assert_eq!(appoint(&mut site, 1, 91), Err(Refusal::Evacuating));
    site.until_idle(3_600);
    assert!(site.state.inventory.is_empty());
}

#[test]
fn an_appointment_moves_while_its_car_waits_and_what_was_promised_is_void() {
    let mut site = calm(SINGAPORE, 9);
    site.people = false;
    for number in 1..=4 {
        site.queue(fetch(number));
    }
    site.until(600, "both bays taken", |site| {
        site.state
            .jobs
            .iter()
            .filter(|live| matches!(live.stage, Stage::AtBay { .. }))
            .count()
            == 2
    });
    assert!(
        site.state
            .job(&fetch(4).id)
            .expect("it waits")
            .promise
            .is_some()
    );
    appoint(&mut site, 4, 12).expect("it has not begun");
    site.run(30);
    assert!(
        site.state
            .job(&fetch(4).id)
            .expect("it waits")
            .promise
            .is_none()
    );
}

/// What a buyer asks for.
#[derive(Clone, Debug)]
enum Wish {
    Slot { car: u32, slot: i64 },
    AtOnce { car: u32 },
    Over { car: u32 },
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        4 => (1..=12_u32, 2..9_i64).prop_map(|(car, slot)| Wish::Slot { car, slot }),
        1 => (1..=12_u32).prop_map(|car| Wish::AtOnce { car }),
        1 => (1..=12_u32).prop_map(|car| Wish::Over { car }),
    ]
}

/// The bays that are needed at a moment: each hand-over has one for as long as it takes.
fn needed_at(state: &State, moment: Moment) -> usize {
    let is_there = |one: &Appointment| {
        let takes_ms = takes_ms(state, &one.handover).max(one.slot.length_ms());
        (0..takes_ms).contains(&moment.millis_since(one.slot.begins))
    };
    let book = state.appointments.iter();
    book.filter(|(_, one)| is_there(one)).count()
}

fn check_wishes(minutes: u32, wishes: &[Wish]) {
    let mut site = Site::with_cars(SINGAPORE, 12);
    let terms = Terms { minutes, days: 7 };
    let begins = |slot: i64| Moment::default().plus_seconds(slot * i64::from(minutes) * 60);
    let all = (1..=12).map(|car| needs(&site, car));
    let shortest = all.min_by_key(|needs| needs.fetch_ms).expect("twelve cars");
    for wish in wishes {
        let before = site.state.appointments.clone();
        let command = match *wish {
            Wish::Slot { car, slot } => Command::Appoint {
                job: fetch(car),
                begins: begins(slot),
                handover: needs(&site, car),
                terms,
            },
            Wish::AtOnce { car } => Command::Unappoint { job: fetch(car).id },
            Wish::Over { car } => Command::GiveBackSlot { job: fetch(car).id },
        };
        let again = command.clone();
        match site.ask(command) {
            Ok(events) => assert!(events.len() <= 1),
            Err(_) => assert_eq!(site.state.appointments, before, "a refusal changes nothing"),
        }
        if site.state.appointments != before {
            assert_eq!(Tower::decide(&site.state, again, site.at()), Ok(vec![]));
        }
        for slot in 2..9 {
            let slot = terms.slot(begins(slot)).expect("on the grid");
            let most = offer(&site.state, (None, &shortest), slot, site.at()).capacity;
            assert!(needed_at(&site.state, slot.begins) <= most);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_asked_for_in_whatever_order_no_slot_has_more_than_its_bays_can_keep(
        minutes in prop_oneof![Just(5_u32), Just(15), Just(60)],
        wishes in prop::collection::vec(wish(), 1..40),
    ) {
        check_wishes(minutes, &wishes);
    }
}

#[test]
fn an_appointment_is_written_as_any_event_is() {
    let site = calm(SINGAPORE, 3);
    let command = command(&site, 1, begins(8));
    let events = Tower::decide(&site.state, command, site.at()).expect("it is free");
    let text = serde_json::to_string(&events[0]).expect("an event is plain data");
    let read: Event = serde_json::from_str(&text).expect("it is read again");
    assert_eq!(read, events[0]);
    assert!(text.contains("\"slot\""), "{text}");
    assert_eq!(Place::from("bay-1"), needs(&site, 1).bays[0]);
}
