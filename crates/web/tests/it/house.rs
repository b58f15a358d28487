//! A shop on a socket of its own: a store in a folder that is removed, a small tower with cars in
//! it, a listener for messages, and a browser that keeps its cookies.

use alipay::signing::SigningKey;
use axum::Router;
use axum::routing::post;
use jiff::tz::TimeZone;
use kernel::{Currency, Day, JobId, Moment, Money, Rate, TowerId, Vin};
use reactions::Rules;
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::policy::{SalesPolicy, Tier};
use sales::vehicle::{self, Vehicle};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Context, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::job::CarSize;
use tower::machine::Machine;
use tower::signal::Readings;
use tower::tower::{self as machine, Tower};
use web::shop::{Parts, Policy, Shop};

/// 2026-11-22 14:00:00 in Singapore.
const START_MICROS: i64 = 1_795_327_200_000_000;

static FOLDERS: AtomicU32 = AtomicU32::new(0);

const MACHINE: &str = r#"
id = "small"
name = "Small tower"
address = "1 Test Street"
zone = "Asia/Singapore"

[layout]
kind = "rack"
levels = 3
first_level_mm = 3_000
level_height_mm = 2_500
shaft_height_mm = 12_000
columns = [-1, 1]
column_width_mm = 2_600

[[takes]]
levels = [1, 3]
length_mm = 6_000
width_mm = 2_300
height_mm = 2_200
mass_kg = 3_300

[lift]
speed_m_s = 1.0
acceleration_m_s2 = 0.5

[travel]
speed_m_s = 1.0
acceleration_m_s2 = 0.5
with_lift = true

[shuttle]
speed_m_s = 0.8
acceleration_m_s2 = 0.5
reach_mm = 3_000
handling_s = 2

[[lifts]]
name = "lift-1"

[[bays]]
name = "bay-1"
column = 1
outer_door_s = 4
inner_door_s = 2
"#;

type Inbox = Arc<Mutex<Vec<String>>>;

