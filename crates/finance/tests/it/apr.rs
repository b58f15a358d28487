//! The rate that makes all payments worth what was lent.

use crate::given::{cny, day};
use finance::apr::{AprError, UnitPeriod, apr_us, unit_periods};
use kernel::{Day, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn single(
    lent: &str,
    on: &str,
    repaid: &str,
    due: &str,
    unit: UnitPeriod,
) -> Result<String, AprError> {
    let rate = apr_us(cny(lent), day(on), &[(day(due), cny(repaid))], unit)?;
    Ok(rate.to_text(6))
}

#[test]
fn one_payment_is_a_rate_by_the_rule_of_three() {
    let term = UnitPeriod::Term;
    // A whole number of months: twelve over the months.
    let months = single("1000", "2026-01-15", "1050", "2026-07-15", term);
    assert_eq!(months.as_deref(), Ok("10.000000"));
    // Otherwise 365 over the days: 73 days are a fifth of a year.
    let days = single("1000", "2026-01-01", "1010", "2026-03-15", term);
    assert_eq!(days.as_deref(), Ok("5.000000"));
    let year = single("1000", "2026-01-01", "1100", "2027-01-01", UnitPeriod::Year);
    assert_eq!(year.as_deref(), Ok("10.000000"));
    let too_long = single("1000", "2026-01-01", "1100", "2027-01-01", term);
    assert_eq!(too_long, Err(AprError::BadUnitPeriod));
}

#[test]
fn a_rate_on_the_half_is_rounded_up() {
    let half = apr_us(
        cny("10000"),
        day("2026-01-01"),
        &[(day("2027-01-01"), cny("10968.50"))],
        UnitPeriod::Year,
    )
    .expect("a rate");
    assert_eq!(
        (half.to_text(3).as_str(), half.to_text(2).as_str()),
        ("9.685", "9.69")
    );
}

#[test]
fn a_series_at_the_end_of_months_is_measured_from_end_to_end() {
    let dues: Vec<Day> = ["2026-02-28", "2026-03-31", "2026-04-30"].map(day).to_vec();
    let times = unit_periods(day("2026-01-31"), &dues, UnitPeriod::Months(1)).expect("months");
    let full: Vec<u32> = times.iter().map(|time| time.full).collect();
    assert_eq!(full, [1, 2, 3]);
    assert!(times.iter().all(|time| time.fraction.is_zero()));

    let thirtieth: Vec<Day> = ["2026-01-30", "2026-02-28", "2026-03-30"].map(day).to_vec();
    let times = unit_periods(day("2025-12-30"), &thirtieth, UnitPeriod::Months(1));
    assert!(
        times
            .expect("months")
            .iter()
            .all(|time| time.fraction.is_zero())
    );
}

#[test]
fn years_count_odd_days_over_three_hundred_and_sixty_five() {
    let due = [day("2028-03-11")];
    let time = unit_periods(day("2026-01-10"), &due, UnitPeriod::Year).expect("years")[0];
    assert_eq!(
        (time.full, time.fraction),
        (2, Decimal::from(60) / Decimal::from(365))
    );
    let whole = unit_periods(day("2026-01-11"), &due, UnitPeriod::Year).expect("years")[0];
    assert_eq!(
        (whole.full, whole.fraction),
        (2, Decimal::from(2) / Decimal::from(12))
    );
}

#[test]
fn what_has_no_rate_says_why() {
    let month = UnitPeriod::Months(1);
    let rate = |lent, repaid, due| single(lent, "2026-01-15", repaid, due, month);
    assert_eq!(
        rate("1000", "999.99", "2026-02-15"),
        Err(AprError::NotRepaid(cny("1000")))
    );
    assert_eq!(
        rate("0", "1", "2026-02-15"),
        Err(AprError::NothingFinanced(cny("0")))
    );
    assert!(matches!(
        rate("1", "1", "2026-01-14"),
        Err(AprError::PaidBeforeAdvance(..))
    ));
    assert!(matches!(
        rate("1", "-1", "2026-02-15"),
        Err(AprError::BadPayment(..))
    ));
    assert_eq!(rate("0.01", "100000", "2026-02-15"), Err(AprError::TooHigh));
    let bad = single("1", "2026-01-15", "1", "2026-02-15", UnitPeriod::Months(12));
    assert_eq!(bad, Err(AprError::BadUnitPeriod));
    assert_eq!(
        rate("1000", "1000", "2026-02-15").as_deref(),
        Ok("0.000000")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_to_pay_is_a_higher_rate(
        lent in 100_000i64..1_000_000_000,
        part in 1i64..1_000,
        months in 1i32..85,
        more in 1i64..100,
    ) {
        let start = day("2026-01-05");
        let each = lent / i64::from(months) + part;
        let pay = |each| -> Vec<(Day, Money)> {
            let one = |n| (start.plus_months(n), Money::new(each, kernel::Currency::CNY));
            (1..=months).map(one).collect()
        };
        let lent = Money::new(lent, kernel::Currency::CNY);
        let rate = |each| apr_us(lent, start, &pay(each), UnitPeriod::Months(1)).expect("a rate");
        prop_assert!(rate(each) < rate(each + more));
    }
}
