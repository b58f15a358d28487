//! Pages for the screen at the tower: look at the cars, buy one, or show the code and take one.
//!
//! A purchase is the same acts as on a phone. What a screen in the street needs besides: targets
//! of 60 pixels and more, nothing personal left behind (it asks after 30 idle seconds and clears
//! after 20 more, and there is always a button that clears at once), and a hand-over that shows
//! each step of the bay. A hand-over page's address holds a tag made for this one browser, so that
//! knowing an order's number opens nothing.

mod start; // language, and the two ways on
mod car; // the cars and one car with its plan
mod buy; // sign in at the machine and hold the car
mod drop; // few cars for many people
mod pick_up; // the six digits
mod visit; // the hand-over at the bay, step by step
mod idle; // is anybody still here

use crate::desk::sign_in::token_key;
use crate::layout::{Chrome, Page};
use crate::limit::Limit;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::{SESSION_COOKIE, Visitor, cookie, no_session_cookie};
use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use reactions::Fact;
use std::net::SocketAddr;
use std::sync::Arc;
use store::SessionKind;

/// Limits of what may be tried at the screen.
pub(crate) struct Limits {
    /// Pick-up codes.
    codes: Limit,
    /// Messages with a sign-in code.
    messages: Limit,
}

impl Limits {
    fn new() -> Limits {
        Limits {
            codes: Limit::new(5, 30.0),
            messages: Limit::new(3, 60.0),
        }
    }
}

/// Gives the routes.
pub fn routes() -> Router<Shop> {
    Router::new()
        .route("/{lang}/kiosk", get(start::show))
        .route("/{lang}/kiosk/cars", get(car::list))
        .route("/{lang}/kiosk/cars/{vin}", get(car::show))
        .route(
            "/{lang}/kiosk/buy/{vin}",
            get(buy::show).post(buy::send_code),
        )
        .route("/{lang}/kiosk/buy/{vin}/code", post(buy::sign_in))
        .route("/{lang}/kiosk/drops", get(drop::list))
        .route("/{lang}/kiosk/drops/{id}", get(drop::show))
        .route(
            "/{lang}/kiosk/drops/{id}/enter",
            get(drop::ask).post(drop::send_code),
        )
        .route("/{lang}/kiosk/drops/{id}/code", post(drop::enter))
        .route(
            "/{lang}/kiosk/pick-up",
            get(pick_up::show).post(pick_up::find),
        )
        .route("/{lang}/kiosk/visit/{order}/{tag}", get(visit::show))
        .route("/{lang}/kiosk/visit/{order}/{tag}/open", post(visit::open))
        .route(
            "/{lang}/kiosk/visit/{order}/{tag}/accept",
            post(visit::accept),
        )
        .route(
            "/{lang}/kiosk/visit/{order}/{tag}/reject",
            post(visit::reject),
        )
        .route(
            "/{lang}/kiosk/visit/{order}/{tag}/clear",
            post(visit::confirm_clear),
        )
        .route(
            "/{lang}/kiosk/visit/{order}/{tag}/drive-out",
            post(visit::drive_out),
        )
        .route("/{lang}/kiosk/still-here", get(idle::ask))
        .route("/{lang}/kiosk/done", get(done).post(done))
        .route("/{lang}/kiosk/live", get(live))
        .layer(axum::Extension(Arc::new(Limits::new())))
}

/// What every page of the screen shows around its own content.
pub(crate) struct Frame {
    token: String,
    /// Where the idle script goes, and after how many seconds; none where nothing can be left
    /// behind.
    idle: Option<Idle>,
}

/// After how long without a touch the screen asks whether anybody is there.
#[derive(Clone)]
pub(crate) struct Idle {
    seconds: u32,
    href: String,
}

const ASK_AFTER_SECONDS: u32 = 30;

impl Frame {
    /// Makes the frame of a page that is cleared when nobody touches it.
    fn new(visitor: &Visitor, page: &Page) -> Frame {
        Frame::asking_after(visitor, page, ASK_AFTER_SECONDS)
    }

    /// Makes the frame of a page that waits longer, because people look at a car meanwhile.
    fn asking_after(visitor: &Visitor, page: &Page, seconds: u32) -> Frame {
        let from = serde_urlencoded::to_string([("from", page.path.as_str())]);
        let from = from.expect("a path is plain text");
        let href = page.link(&format!("/kiosk/still-here?{from}"));
        Frame {
            token: visitor.form_token.clone(),
            idle: Some(Idle { seconds, href }),
        }
    }

    /// Makes the frame of a page on which nothing of anybody stands.
    fn at_rest(visitor: &Visitor) -> Frame {
        Frame {
            token: visitor.form_token.clone(),
            idle: None,
        }
    }
}

fn page(shop: &Shop, visitor: &Visitor, title: String, path: &str) -> Page {
    Page::new(visitor.lang, title, path, shop.now()).chrome(Chrome::Kiosk)
}

/// Clears the screen: whoever was signed in here is signed out.
///
/// A buyer's own phone that strays here keeps its session; only the screen's own are ended.
async fn done(
    State(shop): State<Shop>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let away = Redirect::to(&format!("/{}/kiosk", visitor.lang.prefix()));
    let kiosk = visitor.session.as_ref().map(|session| session.kind) == Some(SessionKind::Kiosk);
    let token = cookie(&headers, SESSION_COOKIE).filter(|_| kiosk);
    let Some(token) = token else {
        return Ok(away.into_response());
    };
    shop.store.end_session(&token_key(token)).await?;
    let gone = [(header::SET_COOKIE, no_session_cookie(&shop))];
    Ok((gone, away).into_response())
}

/// Streams a `reload` whenever a car, the tower or a hand-over changes.
async fn live(State(shop): State<Shop>, _visitor: Visitor) -> impl IntoResponse {
    crate::live::changes(&shop, |fact| match fact {
        Fact::Vehicle(..) | Fact::Tower(..) | Fact::Order(..) => true,
        Fact::Drop(_, event) => crate::drop::changes_life(event),
        Fact::Buyer(..) | Fact::Payment(..) | Fact::Agreement(..) => false,
    })
}

/// Names the address a request came from, as limits count it.
pub(crate) fn address(extensions: &Extensions) -> String {
    let info = extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string())
}

/// Draws an address as a QR code that a phone reads from an arm's length.
pub(crate) fn qr(address: &str) -> Option<String> {
    use qrcode::render::svg::Color;
    let code = qrcode::QrCode::new(address).ok()?;
    let svg = code
        .render::<Color<'_>>()
        .min_dimensions(200, 200)
        .quiet_zone(true)
        .build();
    // The declaration of an XML file has no place inside a page.
    svg.find("<svg").map(|start| svg[start..].to_owned())
}

/// Gives the words of a visitor's language.
fn words(visitor: &Visitor) -> Text {
    Text::of(visitor.lang)
}
