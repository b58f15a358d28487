//! Which cars are wanted, and in which order: the query of a list's address.

use crate::shop::Shop;
use crate::stock::{self, Standing};
use kernel::{Moment, Money};
use sales::listing::{Body, Drivetrain};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::VehicleRow;

/// What an address may say of a list; what it does not say does not matter.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Filter {
    /// A body style.
    pub(super) body: Option<String>,
    /// A kind of drive.
    pub(super) drive: Option<String>,
    /// A marque.
    pub(super) make: Option<String>,
    /// The most a month may cost by the first plan, in whole units of the currency.
    pub(super) month: Option<String>,
    /// The most a car may cost, in whole units of the currency.
    pub(super) price: Option<String>,
    /// The order of the list.
    pub(super) sort: Option<String>,
}

/// A car with what it costs by the first plan.
pub(super) struct Priced {
    pub(super) row: VehicleRow,
    pub(super) now: Money,
    pub(super) month: Money,
    pub(super) standing: Standing,
}

/// Prices the cars that can be looked at, the ones that can be had first, then by price.
pub(super) fn priced(shop: &Shop, rows: Vec<VehicleRow>, now: Moment) -> Vec<Priced> {
    let plan = stock::first_plan(shop);
    let one = |row: VehicleRow| {
        let (first, month) = stock::cost(shop, row.listing.price, plan)?;
        let standing = stock::standing(&row, now);
        Some(Priced {
            row,
            now: first,
            month,
            standing,
        })
    };
    let mut cars: Vec<Priced> = rows.into_iter().filter_map(one).collect();
    cars.retain(|car| !matches!(car.standing, Standing::Withdrawn | Standing::Away));
    cars.sort_by_key(|car| (rank(car.standing), car.row.listing.price.minor()));
    cars
}

fn rank(standing: Standing) -> u8 {
    match standing {
        Standing::Free => 0,
        Standing::Held { .. } => 1,
        Standing::InDrop | Standing::Sold | Standing::Away | Standing::Withdrawn => 2,
    }
}

impl Filter {
    /// Tells whether every car is wanted.
    pub(super) fn is_open(&self) -> bool {
        let said = |field: &Option<String>| field.as_deref().is_some_and(|text| !text.is_empty());
        ![
            &self.body,
            &self.drive,
            &self.make,
            &self.month,
            &self.price,
        ]
        .into_iter()
        .any(said)
    }

    /// Tells whether a car is wanted.
    pub(super) fn takes(&self, car: &Priced) -> bool {
        let listing = &car.row.listing;
        let body: Option<Body> = read(&self.body);
        let drive: Option<Drivetrain> = read(&self.drive);
        let make = self.make.as_deref().filter(|make| !make.is_empty());
        body.is_none_or(|body| body == listing.body)
            && drive.is_none_or(|drive| drive == listing.drivetrain)
            && make.is_none_or(|make| make == listing.make)
            && within(&self.month, car.month)
            && within(&self.price, listing.price)
    }

    /// Sorts as the address asks; without a wish the order stays.
    pub(super) fn sort(&self, cars: &mut [Priced]) {
        match self.sort.as_deref() {
            Some("price") => cars.sort_by_key(|car| car.row.listing.price.minor()),
            Some("price-down") => cars.sort_by_key(|car| -car.row.listing.price.minor()),
            Some("year") => cars.sort_by_key(|car| u16::MAX - car.row.listing.year),
            Some("name") => cars.sort_by_key(|car| stock::name(&car.row.listing)),
            _ => {}
        }
    }
}

fn within(most: &Option<String>, amount: Money) -> bool {
    let most = most.as_deref().filter(|text| !text.is_empty());
    let most = most.and_then(|text| Money::parse(text, amount.currency()).ok());
    most.is_none_or(|most| amount.minor() <= most.minor())
}

fn read<T: DeserializeOwned>(field: &Option<String>) -> Option<T> {
    let text = field.as_deref()?;
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// Gives the word by which an address names a value.
pub(super) fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value).expect("a name of the catalogue is text");
    json.as_str().unwrap_or_default().to_owned()
}

/// Finds round ceilings that take in about a quarter, a half and three quarters of some amounts.
pub(super) fn ceilings(mut amounts: Vec<Money>) -> Vec<Money> {
    amounts.sort_unstable_by_key(|amount| amount.minor());
    let quarter = |part: usize| amounts.get(amounts.len() * part / 4).copied();
    let mut found: Vec<Money> = (1..4).filter_map(quarter).map(rounded_up).collect();
    found.dedup();
    found
}

/// Rounds up to one or two leading digits: 1, 1.5, 2, 3, 5 or 8 times a power of ten.
fn rounded_up(amount: Money) -> Money {
    let mut power: i64 = 1;
    while amount.minor() / power >= 10 {
        power *= 10;
    }
    let steps = [10, 15, 20, 30, 50, 80, 100];
    let fitting = steps.into_iter().map(|step| step * power / 10);
    let minor = fitting.filter(|minor| *minor >= amount.minor()).min();
    Money::new(minor.unwrap_or(amount.minor()), amount.currency())
}

/// Writes an amount as an address carries it.
pub(super) fn plain(amount: Money) -> String {
    let text = amount.to_decimal_text();
    match text.split_once('.') {
        Some((whole, minor)) if minor.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => text,
    }
}
