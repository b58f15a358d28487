//! Killed at a hundred moments, and every order still ends as it should.
//!
//! Several buyers purchase at once over real sockets, each in their own way, while the program is
//! killed as by a power cut: shop, worker, control room, wallet and machine at once, mid-write,
//! mid-move, mid-payment, and also while the cars are still being driven in. After each kill it is
//! started on the same folder, and everybody goes on, the operator at the console too. At the end
//! the world outside is asked what is true: the wallet's journal about money, the machine about
//! cars.
//!
//! The moments come from a seed that is printed. Writing it into `tests/data/seed` replays them,
//! as far as two processes and a disk can be replayed.

use super::books::check_with_hledger;
use super::demo::Demo;
use super::dice::{self, Dice};
use super::journal::Journal;
use super::machinery::Setup;
use super::operator::Operator;
use super::shopper::{OVER, Shopper, Wish, text};
use plc::Panel;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ROUNDS: u32 = 4;
const KILLS_PER_ROUND: u32 = 25;
const BUYERS: u32 = 4;
const CARS: usize = 24;
/// How far the clock goes on while the program is down, so that nobody waits for the wallet's
/// first questions.
const DOWN_S: i64 = 21;
/// Longer than any hold with its extension.
const LONGER_THAN_A_HOLD_S: i64 = 16 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_a_hundred_moments_nothing_is_lost_and_nothing_is_done_twice() {
    let seed = dice::seed();
    let mut tally = BTreeMap::new();
    for round in 0..ROUNDS {
        let mut demo = Demo::start(Setup::middling());
        // The first round begins while the cars are still being driven in.
        if round > 0 {
            Shopper::new(demo.addresses(), BUYERS).free_cars(CARS).await;
        }
        kill_again_and_again(&mut demo, seed + u64::from(round), &mut tally).await;
    }
    println!(
        "{} kills; orders by their end: {tally:?}",
        ROUNDS * KILLS_PER_ROUND
    );
    assert!(
        tally.contains_key("handed-over"),
        "somebody drove away: {tally:?}"
    );
}

async fn kill_again_and_again(demo: &mut Demo, seed: u64, tally: &mut BTreeMap<String, u32>) {
    let enough = Arc::new(AtomicBool::new(false));
    let machine = Arc::new(Mutex::new(demo.addresses().panel));
    let operator = Operator::new(demo.addresses(), machine.clone());
    let over = Arc::new(AtomicBool::new(false));
    let shift = tokio::spawn(work(operator, over.clone()));
    let lives: Vec<_> = (0..BUYERS)
        .map(|number| {
            let shopper = Shopper::new(demo.addresses(), number);
            let dice = Dice(seed ^ (u64::from(number) << 32));
            tokio::spawn(live(shopper, dice, enough.clone()))
        })
        .collect();
    let mut dice = Dice(seed);
    for _ in 0..KILLS_PER_ROUND {
        tokio::time::sleep(Duration::from_millis(200 + dice.roll(1_800))).await;
        demo.kill();
        demo.advance_clock(DOWN_S);
        start_again(demo, &machine);
    }
    enough.store(true, Ordering::Relaxed);
    let mut shoppers = Vec::new();
    for life in lives {
        shoppers.push(
            life.await
                .expect("every buyer got to the end of their purchase"),
        );
    }
    demo.interrupt();
    demo.advance_clock(LONGER_THAN_A_HOLD_S);
    start_again(demo, &machine);
    check(demo, &shoppers, tally).await;
    over.store(true, Ordering::Relaxed);
    shift
        .await
        .expect("the operator got to the end of the shift");
}

fn start_again(demo: &mut Demo, machine: &Mutex<Option<SocketAddr>>) {
    demo.start_again();
    *machine
        .lock()
        .expect("nobody panics while holding an address") = demo.addresses().panel;
}

