//! Driver and twin over OPC UA, and a foreign client that works the twin.

use crate::peer::{folder, python};
use kernel::Vin;
use opcua::{Access, OpcUaDriver, Protection, Server, Sign};
use plc::driver::DeviceRefusal;
use plc::panel::Panel;
use plc::twin::Car;
use plc::{Driver, Fault, Report, Twin, TwinOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;
use tokio::time::{Instant, sleep};
use tower::handshake::{Action, Mode, Order, Outcome, Unit};
use tower::job::CarSize;
use tower::tower::Place;

const LIFT: Unit = Unit(0);

struct Site {
    twin: Twin,
    server: Server,
    driver: OpcUaDriver,
    folder: PathBuf,
}

impl Drop for Site {
    fn drop(&mut self) {
        // A leftover harms nobody: the next test of this name begins by removing it.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Site {
    /// A tower with one car in its first slot.
    async fn start(test: &str, speed: u32) -> Site {
        let folder = std::env::temp_dir().join(format!("opcua-{}-{test}", std::process::id()));
        let size = CarSize {
            length_mm: 4_300,
            width_mm: 1_850,
            height_mm: 1_450,
            mass_kg: 1_400,
        };
        let vin = Vin::parse("ZAMXXAA1000000001").expect("a VIN");
        let mut options = TwinOptions::new(crate::shift::machine(), &folder.join("state.json"));
        options.stock = [(Place::from("01-1"), Car { vin, size })].into();
        options.speed = speed;
        let twin = Twin::start(options).await.expect("the twin starts");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let server = Server::start(&twin, listen).await.expect("a free port");
        let driver = driver(&server, &folder);
        Site {
            twin,
            server,
            driver,
            folder,
        }
    }

    async fn report(&mut self) -> Report {
        self.driver.read_report().await.expect("the twin answers")
    }

    async fn until(&mut self, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let report = self.report().await;
            if holds(&report) {
                return report;
            }
            assert!(
                Instant::now() < end,
                "waited in vain until {what}: {report:?}"
            );
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn send(&mut self, seq: u32, action: Action) -> Order {
        let epoch = self.report().await.status.epoch;
        let order = Order {
            epoch,
            unit: LIFT,
            seq,
            action,
        };
        self.driver.send(&order).await.expect("the twin answers");
        order
    }
}

fn driver(server: &Server, folder: &Path) -> OpcUaDriver {
    let access = Access {
        protection: Protection::Open,
        sign: Sign::Anonymous,
        certificates: folder.to_owned(),
    };
    OpcUaDriver::new(server.addr(), &crate::shift::machine(), access).expect("the machine fits")
}

fn carry() -> Action {
    Action::Move {
        from: Place::from("01-1"),
        to: Place::from("bay-1"),
    }
}

#[tokio::test]
async fn an_order_shows_in_the_status_as_soon_as_it_is_answered_and_moves_once() {
    let mut site = Site::start("orders", 200).await;
    site.send(1, Action::Home).await;
    // The answer waits for the scan, so that this very status shows it.
    assert_eq!(site.report().await.status.units[0].accepted, 1);
    let homed = site
        .until("homed", |report| report.status.units[0].finished == 1)
        .await;
    assert_eq!(homed.status.units[0].mode, Mode::Idle);
    let order = site.send(2, carry()).await;
    for _ in 0..3 {
        site.driver
            .send(&order)
            .await
            .expect("a repeat is answered");
    }
    let carried = site
        .until("carried", |report| report.status.units[0].finished == 2)
        .await;
    assert_eq!(carried.status.units[0].outcome, Outcome::Done);
    assert!(carried.status.bays[0].floor_loaded);
    assert_eq!(carried.status.tags[0], 0);
}

#[tokio::test]
async fn after_a_power_cut_the_old_order_is_not_sent() {
    let mut site = Site::start("power", 5).await;
    let order = site.send(1, Action::Home).await;
    let mut panel = Panel::connect(site.twin.panel_addr)
        .await
        .expect("it listens");
    panel.power_cut().await.expect("there was power");
    let fault = site.driver.read_report().await.expect_err("nobody answers");
    assert!(matches!(fault, Fault::Wire { .. }), "{fault:?}");
    assert!(!site.driver.is_connected());
    panel.power_on().await.expect("there was none");
    let end = Instant::now() + Duration::from_secs(20);
    let refusal = loop {
        match site
            .driver
            .send(&order)
            .await
            .expect_err("the epoch is another")
        {
            Fault::Refused { refusal, .. } => break refusal,
            fault => assert!(Instant::now() < end, "{fault:?}"),
        }
    };
    let (order, device) = (order.epoch, order.epoch + 1);
    assert_eq!(refusal, DeviceRefusal::OtherEpoch { order, device });
    assert_eq!(site.report().await.status.units[0].mode, Mode::NotHomed);
}

#[tokio::test]
async fn a_foreign_client_finds_the_tower_and_works_it() {
    let site = Site::start("client", 5).await;
    let output = Command::new(python())
        .arg(folder().join("opcua_client.py"))
        .arg(site.server.addr().port().to_string())
        .output()
        .await
        .expect("the prepared Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaints}");
    let expected = [
        "namespaces http://opcfoundation.org/UA/ urn:automat:twin urn:automat:tower",
        "found Order Status bay-1 lift-1",
        "state Stopped",
        "answers Accepted Repeat OtherEpoch",
        "seen Resetting Idle",
        "mode 1 accepted 1 finished 1 outcome 1",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}
