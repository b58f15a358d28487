//! What the stories begin with: a policy, sums and days.

use finance::policy::{FinancePolicy, RetryCalendar, Term, UpfrontFee};
use kernel::{Currency, Day, Money, Rate};

pub(crate) fn cny(text: &str) -> Money {
    Money::parse(text, Currency::CNY).expect("an amount")
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub(crate) fn percent(text: &str) -> Rate {
    Rate::parse_percent(text).expect("a rate")
}

/// Gives 5 % over 12 months, 6 % over 24 and 6.5 % over 36, with a tenth down and no fee.
pub(crate) fn policy() -> FinancePolicy {
    let term = |months, rate| Term {
        months,
        annual_rate: percent(rate),
    };
    FinancePolicy {
        terms: vec![term(12, "5%"), term(24, "6%"), term(36, "6.5%")],
        down_at_least: percent("10%"),
        down_choices: vec![percent("10%"), percent("20%"), percent("30%")],
        upfront_fee: UpfrontFee::None,
        retries: RetryCalendar {
            days: vec![1, 3, 5],
        },
    }
}
