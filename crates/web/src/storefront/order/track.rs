//! The car on its way: the tower with its lift, the seconds left, the code, and the timeline.
//!
//! Seconds come from the same plan the machine follows; while people are in the line they are an
//! interval that holds nine times of ten. The page says why the car waits, and what happens if it
//! cannot come.

use super::appointment::{self, HandOver};
use super::timeline::{self, Line};
use super::{Purchase, seen};
use crate::appointment::stands_at;
use crate::delay::HeldUp;
use crate::desk::pick_up;
use crate::drawing::Drawing;
use crate::drawing::tower::{self as drawn, FacadeSize};
use crate::facade::{self, Sight, Wish};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::storefront::order::owned::paper_links;
use crate::text::Text;
use askama::Template;
use axum::response::Response;
use kernel::{JobId, Moment};
use qrcode::{Color, EcLevel, QrCode};
use reactions::fetch_job;
use sales::order::{Stage, Visit};
use tower::planner::{self, Eta, Why};
use tower::tower::Stage as JobStage;

#[derive(Template)]
#[template(path = "storefront/track.html")]
struct Track {
    page: Page,
    t: Text,
    name: String,
    facade: Drawing,
    title: String,
    arrival: Option<Arrival>,
    /// The interval of the arrival, or what to do at the bay.
    detail: String,
    /// Why the car waits.
    why: Option<String>,
    /// That a fault holds the car up, and what follows from it.
    held_up: Option<HeldUp>,
    token: String,
    /// When the picture is to be looked at again, in milliseconds since 1970.
    look_again_ms: Option<i64>,
    digits: (String, String),
    qr: Qr,
    lines: Vec<Line>,
    hand_over: Option<HandOver>,
    contract: String,
    disclosure: String,
}

/// A QR code as one path of squares.
struct Qr {
    size: usize,
    path: String,
}

/// How long until the car stands at the bay.
struct Arrival {
    /// The moment to count down to, in milliseconds since 1970; none while people are in the line,
    /// whose time nobody can count.
    at_ms: Option<i64>,
    left: String,
}

impl Arrival {
    fn of(purchase: &Purchase, eta: Eta) -> Arrival {
        let seconds = eta.expected_s;
        if eta.is_exact() {
            let at = purchase.now.plus_seconds(seconds as i64);
            return Arrival {
                at_ms: Some(at.millis()),
                left: purchase.t.clock(seconds),
            };
        }
        let whole_minutes = seconds.div_ceil(MINUTE_S) * MINUTE_S;
        Arrival {
            at_ms: None,
            left: purchase.t.duration(whole_minutes),
        }
    }
}

const MINUTE_S: u64 = 60;

/// Where the car is on its way.
struct OnItsWay {
    title: String,
    arrival: Option<Eta>,
    detail: String,
    why: Option<String>,
}

/// Shows the way of the car.
pub(super) async fn show(purchase: &Purchase) -> Result<Response, Problem> {
    let t = purchase.t;
    let sight = facade::look(&purchase.shop).await?;
    let way = on_its_way(purchase, &sight);
    let history = timeline::history(purchase).await?;
    let mut lines = timeline::past(purchase, &history);
    let arrival = way.arrival.map(|eta| Arrival::of(purchase, eta));
    lines.push(now_line(purchase, &way, arrival.as_ref()));
    lines.extend(timeline::to_come(purchase));
    let code = pick_up::code(&purchase.shop, &purchase.id);
    let (first, second) = code.split_at(code.len() / 2);
    let (contract, disclosure) = paper_links(purchase);
    Ok(html(&Track {
        page: purchase
            .page(way.title.clone())
            .live(purchase.live_address(&seen(&purchase.sale.stage, sight.version)))
            .night(),
        t,
        name: purchase.car_name(),
        facade: picture(purchase, &sight),
        title: way.title,
        arrival,
        detail: way.detail,
        why: way.why,
        held_up: HeldUp::of(
            &purchase.shop,
            &purchase.sale,
            purchase.address("/refund"),
            purchase.now,
            t,
        ),
        token: purchase.token.clone(),
        look_again_ms: sight.loads_at().map(Moment::millis),
        digits: (first.to_owned(), second.to_owned()),
        qr: qr(&code),
        lines,
        hand_over: appointment::card_of(purchase, &sight.state),
        contract,
        disclosure,
    }))
}

/// What happens now: the car comes, or it waits for its buyer.
fn now_line(purchase: &Purchase, way: &OnItsWay, arrival: Option<&Arrival>) -> Line {
    let at_bay = matches!(purchase.sale.stage, Stage::AtBay { .. });
    Line {
        class: "now",
        words: if at_bay {
            purchase.t.msg("timeline-next-keys")
        } else {
            way.title.clone()
        },
        when: arrival.map_or_else(String::new, |arrival| arrival.left.clone()),
        until_ms: arrival.and_then(|arrival| arrival.at_ms),
        more: None,
    }
}

