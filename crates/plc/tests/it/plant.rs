//! A tower to test with: the Singapore machine file, some cars, and a bench to step it by hand.

use kernel::Vin;
use plc::Layout;
use plc::panel::Act;
use plc::registers::{self, Answered, Report};
use plc::twin::{Car, Truth, World};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use tower::handshake::{Action, Order, Status, Unit, UnitStatus};
use tower::job::CarSize;
use tower::machine::Machine;
use tower::tower::Place;

/// Reads the tower of Singapore.
pub(crate) fn machine() -> Machine {
    let text = include_str!("../../../../machines/autobahn-singapore.toml");
    // One bay, so that the addresses are those of the example in the register map.
    let (text, _) = text
        .split_once("[[bays]]\nname = \"bay-2\"")
        .expect("the file has two bays");
    Machine::parse(text, "autobahn-singapore.toml").expect("the machine file is sound")
}

/// Gives the layout of the tower of Singapore.
pub(crate) fn layout() -> Layout {
    Layout::of(&machine()).expect("the machine fits the map")
}

/// Gives a place by its name.
pub(crate) fn place(name: &str) -> Place {
    Place::from(name)
}

/// Gives the VIN of one of our cars.
pub(crate) fn vin(number: u32) -> Vin {
    Vin::parse(&format!("ZAMXXAA1{number:09}")).expect("a VIN")
}

/// The size of a car that fits every place.
pub(crate) const SMALL: CarSize = CarSize {
    length_mm: 4_300,
    width_mm: 1_850,
    height_mm: 1_450,
    mass_kg: 1_400,
};

/// Gives one of our cars.
pub(crate) fn car(number: u32) -> Car {
    Car {
        vin: vin(number),
        size: SMALL,
    }
}

/// Gives a small car at each of some places, numbered from 1.
pub(crate) fn stock(places: &[&str]) -> BTreeMap<Place, Car> {
    let numbered = places.iter().zip(1..);
    numbered.map(|(name, n)| (place(name), car(n))).collect()
}

/// A move from one place to another.
pub(crate) fn carry(from: &str, to: &str) -> Action {
    Action::Move {
        from: place(from),
        to: place(to),
    }
}

/// Opens the outer door of the bay.
pub(crate) fn open() -> Action {
    Action::OpenOuter {
        bay: place("bay-1"),
    }
}

/// Closes the outer door of the bay.
pub(crate) fn close() -> Action {
    Action::CloseOuter {
        bay: place("bay-1"),
    }
}

/// A folder of one test's own, empty at first and gone afterwards.
pub(crate) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    pub(crate) fn new(test: &str) -> Scratch {
        let folder = std::env::temp_dir().join(format!("plc-{}-{test}", std::process::id()));
        // A folder left by an earlier process of the same number would be its truth, not ours.
        match fs::remove_dir_all(&folder) {
            Ok(()) => {}
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::NotFound, "{folder:?}"),
        }
        Scratch { folder }
    }

    pub(crate) fn state_file(&self) -> PathBuf {
        self.folder.join("state.json")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover harms nobody: the next test of this name begins by removing it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The lift of the tower with one.
pub(crate) const LIFT: Unit = Unit(0);
/// The bay of the tower with one lift.
pub(crate) const BAY: Unit = Unit(1);

/// Gives who carries an action out in the tower with one lift and one bay.
pub(crate) fn unit_for(action: &Action) -> Unit {
    match action {
        Action::OpenOuter { .. } | Action::CloseOuter { .. } => BAY,
        _ => LIFT,
    }
}

/// A world stepped by hand, with orders numbered as a control system would.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) now_ms: u64,
    layout: Layout,
    /// Who was given the last order.
    last: Unit,
}

impl Bench {
    /// A booted world in real time with small cars at some places.
    pub(crate) fn booted(places: &[&str]) -> Bench {
        Bench::of(&machine(), places)
    }

    /// The same with another machine.
    pub(crate) fn of(machine: &Machine, places: &[&str]) -> Bench {
        let layout = Layout::of(machine).expect("the machine fits the map");
        let truth = Truth::at_rest(machine, stock(places), 6);
        let mut world = World::new(machine.clone(), layout.clone(), truth, 1);
        world.boot();
        Bench {
            world,
            now_ms: 0,
            layout,
            last: LIFT,
        }
    }

    /// The same, homed.
    pub(crate) fn homed(places: &[&str]) -> Bench {
        let mut bench = Bench::booted(places);
        bench.order(Action::Home);
        bench.wait(60_000);
        bench
    }

    pub(crate) fn report(&self) -> Report {
        self.world.report().expect("there is power")
    }

    pub(crate) fn status(&self) -> Status {
        self.report().status
    }

    pub(crate) fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        self.world.step(self.now_ms);
    }

    /// What the unit reports that was given the last order.
    pub(crate) fn unit(&self) -> UnitStatus {
        *self.status().unit(self.last).expect("there is such a unit")
    }

    /// What that unit made of it.
    pub(crate) fn answered(&self) -> Answered {
        self.report().answers[self.last.index()]
    }

    /// Writes the next order of the epoch to whom it is for.
    pub(crate) fn order(&mut self, action: Action) -> Order {
        self.order_to(unit_for(&action), action)
    }

    /// Writes the next order of the epoch to a unit.
    pub(crate) fn order_to(&mut self, unit: Unit, action: Action) -> Order {
        let status = self.status();
        let seen = status.unit(unit).expect("there is such a unit");
        let order = Order {
            epoch: status.epoch,
            unit,
            seq: seen.accepted + 1,
            action,
        };
        self.write(&order);
        order
    }

    pub(crate) fn write(&mut self, order: &Order) {
        let words = registers::encode_order(order, &self.layout).expect("the places exist");
        self.last = order.unit;
        self.world.receive(order.unit, &words);
    }

    pub(crate) fn act(&mut self, line: &str) -> String {
        let act = Act::parse(line).expect("the line is an act");
        self.world.act(&act).expect("the world allows it")
    }

    pub(crate) fn cannot(&mut self, line: &str) -> String {
        let act = Act::parse(line).expect("the line is an act");
        self.world
            .act(&act)
            .expect_err("the world does not allow it")
            .to_string()
    }

    /// Where a car physically stands.
    pub(crate) fn whereabouts(&self, number: u32) -> Option<String> {
        let cars = &self.world.truth().cars;
        let found = cars.iter().find(|(_, car)| car.vin == vin(number));
        found.map(|(place, _)| place.0.clone())
    }
}
