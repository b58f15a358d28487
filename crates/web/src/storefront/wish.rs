//! What a visitor wanted before signing in, carried through the sign-in in hidden fields.
//!
//! Only a car with a plan, an order of one's own, or a drop: nothing that could lead out of the
//! shop.

use super::plan::{PlanFields, query};
use crate::shop::Shop;
use crate::text::Lang;
use kernel::{DropId, OrderId, Vin};
use sales::order::Plan;
use serde::Deserialize;

/// The fields of an address or a form that carry a wish.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct WishFields {
    vin: Option<String>,
    order: Option<String>,
    drop: Option<String>,
    down: Option<String>,
    months: Option<String>,
}

/// What is wanted once the visitor is known.
pub(super) enum Wish {
    /// To hold a car.
    Hold { vin: Vin, plan: Plan },
    /// To see an order.
    Order(OrderId),
    /// To take part in a drop.
    Drop(DropId),
    /// To see all orders.
    Orders,
}

impl WishFields {
    /// Takes the fields of a form that carries more.
    pub(super) fn new(
        vin: Option<String>,
        order: Option<String>,
        drop: Option<String>,
        down: Option<String>,
        months: Option<String>,
    ) -> WishFields {
        WishFields {
            vin,
            order,
            drop,
            down,
            months,
        }
    }

    /// Reads the wish.
    pub(super) fn read(&self, shop: &Shop) -> Wish {
        let vin = self.vin.as_deref().and_then(|text| Vin::parse(text).ok());
        let order = self
            .order
            .as_deref()
            .and_then(|text| OrderId::parse(text).ok());
        let drop = self
            .drop
            .as_deref()
            .and_then(|text| DropId::parse(text).ok());
        let plan = PlanFields::new(self.down.clone(), self.months.clone());
        match (vin, order, drop) {
            (Some(vin), ..) => Wish::Hold {
                vin,
                plan: plan.read(shop),
            },
            (None, Some(order), _) => Wish::Order(order),
            (None, None, Some(drop)) => Wish::Drop(drop),
            (None, None, None) => Wish::Orders,
        }
    }
}

impl Wish {
    /// Gives the address of the sign-in that carries this wish.
    pub(super) fn sign_in(&self, lang: Lang) -> String {
        let base = format!("/{}/sign-in", lang.prefix());
        match self {
            Wish::Hold { vin, plan } => format!("{base}?vin={vin}&{}", query(*plan)),
            Wish::Order(order) => format!("{base}?order={order}"),
            Wish::Drop(drop) => format!("{base}?drop={drop}"),
            Wish::Orders => base,
        }
    }

    /// Gives the hidden fields of a form that carries this wish.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Wish::Hold { vin, plan } => vec![
                ("vin", vin.to_string()),
                ("down", plan.down.percent().to_string()),
                ("months", plan.months.to_string()),
            ],
            Wish::Order(order) => vec![("order", order.to_string())],
            Wish::Drop(drop) => vec![("drop", drop.to_string())],
            Wish::Orders => vec![],
        }
    }
}
