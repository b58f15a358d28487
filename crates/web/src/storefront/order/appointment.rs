//! The time of the hand-over: at once, or one that the buyer chooses.
//!
//! A card on the pages of the checkout and of the way down says when the car comes; a page of its
//! own has the days as links and the times of one day as a form, so that no script is needed.

use super::{Purchase, to_sign_in};
use crate::appointment::stands_at;
use crate::desk::Trouble;
use crate::desk::appointment::{self as desk, NotAppointed, Times};
use crate::form::{Form, Pressed};
use crate::layout::{Page, html, html_with};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::storefront::see;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Day, Moment};
use serde::Deserialize;
use tower::appointment::Offered;
use tower::tower::{State as TowerState, Tower};

/// When the car comes, and the way to choose another time.
pub(super) struct HandOver {
    pub(super) words: String,
    /// What the way to the times is called, and where it leads.
    pub(super) choose: (String, String),
    /// The button that gives the time up, and where it is posted to.
    pub(super) at_once: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "storefront/appointment.html")]
struct View {
    page: Page,
    t: Text,
    token: String,
    wrong: Option<String>,
    given: Option<String>,
    kept: Option<String>,
    days: Vec<DayLink>,
    times: Vec<Time>,
    has_free: bool,
    action: String,
    back: String,
}

struct DayLink {
    words: String,
    href: String,
    is_shown: bool,
}

struct Time {
    words: String,
    /// When it begins, in microseconds since 1970.
    value: i64,
    is_full: bool,
    is_chosen: bool,
}

/// Which day is looked at.
#[derive(Deserialize)]
pub(super) struct Wanted {
    day: Option<Day>,
}

/// The time that was chosen, in microseconds since 1970.
#[derive(Deserialize)]
pub(super) struct Chosen {
    begins: Option<i64>,
}

type At = Path<(String, String)>;

/// Gives the card of an order; none once its car is on its way, or where no times are given.
pub(super) async fn card(purchase: &Purchase) -> Result<Option<HandOver>, Problem> {
    let (tower, _) = purchase
        .shop
        .store
        .load::<Tower>(&purchase.sale.tower)
        .await?;
    Ok(card_of(purchase, &tower))
}

/// The same for a tower that was read already.
pub(super) fn card_of(purchase: &Purchase, tower: &TowerState) -> Option<HandOver> {
    let (shop, t) = (&purchase.shop, purchase.t);
    let job = reactions::fetch_job(&purchase.id);
    let has_begun = tower
        .job(&job)
        .is_some_and(|live| live.stage != tower::tower::Stage::Waiting);
    if has_begun || !desk::may_choose(&purchase.sale, purchase.now) || desk::terms(shop).days == 0 {
        return None;
    }
    let given = desk::given(tower, &purchase.id);
    let is_paid = purchase.sale.stage.is_paid();
    let words = match (&given, is_paid) {
        (Some(slot), _) => stands_at(slot, &shop.policy.zone, t),
        (None, false) => t.msg("appointment-once-paid"),
        (None, true) => t.msg("appointment-in-turn"),
    };
    let way = match given {
        Some(_) => t.msg("appointment-change"),
        None => t.msg("appointment-choose"),
    };
    let at_once = given.map(|_| match is_paid {
        true => t.msg("appointment-at-once"),
        false => t.msg("appointment-once-paid-instead"),
    });
    Some(HandOver {
        words,
        choose: (way, purchase.address("/appointment")),
        at_once: at_once.map(|words| (words, purchase.address("/at-once"))),
    })
}

/// Shows the times of a day.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    match Purchase::open(&shop, &visitor, &id).await? {
        Some(purchase) => page_of(&purchase, wanted.day, None).await,
        None => to_sign_in(visitor.lang, &id),
    }
}

/// Takes the time that was chosen.
pub(super) async fn choose(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let begins = Moment::from_micros(chosen.begins.unwrap_or_default());
    let done = desk::choose(&shop, &purchase.buyer, &purchase.id, begins).await;
    answer(&purchase, begins, done).await
}

/// Gives the time up: the car comes as soon as it can.
pub(super) async fn at_once(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, id)): At,
    Form(Pressed {}): Form<Pressed>,
) -> Result<Response, Problem> {
    let Some(purchase) = Purchase::open(&shop, &visitor, &id).await? else {
        return to_sign_in(visitor.lang, &id);
    };
    let done = desk::at_once(&shop, &purchase.buyer, &purchase.id).await;
    answer(&purchase, purchase.now, done).await
}

