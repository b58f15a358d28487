//! Two processes share one database, and one of them is killed in a drop.
//!
//! What the dead one did is taken over: its buyers are answered by the other at once; claims that
//! were due to end, and a drop that was due to open, are late by as long as it takes until the
//! other may be sure; the tower is homed, read and operated by the other. The process that has the
//! tower is the one that is killed, twice over; at last it is stopped as a service is, and hands
//! over at once. How long each took is printed, and stands in `docs/operations.md`.

use super::demo::words;
use super::dice::{self, Dice};
use super::drop_guest::{Said, Sale, invite, now, send, wait_until};
use super::drop_truth::{self, Truth, open_log};
use super::machinery::data;
use super::operator::Operator;
use super::servers::Servers;
use super::shopper::Shopper;
use super::wire::{LOOK, PATIENCE};
use jiff::{SignedDuration, Timestamp};
use kernel::{Bucket, DropId, Moment, Vin};
use plc::Panel;
use sales::drop::{Drop, Event};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::{Address, Place, Store};
use tower::job::CarSize;
use tower::tower::Place as Spot;

const KILLS: u32 = 2;
const PEOPLE: u32 = 16;
const UNITS: u32 = 5;
/// How many cars stand in the tower before the first kill.
const CARS: usize = 3;
const CLAIM_S: i64 = 5;
/// How many buckets each of two processes looks after.
const HALF: usize = Bucket::COUNT / 2;
/// The longest that anything may pause on a machine that does much else.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// The longest that a hand-over may take, on the same machine.
const LONGEST_HAND_OVER: Duration = Duration::from_secs(4);

/// Everything the story needs.
struct Story {
    servers: Servers,
    log: Store,
    operator: Operator,
    guests: Vec<Arc<Shopper>>,
    dice: Dice,
    cars: Vec<String>,
}

/// A car as the catalogue has it.
struct Car {
    vin: Vin,
    size: CarSize,
    row: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_processes_one_is_killed_in_a_drop_and_the_other_goes_on() {
    let mut story = Story::begin(dice::seed()).await;
    let refused = story.servers.open_with_other_keys();
    let said = words(&refused);
    assert!(
        !refused.status.success() && said.contains("secrets.key"),
        "{said}"
    );
    let mut truth = Truth::default();
    for round in 0..KILLS {
        truth += story.kill_one(round).await;
    }
    assert_eq!(truth, Truth::default());
    story.stop_one().await;
}

impl Story {
    async fn begin(seed: u64) -> Story {
        let servers = Servers::start().await;
        let address = Address::parse(&servers.database()).expect("a sound address");
        let log = open_log(&Place::Server(address), &servers.data(0));
        let machine = Arc::new(Mutex::new(servers.addresses.panel));
        let mut operator = Operator::new(&servers.addresses, machine);
        operator.sign_in().await;
        let people = (0..PEOPLE).map(|number| Shopper::new(&servers.addresses, number));
        let guests = invite(people).await;
        let mut story = Story {
            servers,
            log,
            operator,
            guests,
            dice: Dice(seed),
            cars: Vec::new(),
        };
        for _ in 0..CARS {
            story.store_next().await;
        }
        story
    }

    /// Takes the next car of the catalogue in and drives it into the tower; tells how long it took
    /// until the bay was opened for it.
    async fn store_next(&mut self) -> Duration {
        let car = car(self.cars.len());
        let file = self.servers.path("car.csv");
        std::fs::write(&file, &car.row).expect("the folder can be written");
        let began = Instant::now();
        let machine = data("small.toml");
        let path = file.to_str().expect("a plain path");
        self.servers
            .tool(&["import", path], &[("--machine", &machine)]);
        let bay = Spot("bay-1".to_owned());
        let panel = self.servers.addresses.panel.expect("the twin has a panel");
        let mut panel = Panel::connect(panel).await.expect("the panel listens");
        while panel.drive_in(&bay, &car.vin, car.size).await.is_err() {
            assert!(began.elapsed() < PATIENCE, "the bay stays closed");
            tokio::time::sleep(LOOK).await;
        }
        let opened_after = began.elapsed();
        self.cars.push(car.vin.to_string());
        while self.free_cars().await < self.cars.len() {
            assert!(began.elapsed() < PATIENCE, "{} is not stored", car.vin);
            self.operator.confirm_clear("bay-1").await;
            tokio::time::sleep(LOOK).await;
        }
        opened_after
    }

