//! One person's purchase over HTTP: every step as an app takes it, each timed.

use super::wire::Wire;
use anyhow::{Context, bail};
use hyper::Method;
use kernel::Vin;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// The steps of a purchase, in order.
pub(super) const STEPS: [&str; 9] = [
    "code", "sign in", "hold", "credit", "offer", "sign", "pay", "cashier", "paid",
];

/// How long each step took.
pub(super) type Took = [Duration; STEPS.len()];

/// How long an app waits before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

struct Buyer {
    shop: Wire,
    wallet: Wire,
    token: String,
    acts: u32,
}

/// Buys a car with 10 % down over 36 months, until the order is paid.
pub(super) async fn buy(
    number: u32,
    vin: Vin,
    shop: SocketAddr,
    wallet: SocketAddr,
) -> anyhow::Result<Took> {
    let [_, high, middle, low] = (number + 2).to_be_bytes();
    let from = Ipv4Addr::new(127, 1 + high, middle, low);
    let phone = format!("+86139{number:08}");
    let mut buyer = Buyer {
        shop: Wire::open(from, shop).await?,
        wallet: Wire::open(from, wallet).await?,
        token: String::new(),
        acts: 0,
    };
    let mut took = [Duration::ZERO; STEPS.len()];
    let mut steps = took.iter_mut();
    let mut timed = |began: Instant| {
        *steps.next().expect("there is a place for each step") = began.elapsed();
    };
    let began = Instant::now();
    buyer.ask_for_code(&phone).await.context("code")?;
    timed(began);
    let code = buyer.read_code(&phone).await.context("message")?;
    let began = Instant::now();
    buyer.sign_in(&phone, &code).await.context("sign in")?;
    timed(began);
    let began = Instant::now();
    let order = buyer.hold(&vin).await.context("hold")?;
    timed(began);
    let began = Instant::now();
    buyer.ask_credit(&order, number).await.context("credit")?;
    timed(began);
    let began = Instant::now();
    let hashes = buyer.read_offer(&order).await.context("offer")?;
    timed(began);
    let began = Instant::now();
    buyer.act(&order, "sign", &hashes).await.context("sign")?;
    timed(began);
    let began = Instant::now();
    let page = buyer.act(&order, "pay", &json!({})).await.context("pay")?;
    timed(began);
    let began = Instant::now();
    buyer
        .pay(text(&page, "wallet_url")?)
        .await
        .context("cashier")?;
    timed(began);
    let began = Instant::now();
    buyer.wait_until_paid(&order).await.context("paid")?;
    timed(began);
    Ok(took)
}

impl Buyer {
    async fn ask_for_code(&mut self, phone: &str) -> anyhow::Result<()> {
        let body = json!({ "phone": phone });
        let reply = self
            .shop
            .send(Method::POST, "/api/v1/sign-in", &[], Some(&body))
            .await?;
        reply.expect(202)
    }

    async fn read_code(&mut self, phone: &str) -> anyhow::Result<String> {
        let digits = phone.trim_start_matches('+');
        let inbox = format!("/messages.json?to={digits}");
        let messages = self
            .wallet
            .send(Method::GET, &inbox, &[], None)
            .await?
            .json(200)?;
        let words = messages[0]["text"].as_str().context("no message came")?;
        let mut numbers = words.split(|c: char| !c.is_ascii_digit());
        let code = numbers.find(|number| number.len() == 6);
        Ok(code.context("no code in the message")?.to_owned())
    }

    async fn sign_in(&mut self, phone: &str, code: &str) -> anyhow::Result<()> {
        let body = json!({ "phone": phone, "code": code });
        let reply = self
            .shop
            .send(Method::POST, "/api/v1/sessions", &[], Some(&body))
            .await?;
        self.token = format!("Bearer {}", text(&reply.json(201)?, "token")?);
        Ok(())
    }

    async fn hold(&mut self, vin: &Vin) -> anyhow::Result<String> {
        let body = json!({ "vin": vin.as_str(), "down": 10, "months": 36 });
        let order = self.write("/api/v1/orders", &body, 201).await?;
        Ok(text(&order, "id")?.to_owned())
    }

    async fn ask_credit(&mut self, order: &str, number: u32) -> anyhow::Result<()> {
        let person = json!({
            "name": "Minh 明",
            "number": format!("9901011990{number:08}"),
            "consent": true,
        });
        let mut answer = self.act(order, "credit", &person).await?;
        while text(&answer, "state")? == "asking-credit" {
            tokio::time::sleep(LOOK_AGAIN).await;
            answer = self.look(order).await?;
        }
        match text(&answer, "state")? {
            "approved" => Ok(()),
            state => bail!("the order is {state}"),
        }
    }

    async fn read_offer(&mut self, order: &str) -> anyhow::Result<Value> {
        let offer = self.act(order, "offer", &json!({})).await?;
        Ok(json!({
            "disclosure_hash": offer["disclosure"]["hash"],
            "contract_hash": offer["contract"]["hash"],
        }))
    }

    async fn act(&mut self, order: &str, act: &str, body: &Value) -> anyhow::Result<Value> {
        self.write(&format!("/api/v1/orders/{order}/{act}"), body, 200)
            .await
    }

    async fn write(&mut self, path: &str, body: &Value, status: u16) -> anyhow::Result<Value> {
        self.acts += 1;
        let key = format!("\"{}\"", self.acts);
        let headers = [
            ("authorization", self.token.as_str()),
            ("idempotency-key", key.as_str()),
        ];
        let reply = self
            .shop
            .send(Method::POST, path, &headers, Some(body))
            .await?;
        reply.json(status)
    }

    /// Opens the wallet's page and presses its button.
    async fn pay(&mut self, url: &str) -> anyhow::Result<()> {
        let path = url
            .splitn(4, '/')
            .nth(3)
            .context("the wallet's address has a path")?;
        let opened = self
            .wallet
            .send(Method::GET, &format!("/{path}"), &[], None)
            .await?;
        let page = opened
            .location
            .context("the wallet leads on to its cashier")?;
        self.wallet
            .send(Method::GET, &page, &[], None)
            .await?
            .expect(200)?;
        let action = page.replacen('?', "/pay?", 1);
        let paid = self.wallet.send(Method::POST, &action, &[], None).await?;
        let back = paid.location.context("the wallet leads back to the shop")?;
        match back.contains("/orders/") {
            true => Ok(()),
            false => bail!("the wallet was not paid and leads to {back}"),
        }
    }

    async fn wait_until_paid(&mut self, order: &str) -> anyhow::Result<()> {
        loop {
            match text(&self.look(order).await?, "state")? {
                "paid" | "fetching" | "at-bay" => return Ok(()),
                "paying" => tokio::time::sleep(LOOK_AGAIN).await,
                state => bail!("the order is {state}"),
            }
        }
    }

    async fn look(&mut self, order: &str) -> anyhow::Result<Value> {
        let path = format!("/api/v1/orders/{order}");
        let headers = [("authorization", self.token.as_str())];
        self.shop
            .send(Method::GET, &path, &headers, None)
            .await?
            .json(200)
    }
}

fn text<'a>(value: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    value[field]
        .as_str()
        .with_context(|| format!("no {field} in {value}"))
}
