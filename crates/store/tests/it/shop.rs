//! A data folder of its own and a stocked tower.

use jiff::tz::TimeZone;
use kernel::{BuyerId, Currency, Moment, Money, OrderId, TowerId, Vin};
use reactions::Rules;
use rusqlite::Connection;
use rusqlite::types::Value;
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::vehicle::{self, Vehicle};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Context, Fault, Options, Place, Store};

const MASTER_KEY: [u8; 32] = [7; 32];

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder that is removed with the value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let unique = format!("{name}-{}-{number}", std::process::id());
        Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.0.join("automat.db")).expect("it is a database")
    }

    /// Reads rows behind the store's back, each as text.
    pub(crate) fn rows(&self, question: &str) -> Vec<String> {
        let database = self.database();
        let mut statement = database.prepare(question).expect(question);
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values: Result<Vec<Value>, _> = (0..columns).map(|index| row.get(index)).collect();
            Ok(format!("{:?}", values?))
        });
        let rows = rows.expect(question);
        rows.map(|row| row.expect(question)).collect()
    }

    pub(crate) fn open(&self) -> Store {
        open(&Place::Folder(self.0.clone()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that refused to make the folder leaves nothing to remove.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens a store wherever it lives.
pub(crate) fn open(place: &Place) -> Store {
    opened(place).expect("the place is sound")
}

pub(crate) fn opened(place: &Place) -> Result<Store, Fault> {
    Store::open_at(place, rules(), &MASTER_KEY)
}

pub(crate) fn options(folder: &Path) -> Options {
    Options {
        folder: folder.to_owned(),
        rules: rules(),
        master_key: MASTER_KEY,
    }
}

pub(crate) fn rules() -> Rules {
    let zone = TimeZone::get("Asia/Singapore").expect("the zone is in the database");
    Rules {
        zone,
        collection_hour: 9,
        rehold_seconds: 600,
        delay_message_seconds: 300,
        delay_refund_seconds: 3_600,
    }
}

pub(crate) fn at(second: i64) -> Moment {
    Moment::from_micros(1_790_000_000_000_000).plus_seconds(second)
}

pub(crate) fn vin(number: u32) -> Vin {
    Vin::parse(&format!("ZAM56YRA9J1{number:06}")).expect("17 legal characters")
}

pub(crate) fn order(number: u32) -> OrderId {
    OrderId::parse(&format!("o{number}")).expect("a plain id")
}

pub(crate) fn buyer(number: u32) -> BuyerId {
    BuyerId::parse(&format!("b{number}")).expect("a plain id")
}

pub(crate) fn tower() -> TowerId {
    TowerId::parse("singapore").expect("a plain id")
}

pub(crate) fn listing(vin: &Vin) -> Listing {
    Listing {
        vin: vin.clone(),
        make: "Maserati".to_owned(),
        model: "Levante GT".to_owned(),
        year: 2026,
        body: Body::Suv,
        colour_name: "Blu Nobile".to_owned(),
        colour: "#1b2a4a".to_owned(),
        drivetrain: Drivetrain::Hybrid,
        size: Size {
            length_mm: 5_005,
            width_mm: 1_968,
            height_mm: 1_679,
            mass_kg: 2_090,
        },
        wheelbase_mm: 3_004,
        mileage_km: 12,
        price: Money::new(99_800_000, Currency::CNY),
        photo_url: None,
    }
}

/// Lists a car and stores it in the tower.
pub(crate) async fn stock(store: &Store, vin: &Vin) {
    let list = vehicle::Command::List {
        listing: listing(vin),
    };
    let store_it = vehicle::Command::Store { tower: tower() };
    for command in [list, store_it] {
        store
            .execute::<Vehicle>(vin, command, Context::at(at(0)))
            .await
            .expect("a new car");
    }
}

/// The command that holds a car for a numbered order and buyer of the same number.
pub(crate) fn hold(number: u32, until: Moment) -> vehicle::Command {
    vehicle::Command::Hold {
        order: order(number),
        buyer: buyer(number),
        until,
        drop: None,
    }
}
