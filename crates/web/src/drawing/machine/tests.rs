//! Sheets of every machine that ships, and of what none of them has.

use super::{Rect, Shape, Sheet, machine};
use std::collections::BTreeMap;
use tower::machine::Machine;

const SHIPPED: [&str; 5] = [
    include_str!("../../../../../machines/autobahn-singapore.toml"),
    include_str!("../../../../../machines/tmall-guangzhou.toml"),
    include_str!("../../../../../machines/autostadt-wolfsburg.toml"),
    include_str!("../../../../../machines/carvana-charlotte.toml"),
    include_str!("../../../../../machines/nanjing-rotary.toml"),
];

fn read(text: &str) -> Machine {
    Machine::parse(text, "machine.toml").expect("the file is sound")
}

/// Every slot that is drawn upright, by its name: those of the front view, and of some plans.
fn upright(sheet: &Sheet) -> Vec<&Rect> {
    let boxes = sheet.shapes.iter().filter_map(|shape| match shape {
        Shape::Box(rect) => Some(rect),
        Shape::Circle { .. } | Shape::Line { .. } | Shape::Word(_) => None,
    });
    let slots = boxes.filter(|rect| rect.class.starts_with("slot") && !rect.name.is_empty());
    slots.filter(|rect| rect.turned_deg == 0.0).collect()
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    let apart = |a: f64, b: f64, size: f64, other: f64| (a - b).abs() >= (size + other) / 2.0 - 0.1;
    !apart(one.x, other.x, one.width, other.width)
        && !apart(one.y, other.y, one.height, other.height)
}

#[test]
fn every_slot_of_a_shipped_machine_is_drawn_in_a_place_of_its_own() {
    for text in SHIPPED {
        let machine = read(text);
        let sheet = Sheet::of(&machine);
        let slots = upright(&sheet);
        for spec in machine.slots() {
            let drawn = slots
                .iter()
                .filter(|rect| rect.name == spec.place.0)
                .count();
            assert!(
                (1..=2).contains(&drawn),
                "{} {}: {drawn}",
                machine.id,
                spec.place
            );
        }
        for (index, one) in slots.iter().enumerate() {
            let mut later = slots[index + 1..].iter();
            let met = later.find(|other| overlap(one, other));
            assert_eq!(met, None, "{}: {}", machine.id, one.name);
        }
    }
}

#[test]
fn nothing_is_drawn_outside_the_sheet() {
    for text in SHIPPED {
        let machine = read(text);
        let sheet = Sheet::of(&machine);
        for shape in &sheet.shapes {
            let ((left, top), (right, bottom)) = shape.bounds();
            let inside =
                left >= 0.0 && top >= 0.0 && right <= sheet.width && bottom <= sheet.height;
            assert!(inside, "{}: {shape:?}", machine.id);
        }
    }
}

#[test]
fn levels_are_as_far_apart_as_their_floors() {
    let machine = read(SHIPPED[0]);
    let sheet = Sheet::of(&machine);
    let middles: BTreeMap<&str, f64> = upright(&sheet)
        .into_iter()
        .map(|rect| (rect.name.as_str(), rect.y))
        .collect();
    let step = middles["01-1"] - middles["02-1"];
    assert!((middles["01-1"] - middles["15-1"] - 14.0 * step).abs() < 1e-6);
}

#[test]
fn bays_and_lifts_are_named_and_a_foreign_name_stays_a_name() {
    for text in SHIPPED {
        let machine = read(text);
        let picture = super::machine(&machine).to_string();
        let bays = machine.bays.iter().map(|bay| &bay.place);
        for place in bays.chain(machine.lifts.iter().map(|lift| &lift.place)) {
            assert!(
                picture.contains(&format!(">{place}</text>")),
                "{} {place}",
                machine.id
            );
        }
    }
    let odd = SHIPPED[4].replace("name = \"Rotary tower\"", "name = \"<x> & sons\"");
    let picture = machine(&read(&odd)).to_string();
    assert!(!picture.contains("<x>"), "{picture}");
}

#[test]
fn lifts_of_one_mast_share_a_shaft_and_a_slot_out_of_service_is_marked() {
    let text = SHIPPED[2]
        .replace("stalls = [1, 10]\nserves = [\"bay-1\"]", LOWER)
        .replace("stalls = [11, 20]\nserves = [\"bay-2\"]", UPPER)
        .replace(
            "levels = 20\n",
            "levels = 20\nout_of_service = [\"03-4\"]\n",
        );
    let machine = read(&text);
    let sheet = Sheet::of(&machine);
    let is_shaft = |shape: &&Shape| matches!(shape, Shape::Box(rect) if rect.class == "shaft");
    assert_eq!(sheet.shapes.iter().filter(is_shaft).count(), 1);
    let out = upright(&sheet)
        .into_iter()
        .filter(|rect| rect.class == "slot out");
    assert_eq!(
        out.map(|rect| rect.name.as_str()).collect::<Vec<_>>(),
        ["03-4"]
    );
}

const LOWER: &str = "mast = \"m\"\nclearance_mm = 2_280\nlowest_mm = -2_280\nrest_mm = -2_280";
const UPPER: &str = "mast = \"m\"\nclearance_mm = 2_280\nhighest_mm = 47_900\nrest_mm = 45_600";
