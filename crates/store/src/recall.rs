//! Streams read back from the log by their name alone, whatever context they belong to.

use crate::database::Database;
use crate::fault::Fault;
use crate::log::StreamName;
use crate::views;
use finance::{agreement::Agreement, payment::Payment};
use kernel::{AgreementId, BuyerId, Decider, DropId, InvalidId, OrderId, PaymentId, TowerId, Vin};
use reactions::{Fact, Stream};
use sales::{buyer::Buyer, drop::Drop, order::Order, vehicle::Vehicle};
use tower::tower::Tower;

/// A stream's kind and id, as its name tells.
enum Named {
    Vehicle(Vin),
    Buyer(BuyerId),
    Order(OrderId),
    Drop(DropId),
    Payment(PaymentId),
    Agreement(AgreementId),
    Tower(TowerId),
}

fn named(stream: &StreamName) -> Result<Named, Fault> {
    let unknown = || Fault::row("events", format!("no stream is named {}", stream.text));
    let wrong = |error: InvalidId| Fault::row("events", error);
    let (kind, id) = stream.text.split_once('-').ok_or_else(unknown)?;
    match kind {
        Vehicle::KIND => Vin::parse(id).map(Named::Vehicle).map_err(wrong),
        Buyer::KIND => BuyerId::parse(id).map(Named::Buyer).map_err(wrong),
        Order::KIND => OrderId::parse(id).map(Named::Order).map_err(wrong),
        Drop::KIND => DropId::parse(id).map(Named::Drop).map_err(wrong),
        Payment::KIND => PaymentId::parse(id).map(Named::Payment).map_err(wrong),
        Agreement::KIND => AgreementId::parse(id).map(Named::Agreement).map_err(wrong),
        Tower::KIND => TowerId::parse(id).map(Named::Tower).map_err(wrong),
        _ => Err(unknown()),
    }
}

/// Reads an event of any stream as the fact it was.
pub(crate) fn fact(stream: &StreamName, version: u64, body: &str) -> Result<Fact, Fault> {
    match named(stream)? {
        Named::Vehicle(id) => read::<Vehicle>(&id, stream, version, body),
        Named::Buyer(id) => read::<Buyer>(&id, stream, version, body),
        Named::Order(id) => read::<Order>(&id, stream, version, body),
        Named::Drop(id) => read::<Drop>(&id, stream, version, body),
        Named::Payment(id) => read::<Payment>(&id, stream, version, body),
        Named::Agreement(id) => read::<Agreement>(&id, stream, version, body),
        Named::Tower(id) => read::<Tower>(&id, stream, version, body),
    }
}

fn read<D: Stream>(
    id: &D::Id,
    stream: &StreamName,
    version: u64,
    body: &str,
) -> Result<Fact, Fault> {
    let event: D::Event =
        serde_json::from_str(body).map_err(Fault::body("an event", &stream.text, version))?;
    Ok(D::fact(id, &event))
}

/// Projects a whole stream into the views and tells how many events it has.
pub(crate) fn replay(database: &Database, stream: &StreamName) -> Result<u64, Fault> {
    match named(stream)? {
        Named::Vehicle(id) => views::replay::<Vehicle>(database, stream, &id),
        Named::Buyer(id) => views::replay::<Buyer>(database, stream, &id),
        Named::Order(id) => views::replay::<Order>(database, stream, &id),
        Named::Drop(id) => views::replay::<Drop>(database, stream, &id),
        Named::Payment(id) => views::replay::<Payment>(database, stream, &id),
        Named::Agreement(id) => views::replay::<Agreement>(database, stream, &id),
        Named::Tower(id) => views::replay::<Tower>(database, stream, &id),
    }
}
