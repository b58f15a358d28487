//! Places built from a layout, and what cannot be: outside the shaft, twice, out of every reach.

use super::file::{LiftLine, Stand, Takes};
use super::reader::Reader;
use super::{Layout, PlaceKind, PlaceSpec};
use crate::job::CarSize;
use crate::tower::Place;
use std::collections::BTreeSet;

/// The layout as it is written.
pub(super) struct Shape {
    pub(super) layout: Layout,
    pub(super) levels_at: usize,
    pub(super) levels: u16,
    pub(super) first_level_mm: u32,
    pub(super) level_height_mm: u32,
    pub(super) shaft_height_mm: u32,
    pub(super) stalls: Vec<Stall>,
    pub(super) left_out_at: usize,
    pub(super) left_out: Vec<String>,
    pub(super) out_of_service_at: usize,
    pub(super) out_of_service: Vec<String>,
}

/// Where one stall of every level lies.
#[derive(Clone, Copy)]
pub(super) struct Stall {
    column: i16,
    angle_deg: f64,
    along_mm: i32,
}

/// Stalls at equal angles around a cylinder, the first at 0 degrees.
pub(super) fn round(count: u16) -> Vec<Stall> {
    let stall = |number: u16| Stall {
        column: number as i16 + 1,
        angle_deg: f64::from(number) * 360.0 / f64::from(count),
        along_mm: 0,
    };
    (0..count).map(stall).collect()
}

/// Stalls beside each other along a rack.
pub(super) fn along(
    reader: &mut Reader<'_>,
    at: usize,
    columns: &[f64],
    width_mm: i32,
) -> Vec<Stall> {
    let stall = |column: i16| Stall {
        column,
        angle_deg: 0.0,
        along_mm: i32::from(column) * width_mm,
    };
    whole_columns(reader, at, columns)
        .into_iter()
        .map(stall)
        .collect()
}

/// Slanted stalls at given angles.
pub(super) fn slanted(
    reader: &mut Reader<'_>,
    at: usize,
    columns: &[f64],
    angles: &[f64],
) -> Vec<Stall> {
    if columns.len() != angles.len() {
        let (have, want) = (angles.len(), columns.len());
        let what = format!("{want} columns but {have} angles_deg");
        reader.tell(at, what, "write one angle for each column");
    }
    let stall = |(column, angle): (i16, &f64)| Stall {
        column,
        angle_deg: *angle,
        along_mm: 0,
    };
    let columns = whole_columns(reader, at, columns);
    columns.into_iter().zip(angles).map(stall).collect()
}

fn whole_columns(reader: &mut Reader<'_>, at: usize, columns: &[f64]) -> Vec<i16> {
    let mut seen = BTreeSet::new();
    for column in columns {
        if column.fract() != 0.0 || column.abs() > 99.0 {
            let what = format!("{column} is no column");
            reader.tell(at, what, "write whole numbers from -99 to 99");
        } else if !seen.insert(*column as i16) {
            let what = format!("column {column} is written twice: its places would be duplicates");
            reader.tell(at, what, "write each column once");
        }
    }
    columns.iter().map(|column| *column as i16).collect()
}

/// Builds every place in the PLC's order.
pub(super) fn places(
    reader: &mut Reader<'_>,
    shape: &Shape,
    takes: &[Takes],
    stands: &[Stand],
) -> Vec<PlaceSpec> {
    check_levels(reader, shape, takes);
    let mut places = slots(shape, takes);
    let largest = takes
        .iter()
        .fold(None, |largest, one| Some(larger(largest, one.max)));
    for stand in stands {
        places.push(stand_place(shape, stand, largest));
    }
    for (index, place) in places.iter_mut().enumerate() {
        place.index = index;
    }
    check_marks(reader, shape, &mut places);
    check_stands(reader, shape, &places, stands);
    places
}

