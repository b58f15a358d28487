//! An event of any context, with the stream it belongs to.

use finance::agreement::{self, Agreement};
use finance::payment::{self, Payment};
use kernel::{AgreementId, BuyerId, Decider, DropId, OrderId, PaymentId, TowerId, Vin};
use sales::buyer::{self, Buyer};
use sales::drop::{self, Drop};
use sales::order::{self, Order};
use sales::vehicle::{self, Vehicle};
use tower::tower::{self as machine, Tower};

/// Something that happened, anywhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// To a car.
    Vehicle(Vin, vehicle::Event),
    /// To a buyer.
    Buyer(BuyerId, buyer::Event),
    /// To an order.
    Order(OrderId, order::Event),
    /// To a drop.
    Drop(DropId, drop::Event),
    /// To a payment.
    Payment(PaymentId, payment::Event),
    /// To an agreement.
    Agreement(AgreementId, agreement::Event),
    /// To a tower.
    Tower(TowerId, machine::Event),
}

/// An aggregate whose events can be told to the other contexts.
pub trait Stream: Decider {
    /// Tells an event as a fact.
    fn fact(id: &Self::Id, event: &Self::Event) -> Fact;
}

impl Stream for Vehicle {
    fn fact(id: &Vin, event: &vehicle::Event) -> Fact {
        Fact::Vehicle(id.clone(), event.clone())
    }
}

impl Stream for Buyer {
    fn fact(id: &BuyerId, event: &buyer::Event) -> Fact {
        Fact::Buyer(id.clone(), event.clone())
    }
}

impl Stream for Order {
    fn fact(id: &OrderId, event: &order::Event) -> Fact {
        Fact::Order(id.clone(), event.clone())
    }
}

impl Stream for Drop {
    fn fact(id: &DropId, event: &drop::Event) -> Fact {
        Fact::Drop(id.clone(), event.clone())
    }
}

impl Stream for Payment {
    fn fact(id: &PaymentId, event: &payment::Event) -> Fact {
        Fact::Payment(id.clone(), event.clone())
    }
}

impl Stream for Agreement {
    fn fact(id: &AgreementId, event: &agreement::Event) -> Fact {
        Fact::Agreement(id.clone(), event.clone())
    }
}

impl Stream for Tower {
    fn fact(id: &TowerId, event: &machine::Event) -> Fact {
        Fact::Tower(id.clone(), event.clone())
    }
}
