//! A car from the side, drawn from its body style, measures and paint.
//!
//! All measures are real: the drawing's unit is a centimetre, the origin is the street under the
//! tip of the nose, the nose points left. Two levels of detail share one outline: a small one for
//! a slot some 50 pixels wide and a large one for the car's own page. The ids inside follow from
//! the looks, so equal cars on one page share their definition and different ones never clash.

use super::Drawing;
use super::curve::{Frame, Node};
use super::paint::Paint;
use super::profile::{self, Profile, Rim};
use askama::Template;
use sales::listing::{Body, Drivetrain, Listing};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a drawing needs to know of a car.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CarLook {
    /// The body style.
    pub body: Body,
    /// Length in millimetres.
    pub length_mm: u32,
    /// Height in millimetres.
    pub height_mm: u32,
    /// Distance between the axles in millimetres.
    pub wheelbase_mm: u32,
    /// The paint as `#rrggbb`.
    pub colour: String,
    /// Whether it is driven by motors alone: closed rims.
    pub electric: bool,
}

impl CarLook {
    /// Takes the looks of a car of the catalogue.
    pub fn of(listing: &Listing) -> CarLook {
        CarLook {
            body: listing.body,
            length_mm: listing.size.length_mm,
            height_mm: listing.size.height_mm,
            wheelbase_mm: listing.wheelbase_mm,
            colour: listing.colour.clone(),
            electric: listing.drivetrain == Drivetrain::Electric,
        }
    }
}

/// Names the looks: equal for cars that look the same.
pub(super) fn key(look: &CarLook) -> String {
    let mut hasher = DefaultHasher::new();
    look.hash(&mut hasher);
    format!("c{:010x}", hasher.finish() >> 24)
}

/// Draws a car large, on its own, with a shadow on the ground; `label` is what a reader hears.
pub fn picture(look: &CarLook, label: &str) -> Drawing {
    let car = Shape::new(look, 1);
    Drawing::of(&Picture {
        label,
        margin: 14.0,
        detail: Detail::Large,
        car: &car,
    })
}

/// Draws a car small, on its own, for a list; `label` may be empty where a name stands beside it.
pub fn thumbnail(look: &CarLook, label: &str) -> Drawing {
    let car = Shape::new(look, 0);
    Drawing::of(&Picture {
        label,
        margin: 6.0,
        detail: Detail::Small,
        car: &car,
    })
}

/// Draws a car small where its definition stands on the page already, by the tower or a [`sheet`].
pub fn again(look: &CarLook, label: &str) -> Drawing {
    let car = Shape::new(look, 0);
    Drawing::of(&Picture {
        label,
        margin: 6.0,
        detail: Detail::Defined,
        car: &car,
    })
}

/// Defines the small cars of a list, equal ones once; nothing of it is seen.
pub fn sheet<'a>(looks: impl IntoIterator<Item = &'a CarLook>) -> Drawing {
    let symbols = looks.into_iter().map(symbol);
    let by_key: BTreeMap<String, Drawing> =
        symbols.map(|symbol| (symbol.key, symbol.markup)).collect();
    Drawing::of(&Sheet {
        symbols: by_key.into_values().collect(),
    })
}

/// Writes the definition of a small car once; `<use href="#key">` shows it.
pub(super) fn symbol(look: &CarLook) -> Symbol {
    let car = Shape::new(look, 0);
    let markup = Drawing::of(&Small { car: &car });
    Symbol {
        key: car.key,
        markup,
        length: car.frame.length,
    }
}

/// A small car defined once.
pub(super) struct Symbol {
    pub(super) key: String,
    pub(super) markup: Drawing,
    /// Length in the drawing's unit, centimetres.
    pub(super) length: f32,
}

#[derive(Template)]
#[template(path = "drawing/picture.svg")]
struct Picture<'a> {
    label: &'a str,
    margin: f32,
    detail: Detail,
    car: &'a Shape,
}

