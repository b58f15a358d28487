//! How a drop sold: cars sold, claimed and free from the opening on, one step for each second.
//!
//! Drawn from the drop's own counts, so buyers and staff see the same numbers as the log. Steps and
//! not curves, because between two seconds nothing happened. The first seconds decide a drop and
//! payments take minutes, so the time runs logarithmically, and its marks say which time they are.
//! Each kind has its own pattern and its own word beside it.

use super::Drawing;
use crate::text::Text;
use askama::Template;
use std::fmt::Write as _;

/// The course of a sale.
#[derive(Clone, Debug)]
pub struct Course {
    /// The counts, the earliest first, from the opening on.
    pub steps: Vec<Step>,
    /// How many seconds after the opening the drawing ends.
    pub seconds: u64,
}

/// The counts from a second on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many seconds after the opening.
    pub second: u64,
    /// Nobody's.
    pub free: u32,
    /// Claimed and not paid for.
    pub claimed: u32,
    /// Paid for.
    pub sold: u32,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 130.0;
/// A drawing shows a minute at least, so that its first second is not its whole width.
const SHORTEST: u64 = 60;
/// The seconds that are marked where they fall into the drawing and leave room for their words.
const MARKS: [u64; 8] = [0, 10, 60, 600, 3_600, 36_000, 259_200, 2_592_000];
const ROOM: f64 = 54.0;
/// What happened last has at most so much of the width before it, so that it is seen.
const BEFORE_LAST: f64 = 0.95;

#[derive(Template)]
#[template(path = "drawing/sell_through.svg")]
struct Chart {
    label: String,
    width: f64,
    height: f64,
    units: u32,
    half: Option<u32>,
    sold: String,
    claimed: String,
    free: String,
    marks: Vec<(String, &'static str, String)>,
}

/// Draws a course with its words in one language.
pub fn sell_through(course: &Course, t: Text) -> Drawing {
    let steps = &course.steps;
    let units = steps
        .iter()
        .map(|step| step.free + step.claimed + step.sold);
    let units = units.max().unwrap_or(0).max(1);
    let last = steps.last();
    let shown = last.map_or(0.0, |step| (step.second as f64).ln_1p() / BEFORE_LAST);
    let end = course
        .seconds
        .max(SHORTEST)
        .max(shown.exp_m1().ceil() as u64);
    let count = |of: fn(&Step) -> u32| last.map_or(0, of);
    let (sold, claimed, free) = (
        count(|step| step.sold),
        count(|step| step.claimed),
        count(|step| step.free),
    );
    let label = t.with(
        "drop-chart",
        &[("sold", &sold), ("claimed", &claimed), ("free", &free)],
    );
    let area = |low: fn(&Step) -> u32, high: fn(&Step) -> u32| area(course, units, end, low, high);
    Drawing::of(&Chart {
        label,
        width: WIDTH,
        height: HEIGHT,
        units,
        half: (units >= 4 && units.is_multiple_of(2)).then_some(units / 2),
        sold: area(|_| 0, |step| step.sold),
        claimed: area(|step| step.sold, |step| step.sold + step.claimed),
        free: area(
            |step| step.sold + step.claimed,
            |step| step.sold + step.claimed + step.free,
        ),
        marks: marks(end, t),
    })
}

/// Where a second stands.
fn x(second: u64, end: u64) -> f64 {
    WIDTH * (second as f64).ln_1p() / (end as f64).ln_1p()
}

/// The area between two counts: along the upper one, and back along the lower one.
fn area(
    course: &Course,
    units: u32,
    end: u64,
    low: fn(&Step) -> u32,
    high: fn(&Step) -> u32,
) -> String {
    let y = |count: u32| HEIGHT - HEIGHT * f64::from(count) / f64::from(units);
    let ends = course.steps.iter().skip(1).map(|step| step.second);
    let spans: Vec<(f64, f64, &Step)> = course
        .steps
        .iter()
        .zip(ends.chain([end]))
        .map(|(step, until)| (x(step.second, end), x(until, end), step))
        .collect();
    let mut path = String::new();
    for (index, (from, to, step)) in spans.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        let top = y(high(step));
        write!(path, "{letter}{from:.1} {top:.1}H{to:.1}").expect("a string can be written");
    }
    for (from, to, step) in spans.iter().rev() {
        let bottom = y(low(step));
        write!(path, "L{to:.1} {bottom:.1}H{from:.1}").expect("a string can be written");
    }
    path.push_str(if path.is_empty() { "" } else { "Z" });
    path
}

fn marks(end: u64, t: Text) -> Vec<(String, &'static str, String)> {
    let mut marks = vec![];
    let mut before = -WIDTH;
    for second in MARKS.into_iter().filter(|second| *second <= end) {
        let at = x(second, end);
        if at - before < ROOM {
            continue;
        }
        before = at;
        let anchor = match at {
            at if at < 1.0 => "start",
            at if at > WIDTH - ROOM / 2.0 => "end",
            _ => "middle",
        };
        marks.push((format!("{at:.1}"), anchor, t.duration(second)));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn step(second: u64, free: u32, claimed: u32, sold: u32) -> Step {
        Step {
            second,
            free,
            claimed,
            sold,
        }
    }

    #[test]
    fn the_areas_lie_on_each_other_and_go_back_where_they_came_from() {
        let course = Course {
            steps: vec![step(0, 0, 2, 0), step(60, 0, 1, 1)],
            seconds: 60,
        };
        let sold = area(&course, 2, 60, |_| 0, |step| step.sold);
        assert_eq!(
            sold,
            "M0.0 130.0H320.0L320.0 65.0H320.0L320.0 130.0H320.0L320.0 130.0H0.0Z"
        );
    }

    #[test]
    fn a_drop_that_nobody_wanted_is_drawn_too() {
        let course = Course {
            steps: vec![step(0, 3, 0, 0)],
            seconds: 5,
        };
        let svg = sell_through(&course, Text::of(Lang::En)).to_string();
        assert!(svg.contains("0 sold, 0 claimed, 3 free"), "{svg}");
        assert!(svg.contains(">1 min<"), "{svg}");
    }
}
