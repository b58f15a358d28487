//! The motions of a run as the script reads them: places to draw, and what moved when.

use plc::simulation::{Recording, Ride};
use serde::Serialize;
use std::collections::BTreeMap;
use tower::machine::{Axis, Machine, PlaceKind, PlaceSpec};
use tower::tower::Place;

#[derive(Serialize)]
struct Scene<'a> {
    until: u64,
    width: f64,
    height: f64,
    places: Vec<Spot<'a>>,
    lifts: Vec<Shaft<'a>>,
    cars: Vec<(&'a str, &'a str)>,
    rides: Vec<Carried<'a>>,
    doors: Vec<(u64, u64, &'a str, bool)>,
    visits: Vec<(u64, &'a str, &'a str, bool)>,
}

/// A place, by its middle.
#[derive(Serialize)]
struct Spot<'a> {
    name: &'a str,
    x: f64,
    y: f64,
    kind: PlaceKind,
}

#[derive(Serialize)]
struct Shaft<'a> {
    name: &'a str,
    x: f64,
    y: f64,
}

#[derive(Serialize)]
struct Carried<'a> {
    at: u64,
    lift: usize,
    vin: &'a str,
    from: &'a str,
    to: &'a str,
    /// From when the car stands on the lift, and until when, after the start.
    on: u64,
    off: u64,
    /// Where the lift is, up and down: time after the start, and height.
    heights: Vec<(u64, f64)>,
}

const STALL: f64 = 34.0;
const LEVEL: f64 = 16.0;

/// Gives the scene as JSON that may stand inside a script element.
pub(super) fn of(machine: &Machine, recording: Recording<'_>) -> String {
    let frame = Frame::of(machine);
    let spot = |spec: &'_ PlaceSpec| {
        let (x, y) = frame.spots[&spec.place];
        (x, y, spec.kind)
    };
    let scene = Scene {
        until: recording.until_ms,
        width: frame.width,
        height: frame.height,
        places: machine
            .places
            .iter()
            .map(|spec| {
                let (x, y, kind) = spot(spec);
                let name = &spec.place.0;
                Spot { name, x, y, kind }
            })
            .collect(),
        lifts: machine
            .lifts
            .iter()
            .enumerate()
            .map(|(lift, spec)| Shaft {
                name: &spec.place.0,
                x: frame.shaft(lift),
                y: frame.y(f64::from(spec.rest_mm)),
            })
            .collect(),
        cars: recording
            .stock
            .iter()
            .map(|(place, vin)| (place.0.as_str(), vin.as_str()))
            .collect(),
        rides: recording
            .rides
            .iter()
            .map(|ride| carried(ride, &frame))
            .collect(),
        doors: recording
            .doors
            .iter()
            .map(|way| {
                let bay = machine.bays[way.bay].place.0.as_str();
                (way.at_ms, way.until_ms, bay, way.opens)
            })
            .collect(),
        visits: recording
            .visits
            .iter()
            .map(|visit| {
                (
                    visit.at_ms,
                    visit.bay.0.as_str(),
                    visit.vin.as_str(),
                    visit.comes,
                )
            })
            .collect(),
    };
    let text = serde_json::to_string(&scene).expect("names, numbers and lists of them");
    // Nothing in it may end the element it stands in.
    text.replace('<', "\\u003c")
}

fn carried<'a>(ride: &'a Ride, frame: &Frame) -> Carried<'a> {
    let legs = ride.plan.legs.iter().filter(|leg| leg.axis == Axis::Lift);
    let heights = legs.flat_map(|leg| {
        let ends_ms = leg.start_ms + leg.duration_ms;
        [(leg.start_ms, leg.from), (ends_ms, leg.to)]
    });
    let start = (0, frame.y(f64::from(ride.plan.start.height_mm)));
    Carried {
        at: ride.at_ms,
        lift: ride.plan.lift,
        vin: ride.vin.as_str(),
        from: &ride.plan.from.0,
        to: &ride.plan.to.0,
        on: ride.plan.loaded_ms,
        off: ride.plan.total_ms,
        heights: std::iter::once(start)
            .chain(heights.map(|(at_ms, mm)| (at_ms, frame.y(mm as f64))))
            .collect(),
    }
}

/// Where everything is drawn: stalls beside each other, levels above each other, bays and window
/// below, lifts in a free column or left of all.
struct Frame {
    width: f64,
    height: f64,
    shaft_mm: f64,
    shafts: Vec<f64>,
    spots: BTreeMap<Place, (f64, f64)>,
}

impl Frame {
    fn of(machine: &Machine) -> Frame {
        let columns: Vec<i16> = machine.slots().map(|spec| spec.column).collect();
        let least = columns.iter().min().copied().unwrap_or(0);
        let most = columns.iter().max().copied().unwrap_or(0);
        let between = (least..=most).find(|column| !columns.contains(column));
        let lifts = machine.lifts.len();
        let left = match between {
            Some(_) if lifts == 1 => 0,
            _ => lifts,
        };
        let at = |column: i16| (f64::from(column - least) + left as f64 + 0.5) * STALL;
        let shafts = (0..lifts).map(|lift| match between {
            Some(column) if lifts == 1 => at(column),
            _ => (lift as f64 + 0.5) * STALL,
        });
        let mut frame = Frame {
            width: at(most) + STALL,
            height: 0.0,
            shaft_mm: f64::from(machine.shaft_height_mm),
            shafts: shafts.collect(),
            spots: BTreeMap::new(),
        };
        frame.height = f64::from(machine.levels + 1) * LEVEL * 1.1 + 3.0 * LEVEL;
        let mut below = 0.5;
        for spec in machine.places.iter() {
            let spot = match spec.kind {
                PlaceKind::Slot => (at(spec.column), frame.y(f64::from(spec.height_mm))),
                PlaceKind::Window | PlaceKind::Bay => {
                    below += 1.5;
                    ((below - 1.5) * STALL + 0.5 * STALL, frame.height - LEVEL)
                }
            };
            frame.spots.insert(spec.place.clone(), spot);
        }
        frame.width = frame.width.max((below + 0.5) * STALL);
        frame
    }

    fn shaft(&self, lift: usize) -> f64 {
        self.shafts[lift]
    }

    /// Where a height above the bay's floor is drawn.
    fn y(&self, height_mm: f64) -> f64 {
        let room = self.height - 4.0 * LEVEL;
        self.height - 2.5 * LEVEL - height_mm / self.shaft_mm * room
    }
}
