//! A member of staff with a console, who does what a fault says is to be done.
//!
//! A power cut takes the machine's own count of cars that left, so a car that drives out at that
//! moment has only one proof of two. The software then stands still and asks for a person, who
//! looks into the bay and says what is there.

use super::demo::Addresses;
use super::shopper::text;
use super::wire::{Answer, Wire};
use plc::Panel;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// Somebody who works at the tower.
pub(crate) struct Operator {
    wire: Wire,
    shop: String,
    password: String,
    cookies: String,
    form_token: String,
    /// Where the machine stands; another address after each start.
    machine: Arc<Mutex<Option<SocketAddr>>>,
}

impl Operator {
    /// Makes the operator of a demonstration.
    pub(crate) fn new(addresses: &Addresses, machine: Arc<Mutex<Option<SocketAddr>>>) -> Operator {
        Operator {
            wire: Wire::number(60_000),
            shop: addresses.shop.clone(),
            password: addresses.password.clone(),
            cookies: String::new(),
            form_token: String::new(),
            machine,
        }
    }

    /// Signs in to the console.
    pub(crate) async fn sign_in(&mut self) {
        let page = format!("{}/en/console/sign-in", self.shop);
        let form = self
            .wire
            .ask(|http| http.get(&page).header("accept", "text/html"))
            .await;
        self.form_token = form.form_token();
        self.cookies = form.cookie.expect("a new browser gets a visit cookie");
        let fields = [("name", "operator"), ("password", self.password.as_str())];
        let answer = self.post("/en/console/sign-in", &fields).await;
        let session = answer.cookie.expect("the right password opens a session");
        self.cookies = format!("{}; {session}", self.cookies);
    }

    /// Looks for faults and, where a car is said to be missing and is, says so.
    pub(crate) async fn look_after(&self) {
        let tower = format!("{}/api/v1/tower", self.shop);
        let tower = self.wire.ask(|http| http.get(&tower)).await.json();
        for fault in tower["faults"].as_array().into_iter().flatten() {
            let cause = text(&fault["cause"]);
            if !text(&fault["action"]).contains("declare it gone") {
                continue;
            }
            let vin = cause.split(' ').next().unwrap_or_default();
            if self.has_left(vin).await {
                let fields = [("vin", vin), ("seen", "yes")];
                self.post("/en/console/tower/gone", &fields).await;
            }
        }
    }

    /// Looks into a bay, sees nobody and says so.
    pub(crate) async fn confirm_clear(&self, bay: &str) {
        let fields = [("bay", bay), ("seen", "yes")];
        self.post("/en/console/tower/clear", &fields).await;
    }

    /// Moves the clock by a named step.
    pub(crate) async fn move_clock(&self, step: &str) {
        self.post("/en/console/clock", &[("step", step)]).await;
    }

    /// Reads a page of the console.
    pub(crate) async fn read(&self, path: &str) -> String {
        let address = format!("{}{path}", self.shop);
        let make = |http: &reqwest::Client| {
            let request = http.get(&address).header("accept", "text/html");
            request.header("cookie", &self.cookies)
        };
        self.wire.ask(make).await.body
    }

    /// Walks around the machine; no answer means that it is just being started.
    async fn has_left(&self, vin: &str) -> bool {
        let address = *self
            .machine
            .lock()
            .expect("nobody panics while holding an address");
        let Some(address) = address else { return false };
        let Ok(mut panel) = Panel::connect(address).await else {
            return false;
        };
        let Ok(world) = panel.status().await else {
            return false;
        };
        world.cars.values().all(|inside| inside != vin)
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let address = format!("{}{path}", self.shop);
        let mut form = vec![("_token", self.form_token.as_str())];
        form.extend(fields);
        let make = |http: &reqwest::Client| {
            http.post(&address)
                .header("cookie", &self.cookies)
                .form(&form)
        };
        self.wire.ask(make).await
    }
}
