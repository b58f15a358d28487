//! Figures for whoever watches the shop: Prometheus text at `/metrics`.

use crate::problem::Problem;
use crate::shop::Shop;
use axum::extract::State;
use axum::http::StatusCode;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many requests were answered, by class of status, and how long that took together.
#[derive(Debug, Default)]
pub struct Traffic {
    by_class: [AtomicU64; 5],
    micros: AtomicU64,
}

impl Traffic {
    /// Notes an answered request.
    pub fn note(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.by_class[class].fetch_add(1, Ordering::Relaxed);
        self.micros
            .fetch_add(took.as_micros() as u64, Ordering::Relaxed);
    }
}

/// Answers the figures.
pub async fn answer(State(shop): State<Shop>) -> Result<String, Problem> {
    let mut text = String::new();
    counter(
        &mut text,
        "automat_http_requests_total",
        "Requests answered, by class of status.",
    );
    for (index, count) in shop.traffic.by_class.iter().enumerate() {
        let (class, count) = (index + 1, count.load(Ordering::Relaxed));
        line(
            &mut text,
            &format!("automat_http_requests_total{{class=\"{class}xx\"}}"),
            count,
        );
    }
    counter(
        &mut text,
        "automat_http_micros_total",
        "Microseconds spent answering.",
    );
    line(
        &mut text,
        "automat_http_micros_total",
        shop.traffic.micros.load(Ordering::Relaxed),
    );
    gauge(
        &mut text,
        "automat_outbox_rows",
        "Facts whose reactions are not done.",
    );
    line(
        &mut text,
        "automat_outbox_rows",
        shop.store.outbox_depth().await?,
    );
    gauge(
        &mut text,
        "automat_outbox_stuck_rows",
        "Facts whose reactions keep failing.",
    );
    line(
        &mut text,
        "automat_outbox_stuck_rows",
        shop.store.stuck().await?.len() as u64,
    );
    gauge(
        &mut text,
        "automat_machine_seen",
        "1 when the machine's report is fresh.",
    );
    let fresh = shop.status.borrow().is_some();
    line(&mut text, "automat_machine_seen", u64::from(fresh));
    Ok(text)
}

fn counter(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
}

fn gauge(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn line(text: &mut String, name: &str, value: u64) {
    let _ = writeln!(text, "{name} {value}");
}
