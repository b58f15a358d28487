//! A merchant with a sandbox of its own: a client, a notification address, a browser, a clock.

use alipay::client::{Client, Config, MandateTerms, PagePay, TradeOutcome};
use alipay::keys::Keys;
use alipay::notification::{ACKNOWLEDGED, Notice, Notification};
use alipay::signing::VerifyingKey;
use alipay::{Sandbox, SandboxOptions};
use kernel::{Currency, Moment, Money};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const SCENE: &str = "INDUSTRY|CARRENTAL";
pub(crate) const MANDATE: &str = "CVMAG000001";
const APP_ID: &str = "9021000122680001";
/// 2026-11-22 22:33:51 in GMT+8.
const START_MICROS: i64 = 1_795_358_031_000_000;

type Received = Arc<Mutex<Vec<Notification>>>;

pub(crate) struct Shop {
    pub(crate) client: Client,
    pub(crate) sandbox: Sandbox,
    pub(crate) browser: reqwest::Client,
    pub(crate) folder: PathBuf,
    pub(crate) wallet_public: VerifyingKey,
    clock: Arc<AtomicI64>,
    received: Received,
    notify_url: String,
}

impl Shop {
    /// Opens a shop with a new wallet.
    pub(crate) async fn open() -> Shop {
        Shop::open_in(new_folder()).await
    }

    /// Opens a shop with the wallet whose journal lies in a folder.
    pub(crate) async fn open_in(folder: PathBuf) -> Shop {
        let keys = Keys::load_or_generate(&folder.join("keys")).expect("the folder is writable");
        let clock = Arc::new(AtomicI64::new(START_MICROS));
        let (received, notify_url) = listen(keys.wallet_public()).await;
        let sandbox = Sandbox::start(options(&folder, &clock, &notify_url)).await;
        let sandbox = sandbox.expect("the sandbox starts");
        let wallet_public = keys.wallet_public();
        let config = Config {
            gateway_url: sandbox.gateway_url(),
            app_id: APP_ID.to_owned(),
            private_key: keys.merchant,
            alipay_public_key: wallet_public.clone(),
            notify_url: notify_url.clone(),
            timeout: Duration::from_millis(1_500),
        };
        let browser = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("an HTTP client");
        Shop {
            client: Client::new(config, browser.clone()),
            sandbox,
            browser,
            folder,
            wallet_public,
            clock,
            received,
            notify_url,
        }
    }

    /// Gives the options under which the same wallet starts again.
    pub(crate) fn options(&self) -> SandboxOptions {
        options(&self.folder, &self.clock, &self.notify_url)
    }