    async fn free_cars(&self) -> usize {
        let cars = self.guests[0].cars().await;
        cars.iter().filter(|car| car["state"] == "free").count()
    }

    /// Kills the process that has the tower, around the opening of a drop whose opening is its
    /// business too, while claims run that are to end a little later.
    async fn kill_one(&mut self, round: u32) -> Truth {
        self.wait_until_even().await;
        let dead = self.with_tower();
        let ended = self.announce("c", round).await;
        for guest in self.guests.iter().take(CARS + 1) {
            let entered = guest.enter(&ended.id).await;
            assert_eq!(entered.status, 200, "{}", entered.body);
        }
        let is_claim = |event: &Event| matches!(event, Event::Claimed { .. });
        let claimed = self.happened(&ended, is_claim, CARS).await;
        let sale = self.announce("t", round).await;
        let coming = send(&self.guests, &sale, &mut self.dice);
        let kill_ms = self.dice.between(-600, 900);
        wait_until(sale.opens, kill_ms).await;
        let killed = now();
        self.servers.kill(dead);
        let began = Instant::now();
        self.guests[0].get("/api/v1/drops").await;
        let pages = began.elapsed();
        let tower = began.elapsed() + self.store_next().await;
        let told: Vec<Said> = coming.join_all().await.into_iter().flatten().collect();
        let opened = self.happened(&sale, |event| matches!(event, Event::Opened { .. }), 1);
        let opened = late_ms(opened.await, sale.opens);
        let ends = claimed.timestamp() + SignedDuration::from_secs(CLAIM_S);
        let ended_at = self.happened(&ended, |e| matches!(e, Event::ClaimEnded { .. }), CARS);
        let claims = late_ms(ended_at.await, ends);
        println!(
            "killed {kill_ms} ms from the opening: a page was answered after {} ms, the drop opened \
             {opened} ms and claims ended {claims} ms after their time ({} ms after the kill), the \
             tower was operated after {} ms",
            pages.as_millis(),
            ends.as_millisecond() + claims - killed.micros() / 1_000,
            tower.as_millis(),
        );
        let longest = LONGEST_PAUSE.as_millis() as i64;
        assert!(opened < longest && claims < longest && tower < LONGEST_PAUSE);
        self.servers.open(dead);
        let mut truth = self.truth(&sale, &told).await;
        truth += self.truth(&ended, &[]).await;
        self.wait_until_free().await;
        truth
    }

    /// Announces a drop of the cars in the tower, or of cars still to come, that the process with
    /// the tower looks after: who was there first keeps the lower half of the buckets.
    async fn announce(&self, kind: &str, round: u32) -> Sale {
        let ids = (0..).map(|number| format!("{kind}{round}-{number}"));
        let bucket = |id: &str| Bucket::of(&format!("drop-{id}")).number();
        let is_its = |id: &String| usize::from(bucket(id)) < HALF;
        let id = ids.into_iter().find(is_its);
        let id = id.expect("half of all names are in that half");
        let (sold, seconds, closes) = match kind {
            "c" => (format!("cars = {:?}", &self.cars[..CARS]), CLAIM_S, "+12s"),
            _ => (String::new(), 600, "+10m"),
        };
        let mut text = format!(
            "id = {id:?}\nentries_from = \"+0s\"\nopens_at = \"+2s\"\n\
             closes_at = \"{closes}\"\nclaim_seconds = {seconds}\noffer_seconds = 2\n\
             waiting_list = 6\n{sold}\n[name]\nvi = \"Thử\"\nzh = \"试\"\nen = \"Trial\"\n"
        );
        if kind == "t" {
            text += &format!("[[to_come]]\nmodel = \"Levante S\"\ncount = {UNITS}\n");
        }
        let file = self.servers.path("drop.toml");
        std::fs::write(&file, text).expect("the folder can be written");
        self.servers
            .tool(&["drop", "announce"], &[("--file", &file)]);
        Sale::announced(&id, &self.guests[0]).await
    }

