//! Places built from a layout, and what cannot be: outside the shaft, twice, out of every reach.

use super::file::{Stand, Takes};
use super::reader::Reader;
use super::{EN_14010, Layout, PlaceKind, PlaceSpec};
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
    pub(super) column_width_mm: i32,
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

/// The two sides of a loop, the rising one first; each level's angle is its own.
pub(super) fn both_sides() -> Vec<Stall> {
    let side = |column| Stall {
        column,
        angle_deg: 0.0,
        along_mm: 0,
    };
    vec![side(-1), side(1)]
}

/// How far a loop turns until the cabin of a level and side is at the bottom: its cabins are
/// numbered up the left side and down the right one.
fn around_loop(levels: u16, level: u16, number: usize) -> f64 {
    let from_bottom = match number {
        0 => level - 1,
        _ => 2 * levels - level,
    };
    f64::from(from_bottom) * 360.0 / f64::from(2 * levels)
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
    check_levels(reader, shape);
    let mut places = slots(shape, takes);
    check_takes(reader, shape, takes, &places);
    let sizes = places.iter().map(|slot| slot.max);
    let largest = sizes.reduce(larger).unwrap_or(EN_14010);
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
        for (number, stall) in shape.stalls.iter().enumerate() {
            let slot = slot(shape, level, number, *stall, takes);
            if !shape.left_out.contains(&slot.place.0) {
                slots.push(slot);
            }
        }
    }
    slots
}

fn slot(shape: &Shape, level: u16, number: usize, stall: Stall, takes: &[Takes]) -> PlaceSpec {
    let count = number as u16 + 1;
    let own = takes.iter().find(|one| one.is_for(level, count));
    PlaceSpec {
        place: Place(format!("{level:02}-{count}")),
        index: 0,
        kind: PlaceKind::Slot,
        level,
        stall: count,
        column: stall.column,
        height_mm: shape.first_level_mm + u32::from(level - 1) * shape.level_height_mm,
        angle_deg: match shape.layout {
            Layout::Rotary => around_loop(shape.levels, level, number),
            Layout::Fishbone | Layout::Rack | Layout::Cylinder | Layout::Corridor => {
                stall.angle_deg
            }
        },
        along_mm: stall.along_mm,
        max: own.map_or(EN_14010, |one| one.max),
        out_of_service: false,
    }
}

fn stand_place(shape: &Shape, stand: &Stand, largest: CarSize) -> PlaceSpec {
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
        along_mm: i32::from(stand.column) * shape.column_width_mm,
        max: stand.max.unwrap_or(largest),
        out_of_service: false,
    }
}

fn larger(one: CarSize, other: CarSize) -> CarSize {
    CarSize {
        length_mm: one.length_mm.max(other.length_mm),
        width_mm: one.width_mm.max(other.width_mm),
        height_mm: one.height_mm.max(other.height_mm),
        mass_kg: one.mass_kg.max(other.mass_kg),
    }
}

fn check_levels(reader: &mut Reader<'_>, shape: &Shape) {
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
}

fn check_takes(reader: &mut Reader<'_>, shape: &Shape, takes: &[Takes], slots: &[PlaceSpec]) {
    for (index, one) in takes.iter().enumerate() {
        let is_for = |slot: &&PlaceSpec| one.is_for(slot.level, slot.stall);
        let of_another = |slot: &&PlaceSpec| {
            let mut others = takes[..index].iter();
            others.any(|other| other.is_for(slot.level, slot.stall))
        };
        if !slots.iter().any(|slot| is_for(&slot)) {
            let (levels, stalls) = (shape.levels, shape.stalls.len());
            let what = "these takes are for no slot";
            let cure = format!("write levels up to {levels} and stalls up to {stalls}");
            reader.tell(one.at, what, cure);
        }
        if let Some(twice) = slots.iter().filter(is_for).find(of_another) {
            let what = format!("{} takes cars of two sizes", twice.place);
            reader.tell(one.at, what, "let each slot be in one [[takes]]");
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
