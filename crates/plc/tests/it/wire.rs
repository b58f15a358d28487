//! ModbusDriver and twin over real sockets: the whole handshake, as a tower would run it.

use crate::plant::{SMALL, Scratch, carry, close, machine, open, place, stock, unit_for, vin};
use plc::codes::{Answer, Reason};
use plc::driver::DeviceRefusal;
use plc::{Fault, ModbusDriver, Panel, Report, Twin, TwinOptions};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::handshake::{Action, Mode, Order, Outcome};

/// Fast enough that a move of a minute takes a tenth of a second.
const SPEED: u32 = 600;

struct Site {
    twin: Twin,
    driver: ModbusDriver,
    panel: Panel,
    /// The last number given to the lift and to the bay.
    seqs: [u32; 2],
}

fn options(scratch: &Scratch, places: &[&str]) -> TwinOptions {
    TwinOptions {
        stock: stock(places),
        speed: SPEED,
        scan: Duration::from_millis(2),
        ..TwinOptions::new(machine(), &scratch.state_file())
    }
}

impl Site {
    async fn start(options: TwinOptions) -> Site {
        let twin = Twin::start(options).await.expect("the twin starts");
        let driver = ModbusDriver::connect(twin.modbus_addr, 1, &machine())
            .await
            .expect("it answers");
        let panel = Panel::connect(twin.panel_addr)
            .await
            .expect("the panel listens");
        Site {
            twin,
            driver,
            panel,
            seqs: [0; 2],
        }
    }

    async fn homed(options: TwinOptions) -> Site {
        let mut site = Site::start(options).await;
        let report = site.run(Action::Home).await;
        assert_eq!(
            (report.status.units[0].mode, report.status.units[0].outcome),
            (Mode::Idle, Outcome::Done)
        );
        site
    }

    async fn report(&mut self) -> Report {
        self.driver.read_report().await.expect("the twin answers")
    }

    async fn send(&mut self, action: Action) -> Order {
        let epoch = self.report().await.status.epoch;
        let unit = unit_for(&action);
        self.seqs[unit.index()] += 1;
        let order = Order {
            epoch,
            unit,
            seq: self.seqs[unit.index()],
            action,
        };
        self.driver
            .send(&order)
            .await
            .expect("the twin takes an order block");
        order
    }

