//! The whole shop on a socket, over a store of its own, with the simulated wallet beside it.

use alipay::sandbox::{Sandbox, SandboxOptions};
use jiff::tz::TimeZone;
use kernel::{Currency, Day, Moment, Money, Rate, Vin};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::vehicle::{self, Vehicle};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;
use store::{Context, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::machine::Machine;
use tower::signal::Readings;
use web::shop::{Parts, Policy, Shop};

const MACHINE: &str = include_str!("../../../../../machines/autobahn-singapore.toml");
const APP_ID: &str = "9021000100000001";
const START: i64 = 1_790_000_000_000_000;

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A shop that answers on a socket.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) shop: Shop,
    http: reqwest::Client,
    wallet_url: String,
    clock: Arc<AtomicI64>,
    keys: AtomicU32,
    folder: PathBuf,
    _wallet: Sandbox,
}

/// What was answered.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Drop for Served {
    fn drop(&mut self) {
        // What is left over in the test's own folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Answered {
    /// Gives what kind of problem it is.
    pub(crate) fn problem(&self) -> &str {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(
            self.body["status"], self.status,
            "the status stands in the body too"
        );
        let kind = self.body["type"].as_str().expect("a problem has a type");
        kind.strip_prefix("/problems/")
            .expect("types stand under /problems/")
    }
}

