//! Requests as a patient client makes them: repeated until somebody answers.
//!
//! A broken wire says nothing about what was done, so the same request goes out again, with the
//! same key where it carries one. Each client has a loopback address of its own, because limits
//! count by address.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

/// A client at an address of its own.
pub(crate) struct Wire {
    http: Client,
}

/// What was answered.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
    /// Where to go on.
    pub(crate) location: Option<String>,
    /// The first cookie that is set, as it is sent back.
    pub(crate) cookie: Option<String>,
}

/// How long anything may take, with a program that is started again meanwhile.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// How long to wait before looking again.
pub(crate) const LOOK: Duration = Duration::from_millis(30);

const ONE_ANSWER: Duration = Duration::from_secs(20);

impl Wire {
    /// Makes the client with a number, which is its address.
    pub(crate) fn number(number: u32) -> Wire {
        let [.., high, low] = (number + 256).to_be_bytes();
        let address = Ipv4Addr::new(127, 9, high, low);
        let http = Client::builder()
            .local_address(IpAddr::V4(address))
            .redirect(Policy::none())
            .timeout(ONE_ANSWER)
            .pool_max_idle_per_host(0)
            .build();
        Wire {
            http: http.expect("a client can be made"),
        }
    }

    /// Makes a request until it is answered with something else than "try again".
    pub(crate) async fn ask(&self, make: impl Fn(&Client) -> RequestBuilder) -> Answer {
        let began = Instant::now();
        loop {
            let last = match self.once(&make).await {
                Ok(answer) if !answer.is_to_be_repeated() => return answer,
                Ok(answer) => format!("{} {}", answer.status, answer.body),
                Err(error) => format!("{error:?}"),
            };
            assert!(began.elapsed() < PATIENCE, "nobody answered: {last}");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn once(&self, make: impl Fn(&Client) -> RequestBuilder) -> reqwest::Result<Answer> {
        let response = make(&self.http).send().await?;
        let (location, cookie) = (
            header(&response, "location"),
            header(&response, "set-cookie"),
        );
        let cookie = cookie.and_then(|line| line.split(';').next().map(str::to_owned));
        let status = response.status().as_u16();
        Ok(Answer {
            status,
            body: response.text().await?,
            location,
            cookie,
        })
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    let value = response.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}

impl Answer {
    /// Reads the body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{} is no JSON ({error}): {}", self.status, self.body))
    }

    /// Gives the kind of a problem, such as `held-by-another`.
    pub(crate) fn problem(&self) -> String {
        let kind = self.json()["type"].as_str().unwrap_or_default().to_owned();
        kind.trim_start_matches("/problems/").to_owned()
    }

    /// Finds the token that the page's forms carry.
    pub(crate) fn form_token(&self) -> String {
        let (_, after) = self
            .body
            .split_once("name=\"_token\" value=\"")
            .expect("a form");
        after.split('"').next().unwrap_or_default().to_owned()
    }

    fn is_to_be_repeated(&self) -> bool {
        let still_running = self.status == 409 && self.body.contains("still-running");
        matches!(self.status, 429 | 500..=599) || still_running
    }
}
