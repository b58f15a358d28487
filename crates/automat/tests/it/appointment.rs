//! A car that comes for the time its buyer chose.

use super::demo::Demo;
use super::machinery::Setup;
use super::operator::Operator;
use super::shopper::{Shopper, Wish, text};
use super::wire::LOOK;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::sync::Arc;

/// How long before its slot the test looks again, in seconds: the way takes less at this speed, and
/// the tower sets out a minute before that.
const SHORTLY_S: i64 = 45;

fn moment(value: &Value) -> Timestamp {
    text(value).parse().expect("times are RFC 3339")
}

async fn holder(demo: &Demo, number: u32) -> Shopper {
    let mut shopper = Shopper::new(demo.addresses(), number);
    shopper.sign_in().await;
    let vin = shopper.free_car().await;
    let held = shopper.hold(&vin, &json!({ "months": 0 })).await;
    assert_eq!(held.status, 201, "{}", held.body);
    shopper
}

/// Gives the begin of a free time that is some slots ahead.
async fn free_time(shopper: &Shopper, ahead: usize) -> String {
    let today = shopper.slots(None).await;
    let day: Date = text(&today["day"]).parse().expect("a civil day");
    let next = day.tomorrow().expect("there is one").to_string();
    let days = [today, shopper.slots(Some(&next)).await];
    let slots = days
        .iter()
        .flat_map(|day| day["slots"].as_array().expect("a list"));
    let mut free = slots.filter(|slot| slot["is_full"] == false);
    text(&free.nth(ahead).expect("a day has free times")["begins"])
}

/// Buys a car for a time that is some slots ahead, and gives its begin.
async fn bought_for_a_time(demo: &Demo) -> (Shopper, String) {
    let mut buyer = holder(demo, 1).await;
    let begins = free_time(&buyer, 4).await;
    let chosen = buyer.choose_time(&begins).await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    buyer.ask_credit().await;
    buyer.sign().await;
    let page = buyer.pay().await.expect("the wallet opens");
    let cashier = buyer.open_cashier(&page).await;
    buyer.decide(&cashier, "pay").await;
    (buyer, begins)
}

async fn place(shopper: &Shopper) -> String {
    let vin = text(&shopper.look().await["vin"]);
    let car = shopper.get(&format!("/api/v1/vehicles/{vin}")).await;
    text(&car.json()["place"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_bought_for_a_time_comes_for_that_time_and_not_before() {
    let mut demo = Demo::start(Setup::small());
    let (mut buyer, begins) = bought_for_a_time(&demo).await;
    let order = buyer.follow(&["fetching"]).await;
    assert_eq!(order["appointment"]["begins"], begins);
    let slot = place(&buyer).await;
    let until = std::time::Instant::now() + 20 * LOOK;
    while std::time::Instant::now() < until {
        assert_eq!(buyer.state().await, "fetching");
        assert_eq!(place(&buyer).await, slot, "nothing moves before the time");
        tokio::time::sleep(LOOK).await;
    }
    let tracking = format!("/api/v1/orders/{}/tracking", buyer.order());
    let tracking = buyer.get(&tracking).await.json();
    assert_eq!(tracking["wait"]["rule"], "chosen-time");
    let paid_at = moment(&order["paid_at"]);
    let ahead = moment(&json!(begins)).duration_since(paid_at).as_secs();
    demo.skip(ahead - SHORTLY_S);
    buyer.follow(&["at-bay"]).await;
    assert_eq!(buyer.go_on(Wish::Drive).await, "handed-over");
    let kept = buyer.look().await;
    let ends = moment(&order["appointment"]["ends"]);
    assert!(moment(&kept["keys_at"]) < ends, "{kept}");
    assert_eq!(kept["appointment"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_goes_to_the_next_buyer_when_the_order_ends_without_a_car() {
    let mut demo = Demo::start(Setup::small());
    let (mut first, mut second) = (holder(&demo, 1).await, holder(&demo, 2).await);
    let begins = free_time(&first, 4).await;
    assert_eq!(first.choose_time(&begins).await.status, 200);
    let refused = second.choose_time(&begins).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (409, "slot-full")
    );
    assert_eq!(first.give_up().await.status, 200);
    demo.wait_for_rest();
    assert_eq!(second.choose_time(&begins).await.status, 200);
    // Who wants the car at once after all gets it at once.
    assert_eq!(second.end_appointment().await.status, 200);
    assert_eq!(second.go_on(Wish::Drive).await, "handed-over");
    demo.skip(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_moved_on_does_not_pass_over_a_car_that_is_due() {
    let demo = Demo::start(Setup::small());
    let (mut buyer, _) = bought_for_a_time(&demo).await;
    buyer.follow(&["fetching"]).await;
    let mut staff = Operator::new(demo.addresses(), Arc::default());
    staff.sign_in().await;
    staff.move_clock("day").await;
    buyer.follow(&["at-bay"]).await;
    let tower = staff.read("/en/console/tower").await;
    assert!(tower.contains("1 of 1 did"), "the car came in time");
    assert_eq!(buyer.go_on(Wish::Drive).await, "handed-over");
}
