//! How a drop sold, second by second: sold below, claimed above it, free on top.
//!
//! The counts are steps, not slopes: between two seconds nothing is half sold. The picture carries
//! the same numbers as the table beside it, from the same points of the drop's own log.

use super::Drawing;
use crate::text::Text;
use askama::Template;
use kernel::Moment;
use sales::drop::Point;
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 160.0;
/// However short a sale was, this much time is drawn.
const SHORTEST_S: f64 = 10.0;
const MARKS: u32 = 4;

#[derive(Template)]
#[template(path = "drawing/course.svg")]
struct Course {
    t: Text,
    width: f64,
    height: f64,
    units: u32,
    sold: String,
    claimed: String,
    free: String,
    marks: Vec<Mark>,
}

/// A time below the drawing.
struct Mark {
    x: String,
    words: String,
    anchor: &'static str,
}

/// Draws a drop from its opening to a moment.
pub fn course(points: &[Point], opened: Moment, until: Moment, units: u32, t: Text) -> Drawing {
    let span = (until.millis_since(opened) as f64 / 1_000.0).max(SHORTEST_S);
    let x =
        |at: Moment| (at.millis_since(opened) as f64 / 1_000.0 / span * WIDTH).clamp(0.0, WIDTH);
    let y = |count: u32| HEIGHT - HEIGHT * f64::from(count) / f64::from(units.max(1));
    let area = |low: &dyn Fn(&Point) -> u32, high: &dyn Fn(&Point) -> u32| {
        let top = steps(points, &x, &|point| y(high(point)), false);
        let bottom = steps(points, &x, &|point| y(low(point)), true);
        match points.is_empty() {
            true => String::new(),
            false => format!("M{top}L{bottom}Z"),
        }
    };
    Drawing::of(&Course {
        t,
        width: WIDTH,
        height: HEIGHT,
        units,
        sold: area(&|_| 0, &|point| point.sold),
        claimed: area(&|point| point.sold, &|point| point.sold + point.claimed),
        free: area(&|point| point.sold + point.claimed, &|point| {
            point.sold + point.claimed + point.free
        }),
        marks: marks(span, t),
    })
}

/// Writes the corners of a line of steps, forward in time or back.
fn steps(
    points: &[Point],
    x: &dyn Fn(Moment) -> f64,
    y: &dyn Fn(&Point) -> f64,
    back: bool,
) -> String {
    let mut corners: Vec<(f64, f64)> = Vec::with_capacity(2 * points.len());
    for (index, point) in points.iter().enumerate() {
        let end = points.get(index + 1).map_or(WIDTH, |next| x(next.at));
        corners.push((x(point.at), y(point)));
        corners.push((end, y(point)));
    }
    if back {
        corners.reverse();
    }
    corners.iter().fold(String::new(), |mut path, (x, y)| {
        write!(path, "{x:.1} {y:.1} ").expect("a string can be written");
        path
    })
}

fn marks(span: f64, t: Text) -> Vec<Mark> {
    let mark = |index: u32| {
        let share = f64::from(index) / f64::from(MARKS);
        Mark {
            x: format!("{:.1}", WIDTH * share),
            words: t.duration((span * share).round() as u64),
            anchor: match index {
                0 => "start",
                MARKS => "end",
                _ => "middle",
            },
        }
    };
    (0..=MARKS).map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::course;
    use crate::text::{Lang, Text};
    use kernel::Moment;
    use sales::drop::Point;

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn counts_are_steps_that_add_up_to_all_units() {
        let point = |seconds, free, claimed, sold| Point {
            at: at(seconds),
            free,
            claimed,
            sold,
        };
        let points = [point(0, 4, 0, 0), point(5, 0, 4, 0), point(10, 0, 2, 2)];
        let svg = course(&points, at(0), at(20), 4, Text::of(Lang::En)).to_string();
        assert!(
            svg.contains("M0.0 160.0 180.0 160.0 180.0 160.0 360.0 160.0 360.0 80.0 720.0 80.0")
        );
        assert!(svg.contains("20 s"));
    }

    #[test]
    fn a_drop_that_has_not_opened_is_an_empty_frame() {
        let svg = course(&[], at(0), at(0), 4, Text::of(Lang::Vi)).to_string();
        assert!(svg.contains("d=\"\""));
    }
}