/// Looks after the machine until the shift is over.
async fn work(mut operator: Operator, over: Arc<AtomicBool>) {
    operator.sign_in().await;
    while !over.load(Ordering::Relaxed) {
        operator.look_after().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Buys car after car, each purchase with another wish, until it is enough or nothing is left.
async fn live(mut shopper: Shopper, mut dice: Dice, enough: Arc<AtomicBool>) -> Shopper {
    shopper.sign_in().await;
    while !enough.load(Ordering::Relaxed) {
        let cars = shopper.cars().await;
        let free: Vec<&Value> = cars.iter().filter(|car| car["state"] == "free").collect();
        if free.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let car = free[dice.roll(free.len() as u64) as usize];
        let plan = match dice.roll(3) {
            0 => json!({ "months": 0 }),
            1 => json!({ "down": 10, "months": 36 }),
            _ => json!({ "down": 30, "months": 12 }),
        };
        let wish = match dice.roll(10) {
            0 => Wish::Refuse,
            1 => Wish::Leave,
            2 => Wish::GiveUp,
            3 | 4 => Wish::Reject,
            _ => Wish::Drive,
        };
        if shopper.hold(&text(&car["vin"]), &plan).await.status == 201 {
            shopper.go_on(wish).await;
        }
    }
    shopper
}

/// Asks everybody what is true in the end.
async fn check(demo: &mut Demo, shoppers: &[Shopper], tally: &mut BTreeMap<String, u32>) {
    let mut orders = Vec::new();
    for shopper in shoppers {
        orders.extend(settled_orders(shopper).await);
    }
    for order in &orders {
        *tally.entry(text(&order["state"])).or_default() += 1;
    }
    wait_for_rest(demo, &shoppers[0]).await;
    check_money(&Journal::read(demo), &orders);
    check_cars(demo, &shoppers[0], &orders).await;
    assert_eq!(
        demo.figure("automat_outbox_stuck_rows "),
        0,
        "nothing keeps failing"
    );
    demo.interrupt();
    check_with_hledger(demo);
    demo.start_again();
}

/// Waits until every order of a buyer is over, and gives them.
async fn settled_orders(shopper: &Shopper) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let orders = shopper.orders().await;
        let is_over = |order: &&Value| OVER.contains(&order["state"].as_str().unwrap_or_default());
        let Some(open) = orders.iter().find(|order| !is_over(order)) else {
            return orders;
        };
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "an order does not end: {open}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until the machine has no work and no fact waits for its reactions.
async fn wait_for_rest(demo: &Demo, shopper: &Shopper) {
    let began = Instant::now();
    loop {
        let tower = shopper.get("/api/v1/tower").await.json();
        let rows = demo.figure("automat_outbox_rows ");
        if tower["jobs"] == 0 && rows == 0 && tower["is_reconciled"] == true {
            assert_eq!(tower["faults"], json!([]), "the machine is well");
            return;
        }
        let patience = Duration::from_secs(60);
        assert!(
            began.elapsed() < patience,
            "{rows} facts unfinished, and the tower: {tower}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// No money is kept without a car, none is taken twice, and none that nobody ordered.
fn check_money(journal: &Journal, orders: &[Value]) {
    for order in orders {
        let id = text(&order["id"]);
        let due = match order["state"].as_str() {
            Some("handed-over") => order["offer"]["due_now"]["minor"].as_i64().expect("a sum"),
            _ => 0,
        };
        assert_eq!(
            journal.kept_fen(&id),
            due,
            "{id}: {:?} {order}",
            journal.trades_of(&id)
        );
    }
    for (number, trade) in journal.trades() {
        assert!(trade.payments <= 1, "{number} was paid twice: {trade:?}");
        assert!(trade.refunded_fen <= trade.total_fen, "{number}: {trade:?}");
    }
}

/// Every car is where it is said to be, and each that has left has left with one buyer.
async fn check_cars(demo: &Demo, shopper: &Shopper, orders: &[Value]) {
    let cars = shopper.cars().await;
    assert_eq!(cars.len(), CARS, "every car is still known");
    let mut driven: Vec<String> = orders
        .iter()
        .filter(|order| order["state"] == "handed-over")
        .map(|order| text(&order["vin"]))
        .collect();
    driven.sort_unstable();
    let count = driven.len();
    driven.dedup();
    assert_eq!(driven.len(), count, "no car was handed over twice");
    let panel = demo.addresses().panel.expect("the panel's address is said");
    let mut panel = Panel::connect(panel).await.expect("the panel listens");
    let world = panel.status().await.expect("the machine can be looked at");
    for car in &cars {
        let vin = text(&car["vin"]);
        let has_left = driven.contains(&vin);
        let stands_in = world.cars.iter().find(|(_, inside)| **inside == vin);
        assert_eq!(stands_in.is_none(), has_left, "{vin}: {stands_in:?}, {car}");
        if let Some((place, _)) = stands_in {
            assert_eq!(
                text(&car["place"]),
                place.0,
                "{vin} is where it is said to be"
            );
            assert_eq!(car["state"], "free", "{vin} can be had");
        }
    }
    assert_eq!(
        world.cars.len() + count,
        cars.len(),
        "no car is there twice"
    );
}
