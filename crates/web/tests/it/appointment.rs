//! The time of a hand-over, chosen on the pages and by programs.

use crate::console::staff;
use crate::house::{Answer, Browser, House, vin};
use kernel::{JobId, OrderId};
use reqwest::{Client, Method};
use sales::order::{self, Order};
use serde_json::{Value, json};
use store::Context;
use tower::tower::Tower;
use web::desk::sign_in::{self, Phone};
use web::text::Lang;

/// What a clock at the tower says in the first slot of the next day.
const FIRST: &str = "00:00 to 00:15";

/// Holds a car to be paid at once and gives the order's address.
async fn held(browser: &Browser, number: u32) -> String {
    let path = format!("/en/cars/{}", vin(number));
    let page = browser.get(&path).await;
    let fields = [("down", "100"), ("months", "0")];
    let held = browser
        .post(&format!("{path}/hold"), &page.token(), &fields)
        .await;
    assert_eq!(held.status, 303, "{}", held.text);
    held.location
}

/// Finds what the form sends for a time that is not full.
fn value_of(page: &Answer, words: &str) -> String {
    let (before, _) = page.text.split_once(&format!(">{words}<")).expect(words);
    let option = before.rsplit("<option ").next().unwrap_or_default();
    let value = option.split('"').nth(1);
    value.expect("an option has a value").to_owned()
}

async fn choose(browser: &Browser, address: &str, words: &str) -> Answer {
    let path = format!("{address}/appointment");
    let page = browser.get(&format!("{path}?day=2026-11-23")).await;
    let begins = value_of(&page, words);
    let fields = [("begins", begins.as_str())];
    browser.post(&path, &page.token(), &fields).await
}

fn order_of(address: &str) -> OrderId {
    let id = address.rsplit('/').next().unwrap_or_default();
    OrderId::parse(id).expect("the address ends in an order's id")
}

async fn has_time(house: &House, order: &OrderId) -> bool {
    let loaded = house.shop.store.load::<Tower>(&house.shop.tower).await;
    let (tower, _) = loaded.expect("the store is sound");
    let job = JobId::parse(&format!("fetch-{order}")).expect("a plain id");
    tower.appointments.of(&job).is_some()
}

