//! Facts read back from the log, whatever context they belong to.

use crate::fault::Fault;
use crate::log::StreamName;
use finance::{agreement::Agreement, payment::Payment};
use kernel::{AgreementId, BuyerId, Decider, InvalidId, OrderId, PaymentId, TowerId, Vin};
use reactions::{Fact, Stream};
use sales::{buyer::Buyer, order::Order, vehicle::Vehicle};
use tower::tower::Tower;

/// Reads an event of any stream as the fact it was.
pub(crate) fn fact(stream: &StreamName, version: u64, body: &str) -> Result<Fact, Fault> {
    let unknown = || Fault::row("events", format!("no stream is named {}", stream.text));
    let (kind, id) = stream.text.split_once('-').ok_or_else(unknown)?;
    match kind {
        Vehicle::KIND => one::<Vehicle>(Vin::parse(id), stream, version, body),
        Buyer::KIND => one::<Buyer>(BuyerId::parse(id), stream, version, body),
        Order::KIND => one::<Order>(OrderId::parse(id), stream, version, body),
        Payment::KIND => one::<Payment>(PaymentId::parse(id), stream, version, body),
        Agreement::KIND => one::<Agreement>(AgreementId::parse(id), stream, version, body),
        Tower::KIND => one::<Tower>(TowerId::parse(id), stream, version, body),
        _ => Err(unknown()),
    }
}

fn one<D: Stream>(
    id: Result<D::Id, InvalidId>,
    stream: &StreamName,
    version: u64,
    body: &str,
) -> Result<Fact, Fault> {
    let id = id.map_err(|error| Fault::row("events", error))?;
    let event: D::Event =
        serde_json::from_str(body).map_err(Fault::body("an event", &stream.text, version))?;
    Ok(D::fact(&id, &event))
}
