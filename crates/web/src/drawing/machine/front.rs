//! The tower seen from the street: levels, slots, shafts, lifts, bays with their doors.
//!
//! A cylinder comes unrolled, its stalls beside each other; a loop shows both its sides. A bay
//! stands where it is, or beside the tower where a slot or a shaft is drawn already.

use super::{Scale, View};
use std::collections::BTreeMap;
use tower::machine::{Layout, LiftSpec, Machine, PlaceKind, PlaceSpec};

/// Free room between two stalls, in millimetres.
const GAP_MM: f64 = 250.0;
/// Room between the two sides of a loop, for its wheels, in millimetres.
const WHEEL_MM: f64 = 1_400.0;
/// The part of a level that a slot takes; the rest is its floor.
const SLOT: f64 = 0.86;

/// Draws the front.
pub(super) fn view(machine: &Machine, scale: &Scale) -> View {
    let front = Front::of(machine, scale);
    let mut view = View::default();
    front.shafts(&mut view);
    front.slots(&mut view);
    front.lifts(&mut view);
    let right = front.stands(&mut view);
    front.ground(&mut view, right);
    front.levels(&mut view);
    view.trimmed()
}

/// Where everything stands, the middle of the shaft at zero, upwards negative.
struct Front<'a> {
    machine: &'a Machine,
    scale: &'a Scale,
    /// The middle of each column.
    columns: BTreeMap<i16, f64>,
    /// How wide a slot is drawn.
    wide: f64,
    /// How high a slot is drawn.
    high: f64,
    /// The shafts with their lifts, by their middles.
    shafts: Vec<(f64, Vec<&'a LiftSpec>)>,
    shaft_wide: f64,
}

