//! What every foreign machine controller has to live through with us, whatever it speaks.

use crate::peer::Peer;
use crate::shift::{Shift, fetch, store, vin};
use plc::Driver;
use std::time::Duration;
use tower::handshake::Action;
use tower::inventory::tag;
use tower::tower::Event;

/// How long a reply may take in these drills; one that is late comes much later.
pub(crate) const DEADLINE: Duration = Duration::from_millis(400);

fn is_left(event: &Event) -> bool {
    matches!(event, Event::CarLeft { .. })
}

fn is_stored(event: &Event) -> bool {
    matches!(event, Event::CarStored { .. })
}

fn is_reconciled(event: &Event) -> bool {
    matches!(event, Event::Reconciled { .. })
}

/// Sees that the car of the store stands in one slot, for us and for the machine.
fn assert_stored(shift: &mut Shift) {
    assert_eq!(shift.happened(is_stored), 1);
    assert_eq!(shift.state.inventory.len(), 1);
    let cars = shift.peer.cars();
    let (place, seen) = cars.split_once('=').expect("one car stands somewhere");
    assert_eq!(seen, tag(&vin()).to_string(), "{cars}");
    assert!(
        (1..=6).contains(&place.parse().expect("a number")),
        "{cars}"
    );
}

/// Counts the different moves that were ordered.
fn moves(shift: &Shift) -> usize {
    let sent = shift.sent.iter();
    let moves = sent.filter(|order| matches!(order.action, Action::Move { .. }));
    let mut numbers: Vec<_> = moves.map(|order| (order.epoch, order.seq)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

pub(crate) async fn a_car_is_stored_and_fetched(peer: Peer, driver: impl Driver + 'static) {
    let mut shift = Shift::begin(peer, driver);
    shift.queue(store());
    shift.until_idle().await;
    assert_stored(&mut shift);
    shift.queue(fetch());
    shift.until_idle().await;
    assert_eq!((shift.happened(is_left), moves(&shift)), (1, 2));
    assert_eq!(
        (shift.state.inventory.len(), shift.peer.cars()),
        (0, String::new())
    );
    assert_eq!(shift.lost, 0, "nothing went wrong on the wire");
}

pub(crate) async fn a_late_reply_spoils_nothing(peer: Peer, driver: impl Driver + 'static) {
    let mut shift = Shift::begin(peer, driver);
    shift.queue(store());
    shift.until_on_lift().await;
    // It arrives when other requests have been made and answered.
    shift.peer.reply_late(DEADLINE * 2);
    shift.until_idle().await;
    assert_stored(&mut shift);
    assert_eq!(moves(&shift), 1);
    assert!(shift.lost > 0, "a reply was late");
}

pub(crate) async fn a_dropped_connection_spoils_nothing(peer: Peer, driver: impl Driver + 'static) {
    let mut shift = Shift::begin(peer, driver);
    shift.queue(store());
    shift.until_on_lift().await;
    shift.peer.drop_connections();
    shift.until_idle().await;
    assert_stored(&mut shift);
    assert_eq!(moves(&shift), 1);
    assert!(shift.lost > 0, "the connection was broken");
}

pub(crate) async fn after_a_restart_the_broken_move_is_not_sent_again(
    peer: Peer,
    driver: impl Driver + 'static,
) {
    let mut shift = Shift::begin(peer, driver);
    shift.queue(store());
    shift.until_on_lift().await;
    let before = shift.sent.len();
    let broken = shift.sent.last().expect("a move was sent").action.clone();
    shift.peer.restart();
    shift.until_idle().await;
    assert_stored(&mut shift);
    let after = &shift.sent[before..];
    assert!(after.iter().all(|order| order.epoch == 2), "{after:?}");
    assert_eq!(
        after.first().map(|order| &order.action),
        Some(&Action::Home)
    );
    assert!(
        after.iter().all(|order| order.action != broken),
        "{after:?}"
    );
    assert_eq!(shift.happened(is_reconciled), 2, "once for each epoch");
}