impl Served {
    /// Serves a shop with three cars in its tower.
    pub(crate) async fn open(name: &str) -> Served {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let unique = format!("{name}-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        let clock = Arc::new(AtomicI64::new(START));
        let told = clock.clone();
        let now: web::shop::Clock =
            Arc::new(move || Moment::from_micros(told.load(Ordering::Relaxed)));
        let keys = alipay::keys::Keys::load_or_generate(&folder.join("keys")).expect("fresh keys");
        let wallet = Sandbox::start(SandboxOptions {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            state_dir: folder.join("wallet"),
            clock: now.clone(),
            app_id: APP_ID.to_owned(),
            merchant_name: "Automat".to_owned(),
            merchant_public_key: keys.merchant_public(),
            wallet_key: alipay::keys::Keys::load_or_generate(&folder.join("keys"))
                .expect("the same keys")
                .wallet,
            app_gateway_url: None,
        })
        .await
        .expect("the wallet starts");
        let wallet_url = format!("http://{}", wallet.addr());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let http = reqwest::Client::new();
        let wallet_config = alipay::Config {
            gateway_url: format!("{wallet_url}/gateway.do"),
            app_id: APP_ID.to_owned(),
            alipay_public_key: keys.wallet_public(),
            private_key: keys.merchant,
            notify_url: format!("{url}/webhooks/alipay"),
            timeout: Duration::from_secs(5),
        };
        let shop = shop(&folder, &url, &wallet_url, wallet_config, http.clone(), now);
        let router = web::router(shop.clone());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let served = Served {
            url,
            shop,
            http,
            wallet_url,
            clock,
            keys: AtomicU32::new(0),
            folder,
            _wallet: wallet,
        };
        for number in 1..=3 {
            served.store_car(number).await;
        }
        served
    }

    async fn store_car(&self, number: u32) {
        let vin = vin(number);
        let list = vehicle::Command::List {
            listing: listing(&vin, number),
        };
        let store = vehicle::Command::Store {
            tower: self.shop.tower.clone(),
        };
        for command in [list, store] {
            let context = Context::at(self.shop.now());
            let done = self
                .shop
                .store
                .execute::<Vehicle>(&vin, command, context)
                .await;
            done.expect("a new car is listed and stored");
        }
    }

    /// Lets time pass.
    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// Begins a request.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answered {
        let request = self.request(Method::GET, path);
        send(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    /// Writes under a fresh key.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answered {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        self.post_as(&format!("key-{number}"), path, token, body)
            .await
    }

    /// Writes under a key.
    pub(crate) async fn post_as(
        &self,
        key: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Answered {
        let request = self.request(Method::POST, path).bearer_auth(token);
        send(
            request
                .header("Idempotency-Key", format!("\"{key}\""))
                .json(body),
        )
        .await
    }

    /// Posts without a key.
    pub(crate) async fn post_plain(&self, path: &str, body: &Value) -> Answered {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// Signs somebody in with the code that their phone got, and gives the token.
    pub(crate) async fn sign_in(&self, phone: &str) -> String {
        let asked = self
            .post_plain("/api/v1/sign-in", &json!({ "phone": phone }))
            .await;
        assert_eq!(asked.status, 202);
        let body = json!({ "phone": phone, "code": self.code(phone).await });
        let opened = self.post_plain("/api/v1/sessions", &body).await;
        assert_eq!(opened.status, 201, "{}", opened.body);
        opened.body["token"].as_str().expect("a token").to_owned()
    }

    /// Reads the code that a phone got last.
    pub(crate) async fn code(&self, phone: &str) -> String {
        let inbox = format!("{}/messages.json?to={phone}", self.wallet_url);
        let inbox = send(self.http.get(inbox)).await.body;
        let text = inbox[0]["text"].as_str().expect("a message came");
        let mut digits = text.split(|c: char| !c.is_ascii_digit());
        let code = digits.find(|word| word.len() == 6);
        code.expect("a code has six digits").to_owned()
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answered {
    let response = request.send().await.expect("the shop answers");
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.expect("the whole answer");
    let body = match text.is_empty() {
        true => Value::Null,
        false => serde_json::from_str(&text).expect("the answer is JSON"),
    };
    Answered {
        status,
        headers,
        body,
    }
}

pub(crate) fn vin(number: u32) -> Vin {
    Vin::parse(&format!("ZAM56YRA9J1{number:06}")).expect("17 legal characters")
}

fn listing(vin: &Vin, number: u32) -> Listing {
    Listing {
        vin: vin.clone(),
        make: "Maserati".to_owned(),
        model: "Levante GT".to_owned(),
        year: 2018,
        body: if number == 1 { Body::Coupe } else { Body::Suv },
        colour_name: "Blu Passione".to_owned(),
        colour: "#1d3f72".to_owned(),
        drivetrain: Drivetrain::Petrol,
        size: Size {
            length_mm: 5_003,
            width_mm: 1_968,
            height_mm: 1_679,
            mass_kg: 2_109,
        },
        wheelbase_mm: 3_004,
        mileage_km: 12,
        price: Money::new(15_000_000, Currency::CNY),
        photo_url: None,
    }
}

fn shop(
    folder: &Path,
    url: &str,
    wallet_url: &str,
    wallet: alipay::Config,
    http: reqwest::Client,
    clock: web::shop::Clock,
) -> Shop {
    let machine = Machine::parse(MACHINE, "the machine").expect("the file is sound");
    let zone = TimeZone::get("Asia/Singapore").expect("the zone is in the database");
    let rules = reactions::Rules {
        zone: zone.clone(),
        collection_hour: 9,
        rehold_seconds: 600,
        delay_message_seconds: 300,
        delay_refund_seconds: 3_600,
    };
    let store = Store::open(store::Options {
        folder: folder.join("data"),
        rules,
        master_key: [7; 32],
    });
    let drawn = AtomicU32::new(1);
    Shop::new(Parts {
        store: store.expect("the folder is fresh"),
        wallet: alipay::Client::new(wallet, http.clone()),
        policy: policy(zone),
        tower: machine.id.clone(),
        machine: Arc::new(machine),
        status: watch::channel(None).1,
        readings: watch::channel(Readings::default()).1,
        clock,
        random: Arc::new(move |bytes| {
            for byte in bytes {
                let number = drawn.fetch_add(1, Ordering::Relaxed);
                *byte = (number.wrapping_mul(2_654_435_761) >> 24) as u8;
            }
        }),
        secret: web::secret::Secret::new(&[9; 32]),
        messages: web::message::Gateway::new(http, format!("{wallet_url}/sms")),
        public_url: url.to_owned(),
        wallet_origin: wallet_url.to_owned(),
        simulators: None,
        proxies: vec![],
        traffic: web::metrics::Traffic::default(),
    })
}

fn policy(zone: TimeZone) -> Policy {
    let percent = |text| Rate::parse_percent(text).expect("a share");
    Policy {
        name: "test".to_owned(),
        valid_from: Day::new(2017, 8, 1).expect("a day"),
        jurisdiction: "CN".to_owned(),
        currency: Currency::CNY,
        zone,
        sales: sales::policy::SalesPolicy {
            hold_minutes: 10,
            extension_minutes: 5,
            bay_minutes: 30,
            delay_message_minutes: 5,
            delay_refund_minutes: 60,
            appointment_minutes: 15,
            appointment_days: 7,
            tiers: vec![sales::policy::Tier {
                down_at_least: percent("10"),
                admittance_score: 750,
            }],
        },
        finance: finance::policy::FinancePolicy {
            terms: vec![finance::policy::Term {
                months: 36,
                annual_rate: percent("7.9"),
            }],
            down_at_least: percent("10"),
            down_choices: vec![percent("10"), percent("30")],
            upfront_fee: finance::policy::UpfrontFee::None,
            retries: finance::policy::RetryCalendar {
                days: vec![1, 3, 5],
            },
        },
    }
}
