//! Drops: what comes, one drop wherever it stands, and one's own place in it.
//!
//! One address for a drop, before, at and after its opening, and on it always what can be done
//! now. A place is kept in the log and not in the page, so a closed tab loses nothing. Countdowns
//! run by the server's clock and say what they count down to; nothing else is counted down.

mod banner; // on other pages, when one is near
mod mine; // one's own place in words
mod enter; // taking part, leaving, buying what was won
mod live; // what changes an open page
mod draw; // the proof, to be computed again

pub(super) use banner::{Banner, banner};

use super::wish::Wish;
use crate::desk::drop::{self as desk, Place};
use crate::drawing::Drawing;
use crate::drop::goods::{Goods, goods};
use crate::drop::{Brief, Clock, Row, Sight, Stage, latest, look, zone};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::{Text, Value};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use enter::DropLimit;
use kernel::DropId;
use mine::{Act, Mine};
use sales::drop::State as Life;
use serde::Deserialize;
use std::sync::Arc;

/// Gives the routes.
pub(super) fn routes() -> Router<Shop> {
    Router::new()
        .route("/{lang}/drops", get(list))
        .route("/{lang}/drops/{id}", get(show))
        .route("/{lang}/drops/{id}/live", get(live::live))
        .route(
            "/{lang}/drops/{id}/enter",
            get(enter::ask).post(enter::enter),
        )
        .route("/{lang}/drops/{id}/leave", post(enter::leave))
        .route("/{lang}/drops/{id}/checkout", post(enter::checkout))
        .route("/{lang}/drops/{id}/draw", get(draw::show))
        .layer(Extension(Arc::<DropLimit>::default()))
}

#[derive(Template)]
#[template(path = "storefront/drops.html")]
struct Drops {
    page: Page,
    t: Text,
    groups: Vec<(String, Vec<Brief>)>,
}

/// More drops than a page should list.
pub(crate) const LISTED: usize = 100;

/// Sorts drops into those that are open, come, and are over.
pub(crate) fn groups(
    shop: &Shop,
    page: &Page,
    sights: &[Sight],
    folder: &str,
) -> Vec<(String, Vec<Brief>)> {
    let t = page.t;
    let (mut open, mut coming, mut past) = (vec![], vec![], vec![]);
    for sight in sights {
        let brief = sight.brief(shop, page, folder);
        match brief.stage {
            Stage::Open | Stage::SoldOut | Stage::AllSold | Stage::Drawing => open.push(brief),
            Stage::Later | Stage::Entering => coming.push(brief),
            Stage::Closed | Stage::Cancelled => past.push(brief),
        }
    }
    // What opens next is told first.
    coming.reverse();
    let groups = [
        (t.msg("drops-open"), open),
        (t.msg("drops-coming"), coming),
        (t.msg("drops-past"), past),
    ];
    let groups = groups.into_iter().filter(|(_, briefs)| !briefs.is_empty());
    groups.collect()
}

/// Lists the drops.
async fn list(State(shop): State<Shop>, visitor: Visitor) -> Result<Response, Problem> {
    let t = Text::of(visitor.lang);
    let page = Page::of(&visitor, t.msg("drops-title"), "/drops", shop.now());
    let sights = latest(&shop, LISTED).await?;
    Ok(html(&Drops {
        groups: groups(&shop, &page, &sights, "/drops"),
        page,
        t,
    }))
}

#[derive(Template)]
#[template(path = "storefront/drop.html")]
struct View {
    page: Page,
    t: Text,
    token: String,
    list: String,
    name: String,
    class: &'static str,
    state: String,
    units: String,
    when: String,
    /// What else there is to say of the sale as a whole.
    says: Vec<String>,
    clock: Option<Clock>,
    opens_ms: Option<i64>,
    /// When the page looks again by itself, should nobody have told it of the draw.
    look_again_ms: Option<i64>,
    /// The same in seconds for browsers without scripts.
    refresh_seconds: Option<u64>,
    no: Option<String>,
    mine: Mine,
    leave: String,
    figures: Vec<(String, u32)>,
    chart: Option<Drawing>,
    rows: Vec<Row>,
    goods: Goods,
    rules: Vec<String>,
    commitment: String,
    draw: Option<String>,
}

/// Why something that was asked for was not done, as the address of the page carries it.
#[derive(Clone, Default, Deserialize)]
struct Answered {
    no: Option<String>,
}

