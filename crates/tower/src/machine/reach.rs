//! Lifts: which places each one reaches, from its shaft or beside others on a mast.

use super::geometry::Shape;
use super::mast::between;
use super::reader::{Reader, Section};
use super::{CannotMove, Heights, Layout, LiftSpec, Machine, PlaceKind, PlaceSpec};
use crate::tower::Place;
use std::collections::{BTreeMap, BTreeSet};

/// A lift and where it is written.
pub(super) struct LiftLine {
    pub(super) at: usize,
    pub(super) spec: LiftSpec,
    /// Whether its highest floor is written; otherwise it is the highest place.
    has_highest: bool,
}

const DEEPEST_MM: i64 = -50_000;
const HIGHEST_MM: i64 = 500_000;

/// Reads the lifts as they are written.
pub(super) fn lifts(
    reader: &mut Reader<'_>,
    root: &mut Section<'_, '_>,
    shape: Option<&Shape>,
) -> Vec<LiftLine> {
    let mut lifts = Vec::new();
    for mut section in root.sections(reader, "lifts") {
        lifts.push(lift(reader, &mut section, shape));
        section.close(reader);
    }
    if lifts.is_empty() {
        reader.tell(root.at("lifts"), "no lift", "write [[lifts]] for each lift");
    }
    lifts
}

fn lift(reader: &mut Reader<'_>, section: &mut Section<'_, '_>, shape: Option<&Shape>) -> LiftLine {
    let serves = section.has("serves");
    let listed = section.texts(reader, "serves").into_iter().map(Place);
    let has_highest = section.has("highest_mm");
    let mut height = |key, absent| section.whole_or(reader, key, DEEPEST_MM..=HIGHEST_MM, absent);
    let rest_mm = height("rest_mm", 0) as i32;
    let range = Heights {
        low_mm: height("lowest_mm", 0) as i32,
        high_mm: height("highest_mm", 0) as i32,
    };
    let mast = section.has("mast").then(|| section.text(reader, "mast"));
    let along_mm = shape
        .filter(|shape| shape.layout == Layout::Corridor)
        .map(|shape| {
            let column = section.whole_or(reader, "column", -99..=99, 0) as i32;
            column * shape.column_width_mm
        });
    let clearance_mm = match mast {
        Some(_) => section.whole(reader, "clearance_mm", 1..=HIGHEST_MM) as u32,
        None => 0,
    };
    let spec = LiftSpec {
        place: Place(section.text(reader, "name")),
        rest_mm,
        stalls: section.span(reader, "stalls"),
        serves: serves.then(|| listed.collect()),
        along_mm: along_mm.unwrap_or(0),
        range,
        reach: range,
        mast,
        clearance_mm,
    };
    LiftLine {
        at: section.at("name"),
        spec,
        has_highest,
    }
}

/// Fills in how far each lift goes, and checks that lifts have names of their own, rest where they
/// can, keep apart on their masts, and reach every place together.
pub(super) fn settle(
    reader: &mut Reader<'_>,
    shape: &Shape,
    places: &[PlaceSpec],
    lifts: &mut [LiftLine],
) {
    let highest = places.iter().map(|place| place.height_mm).max();
    let highest_mm = highest.map_or(0, |mm| mm as i32);
    for lift in lifts.iter_mut().filter(|lift| !lift.has_highest) {
        lift.spec.range.high_mm = highest_mm;
    }
    reach_on_masts(reader, lifts);
    let mut names = BTreeSet::new();
    for lift in lifts.iter() {
        let taken = places.iter().any(|place| place.place == lift.spec.place);
        if taken || !names.insert(&lift.spec.place) {
            let what = format!("place {} is there twice", lift.spec.place);
            reader.tell(lift.at, what, "give it a name of its own");
        }
        check_range(reader, shape, lift);
        check_serves(reader, shape, places, lift);
    }
    check_count(reader, shape, lifts);
    check_reach(reader, shape, places, lifts);
}