/// How much of a car is drawn, and where its definition stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Large,
    Small,
    /// Small, and defined elsewhere on the page.
    Defined,
}

#[derive(Template)]
#[template(path = "drawing/sheet.svg")]
struct Sheet {
    symbols: Vec<Drawing>,
}

#[derive(Template)]
#[template(path = "drawing/car_small.svg")]
struct Small<'a> {
    car: &'a Shape,
}

/// Everything the markup shows, as path data and colours.
struct Shape {
    key: String,
    frame: Frame,
    profile: &'static Profile,
    paint: Paint,
    radius: f32,
    rim: Rim,
}

impl Shape {
    fn new(look: &CarLook, digits: usize) -> Shape {
        let profile = profile::of(look.body);
        let centimetres = |millimetres: u32| millimetres.clamp(1_000, 12_000) as f32 / 10.0;
        let (length, height) = (centimetres(look.length_mm), centimetres(look.height_mm));
        let wheelbase = centimetres(look.wheelbase_mm)
            .min(length * 0.78)
            .max(length * 0.45);
        let front_axle = (length - wheelbase) * profile.front;
        let rear_axle = front_axle + wheelbase;
        Shape {
            key: key(look),
            frame: Frame {
                length,
                height,
                front_axle,
                rear_axle,
                digits,
            },
            profile,
            paint: Paint::parse(&look.colour),
            // Tyres of road cars are 56 to 84 centimetres across.
            radius: (height * profile.wheel).clamp(56.0, 84.0) / 2.0,
            rim: if look.electric {
                Rim::Disc
            } else {
                profile.rim
            },
        }
    }

    fn n(&self, value: f32) -> String {
        self.frame.number(value)
    }

    /// The whole body: over the roof, back along the underside around both wheels.
    fn body(&self) -> String {
        let upper = self.frame.line(self.profile.outline);
        let sill = -self.profile.sill * self.frame.height;
        let arch = self.radius * 1.1;
        let reach = self.arch_reach();
        let (n, front, rear) = (|v| self.n(v), self.frame.front_axle, self.frame.rear_axle);
        format!(
            "{upper}L{} {s}A{a} {a} 0 1 0 {} {s}L{} {s}A{a} {a} 0 1 0 {} {s}Z",
            n(rear + reach),
            n(rear - reach),
            n(front + reach),
            n(front - reach),
            s = n(sill),
            a = n(arch),
        )
    }

    /// How far before and behind its axle a wheel arch meets the underside.
    fn arch_reach(&self) -> f32 {
        let arch = self.radius * 1.1;
        let rise = self.radius - self.profile.sill * self.frame.height;
        (arch * arch - rise * rise).max(0.0).sqrt()
    }

    /// The dark space around both wheels, and the underside between them.
    fn wells(&self) -> String {
        let (n, reach) = (|v| self.n(v), self.arch_reach());
        let (front, rear) = (self.frame.front_axle, self.frame.rear_axle);
        let sill = self.profile.sill * self.frame.height;
        let (top, arch) = (n(-self.radius * 1.6), n(self.radius * 1.1));
        let (line, low, foot) = (n(-sill), n(-sill * 0.72), n(-sill * 0.4));
        let well = |axle: f32| {
            let (left, right) = (n(axle - reach), n(axle + reach));
            let (before, behind) = (n(axle - reach * 0.8), n(axle + reach * 0.8));
            format!("M{left} {line}A{arch} {arch} 0 1 1 {right} {line}L{behind} {foot}H{before}Z")
        };
        let bottom = format!("M{} {top}H{}V{low}H{}Z", n(front), n(rear), n(front));
        well(front) + &well(rear) + &bottom
    }

    fn glass(&self) -> String {
        self.frame.shape(self.profile.glass)
    }

    fn screens(&self) -> String {
        self.shapes(self.profile.screens)
    }

