//! Drops as pages show them: which stage one is in, when what happens, what is sold, how it sold.
//!
//! Storefront, screen and console read the same sight of the same log. The time of the page
//! decides what is said of the opening: between the opening second and the draw itself a drop is
//! being drawn, and nobody is told anything else.

pub(crate) mod goods; // the cars of a drop

use crate::drawing::Drawing;
use crate::drawing::sell_through::{self, Course, Step};
use crate::layout::Page;
use crate::shop::Shop;
use crate::stock::seconds_until;
use crate::text::{Lang, Text};
use crate::{desk, format};
use jiff::tz::TimeZone;
use kernel::{DropId, Moment};
use sales::drop::{Book, Event, State};
use store::Fault;

/// A drop at one moment.
pub(crate) struct Sight {
    pub(crate) id: DropId,
    pub(crate) state: State,
    pub(crate) now: Moment,
}

/// Where a drop stands, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Nobody can enter yet.
    Later,
    /// People enter.
    Entering,
    /// The opening second has come, the draw not yet.
    Drawing,
    /// Cars are free.
    Open,
    /// Every car is claimed or sold.
    SoldOut,
    /// Every car is paid for.
    AllSold,
    /// Its time is over.
    Closed,
    /// It was called off.
    Cancelled,
}

/// A moment that is waited for.
pub(crate) struct Clock {
    pub(crate) until_ms: i64,
    pub(crate) left: String,
}

/// A drop in a list.
pub(crate) struct Brief {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) state: String,
    pub(crate) units: String,
    pub(crate) when: String,
    pub(crate) clock: Option<Clock>,
    pub(crate) stage: Stage,
}

/// A second of the sale as a table shows it.
pub(crate) struct Row {
    pub(crate) at: String,
    pub(crate) after: String,
    pub(crate) sold: u32,
    pub(crate) claimed: u32,
    pub(crate) free: u32,
}

/// Looks at a drop; none where there is no such drop.
pub(crate) async fn look(shop: &Shop, drop: &DropId) -> Result<Option<Sight>, Fault> {
    let found = desk::drop::load(shop, drop).await?;
    Ok(found.map(|(state, _)| Sight {
        id: drop.clone(),
        state,
        now: shop.now(),
    }))
}

/// Looks at the drops that open last, at most so many.
pub(crate) async fn latest(shop: &Shop, most: usize) -> Result<Vec<Sight>, Fault> {
    let mut sights = Vec::new();
    for id in desk::drop::all(shop).await?.into_iter().take(most) {
        sights.extend(look(shop, &id).await?);
    }
    Ok(sights)
}

/// Tells whether an event moves a drop from one part of its life to another.
pub(crate) fn changes_life(event: &Event) -> bool {
    matches!(
        event,
        Event::Announced { .. }
            | Event::Opened { .. }
            | Event::SoldOut { .. }
            | Event::Closed { .. }
            | Event::Cancelled { .. }
    )
}

/// Gives the zone of the tower, by whose clock a drop opens.
pub(crate) fn zone(shop: &Shop) -> TimeZone {
    TimeZone::get(&shop.machine.zone).unwrap_or_else(|_| shop.policy.zone.clone())
}

impl Clock {
    /// Makes the clock of a moment that lies ahead.
    pub(crate) fn to(until: Moment, now: Moment) -> Option<Clock> {
        (until > now).then(|| Clock {
            until_ms: until.millis(),
            left: format::clock(seconds_until(until, now)),
        })
    }
}

impl Stage {
    /// Gives the class of its tag.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Stage::Entering | Stage::Open => "free",
            Stage::Drawing => "now",
            Stage::SoldOut => "held",
            Stage::Later | Stage::AllSold | Stage::Closed | Stage::Cancelled => "sold",
        }
    }

    /// Gives it in a word or two.
    pub(crate) fn words(self, t: Text) -> String {
        match self {
            Stage::Later => t.msg("drop-state-later"),
            Stage::Entering => t.msg("drop-state-entering"),
            Stage::Drawing => t.msg("drop-state-drawing"),
            Stage::Open => t.msg("drop-state-open"),
            Stage::SoldOut => t.msg("drop-state-sold-out"),
            Stage::AllSold => t.msg("drop-state-all-sold"),
            Stage::Closed => t.msg("drop-state-closed"),
            Stage::Cancelled => t.msg("drop-state-cancelled"),
        }
    }

    /// Tells whether the opening lies ahead.
    pub(crate) fn is_before(self) -> bool {
        matches!(self, Stage::Later | Stage::Entering | Stage::Drawing)
    }
}

