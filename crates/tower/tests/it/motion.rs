//! Motion against its closed form.

use proptest::prelude::*;
use serde_json::Value;
use tower::motion::Motion;

pub(crate) fn vector(id: &str) -> Value {
    let text = include_str!("../vectors/tower.json");
    let all: Value = serde_json::from_str(text).expect("the vectors are JSON");
    let list = all["vectors"].as_array().expect("a list of vectors");
    let found = list.iter().find(|vector| vector["id"] == id);
    found.expect("a vector of that name").clone()
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn a_motion_takes_the_time_elementary_kinematics_say() {
    let vector = vector("MOTION-trapezoid");
    let cases = vector["inputs"]["cases"].as_array().expect("cases");
    let times = vector["expected"]["t_s"].as_array().expect("times");
    for (case, time) in cases.iter().zip(times) {
        let (d, v, a) = (number(&case["d"]), number(&case["v"]), number(&case["a"]));
        let took = Motion::trapezoid(d, v, a).duration_s();
        assert!((took - number(time)).abs() < 1e-8, "{d} {v} {a}: {took}");
    }
}

#[test]
fn a_motion_starts_at_rest_never_exceeds_its_limit_and_ends_at_its_end() {
    for (d, v, a) in [
        (45_600.0, 2_000.0, 196.0),
        (2_400.0, 2_000.0, 500.0),
        (0.0, 1.0, 1.0),
    ] {
        let motion = Motion::trapezoid(d, v, a);
        let steps = 1_000;
        let step = motion.duration_s() / f64::from(steps);
        let at = |index: i32| motion.position(step * f64::from(index));
        assert_eq!(at(0), 0.0);
        for index in 0..steps {
            let way = at(index + 1) - at(index);
            assert!(way >= 0.0 && way <= v * step + 1e-6, "{way} in {step}");
        }
        assert!((at(steps) - d).abs() < 1e-6);
        assert_eq!(motion.position(motion.duration_s() + 1.0), d);
    }
}

/// The limits of seven segments that reach `v` over `d`, found by nothing but integration: each
/// tenth of a millisecond the jerk that leads there.
fn integrated(motion: &Motion, (d, v, a, j): (f64, f64, f64, f64)) {
    let steps = 20_000;
    let step = motion.duration_s() / f64::from(steps);
    let at = |index: i32| motion.position(step * f64::from(index));
    let speed = |index: i32| (at(index + 1) - at(index)) / step;
    let gain = |index: i32| (speed(index + 1) - speed(index)) / step;
    // A way in floating point is known to one part in 10^15; its second difference less well.
    let blur = d.max(1.0) * 1e-13 / (step * step);
    for index in 0..steps - 1 {
        assert!(speed(index) >= -1e-9 && speed(index) <= v * (1.0 + 1e-6));
        assert!(gain(index).abs() <= a * (1.0 + 1e-6) + blur, "{index}");
    }
    for index in (0..steps - 2).step_by(97) {
        let change = (gain(index + 1) - gain(index)) / step;
        assert!(
            change.abs() <= j * (1.0 + 1e-6) + 4.0 * blur / step,
            "{index}"
        );
    }
    assert!((at(steps) - d).abs() < 1e-6 * d.max(1.0));
}

#[test]
fn an_s_curve_keeps_to_its_limits_in_all_four_cases() {
    let cases = [
        // Speed and acceleration are reached; only the acceleration; neither; never by its limits.
        (
            (45.6, 2.0, 0.25, 0.125),
            45.6 / 2.0 + 2.0 / 0.25 + 0.25 / 0.125,
        ),
        (
            (9.0, 2.0, 0.25, 0.125),
            2.0 + (4.0_f64 + 4.0 * 9.0 / 0.25).sqrt(),
        ),
        ((1.0, 2.0, 0.25, 0.125), (32.0_f64 / 0.125).cbrt()),
        ((10.0, 1.0, 5.0, 0.5), 10.0 + 2.0 * 2.0_f64.sqrt()),
    ];
    for ((d, v, a, j), seconds) in cases {
        let motion = Motion::s_curve(d, v, a, j);
        assert!(
            (motion.duration_s() - seconds).abs() < 1e-12,
            "{d} {v} {a} {j}"
        );
        integrated(&motion, (d, v, a, j));
    }
}

proptest! {
    #[test]
    fn an_s_curve_takes_hardly_longer_for_hardly_more_at_every_border(
        v in 0.1_f64..5.0, a in 0.05_f64..3.0, j in 0.05_f64..5.0
    ) {
        let top = a.min((v * j).sqrt());
        let borders = [v * (v / top + top / j), 2.0 * top.powi(3) / (j * j)];
        for border in borders {
            let time = |d: f64| Motion::s_curve(d, v, a, j).duration_s();
            let (below, above) = (time(border * (1.0 - 1e-9)), time(border * (1.0 + 1e-9)));
            prop_assert!((above - below).abs() < 1e-6, "{below} {above}");
            prop_assert!(below <= above + 1e-12);
        }
    }

    #[test]
    fn an_s_curve_takes_longer_than_a_trapezoid_and_comes_near_it_as_jerk_grows(
        d in 0.0_f64..100.0, v in 0.1_f64..5.0, a in 0.05_f64..3.0, j in 0.05_f64..5.0
    ) {
        let sharp = Motion::trapezoid(d, v, a).duration_s();
        prop_assert!(Motion::s_curve(d, v, a, j).duration_s() >= sharp - 1e-9);
        let hard = Motion::s_curve(d, v, a, 1e9).duration_s();
        prop_assert!((hard - sharp).abs() < 1e-2, "{hard} {sharp}");
    }

    #[test]
    fn a_motion_is_a_mirror_of_itself(
        d in 0.001_f64..100.0, v in 0.1_f64..5.0, a in 0.05_f64..3.0, j in 0.05_f64..5.0,
        part in 0.0_f64..1.0
    ) {
        let motion = Motion::s_curve(d, v, a, j);
        let t = part * motion.duration_s();
        let both = motion.position(t) + motion.position(motion.duration_s() - t);
        prop_assert!((both - d).abs() < 1e-9 * d.max(1.0), "{both} of {d}");
    }
}