    fn dark(&self) -> String {
        self.shapes(self.profile.dark)
    }

    fn behind(&self) -> String {
        self.shapes(self.profile.behind)
    }

    fn lamp(&self) -> String {
        self.frame.shape(self.profile.lamp)
    }

    fn tail_lamp(&self) -> String {
        self.frame.shape(self.profile.tail_lamp)
    }

    fn gaps(&self) -> String {
        self.lines(self.profile.gaps)
    }

    fn bright(&self) -> String {
        self.lines(self.profile.bright)
    }

    fn shapes(&self, shapes: &[&[Node]]) -> String {
        shapes.iter().map(|nodes| self.frame.shape(nodes)).collect()
    }

    fn lines(&self, lines: &[&[Node]]) -> String {
        lines.iter().map(|nodes| self.frame.line(nodes)).collect()
    }

    /// The bars between the side windows, as path data and thickness.
    fn pillars(&self) -> Vec<(String, String)> {
        let bar = |&(foot, head, thickness): &(f32, f32, f32)| {
            let low = self.frame.place(foot, self.profile.belt.0 - 0.02);
            let high = self.frame.place(head, 0.945);
            let n = |v| self.n(v);
            let line = format!("M{} {}L{} {}", n(low.0), n(low.1), n(high.0), n(high.1));
            (line, n(thickness))
        };
        self.profile.pillars.iter().map(bar).collect()
    }

    /// The line along the shoulder, where the paint turns from sky to street.
    fn shoulder(&self) -> String {
        let (front, rear) = self.profile.belt;
        let (front, rear) = (front - 0.055, rear - 0.055);
        let middle = (front + rear) / 2.0;
        let nodes = [
            (0.35, front - 0.07, 1.0),
            (1.1, front - 0.015, 1.0),
            (1.6, middle, 1.0),
            (2.3, rear, 1.0),
            (2.85, rear - 0.03, 1.0),
        ];
        self.frame.line(&nodes)
    }

    /// The lower part of the doors, which mirrors the street.
    fn flank(&self) -> String {
        let low = self.profile.sill;
        let top = low + (self.profile.belt.0 - low) * 0.42;
        self.frame.shape(&[
            (1.0, low, 0.0),
            (1.05, top * 0.86, 0.6),
            (1.5, top * 0.92, 1.0),
            (2.0, top * 1.08, 0.6),
            (2.0, low, 0.0),
        ])
    }

    /// Two slanting streaks over the glass.
    fn reflection(&self) -> String {
        let streak = |from: f32, to: f32| {
            [
                (from, 0.60, 0.0),
                (from + 0.17, 1.0, 0.0),
                (to + 0.17, 1.0, 0.0),
                (to, 0.60, 0.0),
            ]
        };
        [streak(1.40, 1.50), streak(1.53, 1.56), streak(1.82, 1.93)]
            .iter()
            .map(|nodes| self.frame.shape(nodes))
            .collect()
    }

    fn handles(&self) -> Vec<(String, String)> {
        let places = self
            .profile
            .handles
            .iter()
            .map(|&(x, y)| self.frame.place(x, y));
        places.map(|(x, y)| (self.n(x - 9.0), self.n(y))).collect()
    }

    fn mirror(&self) -> (String, String) {
        let (x, y) = self
            .frame
            .place(self.profile.mirror.0, self.profile.mirror.1);
        (self.n(x), self.n(y))
    }

    fn wheels(&self) -> [String; 2] {
        [self.n(self.frame.front_axle), self.n(self.frame.rear_axle)]
    }

    /// Part of the wheel's radius, in the drawing's unit.
    fn r(&self, share: &f32) -> String {
        self.n(self.radius * share)
    }

    fn middle(&self) -> String {
        self.n(self.frame.length / 2.0)
    }

    fn at(&self, share: &f32) -> String {
        self.n(self.frame.length * share)
    }