fn slots(shape: &Shape, takes: &[Takes]) -> Vec<PlaceSpec> {
    let mut slots = Vec::new();
    for level in 1..=shape.levels {
        let max = takes
            .iter()
            .find(|one| (one.levels.0..=one.levels.1).contains(&level))
            .map_or(NOTHING, |one| one.max);
        for (number, stall) in shape.stalls.iter().enumerate() {
            let name = format!("{level:02}-{}", number + 1);
            if !shape.left_out.contains(&name) {
                slots.push(slot(shape, level, number, *stall, max));
            }
        }
    }
    slots
}

fn slot(shape: &Shape, level: u16, number: usize, stall: Stall, max: CarSize) -> PlaceSpec {
    PlaceSpec {
        place: Place(format!("{level:02}-{}", number + 1)),
        index: 0,
        kind: PlaceKind::Slot,
        level,
        stall: number as u16 + 1,
        column: stall.column,
        height_mm: shape.first_level_mm + u32::from(level - 1) * shape.level_height_mm,
        angle_deg: stall.angle_deg,
        along_mm: stall.along_mm,
        max,
        out_of_service: false,
    }
}

fn stand_place(shape: &Shape, stand: &Stand, largest: Option<CarSize>) -> PlaceSpec {
    let in_column = |stall: &&Stall| stall.column == stand.column;
    let along = shape
        .stalls
        .iter()
        .find(in_column)
        .map(|stall| stall.along_mm);
    PlaceSpec {
        place: stand.place.clone(),
        index: 0,
        kind: match stand.bay {
            Some(_) => PlaceKind::Bay,
            None => PlaceKind::Window,
        },
        level: 0,
        stall: 0,
        column: stand.column,
        height_mm: stand.height_mm,
        angle_deg: stand.angle_deg,
        along_mm: along.unwrap_or(0),
        max: stand.max.or(largest).unwrap_or(NOTHING),
        out_of_service: false,
    }
}

const NOTHING: CarSize = CarSize {
    length_mm: 0,
    width_mm: 0,
    height_mm: 0,
    mass_kg: 0,
};

fn larger(largest: Option<CarSize>, one: CarSize) -> CarSize {
    let so_far = largest.unwrap_or(NOTHING);
    CarSize {
        length_mm: so_far.length_mm.max(one.length_mm),
        width_mm: so_far.width_mm.max(one.width_mm),
        height_mm: so_far.height_mm.max(one.height_mm),
        mass_kg: so_far.mass_kg.max(one.mass_kg),
    }
}

fn check_levels(reader: &mut Reader<'_>, shape: &Shape, takes: &[Takes]) {
    let top_mm = shape.first_level_mm + u32::from(shape.levels) * shape.level_height_mm;
    if top_mm > shape.shaft_height_mm {
        let fitting = shape.shaft_height_mm.saturating_sub(shape.first_level_mm);
        let what = format!(
            "the slots of level {} end at {top_mm} mm, outside the shaft of {} mm",
            shape.levels, shape.shaft_height_mm
        );
        let cure = format!(
            "write at most {} levels or a higher shaft",
            fitting / shape.level_height_mm
        );
        reader.tell(shape.levels_at, what, cure);
    }
    if shape.stalls.is_empty() {
        reader.tell(
            shape.levels_at,
            "no stalls on a level",
            "write one column or stall at least",
        );
    }
    for level in 1..=shape.levels {
        let taking = |one: &&Takes| (one.levels.0..=one.levels.1).contains(&level);
        let mut all = takes.iter().filter(taking);
        match (all.next(), all.next()) {
            (None, _) => {
                let what = format!("level {level} takes no car");
                reader.tell(shape.levels_at, what, "write [[takes]] for each level");
            }
            (Some(_), Some(second)) => {
                let what = format!("level {level} takes cars of two sizes");
                reader.tell(second.at, what, "let each level be in one [[takes]]");
            }
            (Some(_), None) => {}
        }
    }
}