    async fn until(&mut self, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let report = self.report().await;
            if holds(&report) {
                return report;
            }
            assert!(
                Instant::now() < deadline,
                "waited in vain until {what}: {report:?}"
            );
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// Sends an order and waits for its end.
    async fn run(&mut self, action: Action) -> Report {
        let order = self.send(action).await;
        self.until("it is finished", |report| {
            report.status.units[order.unit.index()].finished == order.seq
        })
        .await
    }
}

#[tokio::test]
async fn a_car_is_driven_in_carried_up_carried_down_and_driven_out() {
    let scratch = Scratch::new("round");
    let mut site = Site::homed(options(&scratch, &[])).await;
    let bay = place("bay-1");
    site.run(open()).await;
    site.panel
        .drive_in(&bay, &vin(1), SMALL)
        .await
        .expect("the door is open");
    site.until("the driver has left", |report| {
        !report.status.bays[0].person_overhead
    })
    .await;
    site.run(close()).await;
    let stored = site.run(carry("bay-1", "15-4")).await;
    assert_eq!(stored.status.units[0].outcome, Outcome::Done);
    assert_eq!(stored.status.tags[59], tower::inventory::tag(&vin(1)));
    assert!(!stored.status.bays[0].floor_loaded);

    let fetched = site.run(carry("15-4", "bay-1")).await;
    assert!(fetched.status.bays[0].floor_loaded);
    site.run(open()).await;
    site.panel
        .drive_out(&bay)
        .await
        .expect("the car stands there");
    let gone = site
        .until("it has left", |report| report.status.bays[0].exits == 1)
        .await;
    assert!(!gone.status.bays[0].floor_loaded);
    let world = site.panel.status().await.expect("the panel answers");
    assert_eq!(world.cars.len(), 0);
    site.twin.stop().await.expect("it ends well");
}

#[tokio::test]
async fn a_refused_order_uses_its_number_up_and_tells_why() {
    let scratch = Scratch::new("refused");
    let mut site = Site::homed(options(&scratch, &["01-1"])).await;
    let report = site.run(carry("02-2", "bay-1")).await;
    assert_eq!(report.status.units[0].outcome, Outcome::Refused);
    assert_eq!(report.answers[0].reason, Reason::SourceEmpty);
    let report = site.run(carry("01-1", "bay-1")).await;
    assert_eq!(report.status.units[0].outcome, Outcome::Done);
}

#[tokio::test]
async fn an_order_sent_again_and_again_moves_once() {
    let scratch = Scratch::new("repeat");
    let mut site = Site::homed(options(&scratch, &["01-1"])).await;
    let order = site.send(carry("01-1", "02-1")).await;
    for _ in 0..5 {
        site.driver
            .send(&order)
            .await
            .expect("the twin takes an order block");
    }
    let report = site
        .until("it is finished", |report| {
            report.status.units[0].finished == 2
        })
        .await;
    assert_eq!(report.status.units[0].outcome, Outcome::Done);
    site.driver
        .send(&order)
        .await
        .expect("the twin takes an order block");
    let report = site
        .until("it is answered", |report| {
            report.answers[0].answer == Answer::Repeat
        })
        .await;
    assert_eq!(
        (report.status.units[0].accepted, report.status.units[0].mode),
        (2, Mode::Idle)
    );
}

#[tokio::test]
async fn after_a_power_cut_the_car_is_on_the_lift_and_the_old_order_is_not_sent() {
    let scratch = Scratch::new("cut");
    let mut site = Site::homed(TwinOptions {
        speed: 20,
        ..options(&scratch, &["15-4"])
    })
    .await;
    let order = site.send(carry("15-4", "bay-1")).await;
    site.until("the car is on the lift", |report| {
        report.status.lifts[0].tag != 0
    })
    .await;
    site.panel.power_cut().await.expect("there was power");
    let fault = site.driver.read_status().await.expect_err("nobody answers");
    assert!(matches!(fault, Fault::Wire { .. }), "{fault:?}");
    assert!(!site.driver.is_connected());

    site.panel.power_on().await.expect("there was none");
    let resent = site
        .driver
        .send(&order)
        .await
        .expect_err("the epoch is another");
    let Fault::Refused { refusal, .. } = resent else {
        panic!("{resent:?}")
    };
    assert_eq!(
        refusal,
        DeviceRefusal::OtherEpoch {
            order: 1,
            device: 2
        }
    );

    let report = site.report().await;
    assert_eq!(report.status.units[0].mode, Mode::NotHomed);
    assert_ne!(report.status.lifts[0].tag, 0);
    site.panel.speed(SPEED).await.expect("a speed");
    site.seqs = [0; 2];
    site.run(Action::Home).await;
    let report = site.run(carry("lift-1", "bay-1")).await;
    assert_eq!(report.status.units[0].outcome, Outcome::Done);
}

#[tokio::test]
async fn a_killed_twin_finds_its_cars_where_they_were_and_draws_a_new_epoch() {
    let scratch = Scratch::new("kill");
    let mut site = Site::homed(TwinOptions {
        speed: 20,
        ..options(&scratch, &["15-4"])
    })
    .await;
    site.send(carry("15-4", "bay-1")).await;
    site.until("the car is on the lift", |report| {
        report.status.lifts[0].tag != 0
    })
    .await;
    site.twin.kill().await;

    // The stock is only for a tower without a past, so that this one is not filled twice.
    let mut again = Site::start(options(&scratch, &["01-1", "01-2"])).await;
    let report = again.report().await;
    assert_eq!(
        (report.status.epoch, report.status.units[0].mode),
        (2, Mode::NotHomed)
    );
    assert_eq!(report.status.lifts[0].tag, tower::inventory::tag(&vin(1)));
    assert!(report.status.tags.iter().all(|tag| *tag == 0));
}

#[tokio::test]
async fn a_jam_breaks_the_order_off_and_people_mend_it() {
    let scratch = Scratch::new("jam");
    let mut site = Site::homed(TwinOptions {
        speed: 20,
        ..options(&scratch, &["15-4"])
    })
    .await;
    site.send(carry("15-4", "bay-1")).await;
    site.until("the lift goes up", |report| {
        report.status.lifts[0].height_mm > 5_000
    })
    .await;
    site.panel
        .jam(&place("lift-1"))
        .await
        .expect("there is such a lift");
    let report = site
        .until("it stands", |report| {
            report.status.units[0].mode == Mode::Fault
        })
        .await;
    assert_eq!(
        (report.status.units[0].outcome, report.answers[0].reason),
        (Outcome::BrokenOff, Reason::Fault)
    );
    site.panel.clear_jam().await.expect("it was jammed");
    site.panel.speed(SPEED).await.expect("a speed");
    let report = site.run(Action::Home).await;
    assert_eq!(report.status.units[0].mode, Mode::Idle);
}

#[tokio::test]
async fn a_machine_of_four_hundred_places_is_read_in_one_status() {
    let scratch = Scratch::new("large");
    let text = include_str!("../../../../machines/autostadt-wolfsburg.toml");
    let machine = tower::machine::Machine::parse(text, "autostadt-wolfsburg.toml")
        .expect("the machine file is sound");
    let file = scratch.state_file();
    let twin = Twin::start(TwinOptions::new(machine.clone(), &file))
        .await
        .expect("it starts");
    let unit = machine.plc.unit_id;
    let mut driver = ModbusDriver::connect(twin.modbus_addr, unit, &machine)
        .await
        .expect("it answers");
    let status = driver.read_status().await.expect("it answers");
    assert_eq!(status.tags.len(), machine.places.len());
    assert!(machine.places.len() >= 400);
    twin.stop().await.expect("it ends well");
}

#[tokio::test]
async fn a_driver_with_another_machine_file_recognises_the_stranger() {
    let scratch = Scratch::new("stranger");
    let twin = Twin::start(options(&scratch, &[]))
        .await
        .expect("the twin starts");
    let text = include_str!("../../../../machines/tmall-guangzhou.toml");
    let other = tower::machine::Machine::parse(text, "tmall-guangzhou.toml").expect("it is sound");
    let fault = ModbusDriver::connect(twin.modbus_addr, 1, &other)
        .await
        .err();
    assert!(matches!(fault, Some(Fault::Foreign { .. })), "{fault:?}");
}
