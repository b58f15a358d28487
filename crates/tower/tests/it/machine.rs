//! Machine files: what they promise, and what is told about a wrong one.

use crate::motion::{number, vector};
use crate::site::{Site, fetch};
use tower::job::CarSize;
use tower::machine::{Axis, Dimension, LiftPose, Machine, Phase, PlaceKind};
use tower::motion::Motion;
use tower::tower::{Event, Place};

pub(crate) const SINGAPORE: &str = include_str!("../../../../machines/autobahn-singapore.toml");
pub(crate) const GUANGZHOU: &str = include_str!("../../../../machines/tmall-guangzhou.toml");
pub(crate) const WOLFSBURG: &str = include_str!("../../../../machines/autostadt-wolfsburg.toml");

pub(crate) const CHARLOTTE: &str = include_str!("../../../../machines/carvana-charlotte.toml");
pub(crate) const NANJING: &str = include_str!("../../../../machines/nanjing-rotary.toml");
pub(crate) const SHIPPED: [&str; 5] = [SINGAPORE, GUANGZHOU, WOLFSBURG, CHARLOTTE, NANJING];

pub(crate) fn read(text: &str) -> Machine {
    match Machine::parse(text, "machine.toml") {
        Ok(machine) => machine,
        Err(problems) => panic!("{problems}"),
    }
}

pub(crate) fn problems(text: &str) -> String {
    let problems = Machine::parse(text, "machine.toml").expect_err("a wrong file");
    problems.to_string()
}

fn fetch_s(machine: &Machine, slot: &Place, bay: &Place) -> f64 {
    let lift = machine.lift_for(slot, bay).expect("a lift");
    let plan = machine.plan_move(slot, bay, machine.rest_pose(lift));
    plan.expect("a plan").total_ms as f64 / 1_000.0
}

#[test]
fn the_singapore_tower_keeps_sixty_cars_on_fifteen_levels() {
    let machine = read(SINGAPORE);
    assert_eq!(machine.slots().count(), 60);
    let names: Vec<_> = machine
        .places
        .iter()
        .map(|spec| spec.place.0.as_str())
        .collect();
    assert_eq!(names[..5], ["01-1", "01-2", "01-3", "01-4", "02-1"]);
    assert_eq!(names[60..], ["window", "bay-1", "bay-2"]);
    assert!(
        machine
            .places
            .iter()
            .enumerate()
            .all(|(index, spec)| spec.index == index)
    );
}

#[test]
fn the_singapore_tower_brings_its_farthest_car_down_within_two_minutes() {
    let machine = read(SINGAPORE);
    let bay = &machine.bays[0].place;
    let longest = machine
        .slots()
        .map(|spec| fetch_s(&machine, &spec.place, bay));
    let longest = longest.fold(0.0, f64::max);
    assert!((100.0..=120.0).contains(&longest), "{longest} s");
}

#[test]
fn long_and_heavy_cars_go_to_the_lower_levels_only() {
    let machine = read(SINGAPORE);
    let phantom = CarSize {
        length_mm: 5_762,
        width_mm: 2_018,
        height_mm: 1_646,
        mass_kg: 2_560,
    };
    assert_eq!(machine.check_fit(&Place::from("05-1"), &phantom), Ok(()));
    let no = machine
        .check_fit(&Place::from("06-1"), &phantom)
        .expect_err("too long");
    assert_eq!(
        (no.dimension, no.car, no.limit),
        (Dimension::Length, 5_762, 5_300)
    );
    let fitting = machine
        .slots()
        .filter(|spec| phantom.fits(&spec.max).is_ok());
    assert_eq!(fitting.count(), 20);
}

#[test]
fn the_guangzhou_tower_keeps_forty_two_cars() {
    let machine = read(GUANGZHOU);
    assert_eq!(machine.slots().count(), 42);
    assert_eq!(machine.bays.len(), 2);
}

