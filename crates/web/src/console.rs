//! Pages for staff: what needs somebody now, the tower, orders, money, cars, and the clock.
//!
//! Grey where all is normal; colour, shape and word where not. Every page asks who is there.
//! Nothing here can order the machine past its own interlocks: jobs are asked for and taken back,
//! faults are read, and what stopped the machine is cleared at the machine.

mod sign_in; // name and password
mod attention; // what needs a person, in words
mod overview; // the first screen
mod tower; // jobs, equipment, bays
mod appointment; // times that buyers have chosen
mod waiting; // what a job waits for, on whose word
mod sheet; // how to fetch every car by hand
mod inventory; // which car stands where, and what a tower can be asked
mod jobs; // what staff ask of the tower for the house
mod simulator; // hands at the simulated machine
mod orders; // the list
mod order; // one purchase from hold to keys
mod money; // the books
mod agreement; // one buyer's agreement
mod sales; // sales over time
mod cars; // every car
mod drops; // every drop, and announcing one
mod campaign; // what all drops came to
mod announcing; // a drop as it is typed into the form
mod drop; // one drop
mod clock; // the clock that can be moved forward
mod state; // states of things as staff read them

use crate::layout::{Chrome, Page};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::Visitor;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::fmt::Debug;
use std::sync::Arc;
use store::Failure;

/// Gives the routes.
pub fn routes() -> Router<Shop> {
    Router::new()
        .route("/{lang}/console", get(overview::show))
        .route(
            "/{lang}/console/sign-in",
            get(sign_in::show).post(sign_in::sign_in),
        )
        .route("/{lang}/console/sign-out", post(sign_in::sign_out))
        .route("/{lang}/console/tower", get(tower::show))
        .route("/{lang}/console/tower/sheet", get(sheet::show))
        .route("/{lang}/console/tower/ask", post(inventory::ask))
        .route("/{lang}/console/tower/cancel", post(inventory::cancel))
        .route(
            "/{lang}/console/tower/clear",
            post(inventory::confirm_clear),
        )
        .route("/{lang}/console/tower/gone", post(inventory::declare_gone))
        .route("/{lang}/console/tower/house", post(jobs::ask))
        .route("/{lang}/console/tower/attend", post(jobs::attend))
        .route("/{lang}/console/tower/inspected", post(jobs::finish))
        .route("/{lang}/console/tower/lock", post(jobs::lock))
        .route("/{lang}/console/tower/release", post(jobs::release))
        .route("/{lang}/console/tower/evacuate", post(jobs::evacuate))
        .route("/{lang}/console/tower/stay", post(jobs::end_evacuation))
        .route("/{lang}/console/simulator", post(simulator::act))
        .route("/{lang}/console/orders", get(orders::show))
        .route("/{lang}/console/orders/{order}", get(order::show))
        .route(
            "/{lang}/console/orders/{order}/person",
            post(order::show_person),
        )
        .route("/{lang}/console/orders/{order}/cancel", post(order::cancel))
        .route("/{lang}/console/orders/{order}/refund", post(order::refund))
        .route("/{lang}/console/money", get(money::show))
        .route(
            "/{lang}/console/agreements/{agreement}",
            get(agreement::show),
        )
        .route("/{lang}/console/sales", get(sales::show))
        .route("/{lang}/console/cars", get(cars::show))
        .route("/{lang}/console/cars/{vin}/withdraw", post(cars::withdraw))
        .route(
            "/{lang}/console/drops",
            get(drops::show).post(drops::announce),
        )
        .route("/{lang}/console/drops/{drop}", get(drop::show))
        .route("/{lang}/console/drops/{drop}/assign", post(drop::assign))
        .route("/{lang}/console/drops/{drop}/cancel", post(drop::cancel))
        .route("/{lang}/console/drops/{drop}/close", post(drop::close))
        .route(
            "/{lang}/console/clock",
            get(clock::show).post(clock::forward),
        )
        .route("/{lang}/console/clock/live", get(clock::live))
        .route("/{lang}/console/live", get(live))
        .layer(Extension(Arc::new(sign_in::Limits::default())))
}

/// Somebody who works here and is signed in.
pub(crate) struct Staff {
    /// The request as any visitor's.
    visitor: Visitor,
    /// The name they sign in with.
    name: String,
    /// What they may do.
    role: Role,
    /// What the act before this page had to say.
    said: Option<Said>,
    t: Text,
}

/// What a member of staff may do; everybody may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Tower and cars.
    Operator,
    /// Orders and money.
    Finance,
    /// Everything.
    Admin,
}

impl Role {
    fn parse(text: &str) -> Option<Role> {
        match text {
            "operator" => Some(Role::Operator),
            "finance" => Some(Role::Finance),
            "admin" => Some(Role::Admin),
            _ => None,
        }
    }

    /// Tells whether tower and cars may be touched.
    fn runs_tower(self) -> bool {
        matches!(self, Role::Operator | Role::Admin)
    }

    /// Tells whether orders and money may be touched.
    fn runs_money(self) -> bool {
        matches!(self, Role::Finance | Role::Admin)
    }
}