/// Every place that no lift reaches is named, so that one look at the file mends all of it.
fn check_reach(reader: &mut Reader<'_>, shape: &Shape, places: &[PlaceSpec], lifts: &[LiftLine]) {
    let reached = |place: &&PlaceSpec| {
        let mut lifts = lifts.iter();
        lifts.any(|lift| reaches(&lift.spec, shape.layout, place))
    };
    let names = places.iter().filter(|place| !reached(place));
    let names: Vec<&str> = names.map(|place| place.place.0.as_str()).collect();
    if let (false, Some(first)) = (names.is_empty(), lifts.first()) {
        let what = format!("no lift reaches {}", names.join(", "));
        let cure = "widen stalls, serves, lowest_mm or highest_mm of a lift";
        reader.tell(first.at, what, cure);
    }
}

/// From below each lift needs room for those under it, from above for those over it.
fn reach_on_masts(reader: &mut Reader<'_>, lifts: &mut [LiftLine]) {
    let mut masts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, lift) in lifts.iter_mut().enumerate() {
        lift.spec.reach = lift.spec.range;
        if let Some(mast) = &lift.spec.mast {
            masts.entry(mast.clone()).or_default().push(index);
        }
    }
    for (mast, on_mast) in masts {
        if let [only] = on_mast[..] {
            let what = format!("{mast} carries {} alone", lifts[only].spec.place);
            let cure = "remove mast and clearance_mm, or give another lift the same mast";
            reader.tell(lifts[only].at, what, cure);
        }
        for pair in on_mast.windows(2) {
            let gap_mm = between(&lifts[pair[0]].spec, &lifts[pair[1]].spec);
            check_rest(reader, &lifts[pair[0]], &lifts[pair[1]], gap_mm);
            let room_mm = lifts[pair[0]].spec.reach.low_mm.saturating_add(gap_mm);
            let reach = &mut lifts[pair[1]].spec.reach;
            reach.low_mm = reach.low_mm.max(room_mm);
        }
        for pair in on_mast.windows(2).rev() {
            let gap_mm = between(&lifts[pair[0]].spec, &lifts[pair[1]].spec);
            let room_mm = lifts[pair[1]].spec.reach.high_mm.saturating_sub(gap_mm);
            let reach = &mut lifts[pair[0]].spec.reach;
            reach.high_mm = reach.high_mm.min(room_mm);
        }
    }
}

fn check_rest(reader: &mut Reader<'_>, lower: &LiftLine, upper: &LiftLine, gap_mm: i32) {
    let apart_mm = upper.spec.rest_mm - lower.spec.rest_mm;
    if apart_mm < gap_mm {
        let what = format!(
            "{} rests {apart_mm} mm above {}, nearer than their clearance of {gap_mm} mm",
            upper.spec.place, lower.spec.place
        );
        let cure = format!(
            "write rest_mm = {} at least, or list the lifts of a mast from below",
            lower.spec.rest_mm.saturating_add(gap_mm)
        );
        reader.tell(upper.at, what, cure);
    }
}

fn check_range(reader: &mut Reader<'_>, shape: &Shape, lift: &LiftLine) {
    let LiftSpec { place, range, .. } = &lift.spec;
    let rest_mm = lift.spec.rest_mm;
    if !range.hold(rest_mm) {
        let what = format!(
            "{place} rests at {rest_mm} mm and goes from {} to {} mm only",
            range.low_mm, range.high_mm
        );
        let cure = "write a rest_mm between them, or widen lowest_mm and highest_mm";
        reader.tell(lift.at, what, cure);
    }
    if i64::from(range.high_mm) >= i64::from(shape.shaft_height_mm) {
        let what = format!("{place} goes outside the shaft");
        reader.tell(lift.at, what, "write a highest_mm within shaft_height_mm");
    }
}

