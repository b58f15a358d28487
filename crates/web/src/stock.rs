//! The cars of the tower as pages show them: what they are, whose they are, where they stand.
//!
//! A hold is over at its end whether or not the row says so yet, so the time of the page decides.

use crate::desk::offer;
use crate::format::clock;
use crate::shop::Shop;
use crate::text::Text;
use kernel::{Moment, Money};
use sales::listing::{Body, Drivetrain, Listing};
use sales::order::Plan;
use store::{Fault, VehicleFilter, VehicleRow};
use tower::tower::Place;

/// Whether a car can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be had.
    Free,
    /// Somebody keeps it.
    Held {
        /// Until when.
        until: Moment,
    },
    /// It is kept for a drop.
    InDrop,
    /// It is sold and waits to be fetched.
    Sold,
    /// It is not in the tower.
    Away,
    /// It is not for sale.
    Withdrawn,
}

/// More cars than any tower holds.
const ALL: usize = 10_000;

/// Lists every car of the shop's tower, those that are sold or withdrawn too.
pub async fn in_tower(shop: &Shop) -> Result<Vec<VehicleRow>, Fault> {
    let filter = VehicleFilter {
        tower: Some(shop.tower.clone()),
        ..VehicleFilter::default()
    };
    shop.store.vehicles(filter, None, ALL).await
}

/// Tells whether a car can be had at a moment.
pub fn standing(row: &VehicleRow, now: Moment) -> Standing {
    match (row.state.as_str(), row.held_until) {
        ("held", Some(until)) if until > now => Standing::Held { until },
        ("stored" | "held", _) if row.drop.is_some() => Standing::InDrop,
        ("stored" | "held", _) => Standing::Free,
        ("sold", _) => Standing::Sold,
        ("withdrawn", _) => Standing::Withdrawn,
        _ => Standing::Away,
    }
}

impl Standing {
    /// Gives the class of its tag.
    pub fn class(self) -> &'static str {
        match self {
            Standing::Free => "free",
            Standing::Held { .. } => "held",
            Standing::InDrop => "drop",
            Standing::Sold | Standing::Away | Standing::Withdrawn => "sold",
        }
    }

    /// Gives it in a word or two.
    pub fn words(self, t: Text, now: Moment) -> String {
        match self {
            Standing::Free => t.msg("slot-free"),
            Standing::Held { until } => {
                let time = clock(seconds_until(until, now));
                t.with("slot-held-for", &[("time", &time)])
            }
            Standing::InDrop => t.msg("slot-in-drop"),
            Standing::Sold => t.msg("slot-sold"),
            Standing::Away => t.msg("car-away"),
            Standing::Withdrawn => t.msg("car-withdrawn"),
        }
    }
}

/// Gives the whole seconds until a moment, none when it has passed.
pub fn seconds_until(until: Moment, now: Moment) -> u64 {
    until
        .millis_since(now)
        .max(0)
        .unsigned_abs()
        .div_ceil(1_000)
}

/// Gives the name of a car: `Porsche 911 Carrera`.
pub fn name(listing: &Listing) -> String {
    format!("{} {}", listing.make, listing.model)
}

/// Gives the plan shown first: the smallest down payment over the longest time.
pub fn first_plan(shop: &Shop) -> Plan {
    let finance = &shop.policy.finance;
    let down = finance.down_choices.first().copied();
    match (down, finance.months_offered().last()) {
        (Some(down), Some(months)) => Plan { down, months },
        _ => Plan::IN_FULL,
    }
}

/// What a car costs now and a month by some plan; paid in full it costs nothing a month.
pub fn cost(shop: &Shop, price: Money, plan: Plan) -> Option<(Money, Money)> {
    let terms = offer::terms(shop, price, plan).ok()?;
    let rows = terms.rows(shop.today()).ok()?;
    let monthly = rows.first().map(|row| row.total);
    let none = Money::zero(price.currency());
    Some((terms.due_now().ok()?, monthly.unwrap_or(none)))
}

/// Gives where a car stands, as its reader finds it: level and slot.
pub fn place_words(shop: &Shop, place: &Place, t: Text) -> Option<String> {
    let spec = shop.machine.place(place).filter(|spec| spec.level > 0)?;
    let values: [(&str, &dyn crate::text::Value); 2] =
        [("level", &spec.level), ("place", &spec.stall)];
    Some(t.with("slot-place", &values))
}

/// Names a body style.
pub fn body_words(body: Body, t: Text) -> String {
    match body {
        Body::Sedan => t.msg("body-sedan"),
        Body::Coupe => t.msg("body-coupe"),
        Body::Suv => t.msg("body-suv"),
        Body::Hatchback => t.msg("body-hatchback"),
        Body::Estate => t.msg("body-estate"),
        Body::Roadster => t.msg("body-roadster"),
        Body::Supercar => t.msg("body-supercar"),
        Body::Limousine => t.msg("body-limousine"),
        Body::Pickup => t.msg("body-pickup"),
        Body::Van => t.msg("body-van"),
    }
}

/// Names what drives a car.
pub fn drive_words(drivetrain: Drivetrain, t: Text) -> String {
    match drivetrain {
        Drivetrain::Petrol => t.msg("drive-petrol"),
        Drivetrain::Diesel => t.msg("drive-diesel"),
        Drivetrain::Hybrid => t.msg("drive-hybrid"),
        Drivetrain::Plugin => t.msg("drive-plugin"),
        Drivetrain::Electric => t.msg("drive-electric"),
    }
}
