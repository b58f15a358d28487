//! One level seen from above, with the bays of the street, their doors and tables.
//!
//! Around a shaft stalls lie at their angles, as near as the largest cars and the shuttle's reach
//! allow: how far they really lie no file tells. Along a rack or a corridor they lie at their
//! columns. What stands on another floor than the level drawn is dashed. The street is below.

use super::{Scale, View};
use tower::machine::{BaySpec, Layout, Machine, PlaceKind, PlaceSpec};

/// Free room between cars, in millimetres.
const GAP_MM: f64 = 250.0;

/// The level that is drawn: the bays' own where it has slots, else the first with the most slots.
pub(super) fn level(machine: &Machine) -> u16 {
    let bay = machine
        .places
        .iter()
        .find(|spec| spec.kind == PlaceKind::Bay);
    let floor_mm = bay.map(|bay| bay.height_mm);
    let of_street = machine
        .slots()
        .find(|slot| Some(slot.height_mm) == floor_mm);
    let count = |level: u16| machine.slots().filter(|slot| slot.level == level).count();
    let most = (1..=machine.levels).rev().max_by_key(|level| count(*level));
    of_street.map(|slot| slot.level).or(most).unwrap_or(1)
}

/// Draws the plan.
pub(super) fn view(machine: &Machine, scale: &Scale) -> View {
    let level = level(machine);
    let slots: Vec<&PlaceSpec> = machine.slots().filter(|slot| slot.level == level).collect();
    let stands = machine.places.iter().filter(|spec| spec.level == 0);
    let plan = Plan {
        machine,
        scale,
        floor_mm: slots.first().map_or(0, |slot| slot.height_mm),
        slots,
        stands: stands.collect(),
    };
    let mut view = View::default();
    match machine.layout {
        Layout::Fishbone | Layout::Cylinder => plan.round(&mut view),
        Layout::Rack | Layout::Corridor => plan.straight(&mut view),
        Layout::Rotary => plan.rotary(&mut view),
    }
    view.trimmed()
}

struct Plan<'a> {
    machine: &'a Machine,
    scale: &'a Scale,
    floor_mm: u32,
    slots: Vec<&'a PlaceSpec>,
    stands: Vec<&'a PlaceSpec>,
}

/// Where something lies: its middle, and where its far end points.
#[derive(Clone, Copy)]
struct Lies {
    x: f64,
    y: f64,
    /// Counted as the file does: 0 to the right, 90 away from the street.
    out_deg: f64,
}

