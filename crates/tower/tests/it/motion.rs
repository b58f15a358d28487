//! Motion against its closed form.

use serde_json::Value;
use tower::motion::Trapezoid;

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
        let took = Trapezoid::new(d, v, a).duration_s();
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
        let motion = Trapezoid::new(d, v, a);
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