/// A running shop.
pub(crate) struct House {
    pub(crate) shop: Shop,
    pub(crate) url: String,
    clock: Arc<AtomicI64>,
    inbox: Inbox,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        // The folder lies in the target folder, so what cannot be removed does no harm there.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl House {
    /// Opens a shop with four cars in its tower.
    pub(crate) async fn open() -> House {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let unique = format!("web-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        let clock = Arc::new(AtomicI64::new(START_MICROS));
        let inbox = Inbox::default();
        let messages_url = listen_for_messages(inbox.clone()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let url = format!("http://{address}");
        let shop = Shop::new(parts(&folder, &clock, &url, messages_url));
        stock(&shop).await;
        let router = web::router(shop.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        House {
            shop,
            url,
            clock,
            inbox,
            folder,
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Opens a browser with no cookies.
    pub(crate) fn browser(&self) -> Browser {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("an HTTP client");
        Browser {
            http,
            url: self.url.clone(),
            cookies: Mutex::default(),
        }
    }

    /// Opens a browser and signs in with a phone number.
    pub(crate) async fn signed_in(&self, phone: &str) -> Browser {
        let browser = self.browser();
        let page = browser.get("/en/sign-in").await;
        let asked = [("phone", phone)];
        let page = browser.post("/en/sign-in", &page.token(), &asked).await;
        let code = self.last_code();
        let fields = [("phone", phone), ("code", code.as_str())];
        let answer = browser.post("/en/sign-in", &page.token(), &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// Gives the code of the message sent last.
    pub(crate) fn last_code(&self) -> String {
        let inbox = self.inbox.lock().expect("nobody panics with the inbox");
        let text = inbox.last().expect("a message was sent");
        text.chars().filter(char::is_ascii_digit).take(6).collect()
    }
}

async fn listen_for_messages(inbox: Inbox) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    let keep = move |body: String| {
        let inbox = inbox.clone();
        async move {
            let message: serde_json::Value = serde_json::from_str(&body).expect("a message");
            let text = message["text"].as_str().unwrap_or_default().to_owned();
            inbox
                .lock()
                .expect("nobody panics with the inbox")
                .push(text);
        }
    };
    let router = Router::new().route("/sms", post(keep));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/sms")
}

fn parts(folder: &Path, clock: &Arc<AtomicI64>, url: &str, messages_url: String) -> Parts {
    let zone = TimeZone::get("Asia/Singapore").expect("the zone is built in");
    let rules = Rules {
        zone: zone.clone(),
        collection_hour: 9,
        rehold_seconds: 600,
        delay_message_seconds: 300,
        delay_refund_seconds: 3_600,
    };
    let store = Store::open(store::Options {
        folder: folder.to_owned(),
        rules,
        master_key: [7; 32],
    });
    let (_, status) = watch::channel(None);
    let clock = clock.clone();
    let http = reqwest::Client::new();
    Parts {
        store: store.expect("the folder is sound"),
        wallet: wallet(http.clone()),
        policy: policy(zone),
        machine: Arc::new(Machine::parse(MACHINE, "small.toml").expect("a sound machine")),
        tower: TowerId::parse("small").expect("a plain id"),
        status,
        readings: watch::channel(Readings::default()).1,
        clock: Arc::new(move || Moment::from_micros(clock.load(Ordering::SeqCst))),
        random: counted_bytes(),
        secret: web::secret::Secret::new(&[9; 32]),
        messages: web::message::Gateway::new(http, messages_url),
        public_url: url.to_owned(),
        wallet_origin: "https://wallet.example".to_owned(),
        simulators: None,
        proxies: vec![],
        traffic: web::metrics::Traffic::default(),
    }
}

/// Bytes that differ with every draw and are the same in every run.
fn counted_bytes() -> web::shop::Random {
    let drawn = AtomicU64::new(1);
    Arc::new(move |buffer: &mut [u8]| {
        for byte in buffer {
            let next = drawn.fetch_add(1, Ordering::SeqCst);
            *byte = (next.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8;
        }
    })
}

fn wallet(http: reqwest::Client) -> alipay::Client {
    let private_key = SigningKey::generate().expect("a key can be made");
    let config = alipay::Config {
        gateway_url: "https://wallet.example/gateway.do".to_owned(),
        app_id: "9021000122680001".to_owned(),
        alipay_public_key: private_key.verifying_key(),
        private_key,
        notify_url: "https://shop.example/webhooks/alipay".to_owned(),
        timeout: Duration::from_secs(1),
    };
    alipay::Client::new(config, http)
}

fn policy(zone: TimeZone) -> Policy {
    let tier = |down, admittance_score| Tier {
        down_at_least: Rate::from_basis_points(down),
        admittance_score,
    };
    let term = |months, rate| finance::policy::Term {
        months,
        annual_rate: Rate::from_basis_points(rate),
    };
    Policy {
        name: "test-terms".to_owned(),
        valid_from: Day::new(2026, 1, 1).expect("a day"),
        jurisdiction: "CN".to_owned(),
        currency: Currency::CNY,
        zone,
        sales: SalesPolicy {
            hold_minutes: 10,
            extension_minutes: 5,
            bay_minutes: 30,
            delay_message_minutes: 5,
            delay_refund_minutes: 60,
            appointment_minutes: 15,
            appointment_days: 7,
            tiers: vec![tier(1_000, 750), tier(3_000, 650)],
        },
        finance: finance::policy::FinancePolicy {
            terms: vec![term(12, 590), term(36, 790)],
            down_at_least: Rate::from_basis_points(1_000),
            down_choices: vec![
                Rate::from_basis_points(1_000),
                Rate::from_basis_points(3_000),
            ],
            upfront_fee: finance::policy::UpfrontFee::ShareOfFinanced(Rate::from_basis_points(50)),
            retries: finance::policy::RetryCalendar {
                days: vec![1, 3, 5],
            },
        },
    }
}

/// Gives the VIN of the car with a number.
pub(crate) fn vin(number: u32) -> Vin {
    Vin::parse(&format!("ZAM56YRA9J1{number:06}")).expect("17 legal characters")
}

fn listing(number: u32) -> Listing {
    let bodies = [Body::Suv, Body::Coupe, Body::Sedan, Body::Hatchback];
    let index = number as usize - 1;
    Listing {
        vin: vin(number),
        make: "Maserati".to_owned(),
        model: format!("Levante {number}"),
        year: 2024,
        body: bodies[index % bodies.len()],
        colour_name: "Blu Nobile".to_owned(),
        colour: "#1b2a4a".to_owned(),
        drivetrain: if number == 4 {
            Drivetrain::Electric
        } else {
            Drivetrain::Petrol
        },
        size: Size {
            length_mm: 5_005,
            width_mm: 1_968,
            height_mm: 1_679,
            mass_kg: 2_090,
        },
        wheelbase_mm: 3_004,
        mileage_km: 12,
        price: Money::new(i64::from(number) * 20_000_000, Currency::CNY),
        photo_url: None,
    }
}

/// Commissions the tower and states that four cars stand in it.
async fn stock(shop: &Shop) {
    let at = || Context::at(shop.now());
    let commission = machine::Command::Commission {
        places: shop.machine.places.clone(),
        bays: shop
            .machine
            .bays
            .iter()
            .map(|bay| bay.place.clone())
            .collect(),
        lifts: shop
            .machine
            .lifts
            .iter()
            .map(|lift| lift.place.clone())
            .collect(),
    };
    let told = shop
        .store
        .execute::<Tower>(&shop.tower, commission, at())
        .await;
    told.expect("a new tower can be commissioned");
    let slots: Vec<_> = shop
        .machine
        .slots()
        .map(|spec| spec.place.clone())
        .collect();
    for number in 1..=4 {
        let listing = listing(number);
        let size = listing.size;
        let declare = machine::Command::Declare {
            job: JobId::parse(&format!("declared-{number}")).expect("a plain id"),
            vin: vin(number),
            size: CarSize {
                length_mm: size.length_mm,
                width_mm: size.width_mm,
                height_mm: size.height_mm,
                mass_kg: size.mass_kg,
            },
            place: slots[number as usize - 1].clone(),
        };
        let told = shop
            .store
            .execute::<Tower>(&shop.tower, declare, at())
            .await;
        told.expect("the slot is free");
        let tower = shop.tower.clone();
        for command in [
            vehicle::Command::List { listing },
            vehicle::Command::Store { tower },
        ] {
            let told = shop
                .store
                .execute::<Vehicle>(&vin(number), command, at())
                .await;
            told.expect("a new car can be listed and stored");
        }
    }
}

/// A browser that keeps cookies and follows nothing by itself.
pub(crate) struct Browser {
    http: reqwest::Client,
    url: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) text: String,
}

impl Browser {
    /// Gives the value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> String {
        let jar = self.cookies.lock().expect("nobody panics with the jar");
        jar.get(name).cloned().unwrap_or_default()
    }

    /// Fetches a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.address(path))).await
    }

    /// Listens to a stream of events and gives what comes first.
    pub(crate) async fn first_event(&self, path: &str) -> String {
        let request = self.http.get(self.address(path));
        let request = request.header("cookie", self.cookie_line());
        let mut response = request.send().await.expect("the shop answers");
        let chunk = response.chunk().await.expect("the stream is open");
        let chunk = chunk.expect("something comes before the end");
        String::from_utf8(chunk.to_vec()).expect("events are text")
    }

    /// Posts a form with a token.
    pub(crate) async fn post(&self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = vec![("_token", token)];
        form.extend_from_slice(fields);
        self.send(self.http.post(self.address(path)).form(&form))
            .await
    }

    /// Fetches the page an answer leads to.
    pub(crate) async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{}", answer.text);
        self.get(&answer.location).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn cookie_line(&self) -> String {
        let jar = self.cookies.lock().expect("nobody panics with the jar");
        let pairs = jar.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let cookies = self.cookie_line();
        let request = request
            .header("accept", "text/html")
            .header("cookie", cookies);
        let response = request.send().await.expect("the shop answers");
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap_or_default();
            let pair = line.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                let mut jar = self.cookies.lock().expect("nobody panics with the jar");
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let header = response.headers().get("location");
        let location = header
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Answer {
            status: response.status().as_u16(),
            location: location.to_owned(),
            text: response.text().await.expect("the answer is text"),
        }
    }
}

impl Answer {
    /// Finds the value of a form field.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.text.split_once(&start).map(|(_, rest)| rest);
        let value = rest
            .and_then(|rest| rest.split_once('"'))
            .map(|(value, _)| value);
        value
            .unwrap_or_else(|| panic!("no field {name} in {}", self.text))
            .to_owned()
    }

    /// Finds the token of the page's forms.
    pub(crate) fn token(&self) -> String {
        self.field("_token")
    }

    /// Asserts that the page says something, whatever spaces keep its numbers together.
    pub(crate) fn says(&self, words: &str) {
        let text = self.text.replace('\u{a0}', " ");
        assert!(text.contains(words), "{words:?} is not in {text}");
    }

    /// Asserts that the page does not say something.
    pub(crate) fn says_not(&self, words: &str) {
        assert!(!self.text.contains(words), "{words:?} is in {}", self.text);
    }
}