fn check_marks(reader: &mut Reader<'_>, shape: &Shape, places: &mut [PlaceSpec]) {
    for name in &shape.left_out {
        let stall = name.split_once('-').and_then(|(level, stall)| {
            Some((level.parse::<u16>().ok()?, stall.parse::<usize>().ok()?))
        });
        let exists = |(level, stall): (u16, usize)| {
            (1..=shape.levels).contains(&level) && (1..=shape.stalls.len()).contains(&stall)
        };
        if !stall.is_some_and(exists) {
            let what = format!("left_out names {name}, which is no slot");
            reader.tell(
                shape.left_out_at,
                what,
                "write level and stall, such as \"01-4\"",
            );
        }
    }
    for name in &shape.out_of_service {
        match places.iter_mut().find(|place| place.place.0 == *name) {
            Some(place) => place.out_of_service = true,
            None => {
                let what = format!("out_of_service names {name}, which is no place");
                reader.tell(shape.out_of_service_at, what, "write the name of a place");
            }
        }
    }
}

fn check_stands(reader: &mut Reader<'_>, shape: &Shape, places: &[PlaceSpec], stands: &[Stand]) {
    for stand in stands {
        let same = places.iter().filter(|place| place.place == stand.place);
        if same.count() > 1 {
            let what = format!("place {} is there twice", stand.place);
            reader.tell(stand.at, what, "give it a name of its own");
        }
        if stand.height_mm >= shape.shaft_height_mm {
            let what = format!("{} is outside the shaft", stand.place);
            reader.tell(stand.at, what, "write a floor_mm within shaft_height_mm");
        }
        let known = shape
            .stalls
            .iter()
            .any(|stall| stall.column == stand.column);
        if shape.layout == Layout::Rack && !known {
            let what = format!(
                "{} stands in column {}, which is none",
                stand.place, stand.column
            );
            reader.tell(stand.at, what, "write one of layout.columns");
        }
    }
}

/// Checks that lifts have names of their own, rest in the shaft, and reach every place together.
pub(super) fn check_lifts(
    reader: &mut Reader<'_>,
    shape: &Shape,
    places: &[PlaceSpec],
    lifts: &[LiftLine],
) {
    let mut names = BTreeSet::new();
    for lift in lifts {
        let taken = places.iter().any(|place| place.place == lift.spec.place);
        if taken || !names.insert(&lift.spec.place) {
            let what = format!("place {} is there twice", lift.spec.place);
            reader.tell(lift.at, what, "give it a name of its own");
        }
        if lift.spec.rest_mm >= shape.shaft_height_mm {
            let what = format!("{} rests outside the shaft", lift.spec.place);
            reader.tell(lift.at, what, "write a rest_mm within shaft_height_mm");
        }
        check_serves(reader, places, lift);
    }
    let reached = |place: &&PlaceSpec| lifts.iter().any(|lift| serves(lift, place));
    if let (Some(place), Some(first)) = (places.iter().find(|one| !reached(one)), lifts.first()) {
        let what = format!("no lift reaches {}", place.place);
        reader.tell(first.at, what, "widen stalls or serves of a lift");
    }
}

fn serves(lift: &LiftLine, place: &PlaceSpec) -> bool {
    match (place.stall, lift.spec.stalls, &lift.spec.serves) {
        (0, _, None) | (1.., None, _) => true,
        (0, _, Some(listed)) => listed.contains(&place.place),
        (stall, Some((first, last)), _) => (first..=last).contains(&stall),
    }
}

fn check_serves(reader: &mut Reader<'_>, places: &[PlaceSpec], lift: &LiftLine) {
    for name in lift.spec.serves.iter().flatten() {
        let stands = |place: &PlaceSpec| place.place == *name && place.stall == 0;
        if !places.iter().any(stands) {
            let what = format!(
                "{} serves {name}, which is no bay or window",
                lift.spec.place
            );
            reader.tell(lift.at, what, "write names of bays and of the window");
        }
    }
    let bay = |place: &&PlaceSpec| place.kind == PlaceKind::Bay;
    if !places.iter().filter(bay).any(|place| serves(lift, place)) {
        let what = format!("{} reaches no bay", lift.spec.place);
        reader.tell(lift.at, what, "add a bay to its serves");
    }
}