fn check_serves(reader: &mut Reader<'_>, shape: &Shape, places: &[PlaceSpec], lift: &LiftLine) {
    let LiftSpec { place, reach, .. } = &lift.spec;
    for name in lift.spec.serves.iter().flatten() {
        let stands = |place: &PlaceSpec| place.place == *name && place.stall == 0;
        if !places.iter().any(stands) {
            let what = format!("{place} serves {name}, which is no bay or window");
            reader.tell(lift.at, what, "write names of bays and of the window");
        }
    }
    let bay = |place: &&PlaceSpec| place.kind == PlaceKind::Bay;
    let served = |place: &PlaceSpec| reaches(&lift.spec, shape.layout, place);
    if !places.iter().filter(bay).any(served) {
        let what = format!(
            "{place} reaches no bay; it can serve places from {} to {} mm",
            reach.low_mm, reach.high_mm
        );
        let cure =
            "add a bay to its serves, or let the lift under it go lower: a smaller lowest_mm";
        reader.tell(lift.at, what, cure);
    }
}

/// One loop has one bottom, and on one corridor two robots would meet.
fn check_count(reader: &mut Reader<'_>, shape: &Shape, lifts: &[LiftLine]) {
    let spans = lifts
        .iter()
        .map(|lift| lift.spec.stalls.unwrap_or((1, u16::MAX)));
    let spans: Vec<(u16, u16)> = spans.collect();
    for (index, lift) in lifts.iter().enumerate().skip(1) {
        let (first, last) = spans[index];
        let meets = |span: &(u16, u16)| first <= span.1 && span.0 <= last;
        if shape.layout == Layout::Rotary {
            let what = "a rotary tower has one place where cars are taken off";
            reader.tell(lift.at, what, "write one [[lifts]]");
        } else if shape.layout == Layout::Corridor && spans[..index].iter().any(meets) {
            let what = format!("the robot of {} meets another one's", lift.spec.place);
            reader.tell(lift.at, what, "write stalls, each stall for one lift");
        }
    }
}

pub(super) fn reaches(lift: &LiftSpec, layout: Layout, place: &PlaceSpec) -> bool {
    // A loop brings every cabin to the bottom, wherever it is drawn.
    let high_enough = layout == Layout::Rotary || lift.reach.hold(place.height_mm as i32);
    high_enough
        && match (place.stall, lift.stalls, &lift.serves) {
            (0, _, None) | (1.., None, _) => true,
            (0, _, Some(listed)) => listed.contains(&place.place),
            (stall, Some((first, last)), _) => (first..=last).contains(&stall),
        }
}

impl Machine {
    /// Gives the lift, by its index, that can carry a car from one place to another.
    pub fn lift_for(&self, from: &Place, to: &Place) -> Result<usize, CannotMove> {
        for place in [from, to] {
            if self.place(place).is_none() && self.lift_index(place).is_none() {
                return Err(CannotMove::NoSuchPlace(place.clone()));
            }
        }
        if from == to {
            return Err(CannotMove::SamePlace(from.clone()));
        }
        (0..self.lifts.len())
            .find(|lift| self.reaches(*lift, from) && self.reaches(*lift, to))
            .ok_or_else(|| CannotMove::NoLift {
                from: from.clone(),
                to: to.clone(),
            })
    }

    /// Lists the lifts, by their indices, that can carry a car from one place to another.
    pub fn lifts_for(&self, from: &Place, to: &Place) -> impl Iterator<Item = usize> {
        let both = |lift: &usize| self.reaches(*lift, from) && self.reaches(*lift, to);
        (0..self.lifts.len()).filter(move |lift| from != to && both(lift))
    }

    /// Tells whether a lift reaches a place; a lift reaches itself and no other lift.
    pub fn reaches(&self, lift: usize, place: &Place) -> bool {
        let Some(lift) = self.lifts.get(lift) else {
            return false;
        };
        match self.place(place) {
            Some(spec) => reaches(lift, self.layout, spec),
            None => lift.place == *place,
        }
    }
}
