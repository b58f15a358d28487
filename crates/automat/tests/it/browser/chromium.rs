//! A real Chromium, led by chromedriver, with a folder of its own and nothing kept from before.
//!
//! A screen is a size and whether it has scripts. The phone is emulated as Chromium's own developer
//! tools do it, because a window of a desktop is never narrower than 500 pixels. A tap is a click:
//! chromedriver makes a touch with scripts on the page and waits for ever where there are none, or
//! where the page goes away under the finger. Each tab has a screen of its own.

use crate::demo::{Folder, listen_to};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running browser.
pub(crate) struct Chromium {
    /// Leads the tab that is in front.
    pub(crate) client: Client,
    driver: Child,
    /// The process of the browser itself.
    process: Option<u64>,
    http: reqwest::Client,
    /// The session at the driver, without a slash at its end.
    session: String,
    // The browser's own folder, which must outlive it.
    _folder: Folder,
}

/// What a browser is seen on, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) has_scripts: bool,
}

/// A phone as most buyers hold it.
pub(crate) const PHONE: Screen = Screen {
    width: 390,
    height: 844,
    has_scripts: true,
};
/// The same phone, in a browser that runs no scripts.
pub(crate) const PHONE_WITHOUT_SCRIPTS: Screen = Screen {
    has_scripts: false,
    ..PHONE
};
/// A tablet, held upright.
pub(crate) const TABLET: Screen = Screen {
    width: 820,
    height: 1180,
    has_scripts: true,
};
/// The screen at the tower.
pub(crate) const KIOSK: Screen = Screen {
    width: 1080,
    height: 1440,
    has_scripts: true,
};
/// The same screen without scripts.
pub(crate) const KIOSK_WITHOUT_SCRIPTS: Screen = Screen {
    has_scripts: false,
    ..KIOSK
};
/// A desk in the office.
pub(crate) const DESK: Screen = Screen {
    width: 1440,
    height: 900,
    has_scripts: true,
};

const INSTALL: &str = "This test needs a real browser. On Debian and Ubuntu: apt-get install \
                       chromium chromium-driver. Elsewhere: Chrome or Chromium and the \
                       chromedriver of the same version, both on the path.";
const PATIENCE: Duration = Duration::from_secs(60);
const DRIVER_TRIES: u32 = 8;
/// Pages are photographed whole, down to this many CSS pixels.
const TALLEST: f64 = 4_500.0;

impl Chromium {
    /// Opens a browser on a screen.
    pub(crate) async fn open(screen: Screen) -> Chromium {
        let folder = Folder::fresh();
        let (driver, address) = start_driver();
        let mut capabilities = Map::new();
        let profile = folder.join("profile").display().to_string();
        capabilities.insert("goog:chromeOptions".to_owned(), options(screen, &profile));
        // The driver never waits for a page: it loses its way where one page follows another at
        // once, as at the wallet, and would wait for ever. Whoever looks at a page waits for it.
        capabilities.insert("pageLoadStrategy".to_owned(), json!("none"));
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&address).await;
        let client = client.unwrap_or_else(|error| panic!("{INSTALL}\n{error}"));
        let id = client
            .session_id()
            .await
            .expect("the driver answers")
            .expect("a session is open");
        let session = format!("{address}/session/{id}");
        let http = reqwest::Client::builder().timeout(PATIENCE).build();
        let http = http.expect("a client can be made");
        let process = client
            .capabilities()
            .and_then(|all| all.get("goog:processID")?.as_u64());
        let browser = Chromium {
            client,
            driver,
            process,
            http,
            session,
            _folder: folder,
        };
        browser.resize(screen).await;
        browser
    }

    /// Makes the screen of the tab in front another one; whether it has scripts stays as it is.
    pub(crate) async fn resize(&self, screen: Screen) {
        let metrics = json!({
            "width": screen.width, "height": screen.height,
            "deviceScaleFactor": if screen.width == PHONE.width { 2 } else { 1 },
            "mobile": screen.width < DESK.width,
        });
        self.command("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Takes a picture of the whole page, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let size = "const page = document.documentElement;\
                    return [page.clientWidth, Math.max(page.scrollHeight, innerHeight)];";
        let size = self
            .client
            .execute(size, Vec::new())
            .await
            .expect("a page has a size");
        let [width, height] = [0, 1].map(|index| size[index].as_f64().expect("a number"));
        let clip = json!({
            "x": 0, "y": 0, "width": width, "height": height.min(TALLEST), "scale": 1,
        });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.command("Page.captureScreenshot", wanted).await;
        let data = answer["data"].as_str().expect("a picture comes as text");
        STANDARD.decode(data).expect("the text is base 64")
    }

    /// Gives what the browser complained of since it was last asked, such as a refused script.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.ask("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().expect("a log is a list");
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        let messages = severe.map(|entry| entry["message"].to_string());
        // Chromium reads a manifest whose page was left before it came as an empty one. That the
        // manifest is sound is tested where it is served.
        messages
            .filter(|message| !message.contains("Manifest: Line: 1, column: 1"))
            .collect()
    }

    async fn command(&self, name: &str, parameters: Value) -> Value {
        self.ask(
            "goog/cdp/execute",
            json!({ "cmd": name, "params": parameters }),
        )
        .await
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let address = format!("{}/{path}", self.session);
        let answer = self.http.post(address).json(&body).send().await;
        let answer = answer.expect("the driver answers").json::<Value>().await;
        let mut answer = answer.expect("the driver speaks JSON");
        let value = answer["value"].take();
        assert!(
            value["error"].is_null(),
            "the driver refused {path} {body}: {value}"
        );
        value
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // A driver that is killed leaves its browser behind, so the browser goes first.
        if let Some(process) = self.process {
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .status();
        }
        // A driver that has ended already cannot be killed, which is as well.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts a driver on a port that is free. It wants the same port twice, of the old internet and of
/// the new, and gives up when another has one of them; the next try gets another port.
fn start_driver() -> (Child, String) {
    let mut tries = (0..DRIVER_TRIES).map(|_| try_to_start_driver());
    tries
        .find_map(|started| started)
        .unwrap_or_else(|| panic!("chromedriver did not start. {INSTALL}"))
}

fn try_to_start_driver() -> Option<(Child, String)> {
    let mut command = Command::new("chromedriver");
    command
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut driver = command
        .spawn()
        .unwrap_or_else(|error| panic!("{INSTALL}\n{error}"));
    let said = listen_to(&mut driver);
    while let Ok(line) = said.recv_timeout(PATIENCE) {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            return Some((driver, address));
        }
    }
    // One that has ended already cannot be killed, which is as well.
    let _ = driver.kill();
    let _ = driver.wait();
    None
}

fn options(screen: Screen, profile: &str) -> Value {
    let mut arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--user-data-dir={profile}"));
    // 2 is Chromium's word for "blocked".
    let scripts = if screen.has_scripts { 1 } else { 2 };
    json!({
        "args": arguments,
        "prefs": { "profile.managed_default_content_settings.javascript": scripts },
    })
}
