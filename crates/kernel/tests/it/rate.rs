//! Rates are exact.

use kernel::Rate;

#[test]
fn a_percentage_is_read_exactly_and_written_as_it_was() {
    for (text, written) in [
        ("6.5%", "6.5%"),
        ("10 %", "10%"),
        ("0", "0%"),
        ("86.42", "86.42%"),
    ] {
        assert_eq!(Rate::parse_percent(text).expect(text).to_string(), written);
    }
    assert_eq!(
        Rate::parse_percent("6.5%").ok(),
        Some(Rate::from_basis_points(650))
    );
}

#[test]
fn a_rate_below_zero_or_beyond_belief_is_refused() {
    for text in ["-1%", "1001%", "", "%", "six"] {
        assert!(Rate::parse_percent(text).is_err(), "{text:?}");
    }
}
