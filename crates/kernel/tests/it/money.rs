//! Amounts keep every unit.

use kernel::{Currency, Money, MoneyError, Rate, Rounding};
use proptest::prelude::*;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

#[test]
fn an_amount_is_read_and_written_with_the_digits_of_its_currency() {
    for (text, currency, minor) in [
        ("150000.00", "CNY", 15_000_000),
        ("150000", "CNY", 15_000_000),
        ("0.5", "CNY", 50),
        ("-0.01", "CNY", -1),
        ("350000000", "VND", 350_000_000),
        ("1.234", "KWD", 1_234),
    ] {
        let currency = Currency::parse(currency).expect("a listed currency");
        let amount = Money::parse(text, currency).expect(text);
        assert_eq!(amount.minor(), minor, "{text}");
        assert_eq!(
            Money::parse(&amount.to_decimal_text(), currency),
            Ok(amount)
        );
    }
}

#[test]
fn an_amount_with_a_digit_too_many_or_a_stray_mark_is_refused() {
    for text in [
        "", ".", "1.", "1.005", "1,000", "¥5", "1e3", "--1", "+1", " 1",
    ] {
        let read = Money::parse(text, Currency::CNY);
        assert!(
            matches!(read, Err(MoneyError::Unreadable(..))),
            "{text:?} gave {read:?}"
        );
    }
    assert!(Money::parse("350000000.5", Currency::VND).is_err());
    assert_eq!(
        Money::parse("99999999999999999999", Currency::CNY),
        Err(MoneyError::Overflow)
    );
}

#[test]
fn currencies_do_not_mix_and_sums_do_not_wrap() {
    let dollar = Money::new(1, Currency::USD);
    assert_eq!(
        cny(1).plus(dollar),
        Err(MoneyError::MixedCurrencies(Currency::USD, Currency::CNY))
    );
    assert_eq!(cny(i64::MAX).plus(cny(1)), Err(MoneyError::Overflow));
    assert_eq!(cny(1).partial_cmp(&dollar), None);
    assert!(Currency::parse("XYZ").is_err());
}

#[test]
fn each_rounding_does_what_its_name_says() {
    let half = Rate::parse_percent("50%").expect("a rate");
    assert_eq!(cny(5).share(half, Rounding::HalfEven), Ok(cny(2)));
    assert_eq!(cny(5).share(half, Rounding::HalfUp), Ok(cny(3)));
    let tenth = Rate::parse_percent("10%").expect("a rate");
    assert_eq!(cny(101).share(tenth, Rounding::Up), Ok(cny(11)));
}

#[test]
fn leftover_units_go_to_the_largest_remainders_first() {
    let parts = cny(100).allocate(&[1, 1, 1]).expect("weights");
    assert_eq!(parts, [cny(34), cny(33), cny(33)]);
    assert_eq!(cny(100).allocate(&[0, 0]), Err(MoneyError::NoWeights));
}

proptest! {
    #[test]
    fn an_allocation_keeps_the_sum_and_stays_within_one_unit(
        minor in -1_000_000_000_000i64..1_000_000_000_000,
        weights in proptest::collection::vec(0u64..1_000_000, 1..20),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let total: u64 = weights.iter().sum();
        let parts = cny(minor).allocate(&weights).expect("weights");
        prop_assert_eq!(Money::sum(Currency::CNY, parts.iter().copied()), Ok(cny(minor)));
        for (part, weight) in parts.iter().zip(&weights) {
            let scaled = i128::from(part.minor()) * i128::from(total);
            let exact = i128::from(minor) * i128::from(*weight);
            prop_assert!((scaled - exact).abs() < i128::from(total));
        }
    }

    #[test]
    fn an_amount_survives_its_text(minor in any::<i64>()) {
        let amount = cny(minor.max(i64::MIN + 1));
        prop_assert_eq!(Money::parse(&amount.to_decimal_text(), Currency::CNY), Ok(amount));
    }
}
