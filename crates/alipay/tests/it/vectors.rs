//! The published test vectors.

use alipay::vectors::{self, Verdict};

#[test]
fn every_vector_of_the_spoken_protocol_holds() {
    let checked = vectors::run(include_str!("../vectors/alipay.json")).expect("the file is whole");
    let failed: Vec<_> = checked
        .iter()
        .filter(|one| matches!(one.verdict, Verdict::Failed(_)))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let passed = checked
        .iter()
        .filter(|one| one.verdict == Verdict::Passed)
        .count();
    assert_eq!(
        passed, 7,
        "four of five exchanges and three negatives are spoken here"
    );
}
