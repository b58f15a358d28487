//! Every drop, and the form that announces one.
//!
//! A form that is not in order comes back with everything that was typed and a line for each field
//! that has to be mended.

use super::announcing::{self, Fields, Wrong};
use super::campaign::{Campaign, Part};
use super::state::{self, StateTag};
use super::{Frame, Said, Section, Staff};
use crate::desk::{Trouble, drop as desk};
use crate::form::Form;
use crate::layout::{Page, html_with};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use sales::drop::{Book, Refusal};
use store::VehicleFilter;

const PATH: &str = "/console/drops";
const CARS_AT_MOST: usize = 2_000;

#[derive(Template)]
#[template(path = "console/drops.html")]
struct Drops {
    page: Page,
    t: Text,
    frame: Frame,
    rows: Vec<Row>,
    campaign: Campaign,
    wrong: Vec<String>,
    fields: Fields,
    cars: Vec<Choice>,
    zone: String,
    may_act: bool,
}

struct Row {
    href: String,
    name: String,
    state: StateTag,
    opens: String,
    units: usize,
    entered: u32,
    waiting: u32,
    claimed: u32,
    sold: u32,
}

/// A car that can be put into a drop.
struct Choice {
    vin: String,
    words: String,
    chosen: bool,
}

/// Lists the drops.
pub(super) async fn show(State(shop): State<Shop>, staff: Staff) -> Result<Response, Problem> {
    let fields = Fields::suggested(&shop);
    view(&shop, &staff, fields, vec![]).await
}

/// Announces a drop.
pub(super) async fn announce(
    State(shop): State<Shop>,
    staff: Staff,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    if !staff.role.runs_money() {
        return Ok(staff.back(PATH, Said::NotYours));
    }
    let fields = Fields::of(pairs);
    let announcement = match announcing::read(&shop, &fields) {
        Ok(announcement) => announcement,
        Err(wrong) => return view(&shop, &staff, fields, wrong).await,
    };
    let drop = announcement.drop.clone();
    match desk::announce(&shop, announcement).await {
        Ok(()) => {
            tracing::info!(staff = staff.name, %drop, "staff announced a drop");
            Ok(staff.back(&format!("{PATH}/{drop}"), Said::Done))
        }
        Err(Trouble::No(refusal)) => view(&shop, &staff, fields, vec![Wrong::Drop(refusal)]).await,
        Err(Trouble::Busy) => Err(Problem::busy()),
        Err(Trouble::Store(fault)) => Err(fault.into()),
    }
}

async fn view(
    shop: &Shop,
    staff: &Staff,
    fields: Fields,
    wrong: Vec<Wrong>,
) -> Result<Response, Problem> {
    let t = staff.t;
    let title = t.msg("console-drops");
    let (page, frame) = staff.page(shop, Section::Drops, title, PATH);
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = match wrong.is_empty() {
        true => page,
        false => page.with_errors(),
    };
    let mut rows = vec![];
    let mut parts = vec![];
    for drop in desk::all(shop).await? {
        if let Some((state, _)) = desk::load(shop, &drop).await?
            && let Some(book) = state.book()
        {
            parts.push(Part::of(book));
            rows.push(row(shop, &page, state::drop(&state, t), book));
        }
    }
    let view = Drops {
        rows,
        campaign: Campaign::of(shop, &parts, t).await?,
        wrong: wrong.iter().map(|wrong| wrong.words(t)).collect(),
        cars: choices(shop, &fields).await?,
        zone: t.zone(shop.now(), &shop.policy.zone),
        may_act: staff.role.runs_money(),
        fields,
        page,
        t,
        frame,
    };
    Ok(html_with(status, &view))
}

fn row(shop: &Shop, page: &Page, state: StateTag, book: &Book) -> Row {
    let announced = book.announcement();
    let counts = book.counts();
    Row {
        href: page.link(&format!("{PATH}/{}", announced.drop)),
        name: desk::name(announced, page.t.lang()).to_owned(),
        state,
        opens: page.t.moment(announced.opens_at, &shop.policy.zone),
        units: announced.units.len(),
        entered: book
            .opening()
            .map_or(counts.entered, |opening| opening.entries),
        waiting: counts.waiting,
        claimed: counts.claimed,
        sold: counts.sold,
    }
}

/// Lists the cars that stand in the tower, are free, and are in no drop.
async fn choices(shop: &Shop, fields: &Fields) -> Result<Vec<Choice>, Problem> {
    let filter = VehicleFilter {
        state: Some("stored".to_owned()),
        ..VehicleFilter::default()
    };
    let rows = shop.store.vehicles(filter, None, CARS_AT_MOST).await?;
    let free = rows.into_iter().filter(|row| row.drop.is_none());
    let choice = |row: store::VehicleRow| {
        let vin = row.listing.vin.to_string();
        Choice {
            words: stock::name(&row.listing),
            chosen: fields.cars.contains(&vin),
            vin,
        }
    };
    Ok(free.map(choice).collect())
}

/// Says why a drop cannot be announced as it was written.
pub(super) fn refusal_words(refusal: &Refusal, t: Text) -> String {
    match refusal {
        Refusal::AnnouncedDifferently => t.msg("console-drop-no-known"),
        Refusal::NoUnits => t.msg("console-drop-no-units"),
        Refusal::SameCarTwice { vin } => {
            t.with("console-drop-no-twice", &[("vin", &vin.to_string())])
        }
        Refusal::OpensBeforeEntries => t.msg("console-drop-no-entries"),
        Refusal::OpensInThePast => t.msg("console-drop-no-past"),
        Refusal::ClosesBeforeOpening => t.msg("console-drop-no-close"),
        Refusal::NoTimeToPay => t.msg("console-drop-no-time"),
        other => t.with("console-drop-no-other", &[("why", &format!("{other:?}"))]),
    }
}
