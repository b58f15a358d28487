//! A drop: exact to the last car, one per person, in an order anybody can compute again.

mod story; // entering, opening, claiming, waiting, closing
mod admission; // the credit provider is asked first
mod to_come; // a unit whose car is not built yet
mod draw; // the order a seed gives
mod chances; // random commands over one drop

use crate::shop::{buyer, minute};
use kernel::{BuyerId, DropId, Moment, Vin};
use sales::drop::{Announcement, Command, EntryPolicy, Name, Offered, PersonKey, Seed, commitment};

pub(crate) fn seed() -> Seed {
    Seed::new([7; 32])
}

pub(crate) fn car(number: u32) -> Vin {
    Vin::parse(&format!("ZAREAEBN5H75{number:05}")).expect("17 legal characters")
}

/// A person; each has an account of the same name.
pub(crate) fn person(number: u8) -> PersonKey {
    PersonKey::new([number; 16])
}

pub(crate) fn account(number: u8) -> BuyerId {
    buyer(&format!("b0000000000000000{number:04}"))
}

pub(crate) const OPENS: fn() -> Moment = || minute(60);

/// So many cars; entries from the hour, opening an hour later, two may wait.
pub(crate) fn announcement(cars: u32) -> Announcement {
    Announcement {
        drop: DropId::parse("levante").expect("plain letters"),
        name: Name {
            vi: "Một trăm Levante".to_owned(),
            zh: "一百台 Levante".to_owned(),
            en: "A hundred Levantes".to_owned(),
        },
        units: (1..=cars)
            .map(|number| Offered::Car { vin: car(number) })
            .collect(),
        entries_from: minute(0),
        opens_at: OPENS(),
        closes_at: minute(600),
        policy: EntryPolicy::default(),
        claim_seconds: 600,
        offer_seconds: 300,
        waiting_list: 2,
        commitment: commitment(&seed()),
    }
}

pub(crate) fn announce(cars: u32) -> Command {
    Command::Announce {
        announcement: announcement(cars),
    }
}

pub(crate) fn enter(number: u8) -> Command {
    Command::Enter {
        person: person(number),
        buyer: account(number),
        region: None,
    }
}

pub(crate) fn claim(number: u8, wait: bool) -> Command {
    Command::Claim {
        person: person(number),
        buyer: account(number),
        region: None,
        wait,
    }
}

pub(crate) fn open() -> Command {
    Command::Open { seed: seed() }
}
