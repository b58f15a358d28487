//! Buckets never change, and every one of them is used.

use kernel::Bucket;

/// These numbers are part of every store that exists: if this test fails, the code is wrong.
#[test]
fn the_bucket_of_a_name_is_fixed_for_ever() {
    for (key, number) in [
        ("", 225),
        ("order-1", 42),
        ("vehicle-ZARFAEDN1H7550350", 86),
    ] {
        assert_eq!(Bucket::of(key).number(), number, "{key}");
    }
}

#[test]
fn ten_thousand_names_reach_every_bucket_evenly() {
    let mut counts = [0u32; Bucket::COUNT];
    for number in 0..10_000 {
        counts[usize::from(Bucket::of(&format!("order-{number}")).number())] += 1;
    }
    assert!(
        counts.iter().all(|count| (10..=80).contains(count)),
        "{counts:?}"
    );
}