impl Sight {
    /// Gives everything that is known of the drop.
    pub(crate) fn book(&self) -> &Book {
        let book = self.state.book();
        book.expect("a sight is only made of a drop that was announced")
    }

    /// Gives what the drop is called.
    pub(crate) fn name(&self, lang: Lang) -> &str {
        desk::drop::name(self.book().announcement(), lang)
    }

    /// Tells where it stands.
    pub(crate) fn stage(&self) -> Stage {
        match &self.state {
            State::Announced(book) => match book.announcement() {
                announced if announced.entries_from > self.now => Stage::Later,
                announced if announced.opens_at > self.now => Stage::Entering,
                _ => Stage::Drawing,
            },
            State::Open(book) if book.counts().free + book.counts().claimed == 0 => Stage::AllSold,
            State::Open(book) if book.counts().free == 0 => Stage::SoldOut,
            State::Open(_) => Stage::Open,
            State::Closed(_) => Stage::Closed,
            State::Cancelled { .. } | State::Unknown => Stage::Cancelled,
        }
    }

    /// Says when it opens or opened, by the tower's clock.
    pub(crate) fn when(&self, shop: &Shop, t: Text) -> String {
        let (announced, zone) = (self.book().announcement(), zone(shop));
        match self.book().opening() {
            Some(opening) => t.with(
                "drop-opened",
                &[
                    ("moment", &t.moment(opening.at, &zone)),
                    ("count", &opening.entries),
                ],
            ),
            None => {
                let moment = t.moment(announced.opens_at, &zone);
                t.with("drop-opens", &[("moment", &moment)])
            }
        }
    }

    /// Writes it for a list.
    pub(crate) fn brief(&self, shop: &Shop, page: &Page, folder: &str) -> Brief {
        let (t, stage) = (page.t, self.stage());
        let announced = self.book().announcement();
        let units = announced.units.len();
        Brief {
            href: page.link(&format!("{folder}/{}", self.id)),
            name: self.name(t.lang()).to_owned(),
            class: stage.class(),
            state: stage.words(t),
            units: t.with("drop-units", &[("count", &units)]),
            when: self.when(shop, t),
            clock: Clock::to(announced.opens_at, self.now).filter(|_| stage.is_before()),
            stage,
        }
    }

    /// Tells when every car had been claimed, and how long it took.
    pub(crate) fn sold_out(&self, shop: &Shop, t: Text) -> Option<String> {
        let (at, opened) = (self.book().sold_out_at()?, self.book().opening()?.at);
        let time = t.time(at, &zone(shop));
        let took_ms = at.millis_since(opened).max(0);
        if took_ms == 0 {
            return Some(t.with("drop-sold-out-by-draw", &[("time", &time)]));
        }
        let took = t.duration(took_ms.unsigned_abs().div_ceil(1_000));
        Some(t.with("drop-sold-out", &[("time", &time), ("took", &took)]))
    }

    /// Draws how it sold; none before the opening.
    pub(crate) fn chart(&self, t: Text) -> Option<Drawing> {
        let opened = self.book().opening()?.at;
        let steps: Vec<Step> = self.steps(opened);
        let last = steps.last().map_or(0, |step| step.second);
        let until_now = match self.state {
            State::Open(_) => seconds_between(opened, self.now),
            _ => last,
        };
        let seconds = last.max(until_now);
        Some(sell_through::sell_through(&Course { steps, seconds }, t))
    }

    fn steps(&self, opened: Moment) -> Vec<Step> {
        let points = self.book().sell_through();
        let steps = points.map(|point| Step {
            second: seconds_between(opened, point.at),
            free: point.free,
            claimed: point.claimed,
            sold: point.sold,
        });
        steps.collect()
    }

    /// Writes how it sold, the latest second first, at most so many.
    pub(crate) fn rows(&self, shop: &Shop, t: Text, most: usize) -> Vec<Row> {
        let Some(opening) = self.book().opening() else {
            return vec![];
        };
        let zone = zone(shop);
        let row = |point: &sales::drop::Point| Row {
            at: t.time(point.at, &zone),
            after: t.duration(seconds_between(opening.at, point.at)),
            sold: point.sold,
            claimed: point.claimed,
            free: point.free,
        };
        let mut rows: Vec<Row> = self.book().sell_through().map(row).collect();
        rows.reverse();
        rows.truncate(most);
        rows
    }
}

/// The whole seconds from the second of one moment to another; points stand at whole seconds.
fn seconds_between(from: Moment, to: Moment) -> u64 {
    let second = |at: Moment| at.millis().div_euclid(1_000);
    u64::try_from(second(to) - second(from)).unwrap_or(0)
}
