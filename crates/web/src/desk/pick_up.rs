//! At the tower: the pick-up code, the bay, and the car accepted or rejected.
//!
//! The code is made from the order and the shop's key, so it is nowhere stored; it is worth nothing
//! once the bay was opened, because the order has moved on.

use super::Trouble;
use super::checkout::{NotDone, tell_order};
use crate::shop::Shop;
use kernel::OrderId;
use sales::order::{self, Order, Stage, Visit};
use store::{OrderFilter, Page};

const CODE_DIGITS: u32 = 6;

/// More cars than any tower holds.
const ALL: Page = Page {
    skip: 0,
    limit: 10_000,
};

/// Makes the pick-up code of an order: six digits.
pub fn code(shop: &Shop, order: &OrderId) -> String {
    shop.secret.digits("pick-up", order.as_str(), CODE_DIGITS)
}

/// Finds the order whose car is at the bay or on its way there, and whose code this is.
pub async fn find(shop: &Shop, typed: &str) -> Result<Option<OrderId>, store::Fault> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    for state in ["at-bay", "fetching"] {
        let filter = OrderFilter {
            state: Some(state.to_owned()),
            ..OrderFilter::default()
        };
        let on_their_way = shop.store.orders(filter, ALL).await?;
        let theirs = on_their_way
            .into_iter()
            .find(|row| code(shop, &row.id) == digits);
        if let Some(row) = theirs {
            return Ok(Some(row.id));
        }
    }
    Ok(None)
}

/// How far a visit at the bay is; none when the car is not there.
pub async fn visit(shop: &Shop, order: &OrderId) -> Result<Option<Visit>, store::Fault> {
    let (state, _) = shop.store.load::<Order>(order).await?;
    Ok(state.sale().and_then(|sale| match &sale.stage {
        Stage::AtBay { visit, .. } => Some(*visit),
        _ => None,
    }))
}

/// Accepts the code: the tower is asked for the door.
pub async fn accept_code(shop: &Shop, order: &OrderId) -> Result<(), Trouble<NotDone>> {
    tell_order(shop, order, order::Command::AcceptCode).await
}

/// Accepts the car after looking at it.
pub async fn accept_car(shop: &Shop, order: &OrderId) -> Result<(), Trouble<NotDone>> {
    tell_order(shop, order, order::Command::AcceptCar).await
}

/// Rejects the car after looking at it: the money goes back and the car up again.
pub async fn reject_car(
    shop: &Shop,
    order: &OrderId,
    reason: &str,
) -> Result<(), Trouble<NotDone>> {
    let reason = reason.trim().to_owned();
    tell_order(shop, order, order::Command::RejectCar { reason }).await
}
