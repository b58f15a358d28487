//! What is said of a machine file, for people at a terminal.

use super::report::{Figures, HandOvers, Report};
use std::fmt::Write;
use tower::machine::{BayReach, Commands, LiftReach, Problem, SizeClass};
use tower::tower::Place;

/// How many slots are named one by one; of more the first ones are.
const NAMED: usize = 6;

/// Gives the table of one file.
pub fn of(report: &Report) -> String {
    let mut table = Table(format!("{}\n", report.file));
    for problem in &report.problems {
        let Problem {
            line,
            column,
            what,
            cure,
        } = problem;
        table.line(&format!("line {line}, column {column}: {what}"));
        table.line(&format!("    mend: {cure}"));
    }
    if let Some(figures) = &report.machine {
        table.machine(figures);
    }
    table.0
}

struct Table(String);

impl Table {
    fn line(&mut self, text: &str) {
        writeln!(self.0, "  {text}").expect("text takes all that is written to it");
    }

    fn row(&mut self, name: &str, value: &str) {
        self.line(&format!("{name:<26}{value}"));
    }

    fn machine(&mut self, figures: &Figures) {
        let survey = &figures.survey;
        self.line(&format!(
            "nothing is wrong: {} ({})",
            figures.name, figures.id
        ));
        let out = match survey.out_of_service {
            0 => String::new(),
            some => format!(", {some} out of service"),
        };
        self.row(
            "levels, slots",
            &format!("{}, {}{out}", survey.levels, survey.slots),
        );
        for class in &survey.sizes {
            self.size(class);
        }
        for lift in &survey.lifts {
            self.lift(lift);
        }
        if let Some(window) = &survey.window {
            self.row(&window.window.0, &reach(window.slots, &window.not_reached));
        }
        for (bay, bound) in survey.bays.iter().zip(&figures.hand_overs_per_h) {
            self.bay(bay, bound);
        }
        self.emergency(figures);
        self.plc(figures);
        self.sources(figures);
    }

    fn size(&mut self, class: &SizeClass) {
        let max = class.max;
        let [length, width, height] =
            [max.length_mm, max.width_mm, max.height_mm].map(|mm| f64::from(mm) / 1_000.0);
        let mut which = match (class.slots, class.levels) {
            (slots, Some((first, last))) => format!("{slots} slots, levels {first} to {last}"),
            (_, None) => String::new(),
        };
        if !class.stands.is_empty() {
            which += if which.is_empty() { "" } else { "; " };
            which += &names(&class.stands);
        }
        let norm = match class.beyond_en_14010.as_slice() {
            [] => "within EN 14010".to_owned(),
            beyond => {
                let beyond: Vec<String> = beyond.iter().map(ToString::to_string).collect();
                format!("beyond EN 14010: {}", beyond.join(", "))
            }
        };
        let size = format!(
            "{length:.2} x {width:.2} x {height:.2} m, {} kg",
            max.mass_kg
        );
        self.row("cars up to", &size);
        self.row("", &format!("{which}; {norm}"));
    }

    fn lift(&mut self, lift: &LiftReach) {
        let bays = names(&lift.bays);
        let window = if lift.window { ", the window" } else { "" };
        let mast = match &lift.mast {
            Some(mast) => format!(", shares mast {mast}"),
            None => String::new(),
        };
        let reach = format!("{} slots, {bays}{window}{mast}", lift.slots);
        self.row(&lift.lift.0, &format!("reaches {reach}"));
        if let Some(per_h) = lift.single_commands_per_h {
            self.row(
                "",
                &format!("fetches {per_h:.0} cars an hour at most, one by one"),
            );
        }
    }

