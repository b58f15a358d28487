//! The keys of a machine file; `machines/README.md` explains each one.

use super::geometry::{self, Shape};
use super::reader::{Problems, Reader, Section};
use super::{BaySpec, EN_14010, Layout, Machine, PlcSpec, Turns, Turntable, drives, hand, reach};
use crate::job::CarSize;
use crate::tower::Place;
use jiff::tz::TimeZoneDatabase;
use kernel::TowerId;
use toml::de::DeTable;

/// Reads a machine file whole: a file with one problem yields no machine.
pub(super) fn parse(text: &str, file: &str) -> Result<Machine, Problems> {
    let mut reader = Reader::new(text);
    let (table, broken) = DeTable::parse_recoverable(text);
    for error in broken {
        let at = error.span().map_or(0, |span| span.start);
        reader.tell(at, error.message().trim(), "write valid TOML 1.0");
    }
    let machine = machine(&mut reader, Section::root(&table));
    reader.finish(file)?;
    Ok(machine.expect("a file without problems has a layout and an id"))
}

fn machine(reader: &mut Reader<'_>, mut root: Section<'_, '_>) -> Option<Machine> {
    let id = id(reader, &mut root);
    let name = root.text(reader, "name");
    let address = root.text(reader, "address");
    let zone = zone(reader, &mut root);
    let notes = root.texts(reader, "notes");
    let takes = takes(reader, &mut root);
    let shape = shape(reader, &mut root);
    let stands = stands(reader, &mut root);
    let mut lifts = reach::lifts(reader, &mut root, shape.as_ref());
    let layout = shape.as_ref().map(|shape| shape.layout);
    let kinematics = drives::kinematics(reader, &mut root, layout);
    let emergency_power = drives::emergency_power(reader, &mut root);
    let by_hand = hand::by_hand(reader, &mut root);
    let plc = plc(reader, &mut root);
    root.close(reader);
    let shape = shape?;
    let places = geometry::places(reader, &shape, &takes, &stands);
    reach::settle(reader, &shape, &places, &mut lifts);
    Some(Machine {
        id: id?,
        name,
        address,
        zone,
        layout: shape.layout,
        levels: shape.levels,
        shaft_height_mm: shape.shaft_height_mm,
        places: places.into(),
        lifts: lifts.into_iter().map(|lift| lift.spec).collect(),
        bays: stands.into_iter().filter_map(|stand| stand.bay).collect(),
        kinematics,
        emergency_power,
        moving_axes: None,
        plc,
        by_hand,
        notes,
    })
}

