//! Smooth lines through a few points, as SVG path data.
//!
//! A point says how round the line passes it: 1 flows through, 0 is a corner. Each piece's handles
//! are a third of its own length, so a line never swings out beyond its points by much.

use std::fmt::Write as _;

/// A point of an outline: along the car, above the ground, and how round the line is there.
///
/// Along: 0 the nose, 1 the front axle, 2 the rear axle, 3 the tail. Above: shares of the height.
pub(super) type Node = (f32, f32, f32);

/// A place in the drawing, in centimetres: right of the nose, and down from the ground.
pub(super) type Place = (f32, f32);

/// How the shares of an outline become centimetres of one car.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) length: f32,
    pub(super) height: f32,
    pub(super) front_axle: f32,
    pub(super) rear_axle: f32,
    /// Digits after the point; none are needed where a car is 60 pixels long.
    pub(super) digits: usize,
}

impl Frame {
    /// Gives the place of a point.
    pub(super) fn place(&self, x: f32, y: f32) -> Place {
        let along = match x {
            x if x < 1.0 => x * self.front_axle,
            x if x < 2.0 => self.front_axle + (x - 1.0) * (self.rear_axle - self.front_axle),
            x => self.rear_axle + (x - 2.0) * (self.length - self.rear_axle),
        };
        (along, -y * self.height)
    }

    /// Writes a number with as many digits as are seen.
    pub(super) fn number(&self, value: f32) -> String {
        let text = format!("{value:.*}", self.digits);
        let short = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        if short == "-0" {
            "0".to_owned()
        } else {
            short.to_owned()
        }
    }

    fn pair(&self, place: Place) -> String {
        format!("{} {}", self.number(place.0), self.number(place.1))
    }

    /// Writes a line through the points.
    pub(super) fn line(&self, nodes: &[Node]) -> String {
        self.through(nodes, false)
    }

    /// Writes a closed shape through the points.
    pub(super) fn shape(&self, nodes: &[Node]) -> String {
        self.through(nodes, true)
    }

    fn through(&self, nodes: &[Node], closed: bool) -> String {
        let places: Vec<Place> = nodes
            .iter()
            .map(|node| self.place(node.0, node.1))
            .collect();
        let count = places.len();
        let mut path = format!("M{}", self.pair(places[0]));
        let pieces = if closed { count } else { count - 1 };
        for index in 0..pieces {
            let next = (index + 1) % count;
            let out = handle(&places, nodes[index].2, index, next, closed);
            let back = handle(&places, nodes[next].2, next, index, closed);
            self.piece(&mut path, out, back, places[next]);
        }
        path.push_str(if closed { "Z" } else { "" });
        path
    }

    fn piece(&self, path: &mut String, out: Place, back: Place, end: Place) {
        let (out, back, end) = (self.pair(out), self.pair(back), self.pair(end));
        write!(path, "C{out} {back} {end}").expect("a string can be written");
    }
}

/// The handle of the point `at` on its piece towards `other`.
fn handle(places: &[Place], round: f32, at: usize, other: usize, closed: bool) -> Place {
    let count = places.len();
    let here = places[at];
    let forward = other == (at + 1) % count && (closed || other == at + 1);
    let (before, after) = match closed {
        true => (places[(at + count - 1) % count], places[(at + 1) % count]),
        false => (
            places[at.saturating_sub(1)],
            places[(at + 1).min(count - 1)],
        ),
    };
    let (dx, dy) = (after.0 - before.0, after.1 - before.1);
    let size = dx.hypot(dy).max(f32::EPSILON);
    let reach = (places[other].0 - here.0).hypot(places[other].1 - here.1) / 3.0;
    // At a corner the handle points straight at the neighbour, so the piece is a straight line.
    let straight = (
        (places[other].0 - here.0) / 3.0,
        (places[other].1 - here.1) / 3.0,
    );
    let sign = if forward { 1.0 } else { -1.0 };
    let flowing = (dx / size * reach * sign, dy / size * reach * sign);
    let mix = |a: f32, b: f32| a * round + b * (1.0 - round);
    (
        here.0 + mix(flowing.0, straight.0),
        here.1 + mix(flowing.1, straight.1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        length: 400.0,
        height: 100.0,
        front_axle: 80.0,
        rear_axle: 330.0,
        digits: 0,
    };

    #[test]
    fn the_axles_stand_where_the_wheelbase_says() {
        assert_eq!(FRAME.place(1.0, 0.0).0, 80.0);
        assert_eq!(FRAME.place(2.0, 0.0).0, 330.0);
        assert_eq!(FRAME.place(3.0, 1.0), (400.0, -100.0));
    }

    #[test]
    fn a_line_of_corners_is_straight() {
        let path = FRAME.line(&[(0.0, 0.0, 0.0), (1.0, 0.0, 0.0)]);
        assert_eq!(path, "M0 0C27 0 53 0 80 0");
    }

    #[test]
    fn numbers_carry_no_digits_that_say_nothing() {
        let fine = Frame { digits: 1, ..FRAME };
        assert_eq!(fine.number(12.04), "12");
        assert_eq!(fine.number(-0.01), "0");
        assert_eq!(FRAME.number(120.0), "120");
    }
}
