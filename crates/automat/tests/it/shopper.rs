//! A buyer: phone number, code, car, plan, credit, contract, wallet, bay, keys.
//!
//! What to do next follows from where the order stands, as with a person who reloads the page. So
//! the same buyer gets on with a shop that is well, one that says no, and one that is killed again
//! and again.

mod drop; // taking part in a timed sale

use super::demo::Addresses;
use super::wire::{Answer, LOOK, PATIENCE, Wire};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Instant;

/// A person with a phone.
pub(crate) struct Shopper {
    wire: Wire,
    shop: String,
    wallet: String,
    phone: String,
    /// Number of the identity document; the credit provider knows some by heart.
    number: String,
    token: String,
    acts: u32,
    order: String,
    kiosk: Option<Kiosk>,
}

/// The browser of the screen at the tower, on the page of one hand-over.
struct Kiosk {
    cookie: String,
    form_token: String,
    path: String,
}

/// How a buyer's purchase is meant to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// With the keys.
    Drive,
    /// At the bay: the car is not what it looked like.
    Reject,
    /// At the wallet, with a no, and the car given back.
    Refuse,
    /// At the wallet, without a word.
    Leave,
    /// Before signing.
    GiveUp,
}

/// The credit score of whoever is not entered in the simulated provider is 780; theirs is 700.
pub(crate) const SCORE_700: &str = "990101199203030034";

/// States of an order that nothing follows.
pub(crate) const OVER: [&str; 4] = ["handed-over", "expired", "cancelled", "refunded"];

impl Shopper {
    /// Makes the buyer with a number.
    pub(crate) fn new(addresses: &Addresses, number: u32) -> Shopper {
        Shopper {
            wire: Wire::number(number),
            shop: addresses.shop.clone(),
            wallet: addresses.wallet.clone(),
            phone: format!("+86138{number:08}"),
            number: format!("99010119770707{number:04}"),
            token: String::new(),
            acts: 0,
            order: String::new(),
            kiosk: None,
        }
    }

    /// Makes the buyer with a number of the identity document that the provider knows.
    pub(crate) fn known_as(self, number: &str) -> Shopper {
        Shopper {
            number: number.to_owned(),
            ..self
        }
    }

    /// Gives the order that was begun last.
    pub(crate) fn order(&self) -> &str {
        &self.order
    }

    /// Signs in with the code that comes by message.
    pub(crate) async fn sign_in(&mut self) {
        let began = Instant::now();
        loop {
            let asked = self
                .post("/api/v1/sign-in", &json!({ "phone": self.phone }))
                .await;
            assert_eq!(asked.status, 202, "{}", asked.body);
            let code = self.newest_code().await;
            let body = json!({ "phone": self.phone, "code": code });
            let opened = self.post("/api/v1/sessions", &body).await;
            if opened.status == 201 {
                self.token = text(&opened.json()["token"]);
                return;
            }
            // An answer that was lost leaves a code that is used up: ask for another.
            assert_eq!(opened.status, 422, "{}", opened.body);
            assert!(
                began.elapsed() < PATIENCE,
                "no code was right: {}",
                opened.body
            );
        }
    }

    async fn newest_code(&self) -> String {
        let inbox = format!("{}/messages.json", self.wallet);
        let to = [("to", self.phone.clone())];
        let messages = self
            .wire
            .ask(|http| http.get(&inbox).query(&to))
            .await
            .json();
        let words = text(&messages[0]["text"]);
        let mut numbers = words.split(|c: char| !c.is_ascii_digit());
        let code = numbers.find(|digits| digits.len() == 6);
        code.unwrap_or_else(|| panic!("a message with a code came: {words:?}"))
            .to_owned()
    }

    /// Asks for a car; the answer is the order, or why not.
    pub(crate) async fn hold(&mut self, vin: &str, plan: &Value) -> Answer {
        let mut body = plan.clone();
        body["vin"] = json!(vin);
        let answer = self.act("/api/v1/orders", &body).await;
        if answer.status == 201 {
            self.order = text(&answer.json()["id"]);
            self.kiosk = None;
        }
        answer
    }

