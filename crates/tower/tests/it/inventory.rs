//! Tags, and who stands where.

use crate::site::vin;
use tower::inventory::{Inventory, tag};
use tower::tower::Place;

#[test]
fn a_tag_is_the_fnv_1a_hash_of_the_vin() {
    // 0x811c9dc5 folded over the 17 characters, computed independently.
    assert_eq!(tag(&vin(1)), 0x934e_8625);
}

#[test]
fn a_car_put_elsewhere_stands_there_only() {
    let mut inventory = Inventory::default();
    let (one, two) = (Place::from("01-1"), Place::from("01-2"));
    inventory.put(&one, &vin(1));
    inventory.put(&two, &vin(1));
    assert_eq!(inventory.car_at(&one), None);
    assert_eq!(inventory.place_of(&vin(1)), Some(&two));
    assert_eq!(inventory.place_with_tag(tag(&vin(1))), Some(&two));
}

#[test]
#[should_panic(expected = "has one car")]
fn a_place_never_takes_a_second_car() {
    let mut inventory = Inventory::default();
    inventory.put(&Place::from("01-1"), &vin(1));
    inventory.put(&Place::from("01-1"), &vin(2));
}
