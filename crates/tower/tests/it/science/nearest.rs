//! What it is worth to choose among requests.

use tower::science::nearest::travel_to_nearest;
use tower::science::rack::Rack;

#[test]
fn the_nearest_of_one_is_any_slot() {
    for shape in [0.0, 0.1, 0.3, 0.5, 0.6, 0.75, 1.0] {
        let rack = Rack {
            longer: 30.0,
            shape,
        };
        let off = travel_to_nearest(rack, 1) - rack.travel_between();
        assert!(off.abs() < 1e-12, "{shape}: {off}");
    }
}

#[test]
fn more_to_choose_from_is_never_farther() {
    for shape in [0.2, 1.0] {
        let rack = Rack::of_shape(shape);
        for k in 1..40 {
            assert!(travel_to_nearest(rack, k + 1) < travel_to_nearest(rack, k));
        }
    }
}
