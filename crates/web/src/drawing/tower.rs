//! The façade: a glass tower at night with warm light in every slot and real cars in it.
//!
//! Drawn from the machine's geometry, never by hand: levels, columns left and right of the shaft,
//! lifts, bays. A cylinder comes unrolled, its stalls as columns, with the shaft in the middle. A
//! slot tells its state by light and by shape, and in words to those who do not see it; it is a
//! link. Noses point to the shaft. The lift stands where it is at render time and carries its plan
//! for the script, so nothing here needs a script to be true.

mod geometry; // where everything stands in the drawing

use super::Drawing;
use super::car::{self, CarLook};
use crate::format::clock;
use crate::text::Text;
use askama::Template;
use geometry::Geometry;
use kernel::Moment;
use std::collections::BTreeMap;

/// A whole tower, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Facade {
    /// How many levels hold cars.
    pub levels: u16,
    /// The columns in their order, negative left of the shaft, positive right of it.
    pub columns: Vec<i16>,
    /// Height of each level's floor above the bay's floor in millimetres, from level 1 upwards.
    pub floors_mm: Vec<i64>,
    /// What stands where. A place without an entry is not there and stays dark.
    pub slots: Vec<FacadeSlot>,
    /// The lifts, side by side in the shaft.
    pub lifts: Vec<FacadeLift>,
    /// The bays at street level, from left to right.
    pub bays: Vec<FacadeBay>,
    /// For which page.
    pub size: FacadeSize,
    /// Whether it is day at the tower.
    pub day: bool,
    /// When it is drawn; the time left of a hold counts from here.
    pub now: Moment,
}

/// For which page a tower is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacadeSize {
    /// The home page: all slots on a phone, each a target of 44 pixels.
    Phone,
    /// The screen at the tower: targets of 60 pixels and more.
    Kiosk,
    /// Beside the tracking words: light and the lift, no writing.
    Small,
    /// The console: denser, with the names of the slots' states in full.
    Console,
}

/// One place for a car.
#[derive(Clone, Debug)]
pub struct FacadeSlot {
    /// The machine's name of the place, such as `L11R1`; also its element's id, `slot-L11R1`.
    pub place: String,
    /// The level, from 1.
    pub level: u16,
    /// The column, one of [`Facade::columns`].
    pub column: i16,
    /// Its state.
    pub state: SlotState,
    /// The car that stands there.
    pub car: Option<CarLook>,
    /// Where a tap leads.
    pub href: Option<String>,
    /// The car's name and price, or what else the slot is; read aloud before its state.
    pub label: String,
    /// Whether the reader has chosen it.
    pub chosen: bool,
}

/// The state of a slot, each with its own light, shape and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// A car that can be had: warm light.
    Free,
    /// Somebody holds the car: violet, with the time left.
    Held {
        /// The end of the hold in milliseconds since 1970.
        until_ms: i64,
    },
    /// The car is kept for a drop: teal, with a star.
    InDrop,
    /// The car is sold and waits to be fetched: dark, a faint car, a mark.
    Sold,
    /// No car: dark glass.
    Empty,
    /// Not in use: hatched.
    OutOfService,
}

/// One lift.
#[derive(Clone, Debug)]
pub struct FacadeLift {
    /// Its name, also in its element's id, `lift-1`.
    pub name: String,
    /// Its floor above the bay's floor in millimetres, at render time.
    pub height_mm: i64,
    /// The car on it.
    pub car: Option<CarLook>,
    /// The name of the car on it, or empty.
    pub label: String,
    /// Its plan as JSON: `{"start_ms": 0, "legs": [...]}`, legs as the machine plans them, with
    /// `axis`, `from`, `to`, `start_ms`, `duration_ms`, `v` and `a`.
    pub motion: Option<String>,
}

/// One bay at the street.
#[derive(Clone, Debug)]
pub struct FacadeBay {
    /// Its name.
    pub name: String,
    /// Its state in a word or two, in the reader's language.
    pub state: String,
    /// The car in it.
    pub car: Option<CarLook>,
    /// Whether its light is on: it is in use.
    pub lit: bool,
}

