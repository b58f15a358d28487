//! A car as lists show it: what it is, where it stands, who holds it and until when.

use super::Projection;
use super::sheet::Upsert;
use crate::columns::{json, maybe_moment, maybe_word, moment, plain};
use crate::database::Row;
use crate::fault::Fault;
use crate::store::Store;
use ::tower::tower::Place;
use kernel::{DropId, Moment, Money, OrderId, TowerId, Vin};
use sales::listing::{Body, Drivetrain, Listing};
use sales::vehicle::State;
use std::sync::LazyLock;

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
    /// The drop it is kept for; the shop does not sell it meanwhile.
    pub drop: Option<DropId>,
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
        let places = self.shared().places.clone();
        self.read(move |database| {
            let doing = "listing cars";
            let mut rows = database.rows(
                doing,
                "select * from vehicles
                     where bucket between 0 and 255
                     and ($1 is null or state = $1)
                     and ($2 = 0 or state in ('stored', 'held'))
                     and ($3 is null or tower = $3)
                     and ($4 is null or make = $4)
                     and ($5 is null or body = $5)
                     and ($6 is null or drivetrain = $6)
                     and ($7 is null or (currency = $7 and price_minor <= $8))
                     and ($9 is null or vin > $9)
                     order by vin limit $10",
                (
                    filter.state,
                    i64::from(filter.on_sale),
                    filter.tower.as_ref().map(TowerId::as_str),
                    filter.make,
                    filter.body.as_ref().map(plain),
                    filter.drivetrain.as_ref().map(plain),
                    filter.price_at_most.map(|price| price.currency().code()),
                    filter.price_at_most.map(Money::minor),
                    after.as_ref().map(Vin::as_str),
                    limit as i64,
                ),
                vehicle,
            )?;
            places.add(database, &mut rows)?;
            Ok(rows)
        })
        .await
    }

    /// Finds one car.
    pub async fn vehicle(&self, vin: &Vin) -> Result<Option<VehicleRow>, Fault> {
        let (vin, bucket) = (vin.clone(), super::bucket_of("vehicle", vin.as_str()));
        let places = self.shared().places.clone();
        self.read(move |database| {
            let doing = "looking up a car";
            let mut rows = database.rows(
                doing,
                "select * from vehicles where bucket = $1 and vin = $2",
                (bucket, vin.as_str()),
                vehicle,
            )?;
            places.add(database, &mut rows)?;
            Ok(rows.pop())
        })
        .await
    }
}

fn vehicle(row: &Row<'_>) -> Result<VehicleRow, Fault> {
    Ok(VehicleRow {
        listing: json(row, "listing")?,
        state: row.get("state")?,
        tower: maybe_word(row, "tower")?,
        place: None,
        order: maybe_word(row, "order_id")?,
        held_until: maybe_moment(row, "held_until")?,
        drop: maybe_word(row, "drop_id")?,
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
        State::Expected { listing, .. } => plainly("expected", listing, None),
        State::Stored { listing, tower, .. } => plainly("stored", listing, Some(tower)),
        State::Held {
            listing,
            tower,
            hold,
            ..
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
            ..
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

static ROW: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting a car",
        2,
        [
            "insert into vehicles (bucket, vin, version, state, listing, make, model, body,
             drivetrain, price_minor, currency, tower, order_id, held_until, updated, drop_id)
         values",
            "($1, $2, $3, $4, $5, $6, $7, $8,
             $9, $10, $11, $12, $13, $14, $15, $16)",
            "on conflict (bucket, vin) do update
         set version = excluded.version, state = excluded.state, listing = excluded.listing,
             make = excluded.make, model = excluded.model, body = excluded.body,
             drivetrain = excluded.drivetrain, price_minor = excluded.price_minor,
             currency = excluded.currency, tower = excluded.tower,
             order_id = excluded.order_id, held_until = excluded.held_until,
             updated = excluded.updated, drop_id = excluded.drop_id
         where vehicles.version < excluded.version",
        ],
    )
});

pub(super) fn project(
    projection: &mut Projection<'_>,
    vin: &Vin,
    state: &State,
) -> Result<(), Fault> {
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
        &ROW,
        (
            projection.bucket,
            vin.as_str(),
            projection.version as i64,
            shown.name,
            text,
            &listing.make,
            &listing.model,
            plain(&listing.body),
            plain(&listing.drivetrain),
            listing.price.minor(),
            listing.price.currency().code(),
            shown.tower.map(TowerId::as_str),
            shown.order.map(OrderId::as_str),
            shown.held_until.map(Moment::micros),
            projection.at.micros(),
            state.drop().map(DropId::as_str),
        ),
    );
    Ok(())
}