/// A drop with everything its pages say of it to one visitor.
struct Looking {
    shop: Shop,
    visitor: Visitor,
    t: Text,
    sight: Sight,
    /// The visitor's own place; none where nobody is signed in.
    place: Option<Place>,
}

const ROWS_AT_MOST: usize = 600;
/// How long after the opening a page that was not told of the draw looks by itself, the earliest.
const LOOK_AGAIN_MILLIS: i64 = 2_000;
const SHORTEST_REFRESH: u64 = 3;
const LONGEST_REFRESH: u64 = 60;

impl Looking {
    async fn at(shop: &Shop, visitor: &Visitor, id: &str) -> Result<Looking, Problem> {
        let drop = DropId::parse(id).map_err(|_| Problem::not_found())?;
        let sight = look(shop, &drop).await?.ok_or_else(Problem::not_found)?;
        let place = match visitor.buyer() {
            Some(buyer) => {
                let place = desk::standing(shop, &buyer, &drop).await;
                Some(place.map_err(|trouble| Problem::of(trouble, |_| Problem::not_found()))?)
            }
            None => None,
        };
        Ok(Looking {
            shop: shop.clone(),
            visitor: visitor.clone(),
            t: Text::of(visitor.lang),
            sight,
            place,
        })
    }

    /// Gives an address of this drop.
    fn address(&self, below: &str) -> String {
        let lang = self.visitor.lang.prefix();
        format!("/{lang}/drops/{}{below}", self.sight.id)
    }

    fn page(&self) -> Page {
        let path = format!("/drops/{}", self.sight.id);
        let title = self.sight.name(self.visitor.lang);
        let live = self.address(&format!("/live?seen={}", self.seen()));
        Page::of(&self.visitor, title, path, self.sight.now)
            .night()
            .live(live)
    }

    /// What a page of this moment shows, in brief; entries of others do not change it.
    fn seen(&self) -> String {
        let counts = self.sight.book().counts();
        let stage = self.sight.stage() as u8;
        let mine = self
            .place
            .as_ref()
            .map_or("", |place| mine::word(&place.standing));
        let (free, claimed, sold) = (counts.free, counts.claimed, counts.sold);
        format!("{stage}-{free}-{claimed}-{sold}-{mine}")
    }

    /// Spreads what all open pages do at one moment over a little time, the same for one visitor.
    fn spread_millis(&self, most: i64) -> i64 {
        let sum = |sum: i64, byte: u8| (sum * 31 + i64::from(byte)) % most;
        self.visitor.form_token.bytes().fold(0, sum)
    }
}

/// Shows a drop as it stands.
async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    Query(answered): Query<Answered>,
) -> Result<Response, Problem> {
    let looking = Looking::at(&shop, &visitor, &id).await?;
    let Looking { t, sight, .. } = &looking;
    let (t, stage) = (*t, sight.stage());
    let (book, page) = (sight.book(), looking.page());
    let announced = book.announcement();
    let waits_until = match stage {
        Stage::Later => announced.entries_from,
        _ => announced.opens_at,
    };
    let before = stage.is_before();
    let look_again = LOOK_AGAIN_MILLIS + looking.spread_millis(LOOK_AGAIN_MILLIS);
    let mine = Mine::of(&looking).await?;
    let goods = goods(&shop, &page, sight).await?;
    let rows = sight.rows(&shop, t, ROWS_AT_MOST);
    Ok(html(&View {
        token: visitor.form_token.clone(),
        list: page.link(if page.is_kiosk() {
            "/kiosk/drops"
        } else {
            "/drops"
        }),
        name: sight.name(visitor.lang).to_owned(),
        class: stage.class(),
        state: stage.words(t),
        units: t.with("drop-units", &[("count", &announced.units.len())]),
        when: sight.when(&shop, t),
        says: says(&looking),
        clock: Clock::to(waits_until, sight.now).filter(|_| before),
        opens_ms: (stage == Stage::Entering).then(|| announced.opens_at.millis()),
        look_again_ms: before.then(|| {
            let due = waits_until.max(sight.now);
            due.plus_millis(look_again).millis()
        }),
        refresh_seconds: refresh_seconds(&looking, stage),
        no: answered.no.and_then(|no| enter::no_words(&no, t)),
        mine,
        leave: looking.address("/leave"),
        figures: figures(&looking),
        chart: sight.chart(t),
        rows,
        goods,
        rules: rules(&looking),
        commitment: announced.commitment.to_string(),
        draw: book.opening().map(|_| looking.address("/draw")),
        page,
        t,
    }))
}