fn id(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Option<TowerId> {
    let text = root.text(reader, "id");
    let parsed = TowerId::parse(&text);
    if let (Err(invalid), true) = (&parsed, root.has("id")) {
        reader.tell(
            root.at("id"),
            invalid.to_string(),
            "write the name of the file",
        );
    }
    parsed.ok()
}

fn zone(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> String {
    let zone = root.text(reader, "zone");
    let known = TimeZoneDatabase::bundled().get(&zone).is_ok();
    if root.has("zone") && !known {
        let what = format!("{zone:?} is no time zone");
        reader.tell(
            root.at("zone"),
            what,
            "write an IANA name such as \"Asia/Singapore\"",
        );
    }
    zone
}

/// The largest car that some places take.
pub(super) struct Takes {
    pub(super) at: usize,
    pub(super) levels: (u16, u16),
    pub(super) stalls: (u16, u16),
    pub(super) max: CarSize,
}

impl Takes {
    pub(super) fn is_for(&self, level: u16, stall: u16) -> bool {
        let within = |(first, last): (u16, u16), one| (first..=last).contains(&one);
        within(self.levels, level) && within(self.stalls, stall)
    }
}

const ALL: (u16, u16) = (1, u16::MAX);

fn takes(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Vec<Takes> {
    let mut takes = Vec::new();
    for mut section in root.sections(reader, "takes") {
        takes.push(Takes {
            at: section.at("levels"),
            levels: section.span(reader, "levels").unwrap_or(ALL),
            stalls: section.span(reader, "stalls").unwrap_or(ALL),
            max: size(reader, &mut section),
        });
        section.close(reader);
    }
    takes
}

/// Reads the largest car; what is not written is as EN 14010 has it.
fn size(reader: &mut Reader<'_>, section: &mut Section<'_, '_>) -> CarSize {
    const LARGEST: i64 = 20_000;
    let mut one = |key, usual: u32| {
        let read = section.whole_or(reader, key, 1..=LARGEST, usual.into());
        read as u32
    };
    CarSize {
        length_mm: one("length_mm", EN_14010.length_mm),
        width_mm: one("width_mm", EN_14010.width_mm),
        height_mm: one("height_mm", EN_14010.height_mm),
        mass_kg: one("mass_kg", EN_14010.mass_kg),
    }
}

fn shape(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Option<Shape> {
    let Some(mut section) = root.section(reader, "layout") else {
        if !root.has("layout") {
            reader.tell(
                0,
                "layout is missing",
                "write [layout] with kind, levels and stalls",
            );
        }
        return None;
    };
    let kind = section.text(reader, "kind");
    let layout = match kind.as_str() {
        "fishbone" => Some(Layout::Fishbone),
        "rack" => Some(Layout::Rack),
        "cylinder" => Some(Layout::Cylinder),
        "corridor" => Some(Layout::Corridor),
        "rotary" => Some(Layout::Rotary),
        _ => None,
    };
    if layout.is_none() && section.has("kind") {
        let what = format!("{kind:?} is no layout");
        let cure = "write fishbone, rack, cylinder, corridor or rotary";
        reader.tell(section.at("kind"), what, cure);
    }
    const HIGHEST_MM: i64 = 500_000;
    let levels_at = section.at("levels");
    let levels = section.whole(reader, "levels", 1..=99) as u16;
    let first_level_mm = section.whole(reader, "first_level_mm", 0..=HIGHEST_MM) as u32;
    let level_height_mm = section.whole(reader, "level_height_mm", 1_000..=HIGHEST_MM) as u32;
    let shaft_height_mm = section.whole(reader, "shaft_height_mm", 1_000..=HIGHEST_MM) as u32;
    let column_width_mm = match layout {
        Some(Layout::Rack | Layout::Corridor) => {
            section.whole(reader, "column_width_mm", 1_000..=20_000) as i32
        }
        _ => 0,
    };
    let stalls = stalls(reader, &mut section, (layout, column_width_mm));
    let left_out_at = section.at("left_out");
    let left_out = section.texts(reader, "left_out");
    let out_of_service_at = section.at("out_of_service");
    let out_of_service = section.texts(reader, "out_of_service");
    section.close(reader);
    Some(Shape {
        layout: layout?,
        levels_at,
        levels,
        first_level_mm,
        level_height_mm,
        shaft_height_mm,
        column_width_mm,
        stalls,
        left_out_at,
        left_out,
        out_of_service_at,
        out_of_service,
    })
}

fn stalls(
    reader: &mut Reader<'_>,
    section: &mut Section<'_, '_>,
    (layout, width_mm): (Option<Layout>, i32),
) -> Vec<geometry::Stall> {
    match layout {
        Some(Layout::Rotary) => geometry::both_sides(),
        Some(Layout::Cylinder) => {
            let around = section.whole(reader, "per_level", 1..=99) as u16;
            geometry::round(around)
        }
        Some(Layout::Rack | Layout::Corridor) => {
            let at = section.at("columns");
            let columns = section.numbers(reader, "columns");
            geometry::along(reader, at, &columns, width_mm)
        }
        Some(Layout::Fishbone) => {
            let at = section.at("columns");
            let columns = section.numbers(reader, "columns");
            let angles = section.numbers(reader, "angles_deg");
            geometry::slanted(reader, at, &columns, &angles)
        }
        None => Vec::new(),
    }
}

/// A window or a bay.
pub(super) struct Stand {
    pub(super) at: usize,
    pub(super) place: Place,
    pub(super) height_mm: u32,
    pub(super) column: i16,
    pub(super) angle_deg: f64,
    pub(super) max: Option<CarSize>,
    pub(super) bay: Option<BaySpec>,
}

/// The window comes first: it stands before the bays in the PLC's order.
fn stands(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Vec<Stand> {
    let mut stands = Vec::new();
    if let Some(mut section) = root.section(reader, "window") {
        stands.push(stand(reader, &mut section));
        section.close(reader);
    }
    for mut section in root.sections(reader, "bays") {
        let mut stand = stand(reader, &mut section);
        stand.bay = Some(BaySpec {
            place: stand.place.clone(),
            outer_door_s: section.seconds(reader, "outer_door_s"),
            inner_door_s: section.seconds(reader, "inner_door_s"),
            turntable: turntable(reader, &mut section),
        });
        stands.push(stand);
        section.close(reader);
    }
    if stands.iter().all(|stand| stand.bay.is_none()) {
        reader.tell(
            root.at("bays"),
            "no bay",
            "write [[bays]] for each hand-over bay",
        );
    }
    stands
}

fn turntable(reader: &mut Reader<'_>, section: &mut Section<'_, '_>) -> Option<Turntable> {
    if !section.has("turntable_s") {
        return None;
    }
    let seconds = section.seconds(reader, "turntable_s");
    let text = match section.has("turns") {
        true => section.text(reader, "turns"),
        false => "leaving".to_owned(),
    };
    let turns = match text.as_str() {
        "arriving" => Turns::Arriving,
        "leaving" => Turns::Leaving,
        _ => {
            let what = format!("{text:?} is not when a table turns");
            reader.tell(section.at("turns"), what, "write arriving or leaving");
            Turns::Leaving
        }
    };
    Some(Turntable { seconds, turns })
}

fn stand(reader: &mut Reader<'_>, section: &mut Section<'_, '_>) -> Stand {
    let mut keys = ["length_mm", "width_mm", "height_mm", "mass_kg"].into_iter();
    let sized = keys.any(|key| section.has(key));
    Stand {
        at: section.at("name"),
        place: Place(section.text(reader, "name")),
        height_mm: section.whole_or(reader, "floor_mm", 0..=500_000, 0) as u32,
        column: section.whole_or(reader, "column", -99..=99, 0) as i16,
        angle_deg: section.number_or(reader, "angle_deg", 0.0),
        max: sized.then(|| size(reader, section)),
        bay: None,
    }
}

fn plc(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> PlcSpec {
    let usual = PlcSpec::default();
    let Some(mut section) = root.section(reader, "plc") else {
        return usual;
    };
    let (unit, order, status) = (usual.unit_id, usual.order_base, usual.status_base);
    let plc = PlcSpec {
        unit_id: section.whole_or(reader, "unit_id", 1..=247, unit.into()) as u8,
        order_base: section.whole_or(reader, "order_base", 0..=65_535, order.into()) as u16,
        status_base: section.whole_or(reader, "status_base", 0..=65_535, status.into()) as u16,
        protocol: super::plc::protocol(&mut section, reader),
        security: super::plc::security(&mut section, reader),
    };
    section.close(reader);
    plc
}
