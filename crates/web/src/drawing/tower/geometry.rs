//! Where everything stands in the drawing of a tower, in the drawing's own units.
//!
//! On a phone one unit is one pixel of a 390 pixel wide screen less its margins, so a slot's height
//! of 45 is a target of 45 pixels. Up to four columns the shaft is as wide as a slot, so that a car
//! on the lift is as large as a car in its slot; with more columns slots get narrower.

use super::{Facade, FacadeSize};

pub(super) struct Geometry {
    pub(super) width: f32,
    pub(super) height: f32,
    /// Space between slots.
    pub(super) gap: f32,
    pub(super) slot_width: f32,
    pub(super) slot_height: f32,
    /// From a slot's lower edge to the floor cars stand on.
    pub(super) floor: f32,
    /// Drawing units in a centimetre of car.
    pub(super) scale: f32,
    pub(super) top: f32,
    pub(super) shaft_x: f32,
    pub(super) shaft_width: f32,
    pub(super) lift_width: f32,
    pub(super) lift_scale: f32,
    pub(super) bay_y: f32,
    pub(super) bay_width: f32,
    pub(super) bay_height: f32,
    pub(super) bay_scale: f32,
    /// Size of the writing; nothing is written where this is zero.
    pub(super) writing: f32,
    /// The left edge of each column.
    columns: Vec<(i16, f32)>,
    levels: u16,
    /// Pairs of millimetres above the street and the top of a lift standing there.
    stops: Vec<(i64, f32)>,
    bay_words: f32,
}

/// The longest and the tallest car a slot shows with air around it, in centimetres.
const LONGEST: f32 = 590.0;
const TALLEST: f32 = 205.0;

const MARGIN: f32 = 8.0;

impl Geometry {
    pub(super) fn new(facade: &Facade) -> Geometry {
        let (width, slot_height, gap, writing) = match facade.size {
            FacadeSize::Phone => (358.0, 45.0, 4.0, 13.0),
            FacadeSize::Kiosk => (760.0, 84.0, 7.0, 20.0),
            FacadeSize::Small => (200.0, 22.0, 3.0, 0.0),
            FacadeSize::Console => (300.0, 40.0, 3.0, 13.0),
        };
        let count = facade.columns.len().max(1) as f32;
        let inner = width - 2.0 * MARGIN;
        let slot_width = match facade.columns.len() {
            0..=4 => (inner - gap * count) / (count + 1.0),
            _ => (inner * 0.86 - gap * count) / count,
        };
        let shaft_width = inner - (slot_width + gap) * count;
        let top = if facade.size == FacadeSize::Small {
            12.0
        } else {
            26.0
        };
        let lifts = facade.lifts.len().max(1) as f32;
        let lift_width = shaft_width / lifts - 2.0;
        let bay_height = if facade.size == FacadeSize::Small {
            slot_height
        } else {
            slot_height + 7.0
        };
        let street = top + f32::from(facade.levels) * (slot_height + gap) + gap + 4.0;
        let bays = facade.bays.len().max(1) as f32;
        let bay_width = (inner - gap * 2.0 * (bays - 1.0)) / bays;
        let bay_words = if writing > 0.0 && bay_width > slot_width * 1.8 {
            0.46
        } else {
            0.0
        };
        let floor = (slot_height * 0.12).max(2.5);
        let fitting = |room: f32, height: f32| (room / LONGEST).min(height / TALLEST);
        // What is written in a slot stands above the tallest car, never on it.
        let car_height = slot_height - floor - writing * 1.35;
        let mut geometry = Geometry {
            width,
            height: street + bay_height + 16.0,
            gap,
            slot_width,
            slot_height,
            floor,
            scale: fitting(slot_width - 3.0, car_height),
            top,
            shaft_x: 0.0,
            shaft_width,
            lift_width,
            lift_scale: fitting(lift_width - 3.0, car_height),
            bay_y: street,
            bay_width,
            bay_height,
            bay_scale: fitting(bay_width * (1.0 - bay_words) - 10.0, bay_height),
            writing,
            columns: Vec::new(),
            levels: facade.levels,
            stops: Vec::new(),
            bay_words,
        };
        geometry.place_columns(&facade.columns);
        geometry.place_stops(&facade.floors_mm);
        geometry
    }

    fn place_columns(&mut self, columns: &[i16]) {
        let mut order = columns.to_vec();
        order.sort_unstable();
        let left = match order.iter().filter(|column| **column < 0).count() {
            // A cylinder has no left side; unrolled, the shaft stands in its middle.
            0 => order.len() / 2,
            left => left,
        };
        let step = self.slot_width + self.gap;
        self.shaft_x = MARGIN + step * left as f32;
        for (index, column) in order.iter().enumerate() {
            let after_shaft = if index >= left {
                self.shaft_width + self.gap
            } else {
                0.0
            };
            self.columns
                .push((*column, MARGIN + step * index as f32 + after_shaft));
        }
    }

    fn place_stops(&mut self, floors_mm: &[i64]) {
        self.stops
            .push((0, self.bay_y + self.bay_height - self.slot_height));
        for (level, floor_mm) in (1..=self.levels).zip(floors_mm) {
            self.stops.push((*floor_mm, self.level_y(level)));
        }
    }

    /// The top of a level; level 1 is the lowest.
    fn level_y(&self, level: u16) -> f32 {
        let above = f32::from(self.levels.saturating_sub(level));
        self.top + self.gap + above * (self.slot_height + self.gap)
    }

    /// The corner of a slot, where the tower has one there.
    pub(super) fn slot(&self, level: u16, column: i16) -> Option<(f32, f32)> {
        let (_, x) = self.columns.iter().find(|(own, _)| *own == column)?;
        ((1..=self.levels).contains(&level)).then(|| (*x, self.level_y(level)))
    }

    /// Every level with the top of its row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u16, f32)> {
        (1..=self.levels).map(|level| (level, self.level_y(level)))
    }

    pub(super) fn shaft_middle(&self) -> f32 {
        self.shaft_x + self.shaft_width / 2.0
    }

    pub(super) fn lift_x(&self, index: usize) -> f32 {
        self.shaft_x + 1.0 + (self.lift_width + 2.0) * index as f32
    }

    /// The top of a lift whose floor is at a height; the script computes the same from the stops.
    pub(super) fn height(&self, height_mm: i64) -> f32 {
        let above = self.stops.iter().find(|(mm, _)| *mm >= height_mm);
        let below = self.stops.iter().rev().find(|(mm, _)| *mm <= height_mm);
        match (below, above) {
            (Some(low), Some(high)) if high.0 > low.0 => {
                let part = (height_mm - low.0) as f32 / (high.0 - low.0) as f32;
                low.1 + (high.1 - low.1) * part
            }
            (Some(stop), _) | (None, Some(stop)) => stop.1,
            (None, None) => self.bay_y,
        }
    }

    /// The stops for the script: `mm:y` in order of height.
    pub(super) fn stops(&self) -> String {
        let pairs: Vec<_> = self
            .stops
            .iter()
            .map(|(mm, y)| format!("{mm}:{y:.1}"))
            .collect();
        pairs.join(" ")
    }

    pub(super) fn bay_x(&self, index: usize) -> f32 {
        MARGIN + (self.bay_width + self.gap * 2.0) * index as f32
    }

    /// The middle of a bay's car, right of its words, so that they never touch.
    pub(super) fn bay_car_middle(&self, x: f32) -> f32 {
        x + self.bay_width * (1.0 + self.bay_words) / 2.0
    }
}
