//! A buyer's orders: begun by holding a car, read until the keys.

use super::appointment::SlotView;
use super::caller::Caller;
use super::details::{Act, Any, Bodied, Details, One, Private, Wrong};
use super::input::{Query, Segment, not_found};
use super::money::{Amount, Percent, PlanView, Sums, percent, plan_of};
use super::once::{Answer, Write};
use super::refusal::{not_done, not_held};
use super::vehicle::limit;
use crate::desk::{appointment as desk, checkout};
use crate::shop::Shop;
use crate::text::{Lang, Text};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Moment, OrderId, Vin};
use sales::credit::{OtherWay as SalesWay, Reason as SalesReason};
use sales::order::{DelayCause, Plan, Sale, Stage};
use serde::{Deserialize, Serialize};
use tower::tower::Tower;
use utoipa::{IntoParams, ToSchema};

/// One purchase of one car.
#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
pub(super) struct OrderView {
    #[schema(example = "o4m8x2c7d9k1f5t3s6w0z")]
    id: String,
    state: OrderState,
    vin: String,
    /// The tower the car stands in.
    tower: String,
    plan: PlanView,
    /// The price the car had when it was held.
    price: Amount,
    /// When the hold ends.
    #[schema(format = DateTime)]
    hold_until: String,
    /// Why the plan is not admitted.
    reasons: Vec<Reason>,
    /// What else the buyer can do after a refusal, the nearest to their wish first.
    other_ways: Vec<PlanView>,
    /// What was last offered.
    offer: Option<SignedSums>,
    /// The agreement that was signed.
    agreement: Option<String>,
    /// The payment attempt last begun.
    payment: Option<String>,
    /// What was paid and not given back.
    paid: Option<Amount>,
    /// The time that was chosen for the hand-over; null when the car comes as soon as it can.
    appointment: Option<SlotView>,
    /// The bay the car stands at.
    bay: Option<String>,
    /// That a fault of the machine holds the car up.
    delay: Option<DelayView>,
    /// When the car was held: the stopwatch of the purchase starts.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it was paid.
    #[schema(format = DateTime)]
    paid_at: Option<String>,
    /// When the car was driven out.
    #[schema(format = DateTime)]
    keys_at: Option<String>,
}

/// A fault of the machine holds the car up.
#[derive(Serialize, ToSchema)]
#[schema(as = Delay)]
pub(super) struct DelayView {
    cause: CauseName,
    /// The cause in the caller's language, as buyers read it.
    happened: String,
    #[schema(format = DateTime)]
    since: String,
    /// From when on the buyer may ask for all the money back.
    #[schema(format = DateTime)]
    refund_from: String,
    /// Whether the buyer was told by a message.
    is_told: bool,
}

/// Why a car is held up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CauseName {
    /// The machine does not answer.
    NoAnswer,
    /// It was stopped for safety.
    SafetyStop,
    /// The lift that reaches the car is out of order.
    LiftStopped,
    /// No bay is in order.
    BayStopped,
    /// A person has the machine in hand.
    ByHand,
    /// The sensors do not see the cars where they should stand.
    CarsDisagree,
    /// Another car stands in the bay.
    WrongCar,
    /// An interlock refuses the move again and again.
    OrderRefused,
    /// The machine was without power.
    PowerLost,
    /// The move was broken off half-way.
    MoveBrokenOff,
    /// All sensors are read after a fault.
    Checking,
}

/// The sums of an offer with the hashes to be signed.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedSums {
    #[serde(flatten)]
    sums: Sums,
    /// SHA-256 of the disclosure in hexadecimal.
    disclosure_hash: String,
    /// SHA-256 of the contract in hexadecimal.
    contract_hash: String,
}

/// Why a plan is not admitted.
#[derive(Serialize, ToSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub(super) enum Reason {
    /// The provider does not see the history this down payment asks for.
    HistoryBelowTier {
        /// The score the plan asks for.
        admittance_score: u16,
    },
    /// No credit is offered for so small a down payment.
    DownPaymentTooSmall {
        /// The smallest there is credit for, in percent.
        at_least: f64,
    },
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OrderState {
    /// The car is held.
    Started,
    /// The credit provider is being asked.
    AskingCredit,
    /// The credit provider could not be reached; ask again.
    CreditUnknown,
    /// The plan is admitted.
    Approved,
    /// The plan is not admitted.
    Refused,
    /// An offer was shown.
    Offered,
    /// The offer was signed.
    Signed,
    /// The buyer is at the wallet.
    Paying,
    /// The wallet paid after the hold was over; the car is asked for again.
    PaidLate,
    /// Paid in time.
    Paid,
    /// The tower brings the car.
    Fetching,
    /// The car stands at the bay.
    AtBay,
    /// The car is the buyer's to drive.
    HandedOver,
    /// The hold ended unpaid.
    Expired,
    /// The buyer gave up.
    Cancelled,
    /// The money is on its way back.
    Refunding,
    /// The money is back.
    Refunded,
}

