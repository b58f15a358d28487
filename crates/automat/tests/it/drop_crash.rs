//! Killed in drop after drop, and each still sells exactly what it has to whom it promised.
//!
//! Thirty people want five cars; some enter before the opening, some come in the rush after it,
//! some leave again. At a random moment around the opening the program is killed as by a power cut,
//! and started again on the same folder; whoever got no answer asks once more. Half of the drops
//! sell cars still to come, whose claims have no end; the others cars in the tower, whose claims
//! end unpaid after a second and are offered on. Afterwards the log is held against every answer.
//!
//! The moments come from a seed that is printed. `cargo xtask nightly` kills a thousand times.

use super::demo::Demo;
use super::dice::{self, Dice};
use super::drop_guest::{Said, Sale, invite, send, wait_until};
use super::drop_truth::{self, Outcome, Truth, open_log};
use super::machinery::Setup;
use super::shopper::{Shopper, text};
use super::wire::PATIENCE;
use kernel::DropId;
use sales::drop::{PersonKey, Proof};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Place;
use tokio::task::JoinSet;

const KILLS: u64 = 50;
/// Of so many kills one meets a drop of cars in the tower, which takes longer.
const KILLS_WITH_CARS: u64 = 5;
const PEOPLE: u32 = 30;
const UNITS: usize = 5;
const WAITING_LIST: u32 = 8;

/// What is sold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ware {
    /// Cars still to come.
    ToCome,
    /// Cars in the tower.
    Cars,
}

/// One program that is killed in drop after drop.
struct Lane {
    ware: Ware,
    demo: Demo,
    guests: Vec<Arc<Shopper>>,
    dice: Dice,
    cars: Vec<String>,
    sales: Vec<Sale>,
    told: Vec<Vec<Said>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn killed_in_fifty_drops_no_car_is_sold_twice_left_over_or_promised_in_vain() {
    let seed = dice::seed();
    let kills = match std::env::var("AUTOMAT_KILLS") {
        Ok(text) => text.parse().expect("a number of kills"),
        Err(_) => KILLS,
    };
    let with_cars = kills / KILLS_WITH_CARS;
    let began = Instant::now();
    let lanes = [
        (Ware::ToCome, kills - with_cars, seed),
        (Ware::Cars, with_cars, seed + 1),
    ];
    let mut running = JoinSet::new();
    for (ware, kills, seed) in lanes {
        running.spawn(async move { Lane::open(ware, seed).await.run(kills).await });
    }
    let mut truth = Truth::default();
    let mut claims = 0;
    while let Some(outcomes) = running.join_next().await {
        for outcome in outcomes.expect("the lane got to its end") {
            truth += outcome.truth;
            claims += outcome.claims;
        }
    }
    println!(
        "{kills} kills in {} s, {claims} claims: {truth:?}",
        began.elapsed().as_secs()
    );
    assert_eq!(truth, Truth::default(), "seed {seed}");
}

impl Lane {
    async fn open(ware: Ware, seed: u64) -> Lane {
        let demo = Demo::start(match ware {
            Ware::ToCome => Setup::one(),
            Ware::Cars => Setup::small(),
        });
        let first = match ware {
            Ware::ToCome => 1_000,
            Ware::Cars => 2_000,
        };
        let people = (first..first + PEOPLE).map(|number| Shopper::new(demo.addresses(), number));
        let guests = invite(people).await;
        let cars = match ware {
            Ware::ToCome => vec![],
            Ware::Cars => guests[0].free_cars(UNITS).await,
        };
        Lane {
            ware,
            demo,
            guests,
            dice: Dice(seed),
            cars,
            sales: Vec::new(),
            told: Vec::new(),
        }
    }

    async fn run(mut self, kills: u64) -> Vec<Outcome> {
        let mut under_way: Option<JoinSet<Vec<Said>>> = None;
        self.demo.kill();
        for number in 0..kills {
            let sale = self.announce(number).await;
            let coming = send(&self.guests, &sale, &mut self.dice);
            if let Some(before) = under_way.replace(coming) {
                self.note(before).await;
            }
            let kill_ms = self.dice.between(-600, 900);
            wait_until(sale.opens, kill_ms).await;
            self.sales.push(sale);
            self.demo.kill();
            if self.ware == Ware::Cars {
                // The same cars are sold again, so they have to be free.
                self.demo.start_again();
                self.note(under_way.take().expect("they came")).await;
                self.wait_until_over().await;
                self.demo.kill();
            }
        }
        self.demo.start_again();
        if let Some(last) = under_way {
            self.note(last).await;
        }
        self.check().await
    }