#[test]
fn a_wolfsburg_tower_lifts_for_33_seconds_of_the_104_to_its_farthest_stall() {
    let machine = read(WOLFSBURG);
    assert_eq!(machine.slots().count(), 400);
    let bay = Place::from("bay-1");
    let pose = machine.pose_before(machine.place(&bay).expect("the bay"));
    let mut longest = (0, 0);
    for slot in machine
        .slots()
        .filter(|spec| machine.reaches(0, &spec.place))
    {
        let plan = machine.plan_move(&bay, &slot.place, pose).expect("a plan");
        let lifting =
            |leg: &&tower::machine::Leg| leg.axis == Axis::Lift && leg.phase == Phase::Carry;
        let lift_ms = plan
            .legs
            .iter()
            .find(lifting)
            .expect("a lift leg")
            .duration_ms;
        longest = longest.max((plan.total_ms, lift_ms));
    }
    assert!(longest.0.abs_diff(104_000) <= 500, "{longest:?}");
    assert!(longest.1.abs_diff(33_000) <= 100, "{longest:?}");
}

#[test]
fn each_half_of_a_wolfsburg_tower_has_its_own_lift() {
    let machine = read(WOLFSBURG);
    let lift = |slot: &str, bay: &str| machine.lift_for(&slot.into(), &bay.into());
    assert_eq!(lift("07-10", "bay-1"), Ok(0));
    assert_eq!(lift("07-11", "bay-2"), Ok(1));
    assert!(lift("07-11", "bay-1").is_err());
}

#[test]
fn cars_of_both_halves_of_a_wolfsburg_tower_are_brought_to_the_bay_of_their_half() {
    let mut site = Site::with_cars(WOLFSBURG, 30);
    for number in [3, 15, 22] {
        site.queue(fetch(number));
    }
    site.until_idle(1_200);
    let bays = site.log.iter().filter_map(|event| match event {
        Event::CarAtBay { bay, .. } => Some(bay.0.as_str()),
        _ => None,
    });
    let mut bays: Vec<&str> = bays.collect();
    bays.sort_unstable();
    assert_eq!(bays, ["bay-1", "bay-1", "bay-2"]);
}

#[test]
fn a_machine_seen_ten_times_faster_takes_a_tenth_of_the_time() {
    for text in SHIPPED {
        let machine = read(text);
        let fast = machine.at_speed(10.0);
        for slot in machine.slots() {
            let bay = machine.bays.iter().map(|bay| &bay.place);
            let bay = bay
                .clone()
                .find(|bay| machine.lift_for(&slot.place, bay).is_ok());
            let bay = bay.expect("a bay for each slot");
            let ratio = fetch_s(&machine, &slot.place, bay) / fetch_s(&fast, &slot.place, bay);
            assert!((ratio - 10.0).abs() < 0.02, "{ratio}");
        }
    }
}

#[test]
fn the_lift_is_where_its_plan_says_and_ends_before_the_target() {
    let machine = read(SINGAPORE);
    let (slot, bay) = (Place::from("15-3"), Place::from("bay-1"));
    let plan = machine
        .plan_move(&slot, &bay, machine.rest_pose(0))
        .expect("a plan");
    let before = |place| machine.pose_before(machine.place(place).expect("a place"));
    assert_eq!(plan.pose(0), machine.rest_pose(0));
    assert_eq!(plan.pose(plan.loaded_ms), before(&slot));
    assert_eq!(plan.pose(plan.total_ms).height_mm, before(&bay).height_mm);
    assert!(plan.loaded_ms < plan.total_ms);
}

#[test]
fn a_car_on_the_lift_is_only_carried_and_put_off() {
    let machine = read(SINGAPORE);
    let plan = machine.plan_move(&"lift-1".into(), &"03-2".into(), LiftPose::default());
    let plan = plan.expect("a plan");
    assert_eq!(plan.loaded_ms, 0);
    let carrying = |leg: &tower::machine::Leg| matches!(leg.phase, Phase::Carry | Phase::Unload);
    assert!(plan.legs.iter().all(carrying));
}

