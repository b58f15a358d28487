//! Messages to buyers: the words in their language, and the gateway that sends them.
//!
//! The gateway takes a POST of `{"to": phone, "text": words}`; any SMS provider's relay can stand
//! behind it. A message may be sent twice, so its words never depend on being read once.

use crate::text::{Lang, Text};
use kernel::Money;
use serde::Serialize;
use std::time::Duration;

/// Where messages are posted.
#[derive(Clone, Debug)]
pub struct Gateway {
    http: reqwest::Client,
    url: String,
}

/// The message could not be handed to the gateway.
#[derive(Debug, thiserror::Error)]
pub enum SendFault {
    /// Nobody answered.
    #[error("no answer from the message gateway {url}")]
    NoAnswer {
        /// The gateway.
        url: String,
        /// What the HTTP client said.
        #[source]
        source: reqwest::Error,
    },
    /// The gateway refused.
    #[error("the message gateway {url} answered {status}")]
    Refused {
        /// The gateway.
        url: String,
        /// Its answer.
        status: u16,
    },
}

/// What a buyer is told.
#[derive(Clone, Debug)]
pub enum Words {
    /// The one-time code.
    Code {
        /// The code.
        code: String,
    },
    /// The car stands at the bay.
    CarAtBay {
        /// Which bay.
        bay: String,
        /// The order's page.
        link: String,
    },
    /// The money is back.
    Refunded {
        /// How much.
        amount: Money,
    },
    /// A fault of the machine holds the car up.
    Delayed {
        /// From when on they may ask for the money back, as people read it.
        from: String,
        /// The order's page.
        link: String,
    },
    /// It comes after all.
    WentOn {
        /// The order's page.
        link: String,
    },
    /// An instalment could not be collected.
    CollectionFailed {
        /// The instalment.
        number: u16,
        /// The order's page.
        link: String,
    },
    /// The title is theirs.
    TitleReleased {
        /// The order's page.
        link: String,
    },
    /// A car of a drop is kept for them.
    DropWon {
        /// What the drop is called.
        name: String,
        /// Until when, as people read it; none while the car is still to come.
        until: Option<String>,
        /// Whether it was offered from the waiting list.
        offered: bool,
        /// The drop's page.
        link: String,
    },
    /// Nothing was left for them in a drop.
    DropLost {
        /// What the drop is called.
        name: String,
        /// The drop's page.
        link: String,
    },
    /// A drop they had entered was called off.
    DropCalledOff {
        /// What the drop is called.
        name: String,
        /// The drop's page.
        link: String,
    },
}

#[derive(Serialize)]
struct Post<'a> {
    to: &'a str,
    text: &'a str,
}

const TIMEOUT: Duration = Duration::from_secs(10);

impl Gateway {
    /// Makes a gateway that posts to an address.
    pub fn new(http: reqwest::Client, url: String) -> Gateway {
        Gateway { http, url }
    }

    /// Sends words to a phone number.
    pub async fn send(&self, to: &str, lang: Lang, words: &Words) -> Result<(), SendFault> {
        let text = words.in_language(lang);
        let post = self
            .http
            .post(&self.url)
            .timeout(TIMEOUT)
            .json(&Post { to, text: &text });
        let url = || self.url.clone();
        let answer = post.send().await;
        let answer = answer.map_err(|source| SendFault::NoAnswer { url: url(), source })?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(SendFault::Refused {
                url: url(),
                status: status.as_u16(),
            }),
        }
    }
}

impl Words {
    /// Gives the words in a language.
    pub fn in_language(&self, lang: Lang) -> String {
        let t = Text::of(lang);
        match self {
            Words::Code { code } => t.with("message-code", &[("code", code)]),
            Words::CarAtBay { bay, link } => {
                t.with("message-car-at-bay", &[("bay", bay), ("link", link)])
            }
            Words::Refunded { amount } => {
                t.with("message-refunded", &[("amount", &t.money(*amount))])
            }
            Words::Delayed { from, link } => {
                t.with("message-delayed", &[("from", from), ("link", link)])
            }
            Words::WentOn { link } => t.with("message-went-on", &[("link", link)]),
            Words::CollectionFailed { number, link } => t.with(
                "message-collection-failed",
                &[("number", number), ("link", link)],
            ),
            Words::TitleReleased { link } => t.with("message-title-released", &[("link", link)]),
            Words::DropWon {
                name,
                until: Some(until),
                offered,
                link,
            } => {
                let key = match offered {
                    true => "message-drop-offered",
                    false => "message-drop-won",
                };
                t.with(key, &[("name", name), ("until", until), ("link", link)])
            }
            Words::DropWon {
                name,
                until: None,
                link,
                ..
            } => t.with("message-drop-to-come", &[("name", name), ("link", link)]),
            Words::DropLost { name, link } => {
                t.with("message-drop-lost", &[("name", name), ("link", link)])
            }
            Words::DropCalledOff { name, link } => {
                t.with("message-drop-called-off", &[("name", name), ("link", link)])
            }
        }
    }
}
