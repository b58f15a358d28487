//! A buyer as lists show it, without any personal text.

use super::Projection;
use super::order::Page;
use super::sheet::Upsert;
use crate::columns::{json, maybe_word, moment, plain, word};
use crate::database::Row;
use crate::fault::Fault;
use crate::store::Store;
use kernel::{BuyerId, Moment, OrderId, Vin};
use sales::buyer::{Language, State};
use std::sync::LazyLock;

/// A buyer as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct BuyerRow {
    /// The buyer.
    pub id: BuyerId,
    /// `registered` or `erased`.
    pub state: String,
    /// The language last chosen.
    pub language: Language,
    /// Whether name and identity number were given.
    pub identified: bool,
    /// The order of the car this person is buying now.
    pub open_order: Option<OrderId>,
    /// That car.
    pub open_vin: Option<Vin>,
    /// When they first signed in.
    pub registered: Moment,
    /// When anything last happened.
    pub updated: Moment,
}

impl Store {
    /// Finds one buyer.
    pub async fn buyer(&self, id: &BuyerId) -> Result<Option<BuyerRow>, Fault> {
        let (id, bucket) = (id.clone(), super::bucket_of("buyer", id.as_str()));
        self.read(move |database| {
            let doing = "looking up a buyer";
            database.row(
                doing,
                "select * from buyers where bucket = $1 and buyer = $2",
                (bucket, id.as_str()),
                buyer,
            )
        })
        .await
    }

    /// Lists buyers, those who signed in last first.
    pub async fn buyers(&self, page: Page) -> Result<Vec<BuyerRow>, Fault> {
        self.read(move |database| {
            let doing = "listing buyers";
            database.rows(
                doing,
                "select * from buyers where bucket between 0 and 255
                     order by registered desc, buyer limit $1 offset $2",
                (page.limit as i64, page.skip as i64),
                buyer,
            )
        })
        .await
    }
}

fn buyer(row: &Row<'_>) -> Result<BuyerRow, Fault> {
    Ok(BuyerRow {
        id: word(row, "buyer")?,
        state: row.get("state")?,
        language: json(row, "language")?,
        identified: row.get::<i64>("identified")? != 0,
        open_order: maybe_word(row, "open_order")?,
        open_vin: maybe_word(row, "open_vin")?,
        registered: moment(row, "registered")?,
        updated: moment(row, "updated")?,
    })
}

static ROW: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting a buyer",
        2,
        [
            "insert into buyers (bucket, buyer, version, state, language, identified, open_order,
             open_vin, registered, updated)
         values",
            "($1, $2, $3, $4, $5, $6, $7,
             $8, $9, $9)",
            "on conflict (bucket, buyer) do update
         set version = excluded.version, state = excluded.state, language = excluded.language,
             identified = excluded.identified, open_order = excluded.open_order,
             open_vin = excluded.open_vin, updated = excluded.updated
         where buyers.version < excluded.version",
        ],
    )
});

pub(super) fn project(
    projection: &mut Projection<'_>,
    id: &BuyerId,
    state: &State,
) -> Result<(), Fault> {
    let (name, profile) = match state {
        State::Unknown => return Ok(()),
        State::Registered(profile) => ("registered", Some(profile)),
        State::Erased => ("erased", None),
    };
    let claim = profile.and_then(|profile| profile.claim.as_ref());
    let language = profile.map_or(Language::default(), |profile| profile.language);
    let identified = profile.is_some_and(|profile| profile.identity.is_some());
    projection.upsert(
        &ROW,
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            name,
            format!("\"{}\"", plain(&language)),
            i64::from(identified),
            claim.map(|claim| claim.order.as_str()),
            claim.map(|claim| claim.vin.as_str()),
            projection.at.micros(),
        ),
    );
    Ok(())
}