#[test]
fn a_cylinder_of_400_stalls_has_the_enumerated_single_command_times() {
    let vector = vector("CYL400-single-command");
    let machine = read(include_str!("../vectors/cyl400.toml"));
    let io = LiftPose::default();
    let mut seconds = Vec::new();
    for slot in machine.slots() {
        let pose = machine.pose_before(slot);
        let turn = f64::from(pose.side.min(360_000 - pose.side));
        let lift = Motion::trapezoid(f64::from(pose.height_mm), 2_000.0, 500.0).duration_s();
        let way = lift.max(Motion::trapezoid(turn, 20_000.0, 10_000.0).duration_s());
        let exact = 2.0 * way + 30.0;
        let plan = machine
            .plan_move(&slot.place, &"bay-1".into(), io)
            .expect("a plan");
        assert!(
            (plan.total_ms as f64 / 1_000.0 - exact).abs() < 0.002,
            "{}",
            slot.place
        );
        seconds.push(exact);
    }
    let mean = seconds.iter().sum::<f64>() / seconds.len() as f64;
    let expected = &vector["expected"];
    assert!((mean - number(&expected["mean_s"])).abs() < 1e-6, "{mean}");
    let least = seconds.iter().copied().fold(f64::MAX, f64::min);
    assert!((least - number(&expected["min_s"])).abs() < 1e-6);
    let most = seconds.iter().copied().fold(0.0, f64::max);
    assert!((most - number(&expected["max_s"])).abs() < 1e-6);
}

#[test]
fn every_problem_of_a_file_is_told_with_line_column_and_cure() {
    let wrong = SINGAPORE
        .replace("levels = 15", "levels = 25\ncolour = \"red\"")
        .replace("speed_m_s = 1.2", "speed_m_s = 0")
        .replace("name = \"window\"", "name = \"bay-1\"")
        .replace("Asia/Singapore", "Asia/Singapour")
        .replace("with_lift = true", "with_lift = \"yes\"");
    let told = problems(&wrong);
    let line = wrong
        .lines()
        .position(|line| line.starts_with("colour"))
        .expect("a line")
        + 1;
    assert!(
        told.contains(&format!("machine.toml:{line}:1: unknown key layout.colour")),
        "{told}"
    );
    for expected in [
        "outside the shaft of 47500 mm; write at most 15 levels",
        "lift.speed_m_s is not a number above 0",
        "place bay-1 is there twice; give it a name of its own",
        "\"Asia/Singapour\" is no time zone",
        "turn.with_lift is not true or false",
    ] {
        assert!(told.contains(expected), "{expected} in\n{told}");
    }
}

#[test]
fn a_tower_without_bay_lift_or_levels_is_no_tower() {
    let told = problems("id = \"x\"\nname = \"X\"\naddress = \"\"\nzone = \"Asia/Singapore\"\n");
    for expected in [
        "no bay",
        "no lift",
        "layout is missing",
        "shuttle is missing",
    ] {
        assert!(told.contains(expected), "{expected} in\n{told}");
    }
    let told = problems(&SINGAPORE.replace("levels = 15", "levels = 0"));
    assert!(
        told.contains("layout.levels is not a whole number from 1 to 99"),
        "{told}"
    );
}

#[test]
fn broken_toml_is_told_where_it_breaks() {
    let told = problems("id = \n");
    assert!(told.starts_with("machine.toml:1:"), "{told}");
}

#[test]
fn a_slot_out_of_service_is_marked_and_keeps_its_place_in_the_order() {
    let text = SINGAPORE.replace("levels = 15", "levels = 15\nout_of_service = [\"03-2\"]");
    let machine = read(&text);
    let marked: Vec<_> = machine
        .places
        .iter()
        .filter(|spec| spec.out_of_service)
        .collect();
    assert_eq!(marked.len(), 1);
    assert_eq!((marked[0].index, marked[0].kind), (9, PlaceKind::Slot));
}
