//! Against a machine controller that pymodbus serves.

use crate::drills::{self, DEADLINE};
use crate::peer::Peer;
use crate::shift::machine;
use plc::ModbusDriver;

fn start() -> (Peer, ModbusDriver) {
    let peer = Peer::start("modbus_peer.py");
    let driver = ModbusDriver::new(peer.addr, 1, &machine()).expect("the machine fits the map");
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