impl<'a> Front<'a> {
    fn of(machine: &'a Machine, scale: &'a Scale) -> Front<'a> {
        let wide_mm = match machine.layout {
            // Cars stand across, their sides to the street.
            Layout::Fishbone => scale.largest(|size| size.length_mm),
            Layout::Cylinder | Layout::Rotary => scale.largest(|size| size.width_mm),
            Layout::Rack | Layout::Corridor => column_width_mm(machine) - GAP_MM,
        };
        let shaft_mm = match machine.layout {
            Layout::Fishbone => wide_mm,
            _ => scale.largest(|size| size.width_mm),
        };
        let mut front = Front {
            machine,
            scale,
            columns: BTreeMap::new(),
            wide: scale.units(wide_mm),
            high: super::LEVEL * SLOT,
            shafts: Vec::new(),
            shaft_wide: scale.units(shaft_mm + GAP_MM),
        };
        front.place_shafts();
        front.place_columns();
        front
    }

    /// Lifts of one mast share a shaft; a rack's lift travels before its slots, and a loop has
    /// none.
    fn place_shafts(&mut self) {
        let mut shafts: Vec<Vec<&LiftSpec>> = Vec::new();
        for lift in &self.machine.lifts {
            let same =
                |shaft: &&mut Vec<&LiftSpec>| lift.mast.is_some() && shaft[0].mast == lift.mast;
            match shafts.iter_mut().find(same) {
                Some(shaft) => shaft.push(lift),
                None => shafts.push(vec![lift]),
            }
        }
        let layout = self.machine.layout;
        if matches!(layout, Layout::Rack | Layout::Rotary) {
            return;
        }
        let first = -(shafts.len() as f64 - 1.0) / 2.0;
        let step = self.shaft_wide + self.scale.units(GAP_MM);
        let middle = |(index, lifts): (usize, Vec<&'a LiftSpec>)| {
            let along = self.scale.units(lifts[0].along_mm);
            let beside = (first + index as f64) * step;
            (
                if layout == Layout::Corridor {
                    along
                } else {
                    beside
                },
                lifts,
            )
        };
        self.shafts = shafts.into_iter().enumerate().map(middle).collect();
    }

    fn place_columns(&mut self) {
        let slots = self.machine.slots();
        let along: BTreeMap<i16, i32> = slots.map(|slot| (slot.column, slot.along_mm)).collect();
        if matches!(self.machine.layout, Layout::Rack | Layout::Corridor) {
            let at = |(column, mm)| (column, self.scale.units(mm));
            self.columns = along.into_iter().map(at).collect();
            return;
        }
        let order: Vec<i16> = along.into_keys().collect();
        let left = match order.iter().filter(|column| **column < 0).count() {
            // A cylinder has no left side; unrolled, its shafts stand in the middle.
            0 => order.len() / 2,
            left => left,
        };
        let gap = self.scale.units(GAP_MM);
        let step = self.wide + gap;
        let shafts = self.shafts.len() as f64;
        let half = match self.machine.layout {
            Layout::Rotary => self.scale.units(WHEEL_MM) / 2.0 - gap / 2.0,
            _ => shafts * (self.shaft_wide + gap) / 2.0,
        };
        for (index, column) in order.into_iter().enumerate() {
            let x = match index < left {
                true => -half - step * ((left - index) as f64 - 0.5),
                false => half + step * ((index - left) as f64 + 0.5),
            };
            self.columns.insert(column, x);
        }
    }

    /// Where the floor of a height is drawn.
    fn floor(&self, height_mm: f64) -> f64 {
        -self.scale.units(height_mm)
    }

    fn left(&self) -> f64 {
        let edges = self.columns.values().map(|x| x - self.wide / 2.0);
        let shafts = self.shafts.iter().map(|(x, _)| x - self.shaft_wide / 2.0);
        edges.chain(shafts).fold(0.0, f64::min)
    }

    fn right(&self) -> f64 {
        let edges = self.columns.values().map(|x| x + self.wide / 2.0);
        let shafts = self.shafts.iter().map(|(x, _)| x + self.shaft_wide / 2.0);
        edges.chain(shafts).fold(0.0, f64::max)
    }

    fn slot_middle(&self, slot: &PlaceSpec) -> (f64, f64) {
        let floor = self.floor(f64::from(slot.height_mm));
        (self.columns[&slot.column], floor - self.high / 2.0)
    }

    fn slots(&self, view: &mut View) {
        if self.machine.layout == Layout::Rotary {
            self.chain(view);
        }
        for slot in self.machine.slots() {
            let (x, y) = self.slot_middle(slot);
            let class = match slot.out_of_service {
                true => "slot out".to_owned(),
                false => self.scale.class(&slot.max),
            };
            let name = &slot.place.0;
            view.rect((x, y), (self.wide, self.high), &class, name);
            view.line(
                (x - self.wide / 2.0, y + self.high / 2.0),
                (x + self.wide / 2.0, y + self.high / 2.0),
                "deck",
            );
            view.word((x, y + 4.0), "name", name);
        }
    }

    /// The loop on which the cabins of a rotary tower hang.
    fn chain(&self, view: &mut View) {
        let heights = self.machine.slots().map(|slot| f64::from(slot.height_mm));
        let (low, high) = heights.fold((f64::MAX, 0.0_f64), |(low, high), mm| {
            (low.min(mm), high.max(mm))
        });
        let (top, bottom) = (self.floor(high) - self.high, self.floor(low));
        // The cabins hang outside the chain, which turns around a wheel above and below.
        let wide = self.scale.units(WHEEL_MM) - 8.0;
        let middle = (0.0, (top + bottom) / 2.0);
        view.rect(
            middle,
            (wide, bottom - top),
            "chain",
            "the loop of the cabins",
        );
        if let Some(super::Shape::Box(chain)) = view.shapes.last_mut() {
            chain.round = wide / 2.0;
        }
        for y in [top + wide / 2.0, bottom - wide / 2.0] {
            view.circle((0.0, y), wide / 2.0 - 4.0, "wheel");
        }
    }

    fn shafts(&self, view: &mut View) {
        for (x, lifts) in &self.shafts {
            let low_mm = lifts.iter().map(|lift| lift.range.low_mm).min();
            let low = self.floor(f64::from(low_mm.unwrap_or(0)));
            let top = self.floor(f64::from(self.machine.shaft_height_mm));
            let middle = (*x, (top + low) / 2.0);
            view.rect(middle, (self.shaft_wide, low - top), "shaft", "shaft");
        }
    }

    /// Lifts are drawn half-way up, one above the other where they share a mast, so that nothing
    /// at the street is hidden; a line shows where each rests.
    fn lifts(&self, view: &mut View) {
        for (x, lifts) in &self.shafts {
            for (index, lift) in lifts.iter().enumerate() {
                let part = (index + 1) as f64 / (lifts.len() + 1) as f64;
                let high_mm = f64::from(self.machine.shaft_height_mm) * part;
                let floors = self.machine.slots().map(|slot| f64::from(slot.height_mm));
                let floor_mm = floors.filter(|mm| *mm <= high_mm).fold(0.0, f64::max);
                let y = self.floor(floor_mm) - self.high / 2.0;
                let name = &lift.place.0;
                view.rect((*x, y), (self.shaft_wide - 8.0, self.high), "lift", name);
                view.word((*x, y + 4.0), "name strong", name);
                let rest = self.floor(f64::from(lift.rest_mm));
                let half = self.shaft_wide / 2.0 - 4.0;
                view.line((x - half, rest), (x + half, rest), "rest");
            }
        }
        if self.machine.layout == Layout::Rack {
            self.travelling(view);
        }
    }

    /// A rack's lift travels before its slots: its rail, and its cage where it rests.
    fn travelling(&self, view: &mut View) {
        let y = 34.0;
        for (index, lift) in self.machine.lifts.iter().enumerate() {
            let y = y + 26.0 * index as f64;
            let pose = self.machine.rest_pose(index);
            let at = self.scale.units(pose.side);
            let floor = self.floor(f64::from(lift.rest_mm));
            let size = (self.wide + 8.0, self.high + 8.0);
            view.rect(
                (at, floor - self.high / 2.0),
                size,
                "lift open",
                &lift.place.0,
            );
            let (left, right) = (self.left(), self.right());
            view.line((left, y), (right, y), "rail");
            view.line((at, floor + 4.0), (at, y), "rail");
            view.rect((at, y), (16.0, 8.0), "lift", &lift.place.0);
            let text = format!("{} travels here, its cage rests above", lift.place);
            view.write((left, y + 17.0), ("start", "words"), text);
        }
    }

    /// Draws bays and window; gives how far to the right anything stands now.
    fn stands(&self, view: &mut View) -> f64 {
        let kinds = [PlaceKind::Window, PlaceKind::Bay];
        let places = self.machine.places.iter();
        let stands = places.filter(|spec| kinds.contains(&spec.kind));
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        let mut right = self.right() + self.scale.units(4.0 * GAP_MM);
        for spec in stands {
            let wide = self.scale.units(spec.max.width_mm);
            let floor = self.floor(f64::from(spec.height_mm));
            let wanted = self.wanted(spec);
            let meets = |(x, other, at): &(f64, f64, f64)| {
                (x - wanted).abs() < (wide + other) / 2.0 && (at - floor).abs() < self.high
            };
            let x = match taken.iter().any(meets) || self.hides(wanted, wide, floor) {
                false => wanted,
                true => {
                    right += wide + self.scale.units(2.0 * GAP_MM);
                    right - wide / 2.0
                }
            };
            taken.push((x, wide, floor));
            self.stand(view, spec, (x, floor, wide));
        }
        right
    }

    /// Where a bay or window is, seen from the street.
    fn wanted(&self, spec: &PlaceSpec) -> f64 {
        match self.machine.layout {
            Layout::Rack | Layout::Corridor => self.scale.units(spec.along_mm),
            Layout::Fishbone | Layout::Rotary => {
                let (shaft, gap) = (self.shaft_wide / 2.0, self.scale.units(GAP_MM));
                let side = spec.angle_deg.to_radians().cos();
                let beside = shaft + gap + self.scale.units(spec.max.width_mm) / 2.0;
                match self.machine.layout == Layout::Fishbone && side.abs() > 0.01 {
                    true => beside.copysign(side),
                    false => 0.0,
                }
            }
            Layout::Cylinder => {
                let off = |slot: &PlaceSpec| {
                    let apart = (slot.angle_deg - spec.angle_deg).rem_euclid(360.0);
                    apart.min(360.0 - apart)
                };
                let nearest = self
                    .machine
                    .slots()
                    .min_by(|one, other| off(one).total_cmp(&off(other)));
                nearest.map_or(0.0, |slot| self.columns[&slot.column])
            }
        }
    }

    /// Whether something at this place would be drawn over a slot.
    fn hides(&self, x: f64, wide: f64, floor: f64) -> bool {
        let middle = floor - self.high / 2.0;
        self.machine.slots().any(|slot| {
            let (at, y) = self.slot_middle(slot);
            (at - x).abs() < (wide + self.wide) / 2.0 - 1.0 && (y - middle).abs() < self.high - 1.0
        })
    }

    fn stand(&self, view: &mut View, spec: &PlaceSpec, (x, floor, wide): (f64, f64, f64)) {
        let high = self.high;
        let name = &spec.place.0;
        let middle = (x, floor - high / 2.0);
        if spec.kind == PlaceKind::Window {
            view.rect(middle, (wide, high), "window", name);
            view.word((x, middle.1 + 4.0), "name", name);
            return;
        }
        view.rect(middle, (wide, high), "bay", name);
        // The outer door faces the street: its leaf, drawn half open.
        let leaf = ((wide - 12.0).max(8.0), (high - 30.0).max(8.0));
        view.rect((x, floor - leaf.1 / 2.0), leaf, "door", "outer door");
        for part in [0.25, 0.5, 0.75] {
            let y = floor - leaf.1 * part;
            view.line((x - leaf.0 / 2.0, y), (x + leaf.0 / 2.0, y), "leaf");
        }
        view.word((x, floor - high + 16.0), "name strong", name);
    }

    fn ground(&self, view: &mut View, right: f64) {
        let gap = self.scale.units(4.0 * GAP_MM);
        let right = right.max(self.right());
        view.line((self.left() - gap, 0.0), (right + gap, 0.0), "ground");
        let five = self.scale.units(5_000.0);
        let lifts = match self.machine.layout {
            Layout::Rack => self.machine.lifts.len() as f64,
            _ => 0.0,
        };
        let y = 40.0 + 30.0 * lifts;
        let x = self.left();
        view.line((x, y), (x + five, y), "size");
        for end in [x, x + five] {
            view.line((end, y - 5.0), (end, y + 5.0), "size");
        }
        view.write((x + five + 8.0, y + 5.0), ("start", "words"), "5 m");
    }

    /// Each level by its number and the height of its floor, and the sizes beside them.
    fn levels(&self, view: &mut View) {
        let x = self.left() - self.scale.units(4.0 * GAP_MM) - 8.0;
        let slots = self.machine.slots();
        let floors: BTreeMap<u16, u32> = slots.map(|slot| (slot.level, slot.height_mm)).collect();
        for (level, floor_mm) in &floors {
            let y = self.floor(f64::from(*floor_mm));
            view.line((x + 4.0, y), (x + 16.0, y), "size");
            let text = format!("level {level}, {}", super::words::metres(*floor_mm));
            view.write((x, y + 5.0), ("end", "words"), text);
        }
        let beside = x - 150.0;
        let heights: Vec<u32> = floors.into_values().collect();
        let size = |low: u32, high: u32| (self.floor(f64::from(high)), self.floor(f64::from(low)));
        if let [first, second, ..] = heights[..] {
            let text = super::words::metres(second - first);
            view.upright_size(beside, size(first, second), text);
            if first > 0 {
                view.upright_size(beside, size(0, first), super::words::metres(first));
            }
        }
        let shaft_mm = self.machine.shaft_height_mm;
        let text = format!("shaft {}", super::words::metres(shaft_mm));
        view.upright_size(beside - 76.0, size(0, shaft_mm), text);
    }
}

/// From column to column, as the nearest two columns tell.
pub(super) fn column_width_mm(machine: &Machine) -> f64 {
    let slots = machine.slots().map(|slot| slot.along_mm);
    let along: std::collections::BTreeSet<i32> = slots.collect();
    let along: Vec<i32> = along.into_iter().collect();
    let steps = along.windows(2).map(|pair| pair[1] - pair[0]);
    let widest = machine.slots().map(|slot| slot.max.width_mm).max();
    steps
        .min()
        .map_or(widest.map_or(2_500.0, f64::from), f64::from)
}
