//! The keys of everything that moves, and what emergency power allows of it.

use super::reader::{Reader, Section};
use super::{EmergencyPower, Kinematics, Layout, Robot};
use crate::motion::Drive;

/// Speed, acceleration and jerk of one axis as they are written.
type Keys = (&'static str, &'static str, &'static str);

const LINEAR: Keys = ("speed_m_s", "acceleration_m_s2", "jerk_m_s3");
const ROUND: Keys = ("speed_deg_s", "acceleration_deg_s2", "jerk_deg_s3");

pub(super) fn kinematics(
    reader: &mut Reader<'_>,
    root: &mut Section<'_, '_>,
    layout: Option<Layout>,
) -> Kinematics {
    let idle = Drive {
        v: 1.0,
        a: 1.0,
        j: None,
    };
    let mut motion = Kinematics {
        lift: idle,
        side: None,
        together: false,
        shuttle: idle,
        reach_mm: 0,
        handling_s: 0.0,
        robot: None,
    };
    // A loop brings every cabin down by itself.
    if layout != Some(Layout::Rotary)
        && let Some(mut lift) = required(reader, root, "lift")
    {
        motion.lift = drive(reader, &mut lift, LINEAR);
        lift.close(reader);
    }
    match layout {
        Some(Layout::Corridor) => motion.robot = robot(reader, root),
        Some(Layout::Rack) => side(reader, root, ("travel", LINEAR), &mut motion),
        Some(Layout::Fishbone | Layout::Cylinder | Layout::Rotary) | None => {
            side(reader, root, ("turn", ROUND), &mut motion);
        }
    }
    if let Some(mut shuttle) = required(reader, root, "shuttle") {
        motion.shuttle = drive(reader, &mut shuttle, LINEAR);
        motion.reach_mm = shuttle.whole(reader, "reach_mm", 0..=50_000) as u32;
        motion.handling_s = shuttle.seconds(reader, "handling_s");
        shuttle.close(reader);
    }
    motion
}

fn side(
    reader: &mut Reader<'_>,
    root: &mut Section<'_, '_>,
    (key, keys): (&'static str, Keys),
    motion: &mut Kinematics,
) {
    if let Some(mut side) = required(reader, root, key) {
        motion.side = Some(drive(reader, &mut side, keys));
        motion.together = side.truth_or(reader, "with_lift", true);
        side.close(reader);
    }
}

fn robot(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> Option<Robot> {
    let mut section = required(reader, root, "robot")?;
    let own = section.truth_or(reader, "on_each_level", false);
    let robot = Robot {
        drive: drive(reader, &mut section, LINEAR),
        hand_over_s: own.then(|| section.seconds(reader, "hand_over_s")),
    };
    section.close(reader);
    Some(robot)
}

fn drive(reader: &mut Reader<'_>, section: &mut Section<'_, '_>, (v, a, j): Keys) -> Drive {
    const UNITS: f64 = 1_000.0; // metres to millimetres, degrees to thousandths of a degree
    Drive {
        v: section.above_zero(reader, v) * UNITS,
        a: section.above_zero(reader, a) * UNITS,
        j: section.above_zero_if_written(reader, j).map(|j| j * UNITS),
    }
}

fn required<'t, 'i>(
    reader: &mut Reader<'_>,
    root: &mut Section<'t, 'i>,
    key: &'static str,
) -> Option<Section<'t, 'i>> {
    if !root.has(key) {
        let cure = format!("write [{key}] with its speed and acceleration");
        reader.tell(0, format!("{key} is missing"), cure);
    }
    root.section(reader, key)
}

pub(super) fn emergency_power(
    reader: &mut Reader<'_>,
    root: &mut Section<'_, '_>,
) -> Option<EmergencyPower> {
    let mut section = root.section(reader, "emergency_power")?;
    let power = EmergencyPower {
        moving_axes: section.whole(reader, "moving_axes", 1..=100) as u16,
        speed: section.whole_or(reader, "speed_percent", 1..=100, 100) as f64 / 100.0,
    };
    section.close(reader);
    Some(power)
}
