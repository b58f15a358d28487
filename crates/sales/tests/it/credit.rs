//! Admitted or not, with reasons and other ways to buy.

use crate::shop::{LARGE, SMALL, percent, policy};
use sales::credit::{Answer, Decision, OtherWay, Reason, decide, other_ways, question, tier_for};
use sales::order::Plan;

fn plan(down: u32) -> Plan {
    Plan {
        down: percent(down),
        months: 36,
    }
}

fn answer(admitted: bool) -> Answer {
    Answer {
        admitted,
        reference: "ZM2017".to_owned(),
    }
}

#[test]
fn a_tenth_down_asks_for_a_score_of_750_and_three_tenths_for_650() {
    assert_eq!(question(&policy(), SMALL()), Ok(750));
    assert_eq!(question(&policy(), plan(29)), Ok(750));
    assert_eq!(question(&policy(), LARGE()), Ok(650));
    assert_eq!(question(&policy(), plan(80)), Ok(650));
}

#[test]
fn paying_in_full_needs_no_credit_and_asks_nobody() {
    let approved = Decision::Approve { reference: None };
    assert_eq!(question(&policy(), Plan::IN_FULL), Err(approved));
}

#[test]
fn too_small_a_down_payment_is_refused_with_the_smallest_that_would_do() {
    let reasons = vec![Reason::DownPaymentTooSmall {
        at_least: percent(10),
    }];
    let refused = Decision::Refuse { reasons };
    assert_eq!(question(&policy(), plan(5)), Err(refused));
    assert!(tier_for(&policy(), percent(5)).is_none());
}

#[test]
fn a_policy_without_tiers_sells_only_in_full() {
    let mut cash_only = policy();
    cash_only.tiers.clear();
    let reasons = vec![Reason::DownPaymentTooSmall {
        at_least: percent(100),
    }];
    assert_eq!(
        question(&cash_only, SMALL()),
        Err(Decision::Refuse { reasons })
    );
    assert_eq!(other_ways(&cash_only, SMALL()), [OtherWay::PayInFull]);
}

#[test]
fn an_admitted_person_is_approved_with_the_providers_reference() {
    let approved = Decision::Approve {
        reference: Some("ZM2017".to_owned()),
    };
    assert_eq!(decide(750, answer(true)), approved);
}

#[test]
fn a_refusal_names_the_score_that_was_asked_for_and_no_other() {
    let reasons = vec![Reason::HistoryBelowTier {
        admittance_score: 750,
    }];
    assert_eq!(decide(750, answer(false)), Decision::Refuse { reasons });
}

#[test]
fn refused_credit_offers_a_larger_down_payment_and_payment_in_full() {
    let larger = OtherWay::LargerDownPayment {
        down: percent(30),
        months: 36,
    };
    let ways = other_ways(&policy(), SMALL());
    assert_eq!(ways, [larger, OtherWay::PayInFull]);
    assert_eq!(other_ways(&policy(), LARGE()), [OtherWay::PayInFull]);
}