/// Draws the tower with its words in one language.
pub fn facade(facade: &Facade, t: Text) -> Drawing {
    let geometry = Geometry::new(facade);
    let symbols = Symbols::of(facade);
    let slots: Vec<SlotView> = facade
        .slots
        .iter()
        .filter_map(|slot| slot_view(facade, &geometry, &symbols, slot, t))
        .collect();
    Drawing::of(&Tower {
        t,
        f: facade,
        g: &geometry,
        symbols: symbols.markup(),
        lifts: lift_views(facade, &geometry, &symbols, t),
        bays: bay_views(facade, &geometry, &symbols, t),
        slots,
    })
}

/// Draws the meaning of the lights: each with its shape and its word; the light of a drop only
/// where it is lit.
pub fn legend(t: Text, has_drop: bool) -> Drawing {
    Drawing::of(&Legend { t, has_drop })
}

#[derive(Template)]
#[template(path = "drawing/legend.html")]
struct Legend {
    t: Text,
    has_drop: bool,
}

#[derive(Template)]
#[template(path = "drawing/tower.svg")]
struct Tower<'a> {
    t: Text,
    f: &'a Facade,
    g: &'a Geometry,
    symbols: Vec<&'a Drawing>,
    slots: Vec<SlotView<'a>>,
    lifts: Vec<LiftView<'a>>,
    bays: Vec<BayView<'a>>,
}

impl Tower<'_> {
    fn class(&self) -> String {
        let size = match self.f.size {
            FacadeSize::Phone => "phone",
            FacadeSize::Kiosk => "kiosk-size",
            FacadeSize::Small => "small",
            FacadeSize::Console => "dense",
        };
        format!("tower {size}{}", if self.f.day { " day" } else { "" })
    }

    fn has_words(&self) -> bool {
        self.f.size != FacadeSize::Small
    }

    /// Tells whether a slot is wide enough to be written in.
    fn has_slot_words(&self) -> bool {
        self.has_words() && self.g.slot_width > self.g.writing * 3.4
    }
}

/// The cars of the tower, each look defined once.
struct Symbols(BTreeMap<String, car::Symbol>);

impl Symbols {
    fn of(facade: &Facade) -> Symbols {
        let slots = facade.slots.iter().filter_map(|slot| slot.car.as_ref());
        let lifts = facade.lifts.iter().filter_map(|lift| lift.car.as_ref());
        let bays = facade.bays.iter().filter_map(|bay| bay.car.as_ref());
        let all = slots.chain(lifts).chain(bays).map(car::symbol);
        Symbols(all.map(|symbol| (symbol.key.clone(), symbol)).collect())
    }

    fn markup(&self) -> Vec<&Drawing> {
        self.0.values().map(|symbol| &symbol.markup).collect()
    }

    /// Places a car with its middle at `x` on the floor at `y`, nose to the left or right.
    fn shown(&self, look: &CarLook, x: f32, y: f32, scale: f32, nose_right: bool) -> UseView<'_> {
        let symbol = &self.0[&car::key(look)];
        let half = symbol.length * scale / 2.0;
        let (left, stretch) = if nose_right {
            (x + half, -scale)
        } else {
            (x - half, scale)
        };
        let transform = format!("translate({left:.1} {y:.1}) scale({stretch:.4} {scale:.4})");
        UseView {
            key: &symbol.key,
            transform,
        }
    }
}

struct UseView<'a> {
    key: &'a str,
    transform: String,
}

struct SlotView<'a> {
    slot: &'a FacadeSlot,
    x: f32,
    y: f32,
    name: String,
    car: Option<UseView<'a>>,
    left: Option<(i64, String)>,
}

