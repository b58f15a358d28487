//! The text message inbox: whatever a shop sends to a phone can be read here.

use super::event::{Event, Message};
use super::frame::{self, Frame, Tongue};
use super::journal::JournalFault;
use super::world::{Turn, World};
use crate::china_time;
use crate::request;
use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How many messages are shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage {
    frame: Frame,
    to: String,
    messages: Vec<MessageRow>,
}

struct MessageRow {
    to: String,
    text: String,
    when: String,
}

/// Whose messages are wanted; everybody's when nobody is named.
#[derive(Debug, Deserialize)]
pub(crate) struct Inbox {
    #[serde(default)]
    to: String,
}

/// A message to be delivered.
#[derive(Debug, Deserialize)]
struct Sms {
    to: String,
    text: String,
}

/// A message as a program reads it.
#[derive(Debug, Serialize)]
pub(crate) struct MessageJson {
    to: String,
    text: String,
    at: String,
}

/// Shows the inbox, newest first.
pub(crate) async fn inbox(
    State(world): State<Arc<World>>,
    tongue: Tongue,
    Query(inbox): Query<Inbox>,
) -> Result<Response, JournalFault> {
    let messages = world.act(|turn| newest(turn, &inbox.to)).await?;
    let rows = messages.into_iter().map(|message| MessageRow {
        when: frame::clock(message.at, tongue),
        to: message.to,
        text: message.text,
    });
    Ok(frame::page(&MessagesPage {
        frame: Frame::new(tongue, "/messages"),
        messages: rows.collect(),
        to: inbox.to,
    }))
}

/// Gives the inbox as JSON, newest first.
pub(crate) async fn json(
    State(world): State<Arc<World>>,
    Query(inbox): Query<Inbox>,
) -> Result<Json<Vec<MessageJson>>, JournalFault> {
    let messages = world.act(|turn| newest(turn, &inbox.to)).await?;
    let plain = messages.into_iter().map(|message| MessageJson {
        to: message.to,
        text: message.text,
        at: china_time::text(message.at),
    });
    Ok(Json(plain.collect()))
}

/// Takes a message, as JSON or as a form.
pub(crate) async fn receive(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, JournalFault> {
    let kind = headers.get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let sms = if is_json {
        serde_json::from_str(&body).ok()
    } else {
        form(&body)
    };
    let Some(Sms { to, text }) = sms else {
        let words = "send {to, text} as JSON or as a form\n";
        return Ok((StatusCode::BAD_REQUEST, words).into_response());
    };
    world
        .act(|turn| {
            let at = turn.at;
            turn.record(Event::MessageReceived(Message { to, text, at }));
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn form(body: &str) -> Option<Sms> {
    let mut params = request::decode(&[body]).ok()?;
    Some(Sms {
        to: params.remove("to")?,
        text: params.remove("text")?,
    })
}

/// A plus sign arrives as a space where it was not encoded, so numbers are compared by their
/// digits.
fn newest(turn: &mut Turn<'_>, to: &str) -> Vec<Message> {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let wanted = digits(to);
    let messages = turn.state().messages.iter().rev();
    messages
        .filter(|message| wanted.is_empty() || digits(&message.to) == wanted)
        .take(SHOWN)
        .cloned()
        .collect()
}
