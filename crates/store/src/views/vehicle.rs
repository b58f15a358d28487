//! A car as lists show it: what it is, where it stands, who holds it and until when.

use super::Projection;
use super::tower;
use crate::columns::{json, maybe_moment, maybe_word, moment, plain};
use crate::fault::Fault;
use crate::store::Store;
use ::tower::tower::Place;
use kernel::{Moment, Money, OrderId, TowerId, Vin};
use rusqlite::{Row, named_params};
use sales::listing::{Body, Drivetrain, Listing};
use sales::vehicle::State;

/// A car as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct VehicleRow {
    /// What it is.
    pub listing: Listing,
    /// Where it stands in its life: `expected`, `stored`, `held`, `sold`, `handed-over`,
    /// `withdrawn`. A hold is over at its end, whether or not the state says so yet.
    pub state: String,
    /// The tower it stands in.
    pub tower: Option<TowerId>,
    /// The place in the tower where it was last seen.
    pub place: Option<Place>,
    /// The order that holds or bought it.
    pub order: Option<OrderId>,
    /// When the hold ends.
    pub held_until: Option<Moment>,
    /// When anything last happened to it.
    pub updated: Moment,
}

/// Which cars are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VehicleFilter {
    /// Only cars of this state, as in [`VehicleRow::state`].
    pub state: Option<String>,
    /// Only cars that stand in a tower and are not sold: stored or held.
    pub on_sale: bool,
    /// Only cars of this tower.
    pub tower: Option<TowerId>,
    /// Only this marque.
    pub make: Option<String>,
    /// Only this body style.
    pub body: Option<Body>,
    /// Only this kind of drive.
    pub drivetrain: Option<Drivetrain>,
    /// Only cars that cost at most this.
    pub price_at_most: Option<Money>,
}

impl Store {
    /// Lists cars in the order of their VINs, after one of them.
    pub async fn vehicles(
        &self,
        filter: VehicleFilter,
        after: Option<Vin>,
        limit: usize,
    ) -> Result<Vec<VehicleRow>, Fault> {
        self.read(move |connection| {
            let doing = "listing cars";
            let mut statement = connection
                .prepare_cached(
                    "select * from vehicles
                     where bucket between 0 and 255
                     and (:state is null or state = :state)
                     and (:on_sale = 0 or state in ('stored', 'held'))
                     and (:tower is null or tower = :tower)
                     and (:make is null or make = :make)
                     and (:body is null or body = :body)
                     and (:drivetrain is null or drivetrain = :drivetrain)
                     and (:currency is null or (currency = :currency and price_minor <= :price))
                     and (:after is null or vin > :after)
                     order by vin limit :limit",
                )
                .map_err(Fault::sql(doing))?;
            let rows = statement
                .query_map(
                    named_params! {
                        ":state": filter.state,
                        ":on_sale": i64::from(filter.on_sale),
                        ":tower": filter.tower.as_ref().map(TowerId::as_str),
                        ":make": filter.make,
                        ":body": filter.body.as_ref().map(plain),
                        ":drivetrain": filter.drivetrain.as_ref().map(plain),
                        ":currency": filter.price_at_most.map(|price| price.currency().code()),
                        ":price": filter.price_at_most.map(Money::minor),
                        ":after": after.as_ref().map(Vin::as_str),
                        ":limit": limit as i64,
                    },
                    vehicle,
                )
                .map_err(Fault::sql(doing))?;
            let mut rows: Vec<VehicleRow> =
                rows.collect::<Result<_, _>>().map_err(Fault::sql(doing))?;
            tower::add_places(connection, &mut rows)?;
            Ok(rows)
        })
        .await
    }

