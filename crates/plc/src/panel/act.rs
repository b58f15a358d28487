//! What a person can do at the simulated machine, as typed acts and as lines of text.
//!
//! One line is one act; parsing and printing are each other's inverse, so that client and server
//! cannot drift. The lines are described in `docs/protocol/twin-panel.md`.

use kernel::Vin;
use std::fmt;
use tower::job::CarSize;
use tower::tower::Place;

/// What a person, or fate, can do to the simulated machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A person drives a car into an open bay and gets out.
    DriveIn {
        /// Which bay.
        bay: Place,
        /// The car.
        vin: Vin,
        /// Its true size and mass.
        size: CarSize,
        /// Whether the person stays in the bay until told to leave.
        stays: bool,
    },
    /// A person gets into the car in the bay and drives out.
    DriveOut {
        /// Which bay.
        bay: Place,
    },
    /// A person walks in or out.
    Person {
        /// Which bay.
        bay: Place,
        /// In rather than out.
        inside: bool,
    },
    /// A lift gets stuck.
    Jam {
        /// Which lift.
        lift: Place,
    },
    /// Mechanics free every lift and acknowledge at the machine.
    ClearJam,
    /// A sensor shows something else than what is there.
    Lie {
        /// Which kind of sensor.
        sensor: Sensor,
        /// At which place, lift or bay.
        place: Place,
        /// What it shows.
        reading: Reading,
    },
    /// All sensors show what is there.
    Honest,
    /// The PLC loses its power and its memory.
    PowerCut,
    /// The PLC boots, with a new epoch.
    PowerOn,
    /// A generator takes over from the mains, or the mains from it.
    EmergencyPower(bool),
    /// Time in the simulated world runs so many times faster.
    Speed(u32),
    /// A person presses the emergency stop.
    EmergencyStop,
    /// A person releases the stop at the machine.
    ReleaseStop,
    /// A person acknowledges a fault at the machine.
    Acknowledge,
    /// A person turns the key to manual, or back to automatic.
    Manual(bool),
}

/// A kind of sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensor {
    /// Reads the tag of the car in a place or on a lift.
    Tag,
    /// Feels a car on the floor of a bay.
    Floor,
    /// Sees a person at floor level in a bay.
    Scanner,
    /// Sees a person from above in a bay.
    Overhead,
}

/// What a lying sensor shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing and nobody.
    Empty,
    /// A car with a strange tag, a car on the floor, or a person: whatever the sensor is for.
    Car,
    /// A car whose tag cannot be read.
    Unreadable,
}

/// The line is no act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAct {
    /// The first word is unknown.
    #[error("{0:?} is no command, type help for the list")]
    Unknown(String),
    /// The words after it do not fit.
    #[error("{found:?} does not fit, write: {usage}")]
    Usage {
        /// The line.
        found: String,
        /// How it is written.
        usage: &'static str,
    },
}

/// How every line of the panel is written.
pub const USAGES: [&str; 18] = [
    "status",
    "drive-in <bay> <vin> <length_mm> <width_mm> <height_mm> <mass_kg> [stays]",
    "drive-out <bay>",
    "person <bay> in|out",
    "jam <lift>",
    "clear-jam",
    "lie tag|floor|scanner|overhead <place> empty|car|unreadable",
    "honest",
    "power-cut",
    "power-on",
    "emergency-power on|off",
    "speed <times, 1 to 100000>",
    "emergency-stop",
    "release-stop",
    "acknowledge",
    "manual on|off",
    "help",
    "quit",
];

/// The fastest that time may run.
pub const FASTEST: u32 = 100_000;

impl Act {
    /// Reads one line.
    pub fn parse(line: &str) -> Result<Act, NoAct> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((verb, rest)) = words.split_first() else {
            return Err(NoAct::Unknown(String::new()));
        };
        let named = |usage: &&&str| usage.split(' ').next() == Some(*verb);
        let Some(usage) = USAGES.iter().find(named) else {
            return Err(NoAct::Unknown((*verb).to_owned()));
        };
        read(verb, rest).ok_or_else(|| NoAct::Usage {
            found: line.to_owned(),
            usage,
        })
    }
}

