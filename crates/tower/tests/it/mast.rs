//! Lifts on one mast: what a file says of them, and who has to go out of whose way.

use crate::machine::{SINGAPORE, problems, read};
use tower::machine::{Heights, LiftPose};

/// The Singapore tower with two lifts on one mast, a pit and an overrun.
pub(crate) fn two_on_a_mast() -> String {
    let lifts = "[[lifts]]
name = \"lower\"
mast = \"mast-1\"
clearance_mm = 3_000
lowest_mm = -3_000
rest_mm = -3_000

[[lifts]]
name = \"upper\"
mast = \"mast-1\"
clearance_mm = 2_500
highest_mm = 47_400
";
    SINGAPORE.replace("[[lifts]]\nname = \"lift-1\"\n", lifts)
}

fn heights(low_mm: i32, high_mm: i32) -> Heights {
    Heights { low_mm, high_mm }
}

#[test]
fn with_pit_and_overrun_both_lifts_of_a_mast_reach_every_place() {
    let machine = read(&two_on_a_mast());
    for spec in &machine.places {
        assert!(machine.reaches(0, &spec.place), "lower, {}", spec.place);
        assert!(machine.reaches(1, &spec.place), "upper, {}", spec.place);
    }
    assert_eq!(machine.mast_neighbours(0).collect::<Vec<_>>(), [1]);
    assert_eq!(machine.lifts[0].reach, heights(-3_000, 44_100));
}

#[test]
fn without_overrun_the_lower_lift_leaves_the_highest_levels_to_the_upper_one() {
    let machine = read(&two_on_a_mast().replace("highest_mm = 47_400\n", ""));
    assert!(machine.reaches(0, &"13-1".into()) && !machine.reaches(0, &"15-1".into()));
    assert_eq!(machine.lift_for(&"15-1".into(), &"bay-1".into()), Ok(1));
}

#[test]
fn without_a_pit_the_upper_lift_reaches_no_bay_and_the_file_is_refused() {
    let text = two_on_a_mast()
        .replace("lowest_mm = -3_000\nrest_mm = -3_000\n", "")
        .replace(
            "clearance_mm = 2_500\n",
            "clearance_mm = 2_500\nrest_mm = 3_000\n",
        );
    let told = problems(&text);
    let expected = "upper reaches no bay; it can serve places from 3000 to 47400 mm; add a bay to \
                    its serves, or let the lift under it go lower: a smaller lowest_mm";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn lifts_of_a_mast_that_rest_too_near_or_in_the_wrong_order_are_told() {
    let told = problems(&two_on_a_mast().replace("rest_mm = -3_000\n", "rest_mm = -1_000\n"));
    let expected = "upper rests 1000 mm above lower, nearer than their clearance of 3000 mm; \
                    write rest_mm = 2000 at least, or list the lifts of a mast from below";
    assert!(told.contains(expected), "{told}");
    let told = problems(&two_on_a_mast().replace("clearance_mm = 2_500\n", ""));
    assert!(told.contains("lifts.clearance_mm is missing"), "{told}");
    let alone = SINGAPORE.replace(
        "name = \"lift-1\"",
        "name = \"lift-1\"\nmast = \"m\"\nclearance_mm = 1",
    );
    let told = problems(&alone);
    assert!(told.contains("m carries lift-1 alone"), "{told}");
}

#[test]
fn two_moves_on_one_mast_are_apart_only_with_the_clearance_between_them() {
    let machine = read(&two_on_a_mast());
    let lower = (0, heights(0, 10_000));
    assert!(machine.are_apart(lower, (1, heights(13_000, 40_000))));
    assert!(machine.are_apart((1, heights(13_000, 40_000)), lower));
    assert!(!machine.are_apart(lower, (1, heights(12_999, 40_000))));
    assert!(!machine.are_apart((0, Heights::at(20_000)), (1, Heights::at(10_000))));
    let own_shafts = read(crate::machine::WOLFSBURG);
    assert!(own_shafts.are_apart((0, Heights::at(0)), (1, Heights::at(0))));
}

#[test]
fn an_idle_lift_goes_just_as_far_aside_as_it_must() {
    let machine = read(&two_on_a_mast());
    let whole = heights(0, 44_100);
    assert_eq!(machine.aside(0, 5_000, 1, whole), Some(-3_000));
    assert_eq!(machine.aside(0, -3_000, 1, whole), Some(-3_000));
    assert_eq!(
        machine.aside(1, 20_000, 0, heights(0, 44_100)),
        Some(47_100)
    );
    assert_eq!(
        machine.aside(1, 20_000, 0, heights(0, 10_000)),
        Some(20_000)
    );
    assert_eq!(machine.aside(1, 20_000, 0, heights(0, 45_000)), None);
}

#[test]
fn the_heights_of_a_move_hold_everything_the_lift_passes() {
    let machine = read(&two_on_a_mast());
    let start = LiftPose {
        height_mm: -3_000,
        side: 0,
    };
    let plan = machine.plan_move(&"15-3".into(), &"bay-1".into(), start);
    let plan = plan.expect("a plan");
    assert_eq!(plan.heights(), heights(-3_000, 44_100));
    let times = (0..=plan.total_ms).step_by(50);
    let mut passed = times.map(|at_ms| plan.pose(at_ms).height_mm);
    assert!(passed.all(|mm| plan.heights().hold(mm)));
}
