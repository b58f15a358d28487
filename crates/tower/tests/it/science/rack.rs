//! The rack of Bozer and White, continuous and discrete.

use tower::science::rack::{Grid, Rack};

#[test]
fn a_finer_grid_comes_to_the_continuous_rack() {
    for shape in [0.0, 0.4, 1.0] {
        let limit = Rack::of_shape(shape).single_command();
        let off = |slots| {
            let grid = Grid {
                columns: slots,
                rows: slots,
                shape,
            };
            (grid.single_command() / limit - 1.0).abs()
        };
        assert!(
            off(200) <= off(20) && off(200) < 1e-5,
            "{shape}: {}",
            off(200)
        );
    }
}

#[test]
fn a_wall_is_the_same_lying_and_standing() {
    let (lying, standing) = (
        Rack::new(40.0, 24.0, 2.0, 1.0),
        Rack::new(24.0, 40.0, 1.0, 2.0),
    );
    assert_eq!(lying, standing);
}

#[test]
fn a_lift_that_mostly_stores_waits_at_the_bay() {
    let rack = Rack {
        longer: 24.0,
        shape: 1.0,
    };
    let share = rack.break_even_store_share();
    let from = |stores: f64| {
        let corner = (1.0 - stores) * rack.from_corner();
        let centre = stores * rack.longer / 2.0 + (1.0 - stores) * rack.from_centre();
        corner - centre
    };
    assert!((share - 0.4).abs() < 1e-12 && from(share).abs() < 1e-12);
    assert!(from(0.3) > 0.0 && from(0.5) < 0.0);
}