fn on_its_way(purchase: &Purchase, sight: &Sight) -> OnItsWay {
    let t = purchase.t;
    if let Stage::AtBay { bay, visit, .. } = &purchase.sale.stage {
        return at_bay(t, &facade::bay_name(&bay.as_str().into()), *visit);
    }
    let machine = &purchase.shop.machine;
    let job = fetch_job(&purchase.id);
    let live = sight.state.job(&job);
    let known = planner::eta(&sight.state, machine, &job, sight.now);
    let arrival = known.or_else(|| sight.if_fetched(machine, &purchase.sale.vin));
    let ahead = planner::in_order(&sight.state, machine, sight.now)
        .iter()
        .position(|other| other.job.id == job);
    let title = match live.map(|live| &live.stage) {
        None => t.msg("track-ordered"),
        Some(JobStage::Waiting) => match ahead {
            Some(count) if count > 0 => t.with("track-in-line", &[("count", &count)]),
            _ => t.msg("track-next"),
        },
        Some(JobStage::Moving { .. }) if is_loaded(sight, &job) => t.msg("track-coming-down"),
        Some(JobStage::Moving { .. }) => t.msg("track-lift-goes"),
        Some(_) => t.msg("track-at-bay-soon"),
    };
    let readings = purchase.shop.readings.borrow().clone();
    let status = readings.fresh(sight.now);
    let why = planner::waiting_for(&sight.state, machine, &job, status, sight.now);
    if let Some(Why::Appointment { slot }) = &why {
        return OnItsWay {
            title: t.msg("appointment-track"),
            arrival: None,
            detail: stands_at(slot, &purchase.shop.policy.zone, t),
            why: None,
        };
    }
    let stands = !sight.runs;
    OnItsWay {
        title,
        arrival: arrival.filter(|_| !stands),
        detail: arrival
            .filter(|_| !stands)
            .map_or_else(String::new, |eta| interval(t, eta)),
        why: if stands {
            Some(t.msg("why-stands"))
        } else {
            why.and_then(|why| why_words(t, &why))
        },
    }
}

fn is_loaded(sight: &Sight, job: &JobId) -> bool {
    let open = sight.state.work_for(job);
    open.is_some_and(|open| {
        let gone = sight.now.millis_since(open.at);
        let loaded = open.plan.as_ref().map(|plan| plan.loaded_ms);
        loaded.is_some_and(|loaded| u64::try_from(gone).unwrap_or(0) >= loaded)
    })
}

fn at_bay(t: Text, bay: &str, visit: Visit) -> OnItsWay {
    let (title, detail) = match visit {
        Visit::Awaited => (
            t.with("track-at-bay", &[("bay", &bay)]),
            t.with("track-at-bay-text", &[("bay", &bay)]),
        ),
        Visit::CodeAccepted => (t.msg("track-open"), t.msg("track-open-text")),
        Visit::CarAccepted => (t.msg("track-accepted"), t.msg("track-accepted-text")),
    };
    OnItsWay {
        title,
        arrival: None,
        detail,
        why: None,
    }
}

fn interval(t: Text, eta: Eta) -> String {
    if eta.is_exact() {
        return t.msg("track-exact");
    }
    let (from, to) = (t.duration(eta.earliest_s), t.duration(eta.latest_s));
    t.with("track-between", &[("from", &from), ("to", &to)])
}

fn why_words(t: Text, why: &Why) -> Option<String> {
    match why {
        Why::Running | Why::Next | Why::Shown | Why::Appointment { .. } => None,
        Why::Faulty(_) | Why::Resync(_) => Some(t.msg("why-stands")),
        Why::LiftOut { .. } => Some(t.msg("why-stands")),
        Why::MachineBusy { .. } => Some(t.msg("why-busy")),
        Why::Behind { .. } => Some(t.msg("why-behind")),
        Why::NoBay { .. } => Some(t.msg("why-no-bay")),
        Why::BaysLocked { .. } => Some(t.msg("why-bays-locked")),
        Why::EmergencyPower => Some(t.msg("why-emergency-power")),
        Why::NoPlace | Why::WindowTaken | Why::Bay { .. } => Some(t.msg("why-bay")),
        Why::Buyer { .. } | Why::DriveOut { .. } | Why::Car { .. } => None,
    }
}

fn picture(purchase: &Purchase, sight: &Sight) -> Drawing {
    let vin = &purchase.sale.vin;
    let wish = Wish {
        size: FacadeSize::Small,
        link: &|_| None,
        label: &|row| crate::stock::name(&row.listing),
        chosen: &|row| row.listing.vin == *vin,
    };
    drawn::facade(&sight.facade(&purchase.shop, purchase.t, &wish), purchase.t)
}

/// Draws a code in squares, a row's neighbours as one bar.
fn qr(text: &str) -> Qr {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    let code = code.expect("six digits fit the smallest code");
    let size = code.width();
    let colours = code.to_colors();
    let mut path = String::new();
    for (y, row) in colours.chunks(size).enumerate() {
        let mut x = 0;
        while x < size {
            let run = row[x..]
                .iter()
                .take_while(|colour| **colour == Color::Dark)
                .count();
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run + 1;
        }
    }
    Qr { size, path }
}