impl Plan<'_> {
    fn round(&self, view: &mut View) {
        let inner = self.inner_mm(&self.slots);
        let stands = self.inner_mm(&self.stands).max(inner);
        view.circle((0.0, 0.0), self.scale.units(inner), "shaft");
        self.platforms(view, inner);
        for slot in &self.slots {
            self.slot(view, slot, self.on_ring(slot, inner));
        }
        for stand in &self.stands {
            self.stand(view, stand, self.on_ring(stand, stands));
        }
        self.street(view);
    }

    /// How far from the middle the near ends of places lie, so that neighbours do not touch and
    /// the lift's platform has room; in millimetres.
    fn inner_mm(&self, places: &[&PlaceSpec]) -> f64 {
        let length = |spec: &&PlaceSpec| f64::from(spec.max.length_mm);
        let width = |spec: &&PlaceSpec| f64::from(spec.max.width_mm);
        let longest = places.iter().map(length).fold(0.0, f64::max);
        let widest = places.iter().map(width).fold(0.0, f64::max) + GAP_MM;
        let mut angles: Vec<f64> = places
            .iter()
            .map(|spec| spec.angle_deg.rem_euclid(360.0))
            .collect();
        angles.sort_by(f64::total_cmp);
        angles.extend(angles.first().map(|first| first + 360.0));
        let gaps = angles.windows(2).map(|pair| pair[1] - pair[0]);
        let narrowest = gaps.filter(|gap| *gap > 0.0).fold(180.0, f64::min);
        let for_neighbours = widest / 2.0 / (narrowest / 2.0).to_radians().tan();
        let for_reach = f64::from(self.machine.kinematics.reach_mm) - longest / 2.0;
        let for_platform = longest / 2.0 + GAP_MM;
        for_neighbours.max(for_reach).max(for_platform)
    }

    fn on_ring(&self, spec: &PlaceSpec, inner_mm: f64) -> Lies {
        let far = self
            .scale
            .units(inner_mm + f64::from(spec.max.length_mm) / 2.0);
        let (sin, cos) = spec.angle_deg.to_radians().sin_cos();
        Lies {
            x: far * cos,
            y: -far * sin,
            out_deg: spec.angle_deg,
        }
    }

    /// The lifts' platforms, beside each other where they have shafts of their own.
    fn platforms(&self, view: &mut View, inner_mm: f64) {
        let long = self
            .scale
            .largest(|size| size.length_mm)
            .min(inner_mm * 1.9);
        let wide = self.scale.largest(|size| size.width_mm);
        let own = self
            .machine
            .lifts
            .iter()
            .filter(|lift| lift.mast.is_none())
            .count();
        let shared = usize::from(own < self.machine.lifts.len());
        let count = (own + shared).max(1);
        for (index, lift) in self.machine.lifts.iter().enumerate() {
            let number = index.min(count - 1) as f64 - (count as f64 - 1.0) / 2.0;
            let turned = f64::from(self.machine.rest_pose(index).side) / 1_000.0;
            let apart = self.scale.units(wide + GAP_MM) * number;
            let (sin, cos) = turned.to_radians().sin_cos();
            let middle = (apart * sin.abs(), apart * cos.abs());
            let size = (self.scale.units(long), self.scale.units(wide));
            view.turned(middle, size, -turned, ("lift", &lift.place.0));
            view.word((middle.0, middle.1 + 4.0), "name strong", &lift.place.0);
        }
    }

    /// A rack's lift travels along an aisle with its places beyond it, a corridor's robot along
    /// the corridor with slots beyond it and bays towards the street.
    fn straight(&self, view: &mut View) {
        let is_rack = self.machine.layout == Layout::Rack;
        let longest = self.scale.largest(|size| size.length_mm);
        let aisle = self.scale.units(longest + 2.0 * GAP_MM);
        let columns = self
            .slots
            .iter()
            .chain(&self.stands)
            .map(|spec| spec.along_mm);
        let (least, most) = columns.fold((0, 0), |(low, high), mm| (low.min(mm), high.max(mm)));
        let wide = super::front::column_width_mm(self.machine);
        let length = self.scale.units(f64::from(most - least) + wide);
        let middle = self.scale.units(f64::from(most + least) / 2.0);
        let name = if is_rack { "aisle" } else { "corridor" };
        view.rect((middle, 0.0), (length, aisle), "shaft", name);
        for (index, lift) in self.machine.lifts.iter().enumerate() {
            let pose = self.machine.rest_pose(index);
            let at = if is_rack { pose.side } else { lift.along_mm };
            let x = self.scale.units(at);
            let size = (self.scale.units(wide - GAP_MM), self.scale.units(longest));
            view.rect((x, 0.0), size, "lift", &lift.place.0);
            view.word((x, 4.0), "name strong", &lift.place.0);
        }
        let says = if is_rack {
            "the lift travels"
        } else {
            "the robot drives"
        };
        let end = middle + length / 2.0 - 8.0;
        view.write((end, aisle / 2.0 - 8.0), ("end", "words"), says);
        let beside = |spec: &PlaceSpec, away: f64| Lies {
            x: self.scale.units(spec.along_mm),
            y: -away
                * (aisle / 2.0
                    + self
                        .scale
                        .units(f64::from(spec.max.length_mm) / 2.0 + GAP_MM)),
            out_deg: 90.0 * away,
        };
        for slot in &self.slots {
            self.slot(view, slot, beside(slot, 1.0));
        }
        for stand in &self.stands {
            let in_row = |slot: &&PlaceSpec| slot.along_mm == stand.along_mm;
            let is_free = !self.slots.iter().any(in_row);
            let beyond = is_free && (is_rack || stand.kind == PlaceKind::Window);
            self.stand(view, stand, beside(stand, if beyond { 1.0 } else { -1.0 }));
        }
        if !is_rack {
            self.street(view);
        }
    }

    /// Two cabins beside each other, the conveyor and the bay before them.
    fn rotary(&self, view: &mut View) {
        let wide = self.scale.largest(|size| size.width_mm) + GAP_MM;
        let half = self.scale.units(wide / 2.0);
        for slot in &self.slots {
            let x = half * f64::from(slot.column.signum());
            let lies = Lies {
                x,
                y: 0.0,
                out_deg: 90.0,
            };
            self.slot(view, slot, lies);
        }
        let long = self.scale.largest(|size| size.length_mm);
        let belt = self.scale.units(1_200.0);
        let mut y = self.scale.units(long / 2.0 + GAP_MM) + belt / 2.0;
        for lift in &self.machine.lifts {
            let size = (self.scale.units(wide).max(90.0), belt);
            view.rect((0.0, y), size, "lift", &lift.place.0);
            view.word((0.0, y + 4.0), "name strong", &lift.place.0);
            y += belt / 2.0 + self.scale.units(GAP_MM);
        }
        let first = -(self.stands.len() as f64 - 1.0) / 2.0;
        for (index, stand) in self.stands.iter().enumerate() {
            let x = (first + index as f64) * 2.0 * half;
            let far = self.scale.units(f64::from(stand.max.length_mm) / 2.0);
            let lies = Lies {
                x,
                y: y + far,
                out_deg: 270.0,
            };
            self.stand(view, stand, lies);
        }
        self.street(view);
    }

    fn slot(&self, view: &mut View, slot: &PlaceSpec, lies: Lies) {
        let class = match slot.out_of_service {
            true => "slot out".to_owned(),
            false => self.scale.class(&slot.max),
        };
        self.place(view, slot, lies, &class);
        view.word((lies.x, lies.y + 4.0), "name", &slot.place.0);
    }

    fn place(&self, view: &mut View, spec: &PlaceSpec, lies: Lies, class: &str) {
        let size = (
            self.scale.units(spec.max.length_mm),
            self.scale.units(spec.max.width_mm),
        );
        view.turned(
            (lies.x, lies.y),
            size,
            -lies.out_deg,
            (class, &spec.place.0),
        );
    }

    fn stand(&self, view: &mut View, spec: &PlaceSpec, lies: Lies) {
        let elsewhere = match spec.height_mm == self.floor_mm {
            true => "",
            false => " elsewhere",
        };
        let (_, doors) = self.machine.bay(&spec.place).unzip();
        let kind = if doors.is_some() { "bay" } else { "window" };
        self.place(view, spec, lies, &format!("{kind}{elsewhere}"));
        if let Some(doors) = doors {
            self.doors(view, spec, doors, lies);
        }
        // Its name stands outside, where no slot of another floor is written.
        let (sin, cos) = lies.out_deg.to_radians().sin_cos();
        let far = self.scale.units(f64::from(spec.max.length_mm) / 2.0) + 22.0;
        let at = match elsewhere.is_empty() {
            true => (lies.x, lies.y + 4.0),
            false => (lies.x + far * cos * 1.4, lies.y - far * sin + 4.0),
        };
        view.word(at, "name strong", &spec.place.0);
    }

    /// The inner door towards the shaft, the outer one away from it, and the table between.
    fn doors(&self, view: &mut View, spec: &PlaceSpec, bay: &BaySpec, lies: Lies) {
        let (sin, cos) = lies.out_deg.to_radians().sin_cos();
        let half = self.scale.units(f64::from(spec.max.length_mm) / 2.0);
        let side = self.scale.units(f64::from(spec.max.width_mm) / 2.0) - 3.0;
        for (away, class) in [(-half, "inner"), (half, "outer")] {
            let (x, y) = (lies.x + away * cos, lies.y - away * sin);
            let (dx, dy) = (side * sin, side * cos);
            view.line((x - dx, y - dy), (x + dx, y + dy), class);
        }
        if bay.turntable.is_some() {
            view.circle((lies.x, lies.y), side - 4.0, "table");
        }
    }

    fn street(&self, view: &mut View) {
        let bottom = view
            .shapes
            .iter()
            .map(|shape| shape.bounds().1.1)
            .fold(0.0, f64::max);
        view.word((0.0, bottom + 22.0), "words", "street");
    }
}
