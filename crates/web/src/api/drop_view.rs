//! A drop as programs read it: what is promised, how it stands, one's own place, how it sold.

use crate::desk::drop::Place;
use crate::text::{Lang, Text};
use kernel::Moment;
use sales::drop::{Book, Counts, Hand, Offered, Standing, State};
use serde::Serialize;
use utoipa::ToSchema;

/// Drops, the one that opens last first.
#[derive(Serialize, ToSchema)]
pub(super) struct Drops {
    pub(super) items: Vec<DropView>,
}

/// One drop.
#[derive(Serialize, ToSchema)]
#[schema(as = Drop)]
pub(super) struct DropView {
    #[schema(example = "levante-2026")]
    id: String,
    state: DropState,
    /// What it is called, in the language asked for.
    name: String,
    /// The time of this answer by the shop's clock.
    #[schema(format = DateTime)]
    now: String,
    /// From when on people enter.
    #[schema(format = DateTime)]
    entries_from: String,
    /// When the entries are drawn.
    #[schema(format = DateTime)]
    opens_at: String,
    /// When what is left goes back to the shop.
    #[schema(format = DateTime)]
    closes_at: String,
    /// How long a claim lasts unpaid.
    claim_seconds: u32,
    /// How long a car offered from the waiting list is kept unpaid.
    offer_seconds: u32,
    /// How many may wait.
    waiting_list: u32,
    /// The score the credit provider must see; null where nobody is asked.
    admittance_score: Option<u16>,
    /// What a person agrees to when they enter, in the language asked for; null where nobody is
    /// asked.
    consent: Option<String>,
    /// The regions whose people may enter, by the first digits of their identity number; all where
    /// it is empty.
    regions: Vec<String>,
    /// SHA-256 of the seed.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    commitment: String,
    /// The draw, once there was one.
    draw: Option<DrawView>,
    counts: CountsView,
    /// When the last unit was claimed.
    #[schema(format = DateTime)]
    sold_out_at: Option<String>,
    /// When the last unit was paid for.
    #[schema(format = DateTime)]
    all_sold_at: Option<String>,
    units: Vec<UnitView>,
}

/// Where a drop stands in its life.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DropState {
    /// People enter.
    Announced,
    /// The entries are drawn; claims and offers go on.
    Open,
    /// Nobody can come any more.
    Closed,
    /// Called off before its opening.
    Cancelled,
}

/// The draw in brief; `GET /api/v1/drops/{id}/draw` has all of it.
#[derive(Serialize, ToSchema)]
pub(super) struct DrawView {
    #[schema(format = DateTime)]
    at: String,
    seed: String,
    /// How many entries were drawn.
    entries: u32,
    /// SHA-256 over the sorted list of entries.
    entries_hash: String,
}

/// How many people and units stand where.
#[derive(Serialize, ToSchema)]
pub(super) struct CountsView {
    /// People in the draw to come.
    entered: u32,
    /// People about whom the credit provider is asked.
    pending: u32,
    /// People who wait.
    waiting: u32,
    /// Units that are nobody's.
    free: u32,
    /// Units that are claimed and not paid for.
    claimed: u32,
    /// Units that are paid for.
    sold: u32,
    /// Units that cannot be had any more.
    gone: u32,
}

/// One thing that can be had.
#[derive(Serialize, ToSchema)]
pub(super) struct UnitView {
    /// Its number, from 1; the first drawn gets the first.
    number: u32,
    /// Its car, once it is known.
    vin: Option<String>,
    /// The model, where the car is still to come.
    model: Option<String>,
    state: UnitState,
}

/// In whose hand a unit is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum UnitState {
    /// Nobody's.
    Free,
    /// Somebody may pay for it.
    Claimed,
    /// Somebody has paid for it.
    Sold,
    /// It cannot be had any more.
    Gone,
}

/// Where the caller stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub(super) struct PlaceView {
    standing: StandingView,
    /// The key the caller has in the published lists of this drop.
    person: Option<String>,
    /// The caller's number in the draw.
    number: Option<u32>,
    /// The place in the line, from 1.
    place: Option<u32>,
    /// The unit that is kept for the caller or theirs.
    unit: Option<u32>,
    /// Its car.
    vin: Option<String>,
    /// The order it is kept for.
    order: Option<String>,
    /// Until when it has to be paid; null while the car is still to come.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// The time of this answer by the shop's clock.
    #[schema(format = DateTime)]
    now: String,
    /// When the last unit was claimed.
    #[schema(format = DateTime)]
    sold_out_at: Option<String>,
    counts: CountsView,
}

/// Where a person stands in a drop.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StandingView {
    /// They do not take part.
    Outside,
    /// The credit provider is asked about them.
    Pending,
    /// The credit provider gave no answer; they may enter again.
    Unanswered,
    /// The credit provider said no.
    NotAdmitted,
    /// In the draw to come.
    Entered,
    /// They wait.
    Waiting,
    /// A unit is kept for them.
    Claiming,
    /// They paid for a unit.
    Bought,
    /// They left, or did not pay in time.
    Out,
    /// Nothing was left for them.
    Lost,
}