/// A time that was refused is told beside those that are left; whatever else the order's own page
/// tells.
async fn answer(
    purchase: &Purchase,
    begins: Moment,
    done: Result<(), Trouble<NotAppointed>>,
) -> Result<Response, Problem> {
    let t = purchase.t;
    let wrong = match done {
        Err(Trouble::No(NotAppointed::Full)) => t.msg("appointment-not-full"),
        Err(Trouble::No(
            NotAppointed::NotASlot | NotAppointed::TooSoon { .. } | NotAppointed::TooFar { .. },
        )) => t.msg("appointment-not-then"),
        Err(Trouble::No(NotAppointed::NoSuchOrder)) => return Err(Problem::not_found()),
        Err(Trouble::No(NotAppointed::Over | NotAppointed::Begun | NotAppointed::NoTimes))
        | Ok(()) => return Ok(see(&purchase.address("")).into_response()),
        Err(trouble) => return Err(Problem::of(trouble, |_: NotAppointed| Problem::busy())),
    };
    let day = begins.day_in(&purchase.shop.policy.zone);
    page_of(purchase, Some(day), Some(wrong)).await
}

async fn page_of(
    purchase: &Purchase,
    day: Option<Day>,
    wrong: Option<String>,
) -> Result<Response, Problem> {
    let (shop, t) = (&purchase.shop, purchase.t);
    let (buyer, order) = (&purchase.buyer, &purchase.id);
    let days = desk::days(shop);
    let asked = days.iter().copied().find(|one| Some(*one) == day);
    let mut shown = asked.unwrap_or_else(|| shop.today());
    let mut times = desk::times(shop, buyer, order, desk::of_day(shop, shown)).await;
    // Late in the evening the next times are tomorrow's.
    if let (None, Some(next), Ok(Times { offered, .. })) = (asked, days.get(1), &times)
        && offered.is_empty()
    {
        shown = *next;
        times = desk::times(shop, buyer, order, desk::of_day(shop, shown)).await;
    }
    let times = match times {
        Ok(times) => times,
        // It has no times any more; its own page tells why.
        Err(Trouble::No(_)) => return Ok(see(&purchase.address("")).into_response()),
        Err(trouble) => return Err(Problem::of(trouble, |_: NotAppointed| Problem::busy())),
    };
    let (tower, _) = shop.store.load::<Tower>(&purchase.sale.tower).await?;
    let page = purchase.page(t.msg("appointment-page"));
    let status = match wrong {
        Some(_) => StatusCode::CONFLICT,
        None => StatusCode::OK,
    };
    let view = View {
        page: if wrong.is_some() {
            page.with_errors()
        } else {
            page
        },
        t,
        token: purchase.token.clone(),
        wrong,
        given: times
            .given
            .as_ref()
            .map(|slot| stands_at(slot, &shop.policy.zone, t)),
        kept: kept(&tower, t),
        days: day_links(purchase, &days, shown),
        has_free: times.offered.iter().any(|offered| offered.free() > 0),
        times: times
            .offered
            .iter()
            .map(|one| time(purchase, one, &times))
            .collect(),
        action: purchase.address("/appointment"),
        back: purchase.address(""),
    };
    Ok(match status {
        StatusCode::OK => html(&view),
        status => html_with(status, &view),
    })
}

/// How often cars came within the time that was chosen, once one has.
fn kept(tower: &TowerState, t: Text) -> Option<String> {
    let book = &tower.appointments;
    let words = || {
        t.with(
            "appointment-kept",
            &[("count", &book.given), ("kept", &book.kept)],
        )
    };
    (book.given > 0).then(words)
}

fn day_links(purchase: &Purchase, days: &[Day], shown: Day) -> Vec<DayLink> {
    let link = |day: &Day| DayLink {
        words: purchase.t.day(*day),
        href: format!("{}?day={day}", purchase.address("/appointment")),
        is_shown: *day == shown,
    };
    days.iter().map(link).collect()
}

fn time(purchase: &Purchase, offered: &Offered, times: &Times) -> Time {
    let (t, zone) = (purchase.t, &purchase.shop.policy.zone);
    let slot = &offered.slot;
    let is_full = offered.free() == 0;
    let bounds = (
        t.time_brief(slot.begins, zone),
        t.time_brief(slot.ends, zone),
    );
    let values: [(&str, &dyn crate::text::Value); 2] = [("from", &bounds.0), ("to", &bounds.1)];
    Time {
        words: match is_full {
            true => t.with("appointment-full", &values),
            false => t.with("appointment-free", &values),
        },
        value: slot.begins.micros(),
        is_full,
        is_chosen: times.given.is_some_and(|given| given == *slot),
    }
}