    /// Finds one car.
    pub async fn vehicle(&self, vin: &Vin) -> Result<Option<VehicleRow>, Fault> {
        let (vin, bucket) = (vin.clone(), super::bucket_of("vehicle", vin.as_str()));
        self.read(move |connection| {
            let doing = "looking up a car";
            let mut statement = connection
                .prepare_cached("select * from vehicles where bucket = ?1 and vin = ?2")
                .map_err(Fault::sql(doing))?;
            let rows = statement
                .query_map((bucket, vin.as_str()), vehicle)
                .map_err(Fault::sql(doing))?;
            let mut rows: Vec<VehicleRow> =
                rows.collect::<Result<_, _>>().map_err(Fault::sql(doing))?;
            tower::add_places(connection, &mut rows)?;
            Ok(rows.pop())
        })
        .await
    }
}

fn vehicle(row: &Row<'_>) -> Result<VehicleRow, rusqlite::Error> {
    Ok(VehicleRow {
        listing: json(row, "listing")?,
        state: row.get("state")?,
        tower: maybe_word(row, "tower")?,
        place: None,
        order: maybe_word(row, "order_id")?,
        held_until: maybe_moment(row, "held_until")?,
        updated: moment(row, "updated")?,
    })
}

/// The parts of a state that the row shows.
struct Shown<'a> {
    name: &'static str,
    listing: &'a Listing,
    tower: Option<&'a TowerId>,
    order: Option<&'a OrderId>,
    held_until: Option<Moment>,
}

fn shown(state: &State) -> Option<Shown<'_>> {
    let plainly = |name, listing, tower| {
        Some(Shown {
            name,
            listing,
            tower,
            order: None,
            held_until: None,
        })
    };
    match state {
        State::Unknown => None,
        State::Expected { listing } => plainly("expected", listing, None),
        State::Stored { listing, tower } => plainly("stored", listing, Some(tower)),
        State::Held {
            listing,
            tower,
            hold,
        } => Some(Shown {
            name: "held",
            listing,
            tower: Some(tower),
            order: Some(&hold.order),
            held_until: Some(hold.until),
        }),
        State::Sold {
            listing,
            tower,
            order,
        } => Some(Shown {
            name: "sold",
            listing,
            tower: Some(tower),
            order: Some(order),
            held_until: None,
        }),
        State::HandedOver { listing, order } => Some(Shown {
            name: "handed-over",
            listing,
            tower: None,
            order: Some(order),
            held_until: None,
        }),
        State::Withdrawn { listing, tower, .. } => plainly("withdrawn", listing, tower.as_ref()),
    }
}

pub(super) fn project(projection: &Projection<'_>, vin: &Vin, state: &State) -> Result<(), Fault> {
    let Some(shown) = shown(state) else {
        return Ok(());
    };
    let listing = shown.listing;
    let text = serde_json::to_string(listing).map_err(Fault::body(
        "a listing",
        vin.as_str(),
        projection.version,
    ))?;
    projection.upsert(
        "projecting a car",
        "insert into vehicles (bucket, vin, version, state, listing, make, model, body,
             drivetrain, price_minor, currency, tower, order_id, held_until, updated)
         values (:bucket, :vin, :version, :state, :listing, :make, :model, :body,
             :drivetrain, :price, :currency, :tower, :order, :held_until, :updated)
         on conflict (bucket, vin) do update
         set version = excluded.version, state = excluded.state, listing = excluded.listing,
             make = excluded.make, model = excluded.model, body = excluded.body,
             drivetrain = excluded.drivetrain, price_minor = excluded.price_minor,
             currency = excluded.currency, tower = excluded.tower,
             order_id = excluded.order_id, held_until = excluded.held_until,
             updated = excluded.updated
         where vehicles.version < excluded.version",
        named_params! {
            ":bucket": projection.bucket,
            ":vin": vin.as_str(),
            ":version": projection.version as i64,
            ":state": shown.name,
            ":listing": text,
            ":make": listing.make,
            ":model": listing.model,
            ":body": plain(&listing.body),
            ":drivetrain": plain(&listing.drivetrain),
            ":price": listing.price.minor(),
            ":currency": listing.price.currency().code(),
            ":tower": shown.tower.map(TowerId::as_str),
            ":order": shown.order.map(OrderId::as_str),
            ":held_until": shown.held_until.map(Moment::micros),
            ":updated": projection.at.micros(),
        },
    )
}
