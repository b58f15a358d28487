//! The driver against devices that are late, mute, confused or strangers.

use crate::plant::{LIFT, layout, machine};
use plc::driver::{DeviceRefusal, WireFailure};
use plc::registers::encode_report;
use plc::{Fault, ModbusDriver};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_modbus::ExceptionCode;
use tower::handshake::{Action, Order};

const DEADLINE: Duration = Duration::from_millis(150);

/// How a device answers one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Well,
    Late,
    AnotherTransaction,
    TooShort,
    Exception(u8),
    HangUp,
}

/// A device that answers requests in the manners given, in turn, and then well.
struct Device {
    addr: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Device {
    async fn start(manners: &'static [Manner]) -> Device {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let asked = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer_all(stream, manners, Arc::clone(&asked)));
            }
        });
        Device { addr, connections }
    }

    fn driver(&self) -> ModbusDriver {
        ModbusDriver::new(self.addr, 1, &machine())
            .expect("the machine fits the map")
            .with_deadline(DEADLINE)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn answer_all(
    mut stream: TcpStream,
    manners: &[Manner],
    asked: Arc<AtomicUsize>,
) -> io::Result<()> {
    loop {
        let mut head = [0; 7];
        stream.read_exact(&mut head).await?;
        let mut body = vec![0; usize::from(u16::from_be_bytes([head[4], head[5]])) - 1];
        stream.read_exact(&mut body).await?;
        let turn = asked.fetch_add(1, Ordering::SeqCst);
        let manner = *manners.get(turn).unwrap_or(&Manner::Well);
        match manner {
            Manner::HangUp => return Ok(()),
            Manner::Late => sleep(DEADLINE * 2).await,
            Manner::AnotherTransaction => head[1] ^= 0x40,
            Manner::Well | Manner::TooShort | Manner::Exception(_) => {}
        }
        let pdu = respond(&body, manner);
        let length = u16::try_from(pdu.len() + 1).expect("a short answer");
        head[4..6].copy_from_slice(&length.to_be_bytes());
        stream.write_all(&[&head[..], &pdu].concat()).await?;
    }
}

/// The answer to a function 3 or 16, from a status block whose heartbeat is 77.
fn respond(body: &[u8], manner: Manner) -> Vec<u8> {
    if let Manner::Exception(code) = manner {
        return vec![body[0] | 0x80, code];
    }
    let word = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
    if body[0] == 16 {
        return body[..5].to_vec();
    }
    let offset = usize::from(word(1) - layout().status_base);
    let count = usize::from(word(3)) - usize::from(manner == Manner::TooShort);
    let words = &status_words()[offset..offset + count];
    let mut pdu = vec![3, u8::try_from(2 * count).expect("at most 125 registers")];
    pdu.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    pdu
}

fn status_words() -> Vec<u16> {
    let mut bench = crate::plant::Bench::booted(&["01-1"]);
    for _ in 0..77 {
        bench.wait(1);
    }
    encode_report(&bench.report(), &layout())
}

#[tokio::test]
async fn a_late_reply_is_never_taken_for_the_next_one() {
    let device = Device::start(&[Manner::Late]).await;
    let mut driver = device.driver();
    let fault = driver.read_status().await.expect_err("the device is late");
    assert!(
        matches!(
            fault,
            Fault::Wire {
                source: WireFailure::Late(_),
                ..
            }
        ),
        "{fault:?}"
    );
    assert!(!driver.is_connected());
    // By now the late reply is on its way; it must meet a closed connection.
    sleep(DEADLINE * 2).await;
    for _ in 0..3 {
        let status = driver.read_status().await.expect("a new connection serves");
        assert_eq!((status.epoch, status.heartbeat), (7, 77));
    }
    assert_eq!(device.connections(), 2);
}

#[tokio::test]
async fn a_call_that_was_dropped_half_way_does_not_spoil_the_next() {
    let device = Device::start(&[Manner::Late]).await;
    let mut driver = device.driver();
    tokio::select! {
        _ = driver.read_status() => panic!("the device is late"),
        () = sleep(DEADLINE / 3) => {}
    }
    assert!(!driver.is_connected());
    let status = driver.read_status().await.expect("a new connection serves");
    assert_eq!(status.heartbeat, 77);
    assert_eq!(device.connections(), 2);
}

#[tokio::test]
async fn every_failure_of_the_wire_costs_the_connection() {
    for manner in [
        &[Manner::AnotherTransaction],
        &[Manner::TooShort],
        &[Manner::HangUp],
    ] {
        let device = Device::start(manner).await;
        let mut driver = device.driver();
        let fault = driver
            .read_status()
            .await
            .expect_err("the device misbehaves");
        assert!(matches!(fault, Fault::Wire { .. }), "{manner:?}: {fault:?}");
        assert!(!driver.is_connected());
        driver.read_status().await.expect("a new connection serves");
        assert_eq!(device.connections(), 2, "{manner:?}");
    }
}

#[tokio::test]
async fn a_device_that_refuses_keeps_its_connection() {
    let device = Device::start(&[Manner::Exception(6)]).await;
    let mut driver = device.driver();
    let fault = driver.read_status().await.expect_err("the device refuses");
    let Fault::Refused { refusal, .. } = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(
        refusal,
        DeviceRefusal::Exception(ExceptionCode::ServerDeviceBusy)
    );
    driver
        .read_status()
        .await
        .expect("the same connection serves");
    assert_eq!(device.connections(), 1);
}

#[tokio::test]
async fn on_a_new_connection_the_status_is_read_before_an_order_is_sent() {
    // The third request is the order: two for the status, then the write.
    let device = Device::start(&[Manner::Well, Manner::Well, Manner::Exception(2)]).await;
    let mut driver = device.driver();
    let order = |epoch| Order {
        epoch,
        unit: LIFT,
        seq: 1,
        action: Action::Home,
    };
    let fault = driver
        .send(&order(7))
        .await
        .expect_err("the write is refused");
    assert!(matches!(fault, Fault::Refused { .. }), "{fault:?}");

    let device = Device::start(&[]).await;
    let mut driver = device.driver();
    let fault = driver.send(&order(6)).await.expect_err("the epoch is over");
    let Fault::Refused { refusal, .. } = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(
        refusal,
        DeviceRefusal::OtherEpoch {
            order: 6,
            device: 7
        }
    );
    driver.send(&order(7)).await.expect("this epoch is on");
}

#[tokio::test]
async fn nobody_at_the_address_is_a_failure_of_the_wire() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("it is bound");
    drop(listener);
    let mut driver = ModbusDriver::new(addr, 1, &machine()).expect("the machine fits the map");
    for _ in 0..2 {
        let fault = driver.read_status().await.expect_err("nobody is there");
        assert!(
            matches!(
                fault,
                Fault::Wire {
                    doing: "connecting",
                    ..
                }
            ),
            "{fault:?}"
        );
    }
}