/// How soon a browser without scripts asks again: near the opening often, then with patience.
fn refresh_seconds(looking: &Looking, stage: Stage) -> Option<u64> {
    let opens_at = looking.sight.book().announcement().opens_at;
    let left_ms = opens_at.millis_since(looking.sight.now);
    match stage {
        Stage::Later | Stage::Entering | Stage::Drawing => {
            let left = u64::try_from(left_ms / 1_000).unwrap_or(0) + SHORTEST_REFRESH;
            Some(left.min(LONGEST_REFRESH))
        }
        Stage::Open | Stage::SoldOut | Stage::AllSold => Some(LONGEST_REFRESH / 4),
        Stage::Closed | Stage::Cancelled => None,
    }
}

/// Says how the drop as a whole stands.
fn says(looking: &Looking) -> Vec<String> {
    let Looking { shop, t, sight, .. } = looking;
    let (book, zone) = (sight.book(), zone(shop));
    let announced = book.announcement();
    let mut says = vec![];
    match (&sight.state, sight.stage()) {
        (Life::Cancelled { reason, .. }, _) => {
            says.push(t.with("drop-cancelled", &[("reason", reason)]));
        }
        (_, Stage::Later) => {
            let from = t.moment(announced.entries_from, &zone);
            says.push(t.with("drop-entries-from", &[("moment", &from)]));
        }
        (_, Stage::Entering | Stage::Drawing) => {
            let values: [(&str, &dyn Value); 2] = [
                ("count", &book.counts().entered),
                ("time", &t.time(sight.now, &zone)),
            ];
            says.push(t.with("drop-entered-so-far", &values));
        }
        _ => {}
    }
    says.extend(sight.sold_out(shop, *t));
    if let Some(at) = book.all_sold_at() {
        says.push(t.with("drop-all-sold", &[("moment", &t.moment(at, &zone))]));
    }
    match sight.stage() {
        Stage::Open => {
            let closes = t.moment(announced.closes_at, &zone);
            says.push(t.with("drop-closes", &[("moment", &closes)]));
        }
        Stage::Closed => says.push(t.msg("drop-closed")),
        _ => {}
    }
    says
}

fn figures(looking: &Looking) -> Vec<(String, u32)> {
    let (t, counts) = (looking.t, looking.sight.book().counts());
    vec![
        (t.msg("drop-sold"), counts.sold),
        (t.msg("drop-claimed"), counts.claimed),
        (t.msg("drop-free"), counts.free),
        (t.msg("drop-waiting"), counts.waiting),
    ]
}

/// The rules, each a sentence that follows from what was announced.
fn rules(looking: &Looking) -> Vec<String> {
    let Looking { shop, t, sight, .. } = looking;
    let announced = sight.book().announcement();
    let policy = &announced.policy;
    let claim = t.duration(announced.claim_seconds.into());
    let offer = t.duration(announced.offer_seconds.into());
    let closes = t.moment(announced.closes_at, &zone(shop));
    let mut rules = vec![t.msg("drop-rule-one")];
    rules.push(match policy.admittance_score {
        Some(score) => t.with("drop-rule-score", &[("score", &score)]),
        None => t.msg("drop-rule-no-score"),
    });
    if !policy.regions.is_empty() {
        let regions: Vec<&str> = policy.regions.iter().map(|region| &*region.0).collect();
        rules.push(t.with("drop-rule-region", &[("regions", &regions.join(", "))]));
    }
    rules.push(t.msg("drop-rule-draw"));
    rules.push(t.with("drop-rule-claim", &[("time", &claim)]));
    let waiting: [(&str, &dyn Value); 2] = [("count", &announced.waiting_list), ("time", &offer)];
    rules.push(t.with("drop-rule-waiting", &waiting));
    rules.push(t.with("drop-rule-close", &[("moment", &closes)]));
    rules
}

fn to_sign_in(visitor: &Visitor, drop: &DropId) -> String {
    Wish::Drop(drop.clone()).sign_in(visitor.lang)
}
