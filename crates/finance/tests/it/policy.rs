//! A policy is checked once, where it is read.

use crate::given::{cny, day, percent, policy};
use finance::policy::{FinancePolicy, PolicyError, RetryCalendar, Term, UpfrontFee};

fn wrong(change: impl FnOnce(&mut FinancePolicy)) -> PolicyError {
    let mut policy = policy();
    change(&mut policy);
    policy.check().expect_err("the policy is wrong")
}

#[test]
fn a_good_policy_passes_and_survives_being_written_and_read() {
    let policy = policy();
    assert_eq!(policy.check(), Ok(()));
    let text = serde_json::to_string(&policy).expect("a policy is data");
    let read: FinancePolicy = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(read, policy);
}

#[test]
fn an_unknown_key_is_an_error() {
    let mut value = serde_json::to_value(policy()).expect("a policy is data");
    value["balloon"] = serde_json::json!("10%");
    let read = serde_json::from_value::<FinancePolicy>(value);
    assert!(
        read.expect_err("no such key")
            .to_string()
            .contains("balloon")
    );
}

#[test]
fn what_is_wrong_is_named() {
    let five = percent("5%");
    assert_eq!(wrong(|policy| policy.terms.clear()), PolicyError::NoTerms);
    assert_eq!(
        wrong(|policy| policy.terms.push(Term {
            months: 12,
            annual_rate: five
        })),
        PolicyError::TermOutOfPlace(12)
    );
    assert_eq!(
        wrong(|policy| policy.down_choices.clear()),
        PolicyError::NoDownChoices
    );
    assert_eq!(
        wrong(|policy| policy.down_choices.insert(0, five)),
        PolicyError::DownOutOfPlace(five, percent("10%"))
    );
    assert_eq!(
        wrong(|policy| policy.upfront_fee = UpfrontFee::Fixed(cny("-1"))),
        PolicyError::NegativeFee(cny("-1"))
    );
    assert_eq!(
        wrong(|policy| policy.retries.days = vec![3, 3]),
        PolicyError::RetryOutOfPlace(3)
    );
    let dear = wrong(|policy| policy.terms[0].annual_rate = percent("101%"));
    assert_eq!(
        dear.to_string(),
        "finance.terms.annual_rate: 101% is out of range: \
         write 0% to 100%, as a fraction such as \"0.065\""
    );
}

#[test]
fn a_failed_collection_is_tried_again_on_the_days_of_the_calendar() {
    let calendar = RetryCalendar {
        days: vec![1, 3, 5],
    };
    let due = day("2026-12-22");
    let next = |attempt, today| calendar.next_try(due, attempt, day(today));

    assert_eq!(next(1, "2026-12-22"), Some(day("2026-12-23")));
    assert_eq!(next(2, "2026-12-23"), Some(day("2026-12-25")));
    assert_eq!(next(3, "2026-12-25"), Some(day("2026-12-27")));
    assert_eq!(next(4, "2026-12-27"), None);
    // News that comes late moves the try to the day after, never into the past.
    assert_eq!(next(1, "2026-12-30"), Some(day("2026-12-31")));
}

#[test]
fn a_fee_is_nothing_a_sum_or_a_share() {
    let lent = cny("135000");
    assert_eq!(UpfrontFee::None.of(lent), Ok(cny("0")));
    assert_eq!(UpfrontFee::Fixed(cny("500")).of(lent), Ok(cny("500")));
    assert_eq!(
        UpfrontFee::ShareOfFinanced(percent("1%")).of(lent),
        Ok(cny("1350"))
    );
    let dollars = kernel::Money::new(1, kernel::Currency::USD);
    assert!(UpfrontFee::Fixed(cny("500")).of(dollars).is_err());
}
