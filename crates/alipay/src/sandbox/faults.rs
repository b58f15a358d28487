//! The fault panel: what shall go wrong from now on. Tests post the same form.

use super::event::{Event, Faults};
use super::frame::{self, Frame, Tongue};
use super::journal::JournalFault;
use super::world::World;
use crate::request::{self, Params};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "faults.html")]
struct FaultsPage {
    frame: Frame,
    faults: Faults,
    refused: String,
    waiting: String,
    last_seen: String,
}

/// Shows the panel.
pub(crate) async fn panel(
    State(world): State<Arc<World>>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    let words = tongue.0.words();
    world
        .act(|turn| {
            let state = turn.state();
            let waiting = words
                .notices_waiting
                .replace("{waiting}", &state.notices.len().to_string())
                .replace("{abandoned}", &state.abandoned_notices.to_string());
            let last = state.notices.values().next_back();
            frame::page(&FaultsPage {
                frame: Frame::new(tongue, "/faults"),
                refused: state.faults.refuse_deductions_of.join(" "),
                faults: state.faults.clone(),
                waiting,
                last_seen: last.map(|notice| notice.seen.clone()).unwrap_or_default(),
            })
        })
        .await
}

/// Sets all faults at once; what the form does not name is off.
pub(crate) async fn set(
    State(world): State<Arc<World>>,
    tongue: Tongue,
    body: String,
) -> Result<Response, JournalFault> {
    let faults = request::decode(&[&body]).ok().and_then(read);
    let Some(faults) = faults else {
        let words = tongue.0.words().unreadable;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, words).into_response());
    };
    world
        .act(|turn| turn.record(Event::FaultsSet(faults)))
        .await?;
    let lang = tongue.0.tag();
    Ok(Redirect::to(&format!("/faults?lang={lang}")).into_response())
}

fn read(params: Params) -> Option<Faults> {
    let is_on = |name: &str| params.contains_key(name);
    let number = |name: &str| match params.get(name).map_or("", String::as_str) {
        "" => Some(0),
        digits => digits.parse().ok(),
    };
    let refused = params
        .get("refuse_deductions_of")
        .map_or("", String::as_str);
    let separators = |letter: char| letter.is_whitespace() || letter == ',';
    let refused = refused.split(separators).filter(|one| !one.is_empty());
    Some(Faults {
        silent: is_on("silent"),
        notify_delay_s: number("notify_delay_s")?,
        duplicate: is_on("duplicate"),
        query_unavailable: is_on("query_unavailable"),
        refuse_deductions_of: refused.map(str::to_owned).collect(),
        lose_requests: is_on("lose_requests"),
        lose_answers: is_on("lose_answers"),
        answer_delay_ms: number("answer_delay_ms")?,
    })
}
