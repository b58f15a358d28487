//! The draw of a drop, to be computed again: whole as a stream, or a part of it.
//!
//! A drop may have a million entries, so the whole is written piece by piece and never stands in
//! memory as text. What always holds: put together, the pieces are the proof that
//! `automat drop verify` reads.

use super::details::{Any, Details, One, Wrong};
use super::input::{Query, Segment, not_found};
use crate::desk::drop;
use crate::shop::Shop;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use kernel::DropId;
use sales::drop::{PersonKey, Proof};
use serde::Deserialize;
use std::convert::Infallible;
use utoipa::IntoParams;

/// Which part of the draw is wanted; all of it where nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// The first place of both lists that is wanted, from 1.
    #[param(minimum = 1)]
    from: Option<usize>,
    /// How many places at most.
    #[param(minimum = 1, maximum = 10_000, default = 1_000)]
    limit: Option<usize>,
}

const USUAL_PART: usize = 1_000;
const LONGEST_PART: usize = 10_000;

/// How many keys are written at a time.
const PIECE: usize = 4_096;

/// Show the draw, to be computed again
///
/// Everything it takes, once the drop has opened: commitment, seed, the sorted entries and the
/// drawn order. `automat drop verify` reads this very answer. With `from` or `limit` both lists are
/// cut to those places; how many there are stands in the drop itself.
#[utoipa::path(
    get, path = "/api/v1/drops/{id}/draw", tag = "Drops",
    params(("id" = String, Path, description = "The drop"), Part),
    responses((status = 200, body = Object), Any, One)
)]
pub(super) async fn show_draw(
    State(shop): State<Shop>,
    id: Segment,
    Query(part): Query<Part>,
) -> Result<Response, Details> {
    let drop = id.parse(DropId::parse)?;
    let places = part.places()?;
    let proof = drop::proof(&shop, &drop).await?.ok_or_else(not_found)?;
    let proof = match places {
        Some((from, limit)) => cut(proof, from, limit),
        None => proof,
    };
    let json = [(header::CONTENT_TYPE, "application/json")];
    let pieces = pieces(proof).map(Ok::<_, Infallible>);
    Ok((json, Body::from_stream(stream::iter(pieces))).into_response())
}

impl Part {
    /// Gives the places to skip and how many to show; none where all are wanted.
    fn places(&self) -> Result<Option<(usize, usize)>, Details> {
        if self.from.is_none() && self.limit.is_none() {
            return Ok(None);
        }
        let wrong = |name, says| Err(Details::bad_parameters(vec![Wrong::parameter(name, says)]));
        let from = self.from.unwrap_or(1);
        let limit = self.limit.unwrap_or(USUAL_PART);
        if from == 0 {
            return wrong("from", "write 1 or more");
        }
        if !(1..=LONGEST_PART).contains(&limit) {
            return wrong("limit", "write 1 to 10000");
        }
        Ok(Some((from - 1, limit)))
    }
}

fn cut(proof: Proof, skip: usize, limit: usize) -> Proof {
    let cut = |list: Vec<PersonKey>| list.into_iter().skip(skip).take(limit).collect();
    Proof {
        entries: cut(proof.entries),
        drawn: cut(proof.drawn),
        ..proof
    }
}

/// Writes a proof as JSON, piece by piece.
fn pieces(proof: Proof) -> impl Iterator<Item = String> {
    let mut frame = proof;
    let entries = std::mem::take(&mut frame.entries);
    let drawn = std::mem::take(&mut frame.drawn);
    let frame = serde_json::to_string(&frame).expect("a proof is plain text and numbers");
    let (head, tail) = frame
        .split_once(EMPTY_LISTS)
        .expect("the lists stand side by side and are empty");
    let (head, tail) = (format!("{head}\"entries\":["), format!("]{tail}"));
    std::iter::once(head)
        .chain(keys(entries))
        .chain(std::iter::once("],\"drawn\":[".to_owned()))
        .chain(keys(drawn))
        .chain(std::iter::once(tail))
}

const EMPTY_LISTS: &str = "\"entries\":[],\"drawn\":[]";

fn keys(list: Vec<PersonKey>) -> impl Iterator<Item = String> {
    let count = list.len().div_ceil(PIECE);
    (0..count).map(move |piece| {
        let keys = list.iter().enumerate().skip(piece * PIECE).take(PIECE);
        let comma = |place: usize| if place == 0 { "" } else { "," };
        keys.map(|(place, key)| format!("{}\"{key}\"", comma(place)))
            .collect()
    })
}