/// Orders, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Orders {
    items: Vec<OrderView>,
    /// What to send as `after` to get the next page; null on the last one.
    next: Option<String>,
}

/// Which part of the list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u16>,
    /// Only orders older than this one: the `next` of the page before.
    after: Option<String>,
}

/// A car to be held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrder {
    /// The car.
    #[schema(example = "ZAM56YRA9J1000017", pattern = "^[A-HJ-NPR-Z0-9]{17}$")]
    vin: String,
    /// The down payment in percent of the price; needed unless `months` is 0.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 100, example = 10)]
    down: Option<Percent>,
    /// The number of monthly instalments; 0 pays in full.
    #[schema(example = 36)]
    months: u16,
}

/// Hold a car
///
/// One person, one car, until `hold_until`. Held again by the same buyer, it is the same order.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "Buying", request_body = NewOrder,
    params(super::IdempotencyKey), security(("token" = [])),
    responses((status = 201, body = OrderView), Any, Private, Bodied, Act)
)]
pub(super) async fn create_order(State(shop): State<Shop>, write: Write<NewOrder>) -> Response {
    let act = async |caller: Caller, wanted: NewOrder| {
        let vin = Vin::parse(&wanted.vin).map_err(|error| Wrong::at("/vin", error.to_string()));
        let plan = plan_of(wanted.down.as_ref(), wanted.months);
        let (vin, plan) = match (vin, plan) {
            (Ok(vin), Ok(plan)) => (vin, plan),
            (vin, plan) => {
                let errors = [vin.err(), plan.err()].into_iter().flatten();
                return Err(Details::bad_fields(errors.collect()));
            }
        };
        let held = checkout::hold(&shop, &caller.buyer, &vin, plan, caller.lang).await;
        let order = held.map_err(|trouble| Details::of(trouble, not_held))?;
        let view = own(&shop, &caller, &order).await?;
        Ok(Answer::json(StatusCode::CREATED, &view))
    };
    write.once(&shop, act).await
}

/// List one's orders
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "Buying", params(Part), security(("token" = [])),
    responses((status = 200, body = Orders), Any, Private)
)]
pub(super) async fn list_orders(
    State(shop): State<Shop>,
    caller: Caller,
    Query(part): Query<Part>,
) -> Result<Json<Orders>, Details> {
    let limit = limit(part.limit)?;
    let rows = shop.store.orders_of(&caller.buyer).await?;
    let mut ids: &[_] = &rows;
    if let Some(after) = &part.after {
        let place = rows.iter().position(|row| row.id.as_str() == after);
        let place = place.ok_or_else(|| {
            let wrong = Wrong::parameter("after", "send the `next` of the page before");
            Details::bad_parameters(vec![wrong])
        })?;
        ids = &rows[place + 1..];
    }
    let mut items = Vec::new();
    for row in ids.iter().take(limit) {
        items.push(own(&shop, &caller, &row.id).await?);
    }
    let last = items.last().filter(|_| ids.len() > limit);
    let next = last.map(|order| order.id.clone());
    Ok(Json(Orders { items, next }))
}

/// Show one order
#[utoipa::path(
    get, path = "/api/v1/orders/{id}", tag = "Buying", security(("token" = [])),
    params(("id" = String, Path, description = "The order")),
    responses((status = 200, body = OrderView), Any, Private, One)
)]
pub(super) async fn show_order(
    State(shop): State<Shop>,
    caller: Caller,
    id: Segment,
) -> Result<Json<OrderView>, Details> {
    let order = id.parse(OrderId::parse)?;
    Ok(Json(own(&shop, &caller, &order).await?))
}

/// Gives an order of the caller as it stands now.
pub(super) async fn own(
    shop: &Shop,
    caller: &Caller,
    order: &OrderId,
) -> Result<OrderView, Details> {
    let sale = checkout::own_order(shop, &caller.buyer, order).await;
    let sale = sale.map_err(|trouble| Details::of(trouble, not_done))?;
    let appointment = appointment(shop, order, &sale).await?;
    let view = OrderView::of(shop, order, &sale, caller.lang);
    Ok(OrderView {
        appointment,
        ..view
    })
}

/// Gives the time that was chosen for an order which can still have one.
async fn appointment(
    shop: &Shop,
    order: &OrderId,
    sale: &Sale,
) -> Result<Option<SlotView>, Details> {
    let at_bay = matches!(sale.stage, Stage::AtBay { .. });
    if !at_bay && !desk::may_choose(sale, shop.now()) {
        return Ok(None);
    }
    let (tower, _) = shop.store.load::<Tower>(&sale.tower).await?;
    Ok(desk::given(&tower, order).as_ref().map(SlotView::of))
}

