//! A data folder of its own and a stocked tower.

use jiff::tz::TimeZone;
use kernel::{BuyerId, Currency, Moment, Money, OrderId, TowerId, Vin};
use reactions::Rules;
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::vehicle::{self, Vehicle};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Context, Options, Store};

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

    pub(crate) fn open(&self) -> Store {
        Store::open(options(&self.0)).expect("the folder is sound")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that refused to make the folder leaves nothing to remove.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn options(folder: &Path) -> Options {
    let zone = TimeZone::get("Asia/Singapore").expect("the zone is in the database");
    let rules = Rules {
        zone,
        collection_hour: 9,
        rehold_seconds: 600,
    };
    Options {
        folder: folder.to_owned(),
        rules,
        master_key: [7; 32],
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
    }
}
