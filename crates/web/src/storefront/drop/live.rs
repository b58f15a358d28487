//! What changes an open page of a drop: at once what concerns its reader, in a while the rest.
//!
//! Ten thousand people look at one page. Whoever is drawn, or whose claim ends, is told at once;
//! that some other car was paid for may wait, and many such things are one fetch. The opening
//! concerns everybody, so it is spread over the better part of a second.

use super::Looking;
use crate::live::Seen;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::Visitor;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use kernel::DropId;
use reactions::Fact;
use sales::drop::{Event, PersonKey};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use store::Told;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// News that comes together is one fetch.
const TOGETHER: Duration = Duration::from_millis(150);
/// So long may wait what does not concern the reader.
const LATER: Duration = Duration::from_secs(2);
const SPREAD_MILLIS: i64 = 700;

/// How soon a page is to be fetched again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    /// It is about the reader.
    Mine,
    /// It is about everybody.
    Everybody,
    /// It is about somebody else.
    Others,
}

struct Reader {
    drop: DropId,
    own: Option<PersonKey>,
    spread: Duration,
}

/// Tells an open page that something has changed.
pub(super) async fn live(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    Query(page): Query<Seen>,
) -> Result<Response, Problem> {
    let told = shop.store.subscribe();
    let looking = Looking::at(&shop, &visitor, &id).await?;
    let missed = page.differs(&looking.seen());
    let spread = looking.spread_millis(SPREAD_MILLIS).unsigned_abs();
    let reader = Reader {
        drop: looking.sight.id.clone(),
        own: looking.place.and_then(|place| place.person),
        spread: Duration::from_millis(spread),
    };
    let start = (told, missed, reader);
    let stream = futures::stream::unfold(start, |(mut told, missed, reader)| async move {
        if !missed {
            reader.next(&mut told).await?;
        }
        let event = Sent::default().event("reload").data("1");
        Some((Ok::<Sent, Infallible>(event), (told, false, reader)))
    });
    let stream = Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(stream.into_response())
}

impl Reader {
    /// Waits until the page is to be fetched again; none when nothing can come any more.
    async fn next(&self, told: &mut Receiver<Arc<Told>>) -> Option<()> {
        let mut due: Option<Instant> = None;
        loop {
            let heard = match due {
                None => told.recv().await,
                Some(due) => match timeout_at(due, told.recv()).await {
                    Ok(heard) => heard,
                    Err(_) => return Some(()),
                },
            };
            let urgency = match heard {
                Ok(one) => self.urgency(&one.fact),
                // Whoever was too slow to hear everything looks for themselves.
                Err(RecvError::Lagged(_)) => Some(Urgency::Everybody),
                Err(RecvError::Closed) => return None,
            };
            if let Some(urgency) = urgency {
                let then = Instant::now() + self.patience(urgency);
                due = Some(due.map_or(then, |due| due.min(then)));
            }
        }
    }

    fn patience(&self, urgency: Urgency) -> Duration {
        match urgency {
            Urgency::Mine => TOGETHER,
            Urgency::Everybody => TOGETHER + self.spread,
            Urgency::Others => LATER + self.spread,
        }
    }

    fn urgency(&self, fact: &Fact) -> Option<Urgency> {
        let Fact::Drop(drop, event) = fact else {
            return None;
        };
        if *drop != self.drop {
            return None;
        }
        urgency(event, self.own.as_ref())
    }
}

fn urgency(event: &Event, own: Option<&PersonKey>) -> Option<Urgency> {
    let (person, others) = match event {
        Event::Opened { .. }
        | Event::SoldOut { .. }
        | Event::AllSold { .. }
        | Event::Closed { .. }
        | Event::Cancelled { .. } => return Some(Urgency::Everybody),
        Event::Announced { .. } | Event::CarReady { .. } => return None,
        Event::CarAssigned { .. }
        | Event::ClaimExtended { .. }
        | Event::UnitGone { .. }
        | Event::CarTakenBack { .. }
        | Event::CarFreed { .. } => return Some(Urgency::Others),
        Event::Entered { person, .. }
        | Event::Admitted { person }
        | Event::NotAdmitted { person, .. }
        | Event::Unanswered { person }
        | Event::Lost { person, .. }
        | Event::ClockStarted { person, .. } => (person, false),
        Event::Left { person }
        | Event::Claimed { person, .. }
        | Event::Waited { person, .. }
        | Event::ClaimEnded { person, .. }
        | Event::UnitSold { person, .. }
        | Event::UnitReturned { person, .. }
        | Event::Displaced { person, .. } => (person, true),
    };
    match own == Some(person) {
        true => Some(Urgency::Mine),
        false => others.then_some(Urgency::Others),
    }
}