    async fn note(&mut self, coming: JoinSet<Vec<Said>>) {
        let told = coming.join_all().await;
        self.told.push(told.into_iter().flatten().collect());
    }

    /// Starts the program with a drop that opens a second later.
    async fn announce(&mut self, number: u64) -> Sale {
        let id = format!("d{number}");
        let (seconds, closes) = match self.ware {
            Ware::ToCome => (600, "+24h"),
            Ware::Cars => (1, "+5s"),
        };
        let cars: Vec<_> = self.cars.iter().take(UNITS).collect();
        let mut text = format!(
            "id = {id:?}\nentries_from = \"+0s\"\nopens_at = \"+1s\"\ncloses_at = \"{closes}\"\n\
             claim_seconds = {seconds}\noffer_seconds = {seconds}\n\
             waiting_list = {WAITING_LIST}\ncars = {cars:?}\n\
             [name]\nvi = \"Thử\"\nzh = \"试\"\nen = \"Trial\"\n"
        );
        if self.ware == Ware::ToCome {
            let to_come = format!("[[to_come]]\nmodel = \"Levante S\"\ncount = {UNITS}\n");
            write!(text, "{to_come}").expect("a text takes what is written to it");
        }
        let file = self.demo.file("drop.toml");
        std::fs::write(&file, text).expect("the folder can be written");
        self.demo.start_again_with(Some(&file));
        Sale::announced(&id, &self.guests[0]).await
    }

    /// Waits until the drop is closed and every car is the shop's again.
    async fn wait_until_over(&self) {
        let began = Instant::now();
        let sale = self.sales.last().expect("a drop was announced");
        loop {
            let drop = self.drop(sale).await;
            let cars = self.guests[0].cars().await;
            let is_free = |vin: &String| {
                cars.iter()
                    .any(|car| car["vin"] == vin.as_str() && car["state"] == "free")
            };
            let own = self.cars.iter().take(UNITS);
            let free = own.filter(|vin| is_free(vin)).count();
            if drop["state"] == "closed" && free == UNITS {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{free} cars came free, and {drop}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn drop(&self, sale: &Sale) -> serde_json::Value {
        let path = format!("/api/v1/drops/{}", sale.id);
        self.guests[0].get(&path).await.json()
    }

    /// Asks the pages and then the log what is true in the end.
    async fn check(mut self) -> Vec<Outcome> {
        self.demo.wait_for_rest();
        let mut seen = Vec::new();
        for sale in &self.sales {
            let path = format!("/api/v1/drops/{}/draw", sale.id);
            let proof = self.guests[0].get(&path).await.json();
            let proof: Proof = serde_json::from_value(proof).expect("the draw is published");
            seen.push((proof, self.holders(sale).await));
        }
        self.demo.interrupt();
        let data = self.demo.data();
        let store = open_log(&Place::Folder(data.clone()), &data);
        let mut outcomes = Vec::new();
        for ((sale, told), (proof, holders)) in self.sales.iter().zip(&self.told).zip(seen) {
            let drop = DropId::parse(&sale.id).expect("a plain id");
            let outcome = drop_truth::find(&store, &drop, told, &proof).await;
            assert_eq!(outcome.holders, holders, "pages and log say the same");
            if outcome.truth != Truth::default() {
                println!("{}: {:?}", sale.id, outcome.truth);
            }
            outcomes.push(outcome);
        }
        store.close().await;
        outcomes
    }

    /// Finds who has a unit, as everybody's own page says.
    async fn holders(&self, sale: &Sale) -> BTreeSet<PersonKey> {
        let mut holders = BTreeSet::new();
        let mut units = BTreeSet::new();
        for guest in &self.guests {
            let place = guest.place(&sale.id).await.json();
            if place["standing"] == "claiming" {
                let person = PersonKey::parse(&text(&place["person"]));
                holders.insert(person.expect("a key of a person"));
                assert!(units.insert(place["unit"].as_u64()), "two have {place}");
            }
        }
        holders
    }
}
