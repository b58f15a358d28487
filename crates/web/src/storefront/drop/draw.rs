//! The draw of a drop: everything that was published, and the means to compute it again.
//!
//! The page names nobody. Its reader finds themselves by their own key. The list may have a
//! million places, so a page shows some of them; the check reads the whole proof.

use super::Looking;
use crate::drop::zone;
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::{Text, Value};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use sales::drop::{Book, Opening};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "storefront/draw.html")]
struct View {
    page: Page,
    t: Text,
    title: String,
    drawn: String,
    back: String,
    commitment: String,
    seed: String,
    entries_hash: String,
    proof: String,
    file: String,
    own: Option<Own>,
    range: String,
    rows: Vec<Place>,
    newer: Option<String>,
    older: Option<String>,
}

/// The reader's own place.
struct Own {
    words: String,
    href: String,
}

/// A place of the drawn order.
struct Place {
    number: usize,
    key: String,
    got: String,
    is_own: bool,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    page: usize,
}

const PER_PAGE: usize = 200;

/// Shows the draw.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let looking = Looking::at(&shop, &visitor, &id).await?;
    let (t, sight) = (looking.t, &looking.sight);
    let book = sight.book();
    let opening = book.opening().ok_or_else(Problem::not_found)?;
    let pages = book.drawn().len().div_ceil(PER_PAGE).max(1);
    let number = wanted.page.min(pages - 1);
    let title = t.with("draw-title", &[("name", &sight.name(visitor.lang))]);
    let path = match number {
        0 => format!("/drops/{}/draw", sight.id),
        number => format!("/drops/{}/draw?page={number}", sight.id),
    };
    let moment = t.moment(opening.at, &zone(&shop));
    let drawn: [(&str, &dyn Value); 2] = [("count", &opening.entries), ("moment", &moment)];
    let own = looking.place.as_ref().and_then(|place| place.person);
    let own_number = looking.place.as_ref().and_then(|place| place.number);
    let own_index = own_number.map(|number| number as usize - 1);
    let page_link = |number: usize| looking.address(&format!("/draw?page={number}#places"));
    let rows = rows(book, opening, number * PER_PAGE, own_index, t);
    Ok(html(&View {
        page: Page::of(&visitor, title.clone(), path, sight.now),
        title,
        drawn: t.with("draw-drawn", &drawn),
        back: looking.address(""),
        commitment: book.announcement().commitment.to_string(),
        seed: opening.seed.to_string(),
        entries_hash: opening.entries_hash.to_string(),
        proof: format!("/api/v1/drops/{}/draw", sight.id),
        file: format!("draw-{}.json", sight.id),
        own: own_index.zip(own).map(|(index, key)| Own {
            words: t.with(
                "draw-own",
                &[("place", &(index + 1)), ("key", &key.to_string())],
            ),
            href: page_link(index / PER_PAGE),
        }),
        range: match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => {
                let range: [(&str, &dyn Value); 2] =
                    [("from", &first.number), ("to", &last.number)];
                t.with("draw-page", &range)
            }
            _ => String::new(),
        },
        rows,
        newer: number.checked_sub(1).map(page_link),
        older: (number + 1 < pages).then(|| page_link(number + 1)),
        t,
    }))
}

fn rows(book: &Book, opening: &Opening, skip: usize, own: Option<usize>, t: Text) -> Vec<Place> {
    let units = opening.units as usize;
    let waiting = book.announcement().waiting_list as usize;
    let got = |index: usize| match index {
        index if index < units => t.with("draw-got-car", &[("unit", &(index + 1))]),
        index if index < units.saturating_add(waiting) => t.msg("draw-got-line"),
        _ => t.msg("draw-got-none"),
    };
    let drawn = book.drawn().iter().enumerate().skip(skip).take(PER_PAGE);
    let place = |(index, key): (usize, &sales::drop::PersonKey)| Place {
        number: index + 1,
        key: key.to_string(),
        got: got(index),
        is_own: own == Some(index),
    };
    drawn.map(place).collect()
}
