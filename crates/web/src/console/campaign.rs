//! What all drops together came to: listed, sold, by plan, and the first three days.
//!
//! A car counts as sold while its drop says so; its plan and its day are its order's. Days are
//! counted from each drop's opening, 24 hours each, because a drop opens at its own second and not
//! at midnight.

use super::orders::plan_words;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use kernel::{Moment, OrderId};
use sales::drop::{Book, Hand};
use std::collections::BTreeMap;
use store::{OrderFilter, OrderRow};

/// The totals.
#[derive(Default)]
pub(super) struct Campaign {
    pub(super) listed: usize,
    pub(super) sold: usize,
    pub(super) share: Option<String>,
    pub(super) plans: Vec<(String, u64)>,
    pub(super) days: Vec<(String, u64)>,
}

/// What is read of one drop.
pub(super) struct Part {
    listed: usize,
    opened: Option<Moment>,
    sold: Vec<OrderId>,
}

const ORDERS_AT_MOST: usize = 20_000;
const DAYS: usize = 3;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

impl Part {
    /// Reads a drop.
    pub(super) fn of(book: &Book) -> Part {
        let sold = book.units().filter_map(|(_, unit)| match &unit.hand {
            Hand::Sold { order, .. } => Some(order.clone()),
            _ => None,
        });
        Part {
            listed: book.units().count(),
            opened: book.opening().map(|opening| opening.at),
            sold: sold.collect(),
        }
    }
}

impl Campaign {
    /// Adds drops up.
    pub(super) async fn of(shop: &Shop, parts: &[Part], t: Text) -> Result<Campaign, Problem> {
        let orders = orders_since(shop, parts).await?;
        let mut plans: BTreeMap<(u16, String), u64> = BTreeMap::new();
        let mut days = [0; DAYS];
        let sold = parts.iter().filter_map(|part| Some((part.opened?, part)));
        let sold = sold.flat_map(|(opened, part)| part.sold.iter().map(move |id| (opened, id)));
        for (opened, row) in sold.filter_map(|(at, id)| Some((at, orders.get(id)?))) {
            let key = (row.plan.months, plan_words(row.plan, t));
            *plans.entry(key).or_default() += 1;
            let after = row.paid_at.map(|at| at.millis_since(opened) / DAY_MILLIS);
            let day = after.and_then(|day| usize::try_from(day).ok());
            if let Some(count) = day.and_then(|day| days.get_mut(day)) {
                *count += 1;
            }
        }
        let listed: usize = parts.iter().map(|part| part.listed).sum();
        let sold: usize = parts.iter().map(|part| part.sold.len()).sum();
        let day = |(index, count): (usize, u64)| {
            let words = t.with("console-campaign-day", &[("n", &(index + 1))]);
            (words, count)
        };
        let plans = plans.into_iter();
        Ok(Campaign {
            listed,
            sold,
            share: (sold * 100)
                .checked_div(listed)
                .map(|share| format!("{share}%")),
            plans: plans.map(|((_, words), count)| (words, count)).collect(),
            days: days.into_iter().enumerate().map(day).collect(),
        })
    }
}

/// Gives the orders begun since the first of the drops opened.
async fn orders_since(shop: &Shop, parts: &[Part]) -> Result<BTreeMap<OrderId, OrderRow>, Problem> {
    let Some(since) = parts.iter().filter_map(|part| part.opened).min() else {
        return Ok(BTreeMap::new());
    };
    let filter = OrderFilter {
        since: Some(since),
        ..OrderFilter::default()
    };
    let part = store::Page {
        skip: 0,
        limit: ORDERS_AT_MOST,
    };
    let orders = shop.store.orders(filter, part).await?;
    let by_id = orders.into_iter().map(|row| (row.id.clone(), row));
    Ok(by_id.collect())
}
