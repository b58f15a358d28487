//! The clock, where it can be moved forward: months pass in seconds and nothing is skipped.
//!
//! A move is asked for and then watched. There is nothing here where the clock is the real one.

use super::sign_in::SESSION_SECONDS;
use super::{Frame, Said, Section, Staff};
use crate::desk::sign_in::token_key;
use crate::form::Form;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::{Calendar, CalendarMove, Shop};
use crate::text::Text;
use crate::visitor::{STAFF_COOKIE, cookie};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Moment;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;

const PATH: &str = "/console/clock";
const PACE: Duration = Duration::from_millis(400);
const WHOLE: i64 = 1_000;

#[derive(Template)]
#[template(path = "console/clock.html")]
struct View {
    page: Page,
    t: Text,
    frame: Frame,
    now: String,
    moving: Option<Move>,
    steps: Vec<(&'static str, String)>,
}

/// A move as the page shows it.
struct Move {
    from: String,
    to: String,
    reached: String,
    part: i64,
    whole: i64,
    done: bool,
    note: Option<String>,
}

fn calendar(shop: &Shop) -> Result<&Calendar, Problem> {
    let simulators = shop.simulators.as_ref();
    let calendar = simulators.and_then(|parts| parts.calendar.as_ref());
    calendar.ok_or_else(Problem::not_found)
}

/// Shows what time it is and how far a move is.
pub(super) async fn show(State(shop): State<Shop>, staff: Staff) -> Result<Response, Problem> {
    let t = staff.t;
    let progress = calendar(&shop)?.progress.borrow().clone();
    let (page, frame) = staff.page(&shop, Section::Clock, t.msg("console-clock"), PATH);
    let page = page.live(format!("/{}/console/clock/live", t.lang().prefix()));
    let steps = Step::ALL.map(|step| (step.code(), step.words(t)));
    Ok(html(&View {
        now: t.moment(shop.now(), &shop.policy.zone),
        moving: progress.map(|progress| shown(&progress, &shop, t)),
        steps: steps.to_vec(),
        page,
        t,
        frame,
    }))
}

fn shown(progress: &CalendarMove, shop: &Shop, t: Text) -> Move {
    let zone = &shop.policy.zone;
    let way = progress.to.millis_since(progress.from).max(1);
    let gone = progress.reached.millis_since(progress.from).clamp(0, way);
    Move {
        from: t.moment(progress.from, zone),
        to: t.moment(progress.to, zone),
        reached: t.moment(progress.reached, zone),
        part: i64::try_from(i128::from(gone) * i128::from(WHOLE) / i128::from(way))
            .expect("a part of a thousand is small"),
        whole: WHOLE,
        done: progress.done,
        note: progress.note.clone(),
    }
}

/// How far the clock can be moved at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    Day,
    Week,
    Month,
    Year,
    ThreeYears,
}

impl Step {
    const ALL: [Step; 5] = [
        Step::Day,
        Step::Week,
        Step::Month,
        Step::Year,
        Step::ThreeYears,
    ];

    fn code(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
            Step::Year => "year",
            Step::ThreeYears => "three-years",
        }
    }

    fn words(self, t: Text) -> String {
        match self {
            Step::Day => t.msg("console-clock-day"),
            Step::Week => t.msg("console-clock-week"),
            Step::Month => t.msg("console-clock-month"),
            Step::Year => t.msg("console-clock-year"),
            Step::ThreeYears => t.msg("console-clock-three-years"),
        }
    }

    /// Keeps the time of day while the civil day moves.
    fn after(self, now: Moment, shop: &Shop) -> Moment {
        let zone = &shop.policy.zone;
        let today = now.day_in(zone);
        let day = match self {
            Step::Day => today.plus_days(1),
            Step::Week => today.plus_days(7),
            Step::Month => today.plus_months(1),
            Step::Year => today.plus_months(12),
            Step::ThreeYears => today.plus_months(36),
        };
        let since_midnight = now.millis_since(Moment::at_hour_of(today, 0, zone));
        Moment::at_hour_of(day, 0, zone).plus_millis(since_midnight)
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Forward {
    step: Step,
}

/// Asks for a move, unless one is under way.
pub(super) async fn forward(
    State(shop): State<Shop>,
    staff: Staff,
    headers: HeaderMap,
    Form(Forward { step }): Form<Forward>,
) -> Result<Response, Problem> {
    let calendar = calendar(&shop)?;
    let busy = calendar
        .progress
        .borrow()
        .as_ref()
        .is_some_and(|progress| !progress.done);
    let to = step.after(shop.now(), &shop);
    if busy || calendar.ask.try_send(to).is_err() {
        return Ok(staff.back(PATH, Said::NotNow));
    }
    // Whoever moves the clock is still there when it arrives.
    if let Some(token) = cookie(&headers, STAFF_COOKIE) {
        let expires = to.plus_seconds(SESSION_SECONDS);
        let key = token_key(token);
        shop.store.touch_session(&key, shop.now(), expires).await?;
    }
    // The page itself says how far the move is.
    let lang = staff.visitor.lang.prefix();
    Ok(Redirect::to(&format!("/{lang}{PATH}")).into_response())
}

/// Streams a `reload` while a move goes on.
pub(super) async fn live(State(shop): State<Shop>, _staff: Staff) -> Result<Response, Problem> {
    let progress = calendar(&shop)?.progress.clone();
    let stream = futures::stream::unfold(progress, |mut progress| async move {
        progress.changed().await.ok()?;
        // Each timer of a move is a change; the eye needs a few of them a second.
        tokio::time::sleep(PACE).await;
        progress.mark_unchanged();
        let event = Event::default().event("reload").data("1");
        Some((Ok::<Event, Infallible>(event), progress))
    });
    Ok(Sse::new(stream)
        .keep_alive(KeepAlive::default())
        .into_response())
}
