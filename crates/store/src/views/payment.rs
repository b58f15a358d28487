//! A movement of money as lists show it.

use super::Projection;
use super::sheet::Upsert;
use crate::columns::{json, maybe_money, moment, money, word};
use crate::database::Row;
use crate::fault::Fault;
use crate::store::Store;
use finance::payment::{Asked, Method, Purpose, State};
use kernel::{AgreementId, Moment, Money, OrderId, PaymentId};
use std::sync::LazyLock;

/// A payment as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentRow {
    /// The payment, also the trade number at the wallet.
    pub id: PaymentId,
    /// Where it stands: `prepared`, `dispatched`, `unknown`, `succeeded`, `failed`,
    /// `needs-person`, `refunding`, `refunded`.
    pub state: String,
    /// What the money is for.
    pub purpose: Purpose,
    /// How it moves.
    pub method: Method,
    /// How much was asked.
    pub amount: Money,
    /// The wallet's trade number, once paid.
    pub trade_no: Option<String>,
    /// The amount the wallet named, where it is another one.
    pub named: Option<Money>,
    /// When it was written down.
    pub created: Moment,
    /// Since when it stands where it stands.
    pub state_since: Moment,
    /// When anything last happened to it.
    pub updated: Moment,
}

/// Which payments are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaymentFilter {
    /// Only payments of this state, as in [`PaymentRow::state`].
    pub state: Option<String>,
    /// Only payments for this order.
    pub order: Option<OrderId>,
    /// Only payments for this agreement.
    pub agreement: Option<AgreementId>,
}

impl Store {
    /// Finds one payment.
    pub async fn payment(&self, id: &PaymentId) -> Result<Option<PaymentRow>, Fault> {
        let (id, bucket) = (id.clone(), super::bucket_of("payment", id.as_str()));
        self.read(move |database| {
            let doing = "looking up a payment";
            database.row(
                doing,
                "select * from payments where bucket = $1 and payment = $2",
                (bucket, id.as_str()),
                payment,
            )
        })
        .await
    }

    /// Lists payments, newest first.
    pub async fn payments(
        &self,
        filter: PaymentFilter,
        page: super::order::Page,
    ) -> Result<Vec<PaymentRow>, Fault> {
        self.read(move |database| {
            let doing = "listing payments";
            database.rows(
                doing,
                "select * from payments
                     where bucket between 0 and 255
                     and ($1 is null or state = $1)
                     and ($2 is null or order_id = $2)
                     and ($3 is null or agreement = $3)
                     order by created desc, payment limit $4 offset $5",
                (
                    filter.state,
                    filter.order.as_ref().map(OrderId::as_str),
                    filter.agreement.as_ref().map(AgreementId::as_str),
                    page.limit as i64,
                    page.skip as i64,
                ),
                payment,
            )
        })
        .await
    }
}

pub(super) fn payment(row: &Row<'_>) -> Result<PaymentRow, Fault> {
    Ok(PaymentRow {
        id: word(row, "payment")?,
        state: row.get("state")?,
        purpose: json(row, "purpose")?,
        method: json(row, "method")?,
        amount: money(row, "amount_minor")?,
        trade_no: row.get("trade_no")?,
        named: maybe_money(row, "named_minor")?,
        created: moment(row, "created")?,
        state_since: moment(row, "state_since")?,
        updated: moment(row, "updated")?,
    })
}

/// The parts of a state that the row shows.
struct Shown<'a> {
    name: &'static str,
    asked: &'a Asked,
    trade_no: Option<&'a str>,
    named: Option<Money>,
}

fn shown(state: &State) -> Option<Shown<'_>> {
    let plainly = |name, asked| {
        Some(Shown {
            name,
            asked,
            trade_no: None,
            named: None,
        })
    };
    match state {
        State::Unwritten => None,
        State::Prepared { asked } => plainly("prepared", asked),
        State::Dispatched { asked, .. } => plainly("dispatched", asked),
        State::Unknown { asked, .. } => plainly("unknown", asked),
        State::Failed { asked, .. } => plainly("failed", asked),
        State::NeedsPerson { asked, named } => Some(Shown {
            name: "needs-person",
            asked,
            trade_no: None,
            named: Some(*named),
        }),
        State::Succeeded { asked, paid } => Some(Shown {
            name: "succeeded",
            asked,
            trade_no: Some(&paid.trade_no),
            named: None,
        }),
        State::Refunding { asked, paid, .. } => Some(Shown {
            name: "refunding",
            asked,
            trade_no: Some(&paid.trade_no),
            named: None,
        }),
        State::Refunded { asked, paid } => Some(Shown {
            name: "refunded",
            asked,
            trade_no: Some(&paid.trade_no),
            named: None,
        }),
    }
}

static ROW: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting a payment",
        2,
        [
            "insert into payments (bucket, payment, version, state, purpose, method, order_id,
             agreement, instalment, amount_minor, currency, trade_no, named_minor, created,
             state_since, updated)
         values",
            "($1, $2, $3, $4, $5, $6, $7,
             $8, $9, $10, $11, $12, $13, $14, $14, $14)",
            "on conflict (bucket, payment) do update
         set version = excluded.version, state = excluded.state,
             trade_no = excluded.trade_no, named_minor = excluded.named_minor,
             state_since = case when payments.state = excluded.state
                 then payments.state_since else excluded.state_since end,
             updated = excluded.updated
         where payments.version < excluded.version",
        ],
    )
});

pub(super) fn project(
    projection: &mut Projection<'_>,
    id: &PaymentId,
    state: &State,
) -> Result<(), Fault> {
    let Some(shown) = shown(state) else {
        return Ok(());
    };
    let unwritable = || Fault::body("a payment", id.as_str(), projection.version);
    let purpose = serde_json::to_string(&shown.asked.purpose).map_err(unwritable())?;
    let method = serde_json::to_string(&shown.asked.method).map_err(unwritable())?;
    let (order, agreement, instalment) = match &shown.asked.purpose {
        Purpose::DownPayment { order, agreement } => (Some(order), agreement, None),
        Purpose::Instalment { agreement, number } => (None, agreement, Some(i64::from(*number))),
    };
    projection.upsert(
        &ROW,
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            shown.name,
            purpose,
            method,
            order.map(OrderId::as_str),
            agreement.as_str(),
            instalment,
            shown.asked.amount.minor(),
            shown.asked.amount.currency().code(),
            shown.trade_no,
            shown.named.map(Money::minor),
            projection.at.micros(),
        ),
    );
    Ok(())
}
