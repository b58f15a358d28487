//! A buyer knows the whole cost before anything is asked.

use crate::given::{cny, day, percent, policy};
use finance::offer::{Offer, OfferError, PlanError, Terms};
use finance::policy::UpfrontFee;
use finance::schedule::Row;
use kernel::{Money, Rate};
use proptest::prelude::*;

#[test]
fn a_tenth_down_and_thirty_six_months_come_to_what_a_spreadsheet_says() {
    let terms = Terms::for_plan(cny("150000"), percent("10%"), 36, &policy()).expect("a plan");
    let offer = Offer::make(&terms, day("2026-11-22")).expect("an offer");

    assert_eq!(offer.due_now, cny("15000"));
    assert_eq!(offer.financed, cny("135000"));
    assert_eq!(offer.instalment, cny("4137.62"));
    assert_eq!(offer.last_instalment, cny("4137.44"));
    assert_eq!(offer.interest, cny("13954.14"));
    assert_eq!(offer.total, cny("163954.14"));
    assert_eq!(offer.apr_percent, "6.50");
    assert_eq!(offer.rows.len(), 36);
    assert_eq!(offer.rows[0].due, day("2026-12-22"));
    assert_eq!(offer.rows[35].due, day("2029-11-22"));
}

#[test]
fn paying_in_full_costs_the_price_and_nothing_else() {
    let terms = Terms::for_plan(cny("150000"), percent("10%"), 0, &policy()).expect("a plan");
    let offer = Offer::make(&terms, day("2026-11-22")).expect("an offer");

    assert_eq!(offer.due_now, cny("150000"));
    assert_eq!(offer.total, cny("150000"));
    assert!(offer.financed.is_zero() && offer.cost_of_credit.is_zero());
    assert!(offer.rows.is_empty());
    assert_eq!(offer.apr_percent, "0.00");
}

#[test]
fn a_fee_is_part_of_the_annual_percentage_rate() {
    let mut policy = policy();
    policy.upfront_fee = UpfrontFee::Fixed(cny("1350"));
    let terms = Terms::for_plan(cny("150000"), percent("10%"), 36, &policy).expect("a plan");
    let offer = Offer::make(&terms, day("2026-11-22")).expect("an offer");

    assert_eq!(offer.due_now, cny("16350"));
    assert_eq!(
        offer.cost_of_credit,
        offer.interest.plus(cny("1350")).expect("a sum")
    );
    assert_eq!(offer.apr_percent, "7.18");
}

#[test]
fn who_signs_at_the_end_of_a_month_pays_on_the_twenty_eighth() {
    let terms = Terms::for_plan(cny("150000"), percent("10%"), 12, &policy()).expect("a plan");
    let offer = Offer::make(&terms, day("2027-12-31")).expect("an offer");

    let dues: Vec<String> = offer.rows[..3]
        .iter()
        .map(|row| row.due.to_string())
        .collect();
    assert_eq!(dues, ["2028-01-28", "2028-02-28", "2028-03-28"]);
    // The first period is three days short, which the rate by days shows.
    assert_eq!(offer.apr_percent, "5.05");
}

#[test]
fn what_is_not_for_sale_is_answered_with_what_is() {
    let plan = |down, months| Terms::for_plan(cny("150000"), percent(down), months, &policy());
    let words = |error: Result<Terms, PlanError>| error.expect_err("no plan").to_string();

    assert_eq!(
        words(plan("10%", 35)),
        "35 months is not offered: choose 12, 24, 36, or 0 to pay in full"
    );
    assert_eq!(
        words(plan("9.99%", 36)),
        "9.99% down is too little: pay 10% of the price or more"
    );
    assert_eq!(plan("100%", 36), Err(PlanError::NothingLeft(Rate::WHOLE)));
}

#[test]
fn terms_that_contradict_themselves_are_no_offer() {
    let good = Terms::for_plan(cny("150000"), percent("10%"), 36, &policy()).expect("a plan");
    let made = |terms: Terms| Offer::make(&terms, day("2026-11-22"));

    let no_months = made(Terms {
        months: 0,
        ..good.clone()
    });
    assert!(matches!(no_months, Err(OfferError::MonthsDoNotFit { .. })));
    let all_down = made(Terms {
        down_payment: good.price,
        ..good.clone()
    });
    assert!(matches!(all_down, Err(OfferError::MonthsDoNotFit { .. })));
    let too_much = made(Terms {
        down_payment: cny("150000.01"),
        ..good.clone()
    });
    assert!(matches!(
        too_much,
        Err(OfferError::DownPaymentOutOfRange { .. })
    ));
    let crumbs = made(Terms {
        price: cny("0.05"),
        down_payment: cny("0.01"),
        ..good
    });
    assert!(matches!(crumbs, Err(OfferError::Schedule(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_offer_adds_up_whatever_the_plan(
        price in 1_000_000i64..100_000_000_000,
        down_points in 0u32..9_000,
        rate_points in 0u32..3_600,
        fee in 0i64..50_000,
        months in 1u16..=120,
        start in 0i32..2_000,
    ) {
        let price = Money::new(price, kernel::Currency::CNY);
        let down = price.share(Rate::from_basis_points(down_points), kernel::Rounding::Up);
        let terms = Terms {
            price,
            down_payment: down.expect("a share"),
            upfront_fee: Money::new(fee, kernel::Currency::CNY),
            annual_rate: Rate::from_basis_points(rate_points),
            months,
        };
        let offer = Offer::make(&terms, day("2026-01-01").plus_days(start)).expect("an offer");

        let rows = &offer.rows;
        let sum = |of: fn(&Row) -> Money| rows.iter().map(|row| of(row).minor()).sum::<i64>();
        prop_assert_eq!(sum(|row| row.principal), offer.financed.minor());
        prop_assert_eq!(sum(|row| row.total) + offer.due_now.minor(), offer.total.minor());
        prop_assert_eq!(offer.total.minor() - price.minor(), offer.cost_of_credit.minor());
        prop_assert!(rows[..rows.len() - 1].iter().all(|row| row.total == offer.instalment));
        prop_assert!(rows.iter().all(|row| row.balance.minor() >= 0 && row.interest.minor() >= 0));
        prop_assert!(rows.iter().all(|row| row.due.of_month() <= 28));
        prop_assert!(rows.windows(2).all(|pair| pair[0].due < pair[1].due));
        prop_assert!(rows[rows.len() - 1].balance.is_zero());
    }

    #[test]
    fn no_interest_and_no_fee_is_a_rate_of_nothing(
        financed in 1_000i64..1_000_000_000,
        months in 1u16..=60,
    ) {
        let price = Money::new(financed, kernel::Currency::CNY);
        let zero = Money::zero(kernel::Currency::CNY);
        let terms = Terms {
            price, down_payment: zero, upfront_fee: zero, annual_rate: Rate::ZERO, months,
        };
        let offer = Offer::make(&terms, day("2026-01-31")).expect("an offer");
        prop_assert_eq!(offer.apr_percent, "0.00");
        prop_assert_eq!(offer.total, price);
    }
}
