//! What a visitor wanted before signing in, carried through the sign-in in hidden fields.
//!
//! Only a car with a plan, or an order of one's own: nothing that could lead out of the shop.

use super::plan::{PlanFields, query};
use crate::shop::Shop;
use crate::text::Lang;
use kernel::{OrderId, Vin};
use sales::order::Plan;
use serde::Deserialize;

/// The fields of an address or a form that carry a wish.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct WishFields {
    vin: Option<String>,
    order: Option<String>,
    down: Option<String>,
    months: Option<String>,
}

/// What is wanted once the visitor is known.
pub(super) enum Wish {
    /// To hold a car.
    Hold { vin: Vin, plan: Plan },
    /// To see an order.
    Order(OrderId),
    /// To see all orders.
    Orders,
}

impl WishFields {
    /// Takes the fields of a form that carries more.
    pub(super) fn new(
        vin: Option<String>,
        order: Option<String>,
        down: Option<String>,
        months: Option<String>,
    ) -> WishFields {
        WishFields {
            vin,
            order,
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
        let plan = PlanFields::new(self.down.clone(), self.months.clone());
        match (vin, order) {
            (Some(vin), _) => Wish::Hold {
                vin,
                plan: plan.read(shop),
            },
            (None, Some(order)) => Wish::Order(order),
            (None, None) => Wish::Orders,
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
            Wish::Orders => vec![],
        }
    }
}
