//! The keys of a machine file; `machines/README.md` explains each one.

use super::geometry::{self, Shape};
use super::reader::{Problems, Reader, Section};
use super::{BaySpec, Kinematics, Layout, LiftSpec, Machine, PlcSpec};
use crate::job::CarSize;
use crate::motion::Drive;
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
    let lifts = lifts(reader, &mut root);
    let kinematics = kinematics(reader, &mut root, shape.as_ref().map(|shape| shape.layout));
    let plc = plc(reader, &mut root);
    root.close(reader);
    let shape = shape?;
    let places = geometry::places(reader, &shape, &takes, &stands);
    geometry::check_lifts(reader, &shape, &places, &lifts);
    Some(Machine {
        id: id?,
        name,
        address,
        zone,
        layout: shape.layout,
        levels: shape.levels,
        shaft_height_mm: shape.shaft_height_mm,
        places,
        lifts: lifts.into_iter().map(|lift| lift.spec).collect(),
        bays: stands.into_iter().filter_map(|stand| stand.bay).collect(),
        kinematics,
        plc,
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

/// The largest car that some levels take.
pub(super) struct Takes {
    pub(super) at: usize,
    pub(super) levels: (u16, u16),
    pub(super) max: CarSize,
}

fn takes(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Vec<Takes> {
    let mut takes = Vec::new();
    for mut section in root.sections(reader, "takes") {
        takes.push(Takes {
            at: section.at("levels"),
            levels: section.span(reader, "levels").unwrap_or((1, u16::MAX)),
            max: size(reader, &mut section),
        });
        section.close(reader);
    }
    takes
}

fn size(reader: &mut Reader<'_>, section: &mut Section<'_, '_>) -> CarSize {
    const LARGEST: i64 = 20_000;
    let mut one = |key| section.whole(reader, key, 1..=LARGEST) as u32;
    CarSize {
        length_mm: one("length_mm"),
        width_mm: one("width_mm"),
        height_mm: one("height_mm"),
        mass_kg: one("mass_kg"),
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
        _ => None,
    };
    if layout.is_none() && section.has("kind") {
        let what = format!("{kind:?} is no layout");
        reader.tell(section.at("kind"), what, "write fishbone, rack or cylinder");
    }
    const HIGHEST_MM: i64 = 500_000;
    let levels_at = section.at("levels");
    let levels = section.whole(reader, "levels", 1..=99) as u16;
    let first_level_mm = section.whole(reader, "first_level_mm", 0..=HIGHEST_MM) as u32;
    let level_height_mm = section.whole(reader, "level_height_mm", 1_000..=HIGHEST_MM) as u32;
    let shaft_height_mm = section.whole(reader, "shaft_height_mm", 1_000..=HIGHEST_MM) as u32;
    let stalls = stalls(reader, &mut section, layout);
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
    layout: Option<Layout>,
) -> Vec<geometry::Stall> {
    match layout {
        Some(Layout::Cylinder) => {
            let around = section.whole(reader, "per_level", 1..=99) as u16;
            geometry::round(around)
        }
        Some(Layout::Rack) => {
            let at = section.at("columns");
            let columns = section.numbers(reader, "columns");
            let width = section.whole(reader, "column_width_mm", 1_000..=20_000) as i32;
            geometry::along(reader, at, &columns, width)
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

fn stand(reader: &mut Reader<'_>, section: &mut Section<'_, '_>) -> Stand {
    let sized = section.has("length_mm");
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

/// A lift and where it is written.
pub(super) struct LiftLine {
    pub(super) at: usize,
    pub(super) spec: LiftSpec,
}

fn lifts(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Vec<LiftLine> {
    let mut lifts = Vec::new();
    for mut section in root.sections(reader, "lifts") {
        let serves = section.has("serves");
        let listed = section.texts(reader, "serves").into_iter().map(Place);
        let spec = LiftSpec {
            place: Place(section.text(reader, "name")),
            rest_mm: section.whole_or(reader, "rest_mm", 0..=500_000, 0) as u32,
            stalls: section.span(reader, "stalls"),
            serves: serves.then(|| listed.collect()),
        };
        let at = section.at("name");
        lifts.push(LiftLine { at, spec });
        section.close(reader);
    }
    if lifts.is_empty() {
        reader.tell(root.at("lifts"), "no lift", "write [[lifts]] for each lift");
    }
    lifts
}

fn kinematics(
    reader: &mut Reader<'_>,
    root: &mut Section<'_, '_>,
    layout: Option<Layout>,
) -> Kinematics {
    const UNITS: f64 = 1_000.0; // metres to millimetres, degrees to thousandths of a degree
    let idle = Drive { v: 1.0, a: 1.0 };
    let mut motion = Kinematics {
        lift: idle,
        side: None,
        together: false,
        shuttle: idle,
        reach_mm: 0,
        handling_s: 0.0,
    };
    let drive = |reader: &mut Reader<'_>, section: &mut Section<'_, '_>, v, a| Drive {
        v: section.above_zero(reader, v) * UNITS,
        a: section.above_zero(reader, a) * UNITS,
    };
    if let Some(mut lift) = required(reader, root, "lift") {
        motion.lift = drive(reader, &mut lift, "speed_m_s", "acceleration_m_s2");
        lift.close(reader);
    }
    let key = match layout {
        Some(Layout::Rack) => "travel",
        _ => "turn",
    };
    if let Some(mut side) = required(reader, root, key) {
        let (v, a) = match key {
            "travel" => ("speed_m_s", "acceleration_m_s2"),
            _ => ("speed_deg_s", "acceleration_deg_s2"),
        };
        motion.side = Some(drive(reader, &mut side, v, a));
        motion.together = side.truth(reader, "with_lift");
        side.close(reader);
    }
    if let Some(mut shuttle) = required(reader, root, "shuttle") {
        motion.shuttle = drive(reader, &mut shuttle, "speed_m_s", "acceleration_m_s2");
        motion.reach_mm = shuttle.whole(reader, "reach_mm", 0..=50_000) as u32;
        motion.handling_s = shuttle.seconds(reader, "handling_s");
        shuttle.close(reader);
    }
    motion
}

fn required<'t, 'i>(
    reader: &mut Reader<'_>,
    root: &mut Section<'t, 'i>,
    key: &'static str,
) -> Option<Section<'t, 'i>> {
    if !root.has(key) {
        let cure = format!("write [{key}] with its speed and acceleration");
        reader.tell(0, format!("{key} is missing"), cure);
    }
    root.section(reader, key)
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
    };
    section.close(reader);
    plc
}