fn slot_view<'a>(
    facade: &'a Facade,
    geometry: &Geometry,
    symbols: &'a Symbols,
    slot: &'a FacadeSlot,
    t: Text,
) -> Option<SlotView<'a>> {
    let (x, y) = geometry.slot(slot.level, slot.column)?;
    let middle = x + geometry.slot_width / 2.0;
    let floor = y + geometry.slot_height - geometry.floor;
    let nose_right = middle < geometry.shaft_middle();
    let shown = |look| symbols.shown(look, middle, floor, geometry.scale, nose_right);
    let left = match slot.state {
        SlotState::Held { until_ms } => {
            let seconds = (until_ms - facade.now.millis())
                .max(0)
                .unsigned_abs()
                .div_ceil(1_000);
            Some((until_ms, clock(seconds)))
        }
        SlotState::Free
        | SlotState::InDrop
        | SlotState::Sold
        | SlotState::Empty
        | SlotState::OutOfService => None,
    };
    let state = match (&slot.state, &left) {
        (SlotState::Free, _) => t.msg("slot-free"),
        (SlotState::Held { .. }, Some((_, time))) => t.with("slot-held-for", &[("time", time)]),
        (SlotState::Held { .. }, None) => t.msg("slot-held"),
        (SlotState::InDrop, _) => t.msg("slot-in-drop"),
        (SlotState::Sold, _) => t.msg("slot-sold"),
        (SlotState::Empty, _) => t.msg("slot-empty"),
        (SlotState::OutOfService, _) => t.msg("slot-out"),
    };
    let name = slot_name(slot, &state, t);
    Some(SlotView {
        slot,
        x,
        y,
        name,
        car: slot.car.as_ref().map(shown),
        left,
    })
}

fn slot_name(slot: &FacadeSlot, state: &str, t: Text) -> String {
    let place = t.with(
        "slot-place",
        &[("level", &slot.level), ("place", &slot.place)],
    );
    match slot.label.is_empty() {
        true => t.with("slot-name-bare", &[("state", &state), ("place", &place)]),
        false => t.with(
            "slot-name",
            &[("label", &slot.label), ("state", &state), ("place", &place)],
        ),
    }
}

struct LiftView<'a> {
    lift: &'a FacadeLift,
    x: f32,
    y: f32,
    name: String,
    car: Option<UseView<'a>>,
}

fn lift_views<'a>(
    facade: &'a Facade,
    geometry: &Geometry,
    symbols: &'a Symbols,
    t: Text,
) -> Vec<LiftView<'a>> {
    let view = |(index, lift): (usize, &'a FacadeLift)| {
        let middle = geometry.lift_width / 2.0;
        let floor = geometry.slot_height - geometry.floor;
        let shown = |look| symbols.shown(look, middle, floor, geometry.lift_scale, false);
        let name = match lift.label.is_empty() {
            true => t.msg("lift-name"),
            false => t.with("lift-carries", &[("car", &lift.label)]),
        };
        LiftView {
            lift,
            x: geometry.lift_x(index),
            y: geometry.height(lift.height_mm),
            name,
            car: lift.car.as_ref().map(shown),
        }
    };
    facade.lifts.iter().enumerate().map(view).collect()
}

struct BayView<'a> {
    bay: &'a FacadeBay,
    x: f32,
    name: String,
    car: Option<UseView<'a>>,
}

