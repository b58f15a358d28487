//! Whatever is ordered and whatever people do: no car is lost or doubled, no two doors open.

use crate::plant::{Bench, carry, close, open};
use plc::panel::Act;
use proptest::prelude::*;
use tower::handshake::{Action, Door};

#[derive(Clone, Debug)]
enum Happening {
    Order(Action),
    Act(&'static str),
    Wait(u64),
}

fn any_happening() -> impl Strategy<Value = Happening> {
    let places = ["01-1", "01-2", "07-3", "15-4", "bay-1", "window", "lift-1"];
    let any_place = proptest::sample::select(places.to_vec());
    let acts = [
        "person bay-1 in",
        "person bay-1 out",
        "drive-out bay-1",
        "drive-in bay-1 ZAMXXAA1000000009 4300 1850 1450 1400",
        "jam lift-1",
        "clear-jam",
        "lie tag 07-3 empty",
        "lie tag 01-2 car",
        "lie tag lift-1 empty",
        "honest",
        "power-cut",
        "power-on",
        "emergency-stop",
        "release-stop",
        "acknowledge",
        "manual on",
        "manual off",
    ];
    prop_oneof![
        4 => (any_place.clone(), any_place).prop_map(|(a, b)| Happening::Order(carry(a, b))),
        3 => Just(Happening::Order(Action::Home)),
        2 => Just(Happening::Order(open())),
        2 => Just(Happening::Order(close())),
        4 => proptest::sample::select(acts.to_vec()).prop_map(Happening::Act),
        8 => (1..90_000_u64).prop_map(Happening::Wait),
    ]
}

fn check(bench: &Bench, cars: usize) {
    let truth = bench.world.truth();
    let mut vins: Vec<_> = truth.cars.values().map(|car| &car.vin).collect();
    vins.sort();
    vins.dedup();
    assert_eq!(vins.len(), truth.cars.len(), "a car stands in two places");
    assert_eq!(
        truth.cars.len(),
        cars,
        "cars come and go only by the street"
    );
    for doors in &truth.bays {
        let both = doors.outer != Door::Closed && doors.inner != Door::Closed;
        assert!(!both, "both doors are unlocked: {doors:?}");
    }
    if let Some(report) = bench.world.report() {
        for unit in report.status.units {
            assert!(unit.finished <= unit.accepted && unit.accepted <= unit.finished + 1);
        }
    }
}

proptest! {
    #[test]
    fn cars_are_conserved_and_doors_exclude_each_other(
        happenings in proptest::collection::vec(any_happening(), 1..80),
    ) {
        let mut bench = Bench::homed(&["01-1", "07-3", "bay-1"]);
        for happening in happenings {
            let before = bench.world.truth().cars.len();
            match happening {
                Happening::Order(action) if bench.world.has_power() => {
                    bench.order(action);
                    check(&bench, before);
                }
                Happening::Order(_) => {}
                Happening::Act(line) => {
                    let act = Act::parse(line).expect("the line is an act");
                    let drives = line.starts_with("drive-in");
                    let came = bench.world.act(&act).is_ok() && drives;
                    check(&bench, before + usize::from(came));
                }
                Happening::Wait(ms) => {
                    bench.wait(ms);
                    let after = bench.world.truth().cars.len();
                    prop_assert!(after == before || after + 1 == before);
                    check(&bench, after);
                }
            }
        }
    }
}
