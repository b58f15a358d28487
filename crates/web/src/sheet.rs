//! The manual retrieval sheet: which car stands where, for whom, and how it is fetched by hand.
//!
//! It needs nothing but the log and the machine file: no server, no network, no licence and no
//! script. Sold cars come first, because somebody waits for them. It names orders and never
//! persons: of a pick-up code it shows the last digits, so that whoever says the whole code can be
//! checked and whoever finds the sheet cannot say it.

use crate::secret::Secret;
use crate::text::Text;
use askama::Template;
use jiff::tz::TimeZone;
use kernel::{Moment, OrderId, Vin};
use sales::vehicle::State as Vehicle;
use std::collections::BTreeMap;
use tower::inventory::tag;
use tower::machine::{Machine, PlaceKind};
use tower::tower::{Place, State as Tower, Trust};

/// What the sheet is written from.
pub struct Facts<'a> {
    /// The machine file.
    pub machine: &'a Machine,
    /// The tower's stream.
    pub tower: &'a Tower,
    /// The cars that stand in it.
    pub cars: &'a BTreeMap<Vin, Vehicle>,
    /// The key that pick-up codes are made with, where it is at hand.
    pub secret: Option<&'a Secret>,
    /// When.
    pub now: Moment,
}

/// The sheet.
#[derive(Template)]
#[template(path = "document/sheet.html")]
pub struct Sheet {
    t: Text,
    machine: String,
    address: String,
    when: String,
    believed: bool,
    cars: Vec<Car>,
    steps: Vec<String>,
    parts: Vec<Part>,
    style: Option<String>,
    css: &'static str,
}

#[derive(Template)]
#[template(path = "document/sheet.txt", escape = "none")]
struct Plain<'a> {
    t: Text,
    machine: &'a str,
    address: &'a str,
    when: &'a str,
    believed: bool,
    cars: &'a [Car],
    steps: &'a [String],
    parts: &'a [Part],
}

struct Car {
    place: String,
    stands: String,
    name: String,
    colour: String,
    vin: String,
    tag: String,
    sold: Option<Sold>,
    way: String,
}

struct Sold {
    order: String,
    check: String,
}

struct Part {
    title: String,
    lines: Vec<String>,
}

const CODE_DIGITS: u32 = 6;
const SHOWN_DIGITS: usize = 3;

impl Sheet {
    /// Writes the sheet in one language; its style stands in it, or at an address.
    pub fn of(facts: &Facts<'_>, style: Option<String>, t: Text) -> Sheet {
        let Facts { machine, tower, .. } = facts;
        let zone = TimeZone::get(&machine.zone).unwrap_or(TimeZone::UTC);
        let mut standing: Vec<(&Place, &Vin)> = tower.inventory.iter().collect();
        standing.sort_by_key(|(place, vin)| (order_of(facts, vin).is_none(), Place::clone(place)));
        let cars = standing
            .into_iter()
            .map(|(place, vin)| car(facts, place, vin, t));
        let hand = &machine.by_hand;
        let part = |key: &str, lines: &[String]| Part {
            title: t.msg(key),
            lines: lines.to_vec(),
        };
        Sheet {
            t,
            machine: machine.name.clone(),
            address: machine.address.clone(),
            when: t.moment(facts.now, &zone),
            believed: tower.trust == Trust::Full && tower.open.is_empty(),
            cars: cars.collect(),
            steps: STEPS.iter().map(|key| t.msg(key)).collect(),
            parts: vec![
                part("sheet-before", &hand.before),
                part("sheet-lift", &hand.lift),
                part("sheet-shuttle", &hand.shuttle),
                part("sheet-doors", &hand.doors),
                part("sheet-after", &hand.after),
            ],
            style,
            css: include_str!("../assets/sheet.css"),
        }
    }

    /// Writes it as plain text.
    pub fn text(&self) -> String {
        let plain = Plain {
            t: self.t,
            machine: &self.machine,
            address: &self.address,
            when: &self.when,
            believed: self.believed,
            cars: &self.cars,
            steps: &self.steps,
            parts: &self.parts,
        };
        plain.render().expect("a template writes to memory")
    }

    /// Writes it as a page.
    pub fn page(&self) -> String {
        self.render().expect("a template writes to memory")
    }
}

const STEPS: [&str; 6] = [
    "sheet-step-stop",
    "sheet-step-look",
    "sheet-step-check",
    "sheet-step-bring",
    "sheet-step-bay",
    "sheet-step-write",
];

fn order_of<'a>(facts: &Facts<'a>, vin: &Vin) -> Option<&'a OrderId> {
    match facts.cars.get(vin)? {
        Vehicle::Sold { order, .. } => Some(order),
        _ => None,
    }
}

fn car(facts: &Facts<'_>, place: &Place, vin: &Vin, t: Text) -> Car {
    let listing = facts.cars.get(vin).and_then(Vehicle::listing);
    let sold = order_of(facts, vin).map(|order| Sold {
        order: order.to_string(),
        check: check(facts.secret, order, t),
    });
    Car {
        place: place.to_string(),
        stands: stands(facts.machine, place, t),
        name: listing.map_or_else(|| t.msg("sheet-unknown-car"), crate::stock::name),
        colour: listing
            .map(|listing| listing.colour_name.clone())
            .unwrap_or_default(),
        vin: vin.to_string(),
        tag: t.with("sheet-tag", &[("tag", &tag(vin))]),
        sold,
        way: way(facts.machine, place, t),
    }
}

/// The last digits of the pick-up code, against which the code that is said is checked.
fn check(secret: Option<&Secret>, order: &OrderId, t: Text) -> String {
    let Some(secret) = secret else {
        return t.msg("sheet-no-check");
    };
    let code = secret.digits("pick-up", order.as_str(), CODE_DIGITS);
    let end = &code[code.len() - SHOWN_DIGITS..];
    t.with("sheet-check", &[("end", &end)])
}

fn stands(machine: &Machine, place: &Place, t: Text) -> String {
    let Some(spec) = machine.place(place) else {
        return t.msg("sheet-on-lift");
    };
    match spec.kind {
        PlaceKind::Slot => {
            let metres = format!("{:.2}", f64::from(spec.height_mm) / 1_000.0);
            let values: [(&str, &dyn crate::text::Value); 3] = [
                ("level", &spec.level),
                ("stall", &spec.stall),
                ("metres", &metres),
            ];
            t.with("sheet-slot", &values)
        }
        PlaceKind::Window => t.msg("sheet-window"),
        PlaceKind::Bay => t.msg("sheet-bay"),
    }
}

/// By which lifts the car comes down, and to which bays they go.
fn way(machine: &Machine, place: &Place, t: Text) -> String {
    if machine.bay(place).is_some() {
        return t.msg("sheet-way-here");
    }
    let lifts = machine.lifts.iter().enumerate();
    let lifts =
        lifts.filter(|(index, lift)| lift.place == *place || machine.reaches(*index, place));
    let (mut names, mut bays) = (Vec::new(), Vec::new());
    for (index, lift) in lifts {
        names.push(lift.place.to_string());
        let reached = machine
            .bays
            .iter()
            .filter(|bay| machine.reaches(index, &bay.place));
        bays.extend(reached.map(|bay| bay.place.to_string()));
    }
    bays.sort();
    bays.dedup();
    if names.is_empty() || bays.is_empty() {
        return t.msg("sheet-no-way");
    }
    t.with(
        "sheet-by",
        &[("lifts", &names.join(", ")), ("bays", &bays.join(", "))],
    )
}