    pub(crate) fn now(&self) -> Moment {
        Moment::from_micros(self.clock.load(Ordering::SeqCst))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Sends the buyer to the payment page and gives the path of the cashier.
    pub(crate) async fn send_to_cashier(&self, pay: &PagePay) -> String {
        let url = self.client.page_pay_url(pay, self.now());
        let url = url.expect("the amount can be asked");
        let response = self
            .browser
            .get(url)
            .send()
            .await
            .expect("the gateway answers");
        assert_eq!(response.status(), 303, "{:?}", response.text().await);
        location(&response)
    }

    /// Presses a button of the cashier page and gives where the browser goes.
    pub(crate) async fn press(&self, cashier: &str, button: &str) -> String {
        let path = cashier.split('?').next().unwrap_or_default();
        let response = self.post(&format!("{path}/{button}"), "").await;
        location(&response)
    }

    pub(crate) async fn buy(&self, pay: &PagePay) -> String {
        let cashier = self.send_to_cashier(pay).await;
        self.press(&cashier, "pay").await
    }

    pub(crate) async fn read(&self, path: &str) -> String {
        let response = self.browser.get(self.address(path)).send().await;
        let response = response.expect("the wallet answers");
        response.text().await.expect("a page")
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> reqwest::Response {
        let request = self.browser.post(self.address(path));
        let form = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        form.send().await.expect("the wallet answers")
    }

    pub(crate) async fn switch_faults(&self, form: &str) {
        let response = self.post("/faults", form).await;
        assert_eq!(response.status(), 303);
    }

    pub(crate) async fn query(&self, out_trade_no: &str) -> TradeOutcome {
        self.client.query(out_trade_no, self.now()).await
    }

    /// Pays a first trade with a mandate and gives the wallet's number of the mandate.
    pub(crate) async fn sign_mandate(&self) -> String {
        self.buy(&with_mandate(down_payment("DP_1"))).await;
        let outcome = self
            .client
            .query_with_mandate("DP_1", MANDATE, SCENE, self.now())
            .await;
        match outcome {
            TradeOutcome::Paid {
                agreement_no: Some(agreement_no),
                ..
            } => agreement_no,
            other => panic!("the mandate was not signed: {other:?}"),
        }
    }

    /// Waits until so many notifications have come, and gives what they say.
    pub(crate) async fn notices(&self, count: usize) -> Vec<Notice> {
        const PATIENCE: u32 = 500;
        for _ in 0..PATIENCE {
            if self.received.lock().expect("nobody panicked").len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let received = self.received.lock().expect("nobody panicked");
        assert!(received.len() >= count, "only {} came", received.len());
        let read = |one: &Notification| one.notice().expect("a readable notification");
        received.iter().map(read).collect()
    }

    pub(crate) fn notify_ids(&self) -> Vec<String> {
        let received = self.received.lock().expect("nobody panicked");
        received
            .iter()
            .map(|one| one.notify_id().to_owned())
            .collect()
    }

    fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.sandbox.addr())
    }
}

/// A down payment of 15,980.00 yuan.
pub(crate) fn down_payment(out_trade_no: &str) -> PagePay {
    PagePay {
        out_trade_no: out_trade_no.to_owned(),
        total_amount: yuan("15980"),
        subject: "福特 Explorer 首付 10%".to_owned(),
        time_expire: None,
        return_url: "http://127.0.0.1:9/back".to_owned(),
        mandate: None,
        buyer_phone: None,
        language: None,
    }
}

/// The same with a mandate of 4,000.00 yuan a month for 36 months.
pub(crate) fn with_mandate(mut pay: PagePay) -> PagePay {
    pay.mandate = Some(MandateTerms {
        external_agreement_no: MANDATE.to_owned(),
        single_limit: yuan("4000"),
        months: 36,
        sign_scene: SCENE.to_owned(),
    });
    pay
}

pub(crate) fn yuan(text: &str) -> Money {
    Money::parse(text, Currency::CNY).expect("an amount")
}

pub(crate) fn location(response: &reqwest::Response) -> String {
    let header = response.headers().get("location").expect("a redirect");
    header.to_str().expect("plain text").to_owned()
}

pub(crate) fn new_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("alipay-it-{}-{count}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn options(folder: &Path, clock: &Arc<AtomicI64>, notify_url: &str) -> SandboxOptions {
    let keys = Keys::load_or_generate(&folder.join("keys")).expect("the keys are there");
    let clock = clock.clone();
    SandboxOptions {
        listen: "127.0.0.1:0".parse().expect("an address"),
        state_dir: folder.to_owned(),
        clock: Arc::new(move || Moment::from_micros(clock.load(Ordering::SeqCst))),
        app_id: APP_ID.to_owned(),
        merchant_name: "Car tower".to_owned(),
        merchant_public_key: keys.merchant_public(),
        wallet_key: keys.wallet,
        app_gateway_url: Some(notify_url.to_owned()),
    }
}

/// Listens for notifications; only verified ones are kept and acknowledged.
async fn listen(wallet: VerifyingKey) -> (Received, String) {
    let received = Received::default();
    let kept = received.clone();
    let take = move |body: String| async move {
        match Notification::verify(&body, &wallet) {
            Ok(notification) => {
                kept.lock().expect("nobody panicked").push(notification);
                ACKNOWLEDGED
            }
            Err(_) => "fail",
        }
    };
    let router = axum::Router::new().route("/notify", axum::routing::post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (received, format!("http://{address}/notify"))
}
