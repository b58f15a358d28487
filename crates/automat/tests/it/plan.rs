//! Plans of the machine, measured by the program itself.

use super::demo::AUTOMAT;
use serde_json::Value;
use std::process::Command;

/// Measures a few plans; gives what does not depend on the speed of this machine.
fn measured(seed: &str) -> Vec<Value> {
    let options = [
        "bench",
        "plan",
        "--instances",
        "2",
        "--json",
        "--seed",
        seed,
    ];
    let output = Command::new(AUTOMAT).args(options).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    let figures: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(figures["seed"].to_string(), seed);
    let rows =
        ["one_lift", "four_lifts"].map(|kind| figures[kind].as_array().expect("rows").clone());
    let mut rows = rows.concat();
    for row in &mut rows {
        let took = row["plan"]["plan_ms"].take();
        assert!(took["p99"].as_f64() >= took["p50"].as_f64());
    }
    rows
}

#[test]
fn plans_are_close_to_their_bound_and_the_same_for_the_same_seed() {
    let rows = measured("3");
    let gap = |row: &Value| row["plan"]["gap"]["mean"].as_f64().expect("a gap");
    let (one, four) = rows.split_at(5);
    assert!(one.iter().all(|row| gap(row) <= 0.005), "{one:?}");
    assert!(four.iter().all(|row| gap(row) <= 0.05), "{four:?}");
    let nearest = |row: &Value| row["above_bound"]["nearest_neighbour"]["mean"].as_f64();
    assert!(one.iter().all(|row| nearest(row) >= Some(gap(row))));
    assert_eq!(measured("3"), rows);
    assert_ne!(measured("4"), rows);
}
