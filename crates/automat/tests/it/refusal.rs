//! Every way a purchase can end without a car, and what the buyer can do then.
//!
//! Whatever happens, the car comes back by itself and no money stays where no car was given.

use super::demo::Demo;
use super::journal::Journal;
use super::machinery::Setup;
use super::shopper::{SCORE_700, Shopper, Wish};
use serde_json::{Value, json};

/// The minutes of the 2017 terms: ten for the hold, five more at payment.
const HOLD_S: i64 = 10 * 60;
const EXTENSION_S: i64 = 5 * 60;

fn on_credit() -> Value {
    json!({ "down": 10, "months": 36 })
}

fn in_full() -> Value {
    json!({ "months": 0 })
}

async fn signed_in(demo: &Demo, number: u32) -> Shopper {
    let mut shopper = Shopper::new(demo.addresses(), number);
    shopper.sign_in().await;
    shopper
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_of_700_is_told_why_not_and_what_else() {
    let demo = Demo::start(Setup::small());
    let mut hoa = signed_in(&demo, 1).await.known_as(SCORE_700);
    let vin = hoa.free_car().await;
    hoa.hold(&vin, &on_credit()).await;
    hoa.ask_credit().await;
    let refused = hoa.follow(&["refused"]).await;
    let reason = json!([{ "reason": "history-below-tier", "admittance_score": 750 }]);
    assert_eq!(refused["reasons"], reason);
    let ways = refused["other_ways"].as_array().expect("a list").clone();
    let months: Vec<i64> = ways
        .iter()
        .filter_map(|way| way["months"].as_i64())
        .collect();
    assert!(months.contains(&0), "paying in full is a way: {ways:?}");
    let larger = ways
        .iter()
        .find(|way| way["months"] != 0)
        .expect("a larger down payment is one");
    assert!(larger["down"].as_f64() >= Some(30.0), "{larger}");
    assert_eq!(hoa.choose(larger).await.status, 200);
    hoa.ask_credit().await;
    hoa.follow(&["approved"]).await;
    assert_eq!(hoa.go_on(Wish::Drive).await, "handed-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_buyer_is_told_until_when_a_car_is_kept() {
    let demo = Demo::start(Setup::small());
    let (mut first, mut second) = (signed_in(&demo, 1).await, signed_in(&demo, 2).await);
    let vin = first.free_car().await;
    let held = first.hold(&vin, &in_full()).await.json();
    let seen = second.get(&format!("/api/v1/vehicles/{vin}")).await.json();
    assert_eq!(seen["state"], "held");
    assert_eq!(seen["held_until"], held["hold_until"]);
    let refused = second.hold(&vin, &in_full()).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (409, "held-by-another")
    );
    assert_eq!(refused.json()["until"], held["hold_until"]);
    assert_eq!(first.go_on(Wish::Drive).await, "handed-over");
    let refused = second.hold(&vin, &in_full()).await;
    assert_eq!(
        refused.status, 409,
        "a car that has been driven out: {}",
        refused.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ends_gives_the_car_back() {
    let mut demo = Demo::start(Setup::small());
    let (mut first, mut second) = (signed_in(&demo, 1).await, signed_in(&demo, 2).await);
    let vin = first.free_car().await;
    first.hold(&vin, &in_full()).await;
    demo.skip(HOLD_S + 1);
    first.follow(&["expired"]).await;
    assert_eq!(second.hold(&vin, &in_full()).await.status, 201);
    assert_eq!(second.go_on(Wish::Drive).await, "handed-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_refused_at_the_wallet_can_be_tried_again() {
    let demo = Demo::start(Setup::small());
    let mut buyer = signed_in(&demo, 1).await;
    let vin = buyer.free_car().await;
    buyer.hold(&vin, &on_credit()).await;
    buyer.ask_credit().await;
    buyer.sign().await;
    let page = buyer.pay().await.expect("the wallet opens");
    let cashier = buyer.open_cashier(&page).await;
    buyer.decide(&cashier, "refuse").await;
    let again = buyer.follow(&["signed"]).await;
    assert_eq!(again["paid"], Value::Null);
    assert_eq!(buyer.go_on(Wish::Drive).await, "handed-over");
    let journal = Journal::read(&demo);
    let trades = journal.trades_of(buyer.order());
    assert_eq!(trades.len(), 2, "one trade refused, one paid: {trades:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_leaves_the_wallet_keeps_the_car_from_nobody() {
    let mut demo = Demo::start(Setup::small());
    let (mut first, mut second) = (signed_in(&demo, 1).await, signed_in(&demo, 2).await);
    let vin = first.free_car().await;
    first.hold(&vin, &on_credit()).await;
    first.go_on(Wish::Leave).await;
    assert_eq!(first.state().await, "paying");
    demo.skip(HOLD_S + EXTENSION_S + 2);
    first.follow(&["expired"]).await;
    assert_eq!(second.hold(&vin, &in_full()).await.status, 201);
    assert_eq!(second.go_on(Wish::GiveUp).await, "cancelled");
    assert_eq!(Journal::read(&demo).kept_fen(first.order()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_says_nothing_is_asked() {
    let mut demo = Demo::start(Setup::small());
    let mut buyer = signed_in(&demo, 1).await;
    buyer.set_faults(&[("silent", "on")]).await;
    let vin = buyer.free_car().await;
    buyer.hold(&vin, &in_full()).await;
    buyer.ask_credit().await;
    buyer.sign().await;
    let page = buyer.pay().await.expect("the wallet opens");
    let cashier = buyer.open_cashier(&page).await;
    buyer.decide(&cashier, "pay").await;
    assert_eq!(
        buyer.state().await,
        "paying",
        "no word came from the wallet"
    );
    demo.skip(25);
    assert_eq!(buyer.go_on(Wish::Drive).await, "handed-over");
}

/// Pays at a wallet that tells nothing and answers nothing until the hold is over.
async fn paid_unseen(demo: &mut Demo, buyer: &mut Shopper, vin: &str) {
    buyer
        .set_faults(&[("silent", "on"), ("query_unavailable", "on")])
        .await;
    buyer.hold(vin, &on_credit()).await;
    buyer.ask_credit().await;
    buyer.sign().await;
    let page = buyer.pay().await.expect("the wallet opens");
    let cashier = buyer.open_cashier(&page).await;
    buyer.decide(&cashier, "pay").await;
    demo.skip(HOLD_S + EXTENSION_S + 2);
    buyer.follow(&["expired"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_gets_the_car_when_it_is_still_there() {
    let mut demo = Demo::start(Setup::small());
    let mut buyer = signed_in(&demo, 1).await;
    let vin = buyer.free_car().await;
    paid_unseen(&mut demo, &mut buyer, &vin).await;
    buyer.set_faults(&[]).await;
    demo.skip(45);
    buyer.follow(&["paid", "fetching", "at-bay"]).await;
    assert_eq!(buyer.go_on(Wish::Drive).await, "handed-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_goes_back_when_the_car_is_gone() {
    let mut demo = Demo::start(Setup::small());
    let (mut late, mut quick) = (signed_in(&demo, 1).await, signed_in(&demo, 2).await);
    let vin = late.free_car().await;
    paid_unseen(&mut demo, &mut late, &vin).await;
    assert_eq!(quick.hold(&vin, &in_full()).await.status, 201);
    late.set_faults(&[]).await;
    demo.skip(45);
    late.follow(&["refunded"]).await;
    assert_eq!(Journal::read(&demo).kept_fen(late.order()), 0);
    assert_eq!(quick.go_on(Wish::Drive).await, "handed-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_rejected_at_the_bay_goes_back_up_and_the_money_back() {
    let demo = Demo::start(Setup::small());
    let mut buyer = signed_in(&demo, 1).await;
    let vin = buyer.free_car().await;
    buyer.hold(&vin, &on_credit()).await;
    assert_eq!(buyer.go_on(Wish::Reject).await, "refunded");
    assert_eq!(Journal::read(&demo).kept_fen(buyer.order()), 0);
    buyer.free_cars(6).await;
    assert_eq!(buyer.hold(&vin, &in_full()).await.status, 201);
    assert_eq!(buyer.go_on(Wish::Drive).await, "handed-over");
}
