//! Storage by turnover.

use tower::science::turnover::{DemandCurve, RANDOM};

#[test]
fn equal_demand_makes_all_storage_alike() {
    let curve = DemandCurve::with_share(0.2, 0.2);
    assert!((curve.full_turnover() - RANDOM).abs() < 1e-12);
    assert!((curve.with_classes(&[0.3, 0.6]) - RANDOM).abs() < 1e-12);
}

#[test]
fn more_classes_come_nearer_to_full_turnover() {
    let curve = DemandCurve::with_share(0.2, 0.7);
    let expected = |classes| curve.best_classes(classes).expected;
    assert!((expected(1) - RANDOM).abs() < 1e-12);
    let all: Vec<f64> = (1..=5).map(expected).collect();
    assert!(all.windows(2).all(|two| two[1] < two[0]));
    assert!(curve.full_turnover() < all[4]);
}

#[test]
fn the_best_boundary_is_better_than_any_tried_beside_it() {
    let curve = DemandCurve::with_share(0.2, 0.8);
    let best = curve.best_classes(2);
    for step in 1..100 {
        let tried = curve.with_classes(&[f64::from(step) / 100.0]);
        assert!(best.expected <= tried + 1e-12);
    }
}