async fn cancel(house: &House, order: &OrderId) {
    let at = Context::at(house.shop.now());
    let cancel = order::Command::Cancel;
    let told = house.shop.store.execute::<Order>(order, cancel, at).await;
    told.expect("it is not paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_chooses_a_time_before_paying_and_may_take_it_back() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0101").await;
    let address = held(&browser, 1).await;
    let page = browser.get(&address).await;
    page.says("Your car comes down as soon as you have paid.");
    page.says(&format!("{address}/appointment"));
    let chosen = choose(&browser, &address, FIRST).await;
    let page = browser.follow(&chosen).await;
    page.says("On 23 Nov 2026 your car comes to a bay between 00:00 and 00:15");
    assert!(has_time(&house, &order_of(&address)).await);
    let moved = choose(&browser, &address, "00:30 to 00:45").await;
    browser.follow(&moved).await.says("between 00:30 and 00:45");
    let page = browser.get(&address).await;
    let undone = browser
        .post(&format!("{address}/at-once"), &page.token(), &[])
        .await;
    let page = browser.follow(&undone).await;
    page.says("Your car comes down as soon as you have paid.");
    assert!(!has_time(&house, &order_of(&address)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_time_is_shown_as_full_and_refused_to_a_late_form() {
    let house = House::open().await;
    let first = house.signed_in("+65 9000 0102").await;
    let second = house.signed_in("+65 9000 0103").await;
    let (one, other) = (held(&first, 1).await, held(&second, 2).await);
    let path = format!("{other}/appointment");
    let stale = second.get(&format!("{path}?day=2026-11-23")).await;
    choose(&first, &one, FIRST).await;
    let begins = value_of(&stale, FIRST);
    let late = second
        .post(&path, &stale.token(), &[("begins", begins.as_str())])
        .await;
    assert_eq!(late.status, 409);
    late.says("That time has just been taken.");
    late.says(&format!("disabled>{FIRST}, full<"));
    assert!(!has_time(&house, &order_of(&other)).await);
    let foreign = second
        .post(&path, "0000", &[("begins", begins.as_str())])
        .await;
    assert_eq!(foreign.status, 403);
    let crooked = second
        .post(&path, &stale.token(), &[("begins", "1795400000000001")])
        .await;
    crooked.says("That time cannot be chosen any more.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_lists_who_comes_when_and_how_full_the_next_times_are() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0104").await;
    let address = held(&browser, 1).await;
    choose(&browser, &address, FIRST).await;
    let staff = staff(&house, "operator").await;
    let page = staff.get("/en/console/tower").await;
    page.says("23 Nov 2026, 00:00 to 00:15");
    page.says("not paid yet");
    page.says("0 of 1");
    page.says(order_of(&address).as_str());
}

/// A program with a token.
struct Program {
    http: Client,
    url: String,
    token: String,
    keys: std::cell::Cell<u32>,
}

impl Program {
    async fn of(house: &House, phone: &str) -> Program {
        let phone = Phone::parse(phone).expect("a phone number");
        let sent = sign_in::send_code(&house.shop, &phone, Lang::En).await;
        sent.expect("the message is taken");
        let code = house.last_code();
        let token = sign_in::sign_in(&house.shop, &phone, &code, Lang::En).await;
        Program {
            http: Client::new(),
            url: house.url.clone(),
            token: token.expect("the code is right"),
            keys: 0.into(),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let mut request = request.bearer_auth(&self.token);
        if let Some(body) = body {
            self.keys.set(self.keys.get() + 1);
            let key = self.keys.get().to_string();
            request = request.header("Idempotency-Key", key).json(&body);
        }
        let answer = request.send().await.expect("the shop answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("the answer is text");
        (
            status,
            serde_json::from_str(&text).expect("the answer is JSON"),
        )
    }

    async fn hold(&self, number: u32) -> String {
        let body = json!({ "vin": vin(number).as_str(), "months": 0 });
        let (status, order) = self.ask(Method::POST, "/api/v1/orders", Some(body)).await;
        assert_eq!(status, 201, "{order}");
        format!("/api/v1/orders/{}", order["id"].as_str().expect("an id"))
    }

    async fn put(&self, order: &str, begins: &str) -> (u16, Value) {
        let path = format!("{order}/appointment");
        let body = json!({ "begins": begins });
        self.ask(Method::PUT, &path, Some(body)).await
    }
}

const MIDNIGHT: &str = "2026-11-22T16:00:00Z";
const LATER: &str = "2026-11-22T16:30:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sees_the_times_and_chooses_moves_and_ends_one() {
    let house = House::open().await;
    let program = Program::of(&house, "+65 9000 0105").await;
    let order = program.hold(1).await;
    let slots = format!("{order}/slots?day=2026-11-23");
    let (status, day) = program.ask(Method::GET, &slots, None).await;
    assert_eq!((status, &day["day"]), (200, &json!("2026-11-23")));
    assert_eq!(day["slots"].as_array().map(Vec::len), Some(96));
    let free = json!({
        "begins": MIDNIGHT, "ends": "2026-11-22T16:15:00Z", "free": 1, "is_full": false
    });
    assert_eq!(day["slots"][0], free);
    let (status, chosen) = program.put(&order, MIDNIGHT).await;
    assert_eq!(status, 200, "{chosen}");
    assert_eq!(chosen["appointment"]["begins"], MIDNIGHT);
    let (_, again) = program.put(&order, MIDNIGHT).await;
    assert_eq!(again["appointment"], chosen["appointment"]);
    let (_, moved) = program.put(&order, LATER).await;
    assert_eq!(moved["appointment"]["begins"], LATER);
    let path = format!("{order}/appointment");
    for _ in 0..2 {
        let (status, ended) = program.ask(Method::DELETE, &path, None).await;
        assert_eq!((status, &ended["appointment"]), (200, &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_why_a_time_is_not_given() {
    let house = House::open().await;
    let program = Program::of(&house, "+65 9000 0106").await;
    let rival = Program::of(&house, "+65 9000 0107").await;
    let (order, theirs) = (program.hold(1).await, rival.hold(2).await);
    rival.put(&theirs, MIDNIGHT).await;
    for (begins, status, problem) in [
        (MIDNIGHT, 409, "slot-full"),
        ("2026-11-22T06:00:00Z", 409, "slot-too-soon"),
        ("2026-12-22T06:00:00Z", 409, "slot-too-far"),
        ("2026-11-22T16:01:00Z", 422, "bad-field"),
        ("tomorrow", 422, "bad-field"),
    ] {
        let (answered, said) = program.put(&order, begins).await;
        let kind = format!("/problems/{problem}");
        assert_eq!(
            (answered, &said["type"]),
            (status, &json!(kind)),
            "{begins}"
        );
    }
    let (status, _) = program.put(&theirs, LATER).await;
    assert_eq!(status, 404, "it is somebody else's");
    let path = format!("{order}/appointment");
    let keyless = program.http.put(format!("{}{path}", house.url));
    let keyless = keyless.bearer_auth(&program.token);
    let answer = keyless.json(&json!({ "begins": LATER })).send().await;
    assert_eq!(answer.expect("the shop answers").status(), 400);
    cancel(&house, &order_of(&order)).await;
    let (status, said) = program.put(&order, LATER).await;
    assert_eq!(
        (status, &said["type"]),
        (409, &json!("/problems/order-over"))
    );
}
