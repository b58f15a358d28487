//! A machine as a drawing to scale: front view and plan, with names and sizes.
//!
//! For whoever plans or builds a tower, so in English, as the command that writes it. Everything
//! drawn comes from the machine file. Heights, car sizes and, along a rack or a corridor, widths
//! are true; what a file does not tell, such as how far stalls lie from a round shaft, is drawn as
//! near as the largest cars allow, and the sheet says so. The sheet has its own paper and follows
//! the reader's choice of light or dark; on paper it is always light.

mod front; // the tower seen from the street
mod plan; // one level seen from above
mod words; // what stands in writing beside both

use super::Drawing;
use askama::Template;
use tower::job::CarSize;
use tower::machine::{Layout, Machine};

/// Drawn units of one level's height, so that a name fits into every slot.
const LEVEL: f64 = 60.0;
/// Free paper around each part of the sheet, in drawn units.
const MARGIN: f64 = 56.0;

/// Draws a machine.
pub fn machine(machine: &Machine) -> Drawing {
    Drawing::of(&Sheet::of(machine))
}

/// The sheet: all shapes, in the order they are drawn.
#[derive(Template)]
#[template(path = "drawing/machine.svg")]
struct Sheet {
    title: String,
    summary: String,
    width: f64,
    height: f64,
    shapes: Vec<Shape>,
}

/// One shape, in drawn units from the upper left corner.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Box(Rect),
    Circle {
        x: f64,
        y: f64,
        r: f64,
        class: String,
    },
    Line {
        from: (f64, f64),
        to: (f64, f64),
        class: &'static str,
    },
    Word(Word),
}

/// A rectangle by its middle, turned around it.
#[derive(Clone, Debug, PartialEq)]
struct Rect {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    turned_deg: f64,
    /// How round its corners are.
    round: f64,
    class: String,
    /// What it is, to whoever points at it.
    name: String,
}

/// Some words by the middle, the left or the right end of their line.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    x: f64,
    y: f64,
    anchor: &'static str,
    class: &'static str,
    text: String,
}

/// A part of the sheet with a corner of its own.
#[derive(Default)]
struct View {
    width: f64,
    height: f64,
    shapes: Vec<Shape>,
}

/// How millimetres become drawn units, and which sizes of places there are.
struct Scale {
    per_mm: f64,
    sizes: Vec<CarSize>,
}

impl Sheet {
    /// Front view on the left, plan and words on the right.
    fn of(machine: &Machine) -> Sheet {
        let scale = Scale::of(machine);
        let front = front::view(machine, &scale);
        let plan = plan::view(machine, &scale);
        let words = words::view(machine, &scale);
        let head = 96.0;
        let top = head + MARGIN * 0.9;
        let right = MARGIN * 2.0 + front.width;
        let under_plan = top + plan.height + MARGIN;
        let width = right + plan.width.max(words.width) + MARGIN;
        let height = (top + front.height).max(under_plan + words.height) + MARGIN;
        let mut heads = View::default();
        let summary = summary(machine);
        heads.write((MARGIN, 56.0), ("start", "title"), machine.name.clone());
        heads.write((MARGIN, 80.0), ("start", "words"), summary.clone());
        heads.write(
            (MARGIN, top - 18.0),
            ("start", "head"),
            front_title(machine),
        );
        let level = format!("Level {} from above", plan::level(machine));
        heads.write((right, top - 18.0), ("start", "head"), level);
        let mut shapes = heads.shapes;
        shapes.extend(front.placed((MARGIN, top)));
        shapes.extend(plan.placed((right, top)));
        shapes.extend(words.placed((right, under_plan)));
        Sheet {
            title: machine.name.clone(),
            summary,
            width: width.ceil(),
            height: height.ceil(),
            shapes,
        }
    }
}

fn summary(machine: &Machine) -> String {
    let slots = machine.slots().count();
    let Machine {
        address, levels, ..
    } = machine;
    let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    format!(
        "{address}: {slots} slots on {levels} levels, {}, {}",
        count(machine.lifts.len(), "lift"),
        count(machine.bays.len(), "bay")
    )
}

fn front_title(machine: &Machine) -> &'static str {
    match machine.layout {
        Layout::Cylinder => "Unrolled, seen from the shafts",
        Layout::Rotary => "The loop, seen from the street",
        Layout::Fishbone | Layout::Rack | Layout::Corridor => "Seen from the street",
    }
}

impl Scale {
    fn of(machine: &Machine) -> Scale {
        let sizes = machine.size_classes().into_iter().map(|class| class.max);
        let sizes: Vec<CarSize> = sizes.collect();
        let floors: Vec<u32> = machine.slots().map(|slot| slot.height_mm).collect();
        let step_mm = floors
            .windows(2)
            .map(|pair| pair[1].saturating_sub(pair[0]));
        let step_mm = step_mm.filter(|step| *step > 0).min();
        let tallest = sizes.iter().map(|size| size.height_mm).max();
        let step_mm = step_mm.or(tallest).unwrap_or(2_000);
        Scale {
            per_mm: LEVEL / f64::from(step_mm),
            sizes,
        }
    }