impl FromRequestParts<Shop> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Staff, Response> {
        let visitor = Visitor::from_request_parts(parts, shop).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        let away = |visitor: &Visitor| sign_in::ask(visitor, &parts.method, &parts.uri);
        let Some(name) = visitor.staff().map(str::to_owned) else {
            return Err(away(&visitor));
        };
        // The account is read each time, so that taking it away takes effect at once.
        let account = shop.store.staff(&name).await;
        let account = account.map_err(|fault| Problem::from(fault).into_response())?;
        let Some(role) = account.and_then(|account| Role::parse(&account.role)) else {
            return Err(away(&visitor));
        };
        Ok(Staff {
            t: Text::of(visitor.lang),
            said: Said::of(&parts.uri),
            visitor,
            name,
            role,
        })
    }
}

/// What an act had to say, carried in the address of the page shown after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It was done.
    Done,
    /// The business says no: things have moved on.
    NotNow,
    /// Something was left out.
    Incomplete,
    /// This member of staff may not.
    NotYours,
    /// The simulated machine said no.
    Simulator,
}

impl Said {
    const ALL: [(Said, &'static str); 5] = [
        (Said::Done, "done"),
        (Said::NotNow, "not-now"),
        (Said::Incomplete, "incomplete"),
        (Said::NotYours, "not-yours"),
        (Said::Simulator, "simulator"),
    ];

    fn code(self) -> &'static str {
        let mut all = Said::ALL.into_iter();
        let found = all.find(|(said, _)| *said == self);
        found.expect("the list has every one").1
    }

    fn of(uri: &Uri) -> Option<Said> {
        let said = uri
            .query()?
            .split('&')
            .find_map(|pair| pair.strip_prefix("said="))?;
        let mut all = Said::ALL.into_iter();
        all.find(|(_, code)| *code == said).map(|(said, _)| said)
    }

    fn words(self, t: Text) -> String {
        match self {
            Said::Done => t.msg("console-said-done"),
            Said::NotNow => t.msg("console-said-not-now"),
            Said::Incomplete => t.msg("console-said-incomplete"),
            Said::NotYours => t.msg("console-said-not-yours"),
            Said::Simulator => t.msg("console-said-simulator"),
        }
    }
}

/// A part of the console, as its navigation names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The first screen.
    Overview,
    /// The machine.
    Tower,
    /// Purchases.
    Orders,
    /// The books.
    Money,
    /// Sales over time.
    Sales,
    /// Every car.
    Cars,
    /// Timed sales.
    Drops,
    /// The clock.
    Clock,
}

/// What every page of the console shows around its own content.
pub(crate) struct Frame {
    staff: String,
    token: String,
    notice: Option<(&'static str, String)>,
    links: Vec<SectionLink>,
}

struct SectionLink {
    href: String,
    words: String,
    here: bool,
}

impl Staff {
    /// Makes the page and its frame.
    fn page(&self, shop: &Shop, section: Section, title: String, path: &str) -> (Page, Frame) {
        let page = Page::new(self.visitor.lang, title, path, shop.now()).chrome(Chrome::Console);
        let page = page.live(format!("/{}/console/live", self.visitor.lang.prefix()));
        let notice = self.said.map(|said| {
            let class = if said == Said::Done {
                "notice"
            } else {
                "notice no"
            };
            (class, said.words(self.t))
        });
        let frame = Frame {
            staff: self.name.clone(),
            token: self.visitor.form_token.clone(),
            notice,
            links: links(shop, &page, section),
        };
        (page, frame)
    }

    /// Goes back to a page of the console with what there is to say.
    fn back(&self, path: &str, said: Said) -> Response {
        let sign = if path.contains('?') { '&' } else { '?' };
        let lang = self.visitor.lang.prefix();
        Redirect::to(&format!("/{lang}{path}{sign}said={}", said.code())).into_response()
    }
}

fn links(shop: &Shop, page: &Page, section: Section) -> Vec<SectionLink> {
    let t = page.t;
    let movable = shop
        .simulators
        .as_ref()
        .is_some_and(|parts| parts.calendar.is_some());
    let all = [
        (Section::Overview, "/console", t.msg("console-overview")),
        (Section::Tower, "/console/tower", t.msg("console-tower")),
        (Section::Orders, "/console/orders", t.msg("console-orders")),
        (Section::Money, "/console/money", t.msg("console-money")),
        (Section::Sales, "/console/sales", t.msg("console-sales")),
        (Section::Cars, "/console/cars", t.msg("console-cars")),
        (Section::Drops, "/console/drops", t.msg("console-drops")),
        (Section::Clock, "/console/clock", t.msg("console-clock")),
    ];
    all.into_iter()
        .filter(|(of, ..)| movable || *of != Section::Clock)
        .map(|(of, path, words)| SectionLink {
            href: page.link(path),
            words,
            here: of == section,
        })
        .collect()
}

/// Sorts what the store made of a command into something to say, or a failure.
pub(crate) fn told<T, R: Debug>(result: Result<T, Failure<R>>) -> Result<Said, Problem> {
    match result {
        Ok(_) => Ok(Said::Done),
        Err(Failure::Refused(_)) => Ok(Said::NotNow),
        Err(Failure::Fault(fault)) => Err(fault.into()),
        Err(Failure::Busy | Failure::KeyReused | Failure::Stale) => Err(Problem::busy()),
    }
}

/// Streams a `reload` whenever anything happens; news that comes together is one event.
async fn live(State(shop): State<Shop>, _staff: Staff) -> impl IntoResponse {
    crate::live::changes(&shop, |_| true)
}

/// Tells whether a request only looks.
fn only_looks(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}