    /// One spoke pointing up from the hub, and the angles at which it is repeated.
    fn spokes(&self) -> (String, Vec<u16>) {
        let n = |share: f32| self.n(self.radius * share);
        let bar = |x: f32, foot: f32, head: f32| {
            format!(
                "M{} {}L{} {}L{} {}L{} {}Z",
                n(x - foot),
                n(-0.1),
                n(x - head),
                n(-0.68),
                n(x + head),
                n(-0.68),
                n(x + foot),
                n(-0.1)
            )
        };
        let turned = |count: u16| (0..count).map(|index| index * 360 / count).collect();
        match self.rim {
            Rim::Twin => (
                bar(-0.085, 0.04, 0.045) + &bar(0.085, 0.04, 0.045),
                turned(5),
            ),
            Rim::Ten => (bar(0.0, 0.05, 0.032), turned(10)),
            Rim::Broad => (bar(0.0, 0.10, 0.125), turned(5)),
            Rim::Disc => (bar(0.0, 0.09, 0.17), turned(7)),
        }
    }

    /// Shares of light down the side: roof, shoulder, door, sill.
    fn shades(&self) -> [String; 5] {
        // Dark paint shows more of the sky, bright paint more of its shadow.
        let dark = 1.0 - self.paint.brightness();
        [
            self.paint.lit(0.30 + 0.14 * dark),
            self.paint.lit(0.10 + 0.10 * dark),
            self.paint.plain(),
            self.paint.shaded(0.20),
            self.paint.shaded(0.46),
        ]
    }

    fn edge(&self) -> String {
        self.paint.shaded(0.62)
    }

    fn gap_colour(&self) -> String {
        self.paint.shaded(0.66)
    }

    fn trim(&self) -> String {
        self.paint.lit(0.45)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(body: Body) -> CarLook {
        CarLook {
            body,
            length_mm: 4_700,
            height_mm: 1_450,
            wheelbase_mm: 2_850,
            colour: "#a01020".to_owned(),
            electric: false,
        }
    }

    const BODIES: [Body; 10] = [
        Body::Sedan,
        Body::Coupe,
        Body::Suv,
        Body::Hatchback,
        Body::Estate,
        Body::Roadster,
        Body::Supercar,
        Body::Limousine,
        Body::Pickup,
        Body::Van,
    ];

    #[test]
    fn every_body_is_drawn_in_its_paint_without_inline_style() {
        for body in BODIES {
            for drawing in [picture(&look(body), "A car"), thumbnail(&look(body), "")] {
                let markup = drawing.to_string();
                assert!(markup.contains("#a01020"), "{body:?}");
                assert!(
                    !markup.contains("style=") && !markup.contains("NaN"),
                    "{body:?}"
                );
            }
        }
    }

    #[test]
    fn a_small_car_is_light_to_send() {
        for body in BODIES {
            let weight = symbol(&look(body)).markup.to_string().len();
            assert!(weight < 3_300, "{body:?}: {weight} bytes");
        }
    }

    #[test]
    fn equal_cars_share_one_definition_and_others_do_not() {
        let red = look(Body::Sedan);
        let blue = CarLook {
            colour: "#102080".to_owned(),
            ..red.clone()
        };
        assert_eq!(symbol(&red).key, symbol(&red.clone()).key);
        assert_ne!(symbol(&red).key, symbol(&blue).key);
    }

    #[test]
    fn wheels_are_never_bigger_than_tyres_are() {
        for body in BODIES {
            for height_mm in [1_050, 1_450, 2_100] {
                let car = Shape::new(
                    &CarLook {
                        height_mm,
                        ..look(body)
                    },
                    1,
                );
                assert!((28.0..=42.0).contains(&car.radius), "{body:?}");
            }
        }
    }

    #[test]
    fn a_label_cannot_leave_its_attribute() {
        let markup = picture(&look(Body::Van), "\"><script>").to_string();
        assert!(!markup.contains("<script>"));
    }
}