    fn units(&self, mm: impl Into<f64>) -> f64 {
        mm.into() * self.per_mm
    }

    /// The class of places of one size: one tint for each.
    fn class(&self, size: &CarSize) -> String {
        let index = self.sizes.iter().position(|known| known == size);
        format!("slot tint{}", index.unwrap_or(0) % 4)
    }

    fn largest(&self, of: fn(&CarSize) -> u32) -> f64 {
        self.sizes.iter().map(of).max().map_or(0.0, f64::from)
    }
}

impl View {
    fn rect(&mut self, middle: (f64, f64), size: (f64, f64), class: &str, name: &str) {
        self.turned(middle, size, 0.0, (class, name));
    }

    fn turned(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        turned_deg: f64,
        (class, name): (&str, &str),
    ) {
        self.shapes.push(Shape::Box(Rect {
            x,
            y,
            width,
            height,
            turned_deg,
            round: 2.0,
            class: class.to_owned(),
            name: name.to_owned(),
        }));
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &'static str) {
        self.shapes.push(Shape::Line { from, to, class });
    }

    fn circle(&mut self, (x, y): (f64, f64), r: f64, class: &str) {
        let class = class.to_owned();
        self.shapes.push(Shape::Circle { x, y, r, class });
    }

    fn word(&mut self, at: (f64, f64), class: &'static str, text: impl Into<String>) {
        self.write(at, ("middle", class), text);
    }

    fn write(
        &mut self,
        (x, y): (f64, f64),
        (anchor, class): (&'static str, &'static str),
        text: impl Into<String>,
    ) {
        self.shapes.push(Shape::Word(Word {
            x,
            y,
            anchor,
            class,
            text: text.into(),
        }));
    }

    /// A size between two points above each other, with ticks at both.
    fn upright_size(&mut self, x: f64, (top, bottom): (f64, f64), text: String) {
        self.line((x, top), (x, bottom), "size");
        for y in [top, bottom] {
            self.line((x - 5.0, y + 5.0), (x + 5.0, y - 5.0), "size");
        }
        self.write(
            (x - 8.0, (top + bottom) / 2.0 + 5.0),
            ("end", "words"),
            text,
        );
    }

    /// Moves everything so that nothing lies left of or above the corner, and measures it.
    fn trimmed(mut self) -> View {
        let (mut least, mut most) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for shape in &self.shapes {
            let ((left, top), (right, bottom)) = shape.bounds();
            least = (least.0.min(left), least.1.min(top));
            most = (most.0.max(right), most.1.max(bottom));
        }
        if self.shapes.is_empty() {
            return self;
        }
        for shape in &mut self.shapes {
            shape.shift(-least.0, -least.1);
        }
        (self.width, self.height) = (most.0 - least.0, most.1 - least.1);
        self
    }

    fn placed(self, (x, y): (f64, f64)) -> Vec<Shape> {
        let mut shapes = self.shapes;
        for shape in &mut shapes {
            shape.shift(x, y);
        }
        shapes
    }
}

impl Shape {
    fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        match self {
            Shape::Box(rect) => rect.bounds(),
            Shape::Circle { x, y, r, .. } => ((x - r, y - r), (x + r, y + r)),
            Shape::Line { from, to, .. } => (
                (from.0.min(to.0), from.1.min(to.1)),
                (from.0.max(to.0), from.1.max(to.1)),
            ),
            Shape::Word(word) => word.bounds(),
        }
    }

    fn shift(&mut self, by_x: f64, by_y: f64) {
        let both = |x: &mut f64, y: &mut f64| {
            *x += by_x;
            *y += by_y;
        };
        match self {
            Shape::Box(rect) => both(&mut rect.x, &mut rect.y),
            Shape::Circle { x, y, .. } => both(x, y),
            Shape::Line { from, to, .. } => {
                both(&mut from.0, &mut from.1);
                both(&mut to.0, &mut to.1);
            }
            Shape::Word(word) => both(&mut word.x, &mut word.y),
        }
    }
}

impl Rect {
    fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        let (sin, cos) = self.turned_deg.to_radians().sin_cos();
        let across = (self.width * cos).abs() + (self.height * sin).abs();
        let high = (self.width * sin).abs() + (self.height * cos).abs();
        (
            (self.x - across / 2.0, self.y - high / 2.0),
            (self.x + across / 2.0, self.y + high / 2.0),
        )
    }
}

impl Word {
    /// No typeface that may be used is wider than this for words and figures together.
    const LETTER: f64 = 0.6;

    fn size(&self) -> f64 {
        match self.class {
            "title" => 24.0,
            "head" => 16.0,
            "name" => 12.0,
            _ => 13.0,
        }
    }

    fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        let width = self.text.chars().count() as f64 * self.size() * Word::LETTER;
        let left = match self.anchor {
            "end" => self.x - width,
            "middle" => self.x - width / 2.0,
            _ => self.x,
        };
        (
            (left, self.y - self.size()),
            (left + width, self.y + self.size() * 0.3),
        )
    }
}

#[cfg(test)]
mod tests;