/// Reads the id of an order; what is none is nobody's order.
pub(super) fn order_id(text: &str) -> Result<OrderId, Details> {
    OrderId::parse(text).map_err(|_| not_found())
}

impl OrderView {
    fn of(shop: &Shop, id: &OrderId, sale: &Sale, lang: Lang) -> OrderView {
        let time = |moment: Moment| moment.timestamp().to_string();
        let (reasons, other_ways) = match &sale.stage {
            Stage::Refused { reasons } => (
                reasons.iter().map(Reason::of).collect(),
                other_ways(shop, sale.plan),
            ),
            _ => (vec![], vec![]),
        };
        let bay = match &sale.stage {
            Stage::AtBay { bay, .. } => Some(bay.clone()),
            _ => None,
        };
        OrderView {
            id: id.to_string(),
            state: OrderState::of(&sale.stage),
            vin: sale.vin.to_string(),
            tower: sale.tower.to_string(),
            plan: PlanView::of(sale.plan),
            price: Amount::of(sale.price, lang),
            hold_until: time(sale.hold_until),
            reasons,
            other_ways,
            offer: sale.terms.as_ref().map(|terms| SignedSums {
                sums: Sums::of_terms(terms, lang),
                disclosure_hash: terms.disclosure_hash.clone(),
                contract_hash: terms.contract_hash.clone(),
            }),
            agreement: sale.agreement.as_ref().map(ToString::to_string),
            payment: sale.payment.as_ref().map(ToString::to_string),
            paid: sale.paid.map(|paid| Amount::of(paid, lang)),
            appointment: None,
            bay,
            delay: sale.delay.map(|delay| DelayView {
                cause: CauseName::of(delay.cause),
                happened: crate::delay::happened(delay.cause, Text::of(lang)),
                since: time(delay.since),
                refund_from: time(delay.refund_from),
                is_told: delay.is_told,
            }),
            started_at: time(sale.stopwatch.started_at),
            paid_at: sale.stopwatch.paid_at.map(time),
            keys_at: sale.stopwatch.keys_at.map(time),
        }
    }
}

fn other_ways(shop: &Shop, plan: Plan) -> Vec<PlanView> {
    let ways = checkout::other_ways(shop, plan).into_iter();
    let plans = ways.map(|way| match way {
        SalesWay::LargerDownPayment { down, months } => Plan { down, months },
        SalesWay::PayInFull => Plan::IN_FULL,
    });
    plans.map(PlanView::of).collect()
}

impl Reason {
    fn of(reason: &SalesReason) -> Reason {
        match reason {
            SalesReason::HistoryBelowTier { admittance_score } => Reason::HistoryBelowTier {
                admittance_score: *admittance_score,
            },
            SalesReason::DownPaymentTooSmall { at_least } => Reason::DownPaymentTooSmall {
                at_least: percent(*at_least),
            },
        }
    }
}

impl CauseName {
    fn of(cause: DelayCause) -> CauseName {
        match cause {
            DelayCause::NoAnswer => CauseName::NoAnswer,
            DelayCause::SafetyStop => CauseName::SafetyStop,
            DelayCause::LiftStopped => CauseName::LiftStopped,
            DelayCause::BayStopped => CauseName::BayStopped,
            DelayCause::ByHand => CauseName::ByHand,
            DelayCause::CarsDisagree => CauseName::CarsDisagree,
            DelayCause::WrongCar => CauseName::WrongCar,
            DelayCause::OrderRefused => CauseName::OrderRefused,
            DelayCause::PowerLost => CauseName::PowerLost,
            DelayCause::MoveBrokenOff => CauseName::MoveBrokenOff,
            DelayCause::Checking => CauseName::Checking,
        }
    }
}

impl OrderState {
    /// Names a stage.
    pub(super) fn of(stage: &Stage) -> OrderState {
        match stage {
            Stage::Started => OrderState::Started,
            Stage::AskingCredit => OrderState::AskingCredit,
            Stage::CreditUnknown => OrderState::CreditUnknown,
            Stage::Approved => OrderState::Approved,
            Stage::Refused { .. } => OrderState::Refused,
            Stage::Offered => OrderState::Offered,
            Stage::Signed => OrderState::Signed,
            Stage::Paying => OrderState::Paying,
            Stage::PaidLate => OrderState::PaidLate,
            Stage::Paid => OrderState::Paid,
            Stage::Fetching { .. } => OrderState::Fetching,
            Stage::AtBay { .. } => OrderState::AtBay,
            Stage::HandedOver => OrderState::HandedOver,
            Stage::Expired => OrderState::Expired,
            Stage::Cancelled => OrderState::Cancelled,
            Stage::Refunding { .. } => OrderState::Refunding,
            Stage::Refunded => OrderState::Refunded,
        }
    }
}
