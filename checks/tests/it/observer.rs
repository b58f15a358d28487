//! The observer sees what nobody ordered.

use checks::observer::Observer;
use plc::layout::Layout;
use plc::registers;
use plc::twin::{Car, Truth, World};
use std::collections::BTreeMap;
use tower::handshake::{Action, Order, Unit};
use tower::job::CarSize;
use tower::machine::Machine;
use tower::tower::Place;

const SIZE: CarSize = CarSize {
    length_mm: 4_300,
    width_mm: 1_850,
    height_mm: 1_450,
    mass_kg: 1_400,
};

/// Has a car carried to the window, overheard by the observer or not.
fn carry(overheard: bool) -> u64 {
    let text = include_str!("../../../machines/autobahn-singapore.toml");
    let machine = Machine::parse(text, "autobahn-singapore.toml").expect("the file is sound");
    let layout = Layout::of(&machine).expect("the machine fits the map");
    let from = machine.slots().next().expect("a slot").place.clone();
    let vin = kernel::Vin::parse("ZAMXXAA1000000001").expect("a VIN");
    let cars = BTreeMap::from([(from.clone(), Car { vin, size: SIZE })]);
    let truth = Truth::at_rest(&machine, cars, 6);
    let mut world = World::new(machine.clone(), layout.clone(), truth, 1);
    world.boot();
    let mut observer = Observer::new(&world);
    let to = Place::from("window");
    let mut now_ms = 0;
    for (seq, action) in (1..).zip([Action::Home, Action::Move { from, to }]) {
        let epoch = world.report().expect("there is power").status.epoch;
        let unit = Unit(0);
        let order = Order {
            epoch,
            unit,
            seq,
            action,
        };
        if overheard {
            observer.overhear(&order);
        }
        let words = registers::encode_order(&order, &layout).expect("the places exist");
        world.receive(unit, &words);
        for _ in 0..600 {
            now_ms += 500;
            world.step(now_ms);
            observer.look(&machine, &world);
        }
    }
    observer.changes
}

#[test]
fn a_car_that_was_ordered_away_is_seen_to_be_taken_and_put() {
    assert_eq!(carry(true), 2);
}

#[test]
#[should_panic(expected = "nobody ordered")]
fn a_car_that_moves_by_itself_is_noticed() {
    carry(false);
}