fn read(verb: &str, rest: &[&str]) -> Option<Act> {
    let place = |name: &str| Place::from(name);
    match (verb, rest) {
        ("drive-in", [bay, vin, length, width, height, mass, stays @ ..]) => Some(Act::DriveIn {
            bay: place(bay),
            vin: Vin::parse(vin).ok()?,
            size: size([length, width, height, mass])?,
            stays: match stays {
                [] => false,
                ["stays"] => true,
                _ => return None,
            },
        }),
        ("drive-out", [bay]) => Some(Act::DriveOut { bay: place(bay) }),
        ("person", [bay, "in"]) => Some(Act::Person {
            bay: place(bay),
            inside: true,
        }),
        ("person", [bay, "out"]) => Some(Act::Person {
            bay: place(bay),
            inside: false,
        }),
        ("jam", [lift]) => Some(Act::Jam { lift: place(lift) }),
        ("clear-jam", []) => Some(Act::ClearJam),
        ("lie", [sensor, at, reading]) => Some(Act::Lie {
            sensor: Sensor::parse(sensor)?,
            place: place(at),
            reading: Reading::parse(reading)?,
        }),
        ("honest", []) => Some(Act::Honest),
        ("power-cut", []) => Some(Act::PowerCut),
        ("power-on", []) => Some(Act::PowerOn),
        ("speed", [times]) => {
            let times = times.parse().ok()?;
            (1..=FASTEST).contains(&times).then_some(Act::Speed(times))
        }
        ("emergency-power", ["on"]) => Some(Act::EmergencyPower(true)),
        ("emergency-power", ["off"]) => Some(Act::EmergencyPower(false)),
        ("emergency-stop", []) => Some(Act::EmergencyStop),
        ("release-stop", []) => Some(Act::ReleaseStop),
        ("acknowledge", []) => Some(Act::Acknowledge),
        ("manual", ["on"]) => Some(Act::Manual(true)),
        ("manual", ["off"]) => Some(Act::Manual(false)),
        _ => None,
    }
}

fn size([length, width, height, mass]: [&str; 4]) -> Option<CarSize> {
    Some(CarSize {
        length_mm: length.parse().ok()?,
        width_mm: width.parse().ok()?,
        height_mm: height.parse().ok()?,
        mass_kg: mass.parse().ok()?,
    })
}

impl Sensor {
    const ALL: [Sensor; 4] = [
        Sensor::Tag,
        Sensor::Floor,
        Sensor::Scanner,
        Sensor::Overhead,
    ];

    /// Gives its word.
    pub fn word(self) -> &'static str {
        match self {
            Sensor::Tag => "tag",
            Sensor::Floor => "floor",
            Sensor::Scanner => "scanner",
            Sensor::Overhead => "overhead",
        }
    }

    fn parse(word: &str) -> Option<Sensor> {
        Sensor::ALL.into_iter().find(|sensor| sensor.word() == word)
    }
}

impl Reading {
    const ALL: [Reading; 3] = [Reading::Empty, Reading::Car, Reading::Unreadable];

    /// Gives its word.
    pub fn word(self) -> &'static str {
        match self {
            Reading::Empty => "empty",
            Reading::Car => "car",
            Reading::Unreadable => "unreadable",
        }
    }

    fn parse(word: &str) -> Option<Reading> {
        Reading::ALL
            .into_iter()
            .find(|reading| reading.word() == word)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::DriveIn {
                bay,
                vin,
                size,
                stays,
            } => {
                let CarSize {
                    length_mm,
                    width_mm,
                    height_mm,
                    mass_kg,
                } = size;
                let stays = if *stays { " stays" } else { "" };
                write!(
                    f,
                    "drive-in {bay} {vin} {length_mm} {width_mm} {height_mm} {mass_kg}{stays}"
                )
            }
            Act::DriveOut { bay } => write!(f, "drive-out {bay}"),
            Act::Person { bay, inside: true } => write!(f, "person {bay} in"),
            Act::Person { bay, inside: false } => write!(f, "person {bay} out"),
            Act::Jam { lift } => write!(f, "jam {lift}"),
            Act::ClearJam => f.write_str("clear-jam"),
            Act::Lie {
                sensor,
                place,
                reading,
            } => {
                write!(f, "lie {} {place} {}", sensor.word(), reading.word())
            }
            Act::Honest => f.write_str("honest"),
            Act::PowerCut => f.write_str("power-cut"),
            Act::PowerOn => f.write_str("power-on"),
            Act::EmergencyPower(true) => f.write_str("emergency-power on"),
            Act::EmergencyPower(false) => f.write_str("emergency-power off"),
            Act::Speed(times) => write!(f, "speed {times}"),
            Act::EmergencyStop => f.write_str("emergency-stop"),
            Act::ReleaseStop => f.write_str("release-stop"),
            Act::Acknowledge => f.write_str("acknowledge"),
            Act::Manual(true) => f.write_str("manual on"),
            Act::Manual(false) => f.write_str("manual off"),
        }
    }
}
