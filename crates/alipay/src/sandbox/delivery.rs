//! Notifications on their way: posted until the merchant says exactly `success`.
//!
//! The platform repeats after 4 m, 10 m, 10 m, 1 h, 2 h, 6 h and 15 h; here a few short gaps come
//! first, for a merchant who is just starting. Redirects count as failures. Times are by the
//! wallet's clock, and what waits survives a restart. A slow merchant delays only its own
//! notifications.

use super::event::{Event, Notice};
use super::journal::JournalFault;
use super::notice;
use super::world::World;
use crate::china_time;
use crate::notification::ACKNOWLEDGED;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Gaps after each failure in seconds; after the last the notification is given up.
const GAPS_S: [i64; 10] = [1, 3, 10, 240, 600, 600, 3_600, 7_200, 21_600, 54_000];
/// How often the clock is looked at, as it may be moved from outside.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const AT_ONCE: usize = 16;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Makes the HTTP client notifications go through.
pub(crate) fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .no_proxy()
        .build()
}

/// Delivers until the sandbox stops or its journal fails.
pub(crate) async fn run(
    world: Arc<World>,
    http: reqwest::Client,
    mut stopped: watch::Receiver<bool>,
) {
    let mut on_their_way = HashSet::new();
    let mut deliveries = JoinSet::new();
    loop {
        let Ok(due) = due(&world, &on_their_way).await else {
            return;
        };
        for (notice, twice) in due {
            on_their_way.insert(notice.id);
            let (world, http) = (world.clone(), http.clone());
            deliveries.spawn(async move {
                let delivered = deliver(&world, &http, &notice, twice).await;
                (notice.id, delivered)
            });
        }
        tokio::select! {
            Some(done) = deliveries.join_next() => match done {
                Ok((id, Ok(()))) => { on_their_way.remove(&id); }
                Ok((_, Err(_))) | Err(_) => return,
            },
            () = world.news.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn due(
    world: &World,
    on_their_way: &HashSet<u64>,
) -> Result<Vec<(Notice, bool)>, JournalFault> {
    world
        .act(|turn| {
            let state = turn.state();
            let room = AT_ONCE.saturating_sub(on_their_way.len());
            let is_due =
                |notice: &&Notice| notice.next_at <= turn.at && !on_their_way.contains(&notice.id);
            let due = state.notices.values().filter(is_due).take(room).cloned();
            due.map(|notice| (notice, state.faults.duplicate)).collect()
        })
        .await
}

async fn deliver(
    world: &World,
    http: &reqwest::Client,
    notice: &Notice,
    twice: bool,
) -> Result<(), JournalFault> {
    let mut seen = post(world, http, notice).await;
    if twice {
        seen = post(world, http, notice).await;
    }
    let id = notice.id;
    world
        .act(|turn| {
            let event = match seen {
                Ok(()) => Event::NoticeAcknowledged { id },
                Err(seen) => Event::NoticeFailed {
                    id,
                    next_at: GAPS_S
                        .get(notice.failures)
                        .map(|gap| turn.at.plus_seconds(*gap)),
                    seen,
                },
            };
            turn.record(event);
        })
        .await
}

/// Posts once; the error says what was seen instead of `success`.
async fn post(world: &World, http: &reqwest::Client, notice: &Notice) -> Result<(), String> {
    const SHOWN: usize = 120;
    let mut params = notice.params.clone();
    params.insert("notify_time".to_owned(), china_time::text(world.now()));
    let body = notice::signed(params, &world.wallet_key);
    let request = http.post(&notice.url).header(
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8",
    );
    let response = request
        .body(body)
        .send()
        .await
        .map_err(|fault| fault.to_string())?;
    let status = response.status();
    let text = response.text().await.map_err(|fault| fault.to_string())?;
    if status.is_success() && text == ACKNOWLEDGED {
        return Ok(());
    }
    let shown: String = text.chars().take(SHOWN).collect();
    Err(format!("{status}: {shown}"))
}
