//! What is said of one machine file: its problems, or what its machine comes to.

use super::sources::Sources;
use plc::layout::{Layout, MOST_BAYS, MOST_LIFTS, MOST_PLACES, Unmappable};
use serde::Serialize;
use std::fs;
use std::path::Path;
use tower::machine::{EmergencyPower, Machine, PlcSpec, Problem, Survey, position};

/// One file.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Everything that is wrong with it, in the order of the lines.
    pub problems: Vec<Problem>,
    /// The machine, if nothing is wrong.
    pub machine: Option<Figures>,
}

/// What a machine comes to.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How its slots lie.
    pub layout: tower::machine::Layout,
    /// Places, reach and times.
    #[serde(flatten)]
    pub survey: Survey,
    /// How many hand-overs an hour each bay can do at most, in the order of the bays.
    pub hand_overs_per_h: Vec<HandOvers>,
    /// What it may do on emergency power; null when the file says nothing of it.
    pub emergency_power: Option<EmergencyPower>,
    /// How its PLC is reached.
    pub plc: Plc,
    /// Which figures are published, derived, assumed.
    pub sources: Sources,
}

/// The bound of one bay.
#[derive(Debug, Serialize)]
pub struct HandOvers {
    /// The bay.
    pub bay: String,
    /// How long visits were taken to last.
    pub visit_s: f64,
    /// Hand-overs an hour at most.
    pub at_most: f64,
}

/// The map of the PLC.
#[derive(Debug, Serialize)]
pub struct Plc {
    /// What the machine file says.
    #[serde(flatten)]
    pub spec: PlcSpec,
    /// Lifts and bays, each with an order block.
    pub units: u16,
    /// The last register of the order blocks.
    pub order_end: u16,
    /// Registers of the order blocks, written to; the words of the order method over OPC UA.
    pub order_registers: u16,
    /// The last register of the status block.
    pub status_end: u16,
    /// Registers of the status block, read; the words of the status node over OPC UA.
    pub status_registers: u16,
    /// How many reads of 125 registers a whole status takes over Modbus.
    pub status_reads: u16,
    /// The fingerprint by which both ends know that they have the same machine.
    pub fingerprint: String,
    /// Places of the map in use, and how many it holds.
    pub places: (usize, usize),
    /// Lifts in use, and how many it holds.
    pub lifts: (usize, usize),
    /// Bays in use, and how many it holds.
    pub bays: (usize, usize),
}

/// The most registers that one request of Modbus reads.
const ONE_READ: u16 = 125;

impl Report {
    /// Reads a file; one that cannot be read is told as a problem, so that others are looked at.
    pub fn of(file: &Path, visit_s: f64) -> Report {
        let name = file.display().to_string();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                let what = format!("cannot read the file: {error}");
                let cure = "name a machine file, such as machines/autobahn-singapore.toml";
                return Report::wrong(name, vec![problem((1, 1), what, cure)]);
            }
        };
        let machine = match Machine::parse(&text, &name) {
            Ok(machine) => machine,
            Err(problems) => return Report::wrong(name, problems.list),
        };
        let misfits = Layout::misfits(&machine);
        match Layout::of(&machine) {
            Ok(layout) if misfits.is_empty() => Report {
                file: name,
                problems: Vec::new(),
                machine: Some(Figures::of(&machine, &layout, &text, visit_s)),
            },
            _ => {
                let told = misfits.iter().map(|misfit| unmappable(misfit, &text));
                let mut told: Vec<Problem> = told.collect();
                told.sort_by_key(|one| (one.line, one.column));
                Report::wrong(name, told)
            }
        }
    }

    /// Tells whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn wrong(file: String, problems: Vec<Problem>) -> Report {
        Report {
            file,
            problems,
            machine: None,
        }
    }
}

fn problem((line, column): (usize, usize), what: String, cure: &str) -> Problem {
    Problem {
        line,
        column,
        what,
        cure: cure.to_owned(),
    }
}

/// Tells what does not fit the map where the file says it.
fn unmappable(misfit: &Unmappable, text: &str) -> Problem {
    let (keys, cure): (&[&[&str]], String) = match misfit {
        Unmappable::TooMany { what, most, .. } => {
            let keys: &[&[&str]] = match *what {
                "lifts" => &[&["lifts"]],
                "bays" => &[&["bays"]],
                _ => &[&["layout", "levels"], &["layout"]],
            };
            (keys, format!("write {most} {what} at most"))
        }
        Unmappable::Overlap { order_len, .. } => (
            &[&["plc", "status_base"], &["plc", "order_base"], &["plc"]],
            format!("write a status_base at least {order_len} above order_base, both low enough"),
        ),
    };
    problem(position(text, keys), misfit.to_string(), &cure)
}

impl Figures {
    fn of(machine: &Machine, layout: &Layout, text: &str, visit_s: f64) -> Figures {
        let survey = machine.survey();
        let bound = |bay: &tower::machine::BayReach| HandOvers {
            bay: bay.bay.to_string(),
            visit_s,
            at_most: bay.hand_overs_per_h(visit_s),
        };
        Figures {
            id: machine.id.to_string(),
            name: machine.name.clone(),
            layout: machine.layout,
            hand_overs_per_h: survey.bays.iter().map(bound).collect(),
            survey,
            emergency_power: machine.emergency_power,
            plc: Plc::of(machine.plc, layout),
            sources: Sources::of(text, &machine.notes),
        }
    }
}

impl Plc {
    fn of(spec: PlcSpec, layout: &Layout) -> Plc {
        let (order_registers, status_registers) = (layout.order_len(), layout.status_len());
        // The layout was checked: both blocks end within the registers.
        let last = |base: u16, registers: u16| base + (registers - 1);
        Plc {
            spec,
            units: layout.units(),
            order_end: last(layout.order_base, order_registers),
            order_registers,
            status_end: last(layout.status_base, status_registers),
            status_registers,
            status_reads: status_registers.div_ceil(ONE_READ),
            fingerprint: format!("{:08x}", layout.fingerprint),
            places: (layout.places.len(), MOST_PLACES),
            lifts: (layout.lifts.len(), MOST_LIFTS),
            bays: (layout.bays.len(), MOST_BAYS),
        }
    }
}