    /// Waits until something has happened so often in a drop, and gives when it last did.
    async fn happened(&self, sale: &Sale, is_it: fn(&Event) -> bool, times: usize) -> Moment {
        let began = Instant::now();
        let drop = DropId::parse(&sale.id).expect("a plain id");
        loop {
            let history = self.log.history::<Drop>(&drop).await;
            let history = history.expect("the log can be read");
            let mut found = history.iter().filter(|(_, event)| is_it(event));
            if let Some((at, _)) = found.nth(times - 1) {
                return *at;
            }
            assert!(began.elapsed() < PATIENCE, "{} does not go on", sale.id);
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn truth(&self, sale: &Sale, told: &[Said]) -> Truth {
        let path = format!("/api/v1/drops/{}/draw", sale.id);
        let proof = self.guests[0].get(&path).await.json();
        let proof = serde_json::from_value(proof).expect("the draw is published");
        let drop = DropId::parse(&sale.id).expect("a plain id");
        let outcome = drop_truth::find(&self.log, &drop, told, &proof).await;
        assert!(outcome.claims > 0, "somebody got a car");
        outcome.truth
    }

    /// Waits until the drop of the cars is over and they can be had again.
    async fn wait_until_free(&self) {
        let began = Instant::now();
        while self.free_cars().await < self.cars.len() {
            assert!(began.elapsed() < PATIENCE, "a car stays held");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Ends the process that has the tower as a service is ended; the other goes on at once.
    async fn stop_one(mut self) {
        self.wait_until_even().await;
        let leaving = self.with_tower();
        let heir = 1 - leaving;
        let began = Instant::now();
        self.servers.stop(leaving);
        let ended = began.elapsed();
        while self.servers.share(heir) != (Bucket::COUNT, true) {
            assert!(began.elapsed() < PATIENCE, "nobody took over");
            tokio::time::sleep(LOOK).await;
        }
        let taken_over = began.elapsed();
        println!(
            "stopped in {} ms, taken over after {} ms",
            ended.as_millis(),
            taken_over.as_millis()
        );
        assert!(taken_over < LONGEST_HAND_OVER + ended);
        self.store_next().await;
        self.log.close().await;
    }

    /// Waits until both processes look after half of everything, and one of them has the tower.
    async fn wait_until_even(&self) {
        let began = Instant::now();
        loop {
            let shares = [0, 1].map(|number| self.servers.share(number));
            let is_even = shares.iter().all(|(buckets, _)| *buckets == HALF);
            if is_even && shares[0].1 != shares[1].1 {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the shares are {shares:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Tells which process has the tower.
    fn with_tower(&self) -> usize {
        usize::from(self.servers.share(1).1)
    }
}

fn late_ms(at: Moment, due: Timestamp) -> i64 {
    at.micros() / 1_000 - due.as_millisecond()
}

/// Reads a car of the small catalogue, with the header line.
fn car(number: usize) -> Car {
    let catalogue = std::fs::read_to_string(data("small.csv")).expect("the catalogue is there");
    let mut lines = catalogue.lines();
    let header = lines.next().expect("a header");
    let line = lines.nth(number).expect("the catalogue has so many cars");
    let column = |name: &str| {
        let place = header.split(',').position(|column| column == name);
        let value = line.split(',').nth(place.expect("a known column"));
        value.expect("a value").to_owned()
    };
    let figure = |name: &str| column(name).parse().expect("a number");
    Car {
        vin: Vin::parse(&column("vin")).expect("a VIN"),
        size: CarSize {
            length_mm: figure("length_mm"),
            width_mm: figure("width_mm"),
            height_mm: figure("height_mm"),
            mass_kg: figure("mass_kg"),
        },
        row: format!("{header}\n{line}\n"),
    }
}
