//! Persons known to the credit provider, and their scores.

use super::credit::{SCORES, UNKNOWN_SCORE};
use super::event::{Event, Person};
use super::frame::{self, Frame, Tongue};
use super::journal::JournalFault;
use super::world::World;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    text: String,
    people: Vec<Person>,
}

/// A person as typed into the form.
#[derive(Debug, Deserialize)]
pub(crate) struct PersonForm {
    cert_no: String,
    name: String,
    score: u16,
}

/// Lists the persons.
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    tongue: Tongue,
) -> Result<Response, JournalFault> {
    let text = tongue.0.words().people_text;
    world
        .act(|turn| {
            frame::page(&PeoplePage {
                frame: Frame::new(tongue, "/people"),
                text: text.replace("{score}", &UNKNOWN_SCORE.to_string()),
                people: turn.state().people.values().cloned().collect(),
            })
        })
        .await
}

/// Enters a person or changes a score.
pub(crate) async fn set(
    State(world): State<Arc<World>>,
    tongue: Tongue,
    Form(form): Form<PersonForm>,
) -> Result<Response, JournalFault> {
    let words = tongue.0.words();
    if !SCORES.contains(&form.score) || form.cert_no.trim().is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, words.score).into_response());
    }
    let person = Person {
        cert_no: form.cert_no.trim().to_owned(),
        name: form.name.trim().to_owned(),
        score: form.score,
    };
    world
        .act(|turn| turn.record(Event::PersonSet(person)))
        .await?;
    let lang = tongue.0.tag();
    Ok(Redirect::to(&format!("/people?lang={lang}")).into_response())
}