    /// Looks at the order.
    pub(crate) async fn look(&self) -> Value {
        let answer = self.get(&self.order_path("")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Tells where the order stands.
    pub(crate) async fn state(&self) -> String {
        text(&self.look().await["state"])
    }

    /// Waits until the order stands at one of these, and gives it.
    pub(crate) async fn follow(&self, until: &[&str]) -> Value {
        let began = Instant::now();
        loop {
            let order = self.look().await;
            if until.contains(&text(&order["state"]).as_str()) {
                return order;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{until:?} did not come: {order}"
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Lists all orders of this buyer.
    pub(crate) async fn orders(&self) -> Vec<Value> {
        let answer = self.get("/api/v1/orders?limit=500").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["items"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// Lists the cars as anybody sees them.
    pub(crate) async fn cars(&self) -> Vec<Value> {
        let answer = self.get("/api/v1/vehicles?limit=500").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["items"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// Waits until a car can be had, and gives its VIN.
    pub(crate) async fn free_car(&self) -> String {
        self.free_cars(1).await.remove(0)
    }

    /// Waits until so many cars can be had, and gives their VINs.
    pub(crate) async fn free_cars(&self, count: usize) -> Vec<String> {
        let began = Instant::now();
        loop {
            let cars = self.cars().await;
            let free = cars.iter().filter(|car| car["state"] == "free");
            let free: Vec<String> = free.map(|car| text(&car["vin"])).collect();
            if free.len() >= count {
                return free;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{} of {count} cars are free",
                free.len()
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Goes on with the order until it ends as wished, or otherwise; gives where it stands then.
    pub(crate) async fn go_on(&mut self, wish: Wish) -> String {
        let began = Instant::now();
        loop {
            let state = self.state().await;
            if state == "refunded" && self.kiosk.is_some() {
                self.step_back().await;
            }
            if OVER.contains(&state.as_str()) || self.step(&state, wish).await {
                return state;
            }
            assert!(
                began.elapsed() < 2 * PATIENCE,
                "{} stays {state}",
                self.order
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes the next step; tells whether the buyer has walked away.
    async fn step(&mut self, state: &str, wish: Wish) -> bool {
        match state {
            "started" | "credit-unknown" => drop(self.ask_credit().await),
            "refused" => drop(self.choose(&json!({ "months": 0 })).await),
            "approved" if wish == Wish::GiveUp => drop(self.give_up().await),
            "approved" | "offered" => drop(self.sign().await),
            "signed" if wish == Wish::Refuse && self.has_been_at_wallet().await => {
                self.give_up().await;
            }
            "signed" | "paying" => return self.visit_wallet(wish).await,
            "at-bay" => self.take(wish).await,
            _ => {}
        }
        false
    }

    async fn has_been_at_wallet(&self) -> bool {
        !self.look().await["payment"].is_null()
    }

    async fn visit_wallet(&mut self, wish: Wish) -> bool {
        let Some(page) = self.pay().await else {
            return false;
        };
        let cashier = self.open_cashier(&page).await;
        match wish {
            Wish::Drive | Wish::Reject | Wish::GiveUp => self.decide(&cashier, "pay").await,
            Wish::Refuse => self.decide(&cashier, "refuse").await,
            Wish::Leave => return true,
        }
        false
    }

    /// Gives name and number, and consents to the credit query.
    pub(crate) async fn ask_credit(&mut self) -> Answer {
        let body = json!({ "name": "Buyer", "number": self.number, "consent": true });
        self.act(&self.order_path("/credit"), &body).await
    }

    /// Wants another plan.
    pub(crate) async fn choose(&mut self, plan: &Value) -> Answer {
        self.act(&self.order_path("/plan"), plan).await
    }

    /// Reads the offer and signs it.
    pub(crate) async fn sign(&mut self) -> Answer {
        let offer = self.act(&self.order_path("/offer"), &json!({})).await;
        if offer.status != 200 {
            return offer;
        }
        let offer = offer.json();
        let body = json!({
            "disclosure_hash": offer["disclosure"]["hash"],
            "contract_hash": offer["contract"]["hash"],
        });
        self.act(&self.order_path("/sign"), &body).await
    }

    /// Begins or goes on with the payment; gives the wallet's address when the shop lets it.
    pub(crate) async fn pay(&mut self) -> Option<String> {
        let answer = self.act(&self.order_path("/pay"), &json!({})).await;
        (answer.status == 200).then(|| text(&answer.json()["wallet_url"]))
    }

    /// Gives up before paying.
    pub(crate) async fn give_up(&mut self) -> Answer {
        self.act(&self.order_path("/cancel"), &json!({})).await
    }

    /// Lists the times for the hand-over on a day, today when none is named.
    pub(crate) async fn slots(&self, day: Option<&str>) -> Value {
        let query = day.map_or_else(String::new, |day| format!("?day={day}"));
        let answer = self.get(&self.order_path(&format!("/slots{query}"))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Chooses the time of the hand-over.
    pub(crate) async fn choose_time(&mut self, begins: &str) -> Answer {
        let body = json!({ "begins": begins });
        self.act_by(Method::PUT, &self.order_path("/appointment"), &body)
            .await
    }

    /// Wants the car at once after all.
    pub(crate) async fn end_appointment(&mut self) -> Answer {
        let path = self.order_path("/appointment");
        self.act_by(Method::DELETE, &path, &json!({})).await
    }

    /// Opens the wallet's page and gives the address of its cashier.
    pub(crate) async fn open_cashier(&self, page: &str) -> String {
        let answer = self.wire.ask(|http| http.get(page)).await;
        let there = answer
            .location
            .unwrap_or_else(|| panic!("the cashier: {}", answer.body));
        let path = there.split('?').next().unwrap_or_default();
        format!(
            "{}{}",
            self.wallet,
            path.trim_start_matches(self.wallet.as_str())
        )
    }

    /// Presses a button of the cashier: `pay` or `refuse`.
    pub(crate) async fn decide(&self, cashier: &str, button: &str) {
        let answer = self
            .wire
            .ask(|http| http.post(format!("{cashier}/{button}")))
            .await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Shows the code at the tower, has the bay opened, looks at the car, and drives or rejects it.
    async fn take(&mut self, wish: Wish) {
        if self.kiosk.is_none() {
            self.kiosk = self.show_code().await;
        }
        self.press("open", &[("empty", "yes")]).await;
        if wish == Wish::Reject {
            let code = self.pick_up_code().await.unwrap_or_default();
            self.press("reject", &[("reason", "another colour"), ("code", &code)])
                .await;
        } else if self.press("accept", &[]).await {
            self.press("drive-out", &[]).await;
        }
    }

    /// Leaves the bay of a rejected car and says so when the kiosk asks, until the car is up again.
    async fn step_back(&self) {
        let began = Instant::now();
        let vin = text(&self.look().await["vin"]);
        let path = format!("/api/v1/vehicles/{vin}");
        while text(&self.get(&path).await.json()["place"]).starts_with("bay") {
            assert!(began.elapsed() < PATIENCE, "{vin} is not taken back up");
            self.press("clear", &[("empty", "yes")]).await;
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn pick_up_code(&self) -> Option<String> {
        let answer = self.get(&self.order_path("/tracking")).await;
        answer.json()["pick_up_code"].as_str().map(str::to_owned)
    }

    async fn show_code(&self) -> Option<Kiosk> {
        let code = self.pick_up_code().await?;
        let keypad = format!("{}/en/kiosk/pick-up", self.shop);
        let page = self
            .wire
            .ask(|http| http.get(&keypad).header("accept", "text/html"))
            .await;
        let cookie = page
            .cookie
            .as_ref()
            .expect("a new browser gets a visit cookie")
            .clone();
        let form_token = page.form_token();
        let fields = [("_token", form_token.as_str()), ("code", &code)];
        let found = self
            .wire
            .ask(|http| http.post(&keypad).header("cookie", &cookie).form(&fields))
            .await;
        let path = found.location?;
        Some(Kiosk {
            cookie,
            form_token,
            path,
        })
    }

    /// Presses a button at the kiosk; tells whether it did what it says.
    async fn press(&self, button: &str, fields: &[(&str, &str)]) -> bool {
        let Some(kiosk) = &self.kiosk else {
            return false;
        };
        let address = format!("{}{}/{button}", self.shop, kiosk.path);
        let mut form = vec![("_token", kiosk.form_token.as_str())];
        form.extend(fields);
        let answer = self
            .wire
            .ask(|http| {
                http.post(&address)
                    .header("cookie", &kiosk.cookie)
                    .form(&form)
            })
            .await;
        answer
            .location
            .is_some_and(|location| !location.contains("wrong="))
    }

    fn order_path(&self, rest: &str) -> String {
        format!("/api/v1/orders/{}{rest}", self.order)
    }

    /// Reads from the shop.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.shop);
        self.wire
            .ask(|http| http.get(&url).bearer_auth(&self.token))
            .await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}{path}", self.shop);
        self.wire.ask(|http| http.post(&url).json(body)).await
    }

    /// Does something once, under a key of its own, however often it has to be sent.
    async fn act(&mut self, path: &str, body: &Value) -> Answer {
        self.act_by(Method::POST, path, body).await
    }

    async fn act_by(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        self.acts += 1;
        let key = format!("{}-{}", self.phone, self.acts);
        let url = format!("{}{path}", self.shop);
        let make = |http: &reqwest::Client| {
            let request = http
                .request(method.clone(), &url)
                .bearer_auth(&self.token)
                .header("idempotency-key", &key);
            request.json(body)
        };
        self.wire.ask(make).await
    }

    /// Switches faults of the wallet on; what is not named is off.
    pub(crate) async fn set_faults(&self, faults: &[(&str, &str)]) {
        let panel = format!("{}/faults", self.wallet);
        let answer = self.wire.ask(|http| http.post(&panel).form(faults)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
}

/// Gives a JSON text as it is.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
