//! What a machine comes to: reach, sizes, and bounds that no planner beats.

use crate::machine::{CHARLOTTE, NANJING, SHIPPED, SINGAPORE, WOLFSBURG, problems, read};
use tower::machine::{Dimension, position};

#[test]
fn every_slot_of_a_shipped_machine_reaches_a_bay_and_is_of_one_size() {
    for text in SHIPPED {
        let machine = read(text);
        let survey = machine.survey();
        let slots = machine.slots().count();
        assert_eq!(survey.slots, slots, "{}", machine.id);
        let sized: usize = survey.sizes.iter().map(|class| class.slots).sum();
        assert_eq!(sized, slots, "{}", machine.id);
        let stands = survey.sizes.iter().flat_map(|class| &class.stands).count();
        assert_eq!(stands + slots, machine.places.len(), "{}", machine.id);
        for slot in machine.slots() {
            let reached = |bay: &&tower::machine::BayReach| !bay.not_reached.contains(&slot.place);
            assert!(
                survey.bays.iter().any(|bay| reached(&bay)),
                "{} {}",
                machine.id,
                slot.place
            );
        }
    }
}

#[test]
fn a_wolfsburg_lift_serves_its_half_of_the_circle_and_its_own_bay() {
    let survey = read(WOLFSBURG).survey();
    for (lift, bay) in survey.lifts.iter().zip(&survey.bays) {
        assert_eq!((lift.slots, lift.window), (200, false));
        assert_eq!(lift.bays, std::slice::from_ref(&bay.bay));
        assert_eq!(bay.by_lift, [(lift.lift.clone(), 200)]);
        assert_eq!(bay.not_reached.len(), 200);
    }
}

#[test]
fn sizes_beyond_the_norm_are_told_by_their_dimension() {
    let survey = read(SINGAPORE).survey();
    let beyond: Vec<_> = survey
        .sizes
        .iter()
        .map(|class| class.beyond_en_14010.clone())
        .collect();
    assert_eq!(
        beyond,
        [
            vec![Dimension::Mass],
            vec![Dimension::Length, Dimension::Mass]
        ]
    );
    assert_eq!(survey.sizes[0].levels, Some((6, 15)));
    assert_eq!(read(NANJING).survey().sizes[0].beyond_en_14010, []);
}

#[test]
fn emergency_power_is_slower_and_unknown_where_the_file_is_silent() {
    let survey = read(CHARLOTTE).survey();
    for bay in &survey.bays {
        let (usual, slow) = (bay.single.as_ref(), bay.on_emergency_power.as_ref());
        let (usual, slow) = (usual.expect("32 slots"), slow.expect("a generator"));
        assert!(slow.mean_s >= usual.mean_s && slow.count == usual.count);
        assert_eq!(bay.fem_9_851, None);
    }
    assert_eq!(read(WOLFSBURG).survey().bays[0].on_emergency_power, None);
}

#[test]
fn a_bay_hands_over_no_faster_than_its_doors_and_its_buyer() {
    let survey = read(SINGAPORE).survey();
    let bay = &survey.bays[0];
    // Two ways of the outer door, two of the inner one, the shuttle there and back, and its grip.
    let shuttle_s = 3_200.0 / 800.0 + 800.0 / 500.0;
    let machine_s = 2.0 * 6.0 + 2.0 * 3.0 + 2.0 * shuttle_s + 3.0;
    assert!(
        (bay.machine_s - machine_s).abs() < 1e-9,
        "{}",
        bay.machine_s
    );
    let an_hour = bay.hand_overs_per_h(240.0);
    assert!((an_hour - 3_600.0 / (machine_s + 240.0)).abs() < 1e-9);
}

#[test]
fn all_places_that_no_lift_reaches_are_named_at_once() {
    let narrow = WOLFSBURG.replace("stalls = [11, 20]", "stalls = [12, 20]");
    let told = problems(&narrow);
    assert!(
        told.contains("no lift reaches 01-11, 02-11, 03-11"),
        "{told}"
    );
    assert!(told.contains("20-11"), "{told}");
}

#[test]
fn a_key_is_found_by_line_and_column_and_the_top_stands_for_none() {
    let text = "id = \"a\"\n[plc]\nstatus_base = 7\n";
    assert_eq!(
        position(text, &[&["plc", "order_base"], &["plc", "status_base"]]),
        (3, 15)
    );
    assert_eq!(position(text, &[&["lifts"]]), (1, 1));
}
