//! What stands in writing beside a machine's drawing: sizes, speeds, doors, and where they come
//! from.

use super::{Scale, View};
use std::fmt::Write as _;
use tower::job::CarSize;
use tower::machine::{Layout, Machine, SizeClass};
use tower::motion::Drive;

/// The longest line, in letters.
const LINE: usize = 74;
const STEP: f64 = 19.0;

/// What the strokes of a bay mean.
const DOORS: &str = "In the plan the black bar of a bay is its outer door, the coloured one its \
                     inner door, a dashed circle its turntable.";

/// Writes everything.
pub(super) fn view(machine: &Machine, scale: &Scale) -> View {
    let mut page = Page {
        view: View::default(),
        y: 0.0,
    };
    page.sizes(machine, scale);
    page.section("Motion", &motion(machine));
    page.section("Bays", &bays(machine));
    page.section("Emergency power", &[emergency(machine)]);
    page.section("Of the figures", &machine.notes);
    page.section(
        "Of the drawing",
        &[drawn(machine).to_owned(), DOORS.to_owned()],
    );
    page.view.trimmed()
}

struct Page {
    view: View,
    y: f64,
}

impl Page {
    fn head(&mut self, text: &str) {
        self.y += STEP * 0.7;
        self.view.write((0.0, self.y), ("start", "head"), text);
        self.y += STEP * 1.1;
    }

    fn section(&mut self, head: &str, paragraphs: &[String]) {
        if paragraphs.is_empty() {
            return;
        }
        self.head(head);
        for paragraph in paragraphs {
            self.paragraph(0.0, paragraph);
        }
    }

    fn paragraph(&mut self, x: f64, text: &str) {
        for line in lines(text) {
            self.view.write((x, self.y), ("start", "words"), line);
            self.y += STEP;
        }
    }

    fn sizes(&mut self, machine: &Machine, scale: &Scale) {
        self.head("Cars");
        for class in machine.size_classes() {
            let middle = (11.0, self.y - 5.0);
            self.view
                .rect(middle, (22.0, 14.0), &scale.class(&class.max), "");
            self.paragraph(32.0, &places(&class));
        }
    }
}

/// Breaks a text into lines.
fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > LINE {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// A length in metres with two decimals, as builders write it.
pub(super) fn metres(mm: u32) -> String {
    format!("{:.2} m", f64::from(mm) / 1_000.0)
}

fn places(class: &SizeClass) -> String {
    let CarSize {
        length_mm,
        width_mm,
        height_mm,
        mass_kg,
    } = class.max;
    let [length, width, height] =
        [length_mm, width_mm, height_mm].map(|mm| f64::from(mm) / 1_000.0);
    let mut text = format!("{length:.2} × {width:.2} × {height:.2} m, {mass_kg} kg: ");
    match (class.slots, class.levels) {
        (slots, Some((first, last))) if first < last => {
            write!(text, "{slots} slots, levels {first} to {last}")
        }
        (slots, Some((level, _))) => write!(text, "{slots} slots, level {level}"),
        (_, None) => Ok(()),
    }
    .expect("text takes all that is written to it");
    let stands: Vec<&str> = class.stands.iter().map(|place| place.0.as_str()).collect();
    if !stands.is_empty() {
        text.push_str(if class.slots > 0 { "; " } else { "" });
        text.push_str(&stands.join(", "));
    }
    text
}

fn motion(machine: &Machine) -> Vec<String> {
    let kinematics = &machine.kinematics;
    let mut all = Vec::new();
    if machine.layout != Layout::Rotary {
        let lifts: Vec<&str> = machine
            .lifts
            .iter()
            .map(|lift| lift.place.0.as_str())
            .collect();
        all.push(format!(
            "{} up and down: {}",
            lifts.join(", "),
            speed(kinematics.lift, "m")
        ));
    }
    if let Some(side) = kinematics.side {
        let (what, unit) = match machine.layout {
            Layout::Rack => ("along the columns", "m"),
            Layout::Rotary => ("the loop", "°"),
            Layout::Fishbone | Layout::Cylinder | Layout::Corridor => ("turning", "°"),
        };
        let with = match (machine.layout, kinematics.together) {
            (Layout::Rotary, _) => "",
            (_, true) => ", while the lift rises",
            (_, false) => ", after the lift has risen",
        };
        all.push(format!("{what}: {}{with}", speed(side, unit)));
    }
    if let Some(robot) = kinematics.robot {
        let where_is = match robot.hand_over_s {
            Some(_) => "a robot on each level",
            None => "a robot on the lift",
        };
        all.push(format!("{where_is}: {}", speed(robot.drive, "m")));
    }
    all.push(format!(
        "shuttle: {}, reach {}, {} s to grip and let go",
        speed(kinematics.shuttle, "m"),
        metres(kinematics.reach_mm),
        kinematics.handling_s
    ));
    all
}

fn speed(drive: Drive, unit: &str) -> String {
    // Drives count in thousandths of their unit.
    let plain = |value: f64| value.round() / 1_000.0;
    let [v, a] = [drive.v, drive.a].map(plain);
    let jerk = match drive.j {
        Some(j) => format!(", {} {unit}/s³", plain(j)),
        None => String::new(),
    };
    format!("{v} {unit}/s, {a} {unit}/s²{jerk}")
}

fn bays(machine: &Machine) -> Vec<String> {
    let bay = |bay: &tower::machine::BaySpec| {
        let table = match bay.turntable {
            Some(table) => format!(", half a turn of the table {} s", table.seconds),
            None => String::new(),
        };
        format!(
            "{}: outer door {} s, inner door {} s{table}",
            bay.place, bay.outer_door_s, bay.inner_door_s
        )
    };
    machine.bays.iter().map(bay).collect()
}

fn emergency(machine: &Machine) -> String {
    match machine.emergency_power {
        Some(power) => {
            let axes = if power.moving_axes == 1 {
                "axis"
            } else {
                "axes"
            };
            let share = power.speed * 100.0;
            format!(
                "at most {} {axes} at once, at {share:.0} % of each speed",
                power.moving_axes
            )
        }
        None => "nothing is known".to_owned(),
    }
}

fn drawn(machine: &Machine) -> &'static str {
    match machine.layout {
        Layout::Fishbone => {
            "Heights and car sizes are to scale. In the front view stalls stand beside each other, \
             in the plan as near to the shaft as the largest cars allow: how far they lie from it \
             the file does not tell. Dashed is what stands on another floor."
        }
        Layout::Cylinder => {
            "Heights and car sizes are to scale. The front view is unrolled, half of the circle on \
             each side of the shafts. The ring is as small as its stalls allow: its radius the \
             file does not tell. Dashed is what stands on another floor."
        }
        Layout::Rack | Layout::Corridor => {
            "Heights, columns and car sizes are to scale; the depth of the aisle is that of the \
             longest car. Dashed is what stands on another floor."
        }
        Layout::Rotary => {
            "Heights and car sizes are to scale. The cabins hang on one loop; how wide it is the \
             file does not tell. The bay stands before the loop's bottom."
        }
    }
}