/// How a drop sold: a point for each second in which a unit changed hands.
#[derive(Serialize, ToSchema)]
pub(super) struct Course {
    points: Vec<PointView>,
}

/// The counts from a second on.
#[derive(Serialize, ToSchema)]
pub(super) struct PointView {
    #[schema(format = DateTime)]
    at: String,
    free: u32,
    claimed: u32,
    sold: u32,
}

fn time(at: Moment) -> String {
    at.timestamp().to_string()
}

impl DropView {
    pub(super) fn of(state: &State, lang: Lang, now: Moment) -> Option<DropView> {
        let (named, book) = match state {
            State::Unknown => return None,
            State::Announced(book) => (DropState::Announced, book),
            State::Open(book) => (DropState::Open, book),
            State::Closed(book) => (DropState::Closed, book),
            State::Cancelled { book, .. } => (DropState::Cancelled, book),
        };
        let announced = book.announcement();
        let consent = crate::desk::drop::consent_text(Text::of(lang), announced);
        let policy = &announced.policy;
        Some(DropView {
            id: announced.drop.to_string(),
            state: named,
            name: crate::desk::drop::name(announced, lang).to_owned(),
            now: time(now),
            entries_from: time(announced.entries_from),
            opens_at: time(announced.opens_at),
            closes_at: time(announced.closes_at),
            claim_seconds: announced.claim_seconds,
            offer_seconds: announced.offer_seconds,
            waiting_list: announced.waiting_list,
            admittance_score: policy.admittance_score,
            consent,
            regions: policy
                .regions
                .iter()
                .map(|region| region.0.clone())
                .collect(),
            commitment: announced.commitment.to_string(),
            draw: book.opening().map(|opening| DrawView {
                at: time(opening.at),
                seed: opening.seed.to_string(),
                entries: opening.entries,
                entries_hash: opening.entries_hash.to_string(),
            }),
            counts: CountsView::of(book.counts()),
            sold_out_at: book.sold_out_at().map(time),
            all_sold_at: book.all_sold_at().map(time),
            units: units(book),
        })
    }
}

fn units(book: &Book) -> Vec<UnitView> {
    let units = book.units().zip(&book.announcement().units);
    let views = units.map(|((number, unit), offered)| UnitView {
        number,
        vin: unit.car.as_ref().map(ToString::to_string),
        model: match offered {
            Offered::Car { .. } => None,
            Offered::ToCome { model } => Some(model.clone()),
        },
        state: match &unit.hand {
            Hand::Free => UnitState::Free,
            Hand::Claimed(_) => UnitState::Claimed,
            Hand::Sold { .. } => UnitState::Sold,
            Hand::Gone => UnitState::Gone,
        },
    });
    views.collect()
}

impl CountsView {
    fn of(counts: Counts) -> CountsView {
        CountsView {
            entered: counts.entered,
            pending: counts.pending,
            waiting: counts.waiting,
            free: counts.free,
            claimed: counts.claimed,
            sold: counts.sold,
            gone: counts.gone,
        }
    }
}

impl PlaceView {
    pub(super) fn of(place: &Place, now: Moment) -> PlaceView {
        let mut view = PlaceView {
            standing: StandingView::of(&place.standing),
            person: place.person.map(|person| person.to_string()),
            number: place.number,
            place: None,
            unit: None,
            vin: None,
            order: None,
            until: None,
            now: time(now),
            sold_out_at: place.sold_out_at.map(time),
            counts: CountsView::of(place.counts),
        };
        match &place.standing {
            Standing::Waiting { place } => view.place = Some(*place),
            Standing::Claiming {
                unit,
                vin,
                order,
                until,
            } => {
                view.unit = Some(*unit);
                view.vin = vin.as_ref().map(ToString::to_string);
                view.order = Some(order.to_string());
                view.until = until.map(time);
            }
            Standing::Bought { unit, order } => {
                view.unit = Some(*unit);
                view.order = Some(order.to_string());
            }
            _ => {}
        }
        view
    }
}

impl StandingView {
    fn of(standing: &Standing) -> StandingView {
        match standing {
            Standing::Outside => StandingView::Outside,
            Standing::Pending => StandingView::Pending,
            Standing::Unanswered => StandingView::Unanswered,
            Standing::NotAdmitted => StandingView::NotAdmitted,
            Standing::Entered => StandingView::Entered,
            Standing::Waiting { .. } => StandingView::Waiting,
            Standing::Claiming { .. } => StandingView::Claiming,
            Standing::Bought { .. } => StandingView::Bought,
            Standing::Out => StandingView::Out,
            Standing::Lost => StandingView::Lost,
        }
    }
}

impl Course {
    pub(super) fn of(book: &Book) -> Course {
        let points = book.sell_through().map(|point| PointView {
            at: time(point.at),
            free: point.free,
            claimed: point.claimed,
            sold: point.sold,
        });
        Course {
            points: points.collect(),
        }
    }
}