fn bay_views<'a>(
    facade: &'a Facade,
    geometry: &Geometry,
    symbols: &'a Symbols,
    t: Text,
) -> Vec<BayView<'a>> {
    let view = |(index, bay): (usize, &'a FacadeBay)| {
        let x = geometry.bay_x(index);
        let floor = geometry.bay_y + geometry.bay_height - geometry.floor - 2.0;
        let middle = geometry.bay_car_middle(x);
        let shown = |look| symbols.shown(look, middle, floor, geometry.bay_scale, false);
        let name = t.with("bay-name", &[("name", &bay.name)]);
        BayView {
            bay,
            x,
            name,
            car: bay.car.as_ref().map(shown),
        }
    };
    facade.bays.iter().enumerate().map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;
    use sales::listing::Body;

    fn slot(level: u16, column: i16, state: SlotState) -> FacadeSlot {
        let car = CarLook {
            body: Body::Sedan,
            length_mm: 4_700,
            height_mm: 1_440,
            wheelbase_mm: 2_850,
            colour: "#123456".to_owned(),
            electric: false,
        };
        FacadeSlot {
            place: format!("L{level}C{column}"),
            level,
            column,
            state,
            car: Some(car),
            href: Some(format!("/en/cars/{level}{column}")),
            label: "Giulia".to_owned(),
            chosen: false,
        }
    }

    fn rack(slots: Vec<FacadeSlot>) -> Facade {
        Facade {
            levels: 15,
            columns: vec![-2, -1, 1, 2],
            floors_mm: (0..15).map(|level| 3_500 + 2_900 * level).collect(),
            slots,
            lifts: vec![FacadeLift {
                name: "1".to_owned(),
                height_mm: 3_500,
                car: None,
                label: String::new(),
                motion: Some("{\"start_ms\":0,\"legs\":[]}".to_owned()),
            }],
            bays: Vec::new(),
            size: FacadeSize::Phone,
            day: false,
            now: Moment::default(),
        }
    }

    fn markup(tower: &Facade) -> String {
        facade(tower, Text::of(Lang::En)).to_string()
    }

    #[test]
    fn a_slot_is_a_link_named_with_car_state_and_place() {
        let markup = markup(&rack(vec![slot(11, 1, SlotState::Free)]));
        assert!(markup.contains(r#"<a href="/en/cars/111" id="slot-L11C1""#));
        assert!(markup.contains(r#"aria-label="Giulia: free, level 11, slot L11C1""#));
    }

    #[test]
    fn a_held_slot_tells_the_time_left_from_the_moment_of_drawing() {
        let held = slot(3, -2, SlotState::Held { until_ms: 492_000 });
        let markup = markup(&rack(vec![held]));
        assert!(markup.contains("held, 8:12 left"));
        assert!(markup.contains(r#"data-until="492000">8:12</text>"#));
    }

    #[test]
    fn equal_cars_are_defined_once_and_noses_point_to_the_shaft() {
        let slots = vec![slot(1, -1, SlotState::Free), slot(1, 1, SlotState::Free)];
        let markup = markup(&rack(slots));
        assert_eq!(markup.matches("<symbol").count(), 1);
        assert_eq!(markup.matches("scale(-0").count(), 1);
    }

    #[test]
    fn the_lift_stands_at_its_height_and_carries_its_plan() {
        let tower = rack(Vec::new());
        let geometry = Geometry::new(&tower);
        assert_eq!(
            geometry.height(3_500),
            geometry.slot(1, 1).expect("a slot").1
        );
        let between = geometry.height(3_500 + 1_450);
        let (low, high) = (geometry.height(3_500), geometry.height(6_400));
        assert!((between - (low + high) / 2.0).abs() < 0.01);
        assert!(markup(&tower).contains("data-motion=\"{&#34;start_ms&#34;:0"));
    }

    #[test]
    fn on_a_phone_every_slot_is_a_target_of_44_pixels_without_sideways_scroll() {
        let geometry = Geometry::new(&rack(Vec::new()));
        assert!(geometry.slot_height >= 44.0 && geometry.slot_width >= 44.0);
        assert!(geometry.width <= 390.0 - 32.0);
        let (right, _) = geometry.slot(1, 2).expect("a slot");
        assert!(right + geometry.slot_width <= geometry.width);
    }

    #[test]
    fn twenty_stalls_of_a_cylinder_fit_as_well() {
        let columns = (1..=20).collect();
        let geometry = Geometry::new(&Facade {
            columns,
            ..rack(Vec::new())
        });
        let (right, _) = geometry.slot(15, 20).expect("a slot");
        assert!(right + geometry.slot_width <= geometry.width);
        assert!(geometry.shaft_x > geometry.slot(1, 10).expect("a slot").0);
    }

    #[test]
    fn no_colour_or_place_needs_an_inline_style() {
        assert!(!markup(&rack(vec![slot(1, 1, SlotState::Sold)])).contains("style="));
    }
}
