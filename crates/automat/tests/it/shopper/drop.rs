//! Taking part in a timed sale: enter, look, leave. Each may be repeated without harm.

use super::{Answer, Shopper};
use serde_json::json;

impl Shopper {
    /// Enters a drop, or comes after its opening and wants to wait.
    pub(crate) async fn enter(&self, drop: &str) -> Answer {
        let body = json!({ "name": "Buyer", "number": self.number });
        let url = format!("{}/api/v1/drops/{drop}/entries", self.shop);
        let make = |http: &reqwest::Client| http.post(&url).bearer_auth(&self.token).json(&body);
        self.wire.ask(make).await
    }

    /// Takes part no more.
    pub(crate) async fn leave(&self, drop: &str) -> Answer {
        let url = format!("{}/api/v1/drops/{drop}/leave", self.shop);
        let body = json!({});
        let make = |http: &reqwest::Client| http.post(&url).bearer_auth(&self.token).json(&body);
        self.wire.ask(make).await
    }

    /// Looks at the own place in a drop.
    pub(crate) async fn place(&self, drop: &str) -> Answer {
        self.get(&format!("/api/v1/drops/{drop}/place")).await
    }
}
