//! An order as lists show it, with its stopwatch.

use super::Projection;
use super::sheet::Upsert;
use crate::columns::{
    json, maybe_json, maybe_moment, maybe_money, maybe_word, moment, money, plain, word,
};
use crate::database::Row;
use crate::fault::Fault;
use crate::store::Store;
use kernel::{AgreementId, BuyerId, Moment, Money, OrderId, PaymentId, TowerId, Vin};
use sales::order::{OfferTerms, Plan, Sale, Stage, State};
use std::sync::LazyLock;

/// An order as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderRow {
    /// The order.
    pub id: OrderId,
    /// Its version, by which a page knows whether it is behind.
    pub version: u64,
    /// Where it stands: `started`, `asking-credit`, `credit-unknown`, `approved`, `refused`,
    /// `offered`, `signed`, `paying`, `paid-late`, `paid`, `fetching`, `at-bay`, `handed-over`,
    /// `expired`, `cancelled`, `refunding`, `refunded`.
    pub state: String,
    /// The buyer.
    pub buyer: BuyerId,
    /// The car.
    pub vin: Vin,
    /// The tower it stands in.
    pub tower: TowerId,
    /// The plan wanted.
    pub plan: Plan,
    /// The price of the car.
    pub price: Money,
    /// The sums last offered.
    pub terms: Option<OfferTerms>,
    /// The agreement signed.
    pub agreement: Option<AgreementId>,
    /// The payment attempt last begun.
    pub payment: Option<PaymentId>,
    /// What was paid, and not refunded.
    pub paid: Option<Money>,
    /// The bay the car stands at.
    pub bay: Option<String>,
    /// Since when it stands there.
    pub at_bay_since: Option<Moment>,
    /// When the buyer is told that a fault holds the car up, while one does.
    pub tell_at: Option<Moment>,
    /// When the hold ends.
    pub hold_until: Moment,
    /// When the car was held.
    pub started_at: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
    /// When the car was driven out.
    pub keys_at: Option<Moment>,
    /// When anything last happened to it.
    pub updated: Moment,
}

/// Which orders are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderFilter {
    /// Only orders of this state, as in [`OrderRow::state`].
    pub state: Option<String>,
    /// Only orders of this buyer.
    pub buyer: Option<BuyerId>,
    /// Only orders of this car.
    pub vin: Option<Vin>,
    /// Only orders begun at or after this moment.
    pub since: Option<Moment>,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many rows to skip.
    pub skip: usize,
    /// How many rows at most.
    pub limit: usize,
}

impl Store {
    /// Finds one order.
    pub async fn order(&self, id: &OrderId) -> Result<Option<OrderRow>, Fault> {
        let (id, bucket) = (id.clone(), super::bucket_of("order", id.as_str()));
        self.read(move |database| {
            let doing = "looking up an order";
            database.row(
                doing,
                "select * from orders where bucket = $1 and order_id = $2",
                (bucket, id.as_str()),
                order,
            )
        })
        .await
    }

    /// Lists a buyer's orders, newest first.
    pub async fn orders_of(&self, buyer: &BuyerId) -> Result<Vec<OrderRow>, Fault> {
        let filter = OrderFilter {
            buyer: Some(buyer.clone()),
            ..OrderFilter::default()
        };
        self.orders(
            filter,
            Page {
                skip: 0,
                limit: 100,
            },
        )
        .await
    }

    /// Lists orders, newest first.
    pub async fn orders(&self, filter: OrderFilter, page: Page) -> Result<Vec<OrderRow>, Fault> {
        self.read(move |database| {
            let doing = "listing orders";
            database.rows(
                doing,
                "select * from orders
                     where bucket between 0 and 255
                     and ($1 is null or state = $1)
                     and ($2 is null or buyer = $2)
                     and ($3 is null or vin = $3)
                     and ($4 is null or started_at >= $4)
                     order by started_at desc, order_id limit $5 offset $6",
                (
                    filter.state,
                    filter.buyer.as_ref().map(BuyerId::as_str),
                    filter.vin.as_ref().map(Vin::as_str),
                    filter.since.map(Moment::micros),
                    page.limit as i64,
                    page.skip as i64,
                ),
                order,
            )
        })
        .await
    }
}

