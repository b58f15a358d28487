//! Server-sent events: pages stay fresh from the same log that everything comes from.
//!
//! An event says only that something changed; the page then fetches its own parts again, or goes to
//! another page. A reader that falls behind is told to fetch again too, so nothing is missed by
//! being slow. News that comes close together is one event, because one fetch shows all of it.

use crate::shop::Shop;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use reactions::Fact;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use store::Told;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

/// What a fact means for an open page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// Its marked parts are to be fetched again.
    Reload,
    /// It is over; the reader is to go to an address of ours.
    Leave(String),
}

const KEEP_ALIVE: Duration = Duration::from_secs(15);
const TOGETHER: Duration = Duration::from_millis(250);

/// Streams a `reload` event at once and for every fact that concerns a page.
///
/// The first one is for what happened between the making of the page and this moment, such as a
/// door that opened as soon as it was asked to. These pages are few, so one fetch more is cheap.
pub fn changes<C>(
    shop: &Shop,
    concerns: C,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<C>>
where
    C: Fn(&Fact) -> bool + Send + Sync + 'static,
{
    let meaning = move |fact: &Fact| concerns(fact).then_some(News::Reload);
    news(shop.store.subscribe(), Some(News::Reload), meaning)
}

/// Streams what each fact means for a page, what it missed first.
///
/// Whoever listens before looking at what the page has seen misses nothing in between; a browser
/// that comes back after a lost connection asks with what its page saw, and is told the same way.
pub fn news<M>(
    told: Receiver<Arc<Told>>,
    missed: Option<News>,
    meaning: M,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<M>>
where
    M: Fn(&Fact) -> Option<News> + Send + Sync + 'static,
{
    let start = (told, missed, meaning);
    let stream = futures::stream::unfold(start, |(mut told, missed, meaning)| async move {
        let first = match missed {
            Some(missed) => missed,
            None => next(&mut told, &meaning).await?,
        };
        tokio::time::sleep(TOGETHER).await;
        let later = waiting(&mut told, &meaning).flatten();
        let weightiest = later.chain([first]).max()?;
        Some((Ok(event(weightiest)), (told, None, meaning)))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// What a page had seen when it was made, as the address of its stream carries it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Seen {
    seen: Option<String>,
}

impl Seen {
    /// Tells whether a page has missed something, given what it would see now.
    pub fn differs(&self, now: &str) -> bool {
        self.seen.as_deref().is_some_and(|seen| seen != now)
    }
}

async fn next(
    told: &mut Receiver<Arc<Told>>,
    meaning: &(impl Fn(&Fact) -> Option<News> + Sync),
) -> Option<News> {
    loop {
        match told.recv().await {
            Ok(one) => match meaning(&one.fact) {
                Some(news) => return Some(news),
                None => continue,
            },
            Err(RecvError::Lagged(_)) => return Some(News::Reload),
            Err(RecvError::Closed) => return None,
        }
    }
}

/// Everything that waits already.
fn waiting(
    told: &mut Receiver<Arc<Told>>,
    meaning: &(impl Fn(&Fact) -> Option<News> + Sync),
) -> impl Iterator<Item = Option<News>> {
    std::iter::from_fn(move || match told.try_recv() {
        Ok(one) => Some(meaning(&one.fact)),
        Err(TryRecvError::Lagged(_)) => Some(Some(News::Reload)),
        Err(TryRecvError::Empty | TryRecvError::Closed) => None,
    })
}

fn event(news: News) -> Event {
    match news {
        News::Reload => Event::default().event("reload").data("1"),
        News::Leave(address) => Event::default().event("leave").data(address),
    }
}
