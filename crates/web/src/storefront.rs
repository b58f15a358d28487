//! Pages for a buyer's own phone or computer: from the lit tower to the last instalment.
//!
//! Every page is complete without scripts: links and posted forms lead on, a reload shows what is
//! new. The language stands first in the address. What may be done is decided behind the desk; a
//! page shows where an order stands, so a stale form leads to the truth and never to harm.

mod home; // the tower as it stands now
mod filter; // which cars are wanted
mod card; // a car in a list
mod cars; // all cars as a list
mod car; // one car: its price by every plan, and the hold
mod plan; // the plan in an address
mod sums; // what a plan costs, in words
mod sign_in; // a phone number and a code
mod wish; // what a visitor wanted before signing in
mod orders; // everything a buyer bought
mod order; // one purchase, wherever it stands
mod drop; // few cars for many people at one second
mod help; // how it works, and what is kept

pub(crate) use drop::{LISTED, groups};

use crate::shop::Shop;
use axum::http::Uri;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Extension, Router};
use sign_in::Limits;
use std::sync::Arc;

/// Gives the routes.
pub fn routes() -> Router<Shop> {
    let sign_in = Router::new()
        .route("/{lang}/sign-in", get(sign_in::ask).post(sign_in::answer))
        .layer(Extension(Arc::new(Limits::default())));
    Router::new()
        .route("/{lang}", get(home::show))
        .route("/{lang}/", get(home::show))
        .route("/{lang}/live", get(home::live))
        .route("/{lang}/cars", get(cars::show))
        .route("/{lang}/cars/{vin}", get(car::show))
        .route("/{lang}/cars/{vin}/live", get(car::live))
        .route("/{lang}/cars/{vin}/hold", post(car::hold))
        .merge(sign_in)
        .route("/{lang}/sign-out", post(sign_in::sign_out))
        .route("/{lang}/orders", get(orders::show))
        .merge(order::routes())
        .merge(drop::routes())
        .route("/{lang}/help", get(help::how))
        .route("/{lang}/privacy", get(help::privacy))
}

/// Gives the part of an address after the language, with its query, for the language switch.
fn after_language(uri: &Uri) -> String {
    let whole = uri.path_and_query().map_or("", |whole| whole.as_str());
    let rest = whole.trim_start_matches('/');
    rest.find(['/', '?'])
        .map_or_else(String::new, |at| rest[at..].to_owned())
}

fn see(address: &str) -> Redirect {
    Redirect::to(address)
}