pub(super) fn order(row: &Row<'_>) -> Result<OrderRow, Fault> {
    Ok(OrderRow {
        id: word(row, "order_id")?,
        version: row.get::<i64>("version")? as u64,
        state: row.get("state")?,
        buyer: word(row, "buyer")?,
        vin: word(row, "vin")?,
        tower: word(row, "tower")?,
        plan: json(row, "plan")?,
        price: money(row, "price_minor")?,
        terms: maybe_json(row, "terms")?,
        agreement: maybe_word(row, "agreement")?,
        payment: maybe_word(row, "payment")?,
        paid: maybe_money(row, "paid_minor")?,
        bay: row.get("bay")?,
        at_bay_since: maybe_moment(row, "at_bay_since")?,
        tell_at: maybe_moment(row, "tell_at")?,
        hold_until: moment(row, "hold_until")?,
        started_at: moment(row, "started_at")?,
        paid_at: maybe_moment(row, "paid_at")?,
        keys_at: maybe_moment(row, "keys_at")?,
        updated: moment(row, "updated")?,
    })
}

fn stage_name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Started => "started",
        Stage::AskingCredit => "asking-credit",
        Stage::CreditUnknown => "credit-unknown",
        Stage::Approved => "approved",
        Stage::Refused { .. } => "refused",
        Stage::Offered => "offered",
        Stage::Signed => "signed",
        Stage::Paying => "paying",
        Stage::PaidLate => "paid-late",
        Stage::Paid => "paid",
        Stage::Fetching { .. } => "fetching",
        Stage::AtBay { .. } => "at-bay",
        Stage::HandedOver => "handed-over",
        Stage::Expired => "expired",
        Stage::Cancelled => "cancelled",
        Stage::Refunding { .. } => "refunding",
        Stage::Refunded => "refunded",
    }
}

pub(super) fn project(
    projection: &mut Projection<'_>,
    id: &OrderId,
    state: &State,
) -> Result<(), Fault> {
    let Some(sale) = state.sale() else {
        return Ok(());
    };
    let unwritable = || Fault::body("an order's terms", id.as_str(), projection.version);
    let plan = serde_json::to_string(&sale.plan).map_err(unwritable())?;
    let terms = sale.terms.as_ref().map(serde_json::to_string).transpose();
    write(projection, id, sale, &plan, terms.map_err(unwritable())?)
}

static ROW: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting an order",
        2,
        [
            "insert into orders (bucket, order_id, version, state, buyer, vin, tower, language,
             plan, price_minor, currency, terms, agreement, payment, paid_minor, bay,
             at_bay_since, hold_until, started_at, paid_at, keys_at, updated,
             tell_at)
         values",
            "($1, $2, $3, $4, $5, $6, $7, $8,
             $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23)",
            "on conflict (bucket, order_id) do update
         set version = excluded.version, state = excluded.state, plan = excluded.plan,
             terms = excluded.terms, agreement = excluded.agreement,
             payment = excluded.payment, paid_minor = excluded.paid_minor,
             bay = excluded.bay,
             at_bay_since = case when excluded.bay is null then null
                 else coalesce(orders.at_bay_since, excluded.at_bay_since) end,
             hold_until = excluded.hold_until, paid_at = excluded.paid_at,
             keys_at = excluded.keys_at, updated = excluded.updated,
             tell_at = excluded.tell_at
         where orders.version < excluded.version",
        ],
    )
});

fn write(
    projection: &mut Projection<'_>,
    id: &OrderId,
    sale: &Sale,
    plan: &str,
    terms: Option<String>,
) -> Result<(), Fault> {
    let bay = match &sale.stage {
        Stage::AtBay { bay, .. } => Some(bay),
        _ => None,
    };
    projection.upsert(
        &ROW,
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            stage_name(&sale.stage),
            sale.buyer.as_str(),
            sale.vin.as_str(),
            sale.tower.as_str(),
            plain(&sale.language),
            plan,
            sale.price.minor(),
            sale.price.currency().code(),
            terms,
            sale.agreement.as_ref().map(AgreementId::as_str),
            sale.payment.as_ref().map(PaymentId::as_str),
            sale.paid.map(Money::minor),
            bay,
            bay.map(|_| projection.at.micros()),
            sale.hold_until.micros(),
            sale.stopwatch.started_at.micros(),
            sale.stopwatch.paid_at.map(Moment::micros),
            sale.stopwatch.keys_at.map(Moment::micros),
            projection.at.micros(),
            sale.delay.map(|delay| delay.tell_at.micros()),
        ),
    );
    Ok(())
}
