//! Against a machine controller that asyncua serves.

use crate::drills::{self, DEADLINE};
use crate::peer::Peer;
use crate::shift::machine;
use opcua::{Access, OpcUaDriver, Protection, Sign};
use plc::{Driver, Fault};

fn access() -> Access {
    Access {
        protection: Protection::Open,
        sign: Sign::Anonymous,
        certificates: std::env::temp_dir(),
    }
}

fn start() -> (Peer, OpcUaDriver) {
    let peer = Peer::start("opcua_peer.py");
    let driver = OpcUaDriver::new(peer.addr, &machine(), access()).expect("the machine fits");
    (peer, driver.with_deadline(DEADLINE))
}

#[tokio::test]
async fn a_car_is_stored_and_fetched() {
    let (peer, driver) = start();
    drills::a_car_is_stored_and_fetched(peer, driver).await;
}

#[tokio::test]
async fn a_late_reply_spoils_nothing() {
    let (peer, driver) = start();
    drills::a_late_reply_spoils_nothing(peer, driver).await;
}

#[tokio::test]
async fn a_dropped_connection_spoils_nothing() {
    let (peer, driver) = start();
    drills::a_dropped_connection_spoils_nothing(peer, driver).await;
}

#[tokio::test]
async fn after_a_restart_the_broken_move_is_not_sent_again() {
    let (peer, driver) = start();
    drills::after_a_restart_the_broken_move_is_not_sent_again(peer, driver).await;
}

#[tokio::test]
async fn a_controller_of_another_tower_is_told_as_foreign() {
    let peer = Peer::start("opcua_peer.py");
    let text = include_str!("../../../../machines/autobahn-singapore.toml");
    let other = tower::machine::Machine::parse(text, "autobahn-singapore.toml");
    let other = other.expect("the machine file is sound");
    let mut driver = OpcUaDriver::new(peer.addr, &other, access()).expect("the machine fits");
    let fault = driver.read_report().await.expect_err("it is another tower");
    assert!(matches!(fault, Fault::Foreign { .. }), "{fault:?}");
    assert!(!driver.is_connected());
}