    fn bay(&mut self, bay: &BayReach, bound: &HandOvers) {
        let by = bay.by_lift.iter();
        let by: Vec<String> = by
            .map(|(lift, slots)| format!("{slots} by {lift}"))
            .collect();
        let count = match &bay.single {
            Some(single) => single.count,
            None => 0,
        };
        let reached = reach(count, &bay.not_reached);
        self.row(&bay.bay.0, &format!("{reached}; {}", by.join(", ")));
        if let (Some(single), Some(nearest)) = (&bay.single, &bay.nearest) {
            let nearest = format!("nearest {:.1} s ({nearest})", single.min_s);
            self.row(
                "  a car fetched",
                &format!("{nearest}, {}", mean_and_farthest(single)),
            );
        }
        if let Some(dual) = &bay.dual {
            let text = format!("mean {:.1} s, longest {:.1} s", dual.mean_s, dual.max_s);
            self.row("  stored and fetched", &text);
        }
        let cycles = match bay.fem_9_851 {
            Some(cycles) => format!(
                "single {:.1} s, dual {:.1} s",
                cycles.single_s, cycles.dual_s
            ),
            None => "does not apply: nothing travels diagonally in a rack".to_owned(),
        };
        self.row("  FEM 9.851", &cycles);
        if let Some(slow) = &bay.on_emergency_power {
            self.row("  on emergency power", &mean_and_farthest(slow));
        }
        let text = format!(
            "{:.1} an hour at most: {:.1} s of the machine and a visit of {:.0} s each",
            bound.at_most, bay.machine_s, bound.visit_s
        );
        self.row("  hand-overs", &text);
    }

    fn emergency(&mut self, figures: &Figures) {
        let text = match figures.emergency_power {
            Some(power) => {
                let axes = if power.moving_axes == 1 {
                    "axis"
                } else {
                    "axes"
                };
                let share = power.speed * 100.0;
                let most = power.moving_axes;
                format!("{most} {axes} at once at most, {share:.0} % of each speed")
            }
            None => "nothing is known: write [emergency_power] if there is a generator".to_owned(),
        };
        self.row("emergency power", &text);
    }

    fn plc(&mut self, figures: &Figures) {
        let plc = &figures.plc;
        let used = |(used, most): (usize, usize), what: &str| format!("{used} of {most} {what}");
        let map = [
            used(plc.places, "places"),
            used(plc.lifts, "lifts"),
            used(plc.bays, "bays"),
        ];
        self.row("register map", &format!("{}; fits", map.join(", ")));
        let text = format!(
            "{} to {}, {} of them, for {} units",
            plc.spec.order_base, plc.order_end, plc.order_registers, plc.units
        );
        self.row("  orders, registers", &text);
        let text = format!(
            "{} to {}, {} of them, {} reads",
            plc.spec.status_base, plc.status_end, plc.status_registers, plc.status_reads
        );
        self.row("  status, registers", &text);
        let text = format!(
            "one array of {} words, fingerprint {}",
            plc.status_registers, plc.fingerprint
        );
        self.row("  over OPC UA", &text);
        let speaks = match plc.spec.protocol {
            tower::machine::Protocol::Modbus => "Modbus TCP",
            tower::machine::Protocol::OpcUa => "OPC UA",
        };
        self.row("  its PLC speaks", speaks);
    }

    fn sources(&mut self, figures: &Figures) {
        let sources = &figures.sources;
        let said = [
            ("published", &sources.published),
            ("derived", &sources.derived),
            ("assumed", &sources.assumed),
            ("notes", &sources.notes),
        ];
        for (name, statements) in said {
            for (index, statement) in statements.iter().enumerate() {
                self.prose(if index == 0 { name } else { "" }, statement);
            }
        }
        if sources.assumed.is_empty() {
            let text = "the file does not say: begin a comment with Assumed:";
            self.row("assumed", text);
        }
    }

    /// A longer text in lines of its own.
    fn prose(&mut self, name: &str, text: &str) {
        const WIDE: usize = 72;
        let mut name = name;
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDE {
                self.row(name, &line);
                (name, line) = ("", String::new());
            }
            line += if line.is_empty() { "" } else { " " };
            line += word;
        }
        self.row(name, &line);
    }
}

fn mean_and_farthest(commands: &Commands) -> String {
    let Commands {
        mean_s,
        max_s,
        farthest,
        ..
    } = commands;
    format!("mean {mean_s:.1} s, farthest {max_s:.1} s ({farthest})")
}

fn reach(slots: usize, not_reached: &[Place]) -> String {
    match not_reached {
        [] => format!("reached from all {slots} slots"),
        far => format!("reached from {slots} slots, not from {}", names(far)),
    }
}

fn names(places: &[Place]) -> String {
    let named = places.iter().take(NAMED).map(|place| place.0.as_str());
    let named: Vec<&str> = named.collect();
    match places.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
